"""The closing summary of a run."""

from __future__ import annotations

from collections import Counter

from stripper.commands.terminal import say, short
from stripper.ruleset import Policy
from stripper.tally import SHOWN, Tally

_TOP = 5


def exit_code(tally: Tally) -> int:
    """3 where something went to quarantine or came out uncut, else 0."""
    return 3 if tally.quarantined or tally.problems else 0


def full(command: str, tally: Tally, policy: Policy, wrote: str) -> None:
    """What a run did: sizes, categories, causes, all that is odd, and the account of every input."""
    verb = "marked" if command == "tag" else "removed"
    share = tally.removed / max(1, tally.characters)
    say()
    over_budget(tally, policy)
    say(
        f"{count(tally.documents, 'document')}, {tally.changed:,} of them with something {verb}: "
        f"{tally.removed:,} of {tally.characters:,} characters ({share:.1%})",
        bold=True,
    )
    for category, characters in tally.categories.most_common(SHOWN):
        say(f"  {category:<24}{characters:>12,}  {characters / max(1, tally.removed):>5.0%}")
    if more := tally.categories.most_common()[SHOWN:]:
        say(f"  {f'and {len(more)} more':<24}{sum(removed for _, removed in more):>12,}")
    _causes(tally)
    _some("problem", tally.problems)
    _some("note", tally.notes)
    account(tally)
    if wrote:
        say(wrote)


def _causes(tally: Tally) -> None:
    """The rules and Templates that removed most."""
    characters: Counter[tuple[str, str]] = Counter()
    exemplars: dict[tuple[str, str], str] = {}
    for (category, cause, exemplar), removed in tally.causes.most_common():
        characters[category, cause] += removed
        exemplars.setdefault((category, cause), exemplar)
    if characters:
        say("most by", bold=True)
    for (category, cause), removed in characters.most_common(_TOP):
        # A rule's id is dotted; what has none is a Template, known by its text.
        name = f"rule {cause}" if "." in cause else f"{category} “{short(exemplars[category, cause], 60)}”"
        say(f"  {removed:>8,}  {name}")


def odd(tally: Tally, policy: Policy, quiet: bool = False) -> None:
    """What needs a look: budgets that were exceeded, problems, and (unless quiet) notes."""
    over_budget(tally, policy)
    _some("problem", tally.problems)
    if not quiet:
        _some("note", tally.notes)
    elif tally.problems:
        account(tally)


def over_budget(tally: Tally, policy: Policy) -> None:
    over = list(tally.over_budget(policy))
    if over:
        say("MORE REMOVED THAN THE BUDGET ALLOWS; look at these before you use the output:", bold=True, fg="red")
    for line in over:
        say(f"  {line}", fg="red")


def _some(kind: str, lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        say(f"{kind}: {line}")
    if len(lines) > SHOWN:
        say(f"{kind}: and {len(lines) - SHOWN} more; stats.json has them all")


def account(tally: Tally) -> None:
    say(
        f"inputs {tally.inputs} = {tally.emitted} emitted + {tally.emptied} emptied + {tally.skipped} skipped"
        f" + {tally.quarantined} quarantined"
    )


def count(number: int, what: str) -> str:
    """``1 document``, ``2 documents``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
