"""What the countries get a week, and what they have got so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Account", "Flow", "weekly"]

#: Weeks in a year: payoffs are per year, a week accrues one part of this many.
YEAR = 52.0


@dataclass(frozen=True, slots=True)
class Flow:
    """What a party gets from one talk, US$ bn per year: all weights 1, and weighted."""

    material: float
    weighted: float


@dataclass(slots=True)
class Account:
    """What a country has got so far, US$ bn: all weights 1, weighted, and weighted discounted."""

    material: float = 0.0
    weighted: float = 0.0
    cumulative: float = 0.0
    discount: float = 1.0

    def accrue(self, material: float, weighted: float, patience: float) -> None:
        """Add the payoffs of a week, and discount the next by another factor of `patience`."""
        self.material += material
        self.weighted += weighted
        self.cumulative += self.discount * weighted
        self.discount *= patience


def weekly(
    countries: Iterable[str], talks: Iterable[Sequence[str]], flows: Iterable[Sequence[Flow]]
) -> dict[str, tuple[float, float]]:
    """Return what each country gets in a week over all talks, material and weighted, US$ bn.

    `talks` has the parties of each talk in seat order, `flows` what each of them gets.
    """
    week = dict.fromkeys(countries, (0.0, 0.0))
    for parties, of_talk in zip(talks, flows, strict=True):
        for party, flow in zip(parties, of_talk, strict=True):
            material, weighted = week[party]
            week[party] = (material + flow.material / YEAR, weighted + flow.weighted / YEAR)
    return week
