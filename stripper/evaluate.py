"""Scores of an output against gold: what was kept, what was lost, what was left in.

Texts are compared as multisets of token 4-grams, the measure of scrapinghub/article-extraction-benchmark; tokens are
case-folded words, or single characters of Han, Kana and Thai.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, TypeAlias

from stripper.errors import UsageError
from stripper.sources import ReadOptions
from stripper.sources.inputs import input_at
from stripper.sources.jsonl import lines
from stripper.sources.streams import Damaged, open_stream

Grams: TypeAlias = Counter[tuple[str, ...]]
Figures: TypeAlias = dict[str, float | int]

_SIZE = 4
_LIMIT = 1 << 40
_tokens = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]|[^\W_]+").findall
_words = re.compile(r"\S+").finditer


@dataclass(frozen=True, slots=True)
class Score:
    """One document. precision, recall, f1: 0 to 1.

    lost: grams of the article that are missing, out of ``content``. left: other grams that are still there, out of ``rest``.
    """

    id: str
    precision: float
    recall: float
    f1: float
    lost: int
    content: int
    left: int
    rest: int


@dataclass(frozen=True)
class Evaluation:
    """groups: figures by name, ``all`` first. scores: every document, in the order of gold.

    categories: by category of boilerplate, how many characters of its words gold marks, and how many of them are gone.
    """

    groups: dict[str, Figures]
    scores: list[Score]
    categories: dict[str, tuple[int, int]] = field(default_factory=dict)

    def worst(self, count: int) -> list[Score]:
        """The documents with the lowest f1."""
        return sorted(self.scores, key=lambda score: score.f1)[:count]

    def as_json(self, worst: int = 0) -> dict[str, Any]:
        """The groups by name; beside them ``categories`` and ``worst`` where there are any."""
        found: dict[str, Any] = dict(self.groups)
        if self.categories:
            found["categories"] = {
                name: {"marked": marked, "removed": removed, "share": removed / marked}
                for name, (marked, removed) in self.categories.items()
            }
        if worst:
            names = ("id", "precision", "recall", "f1")
            found["worst"] = [{name: getattr(score, name) for name in names} for score in self.worst(worst)]
        return found


def evaluate(gold: str, out: str, by: str | None = None) -> Evaluation:
    """Score a file of articles against a file of gold; documents of gold that OUT lacks score as empty.

    by: a field of gold to group by. Raises UsageError where a file cannot be used.
    """
    texts = _texts(out)
    scores: list[Score] = []
    groups: defaultdict[str, list[Score]] = defaultdict(list)
    marked: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    missing = 0
    for number, row in _rows(gold):
        if row.get("gold") is None:
            continue
        if "id" not in row:
            raise UsageError(f"{gold}:{number}: a row needs an id")
        text = texts.get(str(row["id"]))
        missing += text is None
        scores.append(score(row, text or ""))
        if by:
            groups[str(row.get(by))].append(scores[-1])
        for category, total, gone in _by_category(row, text or ""):
            marked[category] += total
            removed[category] += gone
    if not scores:
        raise UsageError(f"{gold}: no document with gold in it; rows need the fields id, input and gold")
    figures = {"all": {**_total(scores), "missing": missing}}
    figures |= {name: _total(found) for name, found in sorted(groups.items())}
    categories = {name: (marked[name], removed[name]) for name in sorted(marked) if marked[name]}
    return Evaluation(figures, scores, categories)


def score(row: Mapping[str, Any], text: str) -> Score:
    """One document of gold and the article that was made of it. Spans marked neutral count neither way."""
    gold, out, full = _grams(row["gold"]), _grams(text), _grams(row.get("input", ""))
    core = gold
    if spans := row.get("spans"):
        kept = _grams(_without_boilerplate(row["input"], spans))
        neutral = kept - gold
        out, full, core = out - neutral, full - neutral, gold & kept
    hits = (gold & out).total()
    precision = hits / out.total() if out else float(not gold)
    recall = min(1.0, (core & out).total() / core.total()) if core else 1.0
    content, rest = full & core, full - gold
    return Score(
        id=str(row["id"]),
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        lost=(content - out).total(),
        content=content.total(),
        left=(rest & (out - gold)).total(),
        rest=rest.total(),
    )


def _grams(text: str) -> Grams:
    tokens = _tokens(text.casefold())
    if len(tokens) < _SIZE:
        return Counter([tuple(tokens)] if tokens else [])
    return Counter(zip(*(tokens[at:] for at in range(_SIZE)), strict=False))


def _without_boilerplate(text: str, spans: Iterable[Sequence[Any]]) -> str:
    kept: list[str] = []
    at = 0
    for start, end, mark, _ in spans:
        if mark == "boilerplate":
            kept.append(text[at:start])
            at = max(at, end)
    return "".join([*kept, text[at:]])


def _total(scores: Sequence[Score]) -> Figures:
    figures: Figures = {"documents": len(scores)}
    for name in ("precision", "recall", "f1"):
        figures[name] = sum(getattr(score, name) for score in scores) / len(scores)
    figures["content_lost"] = sum(score.lost for score in scores) / max(1, sum(score.content for score in scores))
    figures["boilerplate_left"] = sum(score.left for score in scores) / max(1, sum(score.rest for score in scores))
    return figures


def _by_category(row: Mapping[str, Any], text: str) -> Iterator[tuple[str, int, int]]:
    """For each span of boilerplate its category, and how many characters of its words there are and are gone.

    Which words are gone is told by the longest runs of words that input and article share.
    """
    spans = [(start, end, category) for start, end, mark, category in row.get("spans") or () if mark == "boilerplate"]
    if not spans:
        return
    words = list(_words(row["input"]))
    shared = SequenceMatcher(None, [word[0] for word in words], text.split(), autojunk=False).get_matching_blocks()
    stays = {at for block in shared for at in range(block.a, block.a + block.size)}
    for start, end, category in spans:
        total = gone = 0
        for at, word in enumerate(words):
            length = max(0, min(end, word.end()) - max(start, word.start()))
            total += length
            gone += length * (at not in stays)
        yield category, total, gone


def _texts(path: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for number, row in _rows(path):
        if "id" not in row or not {"text", "input"} & row.keys():
            raise UsageError(f"{path}:{number}: a row needs id, and text or input")
        if (id := str(row["id"])) in texts:
            raise UsageError(f"{path}:{number}: the id {id!r} stands twice")
        texts[id] = row.get("text", row.get("input")) or ""
    return texts


def _rows(path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a JSON Lines file, plain or compressed, with their line numbers."""
    options = ReadOptions(max_line=_LIMIT, max_ratio=_LIMIT)
    try:
        with open_stream(input_at(path, path, named=True), options) as stream:
            for line in lines(stream, _LIMIT):
                if line.raw.strip():
                    row = json.loads(line.raw)
                    if not isinstance(row, dict):
                        raise UsageError(f"{path}:{line.number}: no JSON object")
                    yield line.number, row
    except Damaged as damage:
        raise UsageError(f"{path}: {damage.reason}") from None
    except ValueError as error:
        raise UsageError(f"{path}:{line.number}: no JSON: {error}") from None
