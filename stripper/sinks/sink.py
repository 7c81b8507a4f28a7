"""Where results go: the frame that run folders, single files and standard output share."""

from __future__ import annotations

import json
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple

from stripper.model import Rejected, Result
from stripper.sinks.account import Account
from stripper.sinks.atomic import atomic_write
from stripper.sinks.documents import Documents, article_bytes
from stripper.sinks.options import Unwritable
from stripper.sinks.removals import RestoreError, removal_lines, restore_text
from stripper.sources.inputs import Input
from stripper.sources.rows import original
from stripper.sources.streams import Damaged


class Plan(NamedTuple):
    """What a run has to do.

    redo: why each input is to be done, by its number; empty where that goes without saying. Others are done.
    gone: inputs of an earlier run that are none of this one; their outputs go.
    """

    redo: dict[int, str]
    gone: int


class Sink(ABC):
    """Takes the results of each input in turn: `start`, then for each input `begin`, `write` and `reject`, `end`; then
    `close`. Leaving it as a context before `close` drops what is not published. Nothing is written before `start`.

    library_path: where the Library of this run belongs; None where there is no place for one.
    marks: whether inputs are marked as done, so that a run can be resumed.
    All methods raise WriteError.
    """

    library_path: Path | None = None
    marks = False

    def __init__(self) -> None:
        self._documents: Documents | None = None
        self._account: Account | None = None
        self._failed = False

    def __enter__(self) -> Sink:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.abort()

    @abstractmethod
    def start(self, run: Mapping[str, Any], about: Mapping[str, Any] | None = None) -> None:
        """Make the output's place.

        run: version, hashes of rules and Library, for the header of removals. about: what else the run is to remember of
        itself: its ``options`` and ``limits``, its ``command``.
        """

    @abstractmethod
    def begin(self, input: Input) -> None: ...

    def write(self, result: Result) -> Rejected | None:
        """Write a document and its removals. What is returned went to quarantine instead."""
        assert self._documents
        try:
            _check(result)
            self._documents.write(result)
        except Unwritable as error:
            rejected = _reject(result, str(error))
        except Damaged as damage:
            rejected = Rejected(result.document.path, "", damage.reason, damage.advice)
        else:
            if self._account:
                self._account.remove(removal_lines(result, self._documents.count, self._encoding(result)))
            return None
        self.reject(rejected)
        return rejected

    def reject(self, rejected: Rejected) -> None:
        """Put an input or a part of one into quarantine; a whole input will not be published."""
        if self._account:
            self._account.reject(rejected)
        self._failed = self._failed or not rejected.where

    @abstractmethod
    def end(self) -> bool:
        """The input is at its end. Whether what was written of it is (or with `close` will be) published."""

    def learned(self, inputs: str) -> Path | None:
        """The Library that an earlier run made here of the same inputs; None without one. inputs: a hash of them all."""
        return None

    def publish_library(self, lines: Iterable[bytes]) -> None:
        """Put the Library of this run in its place."""
        if self.library_path:
            with atomic_write(self.library_path) as file:
                file.writelines(line + b"\n" for line in lines)

    def plan(self, inputs: Sequence[Input], digest_of: Callable[[int], str]) -> Plan:
        """Which inputs are to be done. digest_of: sha256 of an input, by its number."""
        return Plan(dict.fromkeys(range(len(inputs)), ""), 0)

    def standing(self, input: Input) -> tuple[dict[str, Any], bool]:
        """The tally of an input that is done, and whether it was published."""
        raise NotImplementedError

    def mark(self, input_digest: str, published: bool, limited: bool, tally: Mapping[str, Any]) -> None:  # noqa: B027
        """The input that ended is done. input_digest: sha256 of its bytes. limited: something of it stands in quarantine."""

    @abstractmethod
    def close(self, stats: Mapping[str, Any]) -> None:
        """Publish what is left, and the run's statistics."""

    def abort(self) -> None:
        """Drop what is not published yet. Idempotent; nothing after `close`."""
        for part in (self._documents, self._account):
            if part:
                part.abort()
        self._documents = self._account = None

    def _encoding(self, result: Result) -> str:
        return "utf-8"


def _check(result: Result) -> None:
    """Raises Unwritable where a result does not account for every character of its input."""
    try:
        if restore_text(result.text, result.removals) == result.document.text:
            return
        reason = "text and removals do not rebuild the input"
    except RestoreError as error:
        reason = str(error)
    raise Unwritable(f"{reason}; this is a fault of stripper, please report it")


def _reject(result: Result, reason: str) -> Rejected:
    document = result.document
    where = f"id {document.id}" if document.id else ""
    return Rejected(document.path, where, reason, "see the raw bytes in quarantine", original(document))


class StandardOutput(Sink):
    """Article text on standard output; an article that ends in no line break gets one where another follows."""

    def __init__(self, stream: IO[bytes] | None = None) -> None:
        super().__init__()
        self._stream = stream or sys.stdout.buffer
        self._ended = True

    def start(self, run: Mapping[str, Any], about: Mapping[str, Any] | None = None) -> None: ...

    def begin(self, input: Input) -> None:
        self._failed = False

    def write(self, result: Result) -> Rejected | None:
        try:
            _check(result)
        except Unwritable as error:
            return _reject(result, str(error))
        article = article_bytes(result)
        self._stream.write(article if self._ended else b"\n" + article)
        self._ended = article.endswith(b"\n") or not article
        return None

    def end(self) -> bool:
        return not self._failed

    def close(self, stats: Mapping[str, Any]) -> None:
        self._stream.flush()


def write_json(path: str | os.PathLike[str], value: Mapping[str, Any]) -> None:
    """A JSON file with sorted keys, for people and for diffs.

    Raises WriteError.
    """
    with atomic_write(path) as file:
        file.write(json.dumps(value, indent=2, sort_keys=True).encode() + b"\n")
