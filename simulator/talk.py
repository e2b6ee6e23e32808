"""The former path of `simulator.negotiation.talk`, which still works."""

from simulator.negotiation.talk import Talk, TalkState, rounds_of

__all__ = ["Talk", "TalkState", "rounds_of"]
