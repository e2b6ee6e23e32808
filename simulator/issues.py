"""The former path of `simulator.negotiation.issues`, which still works."""

from simulator.negotiation.issues import MAX_OUTCOMES, Issue, Level, OutcomeSpace

__all__ = ["MAX_OUTCOMES", "Issue", "Level", "OutcomeSpace"]
