"""From what a YAML file holds to rules and policy, with every fault named by line and rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from stripper.normalize import fold
from stripper.ruleset import patterns, phrases
from stripper.ruleset.conditions import SHORTEST_KNOWN
from stripper.ruleset.faults import Fault
from stripper.ruleset.language import Match, Policy, Rule
from stripper.ruleset.reading import Source, Where

_Struct = TypeVar("_Struct", bound=msgspec.Struct)

_message = re.compile(r"(?P<what>.*?)(?: - at `(?:key in )?\$(?P<path>.*)`)?\Z", re.S)
_step = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_unknown = re.compile(r"Object contains unknown field `(.*)`\Z", re.S)
_missing = re.compile(r"Object missing required field `(.*)`\Z", re.S)
_advice = {
    "id": "write lower-case words parted by dots, such as financial.not-advice",
    "aliases": "write the rule's earlier ids, lower-case words parted by dots",
    "category": "write lower-case words joined by hyphens, such as legal-disclaimer",
    "languages": "write language codes, such as [en, pt-BR]",
    "level": "write paragraph, line, sentence or span",
    "evidence": "write alone or repeated",
    "action": "write remove, keep or flag",
    "position": "write head or tail",
    "coverage": "write a share above 0 and up to 1, such as 0.8",
    "match": "write phrase, regex or text, or any, all or none with a list of them",
    "any": "write a list of matchers",
    "all": "write a list of matchers",
    "none": "write a list of matchers",
    "phrase": "write the words in quotes",
    "regex": "write the pattern in single quotes",
    "text": "write the text after `text: |`",
    "examples": "write lists of texts under match and no_match",
}


class Checked(NamedTuple):
    """A rule that is fit for use, and where it stands."""

    rule: Rule
    path: str
    line: int
    column: int


def rules(source: Source, faults: list[Fault]) -> list[Checked]:
    """The rules of a file; what is wrong with the others goes to ``faults``."""
    faults.extend(
        fault._replace(rule=_id_of(source, where)) for fault, where in zip(source.faults, source.refused, strict=True)
    )
    if source.value is None or not isinstance(source.value, list):
        if source.value is not None and () not in source.refused:
            what = "a rules file is a list of rules; begin each with `- id:` (thresholds belong in policy.yaml)"
            faults.append(Fault(source.path, *source.mark(()), "", what))
        return []
    spoilt = {where[0] for where in source.refused if where}
    checked = []
    for at, raw in enumerate(source.value):
        found = [] if at in spoilt else list(_faults_of_rule(raw))
        faults.extend(_placed(source, (at, *where), _id_of(source, (at,)), what) for where, what in found)
        if at not in spoilt and not found:
            checked.append(Checked(msgspec.convert(raw, Rule), source.path, *source.mark((at,))))
    return checked


def ids(source: Source) -> Iterator[tuple[str, int, int]]:
    """The id of each rule of a file as it is written, with its line and column, be the rule sound or not."""
    if isinstance(source.value, list):
        for at, raw in enumerate(source.value):
            if isinstance(raw, dict) and isinstance(raw.get("id"), str):
                yield raw["id"], *source.mark((at,))


def policy(source: Source, faults: list[Fault]) -> dict[str, Any]:
    """The fields that a ``policy.yaml`` sets; what is wrong with the others goes to ``faults``."""
    faults.extend(source.faults)
    if source.value is None or source.faults:
        return {}
    if not isinstance(source.value, dict):
        what = "policy.yaml holds thresholds, `name: value` in each line; rules belong in other files"
        faults.append(Fault(source.path, *source.mark(()), "", what))
        return {}
    found = list(_faults_of_fields(source.value, Policy))
    faults.extend(_placed(source, where, "", what) for where, what in found)
    return {} if found else source.value


def _placed(source: Source, where: Where, rule: str, what: str) -> Fault:
    return Fault(source.path, *source.mark(where), rule, what)


def _id_of(source: Source, where: Where) -> str:
    """The id of the rule that a place belongs to, as it is written."""
    if not where or not isinstance(source.value, list) or not isinstance(where[0], int):
        return ""
    raw = source.value[where[0]]
    id = raw.get("id") if isinstance(raw, dict) else None
    return id if isinstance(id, str) else f"rule {where[0] + 1} of the file"


def _faults_of_rule(raw: Any) -> Iterator[tuple[Where, str]]:
    if not isinstance(raw, dict):
        yield (), f"is {_kind(raw)}, not a rule; write `- id: …` with its fields below"
        return
    found = list(_faults_of_fields(raw, Rule))
    yield from found
    if any(where[:1] == ("match",) for where, _ in found) or not isinstance(raw.get("match"), dict):
        return
    match = msgspec.convert(raw["match"], Match)
    shape = list(_faults_of_match(match, raw["match"], ("match",)))
    yield from shape
    if shape:
        return
    if not match.positive:
        yield ("match",), "none alone would hold nearly everywhere; add what the text does say"
    if raw.get("level") == "span" and any(leaf.text for leaf in match.leaves(positive=True)):
        yield ("match",), "a known text has no span within a paragraph; use level: sentence, line or paragraph"


def _faults_of_fields(raw: dict[str, Any], struct: type[msgspec.Struct]) -> Iterator[tuple[Where, str]]:
    """One fault for each field that is unknown, missing or not what it should be."""
    fields = _fields(struct)
    for name, field in fields.items():
        if name not in raw and field.required:
            yield (), f"the field {name} is missing; {_advice.get(name, 'add it')}"
    for name, value in raw.items():
        if name not in fields:
            yield (name,), _unknown_field(name, list(fields))
            continue
        try:
            msgspec.convert(value, fields[name].type)
        except msgspec.ValidationError as error:
            yield _translate(str(error), name)
        except RecursionError:
            yield (name,), "is nested too deep; write it flatter"


@cache
def _fields(struct: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(struct)}


def _translate(message: str, name: str) -> tuple[Where, str]:
    """A message of msgspec as a place in the rule and a sentence."""
    found = _message.match(message)
    assert found is not None
    what, path = found["what"], found["path"] or ""
    where: Where = (name, *(int(index) if index else key for key, index in _step.findall(path)))
    for pattern, sentence in ((_unknown, None), (_missing, "the field {} is missing")):
        if named := pattern.match(what):
            if sentence is None:
                return (*where, named[1]), _unknown_field(named[1], _advice)
            return where, f"{sentence.format(named[1])}; add it"
    last = next((step for step in reversed(where) if isinstance(step, str)), name)
    advice = _advice.get(last, "see `stripper rules schema` for what may stand here")
    what = "has not the right form" if "matching regex" in what else what.replace("`", "")
    return where, f"{'.'.join(map(str, where))}: {what[0].lower()}{what[1:]}; {advice}"


def _unknown_field(name: str, known: Any) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), 1)
    return f"the field {name!r} is not known; " + (f"did you mean {close[0]}?" if close else "leave it out")


def _kind(value: Any) -> str:
    names = {type(None): "nothing", str: "a text", bool: "a truth value", list: "a list", dict: "a mapping"}
    return names.get(type(value), "a number")


def _faults_of_match(match: Match, raw: dict[str, Any], where: Where) -> Iterator[tuple[Where, str]]:
    kinds = [name for name in ("phrase", "regex", "text") if name in raw]
    groups = [name for name in ("any", "all", "none") if name in raw]
    if len(kinds) + bool(groups) != 1:
        given = " and ".join([*kinds, *groups]) or "nothing"
        what = f"a matcher is one of phrase, regex and text, or any/all/none; this one has {given}"
        yield where, f"{what}; put several under any or all"
        return
    if "coverage" in raw and not match.text:
        yield (*where, "coverage"), "coverage belongs to text; leave it out"
    for name in groups:
        for at, child in enumerate(getattr(match, name)):
            yield from _faults_of_match(child, raw[name][at], (*where, name, at))
    if match.phrase:
        try:
            phrases.parse(match.phrase)
        except ValueError as error:
            yield (*where, "phrase"), str(error)
    elif match.regex and (what := patterns.check(match.regex)):
        yield (*where, "regex"), what
    elif match.text and len(phrases.words(fold(match.text))) < SHORTEST_KNOWN:
        yield (*where, "text"), f"a known text has at least {SHORTEST_KNOWN} words; write a phrase instead"
