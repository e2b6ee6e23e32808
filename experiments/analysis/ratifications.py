"""The vote of an audience on a deal, and how it would have come out on other grounds."""

from collections.abc import Collection
from dataclasses import replace

from agents.ratification import Audience
from experiments.analysis.decision import Moment, Motive, Scene
from simulator.world.ground_kinds import Ground
from simulator.world.votes import Votes

__all__ = ["Ratification"]

_THRESHOLD = Ground(Motive.THRESHOLD)


class Ratification(Moment):
    """An audience before which a deal is put.

    Parameters
    ----------
    scene : Scene
        Where and when.
    audience : Audience
        Who votes.
    votes : Votes
        What it compares.
    outcome : int
        The index of the deal's outcome.
    """

    def __init__(self, scene: Scene, audience: Audience, votes: Votes, outcome: int) -> None:
        self.scene = scene
        self._audience, self._votes, self._outcome = audience, votes, outcome
        self.grounds = (*votes, _THRESHOLD)

    def margin(self, left_out: Collection[Ground]) -> float:
        """Return by how much the deal pays more than is asked for, US$ bn per year."""
        if _THRESHOLD in left_out:
            return float(self._votes.less(left_out).gains()[self._outcome])
        return self._audience.surplus(self._payoff(left_out))

    def plays(self, left_out: Collection[Ground]) -> bool:
        """Return whether the deal passes."""
        asks = 0.0 if _THRESHOLD in left_out else self._audience.threshold
        return replace(self._audience, threshold=asks).passes(self._payoff(left_out))

    def _payoff(self, left_out: Collection[Ground]) -> float:
        return float(self._votes.less(left_out).payoffs()[self._outcome])
