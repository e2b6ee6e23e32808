import math
from collections.abc import Callable
from itertools import chain, permutations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from simulator.theory.bargaining import (
    distance,
    egalitarian_points,
    frontier,
    ideal,
    kalai_smorodinsky_points,
    nash_points,
    utilitarian_points,
)
from tests.problems import NOWHERE, additive, distinct, domains, family, problems

Floats = NDArray[np.float64]
Point = Callable[[ArrayLike, ArrayLike], NDArray[np.intp]]

POINTS: dict[str, Point] = {
    "nash": nash_points,
    "kalai_smorodinsky": kalai_smorodinsky_points,
    "egalitarian": egalitarian_points,
    "utilitarian": utilitarian_points,
}
#: Of two to four parties: whole-numbered with many ties, and as issues make them.
either = st.one_of(problems(), problems(), domains())


# -- known answers -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", family("axiomatic_discrete"))
def test_a_discrete_talk_has_the_known_points(case: dict[str, Any]) -> None:
    given, expected = case["inputs"], case["expected"]
    issues, parties = list(given["issues"]), list(given["weights"])
    u = additive(
        [[given["weights"][p][i] for i in issues] for p in parties],
        [[given["values"][p][i] for i in issues] for p in parties],
    )
    d = given["d"]
    assert len(u) == expected["n_outcomes"]
    assert (u >= d).all(axis=1).sum() == expected["n_individually_rational"]
    assert len(frontier(u, d)) == expected["n_pareto"]
    assert distinct(u[frontier(u, d)]) == distinct(expected["pareto_u"])
    assert ideal(u, d) == pytest.approx(expected["ideal"], abs=case["tol"])
    for name, point in POINTS.items():
        where = expected[name]["outcome"]
        levels = [given["issues"][i].index(where[i]) for i in issues]
        index = np.ravel_multi_index(levels, [len(given["issues"][i]) for i in issues])
        assert point(u, d).tolist() == [index], name
        assert u[index] == pytest.approx(expected[name]["u"], abs=case["tol"])
    assert len(nash_points(u, d)) == expected["n_nash_maximisers"]
    assert len(utilitarian_points(u, d)) == expected["n_utilitarian_maximisers"]
    product_there = float(np.prod(u[nash_points(u, d)[0]] - d))
    assert product_there == pytest.approx(expected["nash_product"], abs=case["tol"])


FRONTIERS: dict[str, Callable[[Floats], Floats]] = {
    "u2 = 1 - u1**2, 0<=u1<=1": lambda x: 1 - x**2,
    "u2 = 2*(1-u1)": lambda x: 2 * (1 - x),
    "u2 = 1-u1": lambda x: 1 - x,
}


def curve(name: str, steps: int) -> Floats:
    x = np.arange(steps + 1) / steps
    return np.stack([x, FRONTIERS[name](x)], axis=1)


@pytest.mark.parametrize("case", family("axiomatic_continuous"))
def test_a_finely_cut_frontier_has_the_known_points(case: dict[str, Any]) -> None:
    given, expected = case["inputs"], case["expected"]
    # A point lies on the grid of the straight one, and within a step on that of the curved one.
    u = curve(given["frontier"], 3000 if case["tol"] < 1e-6 else 300_000)
    assert len(frontier(u, given["d"])) == len(u)
    assert ideal(u, given["d"]) == pytest.approx(expected["ideal"], abs=case["tol"])
    for name, point in POINTS.items():
        found = u[point(u, given["d"])]
        assert found == pytest.approx(np.array([expected[name]]), abs=case["tol"]), name


@pytest.mark.parametrize("case", family("asymmetric_nash"))
def test_bargaining_power_moves_the_nash_point_as_known(case: dict[str, Any]) -> None:
    given = case["inputs"]
    u = curve(given["frontier"], 1000)
    power = (given["alpha1"], 1 - given["alpha1"])
    found = u[nash_points(u, given["d"], power)]
    assert found == pytest.approx(np.array([case["expected"]["nash"]]), abs=case["tol"])


@pytest.mark.parametrize("case", family("nash_risk_aversion"))
def test_the_more_risk_averse_party_gets_the_known_lesser_share(case: dict[str, Any]) -> None:
    x = np.arange(30_001) / 30_000
    exponent = float(case["inputs"]["u1"].removeprefix("x**"))
    u = np.stack([x**exponent, 1 - x], axis=1)
    found = x[nash_points(u, case["inputs"]["d"])]
    assert found == pytest.approx([case["expected"]["x1"]], abs=case["tol"])


# -- the frontier --------------------------------------------------------------------------------


def test_only_rational_outcomes_make_the_frontier() -> None:
    u = [[5.0, -1.0], [3.0, 1.0], [2.0, 0.5], [0.0, 4.0]]
    assert frontier(u, [1.0, 0.0]).tolist() == [1]
    assert frontier(u, NOWHERE).tolist() == [1, 3]
    assert ideal(u, NOWHERE).tolist() == [3.0, 4.0]


# -- every point ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", POINTS)
@given(problem=either)
def test_points_are_on_the_frontier(name: str, problem: tuple[Floats, Floats]) -> None:
    u, d = problem
    found, best = POINTS[name](u, d), frontier(u, d)
    assert set(found.tolist()) <= set(best.tolist())
    assert (len(found) == 0) == (len(best) == 0)
    assert found.tolist() == sorted(found.tolist())


@given(problem=problems())
def test_points_maximise_what_they_are_named_for(problem: tuple[Floats, Floats]) -> None:
    u, d = problem
    best = frontier(u, d)
    if not len(best):
        return
    gains = u[best] - d
    top = gains.max(axis=0)
    scores = {
        "nash": gains.prod(axis=1),
        "egalitarian": gains.min(axis=1),
        "utilitarian": gains.sum(axis=1),
        "kalai_smorodinsky": np.min(gains[:, top > 0] / top[top > 0], axis=1, initial=1),
    }
    for name, score in scores.items():
        ties = best[score >= score.max() - 1e-12]
        assert POINTS[name](u, d).tolist() == ties.tolist(), name


@pytest.mark.parametrize("name", POINTS)
@given(problem=either, data=st.data())
def test_points_do_not_depend_on_the_order_of_seats(
    name: str, problem: tuple[Floats, Floats], data: st.DataObject
) -> None:
    u, d = problem
    seats = data.draw(st.permutations(range(len(d))))
    assert POINTS[name](u[:, seats], d[seats]).tolist() == POINTS[name](u, d).tolist()


@pytest.mark.parametrize("name", POINTS)
@given(problem=problems(most=12))
def test_points_are_symmetric_in_symmetric_games(name: str, problem: tuple[Floats, Floats]) -> None:
    seatings = [list(seats) for seats in permutations(range(problem[0].shape[1]))]
    u = np.concatenate([problem[0][:, seats] for seats in seatings])
    d = np.full(u.shape[1], problem[1].min())
    found = u[POINTS[name](u, d)]
    for seats in seatings:
        assert distinct(found[:, seats]) == distinct(found)


@pytest.mark.parametrize("name", POINTS)
@given(problem=problems(), data=st.data())
def test_the_order_of_outcomes_does_not_matter(
    name: str, problem: tuple[Floats, Floats], data: st.DataObject
) -> None:
    u, d = problem
    order = np.array(data.draw(st.permutations(range(len(u)))))
    assert sorted(order[POINTS[name](u[order], d)].tolist()) == POINTS[name](u, d).tolist()


@pytest.mark.parametrize("name", POINTS)
def test_where_nothing_is_rational_there_is_no_point(name: str) -> None:
    assert POINTS[name]([[1.0, -1.0], [-1.0, 1.0]], NOWHERE).tolist() == []
    assert POINTS[name](np.zeros((0, 2)), NOWHERE).tolist() == []
    assert np.isnan(ideal(np.zeros((0, 2)), NOWHERE)).all()


@pytest.mark.parametrize("name", POINTS)
def test_where_only_disagreement_is_rational_it_is_the_point(name: str) -> None:
    assert POINTS[name]([[0.0, 0.0], [1.0, -1.0], [0.0, 0.0]], NOWHERE).tolist() == [0, 2]


@pytest.mark.parametrize("name", POINTS)
def test_a_party_without_gain_leaves_the_others_their_frontier(name: str) -> None:
    assert POINTS[name]([[0.0, 1.0], [0.0, 3.0], [0.0, 2.0]], NOWHERE).tolist() == [1]


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_outcomes_equal_up_to_rounding_are_all_reported(name: str, scale: float) -> None:
    u = scale * np.array([[0.1 + 0.2, 0.3], [0.3, 0.1 + 0.2], [0.3, 0.3], [0.4, 0.1]])
    assert POINTS[name](u, NOWHERE).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("name", "index"),
    [("nash", 2), ("kalai_smorodinsky", 2), ("egalitarian", 1), ("utilitarian", 2)],
)
@pytest.mark.parametrize("scale", [1e-15, 1.0, 1e15])
def test_a_tie_is_measured_on_the_scale_of_the_payoffs(name: str, index: int, scale: float) -> None:
    u = scale * np.array([[1.0, 2.1], [2.0, 2.0], [3.0, 1.5]])
    assert POINTS[name](u, NOWHERE).tolist() == [index]


@pytest.mark.parametrize("name", ["egalitarian", "utilitarian"])
@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_a_tie_is_what_differs_by_less_than_a_trillionth(name: str, scale: float) -> None:
    for less, best in ((5e-13, [0, 1]), (2e-12, [0])):
        u = scale * np.array([[1.0, 0.5], [0.5 - less, 1.0]])
        assert POINTS[name](u, NOWHERE).tolist() == best


# -- axioms --------------------------------------------------------------------------------------

scales = st.lists(st.sampled_from([0.125, 0.5, 2.0, 64.0]), min_size=4, max_size=4)
shifts = st.lists(st.integers(-50, 50), min_size=4, max_size=4)
powers = st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=4, max_size=4)


@pytest.mark.parametrize("name", ["nash", "kalai_smorodinsky"])
@given(problem=problems(), scale=scales, shift=shifts)
def test_nash_and_kalai_smorodinsky_do_not_depend_on_the_scale_of_payoffs(
    name: str, problem: tuple[Floats, Floats], scale: list[float], shift: list[int]
) -> None:
    u, d = problem
    by, to = np.array(scale[: len(d)]), np.array(shift[: len(d)])
    assert POINTS[name](u * by + to, d * by + to).tolist() == POINTS[name](u, d).tolist()


@pytest.mark.parametrize("name", ["nash", "kalai_smorodinsky"])
@given(
    problem=domains(),
    scale=st.lists(st.floats(0.1, 100), min_size=4, max_size=4),
    shift=st.lists(st.floats(-10, 10), min_size=4, max_size=4),
)
def test_nash_and_kalai_smorodinsky_do_not_depend_on_units(
    name: str, problem: tuple[Floats, Floats], scale: list[float], shift: list[float]
) -> None:
    u, d = problem
    by, to = np.array(scale[: len(d)]), np.array(shift[: len(d)])
    # What disagreement gives stays rational whatever is rounded.
    below = d - 1e-6
    found = POINTS[name](u * by + to, below * by + to)
    assert found.tolist() == POINTS[name](u, below).tolist()


@given(problem=either, scale=scales, shift=shifts, power=powers)
def test_unequal_power_does_not_depend_on_the_scale_of_payoffs(
    problem: tuple[Floats, Floats], scale: list[float], shift: list[int], power: list[float]
) -> None:
    u, d = problem
    by, to, weights = np.array(scale[: len(d)]), np.array(shift[: len(d)]), power[: len(d)]
    below = d - 2.0**-20
    found = nash_points(u * by + to, below * by + to, weights)
    assert found.tolist() == nash_points(u, below, weights).tolist()


@pytest.mark.parametrize("name", ["egalitarian", "utilitarian"])
def test_egalitarian_and_utilitarian_depend_on_the_scale_of_payoffs(name: str) -> None:
    u = np.array([[1.0, 5.0], [2.0, 3.0], [4.0, 1.0]])
    assert POINTS[name](u, NOWHERE).tolist() != POINTS[name](u * [8.0, 0.5], NOWHERE).tolist()


@pytest.mark.parametrize("name", ["nash", "egalitarian", "utilitarian"])
@given(problem=either, data=st.data())
def test_irrelevant_alternatives_do_not_matter(
    name: str, problem: tuple[Floats, Floats], data: st.DataObject
) -> None:
    u, d = problem
    found = POINTS[name](u, d)
    others = st.lists(st.integers(0, len(u) - 1), max_size=len(u))
    kept = sorted({*found.tolist(), *data.draw(others)})
    again = POINTS[name](u[kept], d)
    assert [kept[i] for i in again] == found.tolist()


def test_irrelevant_alternatives_do_matter_to_kalai_smorodinsky() -> None:
    u = np.array([[1.0, 4.0], [2.0, 3.0], [3.0, 1.9], [8.0, 0.0]])
    assert kalai_smorodinsky_points(u, NOWHERE).tolist() == [2]
    assert kalai_smorodinsky_points(u[:3], NOWHERE).tolist() == [1]


@given(problem=either, data=st.data())
def test_more_outcomes_never_lower_the_least_gain_at_the_egalitarian_point(
    problem: tuple[Floats, Floats], data: st.DataObject
) -> None:
    u, d = problem
    some = u[: data.draw(st.integers(1, len(u)))]
    before, after = egalitarian_points(some, d), egalitarian_points(u, d)
    if len(before):
        assert (u[after[0]] - d).min() >= (some[before[0]] - d).min()


def free_disposal(corners: list[list[int]]) -> Floats:
    """Return every whole-numbered outcome in which somebody throws away part of another."""
    boxes = (product(*(range(most + 1) for most in corner)) for corner in corners)
    return np.array(sorted(set(chain.from_iterable(boxes))), dtype=float)


@st.composite
def growths(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Draw a problem with free disposal, two to four parties, and one with more outcomes."""
    p = draw(st.integers(2, 4))
    corner = st.lists(st.integers(1, {2: 12, 3: 6, 4: 4}[p]), min_size=p, max_size=p)
    few, more = (draw(st.lists(corner, min_size=least, max_size=4)) for least in (1, 0))
    return free_disposal(few), free_disposal(few + more)


@given(growth=growths())
def test_egalitarian_is_monotone(growth: tuple[Floats, Floats]) -> None:
    # In whole steps all get at least what all could get before.
    small, large = growth
    nowhere = np.zeros(small.shape[1])
    before = small[egalitarian_points(small, nowhere)].min()
    after = large[egalitarian_points(large, nowhere)]
    assert before == small.min(axis=1).max()
    assert (after >= before).all()


@given(problem=either, data=st.data())
def test_kalai_smorodinsky_never_lowers_the_least_share_while_the_ideal_stays(
    problem: tuple[Floats, Floats], data: st.DataObject
) -> None:
    u, d = problem
    rational = u[(u >= d).all(axis=1)]
    if not len(rational):
        return
    # The outcomes that make the ideal, and some of the others.
    best = rational.argmax(axis=0).tolist()
    some = rational[[*best, *range(data.draw(st.integers(0, len(rational))))]]
    least = [
        np.min((v[kalai_smorodinsky_points(v, d)[0]] - d) / np.where(top > 0, top, 1))
        for v, top in ((v, ideal(u, d) - d) for v in (some, rational))
    ]
    assert least[1] >= least[0] - 1e-12


@given(problem=either, data=st.data())
def test_kalai_smorodinsky_gives_more_to_whom_everything_gives_more(
    problem: tuple[Floats, Floats], data: st.DataObject
) -> None:
    # One party's possible gains grow in proportion, all others' stay: so does its share.
    u, d = problem
    party, factor = data.draw(st.integers(0, len(d) - 1)), data.draw(st.sampled_from([2.0, 4.0]))
    more = u.copy()
    more[:, party] = d[party] + factor * (u[:, party] - d[party])
    low, high = (v[kalai_smorodinsky_points(v, d), party] - d[party] for v in (u, more))
    assert high == pytest.approx(factor * low)


@given(slope=st.floats(0.2, 5), bonus=st.floats(0, 5))
def test_kalai_smorodinsky_is_individually_monotone(slope: float, bonus: float) -> None:
    # The second party can get more at every payoff of the first, whose largest payoff stays.
    x = np.arange(1001) / 1000
    before = np.stack([x, slope * (1 - x)], axis=1)
    after = np.stack([x, slope * (1 - x) + bonus * (1 - x) * x**0.5], axis=1)
    low = before[kalai_smorodinsky_points(before, NOWHERE), 1].max()
    high = after[kalai_smorodinsky_points(after, NOWHERE), 1].max()
    assert high >= low - 0.002 * (slope + bonus)  # up to a step of the grid


def test_nash_is_not_individually_monotone() -> None:
    # Kalai & Smorodinsky (1975): more is possible for the second, and Nash gives it less.
    before = np.array([[0.0, 1.0], [0.5, 1.0], [0.75, 0.75], [1.0, 0.0]])
    after = np.array([[0.0, 1.0], [0.5, 1.0], [0.75, 0.75], [1.0, 0.7]])
    low, high = (u[nash_points(u, NOWHERE), 1].max() for u in (before, after))
    assert (after >= before).all()
    assert high < low


@given(problem=problems())
def test_equal_power_is_no_power(problem: tuple[Floats, Floats]) -> None:
    u, d = problem
    equal = nash_points(u, d, [1.0] * len(d))
    assert equal.tolist() == nash_points(u, d).tolist()


@given(problem=problems(parties=2), power=st.floats(1.5, 10))
def test_more_power_never_brings_less(problem: tuple[Floats, Floats], power: float) -> None:
    u, d = problem
    if not len(frontier(u, d)):
        return
    weak, strong = nash_points(u, d), nash_points(u, d, [power, 1.0])
    if (u[weak] > d).all() and (u[strong] > d).all():
        assert u[strong, 0].max() >= u[weak, 0].max() - 1e-9


# -- distance ------------------------------------------------------------------------------------


def test_the_distance_is_to_the_nearest_point() -> None:
    assert distance([0.0, 0.0], [[3.0, 4.0], [6.0, 8.0]]) == 5
    assert distance([1.0, 1.0, 1.0], [[1.0, 1.0, 1.0]]) == 0
    assert math.isnan(distance([0.0, 0.0], np.zeros((0, 2))))


# -- rounding ------------------------------------------------------------------------------------


def test_every_outcome_of_a_split_in_parts_is_on_the_frontier_whatever_the_sums_say() -> None:
    # Five issues of equal weight, of which one party gets what the other does not.
    shares = np.array(list(product((0.0, 0.5, 1.0), repeat=5)))
    u = np.stack([(0.2 * shares).sum(axis=1), (0.2 * (1.0 - shares)).sum(axis=1)], axis=1)
    assert len(frontier(u, NOWHERE)) == len(utilitarian_points(u, NOWHERE)) == 243


def test_the_product_of_many_small_shares_tells_outcomes_apart() -> None:
    # Fourteen parties with a tenth each, but for one that gets a little more or all.
    u = np.full((2, 14), 0.1)
    u[1, 0] = 0.11
    rich = np.eye(14)
    assert nash_points(np.concatenate([u, rich]), np.zeros(14)).tolist() == [1]
