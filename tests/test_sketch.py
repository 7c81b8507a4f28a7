"""Signatures: value for value those of datasketch, and as good in its own index."""

from __future__ import annotations

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import prose, word_shingles, words

from stripper import sketch
from stripper.normalize import fold

folded_texts = st.one_of(prose.map(fold), st.lists(words, max_size=12).map(" ".join).map(fold))
few = settings(max_examples=settings.default.max_examples // 4)


def of_datasketch(shingles: set[str], permutations: int, seed: int) -> MinHash:
    """What datasketch makes of shingles given one by one."""
    made = MinHash(num_perm=permutations, seed=seed, hashfunc=sketch.shingle_hash, scheme="affine32")
    for shingle in shingles:
        made.update(shingle.encode("utf-8", "surrogatepass"))
    return made


def members(sets: sketch.Sets, which: int) -> set[int]:
    return set(sets.hashes[sets.starts[which] : sets.starts[which + 1]].tolist())


@few
@given(
    st.lists(folded_texts, max_size=8),
    st.sampled_from([1, 2, 16, 64, 128, 130]),
    st.sampled_from([0, 1, 42, 2**32 - 1]),
)
def test_signatures_are_those_of_datasketch(folded: list[str], permutations: int, seed: int) -> None:
    signed = sketch.signatures(sketch.shingle_sets(folded), permutations, seed)
    assert signed.shape == (len(folded), permutations) and signed.dtype == np.uint32
    for text, row in zip(folded, signed, strict=True):
        theirs = of_datasketch(word_shingles(text), permutations, seed)
        assert np.array_equal(row, theirs.hashvalues)


@given(st.lists(folded_texts, max_size=8), st.integers(1, 5))
def test_a_batch_hashes_each_shingle_as_it_is_hashed_alone(folded: list[str], size: int) -> None:
    sets = sketch.shingle_sets(folded, size)
    assert len(sets) == len(folded)
    for which, text in enumerate(folded):
        alone = {sketch.shingle_hash(s.encode("utf-8", "surrogatepass")) for s in word_shingles(text, size)}
        assert members(sets, which) == alone
    assert (np.diff(sets.hashes[sets.starts[0] : sets.starts[1]].astype(np.int64)) > 0).all() if len(sets) else True


def test_batches_larger_than_a_part_change_nothing() -> None:
    folded = [f"tide {n % 97} of quay {n % 89} " + "and rope " * (n % 7) for n in range(30_000)]
    sets = sketch.shingle_sets(folded)
    assert sum(map(len, folded)) > 1 << 18
    for which in (0, 1, 14_999, 29_999):
        assert members(sets, which) == members(sketch.shingle_sets([folded[which]]), 0)
    signed = sketch.signatures(sets)
    for which in (0, 14_999, 29_999):
        assert np.array_equal(signed[which], sketch.signatures(sketch.shingle_sets([folded[which]]))[0])


def test_one_text_longer_than_a_part() -> None:
    folded = " ".join(f"word{n}" for n in range(200_000))
    assert len(folded) > 1 << 20
    sets = sketch.shingle_sets(["a b c", folded, "d e f"])
    assert sets.sizes().tolist()[0] == sets.sizes().tolist()[2] == 1
    # A few of so many 32-bit hashes may meet.
    assert 199_900 < sets.sizes()[1] <= 199_998


@pytest.mark.parametrize("folded", [[], [""], ["", ""], ["", "a b c d", ""]], ids=str)
def test_texts_without_words(folded: list[str]) -> None:
    sets = sketch.shingle_sets(folded)
    signed = sketch.signatures(sets)
    assert signed.shape == (len(folded), sketch.PERMUTATIONS)
    for text, row in zip(folded, signed, strict=True):
        assert (row == 0xFFFFFFFF).all() == (not text)


@given(st.lists(st.frozensets(st.integers(0, 2**32 - 1), max_size=20), min_size=1, max_size=10))
def test_distinct_sets(given_sets: list[frozenset[int]]) -> None:
    loose = [(value, owner) for owner, values in enumerate(given_sets) for value in [*values, *values]]
    loose.reverse()
    hashes = np.array([value for value, _ in loose], dtype=np.uint32)
    owners = np.array([owner for _, owner in loose], dtype=np.int64)
    sets = sketch.distinct_sets(hashes, owners, len(given_sets))
    assert [members(sets, which) for which in range(len(sets))] == given_sets
    assert sets.sizes().tolist() == list(map(len, given_sets))
    assert all(np.array_equal(part, np.sort(part)) for part in np.split(sets.hashes, sets.starts[1:-1]))


@given(
    st.lists(st.frozensets(st.integers(0, 40), max_size=20), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20),
)
def test_jaccard_is_that_of_sets(given_sets: list[frozenset[int]], pairs: list[tuple[int, int]]) -> None:
    pairs = [(a % len(given_sets), b % len(given_sets)) for a, b in pairs]
    owners = np.repeat(np.arange(len(given_sets)), list(map(len, given_sets)))
    hashes = np.array([value for values in given_sets for value in values], dtype=np.uint32)
    sets = sketch.distinct_sets(hashes, owners, len(given_sets))
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    expected = [len(given_sets[a] & given_sets[b]) / max(1, len(given_sets[a] | given_sets[b])) for a, b in pairs]
    assert sketch.jaccard(sets, left, right).tolist() == pytest.approx(expected)


def test_bands_are_equal_where_their_rows_are() -> None:
    generator = np.random.default_rng(7)
    signed = generator.integers(0, 3, (200, 64), dtype=np.uint32)
    hashed = sketch.bands(signed, 4)
    assert hashed.shape == (200, 16) and hashed.dtype == np.uint64
    rows = signed.reshape(200, 16, 4)
    for band in range(16):
        same_rows = (rows[:, None, band] == rows[None, :, band]).all(axis=2)
        same_band = hashed[:, None, band] == hashed[None, :, band]
        assert np.array_equal(same_rows, same_band)


def test_rows_that_fill_no_band_are_left_out() -> None:
    assert sketch.bands(np.zeros((3, 10), dtype=np.uint32), 4).shape == (3, 2)
    assert sketch.bands(np.zeros((0, 64), dtype=np.uint32)).shape == (0, 16)


LIKE = "this material is for information only and is not intended to provide investment tax or legal advice to anybody"
STRANGE = (
    "the ferry left at ten past seven with twenty three pupils aboard and nobody had told the harbour master of it"
)


def test_signatures_serve_the_index_of_datasketch() -> None:
    folded = [LIKE, LIKE.replace("anybody", "anyone at all"), STRANGE]
    signed = [sketch.to_datasketch(row) for row in sketch.signatures(sketch.shingle_sets(folded))]
    index = MinHashLSH(threshold=0.5, num_perm=sketch.PERMUTATIONS)
    for name, signature in zip(("like", "near", "strange"), signed, strict=True):
        index.insert(name, signature)
    assert set(index.query(signed[0])) == {"like", "near"}
    assert signed[0].jaccard(signed[1]) > 0.7 > 0.2 > signed[0].jaccard(signed[2])


def test_signatures_go_on_where_datasketch_left_off() -> None:
    whole = of_datasketch(word_shingles(LIKE), 64, 1)
    ours = sketch.to_datasketch(sketch.signatures(sketch.shingle_sets([LIKE]))[0].copy())
    assert ours == whole
    for made in (ours, whole):
        made.update(b"one shingle more")
    assert np.array_equal(ours.hashvalues, whole.hashvalues)


def test_signatures_tell_how_alike_texts_are() -> None:
    generator = np.random.default_rng(5)
    for share in (0.2, 0.5, 0.8):
        shared = int(400 * share)
        one = generator.integers(0, 2**32, 400, dtype=np.uint32)
        other = np.concatenate([one[:shared], generator.integers(0, 2**32, 400 - shared, dtype=np.uint32)])
        sets = sketch.distinct_sets(np.concatenate([one, other]), np.repeat([0, 1], 400), 2)
        signed = sketch.signatures(sets, 1024)
        true = sketch.jaccard(sets, np.array([0]), np.array([1]))[0]
        assert np.mean(signed[0] == signed[1]) == pytest.approx(true, abs=0.06)
