"""What ``--fix`` cut comes back: ``--removals`` keeps it, ``restore`` undoes it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stripper.cli import main

STORY = "The bridge reopened on Monday after eleven weeks, and the first to cross it was a goat that nobody owned up to."
COPYRIGHT = "© 2024 The Harbour Courier. All rights reserved."
TEXT = f"{STORY}\r\n\r\n{COPYRIGHT}\r\n"
ROWS = "".join(json.dumps({"id": n, "text": f"{STORY} {n}\n\n{COPYRIGHT}"}) + "\n" for n in range(3))

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / "seeds").mkdir()
    (folder / "seeds" / "a.txt").write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    (folder / "seeds" / "b.md").write_bytes(TEXT.encode())
    (folder / "seeds" / "wide.txt").write_bytes(b"\xff\xfe" + TEXT.encode("utf-16-le"))
    (folder / "seeds" / "rows.jsonl").write_bytes(ROWS.encode())
    shutil.copytree(folder / "seeds", tmp_path / "before")
    monkeypatch.chdir(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_files_come_back(tmp_path: Path) -> None:
    assert main(["check", "seeds", "--fix", "--removals", "cuts.jsonl"]) == 1
    assert main(["restore", ".", "cuts.jsonl", "-o", "restored"]) == 0
    assert contents(Path("restored/seeds")) == contents(tmp_path / "before")
    assert main(["restore", "seeds/rows.jsonl", "cuts.jsonl", "-o", "rows.jsonl"]) == 0
    assert Path("rows.jsonl").read_text() == ROWS


def test_later_runs_add_to_it_and_restore_goes_back_as_far_as_it_can(tmp_path: Path) -> None:
    fix = ["check", "seeds", "--fix", "--removals", "cuts.jsonl"]
    main(fix)
    untouched = Path("seeds/b.md")
    edited = Path("seeds/a.txt")
    text = edited.read_bytes() + f"\r\n{COPYRIGHT}".encode()
    edited.write_bytes(text)
    main(fix)
    assert edited.read_bytes() != text
    assert main(["restore", ".", "cuts.jsonl", "-o", "restored"]) == 0
    assert Path("restored/seeds/a.txt").read_bytes() == text
    assert Path("restored", untouched).read_bytes() == (tmp_path / "before" / "b.md").read_bytes()


def test_a_file_edited_since_is_refused_and_the_others_come_back(capsys: Capture) -> None:
    main(["check", "seeds", "--fix", "--removals", "cuts.jsonl"])
    Path("seeds/a.txt").write_text("something else")
    assert main(["restore", ".", "cuts.jsonl", "-o", "restored"]) == 3
    assert "refused: a.txt" in capsys.readouterr().err.replace("seeds/", "")
    assert sorted(contents(Path("restored/seeds"))) == ["b.md", "rows.jsonl", "wide.txt"]


def test_a_cut_that_is_not_made_is_not_in_it() -> None:
    Path("seeds/a.txt").chmod(0o444)
    assert main(["check", "seeds/a.txt", "--fix", "--removals", "cuts.jsonl"]) == 3
    assert not Path("cuts.jsonl").exists()


def test_without_a_place_for_the_cuts_none_is_made(tmp_path: Path, capsys: Capture) -> None:
    assert main(["check", "seeds", "--fix", "--removals", "none/cuts.jsonl"]) == 3
    assert "its cuts cannot be kept in none/cuts.jsonl" in capsys.readouterr().err
    assert contents(Path("seeds")) == contents(tmp_path / "before")


@pytest.mark.parametrize("name", ["../a.txt", "/etc/hosts", "seeds/../../a.txt"])
def test_restore_stays_within_its_output(name: str, capsys: Capture) -> None:
    main(["check", "seeds", "--fix", "--removals", "cuts.jsonl"])
    cuts = Path("cuts.jsonl")
    cuts.write_text(cuts.read_text().replace("seeds/a.txt", name))
    assert main(["restore", ".", "cuts.jsonl", "-o", "restored"]) == 2
    assert "no file of a folder" in capsys.readouterr().err


def test_several_processes_add_to_one_file(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent.parent
    for number in range(40):
        Path(f"seeds/{number}.txt").write_text(f"{STORY} {number}\n\n{COPYRIGHT}\n")
    before = contents(Path("seeds"))
    names = sorted(map(str, Path("seeds").iterdir()))
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "stripper", "check", "--fix", "--removals", "cuts.jsonl", *names[at::4]],
            env={**os.environ, "PYTHONPATH": str(root)},
            stdout=subprocess.DEVNULL,
        )
        for at in range(4)
    ]
    assert {process.wait(timeout=120) for process in running} == {1}
    assert main(["restore", ".", "cuts.jsonl", "-o", "restored"]) == 0
    assert contents(Path("restored/seeds")) == before
