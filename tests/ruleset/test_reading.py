"""YAML as data only: what is refused, where it is said to stand, and what plain words mean."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ruleset.making import faults, write
from stripper.ruleset import RulesError
from stripper.ruleset.reading import MAX_BYTES, MAX_EVENTS, read

REFUSED = {
    "alias": ("- &a x\n- *a\n", ["1:3", "2:3"], ["anchor &a", "alias *a"]),
    "anchor on a mapping": ("- &a\n  id: x\n", ["1:3"], ["anchor &a"]),
    "tag": ("- !!python/object/apply:os.getcwd []\n", ["1:3"], ["tag"]),
    "tag of one's own": ("- x\n- !mine y\n", ["2:3"], ["tag !mine"]),
    "key twice": ("- id: a.b\n  category: x\n  id: c.d\n", ["3:3"], ["'id' stands twice"]),
    "merge key is a plain key": ("- id: a.b\n  <<: {category: x}\n", ["2:3"], ["'<<' is not known"]),
}


@pytest.mark.parametrize(("text", "places", "what"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path: Path, text: str, places: list[str], what: list[str]) -> None:
    found = faults(write(tmp_path, "r.yaml", text))
    for place, words in zip(places, what, strict=True):
        assert any(line.startswith(f"r.yaml:{place}: ") and words in line for line in found), found


UNREADABLE = {
    "100,000 brackets": (b"[" * 100_000, "r.yaml:1:21: is nested deeper than 20"),
    "100,000 mappings": (b"{a: " * 100_000, "r.yaml:1:81: is nested deeper than 20"),
    "100,000 dashes": (b"- " * 100_000, "is nested deeper than 20"),
    "too many values": (b"- 1\n" * (MAX_EVENTS + 1), "holds more than 50,000 values"),
    "too large": (b"#" * (MAX_BYTES + 1), "r.yaml: is larger than 1 MiB"),
    "not closed": (b"- id: a\n- [x\n- y: z", "is no YAML"),
    "tab": (b"-\tid: a\n\tcategory: x", "r.yaml:1:2: is no YAML"),
    "NUL": (b"- a\n- \x00", "r.yaml:2:3: is no YAML"),
    "not UTF-8": (b"- a\n- caf\xe9\n", "r.yaml:2:1: is not UTF-8"),
    "two documents": (b"- a\n---\n- b\n", "r.yaml:2:1: a second YAML document"),
    "a list as key": (b"- ? [a]\n  : b\n", "r.yaml:1:5: a key must be a plain word"),
}


@pytest.mark.parametrize(("raw", "what"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(tmp_path: Path, raw: bytes, what: str) -> None:
    path = tmp_path / "r.yaml"
    path.write_bytes(raw)
    began = time.perf_counter()
    (found,) = faults(path)
    assert what in found
    assert time.perf_counter() - began < 2


def test_brackets_do_not_kill_the_process(tmp_path: Path) -> None:
    """In a process of its own: what this guards against is a crash of the C parser."""
    path = tmp_path / "r.yaml"
    path.write_bytes(b"[" * 100_000)
    code = (
        "import sys\nfrom pathlib import Path\nfrom stripper.ruleset import RulesError, load\n"
        "try:\n    load([Path(sys.argv[1])])\nexcept RulesError:\n    sys.exit(2)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], timeout=60).returncode == 2


def test_missing_file(tmp_path: Path) -> None:
    assert "cannot be read" in faults(tmp_path / "none.yaml")[0]


PLAIN = {
    "no": "no",
    "yes": "yes",
    "on": "on",
    "null": None,
    "~": None,
    "true": True,
    "False": False,
    "12": 12,
    "-3": -3,
    "0.8": 0.8,
    ".5": 0.5,
    "1e3": 1000.0,
    "0x10": "0x10",
    "12:30": "12:30",
    "2024-05-02": "2024-05-02",
    "'12'": "12",
    '"null"': "null",
    "1_000": "1_000",
    "9" * 30: float("9" * 30),
}


@pytest.mark.parametrize(("plain", "value"), PLAIN.items())
def test_plain_words_mean_what_yaml_1_2_says(tmp_path: Path, plain: str, value: object) -> None:
    (read_value,) = read(write(tmp_path, "r.yaml", f"- {plain}\n")).value
    assert read_value == value
    assert type(read_value) is type(value)


def test_marks_give_line_and_column_of_keys_and_items(tmp_path: Path) -> None:
    text = "# why\n- id: a.b\n  match:\n    any:\n      - phrase: >-\n          one\n          two\n      - x\n"
    source = read(write(tmp_path, "r.yaml", text))
    assert source.mark((0,)) == (2, 3)
    assert source.mark((0, "match", "any", 0, "phrase")) == (5, 9)
    assert source.mark((0, "match", "any", 1)) == (8, 9)
    assert source.mark((0, "match", "none", 7)) == (3, 3), "what has no place of its own stands where its parent does"


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_bytes(b"\xef\xbb\xbf- a\n")
    assert read(path).value == ["a"]


def test_faults_pickle(tmp_path: Path) -> None:
    import pickle

    with pytest.raises(RulesError) as caught:
        read(tmp_path / "none.yaml")
    assert pickle.loads(pickle.dumps(caught.value)).errors == caught.value.errors
