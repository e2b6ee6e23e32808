"""The conformance suite itself: it covers the roster, and strategies that misbehave fail it."""

import importlib
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agents.roster import STRATEGIES
from agents.strategies.chance import Random
from agents.strategies.hardliner import Hardliner
from agents.strategies.mirror import Mirror
from agents.strategies.strategy import Strategy
from agents.strategies.time_dependent import Linear
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.negotiator import Negotiator, Turn
from simulator.negotiation.offers import Offer, Response
from tests.agents.strategies.conformance import MOVES, Conformance, stories

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


class Wariest(Linear):
    """Goes by its trust, too."""

    def target(self, turn: Turn) -> float:
        return super().target(turn) * min(turn.trust, default=1.0)


class Forgetful(Strategy):
    """Remembers across all its instances."""

    seen: list[int] = []  # noqa: RUF012

    def propose(self, turn: Turn) -> int:
        self.seen.append(turn.round)
        options = turn.preferences.options
        return int(options[len(self.seen) % len(options)])


CALM = stories(("nothing",))
#: Tests of the suite, with what they are given.
RULES = Conformance.test_it_keeps_to_the_rules_whatever_happens_in_a_talk, {"story": stories()}
AGAIN = Conformance.test_it_does_the_same_again_under_the_same_seed, {"story": stories()}
APART = Conformance.test_instances_share_no_state, {"one": CALM, "other": CALM}
AFRESH = (
    Conformance.test_an_instance_with_a_past_plays_a_new_talk_like_a_fresh_one,
    {"story": CALM, "rounds": st.integers(1, 12)},
)
ONLY: tuple[Any, dict[str, Any]] = (
    Conformance.test_it_offers_the_only_rational_outcome_and_accepts_no_other,
    {},
)
SEEDS = (
    Conformance.test_unless_it_draws_it_plays_the_same_under_other_seeds,
    {"moves": MOVES, "seed": st.integers(0, 2**64)},
)
DEADLINES = (
    Conformance.test_unless_it_goes_by_time_it_plays_the_same_for_other_deadlines,
    {"moves": MOVES, "rounds": st.integers(1, 40)},
)
OFFERS = (
    Conformance.test_unless_it_looks_at_offers_it_offers_the_same_whatever_comes,
    {"one": MOVES, "other": MOVES},
)
TRUST = (
    Conformance.test_unless_it_looks_at_trust_itself_it_plays_the_same_whomever_it_trusts,
    {"moves": MOVES, "trust": st.floats(0, 1)},
)


@pytest.mark.parametrize(
    ("strategy", "test"),
    [
        (Greedy, ONLY),
        (Careless, ONLY),
        (Fickle, RULES),
        (Forgetful, AGAIN),
        (Forgetful, APART),
        (Forgetful, AFRESH),
        (Random, SEEDS),
        (Linear, DEADLINES),
        (Mirror, OFFERS),
        (Wariest, TRUST),
    ],
)
def test_a_strategy_that_misbehaves_fails(strategy: type[Strategy], test: tuple[Any, Any]) -> None:
    class Suite(Conformance):
        name = "hardliner"  # which goes by nothing

        def make(self, space: OutcomeSpace, variant: int = 0) -> Negotiator:
            return strategy()

    method, data = test
    if data:
        # Not the simplest story that fails it: any will do.
        anyhow = settings(
            max_examples=100, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )
        method = anyhow(given(**data)(method.hypothesis.inner_test))
    with pytest.raises((AssertionError, ExceptionGroup)):
        method(Suite())


@pytest.mark.parametrize(
    ("kind", "name"),
    [(Hardliner, name) for name in ("micro", "linear", "mirror", "nice-tit-for-tat")],
)
def test_a_strategy_that_is_said_to_go_by_what_it_does_not_fails(
    kind: type[Strategy], name: str
) -> None:
    suite = type("Suite", (Conformance,), {"name": name, "make": lambda *_: kind()})
    with pytest.raises(AssertionError):
        suite().test_what_it_is_said_to_go_by_makes_a_difference()
