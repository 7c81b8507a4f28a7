"""What a person keeps: by a comment in the file, or by a list beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stripper.cli import main
from stripper.hook.keeplist import marked

STORY = "The bridge reopened on Monday after eleven weeks, and the first to cross it was a goat that nobody owned up to."
COPYRIGHT = "© 2024 The Harbour Courier. All rights reserved."
OTHER = "© 2023 The Lamp Company of Port Ennery. All rights reserved."
KEEP = "<!-- stripper: keep -->"
LIST = ".stripper-keep.jsonl"

pytestmark = pytest.mark.usefixtures("project")
Capture = pytest.CaptureFixture[str]


def check(*arguments: str) -> int:
    return main(["check", *arguments])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{STORY}\n\n{KEEP}\n{COPYRIGHT}\n", []),
        (f"{STORY}\n\n{KEEP}\r\n{COPYRIGHT}\r\n", []),
        (f"{STORY}\n\n{KEEP} {COPYRIGHT}\n\n{OTHER}\n", [5]),
        (f"{STORY}\n\n{KEEP}\n{COPYRIGHT}\n  \n{OTHER}\n", [6]),
        (f"{STORY}\n\n{KEEP}\n\n{COPYRIGHT}\n", [5]),
        (f"<!--stripper:keep-file-->\n\n{STORY}\n\n{COPYRIGHT}\n\n{OTHER}\n", []),
        (f"{STORY}\n\n```html\n<!-- stripper: keep-file -->\n```\n\n{COPYRIGHT}\n", [7]),
        (f"{STORY}\n\n<!-- stripper: kep -->\n{COPYRIGHT}\n", [4]),
    ],
    ids=["next line", "CRLF", "to the blank line", "white blank line", "nothing below", "file", "shown as code", "misspelt"],
)
def test_comments_of_markdown(text: str, found: list[int], capsys: Capture) -> None:
    path = Path("seed.md")
    path.write_bytes(text.encode())
    check("seed.md")
    said = capsys.readouterr()
    assert [int(line.split(":")[1]) for line in said.out.splitlines()] == found
    check("seed.md", "--fix", "--budget", "1")
    left = path.read_bytes().decode()
    assert all(line.strip() in left for number, line in enumerate(text.splitlines(), 1) if number not in found)


def test_comments_that_do_nothing_are_named(capsys: Capture) -> None:
    Path("seed.md").write_text(f"{KEEP}\n\n{STORY}\n\n<!-- stripper: kep -->\n{STORY}\n")
    assert check("seed.md") == 0
    said = capsys.readouterr().err
    assert "seed.md:1: this comment keeps nothing" in said
    assert "seed.md:5: unknown comment 'stripper: kep'" in said


def test_comments_of_pages(capsys: Capture) -> None:
    advice = "<p>This article is for informational purposes only and does not constitute investment advice.</p>"
    body = f"<p>{STORY}</p>\n" * 4

    def page(before: str) -> int:
        Path("p.html").write_text(f"<html><body><article>\n{body}\n{before}{advice}\n\n{body}</article></body></html>\n")
        return check("p.html")

    assert page("") == 1
    assert page(f"{KEEP}\n") == 0
    assert page("<!-- stripper: keep-file -->\n\n") == 0
    assert page(f"{KEEP}\n\n") == 1


def test_a_plain_text_has_no_comments() -> None:
    Path("seed.txt").write_text(f"{STORY}\n\n{KEEP}\n{COPYRIGHT}\n")
    assert check("seed.txt") == 1


def test_a_hostile_text_is_searched_in_no_time() -> None:
    assert marked("<!-- stripper: " * 100_000) == ([], False, [])


# The list


def test_what_is_put_on_the_list_is_kept(capsys: Capture) -> None:
    Path("a.txt").write_text(f"{STORY}\n\n{COPYRIGHT}\n\n{OTHER}\n")
    Path("b.txt").write_text(f"{STORY}\n\n{COPYRIGHT}\n")
    assert check("a.txt", "--add-keep") == 0
    assert check("a.txt") == 0
    assert check("b.txt") == 1
    # Moved, in other case and in another year it is the same text; with other words it is not.
    Path("a.txt").write_text(f"{COPYRIGHT}\n\n{STORY}\n\n{COPYRIGHT.upper().replace('2024', '2026')}\n\n{OTHER}\n")
    assert check("a.txt") == 0
    Path("a.txt").write_text(f"{STORY}\n\n{COPYRIGHT.replace('Courier', 'Herald')}\n\n{OTHER}\n")
    capsys.readouterr()
    assert check("a.txt") == 1
    said = capsys.readouterr()
    assert said.out.count("\n") == 1 and "Herald" in said.out
    assert f"a.txt: kept for nothing: copyright.line “{COPYRIGHT}”; drop it with --prune-keep" in said.err


def test_the_list_is_one_sorted_line_a_text_without_places_or_dates() -> None:
    Path("a.txt").write_text(f"{STORY}\n\n{COPYRIGHT}\n\n{OTHER}\n")
    Path("b.txt").write_text(f"{STORY}\n\n{COPYRIGHT}\n")
    check("b.txt", "--add-keep")
    check("a.txt", "--add-keep")
    lines = Path(LIST).read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [(row["path"], row["rule"]) for row in rows] == [("a.txt", "copyright.line")] * 2 + [("b.txt", "copyright.line")]
    assert rows == sorted(rows, key=lambda row: (row["path"], row["rule"], row["key"]))
    assert all(set(row) == {"path", "rule", "key", "text"} for row in rows)
    before = Path(LIST).read_bytes()
    check("a.txt", "b.txt", "--add-keep")
    assert Path(LIST).read_bytes() == before


def test_an_entry_speaks_of_one_rule_only() -> None:
    Path("a.txt").write_text(f"{STORY}\n\n{COPYRIGHT}\n")
    check("a.txt", "--add-keep")
    row = json.loads(Path(LIST).read_text("utf-8"))
    Path(LIST).write_text(json.dumps({**row, "rule": "copyright.other"}) + "\n")
    assert check("a.txt") == 1


def test_pruning_drops_what_keeps_nothing_and_only_of_files_that_were_checked() -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        Path(name).write_text(f"{STORY}\n\n{COPYRIGHT}\n")
        check(name, "--add-keep")
    Path("a.txt").write_text(f"{STORY}\n")
    Path("b.txt").write_text(f"{STORY}\n")
    Path("c.txt").unlink()
    assert check("a.txt", "--prune-keep") == 0
    assert [json.loads(line)["path"] for line in Path(LIST).read_text("utf-8").splitlines()] == ["b.txt"]


def test_only_a_person_changes_the_list() -> None:
    Path("a.txt").write_text(f"{STORY}\n\n{COPYRIGHT}\n")
    check("a.txt", "--fix")
    check("a.txt")
    assert not Path(LIST).exists()


def test_kept_rows_of_json_stay() -> None:
    rows = Path("rows.jsonl")
    texts = [f"{STORY}\n\n{text}" for text in (COPYRIGHT, OTHER)]
    rows.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    before = rows.read_bytes()
    check("rows.jsonl", "--add-keep")
    assert check("rows.jsonl", "--fix") == 0
    assert rows.read_bytes() == before


@pytest.mark.parametrize("line", ["{", "[]", '{"path": "a"}', '{"path": 1, "rule": "x", "key": "y"}'])
def test_a_damaged_list_is_refused(line: str, capsys: Capture) -> None:
    Path("a.txt").write_text(f"{STORY}\n")
    Path(LIST).write_text(f"\n{line}\n")
    assert check("a.txt") == 2
    assert f"{LIST}:2: no entry of a keep-list" in capsys.readouterr().err
