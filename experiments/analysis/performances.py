"""The choice to perform a deal, and how it would have come out on other grounds."""

from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from agents.compliance.opportunist import Opportunist
from agents.compliance.unconditional import Volatile
from experiments.analysis.decision import Moment, Motive, Scene
from simulator.world.ground_kinds import Ground, Kind
from simulator.world.party import Review, disregarded

__all__ = ["Force", "Performance", "performance"]

_TOLERANCE, _POLICY = Ground(Motive.TOLERANCE), Ground(Motive.POLICY)
_CONDUCT, _EVENT = Ground(Motive.CONDUCT), Ground(Motive.EVENT)
_TEMPTATION, _IMPATIENCE = Ground(Motive.TEMPTATION), Ground(Motive.IMPATIENCE)
_DRAW, _CHANCE = Ground(Motive.DRAW), Ground(Motive.CHANCE)
_DISTRUST = Ground(Kind.DISTRUST)


class Performance(Moment):
    """A policy that chooses how to perform a deal.

    The margin is how far the least of the chosen qualities lies above a disregard.

    Parameters
    ----------
    scene : Scene
        Where and when.
    policy : Policy
        Who chooses.
    review : Review
        What it sees.
    """

    unit = "quality"
    grounds: tuple[Ground, ...] = (_TOLERANCE, _POLICY, _CONDUCT)

    def __init__(self, scene: Scene, policy: Any, review: Review) -> None:
        self.scene, self.review = scene, review
        self._policy = policy

    def margin(self, left_out: Collection[Ground]) -> float:
        """Return how far the performance lies above a disregard."""
        level = 1.0 if _TOLERANCE in left_out else self.review.disregard
        return self._quality(left_out) - level

    def plays(self, left_out: Collection[Ground]) -> bool:
        """Return whether the deal is performed well enough."""
        return not disregarded(self._quality(left_out), self.review.disregard)

    def _quality(self, left_out: Collection[Ground]) -> float:
        return 1.0 if _POLICY in left_out else self._chosen(self._seen(left_out))

    def _seen(self, left_out: Collection[Ground]) -> Review:
        """Return what the policy would see."""
        if _CONDUCT not in left_out:
            return self.review
        return replace(self.review, past=tuple((own, 1.0) for own, _ in self.review.past))

    def _chosen(self, review: Review) -> float:
        """Return the least quality that the policy chooses."""
        chosen = deepcopy(self._policy).choose(review)
        if not isinstance(chosen, Mapping):
            return float(chosen)
        return min((float(chosen[issue]) for issue in review.commitments), default=1.0)


class Calculation(Performance):
    """A policy that keeps a deal while it pays, and says by how much it does."""

    unit = "US$ bn / year"

    def __init__(self, scene: Scene, policy: Any, review: Review) -> None:
        super().__init__(scene, policy, review)
        own = scene.parties.index(scene.party)
        #: What becomes of a review without a ground.
        self._neutral: dict[Ground, dict[str, float]] = {
            Ground(Kind.OWN): {"own": 0.0, "takes": 0.0},
            Ground(Kind.HARM): {"harm": 0.0},
            Ground(Kind.SIDE): {"side": 0.0},
            Ground(Kind.PROMISED): {"promised": 0.0},
            Ground(Kind.THREAT): {"suffered": 0.0},
            Ground(Kind.THREAT, own): {"gained": 0.0},
            _TEMPTATION: {"tempted": 0.0},
            _DISTRUST: {"trust": 1.0},
            _IMPATIENCE: {"discount": 1.0},
        }
        self.grounds = tuple(self._neutral)

    def margin(self, left_out: Collection[Ground]) -> float:
        """Return by how much keeping the deal pays."""
        return float(self._policy.margin(self._seen(left_out)))

    def belief(self, ground: Ground) -> float | None:
        """Return the trust in the partners."""
        return self.review.trust if ground == _DISTRUST else None

    def _quality(self, left_out: Collection[Ground]) -> float:
        return self._chosen(self._seen(left_out))

    def _seen(self, left_out: Collection[Ground]) -> Review:
        changes = {k: v for ground in left_out for k, v in self._neutral[ground].items()}
        return replace(self.review, **changes)  # type: ignore[arg-type]


class Draw(Performance):
    """A policy that breaks a deal by chance: the draw less the probability is the margin."""

    unit = "probability"
    grounds: tuple[Ground, ...] = (_DRAW, _CHANCE)

    def margin(self, left_out: Collection[Ground]) -> float:
        """Return by how much the draw exceeds the probability of a breach."""
        drawn = Volatile(probability=0.0).margin(self.review)
        return self._as(left_out).margin(self.review) - (drawn if _DRAW in left_out else 0.0)

    def _quality(self, left_out: Collection[Ground]) -> float:
        return self._as(left_out).choose(self.review)

    def _as(self, left_out: Collection[Ground]) -> Volatile:
        return Volatile(probability=0.0 if _CHANCE in left_out else self._policy.probability)


#: How policies choose; others by qualities alone.
_KINDS: Mapping[type, type[Performance]] = {Opportunist: Calculation, Volatile: Draw}


def performance(scene: Scene, policy: Any, review: Review) -> Performance:
    """Return the moment in which a policy chooses how to perform a deal."""
    return _KINDS.get(type(policy), Performance)(scene, policy, review)


class Force(Moment):
    """A disregard that an event forces.

    Parameters
    ----------
    scene : Scene
        Where and when.
    level : float
        The quality below which a performance is a disregard.
    otherwise : callable
        Plays the run without the event, and returns the quality with which the deal is performed.
    """

    unit = "quality"
    grounds = (_TOLERANCE, _POLICY, _EVENT)

    def __init__(self, scene: Scene, level: float, otherwise: Callable[[], float]) -> None:
        self.scene = scene
        self._level, self._otherwise = level, otherwise

    def margin(self, left_out: Collection[Ground]) -> float:
        """Return how far the performance lies above a disregard."""
        return self._quality(left_out) - (1.0 if _TOLERANCE in left_out else self._level)

    def plays(self, left_out: Collection[Ground]) -> bool:
        """Return whether the deal is performed well enough."""
        return not disregarded(self._quality(left_out), self._level)

    def _quality(self, left_out: Collection[Ground]) -> float:
        if _EVENT not in left_out:
            return 0.0
        return 1.0 if _POLICY in left_out else self._otherwise()
