"""A world described: read, checked, valued."""
