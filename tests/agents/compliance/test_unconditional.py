import math
from statistics import mean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.compliance.unconditional import Always, Scripted, Volatile
from simulator import draws
from simulator.errors import PartError
from tests.agents.compliance.reviews import chosen, review


def test_always_keeps_whatever_was_done_to_it() -> None:
    assert chosen(Always(), [0.0, 0.0, 0.0]) == 1.0
    assert Always().choose(review(own=-100.0, trust=0.0)) == 1.0


@given(
    probability=st.floats(0, 1),
    week=st.integers(0, 500),
    seed=st.integers(),
    deal=st.text("ab:0", max_size=4),
)
def test_volatile_withholds_by_the_draw_of_this_deal_and_review(
    probability: float, week: int, seed: int, deal: str
) -> None:
    drawn = draws.uniform(seed, "compliance", ("us", deal), week)
    seen = review(week=week, seed=seed, deal=deal)
    assert Volatile(probability=probability).choose(seen) == (0.0 if drawn < probability else 1.0)


def test_volatile_withholds_as_often_as_its_probability_says() -> None:
    never, often, always = (Volatile(probability=p) for p in (0.0, 0.3, 1.0))
    reviews = [review(week=13 * k, seed=seed) for seed in range(100) for k in range(40)]
    assert mean(often.choose(r) == 0.0 for r in reviews) == pytest.approx(0.3, abs=0.03)
    assert {never.choose(r) for r in reviews} == {1.0}
    assert {always.choose(r) for r in reviews} == {0.0}


def test_volatile_draws_for_every_deal_country_and_review_by_itself() -> None:
    policy = Volatile(probability=0.5)

    def choices(**given: Any) -> list[float]:
        return [policy.choose(review(week=13 * k, **given)) for k in range(64)]

    base = choices()
    assert base == choices()
    assert base == choices(past=((1.0, 0.0),), own=-9.0, trust=0.1, review=5)
    for other in ({"deal": "us-uk:0"}, {"deal": "us-eu:1"}, {"country": "eu"}, {"seed": 1}):
        agreeing = mean(a == b for a, b in zip(base, choices(**other), strict=True))
        assert 0.2 < agreeing < 0.8


@pytest.mark.parametrize("probability", [-0.1, 1.1, math.nan, math.inf])
def test_a_probability_out_of_range_is_refused(probability: float) -> None:
    with pytest.raises(PartError, match=r"volatile:probability: .*from 0 to 1"):
        Volatile(probability=probability)


def test_a_script_of_qualities_is_played_review_by_review_the_last_for_ever() -> None:
    policy = Scripted(qualities=[1, 0.25, 0])
    assert [policy.choose(review(review=k)) for k in range(5)] == [1.0, 0.25, 0.0, 0.0, 0.0]
    assert Scripted().choose(review(review=3)) == 1.0


def test_a_script_by_issue_plays_each_issue_and_keeps_the_others() -> None:
    policy = Scripted(qualities={"steel": [1.0, 0.5], "wine": [0.0]})
    choices = [policy.choose(review(review=k)) for k in range(3)]
    assert choices == [
        {"tariff": 1.0, "steel": 1.0},
        {"tariff": 1.0, "steel": 0.5},
        {"tariff": 1.0, "steel": 0.5},
    ]


def test_the_number_of_the_review_counts_and_not_the_week() -> None:
    policy = Scripted(qualities=[1.0, 0.0])
    assert policy.choose(review(review=0, week=40)) == 1.0
    assert policy.choose(review(review=1, week=0)) == 0.0


@pytest.mark.parametrize(
    "qualities",
    [
        [],
        [1.1],
        [-0.1],
        [math.nan],
        ["1"],
        [None],
        "1",
        0.5,
        {"tariff": []},
        {"tariff": [2]},
        {"tariff": 0.5},
        {"tariff": [1.0], "steel": [-1]},
    ],
)
def test_what_is_no_script_of_qualities_is_refused(qualities: Any) -> None:
    with pytest.raises(PartError, match="scripted:qualities"):
        Scripted(qualities=qualities)
