import itertools
import math
from collections.abc import Callable
from statistics import mean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.compliance.policy import Policy
from agents.compliance.reciprocal import Generous, Grim, LimitedPunishment, Reciprocal
from simulator import draws
from simulator.errors import PartError
from simulator.world.party import Review
from tests.agents.compliance.reviews import chosen, review

qualities = st.sampled_from((0.0, 0.3, 0.49, 0.5, 0.8, 1.0))
pasts = st.lists(qualities, max_size=8)


def conduct(policy: Policy, partner: list[float]) -> list[object]:
    """Return what a policy does from the first review on against this conduct of the partner."""
    return [chosen(policy, partner[:k]) for k in range(len(partner) + 1)]


@pytest.mark.parametrize("policy", [Reciprocal(), Generous(), Grim(), LimitedPunishment()])
def test_all_of_them_begin_by_keeping_and_keep_while_the_partner_does(policy: Policy) -> None:
    assert conduct(policy, [1.0, 0.5, 1.0]) == [1.0] * 4


@pytest.mark.parametrize("policy", [Reciprocal(), Grim(), LimitedPunishment()])
@given(past=pasts, own=st.lists(qualities, min_size=8, max_size=8))
def test_none_of_them_minds_its_own_past(
    policy: Policy, past: list[float], own: list[float]
) -> None:
    assert chosen(policy, past) == chosen(policy, past, own[: len(past)])


# -- tit for tat -------------------------------------------------------------------------------


@given(past=pasts)
def test_reciprocal_answers_the_period_just_ended_and_no_other(past: list[float]) -> None:
    answer = 0.0 if past and past[-1] < 0.5 else 1.0
    assert chosen(Reciprocal(), past) == answer


def played(
    one: Policy, other: Policy, slip: int, periods: int, seed: int = 0
) -> list[tuple[float, float]]:
    """Return what two policies do to each other if the first slips once."""
    past: list[tuple[float, float]] = []
    for k in range(periods):
        seen = [
            review(past=tuple(past), review=k, week=13 * k, country="us", seed=seed),
            review(
                past=tuple((b, a) for a, b in past), review=k, week=13 * k, country="eu", seed=seed
            ),
        ]
        pair = [float(p.choose(r)) for p, r in zip((one, other), seen, strict=True)]  # type: ignore[arg-type]
        past.append((0.0 if k == slip else pair[0], pair[1]))
    return past


def test_between_two_reciprocals_one_slip_echoes_for_ever() -> None:
    # 1 kept, 0 withheld: the slip is answered, the answer answered, and so on.
    assert played(Reciprocal(), Reciprocal(), 1, 7) == [
        (1.0, 1.0),
        (0.0, 1.0),
        (1.0, 0.0),
        (0.0, 1.0),
        (1.0, 0.0),
        (0.0, 1.0),
        (1.0, 0.0),
    ]


def test_two_grims_never_find_back() -> None:
    # The slip is punished from the next period on, and the punishment by the slipper after it.
    assert played(Grim(), Grim(), 1, 5) == [
        (1.0, 1.0),
        (0.0, 1.0),
        (1.0, 0.0),
        (0.0, 0.0),
        (0.0, 0.0),
    ]


# -- generous ----------------------------------------------------------------------------------


@given(
    forgiveness=st.floats(0, 1), past=pasts, week=st.integers(0, 300), seed=st.integers(0, 2**40)
)
def test_generous_forgives_by_the_draw_of_this_deal_and_review(
    forgiveness: float, past: list[float], week: int, seed: int
) -> None:
    seen = review(past=tuple((1.0, q) for q in past), week=week, seed=seed)
    drawn = draws.uniform(seed, "compliance", ("us", "us-eu:0"), week)
    provoked = bool(past) and past[-1] < 0.5
    answer = 0.0 if provoked and drawn >= forgiveness else 1.0
    assert Generous(forgiveness=forgiveness).choose(seen) == answer


def test_never_forgiving_it_is_reciprocal_and_always_forgiving_it_keeps() -> None:
    for past in itertools.product((0.0, 1.0), repeat=4):
        assert chosen(Generous(forgiveness=0.0), past) == chosen(Reciprocal(), past)
        assert chosen(Generous(forgiveness=1.0), past) == 1.0


def test_it_forgives_as_often_as_it_says_and_a_third_by_default() -> None:
    for policy, share in ((Generous(), 1 / 3), (Generous(forgiveness=0.8), 0.8)):
        answers = [
            policy.choose(review(past=((1.0, 0.0),), week=week, seed=seed))
            for seed in range(100)
            for week in range(40)
        ]
        assert mean(answers) == pytest.approx(share, abs=0.03)


def test_forgiving_one_deal_says_nothing_about_forgiving_another() -> None:
    policy = Generous(forgiveness=0.5)

    def forgiven(deal: str) -> list[float]:
        past = ((1.0, 0.0),)
        return [policy.choose(review(past=past, week=w, deal=deal)) for w in range(400)]

    one, other = forgiven("us-eu:0"), forgiven("us-uk:0")
    both = mean(a * b for a, b in zip(one, other, strict=True))
    assert both == pytest.approx(0.25, abs=0.08)
    assert one == forgiven("us-eu:0")


def test_a_generous_partner_ends_the_echo() -> None:
    ended = [
        played(Generous(forgiveness=0.5), Generous(forgiveness=0.5), 1, 40, seed)[-1]
        for seed in range(30)
    ]
    assert ended.count((1.0, 1.0)) >= 29


# -- grim and limited punishment ---------------------------------------------------------------


@given(past=pasts)
def test_grim_withholds_for_ever_after_the_first_disregard(past: list[float]) -> None:
    assert chosen(Grim(), past) == (0.0 if any(q < 0.5 for q in past) else 1.0)


@pytest.mark.parametrize("periods", [1, 2, 3, 5])
def test_a_disregard_is_punished_for_so_many_periods_and_then_forgotten(periods: int) -> None:
    partner = [1.0, 0.0, *[1.0] * (periods + 2)]
    punished = [0.0] * periods
    assert conduct(LimitedPunishment(periods=periods), partner) == [1.0, 1.0, *punished, *[1.0] * 3]


def test_what_the_partner_does_during_the_punishment_does_not_prolong_it() -> None:
    partner = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]
    # Punished in periods 1 and 2; the disregard of period 3 in 4 and 5.
    assert conduct(LimitedPunishment(periods=2), partner) == [1, 0, 0, 1, 0, 0, 1]


@given(past=pasts, periods=st.integers(1, 4))
def test_punishments_follow_one_another_and_never_overlap(past: list[float], periods: int) -> None:
    # Period by period: normal until a disregard, then so many periods of punishment.
    phase = 0
    for k, quality in enumerate(past):
        assert chosen(LimitedPunishment(periods=periods), past[:k]) == (0.0 if phase else 1.0)
        if phase:
            phase -= 1
        elif quality < 0.5:
            phase = periods


def test_a_long_punishment_is_grim_and_the_default_is_two_periods() -> None:
    for past in itertools.product((0.0, 1.0), repeat=5):
        assert chosen(LimitedPunishment(periods=99), past) == chosen(Grim(), past)
        assert chosen(LimitedPunishment(), past) == chosen(LimitedPunishment(periods=2), past)


# -- all of them -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda: Generous(forgiveness=-0.1), "generous:forgiveness"),
        (lambda: Generous(forgiveness=1.1), "generous:forgiveness"),
        (lambda: Generous(forgiveness=math.nan), "generous:forgiveness"),
        (lambda: LimitedPunishment(periods=0), "limited-punishment:periods"),
        (lambda: LimitedPunishment(periods=-1), "limited-punishment:periods"),
        (lambda: LimitedPunishment(periods=1.5), "limited-punishment:periods"),  # type: ignore[arg-type]
        (lambda: LimitedPunishment(periods=math.nan), "limited-punishment:periods"),  # type: ignore[arg-type]
    ],
)
def test_parameters_out_of_range_are_refused_by_name(make: Callable[[], Any], key: str) -> None:
    with pytest.raises(PartError, match=key):
        make()


@pytest.mark.parametrize("policy", [Reciprocal(), Generous(), Grim(), LimitedPunishment()])
def test_what_happened_under_a_deal_stands_in_the_review_and_nowhere_else(policy: Policy) -> None:
    clean: Review = review()
    before = vars(policy).copy()
    chosen(policy, [0.0, 0.0])
    assert vars(policy) == before
    assert policy.choose(clean) == 1.0
