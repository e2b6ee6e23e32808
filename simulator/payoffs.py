"""The former path of `simulator.negotiation.payoffs`, which still works."""

from simulator.negotiation.payoffs import (
    Preferences,
    Valuation,
    benchmark_penalty,
    expected,
    interpolated,
    split,
)

__all__ = ["Preferences", "Valuation", "benchmark_penalty", "expected", "interpolated", "split"]
