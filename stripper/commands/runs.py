"""``clean``, ``strip`` and ``tag``: from inputs to OUT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stripper.commands import options
from stripper.errors import UsageError

if TYPE_CHECKING:
    from stripper.run import Settings
    from stripper.tally import Tally


@click.command(short_help="Learn over all inputs, strip each one.")
@options.inputs
@options.out
@options.fields
@options.input_format
@options.judging
@options.keep_html
@options.overwrite
@options.resume
@options.dry_run
@options.workers
@options.memory
@options.quiet
def clean(inputs: tuple[str, ...], out: str | None, dry_run: bool, **given: Any) -> int:
    """Learn what repeats over all inputs, then strip each one into OUT.

    INPUT is a file, a folder, a glob, a URL or - for standard input; text, Markdown, HTML, JSON Lines and Parquet, each also
    as .gz and .zst. Beside the articles, OUT holds every cut, the Library that was learned, and what could not be read.

    \b
    Example:
      stripper clean articles/ -o cleaned
      stripper clean pages.jsonl.gz --html-field html -o articles.jsonl
    """
    return _run("clean", inputs, out, dry_run, given)


@click.command(short_help="Strip each input by the rules and a Library.")
@options.inputs
@options.out
@options.library
@options.fields
@options.input_format
@options.judging
@options.keep_html
@options.overwrite
@options.resume
@options.dry_run
@options.workers
@options.quiet
def strip(inputs: tuple[str, ...], out: str | None, dry_run: bool, **given: Any) -> int:
    """Strip each input into OUT, by the rules and, where one is given, a Library.

    What is done to a document depends on nothing but the document, the rules and the Library.

    \b
    Example:
      stripper learn archive/ -o archive.library.jsonl
      stripper strip today/ --library archive.library.jsonl -o cleaned
    """
    return _run("strip", inputs, out, dry_run, given)


@click.command(short_help="Mark what strip would cut; leave the text alone.")
@options.inputs
@options.out
@options.library
@options.fields
@options.input_format
@options.judging
@options.overwrite
@options.resume
@options.dry_run
@options.workers
@options.quiet
def tag(inputs: tuple[str, ...], out: str | None, dry_run: bool, **given: Any) -> int:
    """Write the spans that strip would cut, in the attribute layout of dolma, and leave the texts alone.

    Each row has the document's id and, by category, its spans [start, end, score]: score 1 for a cut, 0 for a flag.

    \b
    Example:
      stripper tag corpus/ -o attributes
      stripper tag corpus.jsonl --library corpus.library.jsonl -o spans.jsonl
    """
    if out and (out == "-" or out.lower().endswith(".parquet")):
        raise UsageError(f"-o {out}: tag writes rows of JSON; name a file that ends in .jsonl, or a folder")
    return _run("tag", inputs, out, dry_run, given)


def _run(command: str, inputs: tuple[str, ...], out: str | None, dry_run: bool, given: dict[str, Any]) -> int:
    if not out and not dry_run:
        raise UsageError("-o OUT is missing: say where to write, or look first with --dry-run")
    from stripper import run
    from stripper.commands import summary
    from stripper.commands.terminal import Steps

    with Steps(given["quiet"]) as steps:
        settings = options.settings(given, steps, tags=command == "tag")
        if dry_run:
            from stripper.commands.rehearsal import rehearse

            tally, samples = rehearse(inputs, settings, learning=command == "clean")
        elif command == "clean":
            _, tally = run.clean(inputs, str(out), settings)
        else:
            tally = run.strip(inputs, str(out), settings)
    if dry_run:
        samples.show()
    _close(command, tally, settings, "nothing was written (--dry-run)" if dry_run else _wrote(str(out)), given["quiet"])
    return summary.exit_code(tally)


def _wrote(out: str) -> str:
    return "" if out == "-" else f"wrote {out}"


def _close(command: str, tally: Tally, settings: Settings, wrote: str, quiet: bool) -> None:
    from stripper.commands import summary

    summary.odd(tally, settings.rules.policy, quiet) if quiet else summary.full(
        command, tally, settings.rules.policy, wrote
    )
