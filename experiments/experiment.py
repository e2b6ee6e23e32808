"""An experiment: a scenario, what varies in it, how often it is played, what is kept of it."""

import copy
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from experiments import axis as axes
from experiments.axis import Axis
from experiments.design import DESIGNS, SAMPLING
from simulator import literals
from simulator.errors import Problem, ScenarioError, nearest
from simulator.records import TABLES

if TYPE_CHECKING:
    from simulator.scenario import Scenario

__all__ = ["Experiment", "load_experiment", "shipped"]

_LIBRARY = Path(__file__).parent / "library"
_AXIS_KEYS = {"from", "to", "n", "low", "high", "integer", "values"}


@dataclass(frozen=True)
class Experiment:
    """What is to be played; `experiments.execute.sweep` plays it.

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
        What varies.
    design : str
        One of `experiments.design.DESIGNS`.
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
        Table -> every how-manieth week of it is kept; ``runs`` is always kept.
    metrics : tuple of str
        Names out of `experiments.metrics`, or import paths of functions of a world.
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
        from simulator import scenario

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
        is seen by `experiments.plan.plan`.
    """
    data, label, folder = _read(source)
    reading = _Reading(data, folder)
    given = reading.fields()
    given["set"] = {**given.get("set", {}), **(set or {})}
    given.update({key: value for key, value in options.items() if value is not None})
    given["axes"] = _joined(given.get("axes", ()), tuple(vary))
    if "table" in given:
        given["axes"] = (*_columns(given["table"], folder, reading.problems), *given["axes"])
        given["design"] = "table"
    experiment = Experiment(**{"name": _name(label, data), **given})
    problems = [*reading.problems, *shape(experiment)]
    if problems:
        raise ScenarioError(problems, label)
    return experiment


def shipped() -> list[str]:
    """Return the names of the shipped experiments."""
    return sorted(path.stem for path in _LIBRARY.glob("*.toml"))


def shape(experiment: Experiment) -> list[Problem]:
    """Return what is wrong with an experiment, whatever its scenario.

    Parameters
    ----------
    experiment : Experiment
        Any.
    """
    return [*_design_problems(experiment), *_number_problems(experiment)]


# -- reading -----------------------------------------------------------------------------------


def _read(source: object) -> tuple[dict[str, Any], str, Path]:
    """Return the data of a source, what to call it, and the folder its paths start from."""
    if isinstance(source, Mapping):
        data = cast("dict[str, Any]", copy.deepcopy(dict(source)))
        return (data if _is_experiment(data) else {"scenario": data}), "", Path()
    text = str(source)
    path = _LIBRARY / f"{text}.toml" if text in shipped() else Path(text).expanduser()
    if not path.is_file() or text in _scenarios():
        if text not in _scenarios():
            raise ScenarioError([_unknown(text)])
        return {"scenario": text}, text, Path()
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ScenarioError([Problem("file", text, f"a file that can be read: {error}")]) from None
    except ValueError as error:
        raise ScenarioError([Problem("file", text, f"TOML; {error}")]) from None
    if not _is_experiment(data):
        return {"scenario": str(path)}, text, Path()
    return data, text, path.parent


def _scenarios() -> list[str]:
    from simulator import scenario

    return scenario.shipped()


def _unknown(text: str) -> Problem:
    names = [*_scenarios(), *shipped()]
    allowed = f"a shipped scenario or experiment ({', '.join(names)}) or the path of a TOML file"
    return Problem("scenario", text, allowed, nearest(Path(text).stem, names))


def _is_experiment(data: Mapping[str, Any]) -> bool:
    """Tell an experiment from a scenario, which has countries."""
    return "countries" not in data and bool({"scenario", "model", "axes", "design"} & data.keys())


def _name(label: str, data: Mapping[str, Any]) -> str:
    scenario = data.get("scenario")
    if isinstance(scenario, Mapping):
        return str(scenario.get("name", "experiment"))
    return Path(label).stem if label else "experiment"


class _Reading:
    """Reads the keys of an experiment's file, collecting what is wrong."""

    def __init__(self, data: Mapping[str, Any], folder: Path) -> None:
        self.data = data
        self.folder = folder
        self.problems: list[Problem] = []

    def fields(self) -> dict[str, Any]:
        """Return the fields of `Experiment` that are given and sound."""
        known = [f.name for f in fields(Experiment)]
        out: dict[str, Any] = {}
        for key, value in self.data.items():
            if key not in known:
                allowed = f"no such key; the keys are: {', '.join(known)}"
                self.problems.append(Problem(key, value, allowed, nearest(key, known)))
                continue
            read = getattr(self, f"_{key}", None)
            out[key] = read(value) if read else value
        return {key: value for key, value in out.items() if value is not None}

    def _text(self, key: str, value: object) -> str | None:
        if isinstance(value, str):
            return value
        self.problems.append(Problem(key, value, "a text, in quotes"))
        return None

    def _name(self, value: object) -> str | None:
        return self._text("name", value)

    def _title(self, value: object) -> str | None:
        return self._text("title", value)

    def _model(self, value: object) -> str | None:
        return self._text("model", value)

    def _design(self, value: object) -> str | None:
        return self._text("design", value)

    def _table(self, value: object) -> str | None:
        return self._text("table", value)

    def _scenario(self, value: object) -> object:
        """Return the scenario; a path starts from the folder of the experiment's file."""
        if not isinstance(value, str) or value in _scenarios():
            return value
        beside = self.folder / Path(value).expanduser()
        return str(beside) if beside.is_file() else value

    def _set(self, value: object) -> dict[str, Any] | None:
        return self._flat("set", value, lambda _: False)

    def _axes(self, value: object) -> tuple[Axis, ...] | None:
        flat = self._flat("axes", value, lambda inner: bool(inner) and inner.keys() <= _AXIS_KEYS)
        if flat is None:
            return None
        read = [axes.read(path, given, self.problems) for path, given in flat.items()]
        return tuple(axis for axis in read if axis is not None)

    def _flat(self, key: str, value: object, is_value: Any) -> dict[str, Any] | None:
        if not isinstance(value, Mapping):
            self.problems.append(Problem(key, value, f"a table, [{key}], of dotted paths"))
            return None
        return _flattened(value, is_value)

    def _tables(self, value: object) -> dict[str, int] | None:
        return tables(value, self.problems)

    def _metrics(self, value: object) -> tuple[str, ...] | None:
        if isinstance(value, list) and all(isinstance(name, str) for name in value):
            return tuple(value)
        self.problems.append(Problem("metrics", value, "a list of names"))
        return None


def _flattened(table: Mapping[str, Any], is_value: Any, head: str = "") -> dict[str, Any]:
    """Return values by dotted path, whether the paths stood in quotes or not."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        path = f"{head}{key}"
        if "." in key or not isinstance(value, Mapping) or is_value(value):
            flat[path] = value
        else:
            flat.update(_flattened(value, is_value, f"{path}."))
    return flat


def tables(value: object, problems: list[Problem]) -> dict[str, int] | None:
    """Return how often each table is kept, as ``["deals"]`` or ``{trust = 13}`` says.

    Parameters
    ----------
    value : object
        What the file says.
    problems : list of Problem
        Takes what is wrong.
    """
    if isinstance(value, list):
        value = {name: 1 for name in value if isinstance(name, str)}
    if not isinstance(value, Mapping):
        problems.append(Problem("tables", value, 'a list, ["deals"], or a table, {trust = 13}'))
        return None
    return {str(name): every for name, every in value.items() if name != "runs"}


def _joined(given: tuple[Axis, ...], more: tuple[Axis, ...]) -> tuple[Axis, ...]:
    return tuple({axis.path: axis for axis in (*given, *more)}.values())


def _columns(name: str, folder: Path, problems: list[Problem]) -> tuple[Axis, ...]:
    """Return the columns of a CSV file as axes: the header has the paths, a row is a point."""
    import csv

    beside = folder / Path(name).expanduser()
    try:
        with open(beside if beside.is_file() else name, newline="", encoding="utf-8-sig") as file:
            head, *rows = [row for row in csv.reader(file) if row] or [[]]
        ragged = next((k for k, row in enumerate(rows, 2) if len(row) != len(head)), None)
        if ragged is not None or not rows:
            reason = f"row {ragged} has not {len(head)} cells" if rows else "it has no rows"
            problems.append(
                Problem("table", name, f"a CSV file, a path over every column; {reason}")
            )
            return ()
        cells = [[literals.read(cell) for cell in row] for row in rows]
    except (OSError, ValueError, csv.Error) as error:
        problems.append(Problem("table", name, f"a CSV file that can be read: {error}"))
        return ()
    named = zip(head, zip(*cells, strict=True), strict=True)
    return tuple(Axis(path.strip(), values) for path, values in named)


# -- checking ----------------------------------------------------------------------------------


def _design_problems(experiment: Experiment) -> list[Problem]:
    design, samples = experiment.design, experiment.samples
    if design not in DESIGNS:
        return [Problem("design", design, f"one of {', '.join(DESIGNS)}", nearest(design, DESIGNS))]
    problems = _sampling_problems(experiment) if design in SAMPLING else []
    if design not in SAMPLING:
        allowed = f"values, as {design} has no samples: {', '.join(SAMPLING)} draw from ranges"
        ranges = (axis for axis in experiment.axes if axis.is_range)
        problems += [Problem(f"axes.{a.path}", f"{a.low} to {a.high}", allowed) for a in ranges]
        if samples is not None:
            problems.append(Problem("samples", samples, f"nothing: {design} has no samples"))
    lengths = {axis.path: len(axis.values or ()) for axis in experiment.axes if axis.values}
    if design in {"zip", "table"} and len(set(lengths.values())) > 1:
        problems.append(Problem("axes", lengths, f"as many values on every axis ({design})"))
    if design in {"zip", "table"} and not experiment.axes:
        problems.append(Problem("axes", "none", f"at least one axis: a {design} of none is empty"))
    paths = [path for axis in experiment.axes for path in axis.paths]
    if len(set(paths)) < len(paths):
        problems.append(Problem("axes", paths, "each path once"))
    return problems


def _sampling_problems(experiment: Experiment) -> list[Problem]:
    problems = []
    design, samples = experiment.design, experiment.samples
    if not _is_count(samples):
        problems.append(Problem("samples", samples, f"a whole number, at least 1, for {design}"))
    elif design in {"sobol", "saltelli"} and samples & (samples - 1):  # type: ignore[operator]
        power = 2 ** (samples.bit_length() - 1)  # type: ignore[union-attr]
        allowed = f"a power of two for {design}, such as {power} or {2 * power}"
        problems.append(Problem("samples", samples, allowed))
    if not experiment.axes:
        problems.append(Problem("axes", "none", f"at least one axis: {design} draws along axes"))
    return problems


def _number_problems(experiment: Experiment) -> list[Problem]:
    problems = []
    seed: object = experiment.seed
    if not _is_count(experiment.replications):
        allowed = "a whole number, at least 1"
        problems.append(Problem("replications", experiment.replications, allowed))
    if not isinstance(seed, int) or isinstance(seed, bool):
        problems.append(Problem("seed", seed, "a whole number"))
    if experiment.common_random_numbers not in (True, False):
        given = experiment.common_random_numbers
        problems.append(Problem("common_random_numbers", given, "true or false"))
    if (experiment.model is None) == (experiment.scenario is None):
        played = experiment.model if experiment.model else "neither"
        problems.append(Problem("scenario", played, "a scenario, or a model in its place"))
    if experiment.model is not None:
        constant = "nothing: a model has what its axes give; a constant is an axis of one value"
        problems.extend(
            Problem(f"set.{path}", value, constant) for path, value in experiment.set.items()
        )
        if experiment.weeks is not None:
            problems.append(Problem("weeks", experiment.weeks, "nothing: a model has no weeks"))
    for table, every in experiment.tables.items():
        problems.extend(_table_problems(experiment, table, every))
    return problems


def _table_problems(experiment: Experiment, table: str, every: object) -> Iterable[Problem]:
    if experiment.model is not None:
        yield Problem("tables", table, "nothing: a model has no tables but runs")
    elif table not in TABLES:
        allowed = f"a table: {', '.join(TABLES)}"
        yield Problem("tables", table, allowed, nearest(table, TABLES))
    elif not _is_count(every):
        yield Problem(f"tables.{table}", every, "every how-manieth week is kept, at least 1")
    elif every != 1 and all(column.name != "week" for column in TABLES[table]):
        yield Problem(f"tables.{table}", every, "1: this table is not by week")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
