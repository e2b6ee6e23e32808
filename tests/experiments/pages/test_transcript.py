"""The transcript: talks offer by offer, in words."""

import re
from typing import Any

import pytest

from experiments.run import run
from simulator.errors import ScenarioError
from tests.simulator.world.small import dear

FIRST_TALK = """\

Home and Partner (trade)
  tariff     Home's tariff (Home): 10, 5, 0 %
  purchases  Partner's purchases of Home's goods (Partner): 0, 50, 100 US$ bn
  In brackets what an offer is worth, US$ bn a year: Home, Partner.
  Rounds are counted from 1 here, in tables and messages from 0.

  Week 0, 6 Jan 2025
               The talk opens: 4 rounds to the deadline.
    round 1    Home offers purchases US$ 100 bn [2.40, -2.00]
               Partner declines; offers tariff 0 %, purchases US$ 50 bn [-1.40,
               3.50]

  Week 1, 13 Jan 2025
    round 2    Home declines; lowers tariff from 10 to 5 % [1.40, 0.40]
               Partner declines; raises purchases from 50 to US$ 100 bn [-0.60,
               2.00]

  Week 2, 20 Jan 2025
    round 3    Home declines; lowers purchases from 100 to US$ 50 bn [0.60,
               1.90]
    round 3    Partner accepts. Signed: tariff 5 %, purchases US$ 50 bn.
    deal       The deal is in force.
    review     Everybody keeps the deal. The same in week 15.
"""


def told(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_first_talk_is_told_offer_by_offer() -> None:
    assert run("first-talk").transcript() == FIRST_TALK


def test_one_talk_can_be_asked_for() -> None:
    r = run("allies-2025", weeks=3)
    text = r.transcript("us-eu")
    assert text.startswith("\nUnited States and European Union (us-eu)\n")
    assert "us-japan" not in text
    assert all(f"({talk})" in r.transcript() for talk in r.scenario.talks)
    with pytest.raises(ScenarioError, match="did you mean 'us-japan'"):
        r.transcript("us-jpan")


def test_repeated_offers_are_one_line() -> None:
    stubborn = {f"countries.{c}.strategy": "hardliner" for c in ("home", "partner")}
    text = told(run("first-talk", set=stubborn).transcript())
    assert "rounds 2-4 Home and Partner repeat their offers (x3, until week 3)." in text
    assert "The deadline passes without agreement." in text


def test_who_walks_away_is_told() -> None:
    demanding = {"talks.trade.audience.home": {"threshold": 9}}
    text = told(run("first-talk", set=demanding).transcript())
    assert "Home walks away: there is nothing it could agree to." in text


def test_labels_change_from_one_to_another() -> None:
    text = told(run("allies-2025", seed=1, weeks=8).transcript("us-japan"))
    assert re.search(r"changes shipbuilding from (none|yards|navy) to (none|yards|navy)", text)


def test_the_life_of_a_deal_is_told() -> None:
    r = run(
        "first-talk",
        weeks=80,
        set={
            "talks.trade.ratify_weeks": 2,
            "countries.home.compliance": "scripted:qualities=[1.0, 0.0]",
        },
    )
    text = told(r.transcript())
    assert "The deal is ratified and in force." in text
    assert "Home disregards the deal." in text
    assert "The deal collapses." in text
    assert "The talk opens again" in text


def test_an_audience_that_does_not_pass_a_deal_is_told() -> None:
    # Home believes by mistake that its audience asks for less than the 1.5 that it does ask for.
    audience = {"threshold": 1.5, "noise": 2.0}
    r = run("first-talk", seed=3, set={"talks.trade.audience.home": audience})
    assert "An audience at home does not pass the deal: it is rejected." in told(r.transcript())
    assert "rejected by the audience of Home" in told(r.details())


def test_a_moved_deadline_is_told_when_it_moves() -> None:
    moved = {"date": "2025-01-20", "set": {"talks.trade.deadline": "2025-03-03"}}
    text = told(run("first-talk", set={"events": [moved]}).transcript())
    assert "The talk opens: 4 rounds to the deadline." in text
    assert 'event talks.trade.deadline = "2025-03-03". deadline The deadline is moved: 6' in text


def told_of_threats(extend: float, after: float = 1.0, **more: Any) -> str:
    """Return the transcript of US-Japan where nobody gives in."""
    held = dict.fromkeys(("countries.us.strategy", "countries.japan.strategy"), "hardliner")
    policy = {"extend": extend, "weeks": 1, "after": after, "raise": 0.5}
    changes = {**held, "threats.us-us-japan.policy": policy, **more}
    return told(run("allies-2025", weeks=10, set=changes).transcript("us-japan"))


def test_threats_are_told_when_they_are_announced_and_carried_out() -> None:
    text = told_of_threats(extend=0)
    announced = text.index("United States threatens, if there is no deal by the deadline:")
    assert "baseline tariff 24 % (us-us-japan)" in text[announced:]
    carried_out = text.index("United States carries its threat out: there is no deal")
    assert [re.findall(r"Week (\d+),", text[:at])[-1] for at in (announced, carried_out)] == [
        "0",
        "7",
    ]


def test_an_extended_date_is_told_and_what_the_threat_has_grown_to() -> None:
    text = told_of_threats(extend=1, after=0)
    extended = text.index(
        "extends the date of its threat to 16 Jul 2025, and raises it to 1.5 times"
    )
    assert text.index("Week 7,") < extended < text.index("carries its threat out")


def test_a_withdrawn_threat_is_told_and_comes_to_nothing() -> None:
    withdrawn = {"date": "2025-06-02", "withdraw": "us-us-japan"}
    text = told_of_threats(extend=0, events=[withdrawn])
    assert "us-us-japan is withdrawn." in text
    assert "United States withdraws its threat (us-us-japan)." in text
    assert "carries its threat out" not in text


def test_what_an_event_sets_is_told_in_the_talks_it_touches() -> None:
    hard = {"date": "2025-05-26", "what": "A new cabinet", "set": {"countries.japan.patience": 0.9}}
    r = run("allies-2025", weeks=2, set={"events": [hard]})
    assert "A new cabinet; countries.japan.patience = 0.9." in told(r.transcript("us-japan"))
    assert "A new cabinet" not in r.transcript("us-eu")


def test_a_forced_disregard_is_told_from_the_week_of_the_event_on() -> None:
    forced = {"date": "2025-04-01", "disregard": {"talk": "trade", "by": "partner"}}
    text = told(run("first-talk", set={"events": [forced]}).transcript())
    assert "Week 2, 20 Jan 2025" in text
    before, after = text.split("Week 12, 31 Mar 2025")
    assert "review Everybody keeps the deal." in before
    assert "disregards" not in before
    assert "Partner disregards the deal from now on, by the event." in after


def test_a_disregard_of_nothing_is_told() -> None:
    forced = {"date": "2025-01-07", "disregard": {"talk": "trade", "by": "home"}}
    text = told(run("first-talk", weeks=2, set={"events": [forced]}).transcript())
    assert "Home owes nothing that it could disregard." in text


def test_acts_outside_the_deals_are_told_in_the_talks_of_who_acts() -> None:
    tells = {"by": "us", "towards": ["japan", "korea"], "quality": 0, "stake": 0.2}
    threat = {"by": "us", "towards": "*", "quality": 1, "stake": 1, "kind": "threat"}
    changes = {
        "events": [
            {"date": "2025-05-26", "what": "A tariff on films", "evidence": tells},
            {"date": "2025-06-02", "evidence": threat},
        ],
        "countries.korea.shocks": {"probability": 1, "stake": 0.5, "quality": 1},
    }
    r = run("allies-2025", weeks=3, set=changes)
    broken = "breaks faith with Japan and Korea outside any deal (quality 0, stake 0.2)."
    carried = "event United States carries out a threat against all others outside any deal"
    kept = "shock Korea keeps faith with all others outside any deal (quality 1, stake 0.5)."
    for talk in ("us-japan", "us-eu"):
        text = told(r.transcript(talk))
        assert f"event A tariff on films; United States {broken}" in text
        assert carried in text
        assert "shock" not in text
    assert told(r.transcript("us-korea")).count(kept) == 3


def test_a_talk_about_other_terms_says_who_would_not_keep_the_deal() -> None:
    text = told(run(dear(), weeks=4).transcript())
    opens = "The talk opens, as japan would not keep the deal at its next review: 6 rounds"
    assert opens in text
