"""The page of histories: what came of one scenario with several seeds, a row each."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from experiments.display.numbers import NONE, decimals, number_text
from experiments.display.terminal import table
from experiments.runs.histories import Histories, history_metrics
from experiments.runs.typical import typical_metrics
from simulator.text import count, listing

__all__ = ["histories_data", "histories_page"]

#: Characters of a line of the table, of its first column at least, and between columns.
WIDTH, SEED, APART = 80, 6, 3
_ABOUT = (
    "Trust is the lowest among partners in talks, at the start or in any week; payoffs are"
    " weighted, US$ bn over the run. The median is of the seeds that have a value; the share says"
    " in how many a deal was signed, or a term broken, counted at every review."
)


def histories_page(found: Histories, again: str) -> Group:
    """Return the page of ``tradetalks run --seeds``: a row per seed, then medians and shares.

    `again` is the command that plays one of them, without its seed.
    """
    scenario, seeds = found.scenario, list(found.rows)
    weeks, number = count(scenario.weeks, "week"), f"{len(seeds):,} seeds from {seeds[0]} to"
    played = (
        f"{number} {seeds[-1]}, {weeks} each" if len(seeds) > 1 else f"seed {seeds[0]}, {weeks}"
    )
    return Group(
        Text(scenario.title or scenario.name, style="bold"),
        Text(f"{scenario.name}, {played}."),
        *(block for part in _parts(found) for block in _part(found, part)),
        Text(f"\n{_ABOUT}\n{_all_the_same(found) if found.same else _nearest(found)}:"),
        Text(f"{again} --seed {found.typical}"),
    )


def _all_the_same(found: Histories) -> str:
    """Say why every seed tells one history, and which values would bring chance in."""
    country = next(iter(found.scenario.countries))
    return (
        f"All {len(found.rows):,} histories are the same: nothing in the scenario is drawn by"
        " chance, or nothing that is drawn changes anything here. To bring chance in, set for"
        " example valuation_sd=0.15, what issues are worth, or"
        f" countries.{country}.compliance=volatile:probability=0.1, whether {country} breaks its"
        " word. The history"
    )


def _nearest(found: Histories) -> str:
    names = typical_metrics(found.scenario)[: -len(found.scenario.countries)]
    conduct = [name.replace("_", " ") for name in names]
    return f"Nearest to the medians of {listing([*conduct, 'the payoffs'])}"


class _Column(NamedTuple):
    """A metric as a column: its head, and how its values are written."""

    metric: str
    head: str
    written: Callable[[float], str]


def _parts(found: Histories) -> list[Sequence[_Column]]:
    """Return the columns in as many tables as it takes: of all, or of outcomes and of payoffs."""
    columns, payoffs = _columns(found), len(found.scenario.countries)
    if _width(found, columns) <= WIDTH:
        return [columns]
    return [*_split(found, columns[:-payoffs]), *_split(found, columns[-payoffs:])]


def _split(found: Histories, columns: Sequence[_Column]) -> list[Sequence[_Column]]:
    """Return columns in the fewest tables that fit, with about as many in each."""
    for tables in range(1, len(columns) + 1):
        size = -(-len(columns) // tables)
        parts = [columns[k : k + size] for k in range(0, len(columns), size)]
        if all(_width(found, part) <= WIDTH for part in parts):
            break
    return parts


def _width(found: Histories, columns: Sequence[_Column]) -> int:
    """Return how many characters a line of the table of some columns takes."""
    width = max(SEED, *(len(str(seed)) for seed in found.rows))
    for column in columns:
        values = [*(row[column.metric] for row in found.rows.values()), found.median(column.metric)]
        cells = [*column.head.splitlines(), *map(column.written, values)]
        width += APART + max(map(len, cells))
    return width


def _columns(found: Histories) -> list[_Column]:
    scenario = found.scenario
    *outcomes, broken, trust = history_metrics(scenario)[: -len(scenario.countries)]
    payoffs = history_metrics(scenario)[-len(scenario.countries) :]
    places = decimals(value for metric in payoffs for value in found.values(metric))
    talks = (key for key, talk in scenario.talks.items() if talk.open)
    return [
        *(_Column(m, f"{key}\nsigned in", _week) for m, key in zip(outcomes, talks, strict=True)),
        _Column(broken, "terms\nbroken", _week),
        _Column(trust, "lowest\ntrust", lambda value: number_text(value, 2)),
        *(
            _Column(m, f"payoff\n{key}", lambda value: number_text(value, places))
            for m, key in zip(payoffs, scenario.countries, strict=True)
        ),
    ]


def _week(value: float) -> str:
    return NONE if math.isnan(value) else f"{value:g}"


def _part(found: Histories, columns: Sequence[_Column]) -> Iterator[RenderableType]:
    """Give a table of some columns: a row per seed, medians, and shares where there are any."""
    rows = [
        [str(seed), *(column.written(row[column.metric]) for column in columns)]
        for seed, row in found.rows.items()
    ]
    rows.append(["median", *(column.written(found.median(column.metric)) for column in columns)])
    shares = [found.share(column.metric) for column in columns]
    if not all(map(math.isnan, shares)):
        rows.append(["share", *("" if math.isnan(s) else f"{s:.0%}" for s in shares)])
    yield Text("")
    yield table(["seed", *(column.head for column in columns)], rows, numbers=len(columns))


def histories_data(found: Histories) -> dict[str, Any]:
    """Return what the page shows as plain data, None where there is no number."""
    metrics = history_metrics(found.scenario)
    return {
        "scenario": found.scenario.name,
        "weeks": found.scenario.weeks,
        "seeds": [{"seed": seed, **_plain(row)} for seed, row in found.rows.items()],
        "median": _plain({metric: found.median(metric) for metric in metrics}),
        "typical": found.typical,
        "same": found.same,
        "share": _plain({metric: found.share(metric) for metric in metrics}),
    }


def _plain(row: Mapping[str, float]) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in row.items()}
