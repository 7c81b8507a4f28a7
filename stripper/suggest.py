"""Rules that a run calls for: drafts from what it cut for its repetition alone, best first by what they would cut.

Examples come from the run itself: what was cut, and the kept text that is most like it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from stripper import library as libraries
from stripper.draft import Categories, Unnamed, draft
from stripper.errors import UsageError
from stripper.judge import UNCLASSIFIED
from stripper.library import Library
from stripper.match import Matcher, matches_example
from stripper.model import Document, Evidence, Removal, Template
from stripper.normalize import fold
from stripper.ruleset import Examples, Rule, Ruleset
from stripper.ruleset.phrases import words
from stripper.segment import segments
from stripper.sinks.removals import TEXT_FIELD, RestoreError, read_entries, read_header
from stripper.sinks.single import beside
from stripper.sources import ReadOptions, find_inputs, read

# Wordings of a Template that are compared, and documents read for kept text.
_WORDINGS = 50
_DOCUMENTS = 5000
_EXAMPLES = 3
# Kept texts that are tried as counter-examples, the most alike first.
_NEAREST = 8


class Suggestion(NamedTuple):
    """A drafted rule.

    characters: what was cut for it in this run. template: its id. like: the rule whose category was guessed.
    also: kept texts of this run that it would cut too.
    """

    rule: Rule
    characters: int
    template: str
    like: str | None
    also: tuple[str, ...]


class _Run(NamedTuple):
    removals: list[Path]
    library: Path
    documents: Path


def suggest(run: str, rules: Ruleset, most: int = 50) -> list[Suggestion]:
    """Drafts for what a run cut and no rule names, at most so many. Raises UsageError where RUN is no run's output."""
    place = _run(Path(run))
    found, field = _unnamed(place)
    matcher = Matcher(rules)
    categories = Categories(rules.rules)
    drafts: list[tuple[Unnamed, Rule, str | None]] = []
    for unnamed in sorted(found, key=lambda u: (-u.characters, u.template)):
        if len(drafts) == most:
            break
        hits = matcher.match_text(unnamed.exemplar, segments(unnamed.exemplar)).hits
        if any(hit.rule.action == "remove" for hit in hits):
            continue
        guess = categories.guess(unnamed.exemplar)
        if rule := draft(unnamed, guess, rules):
            drafts.append((unnamed, rule, guess.like))
    rules_made = _numbered([rule for _, rule, _ in drafts])
    kept = _Kept([unnamed.exemplar for unnamed, _, _ in drafts])
    for text in _texts(place, field):
        kept.take(text)
    tried = Matcher(Ruleset(tuple(rules_made), rules.policy, ""))
    made = []
    for number, ((unnamed, _, like), rule) in enumerate(zip(drafts, rules_made, strict=True)):
        examples, also = _examples(rule, unnamed, kept.nearest(number), tried)
        rule = msgspec.structs.replace(rule, examples=examples)
        made.append(Suggestion(rule, unnamed.characters, unnamed.template, like, also))
    return made


def _run(place: Path) -> _Run:
    """The parts of a run. Raises UsageError."""
    if place.is_dir():
        run = _Run(sorted(place.joinpath("removals").rglob("*.jsonl")), place / "library.jsonl", place / "documents")
    else:
        cuts = beside(place, "removals")
        run = _Run([cuts] if cuts.exists() else [], beside(place, "library"), place)
    if not run.documents.exists():
        raise UsageError(f"{place}: is no output of a run; name the OUT of stripper clean, a folder or a file of rows")
    if not run.removals:
        raise UsageError(f"{place}: has no removals beside it, so there is nothing to suggest rules from")
    return run


def _unnamed(run: _Run) -> tuple[list[Unnamed], str]:
    """What was cut for its repetition alone, and the field that holds the articles."""
    known = libraries.load(run.library) if run.library.exists() else Library()
    templates = {template.id: template for template in known.templates()}
    found: dict[str, Unnamed] = {}
    field = "text"
    for path in run.removals:
        try:
            with path.open("rb") as file:
                field = read_header(file.readline()).get(TEXT_FIELD, field)
                for entry in read_entries(file):
                    _count(found, entry.removals, templates)
        except RestoreError as error:
            raise UsageError(f"{path}: {error}; run stripper clean again") from None
    return list(found.values()), field


def _count(found: dict[str, Unnamed], removals: Iterable[Removal], templates: dict[str, Template]) -> None:
    for cut in removals:
        if cut.category != UNCLASSIFIED or cut.template is None:
            continue
        unnamed = found.get(cut.template)
        if unnamed is None:
            template = templates.get(cut.template)
            evidence = Evidence(cut.documents or 0, cut.sources or 0, cut.contexts or 0)
            sources = tuple(sorted(filter(None, template.by_source))) if template else ()
            unnamed = found[cut.template] = Unnamed(
                cut.template, cut.exemplar or cut.text, template.evidence if template else evidence, sources
            )
        unnamed.characters += len(cut.text)
        if len(unnamed.texts) < _WORDINGS:
            # JSON of a lone surrogate cannot be written as YAML.
            unnamed.texts[cut.text.strip().encode("utf-8", "replace").decode()] += 1


def _numbered(rules: Sequence[Rule]) -> list[Rule]:
    """The rules, ids that meet told apart."""
    seen: dict[str, int] = defaultdict(int)
    made = []
    for rule in rules:
        seen[rule.id] += 1
        again = seen[rule.id]
        made.append(msgspec.structs.replace(rule, id=f"{rule.id}-n{again}") if again > 1 else rule)
    return made


def _texts(run: _Run, field: str) -> Iterator[str]:
    """The articles of a run, of some thousand documents."""
    options = ReadOptions(text_field=field)
    for source in find_inputs([os.fspath(run.documents)]):
        for item in islice(read(source, options), _DOCUMENTS):
            if isinstance(item, Document):
                yield item.text


class _Kept:
    """For each exemplar the kept sentences that share most of its words."""

    def __init__(self, exemplars: Sequence[str]) -> None:
        self._terms = [set(words(fold(exemplar))) for exemplar in exemplars]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, terms in enumerate(self._terms):
            for term in terms:
                self._holders[term].append(number)
        self._best: list[dict[str, float]] = [{} for _ in exemplars]
        self._any: dict[str, float] = {}

    def take(self, text: str) -> None:
        """Look at one more kept text."""
        for segment in segments(text):
            terms = set(words(segment.folded))
            if len(terms) < 4 or not segment.stands_for("sentence"):
                continue
            shared: dict[int, int] = defaultdict(int)
            for term in terms:
                for number in self._holders.get(term, ()):
                    shared[number] += 1
            sentence = " ".join(text[segment.start : segment.end].encode("utf-8", "replace").decode().split())
            if len(self._any) < _NEAREST:
                self._any[sentence] = 0.0
            for number, count in shared.items():
                best = self._best[number]
                best[sentence] = count / (len(terms) + len(self._terms[number]) - count)
                if len(best) > 4 * _NEAREST:
                    self._best[number] = dict(sorted(best.items(), key=lambda b: (-b[1], b[0]))[:_NEAREST])

    def nearest(self, number: int) -> list[str]:
        best = sorted(self._best[number].items(), key=lambda b: (-b[1], b[0]))[:_NEAREST]
        return list(dict.fromkeys([*(sentence for sentence, _ in best), *self._any]))


def _examples(rule: Rule, unnamed: Unnamed, kept: Sequence[str], matcher: Matcher) -> tuple[Examples, tuple[str, ...]]:
    """Members that the rule matches, kept texts that it does not; and those that it would cut as well."""
    holds = {text: matches_example(rule, text, matcher) for text in kept}
    apart = [text for text in kept if not holds[text]][:_EXAMPLES]
    often = [text for text, _ in sorted(unnamed.texts.items(), key=lambda t: (-t[1], t[0]))]
    members = [text for text in often if matches_example(rule, text, matcher)][:_EXAMPLES]
    if len(members) == 1 and apart:
        # Always worded the same: shown once more as it stands, behind an article.
        behind = f"{apart[0]}\n\n{members[0]}"
        members += [behind] if matches_example(rule, behind, matcher) else []
    return Examples(tuple(members), tuple(apart)), tuple(text for text in kept if holds[text])


def as_yaml(suggestions: Sequence[Suggestion]) -> str:
    """The drafts as a rules file, each below what it rests on."""
    import yaml

    parts = []
    for made in suggestions:
        like = f"category guessed from {made.like}" if made.like else "no rule is like it: name its category"
        about = [f"{made.characters:,} characters cut by repetition alone; Template {made.template}; {like}"]
        about += [f"would cut what was kept: {' '.join(text.split())[:100]}" for text in made.also]
        entry = msgspec.to_builtins(made.rule)
        dumped = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=100)
        parts.append("".join(f"# {_plain(line)}\n" for line in about) + dumped)
    return "\n".join(parts)


def _plain(text: str) -> str:
    """A text for a comment: what YAML does not read even there is left out."""
    return "".join(character if character.isprintable() else " " for character in text)
