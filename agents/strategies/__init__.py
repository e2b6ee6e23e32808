"""What to offer and what to accept, one family of strategies per file."""
