from tests.agents.strategies.conformance import Conformance


class TestNashSeeking(Conformance):
    name = "nash-seeking"
    variants = ({}, {"exponent": 0.5})
