"""The JSON Schema of rules files, made from the structs, for editors."""

from __future__ import annotations

from typing import Any

import msgspec

from stripper.ruleset.language import Policy, Rule


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a rules file, a list of rules, and of ``policy.yaml``, a mapping."""
    (rules, policy), definitions = msgspec.json.schema_components((list[Rule], Policy), ref_template="#/$defs/{name}")
    one_of = [{"required": [name]} for name in ("phrase", "regex", "text")]
    groups = {"anyOf": [{"required": [name]} for name in ("any", "all", "none")]}
    definitions["Match"] |= {"oneOf": [*one_of, groups], "dependentRequired": {"coverage": ["text"]}}
    for definition in definitions.values():
        definition["description"] = "\n".join(line.strip() for line in definition["description"].splitlines())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "stripper rules",
        "oneOf": [rules, policy],
        "$defs": dict(sorted(definitions.items())),
    }
