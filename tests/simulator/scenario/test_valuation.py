"""Payoffs derived from the trade model: what they are, what stays, what is refused."""

import copy
from typing import Any

import numpy as np
import pytest

from agents.roster import ROSTER
from experiments.run import run
from simulator.economy.balance import balance
from simulator.economy.gains import gains
from simulator.economy.trade import read_trade
from simulator.errors import ScenarioError
from simulator.scenario import scenario
from simulator.scenario.scenario import Scenario
from simulator.scenario.valuation import Valuer
from simulator.world.blueprint import blueprints

TRADE = read_trade()
BASE = balance(TRADE.economy(4.0))
USA, JPN, CHN, CAN, MEX = (TRADE.regions.index(r) for r in ("USA", "JPN", "CHN", "CAN", "MEX"))

#: The tariffs of the reference case: everybody at 10 %, China at 30, Canada and Mexico at 0.
AROUND = [
    {"by": "us", "on": "*", "rate": 10},
    {"by": "us", "on": "CHN", "rate": 30},
    {"by": "us", "on": "CAN", "rate": 0},
    {"by": "us", "on": "MEX", "rate": 0},
]


def two(*issues: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """The US and Japan, and a talk about these issues."""
    return {
        "name": "derived",
        "start": "2025-05-19",
        "weeks": 10,
        "valuation": "economy",
        "economy": {"tariffs": AROUND},
        "countries": {"us": {"region": "USA"}, "japan": {"region": "JPN"}},
        "talks": {
            "trade": {
                "parties": ["us", "japan"],
                "deadline": "2025-07-09",
                "issues": list(issues),
            }
        },
        **rest,
    }


def tariff(levels: list[float], share: float = 1.0, **rest: Any) -> dict[str, Any]:
    taxed = {"on": "japan", "share": share, **rest.pop("tariff", {})}
    return {"id": "tariff", "obligor": "us", "levels": levels, "tariff": taxed, **rest}


def load(data: dict[str, Any], **changes: Any) -> Scenario:
    return scenario.load(data, ROSTER, set=changes)


def issue(loaded: Scenario, number: int = 0) -> Any:
    return loaded.talks["trade"].issues[number]


def tariffs(japan: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    rates = np.zeros((9, 9))
    rates[:, USA] = 0.1
    rates[CHN, USA], rates[CAN, USA], rates[MEX, USA], rates[USA, USA] = 0.3, 0.0, 0.0, 0.0
    rates[JPN, USA] = japan
    return rates


# -- tariffs -------------------------------------------------------------------------------------


def test_japans_gain_from_a_cut_to_a_tenth_is_that_of_the_reference() -> None:
    found = issue(load(two(tariff([25, 10]))))
    assert found.payoffs["japan"][1] == pytest.approx(5.1, abs=0.1)
    assert found.payoffs["us"][0] == found.payoffs["japan"][0] == 0.0


@pytest.mark.parametrize("share", [1.0, 0.28])
def test_a_level_is_worth_the_change_of_welfare_that_the_model_finds(share: float) -> None:
    found = issue(load(two(tariff([25, 15, 10], share))))
    mean = [0.1 + share * (rate / 100 - 0.1) for rate in (25, 15, 10)]
    known = gains(BASE, TRADE.gdp, np.stack([tariffs(r) for r in mean]), tariffs(mean[0]))
    for party, place in (("us", USA), ("japan", JPN)):
        assert found.payoffs[party] == pytest.approx(known.welfare[:, place], abs=1e-5)


@pytest.mark.parametrize(("elasticity", "china"), [(6.0, 0.3), (4.0, 1.45)])
def test_the_same_cut_is_worth_something_else_in_another_economy(
    elasticity: float, china: float
) -> None:
    data = two(tariff([25, 10]))
    here = issue(load(data)).payoffs["japan"][1]
    data["economy"] = {
        "elasticity": elasticity,
        "tariffs": [
            {**known, "rate": 100 * china} if known["on"] == "CHN" else known for known in AROUND
        ],
    }
    there = issue(load(data)).payoffs["japan"][1]
    before, after = tariffs(0.25), tariffs(0.1)
    before[CHN, USA] = after[CHN, USA] = china
    known = gains(balance(TRADE.economy(elasticity)), TRADE.gdp, after, before)
    assert there == pytest.approx(known.welfare[JPN], abs=1e-5)
    assert abs(there - here) > 0.01


def test_the_values_of_two_tariffs_add_up_to_both_at_once() -> None:
    cars, rest = tariff([25, 10, 2.5], 0.28), tariff([10, 5, 0], 0.72)
    loaded = load(two({**cars, "id": "cars"}, {**rest, "id": "rest"}))
    together = gains(
        BASE, TRADE.gdp, tariffs(0.28 * 0.025), tariffs(0.28 * 0.25 + 0.72 * 0.1)
    ).welfare
    for party, place in (("us", USA), ("japan", JPN)):
        total = sum(issue(loaded, k).payoffs[party][-1] for k in (0, 1))
        assert total == pytest.approx(together[place], abs=1e-5)
    valuer = Valuer(loaded.economy, loaded.countries, loaded.bystanders, loaded.talks)
    errors = valuer.joint_error(loaded.talks["trade"])
    assert errors == pytest.approx({"us": 0.0, "japan": 0.0}, abs=1e-5)


def test_politics_stand_apart_from_welfare() -> None:
    data = two(tariff([25, 10], political_weights={"us": 1.5}))
    loaded = load(data, **{"countries.us.revenue_weight": 0.2, "economy.rent_share": 0.4})
    known = gains(BASE, TRADE.gdp, tariffs(0.1), tariffs(0.25))
    rent = 0.4 * BASE.flows[JPN, USA] * (0.10 - 0.25)
    politics = 0.2 * known.revenue[USA] + 0.5 * rent
    assert issue(loaded).payoffs["us"][1] == pytest.approx(known.welfare[USA], abs=1e-5)
    assert issue(loaded).political["us"][1] == pytest.approx(politics, abs=1e-5)
    plan = blueprints(loaded)[0][1].plans["trade"]
    assert plan.material[0][0][1] == pytest.approx(known.welfare[USA], abs=1e-5)
    assert plan.weighted[0][0][1] == pytest.approx(known.welfare[USA] + politics, abs=1e-5)
    assert plan.weighted[1][0] == pytest.approx(plan.material[1][0])


def test_a_quota_below_what_is_shipped_is_a_rent_that_the_importer_forgoes() -> None:
    quota = {"quota": 50, "volume": 100}
    data = two(tariff([27.5, 10], 0.14, tariff=quota, political_weights={"us": 2}))
    found = issue(load(data, **{"countries.us.revenue_weight": 0.5}))
    rent = 0.5 * 0.14 * BASE.flows[JPN, USA] * 0.175
    assert found.payoffs["japan"][1] == pytest.approx(rent, abs=1e-5)
    assert found.payoffs["us"][1] == pytest.approx(-rent, abs=1e-5)
    assert found.political["us"][1] == pytest.approx(-0.5 * rent, abs=1e-5)


def test_a_quota_above_what_is_shipped_is_none() -> None:
    free = load(two(tariff([27.5, 10], 0.14)))
    wide = load(two(tariff([27.5, 10], 0.14, tariff={"quota": 101, "volume": 100})))
    assert issue(wide).payoffs == issue(free).payoffs


def test_a_quota_of_just_what_is_shipped_is_a_rent_too() -> None:
    found = issue(load(two(tariff([27.5, 10], 0.14, tariff={"quota": 100, "volume": 100}))))
    rent = 0.14 * BASE.flows[JPN, USA] * 0.175
    assert found.payoffs["japan"][1] == pytest.approx(rent, abs=1e-5)
    assert found.payoffs["us"][1] == pytest.approx(-rent, abs=1e-5)


def test_the_order_of_issues_and_of_tariffs_outside_talks_does_not_matter() -> None:
    cars, rest = tariff([25, 10, 2.5], 0.28), {**tariff([10, 5, 0], 0.72), "id": "rest"}
    one, other = load(two(cars, rest)), load(two(rest, cars), **{"economy.tariffs": AROUND[::-1]})
    assert {i.id: i.payoffs for i in one.talks["trade"].issues} == {
        i.id: i.payoffs for i in other.talks["trade"].issues
    }


def test_a_higher_cut_of_a_tariff_is_worth_more_to_whom_it_falls_on() -> None:
    found = issue(load(two(tariff([1000, 200, 50, 25, 10, 0, -20, -50]))))
    assert (np.diff(found.payoffs["japan"]) > 0).all()


def test_what_the_other_side_may_do_does_not_enter_the_value_of_a_tariff() -> None:
    mine = tariff([25, 10])
    theirs = {"id": "farm", "obligor": "japan", "levels": [20, 0],
              "tariff": {"on": "us", "share": 0.5}}  # fmt: skip
    held = {**theirs, "levels": [20, 19]}
    one, other = load(two(mine, theirs)), load(two(mine, held))
    assert issue(one).payoffs == issue(other).payoffs
    assert issue(one, 1).payoffs["us"][1] > 0 > issue(one, 1).payoffs["japan"][1]


def test_payoffs_that_are_given_leave_the_joint_error_as_it_is() -> None:
    taxed = [{**tariff([25, 10], 0.3), "id": name} for name in ("a", "b", "c")]
    plain = load(two(*taxed))
    by_hand = load(two(taxed[0], {**taxed[1], "payoffs": {"us": [0, -9]}}, taxed[2]))
    errors = []
    for one in (plain, by_hand):
        valuer = Valuer(one.economy, one.countries, one.bystanders, one.talks)
        errors.append(valuer.joint_error(one.talks["trade"]))
    assert errors[0] == pytest.approx(errors[1])
    assert 0.01 < abs(errors[0]["us"]) < 0.2


# -- purchases and threats -----------------------------------------------------------------------


def test_a_purchase_is_worth_shares_of_its_face_value() -> None:
    energy = {
        "id": "energy",
        "obligor": "japan",
        "levels": ["none", "some", "much"],
        "purchase": {"of": "us", "gain": 0.02, "cost": 0.005, "face": [0, 50, 200]},
    }
    found = issue(load(two(energy)))
    assert found.payoffs == {"us": (0.0, 1.0, 4.0), "japan": (0.0, -0.25, -1.0)}


def test_a_purchase_is_worth_what_it_adds_to_the_first_level() -> None:
    more = {"id": "energy", "obligor": "japan", "levels": [20, 70],
            "purchase": {"of": "us", "gain": 0.1, "cost": 0.02}}  # fmt: skip
    assert issue(load(two(more))).payoffs == {"us": (0.0, 5.0), "japan": (0.0, -1.0)}


def test_a_threat_is_worth_what_its_tariff_does() -> None:
    raised = {"on": "japan", "share": 0.72, "rate": 24, "instead": 10, "cost": 0.3}
    threat = {"talk": "trade", "by": "us", "announced": "2025-05-19", "tariff": raised}
    loaded = load(two(tariff([10, 0]), threats=[threat]), **{"countries.us.revenue_weight": 0.1})
    known = gains(BASE, TRADE.gdp, tariffs(0.1 + 0.72 * 0.14), tariffs(0.1))
    paid = loaded.threats[0].payoffs
    assert paid["japan"] == pytest.approx(known.welfare[JPN], abs=1e-5)
    us = known.welfare[USA] + 0.1 * known.revenue[USA] - 0.3
    assert paid["us"] == pytest.approx(us, abs=1e-5)
    assert paid["japan"] < 0


# -- what stays ----------------------------------------------------------------------------------


def test_payoffs_that_are_given_stay_for_the_party_they_are_given_for() -> None:
    data = two(tariff([25, 10], payoffs={"us": [0, -7]}))
    derived = load(two(tariff([25, 10])))
    found = issue(load(data))
    assert found.payoffs["us"] == (0.0, -7.0)
    assert found.payoffs["japan"] == issue(derived).payoffs["japan"]
    assert "us" not in found.political
    changed = load(data, **{"talks.trade.issues.tariff.payoffs.japan": [0, 3]})
    assert issue(changed).payoffs == {"us": (0.0, -7.0), "japan": (0.0, 3.0)}


def test_what_a_file_says_stays_what_it_says() -> None:
    data = two(tariff([25, 10]))
    loaded = load(copy.deepcopy(data))
    assert "payoffs" not in loaded.data["talks"]["trade"]["issues"][0]
    assert scenario.load(loaded.data, ROSTER).hash == loaded.hash


def test_an_event_that_changes_a_weight_has_values_derived_anew() -> None:
    later = {"date": "2025-06-16", "set": {"countries.us.revenue_weight": 0.4}}
    loaded = load(two(tariff([25, 10]), events=[later]))
    first, second = issue(loaded), issue(loaded.stages[0])
    assert first.payoffs == second.payoffs
    assert first.political["us"][1] == 0.0
    assert second.political["us"][1] < 0


def test_countries_may_have_any_name() -> None:
    data = two(tariff([25, 10]))
    renamed = copy.deepcopy(data)
    renamed["countries"] = {"aa": {"region": "USA"}, "zz": {"region": "JPN"}}
    renamed["economy"]["tariffs"] = [{**one, "by": "aa"} for one in AROUND]
    talk = renamed["talks"]["trade"]
    talk["parties"] = ["aa", "zz"]
    talk["issues"][0] |= {"obligor": "aa", "tariff": {"on": "zz", "share": 1.0}}
    one, other = issue(load(data)).payoffs, issue(load(renamed)).payoffs
    assert (one["us"], one["japan"]) == (other["aa"], other["zz"])


def test_a_world_with_derived_values_runs() -> None:
    buys = {
        "id": "buys",
        "obligor": "japan",
        "levels": [0, 50, 100],
        "payoffs": {"us": [0, 4, 6], "japan": [0, -1, -2]},
    }
    played = run(two(tariff([25, 15, 10]), buys), seed=1)
    assert len(played.deals) == 1


# -- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"countries.japan.region": "JPP"}, "countries.japan.region", "JPN"),
        ({"countries.japan.region": None}, "countries.japan.region", "a region"),
        ({"talks.trade.issues.tariff.tariff.on": "us"}, "tariff.on", "another party"),
        ({"talks.trade.issues.tariff.tariff.share": 1.5}, "tariff.share", "from 0 to 1"),
        ({"talks.trade.issues.tariff.levels": ["high", "low"]}, "levels", "per cent"),
        ({"talks.trade.issues.tariff.levels": [25, -100]}, "levels", "above -100"),
        ({"economy.elasticity": 0}, "economy.elasticity", "above 0"),
        ({"economy.tariffs": [{"by": "usa", "on": "*", "rate": 5}]}, "tariffs[0].by", "USA"),
        ({"economy.tariffs": [{"by": "us", "on": "*", "rate": -100}]}, "tariffs[0].rate", "-100"),
        ({"economy.tariffs": [*AROUND, {"by": "us", "on": "CHN", "rate": 9}]}, "[4].on", "already"),
        ({"economy.tariffs": [{"by": "us", "on": "USA", "rate": 9}]}, "[0].on", "another region"),
        ({"countries.japan.region": "USA"}, "tariff.on", "both are USA"),
        ({"talks.trade.issues.tariff.tariff.quota": 5}, "tariff.volume", "shipped anyway"),
        ({"talks.trade.issues.tariff.tariff.volume": 5}, "tariff.quota", "lower rate"),
        ({"talks.trade.issues.tariff.purchase": {"of": "japan", "gain": 0.1, "cost": 0.1}},
         "purchase", "beside a tariff"),
        ({"valuation": "table"}, "payoffs", 'valuation = "economy"'),
        ({"valuation": "economics"}, "valuation", "economy"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_its_key(changes: dict[str, Any], key: str, words: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        load(two(tariff([25, 10])), **changes)
    (problem, *_) = refused.value.problems
    assert key in problem.key
    assert words in f"{problem}"


def test_a_country_without_a_region_is_told_which_there_are_and_what_else_to_do() -> None:
    threat = {"talk": "trade", "by": "us", "announced": "2025-05-19"}
    threat["tariff"] = {"on": "japan", "share": 1, "rate": 24, "instead": 10}  # type: ignore[assignment]
    data = two(tariff([25, 10]), threats=[threat])
    data["countries"] = {"us": {"region": "USA"}, "japan": {}}
    with pytest.raises(ScenarioError) as refused:
        load(data)
    (problem,) = refused.value.problems  # once, though two tariffs want it
    assert problem.key == "countries.japan.region"
    for part in ("USA, JPN, EU27", "payoffs by hand", "economy.trade"):
        assert part in problem.allowed
    data["countries"]["chn"] = data["countries"].pop("japan")
    data["talks"]["trade"]["parties"] = ["us", "chn"]
    data["talks"]["trade"]["issues"][0]["tariff"]["on"] = threat["tariff"]["on"] = "chn"  # type: ignore[index]
    with pytest.raises(ScenarioError, match="did you mean 'CHN'"):
        load(data)


def test_an_issue_that_says_nothing_of_its_worth_is_told_what_it_could_say() -> None:
    data = two({"id": "mute", "obligor": "us", "levels": [0, 1]})
    with pytest.raises(ScenarioError, match=r"mute\.payoffs: .*or a tariff or purchase"):
        load(data)


def test_shares_of_more_than_all_goods_are_refused() -> None:
    one, other = tariff([25, 10], 0.6), {**tariff([10, 5], 0.6), "id": "more"}
    with pytest.raises(ScenarioError, match=r"more\.tariff\.share: 0\.6: .*at most 1"):
        load(two(one, other))


def test_tariffs_of_two_talks_are_on_no_more_than_all_goods() -> None:
    data = two(tariff([25, 10], 0.6))
    data["talks"]["again"] = copy.deepcopy(data["talks"]["trade"])
    with pytest.raises(
        ScenarioError, match=r"again\.issues\.tariff\.tariff\.share: 0\.6: .*at most"
    ):
        load(data)


def test_countries_of_one_region_share_its_goods() -> None:
    data = two(tariff([25, 10]))
    data["countries"] |= {"france": {"region": "EU27"}, "germany": {"region": "EU27"}}
    for party, share in (("france", 0.5), ("germany", 0.8)):
        issues = [tariff([25, 10], share, tariff={"on": party})]
        data["talks"][party] = {**data["talks"]["trade"], "parties": ["us", party]}
        data["talks"][party]["issues"] = issues
    with pytest.raises(ScenarioError, match=r"germany\.issues.*share: 0\.8: .*goods of EU27"):
        load(data)


def test_of_an_unknown_region_no_more_is_told_than_that() -> None:
    known = {"by": "usa", "on": "us", "rate": 5}
    for tariffs, problems in (([known, known], 2), ([{"by": "*", "on": "*", "rate": 5}], 1)):
        with pytest.raises(ScenarioError) as refused:
            load(two(tariff([25, 10]), economy={"tariffs": tariffs}))
        assert len(refused.value.problems) == problems


def test_nobody_buys_from_itself() -> None:
    own = {"of": "japan", "gain": 0.1, "cost": 0.05}
    with pytest.raises(
        ScenarioError, match=r"purchase\.of: 'japan': another party of the talk: us"
    ):
        load(two({"id": "buys", "obligor": "japan", "levels": [0, 50], "purchase": own}))


def test_what_a_threat_stands_in_for_is_above_minus_hundred() -> None:
    raised = {"on": "japan", "share": 0.7, "rate": 24, "instead": -100, "cost": 0}
    threat = {"talk": "trade", "by": "us", "announced": "2025-05-19", "tariff": raised}
    with pytest.raises(ScenarioError, match=r"tariff\.instead: -100\.0: a number above -100"):
        load(two(tariff([10, 0]), threats=[threat]))
