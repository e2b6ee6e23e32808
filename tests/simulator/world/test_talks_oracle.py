"""Known answers for promises and threats, in rules and in whole worlds."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.ratification import Audience
from experiments.run import load
from simulator.negotiation.issues import Issue, OutcomeSpace
from simulator.negotiation.payoffs import (
    Menace,
    Valuation,
    accrued,
    assured,
    disagreement,
    expected,
    rest,
    surpluses,
)
from simulator.scenario.specs import ThreatPolicySpec
from simulator.world.accounts import YEAR, Account
from simulator.world.blueprint import Blueprint
from simulator.world.grounds import Views
from simulator.world.performance import prevention
from simulator.world.standing import Act, extends
from simulator.world.threats import ThreatRegister, lesson
from simulator.world.track import Track, peers
from simulator.world.valuations import Valuations
from tests.simulator.world.small import issue, two, week

ORACLES = json.loads((Path(__file__).parents[2] / "oracles" / "talks.json").read_text("utf-8"))
Case = dict[str, Any]


def cases(family: str) -> list[Case]:
    return list(ORACLES[family])


def about(value: float) -> Any:
    """Return what equals a value that was written down to nine digits."""
    return pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("case", cases("expected"))
def test_a_deal_is_worth_what_the_oracle_says(case: Case) -> None:
    c = 1.0 if case["due"] else case["c"]
    adds = c * rest(case["f"], case["side"])
    certain = case["own"] + case["harm"] + case["side"]
    assert expected(certain, [case["promised"]], [case["trust"]], [adds]) == about(case["expected"])
    assert disagreement([c * case["f"]], None) == about(case["disagreement"])


@pytest.mark.parametrize("case", cases("accrual"))
def test_both_sides_get_of_a_deal_what_the_oracle_says(case: Case) -> None:
    q, e = case["q_obligor"], case["carried_out"]
    mine, theirs = case["obligor"], case["partner"]
    values = [mine["concessions"], mine["takes"], mine["promised"]]
    (surplus,) = surpluses([(mine["g"], None)], [0.0, mine["takes"], 0.0])
    overall = [q, case["q_partner"]]
    qualities = [q, q, case["q_partner"]]
    got = accrued(values, [0, 0, 1], qualities, 0, overall, [e * surplus, 0], [False, True, False])
    assert got == about(mine["accrues"])
    values = [theirs["promised"], theirs["side"], theirs["own"]]
    adds = e * rest(theirs["f"], theirs["side"])
    got = accrued(values, [0, 0, 1], qualities, 1, overall, [adds, 0], [False, True, False])
    assert got == about(theirs["accrues"])


def ladder(case: Case, **more: Any) -> Case:
    """Return a world in which one issue has the ladder of a case, and the US threaten 24 on it."""
    raw = {"us": case["raw_obligor"], "japan": case["raw_other"]}
    tariff = issue("tariff", "us", case["levels"], **raw) | {"status_quo": case["status_quo"]}
    threat = {"talk": "trade", "by": "us", "announced": week(0), "issue": "tariff", "level": 24}
    return two({"issues": [tariff | more]}, threats=[threat | {"cost": 1.0}])


@pytest.mark.parametrize("case", cases("ladder"))
def test_a_ladder_is_measured_from_its_status_quo(case: Case) -> None:
    plan = Blueprint(load(ladder(case))).plans["trade"]
    level = case["levels"].index(case["level"])
    us, japan = (plan.valuation(seat) for seat in (0, 1))
    assert us.parts([level]).own == about(case["obligor_own"])
    assert japan.parts([level]).side == about(case["ally_side"])
    assert japan.parts([level]).promised == [about(case["ally_promised"])]
    assert bool(plan.deal(0, (level,), 0).commitments) == case["is_commitment"]
    faced = Blueprint(load(ladder(case, face={"us": 1.0}))).plans["trade"].valuation(0)
    assert us.bargained[level] - faced.bargained[level] == about(case["face_steps"])


@pytest.mark.parametrize("case", cases("ladder"))
def test_a_threat_is_worth_what_its_level_is(case: Case) -> None:
    scenario = load(ladder(case))
    values = Valuations(Blueprint(scenario).plans["trade"], None)
    (threat,) = scenario.threats
    assert values.threat(1, threat) == (about(case["threat_at_24_f"]),) * 3
    assert values.threat(0, threat) == (about(case["threat_at_24_g_cost_1"]),) * 3


def test_a_deal_at_the_level_of_the_threat_is_worth_the_threat_at_any_trust() -> None:
    case = cases("ladder")[0]
    values = Valuations(Blueprint(load(ladder(case))).plans["trade"], None)
    for trust in (0.0, 0.3, 1.0):
        for c in (0.0, 0.7, 1.0):
            menaces = [[Menace(case["threat_at_24_f"], c, 0)], []]
            assert values.expected(1, [trust], menaces)[0] == about(case["threat_at_24_f"])


@pytest.mark.parametrize("case", cases("disagreement"))
def test_no_deal_is_worth_the_threat_as_far_as_it_is_believed(case: Case) -> None:
    threat = {"talk": "trade", "by": "us", "announced": week(0), "payoffs": {"japan": case["f"]}}
    blueprint = Blueprint(load(two(threats=[threat])))
    register = ThreatRegister(0)
    register.update(blueprint, 4)
    if case["in_effect"]:
        register.fall_due(register.of("trade"), 4)
    track = Track(blueprint.plans["trade"], None)
    track.threaten(register.of("trade"))
    wants = track.preferences(1, Views((0.5,), (case["c"],)), [])
    assert wants.disagreement == about(case["disagreement_of_the_target"])


@pytest.mark.parametrize("case", cases("date"))
def test_a_date_is_extended_or_the_threat_carried_out(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = {key: case[key] for key in ("extend", "weeks", "raise")}
    assert extends(ThreatPolicySpec(**policy), 0, case["draw"]) == (case["draw"] < case["extend"])
    threat = {"talk": "trade", "by": "us", "announced": week(0), "payoffs": {"japan": -1.0}}
    register = ThreatRegister(0)
    register.update(Blueprint(load(two(threats=[threat | {"policy": policy}]))), 4)
    monkeypatch.setattr(register, "_draw", lambda threat, week: case["draw"])
    before = register.of("trade")[0]
    acts = [] if case["deal_signed_or_in_force"] else register.fall_due(register.of("trade"), 4)
    names = {"extend": Act.EXTENDED, "carry out": Act.CARRIED_OUT}
    assert [act for _, act in acts] == ([names[case["act"]]] if acts else [])
    (after,) = register.of("trade")
    assert (after.day - before.day) == 7 * case["deadline_moves_weeks"]
    assert after.times == case["threat_times"]
    learned = [lesson(act, "us", ["japan"]) for _, act in acts]
    evidence = [(e.quality, e.weight) for c in learned if c for e in c.towards.values()]
    assert evidence == ([] if case["evidence"] is None else [tuple(case["evidence"])])


@pytest.mark.parametrize("case", cases("audience"))
def test_an_audience_compares_with_no_deal(case: Case) -> None:
    deal = issue("tariff", "us", [10, 0], us=[0, 0], japan=[0, 2])
    threat = {"talk": "trade", "by": "us", "announced": week(0), "payoffs": {"japan": case["f"]}}
    blueprint = Blueprint(load(two({"issues": [deal]}, threats=[threat])))
    register = ThreatRegister(0)
    register.update(blueprint, 0)
    track = Track(blueprint.plans["trade"], None)
    track.threaten(register.of("trade"))
    without = track.votes(1, [case["c"]]).without
    assert without == about(case["c"] * case["f"])
    assert Audience(case["threshold"]).passes(case["payoff"] - without + 1e-9) == case["passes"]


@pytest.mark.parametrize("case", cases("peers"))
def test_of_a_deal_in_force_and_one_signed_the_signed_one_counts(case: Case) -> None:
    levels = [25, 15, 12.5, 10]
    tariff = issue("tariff", "us", levels, us=[0, 0, 0, 0], japan=[0, 1, 2, 3])
    world = two({"issues": [tariff]})
    world["countries"]["uk"] = {}
    uk = issue("tariff", "us", levels, us=[0, 0, 0, 0], uk=[0, 1, 2, 3])
    world["talks"]["us-uk"] = {**world["talks"]["trade"], "parties": ["us", "uk"], "issues": [uk]}
    blueprint = Blueprint(load(world))
    tracks = {key: Track(plan, None) for key, plan in blueprint.plans.items()}
    other = tracks["us-uk"]
    if case["in_force"] is not None:
        other.bring_into_force(other.plan.initial_deal({"tariff": case["in_force"]}, -9), -9)
    if case["pending"] is not None:
        other.pending = other.plan.deal(1, (levels.index(case["pending"]),), 0)
    found = peers(tracks.values(), tracks["trade"], "japan")
    assert [peer.level for peer in found] == ([] if case["counts"] is None else [case["counts"]])


@pytest.mark.parametrize("case", cases("assurance"))
def test_a_pledge_is_worth_what_it_makes_of_trust(case: Case) -> None:
    t, a = case["trust"], case["assurance"]
    assert assured(t, a, enforced=True) == about(case["trust_in_the_deal_enforced"])
    assert assured(t, a) == about(case["trust_in_the_deal_word_only"])
    left = 1 - prevention([(a, False)])
    assert case["volatile_probability"] * left == about(case["breach_probability"])
    assert left == about(case["weight_of_a_kept_period"])


@pytest.mark.parametrize("case", cases("discount"))
def test_patience_is_for_talks_and_discount_for_the_books(case: Case) -> None:
    account = Account()
    before = 0.0
    for _ in range(case["week"] + 1):
        before = account.cumulative
        amount = case["flow_per_year"] / YEAR
        account.accrue(amount, amount, case["discount"])
    assert account.cumulative - before == about(case["week_adds_to_cumulative"])
    world = two(us={"discount": case["discount"], "patience": case["patience"]})
    spec = load(world).countries["us"]
    assert (spec.discounting, spec.patience) == (case["discount"], case["patience"])
    delta = spec.discounting ** case["review_weeks"] * case["trust"]
    assert delta == about(case["opportunist_delta"])


@pytest.mark.parametrize("case", cases("reciprocity"))
def test_who_is_let_down_stops_paying(case: Case) -> None:
    share = case["share_of_term_before_it_is_noticed"]
    deal = [
        issue("buys", "japan", [0, 1], us=[0, 0], japan=[0, case["own"]]),
        issue("tariff", "us", [10, 0], us=[0, 0], japan=[0, case["promised"]]),
    ]
    values = Valuations(Blueprint(load(two({"issues": deal}))).plans["trade"], None)
    menaces = [[Menace(case["f"], case["c"])], []]

    def worth(trust: float) -> float:
        return float(values.expected(1, [trust], menaces, share)[3])

    assert worth(case["trust"]) == about(case["expected"])
    least = case["least_trust_at_which_rational"]
    assert worth(least) == pytest.approx(case["c"] * case["f"], abs=1e-8)
    assert worth(min(least + 0.1, 1.0)) > case["c"] * case["f"]


def test_reciprocity_takes_its_share_from_review_and_term() -> None:
    keys = {"review_weeks": 13, "term_weeks": 52}
    track = Track(Blueprint(load(two(keys))).plans["trade"], None)
    plain = track.preferences(1, Views((0.5,), (1.0,)), []).expected
    stops = track.preferences(1, Views((0.5,), (1.0,), 0.0, True), []).expected
    values = track.valuations
    assert (stops == values.expected(1, [0.5], [[], []], 0.25)).all()
    assert (stops >= plain).all()
    assert (stops > plain).any()


def test_a_ladder_in_a_space_of_its_own() -> None:
    space = OutcomeSpace([Issue("tariff", (24, 10, 0), "us", status_quo=1)])
    valuation = Valuation(space, 1, [0], [np.array([-3.0, 0.0, 3.0])], [0])
    (sides,) = valuation.sides
    assert sides is not None
    assert [np.asarray(side).tolist() for side in sides] == [[-3.0, 0.0, 0.0]]
    assert valuation.bargained.tolist() == [-3.0, 0.0, 0.0]
    assert valuation.promised[0].tolist() == [0.0, 0.0, 3.0]
