"""Rules written to files, as a user has them."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

from stripper.ruleset import Rule, RulesError, Ruleset, load


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return path


def ruleset(folder: Path, *rules: dict) -> Ruleset:
    """A ruleset of rules given as mappings; ``id`` and ``category`` may be left out."""
    entries = [{"id": f"made.rule-{at}", "category": "other", **rule} for at, rule in enumerate(rules)]
    path = folder / "made.yaml"  # what JSON says, YAML says as well
    path.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    return load([path])


def rule(folder: Path, **fields: object) -> Rule:
    return ruleset(folder, fields).rules[0]


def faults(path: Path) -> list[str]:
    """What is wrong with a place, without the folder it stands in."""
    try:
        load([path])
    except RulesError as error:
        assert str(error).splitlines() == [line for fault in error.errors for line in str(fault).splitlines()]
        return [str(fault).replace(f"{path.parent}/", "") for fault in error.errors]
    return []
