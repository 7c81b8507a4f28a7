"""What a run says about writing."""

from __future__ import annotations

from dataclasses import dataclass, field

from stripper.sources.options import ReadOptions


@dataclass(frozen=True, slots=True)
class SinkOptions:
    """How outputs are written.

    read: how the inputs were read.
    keep_html: leave the HTML field in rows whose text came from it.
    overwrite: replace an OUT that exists.
    tags: write spans only, in dolma's attribute layout, instead of documents and removals.
    resume: go on with an OUT that exists; do what is not done, or was made otherwise. again: also what is in quarantine.
    """

    read: ReadOptions = field(default_factory=ReadOptions)
    keep_html: bool = False
    overwrite: bool = False
    tags: bool = False
    resume: bool = False
    again: bool = False


class Unwritable(Exception):
    """A document that the target cannot hold; it goes to quarantine. Its text says why."""
