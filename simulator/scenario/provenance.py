"""Where the numbers of a scenario come from: a source, a calculation, or an assumption.

Beside a shipped scenario lies a file that says of every parameter which it is, why, and in what
range it is plausible. An entry of it covers the parameters that its paths match, segment by
segment: ``*`` stands for anything, ``[1-9]`` for one of these characters.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal, get_args

from simulator.errors import Problem, ScenarioError, nearest
from simulator.scenario.parameters import describe
from simulator.scenario.parts import PartSpec
from simulator.scenario.paths import entry_id, keys_of
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import BaseTariff, Table

__all__ = ["Origin", "Support", "parameters", "provenance"]

#: A source states it; it is worked out from what sources state; nobody states it.
Support = Literal["sourced", "estimated", "assumed"]
Value = float | str | bool | date

#: Keys that say who and what, and how it is called: nothing that could be otherwise.
_NAMES = frozenset(
    {
        *("id", "name", "title", "what", "unit", "region", "issues", "conduct"),
        "typical_seed",
        *("talk", "by", "on", "of", "between", "parties", "obligor", "beneficiaries"),
    }
)
_FOLDER = Path(__file__).parents[1] / "scenarios" / "provenance"


@dataclass(frozen=True)
class Origin:
    """What is said of some parameters: where they come from, and what else is plausible.

    Parameters
    ----------
    paths : tuple of str
        Patterns of the paths of the parameters that it covers.
    status : {"sourced", "estimated", "assumed"}
        Whether a source states them, they are worked out from what sources state, or nobody does.
    why : str
        What stands behind them: of estimates from what, of assumptions why they are plausible.
    source : str
        The source, by the short name that the scenario file explains.
    low, high : float, date or None
        Ends of the plausible range.
    times : (float, float) or None
        The same as multiples of the value.
    among : tuple
        What else is plausible where it is no number, the value included.
    """

    paths: tuple[str, ...]
    status: Support
    why: str = ""
    source: str = ""
    low: float | date | None = None
    high: float | date | None = None
    times: tuple[float, float] | None = None
    among: tuple[str | bool, ...] = ()

    def covers(self, path: str) -> bool:
        """Return whether it is about the parameter at a path.

        Parameters
        ----------
        path : str
            As `parameters` gives it.
        """
        names = path.split(".")
        patterns = (pattern.split(".") for pattern in self.paths)
        return any(len(p) == len(names) and all(map(fnmatchcase, names, p)) for p in patterns)

    def range(self, value: Value) -> "tuple[Any, Any]":
        """Return the lowest and the highest plausible value; the value itself twice if it is fixed.

        Parameters
        ----------
        value : float or date
            The value of a parameter that it covers.
        """
        if self.times is not None and isinstance(value, float | int):
            low, high = sorted(value * factor for factor in self.times)
            return low, high
        return (value if self.low is None else self.low, value if self.high is None else self.high)


def parameters(scenario: Scenario) -> dict[str, Value]:
    """Return every value that a scenario goes by, defaults included, by its path.

    A path is that of ``--set``, with the position in a list behind it: ``levels.1``. What is
    derived from other values is left out, as is what is 0 by definition: level 0.

    Parameters
    ----------
    scenario : Scenario
        Any.
    """
    given = _given_payoffs(scenario)
    return {
        path: value
        for path, value in _of_table("", scenario)
        if ".payoffs." not in path or path.rpartition(".payoffs.")[0] in given
    }


def provenance(name: str) -> tuple[Origin, ...]:
    """Return what is said of the parameters of a shipped scenario.

    Parameters
    ----------
    name : str
        The scenario.

    Raises
    ------
    ScenarioError
        If nothing is said of it, or an entry is not sound.
    """
    known = sorted(path.stem for path in _FOLDER.glob("*.toml"))
    if name not in known:
        allowed = f"a scenario with a file of provenance: {', '.join(known)}"
        raise ScenarioError([Problem("scenario", name, allowed, nearest(name, known))])
    data = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    problems = [p for k, entry in enumerate(data["entries"]) for p in _problems(k, entry)]
    if problems:
        raise ScenarioError(problems, f"{name}, provenance")
    return tuple(Origin(**{k: _frozen(v) for k, v in entry.items()}) for entry in data["entries"])


# --- entries ----------------------------------------------------------------------------------


def _problems(number: int, entry: Mapping[str, object]) -> Iterator[Problem]:
    keys = [field.name for field in fields(Origin)]
    needed = [f.name for f in fields(Origin) if f.default is MISSING]
    for key in entry.keys() - set(keys):
        allowed = f"no such key; the keys are: {', '.join(keys)}"
        yield Problem(f"entries[{number}].{key}", entry[key], allowed, nearest(key, keys))
    for key in needed:
        if key not in entry:
            yield Problem(f"entries[{number}]", dict(entry), f"with {' and '.join(needed)}")
    if (status := entry.get("status")) not in get_args(Support):
        allowed = f"one of {', '.join(get_args(Support))}"
        yield Problem(f"entries[{number}].status", status, allowed)


def _frozen(value: object) -> Any:
    return tuple(value) if isinstance(value, list) else value


# --- parameters -------------------------------------------------------------------------------


def _given_payoffs(scenario: Scenario) -> set[str]:
    """Return the tables whose payoffs are given, not derived."""
    data = scenario.data
    return {
        *(
            f"talks.{talk}.issues.{issue['id']}"
            for talk, entry in data["talks"].items()
            for issue in entry["issues"]
            if "payoffs" in issue
        ),
        *(
            f"threats.{entry_id('threats', threat)}"
            for threat in data.get("threats", ())
            if "payoffs" in threat
        ),
    }


def _of_table(path: str, spec: Table) -> Iterator[tuple[str, Value]]:
    for key in keys_of(type(spec)):
        if key != "source" and (key not in _NAMES or key == "issues"):
            yield from _of_value(f"{path}.{key}".lstrip("."), _held(spec, key))


def _held(spec: Table, key: str) -> object:
    """Return what a table holds under a key of the file."""
    fields = type(spec).model_fields.items()
    return getattr(spec, next((name for name, of in fields if of.alias == key), key))


def _of_value(path: str, value: object) -> Iterator[tuple[str, Value]]:
    if isinstance(value, Table):
        yield from _of_table(path, value)
    elif isinstance(value, PartSpec):
        yield from _of_part(path, value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _of_value(f"{path}.{key}", inner)
    elif isinstance(value, tuple):
        yield from _of_list(path, value)
    elif isinstance(value, str | float | int | date):
        yield path, value


def _of_list(path: str, values: tuple[object, ...]) -> Iterator[tuple[str, Value]]:
    # Level 0 is no commitment: only where it is a number other than 0 does it say anything.
    nothing = values and (values[0] == 0 or isinstance(values[0], str))
    for k, value in enumerate(values):
        if isinstance(value, BaseTariff):
            yield from _of_value(f"{path}.{value.by} on {value.on}", value)
        elif isinstance(value, Table):
            yield from _of_value(f"{path}.{getattr(value, 'id', None) or k}", value)
        elif k or not nothing:
            yield from _of_value(f"{path}.{k}", value)


def _of_part(path: str, part: PartSpec) -> Iterator[tuple[str, Value]]:
    """Give the choice of a part, then its parameters, those at their defaults too."""
    yield path, part.name
    given = dict(part.params)
    cls = part.factory
    assert isinstance(cls, type)
    for parameter in describe(cls):
        value = given.get(parameter.name, parameter.default)
        yield from _of_value(f"{path}.{parameter.name}", value)
