"""``explain``: why each part of a document goes or stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stripper.commands import options
from stripper.errors import UsageError

if TYPE_CHECKING:
    from stripper.explain import Part
    from stripper.model import Document
    from stripper.sources import ReadOptions

_COLOURS = {"removed": "red", "protected": "green", "flagged": "yellow"}


@click.command(cls=options.Command, short_help="Why each part of a document goes or stays.")
@click.argument("file", metavar="FILE")
@click.option("--id", "id", metavar="ID", help="The row to explain, where FILE holds several.")
@options.library
@options.judging
@options.fields
@options.input_format
def explain(file: str, id: str | None, **given: Any) -> int:
    """Each part of a document: the verdict, what it rests on, and for text that stays what it missed going by.

    \b
    Example:
      stripper explain article.txt --library archive.library.jsonl
      stripper explain articles.jsonl --id 42
    """
    from stripper import config
    from stripper.api import Stripper
    from stripper.commands.terminal import show
    from stripper.run import load_library

    found = config.find()
    rules = options.load_rules(given["places"], found)
    place = options.library_place(given["library"], found)
    known = load_library(str(place)) if place else None
    stripper = Stripper(rules, known, options.spared([*found.keep, *given["keep"]], rules), given["rule_timeout"])
    document = _document(file, id, options.read_options(given), given["input_format"])
    parts = stripper.explain(document)
    show(f"{document.key}: {len(document.text):,} characters, source {document.source or 'unknown'}", bold=True)
    for part in parts:
        _show(part)
    removed = sum(part.end - part.start for part in parts if part.verdict == "removed")
    show(f"{removed:,} characters removed ({removed / max(1, len(document.text)):.1%})", bold=True)
    return 0


def _show(part: Part) -> None:
    from stripper.commands.terminal import short, show

    place = f"{part.start}-{part.end}"
    show(f"{part.verdict:<9} {place:>11}  “{short(part.text, 76)}”", fg=_COLOURS.get(part.verdict))
    category = "" if part.reason.startswith(part.category) else part.category
    about = [category, part.reason, f"Template {part.template}" if part.template else ""]
    if any(about):
        show(f"{'':<23}{'; '.join(filter(None, about))}")
    if part.missed:
        show(f"{'':<23}missed: {part.missed}")


def _document(file: str, id: str | None, read_options: ReadOptions, input_format: str | None) -> Document:
    """The one document meant. Raises UsageError where there is none, or more than one and no id."""
    from stripper.model import Document, Rejected
    from stripper.sources import find_inputs, read

    found: list[Document] = []
    rejected: list[Rejected] = []
    for source in find_inputs([file], input_format):
        for item in read(source, read_options):
            if isinstance(item, Rejected):
                rejected.append(item)
            elif isinstance(item, Document) and (id is None or id in (item.id, item.key)):
                found.append(item)
                if id is not None:
                    return item
            if len(found) > 1:
                ids = ", ".join(document.id or document.key for document in found)
                raise UsageError(f"{file}: holds several documents ({ids}, …); name one with --id")
    if found:
        return found[0]
    if rejected and id is None:
        raise UsageError(f"{rejected[0].path}: {rejected[0].reason}; {rejected[0].advice}")
    raise UsageError(f"{file}: no document{f' with the id {id}' if id is not None else ''} in it")
