"""Why decisions came out as they did, in sentences and as a table."""

import datetime
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.analysis import reasons
from experiments.pages.why import Why
from experiments.run import Run, run
from simulator.errors import ScenarioError
from tests.generators import scenarios
from tests.simulator.world.small import OLD_DEAL, offers, plays, two


@pytest.fixture(scope="module")
def allies() -> Run:
    return run("allies-2025", seed=3, weeks=30)


def sentences(played: Run) -> list[str]:
    return [each["sentence"] for each in played.why().to_dict()["decisions"]]


def test_a_refusal_for_distrust_names_the_trust() -> None:
    japan = {"strategy": {"bidding": offers([5, 0]), "acceptance": "time:after=0"}}
    data = two(us={"strategy": offers([5, 50])}, japan=japan | {"trust": "fixed:t0=0.1"})
    assert (
        "japan refused an offer in the talk with us because it trusts us at .10: with full trust it"
        " would have accepted it."
    ) in sentences(run(data))


def test_a_breach_names_the_policy() -> None:
    data = two(us={"compliance": plays(0.0)}, deals=[OLD_DEAL], weeks=8)
    data["talks"]["trade"]["open"] = False
    assert sentences(run(data))[0] == (
        "us broke the deal with japan because its policy, scripted:qualities=[0.0], had it so: with"
        " one that keeps deals it would have kept it."
    )


def test_the_frame_has_a_row_for_each_term_that_sum_to_the_margins(allies: Run) -> None:
    why = allies.why("us-korea")
    sums = why.terms.groupby("decision")["amount"].sum()
    margins = why.terms.groupby("decision")["margin"].first()
    assert len(sums) == len(why.decisions)
    assert list(sums) == pytest.approx(list(margins), abs=1e-9)
    turning = why.terms[why.terms["turns"]].groupby("decision")["kind"].agg(list)
    assert list(turning) == [[term.kind for term in d.turning[0]] for d in why.decisions]


def test_what_a_row_does_not_show_is_in_the_rest(allies: Run) -> None:
    for block in str(allies.why("us-eu")).split("US$ bn / year\n")[1:]:
        rows = block.split("\n\n")[0].splitlines()[1:]
        numbers = [float(row.split()[-1].replace(",", "")) for row in rows]
        assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=0.005 * len(numbers))


def test_a_run_in_which_nothing_was_decided_says_so() -> None:
    data = two(weeks=3)
    data["talks"]["trade"]["open"] = False
    assert "Nothing was decided" in str(run(data).why())


def test_a_talk_in_which_nobody_had_anything_to_decide_says_why_it_failed() -> None:
    apart = run("first-talk", weeks=3, set={"talks.trade.audience.home": {"threshold": 9}})
    for what in (None, "trade", 0):
        text = " ".join(str(apart.why(what)).split())
        assert "Talks in which nobody had an offer to answer Home and Partner opened 6 Jan" in text
        assert "Home walked away: nothing better than no deal would have passed at home" in text
    assert "Nothing was decided in the week of 13 Jan 2025 (week 1)" in str(apart.why(1))


def test_a_deal_that_all_kept_from_before_the_run_says_so(allies: Run) -> None:
    assert "us-uk:0 in the run: it was there before, and all kept" in str(allies.why("us-uk:0"))


def test_many_decisions_get_a_line_each_and_any_of_them_can_be_split(allies: Run) -> None:
    why = allies.why(0)
    lines = str(why).splitlines()
    numbered = [line for line in lines if re.match(r" +\d+   round", line)]
    assert len(numbered) == len(why.decisions) > 30
    assert max(map(len, lines)) <= 80
    assert re.match(r" +2   round 2: us refused +face \+ own \+ ambition +-14\.64$", numbered[1])
    assert "--number N splits one" in " ".join(lines)
    one = allies.why(0, number=2)
    assert one.decisions == why.decisions[1:2]
    assert "loss of face" in str(one)


def test_a_date_stands_for_its_week(allies: Run) -> None:
    assert allies.why("2025-06-30", number=1).decisions == allies.why(6, number=1).decisions
    assert allies.why(datetime.date(2025, 7, 6)).asked == 6


def test_a_decision_that_there_is_not_is_refused(allies: Run) -> None:
    with pytest.raises(ScenarioError, match="number: 0: the number of a decision: 1 to"):
        allies.why(0, number=0)
    with pytest.raises(ScenarioError, match="number: 1: none was made"):
        allies.why("us-uk:0", number=1)


@settings(max_examples=10)
@given(data=scenarios(), seed=st.integers(0, 3))
def test_the_reasons_of_any_run_fit_80_columns(data: dict[str, Any], seed: int) -> None:
    played = run(data | {"weeks": min(data["weeks"], 4)}, seed)
    for what in (None, 0, *played.scenario.talks):
        assert max(map(len, str(played.why(what)).splitlines())) <= 80


def test_what_a_decision_turns_without_stands_in_its_table() -> None:
    played = run("allies-2025", seed=0, weeks=1)
    for decision in played.why(0).decisions:
        page = str(Why(played, (decision,), 0, number=1))
        rows = " ".join(page.split(decision.unit)[1].split("\nmargin")[0].split())
        for term in (term for some in decision.turning for term in some):
            assert reasons.label(played.scenario, decision, term) in rows
