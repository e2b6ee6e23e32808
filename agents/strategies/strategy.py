"""What all strategies share."""

from typing import ClassVar, NamedTuple

from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer, Response

__all__ = ["Strategy", "Traits"]


class Traits(NamedTuple):
    """What a strategy goes by, with its parameters as they are by default.

    Parameters
    ----------
    stochastic : bool
        Whether it draws.
    time : bool
        Whether its demands depend on time.
    offers : bool
        Whether its offers depend on what the partner has offered.
    model : bool
        Whether it has a model of the partner.
    trust : bool
        Whether it looks at trust itself; through expected payoffs trust moves every strategy.
    informed : bool
        Whether it knows what the partner wants, which no other strategy is shown.
    source : str
        Where it is from.
    """

    stochastic: bool = False
    time: bool = False
    offers: bool = False
    model: bool = False
    trust: bool = False
    informed: bool = False
    source: str = ""


class Strategy:
    """A strategy that accepts what is at least as good as what it would offer next (AC_next).

    A strategy of one's own overrides `propose`, and where it accepts by another rule `demand`, or
    `respond` where that does not go by what an offer pays. It holds parameters and the memory of
    one talk; the world makes a fresh one for every talk.

    Attributes
    ----------
    traits : Traits
        What it goes by.

    References
    ----------
    Baarslag, Hindriks & Jonker (2014), "Effective acceptance conditions in real-time automated
    negotiation", Decision Support Systems 60.
    """

    traits: ClassVar[Traits] = Traits()

    @property
    def informed(self) -> bool:
        """Whether it, or its model of the partner, is shown the turns of the others."""
        return self.traits.informed or getattr(getattr(self, "model", None), "informed", False)

    def begin(self, turn: Turn) -> None:
        """Take note that the talk opens."""

    def propose(self, turn: Turn) -> int | None:
        """Return the outcome to propose, None to walk away."""
        raise NotImplementedError("a strategy must have its own propose(turn)")

    def demand(self, turn: Turn, offer: Offer) -> float | None:
        """Return the least that the standing `offer` has to pay, None to walk away.

        Without end where it is refused, or accepted, whatever it pays. What is not rational is
        never accepted.
        """
        planned = self.propose(turn)
        return None if planned is None else float(turn.preferences.expected[planned])

    def respond(self, turn: Turn, offer: Offer) -> Response:
        """Return whether to accept the standing `offer`: if it pays the demand."""
        least = self.demand(turn, offer)
        if least is None:
            return Response.WALK_AWAY
        return answer(turn, offer, turn.preferences.expected[offer.outcome] >= least)


def answer(turn: Turn, offer: Offer, enough: bool) -> Response:
    """Return acceptance of a rational offer that is good enough, else a counter-offer."""
    accept = enough and turn.preferences.rational[offer.outcome]
    return Response.ACCEPT if accept else Response.COUNTER
