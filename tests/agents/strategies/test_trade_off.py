from tests.agents.strategies.conformance import Conformance


class TestTradeOff(Conformance):
    name = "trade-off"
    variants = ({}, {"exponent": 4.0, "band": 0.3}, {"band": 0.0})
