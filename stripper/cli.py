"""The command line: `main` runs a command and turns what went wrong into an exit code.

Exit codes: 0 done; 1 `check` found something, or rules fail their examples; 2 usage, rules, Library or input that cannot be
used, nothing read; 3 done, with inputs in quarantine or documents uncut; 70 a fault of stripper; 130 interrupted.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Sequence

import click

from stripper import __version__
from stripper.commands.check import check
from stripper.commands.eval import eval_
from stripper.commands.explain import explain
from stripper.commands.learn import learn
from stripper.commands.library import library
from stripper.commands.restore import restore
from stripper.commands.rules import rules
from stripper.commands.runs import clean, retry, strip, tag
from stripper.commands.terminal import say
from stripper.errors import UsageError

# What a disk says that is full, broken or not to be written to: nothing that a mended stripper would do better.
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG, errno.EACCES, errno.EPERM}
_TRACEBACK = "STRIPPER_TRACEBACK"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="stripper %(version)s")
def stripper() -> None:
    """Find what repeats across documents, name it by rule, cut it out, and prove what was cut.

    \b
    Start here:
      stripper clean ARTICLES -o OUT        a folder of texts or pages in, article-only text out
      stripper explain OUT/documents/x.txt  why each part of a text stays or goes
    """


for command in (clean, learn, strip, tag, check, retry, explain, restore, rules, library, eval_):
    stripper.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (without the program's name; by default the process's own). The exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    with contextlib.suppress(ValueError):  # not the main thread, which alone may say so
        signal.signal(signal.SIGTERM, _interrupt)
    try:
        # Not `stripper.main`: it would give exit codes of its own to a closed pipe and to Ctrl-C.
        with stripper.make_context("stripper", list(sys.argv[1:] if arguments is None else arguments)) as context:
            code = stripper.invoke(context)
        sys.stdout.flush()
        return code or 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except UsageError as error:
        say(f"stripper: {error}")
        return 2
    except (KeyboardInterrupt, click.Abort):
        say("stripper: interrupted; what was published is whole, the rest was dropped; --resume goes on with a run folder")
        return 130
    except BrokenPipeError:
        return _reader_left()
    except OSError as error:
        if error.errno is not None and error.errno not in _DISK:
            return _fault(error)
        say(f"stripper: {error}")
        return 3
    except Exception as error:
        return _fault(error)


def _interrupt(number: int, frame: object) -> None:
    """SIGTERM ends a run as Ctrl-C does."""
    raise KeyboardInterrupt


def _reader_left() -> int:
    """Whoever read standard output has had enough (``| head``): an end like any other."""
    # What is still buffered would fail once more when Python closes the stream.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _fault(error: BaseException) -> int:
    say(f"stripper: {type(error).__name__}: {error}")
    say("This is a fault of stripper, not of your input; files that were not finished were dropped.")
    if os.environ.get(_TRACEBACK):
        import traceback

        say("".join(traceback.format_exception(error)))
    else:
        say(f"Please report it with what {_TRACEBACK}=1 shows when you run the same command again.")
    return 70
