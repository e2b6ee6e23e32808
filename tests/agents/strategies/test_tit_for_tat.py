from tests.agents.strategies.conformance import Conformance


class TestRelativeTitForTat(Conformance):
    name = "relative-tit-for-tat"
    variants = ({}, {"delay": 2})


class TestAveragedTitForTat(Conformance):
    name = "averaged-tit-for-tat"
    variants = ({}, {"window": 1}, {"window": 5})


class TestRandomTitForTat(Conformance):
    name = "random-tit-for-tat"
    variants = ({}, {"spread": 0.5}, {"delay": 3, "spread": 0.0})
