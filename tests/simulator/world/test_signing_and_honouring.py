"""Signing and honouring use the same arithmetic."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from experiments.run import run
from tests.generators import START, scenarios
from tests.simulator.world.small import deal_of, offers, performed, two, week

Data = dict[str, Any]

STRATEGIES = (
    *("time-dependent:exponent=2:band=0.1", "boulware", "linear", "conceder"),
    *("hardliner", "micro", "mirror"),
)
TRUST = (
    *("asymmetric:lam=0.5:t0=0.3", "asymmetric:lam=0.5:t0=0.9", "beta:lam=0.5", "fire:half_life=1"),
    *("two-layer", "fixed:t0=0.7", "fixed:t0=0.2"),
)


@st.composite
def opportunists(draw: st.DrawFn) -> Data:
    """Worlds of infinitely patient opportunists who sign without an audience."""
    data: Data = draw(scenarios(max_talks=3))
    for country in data["countries"].values():
        country["compliance"] = "opportunist"
        country["patience"] = country["discount"] = 1.0
        country["strategy"] = draw(st.sampled_from(STRATEGIES))
        country["trust"] = draw(st.sampled_from(TRUST))
    for name, talk in data["talks"].items():
        talk["ratify_weeks"] = 0
        talk.pop("audience", None)
        for by in talk["parties"][1:]:
            if draw(st.booleans()):
                data["threats"].append(
                    {
                        "id": f"another-{by}-{name}",
                        "talk": name,
                        "by": by,
                        "announced": START + timedelta(weeks=draw(st.integers(-1, 9))),
                        "payoffs": {p: draw(st.sampled_from((-2, 0.5))) for p in talk["parties"]},
                    }
                )
    latest = {t["talk"]: t["announced"] for t in data["threats"]}
    for threat in data["threats"]:  # none may take effect before it is announced
        threat["effective"] = max(latest[threat["talk"]], threat["announced"]) + timedelta(weeks=9)
    data["reciprocity"] = False  # else one's own costs count for less before they are due
    data["weeks"] = draw(st.integers(15, 40))
    data["rounds_per_week"] = draw(st.sampled_from((1, 2)))
    data["events"] = [e for e in data["events"] if "patience" not in str(e)]
    return data


@given(data=opportunists(), seed=st.integers(0, 9))
@settings(max_examples=80, suppress_health_check=list(HealthCheck))
def test_nobody_signs_what_an_opportunist_would_break_at_once(data: Data, seed: int) -> None:
    result = run(data, seed=seed, tables=["performance", "deals"])
    forced = {
        ((e["date"] - START).days // 7, e["disregard"]["talk"])
        for e in data["events"]
        if "disregard" in e
    }
    for talk in data["talks"]:
        lives = [deal_of(result, k, talk) for k in range(int((result.deals["talk"] == talk).sum()))]
        ends = {life["ended"] for life in lives if life["status"] == "superseded"}
        for life in lives:
            fresh = life["signed"] >= 0 and life["in_force"] not in ends
            if not fresh or (life["in_force"], talk) in forced:
                continue
            agreed, plan = result.world.ledger.deals[life["deal"]], result.world.tracks[talk].plan
            if any(level < base for level, base in zip(agreed.levels, plan.bases, strict=True)):
                continue  # who breaks a deal keeps what it allowed: one may sign for that alone
            event("signed without a deal in force before")
            for party in data["talks"][talk]["parties"]:
                rows = performed(result, party, life["deal"])
                assert all(row[1] == 1.0 for row in rows if row[0] == life["in_force"])


def test_an_offer_that_no_longer_pays_its_proposer_is_not_signed() -> None:
    # Japan offers (5, 100) in week 1: at trust .9 it is worth .7 to it. At the end of that week it
    # learns that the US broke another deal, and in week 2, when the US would accept, -1.73.
    base = two(
        us={"strategy": offers([10, 100], [10, 100], [5, 100])},
        japan={"strategy": offers([5, 100], [5, 100], [5, 0])},
    )
    base["countries"]["japan"] |= {
        "compliance": "opportunist",
        "trust": "asymmetric:up=0.5:down=0.9:t0=0.9:lam=1",
    }
    base["countries"]["us"]["compliance"] = "scripted:qualities=[0]"
    other = dict(base["talks"]["trade"], open=False, review_weeks=1)
    base["talks"]["other"] = other
    base["deals"] = [{"talk": "other", "signed": week(-8), "outcome": {"cut": 0, "buy": 50}}]
    result = run(base, weeks=6)
    assert (result.offers["proposer"] == "japan").any()
    assert not (result.deals["talk"] == "trade").any()
