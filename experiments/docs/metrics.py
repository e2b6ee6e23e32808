"""The page of metrics: what a sweep can measure."""

from experiments.docs.docstring import read
from experiments.docs.markdown import Page, prose, table
from experiments.runs import metrics

__all__ = ["page"]


def page() -> Page:
    """Return the page of metrics."""
    about = (
        "What a sweep can measure of a run, by name: in an [experiment file](experiment.md) or"
        " with `--metric`."
    )
    rows = [[f"`{metric.name}`", *_unit_and_meaning(metric)] for metric in metrics.METRICS]
    body = f"{table(['metric', 'unit', 'meaning'], rows)}\n\n{_rest()}"
    return Page("metrics.md", "Metrics", about, body)


def _unit_and_meaning(metric: metrics.Metric) -> tuple[str, str]:
    if metric.function is None:
        column = metrics.COLUMNS[metric.name]
        return column.unit, column.doc
    return "", _phrase(read(metric.function).summary)


def _phrase(sentence: str) -> str:
    return prose(sentence[:1].lower() + sentence[1:].rstrip("."))


def _rest() -> str:
    """Return what is said of all of them."""
    return prose(read(metrics).body.partition("\n\n")[2])
