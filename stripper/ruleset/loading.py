"""Rules from the places they are kept in: the package's own, then the user's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from stripper.ruleset import checking
from stripper.ruleset.checking import Checked
from stripper.ruleset.faults import Fault, RulesError
from stripper.ruleset.language import Policy, Rule, Ruleset
from stripper.ruleset.places import rule_files
from stripper.ruleset.reading import Source, read

_POLICY = "policy.yaml"


def load(places: Sequence[Path]) -> Ruleset:
    """The rules of all places, later ones overriding earlier ones by id, or by an id the earlier rule had before.

    places: files, or folders whose ``*.yaml`` are read; ``policy.yaml`` overrides the policy field by field.
    Raises `RulesError` with every fault of every file.
    """
    faults: list[Fault] = []
    rules: dict[str, Checked] = {}
    settings: dict[str, Any] = {}
    for place in places:
        found: list[Checked] = []
        claims: dict[str, str] = {}
        for source in _sources(Path(place), faults):
            if Path(source.path).name == _POLICY:
                settings |= checking.policy(source, faults)
            else:
                found += checking.rules(source, faults)
                _refuse_claims(source, claims, faults)
        _refuse_twins(found, faults)
        _override(rules, found)
    if faults:
        raise RulesError(dict.fromkeys(faults))
    ordered = tuple(rules[id].rule for id in sorted(rules))
    policy = msgspec.convert(settings, Policy)
    origins = {id: f"{checked.path}:{checked.line}" for id, checked in sorted(rules.items())}
    return Ruleset(ordered, policy, content_hash(ordered, policy), origins)


def content_hash(rules: Iterable[Rule], policy: Policy) -> str:
    """sha256 over rules and policy, in hexadecimal digits, the same for any order of rules."""
    content = {"rules": sorted(rules, key=lambda rule: rule.id), "policy": policy}
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def _sources(place: Path, faults: list[Fault]) -> Iterable[Source]:
    files = rule_files(place)
    if not files:
        faults.append(Fault(str(place), 0, 0, "", "holds no *.yaml; name a folder or a file of rules"))
    for file in files:
        try:
            yield read(file)
        except RulesError as error:
            faults.extend(error.errors)


def _refuse_claims(source: Source, claims: dict[str, str], faults: list[Fault]) -> None:
    """Within one place an id is written once, also where the rule that has it is faulty in something else."""
    for id, line, column in checking.ids(source):
        place = f"{source.path}:{line}"
        if (other := claims.setdefault(id, place)) != place:
            faults.append(Fault(source.path, line, column, id, _taken(id, other)))


def _taken(id: str, place: str) -> str:
    return f"the id {id} is taken by the rule at {place}; give one of them another id"


def _refuse_twins(found: list[Checked], faults: list[Fault]) -> None:
    """Within one place an id stands for one rule, be it an alias or not."""
    first: dict[str, Checked] = {}
    for checked in found:
        for id in dict.fromkeys((checked.rule.id, *checked.rule.aliases)):
            if (other := first.setdefault(id, checked)) is not checked:
                what = _taken(id, f"{other.path}:{other.line}")
                faults.append(Fault(checked.path, checked.line, checked.column, checked.rule.id, what))


def _override(rules: dict[str, Checked], found: list[Checked]) -> None:
    known_as = {alias: id for id, checked in rules.items() for alias in checked.rule.aliases}
    for checked in found:
        rule = checked.rule
        if rule.id not in rules and rule.id in known_as:
            # Written for the id of an earlier version: it overrides the rule under the id it has now.
            now = known_as[rule.id]
            rule = msgspec.structs.replace(rule, id=now, aliases=(*dict.fromkeys((*rule.aliases, rule.id)),))
        rules[rule.id] = checked._replace(rule=rule)
