"""What is said when an experiment is refused: the first problems, and how many more there are."""

from simulator.errors import ScenarioError

__all__ = ["Refusal"]

#: Problems that are told; thousands of points may share one mistake.
SHOWN = 10


class Refusal(ScenarioError):
    """An experiment that cannot be played; carries every problem, and tells the first ten."""

    def __str__(self) -> str:
        more = len(self.problems) - SHOWN
        if more <= 0:
            return super().__str__()
        head = super().__str__().partition("\n")[0]
        lines = [f"  {problem}" for problem in self.problems[:SHOWN]]
        return "\n".join([head, *lines, f"  and {more:,} more"])
