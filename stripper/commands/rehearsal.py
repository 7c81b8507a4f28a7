"""``--dry-run``: the whole run but for its writing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from stripper import run
from stripper.api import Stripper
from stripper.commands.terminal import say, short
from stripper.model import Document, Removal, Result, Skipped
from stripper.run import Settings
from stripper.sources import find_inputs, read
from stripper.tally import Tally

_SAMPLES = 12
_WIDTH = 200


class Samples:
    """The first cut of each rule and Template, to be shown by what they removed."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, Removal]] = {}
        self._removed: defaultdict[str, int] = defaultdict(int)

    def take(self, result: Result) -> None:
        for removal in result.removals:
            cause = removal.rule or removal.template or removal.category
            self._first.setdefault(cause, (result.document.key, removal))
            self._removed[cause] += removal.end - removal.start

    def show(self) -> None:
        ranked = sorted(self._first, key=lambda cause: (-self._removed[cause], cause))
        for cause in ranked[:_SAMPLES]:
            key, removal = self._first[cause]
            say(f"{key}:{removal.start}-{removal.end}  {removal.category}", bold=True)
            say(f"  - {short(removal.text, _WIDTH)}")
            say(f"  {removal.reason}")
        if len(ranked) > _SAMPLES:
            say(f"… and cuts of {len(ranked) - _SAMPLES} more rules and Templates")


def rehearse(arguments: Sequence[str], settings: Settings, learning: bool) -> tuple[Tally, Samples]:
    """Read and strip all inputs, in this process, and write nothing. learning: over the inputs, as ``clean`` does."""
    inputs = find_inputs(arguments, settings.input_format)
    if learning:
        found, _ = run.learn(arguments, settings)
        settings = replace(settings, library=found)
    strip = Stripper(settings.rules, settings.library, settings.spared, settings.rule_timeout).strip
    tally, samples = Tally(), Samples()
    for number, source in enumerate(inputs, 1):
        part, published = Tally(), True
        for item in read(source, settings.read):
            if isinstance(item, Document):
                result = strip(item)
                part.take(result, settings.rules.policy)
                samples.take(result)
            elif isinstance(item, Skipped):
                part.skip(item)
            else:
                part.reject(item)
                published = published and bool(item.where)
        tally.add(part, published or not part.documents)
        settings.progress("stripping", number, len(inputs))
    return tally, samples
