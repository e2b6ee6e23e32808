"""Figures of the trade model: equilibria, tariff wars, the Liberation Day model."""

from statistics import median

import numpy as np

from experiments.bench.clock import timed
from simulator.economy.armington import solve
from simulator.economy.balance import balance
from simulator.economy.economy import Economy
from simulator.economy.liberation import LiberationDay
from simulator.economy.strategic import nash_tariffs
from simulator.economy.trade import read_trade

__all__ = ["equilibria", "equilibrium", "liberation", "tariff_war"]


def equilibria(count: int = 10_000) -> tuple[str, str, str]:
    """Return the time per vector of tariffs of nine regions, many solved at once."""
    base = _nine_regions()
    rates = base.uniform(np.random.default_rng(0).uniform(0.0, 0.5, (count, 9)))
    start = solve(base, rates.mean(axis=0)).wage_hat
    seconds = median(timed(lambda: solve(base, rates, start=start)) for _ in range(3))
    what = f"equilibrium of nine regions, each of {count:,} vectors of tariffs at once"
    return what, f"{1e3 * seconds / count:.3f} ms", "0.2 ms"


def equilibrium(count: int = 300) -> tuple[str, str, str]:
    """Return the time of one equilibrium of nine regions, from the one before."""
    base = _nine_regions()
    vectors = base.uniform(np.random.default_rng(0).uniform(0.2, 0.3, (count, 9)))
    start = solve(base, vectors[0]).wage_hat
    seconds = median(timed(lambda v: solve(base, v, start=start), v) for v in vectors)
    return "equilibrium of nine regions, alone, from one nearby", f"{1e3 * seconds:.2f} ms", "1 ms"


def tariff_war(count: int = 20) -> tuple[str, str, str]:
    """Return the time of the Nash tariffs of nine regions, by iterated best responses."""
    base = _nine_regions()
    seconds = median(timed(nash_tariffs, base) for _ in range(count))
    return "Nash tariffs of nine regions", f"{1e3 * seconds:.1f} ms", "10 ms"


def liberation(regions: int = 194) -> tuple[str, str, str]:
    """Return the time of the Liberation Day model on a synthetic world of many countries."""
    rng = np.random.default_rng(0)
    gdp = np.exp(1.5 * rng.standard_normal(regions))
    flows = np.outer(gdp, gdp) * np.exp(rng.standard_normal((regions, regions)))
    flows *= (0.3 * gdp / flows.sum(axis=1))[:, None]
    base = LiberationDay([f"r{k}" for k in range(regions)], flows, gdp, "r0")
    rates = np.zeros((regions, regions))
    rates[1:, 0] = rng.uniform(0.1, 0.5, regions - 1)
    seconds = median(timed(lambda: base.solve(rates)) for _ in range(3))
    return f"Liberation Day model, {regions} countries", f"{seconds:.2f} s", "1 s"


def _nine_regions() -> Economy:
    return balance(read_trade().economy())
