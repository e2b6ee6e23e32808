"""An experiment: a scenario, what varies in it, how often it is played, what is kept of it."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.design.axis import Axis
from experiments.design.reader import Reading, shipped
from experiments.design.validation import shape, twice
from simulator.errors import Problem, Refusal

if TYPE_CHECKING:
    from simulator.scenario.scenario import Scenario

__all__ = ["Experiment", "load_experiment", "shipped"]


@dataclass(frozen=True)
class Experiment:
    """What is to be played; `experiments.execution.execute.sweep` plays it.

    Parameters
    ----------
    name : str
        Its name, by which its results are kept.
    scenario : str, Path, mapping or None
        As `experiments.run.load` takes it; None for a model.
    title : str
        What it asks, in a line.
    set : mapping
        What is changed in the scenario at every point: values by dotted path.
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
        The root of all seeds.
    common_random_numbers : bool
        Whether replication k has the same seed at every point.
    weeks : int or None
        Horizon; the scenario's if None.
    tables : mapping
        Table -> every how-manieth week of it is kept, or a list of tables to keep whole; ``runs``
        is always kept.
    metrics : tuple of str
        Names out of `experiments.runs.metrics`, or import paths of functions of a world.
    model : str or None
        Import path of a function ``f(parameters, seed)`` that returns numbers by name, played in
        place of the world.
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

    @cached_property
    def base(self) -> "Scenario":
        """The scenario with all that is set, before anything varies.

        Raises
        ------
        ScenarioError
            If it cannot be played.
        """
        from agents.roster import ROSTER
        from simulator.scenario import scenario

        changes = {**self.set, **({} if self.weeks is None else {"weeks": self.weeks})}
        return scenario.load(self.scenario, ROSTER, set=changes)

    def resolved(self) -> dict[str, Any]:
        """Return all that the results depend on, as plain data: two equal ones play the same.

        Raises
        ------
        ScenarioError
            If the scenario cannot be played.
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


def load_experiment(
    source: str | Path | Mapping[str, Any],
    *,
    vary: Iterable[Axis] = (),
    set: Mapping[str, Any] | None = None,
    **options: Any,
) -> Experiment:
    """Return the experiment that a file describes.

    Parameters
    ----------
    source : str, Path or mapping
        The name of a shipped experiment, the path of a TOML file, or the contents of one; the
        name, path or contents of a scenario are an experiment that varies nothing.
    vary : iterable of Axis
        More axes; they take the place of those with the same path.
    set : mapping, optional
        More to change in the scenario.
    **options
        Other fields of `Experiment`, which take the place of what the file says; None does not.

    Raises
    ------
    ScenarioError
        With every problem of the form; whether the scenario can be played, and at every point,
        is seen by `experiments.design.plan.plan`.
    """
    reading = Reading(source, [f.name for f in fields(Experiment)])
    given = reading.fields()
    given["set"] = {**given.get("set", {}), **(set or {})}
    asked = {key: value for key, value in options.items() if value is not None}
    problems = _contradictions(given, asked)
    given.update(asked)
    given["axes"] = _joined(given.get("axes", ()), tuple(vary), problems)
    if "table" in given:
        columns = reading.columns(given["table"])
        given["axes"] = (*(columns or ()), *given["axes"])
        # Without its columns, nothing more is known of the design.
        given["design"] = "factorial" if columns is None else "table"
    experiment = Experiment(**{"name": reading.name, **given})
    problems = [*reading.problems, *problems, *shape(experiment)]
    if problems:
        raise Refusal(problems, reading.label)
    return experiment


def _contradictions(given: Mapping[str, Any], asked: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with a design that stands beside a table of points."""
    told = asked if "table" in asked else {**given, **asked}
    design = told.get("design", "table")
    if "table" not in told or design == "table":
        return []
    allowed = f"nothing, or table: {told['table']} has the points"
    return [Problem("design", design, allowed)]


def _joined(
    given: tuple[Axis, ...], more: tuple[Axis, ...], problems: list[Problem]
) -> tuple[Axis, ...]:
    """Return the axes of a file with those that take their place, none of which may come twice."""
    if paths := twice(axis.path for axis in more):
        problems.append(Problem("axes", paths, "each path once"))
    return tuple({axis.path: axis for axis in (*given, *more)}.values())
