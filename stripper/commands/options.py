"""The options that commands share, and the settings of a run that they make."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stripper.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from stripper.commands.terminal import Steps
    from stripper.config import Config
    from stripper.ruleset import Ruleset
    from stripper.run import Settings
    from stripper.sources import ReadOptions

_Function = TypeVar("_Function", bound=Callable[..., Any])

_size = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)


def size(value: str) -> int:
    """A number of bytes: ``64MiB``, ``1GB``, ``65536``. Raises BadParameter."""
    found = _size.fullmatch(value.strip())
    if not found or not float(found[1]):
        raise click.BadParameter(f"{value!r} is no size; write it like 64MiB, 1GB or 65536")
    base = 1024 if found[3] else 1000
    return int(float(found[1]) * int(base ** " kmgt".index(found[2].lower() or " ")))


def _apply(options: Iterable[Callable[[_Function], _Function]]) -> Callable[[_Function], _Function]:
    def decorate(function: _Function) -> _Function:
        for option in reversed(list(options)):
            function = option(function)
        return function

    return decorate


class Limit(click.Option):
    """An option that says how much one input, document or rule may take. What is over it goes to quarantine."""


class Command(click.Command):
    """A command whose help shows the limits apart from what people choose."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, limits in (("Options", False), ("Limits; what is over one goes to quarantine", True)):
            given = (option for option in self.get_params(ctx) if isinstance(option, click.Option))
            parameters = [option for option in given if isinstance(option, Limit) == limits]
            rows = [row for parameter in parameters if (row := parameter.get_help_record(ctx))]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


_seconds = click.FloatRange(min=0, min_open=True)


def _size_limit(name: str, default: str, help: str) -> Callable[[_Function], _Function]:
    return click.option(name, cls=Limit, type=size, default=default, show_default=True, metavar="SIZE", help=help)


inputs = click.argument("inputs", metavar="INPUT…", nargs=-1, required=True)
out = click.option(
    "-o", "out", metavar="OUT", help="Where to write: x.jsonl, x.parquet, - for article text, else a folder."
)
overwrite = click.option("--overwrite", is_flag=True, help="Replace OUT if it exists.")
resume = click.option(
    "--resume", is_flag=True, help="Go on with a run that ended early; redo what was changed or damaged since."
)
quiet = click.option("--quiet", is_flag=True, help="Say only what went wrong.")
dry_run = click.option("--dry-run", is_flag=True, help="Write nothing; show samples of what would be cut.")
keep_html = click.option("--keep-html", is_flag=True, help="Leave the HTML field in rows whose text came from it.")
library = click.option(
    "--library", metavar="LIBRARY", help="What is known to repeat; none here or in [tool.stripper]: rules alone decide."
)
input_format = click.option(
    "--input-format",
    type=click.Choice(["text", "markdown", "html", "jsonl", "parquet"]),
    help="What comes on standard input (INPUT -); text if not given.",
)

rules = click.option(
    "--rules",
    "places",
    metavar="PLACE",
    multiple=True,
    help="More rules: a file or folder. Overrides the package's by id.",
)
judging = _apply(
    [
        rules,
        click.option("--keep", metavar="CATEGORY", multiple=True, help="Do not cut this category."),
        click.option(
            "--rule-timeout", cls=Limit, metavar="S", type=_seconds, default=1.0, show_default=True,
            help="Seconds that one rule may take on one segment.",
        ),
    ]
)  # fmt: skip

fields = _apply(
    [
        click.option("--text-field", default="text", show_default=True, metavar="NAME", help="Field with the text."),
        click.option(
            "--html-field", default="html", show_default=True, metavar="NAME",
            help="Field with a page. Read where the text field is missing; if given, wherever a row has it.",
        ),
        click.option("--id-field", default="id", show_default=True, metavar="NAME", help="Field that tells rows apart."),
        click.option(
            "--source-field", default="source", show_default=True, metavar="NAME",
            help="Field with the site or publisher; else the url's host, else the folder.",
        ),
        click.option("--encoding", metavar="NAME", help="Of files that are not UTF-8; else it is detected and said."),
        _size_limit("--max-line", "64MiB", "Longest row of JSON Lines."),
        _size_limit("--max-document", "256MiB", "Largest text or HTML file, decompressed."),
        click.option(
            "--max-page", cls=Limit, type=click.IntRange(min=1), default=20_000_000, show_default=True, metavar="N",
            help="Longest HTML page, in characters. Pages more than 255 elements deep are never read.",
        ),
        click.option(
            "--max-ratio", cls=Limit, type=click.IntRange(min=1), default=500, show_default=True, metavar="N",
            help="Bytes per compressed byte beyond which a large file is taken for a bomb.",
        ),
    ]
)  # fmt: skip

document_limits = _apply(
    [
        click.option(
            "--max-paragraph", cls=Limit, type=click.IntRange(min=1), default=16 << 20, show_default=True, metavar="N",
            help="Longest paragraph, in characters.",
        ),
        click.option(
            "--document-timeout", cls=Limit, metavar="S", type=_seconds, default=60.0, show_default=True,
            help="Seconds that one document may take, for each MiB of it.",
        ),
        _size_limit("--max-memory", "2GiB", "Memory that one document may take."),
    ]
)  # fmt: skip

workers = click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes; by default one per core.")
memory = click.option(
    "--memory", type=size, default="512MB", show_default=True, help="What learning may hold before it uses the disk."
)
learning = _apply([fields, document_limits, input_format, workers, memory, quiet])


def load_rules(places: Iterable[str], found: Config | None = None) -> Ruleset:
    """The package's rules, those of the configuration (by default the one in force here) and those of more places, under
    the configuration's budgets. Raises UsageError."""
    from pathlib import Path

    from stripper import config, ready
    from stripper.ruleset import builtin

    found = found or config.find()
    _say_found(found, found.rules)
    ruleset = ready.ruleset([builtin(), *found.rules, *map(Path, places)])
    if not found.budgets:
        return ruleset
    from msgspec.structs import replace

    budgets = {f"{name}_budget": share for name, share in found.budgets.items()}
    return replace(ruleset, policy=replace(ruleset.policy, **budgets))


def library_place(given: str | None, found: Config) -> Path | None:
    """The file of the Library in force: the one given, else the configuration's, if there is one."""
    from pathlib import Path

    if given:
        return Path(given)
    if found.library:
        _say_found(found, [found.library])
    return found.library


def _say_found(found: Config, places: Sequence[Path]) -> None:
    """Name aloud what was found beside the files, perhaps a stranger's, and decides here."""
    from stripper.commands.terminal import say

    if places and found.file:
        say(f"stripper: {found.path_of(found.file)} adds {', '.join(map(found.path_of, places))}")


def read_options(given: Mapping[str, Any]) -> ReadOptions:
    """What the ``fields`` options say."""
    from stripper.sources import ReadOptions

    names = (
        "text_field",
        "html_field",
        "id_field",
        "source_field",
        "encoding",
        "max_line",
        "max_document",
        "max_page",
        "max_ratio",
    )
    given = {"html_field_given": was_given("html_field"), **given}
    encoding = given["encoding"]
    if encoding is not None:
        _check_encoding(encoding)
    return ReadOptions(**{name: given[name] for name in names}, html_field_given=given["html_field_given"])


def was_given(name: str) -> bool:
    """Whether an option of the command that runs stands on its command line."""
    return click.get_current_context().get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _check_encoding(name: str) -> None:
    import codecs

    try:
        codecs.lookup(name)
    except LookupError:
        raise UsageError(f"--encoding {name}: no such encoding; names are like latin-1, cp1252 or shift_jis") from None


def spared(categories: Iterable[str], ruleset: Ruleset) -> frozenset[str]:
    """The categories that ``--keep`` names. Raises UsageError for one that nothing has."""
    from stripper.judge import OUTSIDE, UNCLASSIFIED

    known = {rule.category for rule in ruleset.rules} | {OUTSIDE, UNCLASSIFIED}
    named = frozenset(categories)
    for name in sorted(named - known):
        from difflib import get_close_matches

        near = get_close_matches(name, sorted(known), 3) or sorted(known)
        raise UsageError(f"--keep {name}: no rule has this category; did you mean {' or '.join(near)}?")
    return named


def settings(given: Mapping[str, Any], steps: Steps, tags: bool = False) -> Settings:
    """The settings of a run from the options of its command. Raises UsageError."""
    from stripper import config
    from stripper.engine.watch import Limits
    from stripper.run import Settings, load_library
    from stripper.sinks import SinkOptions

    if given.get("resume") and given.get("overwrite"):
        raise UsageError("--resume goes on with OUT and --overwrite replaces it; give one of them")
    found = config.find()
    ruleset = load_rules(given["places"], found)
    place = library_place(given["library"], found) if "library" in given else None
    read = read_options(given)
    return Settings(
        rules=ruleset,
        library=load_library(str(place)) if place else None,
        spared=spared([*found.keep, *given["keep"]], ruleset),
        workers=given["workers"],
        memory=f"{given['memory']}B" if "memory" in given else "512MB",
        rule_timeout=given["rule_timeout"],
        document=Limits(given["document_timeout"], given["max_memory"], given["max_paragraph"]),
        read=read,
        sink=SinkOptions(
            read,
            keep_html=given.get("keep_html", False),
            overwrite=given.get("overwrite", False),
            resume=given.get("resume", False),
            tags=tags,
            again=given.get("again", False),
        ),
        input_format=given["input_format"],
        command=given.get("command", {}),
        progress=steps,
        tell=steps.tell,
    )
