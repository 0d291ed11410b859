"""Learning-rate schedules: what the optimizer is told at each step, one module per shape."""
