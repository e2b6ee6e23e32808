"""A folder of results: written, read, put together, exported."""
