"""The plan of an experiment whose runs may have a time limit: so has the trial of a model."""

from collections.abc import Mapping
from concurrent.futures import BrokenExecutor
from functools import partial
from typing import Any

from experiments.design.experiment import Experiment
from experiments.design.job import DIED, LATE
from experiments.design.plan import Plan, plan
from experiments.execution.processes import done_apart
from experiments.execution.pulse import TimedOut, playing
from simulator.errors import WorkerError
from simulator.scenario.code import import_object

__all__ = ["planned"]


def planned(
    experiment: Experiment, shard: tuple[int, int] | None = None, max_runs: int | None = None
) -> Plan:
    """Return the plan of an experiment, as `plan` does, without waiting for a model that hangs."""
    timeout = experiment.timeout
    if experiment.model is None or timeout is None:
        return plan(experiment, shard, max_runs)
    return plan(experiment, shard, max_runs, partial(_tried_apart, timeout))


def _tried_apart(timeout: float, path: str, values: Mapping[str, Any], seed: int) -> object:
    """Return what a model returns, called in a process of its own that is ended if it hangs."""
    try:
        return done_apart(timeout, _called, path, values, seed)
    except TimedOut as error:
        raise WorkerError(LATE.format(error.seconds)) from None
    except BrokenExecutor:
        raise WorkerError(DIED) from None


def _called(path: str, values: Mapping[str, Any], seed: int) -> object:
    model: Any = import_object(path, "model", "function")
    with playing(0):
        return model(values, seed)
