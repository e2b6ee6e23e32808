import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.theory.pareto import contenders, pareto_mask
from tests.problems import problems

Floats = NDArray[np.float64]


def by_definition(u: Floats) -> Floats:
    """Return the Pareto mask, each outcome compared with each."""
    beats = [[bool((v >= w).all() and (v > w).any()) for v in u] for w in u]
    return np.array([not any(row) for row in beats])


# -- the frontier --------------------------------------------------------------------------------


@given(problem=problems())
def test_the_frontier_is_what_the_definition_says(problem: tuple[Floats, Floats]) -> None:
    u, _ = problem
    assert pareto_mask(u).tolist() == by_definition(u).tolist()


@pytest.mark.parametrize("parties", [2, 3, 5])
@pytest.mark.parametrize("shape", ["cloud", "shell", "steps", "rounding", "grid", "line"])
def test_the_frontier_of_many_outcomes_is_what_the_definition_says(
    parties: int, shape: str
) -> None:
    rng = np.random.default_rng(parties)
    u = rng.random((200, parties))
    if shape in {"shell", "steps", "rounding"}:  # every outcome is on the frontier
        u /= np.linalg.norm(u, axis=1, keepdims=True)
        if shape != "shell":  # and has one just below it,
            u += 1e8 if shape == "rounding" else 0.0  # whose sum may be the same
            u = np.concatenate([u, u])
            u[200:, 0 if shape == "steps" else -1] -= 1.5e-8
    elif shape == "grid":  # many equal ones
        u = np.round(u * 3)
    elif shape == "line":  # and sums that differ by rounding alone
        u = np.round(u, 1) * 0.1 + 1e9
    assert pareto_mask(u).tolist() == by_definition(u).tolist()


def test_the_frontier_is_right_where_rounding_hides_a_difference_in_sums() -> None:
    trade = [[1e17, 2.0 + i, -2.0 - i] for i in range(200)]
    worse = [1e17, 1.0, -1.0]
    u = [*trade[:1], worse, *trade[1:100], [1e17, 1.0, 0.0], *trade[100:], worse]
    assert pareto_mask(u).tolist() == [row is not worse for row in u]


def test_equal_outcomes_do_not_exclude_each_other() -> None:
    assert pareto_mask([[1, 2], [2, 1], [1, 2], [1, 1]]).tolist() == [True, True, True, False]
    assert pareto_mask([[1, 2, 3]] * 3).tolist() == [True] * 3


def test_an_outcome_better_for_one_and_worse_for_none_excludes() -> None:
    assert pareto_mask([[1, 2], [1, 3], [0, 3]]).tolist() == [False, True, False]


@pytest.mark.parametrize("parties", [1, 2, 3])
def test_no_outcome_and_one_outcome_have_a_frontier(parties: int) -> None:
    assert pareto_mask(np.zeros((0, parties))).tolist() == []
    assert pareto_mask(np.zeros((1, parties))).tolist() == [True]


@pytest.mark.parametrize("parties", [2, 3, 4])
@pytest.mark.parametrize("n", [3, 99, 101, 3000])
def test_contenders_are_few_and_miss_no_outcome_near_the_frontier(parties: int, n: int) -> None:
    rng = np.random.default_rng(n)
    for slack in (0.0, 0.05, np.linspace(0.01, 0.05, parties)):
        columns = rng.random((parties, n))
        left = contenders(columns, slack)
        u = columns.T
        near = [i for i in range(n) if not ((u >= u[i]).all(1) & (u > u[i] + slack).any(1)).any()]
        assert set(near) <= set(left.tolist())
        assert left.tolist() == sorted(left.tolist())
        assert len(left) <= max(100, n / 2)


@given(problem=problems(), slack=st.sampled_from([0.0, 1.0, 2.0]))
def test_the_frontier_of_the_contenders_is_the_frontier(
    problem: tuple[Floats, Floats], slack: float
) -> None:
    u = np.repeat(problem[0], 5, axis=0)  # enough for some to be ruled out
    left = contenders(np.ascontiguousarray(u.T), slack)
    assert left[pareto_mask(u[left])].tolist() == np.flatnonzero(pareto_mask(u)).tolist()


@pytest.mark.parametrize("scale", [5e-324, 1e-300, 1e300])
def test_payoffs_of_any_size_have_a_frontier(scale: float) -> None:
    whole = np.random.default_rng(0).integers(0, 9, (300, 3))
    assert pareto_mask(whole * scale).tolist() == pareto_mask(whole).tolist()
