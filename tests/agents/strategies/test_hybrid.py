import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.strategies.hybrid import Hybrid
from agents.strategies.mirror import Mirror
from agents.strategies.time_dependent import TimeDependent
from simulator.errors import PartError
from simulator.negotiation.negotiator import Negotiator
from simulator.negotiation.talk import Talk, TalkState
from tests.agents.strategies.conformance import RESOLVED, Conformance
from tests.negotiations import Domain, Puppet, Wants, domains, pie


class TestHybrid(Conformance):
    name = "hybrid"
    variants = (
        {},
        {"mirroring": 1.0},
        {"mirroring": 0.0, "exponent": 4.0},
        RESOLVED,
        {"last_turn": "open"},
    )


def own(talk: Talk) -> list[int]:
    return [offer.outcome for offer in talk.offers if offer.seat == 0]


# With 4 rounds the time asks for 8, 6, 4, 2 of ten; mirroring for 10, twice 9, then 10 less what
# the partner's 3 gives. The means are 9, 7.5, 6.5 and 4.5.
def test_it_asks_for_the_mean_of_time_and_mirror() -> None:
    talk = pie(10).talk([Hybrid(last_turn="open"), Puppet(3)], 4)
    assert talk.play() is TalkState.TIMED_OUT
    assert own(talk) == [9, 8, 7, 5]


def test_it_accepts_what_meets_the_mean() -> None:
    # The partner's 4 leaves 6; with the 2 of the last round the mean is 4.
    talk = pie(10).talk([Hybrid(last_turn="open"), Puppet(3, 3, 4)], 4)
    assert talk.play() is TalkState.AGREED
    assert (talk.agreement, talk.round) == (4, 4)


def test_the_weights_are_those_of_the_mirror_and_the_rest() -> None:
    # .75 and .25: 9.5, 8.25, 7.75; in the last round 2 and 7 make 5.75.
    talk = pie(10).talk([Hybrid(last_turn="open", mirroring=0.75), Puppet(3)], 4)
    talk.play()
    assert own(talk) == [10, 9, 8, 6]


def test_two_of_them_agree_in_the_last_round() -> None:
    # 9, 7.5, 6.5; in the last round the first has been given 3 and asks for (2 + 7) / 2, the
    # second has been given 5 and asks for (2 + 5) / 2.
    talk = pie(10).talk([Hybrid(last_turn="open"), Hybrid(last_turn="open")], 4)
    assert talk.play() is TalkState.AGREED
    assert [offer.outcome for offer in talk.offers] == [9, 1, 8, 2, 7, 3, 5]
    assert (talk.agreement, talk.round) == (5, 4)


def test_among_several_partners_it_mirrors_the_last_to_offer() -> None:
    up, flat = pie(10).wants[0], Wants((0.0,) * 11, 0.0)
    for first, second in ((0, 3), (4, 3)):
        talk = Domain((11,), (up, flat, flat)).talk(
            [Hybrid(last_turn="open"), Puppet(first), Puppet(second)], 4
        )
        talk.play()
        assert own(talk) == [9, 8, 7, 5]


@settings(max_examples=40)
@given(
    domain=domains(),
    moves=st.lists(st.integers(0, 35), min_size=1, max_size=6),
    exponent=st.sampled_from((0.25, 1.0, 4.0)),
)
def test_at_the_ends_it_is_one_of_the_two(
    domain: Domain, moves: list[int], exponent: float
) -> None:
    def offers(strategy: Negotiator) -> list[object]:
        talk = domain.talk([strategy, Puppet(*(move % domain.size for move in moves))], 8)
        talk.play()
        return [talk.offers, talk.agreement]

    by_time = offers(TimeDependent(exponent=exponent, last_turn="open"))
    assert offers(Hybrid(last_turn="open", exponent=exponent, mirroring=0.0)) == by_time
    assert offers(Hybrid(last_turn="open", exponent=exponent, mirroring=1.0)) == offers(Mirror())


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *(("mirroring", value) for value in (-0.1, 1.1, math.nan)),
        *(("exponent", value) for value in (0.0, -1.0, math.inf, math.nan)),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(parameter: str, value: float) -> None:
    with pytest.raises(PartError, match=f"hybrid:{parameter}"):
        Hybrid(**{parameter: value})  # type: ignore[arg-type]
