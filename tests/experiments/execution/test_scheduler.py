"""Who is played again when workers die, in which company, and who is blamed in the end."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import BrokenExecutor, Future
from typing import Any

import pytest

from experiments.design.axis import Axis
from experiments.design.experiment import Experiment
from experiments.design.job import ChunkResult
from experiments.design.plan import plan
from experiments.execution import worker
from experiments.execution.scheduler import Scheduler


class Mortal:
    """Workers that die, so often, of some runs."""

    def __init__(self, size: int, deaths: Mapping[int, int]) -> None:
        self.size = size
        self.deaths = Counter(deaths)
        self.scheduler: Scheduler | None = None
        #: What was played, and what was under way at the time.
        self.played: list[tuple[tuple[int, ...], set[int]]] = []

    def submit(self, work: Callable[..., Any], *given: Any) -> "Future[Any]":
        """Return the future of work that is done, or of which a worker has died, already."""
        future: Future[Any] = Future()
        if work is not worker.play_chunk:
            future.set_result(None)
            return future
        assert self.scheduler is not None
        runs = given[1].runs
        beside = {run for part in self.scheduler.in_flight.values() for run in part.runs}
        self.played.append((runs, beside))
        fatal = [run for run in runs if self.deaths[run] > 0]
        if fatal:
            self.deaths[fatal[0]] -= 1
            future.set_exception(BrokenExecutor("gone"))
        else:
            future.set_result(work(*given))
        return future

    def check(self, errors: Collection[BaseException] = ()) -> None:
        """There are always others."""

    def under_way(self) -> list[tuple[int, float]]:
        """Return nothing: all is done at once."""
        return []

    def stop(self) -> None:
        """Nobody is left behind."""


def played(workers: Mortal, count: int, chunk: int) -> list[int]:
    """Return which runs are blamed when so many are played in chunks of that size."""
    axes = (Axis("x", tuple(range(count))),)
    experiment = Experiment("m", model="tests.sweepable.square", axes=axes, metrics=("y",))
    published: list[ChunkResult] = []
    planned = plan(experiment)
    scheduler = Scheduler(planned, deque(range(count)), workers, published.append, chunk)
    workers.scheduler = scheduler
    scheduler.run()
    assert sorted(run for result in published for run in result.runs) == list(range(count))
    return [failure.run for result in published for failure in result.failures]


@pytest.mark.parametrize(("deaths", "blamed"), [(1, []), (2, []), (3, []), (4, [5])])
def test_a_run_is_blamed_only_when_it_has_died_once_more_alone(
    deaths: int, blamed: list[int]
) -> None:
    workers = Mortal(2, {5: deaths})
    assert played(workers, 9, chunk=1) == blamed
    tried = [runs for runs, _ in workers.played if 5 in runs]
    assert len(tried) == min(deaths + 1, 4)


@pytest.mark.parametrize(("deaths", "blamed"), [(5, []), (6, [5])])
def test_of_a_chunk_halves_are_played_until_the_run_is_found_and_has_died_once_more(
    deaths: int, blamed: list[int]
) -> None:
    # Four runs together twice, and as suspects; two; one; and that one again.
    workers = Mortal(2, {5: deaths})
    assert played(workers, 8, chunk=4) == blamed
    assert [len(runs) for runs, _ in workers.played if 5 in runs] == [4, 4, 4, 2, 1, 1]


@pytest.mark.parametrize("chunk", [1, 3])
def test_a_suspect_is_played_in_nobodys_company(chunk: int) -> None:
    workers = Mortal(4, {4: 99})
    assert played(workers, 40, chunk=chunk) == [4]
    tries = [k for k, (runs, _) in enumerate(workers.played) if 4 in runs]
    suspected = tries[2]
    assert any(beside for _, beside in workers.played[:suspected])
    assert not any(beside for _, beside in workers.played[suspected : tries[-1] + 1])
    # Those that are left join in only when it has been blamed.
    after = workers.played[tries[-1] + 1 :]
    assert after
    assert not any(4 in beside for _, beside in after)
