import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.negotiation.issues import Issue, Level, OutcomeSpace
from tests.negotiations import space_of

shapes = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@given(shape=shapes)
def test_outcomes_count_with_the_last_issue_fastest(shape: list[int]) -> None:
    space = space_of(*shape)
    everything = list(itertools.product(*(range(count) for count in shape)))
    assert len(space) == space.size == len(everything)
    assert [space.levels(index) for index in range(space.size)] == everything
    assert [space.index(levels) for levels in everything] == list(range(space.size))
    assert space.grid.tolist() == [list(levels) for levels in everything]


def test_an_outcome_is_shown_in_the_units_of_its_issues() -> None:
    levels: list[tuple[Level, ...]] = [(25, 15, 2.5), ("none", "all")]
    space = OutcomeSpace([Issue("tariff", levels[0]), Issue("rice", levels[1])])
    assert [space.values(k) for k in range(6)] == list(itertools.product(*levels))
    assert space.position == {"tariff": 0, "rice": 1}


def test_an_outcome_has_a_level_for_every_issue() -> None:
    with pytest.raises(ValueError, match="argument 2 is"):
        space_of(2, 3).index([1])


@given(shape=shapes, data=st.data())
def test_a_total_is_the_sum_of_the_tables_at_each_outcomes_levels(
    shape: list[int], data: st.DataObject
) -> None:
    space = space_of(*shape)
    numbers = st.floats(-100, 100)
    tables = [data.draw(st.lists(numbers, min_size=n, max_size=n)) for n in shape]
    total = space.total([np.array(table) for table in tables])
    assert total.shape == (space.size,)
    for index, levels in enumerate(itertools.product(*(range(n) for n in shape))):
        plain = sum(table[level] for table, level in zip(tables, levels, strict=True))
        assert total[index] == pytest.approx(plain, abs=1e-9)


@settings(max_examples=200)
@given(
    shape=st.lists(st.sampled_from((1, 2, 3, 4, 7, 8, 11)), min_size=1, max_size=3),
    data=st.data(),
)
def test_the_nearest_outcome_has_the_least_sum_of_relative_level_distances(
    shape: list[int], data: st.DataObject
) -> None:
    space = space_of(*shape)
    outcomes = st.integers(0, space.size - 1)
    wanted = data.draw(outcomes)
    options = sorted(data.draw(st.sets(outcomes, min_size=1, max_size=12)))

    def distance(option: int) -> int:
        # In 420ths of a range, a whole number for all these shapes: equal is equal.
        pairs = zip(space.levels(option), space.levels(wanted), shape, strict=True)
        return sum(abs(a - b) * 420 // max(n - 1, 1) for a, b, n in pairs)

    nearest = space.nearest(wanted, np.array(options))
    assert nearest == min(options, key=lambda option: (distance(option), option))


def test_distances_that_are_equal_in_sum_are_equal() -> None:
    # .1 + .2 of two ranges is .3 of one, whatever the doubles say.
    space = space_of(11, 11)
    options = np.array(sorted([space.index((0, 3)), space.index((1, 2)), space.index((3, 0))]))
    assert space.nearest(0, options) == space.index((0, 3))
    assert space.nearest(0, options[1:]) == space.index((1, 2))
