import mesa

from agents.country import Country
from agents.government import Government
from experiments.run import load
from simulator.world.simulation import Simulation
from simulator.world.world import World


def test_a_country_is_an_agent_of_mesa_and_a_government() -> None:
    assert issubclass(Country, mesa.Agent)
    assert issubclass(Country, Government)
    world = World(load("first-talk"), Country)
    home = world.parties["home"]
    assert isinstance(home, Country)
    assert (home.name, home.unique_id, home.model, home.world) == ("home", 1, world, world)


def test_a_government_is_no_agent_and_needs_no_model() -> None:
    assert not issubclass(Government, mesa.Agent)
    simulation = Simulation(load("first-talk"), Government)
    assert [type(party) for party in simulation.parties.values()] == [Government, Government]
