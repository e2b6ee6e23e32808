"""Reading an experiment from its source: a name, a file or a mapping."""

import copy
import difflib
from collections.abc import Iterable, Mapping, Sequence
from functools import partialmethod
from pathlib import Path
from typing import Any, cast

from experiments.design.axis import KEYS, Axis, axis_of, path_problem
from experiments.design.experiment import FILE_KEYS, Experiment
from experiments.design.full_paths import FullPaths
from experiments.design.validation import duplicates, experiment_problems
from simulator import literals
from simulator.errors import InputError, Problem, Refusal, ScenarioError, nearest
from simulator.files import file_text, user_path
from simulator.rows import csv_rows
from simulator.scenario import source as scenarios
from simulator.scenario.parts import code_in
from simulator.scenario.paths import keys_of
from simulator.scenario.specs import Settings

__all__ = ["ExperimentReader", "load_experiment", "shipped_experiments"]

_LIBRARY = Path(__file__).parents[1] / "library"


def shipped_experiments() -> list[str]:
    """Return the names of the shipped experiments."""
    return sorted(path.stem for path in _LIBRARY.glob("*.toml"))


class ExperimentReader:
    """Reads the keys of an experiment, those that are known, and collects what is wrong.

    The source is as in `load_experiment`, and its `label` empty if it is a mapping. Raises
    ScenarioError if there is nothing to read.
    """

    def __init__(self, source: object, known: Sequence[str]) -> None:
        self.data, self.label, self._folder = _read_source(source, known)
        self._known = known
        self.problems: list[Problem] = []

    @property
    def name(self) -> str:
        """The name of an experiment that does not state one."""
        scenario = self.data.get("scenario")
        if isinstance(scenario, Mapping):
            return str(scenario.get("name", "experiment"))
        return Path(self.label).stem if self.label else "experiment"

    def fields(self) -> dict[str, Any]:
        """Return the fields that are given and valid."""
        values: dict[str, Any] = {}
        for key, value in self.data.items():
            if key not in self._known:
                allowed = f"no such key; the keys are: {', '.join(self._known)}"
                self.problems.append(Problem(key, value, allowed, nearest(key, self._known)))
                continue
            reader = getattr(self, f"_{key}", None)
            values[key] = reader(value) if reader else value
        return {key: value for key, value in values.items() if value is not None}

    def columns(self, table: str) -> tuple[Axis, ...] | None:
        """Return the columns of a CSV file as axes: the header has the paths, a row is a point.

        The path is relative to the folder of the experiment's file or to the current one. None if
        anything is wrong with the file.
        """
        try:
            path = user_path(table)
            beside = self._folder / path
            rows = list(csv_rows(beside if beside.exists() else path))
        except InputError as error:
            told = error.problems[0].allowed
            self.problems.append(Problem("table", table, f"the path of a CSV file: {told}"))
            return None
        except ValueError as error:
            self.problems.append(Problem("table", table, f"a CSV file that can be read: {error}"))
            return None
        if len(rows) < 2:
            allowed = "a CSV file, a path over every column; it has no rows"
            self.problems.append(Problem("table", table, allowed))
            return None
        (_, head), *points = rows
        paths = [path.strip() for path in head]
        count = len(self.problems)
        wrong = (path_problem(f"table.column {k}", path) for k, path in enumerate(paths, 1))
        self.problems.extend(problem for problem in wrong if problem)
        values = [self._point(line, paths, row) for line, row in points]
        if len(self.problems) > count:
            return None
        return tuple(map(Axis, paths, zip(*values, strict=True)))

    def _point(self, line: int, paths: Sequence[str], row: Sequence[str]) -> list[Any]:
        key = f"table.line {line}"
        if len(row) != len(paths):
            allowed = f"a CSV row of {len(paths)} cells, one under each path"
            self.problems.append(Problem(key, list(row), allowed))
            return []
        return [self._cell(f"{key}.{path}", cell) for path, cell in zip(paths, row, strict=True)]

    def _cell(self, key: str, cell: str) -> Any:
        try:
            value = literals.read(cell)
        except ValueError as error:
            self.problems.append(Problem(key, cell, str(error)))
            return None
        if isinstance(value, str) and not value.strip():
            self.problems.append(Problem(key, cell, "a value; the cell is empty"))
        return value

    def _text(self, key: str, value: object) -> str | None:
        if isinstance(value, str):
            return value
        self.problems.append(Problem(key, value, "a text, in quotes"))
        return None

    _name = partialmethod(_text, "name")
    _title = partialmethod(_text, "title")
    _model = partialmethod(_text, "model")
    _design = partialmethod(_text, "design")
    _table = partialmethod(_text, "table")

    def _scenario(self, value: object) -> object:
        """Return the scenario; a path is relative to the folder of the experiment's file."""
        if not isinstance(value, str) or value in scenarios.shipped():
            return value
        try:
            beside = self._folder / user_path(value)
        except InputError:
            return value  # refused where it is read
        return str(beside) if beside.is_file() else value

    def _set(self, value: object) -> dict[str, Any] | None:
        return self._flat("set", value, lambda inner: not inner)

    def _axes(self, value: object) -> tuple[Axis, ...] | None:
        flat = self._flat("axes", value, _is_axis)
        if flat is None:
            return None
        axes = [axis_of(path, spec, self.problems) for path, spec in flat.items()]
        return tuple(axis for axis in axes if axis is not None)

    def _flat(self, key: str, value: object, is_value: Any) -> dict[str, Any] | None:
        if not isinstance(value, Mapping):
            self.problems.append(Problem(key, value, f"a table, [{key}], of dotted paths"))
            return None
        return _flattened(value, is_value)

    def _tables(self, value: object) -> dict[str, int] | None:
        allowed = 'a list, ["deals"], or a table, {trust = 13}'
        if isinstance(value, list):
            strange = [name for name in value if not isinstance(name, str)]
            for name in strange or duplicates(value):
                self.problems.append(Problem("tables", name, f"{allowed}, with each name once"))
            value = {} if strange else dict.fromkeys(value, 1)
        if not isinstance(value, Mapping):
            self.problems.append(Problem("tables", value, allowed))
            return None
        if value.get("runs", 1) != 1:
            always = "nothing, or 1: it is always kept, with a row per run"
            self.problems.append(Problem("tables.runs", value["runs"], always))
        return {str(name): every for name, every in value.items() if name != "runs"}

    def _metrics(self, value: object) -> tuple[str, ...] | None:
        if isinstance(value, list) and all(isinstance(name, str) for name in value):
            return tuple(value)
        self.problems.append(Problem("metrics", value, "a list of names"))
        return None


def _is_axis(table: Mapping[str, Any]) -> bool:
    """Return whether a table under a path is an axis, well written or not, and no more of the path.

    A path in quotes is always taken as it is.
    """
    leaves = [key for key, value in table.items() if not isinstance(value, Mapping)]
    # Nearer than for a hint: a scenario has keys of its own that are a little like these.
    near = (difflib.get_close_matches(key, KEYS, cutoff=0.75) for key in table)
    return any(key in KEYS for key in leaves) or all(near)


def _flattened(table: Mapping[str, Any], is_value: Any, head: str = "") -> dict[str, Any]:
    """Return values by dotted path, whether the paths were quoted or not."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        path = f"{head}{key}"
        if "." in key or not isinstance(value, Mapping) or is_value(value):
            flat[path] = value
        else:
            flat.update(_flattened(value, is_value, f"{path}."))
    return flat


def _read_source(source: object, fields: Sequence[str]) -> tuple[dict[str, Any], str, Path]:
    """Return the data of a source, what to call it, and the folder its paths are relative to."""
    if isinstance(source, Mapping):
        try:
            data = cast("dict[str, Any]", copy.deepcopy(dict(source)))
        except RecursionError:
            allowed = "tables and lists that are less deep"
            raise ScenarioError([Problem("experiment", "nested values", allowed)]) from None
        return (data if _is_experiment(data, fields) else {"scenario": data}), "", Path()
    text = str(source)
    if text in scenarios.shipped():
        return {"scenario": text}, text, Path()
    path = _LIBRARY / f"{text}.toml" if text in shipped_experiments() else user_path(text)
    if not path.exists():
        raise ScenarioError([_unknown_source(text)])
    try:
        data = literals.table(file_text(path))
    except InputError as error:
        raise ScenarioError(error.problems, text) from None
    except ValueError as error:
        raise ScenarioError([Problem("file", text, f"TOML; {error}")]) from None
    if not _is_experiment(data, fields):
        return {"scenario": str(path)}, text, Path()
    return data, text, path.parent


def _unknown_source(text: str) -> Problem:
    names = [*scenarios.shipped(), *shipped_experiments()]
    allowed = f"a shipped scenario or experiment ({', '.join(names)}) or the path of a TOML file"
    return Problem("scenario", text, allowed, nearest(Path(text).stem, names))


def _is_experiment(data: Mapping[str, Any], fields: Sequence[str]) -> bool:
    """Return whether data are an experiment, not a scenario: these have countries, or such keys."""
    if "countries" in data or {"scenario", "model", "axes", "design"} & data.keys():
        return "countries" not in data
    return _resemblance(data, fields) > _resemblance(data, keys_of(Settings))


def _resemblance(keys: Iterable[str], names: Sequence[str]) -> int:
    return sum(nearest(key, names) is not None for key in keys)


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
        More axes; they replace those with the same path.
    set : mapping, optional
        More changes of the scenario: values by dotted path.
    **options
        Other fields of `Experiment`, which replace those in the file unless they are None; with
        ``allow_code=True`` code that the file names by import path may be imported and played.

    Raises
    ------
    ScenarioError
        With every problem of form; `experiments.design.plan.plan` checks whether the scenario can
        be played at every point.
    """
    reading = ExperimentReader(source, FILE_KEYS)
    values = reading.fields()
    from_files = options.pop("from_files", code_in(reading.data if reading.label else None))
    overrides = {key: value for key, value in options.items() if value is not None}
    problems = _contradictions(values, overrides)
    values.update(overrides)
    full = FullPaths(values.get("scenario"))
    values["set"] = full.settings({**values.get("set", {}), **(set or {})})
    own, more = (list(map(full.axis, axes)) for axes in (values.get("axes", ()), vary))
    for axes in (own, more):
        if paths := duplicates(axis.path for axis in axes):
            problems.append(Problem("axes", paths, "each path once"))
    values["axes"] = tuple({axis.path: axis for axis in (*own, *more)}.values())
    if "table" in values:
        columns = reading.columns(values["table"])
        from_files |= code_in([axis.values for axis in columns or ()])
        values["axes"] = (*map(full.axis, columns or ()), *values["axes"])
        # Without the columns of the table, the design cannot be checked any further.
        values["design"] = "factorial" if columns is None else "table"
    typed = code_in([set, [axis.values for axis in more], *options.values()])
    values["from_files"] = from_files - typed
    experiment = Experiment(**{"name": reading.name, **values})
    problems = [*reading.problems, *problems, *full.problems, *experiment_problems(experiment)]
    if problems:
        raise Refusal(problems, reading.label)
    return experiment


def _contradictions(values: Mapping[str, Any], overrides: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong if both a design and a table of points are given."""
    relevant = overrides if "table" in overrides else {**values, **overrides}
    design = relevant.get("design", "table")
    if "table" not in relevant or design == "table":
        return []
    allowed = f"nothing, or table: {relevant['table']} has the points"
    return [Problem("design", design, allowed)]
