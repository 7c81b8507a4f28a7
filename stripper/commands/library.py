"""``library``: what a Library holds, and several as one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from stripper.commands import options
from stripper.errors import UsageError

if TYPE_CHECKING:
    from stripper.model import Template


@click.group(short_help="Look into Libraries, merge and rebuild them.")
def library() -> None:
    """Look into a Library (what repeats, how often and where), merge several, rebuild an old one.

    A Template that must stay is marked by a person, who writes "action": "keep" into its line: it protects its text from
    then on, through learn --update, merge and rebuild.

    \b
    Example:
      stripper library stats archive.library.jsonl
      stripper library show archive.library.jsonl | less
    """


@library.command(short_help="Its Templates, the most frequent first.")
@click.argument("file", metavar="LIBRARY")
def show(file: str) -> int:
    """Its Templates, the most frequent first: id, counts, the source it is most at home in, and text.

    The parts of a text that vary stand in brackets.

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
        named = {source: held for source, held in template.by_source.items() if source}
        home = max(named, key=lambda source: (named[source][0], source), default="")
        where = f"{named[home][1]:>5.0%} of {short(home, 24):<24}" if home else f"{'':<33}"
        line(f"{template.id} {counts} {where} {template.action or '':<5}{short(_marked(template))}")
    return 0


def _marked(template: Template) -> str:
    """The exemplar with what varies in brackets."""
    text = template.exemplar
    for slot in reversed(template.slots):
        text = f"{text[: slot.start]}[{text[slot.start : slot.end]}]{text[slot.end :]}"
    return text


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
    from stripper.entry import distinct
    from stripper.run import load_library

    known = load_library(file)
    documents = sum(distinct(sketch) for sketch in known.totals.values())
    kept = sum(entry.action == "keep" for entry in known.entries.values())
    line(f"{len(known.entries):,} Templates, {kept} of them kept by a person")
    line(f"{documents:,} documents (estimated above 31 a source) of {sum(map(bool, known.totals)):,} sources")
    line(f"sha256 {known.hash}")
    return 0


@library.command(short_help="Several Libraries as one.")
@click.argument("files", metavar="LIBRARY…", nargs=-1, required=True)
@click.option("-o", "out", metavar="OUT", help="The file to write; standard output if not given.")
@click.option("--base", metavar="LIBRARY", help="What two Libraries both come from: what either took out of it stays out.")
@options.overwrite
def merge(files: tuple[str, ...], out: str | None, base: str | None, overwrite: bool) -> int:
    """Several Libraries as one: what any of them knows, a document that several know counted once.

    The order does not matter, and merging twice is merging once. A mark "action": "keep" stays. As a merge driver of git:
    git config merge.stripper.driver "stripper library merge --base %O %A %B -o %A --overwrite"

    \b
    Example:
      stripper library merge monday.jsonl tuesday.jsonl -o week.jsonl
      stripper library merge ours.jsonl theirs.jsonl --base before.jsonl -o both.jsonl
    """
    if base is not None and len(files) != 2:
        raise UsageError(f"--base is what two Libraries come from, and here are {len(files)}; name two")
    if out is not None and os.path.lexists(out) and not overwrite:
        raise UsageError(f"{out}: exists; replace it with --overwrite")
    from functools import reduce

    from stripper.library import Library
    from stripper.run import load_library
    from stripper.sinks import atomic_write

    known = [load_library(file) for file in files]
    if base is not None:
        # git gives an empty file where both sides added the Library.
        before = Library() if os.path.isfile(base) and not os.path.getsize(base) else load_library(base)
        known = [one.without_changes(before, other) for one, other in (known, reversed(known))]
    merged = reduce(Library.merge, known)
    if out is None:
        for part in merged.lines():
            click.echo(part)
        return 0
    with atomic_write(out) as file:
        file.writelines(part + b"\n" for part in merged.lines())
    return 0


@library.command(short_help="Bring a Library of another version up to this one.")
@click.argument("file", metavar="LIBRARY")
@click.argument("inputs", metavar="INPUT…", nargs=-1)
@options.learning
def rebuild(file: str, inputs: tuple[str, ...], **given: Any) -> int:
    """Bring a Library that another version made up to this one, in its place.

    With the INPUTs that it was learned from it is learned anew, and takes over what a person marked to be kept. Without
    them its own texts are folded anew: counts stay, but of several wordings of one text it then knows one, and the others
    by their likeness to it. A Library of this version is then left as it is.

    \b
    Example:
      stripper library rebuild archive.library.jsonl archive/
      stripper library rebuild archive.library.jsonl
    """
    from pathlib import Path

    from stripper import run
    from stripper.commands import summary
    from stripper.commands.terminal import Steps, say
    from stripper.library import Library
    from stripper.library import rebuild as refold
    from stripper.sinks import atomic_write

    if not os.path.exists(file):
        raise UsageError(f"{file}: there is no such Library; make one with: stripper learn INPUT… -o {file}")
    rebuilt, tally = refold(Path(file).read_bytes(), file), None
    if inputs:
        with Steps(given["quiet"]) as steps:
            settings = options.settings({**given, "places": (), "keep": (), "rule_timeout": 1.0}, steps)
            learned, tally = run.learn(inputs, settings)
        kept = {id: entry for id, entry in rebuilt.entries.items() if entry.action}
        rebuilt = learned.merge(Library(kept))
    with atomic_write(file) as written:
        written.writelines(part + b"\n" for part in rebuilt.lines())
    if not given["quiet"]:
        say(f"{summary.count(len(rebuilt.entries), 'Template')} in {file}")
    if tally and not given["quiet"]:
        summary.account(tally)
    return summary.exit_code(tally) if tally else 0
