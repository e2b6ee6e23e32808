"""How trust went: start, lowest value and its week, end."""

import pytest

from experiments.analysis.trust_path import trust_path
from experiments.display import wording
from experiments.run import run
from experiments.runs.metrics import scenario_metrics


@pytest.mark.parametrize("pair", [("eu", "us"), ("us", "japan")])
@pytest.mark.parametrize("since", [0, 30])
def test_it_is_what_the_table_of_trust_says(pair: tuple[str, str], since: int) -> None:
    r = run("allies-2025", seed=3)
    rows = r.trust[(r.trust["observer"] == pair[0]) & (r.trust["subject"] == pair[1])]
    before = rows[rows["week"] < since]["trust"].to_list() or [r.world.trust_start[pair]]
    later = rows[rows["week"] >= since]
    path = trust_path(r, *pair, since)
    assert path.start == before[-1]
    assert path.weekly == tuple(later["trust"])
    assert path.end == later["trust"].iloc[-1]
    assert path.low == min(before[-1], *later["trust"])
    if path.low < before[-1]:
        assert path.week == later.nsmallest(1, "trust")["week"].iloc[0]


def test_without_the_table_it_has_start_and_end() -> None:
    r = run("first-talk", tables=["deals"])
    path = trust_path(r, "home", "partner")
    assert (path.start, path.end) == (0.8, r.world.trust_matrix()["home", "partner"])
    assert path.weekly == ()


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ((0.36, 0.26, 23, 0.44), ".36 ↘ .26 (week 23) ↗ .44"),
        ((0.36, 0.26, 23, 0.26), ".36 ↘ .26"),
        ((0.36, 0.36, -1, 0.44), ".36 ↗ .44"),
        ((0.5, 0.5, -1, 0.5), ".50"),
        ((0.5, 0.2, 7, 0.5), ".50 ↘ .20 (week 7) ↗ .50"),
        ((0.361, 0.359, 7, 0.44), ".36 ↗ .44"),
        ((1.0, 0.0, 7, 1.0), "1.0 ↘ .00 (week 7) ↗ 1.0"),
    ],
)
def test_it_is_told_without_what_is_as_at_an_end(
    numbers: tuple[float, float, int, float], text: str
) -> None:
    assert wording.trust_course(*numbers) == text


def test_the_lowest_trust_among_partners_is_a_metric() -> None:
    r = run("allies-2025", seed=3)
    lowest = scenario_metrics(r.scenario)["lowest_partner_trust"](r.world)
    assert lowest == min(trust_path(r, *pair).low for pair in r.scenario.partners)
