"""The page of pictures: every kind, with its options, from the methods that draw them."""

from experiments.cli.outputs import PICTURES
from experiments.docs.docstring import read
from experiments.docs.markdown import Page, pipe_table, prose
from experiments.plots.run import RunPlots
from experiments.plots.sweep import SweepPlots
from simulator.text import sentence_case

__all__ = ["page"]


def page() -> Page:
    """Return the page of pictures."""
    about = (
        "What `tradetalks plot` draws, to a file that ends in"
        f" {', '.join(f'`.{kind}`' for kind in PICTURES)}; in Python, methods of `run(...).plot`"
        " and of `open_results(...).plot`, which return a figure. All hang in the"
        " [gallery](../gallery/README.md)."
    )
    body = f"{_section('Of a run', RunPlots)}\n\n{_section('Of a sweep', SweepPlots)}"
    return Page("pictures.md", "Pictures", about, body)


def _section(title: str, plots: type[RunPlots] | type[SweepPlots]) -> str:
    rows = []
    for kind in plots.KINDS:
        said = read(getattr(plots, kind))
        options = [f"`--{i.name}`: {prose(i.text)}" for i in said.items("Parameters")]
        shown = said.summary.removeprefix("Return ")
        told = f"{sentence_case(shown)} {' '.join(said.body.split())}"
        rows.append([f"`{kind}`", prose(told.strip()), "<br>".join(options)])
    return f"## {title}\n\n{pipe_table(['kind', 'what it shows', 'options'], rows)}"
