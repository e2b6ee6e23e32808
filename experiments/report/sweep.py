"""The page of a sweep: what varied, what came of it in numbers and pictures, how to repeat it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import tomli_w
from markupsafe import Markup
from rich.console import Group
from rich.text import Text

from experiments.analysis import queries
from experiments.analysis.effects import Effect, effects_of
from experiments.design.sampling import SAMPLING
from experiments.display.html import parted, rendered
from experiments.display.terminal import outline
from experiments.execution.replay import replayed_folder
from experiments.pages.effects import effects_page
from experiments.pages.status import experiment_page
from experiments.pages.sweep import counts, sensitivity_page, summary_page
from experiments.plots.labels import axis_label, metric_label
from experiments.plots.sweep import SweepPlots
from experiments.report.document import Section, document, part, without_paths
from experiments.report.figures import Gallery, Picture, pictures
from experiments.report.repeat import attached
from experiments.report.run import run_report
from experiments.results import manifest
from experiments.results.store import StoredResults
from simulator.errors import TradetalksError
from simulator.text import count, listing, sentence_case

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
    metrics = queries.metrics_of(results)
    titles = _titles(results)
    effects = effects_of(results)
    head, answers = parted(summary_page(results, titles=titles))
    _, line, *scope = head.renderables
    assigned = results.manifest.get("set", {})
    _, *design = experiment_page(results.experiment, assigned, titles)
    findings = [rendered(Group(*scope, answers), 3), *_sensitivity(results, metrics)]
    varied = _clearest_first(results, effects)
    gallery = _pictures(results, varied, titles)
    drawn = [*gallery.figures[1:], *gallery.left_out, *_remarks(results, varied, titles)]
    sections = [
        Section("What was played", [rendered(Group(*design), 3)]),
        Section("What came of it", [*map(without_paths, findings)]),
        Section("The sweep in pictures", [*map(without_paths, drawn)]),
        Section("How to repeat it", [*_repeat(results)]),
    ]
    lead = rendered(Group(line, Text(_counted(results))))
    told, tables = map(rendered, parted(effects_page(effects, titles)))
    answer = [told, *gallery.figures[:1], tables]
    return document(_title(results), lead, answer, sections)


def _title(results: StoredResults) -> str:
    """Return what a sweep is called; without a title of its own, what it plays."""
    experiment = results.experiment
    played = experiment.base.title if experiment.model is None else ""
    return experiment.title or played or experiment.name


def _titles(results: StoredResults) -> dict[str, str]:
    """Return what axes, values set and metrics are called; the user's own keep their names."""
    experiment = results.experiment
    if experiment.model is not None:
        return {}
    paths = {path: [path] for path in results.manifest.get("set", {})}
    paths |= {axis.path: list(axis.paths) for axis in experiment.axes}
    named = {name: axis_label(experiment.base, several) for name, several in paths.items()}
    return named | {metric: metric_label(experiment.base, metric) for metric in results.outcomes}


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


def _pictures(results: StoredResults, metrics: Sequence[str], titles: Mapping[str, str]) -> Gallery:
    """Return what is drawn of the metrics, in their order, and once."""
    design = results.experiment.design
    kinds = [kind for kind in OF_METRIC if not (design in SAMPLING and kind in OF_VALUES)]
    each = [
        Picture(kind, {"metric": metric}, sentence_case(titles.get(metric, metric)))
        for metric in metrics[:MOST]
        for kind in kinds
    ]
    return pictures(SweepPlots(results), [*each, *map(Picture, ONCE)])


def _clearest_first(results: StoredResults, effects: Sequence[Effect]) -> list[str]:
    """Return the metrics that differ among runs, those first that the first axis changes most."""
    metrics = list(effects[0].table["metric"]) if effects else queries.metrics_of(results)
    return [metric for metric in metrics if results.runs[metric].nunique(dropna=False) > 1]


def _remarks(
    results: StoredResults, drawn: Sequence[str], titles: Mapping[str, str]
) -> Iterator[Markup]:
    """Say what the pictures leave out."""
    design = results.experiment.design
    if design in SAMPLING:
        why = f"in a {design} design hardly two points share a value."
        yield part("remark", f"Nor {listing(OF_VALUES)}: {why}")
    elif len(results.axes) > 1:
        means = "A picture in which an axis does not appear shows means over its values."
        yield part("remark", means)
    if same := [titles.get(m, m) for m in queries.metrics_of(results) if m not in drawn]:
        yield part("remark", f"The same in all runs, and not drawn: {listing(same)}.")
    if len(drawn) > MOST:
        yield part("remark", f"Drawn are the first {MOST} of {len(drawn)} metrics.")


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
