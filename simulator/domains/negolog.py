"""NegoLog: JSON, a file per party, weights and values as written.

Doğru, Keskin, Jonker, Baarslag & Aydoğan (2024), NegoLog: An integrated Python-based automated
negotiation framework with enhanced assessment components, IJCAI.
"""

import json
import string
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simulator.domains.domain import Domain, Profile
from simulator.domains.notation import read_json
from simulator.domains.reading import Reading
from simulator.errors import MISSING, DomainError, Problem
from simulator.negotiation.issues import Issue

__all__ = ["is_negolog", "negolog_files", "negolog_losses", "read_negolog"]


def is_negolog(data: object) -> bool:
    """Return whether JSON data is a profile of NegoLog, in small letters or capitals."""
    known = {key.casefold() for key in _KEYS}
    return isinstance(data, dict) and len(known & {key.casefold() for key in data}) >= 2


_KEYS = ("reservationValue", "issueWeights", "issues")


def read_negolog(profiles: Sequence[Path], name: str) -> Domain:
    """Return the domain of the profiles, in seat order; the first says what the issues are.

    Raises DomainError with what is wrong with the first file of which something is.
    """
    issues, remarks = _issues(profiles[0]), list[str]()
    parties = tuple(_profile(path, issues, remarks) for path in profiles)
    return Domain(name, issues, parties, tuple(remarks))


def _issues(path: Path) -> tuple[Issue, ...]:
    reading = Reading(str(path))
    data = reading.table("file", read_json(path))
    tables = reading.table("issues", data.get("issues", MISSING))
    issues = [
        Issue(reading.name("issues", name), tuple(reading.table(f"issues.{name}", table)))
        for name, table in tables.items()
    ]
    for issue in issues:
        for level in issue.levels:
            reading.name(f"issues.{issue.id}", level)
    reading.done()
    return tuple(issues)


def _profile(path: Path, issues: Sequence[Issue], remarks: list[str]) -> Profile:
    reading = Reading(str(path))
    data = reading.table("file", read_json(path))
    reading.keys("", data, _KEYS)
    names = [issue.id for issue in issues]
    by_name = reading.table("issues", data.get("issues", MISSING))
    tables = reading.each(lambda n: f"issues.{n}", by_name, names, "an issue")
    by_name = reading.table("issueWeights", data.get("issueWeights", MISSING))
    weights = reading.numbers(lambda n: f"issueWeights.{n}", by_name, names, "an issue")
    profile = Profile(
        path.stem,
        tuple(weights),
        tuple(_values(reading, issue, t) for issue, t in zip(issues, tables, strict=True)),
        reading.number("reservationValue", data.get("reservationValue", 0.0)),
    )
    reading.done()
    remarks.extend(f"{path.name}: {remark}" for remark in (*reading.remarks, *profile.remarks))
    return profile


def _values(reading: Reading, issue: Issue, given: object) -> Any:
    key, levels = f"issues.{issue.id}", [str(level) for level in issue.levels]
    table = reading.table(key, given)
    return np.array(reading.numbers(lambda v: f"{key}.{v}", table, levels, "a value"))


def negolog_losses(domain: Domain) -> list[str]:
    """Return what would change in NegoLog's files, which know neither discount nor cap."""
    losses = []
    for profile in domain.profiles:
        if profile.discount != 1:
            losses.append(f"profile {profile.name!r}: the discount of {profile.discount:g}")
        if profile.cap is not None and profile.highest() > profile.cap + 1e-12:
            losses.append(f"profile {profile.name!r}: the cap of its utilities, {profile.cap:g}")
    return losses


def negolog_files(domain: Domain) -> dict[str, str]:
    """Return the NegoLog files of a domain, name and content of each, in seat order.

    Raises DomainError if there are more parties than letters.
    """
    letters = string.ascii_uppercase
    if len(domain.profiles) > len(letters):
        allowed = f"at most {len(letters)} parties, one per letter in the names of the files"
        raise DomainError([Problem("profiles", len(domain.profiles), allowed)], domain.name)
    return {
        f"profile{letter}.json": json.dumps(_data(domain, profile), indent=1, ensure_ascii=False)
        + "\n"
        for letter, profile in zip(letters, domain.profiles, strict=False)
    }


def _data(domain: Domain, profile: Profile) -> Mapping[str, object]:
    names = [issue.id for issue in domain.issues]
    tables = [
        dict(zip(map(str, issue.levels), map(float, values), strict=True))
        for issue, values in zip(domain.issues, profile.values, strict=True)
    ]
    return {
        "reservationValue": float(profile.reservation),
        "issueWeights": dict(zip(names, map(float, profile.weights), strict=True)),
        "issues": dict(zip(names, tables, strict=True)),
    }
