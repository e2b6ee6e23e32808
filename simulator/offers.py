"""The former path of `simulator.negotiation.offers`, which still works."""

from simulator.negotiation.offers import Offer, Response

__all__ = ["Offer", "Response"]
