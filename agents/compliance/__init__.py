"""Whether to honour the deals in force, one family of policies per file."""
