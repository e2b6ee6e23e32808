"""Why an opening failed: what stood between the parties."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.analysis.failed_opening import Failure, Obstacle, failure_of
from experiments.run import run
from simulator.negotiation.offers import Offer
from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import TalkState

STUBBORN = {f"countries.{c}.strategy": "hardliner" for c in ("home", "partner")}


STUBBORN_KEYS = ("home", "partner")


def levels(issue: dict[str, Any]) -> range:
    return range(len(issue["levels"]))


def failed(changes: dict[str, Any], **options: Any) -> Failure:
    r = run("first-talk", set=changes, **options)
    return failure_of(r.world.openings[-1])


def test_a_run_may_end_before_the_talk() -> None:
    changes = {**STUBBORN, "talks.trade.deadline": "2025-03-24"}
    assert failed(changes, weeks=2).obstacle is Obstacle.OPEN


def test_a_zone_of_agreement_may_be_empty() -> None:
    issues = run("first-talk").scenario.data["talks"]["trade"]["issues"]
    dear = [
        {**issue, "payoffs": {key: [-1.0 * k for k in levels(issue)] for key in STUBBORN_KEYS}}
        for issue in issues
    ]
    failure = failed({"talks.trade.issues": dear, **STUBBORN})
    assert failure == Failure(Obstacle.NOTHING_RATIONAL, failure.walked_away)


def test_what_is_better_for_all_may_not_pass_at_home() -> None:
    failure = failed({"talks.trade.audience.home": {"threshold": 9}})
    assert failure.obstacle is Obstacle.HOMES
    assert failure.walked_away == "home"
    assert failure.best is None


def test_nobody_may_offer_what_would_suit_all() -> None:
    assert failed(STUBBORN) == Failure(Obstacle.NEVER_OFFERED)


def test_all_may_hold_out_for_more_than_was_on_the_table() -> None:
    failures = [
        failure_of(opening)
        for opening in run("allies-2025", 0).world.openings
        if opening.talk.agreement is None
    ]
    assert {failure.obstacle for failure in failures} == {Obstacle.HELD_OUT}
    assert all(failure.best is not None for failure in failures)


def of_payoffs(*expected: list[float], offers: tuple[Offer, ...] = ()) -> Failure:
    """Return why a talk failed whose parties expect so much of each outcome, and 0.3 of none."""
    turns = [
        SimpleNamespace(party=str(k), preferences=Preferences(np.array(payoffs), 0.3))
        for k, payoffs in enumerate(expected)
    ]
    talk = SimpleNamespace(
        turns=turns, offers=offers, walked_away=None, state=TalkState.TIMED_OUT, agreement=None
    )
    opening: Any = SimpleNamespace(talk=talk)
    return failure_of(opening)


def test_what_is_as_good_as_no_deal_but_for_rounding_is_as_good() -> None:
    offer = Offer(seat=0, round=2, outcome=1)
    failure = of_payoffs([5.0, 0.3 - 1e-15], [-5.0, 2.0], offers=(offer,))
    assert failure.obstacle is Obstacle.HELD_OUT
    assert failure.best is not None
    assert failure.best.outcome == 1


def test_what_is_better_than_no_deal_by_rounding_alone_is_no_better() -> None:
    failure = of_payoffs([5.0, 0.1 + 0.2], [-5.0, 0.3])
    assert failure.obstacle is Obstacle.NOTHING_RATIONAL


@pytest.mark.parametrize("seed", range(3))
def test_the_best_on_the_table_was_offered_and_no_other_was_better_for_all(seed: int) -> None:
    r = run("allies-2025", seed)
    for opening in r.world.openings:
        if opening.talk.agreement is None and (best := failure_of(opening).best):
            talk = opening.talk
            assert (best.round, best.outcome) in {(o.round, o.outcome) for o in talk.offers}
            wants = [turn.preferences for turn in talk.turns]
            for offer in talk.offers:
                gains = [float(w.expected[offer.outcome]) - w.disagreement for w in wants]
                better = [g > b for g, b in zip(gains, best.gains, strict=True)]
                assert not all(better)
