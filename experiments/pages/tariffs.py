"""Answers of trade economics: figures for programs, a table for people, a chart of bars."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from rich.console import Group
from rich.text import Text

from experiments.display.terminal import heading, table
from experiments.plots.bars import bars_figure
from simulator.economy.armington import solve
from simulator.economy.balance import balance
from simulator.economy.economy import Economy
from simulator.economy.liberation import LiberationDay
from simulator.economy.strategic import (
    best_tariffs,
    formula_tariffs,
    nash_tariffs,
    one_step_nash,
)
from simulator.economy.sustainable import critical_discount, lowest_common_tariff
from simulator.economy.trade import Trade

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.console import RenderableType

__all__ = ["Answer", "nash_answer", "optimal_answer", "sustainable_answer", "welfare_answer"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """An answer in three forms.

    Parameters
    ----------
    title : str
        What it is about.
    data : dict
        Data for JSON: ``regions``, and lists in their order.
    columns : sequence of (str, str, float)
        Columns of the table: key in `data`, head, and the factor that turns a value into the unit
        of the head; the first is drawn.
    more : renderable, optional
        What follows the table.
    """

    title: str
    data: dict[str, Any]
    columns: Sequence[tuple[str, str, float]]
    more: "RenderableType | None" = None

    def page(self) -> "RenderableType":
        """Return the answer as a page."""
        keys = [(key, factor) for key, _, factor in self.columns if key in self.data]
        heads = [head for key, head, _ in self.columns if key in self.data]
        rows = [
            [name, *(_number(self.data[key][k], factor) for key, factor in keys)]
            for k, name in enumerate(self.data["regions"])
        ]
        whole = table(["region", *heads], rows, numbers=len(heads))
        more = [] if self.more is None else [self.more]
        return Group(heading(self.title), Text(""), whole, *more)

    def figure(self) -> "Figure":
        """Return a bar chart of the first column."""
        key, head, factor = self.columns[0]
        values = [math.nan if x is None else factor * x for x in self.data[key]]
        return bars_figure(self.data["regions"], values, head, self.title)


def welfare_answer(
    trade: Trade,
    tariffs: Floats,
    *,
    answer: Floats | None = None,
    partners_of: Sequence[str] = (),
    model: str = "armington",
    balanced: bool = False,
    lump_sum: bool = False,
    elasticity: ArrayLike = 4.0,
    home: str = "",
) -> Answer:
    """Return the effects of tariffs on each region, and on its trade with each partner.

    Parameters
    ----------
    trade : Trade
        Flows and GDP; no tariffs are in force.
    tariffs : array of shape (N, N), or (S, N, N) if trade is by sector
        New tariffs, exporter by importer, as fractions; infinite for an embargo.
    answer : array like `tariffs`, optional
        Tariffs by which others answer, on top of these.
    partners_of : sequence of str
        Regions whose trade the page shows by partner; by default the one that has new tariffs, if
        it is one. The data have all.
    model : str
        ``armington`` or ``liberation-day``.
    balanced : bool
        Whether deficits are removed first, by the former model in both cases.
    lump_sum, home : bool, str
        Whether revenue is handed out as a lump sum, and the home region, in the latter model.
    elasticity : float or array of shape (S,)
        Of trade, above 0.
    """
    effects: Callable[[Floats], dict[str, Any]]
    if model == "armington":
        base = trade.economy(elasticity)
        effects = partial(_armington, balance(base) if balanced else base)
    else:
        year = _base_year(trade, elasticity, home, balanced)
        effects = partial(_liberation_day, year, lump_sum)
    found = effects(tariffs if answer is None else tariffs + answer)
    found["welfare_bn"] = _times(found["welfare_pct"], trade.gdp / 100.0)
    if answer is not None:
        found["unanswered_pct"] = effects(tariffs)["welfare_pct"]
    data = {"regions": list(trade.regions), **found}
    names = partners_of or _those_who_tax(trade.regions, tariffs)
    alone = "" if answer is None else "Alone: welfare without the answer. "
    more = Group(
        Text(
            f"{alone}Welfare bn: the per cent times GDP. Other amounts: US$ in which "
            f"{_DOLLAR[model]}.",
            style="dim",
        ),
        *_trade(data),
        *(part for name in names for part in _partners(data, name)),
    )
    kind = f"{model}{', balanced trade' if balanced else ''}{', answered' * (answer is not None)}"
    return Answer(f"What the tariffs come to, {kind}", data, _WELFARE, more)


def optimal_answer(trade: Trade, elasticity: ArrayLike) -> Answer:
    """Return each region's best tariff if no other region has any, and its gain.

    Parameters
    ----------
    trade : Trade
        Flows and GDP.
    elasticity : float or array of shape (S,)
        Of trade, above 0.
    """
    base = balance(trade.economy(elasticity))
    best = best_tariffs(base)
    alone = solve(base, base.uniform(np.diag(best)))
    data = {
        "regions": list(base.regions),
        "tariff": best.tolist(),
        # The formulas are for one sector.
        **({} if trade.sectors else {"formula": formula_tariffs(base).tolist()}),
        "welfare_pct": np.diagonal(alone.welfare_pct).tolist(),
    }
    columns = (
        ("tariff", "best tariff %", 100.0),
        ("formula", "by formula %", 100.0),
        ("welfare_pct", "own welfare %", 1.0),
    )
    return Answer("The best tariff of each region alone, balanced trade", data, columns)


def nash_answer(trade: Trade, elasticity: ArrayLike) -> Answer:
    """Return the tariffs that are best responses to each other, and what they cost.

    Parameters
    ----------
    trade : Trade
        Flows and GDP.
    elasticity : float or array of shape (S,)
        Of trade, above 0.
    """
    base = balance(trade.economy(elasticity))
    best = nash_tariffs(base)
    data = {
        "regions": list(base.regions),
        "tariff": best.tolist(),
        **({} if trade.sectors else {"one_step": one_step_nash(base).tolist()}),
        "welfare_pct": solve(base, base.uniform(best)).welfare_pct.tolist(),
    }
    columns = (
        ("tariff", "Nash tariff %", 100.0),
        ("one_step", "in one step %", 100.0),
        ("welfare_pct", "welfare %", 1.0),
    )
    return Answer("Tariffs that answer each other, balanced trade", data, columns)


def sustainable_answer(
    trade: Trade, elasticity: ArrayLike, discount: Sequence[float], trust: Sequence[float]
) -> Answer:
    """Return which common tariffs enforce themselves, and how patient free trade needs each to be.

    Parameters
    ----------
    trade : Trade
        Flows and GDP.
    elasticity : float or array of shape (S,)
        Of trade, above 0.
    discount, trust : sequence of float
        In [0, 1]; the tariffs are a list per discount factor with an entry per trust.
    """
    base = balance(trade.economy(elasticity))
    lowest = lowest_common_tariff(base, np.array(discount)[:, None], np.array(trust))
    data = {
        "regions": list(base.regions),
        "critical_discount": _finite_list(critical_discount(base)),
        "discount": list(discount),
        "trust": list(trust),
        "tariff": [_finite_list(row) for row in lowest],
    }
    title = "Discount factor from which on free trade enforces itself"
    more = Group(heading("Lowest common tariff that enforces itself, %"), Text(""), _grid(data))
    return Answer(title, data, (("critical_discount", "discount factor", 1.0),), more)


# -- steps -------------------------------------------------------------------------------------

_WELFARE = (
    ("welfare_pct", "welfare %", 1.0),
    ("unanswered_pct", "alone %", 1.0),
    ("welfare_bn", "welfare bn", 1.0),
    ("revenue", "revenue bn", 1.0),
    ("wage_hat", "wage, new/old", 1.0),
    ("price_pct", "prices %", 1.0),
    ("employment_pct", "labour %", 1.0),
)
#: What a dollar is after the tariffs, in each model: its numeraire.
_DOLLAR = {
    "armington": "the world's income from sales is what it was",
    "liberation-day": "prices, weighted by old spending, are on average what they were",
}


def _armington(base: Economy, tariffs: Floats) -> dict[str, Any]:
    equilibrium = solve(base, tariffs)
    prices = equilibrium.wage_hat[:, None] * _mean_markup(base, tariffs)
    return {
        "welfare_pct": _finite_list(equilibrium.welfare_pct),
        "revenue": _finite_list(equilibrium.revenue),
        "wage_hat": equilibrium.wage_hat.tolist(),
        "price_pct": _finite_list(100.0 * (equilibrium.price_hat - 1.0)),
        **_flows(base.flows, equilibrium.flows),
        "import_price_pct": [_finite_list(100.0 * (row - 1.0)) for row in prices],
    }


def _mean_markup(base: Economy, tariffs: Floats) -> Floats:
    """Return by how much tariffs raise what importers pay for each exporter's goods, (N, N).

    By sector it is the mean, weighted by old trade.
    """
    markup = (1.0 + tariffs) / (1.0 + base.tariffs)
    if base.flows.ndim == 2:
        return markup
    weights = base.flows / np.maximum(base.flows.sum(axis=0), np.finfo(float).tiny)
    return np.asarray(np.where(weights > 0.0, weights * markup, 0.0).sum(axis=0))


def _liberation_day(base: LiberationDay, lump_sum: bool, tariffs: Floats) -> dict[str, Any]:
    equilibrium = base.solve(tariffs, lump_sum=lump_sum)
    return {
        "welfare_pct": equilibrium.welfare_pct.tolist(),
        "revenue": equilibrium.revenue.tolist(),
        "wage_hat": equilibrium.wage_hat.tolist(),
        "price_pct": (100.0 * (equilibrium.price_hat - 1.0)).tolist(),
        "employment_pct": (100.0 * (equilibrium.employment_hat - 1.0)).tolist(),
        "deficit_pct": _finite_list(equilibrium.deficit_pct),
        **_flows(base.flows, equilibrium.flows),
    }


def _flows(before: Floats, after: Floats) -> dict[str, Any]:
    """Return trade, all sectors together, exporter by importer, before and after."""
    old, new = (flows.reshape(-1, *flows.shape[-2:]).sum(axis=0) for flows in (before, after))
    return {"flows_before": old.tolist(), "flows": new.tolist()}


def _those_who_tax(regions: Sequence[str], tariffs: Floats) -> list[str]:
    """Return the region that has new tariffs, none if there are several."""
    taxing = np.abs(tariffs).reshape(-1, len(regions)).max(axis=0) > 0.0
    return [regions[int(taxing.argmax())]] if taxing.sum() == 1 else []


# -- trade by partner --------------------------------------------------------------------------


def _trade(data: dict[str, Any]) -> "Iterator[RenderableType]":
    """Give what each region sells and buys abroad, before and after."""
    old, new = (_abroad(data[key]) for key in ("flows_before", "flows"))
    sold, bought = (
        list(zip(old.sum(axis=axis), new.sum(axis=axis), strict=True)) for axis in (1, 0)
    )
    deficits = data.get("deficit_pct")
    rows = [
        [
            name,
            *_course(*sold[k]),
            *_course(*bought[k]),
            *([] if deficits is None else [_number(deficits[k], 1.0)]),
        ]
        for k, name in enumerate(data["regions"])
    ]
    last = [] if deficits is None else ["deficit %"]
    head = ["region", "exports", "after", "%", "imports", "after", "%", *last]
    yield heading("Exports and imports, US$ bn without tariffs")
    yield Text("")
    yield table(head, rows, numbers=len(head) - 1)


def _partners(data: dict[str, Any], region: str) -> "Iterator[RenderableType]":
    """Give a region's trade with each partner, and what it pays for that one's goods."""
    names = data["regions"]
    k = names.index(region)
    old, new = data["flows_before"], data["flows"]
    prices = data.get("import_price_pct")
    rows = [
        [
            name,
            *_course(old[k][j], new[k][j]),
            *_course(old[j][k], new[j][k]),
            *([] if prices is None else [_number(prices[j][k], 1.0)]),
        ]
        for j, name in enumerate(names)
        if j != k
    ]
    paid = [] if prices is None else ["price %"]
    head = ["partner", "exports to", "after", "%", "imports from", "after", "%", *paid]
    yield heading(f"{region} by partner, US$ bn without tariffs")
    yield Text("")
    yield table(head, rows, numbers=len(head) - 1)
    if paid:
        told = f"price: what {region} pays for the partner's goods, tariffs included"
        yield Text(told, style="dim")


def _abroad(flows: list[list[float]]) -> Floats:
    trade = np.array(flows)
    np.fill_diagonal(trade, 0.0)
    return trade


def _course(before: float, after: float) -> list[str]:
    """Return a flow before and after, and by how much per cent it changed."""
    change = "-"
    if before > 0.0:
        change = f"{round(100.0 * (after / before - 1.0), 1) + 0.0:.1f}"
    return [f"{before:,.1f}", f"{after:,.1f}", change]


# -- other answers -----------------------------------------------------------------------------


def _base_year(trade: Trade, elasticity: ArrayLike, home: str, balanced: bool) -> LiberationDay:
    if balanced and not trade.sectors:
        purged = balance(trade.economy(elasticity))
        given = np.where(trade.given > 0.0, np.diagonal(purged.flows), 0.0)
        between = purged.flows - np.diag(np.diagonal(purged.flows))
        trade = replace(trade, flows=between + np.diag(given), gdp=purged.income)
    return trade.liberation_day(home, elasticity)


def _times(values: Sequence[float | None], factors: Floats) -> list[float | None]:
    return [None if x is None else x * float(f) for x, f in zip(values, factors, strict=True)]


def _finite_list(values: Floats) -> list[float | None]:
    """Return the values as a list, None for NaN and infinity."""
    return [float(x) if math.isfinite(x) else None for x in values]


def _grid(data: dict[str, Any]) -> "RenderableType":
    rows = [
        [f"{factor:g}", *(_number(tariff, 100.0) for tariff in row)]
        for factor, row in zip(data["discount"], data["tariff"], strict=True)
    ]
    heads = [f"trust {trust:g}" for trust in data["trust"]]
    return table(["discount factor", *heads], rows, numbers=len(heads))


def _number(value: float | None, factor: float) -> str:
    return "-" if value is None else f"{factor * value:.3f}"
