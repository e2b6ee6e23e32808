"""The world: the simulation as a model of Mesa."""

from collections.abc import Iterable

import mesa

from simulator.scenario.scenario import Scenario
from simulator.world.simulation import MakeParty, Simulation

__all__ = ["World"]


class World(Simulation, mesa.Model):
    """A simulation that is a Mesa model: with ``agents``, ``steps``, collectors and batch runs.

    It plays what a simulation plays, which does not wait for Mesa to be imported.

    Parameters
    ----------
    scenario, make_party, seed, tables
        As of a `Simulation`; parties of the class `agents.country.Country` are its agents.
    """

    def __init__(
        self,
        scenario: Scenario,
        make_party: MakeParty,
        seed: int = 0,
        tables: Iterable[str] | None = None,
    ) -> None:
        mesa.Model.__init__(self, rng=abs(int(seed)))
        Simulation.__init__(self, scenario, make_party, seed, tables)

    def let_go(self) -> None:
        """Have Mesa forget a finished world: it counts the agents of every model there ever was."""
        counters = getattr(mesa.Agent, "_ids", None)
        if counters is not None:
            counters.pop(self, None)
