"""The world as a Mesa model: what Mesa knows of it, and that it plays what a simulation plays."""

import gc
import weakref

import mesa
import pytest

from agents.country import Country
from experiments.run import Run, load, run
from simulator.world.records import TABLES
from simulator.world.world import World


def played(name: str, seed: int) -> World:
    world = World(load(name), Country, seed)
    while world.week < world.first.weeks:
        world.step()
    world.let_go()
    return world


def test_a_world_is_a_model_of_mesa_whose_agents_are_the_countries() -> None:
    world = World(load("allies-2025"), Country, seed=3)
    assert isinstance(world, mesa.Model)
    assert list(world.agents) == list(world.parties.values())
    assert world.agent_types == [Country]
    assert [agent.unique_id for agent in world.agents] == list(range(1, len(world.parties) + 1))


def test_mesa_counts_the_weeks_and_draws_from_the_seed() -> None:
    world = World(load("first-talk"), Country, seed=-3)
    for _ in range(4):
        world.step()
    assert (world.seed, world.steps, world.week, world.running) == (-3, 4, 4, True)
    assert world.random.random() == mesa.Model(rng=3).random.random()


@pytest.mark.parametrize(("name", "seed"), [("first-talk", 4), ("allies-2025", 3)])
def test_a_world_plays_what_a_simulation_plays(name: str, seed: int) -> None:
    ours, plain = Run(played(name, seed)), run(name, seed)
    assert not isinstance(plain.world, mesa.Model)
    assert ours.to_json() == plain.to_json()
    assert ours.row() == plain.row()
    for table in TABLES:
        assert ours.frame(table).equals(plain.frame(table)), table
    assert ours.summary() == plain.summary()


def test_a_world_that_mesa_has_let_go_of_is_freed() -> None:
    world = played("first-talk", 0)
    seen = weakref.ref(world)
    del world
    gc.collect()
    assert seen() is None
