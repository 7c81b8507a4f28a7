"""Fit the weights of `stripper.page_text` over the page sets read as text, and print them as they stand there.

    python benchmarks/page_text_weights.py [--data DIR] [--sample N]

Gold says how much of each paragraph is article. The weights are those of a logistic regression in which every sign is held
to the side that its meaning allows. The scores are of weights fitted on the other half of the sources, and for each language
of weights fitted on the other languages; those printed are fitted on all texts.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import logistic
import numpy as np
from accuracy import Absent, Row, arguments, data_file, half, header, line, read_rows, write_gold, write_rows
from logistic import Array, Fit

from stripper import page_text
from stripper.api import Stripper
from stripper.judge import OUTSIDE, Paragraphs, paragraphs_of
from stripper.library import Library
from stripper.match import Matcher
from stripper.model import Document
from stripper.page_text_signs import Signs
from stripper.ruleset import builtin, load
from stripper.sources.page_alignment import article_shares
from stripper.strip import Strip

SETS = {"news-html": 1.0, "sites-html": 0.3}
"""The page sets, and how much a text of each counts: many of the second are shops and lists, which the signs know less."""

# Paragraphs of which more than this is cut by other reasons are not for the signs to judge.
_CUT = 0.6
# Characters added to those of a paragraph, lest short lines count for nothing, and to those of an article.
_LINE, _ARTICLE = 8, 300


@dataclass(frozen=True)
class Text:
    """The text of a page with gold, as judgement sees it with or without a Library.

    columns: a row per paragraph, a column per sign. shares: how much of each paragraph is article, 0 to 1. weights: what
    each paragraph counts. judged: whether the text passes for a whole page's.
    """

    name: str
    known: bool
    row: Row
    paragraphs: Paragraphs
    columns: Array
    shares: Array
    weights: Array
    judged: bool


def texts(folder: Path, sample: int) -> Iterator[Text]:
    """The texts with gold of all sets: each without a Library, and of the first set also with what the set teaches."""
    rules = load([builtin()])
    for name, worth in SETS.items():
        rows = [
            {key: value for key, value in row.items() if key != "html"} for row in read_rows(data_file(folder, name), sample)
        ]
        documents = [Document(row["input"], id=str(row["id"]), source=row.get("source") or "") for row in rows]
        libraries: list[Library | None] = [None]
        if name == "news-html":
            libraries.append(Stripper(rules).learn(documents))
        for library in libraries:
            strip = Strip(Matcher(rules), rules.policy, library, frozenset({OUTSIDE}))
            for row, document in zip(rows, documents, strict=True):
                if row.get("gold") is not None:
                    yield _text(name, row, document, strip, worth / len(libraries))


def _text(name: str, row: Row, document: Document, strip: Strip, worth: float) -> Text:
    view = strip.look(document)
    paragraphs = paragraphs_of(view.segments, view.known, view.judgement.cuts, document.source)
    parts = [document.text[start:end] for start, end in paragraphs.spans]
    signs = Signs(parts, paragraphs.cut, paragraphs.shares)
    shares = np.array(article_shares(parts, row["gold"]))
    sizes = np.array([styled.length for styled in signs.styles])
    judged = np.array(paragraphs.cut) < _CUT
    columns = np.array([signs.columns[sign] for sign in page_text.WEIGHTS], dtype=float).T
    weights = worth * judged * (sizes + _LINE) / (sizes @ shares + _ARTICLE)
    passes = page_text.is_page_text(document, paragraphs.spans)
    return Text(name, strip.library is not None, row, paragraphs, columns, shares, weights, passes)


def fit(found: Sequence[Text]) -> Fit:
    """The weights under which the shares of these texts' paragraphs are likeliest, each on its side of zero."""
    return logistic.fit(
        np.concatenate([text.columns for text in found]),
        np.concatenate([text.shares for text in found]),
        np.concatenate([text.weights for text in found]),
        {sign: weight > 0 for sign, (weight, _) in page_text.WEIGHTS.items()},
    )


def articles(found: Sequence[Text], fitted: Fit) -> Iterator[dict[str, Any]]:
    """What one round of judgement makes of texts with these weights, as rows of an output."""
    weights = {sign: (fitted.weights[sign], said) for sign, (_, said) in page_text.WEIGHTS.items()}
    with patch.multiple(page_text, BASE=fitted.base, WEIGHTS=weights):
        for text in found:
            whole, (spans, cut, shares) = text.row["input"], text.paragraphs
            gone = {out.start for out in page_text.outside(whole, spans, cut, shares)} if text.judged else set()
            kept = [
                whole[start:end]
                for (start, end), share in zip(spans, cut, strict=True)
                if start not in gone and share < _CUT
            ]
            yield {"id": text.row["id"], "text": "\n\n".join(kept)}


def cross_fitted(found: Sequence[Text], part: Callable[[Text], str]) -> Iterator[dict[str, Any]]:
    """Every text by the weights that were fitted on all other parts."""
    for name in sorted({part(text) for text in found}):
        learned = fit([text for text in found if part(text) != name])
        yield from articles([text for text in found if part(text) == name], learned)


def _half(text: Text) -> str:
    return half(text.row)


def _language(text: Text) -> str:
    return str(text.row.get("lang"))


def table(found: Sequence[Text]) -> Iterator[str]:
    """The scores of cross-fitted weights for each set, by half and by language, as `accuracy` prints them."""
    yield header()
    halves = {known: list(cross_fitted([t for t in found if t.known == known], _half)) for known in (True, False)}
    news = [text for text in found if text.name == "news-html" and text.known]
    with tempfile.TemporaryDirectory() as work:
        out = Path(work, "out.jsonl")
        for name in SETS:
            rows = [text.row for text in found if text.name == name and not text.known]
            gold = write_gold(Path(work, "gold.jsonl"), rows)
            yield line(f"{name}, each alone", gold, write_rows(out, halves[False]))
        gold = write_gold(Path(work, "gold.jsonl"), [text.row for text in news])
        yield line("news-html, its Library", gold, write_rows(out, halves[True]))
        write_rows(out, cross_fitted(news, _language))
        for language in sorted(set(map(_language, news))):
            gold = write_gold(Path(work, "gold.jsonl"), [t.row for t in news if _language(t) == language])
            yield line(f"news-html, {language} by others", gold, out)


def printed(fitted: Fit) -> str:
    """The weights as Python, as they stand in `stripper.page_text`."""
    lines = [f"BASE = {fitted.base:.2f}", "WEIGHTS: dict[str, tuple[float, str]] = {"]
    for sign, (_, said) in page_text.WEIGHTS.items():
        lines.append(f'    "{sign}": ({fitted.weights[sign]:.2f}, "{said}"),')
    return "\n".join([*lines, "}"])


def main() -> int:
    given = arguments(__doc__).parse_args()
    try:
        found = list(texts(given.data, given.sample))
    except Absent as error:
        print(f"page_text_weights: {error}", file=sys.stderr)
        return 2
    if set(map(_half, found)) != {"A", "B"}:
        print("page_text_weights: all texts are of one half of the sources; take a larger --sample", file=sys.stderr)
        return 2
    for text in table(found):
        print(text, flush=True)
    print(f"\n{printed(fit(found))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
