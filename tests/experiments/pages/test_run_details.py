"""The details: all that a person can read about a run."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.run import run
from tests.generators import scenarios
from tests.simulator.world.small import STUBBORN, dear

FIRST_TALK = """\
Two countries, a tariff for purchases
first-talk, seed 0: 26 weeks, 6 January 2025 to 6 July 2025. Amounts in US$ bn.
1 deal signed, 1 in force at the end, no broken promises.

Deals
  20 Jan 2025 (week 2), Home and Partner: in force at the end
    Home     Home's tariff 5 %
    Partner  Partner's purchases of Home's goods US$ 50 bn
    worth    Home 1.00 (0.60 expected, 0.00 without) and Partner 2.50 (1.90
             expected, 0.00 without) a year, if kept

Trust of partners in each other: start, lowest, end
  Home in Partner  .80 ↗ .82                  ▁▁▁▁▁▁▁▁▁▅██████
  Partner in Home  .80 ↗ .82                  ▁▁▁▁▁▁▁▁▁▅██████
  The lowest bar stands for .80, the highest for .82.

Payoffs over the run, US$ bn
          material   weighted   weighted, discounted
────────────────────────────────────────────────────
Home          0.46       0.46                   0.46
Partner       1.15       1.15                   1.15
"""


def told(text: str) -> str:
    """Return a text without its line breaks."""
    return re.sub(r"\s+", " ", text)


def test_first_talk_is_told_in_full() -> None:
    assert run("first-talk").details() == FIRST_TALK


def test_a_disregard_is_told_with_who_when_and_why() -> None:
    r = run(
        "first-talk",
        weeks=60,
        set={
            "countries.home.compliance": "scripted:qualities=[1.0, 0.0, 1.0]",
            "countries.partner.compliance": "reciprocal",
        },
    )
    text = told(r.details())
    assert "21 Apr 2025 (week 15) Home withholds all it owes from Partner (unprovoked)" in text
    assert "21 Jul 2025 (week 28) Partner withholds all it owes from Home (after a breach)" in text
    assert "2 broken promises" in text
    assert "disregarded by Home 21 Apr 2025 (week 15)" in text


def test_a_breach_after_a_partners_is_told_as_that_whatever_the_policy_went_by() -> None:
    breaks = {"countries.home.compliance": "scripted:qualities=[1.0, 0.0, 1.0, 1.0]"}
    for policy in ("grim", "scripted:qualities=[1.0, 1.0, 1.0, 0.0]"):
        r = run("first-talk", weeks=60, set=breaks | {"countries.partner.compliance": policy})
        row = r.performance.query("obligor == 'partner' and week == 41").iloc[0]
        assert row["reason"] == "withheld"  # Home had kept the deal in the period just ended
        assert "Partner to Home: all withheld, after a breach" in r.summary()
        assert "withholds all it owes from Home (after a breach)" in told(r.details())
    assert "because its policy, scripted" in r.why("trade:0").to_dict()["decisions"][-1]["sentence"]


def test_a_forced_disregard_has_the_date_of_its_event() -> None:
    forced = {"date": "2025-05-20", "disregard": {"talk": "trade", "by": "home"}}
    text = told(run("first-talk", weeks=30, set={"events": [forced]}).details())
    assert "disregarded by Home 19 May 2025 (week 19)" in text
    assert "week 16" not in text


def test_broken_promises_are_counted_with_their_commitments() -> None:
    forced = {"date": "2026-01-05", "disregard": {"talk": "us-uk", "by": "us"}}
    r = run("allies-2025", weeks=40, set={"events": [forced], "valuation_sd": 0})
    commitments = r.row()["disregards"]
    promises = len(r.performance.query("quality < .5")[["week", "deal", "obligor"]].value_counts())
    assert promises < commitments
    assert f"{promises} broken promises ({commitments} commitments)." in told(r.details())


def test_several_talks_begin_with_a_line_each() -> None:
    r = run("allies-2025")
    lines = r.details().split("\nTalks\n")[1].split("\n\n")[0].splitlines()
    assert len(lines) == len(r.scenario.talks)
    for line, (key, talk) in zip(lines, r.scenario.talks.items(), strict=True):
        signed = (r.deals["talk"] == key) & (r.deals["signed"] >= 0)
        assert all(r.scenario.countries[party].name in line for party in talk.parties)
        assert f"{signed.sum()} signed" in line


def test_what_a_deal_is_worth_stands_beside_what_there_was_without() -> None:
    r = run("allies-2025")
    text = told(r.details())
    for opening in r.world.openings:
        if opening.talk.agreement is not None:
            for turn in opening.talk.turns:
                hoped = turn.preferences.expected[opening.talk.agreement]
                assert (
                    f"({hoped:.2f} expected, {turn.preferences.disagreement:.2f} without)" in text
                )


def test_many_disregards_are_added_up() -> None:
    r = run(
        "symmetric-tariff-game",
        weeks=40,
        set={
            "countries.home.compliance": "scripted:qualities=[1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, "
            "0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]",
            "countries.foreign.compliance": "always",
        },
    )
    text = told(r.details())
    assert "towards Foreign: 10 times, 13 Jan 2025 (week 1) to 19 May 2025 (week 19)" in text
    assert "(10 unprovoked)" in text


def test_a_talk_without_a_deal_says_how_it_ended() -> None:
    apart = run("first-talk", set={"talks.trade.audience.home": {"threshold": 9}}).details()
    assert "None was signed" in apart
    assert "Home walked away: nothing better than no deal would have passed at home" in told(apart)
    stubborn = {f"countries.{c}.strategy": "hardliner" for c in ("home", "partner")}
    assert "no agreement by the deadline" in told(run("first-talk", set=stubborn).details())


def test_a_deal_in_force_at_the_start_has_its_own_date() -> None:
    text = told(run("allies-2025", weeks=2, set={"valuation_sd": 0}).details())
    assert "8 May 2025 (before the run), United States and United Kingdom" in text


@pytest.mark.parametrize("width", [80, 120])
def test_allies_fits_the_page(width: int) -> None:
    lines = run("allies-2025", seed=1).details(width).splitlines()
    assert max(map(len, lines)) <= width
    assert max(map(len, lines)) > 0.9 * width or width == 120


@settings(max_examples=25)
@given(scenarios(), st.integers(0, 3))
def test_any_run_can_be_told_on_80_columns(data: dict[str, Any], seed: int) -> None:
    r = run(data, seed)
    for text in (r.summary(), r.details(), r.transcript()):
        assert max(map(len, text.splitlines())) <= 80
        assert "nan" not in text.split()


def test_a_talk_about_other_terms_that_fails_says_who_would_not_keep_the_deal() -> None:
    text = told(run(dear(strategies=STUBBORN), weeks=5).details())
    why = "although japan would not keep the deal at its next review"
    assert re.search(rf"; no agreement by the deadline: [a-z ]+, {why}", text)


def test_a_renewal_is_told_as_before_and_after_and_for_whom_the_price_moved() -> None:
    r = run("allies-2025", seed=3)
    text = told(r.details())
    for talk in r.scenario.talks:
        first, second = [d for d in r.world.ledger.deals.values() if d.talk == talk][-2:]
        space = r.world.tracks[talk].plan.space
        for issue, old, new in zip(space.issues, first.levels, second.levels, strict=True):
            if old != new and not isinstance(issue.levels[new], str):
                assert f"{issue.name} {issue.levels[old]:g} → " in text
    assert "A price is what a deal is worth if kept" in text
    assert len(re.findall("since then", text)) == len(re.findall("price (better|worse)", text))
    assert "A price is what" not in run("first-talk").details()


def test_trust_is_told_with_its_lowest_value_and_for_those_that_meet_alone() -> None:
    r = run("allies-2025", seed=3)
    section = r.details().split("\nTrust of partners")[1].split("\n\n")[0]
    assert "Japan in Korea" not in section
    rows = r.trust.query("observer == 'eu' and subject == 'us'").nsmallest(1, "trust")
    lowest = f"{rows['trust'].iloc[0]:.2f}".removeprefix("0")
    week = rows["week"].iloc[0]
    (line,) = (line for line in section.splitlines() if "European Union in United States" in line)
    assert f"↘ {lowest} (week {week}) ↗" in line


def test_why_a_talk_failed_is_told_with_the_best_that_was_on_the_table() -> None:
    r = run("allies-2025", seed=0)
    text = told(r.details())
    assert "all held out for more than was on the table; the best on the table, by" in text
    assert "would have brought United States" in text
