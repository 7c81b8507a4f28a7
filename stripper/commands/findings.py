"""How `check` says what it found: lines for people, JSON, SARIF 2.1.0, and commands that GitHub shows beside the code."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from stripper import __version__
from stripper.commands.terminal import short, show, visible

if TYPE_CHECKING:
    from stripper.hook import Checked, Finding

_WIDTH = 60
_SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


class Report:
    """Takes what was found file by file; `finish` writes what comes last.

    streams: whether all that was taken is on standard output once it was taken.
    """

    streams = True

    def take(self, checked: Checked) -> None: ...

    def finish(self) -> None: ...

    def flush(self) -> None:
        """Raises OSError where nobody reads standard output any more."""
        sys.stdout.flush()


def report(form: str, whole: bool) -> Report:
    """What says it in one of the forms of ``--format``. whole: with all of the text that goes, not its first words."""
    return {"text": lambda: Lines(whole), "json": Json, "sarif": Sarif, "github": Commands}[form]()


class Patch(Report):
    """What ``--fix`` would do, in bytes."""

    def take(self, checked: Checked) -> None:
        from stripper.hook.patch import patch

        sys.stdout.flush()
        sys.stdout.buffer.write(patch(checked))


class Lines(Report):
    """``path:line:column: category (rule) first words — why``, a line each."""

    def __init__(self, whole: bool) -> None:
        self._whole = whole

    def take(self, checked: Checked) -> None:
        for finding in checked.findings:
            show(_line(finding))
            if self._whole and finding.fixable:
                for line in finding.removal.text.strip("\r\n").splitlines() or [""]:
                    show(f"    | {line}".rstrip())


def _line(finding: Finding) -> str:
    removal = finding.removal
    cause = f" ({finding.cause})" if finding.cause != removal.category else ""
    what = f"{removal.category}{cause} “{short(removal.text, _WIDTH)}” — {finding.why}"
    return f"{finding.name}:{finding.place.line}:{finding.place.column}: {what}"


class Commands(Report):
    """Workflow commands of GitHub Actions."""

    def take(self, checked: Checked) -> None:
        for finding in checked.findings:
            place, removal = finding.place, finding.removal
            where = {
                "file": checked.target.path,
                "line": place.line,
                "endLine": place.end_line,
                "col": place.column,
                "endColumn": place.end_column,
                "title": f"{removal.category} ({finding.cause})",
            }
            about = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in where.items())
            show(f"::warning {about}::{_escaped(f'“{short(removal.text, _WIDTH)}” — {finding.why}')}")
        for problem in checked.problems:
            show(f"::error file={_escaped(checked.target.path, ':,')}::{_escaped(problem)}")


def _escaped(text: str, more: str = "") -> str:
    for character in ("%", "\r", "\n", *more):
        text = text.replace(character, f"%{ord(character):02X}")
    return visible(text)


class _Whole(Report, ABC):
    """One JSON value, written when all is known."""

    streams = False

    def __init__(self) -> None:
        self._found: list[tuple[str, Finding]] = []
        self._problems: list[str] = []

    def take(self, checked: Checked) -> None:
        self._found += [(checked.target.path, finding) for finding in checked.findings]
        self._problems += checked.problems

    def finish(self) -> None:
        from stripper.sources.jsonspan import dump_json

        # As ASCII: no text from anywhere steers a terminal, and lone surrogates are no trouble.
        sys.stdout.write(dump_json(self._value(), ascii=True) + "\n")

    @abstractmethod
    def _value(self) -> dict[str, Any]:
        """The value, of what was taken."""


class Json(_Whole):
    """All that is known of each finding."""

    def _value(self) -> dict[str, Any]:
        findings = [_row(path, finding) for path, finding in self._found]
        return {"stripper": __version__, "findings": findings, "problems": self._problems}


def _row(path: str, finding: Finding) -> dict[str, Any]:
    from stripper.sinks.removals import removal_row

    row: dict[str, Any] = {"path": path, **finding.place._asdict(), "fixable": finding.fixable}
    return row | removal_row(finding.document or path, finding.removal)


class Sarif(_Whole):
    """A log of the Static Analysis Results Interchange Format."""

    def _value(self) -> dict[str, Any]:
        rules: dict[str, dict[str, Any]] = {}
        for _, finding in self._found:
            about = {"shortDescription": {"text": finding.why}, "properties": {"category": finding.removal.category}}
            rules.setdefault(finding.cause, {"id": finding.cause, **about})
        numbers = {id: number for number, id in enumerate(rules)}
        said = [{"level": "error", "message": {"text": problem}} for problem in self._problems]
        run = {
            "tool": {"driver": {"name": "stripper", "version": __version__, "rules": list(rules.values())}},
            "invocations": [{"executionSuccessful": not said, "toolExecutionNotifications": said}],
            "columnKind": "unicodeCodePoints",
            "results": [_result(path, finding, numbers[finding.cause]) for path, finding in self._found],
        }
        return {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}


def _result(path: str, finding: Finding, rule: int) -> dict[str, Any]:
    from stripper.normalize import key

    place, removal = finding.place, finding.removal
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "snippet": {"text": removal.text.strip()},
    }
    return {
        "ruleId": finding.cause,
        "ruleIndex": rule,
        "level": "note" if removal.action == "flag" else "warning",
        "message": {"text": f"{removal.category}: “{short(removal.text, _WIDTH)}” — {finding.why}"},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}],
        "partialFingerprints": {"stripperText/v1": f"{key(removal.text):016x}"},
    }


def _artifact(path: str) -> dict[str, str]:
    import os
    from pathlib import Path
    from urllib.parse import quote

    if os.path.isabs(path):
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(os.fsencode(path)), "uriBaseId": "%SRCROOT%"}
