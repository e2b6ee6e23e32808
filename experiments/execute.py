"""The former path of `experiments.sweep`, which still works."""

from experiments.sweep import Progress, sweep

__all__ = ["Progress", "sweep"]
