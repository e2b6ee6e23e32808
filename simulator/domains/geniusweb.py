"""GeniusWeb: JSON profiles of linear additive utility spaces, a reservation bid in each.

Jonker, Hindriks, Wiggers & Broekens (2012), Negotiating agents, AI Magazine 33(3), 79-91, and the
GeniusWeb documentation: classes LinearAdditiveUtilitySpace, DiscreteValueSetUtilities,
NumberValueSetUtilities, NumberValueSet.
"""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from simulator.domains.domain import Domain, Profile
from simulator.domains.notation import read_json
from simulator.domains.reading import Reading
from simulator.errors import MISSING
from simulator.negotiation.issues import Issue, Level
from simulator.negotiation.payoffs import Vector

__all__ = ["is_geniusweb_domain", "is_geniusweb_profile", "read_geniusweb"]

_SPACE = "LinearAdditiveUtilitySpace"
#: The keys of a utility space, of a domain, of an issue and of its range, of a reservation bid.
_KEYS = ("name", "issueUtilities", "issueWeights", "domain", "reservationBid")
_DOMAIN_KEYS = ("name", "issuesValues")
_ISSUE_KEYS = ("values", "range")
_RANGE_KEYS = ("low", "high", "step")
_BID_KEYS = ("issuevalues",)
#: Names of the two kinds of evaluation, the older ones last.
_DISCRETE = ("discreteutils", "DiscreteValueSetUtilities")
_NUMBERS = ("numberutils", "NumberValueSetUtilities")
#: The keys of each.
_EVALUATIONS = {
    "discrete": ("valueUtilities",),
    "number": ("lowValue", "highValue", "lowUtility", "highUtility"),
}


def is_geniusweb_profile(data: object) -> bool:
    """Return whether JSON data is a profile of GeniusWeb, be it one that can be read or not."""
    kinds = ("utilityspace", "partialordering")
    return isinstance(data, dict) and len(data) == 1 and next(iter(data)).casefold().endswith(kinds)


def is_geniusweb_domain(data: object) -> bool:
    """Return whether JSON data is a domain of GeniusWeb."""
    return isinstance(data, dict) and any(key.casefold() == "issuesvalues" for key in data)


def read_geniusweb(template: Path | None, profiles: Sequence[Path], name: str, grid: int) -> Domain:
    """Return the domain of a domain file and the profiles of the parties, in seat order.

    Without a domain file, the template, the first profile says what the issues are; so many values
    as `grid`, evenly spaced, stand for a number whose steps are not given. Raises DomainError with
    what is wrong with the first file of which something is.
    """
    bodies = [_body(path) for path in profiles]  # first, to call a space nonlinear that is
    issues, remarks = _issues(template, profiles[0], bodies[0], grid)
    pairs = zip(profiles, bodies, strict=True)
    parties = tuple(_profile(path, body, issues, remarks) for path, body in pairs)
    return Domain(name, issues, parties, tuple(remarks))


# -- issues ------------------------------------------------------------------------------------


def _issues(
    template: Path | None, profile: Path, body: dict[str, Any], grid: int
) -> tuple[tuple[Issue, ...], list[str]]:
    source = template or profile
    reading, remarks = Reading(str(source)), list[str]()
    data = read_json(source) if template else body.get("domain")
    if data is None:
        utilities = _utilities(reading, body)
        issues = [_issue_of(reading, n, u, grid, remarks) for n, u in utilities.items()]
    else:
        domain = reading.table("domain", data)
        reading.keys("", domain, _DOMAIN_KEYS)
        values = reading.table("issuesValues", domain.get("issuesValues"))
        issues = [
            Issue(reading.name("issue", n), _levels(reading, n, v)) for n, v in values.items()
        ]
    reading.done()
    remarks.extend(f"{source.name}: {remark}" for remark in reading.remarks)
    return tuple(issues), remarks


def _body(path: Path) -> dict[str, Any]:
    """Return what stands in the utility space of a profile."""
    reading = Reading(str(path))
    data = reading.table("file", read_json(path))
    if data and _SPACE not in data:
        kind = next(iter(data))
        reading.refuse(kind, kind, f"a {_SPACE}", [_SPACE])
    body = reading.table(_SPACE, data[_SPACE]) if _SPACE in data else {}
    reading.done()
    return body


def _utilities(reading: Reading, body: dict[str, Any]) -> dict[str, Any]:
    return reading.table("issueUtilities", body.get("issueUtilities", MISSING))


def _levels(reading: Reading, name: str, given: object) -> tuple[Level, ...]:
    key = f"issuesValues.{name}"
    values = reading.table(key, given)
    reading.keys(f"{key}.", values, _ISSUE_KEYS)
    if "range" in values:
        return _stepped(reading, f"{key}.range", reading.table(f"{key}.range", values["range"]))
    listed = reading.listed(f"{key}.values", values.get("values", MISSING))
    levels = dict.fromkeys(reading.name(f"{key}.values", level) for level in listed)
    if len(levels) < len(listed):
        reading.refuse(f"{key}.values", listed, "values that stand there once")
    return tuple(levels) or ("",)


def _stepped(reading: Reading, key: str, given: dict[str, Any]) -> tuple[Level, ...]:
    """Return the numbers from low to high, exact in decimals."""
    reading.keys(f"{key}.", given, _RANGE_KEYS)
    parts = [reading.number(f"{key}.{n}", given.get(n, MISSING)) for n in _RANGE_KEYS]
    low, _, step = (Decimal(repr(part)) for part in parts)
    numbers = [float(low + k * step) for k in range(reading.steps(key, *parts))]
    whole = all(number.is_integer() for number in numbers)
    return tuple(int(number) if whole else number for number in numbers)


def _issue_of(
    reading: Reading, name: str, utilities: object, grid: int, remarks: list[str]
) -> Issue:
    """Return an issue of which only the evaluations are known."""
    kind, evaluations = _kind(reading, name, utilities)
    if kind == "discrete":
        table = reading.table(f"issueUtilities.{name}", evaluations.get("valueUtilities", MISSING))
        return Issue(name, tuple(table) or ("",))
    low, high = (
        reading.number(f"issueUtilities.{name}.{n}", evaluations.get(n, MISSING))
        for n in ("lowValue", "highValue")
    )
    remarks.append(
        f"issue {name!r} is real: {grid} values stand for it, evenly spaced from {low} to {high}"
    )
    return Issue(name, tuple(float(x) for x in np.unique(np.linspace(low, high, grid))))


def _kind(reading: Reading, name: str, utilities: object) -> tuple[str, dict[str, Any]]:
    """Return of which kind the evaluations of an issue are, and the evaluations."""
    key = f"issueUtilities.{name}"
    table = reading.table(key, utilities)
    for kind, names in (("discrete", _DISCRETE), ("number", _NUMBERS)):
        for written in names:
            if written in table:
                reading.keys(f"{key}.", table, (*_DISCRETE, *_NUMBERS))
                evaluations = reading.table(f"{key}.{written}", table[written])
                reading.keys(f"{key}.{written}.", evaluations, _EVALUATIONS[kind])
                return kind, evaluations
    if table:
        reading.refuse(key, list(table), f"{_DISCRETE[0]} or {_NUMBERS[0]}")
    return "discrete", {}


# -- profiles ----------------------------------------------------------------------------------


def _profile(
    path: Path, body: dict[str, Any], issues: Sequence[Issue], remarks: list[str]
) -> Profile:
    reading = Reading(str(path))
    reading.keys("", body, _KEYS)
    names = [issue.id for issue in issues]
    utilities = reading.each(
        lambda n: f"issueUtilities.{n}", _utilities(reading, body), names, "an issue"
    )
    by_name = reading.table("issueWeights", body.get("issueWeights", MISSING))
    weights = reading.numbers(lambda n: f"issueWeights.{n}", by_name, names, "an issue")
    values = [_values(reading, issue, u) for issue, u in zip(issues, utilities, strict=True)]
    reservation = _reservation(reading, body.get("reservationBid"), issues, weights, values)
    reading.done()
    profile = Profile(path.stem, tuple(weights), tuple(values), reservation)
    remarks.extend(f"{path.name}: {remark}" for remark in (*reading.remarks, *profile.remarks))
    return profile


def _values(reading: Reading, issue: Issue, utilities: object) -> Vector:
    kind, evaluations = _kind(reading, issue.id, utilities)
    key = f"issueUtilities.{issue.id}"
    if kind == "number":
        return _interpolated(reading, key, evaluations, issue)
    levels = [str(level) for level in issue.levels]
    where = f"{key}.valueUtilities"
    table = reading.table(where, evaluations.get("valueUtilities", MISSING))
    return np.array(reading.numbers(lambda v: f"{where}.{v}", table, levels, "a value"))


def _interpolated(reading: Reading, key: str, ends: dict[str, Any], issue: Issue) -> Vector:
    """Return utilities on the line from the lowest to the highest value."""
    low, high, least, most = (
        reading.number(f"{key}.{name}", ends.get(name, MISSING)) for name in _EVALUATIONS["number"]
    )
    levels = issue.levels
    numeric = not isinstance(levels[0], str)
    if not numeric or not low <= levels[0] <= levels[-1] <= high or low == high:  # type: ignore[operator]
        allowed = "a range from low to high that covers the numbers of the issue"
        reading.refuse(key, [low, high], allowed)
        return np.zeros(len(levels))
    numbers = np.array(levels, dtype=np.float64)
    return least + (most - least) * (numbers - low) / (high - low)


def _reservation(
    reading: Reading,
    bid: object,
    issues: Sequence[Issue],
    weights: Sequence[float],
    values: Sequence[Vector],
) -> float:
    """Return the utility of the reservation bid, 0 without one; an issue it leaves out adds 0."""
    if bid is None:
        return 0.0
    key = "reservationBid"
    table = reading.table(key, bid)
    reading.keys(f"{key}.", table, _BID_KEYS)
    agreed = table.get("issuevalues", MISSING)
    if agreed == {}:
        return 0.0
    names = [issue.id for issue in issues]
    by_name = reading.table(f"{key}.issuevalues", agreed)
    levels = reading.each(lambda n: f"{key}.issuevalues.{n}", by_name, names, "an issue")
    total = 0.0
    for issue, level, weight, worth in zip(issues, levels, weights, values, strict=True):
        if level is not MISSING:
            total += weight * _worth(reading, f"{key}.issuevalues.{issue.id}", issue, level, worth)
    return total


def _worth(reading: Reading, key: str, issue: Issue, level: object, values: Vector) -> float:
    if level in issue.levels and not isinstance(level, bool):
        return float(values[issue.levels.index(level)])
    numbers = [number for number in issue.levels if not isinstance(number, str)]
    if not numbers:
        reading.refuse(key, level, "a value of the issue", map(str, issue.levels))
        return 0.0
    inside = f"a number from {numbers[0]} to {numbers[-1]}"
    number = reading.number(key, level, inside, lambda x: numbers[0] <= x <= numbers[-1])
    return float(np.interp(number, numbers, values))
