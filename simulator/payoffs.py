"""The former path of `simulator.negotiation.payoffs`, which still works."""

from simulator.negotiation.payoffs import (
    Preferences,
    Valuation,
    Vector,
    accrued,
    benchmark_penalty,
    disagreement,
    expected,
    interpolated,
    split,
)

__all__ = [
    "Preferences",
    "Valuation",
    "Vector",
    "accrued",
    "benchmark_penalty",
    "disagreement",
    "expected",
    "interpolated",
    "split",
]
