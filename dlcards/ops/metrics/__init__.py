"""Metrics: what a model is judged by, as opposed to what it is trained on, one family a file."""
