"""The markers of a run folder: which inputs are done, made by what, and from which bytes to which.

A marker is a line of JSON in ``done/``. It is appended after all that it speaks of has been synced and put in its place,
so that a marker which a crash cut short, or lost, means work done twice and nothing else. Each run writes a file of its
own; the end of a run unites them in one, sorted, whose bytes depend on nothing but what was done.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

from stripper.sinks.atomic import WriteError, atomic_write
from stripper.sources.jsonspan import dump_json

_FORMAT = 1
_WHOLE = "inputs.jsonl"


class Made(NamedTuple):
    """What outputs depend on besides their input.

    by: version, rules, Library and options, by name. limits: numbers that matter only where one was met.
    """

    by: Mapping[str, Any]
    limits: Mapping[str, float]


class Marker(NamedTuple):
    """An input that is done.

    input: sha256 of its bytes. outputs: sha256 of each file made of it, by its path in the run folder.
    published: whether it was; what is not stands in quarantine. limited: whether something of it stands there.
    tally: its part of the run's statistics. made: what it was made by.
    """

    input: str
    outputs: dict[str, str]
    published: bool
    limited: bool
    tally: dict[str, Any]
    made: Made


class Markers:
    """The markers of one run folder. Raises WriteError."""

    def __init__(self, out: Path, made: Made) -> None:
        self._out = out
        self._folder = out / "done"
        self._made = made
        self._file: IO[bytes] | None = None
        # Where the marker of each input stands: markers hold statistics, too many of them to hold in memory.
        self._earlier: dict[str, tuple[Path, int, Made]] = {}
        self._valid: dict[str, tuple[Path, int]] = {}

    def read(self) -> list[str]:
        """Find the markers that earlier runs left, of each input the latest. The names of these inputs."""
        for path in self._files():
            for name, at, made in _scan(path):
                self._earlier[name] = path, at, made
        return list(self._earlier)

    def earlier(self, name: str) -> Marker | None:
        """The marker of an input that an earlier run left."""
        if name not in self._earlier:
            return None
        path, at, made = self._earlier[name]
        row = json.loads(_line_at(path, at))
        del row["name"]
        return Marker(**row, made=made)

    def why_not(self, marker: Marker | None, input: str, again: bool) -> str:
        """Why an input is to be done, in words; empty where it need not be.

        input: sha256 of its bytes now; empty where they cannot be read. again: whether what stands in quarantine is.
        """
        if marker is None:
            return "never finished"
        now, then = self._made.by, marker.made.by
        changed = sorted(key for key in {*now, *then} if now.get(key) != then.get(key))
        if changed:
            return f"made with another {' and another '.join(_spoken(key) for key in changed)}"
        if any(self._made.limits[key] < value for key, value in marker.made.limits.items() if key in self._made.limits):
            return "made with a higher limit"
        if marker.limited and (again or self._made.limits != marker.made.limits):
            return "in quarantine"
        if marker.input != input:
            return "the input changed"
        return self._damage(marker)

    def _damage(self, marker: Marker) -> str:
        for name, expected in marker.outputs.items():
            try:
                if digest(self._out / name) != expected:
                    return "an output was changed or damaged"
            except FileNotFoundError:
                return "an output is missing"
            except OSError:
                return "an output cannot be read"
        return ""

    def keep(self, name: str) -> None:
        """Take over the marker of an earlier run."""
        self._valid[name] = self._earlier[name][:2]

    def add(self, name: str, input: str, outputs: list[str], published: bool, limited: bool, tally: dict[str, Any]) -> None:
        """An input is done and its outputs are in their place."""
        try:
            digests = {path: digest(self._out / path) for path in sorted(outputs)}
            row = {"name": name, **Marker(input, digests, published, limited, tally, self._made)._asdict()}
            del row["made"]
            if self._file is None:
                self._file = self._open()
            at = self._file.tell()
            self._file.write(dump_json(row).encode() + b"\n")
            # Past our buffers, so that it survives us; what a crash of the machine takes is done again.
            self._file.flush()
        except OSError as error:
            raise WriteError(self._folder, error) from error
        self._valid[name] = Path(self._file.name), at

    def _open(self) -> IO[bytes]:
        self._folder.mkdir(parents=True, exist_ok=True)
        number = 1 + max((int(path.stem.partition("-")[2] or 0) for path in self._files()), default=0)
        file = open(self._folder / f"inputs-{number:06}.jsonl", "ab")  # noqa: SIM115
        file.write(self._header())
        return file

    def _header(self) -> bytes:
        return dump_json({"format": _FORMAT, "by": dict(self._made.by), "limits": dict(self._made.limits)}).encode() + b"\n"

    def _files(self) -> list[Path]:
        """The whole one of runs that ended first, then those of runs that did not, in order."""
        return sorted(self._folder.glob("inputs*.jsonl"), key=lambda path: (path.name != _WHOLE, path.name))

    def close(self) -> None:
        """Unite all markers of this run in one file."""
        self.abort()
        others = [path for path in self._files() if path.name != _WHOLE]
        with atomic_write(self._folder / _WHOLE) as whole:
            whole.write(self._header())
            for name in sorted(self._valid):
                whole.write(_line_at(*self._valid[name]))
        for path in others:
            path.unlink()

    def abort(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def forget(self) -> None:
        """Delete the markers of earlier runs."""
        for path in self._files():
            path.unlink()


def _scan(path: Path) -> Iterator[tuple[str, int, Made]]:
    """The names in a file of markers and where their lines begin, up to where it was cut short."""
    try:
        with open(path, "rb") as file:
            header = json.loads(file.readline())
            if header["format"] != _FORMAT:
                return
            made = Made(header["by"], header["limits"])
            at = file.tell()
            for line in file:
                row = json.loads(line)
                if {*row} != {"name", *Marker._fields} - {"made"}:
                    return
                yield row["name"], at, made
                at += len(line)
    except (OSError, ValueError, KeyError, TypeError):
        return


def _line_at(path: Path, at: int) -> bytes:
    with open(path, "rb") as file:
        file.seek(at)
        return file.readline()


def digest(path: str | os.PathLike[str]) -> str:
    """sha256 of a file, in hexadecimal digits. Raises OSError."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _spoken(key: str) -> str:
    return {"stripper": "version", "library": "Library", "rules": "set of rules"}.get(key, f"option {key}")
