"""A small client of `dlcards review --json`: reads a state, sends an event, each a line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds for which a process may keep its peace before the test gives up
State = dict[str, Any]
Event = dict[str, Any]


class Ended(Exception):
    """The program ended where a state was expected."""


def environ(home: Path, now: str = "") -> dict[str, str]:
    """Return an environment in which everything of the learner lies in one folder."""
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "DLCARDS_HOME": str(home), "DLCARDS_NOW": now, "PYTHONPATH": paths}


def dlcards(home: Path, *words: str, now: str = "") -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "dlcards", *words], env=environ(home, now), text=True,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


class Sitting:
    """A review in a process of its own; use it in a `with` statement, which kills what still runs."""

    def __init__(self, home: Path, *words: str, now: str = "") -> None:
        pipe = subprocess.PIPE
        self.notices: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dlcards", "review", "--json", *words],
            env=environ(home, now), stdin=pipe, stdout=pipe, stderr=pipe, text=True, bufsize=1,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def state(self) -> State:
        """Wait for the next state, past what is said beside it; raises Ended where there is none."""
        while True:
            line = self._line()
            if "state" in line:
                return line
            self.notices += map(str, line.values())

    def _line(self) -> State:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.endswith("\n"):  # cut short by a kill: nothing was acknowledged
            raise Ended
        found: State = json.loads(line)
        return found

    def tell(self, event: str, **fields: Any) -> None:
        """Send an event; raises Ended where nobody listens any more."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({"event": event, **fields}) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Ended from None

    def ask(self, event: str, **fields: Any) -> State:
        """Send an event and return the state that follows."""
        self.tell(event, **fields)
        return self.state()

    def end(self) -> tuple[list[State], str, int]:
        """Close the input; return the states still to come, what was said in error, the status."""
        out, said = self.process.communicate(timeout=PATIENCE)
        return [json.loads(line) for line in out.splitlines()], said, self.process.returncode


class Conversation:
    """Both standard streams of a review in this process: what is written decides what is read."""

    encoding = "utf-8"

    def __init__(self, reply: Callable[[State], Event]) -> None:
        self.states: list[State] = []
        self.notices: list[str] = []
        self._reply = reply

    def write(self, text: str) -> int:
        """Take in a state, or what is said beside it."""
        for line in map(json.loads, text.splitlines()):
            if "state" in line:
                self.states.append(line)
            else:
                self.notices += map(str, line.values())
        return len(text)

    def readline(self, _most: int = -1) -> str:
        """Answer the last state."""
        return json.dumps(self._reply(self.states[-1])) + "\n"

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return False
