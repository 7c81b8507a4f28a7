"""Standard output, quarantine rows, JSON files."""

from __future__ import annotations

import io
import json
from pathlib import Path

from stripper.model import Document, Rejected, Removal, Result
from stripper.sinks.account import quarantine_line
from stripper.sinks.sink import StandardOutput, write_json
from stripper.sources import Input, TextRow


def output(*results: Result) -> bytes:
    stream = io.BytesIO()
    sink = StandardOutput(stream)
    sink.start({})
    sink.begin(Input("a", "a"))
    for result in results:
        assert sink.write(result) is None
    assert sink.end()
    sink.close({})
    return stream.getvalue()


def whole(text: str, row: object = None) -> Result:
    return Result(Document(text, row=row), text)


def test_one_article_is_written_as_it_is() -> None:
    assert output(whole("a\r\nb")) == b"a\r\nb"


def test_an_article_without_a_line_break_gets_one_where_another_follows() -> None:
    assert output(whole("a"), whole("b\n"), whole(""), whole("c")) == b"a\nb\nc"


def test_articles_keep_their_encoding() -> None:
    assert output(whole("é", TextRow("cp1252")), whole("\ud800")) == b"\xe9\n\xed\xa0\x80"


def test_bytes_that_could_not_be_decoded_come_through() -> None:
    assert output(whole("", TextRow(problem="in no encoding", raw=b"\xff\x81"))) == b"\xff\x81"


def test_a_result_that_lost_text_is_not_written() -> None:
    sink = StandardOutput(io.BytesIO())
    removal = Removal(0, 1, "a", "copyright", "", "span")
    assert sink.write(Result(Document("abc"), "c", (removal,)))


def test_quarantine_rows_hold_text_or_base64() -> None:
    row = json.loads(quarantine_line(Rejected("a.jsonl", "line 2", "why", "what to do", "ż".encode())))
    assert row == {"path": "a.jsonl", "where": "line 2", "reason": "why", "advice": "what to do", "raw": "ż"}
    assert json.loads(quarantine_line(Rejected("a", "", "why", "do", b"\xff")))["raw_base64"] == "/w=="


def test_json_files_are_sorted(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"b": 1, "a": {"d": [1], "c": None}})
    assert (tmp_path / "a.json").read_text() == (
        '{\n  "a": {\n    "c": null,\n    "d": [\n      1\n    ]\n  },\n  "b": 1\n}\n'
    )
