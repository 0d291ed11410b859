"""Published networks as tables of their layers, so that their sizes are counted and not typed."""
