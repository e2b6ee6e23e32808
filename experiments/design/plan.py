"""The plan of an experiment: its points, its runs by number, and the seed of each run.

The number of a run is ``point * replications + replication``; all three count from 0.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from experiments.design import sampling
from experiments.design.axis import MAX_VALUES, Axis, assigned
from experiments.design.experiment import Experiment
from experiments.design.sampling import Point
from experiments.design.validation import experiment_problems
from experiments.runs import metrics
from simulator import literals
from simulator.errors import Problem, Refusal, ScenarioError, describe_error, nearest
from simulator.scenario.code import Code, import_function, is_path
from simulator.text import count, listing

__all__ = ["MOST_RUNS", "Plan", "plan", "seed_of", "shard_size", "trials"]

#: The most points that are all tried before the first run; of larger designs, as many are tried
#: throughout, besides a point with each listed value and with the ends of each range.
TRIED = 200
#: Points tried for listed values: at 5 to 8 ms each, about half a minute.
MOST_TRIED = 5_000
MAX_RUNS = MAX_VALUES
#: The most runs there may be at all: their numbers take some gigabytes of memory.
MOST_RUNS = 100_000_000
#: How many values are shown that were refused for the same reason as the first.
SHOWN = 3


#: Calls the model of an import path with parameters and a seed, and returns what it does.
Attempt = Callable[[str, Mapping[str, Any], int], object]


def seed_of(root: int, number: int) -> int:
    """Return the seed of a run: 63 bits, the same on every machine, in practice unique.

    The root is the seed of the experiment, the number that of the replication under common random
    numbers, otherwise of the run.
    """
    digest = blake2b(f"run {root} {number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def shard_size(points: int, replications: int, shard: tuple[int, int] | None) -> int:
    """Return how many runs a shard has, or the whole if it is None."""
    if shard is None:
        return points * replications
    part, of = shard
    share = _share(points, replications, of)
    return share * len(range(part - 1, points * replications // share, of))


def _share(points: int, replications: int, of: int) -> int:
    """Return how many runs in a row are of one shard, of so many.

    Whole points, if there are enough, so that a worker builds the scenario of a point once.
    """
    return replications if points >= of else 1


@dataclass(frozen=True)
class Plan:
    """The points and runs of an experiment, whose metrics are all named; `plan` makes it.

    The shard is which part of how many, from 1; the whole if None.
    """

    experiment: Experiment
    points: Sequence[Point]
    shard: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """How many runs the whole experiment has."""
        return len(self.points) * self.experiment.replications

    def runs(self) -> Iterator[int]:
        """Give the numbers of the runs of this shard in ascending order."""
        if self.shard is None:
            return iter(range(self.size))
        part, of = self.shard
        share = _share(len(self.points), self.experiment.replications, of)
        return (run for run in range(self.size) if run // share % of == part - 1)

    def point(self, run: int) -> int:
        """Return the point of a run."""
        return run // self.experiment.replications

    def seed(self, run: int) -> int:
        """Return the seed of a run."""
        experiment = self.experiment
        shared = run % experiment.replications if experiment.common_random_numbers else run
        return seed_of(experiment.seed, shared)

    def values(self, point: int) -> dict[str, Any]:
        """Return the values at a point by dotted path."""
        return assigned(self.experiment.axes, self.points[point])


def plan(
    experiment: Experiment,
    shard: tuple[int, int] | None = None,
    max_runs: int | None = None,
    attempt: Attempt | None = None,
) -> Plan:
    """Return the plan of an experiment, after checking that it can be played.

    The whole may have ten million runs, if `max_runs` does not say otherwise. A model is tried at
    the first point, by `attempt` if that is given. Raises ScenarioError with every problem: of the
    design, of metrics, of values that the scenario refuses.
    """
    problems = experiment_problems(experiment)
    if shard is not None and not 1 <= shard[0] <= shard[1]:
        allowed = "i/n with i from 1 to n, as in 2/4"
        problems.append(Problem("shard", f"{shard[0]}/{shard[1]}", allowed))
    problems = problems or _code_problems(experiment)
    if not problems:
        problems = _size_problems(experiment, MAX_RUNS if max_runs is None else max_runs)
    if problems:
        raise Refusal(problems, experiment.name)
    experiment = replace(
        experiment, axes=tuple(_with_whole_numbers(axis, experiment) for axis in experiment.axes)
    )
    points = sampling.design_points(experiment)
    if experiment.model is not None:
        return Plan(_with_metrics(experiment, points, attempt), points, shard)
    problems = [*_metric_problems(experiment), *_value_problems(experiment, points)]
    if problems:
        raise Refusal(problems, experiment.name)
    return Plan(experiment, points, shard)


def _size_problems(experiment: Experiment, most: int) -> list[Problem]:
    size = sampling.design_size(experiment)
    runs = size * experiment.replications
    if runs > (most := min(most, MOST_RUNS)):
        more = ", or allow more with --max-runs" if most < MOST_RUNS else ""
        allowed = (
            f"at most {most:,} runs ({count(size, 'point')} x"
            f" {count(experiment.replications, 'replication')}); take fewer{more}"
        )
        return [Problem("design", f"{runs:,} runs", allowed)]
    return [] if runs else [Problem("design", "0 runs", "at least one point")]


def _code_problems(experiment: Experiment) -> list[Problem]:
    """Return the code that a file names and that may not be imported, each by its key."""
    if experiment.model is not None:
        named, problems = [("model", experiment.model)], []
    else:
        named = [("metrics", name) for name in experiment.metrics if "." in name]
        problems = experiment.base.closed
    closed = [(k, path) for k, path in named if is_path(path) and path not in experiment.code]
    return problems + [Code.refused(key, path) for key, path in closed]


# -- a model -----------------------------------------------------------------------------------


def _with_metrics(
    experiment: Experiment, points: Sequence[Point], attempt: Attempt | None
) -> Experiment:
    """Return the experiment of a model with its metrics named: all that the model returns."""
    names = _model_results(Plan(experiment, points), attempt)
    if not experiment.metrics:
        experiment = replace(experiment, metrics=tuple(names))
    reserved = {
        *("run", "seed", "version", "error", "traceback", "point", "replication", "base sample")
    }
    paths = [axis.path for axis in experiment.axes]
    clashing = [n for n in experiment.metrics if n in reserved or n in paths]
    clashing += [path for path in paths if path in reserved]
    if clashing:
        allowed = f"names apart from each other and from {', '.join(sorted(reserved))}"
        raise ScenarioError([Problem("metrics", clashing, allowed)])
    allowed = f"a result of {experiment.model}, which are: {', '.join(names)}"
    unknown = [name for name in experiment.metrics if name not in names]
    if unknown:
        raise Refusal([Problem("metrics", n, allowed, nearest(n, names)) for n in unknown])
    return experiment


def _model_results(trial: Plan, attempt: Attempt | None) -> Sequence[str]:
    """Return the names of the numbers that a model returns at the first point.

    If it fails there, the experiment must name them.
    """
    path, metrics = trial.experiment.model, trial.experiment.metrics
    model: Any = import_function(str(path), "model", ["parameters", "seed"])
    try:
        given = trial.values(0), trial.seed(0)
        returned: Any = model(*given) if attempt is None else attempt(str(path), *given)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if metrics:
            return metrics
        reason = describe_error(error)
        allowed = f"a model that can be tried once, or metrics that name its results; {reason}"
        raise ScenarioError([Problem("model", path, allowed)]) from error
    if not hasattr(returned, "keys"):
        allowed = f"a function that returns numbers by name, not {returned!r}"
        raise ScenarioError([Problem("model", path, allowed)])
    return [str(name) for name in returned.keys()]  # noqa: SIM118 - a Series iterates its values


# -- a scenario --------------------------------------------------------------------------------


def _with_whole_numbers(axis: Axis, experiment: Experiment) -> Axis:
    """Return the axis, drawing whole numbers if the scenario accepts no others at its path."""
    low, high = axis.low, axis.high
    if experiment.model is not None or not (isinstance(low, int) and isinstance(high, int)):
        return axis
    at_whole, at_half = (assigned([axis], [value]) for value in (low, low + 0.5))
    if _accepts(experiment, at_whole) and not _accepts(experiment, at_half):
        return replace(axis, integer=True)
    return axis


def _accepts(experiment: Experiment, values: Mapping[str, Any]) -> bool:
    try:
        experiment.at(values)
    except ScenarioError:
        return False
    return True


def _metric_problems(experiment: Experiment) -> list[Problem]:
    problems: list[Problem] = []
    for name in experiment.metrics:
        try:
            metrics.find_metric(name, experiment.base)
        except ScenarioError as error:
            problems.extend(error.problems)
    return problems


def _value_problems(experiment: Experiment, points: Sequence[Point]) -> list[Problem]:
    """Return what the scenario refuses at the points, each problem once."""
    problems: dict[str, Problem] = {}
    for values in trials(experiment, points):
        try:
            tried = experiment.at(values)
            problems.update((str(problem), problem) for problem in tried.closed)
            if tuple(tried.countries) != tuple(experiment.base.countries):
                allowed = "the countries of the scenario: they cannot vary"
                problems["countries"] = Problem("axes", sorted(tried.countries), allowed)
        except ScenarioError as error:
            problems.update({str(problem): problem for problem in error.problems})
    return _by_reason(problems.values())


def _by_reason(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems, those that differ only in their values merged into one.

    A path that leads nowhere does so with every value.
    """
    alike: dict[tuple[str, str, str | None], list[Problem]] = {}
    for problem in problems:
        alike.setdefault((problem.key, problem.allowed, problem.nearest), []).append(problem)
    return [_merged(problems_alike) for problems_alike in alike.values()]


def _merged(problems: Sequence[Problem]) -> Problem:
    first, *others = problems
    if not others:
        return first
    values = [literals.write(problem.value) for problem in others[:SHOWN]]
    if more := len(others) - len(values):
        values.append(f"{more:,} more")
    return replace(first, allowed=f"{first.allowed}; the same for {listing(values)}")


def trials(experiment: Experiment, points: Sequence[Point]) -> Iterator[dict[str, Any]]:
    """Give what to try before the first run: all points of a small design, some of a large one."""
    axes = experiment.axes
    if len(points) > TRIED:
        for axis in axes:
            for end in axis.ends:
                yield {**assigned(axes, points[0]), **assigned([axis], [end])}
        for point in _spread(_new_values(axes, points), MOST_TRIED):
            yield assigned(axes, point)
    for point in _spread(points, TRIED):
        yield assigned(axes, point)


def _new_values(axes: Sequence[Axis], points: Sequence[Point]) -> list[Point]:
    """Return the points at which a listed value occurs for the first time."""
    positions = [k for k, axis in enumerate(axes) if not axis.is_range]
    covered: set[tuple[int, str]] = set()
    chosen = []
    for point in points:
        fresh = {(k, repr(point[k])) for k in positions} - covered
        if fresh:
            covered |= fresh
            chosen.append(point)
    return chosen


def _spread(points: Sequence[Point], most: int) -> Sequence[Point]:
    """Return at most so many points, evenly spread over all."""
    return points[:: max(1, -(-len(points) // most))]
