"""Every strategy plays for a country, and trust moves what it plays."""

from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from agents.roster import STRATEGIES
from experiments.run import Run, run
from simulator.negotiation.talk import Talk, TalkState
from tests.generators import scenarios
from tests.simulator.world.small import desk, two

SPECS = [
    *(name for name in STRATEGIES if name != "scripted"),
    '{bidding = "nash-seeking", acceptance = "combined:after=0.8", model = "bayesian"}',
    '{bidding = "boulware", acceptance = "next"}+noisy:sd=0.2',
    "trade-off+wary:premium=0.5+trust-blind",
]


def talked(strategy: Any, trust: float, **rest: Any) -> Run:
    """The talk of the small world, with a partner that never moves, at a level of trust."""
    us = {"strategy": strategy, "trust": f"fixed:t0={trust}"}
    japan = {"strategy": "hardliner"}
    world = two(us=us, japan=japan, rounds_per_week=3, **rest)
    return run(world, seed=3, weeks=3)


def offered(played: Run, country: str = "us") -> list[int]:
    table = played.offers
    return [int(x) for x in table[table["proposer"] == country]["outcome"]]


@pytest.mark.parametrize("spec", SPECS)
def test_every_strategy_plays_for_a_country_in_talks_of_two_and_of_three(spec: str) -> None:
    countries = [f"countries.{key}.strategy" for key in ("us", "japan", "eu", "korea", "uk")]
    played = run("allies-2025", seed=2, weeks=20, set=dict.fromkeys(countries, spec))
    assert len(played.offers)
    assert played.runs["error"].isna().all()
    three = run(_three(spec), seed=2)
    assert len(three.offers)


def _three(spec: str) -> dict[str, Any]:
    values = {"us": [0, 2, 3], "japan": [0, -0.5, -2], "eu": [0, 1, 1.5]}
    cut = {"us": [0, -1, -3], "japan": [0, 3, 5], "eu": [0, 1, 2]}
    world = two(rounds_per_week=4)
    world["countries"] = {key: {"strategy": spec} for key in values}
    world["talks"]["trade"]["parties"] = list(values)
    for issue, payoffs in zip(world["talks"]["trade"]["issues"], (cut, values), strict=True):
        issue["payoffs"] = payoffs
    return world


@pytest.mark.parametrize("spec", ["linear", "trade-off", "nash-seeking", "nice-tit-for-tat"])
def test_trust_moves_what_a_strategy_expects_and_so_what_it_offers(spec: str) -> None:
    trusting, wary = talked(spec, 1.0), talked(spec, 0.1)
    assert desk(trusting, "us").preferences.best > desk(wary, "us").preferences.best


def test_a_strategy_that_is_blind_to_trust_plays_as_with_full_trust() -> None:
    full = talked("linear", 1.0)
    blind, seeing = talked("linear+trust-blind", 0.1), talked("linear", 0.1)
    assert offered(blind) == offered(full)
    assert desk(blind, "us").preferences.expected == pytest.approx(
        desk(full, "us").preferences.expected
    )
    assert offered(seeing) != offered(full)
    # It is the strategy that is blind, not the country.
    assert blind.world.parties["us"].trust("japan") == 0.1
    assert desk(blind, "us").trust == (0.1,)


def test_a_wary_strategy_asks_the_more_the_less_it_trusts() -> None:
    # At trust 1 there is no margin.
    assert offered(talked("conceder+wary:premium=1", 1.0)) == offered(talked("conceder", 1.0))
    low = desk(talked("conceder+wary:premium=1", 0.5), "us")
    least = low.preferences.floor + 0.5 * low.preferences.span
    assert all(low.preferences.expected[outcome] >= least for outcome in low.mine())
    assert any(
        low.preferences.expected[outcome] < least for outcome in offered(talked("conceder", 0.5))
    )


TIMED = (
    *("boulware", "linear", "conceder", "ultimatum", "time-dependent:resolve=0.5"),
    *("time-dependent:belief=reservation", "time-dependent:resolve=0.9:belief=reservation"),
)


@st.composite
def timed_worlds(draw: st.DrawFn) -> dict[str, Any]:
    """Worlds of two parties a talk whose strategies go by time, and whose deadlines stand."""
    data: dict[str, Any] = draw(scenarios())
    for country in data["countries"].values():
        country["strategy"] = draw(st.sampled_from(TIMED))
    for threat in data["threats"]:
        if threat["effective"] == "deadline":
            threat.pop("policy", None)
    return data | {"events": []}


@given(data=timed_worlds(), seed=st.integers(0, 9))
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_no_talk_ends_in_its_last_turns_on_an_offer_that_both_prefer_to_none(
    data: dict[str, Any], seed: int
) -> None:
    for opening in run(data, seed).world.openings:
        talk = opening.talk
        if talk.state is not TalkState.TIMED_OUT:
            continue
        assert all(turn.is_final for turn in talk.turns)
        for outcome in answered_last(talk):
            event("an offer was refused in the last round")
            assert not all(
                turn.preferences.rational[outcome]
                and turn.preferences.expected[outcome] > turn.preferences.disagreement + 1e-6
                for turn in talk.turns
            )


def answered_last(talk: Talk) -> list[int]:
    """Return the outcomes that were put to somebody in the last round of a talk of two."""
    last = talk.round - 1
    return [
        offer.outcome
        for offer in talk.offers
        if (offer.round, offer.seat) in {(last - 1, 1), (last, 0)}
    ]
