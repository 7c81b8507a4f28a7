"""Which blocks of an HTML page are its article: what the extractor says, corrected by what the page knows.

Every block is judged by the same few signs, each with a weight, and the strongest sign is the reason given. The block
is article where the weighted sum passes the bar for its kind of page.
"""

from __future__ import annotations

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
# there are fewer), each held to the side its meaning allows, and checked by source: fitted on one half of the sources
# and scored on the other, f1 is 0.903 and 0.700, against 0.848 and 0.692 for the extractor's word alone.
BASE = -0.74
WEIGHTS: dict[str, tuple[float, str, str]] = {
    # sign: weight, why a block with it is article, why not
    "sentence": (0.50, "it ends like a sentence", "it does not end like the sentences of the text"),
    "sentence after": (0.31, "a sentence follows", "no sentence follows"),
    "commas": (0.25, "it is written like the text", "it is not written like the text"),
    "digits": (-0.91, "it has few digits", "it is mostly digits"),
    "main element": (0.77, "it stands in the page's main element", "it stands outside the page's main element"),
    "body marks": (0.08, "the page calls it the text", "the page does not call it the text"),
    "comment marks": (-1.16, "", "the page calls it a comment"),
    "footer marks": (-0.56, "", "the page calls it footer, legal or sign-up text"),
    "promotion marks": (-2.00, "", "the page calls it advertising or a call to give"),
    "share marks": (-1.10, "", "the page calls it a place to share"),
    "caption marks": (-1.00, "", "the page calls it a picture or caption"),
    "dialog marks": (-1.96, "", "it stands in a dialog"),
    "hidden": (-0.30, "", "the page does not show it at first"),
    "footer element": (-2.84, "", "it stands in a footer"),
    "form element": (-1.65, "", "it stands in a form"),
    "mostly links": (-0.43, "", "it is mostly links"),
    "says the title": (2.93, "it says the page's title", ""),
    "under the headline": (0.61, "it stands between the headline and the text", ""),
    "above the headline": (-1.08, "", "it stands above the headline"),
    "extracted before": (0.58, "the block before it was extracted", ""),
    "extracted after": (0.40, "the block after it was extracted", ""),
    "in the main part": (0.42, "it stands in the main part of the page", ""),
    "share of its container": (0.45, "its container holds the text", ""),
    "share around its container": (0.71, "its container stands by the text", ""),
    "after the main container": (-1.44, "", "it comes after the element that holds the text"),
    "alike extracted": (0.21, "blocks made like it were extracted", ""),
    "alike in many places": (-0.27, "", "blocks made like it stand in many places"),
}

# The bar of a page whose prose stands in one place (probability 0.4), and of one put together from many parts (0.15):
# there the signs know less, and what was extracted stays unless much speaks against it.
BAR_ONE_TEXT = -0.41
BAR_PARTS = -1.7


def article_blocks(document: Document) -> list[tuple[bool, str]]:
    """For each block of the document, in order: whether it is article, and why, in words.

    Where no block passes, the extractor's word stands: a page with an extracted text is never judged empty.
    """
    if not document.blocks:
        return []
    import numpy as np

    signs = Signs(document)
    bar = BAR_ONE_TEXT + (BAR_PARTS - BAR_ONE_TEXT) * signs.parts
    weighed = np.array([signs.columns[name] for name in WEIGHTS], dtype=np.float64)
    weighed *= [[weight] for weight, _, _ in WEIGHTS.values()]
    # Summed sign by sign: the order of the additions is part of the result.
    passing = (BASE + sum(weighed) >= bar).tolist()
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


_EXTRACTOR = {True: "the extractor calls it article", False: "the extractor left it out"}


def _loudest(weighed: NDArray[np.float64], passed: bool) -> list[str]:
    """For each block the words of the sign that speaks loudest for a verdict, of the signs that can."""
    words = [yes if passed else no for _, yes, no in WEIGHTS.values()]
    can = [number for number, word in enumerate(words) if word]
    spoken = weighed[can]
    return [words[can[number]] for number in (spoken.argmax(0) if passed else spoken.argmin(0)).tolist()]
