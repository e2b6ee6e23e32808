"""Deals, how they are performed, and the ledger in which all of it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from simulator.arithmetic import total
from simulator.world.party import disregarded

__all__ = [
    "Commitment",
    "Deal",
    "Entry",
    "InForce",
    "Ledger",
    "Occasion",
    "Period",
    "Status",
    "collapses",
    "shares",
    "stake",
]


#: The commitment of a party that owes nothing but not to carry out its threat.
REFRAIN = "(threat)"


class Status(StrEnum):
    """Where a deal stands in its life."""

    PENDING = "pending"
    REJECTED = "rejected"
    IN_FORCE = "in force"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    COLLAPSED = "collapsed"


_HELD = (Status.PENDING, Status.IN_FORCE)

_NEXT: dict[Status | None, tuple[Status, ...]] = {
    None: (Status.PENDING, Status.IN_FORCE),
    Status.PENDING: (Status.IN_FORCE, Status.REJECTED),
    Status.IN_FORCE: (Status.EXPIRED, Status.SUPERSEDED, Status.COLLAPSED),
}


class Occasion(StrEnum):
    """Why a talk opens."""

    PLANNED = "planned"  # its date has come, or it has cooled off
    RENEWAL = "renewal"  # the deal in force is about to expire
    RENEGOTIATION = "renegotiation"  # some party would disregard it at its next review


@dataclass(frozen=True, slots=True)
class Commitment:
    """What one obligor owes under a deal: `level` (not 0) of `issue`."""

    issue: str
    obligor: str
    level: int


@dataclass(frozen=True, slots=True)
class Deal:
    """An agreed outcome."""

    id: str  # "talk:n", n counting the talk's deals from 0
    talk: str
    parties: tuple[str, ...]  # in seat order
    levels: tuple[int, ...]  # per issue
    commitments: tuple[Commitment, ...]  # issues at level 0 commit nobody
    signed: int  # week; below 0 for deals older than the run

    def owed_by(self, obligor: str) -> tuple[str, ...]:
        """Return the ids of the issues that `obligor` must perform."""
        return tuple(c.issue for c in self.commitments if c.obligor == obligor)


@dataclass(frozen=True, slots=True)
class InForce:
    """A deal in force and its dates, in weeks."""

    deal: Deal
    expires: int | None = None  # never by default
    next_review: int = 0  # when the parties choose next how to perform it

    def reviewed(self, next_review: int) -> "InForce":
        """Return the deal with the week of its next review."""
        return InForce(self.deal, self.expires, next_review)

    def expired(self, week: int) -> bool:
        """Return whether the deal is no longer in force in `week`."""
        return self.expires is not None and week >= self.expires


@dataclass(frozen=True, slots=True)
class Period:
    """How a deal is performed from one review to the next."""

    start: int  # week of the review
    #: Per party the quality of each of its commitments, in [0, 1].
    qualities: Mapping[str, Mapping[str, float]]
    #: Per party the stake-weighted quality, the lowest over its beneficiaries.
    overall: Mapping[str, float]
    #: Parties whose withholding answers a partner's disregard in the period before.
    excused: frozenset[str]
    #: Ids of threats that would not be carried out in it on a breach; the others would.
    spared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: since `week`, `deal` is `status`."""

    week: int
    deal: str
    status: Status


class Ledger:
    """Every deal and what became of it; entries are added, never changed."""

    def __init__(self) -> None:
        self.deals: dict[str, Deal] = {}
        self.entries: list[Entry] = []
        self.periods: dict[str, list[Period]] = {}
        self._status: dict[str, Status] = {}

    def enter(self, deal: Deal, status: Status, week: int) -> None:
        """Write down that `deal` has `status` from `week` on.

        Raises
        ------
        ValueError
            If a deal cannot come to that status from where it stands.
        """
        before = self._status.get(deal.id)
        if status not in _NEXT.get(before, ()):
            raise ValueError(f"deal {deal.id} is {before}, it cannot become {status}")
        self.deals[deal.id] = deal
        self.periods.setdefault(deal.id, [])
        self._status[deal.id] = status
        self.entries.append(Entry(week, deal.id, status))

    def count(self, talk: str) -> int:
        """Return how many deals of a talk there are, which is the number of its next."""
        return sum(deal.talk == talk for deal in self.deals.values())

    def passed(self, talk: str) -> list[Deal]:
        """Return the deals of a talk in order, without those that were rejected at home."""
        deals = (deal for deal in self.deals.values() if deal.talk == talk)
        return [deal for deal in deals if self._status[deal.id] is not Status.REJECTED]

    def status(self, deal: str) -> Status:
        """Return where the deal with this id stands."""
        return self._status[deal]

    def has_deal(self, talk: str, week: int) -> bool:
        """Return whether a talk had a deal, signed or in force, at the end of a week."""
        since = {e.deal: e.status for e in self.entries if e.week <= week}
        held = {deal for deal, status in since.items() if status in _HELD}
        return any(self.deals[deal].talk == talk for deal in held)

    def current_period(self, deal: Deal | None) -> Period | None:
        """Return how a deal in force is performed now, None without one."""
        return None if deal is None else self.periods[deal.id][-1]

    def week(self, deal: str, *statuses: Status) -> int | None:
        """Return the week since which the deal has had the first of `statuses`, None if never."""
        return next((e.week for e in self.entries if e.deal == deal and e.status in statuses), None)

    def is_initial(self, deal: str) -> bool:
        """Return whether the deal was in force already when the run began."""
        return self.week(deal, Status.PENDING) is None

    def disregards(self, level: float) -> int:
        """Return how many commitments were performed below a quality, review by review."""
        return sum(
            disregarded(quality, level)
            for periods in self.periods.values()
            for period in periods
            for qualities in period.qualities.values()
            for quality in qualities.values()
        )

    def ended(self, deal: str) -> int | None:
        """Return the week in which the deal ended, None if it has not."""
        return self.week(deal, Status.REJECTED, Status.EXPIRED, Status.SUPERSEDED, Status.COLLAPSED)


def shares(values: Sequence[float]) -> tuple[float, ...]:
    """Return the stake of each of an obligor's commitments, by their values to the beneficiary.

    It is the share of the positive value, equal if there is none.
    """
    whole = total([max(value, 0.0) for value in values])
    return tuple(stake(value, whole, len(values)) for value in values)


def stake(value: float, whole: float, count: int) -> float:
    """Return the stake of a commitment: its share of the positive values, or of their number."""
    return max(value, 0.0) / whole if whole > 0.0 else 1.0 / count


def collapses(now: Mapping[str, float], before: Mapping[str, float] | None, level: float) -> bool:
    """Return whether a deal collapses after a period with these overall qualities.

    It does when two parties withheld in it, or one of them in two periods running.

    Parameters
    ----------
    now, before : mapping
        Overall quality per party in the period just ended and the one before, if any.
    level : float
        The quality below which a performance is a disregard, in (0, 1).
    """
    withheld = {party for party, quality in now.items() if disregarded(quality, level)}
    running = {
        party for party in withheld if before is not None and disregarded(before[party], level)
    }
    return len(withheld) >= 2 or bool(running)
