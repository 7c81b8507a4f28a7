"""``learn``: a Library from inputs."""

from __future__ import annotations

import os
from typing import Any

import click

from stripper.commands import options
from stripper.errors import UsageError


@click.command(cls=options.Command, short_help="Make a Library of what repeats.")
@options.inputs
@click.option("-o", "out", metavar="LIBRARY", required=True, help="The Library's file, like archive.library.jsonl.")
@click.option("--update", is_flag=True, help="Add to LIBRARY what it does not know yet.")
@options.overwrite
@options.learning
def learn(inputs: tuple[str, ...], out: str, update: bool, **given: Any) -> int:
    """Find what repeats in the inputs and write it to a Library, for strip, tag and explain to use.

    A Library is JSON Lines, one Template a line, sorted: it can be read, reviewed and kept in git. Adding a document twice
    changes nothing.

    \b
    Example:
      stripper learn archive/ -o archive.library.jsonl
      stripper learn today/ -o archive.library.jsonl --update
    """
    overwrite = given.pop("overwrite")
    if update and overwrite:
        raise UsageError("--update adds to a Library and --overwrite replaces it; give one of them")
    if os.path.lexists(out) and not (update or overwrite):
        raise UsageError(f"{out}: exists; add to it with --update, or replace it with --overwrite")
    from stripper import run
    from stripper.commands import summary
    from stripper.commands.terminal import Steps, say
    from stripper.sinks import atomic_write

    known = run.load_library(out) if update else None
    with Steps(given["quiet"]) as steps:
        settings = options.settings({**given, "places": (), "keep": (), "rule_timeout": 1.0}, steps)
        learned, tally = run.learn(inputs, settings)
        if known:
            learned = known.merge(learned)
        with atomic_write(out) as file:
            file.writelines(line + b"\n" for line in learned.lines())
    summary.odd(tally, settings.rules.policy, given["quiet"])
    if not given["quiet"]:
        gained = f" ({len(learned.entries) - len(known.entries):+,})" if known else ""
        read, held = summary.count(tally.documents, "document"), summary.count(len(learned.entries), "Template")
        say(f"{read} read; {held}{gained} in {out}")
        summary.account(tally)
    return summary.exit_code(tally)
