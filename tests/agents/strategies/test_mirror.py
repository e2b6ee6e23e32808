import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.strategies.mirror import Mirror, first_step
from simulator.negotiation.negotiator import show
from simulator.negotiation.offers import Offer
from simulator.negotiation.talk import TalkState
from tests.agents.strategies.conformance import Conformance, Watched
from tests.negotiations import Domain, Puppet, Wants, pie


class TestMirror(Conformance):
    name = "mirror"


def test_it_concedes_by_as_much_as_the_partner_has() -> None:
    talk = pie(10).talk([Mirror(), Puppet(3, 4, 4, 5)], 9)
    assert talk.play() is TalkState.AGREED
    # All of it; twice a tenth less; then what the partner's 4 and 5 leave.
    assert talk.offers == [
        Offer(0, 0, 10),
        Offer(0, 1, 3),
        Offer(1, 0, 9),
        Offer(1, 1, 4),
        Offer(2, 0, 9),
        Offer(2, 1, 4),
        Offer(3, 0, 6),
        Offer(3, 1, 5),
    ]
    assert (talk.agreement, talk.round) == (5, 5)


def test_in_second_seat_its_first_demand_is_all() -> None:
    talk = pie(10).talk([Puppet(9, 2), Mirror()], 5)
    talk.play(4)
    # The payoffs of the second seat are 1, 8, 8, 8: 8 meets 1 - .8 in the fourth round only.
    assert [o.outcome for o in talk.offers] == [9, 0, 2, 1, 2, 1, 2]
    assert (talk.agreement, talk.round) == (2, 4)


def test_its_slack_is_a_share_of_the_range() -> None:
    # It leaves what the partner's 7 gives, 3; in billions the sums are off by more than 1e-9.
    for unit in (1.0, 1e9):
        wants = Wants(tuple(unit * k / 10 for k in range(11)), 0.0)
        mirror = Mirror()
        talk = Domain((11,), (wants, wants)).talk([mirror, Puppet(1, 1, 7)], 6)
        talk.play(3)
        show(talk.turns[0], round=3)
        assert mirror.propose(talk.turns[0]) == 3


def test_an_irrational_offer_concedes_nothing() -> None:
    wants = Wants((-5.0, *map(float, range(1, 11))), 0.0)
    mirror = Watched(Mirror())
    talk = Domain((11,), (wants, wants)).talk([mirror, Puppet(0)], 6)
    talk.play()
    assert [o.outcome for o in talk.offers if o.seat == 0] == [10, 9, 9, 10, 10, 10]
    assert mirror.regrets == []


def test_what_leaves_it_half_is_enough_and_anything_less_is_not() -> None:
    talk = pie(10).talk([Puppet(6, 6, 6, 6, 5), Mirror()], 6)
    assert talk.play() is TalkState.AGREED
    assert [o.outcome for o in talk.offers] == [6, 0, 6, 1, 6, 1, 6, 4, 5]


def test_in_its_second_and_third_turn_it_goes_from_the_best_to_the_second_best() -> None:
    # The smallest gap of all, between 5 and 4.9, would take it nowhere.
    wants = Wants((10.0, 5.0, 4.9, 0.0), 0.0)
    talk = Domain((4,), (wants, Wants((0.0,) * 4, 0.0))).talk([Mirror(), Puppet(3)], 5)
    talk.play()
    assert [o.outcome for o in talk.offers if o.seat == 0] == [0, 1, 1, 0, 0]
    # In the second seat likewise: it takes the second best from its second turn on.
    talk = Domain((4,), (wants, wants)).talk([Puppet(1), Mirror()], 5)
    assert (talk.play(), talk.agreement, talk.round) == (TalkState.AGREED, 1, 2)


@given(
    payoffs=st.lists(st.integers(-9, 9), min_size=1, max_size=9),
    disagreement=st.integers(-9, 9),
)
def test_the_first_step_is_that_to_the_second_best_rational_payoff(
    payoffs: list[int], disagreement: int
) -> None:
    rational = sorted({p for p in payoffs if p >= disagreement})
    if rational:
        preferences = Wants(tuple(map(float, payoffs)), disagreement).preferences()
        span = max(payoffs) - max(min(payoffs), disagreement)
        step = rational[-1] - rational[-2] if len(rational) > 1 else 0
        assert first_step(preferences) == pytest.approx(step / span if span else 0.0)


def test_rounding_is_no_step() -> None:
    preferences = Wants((0.3, 0.1 + 0.2 + 0.5, 0.8, 1.3, 0.8 + 0.4 + 0.1), 0.3).preferences()
    assert first_step(preferences) == pytest.approx(0.5)
    assert first_step(Wants((2.0, 2.0), 0.0).preferences()) == 0.0


@given(
    payoffs=st.lists(st.integers(0, 30).map(lambda k: k / 10), min_size=2, max_size=8),
    moves=st.lists(st.integers(0, 7), min_size=1, max_size=6),
)
def test_every_demand_is_the_worst_that_meets_the_mirrored_concession(
    payoffs: list[float], moves: list[int]
) -> None:
    own = Wants(tuple(payoffs), 0.0)
    domain = Domain((len(payoffs),), (own, own))
    moves = [move % len(payoffs) for move in moves]
    talk = domain.talk([Mirror(), Puppet(*moves)], 8)
    talk.play()
    low, high = min(payoffs), max(payoffs)
    distinct = sorted(set(payoffs))
    gap = distinct[-1] - distinct[-2] if len(distinct) > 1 else 0.0
    for number, offer in enumerate(talk.offers[::2]):
        concession = 0.0
        if number:
            concession = gap if number <= 2 else payoffs[talk.offers[2 * number - 1].outcome] - low
        asked = high - concession - 1e-8
        meeting = [(p, k) for k, p in enumerate(payoffs) if p >= asked]
        assert offer.outcome == min(meeting)[1]
