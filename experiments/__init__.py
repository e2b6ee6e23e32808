"""Running scenarios and reading the results: one run, its tables, its text."""
