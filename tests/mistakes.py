"""Mistakes in files, seeded: a sound file with one thing in it changed so that it is refused.

The rule: draw a file, a kind of mistake, and a place in the file where that kind can be made; make
it there; draw again if the file is sound all the same.
"""

import copy
import random
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import pytest

from agents.roster import ROSTER
from experiments.design.plan import plan
from experiments.design.reader import load_experiment, shipped_experiments
from simulator.errors import TradetalksError
from simulator.scenario import source
from simulator.scenario.scenario import load
from tests.pages import ROOT

__all__ = ["KINDS", "Mistake", "files", "mistakes", "written"]

Data = dict[str, Any]
#: The way from the top of a file to a value in it.
Place = tuple[str | int, ...]


class Mistake(NamedTuple):
    """A file with a mistake: of which kind, where, and whether it is a scenario's or not."""

    kind: str
    file: str
    place: Place
    data: Data
    is_scenario: bool


def files() -> dict[str, tuple[Data, bool]]:
    """Return the shipped files by name, and whether each is a scenario."""
    scenarios = {name: (tomllib.loads(source.text(name)), True) for name in source.shipped()}
    library = ROOT / "experiments" / "library"
    texts = {name: (library / f"{name}.toml").read_text("utf-8") for name in shipped_experiments()}
    return {**scenarios, **{name: (tomllib.loads(text), False) for name, text in texts.items()}}


def written(value: Any) -> Any:
    """Return data as editors see them: a date is a text."""
    if isinstance(value, Mapping):
        return {key: written(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [written(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def mistakes(seed: int, number: int) -> Iterator[Mistake]:
    """Give so many mistakes, the kinds in turn, every one of which is refused."""
    draw, sound, kinds = random.Random(seed), files(), list(KINDS)
    made = 0
    while made < number:
        name = draw.choice(list(sound))
        data, is_scenario = sound[name]
        mistake = _made(draw, kinds[made % len(kinds)], name, data, is_scenario)
        if mistake is not None and _is_refused(mistake.data, is_scenario):
            made += 1
            yield mistake


def _made(
    draw: random.Random, kind: str, name: str, data: Data, is_scenario: bool
) -> Mistake | None:
    found = _places(data)
    places = [place for place, value in found if KINDS[kind].suits(place[-1], value)]
    if not places:
        return None
    place, changed = draw.choice(places), copy.deepcopy(data)
    *way, last = place
    holder: Any = changed
    for step in way:
        holder = holder[step]
    KINDS[kind].make(draw, holder, last)
    return Mistake(kind, name, place, changed, is_scenario)


def _places(node: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Give every value below the top with the way to it."""
    steps = node.items() if isinstance(node, dict) else enumerate(node)
    for step, value in steps:
        yield (*place, step), value
        if isinstance(value, dict | list):
            yield from _places(value, (*place, step))


def _is_refused(data: Data, is_scenario: bool) -> bool:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.design.plan.TRIED", 5)  # and every value that is listed
        try:
            load(data, ROSTER) if is_scenario else plan(load_experiment(data))
        except TradetalksError:
            return True
    return False


# -- kinds -----------------------------------------------------------------------------------------


class Kind(NamedTuple):
    """A kind of mistake: which values it can be made at, and how it changes what holds one."""

    suits: Callable[[str | int, Any], bool]
    make: Callable[[random.Random, Any, Any], None]


def _misspelt(draw: random.Random, text: str) -> str:
    """Return a text with two letters next to each other swapped, one doubled, or one left out."""
    at = draw.randrange(len(text))
    swapped = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
    return draw.choice([swapped, text[:at] + text[at] + text[at:], text[:at] + text[at + 1 :]])


def _misspell_key(draw: random.Random, holder: Any, key: Any) -> None:
    holder[_misspelt(draw, key)] = holder.pop(key)


def _change_type(draw: random.Random, holder: Any, key: Any) -> None:
    value = holder[key]
    is_text = isinstance(value, str | bool | list | dict | date)
    holder[key] = 7 if is_text else draw.choice(["many", [value], {"value": value}])


def _leave_range(draw: random.Random, holder: Any, key: Any) -> None:
    holder[key] = draw.choice([-holder[key] - 1, holder[key] + 1e16, 1.5])


def _leave_out(draw: random.Random, holder: Any, key: Any) -> None:
    del holder[key]


def _misspell_part(draw: random.Random, holder: Any, key: Any) -> None:
    name, colon, rest = holder[key].partition(":")
    holder[key] = f"{_misspelt(draw, name)}{colon}{rest}"


def _add_parameter(draw: random.Random, holder: Any, key: Any) -> None:
    holder[key] += draw.choice([":speed=2", ":alpha=0.5", ":exponnent=3"])


def _spoil_date(draw: random.Random, holder: Any, key: Any) -> None:
    wrong = ["9 July 2025", "2025-7-9", "2025-07-09T12:00:00", "07/09/2025", "2025-02-30", 20250709]
    holder[key] = draw.choice(wrong)


def _is_key(key: str | int, value: Any) -> bool:
    return isinstance(key, str)


def _is_part(key: str | int, value: Any) -> bool:
    names = {name for slot in ("strategy", "compliance", "trust") for name in ROSTER[slot]}
    return isinstance(value, str) and value.partition(":")[0] in names


def _is_number(key: str | int, value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


KINDS: Mapping[str, Kind] = {
    "misspelt key": Kind(_is_key, _misspell_key),
    "wrong type": Kind(lambda key, value: True, _change_type),
    "out of range": Kind(_is_number, _leave_range),
    "missing key": Kind(_is_key, _leave_out),
    "unknown part": Kind(_is_part, _misspell_part),
    "unknown parameter": Kind(_is_part, _add_parameter),
    "bad date": Kind(lambda key, value: isinstance(value, date), _spoil_date),
}
