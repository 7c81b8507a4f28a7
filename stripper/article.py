"""Which blocks of an HTML page are its article: what the extractor says, corrected by what the page knows.

Every block is judged by the same few signs, each with a weight, and the strongest sign is the reason given. The weighted
sum is the chance that the block is article; it stays where its chance passes the bar that the chances of the whole page set.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stripper.article_signs import Signs
from stripper.model import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXTRACTED = 0.5
"""Share of a block's words in the extractor's text from which the block counts as extracted. Between 0.3 and 0.7 f1
moves by less than 0.003 on both page sets, taken alone."""

# Logistic weights, fitted over news-html and sites-html (a page counts once, a page of sites-html three times, for
# there are fewer; half of it with what its set teaches, half without a Library), each held to the side its meaning
# allows, and checked by source: fitted on one half of the sources and scored on the other, f1 is 0.913 and 0.733 with
# a Library, 0.907 and 0.723 without, against 0.841 and 0.695 for the extractor's word alone.
BASE = 0.29
WEIGHTS: dict[str, tuple[float, str, str]] = {
    # sign: weight, why a block with it is article, why not
    "sentence": (0.55, "it ends like a sentence", "it does not end like the sentences of the text"),
    "sentence after": (0.42, "a sentence follows", "no sentence follows"),
    "commas": (0.43, "it is written like the text", "it is not written like the text"),
    "digits": (-2.14, "it has few digits", "it is mostly digits"),
    "main element": (1.25, "it stands in the page's main element", "it stands outside the page's main element"),
    "body marks": (0.17, "the page calls it the text", "the page does not call it the text"),
    "comment marks": (-2.57, "", "the page calls it a comment"),
    "consent marks": (-3.85, "", "the page calls it a notice about cookies or consent"),
    "filter marks": (-1.33, "", "the page calls it a choice of what to show"),
    "footer marks": (-0.52, "", "the page calls it footer, legal or sign-up text"),
    "promotion marks": (-0.06, "", "the page calls it advertising or a call to give"),
    "share marks": (-1.48, "", "the page calls it a place to share"),
    "caption marks": (-1.49, "", "the page calls it a picture or caption"),
    "dialog marks": (-2.06, "", "it stands in a dialog"),
    "hidden": (-0.49, "", "the page does not show it at first"),
    "footer element": (-2.72, "", "it stands in a footer"),
    "form element": (-1.99, "", "it stands in a form"),
    "nav element": (-0.86, "", "it stands in a menu"),
    "mostly links": (-0.77, "", "it is mostly links"),
    "says the title": (1.36, "it says the page's title", ""),
    "under the headline": (0.69, "it stands between the headline and the text", ""),
    "above the headline": (-1.71, "", "it stands above the headline"),
    "below the headline": (-0.12, "", "it stands far below the headline"),
    "after headings": (-0.26, "", "many headings stand before it"),
    "extracted before": (0.61, "the block before it was extracted", ""),
    "extracted after": (0.47, "the block after it was extracted", ""),
    "in the main part": (0.48, "it stands in the main part of the page", ""),
    "share of its container": (0.38, "its container holds the text", ""),
    "share around its container": (0.37, "its container stands by the text", ""),
    "after the main container": (-0.77, "", "it comes after the element that holds the text"),
    "alike extracted": (0.40, "blocks made like it were extracted", ""),
    "on other pages": (-0.55, "", "other pages of its source hold it"),
    "on no other page": (0.48, "no other page of its source holds it", ""),
    "container on other pages": (-0.93, "", "its container stands on other pages"),
    "said before": (-1.53, "", "the page said it before"),
    "few sentences around": (-1.50, "", "few sentences stand around it"),
}

DOUBT = 2.0
"""How far doubt about a page lowers its bar, which is half of its expected f1 to this power. With 1 it is what reaches
the greatest f1 where blocks are right or wrong one by one; on a page the signs know little of they are so together, and
more stays. Held-out f1 with 2 is 0.913 and 0.733; with 1.5 it is 0.917 and 0.715."""


def article_blocks(document: Document, elsewhere: Sequence[bool | None] = ()) -> list[tuple[bool, str]]:
    """For each block of the document, in order: whether it is article, and why, in words.

    elsewhere: of each block, whether another page of the source holds it; None where no other page is known. Where no
    block passes, the extractor's word stands: a page with an extracted text is never judged empty.
    """
    if not document.blocks:
        return []
    import numpy as np

    signs = Signs(document, elsewhere or [None] * len(document.blocks))
    weighed = np.array([signs.columns[name] for name in WEIGHTS], dtype=np.float64)
    weighed *= [[weight] for weight, _, _ in WEIGHTS.values()]
    # Summed sign by sign: the order of the additions is part of the result.
    chances = 1 / (1 + np.exp(-(BASE + sum(weighed))))
    passing = (chances >= _bar(chances, np.array(signs.sizes))).tolist()
    extracted = [block.article >= EXTRACTED for block in document.blocks]
    if not any(passing):
        return [(share, _EXTRACTOR[share]) for share in extracted]
    speaking_for, speaking_against = _loudest(weighed, True), _loudest(weighed, False)
    verdicts = []
    for index, (passed, share) in enumerate(zip(passing, extracted, strict=True)):
        sign = (speaking_for if passed else speaking_against)[index]
        word = _EXTRACTOR[share]
        verdicts.append((passed, f"{word}; {sign}" if passed == share else f"{sign}, though {word}"))
    return verdicts


def _bar(chances: NDArray[np.float64], sizes: NDArray[np.int64]) -> float:
    """The chance from which a block stays.

    Keeping what passes half of the greatest f1 to be expected is what reaches it (Lipton, Elkan and Naryanaswamy 2014).
    """
    import numpy as np

    order = np.argsort(-chances, kind="stable")
    words = sizes[order] + _LEAST
    article = chances[order] * words
    expected = 2 * np.cumsum(article) / (np.cumsum(words) + article.sum())
    return float(expected.max()) ** DOUBT / 2


_LEAST = 0.01
"""Words of a block of punctuation: none would leave nothing to divide by."""

_EXTRACTOR = {True: "the extractor calls it article", False: "the extractor left it out"}


def _loudest(weighed: NDArray[np.float64], passed: bool) -> list[str]:
    """For each block the words of the sign that speaks loudest for a verdict, of the signs that can."""
    words = [yes if passed else no for _, yes, no in WEIGHTS.values()]
    can = [number for number, word in enumerate(words) if word]
    spoken = weighed[can]
    return [words[can[number]] for number in (spoken.argmax(0) if passed else spoken.argmin(0)).tolist()]
