"""By which rules a domain is negotiated: its deadlines, and what a late agreement is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from simulator import literals
from simulator.domains.domain import Domain
from simulator.errors import Problem, nearest
from simulator.negotiation.clock import relative_time
from simulator.negotiation.negotiator import Negotiator
from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import Talk, TalkState, rounds_of
from simulator.scenario.parts import PartSpec

__all__ = ["Discounting", "Protocol", "delay", "distinct"]

#: What a discount factor is applied to: the utility over the whole talk, or per proposal.
Discounting = Literal["time", "proposal", "none"]


@dataclass(frozen=True)
class Protocol:
    """Deadlines and discounting of negotiations.

    Parameters
    ----------
    rounds : int
        Rounds to the deadline, at least 1.
    max_proposals : int, optional
        A deadline in proposals; the earlier of the two counts.
    discounting : {"time", "proposal", "none"}
        How utilities are discounted.
    """

    rounds: int = 100
    max_proposals: int | None = None
    discounting: Discounting = "time"

    def __post_init__(self) -> None:
        # One of numpy would be of another type, which may be too small to reckon with.
        object.__setattr__(self, "rounds", literals.plain(self.rounds))
        object.__setattr__(self, "max_proposals", literals.plain(self.max_proposals))

    def problems(self) -> list[Problem]:
        """Return what is wrong with it."""
        problems, most = [], self.max_proposals
        if not literals.is_whole(self.rounds, least=1):
            problems.append(Problem("rounds", self.rounds, "a whole number from 1"))
        if not (most is None or literals.is_whole(most, least=1)):
            problems.append(Problem("max_proposals", most, "a whole number from 1"))
        kinds = get_args(Discounting)
        if self.discounting not in kinds:
            allowed, near = f"one of {', '.join(kinds)}", nearest(self.discounting, kinds)
            problems.append(Problem("discounting", self.discounting, allowed, near))
        return problems

    def last_round(self, parties: int) -> int:
        """Return in which round so many parties run out of time."""
        most = self.max_proposals
        return self.rounds if most is None else min(self.rounds, rounds_of(most, parties))

    def discounts(self, domain: Domain) -> list[float] | None:
        """Return by proposal what parties reckon with, None if nothing is discounted so."""
        factors = [profile.discount for profile in domain.profiles]
        return factors if self.discounting == "proposal" and min(factors) < 1 else None

    def talk(
        self,
        domain: Domain,
        preferences: Sequence[Preferences],
        strategies: Sequence[PartSpec],
        seed: int,
    ) -> Talk:
        """Return the talk of these strategies about a domain, at its opening."""
        return Talk(
            domain.space,
            [cast("Negotiator", spec.build()) for spec in strategies],
            preferences,
            self.rounds,
            name=domain.name,
            parties=distinct([profile.name for profile in domain.profiles]),
            seed=seed,
            max_proposals=self.max_proposals,
            discounts=self.discounts(domain),
        )


def delay(
    discounting: Discounting, state: TalkState, round: int, rounds: int, proposals: int
) -> float:
    """Return the exponent of discount factors: relative time, or proposals before the last.

    Parameters
    ----------
    discounting : {"time", "proposal", "none"}
        What a discount factor is applied to.
    state : TalkState
        How the talk ended.
    round, rounds, proposals : int
        Rounds held, rounds to the deadline, and proposals made.
    """
    if discounting == "none":
        return 0.0
    if discounting == "proposal":
        return max(proposals - (state is TalkState.AGREED), 0)
    timed_out = state is TalkState.TIMED_OUT and round >= rounds
    return 1.0 if timed_out else relative_time(round, rounds, "open")


def distinct(names: Sequence[str]) -> list[str]:
    """Return names, with their places where two are the same."""
    if len(set(names)) == len(names):
        return list(names)
    return [f"{name} ({place})" for place, name in enumerate(names)]
