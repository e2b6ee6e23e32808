"""Pages: results in words and tables, one file per subject."""
