"""A sitting as a state machine: states, events and effects, without input, output or clock."""
