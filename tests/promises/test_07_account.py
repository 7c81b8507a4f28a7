"""7. inputs = emitted + emptied + skipped + quarantined, always printed."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

from .runs import FOOT, quarantine, run, story


def _bad(number: int) -> bytes:
    """Thirty ways to be no row: cut off, of no encoding, without text, met before."""
    kinds = (
        b'{"id": "x%d", "text": "cut off',
        b"no row at all %d",
        b'{"id": "x%d", "body": "no text"}',
        b'{"id": "x%d", "text": "caf\xe9"}',
        b'{"id": "0", "text": "met before %d"}',
        b'["x%d"]',
    )
    return kinds[number % len(kinds)] % number


def test_thirty_bad_rows_and_files_among_a_thousand(tmp_path: Path) -> None:
    count = 1000
    rows = [json.dumps({"id": str(n), "text": story(n, 3)}).encode() for n in range(count - 30 - 200)]
    lines = rows[:]
    bad = [_bad(number) for number in range(24)]
    for number, row in enumerate(bad):
        lines.insert((number + 1) * 30, row)
    given = tmp_path / "in"
    given.mkdir()
    (given / "rows.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    for number in range(200):
        (given / f"{number:03}.txt").write_text(story(count + number, 3) if number % 50 else f"{FOOT}\n")
    broken = gzip.compress(b"text" * 99)[:-9]
    for number in range(3):
        (given / f"bad{number}.txt.gz").write_bytes(broken)
        (given / f"bad{number}.txt").write_bytes(bytes(range(32)) * 9)
    (given / "picture.png").write_bytes(b"\x89PNG")
    ended = run("strip", given, "-o", tmp_path / "out")
    assert ended.code == 3
    emitted, emptied, skipped, quarantined = ended.account
    assert (emitted + emptied, skipped, quarantined) == (count - 30, 1, 30)
    assert emptied == 4
    kept = quarantine(tmp_path / "out")
    assert len(kept) == 30
    for row in kept:
        assert row["reason"] and row["advice"] and row["path"]
    raw = {_raw(row).rstrip(b"\n") for row in kept if row["path"] == "rows.jsonl"}
    assert raw == set(bad)
    data = (given / "rows.jsonl").read_bytes()
    for row in kept:
        if "offset" in row:
            assert data[int(row["offset"]) :].startswith(_raw(row)[:20])
            assert row["where"] == f"line {data[: int(row['offset'])].count(10) + 1}"
    stats = json.loads((tmp_path / "out/stats.json").read_bytes())
    assert stats["inputs"] == sum(ended.account) == count + 1


def _raw(row: dict[str, str]) -> bytes:
    return base64.b64decode(row["raw_base64"]) if "raw_base64" in row else row["raw"].encode()
