"""A negotiation domain: issues to agree on, and what each party's profile makes of them."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulator.errors import DomainError, Problem
from simulator.negotiation.issues import MAX_OUTCOMES, Issue, OutcomeSpace
from simulator.negotiation.payoffs import Preferences, Vector

__all__ = ["Domain", "Profile"]

#: Sums of weights may be off by as much: people write six digits.
_SLACK = 1e-6


@dataclass(frozen=True, eq=False)
class Profile:
    """What one party wants: the weighted sum of what it makes of the level of each issue.

    Parameters
    ----------
    name : str
        The party's, or that of the file it was read from.
    weights : tuple of float
        One per issue, as written: they need not add up to 1.
    values : tuple of ndarray
        Per issue the evaluation of each level.
    reservation : float
        Utility without agreement.
    discount : float
        Factor of the utility over the whole talk, in (0, 1]; 1 is no discount.
    cap : float or None
        What no utility exceeds; None where nothing is capped.
    """

    name: str
    weights: tuple[float, ...]
    values: tuple[Vector, ...]
    reservation: float = 0.0
    discount: float = 1.0
    cap: float | None = None

    def tables(self) -> list[Vector]:
        """Return weight times evaluation, per issue and level."""
        pairs = zip(self.weights, self.values, strict=True)
        return [weight * np.asarray(values, dtype=np.float64) for weight, values in pairs]

    @property
    def remarks(self) -> list[str]:
        """What may be a mistake: weights that do not add up to 1, utilities that are cut."""
        total, best = math.fsum(self.weights), self.highest()
        remarks = []
        if abs(total - 1) > _SLACK:
            remarks.append(f"the weights add up to {total:.6g}, not to 1, and count as written")
        if self.cap is not None and best > self.cap + _SLACK:
            cut = f"utilities above {self.cap:g}, of up to {best:.6g}, are cut to {self.cap:g}"
            remarks.append(cut)
        return remarks

    def highest(self) -> float:
        """Return the utility of the best outcome, as if nothing were capped."""
        return float(sum(table.max() for table in self.tables()))


@dataclass(frozen=True, eq=False)
class Domain:
    """Issues and profiles, in seat order.

    Parameters
    ----------
    name : str
        What it is called.
    issues : tuple of Issue
        What is to be agreed; nobody is obliged (`Issue.obligor` is empty).
    profiles : tuple of Profile
        One per party.
    remarks : tuple of str
        What a reader had to mend or to decide, such as the grid of a real issue.

    Raises
    ------
    DomainError
        If there are more than `MAX_OUTCOMES` outcomes.
    """

    name: str
    issues: tuple[Issue, ...]
    profiles: tuple[Profile, ...]
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        digits = sum(math.log10(len(issue.levels)) for issue in self.issues)
        if digits > math.log10(MAX_OUTCOMES) + 1e-9:
            count = f"{self.space.size:,}" if digits < 15 else f"about 10^{digits:.0f}"
            allowed = f"at most {MAX_OUTCOMES:,} outcomes of all issues together"
            raise DomainError([Problem("issues", f"{count} outcomes", allowed)], self.name)

    @cached_property
    def space(self) -> OutcomeSpace:
        """The outcomes."""
        return OutcomeSpace(self.issues)

    @cached_property
    def utilities(self) -> NDArray[np.float64]:
        """Utilities of all outcomes, undiscounted, shape ``(outcomes, parties)``."""
        return np.stack([self._utility(profile) for profile in self.profiles], axis=1)

    @property
    def reservations(self) -> Vector:
        """Utility of each party without agreement, shape ``(parties,)``."""
        return np.array([profile.reservation for profile in self.profiles])

    def preferences(self, seat: int) -> Preferences:
        """Return what the party at `seat` wants; tolerances count in units of utility."""
        utility = np.ascontiguousarray(self.utilities[:, seat])
        return Preferences(utility, self.profiles[seat].reservation, unit=1.0)

    def _utility(self, profile: Profile) -> Vector:
        total = self.space.total(profile.tables())
        return total if profile.cap is None else np.minimum(total, profile.cap)
