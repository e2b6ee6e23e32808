from tests.agents.strategies.conformance import Conformance


class TestNiceTitForTat(Conformance):
    name = "nice-tit-for-tat"
    variants = ({}, {"deadline": 0.3})
