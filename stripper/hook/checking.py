"""Checking one file: what `strip` would cut of it, less what a person keeps, and the file as it would be without."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from stripper.config import Config
from stripper.hook import inplace
from stripper.hook.findings import Finding, InPage, InString, Lines, Place, visible
from stripper.hook.inplace import CHANGED, Refused, Seen
from stripper.hook.keeplist import KeepList, Marked, marked
from stripper.hook.targets import Target
from stripper.judge import OUTSIDE
from stripper.model import Document, Rejected, Removal, Result, Span
from stripper.sources.options import ReadOptions
from stripper.sources.read import Pending, finish, folder_of, scan
from stripper.sources.rows import JsonRow, TextRow, encode
from stripper.strip import Strip

# What the first lines of our own files hold, which rows of documents do not.
_OWN = {"a Library": {"line", "folding", "shingle"}, "a removals file": {"format", "stripper", "rules", "library"}}


class Edit(NamedTuple):
    """A part of a file's bytes and what stands there instead."""

    start: int
    end: int
    new: bytes


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Bytes with some edits made; these are disjoint and in order."""
    parts, at = [], 0
    for edit in edits:
        parts += [data[at : edit.start], edit.new]
        at = edit.end
    return b"".join([*parts, data[at:]])


class Cut(NamedTuple):
    """A document that loses something. row: its place in its file, from 1. encoding: of the file."""

    result: Result
    row: int
    encoding: str


@dataclass
class Checked:
    """What a check found in one file.

    findings: in order of place. edits: what makes the file what ``--fix`` would make it, disjoint and in order. cuts: the
    documents that these change. barred: why parts of what was found will not be cut. problems: what could not be checked.
    notes: what is worth a word.
    """

    target: Target
    seen: Seen | None = None
    findings: list[Finding] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    barred: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def mended(self) -> bytes:
        """The file's bytes as ``--fix`` would write them."""
        return apply(self.seen.data, self.edits) if self.seen else b""

    def fail(self, why: str, line: int = 0) -> None:
        """Something of the file could not be checked."""
        self.problems.append(f"{self._place(line)}: {why}; it was not checked")

    def bar(self, why: str, line: int = 0) -> None:
        """Something that was found will not be cut."""
        self.barred.append(f"{self._place(line)}: {why}")

    def note(self, what: str, line: int = 0) -> None:
        self.notes.append(f"{self._place(line)}: {what}")

    def _place(self, line: int) -> str:
        return f"{self.target.name}:{line}" if line else self.target.name


class Checker:
    """Checks files, each for itself.

    budget: the share of a document that ``--fix`` may cut, 0 to 1. add: put what is found on the keep-list.
    """

    def __init__(
        self, strip: Strip, config: Config, keep_list: KeepList, read: ReadOptions, budget: float, add: bool = False
    ) -> None:
        self._strip, self._config, self._keep_list = strip, config, keep_list
        self._read, self._budget, self._add = read, budget, add

    def __call__(self, target: Target) -> Checked:
        """What is to be cut from a file; the file is only read."""
        checked = Checked(target)
        try:
            checked.seen = inplace.read(target.name, self._read.max_document)
        except Refused as refusal:
            checked.fail(str(refusal))
            return checked
        except OSError as error:
            checked.fail(f"cannot be read: {error.strerror or error}")
            return checked
        if target.input.format in ("text", "markdown", "html"):
            self._check_file(checked)
        elif own := _own(checked.seen):
            checked.note(f"not checked: this is {own}")
        else:
            self._check_rows(checked)
        if checked.edits:
            try:
                inplace.check(checked.seen)
            except Refused as refusal:
                checked.edits, checked.cuts = [], []
                checked.bar(str(refusal))
        return checked

    # Files that are one document

    def _check_file(self, checked: Checked) -> None:
        item = next(scan(replace(checked.target.input, path=checked.target.path), self._read))
        html = item.html if isinstance(item, Pending) else ""
        kept = marked(html)
        if kept.whole:
            return
        document = finish(item)
        if isinstance(document, Rejected):
            return checked.fail(f"{document.reason}; {document.advice}")
        assert isinstance(document, Document)
        if document.kind == "markdown":
            kept = marked(document.text, document.protected)
            document = replace(document, protected=(*document.protected, *kept.spans))
        row = document.row
        assert isinstance(row, TextRow)
        if row.problem:
            return checked.fail(f"{row.problem.partition(';')[0]}; name its encoding with --encoding")
        if row.note:
            checked.note(row.note)
        lines = Lines(html or document.text)
        for at, why in kept.odd:
            checked.note(why, lines.place((at, at)).line)
        if kept.whole or not (result := self._stripped(checked, document)):
            return None
        if document.kind == "html":
            return _report_page(checked, result, InPage(html, lines), kept)
        fixable = not checked.target.input.compression
        _report(checked, result, lines.place, fixable)
        if fixable and self._may_cut(checked, result):
            _propose(checked, result, row)
        return None

    # Files of rows

    def _check_rows(self, checked: Checked) -> None:
        places = _row_places(checked)
        for number, item in enumerate(scan(replace(checked.target.input, path=checked.target.path), self._read), 1):
            start, line = next(places)
            document = finish(item)
            if isinstance(document, Rejected):
                checked.fail(f"{document.reason}; {document.advice}", line if document.where else 0)
            elif isinstance(document, Document) and (result := self._stripped(checked, document, line)):
                self._check_row(checked, result, number, start, line)

    def _check_row(self, checked: Checked, result: Result, number: int, start: int, line: int) -> None:
        row = result.document.row
        if not isinstance(row, JsonRow) or row.start < 0 or start < 0:
            return _report(checked, result, lambda span: Place(line, 1, line, 1), fixable=False)
        text = row.raw[: row.end].decode(row.encoding)
        column = len(row.raw[: row.start].decode(row.encoding))
        _report(checked, result, InString(text[column:], line, column + 1).place)
        if not self._may_cut(checked, result, line):
            return None
        from stripper.sinks.jsonrows import json_line
        from stripper.sinks.options import SinkOptions, Unwritable

        assert checked.seen
        end = start + len(row.raw)
        try:
            new = json_line(result, SinkOptions(self._read))
        except Unwritable as error:
            return checked.bar(str(error), line)
        if checked.seen.data[start:end] != row.raw:
            return checked.bar(CHANGED, line)
        checked.edits.append(Edit(start, end, new))
        checked.cuts.append(Cut(result, number, row.encoding))
        return None

    # What all share

    def _stripped(self, checked: Checked, document: Document, line: int = 0) -> Result | None:
        """A document without what goes, and with what a person keeps; None where nothing is to be said of it."""
        path = checked.target.path
        document = replace(document, source=self._source(document, path))
        while True:
            result = self._strip(document)
            held = {visible(removal) for removal in result.removals if self._keeps(path, removal, document)}
            if held <= set(document.protected):
                break
            document = replace(document, protected=(*document.protected, *sorted(held)))
        for rule in result.problems:
            checked.fail(f"rule {rule} ran out of time; mend the rule or raise --rule-timeout", line)
        flags = tuple(flag for flag in result.flags if not self._keeps(path, flag, document))
        return replace(result, flags=flags) if result.removals or flags else None

    def _keeps(self, path: str, removal: Removal, document: Document) -> bool:
        if self._add and not (document.blocks and removal.category == OUTSIDE):
            self._keep_list.add(path, removal)
        return self._keep_list.holds(path, removal)

    def _source(self, document: Document, path: str) -> str:
        """The source of a document: what its row says, what the configuration says of its path, or the end of its folder's
        path that the Library knows as one; else unknown."""
        if document.source != folder_of(path):
            return document.source
        if named := self._config.source_of(path):
            return named
        folder, known = folder_of(path), self._strip.library.totals if self._strip.library else {}
        while folder and folder not in known:
            folder = folder.partition("/")[2]
        return folder

    def _may_cut(self, checked: Checked, result: Result, line: int = 0) -> bool:
        """Whether what was found in a text may be cut; says why not."""
        if not result.removals:
            return False
        from stripper.sinks.removals import RestoreError, restore_text

        text = result.document.text
        try:
            sound = restore_text(result.text, result.removals) == text
        except RestoreError:
            sound = False
        if not sound:
            checked.fail("text and removals do not rebuild the file, a fault of stripper; please report it", line)
            return False
        share = sum(removal.end - removal.start for removal in result.removals) / len(text)
        if share > self._budget:
            allow = "look at the cuts, and if they are right allow them with --budget 1"
            checked.bar(f"{share:.0%} of the text would go, and the budget is {self._budget:.0%}; {allow}", line)
        return share <= self._budget


def _own(seen: Seen) -> str:
    """What a file of rows is, where it is one of ours and holds no documents."""
    import json

    try:
        fields = set(json.loads(seen.data[:1000].partition(b"\n")[0]))
    except (ValueError, TypeError, RecursionError):
        return ""
    return next((what for what, marks in _OWN.items() if marks <= fields), "")


def _row_places(checked: Checked) -> Iterator[tuple[int, int]]:
    """Of each row where in the file's bytes it starts, and its line; where rows are no lines at hand, -1 and its number."""
    assert checked.seen
    at = 0
    if checked.target.input.format == "jsonl" and not checked.target.input.compression:
        for number, line in enumerate(checked.seen.data.split(b"\n"), 1):
            if line.strip(b" \t\r"):
                yield at, number
            at += len(line) + 1
    number = 0
    while True:
        number += 1
        yield -1, number


def _report(checked: Checked, result: Result, place: Callable[[Span], Place], fixable: bool = True) -> None:
    id = result.document.id
    for removal in sorted((*result.removals, *result.flags), key=lambda span: (span.start, span.end)):
        able = fixable and removal.action == "remove"
        checked.findings.append(Finding(checked.target.name, place(visible(removal)), removal, id, able))


def _report_page(checked: Checked, result: Result, page: InPage, kept: Marked) -> None:
    """What goes from within a page's article; every page has a frame, and that it is none of the article is no news."""
    for removal in sorted((*result.removals, *result.flags), key=lambda span: (span.start, span.end)):
        if removal.category != OUTSIDE:
            span = page.find(removal.text)
            if not any(start <= span[0] < end for start, end in kept.spans):
                checked.findings.append(Finding(checked.target.name, page.place(span), removal, fixable=False))


def _propose(checked: Checked, result: Result, row: TextRow) -> None:
    """The edits of a text file that a result asks for, unless its bytes speak against them."""
    assert checked.seen
    if not row.encoding.startswith("utf-"):
        return checked.bar(f"{row.note}; --fix leaves it untouched; convert it to UTF-8")
    text = result.document.text
    if encode(text, row.encoding) != checked.seen.data:
        return checked.bar(CHANGED)
    at = byte = 0
    for removal in result.removals:
        start = byte + len(encode(text[at : removal.start], row.encoding))
        at, byte = removal.end, start + len(encode(removal.text, row.encoding))
        checked.edits.append(Edit(start, byte, b""))
    checked.cuts.append(Cut(result, 1, row.encoding))
    return None
