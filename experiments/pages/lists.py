"""Pages of what there is to play and to measure: shipped scenarios and experiments, metrics."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from agents.roster import ROSTER
from experiments.design.reader import load_experiment, shipped_experiments
from experiments.design.sampling import design_size
from experiments.display import wording
from experiments.display.terminal import heading, outline
from experiments.runs.metrics import COLUMNS, METRICS, Metric
from simulator.scenario import source
from simulator.scenario.scenario import Scenario, load
from simulator.text import count
from simulator.world.records import TABLES

__all__ = ["experiments_page", "metrics_data", "metrics_page", "scenarios_page"]

_ABOUT = (
    "Name what a sweep shall measure: tradetalks sweep ... --metric M. What a table tells can be"
    " asked for afterwards, too, if it was kept (--tables): tradetalks summarize DIR --metric M."
)


def scenarios_page() -> Group:
    """Return the page of shipped scenarios."""
    rows = []
    for name in source.shipped():
        loaded = load(name, ROSTER)
        countries = count(len(loaded.countries), "country", "countries")
        size = f"{countries}, {count(len(loaded.talks), 'talk')}, {count(loaded.weeks, 'week')}"
        rows.append((Text(name, style="bold"), f"{loaded.title or name} ({size})"))
    return Group(outline(rows, indent=0))


def experiments_page() -> Group:
    """Return the page of shipped experiments."""
    rows = []
    for name in shipped_experiments():
        experiment = load_experiment(name)
        points = design_size(experiment)
        runs = count(points * experiment.replications, "run")
        size = f"{experiment.scenario}, {count(points, 'point')}, {runs}"
        rows.append((Text(name, style="bold"), f"{experiment.title} ({size})"))
    return Group(outline(rows, indent=0))


def metrics_page(scenario: Scenario | None = None) -> Group:
    """Return the page of metrics; of a scenario, with the names of its countries and talks."""
    entries = metrics_data(scenario)
    known = {entry["table"] for entry in entries}
    sections = [table for table in (*TABLES, None) if table in known]
    return Group(Text(_ABOUT), *(b for table in sections for b in _section(table, entries)))


def _section(table: str | None, entries: Sequence[dict[str, Any]]) -> Iterator[RenderableType]:
    told = f"Told by the table {table}" if table else "Told by no table"
    yield heading("In every run" if table == "runs" else told)
    yield outline(
        (Text(entry["name"]), f"{entry['words']} ({entry['unit'] or 'number'})")
        for entry in entries
        if entry["table"] == table
    )


def metrics_data(scenario: Scenario | None = None) -> list[dict[str, Any]]:
    """Return the metrics as plain data: name, words, unit, and the table that tells of each.

    The table is ``runs`` where every run has the metric, and None where no table tells of it.
    """
    return [
        {"name": name, "words": words, "unit": metric.unit, "table": _table(metric)}
        for metric in METRICS
        for name, words in _names(metric, scenario)
    ]


def _names(metric: Metric, scenario: Scenario | None) -> Iterator[tuple[str, str]]:
    if scenario is None:
        kind = {"country": "a country", "talk": "a talk"}.get(metric.subject, "")
        yield metric.name, metric.words.format(kind)
        return
    called = wording.talk_name if metric.subject == "talk" else wording.name
    for name, key in metric.names(scenario).items():
        yield name, metric.words.format(called(scenario, key) if key else "")


def _table(metric: Metric) -> str | None:
    return "runs" if metric.name in COLUMNS else metric.table or None
