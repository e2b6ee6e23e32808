import math

import pytest

from agents.strategies.resource_dependent import ResourceDependent, aspiration
from simulator.errors import PartError
from simulator.negotiation.negotiator import show
from simulator.negotiation.talk import Talk, TalkState
from tests.agents.strategies.conformance import RESOLVED, Conformance
from tests.negotiations import Domain, Puppet, Wants, pie


class TestResourceDependent(Conformance):
    name = "resource-dependent"
    variants = (
        {},
        {"resource": "offers"},
        {"resource": "offers", "amount": 0.5, "opening": 0.3},
        RESOLVED,
        {"amount": 20.0, "opening": 0.1, "tolerance": 0.0, "last_turn": "open"},
    )


def own(talk: Talk, seat: int = 0) -> list[int]:
    return [offer.outcome for offer in talk.offers if offer.seat == seat]


def test_it_concedes_as_the_time_runs_out() -> None:
    # With 4 rounds 5 (1 - t) is 4, 3, 2, 1; 1 - exp(-4) ... 1 - exp(-1) of ten are
    # 9.82, 9.50, 8.65 and 6.32.
    talk = pie(10).talk([ResourceDependent(last_turn="open"), Puppet(0)], 4)
    assert talk.play() is TalkState.TIMED_OUT
    assert own(talk) == [10, 10, 9, 7]


def test_two_of_them_meet_in_the_middle_with_little_to_spend() -> None:
    # 1 - exp(-.8) is .551 and 1 - exp(-.6) is .451: 6 and 5 of ten, and in the second round 5 is
    # enough for the second.
    talk = pie(10).talk(
        [
            ResourceDependent(last_turn="open", amount=1.0),
            ResourceDependent(last_turn="open", amount=1.0),
        ],
        4,
    )
    assert talk.play() is TalkState.AGREED
    assert [offer.outcome for offer in talk.offers] == [6, 4, 5]
    assert (talk.agreement, talk.round) == (5, 2)


def test_two_of_them_time_out_with_much_to_spend() -> None:
    talk = pie(10).talk(
        [ResourceDependent(last_turn="open"), ResourceDependent(last_turn="open")], 4
    )
    assert talk.play() is TalkState.TIMED_OUT
    assert [offer.outcome for offer in talk.offers] == [10, 0, 10, 0, 9, 1, 7, 3]


# The resource is 2 over the offers received; .9 (1 - exp(-2)) = .778 before the first and with
# it, then .9 (1 - exp(-1)) = .569, .9 (1 - exp(-2/3)) = .438 and .9 (1 - exp(-1/2)) = .354.
def test_it_concedes_offer_by_offer_received() -> None:
    strategy = ResourceDependent(last_turn="open", resource="offers", amount=2.0, opening=0.1)
    talk = pie(10).talk([strategy, Puppet(0)], 5)
    assert talk.play() is TalkState.TIMED_OUT
    assert own(talk) == [8, 8, 6, 5, 4]


def test_the_offers_of_several_partners_count_on_average() -> None:
    up, flat = pie(10).wants[0], Wants((0.0,) * 11, 0.0)
    strategy = ResourceDependent(last_turn="open", resource="offers", amount=2.0, opening=0.1)
    talk = Domain((11,), (up, flat, flat)).talk([strategy, Puppet(0), Puppet(1)], 5)
    assert talk.play() is TalkState.TIMED_OUT
    assert own(talk) == [8, 8, 6, 5, 4]


def test_it_accepts_what_meets_the_target_of_the_round() -> None:
    # In the third round it asks for 8.65 less tolerance.
    for offered, rounds in ((8, 4), (9, 3), (10, 1)):
        talk = pie(10).talk([Puppet(offered), ResourceDependent(last_turn="open")], 4)
        talk.play()
        assert talk.agreement is None
        wants = pie(10).wants[0]
        talk = Domain((11,), (wants, wants)).talk(
            [Puppet(offered), ResourceDependent(last_turn="open")], 4
        )
        talk.play()
        assert (talk.agreement, talk.round) == (offered, rounds)


def test_the_opening_is_conceded_from_the_start() -> None:
    # 1 - (.5 + .5 exp(-40)) is one half.
    talk = pie(10).talk(
        [ResourceDependent(last_turn="open", amount=50.0, opening=0.5), Puppet(0)], 4
    )
    talk.play(1)
    assert own(talk) == [5]


def test_impatience_scales_what_it_asks_for() -> None:
    # .5 (1 - exp(-1)) at t = .8: 3.16.
    talk = pie(10).talk([ResourceDependent(last_turn="open"), Puppet(0)], 4)
    show(talk.turns[0], patience=0.5)
    talk.play()
    assert own(talk)[-1] == 4


def test_the_tolerance_is_a_share_of_the_range() -> None:
    # 1 - exp(-2.5) = .918 at t = .5, less .02.
    wants = Wants((0.0, 89.7, 89.9, 91.9, 100.0), 0.0)
    for tolerance, offered in ((0.0, 3), (0.02, 2)):
        strategy = ResourceDependent(last_turn="open", tolerance=tolerance)
        talk = Domain((5,), (wants, wants)).talk([strategy, Puppet(0)], 1)
        talk.play()
        assert own(talk) == [offered]


@pytest.mark.parametrize("opening", [0.0, 0.2, 0.9])
def test_nothing_left_is_everything_conceded_and_plenty_all_but_the_opening(opening: float) -> None:
    assert aspiration(0.0, opening) == 0.0
    assert aspiration(700.0, opening) == pytest.approx(1.0 - opening)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *(("amount", value) for value in (0.0, -1.0, math.inf, math.nan)),
        *(("opening", value) for value in (-0.1, 1.0, math.nan)),
        *(("tolerance", value) for value in (-1e-9, math.inf, math.nan)),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(parameter: str, value: float) -> None:
    with pytest.raises(PartError, match=f"resource-dependent:{parameter}"):
        ResourceDependent(**{parameter: value})  # type: ignore[arg-type]
