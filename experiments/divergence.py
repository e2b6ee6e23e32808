"""The former path of `experiments.analysis.divergence`, which still works."""

from experiments.analysis.divergence import Divergence, compare

__all__ = ["Divergence", "compare"]
