"""``library``: what a Library holds."""

from __future__ import annotations

import click


@click.group(short_help="Look into a Library.")
def library() -> None:
    """Look into a Library: what repeats, how often and where.

    \b
    Example:
      stripper library stats archive.library.jsonl
      stripper library show archive.library.jsonl | less
    """


@library.command(short_help="Its Templates, the most frequent first.")
@click.argument("file", metavar="LIBRARY")
def show(file: str) -> int:
    """Its Templates, the most frequent first: id, counts and text.

    \b
    Example:
      stripper learn archive/ -o archive.library.jsonl
      stripper library show archive.library.jsonl | head -20
    """
    from stripper.commands.terminal import short
    from stripper.commands.terminal import show as line
    from stripper.run import load_library

    templates = load_library(file).templates()
    for template in sorted(templates, key=lambda t: (-t.evidence.documents, t.id)):
        evidence = template.evidence
        counts = f"{evidence.documents:>6} documents {evidence.sources:>4} sources {evidence.contexts:>4} contexts"
        line(f"{template.id} {counts}  {template.action or '':<5}{short(template.exemplar)}")
    return 0


@library.command(short_help="How much it knows.")
@click.argument("file", metavar="LIBRARY")
def stats(file: str) -> int:
    """How many Templates, sources and documents it knows.

    \b
    Example:
      stripper learn archive/ -o archive.library.jsonl
      stripper library stats archive.library.jsonl
    """
    from stripper.commands.terminal import show as line
    from stripper.library import distinct
    from stripper.run import load_library

    known = load_library(file)
    documents = sum(distinct(sketch) for sketch in known.totals.values())
    kept = sum(entry.action == "keep" for entry in known.entries.values())
    line(f"{len(known.entries):,} Templates, {kept} of them kept by a person")
    line(f"{documents:,} documents (estimated above 31 a source) of {sum(map(bool, known.totals)):,} sources")
    line(f"sha256 {known.hash}")
    return 0
