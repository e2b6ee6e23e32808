"""What outcomes are worth to a party: value vectors, trust and threats.

What a party must do itself and what it suffers whatever happens is certain; what it is promised
counts with the probability that the promise is kept; a partner that breaks its promise also
carries out its threat. All values are US$ bn per year; 0 is the world without deal and threat.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Never, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.arithmetic import total
from simulator.negotiation.issues import OutcomeSpace, read_only
from simulator.rounding import slack

__all__ = [
    "Preferences",
    "Valuation",
    "Vector",
    "accrued",
    "benchmark_penalty",
    "disagreement",
    "expected",
    "interpolated",
    "split",
]

Vector = NDArray[np.float64]
Payoff = TypeVar("Payoff", float, Vector)

#: Slack in comparing a payoff with a target (reference rules: "at least lo - 1e-6").
SLACK = 1e-6


def expected(
    certain: Payoff, promised: Sequence[Payoff], trust: Sequence[float], threat: Sequence[float]
) -> Payoff:
    """Return the payoff that a party expects: own + harm + sum_j T_j promised_j + (1 - T_j) f_j.

    Parameters
    ----------
    certain : float or ndarray
        ``own + harm``: what the party performs itself and what it suffers whatever happens.
    promised : sequence of float or ndarray
        Per partner, the positive values of what that partner must perform.
    trust : sequence of float
        Per partner, the trust T_j in [0, 1] that it keeps its promise.
    threat : sequence of float
        Per partner, what the party suffers (f_j) if that partner carries out its threat.
    """
    total = certain
    for t, p, f in zip(trust, promised, threat, strict=True):
        # In place: a vector per step costs more than the sums.
        part = t * p
        part += (1.0 - t) * f
        part += total
        total = part
    return total


def split(values: Vector, own: bool) -> tuple[Vector, Vector, Vector]:
    """Return a party's values of an issue as what it performs, suffers and is promised.

    Parameters
    ----------
    values : ndarray
        Its value of each level, US$ bn per year.
    own : bool
        Whether it is the issue's obligor.
    """
    nothing = 0.0 * values
    if own:
        return values, nothing, nothing
    return nothing, np.minimum(values, 0.0), np.maximum(values, 0.0)


def interpolated(
    levels: Sequence[object], values: Vector, peer_level: object, peer_unit_matches: bool = True
) -> float | None:
    """Return a party's value of a peer's level on its own scale, None if there is none.

    Numbers interpolate linearly and are clipped to the own range; labels count only if equal.

    Parameters
    ----------
    levels : sequence of float or str
        The party's own levels, in order.
    values : ndarray
        Its value of each, US$ bn per year.
    peer_level : float or str
        What the peer got, in the issue's unit.
    peer_unit_matches : bool
        Whether both talks measure the issue in the same unit; if not, only equal labels count.
    """
    if peer_level in levels and (peer_unit_matches or isinstance(peer_level, str)):
        return float(values[list(levels).index(peer_level)])
    numeric = peer_unit_matches and all(isinstance(x, int | float) for x in (*levels, peer_level))
    if not numeric:
        return None
    points = sorted((float(x), float(v)) for x, v in zip(levels, values, strict=True))  # type: ignore[arg-type]
    return _on_line(float(peer_level), points)  # type: ignore[arg-type]


def _on_line(x: float, points: Sequence[tuple[float, float]]) -> float:
    """Return the value at `x` of the line through points that rise in x, flat beyond them."""
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x < x1:
            return y0 + (y1 - y0) / (x1 - x0) * (x - x0)
    return points[-1][1]


def benchmark_penalty(values: Vector, peer_value: float, weight: float) -> Vector:
    """Return, per level, the cost of getting less than a peer got, US$ bn per year.

    Parameters
    ----------
    values : ndarray
        The party's value of each level of the issue.
    peer_value : float
        Its value of what the best-treated peer has.
    weight : float
        Weight of the comparison, >= 0.
    """
    return weight * np.maximum(peer_value - values, 0.0)


class Valuation:
    """One party's values of a talk's outcomes, split by who performs.

    Parameters
    ----------
    space : OutcomeSpace
        The talk's outcomes; ``n`` of them below.
    seat : int
        The party's seat.
    obligors : sequence of int
        Seat of the obligor of each issue.
    values : sequence of ndarray
        Value per level of each issue, US$ bn per year.
    partners : sequence of int
        Seats of the others, in seat order.
    face : sequence of float, optional
        Cost per step off the announced position (level 0), per issue; enters talks only.
    """

    def __init__(
        self,
        space: OutcomeSpace,
        seat: int,
        obligors: Sequence[int],
        values: Sequence[Vector],
        partners: Sequence[int],
        face: Sequence[float] | None = None,
    ) -> None:
        self.space = space
        self.seat = seat
        self.obligors = tuple(obligors)
        self.values = tuple(np.asarray(v, dtype=float) for v in values)
        self.partners = tuple(partners)
        self.face = tuple(face) if face is not None else (0.0,) * len(self.values)

    def of(self, levels: Sequence[int]) -> tuple[float, ...]:
        """Return the value of each issue at these `levels`, US$ bn per year."""
        return tuple(float(v[level]) for v, level in zip(self.values, levels, strict=True))

    @cached_property
    def own(self) -> Vector:
        """Values of what the party itself performs, shape ``(n,)``."""
        return self._total([own for own, _, _ in self._split])

    @cached_property
    def harm(self) -> Vector:
        """Negative values of what others perform, shape ``(n,)``."""
        return self._total([harm for _, harm, _ in self._split])

    @cached_property
    def promised(self) -> tuple[Vector, ...]:
        """Positive values of what each partner performs, each of shape ``(n,)``."""
        by_obligor = list(zip(self.obligors, self._split, strict=True))
        return tuple(
            self._total([p if o == j else 0.0 * p for o, (_, _, p) in by_obligor])
            for j in self.partners
        )

    @cached_property
    def full_faith(self) -> Vector:
        """Payoff if everybody keeps everything, shape ``(n,)``."""
        return self._total(self.values)

    @cached_property
    def bargained(self) -> Vector:
        """``own + harm`` less what the outcome costs in face, shape ``(n,)``."""
        if not any(self.face):
            return self.own + self.harm
        costs = zip(self.face, self.values, strict=True)
        steps: list[Vector] = [c * np.arange(len(v), dtype=np.float64) for c, v in costs]
        return self.own + self.harm - self._total(steps)

    def parts(self, levels: Sequence[int]) -> tuple[float, float, list[float]]:
        """Return own, harm and, per partner, promised value of the outcome with these levels."""
        own = harm = 0.0
        promised = dict.fromkeys(self.partners, 0.0)
        for level, obligor, (mine, hurt, owed) in zip(
            levels, self.obligors, self._split, strict=True
        ):
            own += float(mine[level])
            harm += float(hurt[level])
            if obligor != self.seat:
                promised[obligor] += float(owed[level])
        return own, harm, list(promised.values())

    @cached_property
    def _split(self) -> list[tuple[Vector, Vector, Vector]]:
        issues = zip(self.values, self.obligors, strict=True)
        return [split(values, obligor == self.seat) for values, obligor in issues]

    def _total(self, tables: Sequence[Vector]) -> Vector:
        return self.space.total(tables)


class Preferences:
    """What a party wants in a talk for the moment: all that its strategy sees of the payoffs.

    Nothing in it can be changed by who is shown it.

    Parameters
    ----------
    expected : ndarray
        Payoff it expects of each outcome, shape ``(n,)``.
    disagreement : float
        Payoff it expects without a new deal; what pays less is irrational, but for rounding.
    allowed : ndarray of bool, optional
        Outcomes it can consider at all (inside the believed win-set); all by default.
    unit : float, optional
        The unit in which tolerances are counted; by default the span from `floor` to `best`.
    """

    def __init__(
        self,
        expected: Vector,
        disagreement: float,
        allowed: NDArray[np.bool_] | None = None,
        unit: float | None = None,
    ) -> None:
        rational = expected >= disagreement - slack(expected, disagreement)
        if allowed is not None:
            rational &= allowed
        options = rational.nonzero()[0]
        now = vars(self)
        now["expected"], now["rational"] = read_only(expected.copy()), read_only(rational)
        now["allowed"] = None if allowed is None else read_only(allowed.copy())
        now["options"], now["payoffs"] = read_only(options), read_only(expected.take(options))
        now["disagreement"], now["_unit"] = disagreement, unit

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"preferences cannot be changed: {name} is for the talk to say")

    expected: Vector
    disagreement: float
    rational: NDArray[np.bool_]
    #: Outcomes it can consider at all; None where it can consider all.
    allowed: NDArray[np.bool_] | None
    #: Indices of the rational outcomes, ascending.
    options: NDArray[np.intp]
    #: Their expected payoffs.
    payoffs: Vector
    _unit: float | None

    @cached_property
    def best(self) -> float:
        """Highest expected payoff of a rational outcome (M)."""
        return float(self.payoffs.max())

    @cached_property
    def best_outcome(self) -> int:
        """The rational outcome that pays most, the lowest index among equals."""
        return int(self.options[self.payoffs.argmax()])

    @cached_property
    def floor(self) -> float:
        """The larger of the disagreement payoff and the worst outcome's payoff (b).

        No more than the worst rational outcome, which rounding may have put below it.
        """
        floor = max(float(self.expected.min()), self.disagreement)
        return min(floor, float(self.payoffs.min(initial=floor)))

    @cached_property
    def span(self) -> float:
        """``best - floor``."""
        return self.best - self.floor

    @property
    def unit(self) -> float:
        """The unit in which tolerances are counted."""
        return self.span if self._unit is None else self._unit

    @cached_property
    def ranking(self) -> NDArray[np.intp]:
        """Rational outcomes by falling payoff, equals by index."""
        return read_only(self.options[np.argsort(-self.payoffs, kind="stable")])

    def share(self, outcome: int) -> float:
        """Return the payoff of `outcome` on a scale from 0 (`floor`) to 1 (`best`)."""
        return (float(self.expected[outcome]) - self.floor) / self.span if self.span > 0 else 1.0

    def lowest_at_least(self, target: float) -> int:
        """Return the rational outcome that pays least among those paying `target`.

        The best outcome if none pays that much; the lowest index among equals.
        """
        enough = self.payoffs >= target
        if not enough.any():
            return self.best_outcome
        return int(self.options[np.where(enough, self.payoffs, np.inf).argmin()])

    def lowest_at_least_each(self, targets: Vector) -> list[int]:
        """Return `lowest_at_least` for each of many `targets`, by one sort."""
        falling = self.ranking
        rising = self.expected[falling][::-1]
        first = np.searchsorted(rising, targets)
        # Among equals the lowest index: in the falling ranking, the first of its plateau.
        value = rising[np.minimum(first, len(rising) - 1)]
        start = np.searchsorted(-rising[::-1], -value)
        return [int(i) for i in falling[start]]

    def between(self, low: float, high: float) -> NDArray[np.intp]:
        """Return the rational outcomes that pay from `low` to `high`, by index."""
        return self.options[(self.payoffs >= low) & (self.payoffs <= high)]


def accrued(
    values: Sequence[float],
    obligors: Sequence[int],
    qualities: Sequence[float],
    seat: int,
    overall: Sequence[float],
    threats: Sequence[float],
) -> float:
    """Return what a party gets per year of a deal performed with these qualities.

    ``q_own own + harm + q_partner promised + (1 - q_partner) f + (1 - q_own) g``.

    Parameters
    ----------
    values, obligors, qualities : sequence
        Per issue the party's value of the agreed level, the obligor's seat, and the quality.
    seat : int
        The party's seat.
    overall : sequence of float
        Per seat, the overall quality with which that party performs.
    threats : sequence of float
        Per seat, what the party gets if that party carries out its threat (its own: g).
    """
    performed = total(
        v * q if v > 0 or o == seat else v
        for v, o, q in zip(values, obligors, qualities, strict=True)
    )
    return performed + total((1.0 - q) * t for q, t in zip(overall, threats, strict=True))


def disagreement(threats: Sequence[float], deal: float | None) -> float:
    """Return the payoff a party expects without a new deal.

    Parameters
    ----------
    threats : sequence of float
        What it gets from each announced threat of the talk, its own included (f + g).
    deal : float or None
        What it expects of the deal in force in this talk; None without one, or if that deal
        will have expired.
    """
    without = total(threats)
    return without if deal is None else max(without, deal)
