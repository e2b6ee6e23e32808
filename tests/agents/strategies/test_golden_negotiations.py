"""Whole negotiations, offer by offer, against results of another library (NegMAS 0.16)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.strategies.micro import Micro
from agents.strategies.mirror import Mirror
from agents.strategies.time_dependent import Boulware, Conceder, Linear, TimeDependent
from simulator.negotiation.issues import Issue, OutcomeSpace
from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import Talk, TalkState
from tests.problems import comparable

CASES = json.loads(
    (Path(__file__).parents[2] / "oracles" / "negotiation.json").read_text(encoding="utf-8")
)["cases"]
# The library's relative time never reaches 1, and its parties forget what they were offered.
STRATEGIES = {
    "boulware": lambda: Boulware(last_turn="open"),
    "linear": lambda: Linear(last_turn="open"),
    "conceder": lambda: Conceder(last_turn="open"),
    "aspiration": lambda: TimeDependent(tolerance=1e-3, last_turn="open"),
    "micro": Micro,
    "naive_tft": Mirror,
}


def held(case: dict[str, Any]) -> Talk:
    issues = [Issue(name, tuple(levels)) for name, levels in case["issues"].items()]
    space = OutcomeSpace(issues)
    preferences = [
        Preferences(
            space.total([w * np.array(v) for w, v in zip(p["weights"], p["values"], strict=True)]),
            p["reserved_value"],
            unit=1.0,
        )
        for p in case["parties"]
    ]
    negotiators = [STRATEGIES[p["strategy"]]() for p in case["parties"]]
    return Talk(space, negotiators, preferences, case["n_steps"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_offer_of_a_golden_negotiation_is_reproduced(case: dict[str, Any]) -> None:
    talk = held(case)
    state = talk.play()
    trace = [[o.round, o.seat, list(talk.space.values(o.outcome))] for o in talk.offers]
    assert comparable(trace, case) == comparable(case["trace"], case)
    result = case["result"]
    agreement = None if talk.agreement is None else list(talk.space.values(talk.agreement))
    assert agreement == result["agreement"]
    assert talk.round == result["steps"]
    assert talk.offers[-1].seat == result["last_proposer"]
    assert len(talk.offers) == result["n_offers"]
    assert (state is TalkState.TIMED_OUT) == result["timedout"]
    assert (state is TalkState.BROKEN) == result["broken"]
