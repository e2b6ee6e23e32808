"""The former path of `experiments.runs.negotiation`, which still works."""

from experiments.runs.negotiation import Discounting, Negotiation, negotiate

__all__ = ["Discounting", "Negotiation", "negotiate"]
