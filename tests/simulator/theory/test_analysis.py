import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.theory import bargaining
from simulator.theory.analysis import Analysis, opposition
from tests.problems import GOLDEN, NOWHERE, distinct, golden_problem, problems

Floats = NDArray[np.float64]

POINTS: dict[str, Callable[..., NDArray[np.intp]]] = {
    "nash": bargaining.nash_points,
    "kalai_smorodinsky": bargaining.kalai_smorodinsky_points,
    "egalitarian": bargaining.egalitarian_points,
    "utilitarian": bargaining.utilitarian_points,
}


# -- known answers -------------------------------------------------------------------------------


@pytest.mark.parametrize("talk", GOLDEN)
def test_the_golden_talks_have_the_known_analysis(talk: dict[str, Any]) -> None:
    known = talk["analysis"]
    u, d = golden_problem(talk)
    seen = Analysis(u, d)
    assert seen.n_outcomes == talk["n_outcomes"]
    assert len(seen.frontier) == known["pareto_size"]
    assert distinct(u[seen.frontier]) == distinct(known["pareto_utils"])
    assert distinct(u[seen.nash]) == distinct(known["nash"])
    assert distinct(u[seen.egalitarian]) == distinct(known["kalai"])
    assert distinct(u[seen.utilitarian]) == distinct(known["utilitarian"])
    assert seen.opposition == pytest.approx(known["opposition"], abs=1e-12)
    # The file counts an outcome only if every party gains by it.
    assert seen.gainful_share == pytest.approx(known["rational_fraction"], abs=1e-12)
    # The file's `ks` minimises the spread of the shares of the largest gains over all outcomes;
    # here the least share over the rational ones is maximised. In these talks both are the same.
    assert distinct(u[seen.kalai_smorodinsky]) == distinct(known["ks"])


@pytest.mark.parametrize("talk", GOLDEN)
def test_the_golden_talks_have_the_known_points_of_payoffs_in_other_units(
    talk: dict[str, Any],
) -> None:
    known = talk["analysis"]
    u, d = golden_problem(talk)
    best = u[bargaining.frontier(u, d)]
    # Gains counted from one floor for all: the egalitarian point of the payoffs themselves.
    floor = np.full(len(d), u.min())
    level = bargaining.egalitarian_points(best, floor)
    assert distinct(best[level]) == distinct(known["modified_kalai_egalitarian"])
    relative = bargaining.utilitarian_points(best / u.max(axis=0), d / u.max(axis=0))
    assert distinct(best[relative]) == distinct(known["max_relative_welfare"])


# -- the parts agree with their definitions ------------------------------------------------------


def agrees(u: Floats, d: Floats, power: Sequence[float]) -> None:
    seen = Analysis(u, d)
    rounding = 1e-9 * np.ptp(u, axis=0) + 1e-13
    rational = (u >= d - rounding).all(axis=1)
    assert seen.rational.tolist() == np.flatnonzero(rational).tolist()
    assert seen.rational_share == rational.mean()
    assert seen.gainful_share == (u > d + rounding).all(axis=1).mean()
    assert seen.frontier.tolist() == bargaining.frontier(u, d).tolist()
    assert seen.ideal == pytest.approx(bargaining.ideal(u, d), abs=0, nan_ok=True)
    assert seen.points.keys() == POINTS.keys()
    for name, point in POINTS.items():
        assert seen.points[name].tolist() == point(u, d).tolist(), name
    found = bargaining.nash_points(u, d, power)
    assert seen.asymmetric_nash(power).tolist() == found.tolist()


@given(problem=problems(), power=st.lists(st.floats(0.5, 4), min_size=4, max_size=4))
def test_an_analysis_finds_what_each_function_finds(
    problem: tuple[Floats, Floats], power: list[float]
) -> None:
    u, d = problem
    agrees(u, d, power[: len(d)])


@pytest.mark.parametrize("parties", [2, 3, 4])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("grid", [1000, 12, 5])
def test_an_analysis_of_many_outcomes_finds_what_each_function_finds(
    parties: int, share: float, grid: int
) -> None:
    # Payoffs on a grid of thirds, so that many outcomes are equal but for rounding.
    rng = np.random.default_rng(grid)
    u = rng.integers(0, grid, (2000, parties)) / 3 + rng.choice([0.1 + 0.2, 0.3], (2000, parties))
    agrees(u, np.quantile(u, share, axis=0), [1.0, 2.0, 0.5, 3.0][:parties])


def test_outcomes_that_only_rounding_parts_from_a_point_are_at_it_among_many_too() -> None:
    many = np.random.default_rng(0).random((500, 2)) / 2
    u = np.concatenate([many, [[0.6, 0.1 + 0.2 + 0.3], [0.6, 0.6]]])
    seen = Analysis(u, NOWHERE)
    assert seen.frontier.tolist() == [500, 501]
    assert all(place.tolist() == [500, 501] for place in seen.points.values())


@pytest.mark.parametrize("u", [[[1.0, -1.0], [-1.0, 1.0]], np.zeros((0, 2))])
def test_without_rational_outcomes_there_is_no_point_and_no_distance(u: Any) -> None:
    seen = Analysis(u, NOWHERE)
    assert not any(place.size for place in (seen.frontier, *seen.points.values()))
    assert np.isnan(seen.ideal).all()
    assert seen.asymmetric_nash([2.0, 1.0]).size == 0
    if len(u):
        assert seen.rational_share == seen.gainful_share == 0.0
        assert all(math.isnan(gap) for gap in seen.distances(0).values())
    else:
        assert all(map(math.isnan, (seen.rational_share, seen.gainful_share, seen.opposition)))


# -- distances -----------------------------------------------------------------------------------


def test_an_outcome_is_so_far_from_each_point_and_from_the_frontier() -> None:
    u = np.array([[0.0, 10.0], [6.0, 6.0], [10.0, 0.0], [2.0, 6.0], [3.0, 2.0], [12.0, 2.0]])
    seen = Analysis(u, NOWHERE)
    assert seen.distances(3) == {
        "frontier": 4.0,
        "nash": 4.0,
        "kalai_smorodinsky": 4.0,
        "egalitarian": 4.0,
        "utilitarian": math.hypot(10, 4),
    }
    assert seen.distances(0)["frontier"] == 0.0
    assert seen.distances(0)["nash"] == math.hypot(6, 4)
    assert seen.distance(4, np.array([0, 3])) == math.hypot(1, 4)


@given(problem=problems(), data=st.data())
def test_distances_are_none_at_a_place_and_least_to_the_frontier(
    problem: tuple[Floats, Floats], data: st.DataObject
) -> None:
    u, d = problem
    seen = Analysis(u, d)
    for name, place in {"frontier": seen.frontier, **seen.points}.items():
        assert all(seen.distances(at)[name] == 0.0 for at in place)
    gaps = seen.distances(data.draw(st.integers(0, len(u) - 1)))
    assert all(gap >= gaps["frontier"] for gap in gaps.values() if len(seen.frontier))


# -- opposition ----------------------------------------------------------------------------------


def test_parties_who_want_the_same_are_not_opposed() -> None:
    assert opposition([[1.0, 3.0], [2.0, 5.0]]) == 0.0


def test_a_pie_opposes_its_parties_the_more_the_more_they_are() -> None:
    for parties in (2, 3, 4):
        assert opposition(np.eye(parties)) == math.sqrt(parties - 1)


def test_an_outcome_that_pleases_both_lessens_opposition() -> None:
    assert opposition([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]) == math.sqrt(0.5)
    assert opposition([[1.0, 0.0], [0.0, 1.0], [0.75, 0.75]]) == math.sqrt(0.125)


def test_a_party_that_can_only_lose_counts_in_shares_of_its_range() -> None:
    x, y = np.array([-1.0, -5.0, -9.0]), np.array([-9.0, -5.0, -1.0])
    assert opposition(np.stack([x, y], axis=1)) == math.sqrt(0.5)
    assert opposition(np.stack([x - 7.0, 3.0 * y], axis=1)) == math.sqrt(0.5)
    assert opposition([[1.0, -3.0], [0.5, 0.0]]) == 0.5


def test_a_party_that_is_indifferent_below_0_is_left_out_of_opposition() -> None:
    assert opposition([[1.0, 0.0, -3.0], [0.5, 0.0, -3.0]]) == 0.0


@given(problem=problems(), scale=st.lists(st.sampled_from([0.25, 2.0, 8.0]), min_size=4))
def test_opposition_does_not_depend_on_units(
    problem: tuple[Floats, Floats], scale: list[float]
) -> None:
    u, d = problem
    assert opposition(u * scale[: len(d)]) == opposition(u)
    assert opposition(u[:, ::-1]) == pytest.approx(opposition(u))


def test_every_party_needs_a_disagreement_payoff() -> None:
    with pytest.raises(ValueError, match="shorter"):
        _ = Analysis([[1.0, 2.0]], [0.0]).rational
