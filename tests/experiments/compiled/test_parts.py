"""Which strategies the compiled engine can play, and which it leaves to the object engine."""

import pytest

from agents.opponents.bayesian import Bayesian
from agents.roster import ACCEPTANCE, MODELS, ROSTER, STRATEGIES, WRAPPERS
from agents.strategies.acceptance import Next
from agents.strategies.composed import Composed
from agents.strategies.time_dependent import Boulware
from agents.strategies.trade_off import TradeOff
from agents.strategies.wrappers import Noisy
from experiments.compiled.parts import coded
from simulator.scenario import parts
from simulator.scenario.parameters import signature
from tests.matches import COMPILED, PARAMETERS


def built(text: str) -> object:
    return parts.parse(text, "strategy", ROSTER).build()


def draws(text: str) -> bool:
    code = coded(built(text))
    assert code is not None
    return bool(code["draws"][0])


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_that_ships_is_played_but_a_script(name: str) -> None:
    assert (coded(built(name)) is not None) == (name in COMPILED)


@pytest.mark.parametrize("name", ACCEPTANCE)
def test_every_acceptance_condition_is_played(name: str) -> None:
    assert coded(built(f'{{bidding = "linear", acceptance = "{name}"}}')) is not None


@pytest.mark.parametrize("name", MODELS)
def test_every_model_is_played(name: str) -> None:
    assert coded(built(f'{{bidding = "trade-off", model = "{name}"}}')) is not None


@pytest.mark.parametrize("name", WRAPPERS)
def test_every_wrapper_is_played(name: str) -> None:
    assert coded(built(f"linear+{name}")) is not None


class Mine(Boulware):
    pass


class MyNext(Next):
    pass


class MyModel(Bayesian):
    pass


class MyNoise(Noisy):
    pass


class MyTable(Composed):
    pass


@pytest.mark.parametrize(
    "part",
    [
        Mine(),
        Composed(bidding=Boulware(), acceptance=MyNext()),
        Composed(bidding=Mine(), acceptance=Next()),
        Composed(bidding=TradeOff(), model=MyModel()),
        MyNoise(Boulware()),
        Noisy(Mine()),
        MyTable(bidding=Boulware(), acceptance=Next()),
        object(),
        "boulware",
        built("scripted"),
        built("scripted+noisy"),
        built('{bidding = "scripted", acceptance = "next"}'),
    ],
    ids=lambda part: type(part).__name__,
)
def test_what_does_not_ship_or_may_do_anything_is_not_played(part: object) -> None:
    assert coded(part) is None


def test_as_many_wrappers_are_played_as_there_is_room_for() -> None:
    assert coded(built("linear" + 4 * "+noisy")) is not None
    assert coded(built("linear" + 5 * "+noisy")) is None
    assert coded(built("linear" + 9 * "+trust-blind")) is not None


def test_parameters_go_into_the_code_by_their_names() -> None:
    code = coded(built("hybrid:exponent=3:mirroring=0.25:resolve=0.5:belief=perfect:noise=0.1"))
    assert code is not None
    given = {"exponent": 3.0, "mirroring": 0.25, "resolve": 0.5, "noise": 0.1}
    assert {name: code[name][0] for name in given} == given


@pytest.mark.parametrize(
    "text",
    ["random", "top-fraction", "micro", "random-tit-for-tat", "linear+noisy", "linear+wary+noisy",
     "hybrid:belief=perfect:noise=0.1", '{bidding = "micro", acceptance = "next"}'],
)  # fmt: skip
def test_strategies_that_go_by_draws_are_known(text: str) -> None:
    assert draws(text)


@pytest.mark.parametrize(
    "text",
    ["boulware", "mirror", "linear+wary", "linear+noisy:sd=0", "hybrid:noise=0.1",
     "hybrid:belief=perfect", '{bidding = "trade-off", model = "bayesian"}'],
)  # fmt: skip
def test_strategies_without_draws_are_known(text: str) -> None:
    assert not draws(text)


def test_the_tests_give_every_parameter_that_there_is() -> None:
    classes = [*ACCEPTANCE.values(), *MODELS.values(), *WRAPPERS.values()]
    classes += [STRATEGIES[name] for name in COMPILED]
    assert {name for cls in classes for name in signature(cls)[0]} == set(PARAMETERS)
