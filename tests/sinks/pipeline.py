"""A whole run with a cut that is easy to foretell: every ``[…]`` of a text goes, every ``<…>`` is marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stripper.model import Document, Rejected, Removal, Result, Skipped
from stripper.sinks import SinkOptions, open_sink
from stripper.sources import ReadOptions, find_inputs, read

RUN = {"stripper": "0.0", "rules": "r", "library": None}


@dataclass
class Outcome:
    """What became of a run. published: for each input that ended, whether it was or will be published."""

    published: dict[str, bool] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    documents: int = 0


def cut(document: Document) -> Result:
    removals = tuple(_removal(found, "advertising", "remove") for found in re.finditer(r"\[[^\]]*\]", document.text))
    flags = tuple(_removal(found, "contact-details", "flag") for found in re.finditer("<[^>]*>", document.text))
    return Result(document, re.sub(r"\[[^\]]*\]", "", document.text), removals, flags)


def _removal(found: re.Match[str], category: str, action: str) -> Removal:
    return Removal(found.start(), found.end(), found[0], category, "in brackets", "span", action, rule="test.brackets")  # type: ignore[arg-type]


def run(
    arguments: Sequence[str | Path],
    out: str | Path,
    keep_html: bool = False,
    overwrite: bool = False,
    tags: bool = False,
    **options: object,
) -> Outcome:
    read_options = ReadOptions(**options)  # type: ignore[arg-type]
    inputs = find_inputs([str(argument) for argument in arguments])
    outcome = Outcome()
    with open_sink(str(out), inputs, SinkOptions(read_options, keep_html, overwrite, tags)) as sink:
        sink.start(RUN)
        for input in inputs:
            sink.begin(input)
            for item in read(input, read_options):
                if isinstance(item, Document):
                    outcome.documents += 1
                    rejected = sink.write(cut(item))
                    outcome.rejected += [rejected] if rejected else []
                elif isinstance(item, Rejected):
                    sink.reject(item)
                    outcome.rejected.append(item)
                else:
                    outcome.skipped.append(item)
            outcome.published[input.path] = sink.end()
        sink.close({"documents": outcome.documents})
    return outcome


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
