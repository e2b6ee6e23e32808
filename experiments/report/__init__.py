"""Runs and sweeps as pages for a browser, and as fragments for a notebook."""
