"""A part of a country as a user sees it: what it does, what it takes, what it goes by."""

import inspect
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from agents.roster import ROSTER
from agents.strategies.strategy import Traits
from simulator import literals
from simulator.scenario.parameters import REQUIRED, Parameter, describe

__all__ = ["HOW", "SLOTS", "Part", "default", "meaning", "parts"]

#: What may be named, by slot, and what a part of that slot says.
SLOTS: Mapping[str, str] = {
    "strategy": "what to offer and what to accept",
    "compliance": "whether to honour the deals in force",
    "trust": "how far to rely on a partner, and how evidence moves it",
    "acceptance": "what a strategy accepts, in place of its own condition",
    "model": "what a strategy makes of its partner, in place of its own model",
    "wrapper": "a strategy changed in one respect",
}

#: How a part is written.
HOW = (
    "A part is written name:parameter=value:parameter=value, as in time-dependent:exponent=4. "
    "An import path package.module.Class may stand for the name. A strategy may be put together: "
    '{ bidding = "trade-off", acceptance = "combined:after=0.9", model = "bayesian" }, the bidding '
    "being any strategy; and wrapped: boulware+noisy:sd=0.1."
)

_WORDS = {"stochastic": "chance", "offers": "the partner's offers", "model": "a model of it"}


class Part(typing.NamedTuple):
    """A part that may be named, by its name in the roster."""

    name: str
    cls: type

    @property
    def doc(self) -> str:
        """Its docstring."""
        return inspect.getdoc(self.cls) or ""

    @property
    def parameters(self) -> list[Parameter]:
        """What it takes, in order."""
        return describe(self.cls)

    @property
    def goes_by(self) -> list[str]:
        """What it goes by, with its parameters as they are by default."""
        traits: Any = getattr(self.cls, "traits", Traits())
        kinds = [kind for kind in Traits._fields if kind != "source" and getattr(traits, kind)]
        return [_WORDS.get(kind, kind) for kind in kinds]


def parts(slot: str) -> Iterator[Part]:
    """Give the parts that may be named in a slot, in the order of the roster."""
    yield from (Part(name, cls) for name, cls in ROSTER[slot].items())


def default(parameter: Parameter) -> str:
    """Return the default of a parameter as it would be written, ``...`` where there is none."""
    value = parameter.default
    if value is REQUIRED:
        return "..."
    return f"{value:.4g}" if isinstance(value, float) else literals.write(value)


def meaning(parameter: Parameter) -> str:
    """Return what a parameter means, in one line."""
    needed = " (needed)" if parameter.default is REQUIRED else ""
    choices = f" ({parameter.type})" if parameter.choices and parameter.doc else ""
    return f"{parameter.doc or parameter.type}{choices}{needed}"
