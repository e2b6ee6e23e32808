"""The former path of `experiments.pages.tariffs`, which still works."""

from experiments.pages.tariffs import (
    Answer,
    nash_answer,
    optimal_answer,
    sustainable_answer,
    welfare_answer,
)

__all__ = ["Answer", "nash_answer", "optimal_answer", "sustainable_answer", "welfare_answer"]
