"""An experiment: a scenario, what varies in it, how often it is played, what is kept."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from agents.roster import ROSTER
from experiments.design.axis import Axis
from simulator.scenario.code import Code
from simulator.scenario.parts import code_in
from simulator.scenario.scenario import Scenario, load

__all__ = ["FILE_KEYS", "Experiment"]

_NOT_IN_FILES = {"in files": False}


@dataclass(frozen=True)
class Experiment:
    """What is to be played; `experiments.sweep.sweep` plays it.

    Parameters
    ----------
    name : str
        Its name, which is also that of its folder of results by default.
    scenario : str, Path, mapping or None
        As `experiments.run.load` takes it; None for a model.
    title : str
        The question it asks, in a line.
    set : mapping
        What is changed in the scenario at all points: values by dotted path.
    axes : tuple of Axis
        What varies; in a file, a table by dotted path.
    design : str
        One of `experiments.design.sampling.DESIGNS`.
    samples : int or None
        How many samples a sampling design draws.
    table : str or None
        The CSV file whose rows are the points of a table design.
    replications : int
        Runs per point.
    seed : int
        The root seed, from which all others are derived.
    common_random_numbers : bool
        Whether replication k has the same seed at every point.
    weeks : int or None
        How many are played; as many as the scenario says if None.
    tables : mapping
        Table -> n, if every n-th week of it is kept, or a list of tables to keep whole; ``runs``
        is always kept.
    metrics : tuple of str
        Names from `experiments.runs.metrics`, or import paths of functions of a world.
    model : str or None
        Import path of a function ``f(parameters, seed)`` that returns numbers by name, played in
        place of the world.
    timeout : float or None
        Seconds that a run may take; one that takes longer is ended and fails. No limit if None.
    allow_code : bool
        Whether all code that is named by import path may be imported and played; in no file.
    from_files : frozenset of str
        Import paths that were read from a file, and so may not be; in no file. Others that the
        experiment itself names are the user's word.
    """

    name: str
    scenario: Any = None
    title: str = ""
    set: Mapping[str, Any] = field(default_factory=dict)
    axes: tuple[Axis, ...] = ()
    design: str = "factorial"
    samples: int | None = None
    table: str | None = None
    replications: int = 1
    seed: int = 0
    common_random_numbers: bool = True
    weeks: int | None = None
    tables: Mapping[str, int] = field(default_factory=dict)
    metrics: tuple[str, ...] = ()
    model: str | None = None
    timeout: float | None = None
    allow_code: bool = field(default=False, metadata=_NOT_IN_FILES)
    from_files: frozenset[str] = field(default=frozenset(), metadata=_NOT_IN_FILES)

    @cached_property
    def code(self) -> Code:
        """The code that may be imported."""
        inside = self.scenario if isinstance(self.scenario, Mapping) else None
        values = [axis.values for axis in self.axes]
        named = code_in([inside, self.set, values, self.metrics, self.model])
        return Code.allowed(self.allow_code).with_typed(named - self.from_files)

    @cached_property
    def base(self) -> Scenario:
        """The scenario with everything that is set in it, before anything varies.

        Raises ScenarioError if it cannot be played.
        """
        changes = {**self.set, **({} if self.weeks is None else {"weeks": self.weeks})}
        return load(self.scenario, ROSTER, set=changes, code=self.code)

    def at(self, values: Mapping[str, Any]) -> Scenario:
        """Return the scenario with values that vary, by dotted path.

        Raises ScenarioError if it cannot be played.
        """
        return load(self.base, ROSTER, set=values, code=self.code)

    def resolved(self) -> dict[str, Any]:
        """Return everything the results depend on, as plain data: equal data, equal results.

        Not so the timeout, on which depends only which runs fail. Raises ScenarioError if the
        scenario cannot be played.
        """
        plain: dict[str, Any] = {
            "name": self.name,
            "title": self.title,
            "design": self.design,
            "samples": self.samples,
            "replications": self.replications,
            "seed": self.seed,
            "common_random_numbers": self.common_random_numbers,
            "tables": dict(self.tables),
            "metrics": list(self.metrics),
            "axes": {axis.path: axis.to_dict() for axis in self.axes},
        }
        if self.model is not None:
            return {**plain, "model": self.model}
        scenario = tomllib.loads(self.base.to_toml())
        return {**plain, "scenario": scenario, "scenario_hash": self.base.hash}


#: The keys of an experiment's file.
FILE_KEYS = tuple(f.name for f in fields(Experiment) if not f.metadata)
