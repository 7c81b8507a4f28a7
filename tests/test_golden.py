"""The fixture corpora come out as their authors expect, and what is removed is on record.

``fixtures/<corpus>/expected`` is written by hand and never by a tool. ``fixtures/<corpus>/removals`` says what is cut today
and by what; after a change that is meant, ``pytest tests/test_golden.py --update-goldens`` writes it anew, for the diff to
be read.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from stripper import run
from stripper.ruleset import builtin, load
from stripper.run import Settings
from stripper.tally import Tally

FIXTURES = Path(__file__).parent.parent / "fixtures"
CORPORA = sorted(path.parent.name for path in FIXTURES.glob("*/expected"))
EXPECTED = sorted(path.relative_to(FIXTURES) for path in FIXTURES.glob("*/expected/**/*") if path.is_file())
REMADE = (
    "what is removed has changed; if that is meant: pytest tests/test_golden.py --update-goldens, then read the diff"
)

_text_value = re.compile(rb'"text"\s*:\s*"(?:[^"\\]|\\.)*"')


@dataclass
class Run:
    out: Path
    tally: Tally


@cache
def cleaned(corpus: str) -> Run:
    """What `clean` makes of a corpus."""
    out = _place() / corpus
    _, tally = run.clean([str(FIXTURES / corpus / "input")], str(out), _settings())
    return Run(out, tally)


@cache
def _settings() -> Settings:
    return Settings(load([builtin()]), workers=1)


@cache
def _place() -> Path:
    return Path(mkdtemp(prefix="stripper-goldens-"))


@pytest.fixture(scope="module", autouse=True)
def _tidy():  # type: ignore[no-untyped-def]
    yield
    if _place.cache_info().currsize:
        shutil.rmtree(_place(), ignore_errors=True)
        _place.cache_clear()
        cleaned.cache_clear()


def rows(data: bytes) -> list[tuple[str, str]]:
    """The id and text of each row."""
    found = [json.loads(line.decode("utf-8", "surrogatepass")) for line in data.split(b"\n") if line.strip()]
    return [(str(row["id"]), row["text"]) for row in found]


def same(expected: Path, made: Path) -> None:
    assert made.is_file(), f"{made.name} was not published"
    if expected.suffix == ".jsonl":
        assert rows(made.read_bytes()) == rows(expected.read_bytes())
    elif made.read_bytes() != expected.read_bytes():
        # Text where there is text: pytest shows what differs.
        one, other = (path.read_bytes().decode("utf-8", "backslashreplace") for path in (made, expected))
        assert one == other
        raise AssertionError(f"{made.name}: the same text in other bytes")


@pytest.mark.parametrize("path", EXPECTED, ids=str)
def test_clean_gives_the_expected_text(path: Path) -> None:
    corpus, _, *rest = path.parts
    same(FIXTURES / path, cleaned(corpus).out.joinpath("documents", *rest))


@pytest.mark.parametrize("corpus", CORPORA)
def test_nothing_else_comes_out(corpus: str) -> None:
    expected = {path.relative_to(f"{corpus}/expected") for path in EXPECTED if path.parts[0] == corpus}
    made = {
        path.relative_to(cleaned(corpus).out / "documents")
        for path in (cleaned(corpus).out / "documents").rglob("*")
        if path.is_file()
    }
    # Its second row is sound and nothing more is said of it.
    assert made - expected == ({Path("bad-bytes.jsonl")} if corpus == "edges" else set())


@pytest.mark.parametrize("name", [path.name for path in sorted((FIXTURES / "seeds" / "input").iterdir())])
def test_each_seed_comes_out_right_alone(name: str, tmp_path: Path) -> None:
    run.strip([str(FIXTURES / "seeds" / "input" / name)], str(tmp_path / "out"), _settings())
    same(FIXTURES / "seeds" / "expected" / name, tmp_path / "out" / "documents" / name)


ROWS = [path for path in EXPECTED if path.suffix == ".jsonl"]


@pytest.mark.parametrize("path", ROWS, ids=str)
def test_rows_come_through_byte_for_byte_but_for_their_text(path: Path) -> None:
    corpus, _, *rest = path.parts
    came = (FIXTURES / corpus).joinpath("input", *rest).read_bytes().split(b"\n")
    went = cleaned(corpus).out.joinpath("documents", *rest).read_bytes().split(b"\n")
    frames = [_text_value.sub(b'"text":', line) for line in came]
    assert [frame for line in went if (frame := _text_value.sub(b'"text":', line)) not in frames] == []
    if path.name != "broken.jsonl":
        assert len(came) == len(went)


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_input_is_accounted_for(corpus: str) -> None:
    made = cleaned(corpus)
    stats = json.loads((made.out / "stats.json").read_bytes())
    assert stats["inputs"] == stats["emitted"] + stats["emptied"] + stats["skipped"] + stats["quarantined"]
    files = [path for path in (FIXTURES / corpus / "input").rglob("*") if path.is_file()]
    documents = sum(
        len([line for line in path.read_bytes().split(b"\n") if line.strip()]) if path.suffix == ".jsonl" else 1
        for path in files
    )
    assert made.tally.inputs == documents


def compact(lines: list[bytes]) -> bytes:
    """Removals less what changes with every rule and count: place, category, and the rule or what else it was."""
    found = []
    for line in lines[1:]:
        row = json.loads(line)
        if "start" in row:
            short = {key: row[key] for key in ("document", "start", "end", "category", "action")}
            if short["action"] == "remove":
                del short["action"]
            found.append({**short, "by": row.get("rule") or ("repeated" if row.get("template") else row["category"])})
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in found)


@pytest.mark.parametrize("corpus", CORPORA)
def test_removals_are_those_on_record(corpus: str, request: pytest.FixtureRequest) -> None:
    made_in = cleaned(corpus).out / "removals"
    made = {
        path.relative_to(made_in): content
        for path in sorted(made_in.rglob("*.jsonl"))
        if (content := compact(path.read_bytes().splitlines()))
    }
    record = FIXTURES / corpus / "removals"
    if request.config.getoption("--update-goldens"):
        shutil.rmtree(record, ignore_errors=True)
        for name, content in made.items():
            (record / name).parent.mkdir(parents=True, exist_ok=True)
            (record / name).write_bytes(content)
    known = {path.relative_to(record): path.read_bytes() for path in sorted(record.rglob("*.jsonl"))}
    assert sorted(made) == sorted(known), REMADE
    for name, content in made.items():
        assert content.decode() == known[name].decode(), REMADE
