"""When deals were disregarded: at a review, or in mid-period where an event forced it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from simulator.world.deals import Period
from simulator.world.news import News
from simulator.world.party import disregarded

if TYPE_CHECKING:
    from simulator.world.world import World

__all__ = ["forced_in", "weeks_disregarded"]


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
