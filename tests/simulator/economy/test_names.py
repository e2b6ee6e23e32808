"""What the shipped regions are called."""

import pytest

from simulator.economy.names import named
from simulator.economy.trade import read_trade
from simulator.scenario.field_types import is_name


def test_every_region_but_the_rest_of_the_world_has_names() -> None:
    assert {of.region for of in named().values()} == set(read_trade().regions) - {"ROW"}
    assert all(is_name(key) for key in named())


@pytest.mark.parametrize("name", ["us", "usa", "united-states", "america"])
def test_a_country_is_found_by_each_of_its_names(name: str) -> None:
    assert named()[name] == ("us", "United States", "USA")
