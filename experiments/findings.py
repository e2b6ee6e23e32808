"""The former path of `experiments.analysis.queries`, which still works."""

from experiments.analysis.queries import (
    comparison_of,
    metrics_of,
    reach_of,
    sensitivity_of,
    shared_unit,
    summary_of,
    unit_of,
)

__all__ = [
    "comparison_of",
    "metrics_of",
    "reach_of",
    "sensitivity_of",
    "shared_unit",
    "summary_of",
    "unit_of",
]
