"""Optimizers: how gradients become steps, one module per idea."""
