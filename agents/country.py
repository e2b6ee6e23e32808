"""A country: a government as an agent of Mesa."""

import mesa

from agents.government import Government
from simulator.scenario.specs import CountrySpec
from simulator.world.world import World

__all__ = ["Country"]


class Country(Government, mesa.Agent):
    """A government that is an agent of a `World`."""

    def __init__(self, world: World, spec: CountrySpec) -> None:
        mesa.Agent.__init__(self, world)
        Government.__init__(self, world, spec)
