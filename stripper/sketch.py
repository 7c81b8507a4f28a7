"""Shingles and MinHash signatures, in bulk over arrays.

A segment's shingles are its runs of `SHINGLE` folded words; characters of scripts written without spaces count as words.
A shingle is hashed by a polynomial over its bytes, so that one prefix sum over a batch gives the hash of every shingle in
it. Signatures follow the ``affine32`` scheme of datasketch and are value for value what `datasketch.MinHash` gives for the
same shingles with `shingle_hash` as its hash function (Broder 1997; Indyk and Motwani 1998 for the bands).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stripper.normalize import SHINGLE, UNSPACED, split_words

if TYPE_CHECKING:
    from datasketch import MinHash

PERMUTATIONS = 64
ROWS = 4
SEED = 1

U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))
_MASK = (1 << 64) - 1
_unspaced = re.compile(f"[{UNSPACED}]")
# Buffers are hashed in parts of about this many bytes and signed in runs of this many shingles: both stay in cache.
_PART = 1 << 16
_RUN = 1 << 15


class Sets(NamedTuple):
    """Sets of 32-bit hashes, one after the other: set ``i`` is ``hashes[starts[i]:starts[i + 1]]``, sorted, distinct."""

    hashes: U32
    starts: I64

    def __len__(self) -> int:
        return len(self.starts) - 1

    def sizes(self) -> I64:
        return np.diff(self.starts)


def shingle_hash(shingle: bytes) -> int:
    """32-bit hash of one shingle: what `shingle_sets` computes for all of a batch at once."""
    value = 0
    for byte in shingle:
        value = (value * int(_BASE) + byte + 1) & _MASK
    return int(_mix(np.array([value], dtype=np.uint64))[0])


def lines(folded: Sequence[str]) -> bytes:
    """Folded texts as `line_sets` takes them: the words of each parted by blanks, and an end of line behind it."""
    joined = "\n".join([*folded, ""])
    if not joined.isascii() and _unspaced.search(joined):
        joined = "\n".join([*(" ".join(split_words(text)) for text in folded), ""])
    return joined.encode("utf-8", "surrogatepass")


def shingle_sets(folded: Sequence[str], size: int = SHINGLE) -> Sets:
    """The shingle hashes of many folded texts. An empty text has an empty set."""
    return line_sets(lines(folded), size)


def line_sets(folded: bytes, size: int = SHINGLE) -> Sets:
    """The shingle hashes of many folded texts, given as `lines`."""
    made = [_sets_of(part, size) for part in _parts(folded)]
    counts = np.concatenate([[0], *(part.sizes() for part in made)])
    return Sets(np.concatenate([np.zeros(0, np.uint32), *(part.hashes for part in made)]), np.cumsum(counts))


def _parts(folded: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(folded):
        end = folded.find(b"\n", start + _PART) + 1 or len(folded)
        yield folded[start:end]
        start = end


def distinct_sets(hashes: U32, owners: I64, count: int) -> Sets:
    """Sets from loose members: ``hashes[i]`` belongs to set ``owners[i]`` of ``count``."""
    packed = np.sort(owners.astype(np.uint64) << np.uint64(32) | hashes.astype(np.uint64))
    packed = packed[np.concatenate([[True], packed[1:] != packed[:-1]])[: len(packed)]]
    starts = np.searchsorted(packed, np.arange(count + 1, dtype=np.uint64) << np.uint64(32))
    return Sets((packed & np.uint64(0xFFFFFFFF)).astype(np.uint32), starts.astype(np.int64))


def _sets_of(part: bytes, size: int) -> Sets:
    """The hash of every shingle of the texts in one part."""
    buffer = np.frombuffer(part, dtype=np.uint8)
    powers, inverses = _powers(1 << (len(buffer) - 1).bit_length())
    sums = np.zeros(len(buffer) + 1, dtype=np.uint64)
    np.cumsum((buffer.astype(np.uint64) + np.uint64(1)) * inverses[: len(buffer)], out=sums[1:])

    ends = np.flatnonzero((buffer == 32) | (buffer == 10))
    starts = np.concatenate([[0], ends[:-1] + 1])
    text_ends = np.flatnonzero(buffer[ends] == 10)
    counts = np.diff(text_ends, prepend=-1)
    owners = np.repeat(np.arange(len(counts)), counts)
    last_word = np.repeat(text_ends, counts)
    # A shingle ends `size` words on; a text of fewer words gives one shingle, from its first word to its last.
    index = np.arange(len(starts))
    final = index + size - 1
    first_of_text = np.concatenate([[True], owners[1:] != owners[:-1]])
    use = (final <= last_word) | first_of_text
    final = np.minimum(final, last_word)[use]
    begin, stop = starts[use], ends[final]
    filled = stop > begin
    begin, stop = begin[filled], stop[filled]
    values = (sums[stop] - sums[begin]) * powers[stop - 1]
    return distinct_sets(_mix(values), owners[use][filled], len(counts))


@cache
def _powers(length: int) -> tuple[U64, U64]:
    powers = np.full(length, _BASE, dtype=np.uint64)
    powers[0] = 1
    inverses = np.full(length, _INVERSE, dtype=np.uint64)
    inverses[0] = 1
    return np.cumprod(powers, dtype=np.uint64), np.cumprod(inverses, dtype=np.uint64)


def _mix(values: U64) -> U32:
    """The finalizer of MurmurHash3 (64 bit), its upper half: the polynomial's low bits are weak."""
    values = values ^ (values >> np.uint64(33))
    values = values * np.uint64(0xFF51AFD7ED558CCD)
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xC4CEB9FE1A85EC53)
    values ^= values >> np.uint64(33)
    return (values >> np.uint64(32)).astype(np.uint32)


@cache
def _permutations(count: int, seed: int) -> tuple[U32, U32]:
    generator = np.random.RandomState(seed)
    odd = generator.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return odd, generator.randint(0, 1 << 32, count, dtype=np.uint32)


def signatures(sets: Sets, permutations: int = PERMUTATIONS, seed: int = SEED) -> U32:
    """MinHash signatures, shape ``(len(sets), permutations)``; all ones for an empty set."""
    factors, offsets = _permutations(permutations, seed)
    signed = np.full((permutations, len(sets)), 0xFFFFFFFF, dtype=np.uint32)
    mixed = _mix32(sets.hashes)
    filled = np.flatnonzero(sets.sizes())
    at = 0
    while at < len(filled):
        until = max(at + 1, int(np.searchsorted(sets.starts[filled], sets.starts[filled[at]] + _RUN)))
        run = filled[at:until]
        first = sets.starts[run[0]]
        members = mixed[first : sets.starts[run[-1] + 1]]
        cuts = sets.starts[run] - first
        scratch = np.empty_like(members)
        for k in range(permutations):
            np.multiply(members, factors[k], out=scratch)
            np.add(scratch, offsets[k], out=scratch)
            signed[k, run] = np.minimum.reduceat(scratch, cuts)
        at = until
    return signed.T


def _mix32(values: U32) -> U32:
    values = values ^ (values >> np.uint32(16))
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values


def bands(signed: U32, rows: int = ROWS) -> U64:
    """One 64-bit hash per band of ``rows`` rows, shape ``(len(signed), permutations // rows)``."""
    count = signed.shape[1] // rows
    # Permutation by permutation, as signatures lie in memory.
    parts = np.ascontiguousarray(signed.T[: count * rows]).reshape(count, rows, len(signed))
    hashed = np.zeros((count, len(signed)), dtype=np.uint64)
    for band, part in zip(hashed, parts, strict=True):
        for row in part:
            band ^= row
            band *= _BASE
            band ^= band >> np.uint64(29)
    return hashed.T


def jaccard(sets: Sets, left: I64, right: I64) -> NDArray[np.float64]:
    """The exact Jaccard similarity of set ``left[i]`` and set ``right[i]``, for all pairs at once."""
    sizes = sets.sizes()
    pair = np.arange(len(left), dtype=np.int64)
    members = np.concatenate([_gather(sets, left), _gather(sets, right)])
    owners = np.concatenate([np.repeat(pair, sizes[left]), np.repeat(pair, sizes[right])])
    packed = np.sort(owners.astype(np.uint64) << np.uint64(32) | members.astype(np.uint64))
    shared = np.bincount((packed[1:][packed[1:] == packed[:-1]] >> np.uint64(32)).astype(np.int64), minlength=len(left))
    union = sizes[left] + sizes[right] - shared
    return shared / np.maximum(union, 1)


def _gather(sets: Sets, which: I64) -> U32:
    sizes = sets.sizes()[which]
    offsets = np.repeat(sets.starts[which] - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
    return sets.hashes[offsets + np.arange(int(sizes.sum()))]


def to_datasketch(signature: U32, seed: int = SEED) -> MinHash:
    """A signature as a `datasketch.MinHash`, for its LSH, forest or storage."""
    from datasketch import MinHash

    return MinHash(
        num_perm=len(signature), seed=seed, hashfunc=shingle_hash, hashvalues=signature, scheme="affine32"
    )
