"""When deals were disregarded, by whom and why: at a review, or in mid-period by an event."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from simulator.world.deals import Period
from simulator.world.news import News
from simulator.world.party import disregarded

if TYPE_CHECKING:
    from simulator.world.simulation import Simulation

__all__ = ["Disregard", "breached_before", "disregards", "forced_in", "weeks_disregarded"]


@dataclass(frozen=True)
class Disregard:
    """A choice to withhold: when, under which deal, by whom, why, on what issues.

    The reason is that of the table ``performance``: withheld, excused or forced. The quality is the
    mean of how well these issues are performed all the same, in [0, 1).
    """

    week: int
    deal: str
    obligor: str
    reason: str
    issues: tuple[str, ...]
    quality: float


def disregards(world: "Simulation") -> list[Disregard]:
    """Return all disregards of a run that kept its performances, in order."""
    groups: dict[tuple[int, str, str, str], dict[str, float]] = {}
    for row in world.records.rows["performance"]:
        week, deal, _, obligor, issue, quality, reason = row[:7]
        if reason != "kept":
            groups.setdefault((week, deal, obligor, reason), {})[issue] = quality
    return [Disregard(*key, tuple(q), fmean(q.values())) for key, q in groups.items()]


def breached_before(world: "Simulation", disregard: Disregard) -> bool:
    """Return whether a partner disregarded the deal in a period before a disregard of it."""
    level, own = world.scenario.disregard, disregard.obligor
    return any(
        disregarded(quality, level)
        for period in world.ledger.periods[disregard.deal]
        if period.start < disregard.week
        for party, quality in period.overall.items()
        if party != own
    )


def forced_in(news: Iterable[News], deal: str, period: Period) -> list[News]:
    """Return the news of disregards that events forced in the middle of a period, in order."""
    return [
        item
        for item in news
        if item.deal == deal and item.before is not None and item.before.start == period.start
    ]


def weeks_disregarded(world: "Simulation", deal: str, party: str) -> list[int]:
    """Return the week in which a party began to disregard a deal, per period in which it did."""
    level = world.scenario.disregard
    return [
        _since(world, deal, party, period)
        for period in world.ledger.periods[deal]
        if disregarded(period.overall[party], level)
    ]


def _since(world: "Simulation", deal: str, party: str, period: Period) -> int:
    level = world.scenario.disregard
    for news in forced_in(world.news, deal, period):
        if news.by == party and news.before and not disregarded(news.before.overall[party], level):
            return news.week
    return period.start
