"""Fit the weights of `stripper.article` over the page sets, and print them as they stand there.

    python benchmarks/article_weights.py [--data DIR] [--sample N]

Gold says how much of each block is article. The weights are those of a logistic regression in which every sign is held
to the side that its meaning allows: what speaks against a block anywhere must not speak for it here by chance. The
scores are of weights fitted on the other half of the sources; those printed are fitted on all pages.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import logistic
import numpy as np
from accuracy import Absent, Row, arguments, data_file, half, header, line, read_rows, write_gold, write_rows
from logistic import Array, Fit

from stripper import article
from stripper.api import Stripper
from stripper.article_signs import Signs
from stripper.model import Document
from stripper.segment import segments
from stripper.sources.page import PageError, read_page
from stripper.sources.page_alignment import article_shares, words
from stripper.strip import elsewhere

SETS = {"news-html": 1.0, "sites-html": 3.0}
"""The page sets, and how much a page of each counts: there are fewer of the second."""

VIEWS = 2
"""How often a page is looked at: with what its set teaches, and without a Library."""

AGAINST = frozenset({"digits", *(sign for sign, (_, yes, _) in article.WEIGHTS.items() if not yes)})
"""The signs that may only speak against a block: digits, and those without words for the other side. All others may only
speak for it."""

# Words added to those of the article when a page's blocks are weighed, lest a page of two lines outweigh all others.
_LEAST = 50


@dataclass(frozen=True)
class Page:
    """A page with gold, as judgement sees it with or without a Library.

    elsewhere: of each block, whether other pages of the source hold it; empty without a Library. columns: a row per block,
    a column per sign. shares: how much of each block is article, 0 to 1. weights: what each block counts; together about the
    page's words over those of its article.
    """

    name: str
    row: Row
    document: Document
    elsewhere: Sequence[bool | None]
    columns: Array
    shares: Array
    weights: Array


def pages(folder: Path, sample: int) -> Iterator[Page]:
    """The pages with gold that can be read, each without a Library and with what its set teaches. Raises Absent."""
    stripper = Stripper()
    for name, worth in SETS.items():
        read = list(_read(folder, name, sample))
        library = stripper.learn(document for _, document in read)
        for row, document in read:
            if row.get("gold") is not None and document.blocks:
                held = elsewhere(library, document, segments(document.text))
                yield _page(name, row, document, held, worth / VIEWS)
                yield _page(name, row, document, [], worth / VIEWS)


def _read(folder: Path, name: str, sample: int) -> Iterator[tuple[Row, Document]]:
    """The rows of a set without their pages, which would fill the memory, and what the pages say."""
    for row in read_rows(data_file(folder, name), sample):
        try:
            read = read_page(row.pop("html"))
        except PageError as error:
            print(f"{name} {row['id']}: left out, {error}", file=sys.stderr)
        else:
            yield row, Document(read.text, source=row.get("source") or "", blocks=read.blocks)


def _page(name: str, row: Row, document: Document, elsewhere: Sequence[bool | None], worth: float) -> Page:
    texts = [document.text[block.start : block.end] for block in document.blocks]
    # The gold lies along the page as the extractor's text does: a menu entry that the article happens to say is no article.
    shares = np.array(article_shares(texts, row["gold"]))
    sizes = np.array([len(words(text)) for text in texts], dtype=float)
    columns = Signs(document, elsewhere or [None] * len(document.blocks)).columns
    table = np.array([columns[sign] for sign in article.WEIGHTS], dtype=float).T
    return Page(name, row, document, elsewhere, table, shares, worth * (sizes + 1) / (sizes @ shares + _LEAST))


def fit(found: Sequence[Page]) -> Fit:
    """The weights under which the shares of these pages' blocks are likeliest, each on its side of zero."""
    return logistic.fit(
        np.concatenate([page.columns for page in found]),
        np.concatenate([page.shares for page in found]),
        np.concatenate([page.weights for page in found]),
        {sign: sign not in AGAINST for sign in article.WEIGHTS},
    )


def articles(found: Sequence[Page], fitted: Fit) -> Iterator[dict[str, Any]]:
    """What `article.article_blocks` makes of pages with these weights, as rows of an output."""
    weights = {sign: (fitted.weights[sign], *said) for sign, (_, *said) in article.WEIGHTS.items()}
    with patch.multiple(article, BASE=fitted.base, WEIGHTS=weights):
        for page in found:
            yield _kept(page, [kept for kept, _ in article.article_blocks(page.document, page.elsewhere)])


def _kept(page: Page, verdicts: Sequence[bool]) -> dict[str, Any]:
    text, blocks = page.document.text, page.document.blocks
    kept = [text[block.start : block.end] for block, passed in zip(blocks, verdicts, strict=True) if passed]
    return {"id": page.row["id"], "text": "\n\n".join(kept)}


def extracted(found: Sequence[Page]) -> Iterator[dict[str, Any]]:
    """The extractor's word alone, as rows of an output."""
    for page in found:
        yield _kept(page, [block.article >= article.EXTRACTED for block in page.document.blocks])


def cross_fitted(found: Sequence[Page], learned: Mapping[str, Fit]) -> Iterator[dict[str, Any]]:
    """Every page by the weights that were learned for its half of the sources."""
    for name, fitted in learned.items():
        yield from articles([page for page in found if half(page.row) == name], fitted)


def table(found: Sequence[Page]) -> Iterator[str]:
    """The scores of the extractor's word and of cross-fitted weights, for each set, as `accuracy` prints them."""
    yield header()
    taught, alone = ([page for page in found if bool(page.elsewhere) == known] for known in (True, False))
    learned = {name: fit([page for page in found if half(page.row) != name]) for name in "AB"}
    outputs = {
        "extractor alone": list(extracted(alone)),
        "each alone": list(cross_fitted(alone, learned)),
        "its Library": list(cross_fitted(taught, learned)),
    }
    with tempfile.TemporaryDirectory() as work:
        for name in SETS:
            gold = write_gold(Path(work, "gold.jsonl"), (page.row for page in alone if page.name == name))
            for kind, rows in outputs.items():
                yield line(f"{name}, {kind}", gold, write_rows(Path(work, "out.jsonl"), rows))


def printed(fitted: Fit) -> str:
    """The weights as Python, as they stand in `stripper.article`."""
    lines = [f"BASE = {fitted.base:.2f}", "WEIGHTS: dict[str, tuple[float, str, str]] = {"]
    for sign, (_, yes, no) in article.WEIGHTS.items():
        said = ", ".join(f'"{text}"' for text in (sign, yes, no))
        lines.append("    " + said.replace('", "', f'": ({fitted.weights[sign]:.2f}, "', 1) + "),")
    return "\n".join([*lines, "}"])


def main() -> int:
    given = arguments(__doc__).parse_args()
    try:
        found = list(pages(given.data, given.sample))
    except Absent as error:
        print(f"article_weights: {error}", file=sys.stderr)
        return 2
    if {half(page.row) for page in found} != {"A", "B"}:
        print("article_weights: all pages are of one half of the sources; take a larger --sample", file=sys.stderr)
        return 2
    for text in table(found):
        print(text, flush=True)
    print(f"\n{printed(fit(found))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
