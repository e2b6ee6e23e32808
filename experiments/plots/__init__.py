"""Pictures: one family per file; each function takes tables and axes, draws, returns the axes."""
