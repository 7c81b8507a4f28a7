"""Run folders."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from stripper.errors import UsageError
from stripper.model import Document, Removal, Result
from stripper.sinks import SinkOptions, open_sink
from stripper.sinks.folder import check_names, output_name
from stripper.sources import Input, find_inputs

from .pipeline import files, run


def plant(folder: Path, contents: dict[str, bytes]) -> Path:
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_names_and_places_are_kept(tmp_path: Path) -> None:
    corpus = plant(
        tmp_path / "in",
        {
            "a.txt": b"One [ad] two.",
            "sub/b.md": b"# Title\n",
            "sub/c.html": b"<p>Some words of a page that stand here.</p>",
            "rows.jsonl": b'{"text": "x"}\n',
            "pictures/a.png": b"\x89PNG",
        },
    )
    outcome = run([corpus], tmp_path / "out")
    assert files(tmp_path / "out") == [
        "documents/a.txt",
        "documents/rows.jsonl",
        "documents/sub/b.md",
        "documents/sub/c.txt",
        "done/inputs.jsonl",
        "manifest.json",
        "removals/a.txt.jsonl",
        "stats.json",
    ]
    assert (tmp_path / "out/documents/a.txt").read_bytes() == b"One  two."
    assert [item.path for item in outcome.skipped] == ["pictures/a.png"]
    assert not (tmp_path / "out/documents/pictures").exists()
    assert json.loads((tmp_path / "out/manifest.json").read_bytes())["complete"] is True


BYTES = {
    "CRLF": (b"One\r\n[ad]\r\nTwo", b"One\r\n\r\nTwo"),
    "BOM": (b"\xef\xbb\xbfOne [ad]", b"\xef\xbb\xbfOne "),
    "NUL": (b"One of many words \0 here [ad]", b"One of many words \0 here "),
    "line separator": ("One\u2028[ad]\x85".encode(), "One\u2028\x85".encode()),
    "lone surrogate": (b"One \xed\xa0\x80 [ad]", b"One \xed\xa0\x80 "),
    "UTF-16": (b"\xff\xfe" + "ż [ad]\r\n".encode("utf-16-le"), b"\xff\xfe" + "ż \r\n".encode("utf-16-le")),
    "empty": (b"", b""),
    "all cut": (b"[ad]", b""),
}


@pytest.mark.parametrize("suffix", ["txt", "md"])
@pytest.mark.parametrize(("before", "after"), BYTES.values(), ids=BYTES)
def test_the_bytes_of_what_stays_are_those_of_the_input(tmp_path: Path, suffix: str, before: bytes, after: bytes) -> None:
    corpus = plant(tmp_path / "in", {f"a.{suffix}": before})
    run([corpus], tmp_path / "out")
    assert (tmp_path / f"out/documents/a.{suffix}").read_bytes() == after


def test_another_encoding_is_kept(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.txt": "Café [é] crème".encode("cp1252")})
    run([corpus], tmp_path / "out", encoding="cp1252")
    assert (tmp_path / "out/documents/a.txt").read_bytes() == "Café  crème".encode("cp1252")


def test_what_cannot_be_decoded_comes_through_as_it_is(tmp_path: Path) -> None:
    data = b"no encoding \x81 [ad]"
    corpus = plant(tmp_path / "in", {"a.txt": data})
    outcome = run([corpus], tmp_path / "out", encoding="ascii")
    assert (tmp_path / "out/documents/a.txt").read_bytes() == data
    assert outcome.published == {"a.txt": True}


def test_rows_keep_bytes_order_and_line_ends(tmp_path: Path) -> None:
    rows = (
        b'\xef\xbb\xbf{"text":"a [ad]", "n": NaN}\r\n'
        b'{ "id" : 12345678901234567890123 ,"text":"same \\/ \\u0041"}\n'
        b"\n"
        b'{"text": "old", "text": "\\ud800[ad]"}\n'
        b'{"text": "\xc5\xbc [ad]\xe2\x80\xa8"}'
    )
    corpus = plant(tmp_path / "in", {"a.jsonl": rows})
    run([corpus], tmp_path / "out")
    assert (tmp_path / "out/documents/a.jsonl").read_bytes() == (
        b'\xef\xbb\xbf{"text":"a ", "n": NaN}\r\n'
        b'{ "id" : 12345678901234567890123 ,"text":"same \\/ \\u0041"}\n'
        b'{"text": "old", "text": "\\ud800"}\n'
        b'{"text": "\xc5\xbc \xe2\x80\xa8"}'
    )


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.txt.gz", "a.jsonl.zst", "a.md.zst"])
def test_compression_is_kept(tmp_path: Path, name: str) -> None:
    gz = name.endswith("gz")
    before, after = (b'{"text": "[ad]"}\n', b'{"text": ""}\n') if "jsonl" in name else (b"x [ad]", b"x ")
    packed = gzip.compress(before) if gz else zstandard.ZstdCompressor().compress(before)
    run([plant(tmp_path / "in", {name: packed})], tmp_path / "out")
    data = (tmp_path / "out/documents" / name).read_bytes()
    assert (gzip.decompress(data) if gz else zstandard.ZstdDecompressor().decompressobj().decompress(data)) == after


def test_compressed_output_is_the_same_every_time(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.jsonl.gz": gzip.compress(b'{"text": "[ad]"}\n')})
    for out in ("one", "two"):
        run([corpus], tmp_path / out)
    one, two = ((tmp_path / out / "documents/a.jsonl.gz").read_bytes() for out in ("one", "two"))
    assert one == two


def test_pages_in_rows_become_text(tmp_path: Path) -> None:
    row = b'{"id": 1, "html": "<p>Some words of a page [ad] that stand here.</p>", "n": 1.0}\n'
    corpus = plant(tmp_path / "in", {"a.jsonl": row})
    run([corpus], tmp_path / "out")
    run([corpus], tmp_path / "kept", keep_html=True)
    text = b'"text": "Some words of a page  that stand here."}\n'
    assert (tmp_path / "out/documents/a.jsonl").read_bytes() == b'{"id": 1, "n": 1.0, ' + text
    assert (tmp_path / "kept/documents/a.jsonl").read_bytes() == row[:-2] + b", " + text


def test_bad_rows_go_to_quarantine_and_the_rest_is_published(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.jsonl": b'{"text": "x"}\n{"text": caf\xe9}\n{"text": "y"}\n'})
    outcome = run([corpus], tmp_path / "out")
    assert outcome.published == {"a.jsonl": True}
    assert (tmp_path / "out/documents/a.jsonl").read_bytes() == b'{"text": "x"}\n{"text": "y"}\n'
    row = json.loads((tmp_path / "out/quarantine/a.jsonl.jsonl").read_bytes())
    assert (row["path"], row["where"], row["raw_base64"]) == ("a.jsonl", "line 2", "eyJ0ZXh0IjogY2Fm6X0K")


def test_a_truncated_shard_is_not_published(tmp_path: Path) -> None:
    content = b"".join(b'{"text": "row %d [ad]"}\n' % number for number in range(5000))
    corpus = plant(tmp_path / "in", {"a.jsonl.gz": gzip.compress(content)[:-30], "b.txt": b"fine [ad]"})
    outcome = run([corpus], tmp_path / "out")
    assert outcome.published == {"a.jsonl.gz": False, "b.txt": True}
    assert files(tmp_path / "out") == [
        "documents/b.txt",
        "done/inputs.jsonl",
        "manifest.json",
        "quarantine/a.jsonl.gz.jsonl",
        "removals/b.txt.jsonl",
        "stats.json",
    ]


def test_an_empty_file_of_rows_gives_one(tmp_path: Path) -> None:
    run([plant(tmp_path / "in", {"a.jsonl": b"", "b.jsonl.gz": gzip.compress(b"")})], tmp_path / "out")
    assert (tmp_path / "out/documents/a.jsonl").read_bytes() == b""
    assert gzip.decompress((tmp_path / "out/documents/b.jsonl.gz").read_bytes()) == b""


def test_two_inputs_for_one_name_are_an_error_that_names_both(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.html": b"<p>x", "a.txt": b"x"})
    with pytest.raises(UsageError, match=r"a\.html and .*a\.txt would both be written to a\.txt"):
        run([corpus], tmp_path / "out")
    other = plant(tmp_path / "other", {"a.txt": b"y"})
    with pytest.raises(UsageError, match=r"would both be written to a\.txt"):
        run([corpus / "a.txt", other / "a.txt"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_output_below_another_is_an_error() -> None:
    with pytest.raises(UsageError):
        check_names([Input("x/a.txt", "a.txt"), Input("y/a.txt/b", "a.txt/b")])


@pytest.mark.parametrize(
    ("path", "format", "name"),
    [
        ("a.html", "html", "a.txt"),
        ("x/a.HTM.gz", "html", "x/a.txt.gz"),
        ("a.b.xhtml", "html", "a.b.txt"),
        ("a.md", "markdown", "a.md"),
        ("-", "jsonl", "stdin.jsonl"),
        ("-", "html", "stdin.txt"),
    ],
)
def test_output_names(path: str, format: str, name: str) -> None:
    assert output_name(Input(path, path, format)) == name  # type: ignore[arg-type]


def test_an_existing_out_is_an_error_without_overwrite(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.txt": b"x"})
    (tmp_path / "out").mkdir()
    run([corpus], tmp_path / "out")
    with pytest.raises(UsageError, match="--overwrite"):
        run([corpus], tmp_path / "out")


def test_overwrite_leaves_nothing_of_the_run_before(tmp_path: Path) -> None:
    run([plant(tmp_path / "old", {"a.txt": b"x [ad]", "sub/b.txt": b"[ad]", "c.jsonl": b"?\n"})], tmp_path / "out")
    run([plant(tmp_path / "new", {"a.txt": b"y"})], tmp_path / "out", overwrite=True)
    assert files(tmp_path / "out") == ["documents/a.txt", "done/inputs.jsonl", "manifest.json", "stats.json"]
    assert (tmp_path / "out/documents/a.txt").read_bytes() == b"y"


def test_overwrite_does_not_touch_a_folder_that_is_no_run(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.txt": b"x"})
    mine = plant(tmp_path / "mine", {"documents/letter.txt": b"dear"})
    with pytest.raises(UsageError, match="is no run folder"):
        run([corpus], mine, overwrite=True)
    assert files(mine) == ["documents/letter.txt"]


def test_a_run_that_stops_leaves_what_was_published_and_no_more(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.txt": b"x", "b.jsonl": b""})
    inputs = find_inputs([str(corpus)])
    with pytest.raises(KeyboardInterrupt), open_sink(str(tmp_path / "out"), inputs, SinkOptions()) as sink:
        sink.start({})
        sink.begin(inputs[0])
        sink.write(Result(Document("x", path="a.txt"), "x"))
        assert sink.end()
        sink.begin(inputs[1])
        raise KeyboardInterrupt
    assert files(tmp_path / "out") == ["documents/a.txt", "manifest.json"]
    assert json.loads((tmp_path / "out/manifest.json").read_bytes())["complete"] is False


def test_a_result_that_lost_text_is_quarantined_and_not_published(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.txt": b"abc"})
    inputs = find_inputs([str(corpus)])
    with open_sink(str(tmp_path / "out"), inputs, SinkOptions()) as sink:
        sink.start({})
        sink.begin(inputs[0])
        removal = Removal(0, 1, "a", "copyright", "", "span")
        rejected = sink.write(Result(Document("abc", path="a.txt"), "c", (removal,)))
        assert rejected and "do not rebuild the input" in rejected.reason
        assert not sink.end()
        sink.close({})
    assert files(tmp_path / "out") == ["done/inputs.jsonl", "manifest.json", "quarantine/a.txt.jsonl", "stats.json"]


def test_tags_are_spans_beside_untouched_inputs(tmp_path: Path) -> None:
    rows = b'{"id": "x", "source": "s", "text": "a [ad] <b> [ad]"}\n{"id": "y", "text": "none"}\n'
    corpus = plant(tmp_path / "in", {"r.jsonl": rows, "t.txt": b"[ad]"})
    run([corpus], tmp_path / "out", tags=True)
    assert files(tmp_path / "out") == [
        "attributes/stripper/r.jsonl",
        "attributes/stripper/t.txt.jsonl",
        "done/inputs.jsonl",
        "manifest.json",
        "stats.json",
    ]
    first, second = (tmp_path / "out/attributes/stripper/r.jsonl").read_text().splitlines()
    assert json.loads(first) == {
        "id": "x",
        "source": "s",
        "attributes": {"stripper__advertising": [[2, 6, 1.0], [11, 15, 1.0]], "stripper__contact_details": [[7, 10, 0.0]]},
    }
    assert json.loads(second) == {"id": "y", "source": "", "attributes": {}}
    (text,) = (tmp_path / "out/attributes/stripper/t.txt.jsonl").read_text().splitlines()
    assert json.loads(text)["id"] == "t.txt"
