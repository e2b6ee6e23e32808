"""What threats, trust and credibility can and cannot do to the worth of a deal."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.run import load
from simulator.negotiation.payoffs import Menace, Vector, accrued, rest, rests, surpluses
from simulator.world.blueprint import Blueprint
from simulator.world.grounds import Views
from simulator.world.threats import ThreatRegister
from simulator.world.track import Track
from simulator.world.valuations import Valuations
from tests.simulator.world.small import issue, two, week

SHARES = st.floats(0, 1)
AMOUNTS = st.integers(-40, 40).map(lambda tenths: tenths / 10)
LEVELS = [24, 20, 10, 5, 0]
BASE = 2

Case = tuple[Valuations, list[tuple[float, int | None]]]


@st.composite
def cases(draw: st.DrawFn, pledge: bool = False) -> Case:
    """Japan's values of two ladders of the US and of a purchase, and threats that hurt it."""
    ladders = [_ladder(draw, f"tariff-{k}") for k in range(2)]
    buys = issue("buys", "japan", [0, 50], us=[0, 1], japan=[0, draw(AMOUNTS)])
    issues = [*ladders, buys]
    if pledge:
        issues.append(
            issue("pledge", "us", ["none", "written"], us=[0, 0], japan=[0, 0])
            | {"assurance": [0, draw(SHARES)], "enforced": draw(st.booleans())}
        )
    named = draw(st.lists(st.sampled_from((0, 1)), max_size=2, unique=True))
    threats: list[tuple[float, int | None]] = [(-abs(draw(AMOUNTS)), k) for k in named]
    threats += [(-abs(draw(AMOUNTS)), None) for _ in range(draw(st.integers(0, 2)))]
    return Valuations(Blueprint(load(two({"issues": issues}))).plans["trade"], None), threats


def _ladder(draw: st.DrawFn, name: str) -> dict[str, Any]:
    values = [draw(AMOUNTS) for _ in LEVELS]
    other = issue(name, "us", LEVELS, us=[draw(AMOUNTS) for _ in LEVELS], japan=values)
    return other | {"status_quo": LEVELS[BASE]}


def worth(case: Case, trust: float, credibility: float) -> Vector:
    values, threats = case
    menaces = [[Menace(payoff, credibility, k) for payoff, k in threats], []]
    return values.expected(1, [trust], menaces)


@given(case=cases(pledge=True), low=SHARES, high=SHARES, credibility=SHARES)
def test_distrust_never_makes_a_deal_more_attractive(
    case: Case, low: float, high: float, credibility: float
) -> None:
    low, high = sorted((low, high))
    assert (worth(case, low, credibility) <= worth(case, high, credibility) + 1e-9).all()


@given(case=cases(), trust=SHARES, low=SHARES, high=SHARES)
def test_a_more_credible_threat_never_raises_what_a_deal_is_worth(
    case: Case, trust: float, low: float, high: float
) -> None:
    low, high = sorted((low, high))
    assert (worth(case, trust, high) <= worth(case, trust, low) + 1e-9).all()


@given(case=cases(), trust=SHARES, credibility=SHARES, worse=st.floats(0, 4))
def test_a_worse_threat_never_raises_what_a_deal_is_worth(
    case: Case, trust: float, credibility: float, worse: float
) -> None:
    values, threats = case
    more = [(payoff - worse, k) for payoff, k in threats]
    stronger = worth((values, more), trust, credibility)
    assert (stronger <= worth(case, trust, credibility) + 1e-9).all()


@given(case=cases(), trust=SHARES, credibility=SHARES)
def test_a_deal_at_the_level_of_the_threat_is_worth_the_threat(
    case: Case, trust: float, credibility: float
) -> None:
    values, _ = case
    plan = values.plan
    at = [0, BASE, 0]
    f = float(values.seats[1].values[0][0])
    if f < 0:
        got = worth((values, [(f, 0)]), trust, credibility)[plan.space.index(at)]
        assert got == pytest.approx(f, abs=1e-12)


@given(case=cases(), trust=SHARES, credibility=SHARES, outcome=st.integers(0, 49))
def test_a_deal_is_worth_the_mean_of_what_it_pays(
    case: Case, trust: float, credibility: float, outcome: int
) -> None:
    values, threats = case
    plan = values.plan
    levels = plan.space.levels(outcome)
    of = list(values.seats[1].of(levels))
    taken = [level < base for level, base in zip(levels, plan.bases, strict=True)]
    sides = [
        min(v, 0.0) if t and o == 0 else 0.0
        for v, t, o in zip(of, taken, plan.obligors, strict=True)
    ]
    adds = sum(float(of) for of in rests(threats, sides))

    def pays(q: float, carried_out: float) -> float:
        qualities = [q if o == 0 else 1.0 for o in plan.obligors]
        return accrued(of, plan.obligors, qualities, 1, [q, 1.0], [carried_out * adds, 0.0], taken)

    mean = trust * pays(1, 0) + (1 - trust) * (
        credibility * pays(0, 1) + (1 - credibility) * pays(0, 0)
    )
    assert worth(case, trust, credibility)[outcome] == pytest.approx(mean, abs=1e-9)


@given(f=AMOUNTS, sides=st.lists(AMOUNTS.map(lambda v: -abs(v)), min_size=1, max_size=4))
def test_threats_about_nothing_in_particular_have_one_rest(f: float, sides: list[float]) -> None:
    whole = sum(rests([(f, None)], sides))
    assert whole == pytest.approx(rest(f, sum(sides)))
    if f < 0:
        halves = sum(rests([(f / 2, None), (f / 2, None)], sides))
        assert halves == pytest.approx(whole)


@given(fs=st.lists(AMOUNTS, min_size=2, max_size=3), gs=st.lists(AMOUNTS, min_size=3, max_size=3))
def test_what_each_threat_adds_does_not_depend_on_their_order(
    fs: list[float], gs: list[float]
) -> None:
    sides, takes = [-1.5, -0.5], [1.5, 0.5]
    threats, own = ([(worth, None) for worth in worths] for worths in (fs, gs))
    assert rests(threats, sides) == pytest.approx(rests(threats[::-1], sides)[::-1])
    assert surpluses(own, takes) == pytest.approx(surpluses(own[::-1], takes)[::-1])


@given(
    gs=st.lists(AMOUNTS, min_size=1, max_size=3), takes=st.lists(AMOUNTS, min_size=2, max_size=3)
)
def test_what_one_takes_anyway_counts_once(gs: list[float], takes: list[float]) -> None:
    unnamed = surpluses([(g, None) for g in gs], takes)
    assert sum(unnamed) == pytest.approx(sum(gs) - sum(takes))
    named = surpluses([(gs[0], 0), *((g, None) for g in gs[1:])], takes)
    assert named[0] == pytest.approx(gs[0] - takes[0])


def test_a_threat_cancels_only_what_is_taken_on_its_own_issue() -> None:
    # A side of -2 on cars leaves a threat of -3 on the baseline as it is.
    assert rests([(-3.0, 0)], [0.0, -2.0]) == [-3.0]
    assert rests([(-3.0, None)], [0.0, -2.0]) == [-1.0]


@given(case=cases(), credibility=SHARES, trust=SHARES)
def test_what_no_deal_is_worth_depends_on_credibility_and_not_on_trust(
    case: Case, credibility: float, trust: float
) -> None:
    threat = {"talk": "trade", "by": "us", "announced": week(0), "issue": "tariff", "level": 24}
    ladder = issue("tariff", "us", LEVELS, us=[1, 0, 0, 0, 0], japan=[-3, -2, 0, 1, 2])
    world = two({"issues": [ladder | {"status_quo": 10}]}, threats=[threat])
    blueprint = Blueprint(load(world))
    track = Track(blueprint.plans["trade"], None)
    track.threaten(_standing(blueprint))
    wants = track.preferences(1, Views((trust,), (credibility,)), [])
    assert wants.disagreement == pytest.approx(-3.0 * credibility)
    assert track.preferences(0, Views((trust,), (credibility,)), []).disagreement == 1.0


def _standing(blueprint: Blueprint) -> Any:
    register = ThreatRegister(0)
    register.update(blueprint, 0)
    return register.of("trade")


@given(trust=SHARES, low=SHARES, high=SHARES, enforced=st.booleans())
def test_a_stronger_pledge_never_lowers_trust_and_a_word_makes_none(
    trust: float, low: float, high: float, enforced: bool
) -> None:
    low, high = sorted((low, high))
    plans = [
        Blueprint(load(two({"issues": _pledged(a, enforced)}))).plans["trade"] for a in (low, high)
    ]
    weak, strong = (np.asarray(plan.trusted(0, trust)) * np.ones(4) for plan in plans)
    assert (weak <= strong + 1e-12).all()
    assert (strong <= 1.0).all()
    assert (strong >= trust - 1e-12).all()
    if trust == 0.0 and not enforced:
        assert not strong.any()
    assert weak[0] == pytest.approx(trust)  # the outcome without the pledge
    assert not math.isnan(float(strong.sum()))


def _pledged(assurance: float, enforced: bool) -> list[dict[str, Any]]:
    pledge = issue("pledge", "us", ["none", "written"], us=[0, 0], japan=[0, 0])
    tariff = issue("tariff", "us", [10, 0], us=[0, -1], japan=[0, 2])
    return [pledge | {"assurance": [0, assurance], "enforced": enforced}, tariff]
