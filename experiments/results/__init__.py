"""A folder of results: written, read, merged, exported."""
