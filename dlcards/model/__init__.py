"""The nouns that every part of the program shares; they know nothing of files or screens."""
