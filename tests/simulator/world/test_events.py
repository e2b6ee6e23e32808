"""Dated events change the world from their week on."""

from typing import Any

import pytest

from experiments.run import run
from tests.simulator.world.small import (
    deal_of,
    desk,
    offers,
    openings,
    performed,
    plays,
    trust,
    two,
    week,
    weekly,
)

Data = dict[str, Any]

STUBBORN = {"us": {"strategy": offers([10, 100])}, "japan": {"strategy": offers([0, 0])}}
MOVED_BY_EVIDENCE = "asymmetric:t0=0.8:lam=1"
DEAL = {"talk": "trade", "signed": week(-2), "outcome": {"cut": 5, "buy": 50}}


def on(number: int, path: str, value: Any, day: int = 0) -> Data:
    """Return an event that sets one value."""
    return {"date": week(number, day), "set": {path: value}}


def disregard(number: int, by: str = "us") -> Data:
    """Return an event that forces a disregard."""
    return {"date": week(number), "disregard": {"talk": "trade", "by": by}}


@pytest.mark.parametrize(("to", "rounds"), [(7, 7), (3, 3), (2, 2)])
def test_a_moved_deadline_counts_from_the_opening(to: int, rounds: int) -> None:
    world = two(**STUBBORN, events=[on(2, "talks.trade.deadline", week(to))])
    found = openings(run(world, weeks=15))
    assert found[0] == (0, rounds, False)
    fails_in = max(rounds - 1, 2)
    assert found[1] == (fails_in + 4, 4, False)  # of the original length


def test_a_deadline_moved_before_the_opening_counts_at_it() -> None:
    event = on(1, "talks.trade.deadline", week(9))
    assert openings(run(two({"opens": week(3), "deadline": week(5)}, **STUBBORN, events=[event])))[
        0
    ] == (3, 6, False)


def test_patience_changes_in_mid_talk() -> None:
    event = on(2, "countries.us.patience", 0.9)
    for weeks, left in [(2, 0.95), (3, 0.9**2), (4, 0.9**3)]:
        world = two(
            {"deadline": week(9)},
            us={"patience": 0.95, "strategy": offers([10, 100])},
            japan=STUBBORN["japan"],
            events=[event],
        )
        result = run(world, weeks=weeks)
        assert desk(result, "us").patience == pytest.approx(left)
        assert desk(result, "japan").patience == 1.0


def test_a_talk_that_changes_in_mid_course_goes_on_from_its_opening() -> None:
    audience = {"japan": {"threshold": 2.0, "noise": 1.0}}
    world = two(
        {"deadline": week(9), "audience": audience, "ratify_weeks": 1},
        us={"patience": 0.9, "strategy": offers([10, 100])},
        japan=STUBBORN["japan"],
    )
    for seed in range(8):
        quiet = desk(run(world, seed, 4), "japan")
        moved = run({**world, "events": [on(2, "talks.trade.deadline", week(12))]}, seed, 4)
        assert list(desk(moved, "japan").preferences.options) == list(quiet.preferences.options)
        assert desk(moved, "us").patience == pytest.approx(0.9**3)


def test_patience_lowers_the_aspiration_week_by_week() -> None:
    def demands(patience: float) -> list[float]:
        world = two(
            {"deadline": week(20)},
            us={"strategy": "time-dependent:exponent=4", "patience": patience},
            japan=STUBBORN["japan"],
        )
        world["talks"]["trade"]["issues"][1] = {
            "id": "buy",
            "obligor": "japan",
            "levels": list(range(101)),
            "payoffs": {
                "us": [k / 25 for k in range(101)],
                "japan": [-k / 500 for k in range(101)],
            },
        }
        offered = run(world, weeks=10).offers
        mine = offered[offered["proposer"] == "us"]
        return [float(x) for x in mine["expected_us"]]

    best = 3.2
    for patience in (1.0, 0.9):
        targets = [(1 - ((k + 1) / 20) ** 4) * patience**k * best for k in range(10)]
        # The grid's step is .032 in the US's eyes; cutting the tariff gives steps in between.
        for demanded, target in zip(demands(patience), targets, strict=True):
            assert target - 1e-3 <= demanded <= target + 0.032


def test_a_strategy_changes_in_mid_talk() -> None:
    event = on(2, "countries.japan.strategy", offers([10, 100]))
    world = two(us={"strategy": "hardliner"}, japan=STUBBORN["japan"], events=[event], threats=[])
    world["talks"]["trade"]["issues"][1]["payoffs"]["japan"] = [0, 0.5, 1]
    result = run(world, weeks=4)
    assert deal_of(result)["signed"] == 2
    assert openings(result) == [(0, 4, False)]


def test_a_strategy_of_one_talk_changes_in_mid_talk() -> None:
    world = two({"strategy": {"japan": offers([0, 0])}}, events=[])
    world["events"] = [on(2, "talks.trade.strategy.japan", offers([5, 50]))]
    assert deal_of(run(world, weeks=4))["signed"] == 2


def test_a_strategys_parameter_changes_in_mid_talk() -> None:
    event = on(2, "countries.us.strategy.exponent", 0.01)
    world = two(
        {"deadline": week(20)},
        us={"strategy": "time-dependent:exponent=50"},
        japan={"strategy": offers([0, 100])},  # which the US would accept as its worst
        events=[event],
    )
    world["talks"]["trade"]["issues"][0]["payoffs"]["us"] = [0, -1, -2]
    assert deal_of(run(world, weeks=10))["signed"] == 2


def test_events_that_leave_a_strategy_alone_do_not_interrupt_it() -> None:
    world = two(us={"strategy": "micro"}, japan={"strategy": "mirror"}) | {"rounds_per_week": 2}
    quiet = run(world, weeks=12).to_dict()
    event = {"date": week(1), "set": {"countries.us.benchmark": 0.0, "good_news": 0.3}}
    assert run({**world, "events": [event]}, weeks=12).to_dict() == quiet


def test_compliance_changes_at_the_next_review() -> None:
    world = two(events=[on(2, "countries.us.compliance", plays(0))])
    result = run(world, weeks=8)
    assert performed(result, "us") == [(0, 1.0, "kept"), (4, 0.0, "withheld")]


def test_a_trust_parameter_changes_at_once() -> None:
    result = run(two(events=[on(3, "countries.us.trust.t0", 0.3)]), weeks=5)
    assert trust(result, "us", "japan") == [0.8, 0.8, 0.8, 0.8, 0.3, 0.3]
    assert trust(result, "japan", "us") == [0.8] * 6


def test_what_trust_has_learnt_survives_a_change_of_its_parameters() -> None:
    learner = {"trust": "asymmetric:t0=0.8:lam=1:up=0.1:down=0.3"}
    world = two(
        us={"compliance": plays(0, 1, 1)},
        japan=learner,
        events=[on(6, "countries.japan.trust.up", 0.2)],
    )
    seen = trust(run(world, weeks=10), "japan", "us")
    assert seen[5] == pytest.approx(0.56)
    assert seen[7] == pytest.approx(0.56)
    assert seen[9] == pytest.approx(0.56 + 0.2 * 0.44)


def test_an_issues_payoffs_change_what_accrues_and_what_is_wanted() -> None:
    path = "talks.trade.issues.cut.payoffs.japan"
    result = run(two(events=[on(3, path, [0, 4, 6])]), weeks=5)
    assert weekly(result, "japan") == [2.5, 2.5, 2.5, 3.5, 3.5]
    assert weekly(result, "us") == [1.0] * 5
    bargaining = run(two(**STUBBORN, events=[on(2, path, [0, 4, 6])]), weeks=3)
    assert desk(bargaining, "japan").preferences.best == pytest.approx(0.8 * 6)


def test_a_talks_review_and_term_change_from_the_next_on() -> None:
    result = run(two(events=[on(2, "talks.trade.review_weeks", 2)]), weeks=9)
    assert [row[0] for row in performed(result, "us")] == [0, 4, 6, 8]
    expiring = run(two({"term_weeks": 8}, events=[on(2, "talks.trade.term_weeks", 20)]))
    assert deal_of(expiring)["ended"] == 8


def test_an_event_in_the_middle_of_a_week_holds_for_the_week() -> None:
    path = "talks.trade.issues.cut.payoffs.japan"
    result = run(two(events=[on(3, path, [0, 4, 6], day=5)]), weeks=5)
    assert weekly(result, "japan") == [2.5, 2.5, 2.5, 3.5, 3.5]


def test_events_of_one_week_happen_by_date_then_in_the_order_of_the_file() -> None:
    path = "talks.trade.issues.cut.payoffs.japan"
    late, early = on(3, path, [0, 4, 6], day=5), on(3, path, [0, 9, 9], day=1)
    assert weekly(run(two(events=[late, early]), weeks=4), "japan")[3] == 3.5
    first, second = on(3, path, [0, 4, 6]), on(3, path, [0, 9, 9])
    assert weekly(run(two(events=[first, second]), weeks=4), "japan")[3] == 8.5


# --- a forced disregard ---------------------------------------------------------------------


def test_a_disregard_forced_in_mid_period_lasts_until_the_next_review() -> None:
    world = two(japan={"trust": MOVED_BY_EVIDENCE}, deals=[DEAL], events=[disregard(6)])
    result = run(world | {"talks": closed(world)}, weeks=14)
    assert performed(result, "us") == [
        (0, 1.0, "kept"),
        (4, 1.0, "kept"),
        (6, 0.0, "forced"),
        (8, 1.0, "kept"),
        (12, 1.0, "kept"),
    ]
    assert weekly(result, "japan") == [2.5] * 6 + [-0.5] * 2 + [2.5] * 6
    assert weekly(result, "us") == [1.0] * 6 + [2.0] * 2 + [1.0] * 6
    seen = trust(result, "japan", "us")
    assert seen[5] == pytest.approx(0.82)
    assert seen[8] == pytest.approx(0.82)  # trust moves when the period is over
    assert seen[9] == pytest.approx(0.82 * 0.7)
    assert result.row()["disregards"] == 1


def test_a_disregard_forced_at_a_review_lasts_for_the_period() -> None:
    world = two(deals=[DEAL], events=[disregard(4)])
    result = run(world | {"talks": closed(world)}, weeks=10)
    assert performed(result, "us") == [(0, 1.0, "kept"), (4, 0.0, "forced"), (8, 1.0, "kept")]
    assert weekly(result, "japan") == [2.5] * 4 + [-0.5] * 4 + [2.5] * 2


def test_a_disregard_forced_in_week_0_is_the_choice_of_a_deal_in_force_at_the_start() -> None:
    world = two(deals=[DEAL], events=[disregard(0)])
    result = run(world | {"talks": closed(world)}, weeks=5)
    assert performed(result, "us")[0] == (0, 0.0, "forced")


def test_a_disregard_forced_without_a_deal_does_nothing() -> None:
    world = two(**STUBBORN)
    quiet = run(world, weeks=8).to_dict()
    assert run({**world, "events": [disregard(2)]}, weeks=8).to_dict() == quiet


def test_a_deal_superseded_in_the_week_of_a_forced_disregard_was_kept_to_its_end() -> None:
    world = two(
        us={"strategy": offers([10, 100], [10, 100], [5, 50])},
        japan={"strategy": offers([0, 0], [0, 0], [5, 50]), "trust": MOVED_BY_EVIDENCE},
        deals=[DEAL | {"outcome": {"cut": 5, "buy": 100}}],
        events=[disregard(2)],
    )
    # With these values both gain when Japan buys 50 instead of 100, and do so in week 2.
    world["talks"]["trade"]["issues"][1]["payoffs"]["us"] = [0, 4, 3]
    result = run(world, weeks=5)
    assert deal_of(result)["ended"] == 2
    assert performed(result, "us", "trade:0") == [(0, 1.0, "kept")]
    assert performed(result, "us", "trade:1") == [(2, 0.0, "forced")]
    assert trust(result, "japan", "us")[3] == pytest.approx(0.82)


def test_two_disregards_forced_in_two_periods_running_make_the_deal_collapse() -> None:
    world = two(deals=[DEAL], events=[disregard(2), disregard(5)])
    assert deal_of(run(world | {"talks": closed(world)}))["ended"] == 8


def test_a_partner_answers_a_forced_disregard_and_is_excused() -> None:
    world = two(japan={"compliance": "reciprocal"}, deals=[DEAL], events=[disregard(2)])
    result = run(world | {"talks": closed(world)}, weeks=9)
    assert performed(result, "japan") == [(0, 1.0, "kept"), (4, 0.0, "excused"), (8, 1.0, "kept")]


@pytest.mark.parametrize("when", [8, 9])
def test_a_forced_disregard_answers_nothing_and_costs_trust(when: int) -> None:
    japan = {"compliance": "reciprocal", "trust": MOVED_BY_EVIDENCE}
    world = two(japan=japan, deals=[DEAL])
    closing = {"talks": closed(world)}
    once = run(world | closing | {"events": [disregard(2)]}, weeks=13)
    again = run(world | closing | {"events": [disregard(2), disregard(when)]}, weeks=13)
    assert performed(once, "japan")[1] == performed(again, "japan")[1] == (4, 0.0, "excused")
    assert (when, 0.0, "forced") in performed(again, "us")
    assert trust(again, "japan", "us")[-1] < trust(once, "japan", "us")[-1]


def test_what_answered_a_partner_is_excused_no_longer_once_an_event_forces_it_further() -> None:
    # The US withholds most in answer to Japan, and an event has it withhold the rest.
    us = {"compliance": "scripted:qualities=[1.0, 0.3, 1.0]"}
    world = two(
        us=us, japan={"trust": MOVED_BY_EVIDENCE}, deals=[DEAL], events=[disregard(2, "japan")]
    )
    closing = {"talks": closed(world)}
    answered = run(world | closing, weeks=10)
    forced = run(world | closing | {"events": [disregard(2, "japan"), disregard(6)]}, weeks=10)
    assert performed(answered, "us")[1] == performed(forced, "us")[1] == (4, 0.3, "excused")
    assert performed(forced, "us")[2] == (6, 0.0, "forced")
    assert trust(answered, "japan", "us")[9] == pytest.approx(0.82)
    assert trust(forced, "japan", "us")[9] == pytest.approx(0.82 * 0.7)


def closed(world: Data) -> Data:
    """Return the talks of a world, none of them open."""
    return {key: {**talk, "open": False} for key, talk in world["talks"].items()}
