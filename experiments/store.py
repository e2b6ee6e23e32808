"""The former path of `experiments.sweep`, which still works."""

from experiments.sweep import Results, open_results

__all__ = ["Results", "open_results"]
