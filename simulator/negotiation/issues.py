"""Issues, and the space of outcomes that a talk's issues span."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Never, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_OUTCOMES", "Issue", "Level", "OutcomeSpace", "read_only"]

Level = float | int | str
Array = TypeVar("Array", bound=NDArray[Any])

#: Largest outcome space that is enumerated: eight megabytes a value vector.
MAX_OUTCOMES = 1_000_000


@dataclass(frozen=True)
class Issue:
    """One thing to agree on.

    Parameters
    ----------
    id : str
        Its key, the same in every talk in which the same thing is at stake.
    levels : sequence of float or str
        What can be agreed, in order.
    obligor : str
        The party that must perform it; empty where nobody must (a domain of the field).
    unit : str
        Unit of the levels.
    name : str
        What people call it.
    status_quo : int
        Position of the level that stands without a deal: no commitment. Levels before it are what
        the obligor takes, those after it what it gives.
    """

    id: str
    levels: tuple[Level, ...]
    obligor: str = ""
    unit: str = ""
    name: str = ""
    status_quo: int = 0


def read_only(array: Array) -> Array:
    """Return an array that cannot be written to, nor made so: a view of one that cannot."""
    array.flags.writeable = False
    return array.view()


class OutcomeSpace:
    """All outcomes of a talk: one level per issue, the last issue varying fastest.

    Parameters
    ----------
    issues : sequence of Issue
        The issues in order; their number is written ``k`` below.
    """

    def __init__(self, issues: Sequence[Issue]) -> None:
        now = vars(self)
        now["issues"] = tuple(issues)
        now["shape"] = tuple(len(issue.levels) for issue in self.issues)
        now["size"] = math.prod(self.shape)
        places = {issue.id: k for k, issue in enumerate(self.issues)}
        now["position"] = MappingProxyType(places)

    def __reduce__(self) -> tuple[type["OutcomeSpace"], tuple[tuple[Issue, ...]]]:
        return OutcomeSpace, (self.issues,)

    issues: tuple[Issue, ...]
    shape: tuple[int, ...]
    size: int
    position: Mapping[str, int]

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"a space of outcomes cannot be changed: its issues say {name}")

    def __len__(self) -> int:
        return self.size

    @cached_property
    def status_quo(self) -> int:
        """The outcome in which every issue stands where it does without a deal."""
        return self.index([issue.status_quo for issue in self.issues])

    def levels(self, index: int) -> tuple[int, ...]:
        """Return the level of each issue, from 0, in outcome `index`."""
        levels = []
        for count in reversed(self.shape):
            index, level = divmod(index, count)
            levels.append(level)
        return tuple(reversed(levels))

    def index(self, levels: Sequence[int]) -> int:
        """Return the index of the outcome with these `levels`, one per issue."""
        index = 0
        for level, count in zip(levels, self.shape, strict=True):
            index = index * count + level
        return index

    def values(self, index: int) -> tuple[Level, ...]:
        """Return what outcome `index` agrees on each issue, in the issue's unit."""
        chosen = zip(self.issues, self.levels(index), strict=True)
        return tuple(issue.levels[level] for issue, level in chosen)

    @cached_property
    def grid(self) -> NDArray[np.intp]:
        """Level of every issue in every outcome, shape ``(size, k)``."""
        grid = np.stack(np.unravel_index(np.arange(self.size), self.shape), axis=1)
        return read_only(grid)

    @cached_property
    def scaled_grid(self) -> NDArray[np.float64]:
        """`grid` with every issue's levels over the same range, shape ``(k, size)``.

        The range is the least common multiple of the numbers of steps, so that positions are
        whole numbers and equal distances compare as equal, whatever they are the sum of.
        """
        steps = [max(count - 1, 1) for count in self.shape]
        units = np.array([math.lcm(*steps) // count for count in steps])
        scaled = np.ascontiguousarray((self.grid * units).T, dtype=np.float64)
        return read_only(scaled)

    def total(self, tables: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the sum over issues of each outcome's table entries, shape ``(size,)``.

        Parameters
        ----------
        tables : sequence of ndarray
            One value per level and issue, in the order of the issues.
        """
        vector = tables[0]
        for table in tables[1:]:
            vector = np.add.outer(vector, table).ravel()
        return vector

    def spread(self, issue: int, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the entry of each outcome in a table of one issue's levels, shape ``(size,)``.

        Parameters
        ----------
        issue : int
            Its position.
        table : ndarray
            One value per level.
        """
        after = math.prod(self.shape[issue + 1 :])
        before = self.size // (after * self.shape[issue])
        return np.tile(np.repeat(table, after), before)

    def nearest(
        self,
        wanted: int,
        options: NDArray[np.intp],
        weights: NDArray[np.float64] | None = None,
    ) -> int:
        """Return which of the outcomes `options` is most similar to `wanted`.

        Similarity is the least sum over issues of level distance over number of levels less one,
        times the issue's weight where there are weights; the first of equals.
        """
        apart = self.scaled_grid.take(options, axis=1)
        apart -= self.scaled_grid[:, wanted, None]
        np.abs(apart, out=apart)
        if weights is not None:
            apart *= weights[:, None]
        return int(options[np.add.reduce(apart, axis=0).argmin()])
