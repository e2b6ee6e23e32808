"""The former path of `experiments.design.axis`, which still works."""

from experiments.design.axis import KEYS, Axis, assigned, vary

__all__ = ["KEYS", "Axis", "assigned", "vary"]
