"""From the INPUT arguments of the command line to the list of files to read, before any of them is opened."""

from __future__ import annotations

import glob
import os
import posixpath
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from stripper.errors import UsageError

Format = Literal["text", "markdown", "html", "jsonl", "parquet"]
Compression = Literal["", "gz", "zst"]

STDIN = "-"

_FORMATS: dict[str, Format] = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
_COMPRESSIONS: dict[str, Compression] = {".gz": "gz", ".zst": "zst"}
_url = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(::|://)").match
_magic = re.compile(r"[*?\[]").search


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read.

    name: what to open: a path, a URL of fsspec, or ``-``.
    path: relative to the INPUT given, POSIX separators; the own name of a file that was named itself.
    named: given explicitly, rather than found in a folder or by a glob.
    skip: why it is not read; empty for what is.
    """

    name: str
    path: str
    format: Format = "text"
    compression: Compression = ""
    named: bool = True
    skip: str = ""

    @property
    def remote(self) -> bool:
        return is_url(self.name)


def is_url(name: str) -> bool:
    """Whether a name is for fsspec to open."""
    return bool(_url(name))


def find_inputs(arguments: Sequence[str], input_format: str | None = None, exclude: Sequence[str] = ()) -> list[Input]:
    """The inputs that the arguments name: files, folders, globs, ``-`` and fsspec URLs.

    In the order of the arguments, sorted within each; a file that several arguments reach is taken once. Folders are
    walked to the bottom, less hidden files and what ``.gitignore`` names. What a folder holds beside known formats comes
    as inputs to skip, so that it can be counted.

    input_format: the format of ``-``; None is text.
    exclude: paths to leave out with all beneath them, such as the OUT of this run.
    Raises UsageError for an argument that is missing, unreadable, or under which there is nothing.
    """
    found: dict[str, Input] = {}
    barred = tuple(os.path.realpath(path) for path in exclude)
    for argument in arguments:
        for input in _expand(os.fspath(argument), input_format):
            place = input.name if input.remote or input.name == STDIN else os.path.realpath(input.name)
            if not any(place == path or place.startswith(path + os.sep) for path in barred):
                found.setdefault(place, input)
    if not found:
        raise UsageError("no input: name a file, a folder, a glob, a URL or - for standard input")
    return list(found.values())


def _expand(argument: str, input_format: str | None) -> list[Input]:
    if argument == STDIN:
        return [_stdin(input_format)]
    if is_url(argument):
        return _from_url(argument)
    if os.path.isdir(argument):
        return _from_folder(argument)
    if os.path.lexists(argument):
        return [_named_file(argument)]
    if _magic(argument):
        return _from_glob(argument)
    raise UsageError(f"{argument}: no such file or folder")


def _stdin(input_format: str | None) -> Input:
    if input_format is not None and input_format not in get_args(Format):
        raise UsageError(f"--input-format {input_format}: not one of {', '.join(get_args(Format))}")
    format: Any = input_format or "text"
    return Input(STDIN, STDIN, format)


def _named_file(name: str) -> Input:
    try:
        mode = os.stat(name).st_mode
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from error
    if not stat.S_ISREG(mode):
        raise UsageError(f"{name}: not a regular file; to read from a pipe, give - as the input")
    return input_at(name, os.path.basename(name), named=True)


def input_at(name: str, path: str, named: bool) -> Input:
    """An input of the format its name says; one without a known suffix is text if named, else skipped."""
    stem, suffix = os.path.splitext(path.lower())
    compression = _COMPRESSIONS.get(suffix, "")
    if compression:
        suffix = os.path.splitext(stem)[1]
    format = _FORMATS.get(suffix)
    skip = "" if format or named else f"no format of its suffix {suffix!r} is known" if suffix else "no suffix"
    return Input(name, path, format or "text", compression, named, skip)


def _from_folder(folder: str) -> list[Input]:
    ignored: list[str] = []
    inputs = _under(folder, ignored)
    if not inputs:
        more = f" (left out by .gitignore: {len(ignored)}, {ignored[0]} first)" if ignored else ""
        raise UsageError(f"{folder}: nothing to read in this folder{more}")
    return inputs


def _under(folder: str, ignored: list[str]) -> list[Input]:
    """What a folder holds, sorted; what .gitignore leaves out goes to ``ignored``."""
    real = os.path.realpath(folder)
    inputs = []
    for name, skip in _walk(folder, real, _rules_above(real), {real}, ignored):
        input = input_at(name, os.path.relpath(name, folder).replace(os.sep, "/"), named=False)
        inputs.append(replace(input, skip=skip) if skip else input)
    return sorted(inputs, key=lambda input: input.path)


def _walk(folder: str, real: str, rules: list[_Rules], seen: set[str], ignored: list[str]) -> Iterator[tuple[str, str]]:
    """Names of the files under a folder, each with why it is to be skipped; links to folders are followed once."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be listed: {error.strerror}") from error
    rules = [*rules, *_rules_in(real)]
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if _is_ignored(os.path.join(real, entry.name), entry.is_dir(), rules):
            ignored.append(entry.path)
        elif entry.is_dir():
            below = os.path.realpath(entry.path)
            if below in seen:
                yield entry.path, "a link to a folder that holds it"
            else:
                yield from _walk(entry.path, below, rules, seen | {below}, ignored)
        elif entry.is_file():
            yield entry.path, ""
        else:
            yield entry.path, "a broken link" if entry.is_symlink() else "not a regular file"


_Rules = tuple[str, Any]
"""The folder a .gitignore stands in, and its patterns."""


def _rules_in(folder: str) -> list[_Rules]:
    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="surrogateescape") as lines:
            import pathspec

            return [(folder, pathspec.GitIgnoreSpec.from_lines(lines))]
    except (FileNotFoundError, IsADirectoryError):
        return []
    except (OSError, ValueError) as error:
        raise UsageError(f"{os.path.join(folder, '.gitignore')}: cannot be read: {error}") from error


def _rules_above(folder: str) -> list[_Rules]:
    """What the .gitignore files above a folder say, up to its repository's root, less those that bar the folder itself:
    who names a folder means to read it."""
    above: list[_Rules] = []
    place = folder
    while not os.path.lexists(os.path.join(place, ".git")):
        place, last = os.path.dirname(place), place
        if place == last:
            return []
        above = [*_rules_in(place), *above]
    return [rules for rules in above if not _is_ignored(folder, True, [rules])]


def _is_ignored(path: str, is_dir: bool, rules: Iterable[_Rules]) -> bool:
    """Whether the nearest .gitignore that speaks of a path leaves it out."""
    for base, spec in reversed(list(rules)):
        verdict = spec.check_file(os.path.relpath(path, base).replace(os.sep, "/") + "/" * is_dir).include
        if verdict is not None:
            return bool(verdict)
    return False


def _from_glob(pattern: str) -> list[Input]:
    base = pattern[: pattern.rfind("/", 0, _magic_at(pattern)) + 1]
    inputs: list[Input] = []
    for name in sorted(glob.glob(pattern, recursive=True)):
        if os.path.isdir(name):
            if "**" not in pattern:
                inputs.extend(_under(name, []))
        elif os.path.isfile(name):
            inputs.append(input_at(name, name, named=False))
    if not inputs:
        raise UsageError(f"{pattern}: no file matches")
    paths = (os.path.relpath(input.name, base or os.curdir).replace(os.sep, "/") for input in inputs)
    return [replace(input, path=path) for input, path in zip(inputs, paths, strict=True)]


def _magic_at(pattern: str) -> int:
    found = _magic(pattern)
    return found.start() if found else len(pattern)


def _from_url(argument: str) -> list[Input]:
    """Inputs behind an fsspec URL; ``.gitignore`` is not looked for there."""
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(argument)
        if isinstance(system, fsspec.implementations.local.LocalFileSystem):
            return _expand(path, None)
        if system.isfile(path):
            return [input_at(argument, posixpath.basename(path), named=True)]
        if _magic(path) and not system.exists(path):
            base = path[: path.rfind("/", 0, _magic_at(path)) + 1]
            names = [name for name in system.glob(path) if system.isfile(name)]
        else:
            base, names = path, system.find(path) if system.exists(path) else []
        pairs = [(system.unstrip_protocol(name), posixpath.relpath(name, base or "/")) for name in names]
    except (ImportError, OSError, ValueError) as error:
        raise UsageError(f"{argument}: cannot be read: {error}") from error
    inputs = [
        input_at(name, path, named=False)
        for name, path in pairs
        if not any(part.startswith(".") for part in path.split("/"))
    ]
    if not inputs:
        raise UsageError(f"{argument}: nothing there")
    return sorted(inputs, key=lambda input: input.path)
