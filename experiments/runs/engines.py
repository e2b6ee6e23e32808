"""Which engine plays negotiations: the compiled one, or that of objects, which plays everything."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from experiments.compiled.kept import is_kept
from simulator.errors import Problem, nearest

__all__ = ["ENTRY", "Engine", "Found", "engine_problems", "found"]

#: Who is to play: the compiled engine where it can and that is worth while, or one of the two.
Engine = Literal["auto", "object", "compiled"]

#: What of the compiled engine plays negotiations of domains.
ENTRY = "negotiation.play"
#: From so many talks on the compiled engine is worth its start; and its making, of a minute.
WORTH_STARTING, WORTH_MAKING = 200, 5_000

_MISSING = "numba is not there, which pip install 'tradetalks[fast]' brings"


@dataclass(frozen=True)
class Found:
    """The compiled engine, if it plays.

    Parameters
    ----------
    held : callable, optional
        What plays the talks of a domain: `experiments.compiled.batch.held`.
    lacking : str
        Why it cannot play though it was wanted.
    """

    held: Callable[..., Any] | None = None
    lacking: str = ""


def found(engine: Engine, talks: int) -> Found:
    """Return the compiled engine, for so many talks that it can play."""
    if engine == "object":
        return Found()
    if importlib.util.find_spec("numba") is None:
        return Found(None, _MISSING)
    if engine == "auto" and talks < _worth():
        return Found()
    try:
        from experiments.compiled.batch import held
    except ImportError as error:  # such as by a numpy that numba does not know
        return Found(None, str(error))
    return Found(held)


def engine_problems(engine: object) -> Iterator[Problem]:
    """Give what is wrong with the name of an engine."""
    engines = get_args(Engine)
    if engine not in engines:
        allowed = f"one of {', '.join(engines)}"
        yield Problem("engine", engine, allowed, nearest(engine, engines))


def _worth() -> int:
    """Return from how many talks on the compiled engine ends sooner."""
    if "experiments.compiled.batch" in sys.modules:
        return 0
    return WORTH_STARTING if is_kept(ENTRY) else WORTH_MAKING
