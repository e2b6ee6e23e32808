"""Strategies put together from parts and wrapped, as scenarios write them."""

import pickle
import tomllib
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.opponents.bayesian import Bayesian
from agents.opponents.perfect import Perfect
from agents.roster import ACCEPTANCE, MODELS, ROSTER, STRATEGIES, WRAPPERS
from agents.scripted import ScriptedOffers
from agents.strategies.acceptance import Acceptance, Combined, Constant, Next, Target
from agents.strategies.composed import Composed
from agents.strategies.micro import Micro
from agents.strategies.nash_seeking import NashSeeking
from agents.strategies.strategy import Strategy
from agents.strategies.time_dependent import Boulware, Conceder, Linear, TimeDependent
from agents.strategies.trade_off import TradeOff
from agents.strategies.wrappers import Noisy, TrustBlind, Wary, Wrapper
from simulator.errors import Problem, ScenarioError
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer
from simulator.scenario import parts, scenario
from simulator.scenario.parts import PartSpec
from tests.negotiations import Puppet, pie

KEY = "countries.us.strategy"


def parsed(part: object) -> PartSpec:
    return parts.parse(part, "strategy", ROSTER, KEY)


def problems(part: object) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        parsed(part)
    return caught.value.problems


class Mine(Linear):
    """A strategy of the user's."""


class Pleased(Acceptance):
    """A condition of the user's.

    Parameters
    ----------
    least : float
        What is enough.
    """

    def __init__(self, *, least: float = 3.0) -> None:
        self.least = least

    def accepts(self, turn: Turn, offer: Offer, bidding: Strategy) -> bool:
        return bool(turn.preferences.expected[offer.outcome] >= self.least)


class Stubborn(Wrapper):
    """A wrapper of the user's: never concedes more than a share."""

    def __init__(self, strategy: Strategy, /, *, share: float = 0.5) -> None:
        super().__init__(strategy)
        self.share = share


class Closed(Linear):
    """A strategy of the user's that keeps its parameter under another name."""

    def __init__(self, secret: int = 0) -> None:
        super().__init__()
        self._secret = secret


HERE = "tests.agents.test_compositions"


# -- what is built -----------------------------------------------------------------------------


def test_a_table_of_parts_builds_a_strategy_of_them() -> None:
    table = {"bidding": "nash-seeking:exponent=2", "acceptance": "target", "model": "perfect"}
    built: Any = parsed(table).build()
    assert isinstance(built, Composed)
    bidding: Any = built.bidding
    assert (type(bidding), bidding.exponent) == (NashSeeking, 2.0)
    assert type(built.acceptance) is Target
    assert type(bidding.model) is Perfect


def test_wrappers_wrap_from_the_inside_out() -> None:
    built: Any = parsed("linear:band=0.2+noisy:sd=0.3+trust-blind+wary:premium=0.4").build()
    assert [type(built), type(built.strategy), type(built.strategy.strategy)] == [
        *(Wary, TrustBlind, Noisy)
    ]
    inner = built.strategy.strategy.strategy
    assert (type(inner), inner.band) == (Linear, 0.2)
    assert (built.premium, built.strategy.strategy.sd) == (0.4, 0.3)


def test_a_table_may_be_wrapped_as_text() -> None:
    built: Any = parsed('{bidding = "micro", acceptance = "constant:share=.6"}+noisy').build()
    assert isinstance(built, Noisy)
    assert isinstance(built.strategy, Composed)
    assert (type(built.strategy.bidding), built.strategy.acceptance.share) == (Micro, 0.6)  # type: ignore[union-attr]


def test_builds_share_no_state() -> None:
    spec = parsed('{bidding = "nash-seeking", model = "bayesian", acceptance = "combined"}+noisy')
    one: Any = spec.build()
    other: Any = spec.build()
    pairs = [
        (one, other),
        (one.strategy, other.strategy),
        (one.strategy.bidding, other.strategy.bidding),
        (one.strategy.bidding.model, other.strategy.bidding.model),
        (one.strategy.acceptance, other.strategy.acceptance),
    ]
    assert all(first is not second for first, second in pairs)


def test_builds_of_instances_share_no_state() -> None:
    mine = Boulware(band=0.2)
    spec = parsed({"bidding": mine, "acceptance": Constant})
    built: Any = [spec.build() for _ in range(2)]
    assert built[0].bidding is not built[1].bidding
    assert mine not in (built[0].bidding, built[1].bidding)
    assert built[0].bidding.band == 0.2


def test_two_builds_of_a_spec_do_not_disturb_each_other_in_two_talks() -> None:
    spec = parsed({"bidding": "nice-tit-for-tat", "model": "bayesian"})
    alone = pie(20).talk([spec.build(), Puppet(1, 4, 9, 3)], 12)  # type: ignore[list-item]
    alone.play()
    talks = [pie(20).talk([spec.build(), Puppet(*m)], 12) for m in ((1, 4, 9, 3), (7, 2))]  # type: ignore[list-item]
    for _ in range(12):
        for talk in talks:
            talk.play(1)
    assert talks[0].offers == alone.offers


# -- as text -----------------------------------------------------------------------------------

_numbers = st.floats(0.001, 1.0) | st.sampled_from((1e-5, 1.0))
_biddings = st.one_of(
    st.sampled_from(sorted(set(STRATEGIES) - {"scripted"})),
    _numbers.map(lambda x: f"time-dependent:exponent={x}:family=exponential"),
    st.lists(st.lists(st.text("ab+:=\"'{}[], \\", max_size=4), max_size=2), max_size=2).map(
        lambda offers: str(parts.parse(ScriptedOffers(offers=offers), "", {})).replace(
            "agents.scripted.ScriptedOffers", "scripted"
        )
    ),
)
_wrappers = st.lists(
    st.one_of(st.just("trust-blind"), _numbers.map(lambda x: f"noisy:sd={x}")), max_size=3
)


@given(
    bidding=_biddings,
    acceptance=st.sampled_from(("next:plus=1e-5", "time", "constant:share=.5", None)),
    wrappers=_wrappers,
)
def test_what_is_written_is_read_back(
    bidding: str, acceptance: str | None, wrappers: list[str]
) -> None:
    table = {"bidding": bidding} | ({} if acceptance is None else {"acceptance": acceptance})
    for spec in (parsed(table), parsed("+".join([bidding, *wrappers]))):
        assert parsed(str(spec)) == spec
    wrapped = parsed("+".join([str(parsed(table)), *wrappers]))
    assert parsed(str(wrapped)) == wrapped
    assert pickle.loads(pickle.dumps(wrapped)) == wrapped


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (" boulware + noisy : sd = .1 ", "boulware+noisy:sd=0.1"),
        ("time-dependent:exponent=1e+1", "time-dependent:exponent=10.0"),
        ("time-dependent:exponent=1e+1+wary", "time-dependent:exponent=10.0+wary"),
        ('scripted:offers=[["a+b"]]+noisy', 'scripted:offers=[["a+b"]]+noisy'),
        ({"bidding": "micro"}, '{bidding = "micro"}'),
        (' {bidding="micro"} +noisy', '{bidding = "micro"}+noisy'),
        (f"{HERE}.Mine+{HERE}.Stubborn:share=1", f"{HERE}.Mine+{HERE}.Stubborn:share=1.0"),
    ],
)
def test_a_spec_has_one_text(written: object, text: str) -> None:
    assert str(parsed(written)) == text


def test_the_order_of_the_slots_does_not_matter() -> None:
    table = {"bidding": "micro", "acceptance": "next"}
    assert parsed(dict(reversed(table.items()))) == parsed(table)


def test_all_names_in_a_spec_are_found() -> None:
    spec = parsed('{bidding = "micro", acceptance = "next"}+noisy+wary')
    assert list(spec.names()) == ["composed", "micro", "next", "noisy", "wary"]


# -- import paths ------------------------------------------------------------------------------


def test_classes_of_the_users_stand_in_every_place() -> None:
    table = {"bidding": f"{HERE}.Mine:band=.1", "acceptance": f"{HERE}.Pleased:least=2"}
    built: Any = parsed(f"{parsed(table)}+{HERE}.Stubborn:share=.9").build()
    assert (type(built), built.share) == (Stubborn, 0.9)
    assert (type(built.strategy.bidding), built.strategy.bidding.band) == (Mine, 0.1)
    assert (type(built.strategy.acceptance), built.strategy.acceptance.least) == (Pleased, 2.0)


@pytest.mark.parametrize(
    ("part", "key", "words"),
    [
        ({"bidding": "linear", "acceptance": f"{HERE}.Mine"}, "acceptance", "it has no accepts"),
        ({"bidding": "nash-seeking", "model": f"{HERE}.Mine"}, "model", "it has no gains"),
        ({"bidding": f"{HERE}.Pleased"}, "bidding", "it has no propose"),
        ({"bidding": f"{HERE}.Mne"}, "bidding", "a class of"),
        ({"bidding": "no_such.Thing"}, "bidding", "no module"),
        (f"linear+{HERE}.Stubbron", f"{HERE}.Stubbron", "a class of"),
        (f"linear+{HERE}.Pleased", f"{HERE}.Pleased", "it has no propose"),
    ],
)
def test_a_class_that_cannot_do_what_its_place_asks_is_refused(
    part: object, key: str, words: str
) -> None:
    (problem,) = problems(part)
    assert problem.key == f"{KEY}.{key}"
    assert words in problem.allowed


# -- instances ---------------------------------------------------------------------------------


def test_an_instance_put_together_from_others_has_a_text_that_builds_its_like() -> None:
    inner = Composed(
        bidding=TradeOff(band=0.2), acceptance=Combined(after=0.5), model=Bayesian(spread=0.5)
    )
    spec = parsed(Wary(Noisy(inner, sd=0.3), premium=0.1))
    for each in (spec, parsed(str(spec))):
        built = each.build()
        assert isinstance(built, Wary)
        assert isinstance(built.strategy, Noisy)
        whole = built.strategy.strategy
        assert isinstance(whole, Composed)
        assert whole is not inner
        assert isinstance(whole.bidding, TradeOff)
        assert isinstance(whole.acceptance, Combined)
        assert isinstance(whole.bidding.model, Bayesian)
        found = (built.premium, built.strategy.sd, whole.bidding.band, whole.acceptance.after)
        assert (*found, whole.bidding.model.spread) == (0.1, 0.3, 0.2, 0.5, 0.5)


@pytest.mark.parametrize(("one", "other"), [
    (Noisy(Boulware()), Noisy(Conceder())),
    (TrustBlind(Boulware()), TrustBlind(Conceder())),
    (Noisy(Boulware(band=0.1)), Noisy(Boulware(band=0.2))),
    (Composed(bidding=TradeOff()), Composed(bidding=TradeOff(), model=Bayesian())),
    (Composed(bidding=Boulware(), acceptance=Constant(share=0.5)),
     Composed(bidding=Boulware(), acceptance=Constant(share=0.6))),
    (Closed(1), Closed(2)),
])  # fmt: skip
def test_scenarios_with_different_instances_differ(one: object, other: object) -> None:
    first, second = (
        scenario.load("first-talk", ROSTER, set={"countries.home.strategy": part})
        for part in (one, other)
    )
    same = scenario.load("first-talk", ROSTER, set={"countries.home.strategy": one})
    assert first == same
    assert hash(first) == hash(same)
    assert first != second


def test_a_scenario_with_instances_can_be_saved_and_loaded() -> None:
    whole = scenario.load("first-talk", ROSTER, set={
        "countries.home.strategy": Noisy(Composed(bidding=Micro(), acceptance=Next())),
    })  # fmt: skip
    again = scenario.load(tomllib.loads(whole.to_toml()), ROSTER)
    assert again.hash == whole.hash
    assert str(again.countries["home"].strategy) == str(whole.countries["home"].strategy)


# -- what is refused ---------------------------------------------------------------------------


def known(roster: Mapping[str, type]) -> str:
    return ", ".join(sorted(roster))


@pytest.mark.parametrize(
    ("part", "key", "value", "allowed", "nearest"),
    [
        ("boulware+nosy", ".nosy", "nosy", known(WRAPPERS), "noisy"),
        ("boulwar+noisy", "", "boulwar", known(STRATEGIES), "boulware"),
        ("boulware+linear", ".linear", "linear", known(WRAPPERS), None),
        ("noisy", "", "noisy", known(STRATEGIES), None),
        ("boulware+", "", "boulware+", known(STRATEGIES), "boulware"),
        ("+noisy", "", "", known(STRATEGIES), None),
        ("boulware+noisy:sdd=1", ".noisy.sdd", 1, "noisy takes sd (a number)", "sd"),
        ("boulware+noisy:sd=x", ".noisy.sd", "x", "a number", None),
        ("boulware+noisy:sd=-1", ".noisy.sd", -1.0, "a number from 0", None),
        ("boulware+wary:premium=2", ".wary.premium", 2.0, "a share from 0 to 1", None),
        ("boulware+noisy:sd=1:sd=2", ".noisy.sd", "2", "given only once", None),
        ("boulware+noisy:sd", ".noisy", "sd", "parameter=value", None),
        ("boulware+trust-blind:x=1", ".trust-blind.x", 1, "takes no parameters", None),
        ({"biddin": "micro", "bidding": "micro"}, ".biddin", "micro", "a slot of a", "bidding"),
        ({"bidding": "micr"}, ".bidding", "micr", known(STRATEGIES), "micro"),
        (
            {"bidding": "micro", "acceptance": "nxt"},
            ".acceptance",
            "nxt",
            known(ACCEPTANCE),
            "next",
        ),
        (
            {"bidding": "trade-off", "model": "frequent"},
            ".model",
            "frequent",
            known(MODELS),
            "frequency",
        ),
        ({"acceptance": "next"}, "", {"acceptance": "next"}, "a table with a bidding", None),
        ({}, "", {}, "a table with a bidding", None),
        ({"bidding": "boulware:exponent=3"}, ".bidding.exponent", 3, "boulware takes band", None),
        ({"bidding": "trade-off:band=2"}, ".bidding.band", 2.0, "a share from 0 to 1", None),
        ({"bidding": 3}, ".bidding", 3, known(STRATEGIES), None),
        ({"bidding": None}, ".bidding", None, known(STRATEGIES), None),
        ({"bidding": {"bidding": "micro"}}, ".bidding", {"bidding": "micro"}, "a bidding", None),
        ({"bidding": "micro+noisy"}, ".bidding", "micro+noisy", known(STRATEGIES), "micro"),
        (
            {"bidding": "micro", "acceptance": "target"},
            ".acceptance",
            "target",
            "this bidding has no target",
            None,
        ),
        (
            {"bidding": "micro", "model": "perfect"},
            ".model",
            "perfect",
            "uses no model",
            None,
        ),
        (
            {"bidding": "linear", "acceptance": "combined:window=worst"},
            ".acceptance.window",
            "worst",
            "one of best, mean",
            None,
        ),
        (
            {"bidding": "nash-seeking", "model": "bayesian:spread=0"},
            ".model.spread",
            0.0,
            "a number from",
            None,
        ),
        ("{bidding = micro}", "", "{bidding = micro}", "a TOML value", None),
        ('{bidding = "micro"', "", '{bidding = "micro"', "a TOML value", None),
        ("composed", "", "composed", known(STRATEGIES), None),
    ],
)
def test_a_bad_composition_is_refused_with_key_value_and_what_is_allowed(
    part: object, key: str, value: object, allowed: str, nearest: str | None
) -> None:
    (problem,) = problems(part)
    assert (problem.key, problem.value, problem.nearest) == (f"{KEY}{key}", value, nearest)
    assert allowed in problem.allowed


def test_everything_wrong_with_a_table_is_told_at_once() -> None:
    table = {"bidding": "linear:bnd=1", "acceptance": "constant:share=2", "modl": "perfect"}
    keys = [problem.key.removeprefix(f"{KEY}.") for problem in problems(table)]
    assert sorted(keys) == ["acceptance.share", "bidding.bnd", "modl"]


def test_only_strategies_are_put_together_or_wrapped() -> None:
    for slot, part in (("compliance", {"bidding": "micro"}), ("trust", "beta+noisy")):
        with pytest.raises(ScenarioError, match=f"a {slot}: "):
            parts.parse(part, slot, ROSTER)


# -- one thing changed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "path", "value", "becomes"),
    [
        ("boulware+noisy", "noisy.sd", 0.3, "boulware+noisy:sd=0.3"),
        ("boulware+noisy:sd=0.1+wary", "noisy.sd", 0.3, "boulware+noisy:sd=0.3+wary"),
        ("boulware+noisy+wary", "wary.premium", 0.3, "boulware+noisy+wary:premium=0.3"),
        ("boulware+noisy", "band", 0.3, "boulware:band=0.3+noisy"),
        (f"linear+{HERE}.Stubborn", f"{HERE}.Stubborn.share", 1, f"linear+{HERE}.Stubborn:share=1"),
        ({"bidding": "linear"}, "bidding.band", 0.1, {"bidding": "linear:band=0.1"}),
        ({"bidding": "linear"}, "bidding", "micro", {"bidding": "micro"}),
        (
            {"bidding": "linear"},
            "acceptance",
            "next",
            {"bidding": "linear", "acceptance": "next"},
        ),
        (
            {"bidding": "linear", "acceptance": "constant"},
            "acceptance.share",
            0.5,
            {"bidding": "linear", "acceptance": "constant:share=0.5"},
        ),
        ({"bidding": "linear", "acceptance": "next"}, "acceptance", None, {"bidding": "linear"}),
        ('{bidding = "linear"}', "bidding.band", 0.1, '{bidding = "linear:band=0.1"}'),
        ('{bidding = "linear"}+noisy', "noisy.sd", 0.1, '{bidding = "linear"}+noisy:sd=0.1'),
        (
            '{bidding = "linear"}+noisy',
            "acceptance",
            "next",
            '{bidding = "linear", acceptance = "next"}+noisy',
        ),
        (
            '{bidding = "linear", acceptance = "next"}+noisy',
            "acceptance",
            None,
            '{bidding = "linear"}+noisy',
        ),
    ],
)
def test_one_thing_in_a_composition_can_be_set(
    part: object, path: str, value: object, becomes: object
) -> None:
    changed = parts.with_param(part, path.split("."), value)
    assert changed == becomes
    parsed(changed)


@pytest.mark.parametrize(
    ("part", "path", "allowed"),
    [
        ("boulware", "noisy.sd", "a wrapper, of which it has none"),
        ("boulware+wary", "noisy.sd", "a parameter, or wary"),
        ({"bidding": "linear"}, "acceptance.share", "a slot that the table fills"),
        ({"bidding": "linear"}, "bidding.band.more", "a wrapper, of which it has none"),
    ],
)
def test_nothing_can_be_set_in_what_is_not_there(part: object, path: str, allowed: str) -> None:
    with pytest.raises(ValueError, match=allowed):
        parts.with_param(part, path.split("."), 0.1)


def test_a_changed_parameter_keeps_the_wrappers() -> None:
    spec = parsed("time-dependent+noisy:sd=0.2").with_param("exponent", 2)
    assert str(spec) == "time-dependent:exponent=2.0+noisy:sd=0.2"
    built: Any = spec.build()
    assert (type(built.strategy), built.strategy.exponent) == (TimeDependent, 2.0)


def test_a_slot_takes_a_spec_a_class_or_an_instance_too() -> None:
    condition = parts.parse("next:plus=.5", "acceptance", ROSTER)
    for acceptance in (condition, Next(plus=0.5)):
        built: Any = parsed({"bidding": Linear, "acceptance": acceptance}).build()
        assert (type(built.bidding), built.acceptance.plus) == (Linear, 0.5)
