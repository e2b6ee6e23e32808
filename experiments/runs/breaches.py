"""When deals were disregarded, by whom and why: at a review, or in mid-period by an event."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.world.deals import Period
from simulator.world.news import News
from simulator.world.party import disregarded

if TYPE_CHECKING:
    from simulator.world.world import World

__all__ = ["Disregard", "disregards", "forced_in", "weeks_disregarded"]


@dataclass(frozen=True)
class Disregard:
    """A choice to withhold: when, under which deal, by whom, why, on what issues.

    The reason is that of the table ``performance``: withheld, excused or forced.
    """

    week: int
    deal: str
    obligor: str
    reason: str
    issues: tuple[str, ...]


def disregards(world: "World") -> list[Disregard]:
    """Return all disregards of a run that kept its performances, in order."""
    groups: dict[tuple[int, str, str, str], list[str]] = {}
    for row in world.records.rows["performance"]:
        week, deal, _, obligor, issue, _, reason = row[:7]
        if reason != "kept":
            groups.setdefault((week, deal, obligor, reason), []).append(issue)
    return [Disregard(*key, tuple(issues)) for key, issues in groups.items()]


def forced_in(news: Iterable[News], deal: str, period: Period) -> list[News]:
    """Return the news of disregards that events forced in the middle of a period, in order."""
    return [
        item
        for item in news
        if item.deal == deal and item.before is not None and item.before.start == period.start
    ]


def weeks_disregarded(world: "World", deal: str, party: str) -> list[int]:
    """Return the week in which a party began to disregard a deal, per period in which it did."""
    level = world.scenario.disregard
    return [
        _since(world, deal, party, period)
        for period in world.ledger.periods[deal]
        if disregarded(period.overall[party], level)
    ]


def _since(world: "World", deal: str, party: str, period: Period) -> int:
    level = world.scenario.disregard
    for news in forced_in(world.news, deal, period):
        if news.by == party and news.before and not disregarded(news.before.overall[party], level):
            return news.week
    return period.start
