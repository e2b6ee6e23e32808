"""What each talk could agree on before the first week, found without playing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from agents.ratification import Audience
from agents.trust.memory import Memory
from agents.trust.model import TrustModel
from simulator.errors import ConductError, describe_error
from simulator.negotiation.payoffs import Preferences, Vector
from simulator.scenario.scenario import Scenario
from simulator.world.blueprint import Blueprint
from simulator.world.grounds import Views
from simulator.world.party import Evidence
from simulator.world.threats import ThreatRegister
from simulator.world.track import Track, peers

__all__ = ["Baseline", "Zone"]


@dataclass(frozen=True)
class Zone:
    """A talk's zone of agreement: the outcomes that leave no party worse off than no new deal.

    Parameters
    ----------
    size, outcomes : int
        How many outcomes are in it, and how many there are.
    ratified : int
        How many of those in it every audience would ratify.
    gained_by : tuple of int
        By how many outcomes each party gains, against no new deal, whatever the others get.
    gainful : int
        By how many of those in the zone anybody gains. That leaves out what is no agreement: all
        as it is without a deal, where no threat is averted.
    passed : tuple of (int or None)
        How many of the gainful ones each party's audience would ratify; None without an audience.
    agreeable : int
        How many of the gainful ones every audience would ratify.
    disagreement : tuple of float
        What each party expects without a new deal, US$ bn per year.
    ranges : tuple of (float, float)
        Least and most that each party expects in it; nan where it is empty.
    """

    size: int
    outcomes: int
    ratified: int
    gained_by: tuple[int, ...]
    gainful: int
    passed: tuple[int | None, ...]
    agreeable: int
    disagreement: tuple[float, ...]
    ranges: tuple[tuple[float, float], ...]

    @property
    def share(self) -> float:
        """The share of the outcomes that are in the zone."""
        return self.size / self.outcomes


class Baseline:
    """A scenario before its first week: history replayed, threats announced, deals in force.

    Values are free of uncertainty, and no event has happened yet. `trust` and `credibility` are by
    (observer, subject), in [0, 1].
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        blueprint = Blueprint(scenario)
        self.trust, self.credibility = _replayed(blueprint)
        self._tracks = {key: Track(plan, None) for key, plan in blueprint.plans.items()}
        for deal in scenario.deals:
            track = self._tracks[deal.talk]
            signed = scenario.week_of(deal.signed)
            track.bring_into_force(track.plan.initial_deal(deal.outcome, signed), signed)
        threats = ThreatRegister(0)
        threats.update(blueprint, 0)
        threats.tell(self._tracks, blueprint.coalitions)

    def zone(self, talk: str, trust: float | None = None) -> Zone:
        """Return the zone of agreement of a talk, at the trust there is or at another one of all.

        Parameters
        ----------
        talk : str
            Its key.
        trust : float, optional
            In [0, 1]: of each party in each other.
        """
        track = self._tracks[talk]
        seats = range(len(track.plan.parties))
        preferences = [self._preferences(track, seat, trust) for seat in seats]
        inside = np.logical_and.reduce([p.rational for p in preferences])
        passed = [self._passed(track, seat) for seat in seats]
        by_all = np.logical_and.reduce([inside, *(p for p in passed if p is not None)])
        gains = [p.gainful for p in preferences]
        agreements = inside & np.logical_or.reduce(gains)
        return Zone(
            size=int(inside.sum()),
            outcomes=track.plan.space.size,
            ratified=int(by_all.sum()),
            gained_by=tuple(int(gain.sum()) for gain in gains),
            gainful=int(agreements.sum()),
            passed=tuple(None if p is None else int((agreements & p).sum()) for p in passed),
            agreeable=int((agreements & by_all).sum()),
            disagreement=tuple(p.disagreement for p in preferences),
            ranges=tuple(_range(p.expected[inside]) for p in preferences),
        )

    def _preferences(self, track: Track, seat: int, trust: float | None) -> Preferences:
        name = track.plan.parties[seat]
        partners = track.plan.partners[seat]
        views = Views(
            tuple(self.trust[name, other] if trust is None else trust for other in partners),
            self._credibility(track, seat),
            self.scenario.countries[name].benchmark,
            self.scenario.reciprocity,
        )
        return track.preferences(seat, views, peers(self._tracks.values(), track, name))

    def _credibility(self, track: Track, seat: int) -> tuple[float, ...]:
        name = track.plan.parties[seat]
        return tuple(self.credibility[name, other] for other in track.plan.partners[seat])

    def _passed(self, track: Track, seat: int) -> NDArray[np.bool_] | None:
        """Return which outcomes a party's audience would ratify, ``(n,)``; None without one."""
        spec = track.spec.audience.get(track.plan.parties[seat])
        if spec is None:
            return None
        payoffs = track.votes(seat, self._credibility(track, seat)).payoffs()
        return Audience(spec.threshold).believed_win_set(payoffs, 0.0)


_Matrix = dict[tuple[str, str], float]


def _replayed(blueprint: Blueprint) -> tuple[_Matrix, _Matrix]:
    """Return the trust, and the credibility of threats, that a scenario's history leads to."""
    trust, credibility = (
        {key: getattr(spec, slot).build() for key, spec in blueprint.scenario.countries.items()}
        for slot in ("trust", "credibility")
    )
    past = blueprint.history
    return (
        _learned(blueprint, trust, [(passed, of.promises) for passed, of in past]),
        _learned(blueprint, credibility, [(passed, of.threats) for passed, of in past]),
    )


def _learned(
    blueprint: Blueprint,
    models: Mapping[str, object],
    past: Sequence[tuple[float, Mapping[tuple[str, str], Sequence[Evidence]]]],
) -> _Matrix:
    """Return what each observer's model makes of each subject's past."""
    memories = {key: Memory(cast("TrustModel", model)) for key, model in models.items()}
    pairs = blueprint.witnesses.pairs
    for passed, lessons in past:
        for observer, subject in pairs:
            memory = memories[observer]
            try:
                memory.observe(subject, passed, lessons.get((observer, subject), ()))
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                name = type(memory.model).__name__
                raise ConductError(name, observer, 0, describe_error(error)) from error
    return {(o, s): memories[o].trust(s) for o, s in pairs}


def _range(payoffs: Vector) -> tuple[float, float]:
    if not len(payoffs):
        return float("nan"), float("nan")
    return float(payoffs.min()), float(payoffs.max())
