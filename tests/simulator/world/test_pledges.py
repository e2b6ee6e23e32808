"""A pledge to observe a deal binds: what it prevents, what it does not, and what it proves."""

from typing import Any

import pytest

from experiments.run import run
from experiments.runs.metrics import scenario_metrics
from tests.simulator.world.small import issue, performed, trust, two, week, weekly

Data = dict[str, Any]


def world(assurance: float, **us: Any) -> Data:
    """Return a deal in force in which the US pledges to observe the cut of its tariff."""
    cut = issue("cut", "us", [10, 5], us=[0, -1], japan=[0, 3])
    buy = issue("buy", "japan", [0, 50], us=[0, 2], japan=[0, -0.5])
    pledge = issue("pledge", "us", ["none", "written"], us=[0, -0.2], japan=[0, 0])
    pledge |= {"assurance": [0, assurance]}
    outcome = {"cut": 5, "buy": 50, "pledge": "written"}
    deal = {"talk": "trade", "signed": week(0), "outcome": outcome}
    breaks = {"compliance": "volatile:probability=1"} | us
    return two({"open": False, "issues": [cut, buy, pledge]}, us=breaks, deals=[deal])


def test_a_pledge_prevents_breaches_with_its_probability() -> None:
    assert performed(run(world(1.0), weeks=1), "us") == [(0, 1.0, "kept"), (0, 1.0, "kept")]
    assert performed(run(world(0.0), weeks=1), "us") == [(0, 0.0, "withheld"), (0, 0.0, "withheld")]
    kept = [performed(run(world(0.3), seed=seed, weeks=1), "us")[0][1] for seed in range(80)]
    assert 12 <= sum(kept) <= 37


def test_a_prevented_breach_is_counted_and_told() -> None:
    for assurance, prevented in ((1.0, 2), (0.0, 0)):
        result = run(world(assurance), weeks=6)  # reviewed in weeks 0 and 4
        assert result.world.prevented == prevented
        assert scenario_metrics(result.scenario)["breaches_prevented"](result.world) == prevented
        told = result.transcript().count("Its pledge keeps us from disregarding the deal.")
        assert told == prevented
    forced = {"date": week(0), "disregard": {"talk": "trade", "by": "us"}}
    assert run(world(1.0) | {"events": [forced]}, weeks=1).world.prevented == 0
    assert run(world(1.0, compliance="always"), weeks=6).world.prevented == 0


def test_one_draw_decides_for_all_commitments_of_a_review() -> None:
    for seed in range(20):
        qualities = {quality for _, quality, _ in performed(run(world(0.5), seed, weeks=1), "us")}
        assert len(qualities) == 1


def test_what_an_event_forces_is_not_prevented() -> None:
    forced = {"date": week(0), "disregard": {"talk": "trade", "by": "us"}}
    result = run(world(1.0) | {"events": [forced]}, weeks=1)
    assert {reason for _, _, reason in performed(result, "us")} == {"forced"}


def test_the_pledge_itself_is_not_assured() -> None:
    script = {"compliance": "scripted:qualities={pledge=[0]}"}
    rows = performed(run(world(1.0, **script), weeks=1), "us")
    assert sorted(quality for _, quality, _ in rows) == [0.0, 1.0]


@pytest.mark.parametrize(("assurance", "weight"), [(0.0, 1.0), (0.4, 0.6), (1.0, 0.0)])
def test_what_is_enforced_proves_little(assurance: float, weight: float) -> None:
    data = world(assurance, compliance="always")
    data["countries"]["japan"]["trust"] = "asymmetric:up=0.1:lam=1"
    after = trust(run(data, weeks=5), "japan", "us")[-1]
    assert after == pytest.approx(0.5 + 0.1 * weight * 0.5)


def test_a_breach_in_spite_of_a_pledge_counts_in_full() -> None:
    data = world(0.5)
    data["countries"]["japan"]["trust"] = "asymmetric:down=0.3:lam=1"
    ends = [trust(run(data, seed=seed, weeks=5), "japan", "us")[-1] for seed in range(20)]
    assert sorted(set(ends)) == pytest.approx([0.5 * 0.7, 0.5 + 0.1 * 0.5 * 0.5])


def test_a_prevented_breach_pays_what_a_kept_deal_does() -> None:
    assert weekly(run(world(1.0), weeks=2), "japan") == [2.5, 2.5]
    assert weekly(run(world(0.0), weeks=2), "japan") == [-0.5, -0.5]
