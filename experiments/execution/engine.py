"""Which engine plays the runs of a sweep: the compiled one where it can, or that of objects."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from typing import cast

from experiments.compiled.kept import is_made, may_make
from experiments.runs.engines import Engine
from experiments.runs.play import play
from simulator.errors import Problem, ScenarioError
from simulator.scenario.scenario import Scenario
from simulator.world.simulation import Simulation

__all__ = ["engine_for", "played", "require_engine"]

#: From so many runs of a sweep on machine code is made for it, if it is not there.
WORTH_MAKING = 2_000

#: What makes it, and marks it as made.
_MAKING = [sys.executable, "-m", "experiments.compiled"]

_MISSING = "auto or object, or numba, which pip install 'tradetalks[fast]' brings"


def engine_for(engine: Engine, runs: int) -> Engine:
    """Return which engine is to play so many runs.

    Without a wish it is that of the environment variable ``TRADETALKS_ENGINE`` if there is one, and
    that of objects where machine code is not there and not worth the making, of a minute or two.
    """
    if engine != "auto":
        return engine
    wish = os.environ.get("TRADETALKS_ENGINE", "auto")
    if wish in ("object", "compiled"):
        return wish  # type: ignore[return-value]
    worth = _installed() and (is_made() or runs >= WORTH_MAKING)
    return "auto" if worth else "object"


def require_engine(engine: Engine, scenario: Scenario | None) -> None:
    """Refuse an engine that is wanted alone and cannot play a scenario; None for a model.

    Raises
    ------
    ScenarioError
        If so: numba is not there, or there is something that only the object engine plays.
    """
    if engine != "compiled":
        return
    if not _installed():
        raise ScenarioError([Problem("engine", engine, _MISSING)])
    if scenario is None:
        raise ScenarioError([Problem("engine", engine, "auto or object, to play a model")])
    from experiments.compiled.plan import NotCompiled, prepared  # with numba

    try:
        prepared(scenario)
    except NotCompiled as error:
        allowed = f"auto or object: the compiled engine does not know {error}"
        raise ScenarioError([Problem("engine", engine, allowed)]) from None
    if not is_made():
        told = "Making machine code of worlds, once for this version: a minute or two."
        print(told, file=sys.stderr, flush=True)
        subprocess.run(_MAKING, check=False, stdout=subprocess.DEVNULL)


def played(
    scenario: Scenario, seed: int, tables: Iterable[str], engine: Engine
) -> tuple[Simulation, bool]:
    """Return the world of a run at its end, and whether the compiled engine has played it.

    That world has what tables and metrics ask for. What the compiled engine cannot play, and what
    fails in it, the object engine plays, whose errors say what is wrong.
    """
    kept = frozenset(tables)
    if engine != "object" and _is_ready(engine):
        world = _compiled(scenario, seed, kept)
        if world is not None:
            return world, True
    return play(scenario, seed, kept), False


def _compiled(scenario: Scenario, seed: int, tables: frozenset[str]) -> Simulation | None:
    """Return a run by the compiled engine, None if it cannot be had."""
    try:
        from experiments.compiled.playing import compiled_run  # with numba

        return cast("Simulation", compiled_run(scenario, seed, tables))
    except Exception:
        # Whatever it is: the object engine plays the run, or says what is wrong with it.
        return None


def _is_ready(engine: Engine) -> bool:
    """Return whether the machine code is there; if not, have it made beside the runs."""
    if not _installed():
        return False
    if engine == "compiled" or is_made():
        return True
    _make()
    return False


@cache
def _installed() -> bool:
    return importlib.util.find_spec("numba") is not None


@cache
def _make() -> None:
    """Have another process make the machine code, if none does; this one goes on meanwhile."""
    if may_make():
        quiet = subprocess.DEVNULL
        subprocess.Popen(_MAKING, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
