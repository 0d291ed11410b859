"""Recurrent networks: one step, whole stacks through time, the textbook's variants, training."""
