"""Making the cuts of a check in place, and the file of removals that `restore` undoes them with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from stripper.hook import inplace
from stripper.hook.checking import Checked
from stripper.hook.inplace import Refused


def mend(checked: Checked, removals: str | None, run: Mapping[str, Any]) -> None:
    """Make the edits of a check in its file.

    removals: a file to which the cuts are added first, so that they are never in neither place. run: what its header says.
    Raises Refused where the file is not rewritten; it is then untouched, and nothing was added.
    """
    assert checked.seen
    if not removals:
        inplace.rewrite(checked.seen, checked.mended)
        return
    from stripper.sinks.removals import header_line, removal_lines

    lines = [removal_lines(cut.result, cut.row, cut.encoding, checked.target.path) for cut in checked.cuts]
    with _added(removals, header_line(run), b"".join(lines)):
        inplace.rewrite(checked.seen, checked.mended)


@contextmanager
def _added(name: str, header: bytes, lines: bytes) -> Iterator[None]:
    """Lines at the end of a file of removals, while the block runs and, where it ends well, for good.

    Several processes may add at once. Each run's lines follow a header of its own.
    """
    try:
        handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise Refused(f"its cuts cannot be kept in {name}: {error.strerror}") from error
    with os.fdopen(handle, "ab") as file:
        _lock(handle)
        size = file.seek(0, os.SEEK_END)
        try:
            file.write(header + lines)
            file.flush()
            os.fsync(handle)
            yield
        except BaseException as error:
            os.ftruncate(handle, size)
            if isinstance(error, OSError):
                raise Refused(f"its cuts cannot be kept in {name}: {error.strerror}") from error
            raise


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # not on Windows, where hooks of one repository run one by one unless told otherwise
        return
    fcntl.flock(handle, fcntl.LOCK_EX)
