"""``check``: what would be cut from files where they stand, for people, for pre-commit and for CI."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import click

from stripper.commands import options
from stripper.errors import UsageError

if TYPE_CHECKING:
    from stripper.commands.findings import Report
    from stripper.config import Config
    from stripper.hook import Checked, Finding, KeepList, Target
    from stripper.strip import Strip


@click.command(short_help="Say what would be cut from files, or cut it in place.")
@click.argument("files", metavar="FILE…", nargs=-1)
@click.option("--diff", is_flag=True, help="Show what --fix would do, as a patch; change nothing.")
@click.option("--fix", is_flag=True, help="Cut it from the files themselves, and print all that was cut.")
@click.option("--removals", metavar="FILE", help="With --fix: add the cuts to FILE, for restore.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How to say what was found.",
)
@click.option("--statistics", is_flag=True, help="Also count what was found, by category and rule.")
@click.option("--exit-zero", is_flag=True, help="End with 0 also where something was found.")
@click.option(
    "--budget",
    metavar="SHARE",
    type=click.FloatRange(0, 1, min_open=True),
    help="The share of a text that --fix may cut; 0.6 if neither this nor the configuration says otherwise.",
)
@click.option("--force-exclude", is_flag=True, help="Leave out what the configuration excludes, even if named here.")
@click.option("--add-keep", is_flag=True, help="Put all that is found on the keep-list.")
@click.option("--prune-keep", is_flag=True, help="Drop what the keep-list no longer needs for these files.")
@click.option("--show-config", is_flag=True, help="Show the configuration in force, and where it comes from.")
@options.library
@options.judging
@options.fields
def check(files: tuple[str, ...], **given: Any) -> int:
    """Say what strip would cut from files, by path, line and column; the exit code is 1 where there is something.

    Each file is checked for itself, by the rules and, where [tool.stripper] or --library names one, a Library. Text,
    Markdown and JSON Lines can be cut in place; of pages it says what stands within their article, and leaves them alone.

    \b
    Example:
      stripper check seeds/*.txt --diff
      stripper check seeds/*.txt --fix
    """
    # Most of a short run is start-up, and a quarter of that went into looking for cycles among rules.
    gc.disable()
    try:
        return _check(files, given)
    finally:
        gc.enable()


def _check(files: tuple[str, ...], given: dict[str, Any]) -> int:
    from stripper import config

    modes = [f"--{name}" for name in ("diff", "fix", "add-keep") if given[name.replace("-", "_")]]
    if len(modes) > 1:
        raise UsageError(f"{' and '.join(modes)}: give one of them")
    if given["removals"] and not given["fix"]:
        raise UsageError("--removals keeps what --fix cuts; give both, or neither")
    if given["diff"] and given["form"] != "text":
        raise UsageError("--diff writes a patch; leave out --format")
    found = config.find()
    if given["show_config"]:
        return _show_config(found)
    if not files:
        raise UsageError("FILE is missing: name the files to check")
    return _run(files, found, given)


def _run(files: tuple[str, ...], found: Config, given: dict[str, Any]) -> int:
    from stripper.commands import findings
    from stripper.hook import Checker, KeepList, targets

    out: Report = findings.Patch() if given["diff"] else findings.report(given["form"], whole=given["fix"])
    chosen = targets(files, found, given["force_exclude"], [given["removals"] or ""])
    if not chosen:
        out.finish()
        return 0
    strip = _strip(found, given)
    keep_list = KeepList(found.keep_list)
    budget = given["budget"] or strip.policy.document_budget
    checker = Checker(strip, found, keep_list, options.read_options(given), budget, given["add_keep"])
    # From here on it may be thousands of files.
    gc.freeze()
    gc.enable()
    run = _Run(out, given, strip)
    for target in chosen:
        run.take(checker(target))
    run.finish()
    _close_keep_list(keep_list, chosen, found, given)
    return run.exit_code


def _strip(found: Config, given: dict[str, Any]) -> Strip:
    """Rules and Library of the package, of the configuration and of the command line."""
    from stripper import ready
    from stripper.strip import Strip

    rules = options.load_rules(given["places"], found)
    spared = options.spared([*found.keep, *given["keep"]], rules)
    place = options.library_place(given["library"], found)
    known = ready.library(place) if place else None
    return Strip(ready.matcher(rules, given["rule_timeout"]), rules.policy, known, spared)


class _Run:
    """What a run does with each file that was checked, and how it ends."""

    def __init__(self, out: Report, given: dict[str, Any], strip: Strip) -> None:
        self._out, self._given, self._strip = out, given, strip
        self._findings: list[Finding] = []
        self._later: list[Checked] = []
        self._failed = False
        self._files = self._mended = self._cut = 0

    @property
    def exit_code(self) -> int:
        if self._failed:
            return 3
        return 1 if self._findings and not (self._given["exit_zero"] or self._given["add_keep"]) else 0

    def take(self, checked: Checked) -> None:
        """Say what was found, then make the cuts if they are asked for; in this order, so that none is made unseen."""
        from stripper.commands.terminal import say

        writing = self._given["fix"] or self._given["diff"]
        self._failed = self._failed or bool(checked.problems or (writing and checked.barred))
        self._findings += checked.findings
        self._files += bool(checked.findings)
        self._out.take(checked)
        for line in (*checked.notes, *checked.problems, *(f"{why}; --fix leaves it as it is" for why in checked.barred)):
            say(f"stripper: {line}")
        if self._given["fix"] and checked.edits:
            if self._out.streams:
                self._mend(checked)
            else:
                self._later.append(checked)

    def finish(self) -> None:
        """Write what comes last; cuts that had to wait for it are made then."""
        from stripper.commands.summary import count
        from stripper.commands.terminal import say
        from stripper.hook import summed

        self._out.finish()
        for checked in self._later:
            self._mend(checked)
        if self._given["statistics"]:
            for number, category, cause in summed(self._findings):
                say(f"{number:>6}  {category:<24}{cause if cause != category else ''}".rstrip())
        left = len(self._findings) - self._cut
        if self._mended:
            say(f"stripper: {count(self._cut, 'cut')} made in {count(self._mended, 'file')}")
        if left and not self._given["add_keep"]:
            advice = "" if self._given["fix"] or self._given["diff"] else "; look with --diff, cut with --fix"
            say(f"stripper: {count(left, 'finding')} left in {count(self._files, 'file')}{advice}")

    def _mend(self, checked: Checked) -> None:
        from stripper.commands.terminal import say
        from stripper.hook.inplace import Refused
        from stripper.hook.mending import mend

        self._out.flush()
        try:
            mend(checked, self._given["removals"], self._header())
        except Refused as refusal:
            self._failed = True
            say(f"stripper: {checked.target.name}: {refusal}; it is untouched")
            return
        self._mended += 1
        self._cut += sum(len(cut.result.removals) for cut in checked.cuts)

    def _header(self) -> dict[str, Any]:
        if not self._given["removals"]:
            return {}
        from stripper.run import header
        from stripper.sinks.removals import TEXT_FIELD

        return header(self._strip.matcher.ruleset, self._strip.library) | {TEXT_FIELD: self._given["text_field"]}


def _close_keep_list(keep_list: KeepList, checked: list[Target], found: Config, given: dict[str, Any]) -> None:
    from stripper.commands.summary import count
    from stripper.commands.terminal import say

    paths = [target.path for target in checked]
    before = len(keep_list)
    if given["prune_keep"]:
        dropped = keep_list.prune(paths, found.root)
        say(f"stripper: {count(dropped, 'line')} dropped from {keep_list.path}")
    for entry, text in keep_list.unused(paths):
        say(f"stripper: {entry.path}: kept for nothing: {entry.rule} “{text}”; drop it with --prune-keep")
    if given["add_keep"] or len(keep_list) != before:
        keep_list.save()
        say(f"stripper: {keep_list.path} keeps {count(len(keep_list), 'text')}")


def _show_config(found: Config) -> int:
    """The configuration as TOML, with what holds where it says nothing."""
    import json

    from stripper.commands.terminal import show

    def value(given: Any) -> str:
        return json.dumps(given, ensure_ascii=False)

    show(f"# {found.file or f'no [tool.stripper] and no .stripper.toml; paths are relative to {found.root}'}")
    show(f"rules = {value([found.path_of(place) for place in found.rules])}")
    show(f"library = {value(found.path_of(found.library))}" if found.library else "# library: none, rules alone decide")
    show(f"keep = {value(list(found.keep))}")
    show(f"exclude = {value(list(found.exclude))}")
    show(f"keep-list = {value(found.path_of(found.keep_list))}")
    for name in ("budgets", "sources"):
        show(f"\n[{name}]")
        for key, given in getattr(found, name).items():
            show(f"{value(key)} = {value(given)}")
    return 0
