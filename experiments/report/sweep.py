"""The page of a sweep: what varied, what came of it in numbers and pictures, how to repeat it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import tomli_w
from markupsafe import Markup
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
from experiments.report.document import Section, document, part
from experiments.report.figures import Picture, pictures
from experiments.report.repeat import attached
from experiments.report.run import run_report
from experiments.results import manifest
from experiments.results.store import StoredResults
from simulator.errors import TradetalksError
from simulator.text import count, listing

__all__ = ["sweep_report"]

#: What is drawn of each metric, and once.
OF_METRIC = ("response", "heatmap", "sobol")
ONCE = ("hazard", "matrix", "trust", "payoffs", "calibration")
#: What takes values of axes that several points share.
OF_VALUES = ("response", "heatmap")
#: How many metrics are drawn.
MOST = 9
#: What plays a sweep again, and tells of it.
COMMANDS = (
    "tradetalks sweep experiment.toml --out again",
    "tradetalks report again -o report.html",
    "tradetalks report again --run 0 -o run.html",
)


def sweep_report(results: StoredResults) -> bytes:
    """Return the page of a sweep, or of a folder's single run, as the bytes of an HTML file."""
    if not results.manifest:
        return run_report(replayed_folder(results))
    head, answers = parted(summary_page(results))
    title, line, *scope = head.renderables
    _, *design = experiment_page(results.experiment, results.manifest.get("set", {}))
    metrics = queries.metrics_of(results)
    findings = [rendered(Group(*scope, answers), 3), *_sensitivity(results, metrics)]
    sections = [
        Section("What was played", [rendered(Group(*design), 3)]),
        Section("What came of it", findings),
        Section("The sweep in pictures", [*_pictures(results, metrics)]),
        Section("How to repeat it", [*_repeat(results)]),
    ]
    return document(str(title), rendered(Group(line, Text(_counted(results)))), sections)


def _counted(results: StoredResults) -> str:
    """Return how many runs there are, and how many of them failed."""
    number = counts(results)
    runs, failed = count(number["runs"], "run"), f"{number['failed']:,} failed"
    of = f" of {number['planned']:,} planned" if number["runs"] < number["planned"] else ""
    return f"{runs}{of}, {failed if number['failed'] else 'none failed'}."


def _sensitivity(results: StoredResults, metrics: Sequence[str]) -> Iterator[Markup]:
    """Give Sobol indices of each metric, of a design that has them."""
    if results.experiment.design != "saltelli":
        return
    for metric in metrics:
        try:
            sensitivity = queries.sensitivity_of(results, metric)
        except TradetalksError as error:
            yield part("note", str(error))
        else:
            yield rendered(parted(sensitivity_page(results, sensitivity))[1], 3)


def _pictures(results: StoredResults, metrics: Sequence[str]) -> Iterator[Markup]:
    design = results.experiment.design
    sampled = design in SAMPLING
    kinds = [kind for kind in OF_METRIC if not (sampled and kind in OF_VALUES)]
    each = [Picture(kind, {"metric": m}, m) for m in metrics[:MOST] for kind in kinds]
    yield from pictures(SweepPlots(results), [*each, *map(Picture, ONCE)])
    if sampled:
        why = f"in a {design} design hardly two points share a value."
        yield part("remark", f"Nor {listing(OF_VALUES)}: {why}")
    elif len(results.axes) > 1:
        means = "A picture in which an axis does not appear shows means over its values."
        yield part("remark", means)
    if len(metrics) > MOST:
        yield part("remark", f"Drawn are the first {MOST} of {len(metrics)} metrics.")


def _repeat(results: StoredResults) -> Iterator[Markup]:
    facts = results.manifest.items()
    known = [(key, str(value)) for key, value in facts if isinstance(value, str | int)]
    yield rendered(outline(known))
    yield part("note", "Save the experiment below as experiment.toml, and play it again:")
    yield part("commands", COMMANDS)
    again = tomli_w.dumps(_without_none(manifest.data_of(results.manifest)))
    yield attached("experiment.toml", again, "The experiment, its scenario included")
    text = json.dumps(results.manifest, indent=1, ensure_ascii=False, default=str)
    yield attached("manifest.json", text, "The manifest of the results")


def _without_none(value: Any) -> Any:
    """Return data without what TOML has no word for."""
    if isinstance(value, dict):
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    return [_without_none(one) for one in value] if isinstance(value, list) else value
