"""The protocol of alternating offers, with parties that do as they are told."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.strategies.strategy import Strategy
from simulator.errors import StrategyError
from simulator.negotiation.negotiator import Negotiator, Turn
from simulator.negotiation.offers import Offer, Response
from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import Talk, TalkState
from tests.negotiations import Domain, Puppet, Wants, domains, pie, space_of

ACCEPT, COUNTER, WALK = Response.ACCEPT, Response.COUNTER, Response.WALK_AWAY


def table(*moves: tuple[int | Response, ...], rounds: int = 5, size: int = 10) -> Talk:
    """Return a talk of puppets to whom every outcome is good."""
    wants = Wants((0.0,) * size, 0.0)
    domain = Domain((size,), (wants,) * len(moves))
    return domain.talk([Puppet(*made) for made in moves], rounds)


# -- turns and rounds --------------------------------------------------------------------------


def test_every_party_acts_once_a_round_in_seat_order() -> None:
    talk = table((1,), (2,), (3,), rounds=2)
    assert talk.play() is TalkState.TIMED_OUT
    assert talk.offers == [Offer(r, seat, seat + 1) for r in range(2) for seat in range(3)]
    assert (talk.agreement, talk.round) == (None, 2)


def test_the_first_seat_starts_every_round_even_after_an_offer_that_nobody_took() -> None:
    talk = table((1, 3), (2, ACCEPT))
    assert talk.play() is TalkState.AGREED
    assert [(o.round, o.seat) for o in talk.offers] == [(0, 0), (0, 1), (1, 0)]
    assert (talk.agreement, talk.round) == (3, 2)


def test_without_a_standing_offer_a_party_proposes_and_is_not_asked_to_respond() -> None:
    asked: list[str] = []

    class Curious(Puppet):
        def propose(self, turn: Turn) -> int:
            asked.append(f"propose {turn.round}")
            return super().propose(turn)

        def respond(self, turn: Turn, offer: Offer) -> Response:
            asked.append(f"respond {turn.round} to {offer.seat}")
            return super().respond(turn, offer)

    pie(3).talk([Curious(1), Puppet(2)], 2).play()
    assert asked == ["propose 0", "respond 1 to 1", "propose 1"]


def test_an_agreement_at_once_counts_one_round() -> None:
    talk = table((4,), (ACCEPT,))
    assert talk.play() is TalkState.AGREED
    assert (talk.agreement, talk.round, talk.offers) == (4, 1, [Offer(0, 0, 4)])


def test_the_last_round_can_still_agree() -> None:
    talk = table((1,), (2, 2, ACCEPT), rounds=3)
    assert (talk.play(), talk.round, talk.agreement) == (TalkState.AGREED, 3, 1)
    talk = table((1,), (2, 2, ACCEPT), rounds=2)
    assert (talk.play(), talk.round, talk.agreement) == (TalkState.TIMED_OUT, 2, None)


def test_a_talk_without_rounds_ends_without_an_offer() -> None:
    talk = table((1,), (ACCEPT,), rounds=0)
    assert (talk.play(), talk.round, talk.offers) == (TalkState.TIMED_OUT, 0, [])


@pytest.mark.parametrize("rounds", [1, 4, 19])
def test_relative_time_is_constant_in_a_round_and_1_in_the_last(rounds: int) -> None:
    seen: list[float] = []

    class Clock(Puppet):
        def propose(self, turn: Turn) -> int:
            seen.append(turn.time)
            return super().propose(turn)

    pie(3).talk([Clock(1), Clock(2)], rounds).play()
    expected = [(r + 1) / rounds for r in range(rounds)]
    assert seen == pytest.approx([t for t in expected for _ in range(2)])
    assert seen[-1] == 1.0


def test_playing_week_by_week_is_playing_at_once() -> None:
    whole = table((1, 3, 5), (2, 4, 6, 6, ACCEPT), rounds=9)
    parts = table((1, 3, 5), (2, 4, 6, 6, ACCEPT), rounds=9)
    whole.play()
    states = [parts.play(2, week) for week in range(4)]
    assert states == [TalkState.OPEN, TalkState.OPEN, TalkState.AGREED, TalkState.AGREED]
    assert (parts.offers, parts.agreement, parts.round) == (whole.offers, whole.agreement, 5)


def test_a_talk_that_is_over_plays_no_further() -> None:
    talk = table((1,), (2,), rounds=1)
    talk.play()
    talk.move_deadline(10)
    assert talk.play() is TalkState.TIMED_OUT
    assert talk.round == 1


# -- acceptance --------------------------------------------------------------------------------


def test_three_parties_agree_only_when_all_have_accepted_the_same_offer() -> None:
    talk = table((1,), (ACCEPT,), (ACCEPT,))
    assert (talk.play(), talk.agreement, len(talk.offers)) == (TalkState.AGREED, 1, 1)
    # The third counters, so the second's acceptance of 1 is void; in the next round two accept.
    talk = table((1, ACCEPT), (ACCEPT, ACCEPT), (3,))
    assert (talk.play(), talk.agreement, talk.round) == (TalkState.AGREED, 3, 2)
    assert talk.offers == [Offer(0, 0, 1), Offer(0, 2, 3)]


def test_acceptances_carry_over_into_the_next_round() -> None:
    # The second proposes, the third accepts, and in the next round the first does.
    talk = table((1, ACCEPT), (2,), (ACCEPT,))
    assert (talk.play(), talk.agreement, talk.round) == (TalkState.AGREED, 2, 2)


def test_acceptances_of_an_offer_that_was_replaced_do_not_count() -> None:
    talk = table((1, 4), (ACCEPT, 5), (3, ACCEPT), rounds=2)
    assert talk.play() is TalkState.TIMED_OUT
    assert [o.outcome for o in talk.offers] == [1, 3, 4, 5]


def test_repeating_the_standing_offer_is_a_new_offer() -> None:
    talk = table((1,), (1,), rounds=2)
    assert talk.play() is TalkState.TIMED_OUT
    assert len(talk.offers) == 4


@settings(max_examples=60)
@given(
    parties=st.integers(2, 5),
    rounds=st.integers(0, 6),
    data=st.data(),
)
def test_any_talk_goes_as_the_protocol_says(parties: int, rounds: int, data: st.DataObject) -> None:
    move = st.one_of(st.integers(0, 3), st.just(ACCEPT), st.just(ACCEPT), st.just(WALK))
    lines = st.lists(move, min_size=1, max_size=6).map(tuple)
    moves = [data.draw(lines) for _ in range(parties)]
    talk = table(*moves, rounds=rounds, size=4)
    talk.play()
    offers: list[Offer] = []
    accepted: set[int] = set()
    state, agreement, held = TalkState.TIMED_OUT, None, rounds
    for number, seat in ((r, s) for r in range(rounds) for s in range(parties)):
        what = moves[seat][min(number, len(moves[seat]) - 1)]
        if offers and what is WALK:
            state, held = TalkState.BROKEN, number + 1
            break
        if offers and what is ACCEPT:
            accepted.add(seat)
            if len(accepted) == parties:
                state, agreement, held = TalkState.AGREED, offers[-1].outcome, number + 1
                break
        else:
            offers.append(Offer(number, seat, 0 if isinstance(what, Response) else what))
            accepted = {seat}
    assert (talk.offers, talk.state, talk.agreement, talk.round) == (offers, state, agreement, held)


# -- walking away ------------------------------------------------------------------------------


def test_a_party_may_walk_away_in_answer_or_instead_of_an_offer() -> None:
    talk = table((1,), (2, WALK))
    assert (talk.play(), talk.walked_away, talk.round) == (TalkState.BROKEN, 1, 2)

    class Quitter(Puppet):
        def propose(self, turn: Turn) -> int:
            return None  # type: ignore[return-value]

    talk = pie(2).talk([Puppet(1), Quitter(0)], 5)
    assert (talk.play(), talk.walked_away, talk.agreement) == (TalkState.BROKEN, 1, None)


@settings(max_examples=40)
@given(domain=domains(3, rational=False), rounds=st.integers(1, 4))
def test_who_finds_no_outcome_rational_walks_away_at_its_turn(domain: Domain, rounds: int) -> None:
    talk = domain.talk([Puppet(0), Puppet(0), Puppet(0)], rounds)
    talk.play()
    hopeless = [
        seat
        for seat, wants in enumerate(domain.wants)
        if not any(map(wants.rational, range(domain.size)))
    ]
    if hopeless:
        assert (talk.state, talk.walked_away, talk.round) == (TalkState.BROKEN, hopeless[0], 1)
        assert len(talk.offers) == hopeless[0]
    else:
        assert (talk.state, talk.walked_away) == (TalkState.TIMED_OUT, None)


def test_who_loses_all_rational_outcomes_walks_away_at_its_next_turn() -> None:
    talk = pie(3).talk([Puppet(1), Puppet(2)], 9)
    talk.play(2)
    talk.revalue(1, Wants((0.0,) * 4, 1.0).preferences())
    assert (talk.play(), talk.walked_away, talk.round) == (TalkState.BROKEN, 1, 3)
    assert talk.offers[-1] == Offer(2, 0, 1)


# -- what changes on the way -------------------------------------------------------------------


def test_a_moved_deadline_counts_from_the_opening_and_moves_relative_time() -> None:
    times: list[float] = []

    class Clock(Puppet):
        def propose(self, turn: Turn) -> int:
            times.append(turn.time)
            return super().propose(turn)

    talk = pie(3).talk([Clock(1), Puppet(2)], 4)
    talk.play(2)
    talk.move_deadline(9)
    talk.play(2)
    talk.move_deadline(5)
    assert talk.play() is TalkState.TIMED_OUT
    assert times == pytest.approx([1 / 4, 2 / 4, 3 / 9, 4 / 9, 5 / 5])
    assert talk.round == 5


def test_a_deadline_moved_into_the_past_ends_the_talk_before_another_round() -> None:
    for deadline in (0, 2, 3):
        talk = table((1,), (2,), rounds=9)
        talk.play(3)
        talk.move_deadline(deadline)
        assert (talk.play(5), talk.round, len(talk.offers)) == (TalkState.TIMED_OUT, 3, 6)


def test_a_talk_open_at_its_deadline_has_timed_out_when_its_last_round_is_over() -> None:
    talk = table((1,), (2,), rounds=3)
    assert [talk.play(2), talk.play(2)] == [TalkState.OPEN, TalkState.TIMED_OUT]
    talk = table((1,), (2,), rounds=2)
    assert talk.play(2) is TalkState.TIMED_OUT


def test_new_payoffs_are_what_the_party_sees_from_its_next_turn_on() -> None:
    seen: list[Preferences] = []

    class Observer(Puppet):
        def propose(self, turn: Turn) -> int:
            seen.append(turn.preferences)
            return super().propose(turn)

    talk = pie(3).talk([Observer(1), Puppet(2)], 3)
    talk.play(1)
    now = Wants((1.0,) * 4, 0.0).preferences()
    talk.revalue(0, now)
    talk.play()
    assert seen[0] is not now
    assert seen[1:] == [now, now]


@pytest.mark.parametrize(("seat", "lapses"), [(0, False), (1, True), (2, True)])
def test_a_standing_offer_lapses_for_who_has_made_or_accepted_it(seat: int, lapses: bool) -> None:
    # The second proposes, the third accepts; in the next round the first would, too.
    talk = table((1, ACCEPT), (2, 3), (ACCEPT,), rounds=3)
    talk.play(1)
    assert talk.offers == [Offer(0, 0, 1), Offer(0, 1, 2)]
    payoffs = list(talk.turns[seat].preferences.expected)
    payoffs[2] = -1.0
    talk.revalue(seat, Wants(tuple(payoffs), 0.0).preferences())
    talk.play(1)
    if lapses:
        # Without an offer that stands, the first has to propose.
        assert (talk.state, talk.offers[2]) == (TalkState.OPEN, Offer(1, 0, 0))
    else:
        assert (talk.state, talk.agreement) == (TalkState.AGREED, 2)


@pytest.mark.parametrize("seat", [1, 2])
def test_a_standing_offer_that_is_still_rational_or_never_was_does_not_lapse(seat: int) -> None:
    for before, after in ((1.0, 0.0), (-1.0, -2.0)):
        talk = table((1, ACCEPT), (2, 3), (ACCEPT,), rounds=3)
        payoffs = list(talk.turns[seat].preferences.expected)
        payoffs[2] = before
        talk.revalue(seat, Wants(tuple(payoffs), 0.0).preferences())
        talk.play(1)
        payoffs[2] = after
        talk.revalue(seat, Wants(tuple(payoffs), 0.0).preferences())
        talk.play(1)
        assert (talk.state, talk.agreement) == (TalkState.AGREED, 2)


def test_who_is_seated_late_begins_with_the_offers_that_stand() -> None:
    begun: list[tuple[list[Offer], int, int, int]] = []

    class Late(Puppet):
        def begin(self, turn: Turn) -> None:
            begun.append((list(turn.offers), turn.round, turn.rounds, turn.week))

    talk = pie(3).talk([Puppet(1), Puppet(2)], 9)
    talk.play(2, week=1)
    talk.move_deadline(7)
    talk.seat(1, Late(ACCEPT), week=2)
    assert begun == [([Offer(r, s, s + 1) for r in range(2) for s in range(2)], 2, 7, 2)]
    assert (talk.play(), talk.agreement) == (TalkState.AGREED, 1)


def test_a_turn_tells_where_and_who_and_what_was_offered() -> None:
    seen: list[Any] = []

    class Observer(Puppet):
        def respond(self, turn: Turn, offer: Offer) -> Response:
            seen.append((turn.talk, turn.party, turn.seat, turn.week, turn.round, turn.rounds))
            seen.append((turn.standing, turn.mine(), offer, turn.patience))
            return super().respond(turn, offer)

    wants = [w.preferences() for w in pie(3).wants]
    seated: list[Negotiator] = [Puppet(1), Observer(2)]
    talk = Talk(space_of(4), seated, wants, 2, name="t", parties=("a", "b"), week=3)
    talk.play(week=5)
    assert seen == [
        ("t", "b", 1, 5, 0, 2),
        (Offer(0, 0, 1), [], Offer(0, 0, 1), 1.0),
        ("t", "b", 1, 5, 1, 2),
        (Offer(1, 0, 1), [2], Offer(1, 0, 1), 1.0),
    ]


def test_draws_depend_on_seed_talk_party_week_round_and_count_alone() -> None:
    def drawn(seed: int, name: str, parties: tuple[str, str], week: int) -> list[float]:
        found: list[float] = []

        class Gambler(Puppet):
            def propose(self, turn: Turn) -> int:
                found.extend((turn.uniform(), turn.uniform(1)))
                return super().propose(turn)

        wants = [w.preferences() for w in pie(3).wants]
        seated: list[Negotiator] = [Gambler(1), Gambler(2)]
        Talk(space_of(4), seated, wants, 2, name=name, parties=parties, seed=seed).play(week=week)
        return found

    base = drawn(1, "t", ("a", "b"), 3)
    assert len(set(base)) == 8
    assert base == drawn(1, "t", ("a", "b"), 3)
    others = [
        drawn(2, "t", ("a", "b"), 3),
        drawn(1, "u", ("a", "b"), 3),
        drawn(1, "t", ("a", "b"), 4),
    ]
    assert all(not set(base) & set(other) for other in others)
    swapped = drawn(1, "t", ("b", "a"), 3)
    assert sorted(swapped) == sorted(base)


# -- errors ------------------------------------------------------------------------------------


class Offender(Puppet):
    """Does one thing that is against the rules, in its second round."""

    def __init__(self, offence: Any, where: str) -> None:
        super().__init__(0)
        self.offence = offence
        self.where = where

    def _commit(self, turn: Turn, where: str, instead: Any) -> Any:
        if where != self.where or turn.round < 1:
            return instead
        if isinstance(self.offence, BaseException):
            raise self.offence
        return self.offence

    def propose(self, turn: Turn) -> int:
        outcome: int = self._commit(turn, "propose", 0)
        return outcome

    def respond(self, turn: Turn, offer: Offer) -> Response:
        response: Response = self._commit(turn, "respond", COUNTER)
        return response


@pytest.mark.parametrize("seat", [0, 1])
@pytest.mark.parametrize(
    ("where", "offence", "reason"),
    [
        ("propose", ValueError("out of ideas"), "ValueError: out of ideas"),
        ("propose", 4, "outcome 4, allowed 0 to 3"),
        ("propose", -1, "outcome -1, allowed 0 to 3"),
        ("propose", 10**30, "allowed 0 to 3"),
        (
            "propose",
            1.0,
            "TypeError: proposed 1.0, allowed 0 to 3, the index of an outcome, or None",
        ),
        ("propose", float("nan"), "TypeError: proposed nan, allowed"),
        ("propose", "1", "TypeError: proposed '1', allowed"),
        ("propose", [1], r"TypeError: proposed \[1\], allowed"),
        ("propose", SystemExit(3), "SystemExit: 3"),
        ("propose", NotImplementedError(), "NotImplementedError$"),
        ("propose", COUNTER, "TypeError: .*Response"),
        ("respond", KeyError("tariff"), "KeyError: 'tariff'"),
        ("respond", None, "TypeError: responded None, allowed Response.ACCEPT"),
        ("respond", True, "TypeError: responded True, allowed Response.ACCEPT"),
        ("respond", "accept", "TypeError: responded 'accept', allowed Response.ACCEPT"),
        ("respond", 2, "TypeError: responded 2, allowed Response.ACCEPT"),
    ],
)
def test_what_is_against_the_rules_names_strategy_party_talk_week_and_round(
    seat: int, where: str, offence: Any, reason: str
) -> None:
    seated: list[Negotiator] = [Puppet(1), Puppet(1)]
    seated[seat] = Offender(offence, where)
    wants = [w.preferences() for w in pie(3).wants]
    talk = Talk(space_of(4), seated, wants, 5, name="us-eu", parties=("us", "eu"))
    talk.play(1, week=6)
    who = ("us", "eu")[seat]
    place = f"strategy 'Offender' of '{who}' in talk 'us-eu', week 7, round 1: "
    with pytest.raises(StrategyError, match=place + ".*" + reason) as caught:
        talk.play(1, week=7)
    error = caught.value
    assert (error.strategy, error.party, error.talk) == ("Offender", who, "us-eu")
    assert (error.week, error.round) == (7, 1)
    if isinstance(offence, BaseException):
        assert error.__cause__ is offence


def test_an_interrupt_in_a_strategy_is_an_interrupt() -> None:
    talk = pie(3).talk([Offender(KeyboardInterrupt(), "propose"), Puppet(1, 2)], 5)
    with pytest.raises(KeyboardInterrupt):
        talk.play()


def test_a_strategy_without_its_propose_is_told_what_it_lacks() -> None:
    talk = pie(3).talk([Strategy(), Puppet(1)], 5)
    with pytest.raises(StrategyError, match=r"must have its own propose\(turn\)"):
        talk.play()


def test_an_error_at_the_opening_or_at_a_change_of_seat_is_named_too() -> None:
    class Unready(Puppet):
        def begin(self, turn: Turn) -> None:
            raise RuntimeError("not today")

    wants = [w.preferences() for w in pie(3).wants]
    with pytest.raises(StrategyError, match=r"'Unready' of 'eu' .*'us-eu', week 4, round 0"):
        Talk(
            space_of(4),
            [Puppet(0), Unready(0)],
            wants,
            5,
            name="us-eu",
            parties=("us", "eu"),
            week=4,
        )
    talk = pie(3).talk([Puppet(1), Puppet(2)], 5)
    talk.play(2, week=4)
    with pytest.raises(StrategyError, match=r"'Unready' .*week 5, round 2: RuntimeError: not to"):
        talk.seat(0, Unready(0), week=5)


def test_an_integer_of_numpy_is_an_outcome() -> None:
    wants = pie(3).wants[0].preferences()
    talk = pie(3).talk([Puppet(wants.options[2]), Puppet(ACCEPT)], 5)
    talk.play()
    assert talk.agreement == 2
    assert type(talk.offers[0].outcome) is int


# -- a number of proposals -----------------------------------------------------------------------


def test_a_talk_ends_when_its_last_proposal_is_answered() -> None:
    wants = [w.preferences() for w in pie(10).wants]
    talk = Talk(space_of(11), [Puppet(10), Puppet(0)], wants, 9, max_proposals=3)
    assert talk.play() is TalkState.TIMED_OUT
    assert [offer.outcome for offer in talk.offers] == [10, 0, 10]
    assert talk.round == 2


@pytest.mark.parametrize("proposals", [1, 2, 3, 4])
def test_the_last_proposal_may_still_be_accepted(proposals: int) -> None:
    answers = [Puppet(10), Puppet(0)]
    accepter = proposals % 2
    moves = [10 if accepter == 0 else 0] * ((proposals - 1 + 1 - accepter) // 2)
    answers[accepter] = Puppet(*moves, Response.ACCEPT)
    domain = pie(10)
    wants = [w.preferences() for w in domain.wants]
    talk = Talk(space_of(11), answers, wants, 9, max_proposals=proposals)
    assert talk.play() is TalkState.AGREED
    assert len(talk.offers) == proposals


class Counting(Puppet):
    """Tells how many proposals are left whenever it is its turn to propose."""

    def __init__(self, told: list[int], *moves: int | Response) -> None:
        super().__init__(*moves)
        self.told = told

    def propose(self, turn: Turn) -> int:
        self.told.append(turn.proposals_left)
        return super().propose(turn)


@pytest.mark.parametrize(("parties", "rounds", "limit", "first"), [
    (2, 1, None, 1), (2, 5, None, 9), (2, 5, 4, 4), (2, 5, 99, 9), (3, 2, None, 4), (4, 1, None, 1),
])  # fmt: skip
def test_parties_know_how_many_proposals_can_still_be_answered(
    parties: int, rounds: int, limit: int | None, first: int
) -> None:
    wants = [Wants((1.0, 2.0), 0.0).preferences() for _ in range(parties)]
    told: list[int] = []
    hard = [Counting(told, seat % 2) for seat in range(parties)]
    talk = Talk(space_of(2), hard, wants, rounds, max_proposals=limit)
    talk.play()
    assert told == [max(first - k, 0) for k in range(len(told))]


def test_turns_used_up_by_acceptances_leave_fewer_proposals() -> None:
    told: list[int] = []
    wants = [Wants((1.0, 2.0), 0.0).preferences() for _ in range(3)]
    seated = [Counting(told, 0), Counting(told, Response.ACCEPT), Counting(told, 1)]
    Talk(space_of(2), seated, wants, 3).play()
    # Seats 0 and 2 propose in turns 0, 2, 3, 5, 6, 8; what is proposed after turn 6 is too late.
    assert told == [7, 5, 4, 2, 1, 0]


# Without a proposal to answer first, n parties make n proposals in the first round; the last of
# them is answered by everybody when each other party has had its turn.
@pytest.mark.parametrize(("parties", "proposals", "rounds"), [
    (2, 1, 1), (2, 2, 2), (2, 3, 2), (2, 4, 3), (3, 1, 1), (3, 2, 2), (3, 4, 2), (3, 5, 3),
])  # fmt: skip
def test_a_number_of_proposals_is_a_deadline_by_which_parties_reckon(
    parties: int, proposals: int, rounds: int
) -> None:
    wants = [Wants((1.0, 2.0), 0.0).preferences() for _ in range(parties)]
    hard = [Puppet(seat % 2) for seat in range(parties)]
    talk = Talk(space_of(2), hard, wants, 9, max_proposals=proposals)
    assert {turn.rounds for turn in talk.turns} == {talk.rounds} == {rounds}
    assert talk.play() is TalkState.TIMED_OUT
    assert len(talk.offers) == proposals


def test_the_last_proposal_is_answered_by_everybody_if_the_others_accept_it() -> None:
    for proposals in (1, 2, 3, 4, 5):
        wants = [Wants((1.0, 2.0), 0.0).preferences() for _ in range(3)]
        own = [(proposals + 2 - seat) // 3 for seat in range(3)]
        seated = [Puppet(*[1] * count, Response.ACCEPT) for count in own]
        talk = Talk(space_of(2), seated, wants, 9, max_proposals=proposals)
        assert talk.play() is TalkState.AGREED
        assert (talk.round, len(talk.offers)) == (talk.rounds, proposals)


def test_a_deadline_moved_beyond_the_last_proposal_moves_nothing() -> None:
    wants = [w.preferences() for w in pie(3).wants]
    talk = Talk(space_of(4), [Puppet(1), Puppet(2)], wants, 2, max_proposals=8)
    for moved, rounds in ((4, 4), (9, 5), (3, 3)):
        talk.move_deadline(moved)
        assert talk.rounds == rounds


class Nosy(Puppet):
    """Tries to see, and to change, what is not its own."""

    informed = False

    def __init__(self, trick: Callable[[Any], object]) -> None:
        super().__init__(0)
        self.trick = trick
        self.errors: list[type[BaseException]] = []

    def propose(self, turn: Turn) -> int:
        try:
            self.trick(turn)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            self.errors.append(type(error))
        return super().propose(turn)


TRICKS: dict[str, Callable[[Any], object]] = {
    "see the partner": lambda turn: turn.seats[1],
    "see anybody": lambda turn: turn.seats[0],
    "want less": lambda turn: setattr(turn.preferences, "disagreement", -9.0),
    "find all rational": lambda turn: turn.preferences.rational.fill(True),
    "value": lambda turn: turn.preferences.expected.fill(1.0),
    "unlock": lambda turn: turn.preferences.expected.setflags(write=True),
    "unlock what is rational": lambda turn: turn.preferences.rational.setflags(write=True),
    "reckon": lambda turn: turn.preferences.payoffs.sort(),
    "choose": lambda turn: turn.preferences.options.sort(),
    "rank": lambda turn: turn.preferences.ranking.sort(),
    "have the talk last": lambda turn: setattr(turn, "rounds", 99),
    "be trusted": lambda turn: setattr(turn, "trust", (1.0,)),
    "unmake an offer": lambda turn: turn.offers.clear(),
    "make two": lambda turn: turn.offers.append(Offer(0, 1, 0)),
    "rewrite an offer": lambda turn: turn.offers.__setitem__(0, 0),
    "move a level": lambda turn: turn.space.grid.fill(0),
    "move an issue": lambda turn: turn.space.position.clear(),
    "shrink the space": lambda turn: setattr(turn.space, "size", 1),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_who_negotiates_sees_nothing_of_the_others_and_changes_nothing_it_is_shown(
    trick: str,
) -> None:
    nosy = Nosy(TRICKS[trick])
    talk = pie(3).talk([Puppet(3), nosy], 3)
    talk.play()
    assert len(nosy.errors) == 3
    assert len(talk.offers) == 6
    assert talk.rounds == 3


def test_only_who_says_that_it_is_informed_sees_the_turns_of_all() -> None:
    knowing = Nosy(lambda turn: turn.seats[0].preferences)
    knowing.informed = True
    talk = pie(3).talk([Puppet(3), knowing], 2)
    talk.play()
    assert knowing.errors == []
    assert talk.turns[1].seats == tuple(talk.turns)
    talk = pie(3).talk([Puppet(3), knowing], 2)
    talk.seat(1, Puppet(0))
    assert talk.turns[1].seats == ()
