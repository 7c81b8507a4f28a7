"""`stripper check`: what it says, what it does, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stripper.cli import main

ROOT = Path(__file__).parent.parent.parent
STORY = "The bridge reopened on Monday after eleven weeks, and the first to cross it was a goat that nobody owned up to."
MORE = "By noon some forty carts had followed the goat, and the toll keeper had run out of tickets, string and patience."
COPYRIGHT = "© 2024 The Harbour Courier. All rights reserved."
TEXT = f"{STORY}\n\n{MORE}\n\n{COPYRIGHT}\n"
ADVICE = "This article is for informational purposes only and does not constitute investment advice."
CLEAN = f"{STORY}\n\n{MORE}\n"

pytestmark = pytest.mark.usefixtures("project")
Capture = pytest.CaptureFixture[str]


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


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("crlf-and-bom.txt", "\ufeff" + TEXT.replace("\n", "\r\n"), "\ufeff" + CLEAN.replace("\n", "\r\n")),
        ("no-last-newline.txt", TEXT.rstrip("\n"), CLEAN.rstrip("\n")),
        ("mixed-ends.txt", f"{STORY}\r\n\r\n{COPYRIGHT}\n\n{MORE}\r", f"{STORY}\r\n\r\n{MORE}\r"),
        ("odd.txt", f"{STORY}\0\u2028\u200b \t\n\n{MORE}\n\n{COPYRIGHT}\n", f"{STORY}\0\u2028\u200b \t\n\n{MORE}\n"),
        ("front.md", f"---\ntitle: x\n---\n\n{TEXT}", f"---\ntitle: x\n---\n\n{CLEAN}"),
    ],
)
def test_nothing_changes_outside_the_cuts(name: str, before: str, after: str) -> None:
    path = write(name, before)
    assert check(name, "--fix") == 1
    assert path.read_bytes() == after.encode()


def test_a_file_in_utf_16_stays_so() -> None:
    path = write("seed.txt", b"\xff\xfe" + TEXT.encode("utf-16-le"))
    assert check("seed.txt", "--fix") == 1
    assert path.read_bytes() == b"\xff\xfe" + CLEAN.encode("utf-16-le")


def test_rows_of_json_keep_every_other_byte(capsys: Capture) -> None:
    text = json.dumps(f"{STORY} \U0001f410 “goat”\n\n{COPYRIGHT}")
    rows = '\ufeff{"n": 1e400, "n": NaN, "text":TEXT , "x":"\\ud800"}\r\n\n{"text": "A goat."}\n{"id":7,"text":TEXT}'
    before = rows.replace("TEXT", text)
    path = write("rows.jsonl", before)
    assert check("rows.jsonl", "--fix") == 1
    rest = json.dumps(f"{STORY} \U0001f410 “goat”")
    assert path.read_bytes().decode() == rows.replace("TEXT", rest)
    column = before.split("\n")[3].index("\\u00a9") + 1
    assert f"rows.jsonl:4:{column}: copyright" in capsys.readouterr().out


def test_a_page_is_reported_and_left_alone(capsys: Capture) -> None:
    paragraphs = "".join(f"<p>{STORY} <em>{MORE}</em></p>\n" for _ in range(4))
    page = f"<html><head><title>Goat</title></head><body><nav><a href=/>Home</a></nav>\n<article>\n{paragraphs}"
    page += f"<p>{ADVICE}</p>\n{paragraphs}</article></body></html>\n"
    path = write("page.html", page)
    assert check("page.html", "--fix") == 1
    said = capsys.readouterr()
    assert path.read_text() == page
    line = page[: page.index(ADVICE)].count("\n") + 1
    assert said.out.startswith(f"page.html:{line}:4: financial-disclaimer (")
    assert "outside-article" not in said.out
    assert "1 finding left in 1 file" in said.err


# Exit codes


def test_exit_zero_is_for_findings_only() -> None:
    write("seed.txt")
    assert check("seed.txt", "--exit-zero") == 0
    assert check("seed.txt", "--fix", "--exit-zero") == 0
    write("bad.jsonl", '{"text": \n')
    assert check("bad.jsonl", "--exit-zero") == 3


def test_usage_errors_come_before_anything_is_read(capsys: Capture) -> None:
    path = write("seed.txt")
    for arguments, message in [
        (["seed.txt", "none.txt", "--fix"], "none.txt: no such file or folder"),
        (["seed.txt", "--fix", "--diff"], "--diff and --fix: give one of them"),
        (["seed.txt", "--removals", "x.jsonl"], "--removals keeps what --fix cuts"),
        (["seed.txt", "--diff", "--format", "json"], "--diff writes a patch"),
        (["seed.txt", "--fix", "--library", "none.jsonl"], "the Library cannot be read"),
        (["seed.txt", "--fix", "--keep", "copyrigth"], "did you mean copyright"),
        ([], "name the files to check"),
    ]:
        assert check(*arguments) == 2, arguments
        assert message in capsys.readouterr().err
    assert path.read_text("utf-8") == TEXT


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("rows.jsonl", b'{"text": "a goat"}\n{"text": \n', "rows.jsonl:2: invalid JSON"),
        ("rows.jsonl", b'{"id": 1, "text": "a"}\n{"id": 1, "text": "b"}\n', "rows.jsonl:2: a second row with the id '1'"),
        ("binary.txt", bytes(range(256)) * 4, "binary.txt: binary, not text"),
        ("deep.html", b"<div>" * 600 + b"text" * 90, "nested more than 255 elements deep"),
    ],
)
def test_what_cannot_be_checked_is_named(name: str, data: bytes, message: str, capsys: Capture) -> None:
    write(name, data)
    write("seed.txt")
    assert check(name, "seed.txt") == 3
    said = capsys.readouterr()
    assert message in said.err and "it was not checked" in said.err
    assert said.out.startswith("seed.txt:5:1:")


def test_one_bad_row_does_not_keep_the_others_from_being_cut() -> None:
    good = json.dumps({"text": TEXT}).encode()
    path = write("rows.jsonl", b'{"text": \n' + good + b"\n\xff\n")
    assert check("rows.jsonl", "--fix") == 3
    assert path.read_bytes() == b'{"text": \n' + json.dumps({"text": CLEAN}).encode() + b"\n\xff\n"


def test_invalid_utf_8_is_left_untouched(capsys: Capture) -> None:
    data = TEXT.replace("goat", "chèvre").encode("cp1252")
    path = write("seed.txt", data)
    assert check("seed.txt", "--fix") == 3
    assert path.read_bytes() == data
    said = capsys.readouterr().err
    assert "seed.txt: not UTF-8" in said and "convert it to UTF-8" in said
    assert check("seed.txt") == 1


def test_more_than_the_budget_is_found_and_not_cut(capsys: Capture) -> None:
    path = write("seed.txt", f"{STORY}\n\n" + f"{ADVICE}\n\n" * 5)
    before = path.read_bytes()
    assert check("seed.txt", "--fix") == 3
    said = capsys.readouterr().err
    assert "% of the text would go, and the budget is 60%" in said and "--budget 1" in said
    assert check("seed.txt", "--diff") == 3
    assert capsys.readouterr().out == ""
    assert path.read_bytes() == before
    assert check("seed.txt") == 1
    assert check("seed.txt", "--fix", "--budget", "1") == 1
    assert path.read_text("utf-8").strip() == STORY


def test_a_rule_that_runs_out_of_time_is_named(capsys: Capture) -> None:
    write("slow.yaml", "- id: house.slow\n  category: advertising\n  match: {regex: '(?:a|aa)+(?:a|aa)+tide!'}\n")
    path = write("seed.txt", f"{'a' * 4000} tide !\n\n{COPYRIGHT}\n")
    before = path.read_bytes()
    assert check("seed.txt", "--fix", "--rules", "slow.yaml", "--rule-timeout", "0.05") == 3
    assert "rule house.slow ran out of time" in capsys.readouterr().err
    assert path.read_bytes() == before


# Which files


def test_folders_are_walked_and_own_files_are_no_documents(capsys: Capture) -> None:
    for name in ("a.txt", "b/c.md", "b/.hidden.txt", "b/program.py"):
        write(name)
    assert main(["learn", "a.txt", "-o", "library.jsonl", "--quiet"]) == 0
    capsys.readouterr()
    main(["strip", "a.txt", "-o", "out.jsonl", "--quiet"])
    Path("out.jsonl").unlink()
    capsys.readouterr()
    assert check(".", "library.jsonl") == 1
    said = capsys.readouterr()
    assert [line.split(":")[0] for line in said.out.splitlines()] == ["./a.txt", "./b/c.md"]
    assert "library.jsonl: not checked: this is a Library" in said.err
    assert "out.removals.jsonl: not checked: this is a removals file" in said.err


def test_a_file_named_twice_is_checked_once(capsys: Capture) -> None:
    write("a.txt")
    Path("link.txt").symlink_to("a.txt")
    check("a.txt", "./a.txt", "link.txt")
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_excluded_files_are_left_out_of_folders_and_by_force() -> None:
    write("drafts/a.txt")
    write(".stripper.toml", 'exclude = ["drafts/**"]\n')
    assert check(".") == 0
    assert check("drafts/a.txt") == 1
    assert check("drafts/a.txt", "--force-exclude") == 0


# Forms


def test_statistics_count_by_category_and_rule(capsys: Capture) -> None:
    write("a.txt")
    write("b.txt", f"{TEXT}\n{ADVICE}\n")
    check("a.txt", "b.txt", "--statistics")
    rows = [line.split() for line in capsys.readouterr().err.splitlines() if line.startswith("  ")]
    assert rows[0] == ["2", "copyright", "copyright.line"]
    assert rows[1][:2] == ["1", "financial-disclaimer"]


def test_json_says_all_that_is_known(capsys: Capture) -> None:
    write("a.txt", f"{TEXT}\ud800".encode("utf-8", "surrogatepass"))
    write("bad.jsonl", "{\n")
    assert check("a.txt", "bad.jsonl", "--format", "json") == 3
    value = json.loads(capsys.readouterr().out)
    finding = value["findings"][0]
    assert finding["path"] == "a.txt" and (finding["line"], finding["column"]) == (5, 1)
    assert (finding["end_line"], finding["end_column"]) == (5, len(COPYRIGHT) + 1)
    assert finding["category"] == "copyright" and finding["rule"] == "copyright.line" and finding["fixable"]
    assert finding["text"].strip() == COPYRIGHT
    assert value["problems"][0].startswith("bad.jsonl:1: invalid JSON")


def test_github_commands_escape_what_they_carry(capsys: Capture) -> None:
    write("50%,a:b.txt")
    check("50%,a:b.txt", "--format", "github")
    start = "::warning file=50%25%2Ca%3Ab.txt,line=5,endLine=5,col=1,endColumn=49,title=copyright (copyright.line)::"
    assert capsys.readouterr().out.startswith(start)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_is_cut_that_could_not_be_said(form: str) -> None:
    path = write("seed.txt")
    command = [sys.executable, "-m", "stripper", "check", "seed.txt", "--fix", "--format", form]
    with open("/dev/full", "wb") as full:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment, check=False)
    assert done.returncode == 3
    assert path.read_text("utf-8") == TEXT


def test_nothing_from_a_file_steers_the_terminal(capsys: Capture) -> None:
    write("a.txt", f"{STORY}\n\n© 2024 \x1b[31mEvil\x07 \u202eLtd\u200b. All rights reserved.\n")
    for form in ("text", "json", "sarif", "github"):
        check("a.txt", "--format", form)
        said = capsys.readouterr()
        assert said.out
        assert not set("\x1b\x07\u202e\u200b") & set(said.out + said.err)


def test_a_log_is_whole_even_where_every_file_is_left_out(capsys: Capture) -> None:
    write("drafts/a.txt")
    write(".stripper.toml", 'exclude = ["drafts/**"]\n')
    assert check("drafts/a.txt", "--force-exclude", "--format", "sarif") == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []
