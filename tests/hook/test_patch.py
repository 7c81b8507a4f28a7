"""``--diff`` is a patch that does what ``--fix`` does, to the byte: proved by applying it."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stripper.cli import main
from stripper.hook.checking import Checked, Edit, apply
from stripper.hook.inplace import Seen
from stripper.hook.patch import patch
from stripper.hook.targets import Target
from stripper.sources.inputs import Input

STORIES = [
    "The bridge reopened on Monday after eleven weeks, and the first to cross it was a goat that nobody owned up to.",
    "By noon some forty carts had followed the goat, and the toll keeper had run out of tickets, string and patience.",
    "Gulls took the mayor's hat on Tuesday and left it on the bell tower, where it was found to fit the bell.",
    "岸壁に三隻の船が着き、朝の市は一日早く開かれた。",
    "Der Fährmann blieb am Ufer, bis der Nebel sich hob, und zählte die Möwen.",
]
FURNITURE = [
    "© 2024 The Harbour Courier. All rights reserved.",
    "This article is for informational purposes only and does not constitute investment advice.",
    "Sign up for our free weekly newsletter.",
]
NAMES = ["plain", "two words", 'quo"te', "back\\slash", "tab\there", "grüße"]

needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def checked(data: bytes, edits: list[Edit], name: str = "file") -> Checked:
    seen = Seen(name, name, os.stat_result([0] * 10), data)
    return Checked(Target(Input(name, name), name), seen, edits=edits)


def applied(data: bytes, made: bytes, folder: Path) -> bytes:
    """What git makes of a file and a patch."""
    (folder / "file").write_bytes(data)
    if made:
        done = subprocess.run(["git", "apply", "-"], cwd=folder, input=made, capture_output=True, check=False)
        assert done.returncode == 0, (done.stderr, made)
    return (folder / "file").read_bytes()


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    lines = draw(st.lists(st.sampled_from([b"a", b"bb", b"", b"\0", b"c\r", b"a"]), min_size=1, max_size=30))
    data = b"\n".join(lines) + draw(st.sampled_from([b"", b"\n"])) or b"a"
    places = sorted(draw(st.sets(st.integers(0, len(data)), max_size=8)))
    spans = [(a, b) for a, b in zip(places[::2], places[1::2], strict=False) if a < b]
    new = st.sampled_from([b"", b"", b"", b"x", b"x\ny", b"a"])
    return data, [Edit(a, b, draw(new)) for a, b in spans]


@needs_git
@given(edited())
def test_git_applies_what_was_made(tmp_path_factory: pytest.TempPathFactory, case: tuple[bytes, list[Edit]]) -> None:
    data, edits = case
    folder = tmp_path_factory.mktemp("patch")
    wanted = apply(data, edits)
    if not wanted:
        return  # git takes an emptied file for a deleted one
    assert applied(data, patch(checked(data, edits)), folder) == wanted


@pytest.mark.parametrize(
    ("edits", "body"),
    [
        ([Edit(4, 8, b"")], "@@ -1,5 +1,4 @@\n one\n-two\n three\n four\n five\n"),
        ([Edit(3, 7, b"")], "@@ -1,5 +1,4 @@\n one\n-two\n three\n four\n five\n"),
        ([Edit(4, 5, b"T"), Edit(6, 7, b"O")], "@@ -1,5 +1,5 @@\n one\n-two\n+TwO\n three\n four\n five\n"),
    ],
)
def test_only_lines_that_change_are_in_it(edits: list[Edit], body: str) -> None:
    data = b"one\ntwo\nthree\nfour\nfive\n"
    assert patch(checked(data, edits)).decode() == f"--- a/file\n+++ b/file\n{body}"


def make(folder: Path, count: int) -> list[str]:
    """Files of every line end, encoding and kind, some without anything to cut."""
    chance = random.Random(7)
    names = []
    for number in range(count):
        end = chance.choice(["\n", "\n", "\r\n"])
        parts = chance.sample(STORIES, chance.randint(2, 4))
        for text in chance.sample(FURNITURE, chance.choice([0, 1, 1, 2])):
            parts.insert(chance.choice([0, len(parts), len(parts)]), text)
        text = chance.choice([end * 2, end * 3, f" {end}{end}"]).join(parts) + chance.choice(["", end, end * 3])
        name = f"{chance.choice(NAMES)} {number}.{chance.choice(['txt', 'md', 'jsonl'])}"
        if name.endswith(".jsonl"):
            rows = [json.dumps({"id": at, "text": text, "x": 1.0}, ensure_ascii=at % 2 == 0) for at in range(3)]
            text = end.join(rows) + end
        data = text.encode(chance.choice(["utf-8", "utf-8", "utf-8-sig"]))
        if name.endswith(".txt") and chance.random() < 0.1:
            data = b"\xff\xfe" + text.encode("utf-16-le")
        (folder / name).write_bytes(data)
        names.append(name)
    return names


@needs_git
def test_the_diff_of_500_files_is_what_fix_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    fixed, patched = tmp_path / "fixed", tmp_path / "patched"
    fixed.mkdir()
    names = make(fixed, 500)
    shutil.copytree(fixed, patched)
    monkeypatch.chdir(fixed)
    assert main(["check", "--diff", *names]) == 1
    made = capsysbinary.readouterr().out
    done = subprocess.run(["git", "apply", "-"], cwd=patched, input=made, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[:2000]
    assert main(["check", "--fix", *names]) == 1
    for name in names:
        assert (patched / name).read_bytes() == (fixed / name).read_bytes(), name
    assert made.count(b"\n+++ ") > 300
    # And once cut there is nothing more to cut.
    assert main(["check", *names]) == 0
