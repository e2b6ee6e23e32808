"""The world as a user of Mesa's ``batch_run`` would write it, for the bench to compare with."""

from functools import lru_cache

from mesa import DataCollector

from agents.country import Country
from experiments.run import load
from simulator.scenario.scenario import Scenario
from simulator.world.world import World

__all__ = ["Batched"]


class Batched(World):
    """A world with a data collector, which ends itself.

    The probability is how often the United States disregards a deal at a review.
    """

    def __init__(self, probability: float, seed: int) -> None:
        super().__init__(_scenario(probability), Country, seed, ())
        self.datacollector = DataCollector(  # type: ignore[no-untyped-call]
            model_reporters={
                "deals": lambda world: len(world.ledger.deals),
                "openings": lambda world: sum(t.openings for t in world.tracks.values()),
                "trust": lambda world: sum(world.trust_matrix().values()),
            },
            agent_reporters={
                "material": lambda country: country.model.totals[country.name].material,
                "weighted": lambda country: country.model.totals[country.name].weighted,
            },
        )

    def step(self) -> None:
        """Play a week, and collect."""
        super().step()
        self.datacollector.collect(self)  # type: ignore[no-untyped-call]
        self.running = self.week < self.first.weeks


@lru_cache
def _scenario(probability: float) -> Scenario:
    return load("allies-2025", {"countries.us.compliance.probability": probability})
