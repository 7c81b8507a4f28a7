"""The command line is a contract: what it writes, what it says, and its exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stripper.cli import main

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
COPYRIGHT = "© 2024 The Harbour Courier. All rights reserved."
STORY = (
    "The bridge reopened on Monday after eleven weeks, and the first to cross it was a goat that nobody owned up to."
)
FOOT = "The Lamp: light on Port Ennery since the year of the gale."
STORIES = [
    "Gulls took the mayor's hat on Tuesday and left it on the bell tower, where it was found to fit the bell.",
    "The lido opens on Friday at nine; those who come in costume of the year it was built go in for nothing.",
    "A whale was seen off the pier by a party of surveyors, who put its length at nineteen metres and a half.",
    "No one came to the auction of the town clocks, since the notice had given the hour by one of them.",
]

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(f"{STORY}\n\n{COPYRIGHT}\n", encoding="utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Four stories of one paper, each with the same foot."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number, text in enumerate(STORIES):
        (folder / f"{number}.txt").write_text(f"{text}\n\n{FOOT}\n", encoding="utf-8")
    return folder


def run(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments])


def process(*arguments: str | Path, **options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "stripper", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


# What commands write


def test_clean_makes_a_run_folder(corpus: Path, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "out"
    assert run("clean", corpus, "-o", out) == 0
    assert (out / "documents" / "0.txt").read_text() == f"{STORIES[0]}\n"
    assert {path.name for path in out.iterdir()} >= {
        "documents",
        "removals",
        "library.jsonl",
        "stats.json",
        "manifest.json",
    }
    said = capsys.readouterr()
    assert said.out == "", "standard output is for results"
    assert "inputs 4 = 4 emitted + 0 emptied + 0 skipped + 0 quarantined" in said.err
    assert f"wrote {out}" in said.err


def test_clean_of_rows_keeps_other_fields(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"id": 7, "body": f"{STORY}\n\n{COPYRIGHT}", "n": 1e99}) + "\n")
    assert run("clean", rows, "--text-field", "body", "-o", tmp_path / "x.jsonl") == 0
    assert json.loads((tmp_path / "x.jsonl").read_text()) == {"id": 7, "body": STORY, "n": 1e99}
    assert {path.name for path in tmp_path.glob("x.*")} == {
        "x.jsonl", "x.removals.jsonl", "x.library.jsonl", "x.stats.json",
    }  # fmt: skip


def test_html_field_that_is_named_is_read_beside_a_text_field(tmp_path: Path) -> None:
    page = f"<html><body><article><h1>Bridge</h1><p>{STORY * 9}</p></article></body></html>"
    (tmp_path / "rows.jsonl").write_text(json.dumps({"id": "1", "text": "old text", "html": page}) + "\n")
    assert run("strip", tmp_path / "rows.jsonl", "-o", tmp_path / "text.jsonl", "--quiet") == 0
    assert json.loads((tmp_path / "text.jsonl").read_text())["text"] == "old text"
    command = ("strip", tmp_path / "rows.jsonl", "--html-field", "html", "--quiet", "-o")
    assert run(*command, tmp_path / "page.jsonl") == 0
    row = json.loads((tmp_path / "page.jsonl").read_text())
    assert STORY in row["text"] and "html" not in row
    assert run(*command, tmp_path / "kept.jsonl", "--keep-html") == 0
    assert json.loads((tmp_path / "kept.jsonl").read_text())["html"] == page


def test_strip_to_standard_output(story: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code = process("strip", story, "-o", "-")
    out, err = code.communicate()
    assert (code.returncode, out) == (0, f"{STORY}\n".encode())
    assert b"1 document, " in err


def test_strip_from_standard_input(story: Path) -> None:
    done = process("strip", "-", "-o", "-", "--quiet", stdin=subprocess.PIPE)
    out, err = done.communicate(story.read_bytes())
    assert (done.returncode, out, err) == (0, f"{STORY}\n".encode(), b"")


def test_clean_from_standard_input_reads_rows(tmp_path: Path) -> None:
    done = process("clean", "-", "--input-format", "jsonl", "-o", tmp_path / "out.jsonl", stdin=subprocess.PIPE)
    done.communicate(
        "".join(json.dumps({"id": n, "text": f"{STORY}\n\n{COPYRIGHT}"}) + "\n" for n in range(3)).encode()
    )
    assert done.returncode == 0
    assert [json.loads(line)["text"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == [STORY] * 3


def test_tag_writes_spans_only(story: Path, tmp_path: Path) -> None:
    assert run("tag", story, "-o", tmp_path / "tags.jsonl", "--quiet") == 0
    row = json.loads((tmp_path / "tags.jsonl").read_text())
    [[start, end, score]] = row["attributes"]["stripper__copyright"]
    assert story.read_text()[start:end].strip() == COPYRIGHT and score == 1.0
    assert not list(tmp_path.glob("tags.removals*"))


def test_learn_strip_explain_by_a_library(corpus: Path, tmp_path: Path, capsys: Capture) -> None:
    library = tmp_path / "lamp.library.jsonl"
    assert run("learn", corpus, "-o", library) == 0
    assert "1 Template in" in capsys.readouterr().err
    new = tmp_path / "new.txt"
    new.write_text(f"{STORY}\n\n{FOOT}\n")
    assert run("strip", new, "--library", library, "-o", tmp_path / "out", "--quiet") == 0
    assert (tmp_path / "out" / "documents" / "new.txt").read_text() == f"{STORY}\n"
    capsys.readouterr()
    assert run("explain", new, "--library", library) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^kept +0-\d+  “The bridge reopened", shown, re.MULTILINE)
    assert "repeated: in 4 documents" in shown
    assert run("library", "show", library) == run("library", "stats", library) == 0
    assert FOOT in capsys.readouterr().out


def test_learn_update_adds_and_adding_twice_changes_nothing(corpus: Path, tmp_path: Path) -> None:
    library = tmp_path / "library.jsonl"
    run("learn", corpus, "-o", library, "--quiet")
    first = library.read_bytes()
    assert run("learn", corpus, "-o", library, "--update", "--quiet") == 0
    assert library.read_bytes() == first


def test_restore_is_the_inverse(tmp_path: Path) -> None:
    texts = FIXTURES / "newsroom" / "input"
    run("clean", texts, "-o", tmp_path / "out", "--quiet")
    command = ("restore", tmp_path / "out" / "documents", tmp_path / "out" / "removals", "-o", tmp_path / "again")
    assert run(*command) == 0
    for path in texts.rglob("*.txt"):
        assert (tmp_path / "again" / path.relative_to(texts)).read_bytes() == path.read_bytes()
    edited = next((tmp_path / "out" / "documents").rglob("*.txt"))
    edited.write_text("edited")
    assert run(*command, "--overwrite") == 3


def test_dry_run_writes_nothing_and_shows_cuts(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert run("clean", corpus, "--dry-run") == 0
    said = capsys.readouterr().err
    assert FOOT in said and "nothing was written" in said
    assert "inputs 4 = 4 emitted + 0 emptied + 0 skipped + 0 quarantined" in said
    assert sorted(tmp_path.rglob("*")) == before


def test_dry_run_counts_as_the_run_does(tmp_path: Path, capsys: Capture) -> None:
    run("strip", FIXTURES / "edges" / "input", "--dry-run")
    dry = capsys.readouterr().err
    run("strip", FIXTURES / "edges" / "input", "-o", tmp_path / "out")
    wet = capsys.readouterr().err
    [account] = [line for line in wet.splitlines() if line.startswith("inputs ")]
    assert account in dry.splitlines()


def test_kept_category_stays(story: Path, tmp_path: Path) -> None:
    assert run("strip", story, "--keep", "copyright", "-o", tmp_path / "out", "--quiet") == 0
    assert (tmp_path / "out" / "documents" / "story.txt").read_bytes() == story.read_bytes()


def test_quiet_says_nothing_when_all_is_well(corpus: Path, tmp_path: Path, capsys: Capture) -> None:
    assert run("clean", corpus, "-o", tmp_path / "out", "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_the_same_for_any_number_of_workers(tmp_path: Path) -> None:
    for workers in ("1", "2"):
        texts = FIXTURES / "newsroom" / "input"
        assert run("clean", texts, "--workers", workers, "-o", tmp_path / workers, "--quiet") == 0
    files = [path.relative_to(tmp_path / "1") for path in (tmp_path / "1").rglob("*") if path.is_file()]
    assert len(files) > 30
    for path in files:
        assert (tmp_path / "1" / path).read_bytes() == (tmp_path / "2" / path).read_bytes(), path


# Rules


def test_rules_list_show_schema(capsys: Capture) -> None:
    assert run("rules", "list") == 0
    assert "copyright.line" in capsys.readouterr().out
    assert run("rules", "show", "copyright.line") == 0
    assert "category: copyright" in capsys.readouterr().out
    assert run("rules", "schema") == 0
    assert json.loads(capsys.readouterr().out)["$schema"].startswith("https://json-schema.org/")


def test_rules_are_counted_by_category_and_language(tmp_path: Path, capsys: Capture) -> None:
    assert run("rules", "list", "--count") == 0
    head, _, *rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in capsys.readouterr().out.splitlines()]
    assert {"category", "all", "en", "zh"} <= set(head) and all(len(row) == len(head) for row in rows)
    assert all(int(row[1]) >= max(int(cell or 0) for cell in row[2:]) for row in rows)


def test_rules_test_passes_for_the_package_and_fails_for_a_wrong_example(tmp_path: Path, capsys: Capture) -> None:
    assert run("rules", "test") == 0
    rules = tmp_path / "house.yaml"
    rules.write_text(
        "- id: house.walks\n  category: advertising\n  match: {phrase: guided walks}\n"
        "  examples: {match: [Nothing of the kind.], no_match: [Nor here.]}\n"
    )
    assert run("rules", "test", "--rules", rules) == 1
    assert "FAILED" in capsys.readouterr().out


# Exit code 2: nothing was read, nothing is written


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["clean"], "Missing argument 'INPUT…'"),
        (["clean", "{story}"], "-o OUT is missing"),
        (["clean", "{story}", "-o", "{tmp}/out", "--workers", "0"], "--workers"),
        (["clean", "{story}", "-o", "{tmp}/out", "--memory", "much"], "'much' is no size; write it like 64MiB"),
        (["clean", "{tmp}/none", "-o", "{tmp}/out"], "none: no such file or folder"),
        (["clean", "{story}", "-o", "{tmp}/out", "--keep", "copyrigth"], "did you mean copyright?"),
        (["clean", "{story}", "-o", "{tmp}/out", "--encoding", "klingon"], "no such encoding"),
        (["clean", "{story}", "-o", "{bad}"], "bad.yaml: exists and is no folder"),
        (["strip", "{story}", "-o", "{tmp}/out", "--library", "{tmp}/none"], "there is no such Library"),
        (["strip", "{story}", "-o", "{tmp}/out", "--library", "{story}"], "no Library file"),
        (["strip", "{story}", "-o", "{tmp}/out", "--rules", "{bad}"], "bad.yaml:1:3: nodots: id: "),
        (["strip", "{story}", "-o", "{tmp}/out", "--rules", "{tmp}/none.yaml"], "none.yaml"),
        (["tag", "{story}", "-o", "-"], "tag writes rows of JSON"),
        (["tag", "{story}", "-o", "{tmp}/x.parquet"], "tag writes rows of JSON"),
        (["learn", "{story}", "-o", "{bad}"], "add to it with --update, or replace it with --overwrite"),
        (["learn", "{story}", "-o", "{bad}", "--update"], "no Library file"),
        (["learn", "{story}", "-o", "{bad}", "--update", "--overwrite"], "give one of them"),
        (["explain", "{tmp}/none"], "no such file"),
        (["rules", "show", "copyright.lines"], "did you mean copyright.line"),
        (["restore", "{tmp}/none", "{tmp}/none", "-o", "{tmp}/out"], "no such file or folder"),
        (["eval", "{tmp}/none", "{tmp}/none"], "cannot be read"),
        (["wash", "{story}"], "No such command 'wash'"),
        (["clean", "{story}", "--ouput", "x"], "No such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_usage_errors(arguments: list[str], message: str, story: Path, tmp_path: Path, capsys: Capture) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("- id: nodots\n  category: copyright\n  match: {phrase: x y}\n")
    before = sorted(tmp_path.rglob("*"))
    assert run(*(part.format(story=story, tmp=tmp_path, bad=bad) for part in arguments)) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""
    assert sorted(tmp_path.rglob("*")) == before


def test_an_output_that_exists_is_not_touched_without_overwrite(story: Path, tmp_path: Path, capsys: Capture) -> None:
    command = ("strip", story, "-o", tmp_path / "out.jsonl", "--quiet")
    assert run(*command) == 0
    assert run(*command) == 2
    assert "replace it with --overwrite" in capsys.readouterr().err
    assert run(*command, "--overwrite") == 0


def test_explain_asks_for_an_id_among_several_rows(tmp_path: Path, capsys: Capture) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"id": id, "text": STORY}) + "\n" for id in ("a", "b", "c")))
    assert run("explain", rows) == 2
    assert "holds several documents (a, b, …); name one with --id" in capsys.readouterr().err
    assert run("explain", rows, "--id", "b") == 0
    assert "rows.jsonl#b" in capsys.readouterr().out
    assert run("explain", rows, "--id", "z") == 2
    assert "no document with the id z" in capsys.readouterr().err


# Exit code 3: done, but not all is well


def test_quarantine_is_said_and_accounted_for(tmp_path: Path, capsys: Capture) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"id": 1, "text": "A story."}\n{"id": 2\n{"id": 3}\n')
    assert run("strip", rows, "-o", tmp_path / "out.jsonl", "--quiet") == 3
    said = capsys.readouterr().err
    assert "problem: rows.jsonl:2: invalid JSON" in said
    assert "problem: rows.jsonl:3: no field 'text'" in said
    assert "inputs 3 = 1 emitted + 0 emptied + 0 skipped + 2 quarantined" in said
    assert len((tmp_path / "out.quarantine.jsonl").read_text().splitlines()) == 2


def test_learn_reports_what_it_could_not_read(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"id": 1, "text": "A story."}\nnot json\n')
    assert run("learn", tmp_path / "rows.jsonl", "-o", tmp_path / "library.jsonl", "--quiet") == 3
    assert (tmp_path / "library.jsonl").exists()


def test_rule_that_runs_out_of_time_is_named(tmp_path: Path, capsys: Capture) -> None:
    rules = tmp_path / "slow.yaml"
    rules.write_text("- id: house.slow\n  category: advertising\n  match: {regex: '(?:a|aa)+(?:a|aa)+tide!'}\n")
    text = tmp_path / "text.txt"
    text.write_text(f"{'a' * 4000} tide !\n\n{COPYRIGHT}\n")
    assert run("strip", text, "--rules", rules, "--rule-timeout", "0.05", "-o", tmp_path / "out", "--quiet") == 3
    assert "rule house.slow ran out of time; the text was left uncut" in capsys.readouterr().err
    assert (tmp_path / "out" / "documents" / "text.txt").read_bytes() == text.read_bytes()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_full_disk_is_no_fault_of_stripper(story: Path) -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "stripper", "strip", str(story), "-o", "-", "--quiet"]
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
        )
    assert done.returncode == 3
    assert b"No space left" in done.stderr


# Faults, interruption, closed pipes


def test_a_fault_asks_for_a_report(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    # A fault is by its nature not there to be called: put one in the place of a step.
    monkeypatch.setattr("stripper.run.find_inputs", lambda *_, **__: 1 / 0)
    assert run("strip", story, "-o", tmp_path / "out") == 70
    said = capsys.readouterr().err
    assert "fault of stripper" in said and "Traceback" not in said
    monkeypatch.setenv("STRIPPER_TRACEBACK", "1")
    assert run("strip", story, "-o", tmp_path / "out") == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("workers", ["1", "2"])
def test_interruption(tmp_path: Path, workers: str) -> None:
    rows = tmp_path / "rows.jsonl"
    with rows.open("w") as file:
        for number in range(40_000):
            file.write(json.dumps({"id": number, "text": f"{STORY} {number}\n\n{COPYRIGHT}"}) + "\n")
    running = process("clean", rows, "-o", tmp_path / "out.jsonl", "--workers", workers, start_new_session=True)
    time.sleep(2.5)
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert b"Traceback" not in err
    assert not (tmp_path / "out.jsonl").exists()


def test_reader_that_leaves_ends_the_run_in_silence(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"id": n, "text": f"{STORY * 10} {n}"}) + "\n" for n in range(300)))
    running = process("strip", rows, "-o", "-", "--quiet")
    assert running.stdout
    running.stdout.read(10)
    running.stdout.close()
    assert running.wait(timeout=60) == 0
    assert running.stderr and running.stderr.read() == b""


# What a terminal sees


def test_nothing_from_a_text_steers_the_terminal(tmp_path: Path, capsys: Capture) -> None:
    hostile = tmp_path / "hostile.txt"
    hostile.write_text(
        "© 2024 \x1b[31mEvil\x07 \u202eLtd\u200b. All rights reserved.\n\nA story \x1b]0;title\x07 here.\n"
    )
    run("explain", hostile)
    run("clean", hostile, "--dry-run")
    said = capsys.readouterr()
    for character in "\x1b\x07\u202e\u200b":
        assert character not in said.out + said.err
    assert "<U+202E>" in said.out and "<U+001B>" in said.out


def test_version_and_help(capsys: Capture) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out.startswith("stripper 0.")
    assert run("--help") == 0
    assert "clean" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("1", 1),
        ("65536", 65536),
        ("64MiB", 64 << 20),
        ("1GB", 10**9),
        ("1.5k", 1500),
        ("2 KiB", 2048),
        ("3tb", 3 * 10**12),
    ],
)
def test_sizes(written: str, size: int) -> None:
    from stripper.commands.options import size as read

    assert read(written) == size
