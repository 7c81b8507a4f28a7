"""Rules ready to run: read, checked and compiled once, then taken from the user's cache folder.

A file of the cache is named by a hash of all that it was made of, its code included, so it is never out of date.
Several processes may write it at once; where it cannot be written or read, everything is made anew.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TypeVar

import regex
from platformdirs import user_cache_path

from stripper import __version__
from stripper.match import Matcher
from stripper.ruleset import Ruleset, load, rule_files

_Made = TypeVar("_Made")

# Files of one kind that stay in the cache, the latest used: a team has a few sets of rules at a time.
_KEPT = 8


def ruleset(places: Sequence[Path]) -> Ruleset:
    """The rules of all places, as `ruleset.load` gives them. Raises RulesError with every fault of every file."""
    try:
        files = [file for place in places for file in rule_files(place)]
        content = [part for file in files for part in (str(file).encode(), file.read_bytes())]
    except OSError:
        return load(places)  # which says what is wrong
    return _kept("rules", content, lambda: load(places))


def matcher(rules: Ruleset, timeout: float = 1.0) -> Matcher:
    """A Matcher for the rules. timeout: seconds that one regex may take on one segment."""
    made = _kept("matcher", [rules.hash.encode(), repr(sorted(rules.origins.items())).encode()], lambda: _compiled(rules))
    made.timeout = timeout
    return made


def _compiled(rules: Ruleset) -> Matcher:
    made = Matcher(rules)
    made.compile()
    return made


def _kept(name: str, content: Iterable[bytes], make: Callable[[], _Made]) -> _Made:
    """What ``make`` gives, or gave when it was asked last for the same content."""
    key = hashlib.sha256(_code())
    for part in content:
        key.update(hashlib.sha256(part).digest())
    path = user_cache_path("stripper") / f"{name}-{key.hexdigest()[:32]}.pickle"
    with suppress(Exception):  # whatever is wrong with a file of the cache, it can be made anew
        found: _Made = pickle.loads(_sound(path))
        return found
    made = make()
    with suppress(OSError):
        _write(path, pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
    return made


@cache
def _code() -> bytes:
    """What besides the content decides what is made: the code, and what it is run by."""
    runs = __version__, regex.__version__, platform.python_implementation(), platform.python_version()
    digest = hashlib.sha256(repr(runs).encode())
    package = Path(__file__).parent
    for file in sorted([*package.glob("*.py"), *package.glob("ruleset/*.py")]):
        digest.update(file.read_bytes())
    return digest.digest()


def _sound(path: Path) -> bytes:
    """What a file of the cache holds. Raises OSError or ValueError where it is not there, damaged, or another user's."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
            raise ValueError("others can write it")
        digest, data = file.read(32), file.read()
    if hashlib.sha256(data).digest() != digest:
        raise ValueError("damaged")
    return data


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(hashlib.sha256(data).digest() + data)
    os.replace(file.name, path)
    others = sorted(path.parent.glob(f"{path.name.split('-')[0]}-*.pickle"), key=lambda other: other.stat().st_mtime)
    for old in others[:-_KEPT]:
        old.unlink()
