"""Coverage-guided fuzzing with atheris, for as long as one likes. Not part of the tests:

    pip install atheris
    python tests/fuzz/targets.py segmenter -max_total_time=600

Targets: segmenter, rules, removals, readers. What atheris finds is written to ``crash-*``; make a test of it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["stripper"]):
    from stripper.model import Document, Rejected, Removal, Result, Skipped
    from stripper.ruleset import RulesError, load
    from stripper.segment import outline, segments
    from stripper.sinks.removals import RestoreError, read_entries, read_header, removal_lines, restore_text
    from stripper.sources import ReadOptions, find_inputs, read

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))


def segmenter(data: bytes) -> None:
    """Segments and gaps rebuild any text exactly; an outline gives the same segments."""
    text = atheris.FuzzedDataProvider(data).ConsumeUnicode(len(data))
    found = segments(text)
    paragraphs = [segment for segment in found if segment.level == "paragraph"]
    at = 0
    for segment in paragraphs:
        assert at <= segment.start < segment.end <= len(text)
        assert not text[at : segment.start].strip("".join({c for c in text if c.isspace()}) or None)
        at = segment.end
    assert all(0 <= segment.start < segment.end <= len(text) for segment in found)
    assert segments(text, outline(text)) == found


def rules(data: bytes) -> None:
    """Any file gives rules or faults with their place, and nothing else."""
    path = FOLDER / "fuzz.yaml"
    path.write_bytes(data)
    try:
        load([path])
    except RulesError as error:
        assert error.errors and all(fault.what for fault in error.errors)


def removals(data: bytes) -> None:
    """Cuts of any text come back from their lines; lines of any bytes give entries or say what is wrong."""
    fuzz = atheris.FuzzedDataProvider(data)
    try:
        lines = data.splitlines(keepends=True)
        read_header(lines[0] if lines else b"")
        list(read_entries(lines[1:]))
    except RestoreError:
        pass
    text = fuzz.ConsumeUnicode(200)
    places = sorted({fuzz.ConsumeIntInRange(0, len(text)) for _ in range(6)})
    spans = list(zip(places[::2], places[1::2], strict=False))
    cuts = tuple(Removal(a, b, text[a:b], "copyright", "fuzz", "span") for a, b in spans)
    article, at = "", 0
    for a, b in spans:
        article, at = article + text[at:a], b
    result = Result(Document(text, path="x"), article + text[at:], cuts)
    assert restore_text(result.text, cuts) == text
    for entry in read_entries(removal_lines(result, 1).splitlines(keepends=True)):
        assert entry.removals == cuts


NAMES = ("a.txt", "a.md", "a.html", "a.jsonl", "a.parquet", "a.txt.gz", "a.jsonl.zst", "a.jsonl.gz")


def readers(data: bytes) -> None:
    """Any bytes in any format give documents, rejected parts and skips, and nothing else; rows keep their bytes."""
    if not data:
        return
    path = FOLDER / NAMES[data[0] % len(NAMES)]
    path.write_bytes(data[1:])
    options = ReadOptions(max_line=1 << 16, max_document=1 << 16, max_page=1 << 15)
    for item in read(find_inputs([str(path)])[0], options):
        assert isinstance(item, Document | Rejected | Skipped)
        if path.name == "a.jsonl" and isinstance(item, Document) and item.kind == "text":
            row = item.row
            value = json.loads(row.raw[row.start : row.end].decode(row.encoding))
            assert value == item.text
        if path.name == "a.txt" and isinstance(item, Document):
            assert item.row.encode(item.text) == data[1:]


TARGETS: dict[str, Callable[[bytes], None]] = {target.__name__: target for target in (segmenter, rules, removals, readers)}

if __name__ == "__main__":
    name = sys.argv.pop(1)
    atheris.Setup([sys.argv[0], *sys.argv[1:]], TARGETS[name])
    atheris.Fuzz()
