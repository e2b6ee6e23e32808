"""Which engines there are to be measured: the compiled one where numba is."""

import importlib.util

from experiments.runs.engines import Engine

__all__ = ["MISSING", "engines"]

#: What a figure of the compiled engine is where there is none.
MISSING = "- (make fast)"


def engines() -> tuple[Engine, ...]:
    """Return the engines that can play, the faster one last."""
    return ("object",) if importlib.util.find_spec("numba") is None else ("object", "compiled")
