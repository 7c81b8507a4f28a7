"""The files to check: those named, and those of folders that are named."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stripper.config import Config
from stripper.errors import UsageError
from stripper.sources.inputs import Input, find_inputs, input_at


@dataclass(frozen=True, slots=True)
class Target:
    """A file to check. path: as patterns and the keep-list have it (`Config.path_of`)."""

    input: Input
    path: str

    @property
    def name(self) -> str:
        """As it was given, to be said and opened."""
        return self.input.name


def targets(names: Sequence[str], config: Config, force_exclude: bool = False, also_out: Sequence[str] = ()) -> list[Target]:
    """The files that are named, in order, each once, and what folders hold that can be read as text.

    force_exclude: leave out what the configuration excludes even where it is named itself: a hook names every file.
    also_out: paths never to check. The Library and the keep-list in force are no documents either.
    Raises UsageError for a name that is not there.
    """
    own = {os.path.realpath(path) for path in (config.library, config.keep_list, *also_out) if path}
    found: dict[str, Target] = {}
    for name in names:
        for input, named in _inputs(name):
            path = config.path_of(input.name)
            excluded = (force_exclude or not named) and config.excludes(path)
            place = os.path.realpath(input.name)
            if not excluded and place not in own:
                found.setdefault(place, Target(input, path))
    return list(found.values())


def _inputs(name: str) -> Iterator[tuple[Input, bool]]:
    """The inputs that a name stands for, each with whether it is named itself."""
    if os.path.isdir(name):
        for input in find_inputs([name]):
            if not input.skip:
                yield input, False
    elif os.path.lexists(name):
        yield input_at(name, os.path.basename(name), named=True), True
    else:
        raise UsageError(f"{name}: no such file or folder")
