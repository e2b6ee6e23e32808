"""What a deal is worth to a party, split into terms, and which of them moved it to another."""

from enum import StrEnum
from typing import NamedTuple

from experiments.display.numbers import VISIBLE
from experiments.runs.openings import opening_of
from experiments.runs.record import RunRecord
from simulator.world.deals import Deal

__all__ = ["Part", "Price", "moves", "prices_of"]


class Part(StrEnum):
    """What the worth of a deal is the sum of."""

    NO_DEAL = "no deal"  # what the party expected without one
    DOUBT = "for doubt"  # what its doubt takes off that all keep it: kept less expected
    GAIN = "gain on no deal"  # what it expected of the deal beyond no deal


class Price(NamedTuple):
    """What a deal is worth to one of its parties at signing, US$ bn a year.

    Parameters
    ----------
    kept : float
        If all keep it.
    expected : float
        As far as the party trusts in that.
    without : float
        Without the deal.
    """

    kept: float
    expected: float
    without: float

    @property
    def parts(self) -> dict[Part, float]:
        """Its worth if all keep it, as a sum."""
        return {
            Part.NO_DEAL: self.without,
            Part.DOUBT: self.kept - self.expected,
            Part.GAIN: self.expected - self.without,
        }


def prices_of(run: RunRecord, deal: Deal) -> tuple[Price, ...]:
    """Return what a deal is worth to each of its parties, in seat order.

    Empty if it is older than the run, or the run did not keep its deals and offers.
    """
    row = next((row for row in run.world.records.rows["deals"] if row[0] == deal.id), None)
    opening = opening_of(run, deal)
    if row is None or opening is None or not run.world.records.keeps("offers"):
        return ()
    without = (turn.preferences.disagreement for turn in opening.talk.turns)
    return tuple(map(Price, row[1], row[2], without))


def moves(before: Price, after: Price) -> dict[Part, float]:
    """Return by how much each part moved the worth, the largest first; those that show.

    They sum to how much more `after` is worth than `before`. That is arithmetic and no cause: why
    more was gained on no deal, `why` tells of each signing.
    """
    moved = {part: after.parts[part] - amount for part, amount in before.parts.items()}
    shown = {part: by for part, by in moved.items() if abs(by) >= VISIBLE}
    return dict(sorted(shown.items(), key=lambda of: -abs(of[1])))
