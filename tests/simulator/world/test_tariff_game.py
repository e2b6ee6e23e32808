"""The repeated tariff game and the folk theorem hold in the running world."""

import json
from pathlib import Path
from typing import Any

import pytest

from experiments.run import load, run
from tests.simulator.world.small import deal_of, issue, performed, two, week

CASES = json.loads((Path(__file__).parents[2] / "oracles" / "bargaining.json").read_text())["cases"]
A, B, C = 1.0, 2.0, 0.9
THRESHOLD = A / (2 * C)
GAME = load("symmetric-tariff-game")


def family(name: str, prefix: str = "") -> list[Any]:
    """Return the oracle's cases of a family as parameters with their ids."""
    cases = [c for c in CASES if c["family"] == name and c["id"].startswith(prefix)]
    return [pytest.param(c, id=c["id"]) for c in cases]


def lasts(
    delta: float, trust: float, tariff: float = 0.0, review_weeks: int = 1, weeks: int = 12
) -> bool:
    """Return whether common tariffs in force at the start are kept for ever by both."""
    changes: dict[str, Any] = {
        "talks.tariffs.review_weeks": review_weeks,
        "deals.agreement.outcome": {"home-tariff": tariff, "foreign-tariff": tariff},
    }
    for country in ("home", "foreign"):
        changes[f"countries.{country}.patience"] = delta
        changes[f"countries.{country}.trust"] = f"fixed:t0={trust!r}"
    result = run(GAME, seed=3, weeks=weeks, set=changes, tables=["performance"]).to_dict()
    (deal,) = result["deals"]
    qualities: dict[str, set[float]] = {row["obligor"]: set() for row in result["performance"]}
    for row in result["performance"]:
        qualities[row["obligor"]].add(row["quality"])
    kept = bool(deal["status"] == "in force")
    assert all(found == ({1.0} if kept else {0.0}) for found in qualities.values())
    if not kept:
        assert deal["status"] == "collapsed"
        assert deal["ended"] == review_weeks
    return kept


@pytest.mark.parametrize("delta", [0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
@pytest.mark.parametrize("trust", [0.2, 0.5, 0.62, 0.7, 0.8, 0.95, 1.0])
def test_free_trade_is_kept_for_ever_iff_patience_times_trust_reaches_the_threshold(
    delta: float, trust: float
) -> None:
    assert lasts(delta, trust) == (delta * trust >= THRESHOLD)


@pytest.mark.parametrize("delta", [0.6, 0.8, 0.95, 1.0])
def test_the_threshold_of_trust_is_sharp_and_reached_at_itself(delta: float) -> None:
    trust = THRESHOLD / delta
    assert lasts(delta, trust)
    assert lasts(delta, trust * (1 + 1e-10))
    assert not lasts(delta, trust * (1 - 1e-10))


@pytest.mark.parametrize("trust", [0.6, 0.75, 1.0])
def test_the_threshold_of_patience_is_sharp_and_reached_at_itself(trust: float) -> None:
    delta = THRESHOLD / trust
    assert lasts(delta, trust)
    assert not lasts(delta * (1 - 1e-10), trust)


@pytest.mark.parametrize("review_weeks", [2, 4, 13])
@pytest.mark.parametrize("trust", [0.7, 1.0])
def test_between_reviews_patience_is_compounded(review_weeks: int, trust: float) -> None:
    patience = (THRESHOLD / trust) ** (1 / review_weeks)
    assert lasts(patience * (1 + 1e-9), trust, review_weeks=review_weeks, weeks=30)
    assert not lasts(patience * (1 - 1e-9), trust, review_weeks=review_weeks, weeks=30)


@pytest.mark.parametrize(
    ("delta", "trust"),
    [
        (0.1, 1.0),
        (0.3, 1.0),
        (0.5, 1.0),
        (0.6, 1.0),
        (0.9, 1.0),
        (0.6, 0.5),
        (0.8, 0.5),
        (0.8, 0.2),
    ],
)
def test_the_lowest_common_tariff_kept_is_the_sustainable_one(delta: float, trust: float) -> None:
    lowest = max(0.0, (A - 2 * delta * trust * C) / B)
    grid = [round(0.01 * k, 2) for k in range(51)]
    kept = [tariff for tariff in grid if lasts(delta, trust, tariff, weeks=3)]
    assert kept == [tariff for tariff in grid if tariff >= lowest - 1e-12]


@pytest.mark.parametrize("case", family("tariff_game"))
def test_the_oracles_tariff_game_is_reproduced(case: dict[str, Any]) -> None:
    expected = case["expected"]
    assert lasts(expected["grim_delta_min"] * (1 + 1e-9), 1.0)
    assert not lasts(expected["grim_delta_min"] * (1 - 1e-9), 1.0)
    for delta, lowest in expected["lowest_sustainable_tariff_by_delta"].items():
        assert lasts(float(delta), 1.0, round(lowest, 2))
        assert lowest == 0 or not lasts(float(delta), 1.0, round(lowest - 0.01, 2))


@pytest.mark.parametrize("case", family("trust_threshold", "min_trust_repeated"))
def test_the_oracles_least_trust_is_reproduced(case: dict[str, Any]) -> None:
    delta, least = case["inputs"]["delta"], case["expected"]["p_min_free_trade"]
    assert lasts(delta, least * (1 + 1e-9))
    assert not lasts(delta, least * (1 - 1e-9))
    for trust, lowest in case["expected"]["lowest_tariff_at_p"].items():
        on_grid = round(lowest + 0.004999, 2)  # the next tariff that can be agreed
        assert lasts(delta, float(trust), on_grid)
        assert on_grid == 0 or not lasts(delta, float(trust), round(on_grid - 0.01, 2))


def cooperates(case: dict[str, Any], delta: float, policy: str, trust: float = 1.0) -> bool:
    """Return whether a deal with the dilemma's temptation, reward and punishment is kept."""
    temptation, reward, punishment = (case["inputs"][key] for key in "TRP")
    values = {"own": [0, reward - temptation], "promised": [0, temptation - punishment]}
    issues = [
        issue("mine", "us", ["no", "yes"], us=values["own"], japan=values["promised"]),
        issue("yours", "japan", ["no", "yes"], us=values["promised"], japan=values["own"]),
    ]
    part = {"compliance": policy, "patience": delta, "trust": f"fixed:t0={trust!r}"}
    world = two(
        {"open": False, "review_weeks": 1, "issues": issues},
        us=part,
        japan=part,
        deals=[{"talk": "trade", "signed": week(0), "outcome": {"mine": "yes", "yours": "yes"}}],
        weeks=6,
    )
    played = run(world)
    kept = bool(deal_of(played)["status"] == "in force")
    for party in ("us", "japan"):
        assert {quality for _, quality, _ in performed(played, party)} == {float(kept)}
    return kept


@pytest.mark.parametrize("case", family("folk_theorem"))
def test_cooperation_flips_at_the_folk_theorems_discount_factor(case: dict[str, Any]) -> None:
    least = case["expected"]["grim_delta_min"]
    inputs = case["inputs"]
    exact = (inputs["T"] - inputs["R"]) / (inputs["T"] - inputs["P"])
    assert exact == pytest.approx(least, abs=1e-9)
    assert cooperates(case, exact, "opportunist")
    assert not cooperates(case, exact * (1 - 1e-9), "opportunist")
    # Trust stands in for patience: the partner's reliability is a chance of survival.
    assert cooperates(case, 1.0, "opportunist", exact)
    assert not cooperates(case, 1.0, "opportunist", exact * (1 - 1e-9))


@pytest.mark.parametrize("case", family("limited_punishment"))
def test_cooperation_flips_where_a_limited_punishment_just_deters(case: dict[str, Any]) -> None:
    policy = f"opportunist:punishment={case['inputs']['k']}"
    least = case["expected"]["delta_min"]
    if least is None:
        assert not cooperates(case, 1.0, policy)
        return
    assert cooperates(case, min(least + 1e-7, 1.0), policy)
    assert not cooperates(case, least - 1e-7, policy)
