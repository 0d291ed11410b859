"""Reads the folder of decks: files in, cards out, every fault as a Problem with its line."""
