from hypothesis import given
from hypothesis import strategies as st

from agents.strategies.hardliner import Hardliner
from agents.strategies.micro import Micro
from simulator import draws
from simulator.negotiation.offers import Offer
from simulator.negotiation.talk import TalkState
from tests.agents.strategies.conformance import Conformance
from tests.negotiations import Domain, Puppet, Wants, domains, pie


class TestMicro(Conformance):
    name = "micro"


def test_two_of_them_concede_outcome_by_outcome_until_they_meet() -> None:
    talk = pie(3).talk([Micro(), Micro()], 5)
    assert talk.play() is TalkState.AGREED
    assert talk.offers == [Offer(0, 0, 3), Offer(0, 1, 0), Offer(1, 0, 2), Offer(1, 1, 1)]
    assert (talk.agreement, talk.round) == (1, 3)


@given(seed=st.integers(0, 200))
def test_against_one_that_stands_still_it_concedes_once_and_then_repeats(seed: int) -> None:
    talk = pie(3).talk([Micro(), Hardliner()], 8, seed)
    assert talk.play() is TalkState.TIMED_OUT
    own = [o.outcome for o in talk.offers if o.seat == 0]
    assert own[:2] == [3, 2]
    # From then on one of the two, by the draw of that round.
    for number, outcome in list(enumerate(own))[2:]:
        drawn = draws.uniform(seed, "strategy", ("talk", "0"), 0, number, 0)
        assert outcome == (3, 2)[int(2 * drawn)]


def test_over_rounds_and_seeds_it_repeats_all_it_has_offered() -> None:
    repeated = set()
    for seed in range(20):
        talk = pie(10).talk([Micro(), Puppet(0, 1, 0)], 6, seed)
        talk.play()
        own = [o.outcome for o in talk.offers if o.seat == 0]
        assert own[:3] == [10, 9, 8]
        repeated.update(own[3:])
    assert repeated == {10, 9, 8}


def test_ready_to_concede_it_accepts_what_is_as_good_as_its_next_offer() -> None:
    # Round 0 it sends 3; the partner's 2 pays as much as what it would send next.
    talk = pie(3).talk([Micro(), Puppet(2)], 5)
    assert talk.play() is TalkState.AGREED
    assert talk.offers == [Offer(0, 0, 3), Offer(0, 1, 2)]


def test_not_ready_it_accepts_what_is_as_good_as_its_worst_offer_so_far() -> None:
    # Sent 10, 9, 8 against 0, 1; the partner repeats 0, so it asks for 8, then gets 8 (and would
    # not accept 7, its next, for it is not its turn to concede).
    talk = pie(10).talk([Micro(), Puppet(0, 1, 0, 1, 1, 8)], 9)
    assert talk.play() is TalkState.AGREED
    own = [o.outcome for o in talk.offers if o.seat == 0]
    assert own[:3] == [10, 9, 8]
    assert set(own[3:]) <= {10, 9, 8}
    assert (talk.agreement, talk.round) == (8, 7)


def test_a_repeated_offer_of_the_partner_is_no_concession() -> None:
    talk = pie(10).talk([Micro(), Puppet(0, 0, 0, 1)], 5)
    talk.play()
    own = [o.outcome for o in talk.offers if o.seat == 0]
    assert own[:2] == [10, 9]
    assert own[2:4] != [8, 7]
    assert own[4] == 8


def test_among_several_partners_it_concedes_as_the_one_that_has_conceded_least() -> None:
    wants = Wants(tuple(map(float, range(11))), 0.0)
    domain = Domain((11,), (wants, Wants((0.0,) * 11, 0.0), Wants((0.0,) * 11, 0.0)))
    for moves in (((0, 1, 2), (0,)), ((0,), (0, 1, 2))):
        talk = domain.talk([Micro(), *(Puppet(*each) for each in moves)], 5)
        talk.play()
        assert {o.outcome for o in talk.offers if o.seat == 0} == {10, 9}


def test_equal_outcomes_are_sent_by_index() -> None:
    flat = Wants((1.0, 2.0, 2.0, 1.0), 0.0)
    talk = Domain((4,), (flat, Wants((0.0,) * 4, 0.0))).talk([Micro(), Puppet(0, 3)], 3)
    talk.play(2)
    assert [o.outcome for o in talk.offers if o.seat == 0] == [1, 2]


def test_with_everything_sent_it_repeats() -> None:
    wants = Wants((1.0, 2.0, 0.0), 1.0)
    talk = Domain((3,), (wants, wants)).talk([Micro(), Puppet(2)], 9)
    assert talk.play() is TalkState.TIMED_OUT
    own = [o.outcome for o in talk.offers if o.seat == 0]
    assert own[:2] == [1, 0]
    assert set(own) == {0, 1}


@given(domain=domains(), rounds=st.integers(1, 12))
def test_it_sends_its_outcomes_in_falling_order(domain: Domain, rounds: int) -> None:
    talk = domain.talk([Micro(), Micro()], rounds)
    talk.play()
    for seat, wants in enumerate(domain.wants):
        rational = [k for k in range(domain.size) if wants.rational(k)]
        ranking = sorted(rational, key=lambda k: (-wants.payoffs[k], k))
        sent = list(dict.fromkeys(o.outcome for o in talk.offers if o.seat == seat))
        assert sent == ranking[: len(sent)]
