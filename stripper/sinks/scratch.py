"""Folders for what a run puts by for itself."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stripper.sinks.atomic import hold

_PREFIX = "stripper-"
# Seconds after which a folder that nobody holds was left by a killed run, and is none that is being made.
_OLD = 60.0


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone when the block ends; those that killed runs left are deleted before."""
    _sweep(Path(tempfile.gettempdir()))
    folder = tempfile.mkdtemp(prefix=_PREFIX)
    handle = os.open(folder, os.O_RDONLY)
    hold(handle)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _sweep(place: Path) -> None:
    for folder in place.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if not folder.is_dir() or folder.is_symlink() or status.st_uid != os.getuid():
                continue
            if time.time() - status.st_mtime < _OLD:
                continue
            handle = os.open(folder, os.O_RDONLY)
            try:
                # Not `hold`: where there are no locks, nobody can know whether it is still in use.
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)
