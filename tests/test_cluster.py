"""What learning decides outside SQL, each against the plainest way to compute the same."""

from __future__ import annotations

import numpy as np
import pytest
import xxhash
from hypothesis import example, given
from hypothesis import strategies as st

from stripper import cluster, sketch
from stripper.cluster import Met

COUNT = 14
numbers = st.integers(0, COUNT - 1)
graphs = st.lists(st.tuples(numbers, numbers), max_size=25)


def array(edges: list[tuple[int, int]]) -> np.ndarray:
    return np.array(edges, dtype=np.int64).reshape(-1, 2)


def union_find(count: int, edges: list[tuple[int, int]]) -> list[int]:
    parent = list(range(count))

    def root(node: int) -> int:
        while parent[node] != node:
            node = parent[node]
        return node

    for a, b in edges:
        one, other = sorted((root(a), root(b)))
        parent[other] = one
    return [root(node) for node in range(count)]


@given(graphs)
def test_components_are_those_of_union_find(edges: list[tuple[int, int]]) -> None:
    assert cluster.components(COUNT, array(edges)).tolist() == union_find(COUNT, edges)


@pytest.mark.parametrize("shape", ["chain", "shuffled chain", "star", "ring", "tree", "nothing"])
def test_components_of_large_graphs(shape: str) -> None:
    count = 20_000
    generator = np.random.default_rng(3)
    nodes = np.arange(count)
    if shape == "shuffled chain":
        nodes = generator.permutation(count)
    edges = {
        "star": np.stack([np.full(count, 77), nodes], axis=1),
        "ring": np.stack([nodes, np.roll(nodes, 1)], axis=1),
        "tree": np.stack([nodes[1:], (nodes[1:] - 1) // 2], axis=1),
        "nothing": np.zeros((0, 2), dtype=np.int64),
    }.get(shape, np.stack([nodes[:-1], nodes[1:]], axis=1))
    expected = nodes if shape == "nothing" else np.zeros(count, dtype=np.int64)
    assert np.array_equal(cluster.components(count, edges), expected)


members = st.lists(st.frozensets(st.integers(0, 12), min_size=1, max_size=8), min_size=1, max_size=COUNT)


def sets_of(values: list[frozenset[int]]) -> sketch.Sets:
    owners = np.repeat(np.arange(len(values)), [len(v) for v in values])
    return sketch.distinct_sets(np.array([n for v in values for n in v], dtype=np.uint32), owners, len(values))


def alike(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other)


def naive_candidates(bands: list[list[int]], weight: list[int]) -> set[tuple[int, int]]:
    found = set()
    for column in range(len(bands[0]) if bands else 0):
        for bucket in {row[column] for row in bands}:
            rows = [at for at, row in enumerate(bands) if row[column] == bucket]
            hub = max(rows, key=lambda at: (weight[at], -at))
            found |= {(hub, at) for at in rows if at != hub}
    return found


# Many values that differ only above what a row is first looked up by.
_bucket = st.one_of(st.integers(0, 3), st.integers(0, 3).map(lambda n: n << 60))


@given(
    st.lists(st.lists(_bucket, min_size=3, max_size=3), max_size=12),
    st.lists(st.integers(1, 3), min_size=12, max_size=12),
)
def test_candidates_are_stars_around_the_heaviest_of_each_bucket(bands: list[list[int]], heavy: list[int]) -> None:
    made = np.array(bands, dtype=np.uint64).reshape(-1, 3)
    found = cluster.candidates(made, np.array(heavy[: len(bands)], dtype=np.int64))
    assert [tuple(pair) for pair in found.tolist()] == sorted(naive_candidates(bands, heavy))


@given(members, st.sampled_from([0.2, 0.5, 0.6, 1.0]), graphs)
def test_verified_pairs_are_the_ones_alike_enough(values: list[frozenset[int]], least: float, pairs) -> None:  # type: ignore[no-untyped-def]
    pairs = [(a % len(values), b % len(values)) for a, b in pairs]
    expected = [list(pair) for pair in pairs if alike(values[pair[0]], values[pair[1]]) >= least]
    assert cluster.verified(sets_of(values), array(pairs), least).tolist() == expected


@given(members, st.sampled_from([0.3, 0.6]), graphs, st.lists(st.integers(1, 3), min_size=COUNT, max_size=COUNT))
@example(
    [frozenset({1, 2, 3, 4}), frozenset({2, 3, 4, 5}), frozenset({3, 4, 5, 6})], 0.6, [(0, 1), (1, 2)], [3] + [1] * 13
)
def test_members_are_like_their_exemplar(values, least, pairs, heavy) -> None:  # type: ignore[no-untyped-def]
    count = len(values)
    pairs = [(a % count, b % count) for a, b in pairs]
    pairs = [(a, b) for a, b in pairs if a != b and alike(values[a], values[b]) >= least]
    weight = np.array(heavy[:count], dtype=np.int64)
    exemplar = cluster.stars(count, array(pairs), sets_of(values), weight, least).tolist()
    component = union_find(count, pairs)
    for member, hub in enumerate(exemplar):
        assert exemplar[hub] == hub, "an exemplar is its own"
        assert member == hub or alike(values[member], values[hub]) >= least
        assert component[member] == component[hub]
        assert (weight[hub], -hub) >= (weight[member], -member), "the heaviest is the exemplar, then the first"
        if component.count(component[member]) == 1:
            assert hub == member
    for root in set(component):
        # What stands apart though an edge joins it must be too unlike the other's exemplar.
        hub = max((n for n in range(count) if component[n] == root), key=lambda n: (weight[n], -n))
        assert all(
            exemplar[n] == hub or alike(values[n], values[hub]) < least for n in range(count) if component[n] == root
        )


def test_a_chain_does_not_pull_strangers_together() -> None:
    values = [frozenset(range(n, n + 10)) for n in range(30)]
    pairs = [(n, n + 1) for n in range(29)]
    exemplar = cluster.stars(30, array(pairs), sets_of(values), np.ones(30, dtype=np.int64), 0.6)
    assert all(alike(values[n], values[hub]) >= 0.6 for n, hub in enumerate(exemplar.tolist()))
    assert len(set(exemplar.tolist())) >= 8


def hashed(side: int, template: int) -> int:
    return xxhash.xxh3_64_intdigest(template.to_bytes(8, "little"), side) & ((1 << 48) - 1)


# A document's segments: first and last leaf, Template.
Walk = list[tuple[int, int, int]]


def met(documents: list[Walk], frequency: dict[int, int]) -> Met:
    rows = sorted((n * 3, first, last, name) for n, walk in enumerate(documents) for first, last, name in walk)
    document, first, last, name = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [], [])
    return Met(
        np.array(document, dtype=np.int32),
        np.array(first, dtype=np.int32),
        np.array(last, dtype=np.int32),
        np.array(first, dtype=np.int32) == np.array(last, dtype=np.int32),
        np.array(name, dtype=np.uint64),
        np.array([frequency[n] for n in name], dtype=np.int64),
    )


def counted(documents: list[Walk], frequency: dict[int, int]) -> list[tuple[int, int]]:
    return sorted(zip(*(column.tolist() for column in cluster.contexts(met(documents, frequency))), strict=True))


def naive_contexts(documents: list[Walk], frequency: dict[int, int]) -> list[tuple[int, int]]:
    found = []
    for walk in documents:
        leaves = {first: name for first, last, name in walk if first == last}
        for first, last, name in walk:
            for side, way in ((0, range(first - 1, -1, -1)), (1, range(last + 1, len(leaves)))):
                near = next((leaves[at] for at in way if frequency[leaves[at]] * 2 < frequency[name]), None)
                if near is not None and frequency[name] >= 2:
                    found.append((name, hashed(side, near)))
    return sorted(found)


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    names = draw(st.lists(st.integers(0, 9), max_size=15))
    walk = [(at, at, name) for at, name in enumerate(names)]
    for first in draw(st.sets(st.integers(0, len(names) - 2), max_size=4)) if len(names) > 1 else ():
        walk.append((first, draw(st.integers(first + 1, min(first + 3, len(names) - 1))), draw(st.integers(0, 9))))
    return walk


@given(st.lists(walks(), max_size=4), st.lists(st.integers(1, 12), min_size=10, max_size=10))
@example([[(at, at, at) for at in range(10)]] * 2, [9, 1, 2, 3, 4, 5, 6, 7, 8, 3])
def test_contexts_are_the_nearest_rarer_neighbours(documents: list[Walk], often: list[int]) -> None:
    frequency = dict(enumerate(often))
    assert counted(documents, frequency) == naive_contexts(documents, frequency)


def test_furniture_between_furniture_meets_the_articles() -> None:
    # Two furniture lines (in 8 documents each) between paragraphs that stand once: both see the paragraphs.
    walk = [(at, at, name) for at, name in enumerate((10, 1, 2, 11))]
    assert counted([walk], {10: 1, 1: 8, 2: 8, 11: 1}) == sorted(
        (template, hashed(side, near)) for template in (1, 2) for side, near in ((0, 10), (1, 11))
    )


# Exemplar, variants, slots as (text of the slot in the exemplar, kind, values).
SLOTS: dict[str, tuple[str, list[str], list[tuple[str, str, tuple[str, ...]]]]] = {
    "nothing varies": ("All rights reserved.", ["ALL RIGHTS RESERVED", "All rights, reserved!"], []),
    "no variants": ("All rights reserved.", [], []),
    "year": (
        "© 2023 The Courier. All rights reserved.",
        ["© 2024 The Courier. All rights reserved.", "© 2025 The Courier. All rights reserved."],
        [("2023", "number", ("2023", "2024", "2025"))],
    ),
    "amount": (
        "Give £3.50 today.",
        ["Give £12 today.", "Give £1,200 today."],
        [("3.50", "number", ("1,200", "12", "3.50"))],
    ),
    "date": (
        "Posted on 3 May 2024 by the editor.",
        ["Posted on 12 June 2023 by the editor."],
        [("3 May 2024", "date", ("12 June 2023", "3 May 2024"))],
    ),
    "date in digits": (
        "Posted 03/05/2024 by us.",
        ["Posted 12/06/2023 by us."],
        [("03/05/2024", "date", ("03/05/2024", "12/06/2023"))],
    ),
    "time": ("Updated 10:45 today.", ["Updated 9:05 today."], [("10:45", "date", ("10:45", "9:05"))]),
    "name": (
        "Authorised by Jonas Ashgrove, Tidewater.",
        ["Authorised by Doris Marrow, Tidewater."],
        [("Jonas Ashgrove", "name", ("Doris Marrow", "Jonas Ashgrove"))],
    ),
    "address": (
        "Write to press@quay.example today.",
        ["Write to news@wharf.example today."],
        [("press@quay.example", "url", ("news@wharf.example", "press@quay.example"))],
    ),
    "link": (
        "More at https://quay.example/a/b soon.",
        ["More at www.wharf.example soon."],
        [("https://quay.example/a/b", "url", ("https://quay.example/a/b", "www.wharf.example"))],
    ),
    "words": ("Read the morning paper.", ["Read the evening paper."], [("morning", "text", ("evening", "morning"))]),
    "two slots": (
        "Page 3 of the Courier, May issue.",
        ["Page 9 of the Courier, June issue."],
        [("3", "number", ("3", "9")), ("May", "date", ("June", "May"))],
    ),
    "insertion": ("Read our newsletter.", ["Read our weekly newsletter."], [("", "text", ("weekly",))]),
    "insertion at the end": ("Read our newsletter", ["Read our newsletter now"], [("", "text", ("now",))]),
    "omission": ("Read our weekly newsletter.", ["Read our newsletter."], [("weekly", "text", ("weekly",))]),
    "differences that overlap": (
        "Follow our sports page now.",
        ["Follow our Arts page now.", "Follow the arts desk now."],
        [("our sports page", "text", ("Arts", "our sports page", "the arts desk"))],
    ),
    "no more than four values are shown": (
        "Page 1 here.",
        [f"Page {n} here." for n in range(2, 9)],
        [("1", "number", ("1", "2", "3", "4"))],
    ),
}


@pytest.mark.parametrize(("exemplar", "variants", "expected"), SLOTS.values(), ids=SLOTS)
def test_slots(exemplar: str, variants: list[str], expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    found = cluster.slots(exemplar, variants)
    assert [(exemplar[s.start : s.end], s.kind, s.values) for s in found] == expected


_wording = st.lists(
    st.sampled_from(["The", "tide", "of", "3", "May", "2024", "quay.example", "—", "££", "Ω"]), max_size=8
)


@given(_wording.map(" ".join), st.lists(_wording.map(" ".join), max_size=4))
def test_slots_are_in_order_and_apart(exemplar: str, variants: list[str]) -> None:
    found = cluster.slots(exemplar, variants)
    places = [0, *(place for slot in found for place in (slot.start, slot.end)), len(exemplar)]
    assert places == sorted(places)
    assert all(slot.values == tuple(sorted(set(slot.values))) for slot in found)
    assert cluster.slots(exemplar, [exemplar, exemplar.upper(), *variants]) == found
