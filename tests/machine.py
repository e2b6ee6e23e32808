"""Machine code for tests: made once, whichever process of a test session comes first."""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from experiments.compiled.kept import folder, is_made

__all__ = ["world_code"]


@contextlib.contextmanager
def world_code() -> Iterator[None]:
    """Have the machine code of worlds there; one process makes it while the others wait."""
    from experiments.compiled.__main__ import main

    if os.environ.get("NUMBA_DISABLE_JIT") == "1":  # then it is played as Python
        yield
        return
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "tests").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_made():
            main()
    yield
