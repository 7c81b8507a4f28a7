"""Rules and Libraries ready to run: read, checked and compiled once, then taken from the user's cache folder.

A file of the cache is named by a hash of all that it was made of, its code included, so it is never out of date. There are
the rules of a set of files, their Matcher, the patterns that runs compiled for it, and what was worked out of single rules,
which outlives any change of the others; of the package's own rules an installed package brings that along; and Libraries
with what they are matched by.
Several processes may write a file at once; where it cannot be written or read, everything is made anew.
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import platform
import weakref
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeVar

import regex
from platformdirs import user_cache_path

from stripper import __version__
from stripper import library as libraries
from stripper import ruleset as rule_language
from stripper.library import Library
from stripper.match import Matcher
from stripper.ruleset import Ruleset, rule_files, worked_out
from stripper.ruleset.conditions import Patterns

_Made = TypeVar("_Made")

BROUGHT_ALONG = Path(__file__).with_name("rules") / "worked-out.pickle"
"""What an installed package knows of its own rules; it is as trusted as the package."""

# Besides the package of rules: what is made and kept is made of these.
_CODE = ("library.py", "match.py", "model.py", "normalize.py")
# Files of one kind that stay in the cache, the latest used: a team has a few sets of rules at a time.
_KEPT = 8


def ruleset(places: Sequence[Path]) -> Ruleset:
    """The rules of all places, as `ruleset.load` gives them. Raises RulesError with every fault of every file."""
    try:
        files = [file for place in places for file in rule_files(place)]
        content = [part for file in files for part in (str(file).encode(), file.read_bytes())]
    except OSError:
        return rule_language.load(places)  # which says what is wrong
    return _kept(_file("rules", content), lambda: _with_what_is_known(lambda: rule_language.load(places)))


def matcher(rules: Ruleset, timeout: float = 1.0) -> Matcher:
    """A Matcher for the rules. timeout: seconds that one regex may take on one segment.

    What it has compiled by the time that it goes, or the process ends, is there for the next.
    """
    content = [rules.hash.encode()]
    made = _kept(_file("matcher", content), lambda: _with_what_is_known(lambda: Matcher(rules)).without_rules()).of(rules)
    made.timeout = timeout
    compiled = _file("patterns", content)
    with suppress(Exception):
        made.patterns.update(_loaded(compiled))
    weakref.finalize(made, _put_by, compiled, made.patterns)
    return made


def library(place: Path) -> Library:
    """The Library in a file, ready to match. Raises UsageError as `library.load`."""
    try:
        data = place.read_bytes()
    except OSError:
        return libraries.load(place)  # which says what is wrong
    return _kept(_file("library", [data]), lambda: libraries.loads(data, str(place)).ready())


def _put_by(path: Path, patterns: Patterns) -> None:
    if patterns.fresh:
        with suppress(OSError):
            _write(path, pickle.dumps(dict(patterns), pickle.HIGHEST_PROTOCOL))


def work_out(places: Sequence[Path]) -> bytes:
    """What is worked out of single rules, for a package to bring along as `BROUGHT_ALONG`. Raises RulesError."""
    Matcher(rule_language.load(places))
    return pickle.dumps(worked_out.known(), pickle.HIGHEST_PROTOCOL)


def _with_what_is_known(make: Callable[[], _Made]) -> _Made:
    """Make something of rules; of those that an earlier run knew, nothing is worked out again."""
    kept = _file("rule", [])
    found: worked_out.Known = {}
    with suppress(Exception):
        found.update(pickle.loads(BROUGHT_ALONG.read_bytes()))
    with suppress(Exception):
        found.update(_loaded(kept))
    known = worked_out.known()
    known.update(found)
    made = make()
    if not known.keys() <= found.keys():
        with suppress(OSError):
            _write(kept, pickle.dumps(known, pickle.HIGHEST_PROTOCOL))
    return made


def _kept(path: Path, make: Callable[[], _Made]) -> _Made:
    """What a file of the cache holds, or else what ``make`` gives, which is then kept there."""
    with suppress(Exception):  # whatever is wrong with a file of the cache, it can be made anew
        return _loaded(path)
    made = make()
    with suppress(OSError):
        _write(path, pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
    return made


def _loaded(path: Path) -> Any:
    """What a file of the cache holds. Raises whatever is wrong with it."""
    data = _sound(path)
    # Nothing in it is garbage, and to look for some takes longer than all the rest.
    enabled = gc.isenabled()
    gc.disable()
    try:
        return pickle.loads(data)
    finally:
        if enabled:
            gc.enable()


def _file(name: str, content: Iterable[bytes]) -> Path:
    key = hashlib.sha256(_code())
    for part in content:
        key.update(hashlib.sha256(part).digest())
    return user_cache_path("stripper") / f"{name}-{key.hexdigest()[:32]}.pickle"


@cache
def _code() -> bytes:
    """What besides the content decides what is made: the code, and what it is run by."""
    runs = __version__, regex.__version__, platform.python_implementation(), platform.python_version()
    digest = hashlib.sha256(repr(runs).encode())
    package = Path(__file__).parent
    for file in [*(package / name for name in _CODE), *sorted(package.glob("ruleset/*.py"))]:
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
