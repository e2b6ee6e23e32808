"""The smallest sets of terms on which a decision hangs."""

from collections.abc import Callable, Collection
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from experiments.analysis.decision import smallest_sets
from simulator.world.ground_kinds import Ground

GROUNDS = [Ground(kind) for kind in "abcdef"]


def reaching(weights: dict[Ground, float], least: float) -> Callable[[Collection[Ground]], bool]:
    def turns(left_out: Collection[Ground]) -> bool:
        return sum(weights[ground] for ground in left_out) >= least

    return turns


def test_one_that_suffices_is_found_before_two() -> None:
    weights = dict(zip(GROUNDS, (1.0, 5.0, 2.0, 2.0, 5.0, 0.0), strict=True))
    assert smallest_sets(GROUNDS, reaching(weights, 5.0)) == ((GROUNDS[1],), (GROUNDS[4],))


def test_nothing_is_found_where_all_together_do_not_suffice() -> None:
    assert smallest_sets(GROUNDS, lambda _: False) == ()


@given(
    st.lists(st.integers(0, 5), min_size=6, max_size=6),
    st.integers(1, 20),
)
def test_no_smaller_set_suffices(numbers: list[int], least: int) -> None:
    weights = {g: float(n) for g, n in zip(GROUNDS, numbers, strict=True)}
    turns = reaching(weights, least)
    found = smallest_sets(GROUNDS, turns)
    if not found:
        assert not turns(GROUNDS)
        return
    size = len(found[0])
    assert all(turns(some) and len(some) == size for some in found)
    smaller = (some for k in range(size) for some in combinations(GROUNDS, k))
    assert not any(map(turns, smaller))


def test_of_very_many_one_is_found_from_which_nothing_can_be_dropped() -> None:
    many = [Ground("ground", seat) for seat in range(40)]
    weights = {ground: float(1 + (ground.seat or 0) % 3) for ground in many}
    turns = reaching(weights, 30.0)
    (found,) = smallest_sets(many, turns)
    assert turns(found)
    assert not any(turns([g for g in found if g != dropped]) for dropped in found)
