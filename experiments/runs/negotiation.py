"""One negotiation of a domain, played, and how good its outcome is. No Mesa, no pandas."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agents.roster import ROSTER
from experiments.runs.protocol import Discounting, Protocol, delay
from simulator import literals
from simulator.arithmetic import power
from simulator.domains.domain import Domain
from simulator.errors import Problem, ScenarioError
from simulator.negotiation.issues import Level
from simulator.negotiation.talk import Talk, TalkState
from simulator.scenario import parts
from simulator.text import count
from simulator.theory.analysis import Analysis

__all__ = ["Discounting", "Negotiation", "negotiate"]


@dataclass(frozen=True, eq=False)
class Negotiation:
    """A negotiation that was played.

    Parameters
    ----------
    domain : Domain
        The issues and preferences.
    strategies : tuple of PartSpec
        The strategies, in seat order.
    talk : Talk
        The talk, at its end.
    discounting : {"time", "proposal", "none"}
        How utilities are discounted.
    """

    domain: Domain
    strategies: tuple[parts.PartSpec, ...]
    talk: Talk
    discounting: Discounting = "time"

    @property
    def agreement(self) -> tuple[Level, ...] | None:
        """The value agreed on each issue, None without agreement."""
        outcome = self.talk.agreement
        return None if outcome is None else self.domain.space.values(outcome)

    @property
    def utilities(self) -> list[float]:
        """Utility of each party, discounted; that of its reservation without agreement."""
        discounts = [profile.discount for profile in self.domain.profiles]
        return [u * power(d, self.delay) for u, d in zip(self.undiscounted, discounts, strict=True)]

    @property
    def undiscounted(self) -> list[float]:
        """Utility of each party, undiscounted."""
        outcome = self.talk.agreement
        utilities = self.domain.reservations if outcome is None else self.domain.utilities[outcome]
        return [float(u) for u in utilities]

    @property
    def delay(self) -> float:
        """The exponent of the discount factors: relative time, or proposals before the last."""
        talk = self.talk
        return delay(self.discounting, talk.state, talk.round, talk.rounds, len(talk.offers))

    @cached_property
    def analysis(self) -> Analysis:
        """Frontier and bargaining points, of undiscounted utilities."""
        return Analysis(self.domain.utilities, self.domain.reservations)

    @property
    def distances(self) -> dict[str, float | None]:
        """How far the agreement is from the frontier and from each point; None without either."""
        outcome = self.talk.agreement
        if outcome is None:
            return dict.fromkeys(("frontier", *Analysis.NAMES))
        distances = self.analysis.distances(outcome).items()
        return {name: None if math.isnan(distance) else distance for name, distance in distances}

    @property
    def trace(self) -> list[tuple[int, int, list[Level]]]:
        """Every proposal: round, seat, value on each issue."""
        values = self.domain.space.values
        return [(o.round, o.seat, list(values(o.outcome))) for o in self.talk.offers]

    def to_dict(self, trace: bool = False) -> dict[str, Any]:
        """Return the result as plain data, ready for JSON.

        Parameters
        ----------
        trace : bool
            Whether to add every proposal.
        """
        talk, agreed = self.talk, self.agreement
        return {
            "agreement": None if agreed is None else list(agreed),
            "rounds": talk.round,
            "timed_out": talk.state is TalkState.TIMED_OUT,
            "broken": talk.state is TalkState.BROKEN,
            "utilities": self.utilities,
            "last_proposer": talk.offers[-1].seat if talk.offers else None,
            "n_offers": len(talk.offers),
            "analysis": self._analysed(),
            **({"trace": [list(entry) for entry in self.trace]} if trace else {}),
        }

    def _analysed(self) -> dict[str, Any]:
        analysis, distances = self.analysis, self.distances
        return {
            "n_outcomes": analysis.n_outcomes,
            "pareto_size": len(analysis.frontier),
            **{name: analysis.u[at].tolist() for name, at in analysis.points.items()},
            "distance_to_nash": distances["nash"],
            "distance_to_pareto": distances["frontier"],
            "opposition": analysis.opposition,
            "rational_share": analysis.rational_share,
        }


def negotiate(
    domain: Domain,
    strategies: Sequence[object],
    rounds: int = 100,
    seed: int = 0,
    *,
    max_proposals: int | None = None,
    discounting: Discounting = "time",
) -> Negotiation:
    """Return a negotiation of a domain by these strategies, played to its end.

    Parameters
    ----------
    domain : Domain
        Issues and a profile per party.
    strategies : sequence
        One per profile, in seat order: a name with parameters, a table of parts, an import path,
        a class or an instance.
    rounds : int
        Rounds to the deadline, at least 1.
    seed : int
        Seed of every draw.
    max_proposals : int, optional
        A deadline in proposals, the last of which is still answered; the earlier of the two
        deadlines counts, and is the one that parties plan by.
    discounting : {"time", "proposal", "none"}
        Whether the profiles' discount factors count over the whole talk (the utility times the
        factor to the power of relative time, as in Genius), per proposal (as in the theory of
        bargaining), or not at all.

    Raises
    ------
    ScenarioError
        With every problem, if a strategy or a number cannot be used.
    StrategyError
        If a strategy raises an error or breaks the rules of the talk.
    """
    protocol = Protocol(rounds, max_proposals, discounting)
    specs = _checked(domain, strategies, protocol, seed)
    preferences = [domain.preferences(seat) for seat in range(len(specs))]
    talk = protocol.talk(domain, preferences, specs, seed)
    talk.play()
    return Negotiation(domain, specs, talk, discounting)


def _checked(
    domain: Domain, strategies: Sequence[object], protocol: Protocol, seed: int
) -> tuple[parts.PartSpec, ...]:
    problems: list[Problem] = []
    parties = len(domain.profiles)
    if len(strategies) != parties or parties < 2:
        here = count(parties, "profile")
        allowed = f"one per profile, and two or more; {domain.name} has {here} here"
        problems.append(Problem("strategies", [str(s) for s in strategies], allowed))
    problems += protocol.problems()
    if not literals.is_whole(literals.plain(seed)):
        problems.append(Problem("seed", seed, "a whole number"))
    specs: list[parts.PartSpec] = []
    for seat, strategy in enumerate(strategies):
        try:
            specs.append(parts.parse(strategy, "strategy", ROSTER, f"strategies.{seat}"))
        except ScenarioError as error:
            problems.extend(error.problems)
    if problems:
        raise ScenarioError(problems)
    return tuple(specs)
