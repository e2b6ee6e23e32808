"""The talk file: a negotiation domain in one TOML file, with everything that a domain holds.

::

    name = "shares"                         # by default that of the file

    [[issues]]
    name = "price"
    levels = ["low", "middle", "high"]      # words or numbers

    [[profiles]]                            # one per party, in seat order
    name = "buyer"
    reservation = 0.2                       # utility without agreement, 0 by default
    discount = 0.9                          # over the whole talk, 1 by default
    cap = 1.0                               # what no utility exceeds; by default there is none
    weights.price = 0.7                     # per issue, 1 by default
    values.price = [1.0, 0.4, 0.0]          # one per level, in the order of the levels
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simulator import literals
from simulator.domains.domain import Domain, Profile
from simulator.domains.notation import read_toml
from simulator.domains.reading import Reading
from simulator.errors import MISSING
from simulator.negotiation.issues import Issue, Level
from simulator.negotiation.payoffs import Vector

__all__ = ["is_talkfile", "read_talkfile", "talkfile_text"]

_KEYS = ("name", "issues", "profiles")
_ISSUE_KEYS = ("name", "levels")
_PROFILE_KEYS = ("name", "reservation", "discount", "cap", "weights", "values")


def is_talkfile(data: object) -> bool:
    """Return whether TOML data is meant to be a talk file."""
    return isinstance(data, dict) and bool(data.keys() & {"issues", "profiles"})


def read_talkfile(path: Path) -> Domain:
    """Return the domain of a talk file. Raises DomainError with every problem found."""
    reading = Reading(str(path))
    data = read_toml(path)
    _keys(reading, "", data, _KEYS)
    name = reading.name("name", data.get("name", path.stem))
    issues = [
        _issue(reading, f"issues[{k}]", entry)
        for k, entry in enumerate(_entries(reading, data, "issues"))
    ]
    _require_apart(reading, "issues", [issue.id for issue in issues])
    profiles = [
        _profile(reading, f"profiles[{k}]", entry, issues)
        for k, entry in enumerate(_entries(reading, data, "profiles"))
    ]
    _require_apart(reading, "profiles", [profile.name for profile in profiles])
    reading.done()
    return Domain(name, tuple(issues), tuple(profiles))


def _entries(reading: Reading, data: dict[str, object], key: str) -> list[Any]:
    return reading.listed(key, data.get(key, MISSING), f"tables, each under [[{key}]]")


def _keys(reading: Reading, where: str, table: dict[str, Any], known: Sequence[str]) -> None:
    for key, value in table.items():
        if key not in known:
            allowed = f"no such key; the keys are: {', '.join(known)}"
            reading.refuse(f"{where}{key}", value, allowed, known, name=key)


def _require_apart(reading: Reading, key: str, names: Sequence[str]) -> None:
    earlier = set[str]()
    for k, name in enumerate(names):
        if name in earlier:
            reading.refuse(f"{key}[{k}].name", name, "a name that no other has")
        earlier.add(name)


def _issue(reading: Reading, key: str, entry: object) -> Issue:
    table = reading.table(key, entry)
    _keys(reading, f"{key}.", table, _ISSUE_KEYS)
    name = reading.name(f"{key}.name", table.get("name", MISSING))
    listed = reading.listed(f"{key}.levels", table.get("levels", MISSING), "a list of levels")
    levels = [_level(reading, f"{key}.levels[{k}]", level) for k, level in enumerate(listed)]
    if len({str(level) for level in levels}) < len(levels):
        reading.refuse(f"{key}.levels", listed, "levels that differ")
    return Issue(name, tuple(levels) or ("",))


def _level(reading: Reading, key: str, value: object) -> Level:
    if isinstance(value, str):
        return reading.name(key, value)
    number = reading.number(key, value, "a level: a finite number, or a word")
    return value if isinstance(value, int) else number


def _profile(reading: Reading, key: str, entry: object, issues: Sequence[Issue]) -> Profile:
    table = reading.table(key, entry)
    _keys(reading, f"{key}.", table, _PROFILE_KEYS)
    name = reading.name(f"{key}.name", table.get("name", MISSING))
    names = [issue.id for issue in issues]

    def per_issue(part: str, given: object) -> list[Any]:
        by_name = reading.table(f"{key}.{part}", given) if given is not None else {}
        return reading.each(lambda n: f"{key}.{part}.{n}", by_name, names, "an issue")

    weights = per_issue("weights", table.get("weights"))
    values = per_issue("values", table.get("values", MISSING))
    pairs = list(zip(issues, weights, values, strict=True))
    return Profile(
        name,
        tuple(
            1.0 if weight is MISSING else reading.number(f"{key}.weights.{issue.id}", weight)
            for issue, weight, _ in pairs
        ),
        tuple(_values(reading, f"{key}.values.{issue.id}", issue, v) for issue, _, v in pairs),
        reading.number(f"{key}.reservation", table.get("reservation", 0.0)),
        reading.number(
            f"{key}.discount",
            table.get("discount", 1.0),
            "a number above 0 and at most 1",
            lambda x: 0 < x <= 1,
        ),
        reading.number(f"{key}.cap", table["cap"]) if "cap" in table else None,
    )


def _values(reading: Reading, key: str, issue: Issue, given: object) -> Vector:
    words = f"a list of {len(issue.levels)} numbers, one per level"
    numbers = reading.listed(key, given, words)
    if numbers and len(numbers) != len(issue.levels):
        reading.refuse(key, numbers, words)
    return np.array([reading.number(f"{key}[{k}]", x) for k, x in enumerate(numbers)])


def talkfile_text(domain: Domain) -> str:
    """Return the talk file of a domain; it holds everything."""
    lines = [_line("name", domain.name)]
    for issue in domain.issues:
        lines += ["", "[[issues]]", _line("name", issue.id), _line("levels", list(issue.levels))]
    for profile in domain.profiles:
        lines += ["", "[[profiles]]", *_profile_lines(domain, profile)]
    return "\n".join(lines) + "\n"


def _profile_lines(domain: Domain, profile: Profile) -> Iterator[str]:
    names = [issue.id for issue in domain.issues]
    yield _line("name", profile.name)
    yield _line("reservation", float(profile.reservation))
    yield _line("discount", float(profile.discount))
    if profile.cap is not None:
        yield _line("cap", float(profile.cap))
    yield _line("weights", dict(zip(names, map(float, profile.weights), strict=True)))
    yield "[profiles.values]"
    for name, values in zip(names, profile.values, strict=True):
        yield _line(name, [float(value) for value in values])


def _line(key: str, value: object) -> str:
    return literals.write({key: value})[1:-1]  # without the braces of the table
