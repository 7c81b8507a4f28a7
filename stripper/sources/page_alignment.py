"""Laying the extractor's text along the page's blocks: how much of each block stands in it.

The extractor keeps the page's order, so a block's place matters as much as its words: a menu entry that happens to
be said in the article, or the teaser of its first sentence, is not the article.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from stripper.normalize import UNSPACED

GRAM = 4
"""Words compared at once. A shorter block is found whole, between the blocks before and after it, or not at all."""

# A gram that stands more often than this tells nothing about the place.
_MOST_PLACES = 16
# Words that the extractor may have put in or left out within a block, to either side.
_SLACK = 8
# Most places of the text tried for one block.
_TRIED = 3

_WORD = re.compile(rf"[{UNSPACED}]|[^\W_]+")

_Gram = tuple[str, str, str, str]


def words(text: str) -> list[str]:
    """A text's words in lower case; single characters where the script sets no spaces."""
    return _WORD.findall(text.lower())


class _Placed(NamedTuple):
    """A block's grams, and for each place tried in the extractor's text the positions they take there."""

    grams: list[_Gram]
    places: list[list[int]]


def article_shares(texts: Sequence[str], extracted: str) -> list[float]:
    """For each block's text the share of its word 4-grams, 0 to 1, that stand in the extracted text, in page order."""
    target = words(extracted)
    blocks = [words(text) for text in texts]
    where: dict[_Gram, list[int]] = defaultdict(list)
    for at, gram in enumerate(_grams(target)):
        where[gram].append(at)
    placed = {}
    for index, block in enumerate(blocks):
        # Most blocks of a page share no gram with its article.
        if len(block) >= GRAM and not where.keys().isdisjoint(grams := _grams(block)):
            placed[index] = _Placed(grams, _places(grams, where))
    chosen = _in_order(placed, len(blocks) - 1, len(target))
    shares = [0.0] * len(blocks)
    used = [False] * (len(target) + GRAM)
    for index, positions in chosen.items():
        for position in positions:
            used[position : position + GRAM] = [True] * GRAM
        shares[index] = len(positions) / len(placed[index].grams)
    _take_left_over(placed, chosen, where, used, shares)
    _take_short(blocks, chosen, target, used, shares)
    return shares


def _grams(words: list[str]) -> list[_Gram]:
    return list(zip(words, words[1:], words[2:], words[3:], strict=False))


def _places(grams: Sequence[_Gram], where: Mapping[_Gram, Sequence[int]]) -> list[list[int]]:
    hits = [
        (at, position) for at, gram in enumerate(grams) if gram in where for position in where[gram][:_MOST_PLACES]
    ]
    shifts = Counter([position - at for at, position in hits])
    if len(shifts) == 1:
        return [[position for _, position in hits]]
    places = []
    hits.reverse()  # of the places of one gram the first counts
    for shift, _ in shifts.most_common(_TRIED):
        found = {at: position for at, position in hits if -_SLACK <= position - at - shift <= _SLACK}
        places.append(sorted(set(found.values())))
    return places


def _in_order(placed: Mapping[int, _Placed], last: int, size: int) -> dict[int, list[int]]:
    """The heaviest choice of places that follow one another in page order; a block beside other found ones weighs more."""
    best = [(0.0, -1)] * (size + 2)  # Fenwick tree over end positions: best weight so far and the step it came by
    steps: list[tuple[int, list[int], int]] = []
    share = {index: max(map(len, one.places)) / len(one.grams) for index, one in placed.items()}
    for index, one in placed.items():
        beside = share.get(max(0, index - 1), 0.0) + share.get(min(last, index + 1), 0.0)
        found = []
        for positions in one.places:
            weight, before = _best_until(best, positions[0])
            steps.append((index, positions, before))
            found.append((positions[-1] + 1, (weight + len(positions) * (1 + beside / 4), len(steps) - 1)))
        for end, step in found:
            while end < len(best):
                best[end] = max(best[end], step)
                end += end & -end
    _, at = _best_until(best, size + 1)
    chosen = {}
    while at >= 0:
        index, positions, at = steps[at]
        chosen[index] = positions
    return chosen


def _best_until(best: Sequence[tuple[float, int]], end: int) -> tuple[float, int]:
    found = (0.0, -1)
    while end > 0:
        found = max(found, best[end])
        end -= end & -end
    return found


def _take_left_over(
    placed: Mapping[int, _Placed],
    chosen: dict[int, list[int]],
    where: Mapping[_Gram, Sequence[int]],
    used: list[bool],
    shares: list[float],
) -> None:
    """Blocks out of order count what no other block took: the extractor moves a caption or a table now and then."""
    for index, one in placed.items():
        if index in chosen:
            continue
        found = 0
        for gram in one.grams:
            for position in where.get(gram, ()):
                if not used[position]:
                    used[position] = True
                    found += 1
                    break
        shares[index] = found / len(one.grams)


def _take_short(
    blocks: Sequence[list[str]],
    chosen: dict[int, list[int]],
    target: list[str],
    used: list[bool],
    shares: list[float],
) -> None:
    """Blocks of less than a gram: found where the blocks around them leave room."""
    ends = [len(target)] * (len(blocks) + 1)
    for index in range(len(blocks) - 1, -1, -1):
        ends[index] = chosen[index][0] if index in chosen else ends[index + 1]
    at = 0
    for index, block in enumerate(blocks):
        if index in chosen:
            at = chosen[index][-1] + GRAM
            continue
        if not 0 < len(block) < GRAM:
            continue
        for position in _starts(block[0], target, at, ends[index] - len(block) + 1):
            span = slice(position, position + len(block))
            if target[span] == block and not any(used[span]):
                used[span] = [True] * len(block)
                shares[index] = 1.0
                at = span.stop
                break


def _starts(word: str, target: list[str], at: int, end: int) -> Iterator[int]:
    """Where a word stands in a part of the target."""
    while at < end:
        try:
            at = target.index(word, at, end)
        except ValueError:
            return
        yield at
        at += 1
