"""Negotiation domains of the field: what they hold, and the formats they come in."""
