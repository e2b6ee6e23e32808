import pytest

from agents.opponents.bayesian import Bayesian
from agents.opponents.model import OpponentModel
from agents.opponents.perfect import Perfect
from agents.roster import STRATEGIES
from agents.scripted import ScriptedOffers
from agents.strategies.acceptance import Acceptance, Combined, Constant, Next, Target, Time
from agents.strategies.chance import Random
from agents.strategies.composed import Composed
from agents.strategies.equilibrium import Rubinstein
from agents.strategies.hardliner import Hardliner
from agents.strategies.micro import Micro
from agents.strategies.mirror import Mirror
from agents.strategies.nash_seeking import NashSeeking
from agents.strategies.nice_tit_for_tat import NiceTitForTat
from agents.strategies.strategy import Strategy
from agents.strategies.time_dependent import Boulware, Linear
from agents.strategies.tit_for_tat import RelativeTitForTat
from agents.strategies.trade_off import TradeOff
from agents.strategies.wrappers import TrustBlind
from simulator.errors import PartError
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.negotiator import Negotiator, Turn
from simulator.negotiation.offers import Offer
from simulator.negotiation.talk import TalkState
from tests.agents.strategies.conformance import Conformance, Watched
from tests.negotiations import Domain, Puppet, Wants, pie


class TestComposed(Conformance):
    name = "micro"  # whose traits the first has

    def make(self, space: OutcomeSpace, variant: int = 0) -> Negotiator:
        parts: tuple[tuple[Strategy, Acceptance | None, OpponentModel | None], ...] = (
            (Micro(), Next(), None),
            (NiceTitForTat(), Next(), Bayesian()),
            (NashSeeking(), Combined(after=0.5, window="mean"), Perfect()),
            (TradeOff(), Target(), Bayesian()),
            (RelativeTitForTat(), Target(), None),
        )
        bidding, acceptance, model = parts[variant % len(parts)]
        return Composed(bidding=bidding, acceptance=acceptance, model=model)


# A linear party offers 8, 6, 4, 2 of ten.
def test_it_offers_by_the_bidding_and_accepts_by_the_condition() -> None:
    for share, rounds in ((0.3, 1), (0.31, None)):
        strategy = Composed(bidding=Linear(last_turn="open"), acceptance=Constant(share=share))
        talk = pie(10).talk([strategy, Puppet(3)], 4)
        talk.play()
        offered = [offer.outcome for offer in talk.offers if offer.seat == 0]
        assert offered == ([8] if rounds else [8, 6, 4, 2])
        assert talk.agreement == (3 if rounds else None)


def test_without_a_condition_it_accepts_as_the_bidding_does() -> None:
    for name, kind in STRATEGIES.items():
        if name != "scripted":
            traces = []
            for strategy in (kind(), Composed(bidding=kind())):
                talk = pie(30).talk([strategy, Puppet(3, 9, 14, 8)], 12, seed=4)
                talk.play()
                traces.append((talk.offers, talk.agreement))
            assert traces[0] == traces[1]


@pytest.mark.parametrize("bidding", [Boulware, Linear, Hardliner, Mirror, NashSeeking])
def test_next_is_how_these_accept_anyway(bidding: type[Strategy]) -> None:
    # Those that have a target offer the worst that meets it.
    for partner in range(31):
        traces = []
        for strategy in (bidding(), Composed(bidding=bidding(), acceptance=Next())):
            talk = pie(30).talk([strategy, Puppet(0, partner)], 6)
            talk.play()
            traces.append((talk.offers, talk.agreement))
        assert traces[0] == traces[1]


def test_the_model_is_the_biddings() -> None:
    model = Perfect()
    bidding = NashSeeking()
    Composed(bidding=bidding, model=model)
    assert bidding.model is model


@pytest.mark.parametrize(
    "bidding", [Boulware(), Micro(), Random(), Mirror(), Hardliner(), ScriptedOffers()]
)
def test_a_bidding_without_a_model_takes_none(bidding: Strategy) -> None:
    with pytest.raises(PartError, match="strategy:model: 'perfect': none"):
        Composed(bidding=bidding, model=Perfect())


class Noted(Acceptance):
    """Notes what it is asked, and accepts."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def begin(self, turn: Turn) -> None:
        self.asked.append("begin")

    def accepts(self, turn: Turn, offer: Offer, bidding: Strategy) -> bool:
        self.asked.append((turn.round, offer.outcome, type(bidding).__name__))
        return True


def test_a_condition_is_begun_and_asked_of_rational_offers_alone() -> None:
    condition = Noted()
    wants = Wants(pie(10).wants[0].payoffs, 5.0)
    strategy = Composed(bidding=Hardliner(), acceptance=condition)
    talk = Domain((11,), (wants, wants)).talk([Puppet(4, 4, 5), strategy], 5)
    talk.play()
    assert condition.asked == ["begin", (2, 5, "Hardliner")]
    assert talk.agreement == 5


def test_two_composed_parties_negotiate_move_by_move() -> None:
    # One offers like MiCRO and takes seven tenths; the other offers 8, 6, 4, 2 of ten to itself,
    # and takes anything from t = .6 on: in round 3 it takes the 8 that leaves it 2.
    one = Composed(bidding=Micro(), acceptance=Constant(share=0.7))
    other = Composed(bidding=Linear(last_turn="open"), acceptance=Time(after=0.6))
    talk = pie(10).talk([one, other], 4)
    assert talk.play() is TalkState.AGREED
    assert [offer.outcome for offer in talk.offers] == [10, 2, 9, 4, 8]
    assert (talk.agreement, talk.round) == (8, 3)


def test_among_three_it_is_as_good_a_party_as_any() -> None:
    flat = Wants((0.0,) * 11, 0.0)
    watched = Watched(Composed(bidding=Linear(last_turn="open"), acceptance=Constant(share=0.5)))
    domain = Domain((11,), (pie(10).wants[0], flat, flat))
    talk = domain.talk([watched, Puppet(2, 3), Puppet(4, 5)], 4)
    talk.play()
    # The others make the same offers again instead of accepting.
    assert watched.moves == [
        *(("offer", 8, True), ("offer", 6, True)),
        *(("acceptance", 5, True), ("acceptance", 5, True)),
    ]


def test_a_condition_of_ones_own_must_say_what_it_accepts() -> None:
    talk = pie(10).talk([Puppet(0)] * 2, 3)
    with pytest.raises(NotImplementedError, match="accepts"):
        Acceptance().accepts(talk.turns[0], Offer(0, 1, 0), Hardliner())


def test_it_is_blind_to_trust_and_shown_the_others_turns_only_as_its_bidding_is() -> None:
    plain = Composed(bidding=Linear(), acceptance=Next())
    assert (plain.trust_blind, plain.informed) == (False, False)
    assert Composed(bidding=TrustBlind(Linear()), acceptance=Next()).trust_blind
    assert Composed(bidding=TradeOff(), model=Perfect()).informed
    assert Composed(bidding=Rubinstein(), acceptance=Next()).informed
