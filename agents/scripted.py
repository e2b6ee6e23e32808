"""A strategy that plays a given list of offers: for tests, and for replaying real talks."""

from collections.abc import Mapping, Sequence

from agents.strategies.strategy import Strategy, Traits
from simulator.errors import Problem, nearest, require
from simulator.negotiation.issues import Level
from simulator.negotiation.negotiator import Turn

__all__ = ["ScriptedOffers"]


class ScriptedOffers(Strategy):
    """Play given offers in order, the last one for ever after.

    It accepts an offer that pays it at least as much as the one it would play. It plays even
    what is irrational for it, and accepts it only if it is not.

    Parameters
    ----------
    offers : list of lists or tables
        Offers that the country makes, in order: each the level of every issue in order, or a table
        of those that do not stand at the status quo. Empty: walk away at once.
    """

    traits = Traits(source="a script")

    def __init__(self, *, offers: Sequence[Sequence[Level] | Mapping[str, Level]] = ()) -> None:
        good = not any(isinstance(offer, str | int | float) for offer in offers)
        require(good, "scripted", "offers", offers, "a list of lists of levels, or of tables")
        self.offers = offers

    def begin(self, turn: Turn) -> None:
        """Look up the outcomes of the script."""
        self._outcomes = [_outcome(turn, offer) for offer in self.offers]

    def propose(self, turn: Turn) -> int | None:
        """Return the offer whose turn it is, None (walk away) for an empty script."""
        if not self._outcomes:
            return None
        return self._outcomes[min(turn.round, len(self._outcomes) - 1)]


def _outcome(turn: Turn, offer: Sequence[Level] | Mapping[str, Level]) -> int:
    issues = turn.space.issues
    if isinstance(offer, Mapping):
        unknown = set(offer) - set(turn.space.position)
        if unknown:
            names = [issue.id for issue in issues]
            raise ValueError(_unknown("issue", min(unknown), names))
        offer = [offer.get(issue.id, issue.levels[issue.status_quo]) for issue in issues]
    if len(offer) != len(issues):
        raise ValueError(f"{len(offer)} levels for {len(issues)} issues: {list(offer)}")
    return turn.space.index(
        [_position(issue.levels, level) for issue, level in zip(issues, offer, strict=True)]
    )


def _position(levels: Sequence[Level], level: Level) -> int:
    if level not in levels:
        raise ValueError(_unknown("level", level, list(map(str, levels))))
    return list(levels).index(level)


def _unknown(what: str, name: Level, known: Sequence[str]) -> str:
    return str(Problem(what, name, f"allowed: {', '.join(known)}", nearest(name, known)))
