"""What outcomes are worth to a party: value vectors, trust and threats.

What a party must do itself and what it suffers whatever happens is certain, and so is what a deal
allows a partner to take; what it is promised counts with the probability that the promise is kept;
a partner that breaks its promise also carries out the rest of its threat, with the probability that
it means it. All values are US$ bn per year, and measured from the status quo: 0 is the world
without deal and threat.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple, Never, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from simulator.arithmetic import power, total
from simulator.negotiation.issues import OutcomeSpace, read_only
from simulator.rounding import slack

__all__ = [
    "Menace",
    "Part",
    "Parts",
    "Preferences",
    "Split",
    "Valuation",
    "Vector",
    "accrued",
    "after_breach",
    "assured",
    "benchmark_penalty",
    "disagreement",
    "expected",
    "interpolated",
    "rest",
    "rests",
    "share",
    "split",
    "surpluses",
    "temptation",
    "trusted",
]

Vector = NDArray[np.float64]
Payoff = TypeVar("Payoff", float, Vector)

#: Slack in comparing a payoff with a target (reference rules: "at least lo - 1e-6").
SLACK = 1e-6


class Menace(NamedTuple):
    """One threat of one party as another, or itself, reckons with it.

    Parameters
    ----------
    payoff : float
        What the party that reckons gets if it is carried out (f; its own threat: g), US$ bn per
        year.
    weight : float
        The chance that it is carried out, in [0, 1]: 1 while it is.
    issue : int or None
        Position of the issue that it is about; None for what no issue is about.
    """

    payoff: float
    weight: float = 1.0
    issue: int | None = None


def expected(
    certain: Payoff,
    promised: Sequence[Payoff],
    trust: Sequence[float | Vector],
    threat: Sequence[float | Vector],
) -> Payoff:
    """Return the payoff that a party expects: certain + sum_j T_j promised_j + (1 - T_j) r_j.

    Parameters
    ----------
    certain : float or ndarray
        ``own + harm + side``: what the party performs itself, what it suffers whatever happens,
        and what the outcome allows the others to take.
    promised : sequence of float or ndarray
        Per partner, the positive values of what that partner must perform.
    trust : sequence of float or ndarray
        Per partner, the trust T_j in [0, 1] that it keeps its promise.
    threat : sequence of float or ndarray
        Per partner, what it adds (r_j) if it breaks the deal: the `rest` of its threats, times
        their credibility.
    """
    total = certain
    for t, p, f in zip(trust, promised, threat, strict=True):
        # In place: a vector per step costs more than the sums.
        part: Any = t * p
        part += (1.0 - t) * f
        part += total
        total = part
    return total


def rest(threat: float, side: float | Vector) -> float | Vector:
    """Return what carrying out a threat adds to what a deal allows already: ``min(f - side, 0)``.

    A threat that does its target good, or no harm, adds all of itself.

    Parameters
    ----------
    threat : float
        What the target gets if it is carried out (f), US$ bn per year.
    side : float or ndarray
        What the target gets from what the deal allows the threatener to take, at most 0.
    """
    if isinstance(side, np.ndarray):
        return np.minimum(threat - side, 0.0) if threat < 0.0 else threat + 0.0 * side
    return rest_beyond(threat, side)


def rest_beyond(threat: float, side: float) -> float:
    """Return the `rest` of a threat beyond what one outcome allows."""
    return min(threat - side, 0.0) if threat < 0.0 else threat


def rests(
    threats: Sequence[tuple[float, int | None]], sides: Sequence[float | Vector]
) -> list[float | Vector]:
    """Return the rest of each of one party's threats, issue by issue.

    A threat about an issue is measured against what the deal allows on that issue; those about no
    issue together, each in proportion, against what it allows on all issues that no threat names.

    Parameters
    ----------
    threats : sequence of (float, int or None)
        What the target gets from each, US$ bn per year, and the position of its issue.
    sides : sequence of float or ndarray
        Per issue, what the target gets from what the deal allows the threatener to take.
    """
    named = {issue for _, issue in threats}
    loose: float | Vector = 0.0
    for k, side in enumerate(sides):
        if k not in named:
            loose = loose + side
    together = total(payoff for payoff, issue in threats if issue is None and payoff < 0.0)
    found: list[float | Vector] = []
    for payoff, issue in threats:
        if issue is not None:
            found.append(rest(payoff, sides[issue]))
        elif payoff < 0.0:
            found.append(payoff / together * rest(together, loose))
        else:
            found.append(rest(payoff, loose))
    return found


def surpluses(threats: Sequence[tuple[float, int | None]], takes: Sequence[float]) -> list[float]:
    """Return what carrying out each of one's own threats adds to what a deal lets one take.

    ``g - takes``: of a threat about an issue, what is taken on it; of those about no issue, in
    equal parts what is taken on all issues that no threat names.

    Parameters
    ----------
    threats : sequence of (float, int or None)
        What carrying it out is worth to its author (g), US$ bn per year, and the position of its
        issue.
    takes : sequence of float
        Per issue, what the deal lets the author take.
    """
    named = {issue for _, issue in threats}
    loose = total(take for k, take in enumerate(takes) if k not in named)
    unnamed = sum(issue is None for _, issue in threats)
    return [
        payoff - (loose / unnamed if issue is None else takes[issue]) for payoff, issue in threats
    ]


def temptation(menaces: Sequence[Menace], takes: Sequence[float]) -> float:
    """Return what a party expects to gain by its own threats if it breaks a deal, US$ bn per year.

    The `surpluses` of its threats, times the chance that it carries each of them out.
    """
    added = surpluses([(menace.payoff, menace.issue) for menace in menaces], takes)
    return total(menace.weight * more for menace, more in zip(menaces, added, strict=True))


def assured(
    trust: float | Vector, assurance: float | Vector, enforced: bool = False
) -> float | Vector:
    """Return the trust in promises that a pledge to observe them stands behind.

    ``T + a T (1 - T)``: a pledge is worth what it makes of the trust there is, nothing without any.
    ``T + a (1 - T)`` where a third party enforces it.

    Parameters
    ----------
    trust : float or ndarray
        Trust without it (T), in [0, 1].
    assurance : float or ndarray
        Probability with which it prevents a breach (a), in [0, 1].
    enforced : bool
        Whether a third party guarantees it.
    """
    if enforced:
        return trust + assurance * (1.0 - trust)
    return trust + assurance * trust * (1.0 - trust)


@overload
def trusted(trust: float, assurances: Iterable[tuple[float, bool]]) -> float: ...
@overload
def trusted(trust: float, assurances: Iterable[tuple[Vector, bool]]) -> float | Vector: ...
def trusted(trust: float, assurances: Iterable[tuple[float | Vector, bool]]) -> float | Vector:
    """Return the trust in a partner whose pledges stand behind its promises.

    Parameters
    ----------
    trust : float
        Without them, in [0, 1].
    assurances : iterable of (float or ndarray, bool)
        How strongly each binds, in [0, 1], and whether it is enforced.
    """
    effective: float | Vector = trust
    for assurance, enforced in assurances:
        effective = assured(effective, assurance, enforced)
    return effective


class Split(NamedTuple):
    """A party's values of an issue by what they are to it, per level, each US$ bn per year."""

    concessions: Vector  # what it gives itself: own values from the status quo on
    takes: Vector  # what it takes itself: own values before it
    harm: Vector  # what it gets from another's level whatever happens
    side: Vector  # negative values of what another takes: levels before the status quo
    promised: Vector  # positive values of what another must perform


def split(values: Vector, own: bool, status_quo: int = 0) -> Split:
    """Return a party's values of an issue as what it gives, takes, suffers and is promised.

    Parameters
    ----------
    values : ndarray
        Its value of each level, US$ bn per year.
    own : bool
        Whether it is the issue's obligor.
    status_quo : int
        Position of the level that stands without a deal.
    """
    nothing = 0.0 * values
    taken, given = values.copy(), values.copy()
    taken[status_quo:] = 0.0
    given[:status_quo] = 0.0
    if own:
        return Split(given, taken, nothing, nothing, nothing)
    harm = np.minimum(given, 0.0) + np.maximum(taken, 0.0)
    return Split(nothing, nothing, harm, np.minimum(taken, 0.0), np.maximum(given, 0.0))


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
            return between(x, x0, y0, x1, y1)
    return points[-1][1]


def between(x: float, x0: float, y0: float, x1: float, y1: float) -> float:
    """Return the value at `x` of the line through two points."""
    return y0 + (y1 - y0) / (x1 - x0) * (x - x0)


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
        Cost per step from the status quo on, per issue; enters talks only.
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
        self.bases = tuple(issue.status_quo for issue in space.issues)

    def of(self, levels: Sequence[int]) -> tuple[float, ...]:
        """Return the value of each issue at these `levels`, US$ bn per year."""
        return tuple(float(v[level]) for v, level in zip(self.values, levels, strict=True))

    @cached_property
    def concessions(self) -> Vector:
        """Values of what the party itself gives, shape ``(n,)``."""
        return self._total([of.concessions for of in self._split])

    @cached_property
    def own(self) -> Vector:
        """Values of what the party itself performs, gives or takes, shape ``(n,)``."""
        return self._total([of.concessions + of.takes for of in self._split])

    @cached_property
    def harm(self) -> Vector:
        """What the party gets from what others perform whatever happens, shape ``(n,)``."""
        return self._total([of.harm for of in self._split])

    @cached_property
    def sides(self) -> tuple[tuple[float | Vector, ...] | None, ...]:
        """Per partner, what it is allowed to take: per issue, shape ``(n,)`` or 0; None if nothing.

        Negative values of its levels before the status quo.
        """
        return tuple(self._sides(j) if self._takes(j) else None for j in self.partners)

    @cached_property
    def promised(self) -> tuple[Vector, ...]:
        """Positive values of what each partner performs, each of shape ``(n,)``."""
        by_obligor = list(zip(self.obligors, self._split, strict=True))
        return tuple(
            self._total([of.promised if o == j else 0.0 * of.promised for o, of in by_obligor])
            for j in self.partners
        )

    def promised_on(self, issues: Iterable[int]) -> Vector:
        """Return what is promised on some issues alone, shape ``(n,)``."""
        promised = np.zeros(self.space.size)
        for k in issues:
            promised += self.space.spread(k, self._split[k].promised)
        return promised

    @cached_property
    def full_faith(self) -> Vector:
        """Payoff if everybody keeps everything, shape ``(n,)``."""
        return self._total(self.values)

    @cached_property
    def bargained(self) -> Vector:
        """What is certain, less what the outcome costs in face, shape ``(n,)``.

        ``own + harm + side``.
        """
        certain = self.own + self.harm
        for sides in self.sides:
            for side in sides or ():
                certain = certain + side if isinstance(side, np.ndarray) else certain
        if any(self.face):
            costs = zip(self.face, self.values, self.bases, strict=True)
            steps: list[Vector] = [
                c * np.maximum(np.arange(len(v), dtype=np.float64) - b, 0.0) for c, v, b in costs
            ]
            certain = certain - self._total(steps)
        return certain

    def less(self, parts: Collection["Part"], face: bool = True) -> "Valuation":
        """Return this valuation with some parts worth nothing, and without face if so said."""
        by_issue = zip(self.values, self.obligors, self._split, strict=True)
        values = [v - _worth(parts, of, o, o == self.seat) for v, o, of in by_issue]
        costs = self.face if face else None
        return Valuation(self.space, self.seat, self.obligors, values, self.partners, costs)

    def parts(self, levels: Sequence[int]) -> "Parts":
        """Return what the outcome with these levels is worth to the party, part by part."""
        concessions = harm = 0.0
        takes = [0.0] * len(self.values)
        sides = {partner: [0.0] * len(self.values) for partner in self.partners}
        promised = dict.fromkeys(self.partners, 0.0)
        issues = zip(levels, self.obligors, self._split, strict=True)
        for k, (level, obligor, of) in enumerate(issues):
            concessions += float(of.concessions[level])
            harm += float(of.harm[level])
            takes[k] = float(of.takes[level])
            if obligor != self.seat:
                sides[obligor][k] = float(of.side[level])
                promised[obligor] += float(of.promised[level])
        return Parts(concessions, takes, harm, list(sides.values()), list(promised.values()))

    def _takes(self, partner: int) -> bool:
        return any(o == partner and b > 0 for o, b in zip(self.obligors, self.bases, strict=True))

    def _sides(self, partner: int) -> tuple[float | Vector, ...]:
        issues = zip(self.obligors, self.bases, self._split, strict=True)
        return tuple(
            self.space.spread(k, of.side) if o == partner and base > 0 else 0.0
            for k, (o, base, of) in enumerate(issues)
        )

    @cached_property
    def _split(self) -> list[Split]:
        issues = zip(self.values, self.obligors, self.bases, strict=True)
        return [split(values, obligor == self.seat, base) for values, obligor, base in issues]

    def _total(self, tables: Sequence[Vector]) -> Vector:
        return self.space.total(tables)


class Part(NamedTuple):
    """A part of what outcomes are worth to a party: of whose acts, by seat, if of one partner's."""

    kind: str  # own, harm, side or promised
    partner: int | None = None


def _worth(parts: Collection[Part], of: Split, obligor: int, own: bool) -> Vector:
    """Return what some parts of an issue are worth, per level."""
    worth = 0.0 * of.harm
    if own and Part("own") in parts:
        worth = worth + of.concessions + of.takes
    if Part("harm") in parts:
        worth = worth + of.harm
    if Part("side", obligor) in parts:
        worth = worth + of.side
    if Part("promised", obligor) in parts:
        worth = worth + of.promised
    return worth


class Parts(NamedTuple):
    """What an outcome is worth to one party, part by part, US$ bn per year."""

    concessions: float  # what it gives itself
    takes: list[float]  # what it takes itself, per issue
    harm: float  # what it suffers whatever happens
    sides: list[list[float]]  # per partner, what that is allowed to take, per issue
    promised: list[float]  # per partner

    @property
    def own(self) -> float:
        """What it performs itself."""
        return self.concessions + total(self.takes)

    @property
    def side(self) -> float:
        """What the others are allowed to take."""
        return total(total(sides) for sides in self.sides)


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
        least = disagreement - slack(expected, disagreement)
        rational = expected >= least
        if allowed is not None:
            rational &= allowed
        options = rational.nonzero()[0]
        now = vars(self)
        now["expected"], now["rational"] = read_only(expected.copy()), read_only(rational)
        now["allowed"] = None if allowed is None else read_only(allowed.copy())
        now["options"], now["payoffs"] = read_only(options), read_only(expected.take(options))
        now["disagreement"], now["least"], now["_unit"] = disagreement, least, unit

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"preferences cannot be changed: {name} is for the talk to say")

    expected: Vector
    disagreement: float
    #: `disagreement`, less what rounding may have taken: what a rational outcome pays at least.
    least: float
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

    @property
    def gainful(self) -> NDArray[np.bool_]:
        """By which outcomes the party gains against no new deal, rounding apart, ``(n,)``."""
        without = self.disagreement
        gains: NDArray[np.bool_] = self.expected > without + slack(self.expected, without)
        return gains

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
        return share(float(self.expected[outcome]), self.floor, self.span)

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
    taken: Sequence[bool] | None = None,
) -> float:
    """Return what a party gets per year of a deal performed with these qualities.

    ``q_own concessions + takes + harm + side + q_partner promised`` and, for what is withheld,
    ``(1 - q_own) (g - takes)`` and ``(1 - q_partner) rest``, as far as the threat is carried out.

    Parameters
    ----------
    values, obligors, qualities : sequence
        Per issue the party's value of the agreed level, the obligor's seat, and the quality.
    seat : int
        The party's seat.
    overall : sequence of float
        Per seat, the overall quality with which that party performs.
    threats : sequence of float
        Per seat, what that party adds if it withholds: the rest of its threats, as far as they are
        carried out (its own: g less what it takes anyway).
    taken : sequence of bool, optional
        Per issue, whether the level is one before the status quo, which is certain; none by
        default.
    """
    certain = taken if taken is not None else [False] * len(values)
    return performed(values, obligors, qualities, seat, certain) + withheld(overall, threats)


def performed(
    values: Sequence[float],
    obligors: Sequence[int],
    qualities: Sequence[float],
    seat: int,
    certain: Sequence[bool],
) -> float:
    """Return what a party gets of the issues of a deal, performed as they are."""
    whole = 0.0
    for k in range(len(values)):
        hangs_on = (values[k] > 0.0 or obligors[k] == seat) and not certain[k]
        whole += values[k] * qualities[k] if hangs_on else values[k]
    return whole


def withheld(overall: Sequence[float], threats: Sequence[float]) -> float:
    """Return what parties that withhold add by their threats."""
    whole = 0.0
    for j in range(len(overall)):
        whole += (1.0 - overall[j]) * threats[j]
    return whole


def share(payoff: float, floor: float, span: float) -> float:
    """Return a payoff on a scale from 0 at `floor` to 1 at ``floor + span``; 1 without a span."""
    return (payoff - floor) / span if span > 0.0 else 1.0


def disagreement(threats: Sequence[float], deal: float | None) -> float:
    """Return the payoff a party expects without a new deal.

    Parameters
    ----------
    threats : sequence of float
        What it expects of the threats of each party of the talk: payoff times the chance that it
        is carried out, its own included (c f, pi g).
    deal : float or None
        What it expects of the deal in force in this talk; None without one, or if that deal
        will have expired.
    """
    without = total(threats)
    return without if deal is None else max(without, deal)


def after_breach(broken: float, without: float, delta: float, periods: int) -> float:
    """Return what a party expects per year once a deal is broken until it collapses.

    ``(1 - delta^n) broken + delta^n without``: n periods of the one, then for ever the other.

    Parameters
    ----------
    broken : float
        What it gets of the deal as it is performed then, US$ bn per year.
    without : float
        What it gets without a deal.
    delta : float
        The party's discount factor per period, in [0, 1].
    periods : int
        After how many periods the deal collapses (n).
    """
    later = power(delta, periods)
    return (1.0 - later) * broken + later * without
