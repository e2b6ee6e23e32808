"""The hazard of agreement: how likely a talk that has no deal yet gets one, week by week."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from experiments.analysis.intervals import quantile
from experiments.plots.style import dress, empty, weeks

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["hazard", "hazards"]

Floats = NDArray[np.float64]


def hazards(
    first: Sequence[float] | Floats, horizon: int, confidence: float = 0.95
) -> "pd.DataFrame":
    """Return the hazard of a first agreement by week, with Wilson intervals [1]_.

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
        ``week``; ``at_risk``, the runs without a deal before it; ``signed`` of them in it;
        ``hazard``, the share, with ``low`` and ``high``: NaN where nobody is at risk.

    References
    ----------
    .. [1] Wilson 1927, "Probable inference, the law of succession, and statistical inference",
       Journal of the American Statistical Association 22, 209-212.
    """
    import pandas as pd

    found = np.asarray(first, dtype=float)
    week = np.arange(horizon)
    signed = np.array([(found == w).sum() for w in week], dtype=float)
    at_risk = len(found) - np.concatenate([[0.0], np.cumsum(signed)[:-1]])[:horizon]
    n = np.where(at_risk > 0, at_risk, np.nan)
    share, z = signed / n, float(quantile(np.inf, confidence))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    counts = {"week": week, "at_risk": at_risk.astype(int), "signed": signed.astype(int)}
    # Without rounding, an end at 0 or 1 is there exactly.
    low, high = np.maximum(middle - reach, 0.0), np.minimum(middle + reach, 1.0)
    return pd.DataFrame({**counts, "hazard": share, "low": low, "high": high})


def hazard(
    table: "pd.DataFrame",
    ax: "Axes",
    deadlines: Sequence[float] = (),
    title: str = "",
    start: datetime.date | None = None,
) -> "Axes":
    """Return axes with the hazard of agreement by week, deadlines marked, up to the last agreement.

    Parameters
    ----------
    table : DataFrame
        Of one talk: what `hazards` returns.
    ax : Axes
        Where to draw.
    deadlines : sequence of float
        Weeks in which the talk's first deadline may fall.
    title : str
        Which talk, at which point.
    start : date, optional
        The first day of week 0.
    """
    seen = table[table["at_risk"] > 0]
    ax.bar(seen["week"] + 0.5, 100 * seen["hazard"], width=0.9, color="#56B4E9", ec="white",
           lw=0.4, label="agreement, of the\nruns without a deal")  # fmt: skip
    some = seen[seen["signed"] > 0]
    ax.vlines(some["week"] + 0.5, 100 * some["low"], 100 * some["high"], color="0.15", lw=1.1,
              label="95 % interval")  # fmt: skip
    for k, deadline in enumerate(deadlines):
        ax.axvline(deadline, color="#D55E00", ls="--", lw=1.6, label=None if k else "deadline")
    ax.set_ylim(0, 105)
    ax.set_ylabel("hazard (%)")
    ends = [*seen.loc[seen["signed"] > 0, "week"], *deadlines]
    ax.set_xlim(0, max(ends, default=0) + 4)
    dress(weeks(ax, start), title)
    return ax if len(some) else empty(ax, "no deal was signed")
