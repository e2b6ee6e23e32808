"""Which engine plays the runs of a sweep: the compiled one where it can, or that of objects."""

import contextlib
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import cast

from experiments.compiled.kept import is_made, may_make
from experiments.execution.offspring import unmarked
from experiments.runs.engines import Engine, engine_problems
from experiments.runs.play import play
from simulator.errors import Problem, ScenarioError, describe_error
from simulator.scenario.scenario import Scenario
from simulator.world.simulation import Simulation

__all__ = ["engine_for", "played", "require_engine"]

#: The environment variable that says who plays where nobody else does.
VARIABLE = "TRADETALKS_ENGINE"
#: Seconds for which a process has objects play before it has machine code made beside it.
WORTH_MAKING = 45.0

#: What went wrong in the compiled engine of this process, if anything did.
_broken: list[Exception] = []
#: Seconds for which objects have played in this process.
_played = [0.0]

#: What makes it, and marks it as made.
_MAKING = [sys.executable, "-P", "-m", "experiments.compiled"]  # -P: nothing of this folder

_MISSING = "auto or object, or numba, which pip install 'tradetalks[fast]' brings"


def engine_for(engine: Engine) -> Engine:
    """Return which engine is to play.

    Without a wish it is that of the environment variable ``TRADETALKS_ENGINE`` if there is one.
    Raises ScenarioError if that is none.
    """
    if engine != "auto":
        return engine
    wish = os.environ.get(VARIABLE, "auto")
    if problems := [replace(problem, key=VARIABLE) for problem in engine_problems(wish)]:
        raise ScenarioError(problems)
    return cast("Engine", wish) if wish != "auto" or _installed() else "object"


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
    begun = time.perf_counter()
    objects = play(scenario, seed, kept)
    _played[0] += time.perf_counter() - begun
    return objects, False


def _compiled(scenario: Scenario, seed: int, tables: frozenset[str]) -> Simulation | None:
    """Return a run by the compiled engine, None if it cannot be had."""
    if _broken:
        return None
    try:
        from experiments.compiled.plan import NotCompiled  # with numba
        from experiments.compiled.playing import Overflow, compiled_run
    except ImportError as error:  # such as by a numpy that numba does not know
        _give_up(error)
        return None
    try:
        return cast("Simulation", compiled_run(scenario, seed, tables))
    except (NotCompiled, Overflow):
        return None
    except Exception as error:
        _give_up(error)
        return None


def _give_up(error: Exception) -> None:
    """Tell once that the compiled engine fails, and have objects play from now on."""
    _broken.append(error)
    told = f"The compiled engine does not work ({describe_error(error)}): objects play."
    print(told, file=sys.stderr, flush=True)


def _is_ready(engine: Engine) -> bool:
    """Return whether the machine code is there; if not, have it made beside the runs."""
    if not _installed():
        return False
    if engine == "compiled" or is_made():
        return True
    if _played[0] > WORTH_MAKING:
        _make()
    return False


@cache
def _installed() -> bool:
    return importlib.util.find_spec("numba") is not None


@cache
def _make() -> None:
    """Have another process make the machine code, if none does; this one goes on meanwhile."""
    quiet = subprocess.DEVNULL
    with contextlib.suppress(OSError):
        if may_make():
            subprocess.Popen(
                _MAKING,
                stdin=quiet,
                stdout=quiet,
                stderr=quiet,
                start_new_session=True,
                env=unmarked(),
            )
