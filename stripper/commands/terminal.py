"""What a person sees while a command runs. Everything goes to standard error: standard output is for results."""

from __future__ import annotations

import re
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

# Control, format (zero-width, bidi) and surrogate characters, and the line separators beside the line feed.
_hidden = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0001-\U000e007f]"
)
# Seconds between two lines of progress where there is no terminal.
_PACE = 10.0


def visible(text: str) -> str:
    """Text from anywhere made safe to print: characters that steer a terminal or cannot be seen stand as ``<U+202E>``."""
    return _hidden.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)


def short(text: str, width: int = 70) -> str:
    """A text on one line, its middle left out where it is longer than ``width``."""
    line = visible(" ".join(text.split()))
    if len(line) <= width:
        return line
    tail = width // 3
    return f"{line[: width - tail - 3].rstrip()} … {line[-tail:].lstrip()}"


def say(text: str = "", **style: Any) -> None:
    """A line on standard error. style: as `click.style` takes it; left out where it is no terminal."""
    click.secho(visible(text), err=True, **style)


def show(text: str = "", **style: Any) -> None:
    """A line on standard output."""
    click.secho(visible(text), **style)


class Steps:
    """Progress of a run: a bar on a terminal, a line now and then elsewhere, nothing when quiet."""

    def __init__(self, quiet: bool) -> None:
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._step = ""
        self._quiet = quiet
        self._said = time.monotonic()
        if not quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                SpinnerColumn,
                TextColumn,
                TimeElapsedColumn,
            )

            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bar = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)

    def __enter__(self) -> Steps:
        if self._bar:
            self._bar.start()
            self._task = self._bar.add_task("reading", total=None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def tell(self, line: str) -> None:
        """Say something that is no progress."""
        if not self._quiet:
            say(line)

    def __call__(self, step: str, done: int, total: int) -> None:
        """A step has done with so many of the inputs."""
        if self._bar and self._task is not None:
            if step != self._step:
                self._bar.reset(self._task)
            self._bar.update(self._task, description=step, completed=done, total=total)
        elif not self._quiet and (done == total or time.monotonic() - self._said >= _PACE):
            say(f"{step}: {done} of {total} inputs")
            self._said = time.monotonic()
        self._step = step
