"""Types of the fields of a scenario, each of which says in words what it takes."""

import datetime
import re
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import custom_error_schema

from simulator import literals
from simulator.errors import ScenarioError
from simulator.literals import LARGEST
from simulator.scenario import parts
from simulator.scenario.code import Code

__all__ = [
    "MOST_REGIONS",
    "NAME_PATTERN",
    "Amount",
    "AnyLevel",
    "Compliance",
    "Count",
    "Day",
    "Effective",
    "Flag",
    "Inside",
    "Kind",
    "Label",
    "Labels",
    "Levels",
    "Name",
    "Names",
    "Number",
    "Patience",
    "Payoffs",
    "PositiveCount",
    "Row",
    "Rows",
    "Share",
    "Spread",
    "Strategy",
    "Text",
    "Towards",
    "Trust",
    "ValuedBy",
    "is_name",
]

#: Weeks and rounds beyond this are typing errors: nearly two thousand years.
_LONGEST = 100_000
#: What an id looks like.
NAME_PATTERN = r"^[a-z0-9][a-z0-9_-]*$"


@dataclass(frozen=True)
class _Worded:
    """Says in words what a field takes, whichever constraint of pydantic refuses a value.

    Who tells it adds the nearest of the names, how large a number may be, and what to write for a
    fraction that is given in per cent.
    """

    allowed: str
    names: tuple[str, ...] = ()
    largest: float | None = None
    fraction: bool = False

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return custom_error_schema(
            handler(source),
            "refused",
            custom_error_message="{allowed}",
            custom_error_context=asdict(self),
        )


def _refused(allowed: str, names: tuple[str, ...] = ()) -> PydanticCustomError:
    """Return the error that says the same where a constraint is none of pydantic's."""
    return PydanticCustomError("refused", "{allowed}", {"allowed": allowed, "names": names})


def _takes_number(words: str) -> _Worded:
    return _Worded(words, largest=LARGEST)


def _takes_whole(lowest: int) -> _Worded:
    return _Worded(f"a whole number from {lowest} to {_LONGEST:,}")


def _numeric(value: object) -> object:
    """Return a number as it is; pydantic alone would take text, true and Decimal for one, too."""
    if not literals.is_number(value):
        raise ValueError("no number")
    return value


def is_name(value: object) -> bool:
    """Return whether something can be an id."""
    return isinstance(value, str) and re.fullmatch(NAME_PATTERN, value) is not None


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("blank")
    return value


def _day(value: object) -> datetime.date:
    if type(value) is datetime.date:
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise _refused("a day of the calendar") from None
    raise _refused("a date without time, such as 2025-07-09")


def _effective(value: object) -> datetime.date | Literal["deadline"]:
    if value == "deadline":
        return "deadline"
    if isinstance(value, str) and not value[:1].isdigit():
        raise _refused('"deadline" (of the talk), or a date such as 2025-07-09', ("deadline",))
    return _day(value)


def _level(value: object) -> float | int | str:
    if literals.is_number(value) and abs(value) <= LARGEST:
        return value
    if isinstance(value, str) and value:
        return str(value)
    raise _refused("a level: a finite number, or a word")


#: More levels of one issue than anybody could tell apart take long to check.
MOST_LEVELS = 10_000


def _not_too_many(values: object) -> object:
    """Refuse, before each is looked at, what would take long to look at."""
    if isinstance(values, list | tuple) and len(values) > MOST_LEVELS:
        raise _refused(f"at most {MOST_LEVELS:,} levels; these are {len(values):,}")
    return values


#: More regions take long to solve for, and hardly anybody would name them all.
MOST_REGIONS = 100


def _not_too_many_regions(values: object) -> object:
    if isinstance(values, list | tuple) and len(values) > MOST_REGIONS:
        raise _refused(f"at most {MOST_REGIONS} regions; these are {len(values):,}: aggregate them")
    return values


def _levels(levels: tuple[float | int | str, ...]) -> tuple[float | int | str, ...]:
    if len(levels) < 2:
        raise _refused("two or more levels, one of which is no commitment")
    seen: set[float | int | str] = set()
    for level in levels:
        if level in seen:
            raise _refused(f"levels that differ; {literals.write(level)} stands there twice")
        seen.add(level)
    numbers = [level for level in levels if not isinstance(level, str)]
    rising = sorted(numbers)
    if len(numbers) == len(levels) and numbers not in (rising, rising[::-1]):
        raise _refused("numeric levels that rise throughout, or fall throughout")
    return levels


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _towards(value: object) -> tuple[str, ...]:
    names = _listed(value)
    if isinstance(names, list | tuple) and names and all(map(is_name, names)):
        return tuple(names)
    if value == "*" or value == ["*"]:
        return ("*",)
    raise _refused('"*" (all other countries), or a list of one or more names')


def _part(slot: str) -> tuple[PlainValidator, WithJsonSchema]:
    """Return how a part of a slot is checked; its schema, of which a roster has the names."""

    def check(value: object, info: ValidationInfo) -> parts.PartSpec:
        roster, code = info.context or ({}, Code())
        try:
            return parts.parse(value, slot, roster, code=code)
        except ScenarioError as error:
            raise PydanticCustomError("part", "part", {"problems": error.problems}) from None

    return PlainValidator(check), WithJsonSchema({"part": slot})


#: Years that 4 divides: without centuries, and centuries of which 4 divides the hundreds.
_LEAP = "([0-9][0-9](0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
#: The days of the calendar, as a text of which no month has too many, nor February.
_DAY_PATTERN = (
    "^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    f"|02-(0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)$"
)
# What no constraint of pydantic says, a schema for editors says beside it.
_DAY_SCHEMA = {"type": "string", "format": "date", "pattern": _DAY_PATTERN}
_LEVEL_SCHEMA = {"type": ["number", "string"]}
_NAME_SCHEMA = {"type": "string", "pattern": NAME_PATTERN}

_Real = Annotated[float, BeforeValidator(_numeric)]
_Whole = Annotated[int, BeforeValidator(_numeric)]
Text = Annotated[str, Field(strict=True), _Worded("text in quotes")]
Label = Annotated[
    str,
    Field(strict=True),
    AfterValidator(_not_blank),
    _Worded("text in quotes, not empty"),
    WithJsonSchema({"type": "string", "pattern": r"\S"}),
]
Name = Annotated[
    str,
    Field(strict=True, pattern=NAME_PATTERN),
    _Worded("a name of small letters, digits, - and _, beginning with a letter or digit"),
]
#: Names, or all others: ("*",).
Towards = Annotated[
    tuple[str, ...],
    PlainValidator(_towards),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": ["*", ["*"]]},
                _NAME_SCHEMA,
                {"type": "array", "items": _NAME_SCHEMA, "minItems": 1},
            ]
        }
    ),
]
Names = Annotated[
    tuple[Name, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [_NAME_SCHEMA, {"type": "array", "items": _NAME_SCHEMA}]}),
]
Labels = Annotated[tuple[Label, ...], BeforeValidator(_not_too_many_regions)]
Day = Annotated[
    datetime.date,
    PlainValidator(_day),
    WithJsonSchema(_DAY_SCHEMA),
]
Effective = Annotated[
    datetime.date | Literal["deadline"],
    PlainValidator(_effective),
    WithJsonSchema({"anyOf": [{"const": "deadline"}, _DAY_SCHEMA]}),
]
Flag = Annotated[bool, Field(strict=True), _Worded("true or false")]
Number = Annotated[_Real, Field(ge=-LARGEST, le=LARGEST), _takes_number("a number")]
Amount = Annotated[_Real, Field(ge=0, le=LARGEST), _takes_number("a number of at least 0")]
Spread = Annotated[_Real, Field(ge=0, le=3), _takes_number("a number from 0 to 3")]
Share = Annotated[
    _Real, Field(ge=0, le=1), _Worded("a number from 0 to 1", largest=LARGEST, fraction=True)
]
Inside = Annotated[_Real, Field(gt=0, lt=1), _takes_number("a number above 0 and below 1")]
Patience = Annotated[_Real, Field(gt=0, le=1), _takes_number("a number above 0 and at most 1")]
Count = Annotated[_Whole, Field(ge=0, le=_LONGEST), _takes_whole(0)]
PositiveCount = Annotated[_Whole, Field(ge=1, le=_LONGEST), _takes_whole(1)]
AnyLevel = Annotated[float | int | str, PlainValidator(_level), WithJsonSchema(_LEVEL_SCHEMA)]
Levels = Annotated[
    tuple[AnyLevel, ...],
    BeforeValidator(_not_too_many),
    AfterValidator(_levels),
    WithJsonSchema({"type": "array", "items": _LEVEL_SCHEMA, "minItems": 2, "uniqueItems": True}),
]
Payoffs = Annotated[tuple[Number, ...], BeforeValidator(_not_too_many)]
#: Figures of regions, and of pairs of regions.
Row = Annotated[tuple[Amount, ...], BeforeValidator(_not_too_many_regions)]
Rows = Annotated[tuple[Row, ...], BeforeValidator(_not_too_many_regions)]
#: Of what something is evidence: of how promises are kept, or of how threats are carried out.
Kind = Annotated[
    Literal["promise", "threat"], _Worded('"promise" or "threat"', ("promise", "threat"))
]
#: By what outcomes are valued: tables in the scenario; or, where it has none, the trade model.
ValuedBy = Annotated[
    Literal["table", "economy"], _Worded('"table" or "economy"', ("table", "economy"))
]
Strategy = Annotated[parts.PartSpec, *_part("strategy")]
Compliance = Annotated[parts.PartSpec, *_part("compliance")]
Trust = Annotated[parts.PartSpec, *_part("trust")]
