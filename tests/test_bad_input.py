"""Bad input through the real command line: what happens, what is said, and that nothing is lost.

Errors read ``path:line: what is wrong; what was kept; what to do``.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import zstandard

ROOT = Path(__file__).parent.parent
STORY = b"The ferry left at ten past seven with twenty-three pupils aboard.\n\nNobody had told the harbour master.\n"
FOOT = b"\n\xc2\xa9 2024 The Harbour Courier. All rights reserved.\n"


@dataclass
class Done:
    code: int
    said: str
    out: Path

    def files(self, part: str) -> dict[str, bytes]:
        folder = self.out / part
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    @property
    def documents(self) -> dict[str, bytes]:
        return self.files("documents")

    @property
    def quarantine(self) -> list[dict[str, str]]:
        return [json.loads(line) for data in self.files("quarantine").values() for line in data.splitlines()]

    @property
    def account(self) -> tuple[int, ...]:
        found = re.search(
            r"inputs (\d+) = (\d+) emitted \+ (\d+) emptied \+ (\d+) skipped \+ (\d+) quarantined", self.said
        )
        assert found, self.said
        assert int(found[1]) == sum(map(int, found.groups()[1:]))
        return tuple(map(int, found.groups()[1:]))


def stripper(place: Path, *arguments: str, stdin: bytes = b"") -> Done:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "stripper", *arguments],
        cwd=place,
        env=environment,
        input=stdin,
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode() + done.stdout.decode()
    assert "Traceback" not in said and done.returncode != 70, said
    return Done(done.returncode, said, place / "out")


def put(place: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        (place / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "in" / name).write_bytes(data)


def clean(place: Path, files: Mapping[str, bytes], *more: str) -> Done:
    put(place, files)
    return stripper(place, "clean", "in", "-o", "out", *more)


def row(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


# One file beside a sound one. Exit code; (emitted, emptied, skipped, quarantined); what is said; what comes out of it.
FILES: dict[str, tuple[str, bytes, int, tuple[int, ...], str, bytes | None]] = {
    "empty": ("x.txt", b"", 0, (2, 0, 0, 0), "", b""),
    "empty Markdown": ("x.md", b"", 0, (2, 0, 0, 0), "", b""),
    "empty rows": ("x.jsonl", b"", 0, (1, 0, 0, 0), "", b""),
    "white space alone": ("x.txt", b" \n\r\n\t", 0, (2, 0, 0, 0), "", b" \n\r\n\t"),
    "binary": ("x.dat", b"\0\1\2\3" * 64, 0, (1, 0, 1, 0), "x.dat: skipped", None),
    "binary with a text suffix": ("x.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), 3, (1, 0, 0, 1), "x.txt: ", None),
    "NUL in a text": ("x.txt", b"A \0 in a line.\n", 0, (2, 0, 0, 0), "", b"A \0 in a line.\n"),
    "no UTF-8, detected": (
        "x.txt",
        "Das Café öffnet früh. Die Möwen müssen draußen bleiben.\n".encode("latin-1") * 3,
        0,
        (2, 0, 0, 0),
        "not UTF-8",
        "Das Café öffnet früh. Die Möwen müssen draußen bleiben.\n".encode("latin-1") * 3,
    ),
    "page that extracts to nothing": (
        "x.html",
        b"<html><body><footer><p>" + STORY * 4 + b"</p></footer></body></html>",
        3,
        (1, 0, 0, 1),
        "x.html: ",
        None,
    ),
    "page without text": (
        "x.html",
        b"<html><head><title></title></head><body></body></html>",
        0,
        (2, 0, 0, 0),
        "",
        b"",
    ),
    "page too deep": ("x.html", b"<div>" * 400 + b"<p>" + STORY + b"</div>" * 400, 3, (1, 0, 0, 1), "x.html: ", None),
}


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_beside_a_sound_one(case: str, tmp_path: Path) -> None:
    name, data, code, account, said, made = FILES[case]
    done = clean(tmp_path, {"sound.txt": STORY + FOOT, name: data})
    assert (done.code, done.account) == (code, account), done.said
    assert said in done.said
    assert done.documents.pop("sound.txt") == STORY
    assert done.documents.get(Path(name).stem + ".txt" if name.endswith(".html") else name) == made
    if code == 3:
        (kept,) = done.quarantine
        assert kept["path"] == name and kept["reason"] and kept["advice"]
        assert base64.b64decode(kept["raw_base64"]) == data if "raw_base64" in kept else kept["raw"].encode() == data


def test_a_binary_file_that_was_named_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, {"x.dat": b"\0\1\2\3" * 64})
    done = stripper(tmp_path, "clean", "in/x.dat", "-o", "out")
    assert done.code == 3 and "x.dat: " in done.said
    assert done.account == (0, 0, 0, 1)


def test_bytes_of_no_encoding_come_out_uncut_and_flagged(tmp_path: Path) -> None:
    data = STORY + b"\xff\xfe\x81" + FOOT
    done = clean(tmp_path, {"x.txt": data}, "--encoding", "ascii")
    assert done.code == 3
    assert re.search(r"x\.txt: .*ascii.*uncut", done.said)
    assert done.documents == {"x.txt": data}
    assert done.account == (1, 0, 0, 0)


def test_an_encoding_that_is_given_is_used_and_written_back(tmp_path: Path) -> None:
    text = "Die Möwen müssen draußen bleiben.\n\n© 2024 The Harbour Courier. All rights reserved.\n"
    done = clean(tmp_path, {"x.txt": text.encode("latin-1")}, "--encoding", "latin-1")
    assert done.code == 0
    assert done.documents == {"x.txt": "Die Möwen müssen draußen bleiben.\n".encode("latin-1")}


# A row between two sound ones: what is said of it.
ROWS: dict[str, tuple[bytes, str]] = {
    "cut off": (b'{"id": "x", "text": "The ferry\n', "invalid JSON"),
    "no JSON": (b"The ferry left.\n", "invalid JSON"),
    "no text field": (row(id="x", body="The ferry left."), "no field 'text'; its fields: id, body"),
    "text is a number": (row(id="x", text=7), "no string"),
    "text is null": (row(id="x", text=None), "no string"),
    "a list": (b'["x", "The ferry left."]\n', "not a JSON object"),
    "an id met before": (row(id="a", text="The ferry left."), "second row with the id 'a'"),
    "invalid UTF-8": (b'{"id": "x", "text": "caf\xe9"}\n', "not UTF-8"),
    "two values": (b'{"id": "x", "text": "a"} {"id": "y", "text": "b"}\n', "invalid JSON"),
    "too deep": (b'{"id": "x", "text": "a", "deep": ' + b"[" * 100_000 + b"\n", "invalid JSON"),
}


def test_bad_rows_go_to_quarantine_with_their_line_and_bytes(tmp_path: Path) -> None:
    rows = [
        row(id="a", text="The first is sound."),
        *(bad for bad, _ in ROWS.values()),
        row(text="So is the last.", id="z"),
    ]
    done = clean(tmp_path, {"x.jsonl": b"".join(rows)})
    assert done.code == 3, done.said
    assert done.account == (2, 0, 0, len(ROWS))
    assert done.documents == {"x.jsonl": rows[0] + rows[-1]}
    assert [kept["where"] for kept in done.quarantine] == [f"line {n}" for n in range(2, len(ROWS) + 2)]
    for kept, (bad, reason) in zip(done.quarantine, ROWS.values(), strict=True):
        assert reason in kept["reason"], kept["reason"][:200]
        assert (base64.b64decode(kept["raw_base64"]) if "raw_base64" in kept else kept["raw"].encode()) == bad


@pytest.mark.parametrize("case", ["cut off", "no text field", "an id met before"])
def test_errors_of_rows_read_path_line_what(case: str, tmp_path: Path) -> None:
    bad, reason = ROWS[case]
    done = clean(tmp_path, {"deep/x.jsonl": row(id="a", text="The first is sound.") + bad})
    assert re.search(rf"(?m)deep/x\.jsonl:2: .*{re.escape(reason)}.*; ", done.said), done.said


def test_a_row_over_the_limit_is_quarantined_and_the_option_named(tmp_path: Path) -> None:
    long = row(id="long", text="quay " * 1000)
    done = clean(
        tmp_path, {"x.jsonl": row(id="a", text="Sound.") + long + row(id="z", text="Sound.")}, "--max-line", "2000"
    )
    assert done.code == 3 and done.account == (2, 0, 0, 1)
    assert "--max-line" in done.said and f"byte {len(row(id='a', text='Sound.'))}" in done.quarantine[0]["reason"]


def _zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


LARGE = b"".join(row(id=str(n), text=f"Story {n}. " + os.urandom(60).hex()) for n in range(60))
TRUNCATED: dict[str, tuple[str, bytes]] = {
    "gz of rows": ("x.jsonl.gz", gzip.compress(LARGE)[:-1500]),
    "gz without its end": ("x.jsonl.gz", gzip.compress(LARGE)[:-8]),
    "zst of rows": ("x.jsonl.zst", _zst(LARGE)[:-1500]),
    "zst without its last bytes": ("x.jsonl.zst", _zst(LARGE)[:-3]),
    "gz of a text": ("x.txt.gz", gzip.compress(STORY)[:-9]),
    "gz of nothing": ("x.txt.gz", b""),
    "no gz at all": ("x.jsonl.gz", LARGE),
    "no zst at all": ("x.jsonl.zst", LARGE),
    "parquet cut off": ("x.parquet", b"PAR1" + LARGE[:100]),
}


@pytest.mark.parametrize("case", TRUNCATED)
def test_a_damaged_file_is_not_published_and_is_named(case: str, tmp_path: Path) -> None:
    name, data = TRUNCATED[case]
    done = clean(tmp_path, {"sound.txt": STORY, name: data})
    assert done.code == 3, done.said
    assert done.documents == {"sound.txt": STORY}
    assert re.search(rf"{re.escape(name)}: .*; ", done.said)
    assert done.account[0] == 1 and done.account[3] >= 1
    assert (tmp_path / "in" / name).read_bytes() == data


RULE = """- id: house.walks
  category: advertising
  match: {phrase: "harbour walks"}
  examples: {match: [Harbour walks.], no_match: [Walks.]}
"""
# Rules file: line of the error, what is said.
RULES: dict[str, tuple[str, int, str]] = {
    "bad YAML": ("- id: [\n- x: }\n", 2, ""),
    "duplicate ids": (RULE + RULE, 5, "house.walks"),
    "duplicate key": (
        RULE.replace("  category: advertising\n", "  category: advertising\n  category: contact\n"),
        3,
        "category",
    ),
    "100,000 brackets": ("[" * 100_000, 1, ""),
    "a tag": (RULE.replace("advertising", "!!python/name:os.system x"), 2, "tag"),
    "an alias": (
        RULE.replace("advertising", "&a advertising") + RULE.replace("advertising", "*a").replace("walks", "x"),
        6,
        "alias",
    ),
    "an unknown field": (RULE + "  colour: red\n", 5, "colour"),
    "an unknown action": (RULE + "  action: burn\n", 5, "burn"),
    "a bad pattern": (RULE.replace('phrase: "harbour walks"', 'regex: "(walks"'), 3, "house.walks"),
    "no list": ("rules: yes\n", 1, ""),
    "not UTF-8": ("- id: \udcff\n", 1, "UTF-8"),
    "a huge pattern": (
        RULE.replace('phrase: "harbour walks"', "regex: '(?:(?:(?:a{1000}){1000}){1000})'"),
        3,
        "house.walks",
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_broken_rules_stop_a_run_before_it_reads(case: str, tmp_path: Path) -> None:
    text, line, said = RULES[case]
    (tmp_path / "house.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))
    done = clean(tmp_path, {"x.txt": STORY}, "--rules", "house.yaml")
    assert done.code == 2, done.said
    assert re.search(rf"house\.yaml:{line}:\d+: ", done.said), done.said[:500]
    assert said in done.said
    assert not done.out.exists()


def test_all_errors_of_rules_are_said_at_once(tmp_path: Path) -> None:
    text = RULE + "  colour: red\n" + RULE.replace("walks", "rides") + "  action: burn\n" + RULE
    (tmp_path / "house.yaml").write_text(text)
    done = clean(tmp_path, {"x.txt": STORY}, "--rules", "house.yaml")
    assert done.code == 2
    assert [int(line) for line in re.findall(r"house\.yaml:(\d+):", done.said)] == [5, 10, 11]


USAGE: dict[str, tuple[list[str], str]] = {
    "missing input": (["clean", "in", "nowhere", "-o", "out"], "nowhere"),
    "a glob of nothing": (["clean", "in/*.rst", "-o", "out"], "in/*.rst"),
    "no OUT": (["clean", "in"], "-o OUT"),
    "existing OUT": (["clean", "in", "-o", "full"], "full"),
    "existing OUT, one file": (["clean", "in", "-o", "full/old.jsonl"], "full/old.jsonl"),
    "OUT that is a text": (["clean", "in", "-o", "full/old.txt"], "full/old.txt"),
    "a folder that is no run, overwritten": (["clean", "in", "-o", "full", "--overwrite"], "full"),
    "missing Library": (["strip", "in", "-o", "out", "--library", "none.jsonl"], "none.jsonl"),
    "a Library that is none": (["strip", "in", "-o", "out", "--library", "in/x.txt"], "in/x.txt:1: "),
    "missing rules": (["strip", "in", "-o", "out", "--rules", "none.yaml"], "none.yaml"),
    "an encoding that is none": (["clean", "in", "-o", "out", "--encoding", "latin-x"], "latin-x"),
    "a category that is none": (["clean", "in", "-o", "out", "--keep", "copywrong"], "copywrong"),
    "an option that is none": (["clean", "in", "-o", "out", "--burn"], "--burn"),
    "two inputs for one output": (["clean", "in", "both", "-o", "out"], "x.txt"),
}


@pytest.mark.parametrize("case", USAGE)
def test_usage_that_cannot_be_is_named_and_nothing_is_read(case: str, tmp_path: Path) -> None:
    arguments, said = USAGE[case]
    put(tmp_path, {"x.txt": STORY})
    for name in ("full/old.txt", "full/old.jsonl", "both/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"old")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    done = stripper(tmp_path, *arguments)
    assert done.code == 2, done.said
    assert said in done.said
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
    assert not done.out.exists()


def test_what_parquet_cannot_hold_is_quarantined(tmp_path: Path) -> None:
    put(tmp_path, {"x.jsonl": row(id="a", text="Sound.") + b'{"id": "b", "text": "half a sign \\ud800"}\n'})
    done = stripper(tmp_path, "clean", "in/x.jsonl", "-o", "out.parquet")
    assert done.code == 3 and done.account == (1, 0, 0, 1)
    (kept,) = (tmp_path / "out.quarantine.jsonl").read_bytes().splitlines()
    assert "\\\\ud800" in kept.decode()


def test_bad_input_on_standard_input(tmp_path: Path) -> None:
    done = stripper(tmp_path, "strip", "-", "-o", "-", stdin=STORY + FOOT)
    assert done.code == 0 and STORY.decode().strip() in done.said
    done = stripper(
        tmp_path, "strip", "-", "--input-format", "jsonl", "-o", "out", stdin=b"{\n" + row(id=1, text="Sound.")
    )
    assert done.code == 3 and done.account == (1, 0, 0, 1)


def test_thirty_bad_files_among_many_change_nothing_for_the_rest(tmp_path: Path) -> None:
    sound = {f"s{n % 3}/{n}.txt": STORY.replace(b"twenty-three", str(n).encode()) + FOOT for n in range(90)}
    bad = {f"s{n % 3}/bad{n}.{'txt' if n % 2 else 'jsonl.gz'}": b"\0\1\2\3\4" * 40 for n in range(30)}
    done = clean(tmp_path, {**sound, **bad}, "--quiet")
    assert done.code == 3 and done.account == (90, 0, 0, 30)
    (alone := tmp_path / "alone").mkdir()
    assert clean(alone, sound).documents == done.documents
    assert {kept["path"] for kept in done.quarantine} == set(bad)
