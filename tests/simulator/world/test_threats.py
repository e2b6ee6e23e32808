"""Threats are announced, fall due, and are carried out as the design says."""

from datetime import date
from typing import Any

import pytest

from experiments.run import load, run
from simulator.errors import ScenarioError
from tests.simulator.world.small import deal_of, desk, offers, openings, plays, two, week, weekly

Data = dict[str, Any]

STUBBORN = {"us": {"strategy": offers([10, 100])}, "japan": {"strategy": offers([0, 0])}}


def threat(announced: int = 0, effective: date | str = "deadline", **more: Any) -> Data:
    """Return a threat by the US that costs itself .5 and Japan 4."""
    payoffs = {"us": -0.5, "japan": -4.0}
    base = {"talk": "trade", "by": "us", "announced": week(announced), "payoffs": payoffs}
    return base | {"effective": effective} | more


def carried_out(world: Data, weeks: int = 12) -> list[int]:
    """Return the weeks in which both suffer from the threat in full."""
    result = run(world, weeks=weeks)
    us, japan = weekly(result, "us"), weekly(result, "japan")
    hit = [k for k in range(weeks) if us[k] == -0.5]
    assert hit == [k for k in range(weeks) if japan[k] == -4.0]
    assert all(us[k] == japan[k] == 0.0 for k in range(weeks) if k not in hit)
    return hit


def test_a_threat_is_due_from_the_talks_deadline_on_and_reopening_does_not_suspend_it() -> None:
    world = two(**STUBBORN, threats=[threat()])
    assert carried_out(world) == list(range(4, 12))
    assert [w for w, _, _ in openings(run(world))][:2] == [0, 7]  # open again in weeks 7 to 10


def test_a_deadline_within_a_week_counts_for_that_week() -> None:
    assert carried_out(two({"deadline": week(4, 3)}, **STUBBORN, threats=[threat()]))[0] == 4
    assert carried_out(two({"deadline": week(4, 6)}, **STUBBORN, threats=[threat()]))[0] == 4


def test_a_threat_may_be_due_at_a_date() -> None:
    early, late = (two(**STUBBORN, threats=[threat(0, week(w))]) for w in (2, 9))
    assert carried_out(early) == list(range(2, 12))
    assert carried_out(late) == list(range(9, 12))


def test_a_threat_announced_after_its_deadline_needs_a_date_of_its_own() -> None:
    with pytest.raises(ScenarioError, match=r"from the announcement on, 2025-02-17: the deadline"):
        load(two(**STUBBORN, threats=[threat(6)]))
    assert carried_out(two(**STUBBORN, threats=[threat(4)])) == list(range(4, 12))
    assert carried_out(two(**STUBBORN, threats=[threat(6, week(6))])) == list(range(6, 12))
    move = {"date": week(3), "set": {"talks.trade.deadline": str(week(8))}}
    assert carried_out(two(**STUBBORN, threats=[threat(6)], events=[move])) == list(range(8, 12))
    late = {"date": week(7), "set": {"talks.trade.deadline": week(8)}}
    with pytest.raises(ScenarioError, match=r"threats.us-trade.effective"):
        load(two(**STUBBORN, threats=[threat(6)], events=[late]))


def test_a_deadline_that_moves_to_before_an_announcement_is_over_by_then() -> None:
    first = {"date": week(1), "set": {"talks.trade.deadline": week(2)}}
    with pytest.raises(ScenarioError, match=r"the deadline of the talk, 2025-01-20, is over"):
        load(two(**STUBBORN, threats=[threat(3)], events=[first]))


@pytest.mark.parametrize(
    ("moved_in", "to", "due"), [(2, 8, 8), (2, 2, 2), (3, 10, 10), (4, 10, 10)]
)
def test_a_threat_moves_with_the_deadline(moved_in: int, to: int, due: int) -> None:
    move = {"date": week(moved_in), "set": {"talks.trade.deadline": week(to)}}
    world = two(**STUBBORN, threats=[threat()], events=[move])
    assert carried_out(world) == list(range(due, 12))


def test_once_due_a_threat_moves_no_more() -> None:
    move = {"date": week(5), "set": {"talks.trade.deadline": week(9)}}
    world = two(**STUBBORN, threats=[threat()], events=[move])
    assert carried_out(world) == list(range(4, 12))


def test_a_threat_at_a_date_does_not_move_with_the_deadline() -> None:
    move = {"date": week(2), "set": {"talks.trade.deadline": week(9)}}
    world = two(**STUBBORN, threats=[threat(0, week(5))], events=[move])
    assert carried_out(world) == list(range(5, 12))


@pytest.mark.parametrize(("withdrawn", "hit"), [(2, []), (6, [4, 5])])
def test_a_withdrawn_threat_is_carried_out_no_more(withdrawn: int, hit: list[int]) -> None:
    event = {"date": week(withdrawn), "withdraw": "us-trade"}
    assert carried_out(two(**STUBBORN, threats=[threat()], events=[event])) == hit


def test_two_threats_add_up() -> None:
    second = threat(0, week(6), by="japan", payoffs={"us": -1.0})
    result = run(two(**STUBBORN, threats=[threat(), second]), weeks=8)
    assert weekly(result, "us") == [0, 0, 0, 0, -0.5, -0.5, -1.5, -1.5]
    assert weekly(result, "japan") == [0, 0, 0, 0, -4, -4, -4, -4]


def test_a_threat_weighs_on_disagreement_from_its_announcement_on() -> None:
    world = two(**STUBBORN, threats=[threat(2)])
    for weeks, us, japan in [(2, 0.0, 0.0), (3, -0.5, -4.0)]:
        result = run(world, weeks=weeks)
        assert desk(result, "us").preferences.disagreement == us
        assert desk(result, "japan").preferences.disagreement == japan
    offered = run(world, weeks=4).offers.drop_duplicates("week")
    # (10 %, 100): Japan keeps -2; the US, trusted at .8, carries out its threat with .2.
    assert list(offered["expected_japan"]) == pytest.approx([-2, -2, -2.8, -2.8])
    # What carrying out its own threat costs the US is no part of a deal's worth to it.
    assert list(offered["expected_us"]) == pytest.approx([2.4] * 4)


def test_a_withdrawn_threat_weighs_no_more() -> None:
    event = {"date": week(2), "withdraw": "us-trade"}
    result = run(two(**STUBBORN, threats=[threat()], events=[event]), weeks=3)
    assert desk(result, "japan").preferences.disagreement == 0.0


def test_nothing_is_carried_out_while_a_first_deal_is_pending_or_a_deal_is_kept() -> None:
    world = two({"ratify_weeks": 6}, threats=[threat()])
    result = run(world, weeks=10)
    assert weekly(result, "us") == [0.0] * 6 + [1.0] * 4
    assert weekly(result, "japan") == [0.0] * 6 + [2.5] * 4


def test_a_rejected_deal_lets_a_due_threat_be_carried_out() -> None:
    world = two(
        {"ratify_weeks": 6, "audience": {"japan": {"threshold": 1.0}}},
        threats=[threat()],
        events=[{"date": week(1), "set": {"talks.trade.audience.japan.threshold": 9}}],
    )
    result = run(world, weeks=9)
    assert deal_of(result)["status"] == "rejected"
    assert weekly(result, "japan") == [0.0] * 6 + [-4.0] * 3


def test_a_threat_is_carried_out_within_a_deal_as_far_as_performance_is_withheld() -> None:
    world = two(us={"compliance": plays(0.25, 1)}, threats=[threat(0, week(2))])
    result = run(world, weeks=6)
    # From week 2 on it is due; from week 4 on the US performs in full.
    assert weekly(result, "us") == pytest.approx(
        [2 - 0.25] * 2 + [2 - 0.25 - 0.75 * 0.5] * 2 + [1] * 2
    )
    assert weekly(result, "japan") == pytest.approx(
        [0.25 * 3 - 0.5] * 2 + [0.25 * 3 - 0.5 - 0.75 * 4] * 2 + [2.5] * 2
    )


def test_the_partners_withholding_carries_out_no_threat_of_ones_own() -> None:
    world = two(japan={"compliance": plays(0)}, threats=[threat(0, week(0))])
    assert weekly(run(world, weeks=1), "japan") == [3.0]
    assert weekly(run(world, weeks=1), "us") == [-1.0]


def test_a_threat_is_carried_out_again_after_a_collapse() -> None:
    broken = {"compliance": plays(0)}
    result = run(two(us=broken, japan=broken, threats=[threat(0, week(6))]), weeks=8)
    assert deal_of(result)["ended"] == 4
    assert weekly(result, "japan") == [-0.0] * 6 + [-4.0] * 2


def test_who_owes_nothing_but_threatens_has_to_refrain() -> None:
    deal = {"talk": "trade", "signed": week(0), "outcome": {"buy": 50}}
    world = two(
        {"open": False}, us={"compliance": plays(0)}, deals=[deal], threats=[threat(0, week(0))]
    )
    result = run(world, weeks=9)
    rows = result.performance.to_dict("records")
    assert [(r["week"], r["issue"], r["quality"]) for r in rows if r["obligor"] == "us"] == [
        (0, "(threat)", 0.0),
        (4, "(threat)", 0.0),
    ]
    assert weekly(result, "japan") == [-0.5 - 4.0] * 8 + [-4.0]
    assert deal_of(result)["status"] == "collapsed"


def test_who_owes_nothing_and_threatens_nothing_performs_nothing() -> None:
    deal = {"talk": "trade", "signed": week(0), "outcome": {"buy": 50}}
    result = run(two({"open": False}, us={"compliance": plays(0)}, deals=[deal]), weeks=9)
    assert set(result.performance["obligor"]) == {"japan"}
    assert deal_of(result)["status"] == "in force"


def test_a_date_that_has_come_is_extended_from_then_whatever_moved_the_deadline_meanwhile() -> None:
    # Due in week 4 under a deal, which expires in week 8; the deadline moves in week 5.
    move = {"date": week(5), "set": {"talks.trade.deadline": week(6)}}
    deal = {"talk": "trade", "signed": week(-2), "outcome": {"cut": 5}}
    once = {"extend": 1, "weeks": 4, "after": 0}
    world = two(
        {"open": False, "term_weeks": 10},
        threats=[threat(policy=once)],
        deals=[deal],
        events=[move],
    )
    table = run(world, weeks=20).threats
    assert list(zip(table["week"], table["act"], table["deadline"], strict=True)) == [
        (0, "announced", 4),
        (8, "extended", 12),
        (12, "carried out", 12),
    ]
