"""Which files INPUT arguments stand for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stripper.errors import UsageError
from stripper.sources import Input, find_inputs


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def plant(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def paths(inputs: list[Input]) -> list[str]:
    return [input.path for input in inputs if not input.skip]


@pytest.mark.parametrize(
    ("name", "format", "compression"),
    [
        ("a.txt", "text", ""),
        ("a.md", "markdown", ""),
        ("a.MARKDOWN", "markdown", ""),
        ("a.html", "html", ""),
        ("a.htm.gz", "html", "gz"),
        ("a.xhtml", "html", ""),
        ("a.jsonl.zst", "jsonl", "zst"),
        ("a.ndjson", "jsonl", ""),
        ("a.parquet", "parquet", ""),
        ("README", "text", ""),
        ("notes.log.gz", "text", "gz"),
    ],
)
def test_a_name_says_format_and_compression(corpus: Path, name: str, format: str, compression: str) -> None:
    plant(corpus, name)
    assert find_inputs([name]) == [Input(name, name, format, compression, named=True)]


def test_a_folder_is_walked_in_order_without_hidden_files(corpus: Path) -> None:
    plant(corpus, "in/b.txt", "in/a/z.txt", "in/.hidden.txt", "in/.git/config.txt", "in/c.jsonl")
    found = find_inputs(["in"])
    assert paths(found) == ["a/z.txt", "b.txt", "c.jsonl"]
    assert not any(input.named for input in found)


def test_what_a_folder_holds_in_other_formats_is_skipped_with_the_reason(corpus: Path) -> None:
    plant(corpus, "in/a.txt", "in/picture.png", "in/README")
    skipped = {input.path: input.skip for input in find_inputs(["in"]) if input.skip}
    assert skipped == {"README": "no suffix", "picture.png": "no format of its suffix '.png' is known"}


def test_gitignore_leaves_out_and_takes_back(corpus: Path) -> None:
    plant(corpus, "in/keep.txt", "in/draft.txt", "in/build/x.txt", "in/sub/draft.txt", "in/sub/other.txt")
    (corpus / "in/.gitignore").write_text("draft.txt\nbuild/\n")
    (corpus / "in/sub/.gitignore").write_text("!draft.txt\n/other.txt\n")
    assert paths(find_inputs(["in"])) == ["keep.txt", "sub/draft.txt"]


def test_gitignore_of_the_repository_above_counts_except_for_the_folder_itself(corpus: Path) -> None:
    plant(corpus, ".git/HEAD", "data/a.txt", "data/a.tmp.txt", "texts/b.txt", "texts/b.tmp.txt")
    (corpus / ".gitignore").write_text("*.tmp.txt\n")
    (corpus / "data/.gitignore").write_text("")
    assert paths(find_inputs(["texts"])) == ["b.txt"]
    (corpus / ".gitignore").write_text("data/\n")
    assert paths(find_inputs(["data"])) == ["a.tmp.txt", "a.txt"]


def test_a_folder_of_which_gitignore_leaves_nothing_says_so(corpus: Path) -> None:
    plant(corpus, "in/a.txt")
    (corpus / "in/.gitignore").write_text("*.txt\n")
    with pytest.raises(UsageError, match=r"left out by \.gitignore: 1"):
        find_inputs(["in"])


def test_links_to_folders_are_followed_and_never_for_ever(corpus: Path) -> None:
    plant(corpus, "in/a.txt", "elsewhere/b.txt")
    os.symlink("../elsewhere", corpus / "in/link")
    os.symlink("..", corpus / "in/up")
    os.symlink("nowhere", corpus / "in/broken.txt")
    found = find_inputs(["in"])
    assert "link/b.txt" in paths(found)
    assert {input.path: input.skip for input in found if input.skip}["broken.txt"] == "a broken link"


def test_a_pattern_gives_paths_relative_to_its_fixed_part(corpus: Path) -> None:
    plant(corpus, "in/a/x.txt", "in/b/y.txt", "in/b/z.md", "in/top.txt")
    assert paths(find_inputs(["in/**/*.txt"])) == ["a/x.txt", "b/y.txt", "top.txt"]
    assert paths(find_inputs(["in/?"])) == ["a/x.txt", "b/y.txt", "b/z.md"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(corpus: Path) -> None:
    plant(corpus, "a[1].txt", "a1.txt")
    assert paths(find_inputs(["a[1].txt"])) == ["a[1].txt"]


def test_a_file_that_several_arguments_reach_is_taken_once(corpus: Path) -> None:
    plant(corpus, "in/a.txt", "in/b.txt")
    assert paths(find_inputs(["in/b.txt", "in", "in/*.txt"])) == ["b.txt", "a.txt"]


def test_out_is_no_input(corpus: Path) -> None:
    plant(corpus, "a.txt", "out/documents/a.txt")
    assert paths(find_inputs(["."], exclude=["out"])) == ["a.txt"]


def test_standard_input_has_the_format_it_is_given() -> None:
    assert find_inputs(["-"]) == [Input("-", "-", "text")]
    assert find_inputs(["-"], input_format="jsonl") == [Input("-", "-", "jsonl")]
    with pytest.raises(UsageError, match="--input-format pdf: not one of text, markdown, html, jsonl, parquet"):
        find_inputs(["-"], input_format="pdf")


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("missing.txt", r"missing\.txt: no such file or folder"),
        ("*.nothing", "no file matches"),
        ("empty", "nothing to read in this folder"),
        ("memory://nowhere-at-all", "nothing there"),
        ("strange://x", "strange://x: cannot be read"),
        ("pipe", "not a regular file"),
    ],
)
def test_an_argument_without_input_is_an_error(corpus: Path, argument: str, message: str) -> None:
    (corpus / "empty").mkdir()
    os.mkfifo(corpus / "pipe")
    with pytest.raises(UsageError, match=message):
        find_inputs([argument])


def test_urls_of_fsspec_are_files_folders_and_patterns() -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    for name in ("corpus/b.txt", "corpus/a/c.jsonl.gz", "corpus/.hidden/d.txt"):
        memory.pipe(f"/{name}", b"x")
    try:
        assert paths(find_inputs(["memory://corpus"])) == ["a/c.jsonl.gz", "b.txt"]
        assert paths(find_inputs(["memory://corpus/b.txt"])) == ["b.txt"]
        assert paths(find_inputs(["memory://corpus/*/*.gz"])) == ["a/c.jsonl.gz"]
        assert find_inputs(["memory://corpus"])[0].remote
    finally:
        memory.rm("/corpus", recursive=True)


def test_a_file_url_is_a_path(corpus: Path) -> None:
    plant(corpus, "in/a.txt")
    assert paths(find_inputs([f"file://{corpus}/in"])) == ["a.txt"]
