"""Make the machine code of worlds, and keep it: ``python -m experiments.compiled``."""

from agents.roster import ROSTER
from experiments.compiled.kept import is_over, say_made
from experiments.compiled.playing import compiled_run
from simulator.scenario.scenario import load

__all__ = ["main"]


def main() -> None:
    """Play a short scenario, for which all of a world is compiled."""
    try:
        compiled_run(load("first-talk", ROSTER), 0)
        say_made()
    finally:
        is_over()


if __name__ == "__main__":
    main()
