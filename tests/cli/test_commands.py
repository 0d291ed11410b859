"""Commands end to end: what they print, and what a wrong request is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from running import dlcards

if TYPE_CHECKING:
    from pathlib import Path

WRONG = [  # arguments, exit status, what the message says
    ("reviw", 2, "Did you mean 'review'?"),
    ("review nonsense", 2, "topic 'nonsense': no deck or concept has that name"),
    ("review activation --limit 0", 2, "0 is not in the range"),
    ("review sigmoyd", 2, "did you mean 'sigmoid'"),
    ("card show nope/none", 2, "card 'nope/none': not in the decks"),
    ("card suspend activations/nope", 2, "not in the decks"),
    ("card find qwertyuiop", 2, "no card holds 'qwertyuiop'"),
    ("op show gellu", 2, "did you mean 'gelu'"),
    ("op calc relu", 2, "missing a required argument: 'input'"),
    ("op calc relu --imput 1", 2, "unknown argument '--imput' (did you mean 'input'?)"),
    ("op calc huber_loss --input 1,2 --target 1", 2, "target has shape ()"),
    ("op calc huber_loss --input 1 --target 1 --delta -1", 2, "delta is -1"),
    ("op list nonsense", 2, "no family 'nonsense'"),
    ("config new_per_dy 3", 2, "unknown setting 'new_per_dy' (did you mean 'new_per_day'"),
    ("config new_per_day many", 2, "new_per_day"),
    ("--decks /no/such review", 2, "no such file or folder"),
    ("deck new Bad_Name", 2, "is no id"),
    ("log undo", 2, "nothing to take back"),
    ("log restore /no/such", 4, "/no/such"),
]


@pytest.mark.parametrize(("arguments", "status", "said"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_request_is_one_sentence(
    arguments: str, status: int, said: str, tmp_path: Path
) -> None:
    done = dlcards(*arguments.split(), home=tmp_path)
    assert done.returncode == status
    assert said in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


CALCULATED = [
    ("relu --input -1.5", "0"),
    ("sigmoid --input 0", "0.5"),
    ("mse_loss --input [1,2] --target 3,2", "2"),
    ("conv_output_size --input-size 227 --kernel-size 11 --stride 4", "55"),
    ("softmax --input 1,1,1,1 --dim 0", "[0.25, 0.25, 0.25, 0.25]"),
    ("huber_loss --input 1/2,3 --target 0,0 --reduction sum", "2.625"),
]


@pytest.mark.parametrize(("arguments", "printed"), CALCULATED, ids=[row[0] for row in CALCULATED])
def test_op_calc(arguments: str, printed: str, tmp_path: Path) -> None:
    done = dlcards("op", "calc", *arguments.split(), home=tmp_path)
    assert (done.stdout.strip(), done.returncode) == (printed, 0)


def test_op_eval_answers_line_by_line(tmp_path: Path) -> None:
    lines = [
        {"op": "huber_loss", "args": {"input": [1, 3], "target": [0, 0]}, "wrt": ["input"]},
        {"op": "sigmoid", "args": {"input": "-inf"}},
        {"op": "nope", "args": {}},
    ]
    done = dlcards("op", "eval", home=tmp_path, input="\n".join(map(json.dumps, lines)) + "\n[1\n")
    first, second, third, fourth = map(json.loads, done.stdout.splitlines())
    assert first == {"value": 1.5, "grad": {"input": [0.5, 0.5]}}
    assert second == {"value": 0.0}
    assert "error" in third
    assert "error" in fourth


def test_a_new_deck_is_clean_and_can_be_reviewed(tmp_path: Path) -> None:
    made = tmp_path / "my-topic.yaml"
    assert dlcards("deck", "new", "my-topic", "-o", str(made), home=tmp_path).returncode == 0
    checked = dlcards("deck", "check", str(made), home=tmp_path)
    assert "no problems" in checked.stdout, checked.stdout
    assert "taken" not in dlcards("deck", "new", "my-topic", "-o", str(made), home=tmp_path).stdout
    reviewed = dlcards("--decks", str(made), "review", home=tmp_path, input="\n\n" * 10)
    assert reviewed.returncode == 0


def test_suspend_and_back(tmp_path: Path) -> None:
    key = "activations/sigmoid-formula"
    found = dlcards("card", "find", "sigmoid", home=tmp_path).stdout.split()[0]
    key = found
    assert "suspended" in dlcards("card", "suspend", key, home=tmp_path).stdout
    assert "suspended" in dlcards("card", "history", key, home=tmp_path).stdout
    assert "back" in dlcards("card", "unsuspend", key, home=tmp_path).stdout


def test_backup_and_restore(tmp_path: Path) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy.sqlite"
    dlcards("review", home=home, input="\n\n\n")
    assert dlcards("log", "backup", str(copy), home=home).returncode == 0
    (home / "log.sqlite").write_bytes(b"not a database at all" * 100)
    broken = dlcards("due", home=home)
    assert broken.returncode == 4
    assert "restore" in broken.stderr
    assert dlcards("log", "restore", str(copy), home=home).returncode == 0
    assert "equals their fold" in dlcards("log", "verify", home=home).stdout


def test_settings_are_kept_with_comments(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("# mine\nspread = false  # steady\n")
    assert "new_per_day = 5" in dlcards("config", "new_per_day", "5", home=tmp_path).stdout
    text = (tmp_path / "config.toml").read_text()
    assert "# mine" in text
    assert "new_per_day = 5" in text
    assert json.loads(dlcards("due", "--json", home=tmp_path).stdout)["new"] == 5


def test_a_pipe_that_closes_early_is_no_error(tmp_path: Path) -> None:
    import subprocess
    import sys

    script = f"{sys.executable} -m dlcards op list | head -1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True,
                          env={"DLCARDS_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"})  # fmt: skip
    assert done.stdout
    assert done.stderr == ""
