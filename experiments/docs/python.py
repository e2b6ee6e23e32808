"""The page of Python: what a notebook calls, with signatures, from the modules themselves."""

import importlib
import inspect
import itertools
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cached_property

from experiments.docs.docstring import read
from experiments.docs.markdown import Page, prose, table

__all__ = ["page"]

#: What a user of notebooks imports from; the rest is for who changes the model.
MODULES = (
    "experiments.run",
    "experiments.pages.deal",
    "experiments.analysis.divergence",
    "experiments.design.experiment",
    "experiments.design.axis",
    "experiments.execution.execute",
    "experiments.results.store",
    "experiments.analysis.queries",
    "experiments.analysis.intervals",
    "experiments.analysis.sensitivity",
    "experiments.analysis.comparison",
    "experiments.execution.replay",
    "experiments.results.export",
    "experiments.plots.graph",
    "experiments.plots.trust",
    "experiments.plots.talk",
    "experiments.plots.offers",
    "experiments.plots.timeline",
    "experiments.plots.payoffs",
    "experiments.plots.zone",
    "experiments.plots.response",
    "experiments.plots.heatmap",
    "experiments.plots.sobol",
    "experiments.plots.hazard",
    "experiments.plots.palette",
    "experiments.plots.style",
    "experiments.runs.negotiation",
    "experiments.pages.tariffs",
    "simulator.scenario.scenario",
    "simulator.scenario.provenance",
    "simulator.domains.read",
    "simulator.domains.write",
    "simulator.domains.domain",
    "simulator.theory.analysis",
    "simulator.theory.bargaining",
    "simulator.theory.fairness",
    "simulator.theory.repeated",
    "simulator.theory.reputation",
    "simulator.theory.splitting",
    "simulator.economy.trade",
    "simulator.economy.economy",
    "simulator.economy.balance",
    "simulator.economy.armington",
    "simulator.economy.liberation",
    "simulator.economy.gains",
    "simulator.economy.strategic",
    "simulator.economy.sustainable",
    "simulator.scenario.valuation",
    "simulator.negotiation.negotiator",
    "simulator.world.party",
    "simulator.negotiation.talk",
    "simulator.draws",
    "simulator.negotiation.payoffs",
    "simulator.negotiation.issues",
    "simulator.negotiation.offers",
    "agents.strategies.strategy",
    "agents.strategies.demanding",
    "agents.strategies.time_dependent",
    "agents.strategies.acceptance",
    "agents.opponents.model",
    "agents.compliance.policy",
    "agents.trust.model",
)


def page() -> Page:
    """Return the page of Python."""
    about = (
        "What a notebook calls, module by module, with the first line of what each says;"
        " `help(...)` tells the rest: parameters, shapes, units, errors and sources."
    )
    return Page("python.md", "Python", about, "\n\n".join(map(_section, MODULES)))


def _section(name: str) -> str:
    module = importlib.import_module(name)
    own = {public: getattr(module, public) for public in module.__all__}
    rows = [
        row
        for public, found in own.items()
        if getattr(found, "__module__", "") == name
        for row in (_of_class(public, found) if inspect.isclass(found) else _row(public, found))
    ]
    said = read(module)
    return f"## {name}\n\n{prose(said.summary)}\n\n{table(['name', 'what it is'], rows)}"


def _row(name: str, found: object, is_method: bool = False) -> Iterator[list[str]]:
    """Give the row of a function, a method or a property; nothing for what is none of these."""
    if inspect.isfunction(found):
        yield [f"`{name}{_signature(found, is_method)}`", prose(read(found).summary)]
    elif isinstance(found, property | cached_property):
        yield [f"`{name}`", prose(read(found).summary)]


def _of_class(name: str, cls: type) -> Iterator[list[str]]:
    """Give the rows of a class, of its attributes, and of what is public in it."""
    said = read(cls)
    is_record = is_dataclass(cls) or hasattr(cls, "_fields")
    # Of a scenario there are more keys than a line holds: they have their own page.
    uncalled = hasattr(cls, "model_fields") or getattr(cls, "_is_protocol", False)
    call = "" if uncalled else _signature(cls)
    yield [f"`{name}{call}`", prose(said.summary)]
    items = (*(said.items("Parameters") if is_record else ()), *said.items("Attributes"))
    told = [i for i in items if not isinstance(vars(cls).get(i.name), property | cached_property)]
    for text, same in itertools.groupby(told, key=lambda item: item.text):
        yield [", ".join(f"`{name}.{item.name}`" for item in same), prose(text)]
    for inner, value in vars(cls).items():
        if not inner.startswith("_") and read(value).summary and inner != "model_post_init":
            yield from _row(f"{name}.{inner}", value, is_method=True)


def _signature(found: object, is_method: bool = False) -> str:
    """Return what a call takes, without types."""
    given = inspect.signature(found)  # type: ignore[arg-type]
    parameters = list(given.parameters.values())[int(is_method) :]
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in parameters]
    return str(inspect.Signature(bare)).replace("<factory>", "...")
