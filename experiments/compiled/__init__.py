"""The compiled engine: the rules of the rooms below, played as machine code."""
