"""Rewriting a file where it stands, such that nothing of it but its content changes, and nothing is ever lost.

The new content is written beside the file and takes its place in one step. A file that this would change in another way, or
that changed since it was read, is refused and stays as it is.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stripper.sinks.atomic import AtomicFile

CHANGED = "it changed while it was checked; run again"


class Refused(Exception):
    """A file that is not rewritten. Its text says why, and what to do; the file is untouched."""


class Seen(NamedTuple):
    """A regular file as it was read.

    name: as it was given. target: the file itself, where the name is a link to it. status: what the system said of it.
    """

    name: str
    target: str
    status: os.stat_result
    data: bytes


def read(name: str, limit: int | None = None) -> Seen:
    """Read a file that may be rewritten. limit: bytes that it may have.

    Raises Refused where it is not a regular file or too large, OSError where it cannot be read.
    """
    target = os.path.realpath(name)
    # Without waiting: to open a pipe for reading is to wait for a writer.
    handle = os.open(target, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Refused("not a regular file; name files of text only")
        if limit is not None and status.st_size > limit:
            raise Refused(f"more than {limit} bytes; split it, or raise --max-document")
        return Seen(name, target, status, file.read())


def check(seen: Seen) -> None:
    """Raises Refused where a file cannot be rewritten and stay the same file."""
    if not os.path.exists(seen.target):
        raise Refused(CHANGED)
    if seen.status.st_nlink > 1:
        raise Refused(f"it has {seen.status.st_nlink} hard links, which a new file would part; copy it first")
    if not seen.status.st_mode & 0o222 or not os.access(seen.target, os.W_OK):
        raise Refused("it is read-only; make it writable first")


def rewrite(seen: Seen, data: bytes) -> None:
    """Put new content in a file's place: permissions, owner and extended attributes stay, and a link stays a link.

    Raises Refused where that cannot be, or where the file changed since it was read.
    """
    from stripper.sinks.atomic import AtomicFile, WriteError

    check(seen)
    try:
        temporary = AtomicFile(seen.target)
        try:
            _dress(temporary, seen)
            temporary.file.write(data)
            temporary.file.flush()
            _same(seen)
        except BaseException:
            temporary.abort()
            raise
        temporary.commit()
    except OSError as error:
        cause = error.__cause__ if isinstance(error, WriteError) else error
        what = cause.strerror if isinstance(cause, OSError) else None
        raise Refused(f"it cannot be written: {what or error}; make room, or its folder writable") from error


def _dress(temporary: AtomicFile, seen: Seen) -> None:
    """Give a new file the owner, permissions and extended attributes of the old one, before it has content."""
    handle = temporary.file.fileno()
    made = os.fstat(handle)
    if (made.st_uid, made.st_gid) != (seen.status.st_uid, seen.status.st_gid):
        try:
            os.fchown(handle, seen.status.st_uid, seen.status.st_gid)
        except OSError:
            raise Refused("it belongs to another user or group, which a new file would not; run as its owner") from None
    os.fchmod(handle, stat.S_IMODE(seen.status.st_mode))
    for name in _attributes(seen.target):
        value = os.getxattr(seen.target, name)
        try:
            os.setxattr(handle, name, value)
        except OSError as error:
            with suppress(OSError):
                if os.getxattr(handle, name) == value:
                    continue
            raise Refused(f"its extended attribute {name} cannot be kept: {error.strerror}") from None


def _attributes(path: str) -> list[str]:
    try:
        return os.listxattr(path)
    except (AttributeError, OSError):  # not on this system, not on this file system
        return []


def _same(seen: Seen) -> None:
    """Raises Refused where a file is no longer as it was read."""
    try:
        now = read(seen.name)
    except (OSError, Refused):
        raise Refused(CHANGED) from None
    # Times are coarse; the bytes are not.
    if now.target != seen.target or not os.path.samestat(now.status, seen.status) or now.data != seen.data:
        raise Refused(CHANGED)
    if now.status.st_nlink != seen.status.st_nlink or now.status.st_mode != seen.status.st_mode:
        raise Refused(CHANGED)
