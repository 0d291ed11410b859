"""Runs the command line as `python -m dlcards`."""

from dlcards.cli import main

main()
