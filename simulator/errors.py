"""Everything tradetalks raises on purpose.

::

    TradetalksError
    ├── InputError        what a user wrote that cannot be used, with all its problems
    │   ├── ScenarioError a scenario that cannot be played
    │   │   └── Refusal   an experiment that cannot be played
    │   ├── DomainError   a negotiation domain that cannot be read or written
    │   └── EconomyError  figures of trade that cannot be used, or lead to no equilibrium
    ├── PartError         a part (strategy, trust model, policy) with a wrong name or parameter
    ├── StrategyError     a strategy that raised or answered outside the rules
    ├── ConductError      a trust model, policy or audience that raised or answered nonsense
    ├── StoreError        a folder of results that cannot be used as was asked
    │   └── WriteError    one that could not be written to
    └── WorkerError       workers that could not start, or a scheduler out of reach

A message has the key, the value, what was allowed and, where there is one, the nearest name.
"""

import datetime
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulator import literals

__all__ = [
    "MISSING",
    "ConductError",
    "DomainError",
    "EconomyError",
    "InputError",
    "PartError",
    "Problem",
    "Refusal",
    "ScenarioError",
    "StoreError",
    "StrategyError",
    "TradetalksError",
    "WorkerError",
    "WriteError",
    "describe_error",
    "nearest",
    "require",
]

#: No longer text is a name with a slip: to compare one takes time.
_LONGEST_NAME = 200


class TradetalksError(Exception):
    """The root of the tree: whatever tradetalks refuses or reports."""

    def __post_init__(self) -> None:
        # Also what was given by keyword: an error goes from process to process by its arguments.
        self.args = tuple(vars(self).values())


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a user's input.

    Parameters
    ----------
    key : str
        Dotted path of the key, as ``--set`` would address it.
    value : object
        What stood there.
    allowed : str
        What may stand there, or what to do.
    nearest : str or None
        The nearest allowed name, if one is near.
    """

    key: str
    value: object
    allowed: str
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f"; did you mean {_cut(self.nearest, 120)!r}?" if self.nearest else ""
        allowed = _cut(self.allowed, 4000)
        return f"{_cut(self.key, 240)}: {_short(self.value)}: {allowed}{hint}"


class _Missing:
    """Stands for the value of a key that is not there."""

    def __repr__(self) -> str:
        return "missing"


#: The value of a key that is not there, in a Problem.
MISSING = _Missing()


class InputError(TradetalksError):
    """What a user wrote and cannot be used; carries every problem, and tells the first hundred.

    Parameters
    ----------
    problems : sequence of Problem
        At least one.
    source : str, optional
        The file or name it came from.
    """

    #: How many problems are told.
    told = 100

    def __init__(self, problems: Sequence[Problem], source: str = "") -> None:
        self.problems = tuple(problems)
        self.source = source
        super().__init__(self.problems, source)

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"{count} problem{'' if count == 1 else 's'}"
        where = f" in {self.source}" if self.source else ""
        lines = [f"  {problem}" for problem in self.problems[: self.told]]
        more = [f"  and {count - self.told:,} more"] if count > self.told else []
        return "\n".join([f"{head}{where}:", *lines, *more])


class ScenarioError(InputError):
    """A scenario that cannot be played."""


class Refusal(ScenarioError):
    """An experiment that cannot be played; tells the first ten problems.

    Thousands of points may share one mistake.
    """

    told = 10


class DomainError(InputError):
    """A negotiation domain that cannot be read, or not be written in a format."""


class EconomyError(InputError):
    """Figures of trade, income or tariffs that cannot be used, or lead to no equilibrium."""


@dataclass(eq=False, repr=False)
class PartError(TradetalksError, ValueError):
    """A parameter that a strategy, trust model or policy cannot take.

    Parameters
    ----------
    name : str
        The part.
    parameter : str
        Its parameter, empty if the part itself is meant.
    value : object
        What was given.
    allowed : str
        What may be given.
    nearest : str or None
        The nearest allowed name, if one is near.
    by : str
        Another parameter by which it goes what may be given, if there is one.
    """

    name: str
    parameter: str
    value: object
    allowed: str
    nearest: str | None = None
    by: str = ""

    def __str__(self) -> str:
        key = f"{self.name}:{self.parameter}" if self.parameter else self.name
        return str(Problem(key, self.value, self.allowed, self.nearest))


@dataclass(eq=False, repr=False)
class StrategyError(TradetalksError):
    """A strategy that raised, or answered outside the rules of the talk.

    Parameters
    ----------
    strategy, party, talk : str
        Whose strategy, in which talk.
    week, round : int
        When, both from 0; the round is that of the talk.
    reason : str
        What it did.
    """

    strategy: str
    party: str
    talk: str
    week: int
    round: int
    reason: str

    def __str__(self) -> str:
        return (
            f"strategy {self.strategy!r} of {self.party!r} in talk {self.talk!r}, "
            f"week {self.week}, round {self.round}: {self.reason}"
        )


@dataclass(eq=False, repr=False)
class ConductError(TradetalksError):
    """A trust model, compliance policy or audience that raised or answered nonsense.

    Parameters
    ----------
    part, country : str
        Which part, of whom.
    week : int
        When, from 0.
    reason : str
        What it did.
    """

    part: str
    country: str
    week: int
    reason: str

    def __str__(self) -> str:
        return f"{self.part} of {self.country!r}, week {self.week}: {self.reason}"


class StoreError(TradetalksError):
    """A folder of results that cannot be used as was asked: not empty, changed, locked, no such."""


class WriteError(StoreError):
    """A folder of results that could not be written to; what is in it can be read."""


class WorkerError(TradetalksError):
    """Workers that could not start or be reached; no run is to blame."""


def require(
    holds: bool, part: str, parameter: str, value: object, allowed: str, by: str = ""
) -> None:
    """Refuse a parameter of a part unless `holds`, which may go `by` another parameter.

    Raises
    ------
    PartError
        With the part, the parameter, its value and what was allowed.
    """
    if not holds:
        raise PartError(part, parameter, value, allowed, by=by)


def nearest(name: object, allowed: Iterable[str]) -> str | None:
    """Return the allowed name most like `name`, small letters or capitals; None if none is near."""
    text = str(name)
    if len(text) > _LONGEST_NAME:
        return None
    by_small = {known.casefold(): known for known in allowed}
    matches = difflib.get_close_matches(text.casefold(), by_small, n=1, cutoff=0.6)
    return by_small[matches[0]] if matches else None


def describe_error(error: BaseException) -> str:
    """Return what an exception of a user's part says, with its kind."""
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def _short(value: object, length: int = 60) -> str:
    try:
        if isinstance(value, bool | list | tuple | Mapping | datetime.date | None):
            text = literals.write(value)
        else:
            text = repr(value)
    except RecursionError:
        text = "nested values"
    except ValueError:  # Python prints no integer of so many digits
        text = "a huge integer"
    return _cut(text, length)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 3] + "..."
