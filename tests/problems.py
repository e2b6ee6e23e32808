"""What tests of bargaining share: known answers, and bargaining problems drawn at random."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "GOLDEN",
    "NOWHERE",
    "additive",
    "comparable",
    "distinct",
    "domains",
    "family",
    "golden_problem",
    "problems",
]

Floats = NDArray[np.float64]

ORACLES = Path(__file__).parent / "oracles"
CASES = json.loads((ORACLES / "bargaining.json").read_text())["cases"]
TALKS = json.loads((ORACLES / "negotiation.json").read_text())["cases"]
GOLDEN = [pytest.param(talk, id=talk["id"]) for talk in TALKS]
NOWHERE = [0.0, 0.0]


def family(name: str) -> list[Any]:
    """Return the cases of a family of known answers as parameters of a test."""
    return [pytest.param(case, id=case["id"]) for case in CASES if case["family"] == name]


def comparable(trace: list[list[Any]], case: dict[str, Any]) -> list[list[Any]]:
    """Return the offers of a golden talk that are the same here, all but a mirror's first step.

    In its second and third turn a mirror steps from its best to its second best outcome, whereas
    the library repeats the best or passes the second best over.
    """
    mirrors = [seat for seat, p in enumerate(case["parties"]) if p["strategy"] == "naive_tft"]
    return [offer for offer in trace if offer[1] not in mirrors or offer[0] not in (1, 2)]


def golden_problem(talk: dict[str, Any]) -> tuple[Floats, Floats]:
    """Return the payoffs and disagreement payoffs of a golden talk."""
    parties = talk["parties"]
    u = additive([p["weights"] for p in parties], [p["values"] for p in parties])
    return u, np.array([p["reserved_value"] for p in parties])


def additive(weights: list[list[float]], values: list[list[list[float]]]) -> Floats:
    """Return the payoffs of weighted sums over all outcomes, the last issue varying fastest."""
    outcomes = product(*(range(len(table)) for table in values[0]))
    return np.array(
        [
            [
                sum(w * table[level] for w, table, level in zip(ws, vs, levels, strict=True))
                for ws, vs in zip(weights, values, strict=True)
            ]
            for levels in outcomes
        ]
    )


def distinct(rows: ArrayLike) -> set[tuple[float, ...]]:
    """Return the different rows, equal up to rounding counting as one."""
    return {tuple(row) for row in np.round(np.asarray(rows, dtype=float), 9).tolist()}


@st.composite
def problems(draw: st.DrawFn, parties: int | None = None, most: int = 24) -> tuple[Floats, Floats]:
    """Payoffs of some outcomes to two to four parties, and what they get without agreement.

    Whole numbers, so that ties are exact and frequent; in one of eight perhaps nothing is rational.
    """
    p = parties or draw(st.integers(2, 4))
    n, top = draw(st.integers(1, most)), draw(st.sampled_from([2, 5, 100]))
    row = st.lists(st.integers(-top, top), min_size=p, max_size=p)
    u = np.array(draw(st.lists(row, min_size=n, max_size=n)), dtype=float)
    if draw(st.integers(0, 7)) == 0:
        return u, np.array(draw(row), dtype=float)
    below = draw(st.lists(st.integers(0, top), min_size=p, max_size=p))
    return u, u[draw(st.integers(0, n - 1))] - below


@st.composite
def domains(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Payoffs of a few issues' outcomes, summed per party, and a share of the outcomes rational."""
    p, issues = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    tables = rng.random((p, issues, 4)) * rng.dirichlet(np.ones(issues), p)[..., None]
    u = additive(np.ones((p, issues)).tolist(), tables.tolist())
    return u, np.quantile(u, draw(st.sampled_from([0.0, 0.1, 0.5])), axis=0)
