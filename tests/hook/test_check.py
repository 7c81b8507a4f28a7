"""`stripper check`: what it says, what it does, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stripper.cli import main

STORY = "The bridge reopened on Monday after eleven weeks, and the first to cross it was a goat that nobody owned up to."
MORE = "By noon some forty carts had followed the goat, and the toll keeper had run out of tickets, string and patience."
COPYRIGHT = "© 2024 The Harbour Courier. All rights reserved."
TEXT = f"{STORY}\n\n{MORE}\n\n{COPYRIGHT}\n"
CLEAN = f"{STORY}\n\n{MORE}\n"

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder, in which commands run as a hook does."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*arguments: str | Path) -> int:
    return main(["check", *map(str, arguments)])


def write(name: str, text: str | bytes = TEXT) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_finding_is_named_by_place_category_rule_words_and_reason(capsys: Capture) -> None:
    write("seed.txt")
    assert check("seed.txt") == 1
    assert capsys.readouterr().out == (
        f"seed.txt:5:1: copyright (copyright.line) “{COPYRIGHT}” — A copyright line: sign or word, year, owner.\n"
    )


def test_a_check_only_looks() -> None:
    path = write("seed.txt")
    before = path.stat()
    for option in ("--diff", "--statistics", "--format=json", "--exit-zero"):
        check("seed.txt", option)
    assert path.read_bytes() == TEXT.encode()
    assert path.stat().st_mtime_ns == before.st_mtime_ns and path.stat().st_ino == before.st_ino
    assert sorted(p.name for p in Path().iterdir()) == [".git", "seed.txt"]


def test_nothing_to_find_is_silent(capsys: Capture) -> None:
    write("seed.txt", CLEAN)
    write("empty.txt", "")
    assert check("seed.txt", "empty.txt") == 0
    assert capsys.readouterr() == ("", "")


def test_fix_cuts_prints_all_of_it_and_finds_nothing_more(capsys: Capture) -> None:
    path = write("seed.txt")
    assert check("seed.txt", "--fix") == 1
    said = capsys.readouterr()
    assert f"    | {COPYRIGHT}\n" in said.out
    assert "1 cut made in 1 file" in said.err
    assert path.read_text("utf-8") == CLEAN
    assert check("seed.txt", "--fix") == 0
    assert json.dumps(CLEAN) == json.dumps(path.read_text("utf-8"))
