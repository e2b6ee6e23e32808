"""The page of metrics: what a sweep can measure."""

from experiments.docs.docstring import read
from experiments.docs.markdown import Page, prose, table
from experiments.runs import metrics
from simulator.world.records import TABLES

__all__ = ["page"]


def page() -> Page:
    """Return the page of metrics."""
    about = (
        "What a sweep can measure of a run, by name: in an [experiment file](experiment.md) or"
        " with `--metric`."
    )
    rows = [
        *([f"`{c.name}`", c.unit, c.doc] for c in TABLES["runs"] if _is_metric(c.name, c.type)),
        *([f"`{name}`", "", _phrase(read(f).summary)] for name, f in metrics.METRICS.items()),
    ]
    body = f"{table(['metric', 'unit', 'meaning'], rows)}\n\n{_rest()}"
    return Page("metrics.md", "Metrics", about, body)


def _is_metric(name: str, kind: str) -> bool:
    return kind in {"int", "float"} and name not in metrics.NO_OUTCOME


def _phrase(sentence: str) -> str:
    return prose(sentence[:1].lower() + sentence[1:].rstrip("."))


def _rest() -> str:
    """Return what is said of all of them."""
    return prose(read(metrics).body.partition("\n\n")[2])
