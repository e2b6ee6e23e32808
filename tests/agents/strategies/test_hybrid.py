from tests.agents.strategies.conformance import Conformance


class TestHybrid(Conformance):
    name = "hybrid"
    variants = ({}, {"mirroring": 1.0}, {"mirroring": 0.0, "exponent": 4.0})
