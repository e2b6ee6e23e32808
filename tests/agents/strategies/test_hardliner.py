from agents.strategies.hardliner import Hardliner
from simulator.negotiation.offers import Offer, Response
from simulator.negotiation.talk import TalkState
from tests.agents.strategies.conformance import Conformance
from tests.negotiations import Domain, Puppet, Wants, pie


class TestHardliner(Conformance):
    name = "hardliner"


def test_it_repeats_its_best_outcome_until_the_deadline() -> None:
    talk = pie(3).talk([Hardliner(), Hardliner()], 3)
    assert talk.play() is TalkState.TIMED_OUT
    assert [o.outcome for o in talk.offers] == [3, 0, 3, 0, 3, 0]


def test_it_accepts_what_is_as_good_as_the_best_and_nothing_worse() -> None:
    wants = Wants((1.0, 2.0, 2.0, 1.9), 0.0)
    talk = Domain((4,), (wants, wants)).talk([Puppet(0, 3, 2), Hardliner()], 5)
    assert talk.play() is TalkState.AGREED
    assert talk.offers == [
        Offer(0, 0, 0),
        Offer(0, 1, 1),
        Offer(1, 0, 3),
        Offer(1, 1, 1),
        Offer(2, 0, 2),
    ]
    assert talk.agreement == 2


def test_its_best_is_the_best_that_it_can_consider() -> None:
    wants = Wants((1.0, 3.0, 2.0), 0.0, allowed=(True, False, True))
    talk = Domain((3,), (wants, wants)).talk([Hardliner(), Puppet(1, Response.ACCEPT)], 5)
    talk.play()
    assert talk.offers == [Offer(0, 0, 2), Offer(0, 1, 1), Offer(1, 0, 2)]
    assert talk.agreement == 2
