"""`[tool.stripper]`: what a project says once for all commands, in pyproject.toml or in a .stripper.toml of its own.

It is data found beside the files, perhaps a stranger's: it says what is boilerplate, and can neither switch writing on nor
name an output.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from stripper.errors import UsageError

OWN_FILE = ".stripper.toml"
KEEP_LIST = ".stripper-keep.jsonl"
BUDGETS = ("document", "source", "corpus")

# What only a person at the command line may say.
_WRITING = frozenset(("fix", "diff", "removals", "out", "output", "overwrite", "add-keep", "prune-keep", "force-exclude"))


@dataclass(frozen=True, slots=True)
class Config:
    """What a project says.

    root: the folder that its paths are relative to: that of the file, else the repository's, else the current one.
    file: where it was read from; None without one.
    rules: files or folders of rules. library: the committed Library. keep: categories that are not cut.
    sources: by path pattern, the source of files that match; the first one holds.
    budgets: by name (``document``, ``source``, ``corpus``) the share that may go, 0 to 1.
    exclude: path patterns of files to leave out. keep_list: the file of texts that a person keeps.
    """

    root: Path
    file: Path | None = None
    rules: tuple[Path, ...] = ()
    library: Path | None = None
    keep: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    budgets: Mapping[str, float] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    keep_list: Path = Path(KEEP_LIST)

    def path_of(self, name: str | os.PathLike[str]) -> str:
        """A file's path as patterns and the keep-list have it: relative to the root, with ``/``; else absolute."""
        path = os.path.join(os.path.realpath(os.path.dirname(name) or os.curdir), os.path.basename(name))
        inside = os.path.relpath(path, self.root)
        return (path if inside.startswith(os.pardir + os.sep) else inside).replace(os.sep, "/")

    def excludes(self, path: str) -> bool:
        """Whether a path, as `path_of` gives it, is left out."""
        return any(matches(pattern, path) for pattern in self.exclude)

    def source_of(self, path: str) -> str:
        """The source of a file by its path, as `path_of` gives it; empty where no pattern holds."""
        return next((source for pattern, source in self.sources.items() if matches(pattern, path)), "")


def find(start: str | os.PathLike[str] = os.curdir) -> Config:
    """The configuration in force in a folder: of the nearest folder upward that has one, no further than its repository.

    Raises UsageError where it cannot be read or says what is not known, with the file and the key.
    """
    place = first = Path(os.path.realpath(start))
    while True:
        found = [each for each in (_own(place), _pyproject(place)) if each]
        if len(found) > 1:
            raise UsageError(f"{found[1][0]}: [tool.stripper] stands here and {OWN_FILE} beside it; keep one of them")
        if found:
            return _read(*found[0])
        if os.path.lexists(place / ".git"):
            return _default(place)
        if place == place.parent:
            return _default(first)
        place = place.parent


def _default(root: Path) -> Config:
    return Config(root, keep_list=root / KEEP_LIST)


_Found = tuple[Path, str, dict[str, Any]]
"""A file, what to write before a key of it, and what it says."""


def _own(folder: Path) -> _Found | None:
    path = folder / OWN_FILE
    data = _bytes(path)
    return None if data is None else (path, "", _toml(path, data))


def _pyproject(folder: Path) -> _Found | None:
    path = folder / "pyproject.toml"
    data = _bytes(path)
    # Most of them speak of other tools, and reading one takes longer than looking.
    if data is None or b"stripper" not in data:
        return None
    tool = _toml(path, data).get("tool", {})
    table = tool.get("stripper") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise UsageError(f"{path}: tool.stripper: must be a table; write [tool.stripper]")
    return path, "tool.stripper.", table


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None


def _toml(path: Path, data: bytes) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: this is not TOML: {error}") from None


def _read(path: Path, prefix: str, table: Mapping[str, Any]) -> Config:
    root = path.parent
    read: dict[str, Any] = {"keep_list": root / KEEP_LIST}
    for key, value in table.items():
        where = f"{path}: {prefix}{key}"
        if key not in _KEYS:
            raise UsageError(f"{where}: {_unknown(key, _KEYS)}")
        read[key.replace("-", "_")] = _KEYS[key](where, value, root)
    return Config(root, path, **read)


def _unknown(key: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    if key in _WRITING:
        return f"cannot be set in a file; only the command line says it: --{key}"
    from difflib import get_close_matches

    near = get_close_matches(key, known, 1, 0.5)
    return f"unknown key; did you mean {near[0]}?" if near else f"unknown key; known are {', '.join(known)}"


def _strings(where: str, value: Any, root: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(part, str) and part for part in value):
        raise UsageError(f'{where}: must be a list of strings, like ["a", "b"]')
    return tuple(value)


def _paths(where: str, value: Any, root: Path) -> tuple[Path, ...]:
    return tuple(_path(where, name, root) for name in _strings(where, value, root))


def _path(where: str, value: Any, root: Path) -> Path:
    if not isinstance(value, str) or not value:
        raise UsageError(f'{where}: must be a path, like "library.jsonl"')
    return root / value


def _existing(read: Callable[[str, Any, Path], Any]) -> Callable[[str, Any, Path], Any]:
    """As ``read``, for paths that must be there."""

    def check(where: str, value: Any, root: Path) -> Any:
        found = read(where, value, root)
        for path in found if isinstance(found, tuple) else (found,):
            if not path.exists():
                raise UsageError(f"{where}: {path}: no such file or folder")
        return found

    return check


def _patterns(where: str, value: Any, root: Path) -> tuple[str, ...]:
    return tuple(_pattern(where, pattern) for pattern in _strings(where, value, root))


def _pattern(where: str, pattern: str) -> str:
    if pattern.startswith(("/", "!", "./", "../")) or "\\" in pattern:
        raise UsageError(f"{where}: {pattern!r}: patterns are relative to the project, with /, like seeds/**/*.txt")
    return pattern


def _sources(where: str, value: Any, root: Path) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
        raise UsageError(f'{where}: must be a table from path patterns to sources, like "seeds/lamp/**" = "lamp"')
    return {_pattern(where, pattern): name for pattern, name in value.items()}


def _budgets(where: str, value: Any, root: Path) -> dict[str, float]:
    if not isinstance(value, dict):
        raise UsageError(f"{where}: must be a table, like {{document = 0.6}}")
    for name, share in value.items():
        if name not in BUDGETS:
            raise UsageError(f"{where}.{name}: {_unknown(name, BUDGETS)}")
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
            raise UsageError(f"{where}.{name}: must be a share above 0 and up to 1, like 0.6")
    return {name: float(share) for name, share in value.items()}


_KEYS: dict[str, Callable[[str, Any, Path], Any]] = {
    "rules": _existing(_paths),
    "library": _existing(_path),
    "keep": _strings,
    "sources": _sources,
    "budgets": _budgets,
    "exclude": _patterns,
    "keep-list": _path,
}


def matches(pattern: str, path: str) -> bool:
    """Whether a path pattern holds for a path: ``*`` and ``?`` stay within a name, ``**`` crosses folders.

    A pattern without ``/`` speaks of names anywhere; one that names a folder holds for all beneath it.
    """
    return bool(_compiled(pattern)(path))


_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@lru_cache(maxsize=1 << 10)
def _compiled(pattern: str) -> Callable[[str], Any]:
    named = pattern.rstrip("/")
    anywhere = "" if "/" in named else "(?:.*/)?"
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", named)
    text = "".join(_WILD.get(part) or re.escape(part) for part in parts)
    return re.compile(f"{anywhere}{text}(?:/.*)?", re.DOTALL).fullmatch
