"""What is wrong with an experiment, whatever its scenario."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from experiments.design.axis import Axis
from experiments.design.experiment import Experiment
from experiments.design.sampling import DESIGNS, SAMPLING
from simulator import literals
from simulator.errors import Problem, nearest
from simulator.world.records import TABLES

__all__ = ["LEAST", "duplicates", "experiment_problems", "is_by_week", "is_timeout"]

#: The least whole number that may stand under a key.
LEAST: Mapping[str, float] = {"replications": 1, "samples": 1, "seed": -math.inf}
#: Designs that take the values of the axes side by side.
_PAIRED = {"zip", "table"}
_KEPT = (
    "what can be kept: finite numbers, whole ones within 64 bits, text that is Unicode, true or"
    " false, dates, and lists and tables of these"
)


def experiment_problems(experiment: Experiment) -> list[Problem]:
    """Return what is wrong with an experiment, whatever its scenario."""
    return [
        *_design_problems(experiment),
        *_value_problems(experiment),
        *_repetitions(experiment),
        *_number_problems(experiment),
        *_source_problems(experiment),
        *_overridden(experiment),
    ]


def duplicates(values: Iterable[Hashable]) -> list[Any]:
    """Return the values that occur more than once, each once."""
    return [value for value, count in Counter(values).items() if count > 1]


def is_timeout(value: object) -> bool:
    """Return whether a value is a time limit in seconds, or none."""
    return value is None or (literals.is_finite(value) and 0 < value <= literals.LARGEST)


def is_by_week(table: str) -> bool:
    """Return whether the rows of a table are by week, so that it can be thinned."""
    return any(column.name == "week" for column in TABLES[table])


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
    if design in _PAIRED and len(set(lengths.values())) > 1:
        problems.append(Problem("axes", lengths, f"as many values on every axis ({design})"))
    if design in _PAIRED and not experiment.axes:
        problems.append(Problem("axes", "none", f"at least one axis: a {design} of none is empty"))
    return problems


def _value_problems(experiment: Experiment) -> Iterator[Problem]:
    for axis in experiment.axes:
        if not literals.is_unicode(axis.path):
            yield Problem("axes", axis.path, "paths that are Unicode")
        elif strange := [value for value in axis.values or axis.ends if not _is_kept(axis, value)]:
            yield Problem(f"axes.{axis.path}", strange[0], _KEPT)


def _is_kept(axis: Axis, value: object) -> bool:
    """Return whether a value can stand in the manifest, and in the column of its axis."""
    try:
        cell = axis.cell(value) if _is_plain(value) else math.nan
    except OverflowError:  # a huge whole number among fractions
        return False
    if isinstance(cell, str):
        return literals.is_unicode(literals.write(value))
    return math.isfinite(cell) if isinstance(cell, float) else -(2**63) <= cell < 2**63


def _is_plain(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str | int | date | None) and not isinstance(value, datetime)


def _repetitions(experiment: Experiment) -> Iterator[Problem]:
    """Give what is stated twice: it would have no effect, or be played twice."""
    if paths := duplicates(path for axis in experiment.axes for path in axis.paths):
        yield Problem("axes", paths, "each path once")
    if experiment.design not in _PAIRED:
        for axis in experiment.axes:
            by_identity = {_identity(value): value for value in axis.values or ()}
            twice = duplicates(map(_identity, axis.values or ()))
            if values := [by_identity[identity] for identity in twice]:
                yield Problem(f"axes.{axis.path}", values, "each value once")
    if metrics := duplicates(experiment.metrics):
        yield Problem("metrics", metrics, "each metric once")


def _identity(value: object) -> Hashable:
    """Return a key that is the same for 1 and 1.0, but not for 1 and true."""
    return value if literals.is_number(value) else (type(value).__name__, repr(value))


def _sampling_problems(experiment: Experiment) -> list[Problem]:
    problems = []
    design, samples = experiment.design, experiment.samples
    if not literals.is_whole(samples, least=LEAST["samples"]):
        problems.append(Problem("samples", samples, f"a whole number, at least 1, for {design}"))
    elif design in {"sobol", "saltelli"} and samples & (samples - 1):
        power = 2 ** (samples.bit_length() - 1)
        allowed = f"a power of two for {design}, such as {power} or {2 * power}"
        problems.append(Problem("samples", samples, allowed))
    if not experiment.axes:
        problems.append(Problem("axes", "none", f"at least one axis: {design} draws along axes"))
    return problems


def _number_problems(experiment: Experiment) -> list[Problem]:
    problems = []
    seed: object = experiment.seed
    if not literals.is_whole(experiment.replications, least=LEAST["replications"]):
        allowed = "a whole number, at least 1"
        problems.append(Problem("replications", experiment.replications, allowed))
    if not literals.is_whole(seed):
        problems.append(Problem("seed", seed, "a whole number"))
    if not isinstance(experiment.common_random_numbers, bool):
        value = experiment.common_random_numbers
        problems.append(Problem("common_random_numbers", value, "true or false"))
    if not is_timeout(experiment.timeout):
        problems.append(
            Problem("timeout", experiment.timeout, "seconds, a number above 0 and at most 1e15")
        )
    for table, every in experiment.tables.items():
        problems.extend(_table_problems(experiment, table, every))
    return problems


def _source_problems(experiment: Experiment) -> list[Problem]:
    problems = []
    if (experiment.model is None) == (experiment.scenario is None):
        source = experiment.model if experiment.model else "neither"
        problems.append(Problem("scenario", source, "a scenario, or a model in its place"))
    if experiment.model is not None:
        constant = "nothing: a model has what its axes give; a constant is an axis of one value"
        problems.extend(
            Problem(f"set.{path}", value, constant) for path, value in experiment.set.items()
        )
        if experiment.weeks is not None:
            problems.append(Problem("weeks", experiment.weeks, "nothing: a model has no weeks"))
    return problems


def _overridden(experiment: Experiment) -> Iterator[Problem]:
    """Give what is set without effect: it also varies, or is set elsewhere, too."""
    axes = [path for axis in experiment.axes for path in axis.paths]
    for path, value in experiment.set.items():
        if over := [axis for axis in axes if f"{path}.".startswith(f"{axis}.")]:
            yield Problem(f"set.{path}", value, f"nothing: {over[0]} is both set and varied")
    if experiment.weeks is None:
        return
    if "weeks" in axes:
        yield Problem("weeks", experiment.weeks, "nothing: weeks is both set and varied")
    if "weeks" in experiment.set:
        message = f"nothing: weeks is set twice, to {experiment.set['weeks']} too"
        yield Problem("weeks", experiment.weeks, message)


def _table_problems(experiment: Experiment, table: str, every: object) -> Iterable[Problem]:
    if experiment.model is not None:
        yield Problem("tables", table, "nothing: a model has no tables but runs")
    elif table not in TABLES:
        allowed = f"a table: {', '.join(TABLES)}"
        yield Problem("tables", table, allowed, nearest(table, TABLES))
    elif not literals.is_whole(every, least=1):
        yield Problem(f"tables.{table}", every, "every how-manieth week is kept, at least 1")
    elif every != 1 and not is_by_week(table):
        allowed = "nothing, or 1: it is kept whole, as its rows are not by week"
        yield Problem(f"tables.{table}", every, allowed)
