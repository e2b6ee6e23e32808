"""Deals are ratified, performed, renewed, superseded, and end as the design says."""

from datetime import date
from typing import Any

import pytest

from experiments.run import run
from tests.simulator.world.small import (
    deal_of,
    desk,
    issue,
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
OLD_DEAL = {"talk": "trade", "signed": week(-2), "outcome": {"cut": 5, "buy": 50}}


def life(run: Any, number: int = 0) -> tuple[int, int | None, int | None, str]:
    """Return when a deal was signed, entered into force and ended, and its status."""
    row = deal_of(run, number)
    return row["signed"], row["in_force"], row["ended"], row["status"]


# --- ratification ---------------------------------------------------------------------------


def test_without_ratification_a_deal_is_in_force_in_the_week_of_its_signing() -> None:
    result = run(two())
    assert life(result) == (0, 0, None, "in force")
    assert performed(result, "us")[0] == (0, 1.0, "kept")
    assert weekly(result, "us")[0] == 1.0


@pytest.mark.parametrize("ratify_weeks", [1, 3])
def test_ratification_comes_ratify_weeks_after_signing(ratify_weeks: int) -> None:
    result = run(two({"ratify_weeks": ratify_weeks}))
    assert life(result) == (0, ratify_weeks, None, "in force")
    assert deal_of(result)["ratified"] == ratify_weeks
    assert performed(result, "us")[0][0] == ratify_weeks
    assert weekly(result, "japan")[: ratify_weeks + 1] == [0.0] * ratify_weeks + [2.5]


def strict(threshold: float, **talk: Any) -> Data:
    """Return a world in which Japan's audience asks for more from week 1 on."""
    return two(
        {"ratify_weeks": 3, "audience": {"japan": {"threshold": 1.0}}} | talk,
        events=[
            {"date": week(1), "set": {"talks.trade.audience.japan.threshold": threshold}},
            {"date": week(5), "set": {"talks.trade.audience.japan.threshold": 1.0}},
        ],
    )


def test_an_audience_passes_what_just_reaches_its_threshold_at_full_faith() -> None:
    assert life(run(strict(2.5))) == (0, 3, None, "in force")


def test_a_rejected_deal_reopens_its_talk_after_cooling_with_the_original_length() -> None:
    result = run(strict(2.5001))
    assert life(result, 0) == (0, None, 3, "rejected")
    assert openings(result) == [(0, 4, False), (7, 4, False)]
    assert life(result, 1) == (7, 10, None, "in force")
    assert not [row for row in performed(result, "us") if row[0] < 10]


def test_an_audience_has_its_own_weights_on_top_of_the_political_ones() -> None:
    world = strict(1.0, ratify_weeks=3)
    buy = world["talks"]["trade"]["issues"][1]
    buy["political_weights"] = {"japan": 2}
    buy["audience_weights"] = {"japan": 1.5}  # 3 - .5 * 2 * 1.5 = 1.5
    assert deal_of(run(world, set={"events": []}))["status"] == "in force"
    for threshold, status in [(1.5, "in force"), (1.501, "rejected")]:
        world["events"][0]["set"] = {"talks.trade.audience.japan.threshold": threshold}
        assert deal_of(run(world))["status"] == status


def test_rounding_rejects_no_deal() -> None:
    # 3 less 5.4 times .5 is .2999999999999998 in floating point.
    world = two({"ratify_weeks": 1, "audience": {"japan": {"threshold": 0.3}}})
    world["talks"]["trade"]["issues"][1]["audience_weights"] = {"japan": 5.4}
    assert life(run(world)) == (0, 1, None, "in force")
    world["talks"]["trade"]["audience"]["japan"]["threshold"] = 0.3001
    assert deal_of(run(world))["status"] == "rejected"


def test_to_agree_on_nothing_is_no_deal_unless_it_averts_a_threat() -> None:
    agreed = {country: {"strategy": offers([10, 0])} for country in ("us", "japan")}
    result = run(two(**agreed), weeks=12)
    assert len(result.deals) == 0
    assert openings(result) == [(0, 4, False), (4, 4, False), (8, 4, False)]
    assert result.offers["response"].tolist()[0] == "none"
    threat = {"by": "us", "talk": "trade", "payoffs": {"japan": -1}}
    averted = run(two(**agreed, threats=[threat | {"announced": week(0)}]), weeks=12)
    assert deal_of(averted)["terms"] == "nothing"


def test_outcomes_outside_the_believed_win_set_are_irrational() -> None:
    audience = {"japan": {"threshold": 2.0}}
    result = run(two({"audience": audience, "ratify_weeks": 2}, **STUBBORN), weeks=1)
    view = desk(result, "japan").preferences
    space = desk(result, "japan").space
    faith = [0, -0.5, -2, 3, 2.5, 1, 5, 4.5, 3]
    assert space.size == len(faith)
    assert list(view.options) == [k for k, payoff in enumerate(faith) if payoff >= 2.0]
    assert view.best == pytest.approx(4.0)  # 5 at trust .8
    harder = run(
        two({"audience": {"us": {"threshold": 1.5}}, "ratify_weeks": 2}, **STUBBORN), weeks=1
    )
    assert desk(harder, "us").preferences.best == pytest.approx(2.4)
    assert len(desk(harder, "japan").preferences.options) == 7  # it knows nothing of that audience


def test_the_negotiators_error_is_drawn_once_per_opening() -> None:
    noisy = {"audience": {"japan": {"threshold": 2.0, "noise": 1.0}}, "ratify_weeks": 1}
    sets = set()
    for seed in range(8):
        first, later = (
            desk(run(two(noisy, **STUBBORN), seed, weeks), "japan").preferences for weeks in (1, 3)
        )
        assert list(first.options) == list(later.options)
        again = desk(run(two(noisy, **STUBBORN), seed, 8), "japan").preferences
        sets.add((tuple(first.options), tuple(again.options)))
    assert any(one != other for one, other in sets)  # another opening, another error
    assert len({one for one, _ in sets}) > 1  # another run, another error


def test_an_error_about_the_win_set_makes_ratification_fail() -> None:
    noisy = {"audience": {"japan": {"threshold": 2.6, "noise": 3.0}}, "ratify_weeks": 1}
    statuses = {
        str(status) for seed in range(12) for status in run(two(noisy), seed, 3).deals["status"]
    }
    assert statuses == {"rejected"}


# --- reviews, collapse ----------------------------------------------------------------------


def test_performance_is_chosen_at_entry_and_at_each_review() -> None:
    result = run(two(us={"compliance": plays(1, 0.25, 0.75)}), weeks=14)
    assert performed(result, "us") == [
        (0, 1.0, "kept"),
        (4, 0.25, "withheld"),
        (8, 0.75, "kept"),
        (12, 0.75, "kept"),
    ]
    japan = [3 * q - 0.5 for q in (1, 0.25, 0.75, 0.75) for _ in range(4)]
    assert weekly(result, "japan") == pytest.approx(japan[:14])
    us = [2 - 1 * q for q in (1, 0.25, 0.75, 0.75) for _ in range(4)]
    assert weekly(result, "us") == pytest.approx(us[:14])


@pytest.mark.parametrize(
    ("us", "japan", "ended"),
    [
        ((0,), (0,), 4),  # both withheld in the first period
        ((1, 0), (1, 0), 8),
        ((0,), (1,), 8),  # one in two running
        ((1, 0, 0), (1,), 12),
        ((1, 0, 1, 0, 1), (1,), None),  # never two running
        ((0, 1), (1, 0, 1), None),  # one after the other
        ((0.49,), (0.49,), 4),
        ((0.5,), (0.5,), None),  # one half is no disregard
    ],
)
def test_a_deal_collapses_when_both_withheld_or_one_in_two_periods_running(
    us: tuple[float, ...], japan: tuple[float, ...], ended: int | None
) -> None:
    result = run(two(us={"compliance": plays(*us)}, japan={"compliance": plays(*japan)}), weeks=22)
    expected = "in force" if ended is None else "collapsed"
    assert life(result, 0) == (0, 0, ended, expected)
    if ended is not None:
        assert openings(result)[1] == (ended + 4, 4, False)  # after cooling, at full length
        assert weekly(result, "us")[ended : ended + 4] == [0.0] * 4


def test_commitments_all_kept_at_one_half_are_no_disregard_whatever_their_stakes() -> None:
    issues = [
        issue("a", "japan", [0, 1], us=[0, 1.9], japan=[0, -0.1]),
        issue("b", "japan", [0, 1], us=[0, 3.0], japan=[0, -0.1]),
        issue("c", "us", [0, 1], us=[0, -0.1], japan=[0, 3.0]),
    ]
    world = two(
        {"issues": issues, "open": False},
        japan={"compliance": plays(0.5)},
        deals=[{"talk": "trade", "signed": week(0), "outcome": {"a": 1, "b": 1, "c": 1}}],
    )
    assert deal_of(run(world))["status"] == "in force"


def test_quality_is_weighted_by_stakes() -> None:
    issues = [
        issue("a", "japan", [0, 1], us=[0, 3], japan=[0, -0.1]),
        issue("b", "japan", [0, 1], us=[0, 1], japan=[0, -0.1]),
        issue("c", "japan", [0, 1], us=[0, -1], japan=[0, -0.1]),  # no stake
        issue("d", "us", [0, 1], us=[0, -0.1], japan=[0, 3]),
    ]
    deal = {"talk": "trade", "signed": week(0), "outcome": dict.fromkeys("abcd", 1)}
    ended = {}
    for name, script in {
        "small": "{a=[1], b=[0], c=[0]}",
        "large": "{a=[0.3], b=[1], c=[1]}",
    }.items():
        world = two(
            {"issues": issues, "open": False},
            us={"trust": MOVED_BY_EVIDENCE},
            japan={"compliance": f"scripted:qualities={script}"},
            deals=[deal],
        )
        result = run(world, weeks=10)
        ended[name] = deal_of(result)["ended"]
        mean = {"small": 0.75, "large": (3 * 0.3 + 1) / 4}[name]
        c = 2 * mean - 1
        expected = 0.8 + 0.1 * c * 0.2 if c > 0 else 0.8 * (1 - 0.3 * -c)
        assert trust(result, "us", "japan")[4] == pytest.approx(0.8)
        assert trust(result, "us", "japan")[5] == pytest.approx(expected)
    assert ended == {"small": None, "large": 8}


def test_withholding_in_answer_is_excused_for_trust_and_counts_for_collapse() -> None:
    us = {"compliance": plays(1, 0, 0, 1), "trust": MOVED_BY_EVIDENCE}
    japan = {"compliance": plays(0, 1), "trust": MOVED_BY_EVIDENCE}
    result = run(two(us=us, japan=japan), weeks=14)
    assert performed(result, "us")[:3] == [
        (0, 1.0, "kept"),
        (4, 0.0, "excused"),
        (8, 0.0, "withheld"),
    ]
    assert life(result) == (0, 0, 12, "collapsed")  # the excused one counts as the first of two
    of_us = trust(result, "japan", "us")
    assert of_us[5] == pytest.approx(0.82)  # kept in weeks 0 to 3
    assert of_us[9] == pytest.approx(0.82)  # excused: trust has not moved
    assert of_us[13] == pytest.approx(0.82 * 0.7)
    of_japan = trust(result, "us", "japan")
    assert of_japan[5] == pytest.approx(0.8 * 0.7)


def test_answering_each_other_in_turn_excuses_every_answer() -> None:
    tit_for_tat = {"compliance": "reciprocal"}
    first = {"compliance": plays(0, 1, 0, 1, 0, 1)}
    result = run(two(us=tit_for_tat, japan=first), weeks=24)
    assert [q for _, q, _ in performed(result, "us")] == [1, 0, 1, 0, 1, 0]
    assert {reason for _, q, reason in performed(result, "us") if q == 0} == {"excused"}
    # Japan's withholding of week 8 follows that of the US in the period before.
    assert [reason for _, _, reason in performed(result, "japan")][:3] == [
        "withheld",
        "kept",
        "excused",
    ]
    assert life(result)[3] == "in force"


def test_a_talk_that_only_carries_its_deal_never_opens_not_even_after_collapse() -> None:
    world = two(
        {"open": False},
        us={"compliance": plays(0)},
        japan={"compliance": plays(0)},
        deals=[OLD_DEAL],
    )
    result = run(world)
    assert life(result) == (-2, -2, 4, "collapsed")
    assert openings(result) == []
    assert result.offers.empty


# --- term, renewal, upgrade -----------------------------------------------------------------


def test_without_a_term_a_deal_never_expires() -> None:
    assert life(run(two(), weeks=300)) == (0, 0, None, "in force")


def test_without_renewal_a_deal_expires_term_weeks_after_entry_and_stays_away() -> None:
    result = run(two({"term_weeks": 10, "ratify_weeks": 2}))
    assert life(result) == (0, 2, 12, "expired")
    assert openings(result) == [(0, 4, False)]
    assert [row[0] for row in performed(result, "us")] == [2, 6, 10]
    assert weekly(result, "us")[11:13] == [1.0, 0.0]


def test_the_part_period_before_expiry_is_evidence() -> None:
    world = two(
        {"term_weeks": 6}, us={"compliance": plays(1, 0)}, japan={"trust": MOVED_BY_EVIDENCE}
    )
    seen = trust(run(world), "japan", "us")
    assert seen[5] == pytest.approx(0.82)
    assert seen[6] == pytest.approx(0.82)
    assert seen[7] == pytest.approx(0.82 * 0.7)


def test_deals_in_force_at_the_start_choose_in_week_0_and_expire_from_their_signing() -> None:
    result = run(two({"term_weeks": 10}, **STUBBORN, deals=[OLD_DEAL]))
    assert life(result) == (-2, -2, 8, "expired")
    assert [row[0] for row in performed(result, "us")] == [0, 4]
    assert weekly(result, "us")[0] == 1.0


@pytest.mark.parametrize(
    ("us", "japan", "term", "status"),
    [
        ((0,), (0,), 4, "collapsed"),  # both withheld in the period that ends with the term
        ((1, 0), (1, 0), 6, "expired"),  # not in a period: the second was not over
        ((0,), (1,), 8, "collapsed"),
        ((0,), (1,), 6, "expired"),
        ((0, 1), (1,), 8, "expired"),
    ],
)
def test_a_deal_that_collapses_with_its_term_has_collapsed_and_reopens(
    us: tuple[float, ...], japan: tuple[float, ...], term: int, status: str
) -> None:
    world = two(
        {"term_weeks": term}, us={"compliance": plays(*us)}, japan={"compliance": plays(*japan)}
    )
    result = run(world)
    assert life(result, 0) == (0, 0, term, status)
    assert [w for w, _, _ in openings(result)][1:2] == ([term + 4] if status == "collapsed" else [])


@pytest.mark.parametrize("signed", [week(-2), week(0)])
def test_a_deal_in_force_at_the_start_is_not_signed_in_the_run(signed: date) -> None:
    result = run(two(**STUBBORN, deals=[OLD_DEAL | {"signed": signed}]))
    assert result.row()["deals_signed"] == 0
    assert result.row()["deals_in_force"] == 1
    assert run(two()).row()["deals_signed"] == 1


RENEWING = {"term_weeks": 14, "renew_weeks": 6, "ratify_weeks": 2}


def test_renewal_opens_renew_weeks_before_expiry_and_ends_ratify_weeks_before_it() -> None:
    result = run(two(RENEWING, **STUBBORN, deals=[OLD_DEAL]), weeks=20)
    # The deal of week -2 expires in week 12, so its renewal opens in week 6 and has until week 10.
    assert life(result) == (-2, -2, 12, "expired")
    first, second, third = openings(result)[:3]
    assert first == (0, 4, False)
    assert second == (6, 4, True)
    assert third == (9 + 4, 4, False)  # it failed in week 9


def test_renewal_takes_what_holds_after_expiry_as_disagreement_and_may_roll_over() -> None:
    world = two(RENEWING, **STUBBORN, deals=[OLD_DEAL])
    upgrade = run(world, weeks=1)
    renewal = run(world, weeks=7)
    for party, expected in {"us": -1 + 0.8 * 2, "japan": -0.5 + 0.8 * 3}.items():
        now, later = desk(upgrade, party).preferences, desk(renewal, party).preferences
        assert now.disagreement == pytest.approx(expected)
        assert later.disagreement == 0.0
        assert not now.rational[4]  # the deal in force itself is not on the table
        assert later.rational[4]


def test_a_renewal_on_the_same_terms_supersedes_the_deal_and_runs_for_a_new_term() -> None:
    result = run(two(RENEWING), weeks=60)
    # In force in week 2, expires in 16; the renewal opens in 10, enters in 12, expires in 26.
    assert life(result, 0) == (0, 2, 12, "superseded")
    assert life(result, 1) == (10, 12, 22, "superseded")
    assert life(result, 2) == (20, 22, 32, "superseded")
    assert [week for week, _, _ in openings(result)] == [0, 10, 20, 30, 40, 50]
    assert set(weekly(result, "us")[2:]) == {1.0}


def test_a_renewal_signed_in_the_last_round_is_in_force_before_the_old_deal_expires() -> None:
    late = offers([10, 100], [10, 100], [10, 100], [5, 50])
    world = two(
        RENEWING, us={"strategy": late}, japan={"strategy": offers([0, 0], [0, 0], [0, 0], [5, 50])}
    )
    result = run(world, weeks=30)
    assert life(result, 0) == (3, 5, 18, "superseded")  # it would have expired in week 19
    assert life(result, 1)[:2] == (16, 18)


def test_an_upgrade_takes_the_larger_of_threats_and_the_deal_as_disagreement() -> None:
    def floor(gain: float) -> float:
        threat = {"talk": "trade", "by": "us", "announced": week(-1), "payoffs": {"us": gain}}
        world = two(**STUBBORN, deals=[OLD_DEAL], threats=[threat])
        return float(desk(run(world, weeks=1), "us").preferences.disagreement)

    assert floor(0.5) == pytest.approx(0.6)  # -1 + .8 * 2
    assert floor(0.7) == pytest.approx(0.7)
    assert floor(-0.7) == pytest.approx(0.6)


def test_once_the_deal_is_gone_the_upgrade_talk_goes_on_without_it() -> None:
    world = two(
        {"deadline": week(20), "term_weeks": 5}, **STUBBORN, deals=[OLD_DEAL]
    )  # it expires in week 3
    before, after = (desk(run(world, weeks=w), "us").preferences for w in (3, 5))
    assert before.disagreement == pytest.approx(0.6)
    assert after.disagreement == 0.0
    assert not before.rational[4]
    assert after.rational[4]


def test_an_upgrade_supersedes_and_its_predecessors_part_period_is_evidence() -> None:
    world = two(
        {"review_weeks": 13},
        us={"strategy": offers([10, 100], [10, 100], [5, 50]), "compliance": plays(0, 1)},
        japan={"strategy": offers([0, 0], [0, 0], [5, 50]), "trust": MOVED_BY_EVIDENCE},
        deals=[OLD_DEAL | {"outcome": {"cut": 5, "buy": 100}}],
    )
    # With these values both gain when Japan buys 50 instead of 100.
    world["talks"]["trade"]["issues"][1]["payoffs"]["us"] = [0, 4, 3]
    result = run(world, weeks=20)
    assert life(result, 0) == (-2, -2, 2, "superseded")
    assert life(result, 1) == (2, 2, None, "in force")
    seen = trust(result, "japan", "us")
    assert seen[2] == pytest.approx(0.8)
    assert seen[3] == pytest.approx(0.8 * 0.7)
    # The script is of the deal: it starts again with its first choice.
    assert performed(result, "us", "trade:1")[:1] == [(2, 0.0, "withheld")]


def test_a_policy_remembers_per_deal() -> None:
    world = two(
        {"term_weeks": 4, "renew_weeks": 2},
        us={"compliance": "grim"},
        japan={"compliance": plays(0, 1, 1)},
    )
    world["talks"]["trade"]["review_weeks"] = 1
    result = run(world, weeks=3)
    # Renewed in week 2: under the first deal the US withholds in week 1; under the second it
    # starts afresh, although Japan broke the first.
    assert performed(result, "us", "trade:0") == [(0, 1.0, "kept"), (1, 0.0, "excused")]
    assert performed(result, "us", "trade:1") == [(2, 1.0, "kept")]


def test_while_a_talk_is_open_no_renewal_opens() -> None:
    world = two(RENEWING | {"deadline": week(11)}, **STUBBORN, deals=[OLD_DEAL])
    assert openings(run(world, weeks=10)) == [(0, 11, False)]


def test_a_renewal_for_which_no_week_is_left_does_not_open() -> None:
    world = two(
        {"term_weeks": 10, "renew_weeks": 6, "ratify_weeks": 2, "deadline": week(7)},
        **STUBBORN,
        deals=[OLD_DEAL],
    )  # the upgrade fails in week 6, when a renewal would have had to be signed
    assert openings(run(world, weeks=20)) == [(0, 7, False), (10, 7, False)]


@pytest.mark.parametrize(("opens", "deadline"), [(3, 5), (3, 12), (9, 14), (20, 24)])
def test_an_earlier_renewal_does_not_keep_a_talk_from_opening(opens: int, deadline: int) -> None:
    world = two(
        {"opens": week(opens), "deadline": week(deadline), "term_weeks": 12}
        | {"renew_weeks": 8, "ratify_weeks": 2},
        **STUBBORN,
        deals=[OLD_DEAL],
    )  # the deal expires in week 10; its renewal opens in week 2 and has until week 8
    found = openings(run(world, weeks=40))
    assert found[0] == (2, 6, True)
    assert len(found) > 2
    assert all(rounds > 0 for _, rounds, _ in found)
    assert any(w >= opens for w, _, _ in found)


# --- opening and failing --------------------------------------------------------------------


def test_a_talk_opens_on_its_date_and_has_the_rounds_to_its_deadline() -> None:
    assert openings(run(two({"opens": week(3), "deadline": week(5)})))[0] == (3, 2, False)
    # Wednesday to Monday twelve days later, at five rounds a week: floor(12 * 5 / 7) = 8.
    world = two({"opens": week(3, 2), "deadline": week(5)}, **STUBBORN) | {"rounds_per_week": 5}
    assert openings(run(world))[0] == (3, 8, False)
    first = run(world).offers
    assert int(first["week"].min()) == 3


@pytest.mark.parametrize(("cooling", "weeks"), [(0, [0, 4, 8]), (1, [0, 4, 8]), (4, [0, 7, 14])])
def test_a_failed_talk_reopens_after_cooling_with_the_original_length(
    cooling: int, weeks: list[int]
) -> None:
    result = run(two({"cooling_weeks": cooling}, **STUBBORN))
    found = openings(result)[:3]
    assert [w for w, _, _ in found] == weeks  # each fails in its fourth week
    assert {rounds for _, rounds, _ in found} == {4}


def test_a_party_that_walks_away_ends_the_talk_at_once() -> None:
    result = run(two(us={"strategy": "scripted"}))
    assert [w for w, _, _ in openings(result)][:3] == [0, 4, 8]
    assert result.offers.empty


def test_a_party_for_whom_no_outcome_is_rational_walks_away() -> None:
    world = two(us={"strategy": "linear"}, japan={"strategy": "linear"})
    threat = {"talk": "trade", "by": "us", "announced": week(0), "payoffs": {"us": 3.0}}
    world["threats"] = [threat]  # as good as the best outcome at full faith, better at trust .8
    result = run(world)
    assert [w for w, _, _ in openings(result)][:3] == [0, 4, 8]
    assert result.offers.empty
