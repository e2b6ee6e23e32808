from tests.agents.strategies.conformance import Conformance


class TestRandom(Conformance):
    name = "random"
    variants = ({}, {"accepting": 0.0}, {"accepting": 1.0})
    # It takes a draw to agree on one of several outcomes that pay alike.
    agrees_at_once = False


class TestTopFraction(Conformance):
    name = "top-fraction"
    variants = ({}, {"share": 0.5}, {"share": 1.0})
