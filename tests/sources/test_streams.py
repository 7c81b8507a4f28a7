"""Compressed bytes: whole files come out whole, damaged ones are noticed, bombs stay small."""

from __future__ import annotations

import gzip
import io
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from stripper.sources import ReadOptions, find_inputs
from stripper.sources.streams import Damaged, read_whole

CONTENT = b"".join(b"line %d of some content\n" % number for number in range(20_000))


def compress(kind: str, content: bytes) -> bytes:
    return gzip.compress(content, mtime=0) if kind == "gz" else zstandard.ZstdCompressor().compress(content)


def read(path: Path, **options: int) -> bytes:
    return read_whole(find_inputs([str(path)])[0], ReadOptions(**options))


def skippable(content: bytes) -> bytes:
    return struct.pack("<II", 0x184D2A50, len(content)) + content


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("content", [b"", b"x", CONTENT], ids=["empty", "short", "long"])
def test_what_was_compressed_comes_out(tmp_path: Path, kind: str, content: bytes) -> None:
    path = tmp_path / f"a.txt.{kind}"
    path.write_bytes(compress(kind, content))
    assert read(path) == content


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_several_members_or_frames_are_one_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.txt.{kind}"
    path.write_bytes(compress(kind, CONTENT) + compress(kind, b"") + compress(kind, b"end"))
    assert read(path) == CONTENT + b"end"


def test_a_frame_of_other_data_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.zst"
    path.write_bytes(skippable(b"index") + compress("zst", CONTENT) + skippable(b"more"))
    assert read(path) == CONTENT


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("kept", [0, 3, 5, 100, -1, -9])
def test_a_truncated_file_is_damaged_wherever_it_ends(tmp_path: Path, kind: str, kept: int) -> None:
    path = tmp_path / f"a.txt.{kind}"
    path.write_bytes(compress(kind, CONTENT)[:kept])
    with pytest.raises(Damaged, match="truncated"):
        read(path)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_truncation_in_a_later_member_is_noticed(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.txt.{kind}"
    path.write_bytes(compress(kind, CONTENT) + compress(kind, CONTENT)[:-20])
    with pytest.raises(Damaged, match="truncated"):
        read(path)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_bytes_that_are_no_such_stream_are_damaged(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.txt.{kind}"
    path.write_bytes(b"this was never compressed at all")
    with pytest.raises(Damaged, match="not a sound"):
        read(path)


def test_a_wrong_checksum_is_damaged(tmp_path: Path) -> None:
    data = bytearray(compress("gz", CONTENT))
    data[-6] ^= 0xFF
    path = tmp_path / "a.txt.gz"
    path.write_bytes(data)
    with pytest.raises(Damaged, match="CRC"):
        read(path)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_document_over_its_limit_is_damaged_and_the_option_named(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.txt.{kind}"
    path.write_bytes(compress(kind, bytes(8 << 20)))
    with pytest.raises(Damaged) as caught:
        read(path, max_document=1 << 20)
    assert "--max-document" in caught.value.advice


BOMB = """
import resource, sys
from stripper.sources import ReadOptions, find_inputs, read
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print([(item.where, item.reason, item.advice) for item in read(find_inputs([sys.argv[1]])[0], ReadOptions())])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_bomb_is_named_and_memory_stays_flat(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"bomb.jsonl.{kind}"
    size = 1 << 29
    if kind == "gz":
        member = gzip.compress(bytes(1 << 24), 9, mtime=0)
        path.write_bytes(member * (size >> 24))
    else:
        stream = io.BytesIO()
        with zstandard.ZstdCompressor(level=1).stream_writer(stream, closefd=False) as writer:
            for _ in range(size >> 24):
                writer.write(bytes(1 << 24))
        path.write_bytes(stream.getvalue())
    done = subprocess.run([sys.executable, "-c", BOMB, str(path)], capture_output=True, text=True, check=True)
    told, grown = done.stdout.splitlines()
    assert "decompression bomb" in told and "--max-ratio" in told
    assert int(grown) < 300


def test_standard_input_can_be_read_twice(tmp_path: Path) -> None:
    code = (
        "from stripper.sources import *\n"
        "found = find_inputs(['-'])\n"
        "print([[item.text for item in read(found[0], ReadOptions())] for _ in range(2)])"
    )
    done = subprocess.run([sys.executable, "-c", code], input="given\r\n", capture_output=True, text=True, check=True)
    assert done.stdout == "[['given\\r\\n'], ['given\\r\\n']]\n"
