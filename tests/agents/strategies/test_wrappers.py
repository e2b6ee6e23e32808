import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.roster import STRATEGIES
from agents.scripted import ScriptedOffers
from agents.strategies.chance import Random
from agents.strategies.hardliner import Hardliner
from agents.strategies.micro import Micro
from agents.strategies.mirror import Mirror
from agents.strategies.strategy import Strategy, Traits
from agents.strategies.time_dependent import Boulware, Linear
from agents.strategies.wrappers import Noisy, TrustBlind, Wary, Wrapper
from simulator import draws
from simulator.errors import PartError
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.negotiator import Negotiator, show
from simulator.negotiation.talk import Talk, TalkState
from tests.agents.strategies.conformance import MOVES, Conformance, Story, Watched
from tests.negotiations import Domain, Puppet, Wants, pie


class Distrusted(Conformance):
    """Talks in which the strategy trusts nobody."""

    def _opened(self, story: Story, watch: bool = False) -> Talk:
        talk = super()._opened(story, watch)
        show(talk.turns[story.seat], trust=(0.0,) * (len(talk.turns) - 1))
        return talk


class TestNoisy(Conformance):
    name = "micro"

    def make(self, space: OutcomeSpace, variant: int = 0) -> Negotiator:
        inner: Strategy = (Micro(), Boulware(), Random(), Mirror())[variant % 4]
        return Noisy(inner, sd=0.3)


class TestWary(Distrusted):
    name = "linear"

    def make(self, space: OutcomeSpace, variant: int = 0) -> Negotiator:
        inner: Strategy = (Linear(), Micro(), Random(), Mirror())[variant % 4]
        return Wary(inner, premium=(0.3, 1.0)[variant % 2])

    def _traits(self) -> Traits:
        return super()._traits()._replace(trust=True)


def own(talk: Talk, seat: int = 0) -> list[int]:
    return [offer.outcome for offer in talk.offers if offer.seat == seat]


# -- noisy -------------------------------------------------------------------------------------


def noise(seed: int, number: int, count: int, party: str = "0") -> float:
    return draws.normal(seed, "noisy", ("talk", party), 0, number, count)


@pytest.mark.parametrize("seed", range(8))
def test_every_offer_is_the_one_that_pays_what_was_meant_and_a_draw(seed: int) -> None:
    # A linear party means to offer 80, 60, 40, 20 of a hundred.
    talk = pie(100).talk([Noisy(Linear(last_turn="open"), sd=0.1), Puppet(0)], 4, seed)
    talk.play()
    for number, meant in enumerate((80, 60, 40, 20)):
        moved = meant + 10 * noise(seed, number, 2 * number)
        assert own(talk)[number] == round(min(max(moved, 0), 100))


def test_what_it_offers_is_rational_however_large_the_draw() -> None:
    wants = Wants(pie(10).wants[0].payoffs, 6.0)
    offered = set()
    for seed in range(20):
        talk = Domain((11,), (wants, wants)).talk(
            [Noisy(Linear(last_turn="open"), sd=5.0), Puppet(0)], 6, seed
        )
        talk.play()
        offered.update(own(talk))
    assert {6, 10} <= offered <= {6, 7, 8, 9, 10}


def test_it_accepts_what_the_strategy_accepts_and_what_it_would_offer() -> None:
    # A hardliner accepts only 10; it would offer 10 less |draw| * 3, too.
    agreed = set()
    for seed in range(40):
        talk = pie(10).talk([Puppet(2), Noisy(Hardliner(), sd=0.3)], 6, seed)
        talk.play()
        meant = [10 + 3 * noise(seed, number, 2 * number + 1, "1") for number in range(6)]
        same = [number for number, pay in enumerate(meant) if round(min(max(pay, 0), 10)) == 8]
        assert talk.agreement == (2 if same else None)
        assert not same or talk.round == same[0] + 1
        agreed.add(talk.agreement)
    assert agreed == {2, None}
    talk = pie(10).talk([Puppet(0), Noisy(Hardliner(), sd=0.3)], 6)
    assert (talk.play(), talk.round) == (TalkState.AGREED, 1)


@pytest.mark.parametrize("name", sorted(set(STRATEGIES) - {"scripted"}))
@settings(max_examples=20)
@given(moves=MOVES)
def test_without_noise_or_premium_a_wrapped_strategy_plays_as_it_is(
    name: str, moves: list[int]
) -> None:
    domain = pie(35)
    alone = domain.talk([STRATEGIES[name](), Puppet(*moves)], 12, seed=5)
    alone.play()
    for wrapped in (Noisy(made(name), sd=0.0), TrustBlind(made(name)), Wary(made(name))):
        talk = domain.talk([wrapped, Puppet(*moves)], 12, seed=5)
        talk.play()
        assert (talk.offers, talk.agreement) == (alone.offers, alone.agreement)


def made(name: str) -> Strategy:
    strategy: Strategy = STRATEGIES[name]()
    return strategy


def test_two_noisy_parties_agree_somewhere_else_under_every_seed() -> None:
    agreements = set()
    for seed in range(20):
        strategies = [
            Noisy(Linear(last_turn="open"), sd=0.1),
            Noisy(Linear(last_turn="open"), sd=0.1),
        ]
        talk = pie(100).talk(strategies, 10, seed)
        talk.play()
        agreements.add(talk.agreement)
    assert len(agreements) > 5


# -- wary --------------------------------------------------------------------------------------


def distrusting(strategy: Strategy, *trust: float, rounds: int = 4, partner: int = 0) -> Talk:
    """Return the talk of a strategy about ten slices with partners that it trusts so much."""
    flat = Wants((0.0,) * 11, 0.0)
    domain = Domain((11,), (pie(10).wants[0], *(flat for _ in trust)))
    talk = domain.talk([strategy, *(Puppet(partner) for _ in trust)], rounds)
    show(talk.turns[0], trust=trust)
    talk.play()
    return talk


# A linear party asks for 8, 6, 4, 2 of ten, and for no less than 10 premium (1 - trust).
@pytest.mark.parametrize(
    ("premium", "trust", "offered"),
    [
        (0.5, 0.0, [8, 6, 5, 5]),
        (0.5, 0.5, [8, 6, 4, 3]),
        (0.5, 1.0, [8, 6, 4, 2]),
        (0.2, 0.5, [8, 6, 4, 2]),
        (1.0, 0.0, [10, 10, 10, 10]),
        (0.0, 0.0, [8, 6, 4, 2]),
    ],
)
def test_it_offers_nothing_below_its_margin(
    premium: float, trust: float, offered: list[int]
) -> None:
    assert own(distrusting(Wary(Linear(last_turn="open"), premium=premium), trust)) == offered


def test_it_accepts_nothing_below_its_margin_whatever_the_strategy_says() -> None:
    wary = Wary(Linear(last_turn="open"), premium=0.5)
    # A margin of 4; alone a linear party takes 3 in round 4, and 4 in round 3.
    assert distrusting(wary, 0.2, partner=3).agreement is None
    talk = distrusting(wary, 0.2, partner=4)
    assert (talk.agreement, talk.round) == (4, 3)
    # A margin of 5: the 4 never does.
    assert distrusting(wary, 0.0, partner=4).agreement is None


def test_the_margin_counts_from_the_floor() -> None:
    wants = Wants(pie(10).wants[0].payoffs, 5.0)
    talk = Domain((11,), (wants, wants)).talk(
        [Wary(Linear(last_turn="open"), premium=0.5), Puppet(0)], 4
    )
    show(talk.turns[0], trust=(0.0,))
    talk.play()
    # 9, 8, 7, 6 of the range from 5 to 10, and no less than 7.5.
    assert own(talk) == [9, 8, 8, 8]


def test_among_several_partners_the_one_it_trusts_least_counts() -> None:
    for trust in ((0.0, 1.0), (1.0, 0.0)):
        assert own(distrusting(Wary(Linear(last_turn="open"), premium=0.5), *trust)) == [8, 6, 5, 5]


def test_with_the_largest_margin_it_still_takes_its_best() -> None:
    talk = distrusting(Wary(Random(accepting=0.0), premium=1.0), 0.0, partner=10)
    assert (talk.agreement, talk.offers[0].outcome) == (10, 10)


def test_it_walks_away_when_the_strategy_does() -> None:
    for wrapper in (Noisy, TrustBlind, Wary):
        talk = pie(10).talk([wrapper(ScriptedOffers()), Puppet(0)], 4)
        assert (talk.play(), talk.walked_away) == (TalkState.BROKEN, 0)


# -- trust-blind -------------------------------------------------------------------------------


def test_a_strategy_is_trust_blind_however_deep_it_is_wrapped() -> None:
    assert TrustBlind(Linear(last_turn="open")).trust_blind
    assert Noisy(Wary(TrustBlind(Linear(last_turn="open")))).trust_blind
    assert TrustBlind(Noisy(Linear(last_turn="open"))).trust_blind
    assert not Noisy(Wary(Linear(last_turn="open"))).trust_blind


# -- what they share ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "parameter", "values"),
    [
        (Noisy, "sd", (-0.1, math.inf, math.nan)),
        (Wary, "premium", (-0.1, 1.1, math.nan)),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(
    kind: type[Wrapper], parameter: str, values: tuple[float, ...]
) -> None:
    name = kind.__name__.lower()
    for value in values:
        with pytest.raises(PartError, match=f"{name}:{parameter}"):
            kind(Linear(last_turn="open"), **{parameter: value})


@given(sd=st.floats(0, 1), premium=st.floats(0, 1), seed=st.integers(0, 99))
def test_wrappers_wrap_in_the_order_given(sd: float, premium: float, seed: int) -> None:
    # Outermost a wary party never goes below its margin, whatever the noise.
    watched = Watched(Wary(Noisy(Linear(last_turn="open"), sd=sd), premium=premium))
    talk = pie(100).talk([watched, Puppet(0)], 9, seed)
    show(talk.turns[0], trust=(0.0,))
    talk.play()
    assert all(outcome >= 100 * premium - 1e-9 for outcome in own(talk))
    assert watched.regrets == []


def test_a_wrapper_says_what_it_adds_to_what_a_strategy_goes_by() -> None:
    assert Noisy.traits == Traits(stochastic=True)
    assert Wary.traits == Traits(trust=True)
    assert TrustBlind.traits == Traits()
