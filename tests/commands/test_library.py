"""The Library as a team keeps it: learned to the same bytes, marked by hand, merged by git, rebuilt for a new version."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stripper.cli import main
from stripper.library import load
from stripper.normalize import key

ROOT = Path(__file__).parent.parent.parent
SEEDS = ROOT / "fixtures" / "seeds" / "input"
NEWSROOM = ROOT / "fixtures" / "newsroom" / "input"
FOOT = "The Lamp: light on Port Ennery since the year of the gale."
STORIES = [
    "Gulls took the mayor's hat on Tuesday and left it on the bell tower, where it was found to fit the bell.",
    "The lido opens on Friday at nine; those who come in costume of the year it was built go in for nothing.",
    "A whale was seen off the pier by a party of surveyors, who put its length at nineteen metres and a half.",
    "No one came to the auction of the town clocks, since the notice had given the hour by one of them.",
]
MORE = [
    ["The ferry's horn has been tuned to the organ.", "Every door on the quay is to be painted by Easter."],
    ["Two rowers finished a race that nobody else had entered.", "The weather station was blown away on Sunday."],
]

Capture = pytest.CaptureFixture[str]


def run(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments])


def write(folder: Path, stories: list[str], foot: str = FOOT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for story in stories:
        (folder / f"{story[:12].strip()}.txt").write_text(f"{story}\n\n{foot}\n", encoding="utf-8")
    return folder


@pytest.fixture
def lamp(tmp_path: Path) -> Path:
    """The Library of four stories of one paper, each with the same foot."""
    library = tmp_path / "library.jsonl"
    assert run("learn", write(tmp_path / "seeds", STORIES), "-o", library, "--quiet") == 0
    return library


def mark(library: Path, text: str) -> None:
    """What a person does to a Template that is to stay."""
    id = f"{key(text):016x}"
    lines = library.read_text(encoding="utf-8").split("\n")
    marked = [line.replace('{"at"', '{"action": "keep", "at"') if f'"id":"{id}"' in line else line for line in lines]
    assert marked != lines
    library.write_text("\n".join(marked), encoding="utf-8")


def kept(library: Path) -> list[str]:
    return [entry.text for entry in load(library).entries.values() if entry.action == "keep"]


# Learning


@pytest.mark.parametrize("folders", [(NEWSROOM,), (SEEDS, NEWSROOM)], ids=["a newsroom", "seeds and a newsroom"])
def test_the_same_input_gives_the_same_bytes(folders: tuple[Path, ...], tmp_path: Path) -> None:
    out = tmp_path / "library.jsonl"
    seen = set()
    for (seed, workers), inputs in zip(
        itertools.product(["0", "1", "random"], ["1", "2", "3"]), itertools.cycle([folders, folders[::-1]]), strict=False
    ):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "stripper", "learn", *map(str, inputs), "-o", str(out), "--overwrite", "--quiet"]
        subprocess.run([*command, "--workers", workers], env=environment, check=True)
        seen.add(out.read_bytes())
    assert len(seen) == 1
    (data,) = seen
    rows = [json.loads(line) for line in data.splitlines()]
    assert [row["line"] for row in rows] == sorted(
        (row["line"] for row in rows), key=["library", "source", "template"].index
    )
    ids = [row["id"] for row in rows if row["line"] == "template"]
    assert ids == sorted(ids) and len(ids) > 1


def test_files_named_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    files = sorted(write(tmp_path / "seeds", STORIES).iterdir())
    for at in range(len(files)):
        assert run("learn", *files[at:], *files[:at], "-o", tmp_path / f"{at}.jsonl", "--quiet") == 0
    assert len({(tmp_path / f"{at}.jsonl").read_bytes() for at in range(len(files))}) == 1


# What a person says


def test_what_a_person_keeps_stays_through_update_merge_and_rebuild(lamp: Path, tmp_path: Path) -> None:
    new = write(tmp_path / "today", ["A third moon was reported by the night watch, and withdrawn by the day watch."])
    (text,) = new.iterdir()
    assert run("strip", new, "--library", lamp, "-o", tmp_path / "cut", "--quiet") == 0
    assert FOOT not in (tmp_path / "cut" / "documents" / text.name).read_text(), "it repeats, so it goes"

    mark(lamp, FOOT)
    assert run("learn", new, "-o", lamp, "--update", "--quiet") == 0
    assert kept(lamp) == [FOOT]
    other, merged = tmp_path / "other.jsonl", tmp_path / "merged.jsonl"
    assert run("learn", tmp_path / "seeds", "-o", other, "--quiet") == 0
    assert run("library", "merge", other, lamp, "-o", merged) == 0
    assert run("library", "rebuild", merged, tmp_path / "seeds", "--quiet") == 0
    assert kept(merged) == [FOOT]
    assert run("strip", new, "--library", merged, "-o", tmp_path / "left", "--quiet") == 0
    assert (tmp_path / "left" / "documents" / text.name).read_bytes() == text.read_bytes()


# Merging


def test_merging_is_a_union_whatever_the_order(
    lamp: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    files = [lamp]
    for number, stories in enumerate(MORE):
        files.append(tmp_path / f"{number}.jsonl")
        assert run("learn", write(tmp_path / f"more{number}", stories), "-o", files[-1], "--quiet") == 0
    made = []
    for number, order in enumerate(itertools.permutations(files)):
        made.append(tmp_path / f"merged{number}.jsonl")
        assert run("library", "merge", *order, *order, "-o", made[-1]) == 0
    assert len({file.read_bytes() for file in made}) == 1
    (entry,) = [entry for entry in load(made[0]).entries.values() if entry.text == FOOT]
    assert len(entry.documents) == len(STORIES) + sum(map(len, MORE))
    capfdbinary.readouterr()
    assert run("library", "merge", *files) == 0
    assert capfdbinary.readouterr().out == made[0].read_bytes()


MISUSE = {
    "one of two is missing": (["{lamp}", "{tmp}/none.jsonl"], "there is no such Library"),
    "the output exists": (["{lamp}", "{lamp}", "-o", "{lamp}"], "--overwrite"),
    "a base of three": (["{lamp}", "{lamp}", "{lamp}", "--base", "{lamp}"], "name two"),
    "no Library": (["{lamp}", "{tmp}/seeds/" + f"{STORIES[0][:12].strip()}.txt"], "no Library file"),
}


@pytest.mark.parametrize(("arguments", "message"), MISUSE.values(), ids=MISUSE)
def test_what_cannot_be_merged_is_said(
    arguments: list[str], message: str, lamp: Path, tmp_path: Path, capsys: Capture
) -> None:
    before = lamp.read_bytes()
    assert run("library", "merge", *(a.format(lamp=lamp, tmp=tmp_path) for a in arguments)) == 2
    assert message in capsys.readouterr().err
    assert lamp.read_bytes() == before


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of seed files with their Library, and two branches that both learned more."""
    if not shutil.which("git"):
        pytest.skip("git is not here")
    repository = tmp_path / "repository"
    seeds = write(repository / "seeds", STORIES)
    library = repository / "library.jsonl"
    assert run("learn", seeds, "-o", library, "--quiet") == 0
    git(repository, "init", "--quiet", "--initial-branch", "main")
    (repository / ".gitattributes").write_text("library.jsonl merge=stripper\n")
    commit(repository, "Seeds")
    for branch, stories in zip(("ours", "theirs"), MORE, strict=True):
        git(repository, "checkout", "--quiet", "-b", branch, "main")
        write(seeds, stories)
        assert run("learn", seeds, "-o", library, "--update", "--quiet") == 0
        if branch == "theirs":
            mark(library, FOOT)
        commit(repository, branch)
    git(repository, "checkout", "--quiet", "ours")
    return repository


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """git, whatever this user's own settings are; with this checkout's stripper in reach of it."""
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": str(ROOT)}
    names = {f"GIT_{who}_{what}": "seeds@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **own, **names}, capture_output=True, text=True, check=False
    )


def commit(repository: Path, message: str) -> None:
    git(repository, "add", "--all")
    assert git(repository, "commit", "--quiet", "-m", message).returncode == 0


@pytest.mark.git
def test_git_merges_two_branches_with_the_driver(repository: Path) -> None:
    driver = f"'{sys.executable}' -m stripper library merge --base %O %A %B -o %A --overwrite"
    git(repository, "config", "merge.stripper.driver", driver)
    merged = git(repository, "merge", "--quiet", "--no-edit", "theirs")
    assert merged.returncode == 0, merged.stderr
    library = repository / "library.jsonl"
    (entry,) = [entry for entry in load(library).entries.values() if entry.text == FOOT]
    assert len(entry.documents) == len(STORIES) + sum(map(len, MORE))
    assert kept(library) == [FOOT], "what the other branch marked"
    assert git(repository, "status", "--porcelain").stdout == ""
    before = library.read_bytes()
    assert run("learn", repository / "seeds", "-o", library, "--update", "--quiet") == 0
    assert library.read_bytes() == before, "nothing is left to learn"


@pytest.mark.git
def test_a_conflict_that_git_left_is_named_and_the_advice_mends_it(repository: Path, capsys: Capture) -> None:
    (repository / ".gitattributes").unlink()
    commit(repository, "No driver")
    assert git(repository, "merge", "--quiet", "--no-edit", "theirs").returncode != 0, "the branches do conflict"
    library = repository / "library.jsonl"
    assert run("library", "stats", library) == 2
    assert "git left a conflict" in capsys.readouterr().err
    for stage, side in ((2, "ours"), (3, "theirs")):
        (repository.parent / side).write_text(git(repository, "show", f":{stage}:./library.jsonl").stdout)
    assert (
        run("library", "merge", repository.parent / "ours", repository.parent / "theirs", "-o", library, "--overwrite") == 0
    )
    assert kept(library) == [FOOT]


# Rebuilding


def test_a_library_of_another_folding_is_refused_and_rebuilt(lamp: Path, tmp_path: Path, capsys: Capture) -> None:
    whole = lamp.read_bytes()
    header, rest = whole.split(b"\n", 1)
    old = json.dumps({**json.loads(header), "folding": 0}).encode() + b"\n" + rest
    for inputs in ([], [tmp_path / "seeds"]):
        lamp.write_bytes(old)
        assert run("strip", tmp_path / "seeds", "--library", lamp, "-o", tmp_path / "out") == 2
        assert f"stripper library rebuild {lamp}" in capsys.readouterr().err
        assert run("library", "rebuild", lamp, *inputs) == 0
        assert f"in {lamp}" in capsys.readouterr().err
        assert lamp.read_bytes() == whole


@pytest.mark.parametrize("data", [b"", b"no Library\n", None], ids=["empty", "text", "missing"])
def test_what_cannot_be_rebuilt_is_left_alone(data: bytes | None, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "library.jsonl"
    if data is not None:
        file.write_bytes(data)
    assert run("library", "rebuild", file) == 2
    assert "stripper learn" in capsys.readouterr().err
    assert (file.read_bytes() if file.exists() else None) == data


# Looking into it


def test_show_marks_what_varies_and_says_where_it_is_at_home(tmp_path: Path, capsys: Capture) -> None:
    for number, story in enumerate(STORIES):
        write(tmp_path / "lamp", [story], f"© {2000 + number} The Lamp of Port Ennery")
    library = tmp_path / "library.jsonl"
    assert run("learn", tmp_path, "-o", library, "--quiet") == 0
    mark(library, "© 2000 The Lamp of Port Ennery")
    assert run("library", "show", library) == run("library", "stats", library) == 0
    out = capsys.readouterr().out
    assert "4 documents" in out and "100% of lamp" in out and "keep © [2000] The Lamp of Port Ennery" in out
    assert "1 Template" in out and "kept by a person" in out


@pytest.mark.parametrize("command", [("show",), ("merge",)], ids=" ".join)
def test_a_reader_that_leaves_ends_it_in_silence(command: tuple[str, ...], tmp_path: Path) -> None:
    sides = "east west north south upper lower inner outer first last".split()
    feet = [f"{one} {other} quay, {one} of the {third} mole" for one in sides for other in sides for third in sides]
    write(tmp_path / "seeds", STORIES[:3], "\n\n".join(feet))
    library = tmp_path / "library.jsonl"
    assert run("learn", tmp_path / "seeds", "-o", library, "--quiet") == 0
    assert library.stat().st_size > 1 << 17, "more than a pipe holds"
    running = subprocess.Popen(
        [sys.executable, "-m", "stripper", "library", *command, str(library)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout and running.stderr
    running.stdout.read(10)
    running.stdout.close()
    assert running.wait(timeout=60) == 0
    assert running.stderr.read() == b""
