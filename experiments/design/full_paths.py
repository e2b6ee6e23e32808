"""The paths of an experiment written out: short ones, as users write them, become full ones."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from experiments.design.axis import Axis
from simulator.errors import Problem, ScenarioError
from simulator.scenario import paths
from simulator.scenario.scenario import Scenario
from simulator.scenario.short_paths import ShortPaths
from simulator.scenario.source import read_source

__all__ = ["FullPaths"]


class FullPaths:
    """Writes out the paths into a scenario, and collects what is wrong with them.

    The scenario is as in `experiments.design.experiment.Experiment`. Where it cannot be read, or
    a model is played in its place, paths stay as they are.
    """

    def __init__(self, scenario: object) -> None:
        self.problems: list[Problem] = []
        try:
            data = scenario.data if isinstance(scenario, Scenario) else read_source(scenario)[0]
        except ScenarioError:  # told where it is loaded
            data = {}
        self._short = ShortPaths(data)

    def settings(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values by full path; what varies afterwards may lie in what they set."""
        settings: dict[str, Any] = {}
        for path, value in values.items():
            full = self._full(path, value)
            settings[full] = value
            try:
                self._short = ShortPaths(paths.assign(self._short.data, full, value))
            except ScenarioError:  # told where it is loaded
                continue
        return settings

    def axis(self, axis: Axis) -> Axis:
        """Return an axis with its path written out."""
        full = [self._full(path, axis.at(0.0)) for path in axis.paths]
        if full == list(axis.paths):
            return axis
        heads = {long.removesuffix(path) for long, path in zip(full, axis.paths, strict=True)}
        if len(heads) == 1:
            return replace(axis, path=f"{heads.pop()}{axis.path}")
        return replace(axis, path=f"{{{','.join(full)}}}")

    def _full(self, path: str, value: object) -> str:
        try:
            return self._short.full(path, value)
        except ScenarioError as error:
            self.problems.extend(error.problems)
            return path
