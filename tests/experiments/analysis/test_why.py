"""Every decision of generated runs: its terms sum up, and what it hangs on turns it when played."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as hypothesis_seed

from experiments.analysis.answers import Answer
from experiments.analysis.decision import Decision, Matter, Moment, explained
from experiments.analysis.why import decisions_of
from experiments.analysis.witness import Witness
from experiments.run import load, run
from simulator.errors import ScenarioError
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer, Response
from simulator.world.ground_kinds import Ground
from tests.generators import scenarios
from tests.simulator.world.small import OLD_DEAL, offers, plays, two, week

#: Decisions of a run that are looked at.
LOOKED_AT = 12


def tried(data: dict[str, Any], seed: int) -> list[Decision]:
    """Return decisions of a run, each of which has stood the test."""
    scenario = load(data)
    made = {seen.scene: seen.positive for seen in Witness(scenario, seed).seen}
    chosen = {*random.Random(seed).sample(list(made), min(LOOKED_AT, len(made)))}

    def explain(moment: Moment) -> Decision:
        return stands(moment, made[moment.scene])

    return Witness(scenario, seed, chosen.__contains__, explain).decisions


def stands(moment: Moment, positive: bool) -> Decision:
    """Return a decision whose terms sum to its margin and whose named sets turn it."""
    decision = explained(moment)
    largest = max((abs(term.amount) for term in decision.terms), default=0.0)
    total = sum(term.amount for term in decision.terms)
    assert abs(total - decision.margin) <= 1e-9 * max(1.0, largest), decision
    assert decision.positive == (decision.margin >= 0.0) == positive, decision
    if isinstance(moment, Answer):
        again, seen = moment.wanted(()), moment.turn.preferences
        assert np.array_equal(again.expected, seen.expected)
        assert np.array_equal(again.rational, seen.rational)
        assert again.disagreement == seen.disagreement
    assert decision.turning or not decision.terms, decision
    seats = {party: seat for seat, party in enumerate(decision.scene.parties)}
    for some in decision.turning:
        left_out = [Ground(t.kind, None if t.party is None else seats[t.party]) for t in some]
        if decision.tie:
            assert moment.gain(left_out) <= 1e-9, decision
        else:
            assert moment.plays(left_out) != positive, decision
    return decision


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(data=scenarios(max_parties=3))
def test_terms_sum_to_the_margin_and_the_named_sets_turn_the_decision(data: dict[str, Any]) -> None:
    tried(data, seed=1)


@pytest.mark.long
@hypothesis_seed(15)
@settings(
    max_examples=1000,
    database=None,
    derandomize=False,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=scenarios(max_parties=3))
def test_they_do_so_in_a_thousand_runs(data: dict[str, Any]) -> None:
    tried(data, seed=2)


STRATEGIES = [
    *("boulware", "mirror", "micro", "top-fraction", "random:accepting=0.5", "nash-seeking"),
    *("nice-tit-for-tat", "averaged-tit-for-tat", "rubinstein", "hybrid", "trade-off", "ultimatum"),
    *("resource-dependent:resource=offers", "hardliner", "backward-induction"),
    "linear+wary",
    "linear+noisy:sd=0.3",
    "conceder+trust-blind",
    {"bidding": "linear", "acceptance": "combined"},
    {"bidding": "linear", "acceptance": "constant:share=0.4"},
    {"bidding": "linear", "acceptance": "time:after=0.5"},
    {"bidding": "linear", "acceptance": "next:factor=1.2"},
]


@pytest.mark.parametrize("strategy", STRATEGIES, ids=str)
def test_the_answers_of_every_strategy_are_explained(strategy: Any) -> None:
    data = two(us={"strategy": strategy}, japan={"strategy": strategy}, rounds_per_week=4)
    assert tried(data, seed=4)


class Coin:
    """Accepts by a draw, whatever the offer pays, and has no demand."""

    def begin(self, turn: Turn) -> None:
        pass

    def propose(self, turn: Turn) -> int:
        return turn.preferences.best_outcome

    def respond(self, turn: Turn, offer: Offer) -> Response:
        return Response.ACCEPT if turn.uniform() < 0.3 else Response.COUNTER


def test_the_answers_of_who_has_a_rule_of_its_own_are_explained() -> None:
    found = [
        decision
        for seed in range(6)
        for decision in tried(two(us={"strategy": Coin}, japan={"strategy": Coin}), seed)
    ]
    assert {decision.outcome for decision in found} == {"accepted", "refused"}


# -- known answers -------------------------------------------------------------------------------


def only(decisions: tuple[Decision, ...]) -> Decision:
    (decision,) = decisions
    return decision


def amounts(decision: Decision) -> dict[tuple[str, str | None], float]:
    return {(t.kind, t.party): round(t.amount, 6) for t in decision.terms}


def named(decision: Decision) -> list[list[str]]:
    return [[term.kind for term in some] for some in decision.turning]


def test_a_distrustful_party_refuses_for_its_distrust() -> None:
    # Japan would accept anything better than no deal; a promise of .7 at a cost of .25.
    japan = {"strategy": {"bidding": offers([5, 0]), "acceptance": "time:after=0"}}
    data = two(us={"strategy": offers([5, 50])}, japan=japan | {"trust": "fixed:t0=0.1"})
    found = [d for d in decisions_of(run(data), "trade") if d.scene.party == "japan"]
    assert found[0].outcome == "refused"
    assert named(found[0])[0] == ["distrust"]
    assert found[0].turning[0][0].belief == pytest.approx(0.1)
    assert amounts(found[0])["distrust", "us"] == pytest.approx(
        -0.9 * amounts(found[0])["promised", "us"]
    )


def in_every_week(data: dict[str, Any]) -> list[Decision]:
    played = run(data)
    return [d for k in range(played.weeks) for d in decisions_of(played, k)]


def test_time_takes_off_what_is_asked_for_at_first_as_the_strategy_says() -> None:
    # Linear: the share 1 - n / R in round n, here of 4 weeks with 5 rounds.
    calm = {"strategy": "linear", "patience": 1.0}
    found = [d for d in in_every_week(two(us=calm, japan=calm, rounds_per_week=5)) if d.scene.round]
    assert found
    for decision in found:
        terms = amounts(decision)
        passed = (decision.scene.round or 0) / (20 - 1)
        expected = -passed * terms["ambition", None]
        assert terms["clock", None] == pytest.approx(expected, abs=1e-3)


def test_resolve_and_better_offers_before_raise_a_demand() -> None:
    firm = {"strategy": "linear:resolve=0.9"}
    found = in_every_week(two(us=firm, japan={"strategy": "conceder"}, rounds_per_week=5))
    resolved = [amounts(d).get(("resolve", None), 0.0) for d in found if d.scene.party == "us"]
    assert min(resolved) < -0.1
    # The US offers Japan much and then little, which Japan holds against it.
    japan = {"strategy": "linear", "patience": 1.0}
    us = {"strategy": offers([5, 0], [10, 100])}
    refusals = in_every_week(two(us=us, japan=japan, rounds_per_week=5))
    received = [amounts(d).get(("received", None), 0.0) for d in refusals]
    assert min(received) < -0.1


def test_a_policy_by_script_breaks_for_itself_and_an_answer_for_what_the_partner_did() -> None:
    data = two(us={"compliance": plays(0.0)}, japan={"compliance": "reciprocal"}, weeks=12)
    data["deals"], data["talks"]["trade"]["open"] = [OLD_DEAL], False
    us, japan = (
        next(d for d in decisions_of(run(data)) if d.scene.party == party)
        for party in ("us", "japan")
    )
    assert named(us) == [["policy"]]
    assert named(japan) == [["conduct"]]
    assert us.margin == japan.margin == -0.5


def test_a_breach_by_chance_is_a_draw_below_the_probability() -> None:
    data = two(us={"compliance": "volatile:probability=0.6"}, deals=[OLD_DEAL], weeks=30)
    data["talks"]["trade"]["open"] = False
    found = decisions_of(run(data))
    assert found
    for decision in found:
        terms = amounts(decision)
        assert terms["chance", None] == -0.6
        assert 0.0 <= terms["draw", None] < 0.6
        assert named(decision) == [["chance"]]


def test_a_forced_breach_would_not_be_without_the_event() -> None:
    def event(at: int, by: str) -> dict[str, Any]:
        return {"date": week(at), "disregard": {"talk": "trade", "by": by}}

    # Those of others and of other weeks stay, in whatever order the file has them.
    data = two(deals=[OLD_DEAL], events=[event(7, "japan"), event(5, "us")], weeks=7)
    data["talks"]["trade"]["open"] = False
    decision = only(decisions_of(run(data)))
    assert (decision.scene.matter, decision.scene.week) == (Matter.PERFORMANCE, 5)
    assert named(decision) == [["event"]]


@pytest.mark.parametrize("of", ["event", "disregard"])
def test_a_forced_breach_may_have_a_source(of: str) -> None:
    disregard = {"talk": "trade", "by": "us"}
    event: dict[str, Any] = {"id": "breach", "date": week(5), "disregard": disregard}
    (event if of == "event" else disregard)["source"] = "A newspaper"
    data = two(deals=[OLD_DEAL], events=[event], weeks=7)
    data["talks"]["trade"]["open"] = False
    decision = only(decisions_of(run(data)))
    assert named(decision) == [["event"]]
    assert decision.margin == -0.5  # of a deal that would else be kept whole


def test_an_opportunist_breaks_where_the_future_counts_little() -> None:
    us = {"compliance": "opportunist", "discount": 0.5}
    data = two(us=us, deals=[OLD_DEAL], weeks=8)
    data["talks"]["trade"]["open"] = False
    decision = next(d for d in decisions_of(run(data)) if d.scene.party == "us")
    assert decision.unit == "US$ bn / year"
    assert ["impatience"] in named(decision)


def test_an_audience_rejects_what_falls_short_of_its_threshold() -> None:
    talk = {"ratify_weeks": 1, "audience": {"japan": {"threshold": 9.0, "noise": 20.0}}}
    found = [
        d
        for seed in range(20)
        for d in decisions_of(run(two(talk), seed))
        if d.scene.matter is Matter.RATIFICATION
    ]
    assert found
    assert {d.outcome for d in found} == {"rejected"}
    assert {named(d)[0][0] for d in found} == {"threshold"}
    assert {amounts(d)["threshold", None] for d in found} == {-9.0}


# -- what is asked -------------------------------------------------------------------------------


def test_a_week_has_every_decision_made_in_it_and_a_deal_those_about_it() -> None:
    played = run("allies-2025", seed=3, weeks=40)
    in_week = decisions_of(played, 3)
    assert {d.scene.week for d in in_week} == {3}
    assert len(in_week) > 10
    assert decisions_of(played, "3") == in_week
    of_deal = decisions_of(played, "us-eu:0")
    assert [d.outcome for d in of_deal] == ["accepted", "passed", "broke"]
    assert of_deal[0].margin > 0.1  # what is on the table does not count against itself
    assert all(d in decisions_of(played, "us-eu") for d in of_deal)


WRONG: list[tuple[Any, str]] = [
    ("us-japn", "did you mean 'us-japan'"),
    (8, "a week of the run: 0 to 7"),
    ("99", "a week of the run: 0 to 7"),
    (-1, "a week of the run: 0 to 7"),
]


@pytest.mark.parametrize(("what", "message"), WRONG)
def test_what_there_is_not_is_refused(what: Any, message: str) -> None:
    played = run("allies-2025", weeks=8)
    with pytest.raises(ScenarioError, match=message):
        decisions_of(played, what)
