"""``restore``: the inverse of ``strip``."""

from __future__ import annotations

import click

from stripper.commands import options


@click.command(short_help="Rebuild the input texts from articles and removals.")
@click.argument("documents", metavar="DOCUMENTS")
@click.argument("removals", metavar="REMOVALS")
@click.option("-o", "out", metavar="OUT", required=True, help="Where to write the texts.")
@options.overwrite
def restore(documents: str, removals: str, out: str, overwrite: bool) -> int:
    """Rebuild the input texts: articles plus removals. Refused, file by file, where an article was edited since.

    \b
    Example:
      stripper restore cleaned/documents cleaned/removals -o originals
      stripper restore articles.jsonl articles.removals.jsonl -o originals.jsonl
    """
    from stripper.commands.summary import count
    from stripper.commands.terminal import say
    from stripper.sinks.restore import restore as rebuild

    restored = rebuild(documents, removals, out, overwrite)
    for refusal in restored.refused:
        say(f"refused: {refusal}")
    say(f"{count(restored.documents, 'document')} restored; wrote {out}")
    return 3 if restored.refused else 0
