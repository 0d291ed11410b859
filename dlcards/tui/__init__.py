"""The terminal: the only part of the program that knows Rich."""
