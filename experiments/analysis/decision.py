"""A decision of a run: the terms that made it, and the few of them on which it hangs."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import comb

from simulator.world.ground_kinds import Ground, Kind

__all__ = [
    "Decision",
    "Matter",
    "Moment",
    "Motive",
    "Scene",
    "Term",
    "explained",
    "smallest_sets",
]


class Motive(StrEnum):
    """What a decision hangs on besides what outcomes are worth."""

    AMBITION = "ambition"  # what a strategy asks for at first, beyond no deal
    CLOCK = "clock"  # what the passing of time takes off
    RESOLVE = "resolve"  # the floor that resolve puts under its demand
    RECEIVED = "received"  # what the others' offers make of its demand
    THRESHOLD = "threshold"  # what an audience asks for beyond no deal
    TEMPTATION = "temptation"  # what carrying out its own threats would bring
    IMPATIENCE = "impatience"  # what later weeks count less
    DRAW = "draw"  # of a policy that leaves it to chance
    CHANCE = "chance"  # with which such a policy breaks a deal
    TOLERANCE = "tolerance"  # how far a performance may fall short
    POLICY = "policy"  # what a policy does towards partners without a blemish
    CONDUCT = "conduct"  # how partners have performed
    EVENT = "event"  # a disregard that the scenario forces


class Matter(StrEnum):
    """What is decided."""

    ANSWER = "answer"  # to an offer
    RATIFICATION = "ratification"
    PERFORMANCE = "performance"


@dataclass(frozen=True, slots=True)
class Term:
    """What one ground adds to the margin of a decision.

    Parameters
    ----------
    kind : str
        Which ground: a `Kind` or a `Motive`.
    party : str or None
        Whose, if it is one party's.
    amount : float
        What it adds, in the unit of the decision.
    belief : float or None
        The trust or credibility behind it, in [0, 1].
    """

    kind: str
    party: str | None
    amount: float
    belief: float | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when a decision is made.

    Parameters
    ----------
    matter : Matter
        What is decided.
    party, talk : str
        By whom, in which talk.
    parties : tuple of str
        The parties of the talk, in seat order.
    week : int
        The week of the run.
    levels : tuple of int
        The levels of what is on the table, or of the deal, per issue.
    deal : str or None
        About which deal.
    opening, round : int or None
        Of an answer: which opening of the talk, in which round.
    """

    matter: Matter
    party: str
    talk: str
    parties: tuple[str, ...]
    week: int
    levels: tuple[int, ...]
    deal: str | None = None
    opening: int | None = None
    round: int | None = None


@dataclass(frozen=True)
class Decision:
    """One decision of one party.

    Parameters
    ----------
    scene : Scene
        Where and when it was made.
    positive : bool
        Whether it was a yes: accepted, passed, kept.
    margin : float
        By how much: from 0 on a yes, below it a no.
    unit : str
        The unit of the margin and its terms.
    terms : tuple of Term
        What the margin is the sum of, but for what is nothing.
    turning : tuple of tuples of Term
        The smallest sets of terms without which the decision turns, all of one size, the most
        telling first; empty if nothing turns it.
    tie : bool
        Whether without them it is all the same to the party, which is still a yes.
    """

    scene: Scene
    positive: bool
    margin: float
    unit: str
    terms: tuple[Term, ...]
    turning: tuple[tuple[Term, ...], ...]
    tie: bool = False

    @property
    def outcome(self) -> str:
        """What was decided, in a word."""
        yes, no = _OUTCOMES[self.scene.matter]
        return yes if self.positive else no


_OUTCOMES = {
    Matter.ANSWER: ("accepted", "refused"),
    Matter.RATIFICATION: ("passed", "rejected"),
    Matter.PERFORMANCE: ("kept", "broke"),
}


class Moment(ABC):
    """A decision that can be played again, with some of its grounds left out."""

    scene: Scene
    unit = "US$ bn / year"
    #: All there are, in the order in which one makes sense after the other.
    grounds: tuple[Ground, ...]

    @abstractmethod
    def margin(self, left_out: Collection[Ground]) -> float:
        """Return the margin of the decision without some grounds."""

    @abstractmethod
    def plays(self, left_out: Collection[Ground]) -> bool:
        """Return whether the party says yes without some grounds, by its own rule."""

    def gain(self, left_out: Collection[Ground]) -> float:
        """Return what a yes is worth more than a no without some grounds."""
        return self.margin(left_out)

    def belief(self, ground: Ground) -> float | None:
        """Return the trust or credibility that a ground rests on, if it rests on one."""
        return None


#: What a sum of a margin may be off by, as a share of its terms: less is nothing.
_NOTHING = 1e-11
#: A gain up to which nothing speaks for a yes.
_TIE = 1e-9
#: What is named first of what a decision hangs on: beliefs, then what is on the table.
_TELLING: Sequence[str] = (
    *(Motive.EVENT, Motive.CONDUCT, Kind.DISTRUST, Kind.THREAT, Kind.AUDIENCE, Kind.ASSURANCE),
    *(Kind.REST, Kind.BENCHMARK, Kind.FACE, Motive.THRESHOLD, Kind.HELD, Motive.TEMPTATION),
    *(Motive.RESOLVE, Motive.RECEIVED, Motive.CLOCK, Motive.IMPATIENCE, Motive.CHANCE),
    *(Kind.PROMISED, Kind.OWN, Kind.SIDE, Kind.HARM, Kind.NOTICE, Motive.POLICY),
    *(Motive.AMBITION, Motive.TOLERANCE, Motive.DRAW),
)


def explained(moment: Moment) -> Decision:
    """Return a decision split into its terms, with the smallest sets on which it hangs.

    A term is what the margin gains when its ground comes in, after those before it; so they sum to
    the margin. A set is found by playing the decision without it.
    """
    amounts, positive = _amounts(moment), moment.plays(frozenset())
    turning, tie = _turning(moment, amounts, positive)
    terms = {g: _term(moment, g, amounts.get(g, 0.0)) for g in moment.grounds}
    return Decision(
        moment.scene,
        positive,
        moment.margin(frozenset()),
        moment.unit,
        tuple(terms[ground] for ground in amounts),
        tuple(tuple(terms[ground] for ground in some) for some in turning),
        tie,
    )


def _turning(
    moment: Moment, amounts: Mapping[Ground, float], positive: bool
) -> tuple[tuple[tuple[Ground, ...], ...], bool]:
    """Return the smallest sets that turn a decision, and whether they only make a tie of it.

    First of what speaks for it, then also of what comes to speak for it where that is left out.
    """
    grounds = sorted(
        moment.grounds, key=lambda g: (_TELLING.index(g.kind), -abs(amounts.get(g, 0.0)))
    )
    pushing = [g for g in grounds if g in amounts and (amounts[g] > 0.0) == positive]
    silent = [g for g in grounds if g in pushing or g not in amounts]
    for some in (pushing, silent, grounds):
        found = smallest_sets(some, lambda less: moment.plays(less) != positive)
        if found:
            return found, False
    return smallest_sets(pushing, lambda less: moment.gain(less) <= _TIE), positive


def _term(moment: Moment, ground: Ground, amount: float) -> Term:
    party = None if ground.seat is None else moment.scene.parties[ground.seat]
    return Term(str(ground.kind), party, amount, moment.belief(ground))


def _amounts(moment: Moment) -> dict[Ground, float]:
    """Return what each ground adds, those that add nothing left out."""
    left, amounts = set(moment.grounds), {}
    before = moment.margin(frozenset(left))
    for ground in moment.grounds:
        left.remove(ground)
        now = moment.margin(frozenset(left))
        amounts[ground] = now - before
        before = now
    least = _NOTHING * max((abs(amount) for amount in amounts.values()), default=0.0)
    return {ground: amount for ground, amount in amounts.items() if abs(amount) > least}


#: Larger sets than these are only looked for if all grounds together turn the decision.
PLAIN = 2
#: Up to how many sets of one size are tried; beyond, terms are dropped one by one.
TRIED = 5000


def smallest_sets(
    grounds: Sequence[Ground], turns: Callable[[Collection[Ground]], bool]
) -> tuple[tuple[Ground, ...], ...]:
    """Return the smallest sets of grounds that turn a decision, in the order of the grounds.

    Where there are very many to try, one from which nothing can be dropped.

    Parameters
    ----------
    grounds : sequence of Ground
        Of what they are made.
    turns : callable
        Whether the decision turns without a set.
    """
    for size in range(1, len(grounds) + 1):
        if size > PLAIN and not turns(frozenset(grounds)):
            return ()
        if comb(len(grounds), size) > TRIED:
            return _thinned(grounds, turns)
        found = tuple(some for some in combinations(grounds, size) if turns(frozenset(some)))
        if found:
            return found
    return ()


def _thinned(
    grounds: Sequence[Ground], turns: Callable[[Collection[Ground]], bool]
) -> tuple[tuple[Ground, ...], ...]:
    """Return one set from which no ground can be dropped, if all of them turn the decision."""
    kept = list(grounds)
    if not turns(frozenset(kept)):
        return ()
    for ground in reversed(grounds):
        fewer = [other for other in kept if other != ground]
        if turns(frozenset(fewer)):
            kept = fewer
    return (tuple(kept),)
