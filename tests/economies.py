"""What tests of trade economics share: known answers, the nine regions, economies at random."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from simulator.economy.economy import Economy

__all__ = ["ORACLE", "economies", "named", "shocked", "tariffs_for"]

Floats = NDArray[np.float64]

ORACLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "oracles" / "economy.json").read_text()
)


def named(values: dict[str, float], regions: tuple[str, ...]) -> Floats:
    """Return known values by region, NaN for a region without one."""
    return np.array([values.get(name, np.nan) for name in regions])


@st.composite
def economies(draw: st.DrawFn, *, sectors: int = 3, least: int = 2, most: int = 4) -> Economy:
    """Economies of a few regions and up to so many sectors, with tariffs and deficits.

    Parameters
    ----------
    sectors : int
        The most sectors; at 0 an economy without an axis of sectors.
    least, most : int
        How many regions.
    """
    count = draw(st.integers(least, most))
    shape = (draw(st.integers(1, sectors)), count, count) if sectors else (count, count)
    flows = draw(arrays(float, shape, elements=st.floats(0.0, 10.0)))
    domestic = draw(arrays(float, (*shape[:-2], count), elements=st.floats(40.0, 200.0)))
    elasticity = draw(arrays(float, shape[:-2], elements=st.floats(0.5, 8.0)))
    rates = draw(tariffs_for(shape, 0.5))
    own = np.eye(count)
    # Whoever imports exports: each sells to the next, so that trade can be balanced.
    whole = np.where(own > 0.0, domestic[..., None, :], flows + np.roll(own, 1, axis=1))
    return Economy([f"r{k}" for k in range(count)], whole, elasticity, rates)


@st.composite
def tariffs_for(draw: st.DrawFn, shape: tuple[int, ...], most: float = 2.0) -> Floats:
    """Tariffs of a shape, subsidies of up to a fifth among them.

    Parameters
    ----------
    shape : tuple of int
        That of the flows.
    most : float
        The highest tariff.
    """
    rates = draw(arrays(float, shape, elements=st.floats(-0.2, most)))
    return np.where(np.eye(shape[-1], dtype=bool), 0.0, rates)


@st.composite
def shocked(draw: st.DrawFn, /, **wanted: int) -> tuple[Economy, Floats]:
    """Economies, and other tariffs for them."""
    economy = draw(economies(**wanted))
    return economy, draw(tariffs_for(economy.flows.shape))
