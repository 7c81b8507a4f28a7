"""The rule language: what rules say, how they are read from YAML, checked, and made ready to match."""

from __future__ import annotations

from stripper.ruleset.faults import Fault, RulesError
from stripper.ruleset.language import Examples, Match, Policy, Rule, Ruleset, Where
from stripper.ruleset.loading import builtin, content_hash, load, rule_files

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
