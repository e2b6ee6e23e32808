"""What rounding takes from a payoff counts for nothing, wherever it is compared with a floor."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.roster import STRATEGIES
from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import TalkState
from simulator.rounding import ROUNDING, slack
from simulator.theory import bargaining
from simulator.theory.analysis import Analysis
from tests.negotiations import Domain, Wants

#: .4 as a sum of weights times values may come out.
SHORT = 0.39999999999999997


def test_the_slack_is_a_share_of_the_range() -> None:
    assert slack(np.array([0.0, 1.0, 5.0])) == pytest.approx(5 * ROUNDING, rel=1e-4)
    assert slack(np.array([2.0, 2.0])) < 1e-13
    assert slack(np.empty(0)) == 0.0


@pytest.mark.parametrize("payoffs", [(SHORT,), (SHORT, SHORT), (0.0, SHORT, 0.2)])
def test_what_falls_short_by_rounding_is_rational_and_the_floor(payoffs: tuple[float, ...]) -> None:
    wants = Preferences(np.array(payoffs), 0.4)
    assert [payoffs[k] for k in wants.options] == [p for p in payoffs if p == SHORT]
    assert wants.floor == wants.best == SHORT
    assert wants.share(wants.best_outcome) == 1.0


@given(scale=st.floats(1e-6, 1e9), shift=st.floats(-1.0, 1.0))
def test_what_falls_short_by_more_is_not(scale: float, shift: float) -> None:
    payoffs = scale * (np.array([0.0, 0.4 - 1e-6, 0.4, 1.0]) + shift)
    wants = Preferences(payoffs, scale * (0.4 + shift))
    assert wants.options.tolist() == [2, 3]


@given(digits=st.lists(st.integers(0, 1000), min_size=2, max_size=9), data=st.data())
def test_sums_in_another_order_are_as_rational(digits: list[int], data: st.DataObject) -> None:
    parts = [digit / 1000 for digit in digits]
    shuffled = data.draw(st.permutations(parts))
    one, other = 0.0, 0.0
    for a, b in zip(parts, shuffled, strict=True):
        one, other = one + a, other + b
    assert Preferences(np.array([one]), other).options.tolist() == [0]
    assert Analysis([[one, one]], [other, other]).rational.tolist() == [0]


@pytest.mark.parametrize("name", sorted({*STRATEGIES} - {"scripted", "top-fraction", "random"}))
def test_the_only_deal_is_found_though_rounding_takes_from_it(name: str) -> None:
    wants = Wants((SHORT, 0.1), 0.4)
    strategies = [STRATEGIES[name](), STRATEGIES[name]()]
    talk = Domain((2,), (wants, wants)).talk(strategies, 5)
    assert (talk.play(), talk.agreement) == (TalkState.AGREED, 0)


def test_theory_finds_it_too() -> None:
    u, d = [[SHORT, 1.0], [0.1, 0.2], [0.9, SHORT]], [0.4, 0.4]
    analysis = Analysis(u, d)
    assert analysis.rational.tolist() == analysis.frontier.tolist() == [0, 2]
    assert bargaining.frontier(u, d).tolist() == [0, 2]
    assert analysis.gainful_share == 0.0
    assert Analysis([[SHORT, SHORT]], d).nash.tolist() == [0]
    assert bargaining.egalitarian_points([[SHORT, SHORT]], d).tolist() == [0]
    assert analysis.kalai_smorodinsky.tolist() == [0, 2]
