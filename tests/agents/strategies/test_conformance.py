"""The conformance suite itself: it covers the roster, and strategies that misbehave fail it."""

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from agents.roster import STRATEGIES
from agents.strategies.strategy import Strategy
from agents.strategies.time_dependent import Linear
from simulator.issues import OutcomeSpace
from simulator.negotiator import Negotiator, Turn
from simulator.offers import Offer, Response
from tests.agents.strategies.conformance import Conformance

MODULES = [
    *(
        f"tests.agents.strategies.test_{family}"
        for family in (
            *("chance", "equilibrium", "hardliner", "hybrid", "micro", "mirror", "nash_seeking"),
            *("nice_tit_for_tat", "resource_dependent", "time_dependent", "tit_for_tat"),
            "trade_off",
        )
    ),
    "tests.agents.test_scripted",
]


def test_every_strategy_of_the_roster_is_tested_for_conformance() -> None:
    tested = {
        cls.name
        for module in map(importlib.import_module, MODULES)
        for cls in vars(module).values()
        if isinstance(cls, type) and issubclass(cls, Conformance) and cls is not Conformance
    }
    assert tested == set(STRATEGIES)


class Greedy(Strategy):
    """Takes whatever is offered."""

    def propose(self, turn: Turn) -> int:
        return turn.preferences.best_outcome

    def respond(self, turn: Turn, offer: Offer) -> Response:
        return Response.ACCEPT


class Careless(Strategy):
    """Offers the first outcome, rational or not."""

    def propose(self, turn: Turn) -> int:
        return 0


class Fickle(Linear):
    """Refuses its own offers."""

    def respond(self, turn: Turn, offer: Offer) -> Response:
        return Response.COUNTER


class Forgetful(Strategy):
    """Remembers across all its instances."""

    seen: list[int] = []  # noqa: RUF012

    def propose(self, turn: Turn) -> int:
        self.seen.append(turn.round)
        options = turn.preferences.options
        return int(options[len(self.seen) % len(options)])


RULES: Callable[[Any], None] = Conformance.test_it_keeps_to_the_rules_whatever_happens_in_a_talk


@pytest.mark.parametrize(
    ("strategy", "test"),
    [
        (Greedy, Conformance.test_it_offers_the_only_rational_outcome_and_accepts_no_other),
        (Careless, Conformance.test_it_offers_the_only_rational_outcome_and_accepts_no_other),
        (Fickle, RULES),
        (Forgetful, Conformance.test_it_does_the_same_again_under_the_same_seed),
        (Forgetful, Conformance.test_instances_share_no_state),
        (
            Forgetful,
            Conformance.test_an_instance_with_a_past_plays_a_new_talk_like_a_fresh_one,
        ),
    ],
)
def test_a_strategy_that_misbehaves_fails(
    strategy: type[Strategy], test: Callable[[Any], None]
) -> None:
    class Suite(Conformance):
        name = "misbehaving"

        def make(self, space: OutcomeSpace, variant: int = 0) -> Negotiator:
            return strategy()

    with pytest.raises((AssertionError, ExceptionGroup)):
        test(Suite())
