"""The hazard of agreement: how likely a talk without a deal is to get one, week by week."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from experiments.analysis.intervals import wilson
from experiments.plots.style import dress, empty, weeks

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["hazard", "hazards"]

Floats = NDArray[np.float64]


def hazards(
    first: Sequence[float] | Floats, horizon: int, confidence: float = 0.95
) -> "pd.DataFrame":
    """Return the hazard of a first agreement by week, with Wilson intervals.

    Parameters
    ----------
    first : array_like of float
        Week of the first signing of each run, NaN if there was none.
    horizon : int
        Weeks played.
    confidence : float
        Of the intervals, in (0, 1).

    Returns
    -------
    DataFrame
        ``week``; ``at_risk``, the runs without a deal before it; ``signed``, how many of these
        signed in it; ``hazard``, the share, with ``low`` and ``high``: NaN if none is at risk.
    """
    import pandas as pd

    first_weeks = np.asarray(first, dtype=float)
    week = np.arange(horizon)
    signed = np.array([(first_weeks == w).sum() for w in week], dtype=float)
    at_risk = len(first_weeks) - np.concatenate([[0.0], np.cumsum(signed)[:-1]])[:horizon]
    share = signed / np.where(at_risk > 0, at_risk, np.nan)
    low, high = wilson(share, at_risk, confidence)
    counts = {"week": week, "at_risk": at_risk.astype(int), "signed": signed.astype(int)}
    return pd.DataFrame({**counts, "hazard": share, "low": low, "high": high})


def hazard(
    table: "pd.DataFrame",
    ax: "Axes",
    deadlines: Sequence[float] = (),
    title: str = "",
    start: datetime.date | None = None,
) -> "Axes":
    """Return axes with the hazard of agreement by week, up to the last, with deadlines marked.

    Parameters
    ----------
    table : DataFrame
        What `hazards` returns for one talk.
    ax : Axes
        Where to draw.
    deadlines : sequence of float
        Weeks in which the talk's first deadline may fall.
    title : str
        The talk, and the point of the sweep.
    start : date, optional
        The first day of week 0.
    """
    at_risk = table[table["at_risk"] > 0]
    ax.bar(at_risk["week"] + 0.5, 100 * at_risk["hazard"], width=0.9, color="#56B4E9", ec="white",
           lw=0.4, label="chance of a first deal")  # fmt: skip
    signed = at_risk[at_risk["signed"] > 0]
    ax.vlines(signed["week"] + 0.5, 100 * signed["low"], 100 * signed["high"], color="0.15", lw=1.1,
              label="95 % interval")  # fmt: skip
    for k, deadline in enumerate(deadlines):
        ax.axvline(deadline, color="#D55E00", ls="--", lw=1.6, label=None if k else "deadline")
    ax.set_ylim(0, 105)
    ax.set_ylabel("first deal in the week\n(% of runs without)")
    ends = [*signed["week"], *deadlines]
    ax.set_xlim(0, max(ends, default=0) + 4)
    dress(weeks(ax, start), title)
    return ax if len(signed) else empty(ax, "no deal was signed")
