"""``clean``, ``strip`` and ``tag``: from inputs to OUT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stripper.commands import options
from stripper.errors import UsageError

if TYPE_CHECKING:
    from stripper.run import Settings
    from stripper.tally import Tally


@click.command(cls=options.Command, short_help="Learn over all inputs, strip each one.")
@options.inputs
@options.out
@options.fields
@options.document_limits
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


@click.command(cls=options.Command, short_help="Strip each input by the rules and a Library.")
@options.inputs
@options.out
@options.library
@options.fields
@options.document_limits
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


@click.command(cls=options.Command, short_help="Mark what strip would cut; leave the text alone.")
@options.inputs
@options.out
@options.library
@options.fields
@options.document_limits
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


@click.command(cls=options.Command, short_help="Do again what went to quarantine, with raised limits.")
@click.argument("folder", metavar="RUN")
@options.fields
@options.document_limits
@options.judging
@options.workers
@options.quiet
def retry(folder: str, workers: int | None, quiet: bool, **given: Any) -> int:
    """Do again the inputs of a run that have something in quarantine, or a rule that ran out of time.

    Everything is read, judged and written as the run did it, but for the options that are given here. Inputs that are
    done stay as they are, and so does the Library.

    \b
    Example:
      stripper clean pages/ -o cleaned
      stripper retry cleaned --max-page 50000000 --document-timeout 600
    """
    from pathlib import Path

    from stripper import run
    from stripper.commands import summary
    from stripper.commands.terminal import Steps
    from stripper.sinks import read_manifest

    manifest = read_manifest(Path(folder))
    command = manifest.get("command")
    if not command:
        raise UsageError(f"{folder}: no run folder that says what made it; name the OUT of clean, strip or tag")
    if "-" in command["inputs"]:
        raise UsageError(f"{folder}: was made from standard input, which cannot be read again")
    changed = {name: value for name, value in given.items() if options.was_given(name)}
    known = {**command["given"], **changed}
    name = command["name"]
    if name == "clean":
        if "library" not in manifest:
            raise UsageError(f"{folder}: this run has not learned its Library yet; run its command again with --resume")
        known["library"] = str(Path(folder, "library.jsonl"))
    command = {**command, "given": {**command["given"], **changed}}
    about = {"learned": manifest["learned"]} if "learned" in manifest else {}
    with Steps(quiet) as steps:
        more = {"workers": workers, "resume": True, "again": True, "command": command}
        settings = options.settings({**known, **more}, steps, tags=name == "tag")
        tally = run.strip(command["inputs"], folder, settings, about)
    _close(name, tally, settings, _wrote(folder), quiet)
    return summary.exit_code(tally)


# What of a command line matters for one run alone.
_PASSING = ("overwrite", "resume", "quiet", "workers", "memory")


def _record(command: str, inputs: tuple[str, ...], given: dict[str, Any]) -> dict[str, Any]:
    """What `retry` needs to run a command again, from wherever it is called."""
    import os

    from stripper.sources.inputs import is_url

    kept = {name: value for name, value in given.items() if name not in _PASSING}
    kept["html_field_given"] = options.was_given("html_field")
    kept["places"] = [os.path.abspath(place) for place in given["places"]]
    if given.get("library"):
        kept["library"] = os.path.abspath(given["library"])
    places = [name if name == "-" or is_url(name) else os.path.abspath(name) for name in inputs]
    return {"name": command, "inputs": places, "given": kept}


def _run(command: str, inputs: tuple[str, ...], out: str | None, dry_run: bool, given: dict[str, Any]) -> int:
    if not out and not dry_run:
        raise UsageError("-o OUT is missing: say where to write, or look first with --dry-run")
    from stripper import run
    from stripper.commands import summary
    from stripper.commands.terminal import Steps

    with Steps(given["quiet"]) as steps:
        more = {"command": _record(command, inputs, given)}
        settings = options.settings({**given, **more}, steps, tags=command == "tag")
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
