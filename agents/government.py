"""A government: who negotiates for a country, keeps or breaks its deals, and remembers who did."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from agents.compliance.policy import Policy
from agents.ratification import Audience
from agents.trust.fixed import Fixed
from agents.trust.memory import Memory
from agents.trust.model import TrustModel
from simulator import draws
from simulator.errors import ConductError, describe_error
from simulator.negotiation.negotiator import Negotiator
from simulator.negotiation.payoffs import Vector
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import CountrySpec
from simulator.world.party import Evidence, Review
from simulator.world.simulation import Simulation

__all__ = ["Government"]


class Government:
    """A party to the talks, composed of strategy, trust model, compliance policy and audience."""

    def __init__(self, world: Simulation, spec: CountrySpec) -> None:
        self.name = spec.id
        self.world = world
        self.spec = spec
        self._policy = cast("Policy", spec.compliance.build())
        self._memory = Memory(cast("TrustModel", spec.trust.build()))
        self._threats = Memory(cast("TrustModel", spec.credibility.build()))
        self.reform(world.scenario)

    def reform(self, scenario: Scenario) -> None:
        """Go by what `scenario` says from now on; memories stay."""
        before, self.spec = self.spec, scenario.countries[self.name]
        self._talks = scenario.talks
        if before.compliance != self.spec.compliance:
            self._policy = cast("Policy", self.spec.compliance.build())
        if before.trust != self.spec.trust:
            self._memory.model = cast("TrustModel", self.spec.trust.build())
        if before.credibility != self.spec.credibility:
            self._threats.model = cast("TrustModel", self.spec.credibility.build())
        self._audiences = {
            key: Audience(talk.audience[self.name].threshold, talk.audience[self.name].noise)
            for key, talk in scenario.talks.items()
            if self.name in talk.audience
        }

    # -- negotiating -------------------------------------------------------------------------

    def negotiator(self, talk: str) -> Negotiator:
        """Return a fresh negotiator for the talk: the talk's strategy, else the country's."""
        spec = self._talks[talk].strategy.get(self.name, self.spec.strategy)
        return cast("Negotiator", spec.build())

    def believed_win_set(self, talk: str, week: int, payoffs: Vector) -> NDArray[np.bool_]:
        """Return which outcomes the country believes its audience would pass."""
        return self.audience(talk).believed_win_set(payoffs, self.misjudgement(talk, week))

    def ratify(self, talk: str, payoff: float) -> bool:
        """Return whether the audience passes a deal that pays it `payoff`."""
        return self.audience(talk).passes(payoff)

    def audience(self, talk: str) -> Audience:
        """Return the audience that has to pass deals of the talk."""
        return self._audiences[talk]

    def misjudgement(self, talk: str, week: int) -> float:
        """Return the error in what the country believes of it, in standard deviations."""
        return draws.normal(self.world.seed, "audience", (talk, self.name), week)

    # -- performing --------------------------------------------------------------------------

    def perform(self, review: Review) -> Mapping[str, float]:
        """Return the quality with which each commitment of a deal will be honoured."""
        try:
            chosen: Any = self._policy.choose(review)
            if not isinstance(chosen, Mapping):
                chosen = dict.fromkeys(review.commitments, chosen)
            return {issue: _quality(issue, chosen[issue]) for issue in review.commitments}
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            where = f"deal {review.deal!r}: "
            raise self._blame(self._policy, review.week, error, where) from error

    # -- trusting ----------------------------------------------------------------------------

    def observe(
        self,
        subject: str,
        dt: float,
        evidence: Sequence[Evidence],
        of_threats: Sequence[Evidence] = (),
    ) -> None:
        """Let `dt` trust periods pass, then take in the evidence about `subject`."""
        self._take_in(self._memory, subject, dt, evidence)
        if type(self._threats.model) is not Fixed:  # which nothing moves
            self._take_in(self._threats, subject, dt, of_threats)

    def _take_in(
        self, memory: Memory, subject: str, dt: float, evidence: Sequence[Evidence]
    ) -> None:
        try:
            memory.observe(subject, dt, evidence)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise self._blame(memory.model, self.world.week, error) from error

    def trust(self, subject: str) -> float:
        """Return the trust in the promises of `subject`, in [0, 1]."""
        return self._recalled(self._memory, subject)

    def credibility(self, subject: str) -> float:
        """Return how credible the threats of `subject` are, in [0, 1]."""
        return self._recalled(self._threats, subject)

    def _recalled(self, memory: Memory, subject: str) -> float:
        try:
            return memory.trust(subject)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise self._blame(memory.model, self.world.week, error) from error

    def _blame(
        self, part: object, week: int, error: BaseException, where: str = ""
    ) -> ConductError:
        reason = f"{where}{describe_error(error)}"
        return ConductError(type(part).__name__, self.name, week, reason)


def _quality(issue: str, chosen: Any) -> float:
    """Return a chosen quality as a number, and refuse what is none from 0 to 1."""
    quality = float(chosen)
    if isinstance(chosen, str | bool) or not 0.0 <= quality <= 1.0:
        raise ValueError(f"chose quality {chosen!r} for {issue!r}, allowed 0 to 1")
    return quality
