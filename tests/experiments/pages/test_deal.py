from typing import Any

import pytest

from experiments.pages.deal import Term
from experiments.run import Run, run
from simulator.errors import ScenarioError
from tests.simulator.world.small import dear, offers, plays, two, week

ISSUES = {"cut": ("us", "10", "5"), "buy": ("japan", "0", "50")}


@pytest.fixture(scope="module")
def small() -> Run:
    return run(two())


def renewed(ratify_weeks: int = 1) -> dict[str, Any]:
    """A world in which a better deal follows on the first."""
    data = two({"term_weeks": 12, "renew_weeks": 4, "ratify_weeks": ratify_weeks})
    for country in data["countries"].values():
        country["strategy"] = offers([5, 50], [0, 100])
    return data


def test_a_deal_says_what_applied_before_and_what_applies_after(small: Run) -> None:
    terms = [Term(name, *told) for name, told in ISSUES.items()]
    assert list(small.deal("trade").terms) == terms


def test_a_deal_says_what_it_is_worth_to_each_party_kept_expected_and_without_it(
    small: Run,
) -> None:
    deal = small.deal("trade:0")
    # At a trust of .8: -1 + .8 * 2 for the US, -.5 + .8 * 3 for Japan; reviewed every four weeks.
    us, japan = deal.stakes
    assert (us.kept, us.expected, us.disagreement) == pytest.approx((1.0, 0.6, 0.0))
    assert (japan.kept, japan.expected, japan.disagreement) == pytest.approx((2.5, 1.9, 0.0))
    assert us.honoured == japan.honoured == us.periods
    assert us.periods == 8


def test_a_talk_stands_for_its_last_deal() -> None:
    r = run(renewed())
    last = max(r.world.ledger.deals.values(), key=lambda deal: deal.signed)
    assert r.deal("trade").id == last.id != "trade:0"


@pytest.mark.parametrize("ratify_weeks", [0, 1])
def test_the_terms_of_a_renewal_are_told_against_the_deal_in_force(ratify_weeks: int) -> None:
    r = run(renewed(ratify_weeks))
    first, second = r.deal("trade:0"), r.deal("trade:1")
    assert first.ended is not None
    assert second.signed <= first.ended
    assert [term.before for term in second.terms] == [term.after for term in first.terms]


def test_periods_in_which_a_party_broke_the_deal_are_not_counted_as_kept() -> None:
    us, japan = run(two(us={"compliance": plays(1, 0, 1)})).deal("trade").stakes
    assert us.periods - us.honoured >= 1
    assert japan.honoured == japan.periods


def test_a_deal_older_than_the_run_has_no_worth_and_says_since_when_it_stands() -> None:
    old = {"talk": "trade", "signed": week(-4), "outcome": {"cut": 5}}
    deal = run(two({"open": False}, deals=[old])).deal("trade")
    assert deal.stakes == ()
    assert deal.signed < 0
    assert str(deal.title) == "9 Dec 2024 (before the run), us and japan: in force at the end"


def test_a_deal_reads_as_a_text_and_as_tables(small: Run) -> None:
    deal = small.deal("trade")
    assert str(deal).startswith("6 Jan 2025 (week 0), us and japan: in force at the end\n")
    assert "kept, periods" in str(deal) == repr(deal)
    assert "<table>" in deal._repr_html_()


@pytest.mark.parametrize("name", ["trad", "trade:7"])
def test_an_unknown_deal_is_refused_with_the_nearest(name: str, small: Run) -> None:
    with pytest.raises(ScenarioError, match=f"deal: '{name}'.*mean 'trade"):
        small.deal(name)


def test_where_there_is_no_deal_that_is_said() -> None:
    with pytest.raises(ScenarioError, match="there is none"):
        run(two({"open": False})).deal("trade")


def test_a_deal_in_the_place_of_one_that_was_too_dear_says_so() -> None:
    r = run(dear())
    said = "agreed in the place of one that japan would not have kept"
    assert r.deal("trade:1").course.startswith(said)
    assert said not in r.deal("trade:0").course
