"""The rule language: what rules say, how they are read from YAML, checked, and made ready to match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripper.ruleset.faults import Fault, RulesError
from stripper.ruleset.language import Examples, Match, Policy, Rule, Ruleset, Where
from stripper.ruleset.places import builtin, rule_files

if TYPE_CHECKING:
    from stripper.ruleset.loading import content_hash, load

__all__ = [
    "Examples",
    "Fault",
    "Match",
    "Policy",
    "Rule",
    "RulesError",
    "Ruleset",
    "Where",
    "builtin",
    "content_hash",
    "load",
    "rule_files",
    "schema",
]


def schema() -> dict[str, object]:
    """JSON Schema (2020-12) of rules files, for editors."""
    from stripper.ruleset.json_schema import schema as made

    return made()


def __getattr__(name: str) -> object:
    """Reading and checking are loaded when first asked for: rules mostly come from the compiled cache."""
    if name in {"content_hash", "load"}:
        from stripper.ruleset import loading

        return getattr(loading, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
