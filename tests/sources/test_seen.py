"""Ids a file has had."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stripper.sources.seen import SeenIds


@given(st.lists(st.text(st.characters(), max_size=3)))
def test_an_id_is_new_once(ids: list[str]) -> None:
    with SeenIds() as seen:
        assert [seen.add(id) for id in ids] == [id not in ids[:at] for at, id in enumerate(ids)]
