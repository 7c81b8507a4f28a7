"""What takes long to work out of the text of a rule and depends on that text alone: worked out once, then known.

`ready` keeps it from run to run, so that an edited rule costs no more than its own work.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias, TypeVar

_Made = TypeVar("_Made")

Known: TypeAlias = dict[tuple[str, ...], Any]
"""By a function's name and the texts it was given: what it made."""

_known: Known = {}


def worked_out(function: Callable[..., _Made]) -> Callable[..., _Made]:
    """For a function of texts alone: it runs once for each, here or in an earlier run."""

    @wraps(function)
    def known(*texts: str) -> _Made:
        key = (function.__name__, *texts)
        if key not in _known:
            _known[key] = function(*texts)
        made: _Made = _known[key]
        return made

    return known


def known() -> Known:
    """All that was worked out so far, or was known before."""
    return _known
