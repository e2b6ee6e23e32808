from tests.agents.strategies.conformance import Conformance


class TestResourceDependent(Conformance):
    name = "resource-dependent"
    variants = ({}, {"amount": 1.0, "opening": 0.2, "tolerance": 0.0}, {"resource": "offers"})
