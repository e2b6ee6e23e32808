"""How good trust is as a forecast of performance: its Brier score, and what that is made of.

What is forecast and what is scored, `experiments.runs.forecasts` says. The decomposition is
Murphy's (1973) over ten bins of trust; as forecasts within a bin differ, it has a fourth term after
Stephenson, Coelho & Jolliffe (2008), and adds up exactly::

    Brier = reliability - resolution + uncertainty + within

Reliability: how far the mean trust of a bin is from what was performed there (0 at best).
Resolution: how far that differs from bin to bin (the more, the better). Uncertainty: the variance
of what was performed, which is the score of who always says the base rate. Within: what trust
varies inside its bins, less what it foretells there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from rich.console import Group, RenderableType
from rich.text import Text

from experiments.display.numbers import LINES, labels, number_text, point_texts, wrapped
from experiments.display.shown import Shown
from experiments.display.terminal import heading, table
from experiments.runs.forecasts import brier, forecasts

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Calibration",
    "Score",
    "calibration",
    "forecast_frame",
    "model_of",
    "reliability_bins",
    "score",
]

BINS = 10
#: What tells a review of one obligor from others, in the table ``performance``.
_REVIEW = ("run", "talk", "deal", "obligor", "review")
#: The heads of columns, and what is in them; and those of the longer table.
_HEAD = {
    "n": "reviews",
    "trust": "forecast",
    "kept": "performed",
    "Brier": "brier",
    "rel.": "reliability",
    "res.": "resolution",
    "unc.": "uncertainty",
    "in.": "within",
    ".5": "half",
}
_FEW = {head: _HEAD[head] for head in ("n", "trust", "kept", "Brier", "unc.")}
_ABOUT = (
    "Trust when a performance was chosen, and the quality that was kept, over n reviews. Brier ="
    " reliability - resolution + uncertainty + what is within bins of a tenth. Uncertainty is the"
    " score of the base rate; .5 is that of a constant one half."
)


@dataclass(frozen=True)
class Score:
    """The Brier score of some forecasts, and its parts; NaN without forecasts.

    Attributes
    ----------
    reviews : int
        How many forecasts.
    forecast, performed : float
        Mean trust, and mean quality of what was performed.
    brier : float
        ``reliability - resolution + uncertainty + within``; 0 at best.
    reliability, resolution, uncertainty, within : float
        As this module says.
    half : float
        The Brier score of who always says one half.
    """

    reviews: int
    forecast: float
    performed: float
    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float
    half: float


@dataclass(frozen=True, repr=False)
class Calibration(Shown):
    """How good trust is as a forecast of performance.

    Parameters
    ----------
    by : tuple of str
        The axes by whose values forecasts are grouped; none for one group.
    groups : DataFrame
        A row per group: columns of `by`, then those of `Score`.
    pairs : DataFrame
        The same per group and pair: ``observer`` (of several beneficiaries all, joined by +) and
        ``obligor``.
    bins : DataFrame
        A row per group and bin of trust that has forecasts: columns of `by`, then those of
        `reliability_bins`.
    """

    by: tuple[str, ...]
    groups: "pd.DataFrame"
    pairs: "pd.DataFrame"
    bins: "pd.DataFrame"

    def page(self) -> Group:
        """Return the table of groups, and that of pairs unless it is long."""
        return Group(Text(_ABOUT), *self._groups(), *self._pairs())

    def _groups(self) -> Iterator[RenderableType]:
        names = labels(self.by)
        yield heading("Trust as a forecast")
        keys = [wrapped(names[axis]) for axis in self.by]
        yield table([*keys, *_HEAD], _cells(self.groups, self.by, _HEAD), numbers=len(_HEAD))

    def _pairs(self) -> Iterator[RenderableType]:
        yield heading("By pair")
        if len(self.pairs) > LINES:
            yield Text(f"{len(self.pairs)} groups and pairs: --json has all of them.")
            return
        names, keys = labels(self.by), [*self.by, "observer", "obligor"]
        head = [*(wrapped(names[axis]) for axis in self.by), "of", "in", *_FEW]
        yield table(head, _cells(self.pairs, keys, _FEW), numbers=len(_FEW))


def model_of(observer: str, models: Mapping[str, str]) -> str:
    """Return the trust model of whoever forecasts, several joined by +; by that of each country."""
    return " + ".join(dict.fromkeys(models[name] for name in observer.split("+")))


def forecast_frame(
    performance: "pd.DataFrame", parties: Mapping[str, Sequence[str]]
) -> "pd.DataFrame":
    """Return the forecasts of a run, or of many: a row per run, deal, obligor and review.

    Parameters
    ----------
    performance : DataFrame
        The table ``performance``.
    parties : mapping
        The parties of each talk.

    Returns
    -------
    DataFrame
        ``run``, ``talk``, ``deal``, ``observer`` (several joined by +), ``obligor``, ``review``,
        ``forecast`` and ``quality``.
    """
    import pandas as pd

    keys = zip(*(performance[name] for name in _REVIEW), strict=True)
    found = forecasts(zip(keys, performance["trust"], performance["overall"], strict=True))
    frame = pd.DataFrame(list(found), columns=list(_REVIEW))
    observers = [
        "+".join(party for party in parties[talk] if party != obligor)
        for talk, obligor in zip(frame["talk"], frame["obligor"], strict=True)
    ]
    frame.insert(3, "observer", observers)
    pairs = pd.DataFrame(list(found.values()), columns=["forecast", "quality"], dtype=float)
    return frame.join(pairs)


def calibration(forecasts: "pd.DataFrame", by: Sequence[str] = ()) -> Calibration:
    """Return the scores of forecasts: of each group, each pair in it, and each bin.

    Parameters
    ----------
    forecasts : DataFrame
        What `forecast_frame` returns, with the columns of `by`.
    by : sequence of str
        Columns whose values form a group.
    """
    import pandas as pd

    def scores(keys: list[str]) -> "pd.DataFrame":
        rows = [{**values, **vars(_score_of(part))} for values, part in _parts(forecasts, keys)]
        return pd.DataFrame(rows, columns=[*keys, *Score.__dataclass_fields__])

    bins = [
        reliability_bins(part["forecast"], part["quality"]).assign(**values)
        for values, part in _parts(forecasts, list(by))
    ]
    columns = [*by, "low", "high", "reviews", "forecast", "performed"]
    return Calibration(
        by=tuple(by),
        groups=scores(list(by)),
        pairs=scores([*by, "observer", "obligor"]),
        bins=pd.concat(bins, ignore_index=True)[columns] if bins else pd.DataFrame(columns=columns),
    )


def score(forecasts: ArrayLike, outcomes: ArrayLike) -> Score:
    """Return the Brier score of forecasts and its parts, over ten bins of equal width.

    Parameters
    ----------
    forecasts, outcomes : array_like of float
        Forecasts, and what came of each, in [0, 1].

    References
    ----------
    Murphy (1973), "A new vector partition of the probability score", Journal of Applied
    Meteorology 12; Stephenson, Coelho & Jolliffe (2008), "Two extra components in the Brier score
    decomposition", Weather and Forecasting 23.
    """
    f, o = np.asarray(forecasts, dtype=float), np.asarray(outcomes, dtype=float)
    if not len(f):
        return Score(0, *[float("nan")] * 8)
    f_bin, o_bin = _bin_means(f), _bin_means(f, o)
    inside = (f - f_bin) * (f - f_bin) - 2 * (f - f_bin) * (o - o_bin)
    return Score(
        reviews=len(f),
        forecast=float(f.mean()),
        performed=float(o.mean()),
        brier=brier(zip(f.tolist(), o.tolist(), strict=True)),
        reliability=float(((f_bin - o_bin) ** 2).mean()),
        resolution=float(((o_bin - o.mean()) ** 2).mean()),
        uncertainty=float(o.var()),
        within=float(inside.mean()),
        half=float(((0.5 - o) ** 2).mean()),
    )


def reliability_bins(forecasts: ArrayLike, outcomes: ArrayLike) -> "pd.DataFrame":
    """Return a row per bin that has forecasts.

    Parameters
    ----------
    forecasts, outcomes : array_like of float
        As in `score`.

    Returns
    -------
    DataFrame
        The ends ``low`` and ``high`` of the bin, how many ``reviews`` it has, and their means
        ``forecast`` and ``performed``.
    """
    import pandas as pd

    f, o = np.asarray(forecasts, dtype=float), np.asarray(outcomes, dtype=float)
    where = _bins(f)
    rows = [
        (k / BINS, (k + 1) / BINS, int((where == k).sum()), f[where == k].mean(),
         o[where == k].mean())
        for k in np.unique(where)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["low", "high", "reviews", "forecast", "performed"])


def _bins(forecasts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the bin of each forecast; the last one has its upper end too."""
    return np.minimum((forecasts * BINS).astype(np.int64), BINS - 1)


def _bin_means(
    forecasts: NDArray[np.float64], values: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return for each forecast the mean in its bin, of the forecasts or of other values."""
    where = _bins(forecasts)
    sums = np.bincount(where, forecasts if values is None else values, BINS)
    means: NDArray[np.float64] = sums[where] / np.bincount(where, minlength=BINS)[where]
    return means


def _score_of(part: "pd.DataFrame") -> Score:
    return score(part["forecast"], part["quality"])


def _parts(
    forecasts: "pd.DataFrame", keys: list[str]
) -> "Iterator[tuple[dict[str, Any], pd.DataFrame]]":
    """Give the forecasts that have the same values, with these."""
    if not keys:
        yield {}, forecasts
        return
    for values, part in forecasts.groupby(keys, sort=False):
        yield dict(zip(keys, values, strict=True)), part


def _cells(
    frame: "pd.DataFrame", keys: Sequence[str], shown: Mapping[str, str]
) -> Iterator[list[str]]:
    """Give the cells of a table of scores: the keys, and some parts of each score."""
    records = frame.to_dict("records")
    for row, point in zip(records, point_texts(records, keys), strict=True):
        yield [
            *point,
            *(
                number_text(row[name], 3) if isinstance(row[name], float) else f"{row[name]:,}"
                for name in shown.values()
            ),
        ]
