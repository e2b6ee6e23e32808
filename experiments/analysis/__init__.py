"""Statistics and questions about results: values that know their own table."""

from experiments.analysis.intervals import half_width, precision, replications_needed, summarize

__all__ = ["half_width", "precision", "replications_needed", "summarize"]
