"""One run: played, its record, its tables, its metrics."""
