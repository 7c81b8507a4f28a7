"""From text that repeats and that no rule names to the draft of a rule, for a person to read and mend."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from stripper.model import Evidence, Level
from stripper.normalize import fold
from stripper.ruleset import Match, Rule, Ruleset, Where
from stripper.ruleset.phrases import GAP, GAP_WORDS, words
from stripper.segment import segments

# Fewer folded words than this say too little to go without the evidence of repetition.
_WEAK = 5
# Longer texts are known as a whole, and near-duplicates of them too.
_LONG = 40
# Share of a Template's documents that hold it at one end from which the rule asks for that end.
_AT_END = 0.9
# Words that the longest member may be exceeded by where something varies.
_ROOM = 4
# Sources that a rule is bound to by name.
_FEW_SOURCES = 3
# A category is guessed from this likeness to an example of its rules.
_ALIKE = 0.25
UNGUESSED = "repeated"
_slug = re.compile(r"[a-z0-9]+")


@dataclass
class Unnamed:
    """A Template that was cut for its repetition alone.

    characters: cut with it in all. texts: what was cut, by wording, with how often. evidence: as the Library has it.
    sources: the names of those that held it, where they are known.
    """

    template: str
    exemplar: str
    evidence: Evidence
    sources: tuple[str, ...] = ()
    characters: int = 0
    texts: Counter[str] = field(default_factory=Counter)


class Guess(NamedTuple):
    """The category a text is likely of, and the rule whose example it is most like; none where nothing is like it."""

    category: str
    like: str | None


class Categories:
    """Guesses categories by the examples of rules that remove: by the words they share, the rare ones above all."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: list[Rule] = []
        self._sizes: list[float] = []
        self._holders: dict[str, list[int]] = defaultdict(list)
        examples = [(rule, _terms(text)) for rule in rules if rule.action == "remove" for text in rule.examples.match]
        frequency = Counter(term for _, terms in examples for term in terms)
        self._weights = {term: math.log(1 + len(examples) / count) for term, count in frequency.items()}
        for number, (rule, terms) in enumerate(examples):
            self._rules.append(rule)
            self._sizes.append(sum(self._weights[term] for term in terms))
            for term in terms:
                self._holders[term].append(number)

    def guess(self, text: str) -> Guess:
        terms = _terms(text)
        # A word that no example has is as rare as can be.
        size = sum(self._weights.get(term, math.log(1 + len(self._rules))) for term in terms)
        shared: dict[int, float] = defaultdict(float)
        for term in sorted(terms):
            for number in self._holders.get(term, ()):
                shared[number] += self._weights[term]
        best = max(shared, key=lambda n: (shared[n] / (size + self._sizes[n] - shared[n]), -n), default=None)
        if best is None or shared[best] / (size + self._sizes[best] - shared[best]) < _ALIKE:
            return Guess(UNGUESSED, None)
        return Guess(self._rules[best].category, self._rules[best].id)


def _terms(text: str) -> set[str]:
    return set(words(fold(text))) - {"0"}


def draft(found: Unnamed, guess: Guess, taken: Ruleset) -> Rule | None:
    """The narrowest rule for a Template, its examples still to be found; None where it says nothing of its own.

    taken: the rules in force, whose ids are not to be had.
    """
    match = matcher_of(found.exemplar, list(found.texts))
    if match is None:
        return None
    lengths = [len(words(fold(text))) for text in (found.exemplar, *found.texts)]
    varies = len({fold(text) for text in (found.exemplar, *found.texts)}) > 1
    evidence = found.evidence
    ends: Literal["head", "tail"] | None = "tail" if evidence.tail >= _AT_END else None
    where = Where(
        position="head" if evidence.head >= _AT_END else ends,
        max_words=max(lengths) + _ROOM * varies,
        sources=found.sources if len(found.sources) <= _FEW_SOURCES else (),
    )
    said = f"Stands in {evidence.documents} documents"
    return Rule(
        id=_id(found, taken),
        category=guess.category,
        description=f"{said} of {evidence.sources} sources." if evidence.sources > 1 else f"{said}.",
        level=_level(found.exemplar),
        evidence="repeated" if min(lengths) < _WEAK else "alone",
        match=match,
        where=where,
    )


def _id(found: Unnamed, taken: Ruleset) -> str:
    named = "-".join(_slug.findall(fold(found.exemplar))[:4])[:60]
    id = f"suggested.{named}" if re.search("[a-z]{3}", named) else f"suggested.template-{found.template}"
    return id if taken.get(id) is None else f"{id}-{found.template}"


def _level(text: str) -> Level:
    """The narrowest level at which a text is one segment."""
    first = next(iter(segments(text)), None)
    levels: tuple[Level, ...] = ("sentence", "line")
    return next((level for level in levels if first and first.stands_for(level)), "paragraph")


def matcher_of(exemplar: str, variants: Sequence[str]) -> Match | None:
    """What an exemplar and its variants have in common, as a phrase with gaps; of a long text the whole of it.

    Where more varies than a gap holds, all stretches between must stand. None where no two words are common.
    """
    folded = fold(exemplar)
    if len(words(folded)) > _LONG and len(folded.split()) > _LONG:
        return Match(text=" ".join(exemplar.split()))
    phrases = list(_phrases(folded, [fold(variant) for variant in variants]))
    if sum(len(words(phrase.replace(GAP, " "))) for phrase in phrases) < 2:
        return None
    return Match(phrase=phrases[0]) if len(phrases) == 1 else Match(all=tuple(Match(phrase=p) for p in phrases))


def _phrases(folded: str, variants: Iterable[str]) -> Iterator[str]:
    """The words that no variant lacks: stretches joined by gaps, a phrase anew where a gap would be too wide."""
    tokens = list(_places(folded))
    own = [folded[start:end] for start, end in tokens]
    # How many words may stand in the place of each own word (0: it is common to all), and before it.
    instead, before = [0] * len(own), [0] * (len(own) + 1)
    for variant in variants:
        other = words(variant)
        for op, i, j, k, m in SequenceMatcher(None, own, other, autojunk=False).get_opcodes():
            if op == "insert":
                before[i] = max(before[i], m - k)
            elif op != "equal":
                for at in range(i, j):
                    instead[at] = max(instead[at], 1)
                instead[i] = max(instead[i], m - k - (j - i) + 1)
    made, start, width = "", None, 0
    for at in range(len(own) + 1):
        ends = at == len(own) or instead[at] or before[at]
        if start is not None and ends:
            stretch = folded[tokens[start][0] : tokens[at - 1][1]]
            if made and width > GAP_WORDS:
                yield made
                made = ""
            made = f"{made} {GAP} {stretch}" if made else stretch
            start, width = None, 0
        if at < len(own):
            width += before[at] + instead[at]
            if start is None and not instead[at]:
                start = at
    if made:
        yield made


def _places(folded: str) -> Iterator[tuple[int, int]]:
    """Where each of the `words` of a folded text stands."""
    end = 0
    for word in words(folded):
        start = folded.index(word, end)
        end = start + len(word)
        yield start, end
