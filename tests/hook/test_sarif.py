"""SARIF 2.1.0, held to what the standard's schema says of every property that is written.

The schema itself is not in any package that tests could install; this is its part for our log, with nothing else allowed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stripper.cli import main

STORY = "The bridge reopened on Monday after eleven weeks, and the first to cross it was a goat that nobody owned up to."
COPYRIGHT = "© 2024 The Harbour Courier. All rights reserved."

pytestmark = pytest.mark.usefixtures("project")


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def several(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


TEXT = {"type": "string"}
MESSAGE = closed(["text"], text=TEXT)
PLACE = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
REGION = closed(
    ["startLine"], startLine=PLACE, startColumn=PLACE, endLine=PLACE, endColumn=PLACE, snippet=closed(["text"], text=TEXT)
)
ARTIFACT = closed(["uri"], uri={"type": "string", "format": "uri-reference", "pattern": r"^[!-~]+$"}, uriBaseId=TEXT)
PHYSICAL = closed(["artifactLocation"], artifactLocation=ARTIFACT, region=REGION)
LOCATION = closed(["physicalLocation"], physicalLocation=PHYSICAL)
DESCRIPTOR = closed(["id"], id=TEXT, shortDescription=MESSAGE, properties={"type": "object"})
RESULT = closed(
    ["message"],
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level=LEVEL,
    message=MESSAGE,
    locations=several(LOCATION),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
)
NOTIFICATION = closed(["message"], level=LEVEL, message=MESSAGE)
INVOCATION = closed(
    ["executionSuccessful"], executionSuccessful={"type": "boolean"}, toolExecutionNotifications=several(NOTIFICATION)
)
DRIVER = closed(["name"], name=TEXT, version=TEXT, rules=several(DESCRIPTOR, uniqueItems=True))
RUN = closed(
    ["tool"],
    tool=closed(["driver"], driver=DRIVER),
    invocations=several(INVOCATION),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=several(RESULT),
)
URI = {"type": "string", "format": "uri"}
LOG = closed(["version", "runs"], **{"$schema": URI}, version={"enum": ["2.1.0"]}, runs=several(RUN))


def log(capsys: pytest.CaptureFixture[str], *names: str) -> dict[str, Any]:
    main(["check", "--format", "sarif", *names])
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(LOG, format_checker=jsonschema.FormatChecker()).validate(value)
    run = value["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    # What the standard asks for beyond its schema.
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])
    return run


def test_a_log_of_findings_and_problems(capsys: pytest.CaptureFixture[str]) -> None:
    Path("seeds").mkdir()
    Path("seeds/grüße & co.txt").write_text(f"{STORY}\n\n{COPYRIGHT}\n\nSign up for our free weekly newsletter.\n")
    Path("rows.jsonl").write_text(json.dumps({"text": f"{STORY}\n\n{COPYRIGHT}"}) + "\n{\n")
    odd = f"{STORY}\n\n© 2024 \ud800 Evil Ltd. All rights reserved.\n"
    Path("odd.txt").write_bytes(odd.encode("utf-8", "surrogatepass"))
    run = log(capsys, "seeds", "rows.jsonl", "odd.txt")
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert places[0]["artifactLocation"] == {"uri": "seeds/gr%C3%BC%C3%9Fe%20%26%20co.txt", "uriBaseId": "%SRCROOT%"}
    region = places[0]["region"]
    assert (region["startLine"], region["startColumn"], region["endColumn"]) == (3, 1, len(COPYRIGHT) + 1)
    assert region["snippet"]["text"] == COPYRIGHT
    assert [run["results"][0]["ruleId"], run["results"][0]["level"]] == ["copyright.line", "warning"]
    prints = [result["partialFingerprints"]["stripperText/v1"] for result in run["results"]]
    assert prints[0] == prints[2] != prints[1]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert "rows.jsonl:2: invalid JSON" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_a_log_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("seed.txt").write_text(STORY)
    run = log(capsys, "seed.txt")
    assert run["results"] == [] and run["invocations"][0]["executionSuccessful"] is True


def test_a_file_elsewhere_has_an_absolute_place(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path_factory.mktemp("else where") / "seed.txt"
    elsewhere.write_text(f"{STORY}\n\n{COPYRIGHT}\n")
    run = log(capsys, str(elsewhere))
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": elsewhere.as_uri()}
