"""6. Stripping what was emitted, with the same rules and Library, changes nothing."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from texts import documents

from stripper.model import Document
from stripper.strip import Strip

from .runs import ROOT, run


@settings(max_examples=2000)
@given(text=documents())
def test_an_article_has_nothing_left_to_cut(by_rules: Strip, text: str) -> None:
    article = by_rules(Document(text, path="a.txt")).text
    again = by_rules(Document(article, path="a.txt"))
    assert (again.text, again.removals) == (article, ())


def test_fixtures_stripped_again_with_their_library_lose_nothing(tmp_path: Path) -> None:
    for corpus in ("newsroom", "traps", "press", "scripts"):
        out, again = tmp_path / corpus, tmp_path / f"{corpus}-again"
        run("clean", ROOT / "fixtures" / corpus / "input", "-o", out, "--quiet")
        run("strip", out / "documents", "--library", out / "library.jsonl", "-o", again, "--quiet")
        names = [path.relative_to(out) for path in (out / "documents").rglob("*") if path.is_file()]
        assert names and not (again / "removals").exists()
        for name in names:
            assert (again / name).read_bytes() == (out / name).read_bytes(), name
