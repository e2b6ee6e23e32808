import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.compliance.opportunist import Opportunist
from simulator.errors import PartError
from simulator.theory.repeated import (
    free_trade_discount,
    limited_punishment_discount,
    lowest_sustainable_tariff,
    nash_tariff,
    tariff_payoff,
)
from simulator.world.party import Review
from tests.agents.compliance.reviews import review

CASES = json.loads((Path(__file__).parents[2] / "oracles" / "bargaining.json").read_text())["cases"]
amounts = st.one_of(st.integers(-8, 8).map(float), st.floats(-20, 20))


def honours(seen: Review, punishment: int | None = None) -> bool:
    return Opportunist(punishment=punishment).choose(seen) == 1.0


def dilemma(T: float, R: float, P: float, **given: Any) -> Review:
    """Return a deal of the repeated prisoner's dilemma: keeping it R, breaking it T, without P."""
    own = R - T
    return review(own=own, promised=R - own - P, **given)


@settings(max_examples=300)
@given(
    own=amounts,
    harm=amounts.map(lambda x: -abs(x)),
    promised=amounts.map(abs),
    suffered=amounts,
    gained=amounts,
    patience=st.floats(0.5, 1),
    weeks=st.integers(1, 26),
    trust=st.floats(0, 1),
)
def test_it_honours_iff_the_temptation_is_no_larger_than_the_continuation(
    own: float,
    harm: float,
    promised: float,
    suffered: float,
    gained: float,
    patience: float,
    weeks: int,
    trust: float,
) -> None:
    delta = patience**weeks * trust
    left = (1 - delta) * (gained - own)
    right = delta * (own + harm + promised - suffered - gained)
    assume(abs(left - right) > 1e-9)
    seen = review(
        own=own,
        harm=harm,
        promised=promised,
        suffered=suffered,
        gained=gained,
        discount=patience,
        review_weeks=weeks,
        trust=trust,
    )
    assert honours(seen) == (left < right)


def test_at_the_threshold_it_honours() -> None:
    # Temptation 1, continuation 2: delta / (1 - delta) * 2 >= 1 from one third on.
    for trust, kept in ((1 / 3, True), (0.34, True), (0.33, False)):
        assert honours(review(own=-1.0, promised=3.0, trust=trust)) == kept


def test_patience_is_taken_to_the_power_of_the_weeks_to_the_next_review() -> None:
    half = 0.5 ** (1 / 13)
    for weeks, kept in ((13, True), (14, False)):
        seen = review(own=-1.0, promised=2.0, trust=1.0, discount=half, review_weeks=weeks)
        assert honours(seen) == kept


def test_who_trusts_nobody_keeps_what_costs_nothing_and_only_that() -> None:
    assert honours(review(own=0.0, trust=0.0))
    assert honours(review(own=0.5, trust=0.0))
    assert not honours(review(own=-0.001, trust=0.0))
    assert honours(review(own=-1.0, gained=-1.0, trust=0.0))


def test_in_full_trust_and_patience_it_keeps_whatever_is_no_worse_than_no_deal() -> None:
    for promised, kept in ((1.0, True), (0.999, False), (1.001, True)):
        assert honours(review(own=-1.0, promised=promised, trust=1.0)) == kept


def test_a_threat_against_it_makes_it_keep_and_one_of_its_own_that_pays_break() -> None:
    weak = review(own=-1.0, promised=1.5, trust=0.5)
    assert not honours(weak)
    assert honours(review(own=-1.0, promised=1.5, trust=0.5, suffered=-1.0))
    keen = review(own=-1.0, promised=3.0, trust=0.5)
    assert honours(keen)
    assert not honours(review(own=-1.0, promised=3.0, trust=0.5, gained=0.8))


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["family"] == "folk_theorem"], ids=lambda c: str(c["id"])
)
def test_it_cooperates_from_the_discount_factor_of_the_known_answers_on(
    case: dict[str, Any],
) -> None:
    given, expected = case["inputs"], case["expected"]
    payoffs = {key: given[key] for key in "TRP"}
    threshold = (given["T"] - given["R"]) / (given["T"] - given["P"])
    assert threshold == pytest.approx(expected["grim_delta_min"], abs=case["tol"])
    for delta, kept in ((threshold, True), (threshold + 1e-9, True), (threshold - 1e-9, False)):
        # Patience and reliability make one discount factor between them.
        assert honours(dilemma(**payoffs, trust=1.0, discount=delta, review_weeks=1)) == kept
        assert honours(dilemma(**payoffs, trust=delta, discount=1.0)) == kept


@given(
    punishment=st.floats(-5, 5),
    reward=st.floats(0.1, 5),
    temptation=st.floats(0.1, 5),
    k=st.integers(1, 6),
)
def test_expecting_a_limited_punishment_it_cooperates_from_its_discount_factor_on(
    punishment: float, reward: float, temptation: float, k: int
) -> None:
    P, R = punishment, punishment + reward
    T = R + temptation
    threshold = limited_punishment_discount(T, R, P, k)
    if threshold is None:
        assert not honours(dilemma(T, R, P, trust=1.0), k)
        return
    for delta, kept in ((threshold + 1e-6, True), (threshold - 1e-6, False)):
        if 0 <= delta <= 1:
            assert honours(dilemma(T, R, P, trust=delta), k) == kept


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["family"] == "limited_punishment"], ids=lambda c: str(c["id"])
)
def test_limited_punishments_work_as_in_the_known_answers(case: dict[str, Any]) -> None:
    given = {key: case["inputs"][key] for key in "TRP"}
    k, threshold = case["inputs"]["k"], case["expected"]["delta_min"]
    if threshold is None:
        assert not honours(dilemma(**given, trust=1.0), k)
    else:
        assert honours(dilemma(**given, trust=min(threshold + 1e-6, 1.0)), k)
        assert not honours(dilemma(**given, trust=threshold - 1e-6), k)


@given(seen=st.builds(review, own=amounts, promised=amounts.map(abs), trust=st.floats(0, 1)))
def test_a_longer_punishment_is_never_less_of_a_deterrent(seen: Review) -> None:
    kept = [honours(seen, k) for k in (1, 2, 5, 50)] + [honours(seen)]
    if seen.own + seen.promised > 0:
        assert kept == sorted(kept)


@pytest.mark.parametrize("delta", [0.3, 0.5, 0.6, 0.75, 0.9])
@pytest.mark.parametrize("trust", [0.5, 0.8, 1.0])
def test_in_the_tariff_game_it_keeps_what_the_theory_says_is_sustainable(
    delta: float, trust: float
) -> None:
    a, b, c = 1.0, 1.0, 0.8
    nash = nash_tariff(a, b)

    def keeps(tariff: float) -> bool:
        # Level 0 is the Nash tariff; own: what one's own cut costs; promised: what the other's
        # cut brings.
        own = tariff_payoff(tariff, 0.0, a, b, c) - tariff_payoff(nash, 0.0, a, b, c)
        seen = review(
            own=own, promised=c * (nash - tariff), trust=trust, discount=delta, review_weeks=1
        )
        return honours(seen)

    least = free_trade_discount(a, c)
    assert least is not None
    assert keeps(0.0) == (delta * trust >= least)
    lowest = lowest_sustainable_tariff(a, b, c, delta, trust)
    assert keeps(lowest + 1e-6)
    assert lowest == 0.0 or not keeps(lowest - 1e-6)


@pytest.mark.parametrize("punishment", [0, -1, 1.5, math.nan, math.inf])
def test_a_punishment_is_a_whole_number_of_periods_or_for_ever(punishment: Any) -> None:
    with pytest.raises(PartError, match=r"opportunist:punishment: .*a whole number from 1"):
        Opportunist(punishment=punishment)
