"""The clock, the last turn, and what was offered before, of every strategy that goes by time."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.opponents.perfect import Perfect
from agents.roster import STRATEGIES
from agents.strategies.acceptance import Next, Target
from agents.strategies.composed import Composed
from agents.strategies.strategy import Strategy
from agents.strategies.time_dependent import Boulware, Linear, TimeDependent
from agents.strategies.time_dependent import aspiration as share_asked
from agents.strategies.time_dependent import target as payoff_asked
from agents.strategies.timed import Timed, demanded
from agents.strategies.wrappers import Noisy, TrustBlind, Wary
from simulator.negotiation.clock import LastTurn, mixed, relative_time
from simulator.negotiation.negotiator import show
from simulator.negotiation.offers import Offer, Response
from simulator.negotiation.talk import Talk, TalkState
from simulator.scenario import parts
from tests.negotiations import Domain, Puppet, Wants, domains, pie

ORACLES = json.loads((Path(__file__).parents[2] / "oracles" / "talks.json").read_text("utf-8"))
TIMED = [name for name, kind in STRATEGIES.items() if issubclass(kind, Timed)]
#: Those whose demands fall to what they would get without a deal.
YIELDING = [name for name in TIMED if name != "ultimatum"]
#: Every strategy that goes by time, as it is by default and in forms that come out of the usual.
FORMS: list[tuple[str, Mapping[str, Any]]] = [
    *((name, {}) for name in TIMED),
    ("time-dependent", {"exponent": 50.0, "tolerance": 0.0}),
    ("time-dependent", {"family": "exponential", "exponent": 0.1}),
    ("time-dependent", {"band": 0.3}),
    ("resource-dependent", {"resource": "offers", "amount": 1e6}),
    ("resource-dependent", {"amount": 1e6}),
    ("hybrid", {"mirroring": 1.0}),
    ("trade-off", {"band": 0.0}),
]


def made(name: str, parameters: Mapping[str, Any]) -> Strategy:
    strategy: Strategy = STRATEGIES[name](**parameters)
    return strategy


def own(talk: Talk, seat: int = 0) -> list[int]:
    return [offer.outcome for offer in talk.offers if offer.seat == seat]


def test_these_strategies_go_by_time_and_have_the_parameter() -> None:
    assert [
        *("time-dependent", "boulware", "linear", "conceder", "ultimatum", "resource-dependent"),
        *("trade-off", "hybrid", "nash-seeking"),
    ] == TIMED
    for name in TIMED:
        for value in ("open", "reservation"):
            built = parts.parse(f"{name}:last_turn={value}", "strategy", {"strategy": STRATEGIES})
            assert vars(built.build())["last_turn"] == value


# -- the clock ---------------------------------------------------------------------------------


def test_time_is_over_in_the_last_round_unless_its_turn_is_open() -> None:
    assert [relative_time(n, 4) for n in (1, 2, 3, 4)] == [0.25, 0.5, 0.75, 1.0]
    assert [relative_time(n, 4, "open") for n in (1, 2, 3, 4)] == [0.2, 0.4, 0.6, 0.8]


@pytest.mark.parametrize("case", ORACLES["target"])
def test_the_target_is_the_known_one(case: dict[str, Any]) -> None:
    clock = case["round"] + 1, case["rounds"], case["hold"], case["rounds_of_an_extension"]
    share = mixed(lambda time: share_asked(time, case["exponent"]), *clock)
    assert share == pytest.approx(case["aspiration"], abs=1e-9)
    asked = payoff_asked(share * case["patience_factor"], case["floor"], case["best"], 0.0)
    assert asked == pytest.approx(case["target"], abs=1e-9)


@pytest.mark.parametrize("case", ORACLES["target"])
def test_in_play_the_target_is_the_known_one(case: dict[str, Any]) -> None:
    floor, best = case["floor"], case["best"]
    wants = Wants((floor - 1.0, float(floor), float(best)), float(floor))
    strategy = TimeDependent(exponent=case["exponent"], tolerance=0.0)
    talk = Domain((3,), (wants, wants)).talk([strategy, Puppet(0)], case["rounds"])
    turn = talk.turns[0]
    show(turn, hold=case["hold"], extension=case["rounds_of_an_extension"])
    show(turn, round=case["round"], patience=case["patience_factor"])
    assert strategy.target(turn) == pytest.approx(case["target"], abs=2e-6)
    takes = strategy.respond(turn, Offer(case["round"], 1, 1)) is Response.ACCEPT
    assert takes == case["takes_anything_rational"]


# -- a deadline that may move ------------------------------------------------------------------


@given(
    number=st.integers(1, 40),
    rounds=st.integers(1, 40),
    hold=st.floats(0, 1),
    extension=st.integers(0, 40),
    last_turn=st.sampled_from(("reservation", "open")),
)
def test_two_curves_are_mixed_by_the_chance_that_the_deadline_stands(
    number: int, rounds: int, hold: float, extension: int, last_turn: LastTurn
) -> None:
    def curve(time: float) -> float:
        return share_asked(time, 2.0)

    number = min(number, rounds)
    share = mixed(curve, number, rounds, hold, extension, last_turn)
    stands = curve(relative_time(number, rounds, last_turn))
    moves = curve(relative_time(number, rounds + extension, last_turn))
    assert share == pytest.approx(hold * stands + (1 - hold) * moves)
    # Who knows for certain reckons as if there were one deadline alone, to the last digit.
    assert mixed(curve, number, rounds, 1.0, extension, last_turn) == stands
    assert mixed(curve, number, rounds, hold, 0, last_turn) == stands
    assert mixed(curve, number, rounds, 0.0, extension, last_turn) in {moves, stands}


def shown(talk: Talk, **now: object) -> Talk:
    for turn in talk.turns:
        show(turn, **now)
    return talk


# Of 4 rounds, t = .25, .5, .75, 1 and .125, .25, .375, .5: a linear party asks for 7.5 and 8.75,
# 5 and 7.5, 2.5 and 6.25, 0 and 5 of ten, in the mean for 8.125, 6.25, 4.375 and 2.5.
@pytest.mark.parametrize(
    ("hold", "offered"), [(0.5, [9, 7, 5, 3]), (1.0, [8, 5, 3, 0]), (0.0, [9, 8, 7, 5])]
)
def test_it_asks_for_the_mean_of_both_curves(hold: float, offered: list[int]) -> None:
    talk = shown(pie(10).talk([Linear(), Puppet(0)], 4), hold=hold, extension=4)
    talk.play()
    assert own(talk) == (offered if hold < 1.0 else offered[:3])  # in the last it accepts 0


# With an open last turn t = n / 5 and n / 9: 8 and 8.89, 6 and 7.78, 4 and 6.67, 2 and 5.56.
def test_with_an_open_last_turn_it_mixes_the_times_of_the_library() -> None:
    talk = shown(pie(10).talk([Linear(last_turn="open"), Puppet(0)], 4), hold=0.5, extension=4)
    talk.play()
    assert own(talk) == [9, 7, 6, 4]


# What is left of a resource of 5 is 2.5 in the second round of 4, and of 8 3.75.
def test_a_resource_of_time_runs_out_by_both_clocks() -> None:
    strategy = STRATEGIES["resource-dependent"](tolerance=0.0)
    talk = shown(pie(10).talk([strategy, Puppet(0)], 4), hold=0.25, extension=4, round=1)
    share = 0.25 * (1 - math.exp(-2.5)) + 0.75 * (1 - math.exp(-3.75))
    assert strategy.aim(talk.turns[0]) == pytest.approx(10 * share, abs=2e-6)
    offers = STRATEGIES["resource-dependent"](resource="offers")
    talk.seat(0, offers)
    before = offers.aim(talk.turns[0])
    shown(talk, hold=1.0)
    assert offers.aim(talk.turns[0]) == before


@pytest.mark.parametrize("name", [*TIMED, "time-dependent"])
@settings(max_examples=20)
@given(domain=domains(), moves=st.lists(st.integers(0, 35), min_size=1, max_size=4), data=st.data())
def test_where_the_deadline_cannot_move_it_plays_as_if_it_were_never_said(
    name: str, domain: Domain, moves: list[int], data: st.DataObject
) -> None:
    seen: dict[str, object] = data.draw(
        st.sampled_from(({"hold": 1.0, "extension": 9}, {"hold": 0.3, "extension": 0}))
    )
    played = []
    for now in ({}, seen):
        puppet = Puppet(*(move % domain.size for move in moves))
        talk = shown(domain.talk([made(name, {}), puppet], 8), **now)
        talk.play()
        played.append((talk.offers, talk.agreement))
    assert played[0] == played[1]


@pytest.mark.parametrize("name", TIMED)
def test_it_does_not_give_in_at_a_deadline_that_may_move(name: str) -> None:
    # Each asks for more than it would take, and what is offered is the least of that.
    parameters = {"amount": 5.0} if name == "resource-dependent" else {}
    for hold in (0.0, 0.5, 0.9):
        talk = pie(10).talk([Puppet(10), made(name, parameters)], 6)
        shown(talk, hold=hold, extension=6)
        assert talk.play() is TalkState.TIMED_OUT
        assert min(10 - outcome for outcome in own(talk, 1)) > 0


@pytest.mark.parametrize("name", TIMED)
def test_the_less_the_deadline_is_believed_the_more_it_asks_for(name: str) -> None:
    fine = pie(1000)
    asked = []
    for hold in (1.0, 0.9, 0.5, 0.1, 0.0):
        strategy = made(name, {})
        talk = shown(fine.talk([strategy, Puppet(0)], 10), hold=hold, extension=5, round=7)
        assert isinstance(strategy, Timed)
        asked.append(strategy.aim(talk.turns[0]))
    assert asked == sorted(asked)
    assert asked[0] < asked[-1] or name == "ultimatum"  # to which everything is offered


@pytest.mark.parametrize("name", TIMED)
def test_a_deadline_that_has_moved_is_the_one_it_reckons_by(name: str) -> None:
    fine = pie(100)
    talks = [fine.talk([made(name, {}), Puppet(0)], rounds) for rounds in (6, 12)]
    first, second = talks
    shown(first, hold=0.0, extension=6)
    # A plan made for all the rounds that there were goes on when there are more.
    first.negotiators[0].propose(first.turns[0])
    first.play(6)
    assert first.state is TalkState.TIMED_OUT
    first.state = TalkState.OPEN
    first.move_deadline(12)
    shown(first, hold=1.0, extension=0)
    first.play()
    second.play()
    assert (own(first), first.state) == (own(second), second.state)


# With 4 rounds t = .25, .5, .75, 1: a linear party asks for 7.5, 5, 2.5, 0 of a pie of 10, one that
# concedes late for 9.96, 9.38, 6.84, 0.
@pytest.mark.parametrize(("strategy", "offered"), [(Linear, [8, 5, 3]), (Boulware, [10, 10, 7])])
def test_it_asks_along_its_curve_and_accepts_anything_rational_in_the_last_turn(
    strategy: type[TimeDependent], offered: list[int]
) -> None:
    talk = pie(10).talk([Puppet(10), strategy()], 4)
    assert talk.play() is TalkState.AGREED
    assert own(talk, 1) == [10 - k for k in offered]
    assert (talk.agreement, talk.round) == (10, 4)


def test_two_linear_parties_meet_in_the_middle() -> None:
    # 7.5 each in the first round, in the second the first asks for 5, which the other asks, too.
    talk = pie(10).talk([Linear(), Linear()], 4)
    assert talk.play() is TalkState.AGREED
    assert (own(talk), own(talk, 1)) == ([8, 5], [2])
    assert (talk.agreement, talk.round) == (5, 2)


def test_with_an_open_last_turn_it_is_the_librarys() -> None:
    # With 4 rounds t = .2, .4, .6, .8.
    talk = pie(10).talk([Linear(last_turn="open"), Puppet(0, 3, 0, 0)], 4)
    assert talk.play() is TalkState.TIMED_OUT
    assert own(talk) == [8, 6, 4, 2]


# -- the last turn -----------------------------------------------------------------------------

# Two good outcomes, and nobody's reservation near either: 1 and .5 of the one, .4 and 1 of the
# other; without a deal both have nothing.
TWO = Domain((2,), (Wants((1.0, 0.5), 0.0), Wants((0.4, 1.0), 0.0)))


@pytest.mark.parametrize(("name", "parameters"), FORMS)
@pytest.mark.parametrize("rounds", [1, 2, 7, 200])
def test_two_that_want_different_outcomes_agree_in_the_end(
    name: str, parameters: Mapping[str, Any], rounds: int
) -> None:
    talk = TWO.talk([made(name, parameters), made(name, parameters)], rounds)
    assert talk.play() is TalkState.AGREED


@pytest.mark.parametrize("name", TIMED)
def test_with_an_open_last_turn_the_two_end_without_a_deal(name: str) -> None:
    strategies = [made(name, {"last_turn": "open"}), made(name, {"last_turn": "open"})]
    assert TWO.talk(strategies, 200).play() is TalkState.TIMED_OUT


@pytest.mark.parametrize(("name", "parameters"), FORMS)
@settings(max_examples=30)
@given(domain=domains(), move=st.integers(0, 35), rounds=st.integers(1, 6))
def test_what_is_rational_is_accepted_in_the_last_turn(
    name: str, parameters: Mapping[str, Any], domain: Domain, move: int, rounds: int
) -> None:
    offered = move % domain.size
    talk = domain.talk([Puppet(offered), made(name, parameters)], rounds)
    talk.play()
    rational = bool(talk.turns[1].preferences.rational[offered])
    assert (talk.state is TalkState.AGREED) == rational


@pytest.mark.parametrize("name", [name for name in YIELDING if name != "nash-seeking"])
def test_it_asks_for_what_it_would_get_without_a_deal_in_the_last_turn(name: str) -> None:
    # Without a deal it has 3 of ten, and what it is offered is less.
    wants = Wants(pie(10).wants[0].payoffs, 3.0)
    talk = Domain((11,), (wants, wants)).talk([made(name, {}), Puppet(2)], 5)
    talk.play()
    assert own(talk)[-1] == 3


def test_a_deadline_that_moves_moves_the_last_turn() -> None:
    talk = pie(10).talk([Puppet(10), Linear()], 4)
    talk.play(3)
    talk.move_deadline(6)
    assert talk.play() is TalkState.AGREED
    assert talk.round == 6


# -- no less than was offered ------------------------------------------------------------------


@pytest.mark.parametrize("case", ORACLES["no_less_than_offered"])
def test_the_demand_is_the_known_one(case: dict[str, Any]) -> None:
    assert demanded(case["target"], case["received"]) == case["demand"]


@pytest.mark.parametrize("name", YIELDING)
def test_what_it_was_offered_once_it_asks_for_again(name: str) -> None:
    # Early on it refuses a 6 of ten; when its target has come down so far, that is what it asks
    # for, and takes no less before the last turn.
    talk = pie(10).talk([made(name, {}), Puppet(6, 1)], 100)
    assert talk.play() is TalkState.AGREED
    offers = own(talk)
    assert offers[-1] == min(offers) == 6
    assert (talk.agreement, talk.round) == (1, 100)
    free = pie(10).talk([made(name, {"last_turn": "open"}), Puppet(6, 1)], 100)
    free.play()
    assert min(own(free)) < 6 or name == "nash-seeking"  # which stops at what it takes for best


def test_it_offers_that_outcome_and_not_another_that_pays_as_much() -> None:
    wants = Wants((5.0, 9.0, 5.0, 0.0), 0.0)
    talk = Domain((4,), (wants, Wants((0.0,) * 4, 0.0))).talk([Linear(), Puppet(2, 3)], 10)
    talk.play(7)
    assert own(talk) == [1, 1, 1, 1, 2, 2, 2]
    # Of two that pay as much, the lower index.
    talk = Domain((4,), (wants, Wants((0.0,) * 4, 0.0))).talk([Linear(), Puppet(2, 0, 3)], 10)
    talk.play(7)
    assert own(talk)[-1] == 0


def test_what_was_offered_counts_as_it_is_valued_today() -> None:
    talk = pie(10).talk([Linear(), Puppet(6, 1)], 20)
    talk.play(12)
    assert own(talk)[-1] == 6
    # Outcome 6 pays 2 now, and 2 pays 6; in round 13 it asks for 3.5 less .001.
    turned = (0.0, 1.0, 6.0, 3.0, 4.0, 5.0, 2.0, 7.0, 8.0, 9.0, 10.0)
    talk.revalue(0, Wants(turned, 0.0).preferences())
    talk.play(1)
    assert own(talk)[-1] == 4
    # It pays 6, which is not enough to be rational; in round 14 it asks for 7.9 of 7 to 10.
    talk.revalue(0, Wants(pie(10).wants[0].payoffs, 7.0).preferences())
    talk.play(1)
    assert own(talk)[-1] == 8


def test_what_the_audience_would_reject_does_not_count() -> None:
    allowed = tuple(k != 6 for k in range(11))
    wants = Wants(pie(10).wants[0].payoffs, 0.0, allowed)
    talk = Domain((11,), (wants, pie(10).wants[1])).talk([Linear(), Puppet(6, 1)], 20)
    talk.play(15)
    assert own(talk)[-1] == 3


def test_the_best_offer_of_all_partners_counts() -> None:
    up, flat = pie(10).wants[0], Wants((0.0,) * 11, 0.0)
    talk = Domain((11,), (up, flat, flat)).talk([Linear(), Puppet(6, 1), Puppet(4, 2)], 20)
    talk.play(12)
    assert own(talk)[-1] == 6


def test_offers_of_before_count_for_who_takes_over() -> None:
    talk = pie(10).talk([Puppet(10), Puppet(6, 1)], 20)
    talk.play(12)
    talk.seat(0, Linear())
    talk.play(1)
    assert own(talk)[-1] == 6


@settings(max_examples=40)
@given(domain=domains(), moves=st.lists(st.integers(0, 35), min_size=1, max_size=8), data=st.data())
def test_no_offer_pays_less_than_what_was_offered_before(
    domain: Domain, moves: list[int], data: st.DataObject
) -> None:
    name, parameters = data.draw(st.sampled_from(FORMS))
    puppet = Puppet(*(move % domain.size for move in moves))
    talk = domain.talk([made(name, parameters), puppet], 8)
    talk.play()
    wants = talk.turns[0].preferences
    best = -float("inf")
    for offer in talk.offers:
        pays = float(wants.expected[offer.outcome])
        if offer.seat == 0:
            assert pays >= best
        elif wants.rational[offer.outcome]:
            best = max(best, pays)


# -- with other parts --------------------------------------------------------------------------


def test_a_condition_that_goes_by_the_target_takes_anything_rational_in_the_last_turn() -> None:
    strategy = Composed(bidding=Boulware(), acceptance=Target())
    talk = pie(10).talk([Puppet(7, 10), strategy], 6)
    assert (talk.play(), talk.agreement, talk.round) == (TalkState.AGREED, 10, 6)
    # By the next offer it takes no less than it was offered before.
    strategy = Composed(bidding=Boulware(), acceptance=Next())
    assert pie(10).talk([Puppet(7, 10), strategy], 6).play() is TalkState.TIMED_OUT


@pytest.mark.parametrize("wrapper", [Noisy, TrustBlind, Wary])
def test_a_wrapped_party_asks_for_its_floor_in_the_last_turn(wrapper: type) -> None:
    parameters = {"sd": 0.0} if wrapper is Noisy else {}
    strategies = [wrapper(Boulware(), **parameters), wrapper(Boulware(), **parameters)]
    assert TWO.talk(strategies, 9).play() is TalkState.AGREED


def test_with_a_model_it_gives_the_best_it_can_in_the_last_turn() -> None:
    # The product of gains over 4 of one and 0 of the other, (k - 4) (10 - k), is largest at 7.
    wants = Wants(pie(10).wants[0].payoffs, 4.0)
    domain = Domain((11,), (wants, pie(10).wants[1]))
    strategy = Composed(bidding=STRATEGIES["nash-seeking"](), model=Perfect())
    talk = domain.talk([strategy, Puppet(0)], 5)
    talk.play()
    assert own(talk)[-1] == 7


def test_what_was_offered_before_counts_by_what_it_pays_today() -> None:
    # It asks for 9, 8 and 7 of ten and is offered 2 and 6. Then it wants the opposite, and 2, not
    # 6, is the most that it was offered: it pays 8.
    domain = pie(10)
    talk = domain.talk([Linear(), Puppet(2, 6)], 10)
    talk.play(3)
    talk.revalue(0, domain.wants[1].preferences())
    talk.play(1)
    assert [o.outcome for o in talk.offers if o.seat == 0] == [9, 8, 7, 2]
