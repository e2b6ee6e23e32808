"""Which threats stand in a week and which are due, and what carrying them out would do."""

from collections.abc import Mapping, Sequence

from simulator.scenario.specs import ThreatSpec
from simulator.world.blueprint import Blueprint

__all__ = ["ThreatRegister", "ThreatTable", "threat_table"]

#: What each party (row) gets if each (column) carries out its threats, US$ bn per year.
ThreatTable = tuple[tuple[float, ...], ...]


def threat_table(seats: Mapping[str, int], threats: Sequence[ThreatSpec]) -> ThreatTable:
    """Return what each party (row) gets if each (column) carries out its threats."""
    table = [[0.0] * len(seats) for _ in seats]
    for threat in threats:
        for party, payoff in threat.payoffs.items():
            table[seats[party]][seats[threat.by]] += payoff
    return tuple(tuple(row) for row in table)


class ThreatRegister:
    """The threats announced so far; what is due stays due until it is withdrawn."""

    def __init__(self) -> None:
        self.withdrawn: set[str] = set()  # ids
        self._due: set[str] = set()
        self._before: tuple[object, ...] = ()

    def update(
        self, blueprint: Blueprint, week: int
    ) -> tuple[list[ThreatSpec], list[ThreatSpec]] | None:
        """Return the threats that stand and those that are due; None if all is as before."""
        standing: list[ThreatSpec] = []
        due: list[ThreatSpec] = []
        for threat, announced, effective in blueprint.threats:
            if announced <= week and threat.id not in self.withdrawn:
                standing.append(threat)
                if effective <= week:
                    self._due.add(threat.id)
                if threat.id in self._due:
                    due.append(threat)
        before, self._before = self._before, (blueprint, standing, due)
        return None if before == self._before else (standing, due)
