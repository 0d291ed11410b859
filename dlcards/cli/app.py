"""The commands and their options; each one's work is in a module of its own, imported when it runs."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import Annotated

import typer

from dlcards import __version__
from dlcards.cli.rim import Rim

Context = typer.Context
LOOSE = {"ignore_unknown_options": True}  # so that -1.5 is a number and no option

app = typer.Typer(
    name="dlcards", rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=True,
    help="Get ready for deep-learning interviews: flashcards that compute, in the terminal.",
    epilog="Without a command: what today holds; Enter starts the review.",
)  # fmt: skip


def group(name: str, text: str) -> typer.Typer:
    """Add a group of commands."""
    made = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help=text)
    app.add_typer(made, name=name)
    return made


deck = group("deck", "Decks: list, check, begin a new one, the schema for editors.")
card = group("card", "Cards: find, show, history, suspend, unsuspend.")
op = group("op", "The reference implementations: list, show, calculate.")
log = group("log", "The review log: verify, undo, backup, restore.")


def command(arguments: list[str]) -> int:
    """Run the command line; click's own complaints become exit status 2."""
    result = typer.main.get_command(app)(arguments, prog_name="dlcards", standalone_mode=True)
    return int(result or 0)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"dlcards {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: Context,
    decks: Annotated[list[Path], typer.Option(envvar="DLCARDS_DECKS", help="A deck file or folder instead of yours and the shipped ones; may be repeated.")] = [],  # noqa: B006
    plain: Annotated[bool | None, typer.Option("--plain/--no-plain", help="Linear output without boxes, for screen readers.")] = None,
    _asked: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:  # fmt: skip
    """Set up what every command shares."""
    context.obj = Rim(list(decks), plain)
    if context.invoked_subcommand is None:
        from dlcards.cli import review

        review.today(context.obj)


@app.command()
def review(
    context: Context,
    topics: Annotated[list[str] | None, typer.Argument(metavar="[TOPIC]...", help="Decks or concepts; all by default.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many cards.")] = None,
    new: Annotated[int | None, typer.Option(min=0, help="New cards in this sitting, instead of the day's limit.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="No new question after that.")] = None,
    cram: Annotated[bool, typer.Option("--cram", help="All cards of the topics, due or not; moves no schedule.")] = False,
    ahead: Annotated[int, typer.Option(min=0, max=365, metavar="DAYS", help="Also what falls due in the next days.")] = 0,
    seed: Annotated[int | None, typer.Option(help="Fix every draw, to see the same numbers again.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Speak JSON lines: one state out, one event in.")] = False,
) -> None:  # fmt: skip
    """Review what is due and meet new cards.

    Keys: space or Enter reveals, 1-4 grade, Enter takes the suggestion, h hint, u undo, e edit,
    b bury, s suspend, ? help, q quit. Every grade is saved at once.
    """
    from dlcards.cli import review as work
    from dlcards.cli.sitting import Wish

    wish = Wish(tuple(topics or ()), limit, new, minutes, cram, ahead, seed)
    work.review(context.obj, wish, json=json)


@app.command()
def due(
    context: Context,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Say what is due today, by topic."""
    from dlcards.cli import due as work

    work.due(context.obj, json=json)


@app.command()
def stats(
    context: Context,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Show reviews, retention by topic, the load to come, the streak, leeches."""
    from dlcards.cli import stats as work

    work.stats(context.obj, json=json)


@app.command()
def config(
    context: Context,
    name: Annotated[str | None, typer.Argument(help="A setting.")] = None,
    value: Annotated[str | None, typer.Argument(help="Its new value.")] = None,
) -> None:
    """Show the settings and where every file lives; with NAME VALUE, change one.

    Example: dlcards config new_per_day 20
    """
    from dlcards.cli import settings as work

    work.settings(context.obj, name, value)


@deck.command("list")
def deck_list(context: Context, json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the decks with their cards, and where they lie."""
    from dlcards.cli import deck as work

    work.list_(context.obj, json=json)


@deck.command("check")
def deck_check(
    context: Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="Deck files or folders; all decks by default.")] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Read and lint only; compute nothing.")] = False,
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:  # fmt: skip
    """Check decks: structure, the rules of good cards, every number by computing."""
    from dlcards.cli import deck as work

    work.check(context.obj, list(paths or ()), prove=not fast, json=json)


@deck.command("coverage")
def deck_coverage(
    context: Context,
    topic: Annotated[str, typer.Argument(help="One deck or concept; the whole syllabus by default.")] = "",
    seed: Annotated[bool, typer.Option("--seed", help="By the bullets of the topic list instead.")] = False,
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:  # fmt: skip
    """Show what of the syllabus is asked, concept by aspect."""
    from dlcards.cli import coverage as work

    work.coverage(context.obj, topic, seed=seed, json=json)


@deck.command("new")
def deck_new(
    context: Context,
    name: Annotated[str, typer.Argument(help="The id of the deck, such as my-optimisers.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file; your deck folder by default.")] = None,
) -> None:  # fmt: skip
    """Begin a deck with one example card of every kind."""
    from dlcards.cli import deck as work

    work.new(context.obj, name, out)


@deck.command("schema")
def deck_schema() -> None:
    """Print the JSON Schema of decks, for editors."""
    from dlcards.cli import deck as work

    work.schema()


@card.command("find")
def card_find(
    context: Context, words: list[str], json: Annotated[bool, typer.Option("--json")] = False
) -> None:
    """Find cards by words of their id or text."""
    from dlcards.cli import card as work

    work.find(context.obj, words, json=json)


@card.command("show")
def card_show(
    context: Context,
    key: Annotated[str, typer.Argument(help="Such as losses-core/mse-mean-of-squares.")],
    seed: Annotated[int, typer.Option(help="Which variant of a card whose numbers are drawn.")] = 0,
) -> None:
    """Show a card with its answer."""
    from dlcards.cli import card as work

    work.show(context.obj, key, seed)


@card.command("history")
def card_history(
    context: Context, key: str, json: Annotated[bool, typer.Option("--json")] = False
) -> None:
    """Show every review of a card and when it comes back."""
    from dlcards.cli import card as work

    work.history(context.obj, key, json=json)


@card.command("suspend")
def card_suspend(context: Context, keys: list[str]) -> None:
    """Hide cards until they are unsuspended."""
    from dlcards.cli import card as work

    work.suspend(context.obj, keys, hide=True)


@card.command("unsuspend")
def card_unsuspend(context: Context, keys: list[str]) -> None:
    """Bring suspended cards back."""
    from dlcards.cli import card as work

    work.suspend(context.obj, keys, hide=False)


@op.command("list")
def op_list(
    family: Annotated[str, typer.Argument(help="Such as losses or activations.")] = "",
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List the ops by family, each with what it is in one breath."""
    from dlcards.cli import op as work

    work.list_(family, json=json)


@op.command("show")
def op_show(context: Context, name: str) -> None:
    """Show an op: formula, gradient, plot, worked example, paper, pitfall."""
    from dlcards.cli import op as work

    work.show(context.obj, name)


@op.command("compare")
def op_compare(
    context: Context,
    names: list[str],
    plot: Annotated[bool, typer.Option("--plot", help="Draw them over one axis.")] = False,
    derivative: Annotated[bool, typer.Option("--derivative", help="Their derivatives instead.")] = False,
) -> None:  # fmt: skip
    """Put elementwise ops side by side.

    Example: dlcards op compare relu gelu silu --plot
    """
    from dlcards.cli import op as work

    work.compare(context.obj, names, plot=plot, derivative=derivative)


@op.command("calc", context_settings=LOOSE | {"allow_extra_args": True})
def op_calc(
    context: Context,
    name: str,
    grad: Annotated[bool, typer.Option("--grad", help="The gradients as well.")] = False,
    steps: Annotated[bool, typer.Option("--steps", help="The op's own lines with their values.")] = False,
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:  # fmt: skip
    """Compute an op: each argument as --NAME VALUE.

    Example: dlcards op calc huber_loss --input 0.5,3 --target 0,0 --delta 1 --steps
    """
    from dlcards.cli import op as work

    work.calc(context.obj, name, context.args, grad=grad, steps=steps, json=json)


@op.command("eval")
def op_eval() -> None:
    """Answer JSON lines: {"op": …, "args": {…}, "wrt": […], "grad_output": …} → value and grad."""
    from dlcards.cli import op as work

    work.evaluate()


@log.command("verify")
def log_verify(context: Context) -> None:
    """Prove that the schedule equals the fold of all reviews."""
    from dlcards.cli import log as work

    work.verify(context.obj)


@log.command("undo")
def log_undo(context: Context) -> None:
    """Take back the last grade."""
    from dlcards.cli import log as work

    work.undo(context.obj)


@log.command("backup")
def log_backup(context: Context, target: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Copy the log to a file, whole even while a review runs."""
    from dlcards.cli import log as work

    work.backup(context.obj, target)


@log.command("restore")
def log_restore(context: Context, source: Path) -> None:
    """Put a backup in the log's place; the log that was there is kept beside it."""
    from dlcards.cli import log as work

    work.restore(context.obj, source)


@log.command("rebuild")
def log_rebuild(context: Context) -> None:
    """Derive the schedule again from all reviews."""
    from dlcards.cli import log as work

    work.rebuild(context.obj)
