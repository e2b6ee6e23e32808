"""What there is to name: the shipped scenarios, and the parts of a country."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from agents.roster import ROSTER, STRATEGIES, WRAPPERS
from agents.strategies.strategy import Traits
from experiments import wording
from experiments.page import heading, outline, table
from simulator import literals, scenario
from simulator.parameters import REQUIRED, Parameter, describe

__all__ = ["listed_parts", "listed_scenarios", "listed_strategies", "traits_of"]

_SLOTS = {
    "strategy": "what to offer and what to accept",
    "compliance": "whether to honour the deals in force",
    "trust": "how far to rely on a partner, and how evidence moves it",
    "acceptance": "what a strategy accepts, in place of its own condition",
    "model": "what a strategy makes of its partner, in place of its own model",
    "wrapper": "a strategy changed in one respect",
}


def listed_scenarios() -> Group:
    """Return the page of shipped scenarios."""
    rows = []
    for name in scenario.shipped():
        loaded = scenario.load(name, ROSTER)
        size = ", ".join(
            [
                wording.count(len(loaded.countries), "country", "countries"),
                wording.count(len(loaded.talks), "talk"),
                wording.count(loaded.weeks, "week"),
            ]
        )
        rows.append((Text(name, style="bold"), f"{loaded.title or name} ({size})"))
    return Group(outline(rows, indent=0))


def listed_parts() -> Group:
    """Return the page of strategies, compliance policies and trust models."""
    return Group(Text(_HOW), *(part for slot in _SLOTS for part in _slot(slot)))


_HOW = (
    "A part is written name:parameter=value:parameter=value, as in time-dependent:exponent=4. "
    "An import path package.module.Class may stand for the name. A strategy may be put together: "
    '{ bidding = "trade-off", acceptance = "combined:after=0.9", model = "bayesian" }, the bidding '
    "being any strategy; and wrapped: boulware+noisy:sd=0.1."
)


def traits_of(wanted: Mapping[str, bool]) -> dict[str, dict[str, Any]]:
    """Return the traits of the strategies that have those which are wanted.

    Parameters
    ----------
    wanted : mapping
        Trait -> whether to have it.
    """
    found = {name: cls.traits._asdict() for name, cls in STRATEGIES.items()}  # type: ignore[attr-defined]
    return {
        name: traits
        for name, traits in found.items()
        if all(traits[trait] == value for trait, value in wanted.items())
    }


def listed_strategies(found: Mapping[str, Mapping[str, Any]]) -> Group:
    """Return the page of strategies with their traits.

    Parameters
    ----------
    found : mapping
        Name -> traits, as `traits_of` returns them.
    """
    rows = [[name, ", ".join(_goes_by(traits)), traits["source"]] for name, traits in found.items()]
    count = wording.count(len(rows), "strategy", "strategies")
    told = (
        f"{count}, each with its parameters as they are by default. A wrapper adds to what it goes "
        f"by: {', '.join(_wrappers())}. What each does and takes: tradetalks parts"
    )
    head = ["strategy", "goes by", "source"]
    return Group(table(head, rows), Text(""), Text(told, style="dim"))


def _wrappers() -> Iterator[str]:
    """Give the names of the wrappers that go by anything, with what it is."""
    for name, cls in WRAPPERS.items():
        if adds := ", ".join(_goes_by(cls.traits._asdict())):  # type: ignore[attr-defined]
            yield f"{name} {adds}"


def _goes_by(traits: Mapping[str, Any]) -> Iterator[str]:
    words = {"stochastic": "chance", "offers": "the partner's offers", "model": "a model of it"}
    for kind in Traits._fields:
        if kind != "source" and traits[kind]:
            yield words.get(kind, kind)


def _slot(slot: str) -> Iterator[RenderableType]:
    yield heading(f"{slot}: {_SLOTS[slot]}")
    yield outline((row for name, cls in ROSTER[slot].items() for row in _part(name, cls)))


def _part(name: str, cls: type) -> Iterator[tuple[Text, Text]]:
    yield Text(name, style="bold not dim"), Text(_first_line(cls))
    for parameter in describe(cls):
        yield Text(f"  {_given(parameter)}"), Text(f"  {_meaning(parameter)}", style="dim")


def _first_line(cls: type) -> str:
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def _given(parameter: Parameter) -> str:
    """Return a parameter as it would be written with its default."""
    if parameter.default is REQUIRED:
        return f"{parameter.name}=..."
    default = parameter.default
    if isinstance(default, float):
        return f"{parameter.name}={default:.4g}"
    if default is None or default == ():
        return f"{parameter.name}=" + ("none" if default is None else "[]")
    return f"{parameter.name}={literals.write(default)}"


def _meaning(parameter: Parameter) -> str:
    needed = " (needed)" if parameter.default is REQUIRED else ""
    choices = f" ({parameter.type})" if parameter.choices and parameter.doc else ""
    return f"{parameter.doc or parameter.type}{choices}{needed}"
