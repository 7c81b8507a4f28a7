"""Rules from files: every fault named by line and rule, later places over earlier ones, one hash for one content."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ruleset.making import faults, write
from stripper.ruleset import Policy, RulesError, builtin, load

GOOD = """\
- id: test.good
  category: other
  match: {phrase: harbour lights}
"""

# Fields of a rule on lines 3 and on, with the place and words of the fault they make.
FAULTS = {
    "match missing": ("description: x", "1:3", "the field match is missing"),
    "unknown field": ("match: {phrase: a}\n  langauges: [en]", "4:3", "did you mean languages?"),
    "unknown field, nothing near": ("match: {phrase: a}\n  zzz: 1", "4:3", "'zzz' is not known; leave it out"),
    "unknown matcher": ("match:\n    any:\n      - phrase: a\n      - pharse: b", "6:9", "did you mean phrase?"),
    "number for a phrase": ("match:\n    phrase: 12", "4:5", "expected str, got int; write the words in quotes"),
    "empty phrase": ("match: {phrase: ''}", "3:11", "match.phrase: expected str of length >= 1"),
    "level": ("match: {phrase: a}\n  level: word", "4:3", "write paragraph, line, sentence or span"),
    "evidence": ("match: {phrase: a}\n  evidence: twice", "4:3", "write alone or repeated"),
    "action": ("match: {phrase: a}\n  action: delete", "4:3", "write remove, keep or flag"),
    "position": ("match: {phrase: a}\n  where: {position: middle}", "4:11", "write head or tail"),
    "max_words": ("match: {phrase: a}\n  where: {max_words: 0}", "4:11", "expected int >= 1"),
    "truth value for a number": ("match: {phrase: a}\n  where: {min_documents: true}", "4:11", "expected int"),
    "sources a word": ("match: {phrase: a}\n  where: {sources: one}", "4:11", "expected array, got str"),
    "language": ("match: {phrase: a}\n  languages: [English]", "4:15", "write language codes"),
    "examples a list": ("match: {phrase: a}\n  examples: [x]", "4:3", "expected object, got array"),
    "alias": ("match: {phrase: a}\n  aliases: [Old]", "4:13", "lower-case words parted by dots"),
    "nothing to match": ("match: {}", "3:3", "this one has nothing"),
    "two matchers in one": ("match: {phrase: a, regex: b}", "3:3", "this one has phrase and regex"),
    "matcher beside a group": ("match: {phrase: a, any: [{phrase: b}]}", "3:3", "this one has phrase and any"),
    "a bare list": ("match: [{phrase: a}]", "3:3", "expected object, got array"),
    "empty any": ("match: {any: []}", "3:11", "expected array of length >= 1"),
    "none alone": ("match: {none: [{phrase: a}]}", "3:3", "add what the text does say"),
    "any with a none alone": ("match: {any: [{phrase: a}, {none: [{phrase: b}]}]}", "3:3", "add what the text does say"),
    "coverage without text": ("match: {phrase: a, coverage: 0.5}", "3:22", "coverage belongs to text"),
    "coverage": ("match: {text: one two three four, coverage: 1.5}", "3:37", "write a share above 0 and up to 1"),
    "short text": ("match: {text: one two three}", "3:11", "at least 4 words"),
    "span of a text": ("match: {text: one two three four}\n  level: span", "3:3", "no span"),
    "brace open": ("match: {any: [{phrase: 'a {b|c'}]}", "3:18", "the braces of a choice do not pair"),
    "one alternative": ("match: {phrase: 'a {b}'}", "3:11", "one alternative only"),
    "gap at an end": ("match: {phrase: 'a … '}", "3:11", "words on both sides"),
    "no words": ("match: {phrase: '*** --- ***'}", "3:11", "folds to no words"),
    "does not compile": ("match: {regex: 'a(b'}", "3:11", "does not compile: missing )"),
    "unknown property": ("match: {regex: '\\p{Nonesuch}'}", "3:11", "does not compile"),
    "matches nothing": ("match: {regex: 'a*'}", "3:11", "matches the empty text"),
    "huge repeats": ("match: {regex: '(?:(?:(?:a{1000}){1000}){1000})'}", "3:11", "multiply to more than 20,000"),
    "catastrophic": ("match: {regex: '(?:a+)+b'}", "3:11", "can run for ages"),
    "nested deep": ("match: " + "{any: [" * 8 + "{phrase: 'a {'}" + "]}" * 8, "3:67", "do not pair"),
}


@pytest.mark.parametrize(("fields", "place", "what"), FAULTS.values(), ids=FAULTS)
def test_fault(tmp_path: Path, fields: str, place: str, what: str) -> None:
    path = write(tmp_path, "r.yaml", f"- id: test.bad\n  category: other\n  {fields}\n{GOOD}")
    (found,) = faults(path)
    assert found.startswith(f"r.yaml:{place}: test.bad: ")
    assert what in found


def test_rule_without_a_usable_id_is_named_by_its_number(tmp_path: Path) -> None:
    path = write(tmp_path, "r.yaml", GOOD + "- category: other\n  match: {phrase: a}\n- id: NoDots\n- just words\n")
    assert [line.split("; ")[0] for line in faults(path)] == [
        "r.yaml:4:3: rule 2 of the file: the field id is missing",
        "r.yaml:6:3: NoDots: the field category is missing",
        "r.yaml:6:3: NoDots: the field match is missing",
        "r.yaml:6:3: NoDots: id: has not the right form",
        "r.yaml:7:3: rule 4 of the file: is a text, not a rule",
    ]


def test_all_faults_of_all_files_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "- id: a.one\n  level: word\n  actoin: keep\n- id: a.two\n  match: &m {phrase: x}\n")
    write(tmp_path, "b.yaml", "- [\n")
    write(tmp_path, "c.yaml", "rules: []\n")
    write(tmp_path, "policy.yaml", "documents: 0\ncontext: 2\n")
    with pytest.raises(RulesError) as caught:
        load([tmp_path])
    found = [(Path(fault.path).name, fault.line, fault.rule) for fault in caught.value.errors]
    assert found == [
        ("a.yaml", 5, "a.two"),
        ("a.yaml", 1, "a.one"),
        ("a.yaml", 1, "a.one"),
        ("a.yaml", 2, "a.one"),
        ("a.yaml", 3, "a.one"),
        ("b.yaml", 2, ""),
        ("c.yaml", 1, ""),
        ("policy.yaml", 1, ""),
        ("policy.yaml", 2, ""),
    ]


def test_every_field_arrives(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "r.yaml",
        """\
        - id: test.full
          category: legal-disclaimer
          description: Says all there is to say.
          languages: [en, no, pt-BR]
          evidence: repeated
          level: paragraph
          match:
            any:
              - phrase: "one {two|three} … four"
              - regex: '(?i)five\\s+six'
              - text: |
                  seven eight nine ten
                coverage: 0.5
            all:
              - any: [{phrase: eleven}, {all: [{phrase: twelve}], none: [{phrase: thirteen}]}]
            none:
              - phrase: fourteen
          where: {position: tail, max_words: 300, sources: [a.example], min_documents: 2, min_contexts: 3}
          action: keep
          examples: {match: [one], no_match: [two]}
          aliases: [test.old]
        """,
    )
    (rule,) = load([path]).rules
    assert (rule.id, rule.category, rule.evidence, rule.level, rule.action) == (
        "test.full",
        "legal-disclaimer",
        "repeated",
        "paragraph",
        "keep",
    )
    assert rule.languages == ("en", "no", "pt-BR")
    assert [leaf.phrase or leaf.regex or leaf.text for leaf in rule.match.leaves(positive=True)] == [
        "one {two|three} … four",
        r"(?i)five\s+six",
        "seven eight nine ten\n",
        "eleven",
        "twelve",
    ]
    assert rule.match.any[2].coverage == 0.5
    assert rule.where.sources == ("a.example",)
    assert (rule.where.position, rule.where.max_words, rule.where.min_documents, rule.where.min_contexts) == (
        "tail",
        300,
        2,
        3,
    )
    assert rule.examples.no_match == ("two",)


def test_defaults(tmp_path: Path) -> None:
    (rule,) = load([write(tmp_path, "r.yaml", GOOD)]).rules
    assert (rule.evidence, rule.level, rule.action, rule.match.coverage) == ("alone", "sentence", "remove", 0.8)


def test_later_places_override_by_id_and_by_former_id(tmp_path: Path) -> None:
    first = write(
        tmp_path,
        "first.yaml",
        """\
        - {id: a.now, category: other, match: {phrase: one}, aliases: [a.before]}
        - {id: b.b, category: other, match: {phrase: two}}
        """,
    )
    second = write(
        tmp_path,
        "second/own.yaml",
        """\
        - {id: a.before, category: other, match: {phrase: mine}}
        - {id: b.b, category: other, match: {phrase: mine too}}
        - {id: c.c, category: other, match: {phrase: three}}
        """,
    )
    merged = load([first, second.parent])
    assert [(rule.id, rule.match.phrase) for rule in merged.rules] == [
        ("a.now", "mine"),
        ("b.b", "mine too"),
        ("c.c", "three"),
    ]
    assert merged.get("a.before") is merged.get("a.now") is merged.rules[0]
    assert merged.get("none.such") is None
    assert merged.origins["a.now"] == f"{second}:1"


def test_one_place_cannot_name_an_id_twice(tmp_path: Path) -> None:
    write(tmp_path, "r/a.yaml", GOOD)
    write(tmp_path, "r/b.yaml", GOOD + "- {id: x.y, category: other, match: {phrase: a}, aliases: [test.good]}\n")
    found = faults(tmp_path / "r")
    assert [line.split(";")[0] for line in found] == [
        "r/b.yaml:1:3: test.good: the id test.good is taken by the rule at "
        + f"{tmp_path}/r/a.yaml:1".replace(f"{tmp_path}/", ""),
        "r/b.yaml:4:3: x.y: the id test.good is taken by the rule at r/a.yaml:1",
    ]


def test_policy_is_overridden_field_by_field(tmp_path: Path) -> None:
    assert load([write(tmp_path, "r.yaml", GOOD)]).policy == Policy()
    write(tmp_path, "one/policy.yaml", "documents: 5\ncontexts: 4\n")
    write(tmp_path, "two/policy.yaml", "contexts: 9\n")
    assert load([tmp_path / "one", tmp_path / "two"]).policy == Policy(documents=5, contexts=9)
    assert "policy.yaml holds thresholds" in faults(write(tmp_path, "three/policy.yaml", GOOD))[0]


def test_hash_is_of_the_content_only(tmp_path: Path) -> None:
    other = "- {id: test.other, category: other, match: {phrase: quay}}\n"
    one = load([write(tmp_path, "one/r.yaml", GOOD + other)])
    write(tmp_path, "two/x.yaml", other)
    two = load([write(tmp_path, "two/y.yaml", "# said otherwise\n" + GOOD).parent])
    assert one.hash == two.hash
    assert len(one.hash) == 64
    changed = load([write(tmp_path, "three/r.yaml", GOOD + other.replace("quay", "pier"))])
    write(tmp_path, "one/policy.yaml", "documents: 4\n")
    assert len({one.hash, changed.hash, load([tmp_path / "one"]).hash}) == 3


def test_empty_places(tmp_path: Path) -> None:
    assert load([write(tmp_path, "r.yaml", "# nothing yet\n")]).rules == ()
    (tmp_path / "folder").mkdir()
    assert "holds no *.yaml" in faults(tmp_path / "folder")[0]


def test_the_packages_own_rules_load() -> None:
    rules = load([builtin()])
    assert rules.rules
    assert rules.policy == Policy(), "the file says what the code would say without it"


def test_rules_are_values(tmp_path: Path) -> None:
    import pickle

    rules = load([write(tmp_path, "r.yaml", GOOD)])
    assert pickle.loads(pickle.dumps(rules)) == rules
    assert len({rules.rules[0], msgspec.structs.replace(rules.rules[0])}) == 1
    with pytest.raises(AttributeError):
        rules.rules[0].id = "x.y"
