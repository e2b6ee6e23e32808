"""Models of the other parties, one per file, and how wrong they are."""
