"""How wrong a model is, told apart from the strategy that may use it."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from agents.opponents.frequency import Frequency
from agents.opponents.model import issue_weights
from agents.opponents.perfect import Perfect
from agents.opponents.score import SAMPLE, average_ranks, correlation, model_errors, sampled
from agents.roster import MODELS
from agents.strategies.nash_seeking import NashSeeking
from agents.strategies.time_dependent import Boulware, Linear
from simulator.negotiation.issues import Issue, OutcomeSpace
from simulator.negotiation.negotiator import Negotiator, Turn
from simulator.negotiation.payoffs import Preferences, Vector
from simulator.negotiation.talk import Talk
from tests.negotiations import space_of


def played(*strategies: Negotiator, rounds: int = 30) -> Talk:
    """A talk about three issues whose weights and values differ from party to party."""
    rng = np.random.default_rng(7)
    space = OutcomeSpace([Issue(f"i{k}", tuple(range(4))) for k in range(3)])
    wants = []
    for seat, _ in enumerate(strategies):
        weights = rng.dirichlet(np.ones(3))
        # What one wants more of the other wants less of.
        tables = [weight * np.sort(rng.random(4))[:: 1 - 2 * (seat % 2)] for weight in weights]
        wants.append(Preferences(space.total(tables), 0.0))
    talk = Talk(space, list(strategies), wants, rounds)
    talk.play()
    return talk


def test_there_is_an_entry_for_every_offer_of_every_other_party() -> None:
    talk = played(Boulware(), Linear(), Boulware())
    errors = model_errors(talk, 1, Frequency())
    others = [offer for offer in talk.offers if offer.seat != 1]
    assert [(e.round, e.seat) for e in errors] == [(o.round, o.seat) for o in others]
    for seat in (0, 2):
        seen = [e.offers for e in errors if e.seat == seat]
        assert seen == list(range(1, len(seen) + 1))


def test_who_knows_all_is_never_wrong() -> None:
    errors = model_errors(played(Boulware(), Boulware()), 0, Perfect())
    assert errors
    assert all(e.weights == pytest.approx(0, abs=1e-12) for e in errors)
    assert all(e.rank == pytest.approx(1) for e in errors)


def test_the_errors_are_those_of_what_the_strategys_own_model_makes_of_the_partner() -> None:
    strategy = NashSeeking()
    talk = played(strategy, Boulware())
    last = model_errors(talk, 0, Frequency())[-1]
    estimate = strategy.model.gains(talk.turns[0], 1)
    true = talk.turns[1].preferences.expected
    gaps = issue_weights(talk.space, estimate) - issue_weights(talk.space, true)
    assert last.weights == pytest.approx(math.sqrt(float(np.mean(gaps**2))))
    assert last.rank == pytest.approx(spearmanr(estimate, true).statistic)


def test_a_model_is_asked_in_the_round_of_each_offer() -> None:
    asked: list[int] = []

    class Asked(Frequency):
        def gains(self, turn: Turn, seat: int) -> Vector:
            asked.append(turn.round)
            return super().gains(turn, seat)

    errors = model_errors(played(Boulware(), Linear()), 0, Asked())
    assert asked == [error.round for error in errors]
    assert len(set(asked)) > 1


@pytest.mark.parametrize("name", MODELS)
def test_looking_at_a_talk_changes_nothing_in_it(name: str) -> None:
    talk = played(Boulware(), Linear())
    before = (list(talk.offers), talk.agreement, talk.turns[0].round)
    first = model_errors(talk, 0, MODELS[name]())
    assert (talk.offers, talk.agreement, talk.turns[0].round) == before
    assert model_errors(talk, 0, MODELS[name]()) == first


class Plain:
    """A model of the user's own, which inherits nothing and does not say that it is informed."""

    def begin(self, turn: Turn) -> None:
        """Learn nothing."""

    def gains(self, turn: Turn, seat: int) -> Vector:
        assert turn.seats == ()
        return np.arange(float(turn.space.size))


def test_a_model_that_inherits_nothing_is_scored_too_and_sees_nothing() -> None:
    plain: Any = Plain()
    assert model_errors(played(Boulware(), Linear()), 0, plain)


_numbers = st.lists(st.integers(-3, 3), min_size=3, max_size=12)


@given(one=_numbers, other=_numbers)
def test_the_rank_correlation_is_spearmans(one: list[int], other: list[int]) -> None:
    size = min(len(one), len(other))
    x, y = np.array(one[:size], dtype=float), np.array(other[:size], dtype=float)
    found = correlation(average_ranks(x), average_ranks(y))
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(float(spearmanr(x, y).statistic))


def test_what_differs_by_rounding_only_is_a_tie() -> None:
    one, other = np.array([0.3, 0.1 + 0.2, 0.5]), np.array([1.0, 1.0, 2.0])
    assert correlation(average_ranks(one), average_ranks(other)) == pytest.approx(1)


@pytest.mark.parametrize("shape", [(3, 4), (10,) * 6, (2, 3, 5, 7, 11, 13, 17), (50_000,)])
def test_of_many_outcomes_an_even_sample_is_scored(shape: tuple[int, ...]) -> None:
    space = space_of(*shape)
    among = sampled(space)
    assert len(among) == space.size if space.size <= SAMPLE else SAMPLE / 2 < len(among) <= SAMPLE
    for k, count in enumerate(shape):
        seen = np.bincount(np.unravel_index(among, shape)[k], minlength=count)
        # As good as equally often: within two of each other, or a thousandth of all.
        assert np.ptp(seen) <= max(2, len(among) / 1000)


def test_where_there_are_no_more_outcomes_than_are_ranked_all_are() -> None:
    assert sampled(space_of(4, 5), 20).tolist() == list(range(20))
    assert len(sampled(space_of(3, 7), 20)) == 11  # every other one of 21


def test_a_sample_tells_nearly_what_all_outcomes_would() -> None:
    rng = np.random.default_rng(3)
    space = space_of(*(10,) * 5)
    one, other = (space.total([rng.random(10) for _ in space.shape]) for _ in "ab")
    among = sampled(space, 5000)
    assert correlation(average_ranks(one[among]), average_ranks(other[among])) == (
        pytest.approx(correlation(average_ranks(one), average_ranks(other)), abs=0.01)
    )


def test_of_a_large_talk_the_sample_is_scored() -> None:
    rng = np.random.default_rng(3)
    space = space_of(*(8,) * 5)
    wants = [
        Preferences(space.total([rng.random(8) for _ in space.shape]), 0.0, unit=1.0) for _ in "ab"
    ]
    talk = Talk(space, [Boulware(), Linear()], wants, 9)
    talk.play()
    among, model = sampled(space), Frequency()
    assert len(among) < space.size
    last = model_errors(talk, 0, model)[-1]
    estimate, true = model.gains(talk.turns[0], 1), wants[1].expected
    assert last.rank == pytest.approx(spearmanr(estimate[among], true[among]).statistic)
    assert last.rank != pytest.approx(spearmanr(estimate, true).statistic, abs=1e-6)
