"""Flashcards that compute: a spaced-repetition trainer for deep-learning interviews."""

__version__ = "0.1.0"
