"""Larger worlds: talks among three and more, and a ring of forty countries."""

from typing import Any

import pytest

from experiments.run import run
from tests.simulator.world.small import (
    deal_of,
    issue,
    offers,
    openings,
    performed,
    plays,
    week,
    weekly,
)

Data = dict[str, Any]


def three(**countries: Data) -> Data:
    """Return a talk of three in which each owes something that the two others want."""
    parties = ["us", "japan", "eu"]
    payoffs = {p: {q: [0.0, -1.0 if q == p else 1.0] for q in parties} for p in parties}
    issues = [issue(f"by-{p}", p, ["no", "yes"], **payoffs[p]) for p in parties]
    base = {"strategy": offers(["yes"] * 3), "trust": "fixed:t0=0.8"}
    return {
        "name": "three",
        "start": week(0),
        "weeks": 14,
        "rounds_per_week": 1,
        "countries": {p: base | countries.get(p, {}) for p in parties},
        "talks": {
            "club": {
                "parties": parties,
                "deadline": week(4),
                "review_weeks": 4,
                "issues": issues,
            }
        },
    }


def test_three_agree_when_all_accept_the_same_offer() -> None:
    result = run(three())
    assert deal_of(result, 0, "club")["signed"] == 0
    assert len(result.offers) == 1
    assert {weekly(result, party)[0] for party in ("us", "japan", "eu")} == {1.0}
    assert deal_of(result, 0, "club")["expected_eu"] == pytest.approx(-1 + 0.8 * 2)


def test_one_of_three_who_refuses_prevents_the_deal() -> None:
    result = run(three(eu={"strategy": offers(["yes", "yes", "no"])}))
    assert result.deals.empty
    assert openings(result, "club")[0] == (0, 4, False)


def test_among_three_trust_in_each_counts_for_what_it_promises() -> None:
    world = three(eu={"compliance": plays(0)})
    world["countries"]["us"]["trust"] = "asymmetric:t0=0.8:lam=1"
    result = run(world, weeks=6)
    trust = result.to_dict()["trust"]["us"]
    assert trust["eu"] == pytest.approx(0.8 * 0.7)
    assert trust["japan"] == pytest.approx(0.82)
    assert weekly(result, "us")[0] == 0.0  # -1 + 1 from Japan


def test_among_three_the_deal_collapses_when_two_withhold_and_not_when_one_does_once() -> None:
    once = run(three(eu={"compliance": plays(0, 1)}))
    assert deal_of(once, 0, "club")["status"] == "in force"
    both = run(three(eu={"compliance": plays(0)}, japan={"compliance": plays(0)}))
    assert deal_of(both, 0, "club")["ended"] == 4
    answered = run(
        three(eu={"compliance": plays(0, 1)}, japan={"compliance": plays(1, 0, 1)}), weeks=9
    )
    assert performed(answered, "japan")[1] == (4, 0.0, "excused")


def test_who_withholds_from_one_of_two_partners_withholds() -> None:
    world = three(eu={"compliance": "scripted:qualities={for-us=[1], for-japan=[0]}"})
    world["countries"]["us"]["trust"] = world["countries"]["japan"]["trust"] = "asymmetric:t0=0.8"
    talk = world["talks"]["club"] | {"open": False}
    for_us = issue("for-us", "eu", ["no", "yes"], us=[0, 1], japan=[0, 0], eu=[0, -1])
    for_japan = issue("for-japan", "eu", ["no", "yes"], us=[0, 0], japan=[0, 1], eu=[0, -1])
    world["talks"]["club"] = talk | {"issues": [*talk["issues"][:2], for_us, for_japan]}
    outcome = dict.fromkeys(("by-us", "by-japan", "for-us", "for-japan"), "yes")
    world["deals"] = [{"talk": "club", "signed": week(0), "outcome": outcome}]
    result = run(world)
    assert deal_of(result, 0, "club")["ended"] == 8
    trust = run(world, weeks=5).to_dict()["trust"]
    assert trust["us"]["eu"] > 0.8  # each judges by what was owed to itself
    assert trust["japan"]["eu"] < 0.6


@pytest.mark.parametrize(("patience", "quality"), [(0.34, 1.0), (0.33, 0.0)])
def test_an_opportunist_counts_the_harm_of_a_deal_against_it(
    patience: float, quality: float
) -> None:
    # Own -1, harm -1, promised 4: it keeps iff (1 - d) <= d (4 - 1 - 1), that is, iff d >= 1 / 3.
    world = three(us={"compliance": "opportunist", "patience": patience, "trust": "fixed:t0=1"})
    issues = world["talks"]["club"]["issues"]
    issues[1]["payoffs"]["us"], issues[2]["payoffs"]["us"] = [0, -1], [0, 4]
    world["talks"]["club"] |= {"open": False, "review_weeks": 1}
    outcome = {i["id"]: "yes" for i in issues}
    world["deals"] = [{"talk": "club", "signed": week(-1), "outcome": outcome}]
    assert performed(run(world, weeks=1), "us")[0][1] == quality


def test_an_opportunist_to_whom_nothing_is_promised_goes_by_its_lowest_trust() -> None:
    # A deal that buys off two threats of 2 at a price of 1: it keeps iff (1 - d) <= d (-1 + 4),
    # that is, iff d >= 1 / 4, d being its lowest trust.
    for trust_in_eu, quality in [(0.3, 1.0), (0.2, 0.0)]:
        world = three(us={"compliance": "opportunist", "trust": f"asymmetric:t0={trust_in_eu}"})
        world["countries"]["us"]["trust"] += ":lam=1:up=0.5:down=0.9"
        talk = world["talks"]["club"] | {"open": False}
        world["talks"]["club"] = talk | {"issues": talk["issues"][:1]}
        world["deals"] = [{"talk": "club", "signed": week(-1), "outcome": {"by-us": "yes"}}]
        world["threats"] = [
            {
                "talk": "club",
                "by": by,
                "announced": week(0),
                "effective": week(9),
                "payoffs": {"us": -2},
            }
            for by in ("japan", "eu")
        ]
        kept = {"date": week(0), "what": "a promise", "quality": 1, "stake": 1}
        world["history"] = [kept | {"obligor": "japan", "beneficiaries": ["us"]}]
        result = run(world, weeks=1)
        assert result.to_dict()["trust_start"]["us"]["japan"] > 0.5
        assert performed(result, "us")[0][1] == quality


def test_among_three_the_others_threats_count_by_who_withholds() -> None:
    threats = [
        {
            "talk": "club",
            "by": by,
            "announced": week(0),
            "effective": week(0),
            "payoffs": {"us": -size, by: -size / 10},
        }
        for by, size in (("japan", 2), ("eu", 3))
    ]
    world = three(eu={"compliance": plays(0.25)}) | {"threats": threats}
    result = run(world, weeks=2)
    assert weekly(result, "us")[0] == pytest.approx(-1 + 1 + 0.25 - 0.75 * 3)
    assert weekly(result, "eu")[0] == pytest.approx(-0.25 + 2 - 0.75 * 0.3)
    # In the talk: each partner's promise by its trust, each one's threat by the lack of it.
    assert deal_of(result, 0, "club")["expected_us"] == pytest.approx(
        -1 + 0.8 * 2 - 0.2 * 2 - 0.2 * 3
    )


def test_an_opportunist_among_three_weighs_trust_by_what_each_promised() -> None:
    # The US is promised 1 by Japan, trusted at .9, and 3 by the EU, trusted at .5: .6 in all.
    # It keeps iff (1 - .6 d) <= .6 d (4 - 1), that is, iff d >= 1 / 2.4.
    for patience, quality in [(0.42, 1.0), (0.41, 0.0)]:
        world = three(us={"compliance": "opportunist", "patience": patience})
        issues = world["talks"]["club"]["issues"]
        issues[2]["payoffs"]["us"] = [0, 3]
        world["talks"]["club"] |= {"open": False, "review_weeks": 1}
        world["countries"]["us"]["trust"] = "asymmetric:t0=0.5:lam=1"
        world["deals"] = [
            {"talk": "club", "signed": week(-1), "outcome": {i["id"]: "yes" for i in issues}}
        ]
        world["history"] = [
            {
                "date": week(0),
                "what": "a promise",
                "obligor": "japan",
                "beneficiaries": ["us"],
                "quality": 1,
                "stake": 1,
            }
        ]
        world["countries"]["us"]["trust"] = "asymmetric:t0=0.5:lam=1:up=0.8:down=0.9"
        result = run(world, weeks=1)
        assert result.to_dict()["trust_start"]["us"] == pytest.approx({"japan": 0.9, "eu": 0.5})
        assert performed(result, "us") == [(0, quality, "kept" if quality else "withheld")]


@pytest.fixture(scope="module")
def ring() -> Any:
    """Return a played ring of forty countries, each in talks with the next."""
    names = [f"c{k}" for k in range(40)]
    pairs = list(zip(names, names[1:] + names[:1], strict=True))
    world: Data = {
        "name": "ring",
        "start": week(0),
        "weeks": 30,
        "valuation_sd": 0.2,
        "countries": {
            name: {
                "strategy": ("boulware", "linear", "micro", "mirror")[k % 4],
                "compliance": ("always", "opportunist", "volatile", "grim")[k % 4],
                "trust": ("asymmetric", "beta", "two-layer", "fire")[k % 4],
                "benchmark": 0.2,
            }
            for k, name in enumerate(names)
        },
        "talks": {
            f"{a}-{b}": {
                "parties": [a, b],
                "deadline": week(3 + k % 5),
                "review_weeks": 4,
                "ratify_weeks": k % 3,
                "term_weeks": 15,
                "renew_weeks": 5,
                "issues": [
                    issue("tariff", a, [10, 5, 0], **{a: [0.0, -1, -3], b: [0.0, 6, 9]}),
                    issue("orders", b, [0, 50, 100], **{a: [0.0, 5, 7], b: [0, -0.5, -2]}),
                ],
            }
            for k, (a, b) in enumerate(pairs)
        },
        "threats": [
            {"talk": f"{a}-{b}", "by": a, "announced": week(0), "payoffs": {b: -0.5}}
            for a, b in pairs[::3]
        ],
        "relationships": [{"between": [a, b], "weight": 0.7} for a, b in pairs],
    }
    return run(world, seed=1)


def test_a_ring_of_forty_countries_runs(ring: Any) -> None:
    assert len(ring.trust) == 30 * 40 * 39
    assert len(ring.payoffs) == 30 * 40
    assert ring.row()["deals_signed"] > 40
    assert ring.trust["trust"].between(0, 1).all()


def test_every_table_of_the_ring_is_complete(ring: Any) -> None:
    assert not ring.payoffs.isna().any().any()
    assert not ring.performance.isna().any().any()
    assert set(ring.deals["deal"]) == set(ring.world.ledger.deals)
    per_deal = ring.deals[[c for c in ring.deals.columns if c.startswith("payoff_")]].notna()
    assert set(per_deal.sum(axis=1)) == {2}
