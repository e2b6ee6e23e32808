"""The page of metrics: what a sweep can measure."""

from experiments.docs.docstring import read
from experiments.docs.markdown import Page, pipe_table, prose
from experiments.runs import metrics

__all__ = ["page"]


def page() -> Page:
    """Return the page of metrics."""
    about = (
        "What a sweep can measure of a run, by name: in an [experiment file](experiment.md) or"
        " with `--metric`."
    )
    rows = [[f"`{metric.name}`", *_unit_and_meaning(metric)] for metric in metrics.METRICS]
    rest = prose(read(metrics).body.partition("\n\n")[2])  # what is said of all of them
    body = f"{pipe_table(['metric', 'unit', 'meaning'], rows)}\n\n{rest}"
    return Page("metrics.md", "Metrics", about, body)


def _unit_and_meaning(metric: metrics.Metric) -> tuple[str, str]:
    if metric.function is None:
        column = metrics.COLUMNS[metric.name]
        return column.unit, column.doc
    sentence = read(metric.function).summary
    return "", prose(sentence[:1].lower() + sentence[1:].rstrip("."))
