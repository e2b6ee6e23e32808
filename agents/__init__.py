"""The countries and what they are made of: strategies, trust models, compliance policies."""
