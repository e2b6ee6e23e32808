"""The answer of a party to an offer, and how it would have come out on other grounds."""

import math
from collections.abc import Callable, Collection, Iterator
from copy import copy, deepcopy
from functools import cached_property
from typing import Any

from agents.strategies.strategy import Strategy
from experiments.analysis.decision import Moment, Motive, Scene
from simulator.negotiation.negotiator import UNSEEN, Negotiator, Turn, show
from simulator.negotiation.offers import Offer, Response
from simulator.negotiation.payoffs import Preferences, Vector
from simulator.world.ground_kinds import Ground, Kind
from simulator.world.grounds import Grounds

__all__ = ["Answer"]

_AMBITION, _CLOCK = Ground(Motive.AMBITION), Ground(Motive.CLOCK)
_RESOLVE, _RECEIVED = Ground(Motive.RESOLVE), Ground(Motive.RECEIVED)


class _Content(Strategy):
    """A strategy without ambition: it accepts whatever is rational."""

    def demand(self, turn: Turn, offer: Offer) -> float:
        return -math.inf


class Answer(Moment):
    """A party's turn to answer an offer.

    Parameters
    ----------
    scene : Scene
        Where and when.
    turn : Turn
        What the party sees.
    offer : Offer
        The standing offer.
    negotiator : Negotiator
        Who answers, as it was before it did.
    another : callable
        Makes another like it, for whom the talk has not begun.
    grounds : Grounds
        What the party's preferences follow from.
    surplus : ndarray or None
        By how much it believes each outcome to exceed what its audience passes.
    """

    def __init__(
        self,
        scene: Scene,
        turn: Turn,
        offer: Offer,
        negotiator: Negotiator,
        another: Callable[[], Negotiator],
        grounds: Grounds,
        surplus: Vector | None,
    ) -> None:
        self.scene = scene
        self.turn = copy(turn)
        # The talk goes on, and with it the list of offers and the turns of others.
        show(self.turn, offers=tuple(turn.offers))
        if turn.seats is not UNSEEN:
            show(self.turn, seats=tuple(map(copy, turn.seats)))
        self.offer = offer
        self._negotiator, self._another = negotiator, another
        self._wants, self._surplus = grounds, surplus
        self._preferences: dict[frozenset[Ground], Preferences] = {}
        self.grounds = (*grounds, *self._motives())

    def _motives(self) -> Iterator[Ground]:
        yield _AMBITION
        if not any(map(_draws, _parts(self._negotiator))):
            yield _CLOCK
        if any(map(_is_resolute, _parts(self._negotiator))):
            yield _RESOLVE
        yield _RECEIVED

    def margin(self, left_out: Collection[Ground]) -> float:
        """Return by how much the offer pays more than it has to, US$ bn per year."""
        wants, outcome = self.wanted(left_out), self.offer.outcome
        gain = float(wants.expected[outcome]) - self._demand(left_out, wants)
        if wants.allowed is not None and not wants.allowed[outcome]:
            gain = min(gain, self._barred(wants))
        # Who has a rule of its own may accept what pays less than no deal.
        own_rule = _AMBITION not in left_out and not self._says_what_it_demands
        return max(gain, 0.0) if own_rule and self.plays(left_out) else gain

    def gain(self, left_out: Collection[Ground]) -> float:
        """Return what the offer is worth more than no deal, US$ bn per year."""
        return self.margin({*left_out, _AMBITION})

    def plays(self, left_out: Collection[Ground]) -> bool:
        """Return whether the party accepts."""
        turn = self._seen(left_out)
        if not len(turn.preferences.options):
            return False  # where nothing is rational, the talk does not ask
        negotiator = self._who(left_out, turn)
        return negotiator.respond(turn, self.offer) is Response.ACCEPT

    def belief(self, ground: Ground) -> float | None:
        """Return the trust in a partner, or the credibility of its threats."""
        partners, views = self._wants.valuations.seats[self.turn.seat].partners, self._wants.views
        if ground.seat not in partners:
            return None
        place = partners.index(ground.seat)
        if ground.kind in (Kind.DISTRUST, Kind.ASSURANCE, Kind.PROMISED):
            return views.trust[place]
        return views.credibility[place] if ground.kind in (Kind.REST, Kind.THREAT) else None

    def wanted(self, left_out: Collection[Ground]) -> Preferences:
        """Return what the party would want without some grounds."""
        less = frozenset(ground for ground in left_out if not isinstance(ground.kind, Motive))
        if less not in self._preferences:
            self._preferences[less] = self._wants.less(less).preferences()
        return self._preferences[less]

    # -- as it would have been ---------------------------------------------------------------

    def _seen(self, left_out: Collection[Ground]) -> Turn:
        """Return what the party would see."""
        turn, partners = copy(self.turn), self._wants.valuations.seats[self.turn.seat].partners
        trust = [
            1.0 if Ground(Kind.DISTRUST, partner) in left_out else t
            for partner, t in zip(partners, turn.trust, strict=True)
        ]
        show(turn, preferences=self.wanted(left_out), trust=tuple(trust))
        if _CLOCK in left_out:
            show(turn, round=0, patience=1.0)
        if _RECEIVED in left_out:
            show(turn, offers=tuple(o for o in turn.offers if o.seat == turn.seat))
        if turn.seats is not UNSEEN:
            show(turn, seats=tuple(turn if t.seat == turn.seat else t for t in turn.seats))
        return turn

    def _who(self, left_out: Collection[Ground], turn: Turn) -> Negotiator:
        """Return who would answer."""
        if _AMBITION in left_out:
            return _Content()
        if _RECEIVED in left_out:
            negotiator = self._another()
            negotiator.begin(turn)
        else:
            negotiator = deepcopy(self._negotiator)
        if _RESOLVE in left_out:
            for part in filter(_is_resolute, _parts(negotiator)):
                part.resolve = 0.0
        return negotiator

    def _demand(self, left_out: Collection[Ground], wants: Preferences) -> float:
        """Return what the offer would have to pay: no less than no deal, no more than there is."""
        if _AMBITION in left_out:
            return wants.disagreement
        if not len(wants.options):
            return wants.least
        demand = self._demanded(left_out)
        low, high = float(wants.expected.min()), float(wants.expected.max())
        above = max(high, wants.least) + (high - low or 1.0)
        return max(min(above if demand is None else demand, above), wants.least)

    def _demanded(self, left_out: Collection[Ground]) -> float | None:
        turn = self._seen(left_out)
        negotiator: Any = self._who(left_out, turn)
        if self._says_what_it_demands:
            demanded: float | None = negotiator.demand(turn, self.offer)
            return demanded
        accepts = negotiator.respond(turn, self.offer) is Response.ACCEPT
        return -math.inf if accepts else math.inf

    @cached_property
    def _says_what_it_demands(self) -> bool:
        """Whether the strategy has a demand, and answers by it."""
        negotiator: Any = deepcopy(self._negotiator)
        if not isinstance(negotiator, Strategy):
            return False
        turn = self._seen(())
        demand, wants = negotiator.demand(turn, self.offer), turn.preferences
        pays = demand is not None and wants.expected[self.offer.outcome] >= demand
        return bool(pays and wants.rational[self.offer.outcome]) == self.plays(())

    def _barred(self, wants: Preferences) -> float:
        """Return what an outcome lacks that the party cannot consider, below 0."""
        short = 0.0 if self._surplus is None else float(self._surplus[self.offer.outcome])
        # No surplus is lacking of the deal in force, which is there already.
        return short if short < 0.0 else wants.least - wants.disagreement or -math.ulp(0.0)


def _parts(negotiator: object) -> Iterator[Any]:
    """Yield a strategy and those of which it is made."""
    while negotiator is not None:
        yield negotiator
        negotiator = getattr(negotiator, "strategy", None) or getattr(negotiator, "bidding", None)


def _is_resolute(part: Any) -> bool:
    return bool(getattr(part, "resolve", 0.0))


def _draws(part: Any) -> bool:
    """Return whether a strategy draws in every round, and does not go by time."""
    traits = getattr(part, "traits", None)
    return bool(traits and traits.stochastic and not traits.time)
