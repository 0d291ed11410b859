"""The command line: parses arguments, calls, hands results to a front end.

`main` holds the only `except` of the program: a request that cannot be done becomes a sentence and
an exit status; a bug keeps its traceback.
"""

from __future__ import annotations

import os
import sys

from dlcards.errors import INTERRUPTED, DlcardsError


def main() -> None:
    """Run the program and leave with its exit status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; returns the exit status."""
    from dlcards.cli.app import command
    from dlcards.tui.terminal import Terminated, prepare

    prepare(sys.stdout)
    prepare(sys.stderr)
    try:
        try:
            return command(arguments)
        finally:
            sys.stdout.flush()  # here, where a reader that has left is noticed
    except DlcardsError as error:
        sys.stderr.write(f"dlcards: {error}\n")
        return error.status
    except KeyboardInterrupt:
        return INTERRUPTED
    except Terminated as end:
        return end.status
    except BrokenPipeError:
        # Whoever read our output has enough; what is left in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
