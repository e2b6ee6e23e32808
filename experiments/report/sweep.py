"""The page of a sweep: what varied, what came of it in numbers and pictures, how to repeat it."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import tomli_w
from rich.console import Group
from rich.text import Text

from experiments.analysis import queries
from experiments.design.sampling import SAMPLING
from experiments.display.html import parted, rendered
from experiments.display.terminal import outline
from experiments.execution.replay import replayed_folder
from experiments.pages.status import experiment_page
from experiments.pages.sweep import counts, sensitivity_page, summary_page
from experiments.plots.sweep import SweepPlots
from experiments.report.document import Section, document
from experiments.report.figures import Wanted, pictures
from experiments.report.repeat import attached, commands
from experiments.report.run import page_of_run
from experiments.results import manifest
from simulator.errors import TradetalksError
from simulator.markup import element
from simulator.text import count, listing

if TYPE_CHECKING:
    from experiments.results.store import StoredResults

__all__ = ["page_of_results"]

#: What is drawn of each metric, and once.
OF_METRIC, ONCE = ("response", "heatmap", "sobol"), ("hazard", "matrix", "trust", "payoffs")
#: What takes values of axes that several points share.
OF_VALUES = ("response", "heatmap")
#: How many metrics are drawn.
MOST = 9


def page_of_results(results: "StoredResults") -> bytes:
    """Return the page of a sweep as the bytes of an HTML file.

    Parameters
    ----------
    results : Results
        What was played; the folder of a single run has the page of that run.
    """
    if not results.manifest:
        return page_of_run(replayed_folder(results))
    head, answers = parted(summary_page(results))
    title, line, *scope = head.renderables
    _, *design = experiment_page(results.experiment, results.manifest.get("set", {}))
    metrics = queries.metrics_of(results)
    found = [*rendered(Group(*scope, answers), 3), *_sensitivity(results, metrics)]
    sections = [
        Section("What was played", [*rendered(Group(*design), 3)]),
        Section("What came of it", found),
        Section("The sweep in pictures", [*_pictures(results, metrics)]),
        Section("How to repeat it", [*_repeat(results)]),
    ]
    return document(str(title), [*rendered(line), *rendered(Text(_counted(results)))], sections)


def _counted(results: "StoredResults") -> str:
    """Return how many runs there are, and how many of them failed."""
    found = counts(results)
    runs, failed = count(found["runs"], "run"), f"{found['failed']:,} failed"
    of = f" of {found['planned']:,} planned" if found["runs"] < found["planned"] else ""
    return f"{runs}{of}, {failed if found['failed'] else 'none failed'}."


def _sensitivity(results: "StoredResults", metrics: Sequence[str]) -> Iterator[Element]:
    """Give Sobol indices of each metric, of a design that has them."""
    if results.experiment.design != "saltelli":
        return
    for metric in metrics:
        try:
            found = queries.sensitivity_of(results, metric)
        except TradetalksError as error:
            yield element("p", str(error))
        else:
            yield from rendered(parted(sensitivity_page(results, found))[1], 3)


def _pictures(results: "StoredResults", metrics: Sequence[str]) -> Iterator[Element]:
    experiment = results.experiment
    drawn = experiment.design in SAMPLING
    kinds = [kind for kind in OF_METRIC if not (drawn and kind in OF_VALUES)]
    each = [Wanted(kind, {"metric": m}, m) for m in metrics[:MOST] for kind in kinds]
    yield from pictures(SweepPlots(results), [*each, *map(Wanted, ONCE)])
    if drawn:
        told = f"in a {experiment.design} design hardly two points share a value."
        yield element("p", f"Nor {listing(OF_VALUES)}: {told}", class_="dim")
    elif len(results.axes) > 1:
        told = "A picture in which an axis does not appear shows means over its values."
        yield element("p", told, class_="dim")
    if len(metrics) > MOST:
        told = f"Drawn are the first {MOST} of {len(metrics)} metrics."
        yield element("p", told, class_="dim")


def _repeat(results: "StoredResults") -> Iterator[Element]:
    kept = results.manifest
    known = {key: value for key, value in kept.items() if isinstance(value, str | int)}
    yield from rendered(outline((key, str(value)) for key, value in known.items()))
    yield element("p", "Save the experiment below as experiment.toml, and play it again:")
    yield commands(
        [
            "tradetalks sweep experiment.toml --out again",
            "tradetalks report again -o report.html",
            "tradetalks report again --run 0 -o run.html",
        ]
    )
    yield attached("experiment.toml", _experiment(results), "The experiment, its scenario included")
    text = json.dumps(kept, indent=1, ensure_ascii=False, default=str)
    yield attached("manifest.json", text, "The manifest of the results")


def _experiment(results: "StoredResults") -> str:
    """Return the file that plays a sweep again."""
    return tomli_w.dumps(_without_none(manifest.data_of(results.manifest)))


def _without_none(value: Any) -> Any:
    """Return data without what TOML has no word for."""
    if isinstance(value, dict):
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    return [_without_none(one) for one in value] if isinstance(value, list) else value
