"""Sweeps: ``sweep(load_experiment("volatility"), "results/volatility")``, and their results."""

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from experiments.design.axis import Axis
from experiments.design.experiment import Experiment
from experiments.design.reader import load_experiment
from experiments.display.notebook import fragment
from experiments.execution.execute import execute
from experiments.execution.replay import replayed
from experiments.pages.sweep import summary_page
from experiments.report.file import save_page
from experiments.results.progress import Progress
from experiments.results.store import StoredResults, stored_results
from experiments.run import Run
from experiments.runs.engines import Engine
from simulator.errors import TradetalksError

if TYPE_CHECKING:
    from experiments.plots.sweep import SweepPlots

__all__ = [
    "Axis",
    "Experiment",
    "Progress",
    "Results",
    "load_experiment",
    "open_results",
    "sweep",
]


def sweep(
    experiment: Experiment,
    out: str | Path,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
    resume: bool = False,
    retry_failed: bool = False,
    shard: tuple[int, int] | None = None,
    max_runs: int | None = None,
    chunk: int | None = None,
    apart: bool = False,
    timeout: float | None = None,
    engine: Engine = "auto",
    progress: Callable[[Progress], None] | None = None,
) -> "Results":
    """Return the results of an experiment, once every run of it is in a folder.

    Parameters
    ----------
    experiment : Experiment
        What to play.
    out : str or Path
        A new folder or an empty one; or, to resume, one that holds a part of it.
    workers : int, optional
        Processes; 1 plays in this one; as many as there are cores by default.
    executor : Executor, optional
        Anything with the interface of `concurrent.futures`, in place of processes.
    scheduler : str, optional
        Address of a Dask scheduler, in place of processes.
    resume : bool
        Whether to go on with what is in the folder.
    retry_failed : bool
        Whether to play runs that failed again; by code of the user's that has changed since
        then, if it has.
    shard : (int, int), optional
        Play part i of n, i from 1.
    max_runs : int, optional
        The most runs that a new experiment may have; one that is gone on with was allowed.
    chunk : int, optional
        Runs per chunk; as many as take about a second by default.
    apart : bool
        Whether a single worker too is a process of its own: a run that ends it ends nothing else.
    timeout : float, optional
        Seconds that a run may take, in place of what the experiment says: one that takes longer is
        ended with its process, and fails. Not with an executor or a scheduler; a single worker is
        a process of its own then.
    engine : {"auto", "object", "compiled"}
        Who plays: with numba (``pip install 'tradetalks[fast]'``) machine code plays what it knows,
        and objects the rest. The tables are the same. Where machine code is not there yet, a large
        sweep has it made meanwhile; "compiled" waits for it, and refuses what it does not know.
    progress : callable, optional
        Called with a `Progress` at the start and after every chunk.

    Raises
    ------
    ScenarioError
        If the experiment cannot be played; before the first run.
    StoreError
        If the folder cannot be used: not empty, of another experiment, locked.
    WriteError
        If it cannot be written to; what is in it can be read, and gone on with.
    WorkerError
        If the workers cannot start or be reached, or have other code of the user's; or if all are
        gone. What is finished is kept.
    """
    stored = execute(
        experiment,
        out,
        workers=workers,
        executor=executor,
        scheduler=scheduler,
        resume=resume,
        retry_failed=retry_failed,
        shard=shard,
        max_runs=max_runs,
        chunk=chunk,
        apart=apart,
        timeout=timeout,
        engine=engine,
        progress=progress,
    )
    return Results(stored.folder, stored.manifest, stored.allow_code)


def open_results(folder: str | Path, *, allow_code: bool = False) -> "Results":
    """Return the results in a folder of a sweep, or of ``tradetalks run --out``.

    Parameters
    ----------
    folder : str or Path
        The folder.
    allow_code : bool
        Whether code that its files name may be imported, to play its runs again.

    Raises
    ------
    StoreError
        If there are no results in it.
    """
    stored = stored_results(folder, allow_code=allow_code)
    return Results(stored.folder, stored.manifest, allow_code)


class Results(StoredResults):
    """The results in a folder: their tables, and their pages and pictures.

    Parameters
    ----------
    folder : Path
        The folder.
    manifest : mapping
        Its manifest; empty for the folder of a single run.
    allow_code : bool
        Whether code that its files name may be imported, to play its runs again.
    """

    @property
    def plot(self) -> "SweepPlots":
        """Its pictures: ``results.plot.response()``, ``results.plot.heatmap()`` and so on."""
        from experiments.plots.sweep import SweepPlots  # with what draws, and matplotlib

        return SweepPlots(self)

    def replay(self, number: int) -> Run:
        """Return a run played again with all tables, once it is certain that it is the one kept.

        Parameters
        ----------
        number : int
            Which run.

        Raises
        ------
        ScenarioError
            If its files name code that is not allowed.
        StoreError
            If there is no such run, it failed, a model was played, or it is another one now.
        """
        return Run(replayed(self, number).world)

    def report(self, target: str | Path) -> Path:
        """Write the results as one page for a browser, and return where it is.

        Parameters
        ----------
        target : str or Path
            Where to: a file that ends in ``.html`` or ``.htm``.

        Raises
        ------
        ScenarioError
            If the name ends otherwise.
        OSError
            If it cannot be written.
        """
        from experiments.report.sweep import sweep_report  # with pictures

        return save_page(target, lambda: sweep_report(self))

    def _repr_html_(self) -> str:
        try:
            return fragment(summary_page(self))
        except TradetalksError as error:
            return fragment(Group(Text(str(self.folder), style="bold"), Text(str(error))))
