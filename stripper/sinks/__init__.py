"""Writing: articles, removals, tags and what could not be read, to run folders, single files and standard output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stripper.errors import UsageError
from stripper.sinks.atomic import WriteError, atomic_write
from stripper.sinks.folder import read_manifest
from stripper.sinks.options import SinkOptions
from stripper.sinks.sink import Plan, Sink, StandardOutput
from stripper.sources.inputs import STDIN, Input, is_url

__all__ = ["Plan", "Sink", "SinkOptions", "WriteError", "atomic_write", "open_sink", "places", "read_manifest"]


def open_sink(out: str, inputs: Sequence[Input], options: SinkOptions) -> Sink:
    """The sink for an OUT: ``-`` for standard output, one file by its suffix, else a run folder. Writes nothing yet.

    Raises UsageError where OUT exists and may not be replaced, or where two inputs would meet at one name.
    """
    if out == STDIN:
        if options.resume:
            raise UsageError("-o -: standard output cannot be resumed; name a folder")
        return StandardOutput()
    if is_url(out):
        raise UsageError(f"{out}: OUT must be a path on this machine")
    from stripper.sinks.single import SingleFile, is_single

    if is_single(out):
        return SingleFile(Path(out), options)
    from stripper.sinks.folder import RunFolder

    return RunFolder(Path(out), inputs, options)


def places(out: str) -> list[str]:
    """The paths that a run to an OUT may write, for `find_inputs` to leave out."""
    from stripper.sinks import single

    if out == STDIN:
        return []
    return [str(path) for path in single.places(Path(out))] if single.is_single(out) else [out]
