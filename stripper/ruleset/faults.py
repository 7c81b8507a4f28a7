"""What is wrong with a rules file: where, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stripper.errors import UsageError


class Fault(NamedTuple):
    """One thing wrong in a rules file.

    line, column: from 1; 0 where the whole file is meant.
    rule: the id of the rule it stands in, or empty.
    what: what is wrong; what to do.
    """

    path: str
    line: int
    column: int
    rule: str
    what: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place}: {self.rule}: {self.what}" if self.rule else f"{place}: {self.what}"


class RulesError(UsageError):
    """Rules that cannot be used, with every fault found in all their files; nothing was read. Exit code 2."""

    def __init__(self, errors: Iterable[Fault]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(map(str, self.errors)))

    def __reduce__(self) -> tuple[type[RulesError], tuple[tuple[Fault, ...]]]:
        return RulesError, (self.errors,)
