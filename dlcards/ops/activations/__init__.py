"""Activations by shape: saturating, rectifiers, smooth, shrinkage, simplex, gated."""
