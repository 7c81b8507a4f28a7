"""The JSON Schema that editors use says what the loader says, and the committed file is it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from stripper.ruleset import builtin, schema

COMMITTED = Path(__file__).parents[2] / "docs" / "rules.schema.json"


def test_committed_file_is_up_to_date() -> None:
    written = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    assert COMMITTED.read_text(encoding="utf-8") == written, "write what `stripper rules schema` prints to the file"


@pytest.mark.parametrize("path", sorted(builtin().glob("*.yaml")), ids=lambda path: path.name)
def test_the_packages_own_rules_fit_it(path: Path) -> None:
    jsonschema.Draft202012Validator(schema()).validate(yaml.safe_load(path.read_text(encoding="utf-8")))


RULE = {"id": "a.b", "category": "other", "match": {"phrase": "a"}}
BAD = {
    "unknown field": {**RULE, "actoin": "keep"},
    "no match": {"id": "a.b", "category": "other"},
    "two matchers": {**RULE, "match": {"phrase": "a", "regex": "b"}},
    "matcher and group": {**RULE, "match": {"phrase": "a", "any": [{"phrase": "b"}]}},
    "nothing to match": {**RULE, "match": {}},
    "empty any": {**RULE, "match": {"any": []}},
    "coverage alone": {**RULE, "match": {"phrase": "a", "coverage": 0.5}},
    "level": {**RULE, "level": "word"},
    "id": {**RULE, "id": "No Dots"},
    "max_words": {**RULE, "where": {"max_words": 0}},
}


@pytest.mark.parametrize("rule", BAD.values(), ids=BAD)
def test_what_the_loader_refuses_it_refuses(rule: dict) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    validator.validate([RULE])
    validator.validate({"documents": 4})
    assert not validator.is_valid([RULE, rule])
