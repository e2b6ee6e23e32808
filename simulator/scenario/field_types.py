"""Types of the fields of a scenario, each of which says in words what it takes."""

import datetime
import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, PlainValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from simulator import literals
from simulator.errors import ScenarioError, nearest
from simulator.scenario import parts

__all__ = [
    "Amount",
    "Compliance",
    "Count",
    "Day",
    "Effective",
    "Flag",
    "Label",
    "Level",
    "Levels",
    "Name",
    "Names",
    "Number",
    "Patience",
    "Payoffs",
    "Period",
    "Share",
    "Spread",
    "Strategy",
    "Text",
    "Trust",
    "Valuation",
    "is_name",
    "refused",
]

#: Sums and products of numbers up to this stay finite; no country has as many dollars.
_LARGEST = 1e15
#: Weeks and rounds beyond this are typing errors: nearly two thousand years.
_LONGEST = 100_000
#: By what outcomes are valued: tables in the scenario; or, where it has none, the trade model.
VALUATIONS = ("table", "economy")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


def refused(allowed: str, suggestion: str | None = None) -> PydanticCustomError:
    """Return the error that says what was allowed.

    Parameters
    ----------
    allowed : str
        What may stand there.
    suggestion : str, optional
        The nearest name.
    """
    return PydanticCustomError("refused", "{allowed}", {"allowed": allowed, "nearest": suggestion})


def _number(words: str, is_allowed: Callable[[float], bool]) -> PlainValidator:
    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise refused(words)
        if not -_LARGEST <= value <= _LARGEST:  # false for nan, too
            raise refused(f"{words}, finite and at most {_LARGEST:g} in size")
        if not is_allowed(value):
            raise refused(words)
        return float(value)

    return PlainValidator(check)


def _whole(lowest: int) -> PlainValidator:
    words = f"a whole number from {lowest} to {_LONGEST:,}"

    def check(value: object) -> int:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not lowest <= value <= _LONGEST or value != int(value):  # type: ignore[operator, call-overload]
            raise refused(words)
        return int(value)  # type: ignore[call-overload, no-any-return]

    return PlainValidator(check)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise refused("text in quotes")
    return str(value)


def _label(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise refused("text in quotes, not empty")
    return str(value)


def is_name(value: object) -> bool:
    """Return whether something can be an id.

    Parameters
    ----------
    value : object
        Anything.
    """
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _name(value: object) -> str:
    if not is_name(value):
        raise refused("a name of small letters, digits, - and _, beginning with a letter or digit")
    return str(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise refused("true or false")
    return value


def _day(value: object) -> datetime.date:
    if type(value) is datetime.date:
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise refused("a day of the calendar") from None
    raise refused("a date without time, such as 2025-07-09")


def _effective(value: object) -> datetime.date | Literal["deadline"]:
    if value == "deadline":
        return "deadline"
    if isinstance(value, str) and not value[:1].isdigit():
        suggestion = nearest(value, ["deadline"])
        raise refused('"deadline" (of the talk), or a date such as 2025-07-09', suggestion)
    return _day(value)


def _level(value: object) -> float | int | str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and -_LARGEST <= value <= _LARGEST:  # type: ignore[operator]
        return value  # type: ignore[return-value]
    if isinstance(value, str) and value:
        return str(value)
    raise refused("a level: a finite number, or a word")


def _levels(levels: tuple[float | int | str, ...]) -> tuple[float | int | str, ...]:
    if len(levels) < 2:
        raise refused("two or more levels, the first of which is no commitment")
    twice = [level for k, level in enumerate(levels) if level in levels[:k]]
    if twice:
        raise refused(f"levels that differ; {literals.write(twice[0])} stands there twice")
    numbers = [level for level in levels if not isinstance(level, str)]
    rising = sorted(numbers)
    if len(numbers) == len(levels) and numbers not in (rising, rising[::-1]):
        raise refused("numeric levels that rise throughout, or fall throughout")
    return levels


def _payoffs(values: tuple[float, ...]) -> tuple[float, ...]:
    if values and values[0] != 0:
        raise refused("a first value of 0: level 0 is no commitment, what applies without a deal")
    return values


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _valuation(value: object) -> str:
    if value not in VALUATIONS:
        suggestion = nearest(value, VALUATIONS) if isinstance(value, str) else None
        raise refused(" or ".join(f'"{name}"' for name in VALUATIONS), suggestion)
    return str(value)


def _part(slot: str) -> PlainValidator:
    def check(value: object, info: ValidationInfo) -> parts.PartSpec:
        roster: parts.Roster = info.context or {}
        try:
            return parts.parse(value, slot, roster)
        except ScenarioError as error:
            raise PydanticCustomError("part", "part", {"problems": error.problems}) from None

    return PlainValidator(check)


Text = Annotated[str, PlainValidator(_text)]
Label = Annotated[str, PlainValidator(_label)]
Name = Annotated[str, PlainValidator(_name)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_listed)]
Day = Annotated[datetime.date, PlainValidator(_day)]
Effective = Annotated[datetime.date | Literal["deadline"], PlainValidator(_effective)]
Flag = Annotated[bool, PlainValidator(_flag)]
Number = Annotated[float, _number("a number", lambda x: True)]
Amount = Annotated[float, _number("a number of at least 0", lambda x: x >= 0)]
Spread = Annotated[float, _number("a number from 0 to 3", lambda x: 0 <= x <= 3)]
Share = Annotated[float, _number("a number from 0 to 1", lambda x: 0 <= x <= 1)]
Patience = Annotated[float, _number("a number above 0 and at most 1", lambda x: 0 < x <= 1)]
Count = Annotated[int, _whole(0)]
Period = Annotated[int, _whole(1)]
Level = Annotated[float | int | str, PlainValidator(_level)]
Levels = Annotated[tuple[Level, ...], AfterValidator(_levels)]
Payoffs = Annotated[tuple[Number, ...], AfterValidator(_payoffs)]
Valuation = Annotated[Literal["table", "economy"], PlainValidator(_valuation)]
Strategy = Annotated[parts.PartSpec, _part("strategy")]
Compliance = Annotated[parts.PartSpec, _part("compliance")]
Trust = Annotated[parts.PartSpec, _part("trust")]
