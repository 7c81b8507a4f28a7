"""``rules``: the rules in force, their tests, and their schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from stripper.commands import options
from stripper.errors import UsageError

if TYPE_CHECKING:
    from stripper.ruleset import Fault, Ruleset


@click.group(short_help="List, show and test rules.")
def rules() -> None:
    """List, show and test rules, the package's own and yours.

    \b
    Example:
      stripper rules list
      stripper rules test --rules house-rules.yaml
    """


@rules.command("list", short_help="All rules in force.")
@click.option("--count", is_flag=True, help="How many there are, by category and language.")
@options.rules
def list_(places: tuple[str, ...], count: bool) -> int:
    """All rules in force: id, category, action, level and the evidence each one asks for.

    \b
    Example:
      stripper rules list
      stripper rules list --rules house-rules.yaml | grep copyright
    """
    from stripper.commands.terminal import show as line

    ruleset = options.load_rules(places)
    if count:
        for row in _counts(ruleset):
            line(row)
        return 0
    width = max((len(rule.id) for rule in ruleset.rules), default=0)
    for rule in ruleset.rules:
        evidence = "" if rule.evidence == "alone" else " repeated"
        line(f"{rule.id:<{width}}  {rule.category:<22} {rule.action:<6} {rule.level}{evidence}")
    categories = {rule.category for rule in ruleset.rules}
    line(f"{len(ruleset.rules)} rules in {len(categories)} categories")
    return 0


def _counts(ruleset: Ruleset) -> Iterator[str]:
    """A table in Markdown: rules by category and language. A rule for several languages counts in each, once in all."""
    from collections import Counter

    held = Counter((rule.category, language) for rule in ruleset.rules for language in rule.languages or ("any",))
    every = Counter(rule.category for rule in ruleset.rules)
    languages = sorted({language for _, language in held})
    yield f"| category | all | {' | '.join(languages)} |"
    yield "|---" * (len(languages) + 2) + "|"
    for category in sorted(every):
        cells = " | ".join(str(held[category, language] or "") for language in languages)
        yield f"| {category} | {every[category]} | {cells} |"


@rules.command(short_help="One rule as it is in force.")
@click.argument("id")
@options.rules
def show(id: str, places: tuple[str, ...]) -> int:
    """One rule as it is in force, by its id or an id it had before.

    \b
    Example:
      stripper rules list
      stripper rules show copyright.line
    """
    import msgspec
    import yaml

    from stripper.commands.terminal import show as line

    ruleset = options.load_rules(places)
    rule = ruleset.get(id)
    if rule is None:
        from difflib import get_close_matches

        near = get_close_matches(id, [rule.id for rule in ruleset.rules], 3)
        advice = f"did you mean {' or '.join(near)}?" if near else "see: stripper rules list"
        raise UsageError(f"{id}: no rule has this id; {advice}")
    line(f"# {ruleset.origins[rule.id]}")
    line(yaml.safe_dump([msgspec.to_builtins(rule)], allow_unicode=True, sort_keys=False, width=100).rstrip())
    return 0


@rules.command(short_help="Run the examples of rules.")
@click.argument("files", metavar="[FILE]…", nargs=-1)
@options.rules
def test(files: tuple[str, ...], places: tuple[str, ...]) -> int:
    """Run the examples of all rules in force, or of the rules of some files, each file for itself; the exit code is 1 where
    one does not come out as it says.

    Every rule needs an example that it matches and one that it does not.

    \b
    Example:
      stripper rules test
      stripper rules test --rules house-rules.yaml
    """
    from stripper.commands.terminal import show as line
    from stripper.rulecheck import test_rules

    if files and places:
        raise UsageError("FILE and --rules: files are tested for themselves, --rules adds to all rules; give one of them")
    rulesets = _each(files) if files else [options.load_rules(places)]
    problems = [problem for ruleset in rulesets for problem in test_rules(ruleset)]
    failed = {(problem.where, problem.rule) for problem in problems if problem.fails}
    for problem in sorted(problems, key=lambda problem: problem.fails):
        line(f"{'FAILED' if problem.fails else 'note'} {problem}")
    line(f"{sum(len(ruleset.rules) for ruleset in rulesets)} rules, {len(failed)} failed")
    return 1 if failed else 0


def _each(files: tuple[str, ...]) -> list[Ruleset]:
    """The rules of some files, each read for itself. Raises RulesError with the faults of all."""
    from pathlib import Path

    from stripper.ruleset import RulesError, load

    rulesets: list[Ruleset] = []
    faults: list[Fault] = []
    for file in files:
        try:
            rulesets.append(load([Path(file)]))
        except RulesError as error:
            faults += error.errors
    if faults:
        raise RulesError(faults)
    return rulesets

@rules.command(short_help="Draft rules from what a run cut by repetition alone.")
@click.argument("run", metavar="RUN")
@click.option("--most", type=click.IntRange(min=1), default=50, show_default=True, metavar="N", help="How many drafts.")
@options.rules
def suggest(run: str, most: int, places: tuple[str, ...]) -> int:
    """Draft rules, as a rules file, for what RUN (an OUT of clean) cut by repetition alone; those that cut most come first.

    A draft takes the narrowest scope that fits, and its examples from the run: what was cut, and the kept text most like it.
    Read each one, name its category, and widen it where you know more.

    \b
    Example:
      stripper clean archive/ -o cleaned
      stripper rules suggest cleaned > house-rules.yaml
    """
    from stripper.suggest import as_yaml
    from stripper.suggest import suggest as drafts

    made = drafts(run, options.load_rules(places), most)
    click.echo(as_yaml(made) if made else "[]  # all that this run cut is named by rules")
    return 0


@rules.command(short_help="JSON Schema of rules files.")
def schema() -> int:
    """JSON Schema of rules files, for editors.

    \b
    Example:
      stripper rules schema > rules.schema.json
      # and in a rules file:  # yaml-language-server: $schema=rules.schema.json
    """
    import json

    from stripper.ruleset import schema as made

    click.echo(json.dumps(made(), indent=2))
    return 0
