"""Strategies put together from parts: in scenario files, settings, sweeps, events and workers."""

import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agents.strategies.acceptance import Constant
from agents.strategies.time_dependent import Linear
from experiments.cli.main import main
from experiments.design import fingerprint
from experiments.design.axis import Axis, vary
from experiments.design.experiment import Experiment
from experiments.design.plan import plan
from experiments.run import load, run
from experiments.sweep import load_experiment, sweep
from simulator.errors import ScenarioError
from simulator.scenario import paths
from simulator.scenario.scenario import Scenario

HOME = "countries.home.strategy"
TABLE = {"bidding": "linear", "acceptance": "constant:share=0.6"}
TEXT = '{bidding = "linear", acceptance = "constant:share=0.6"}'
WRAPPED = f"{TEXT}+noisy:sd=0.2"


def strategy(scenario: Scenario) -> str:
    return str(scenario.countries["home"].strategy)


def first_talk(part: object) -> dict[str, Any]:
    data = dict(load("first-talk").data)
    data["countries"]["home"]["strategy"] = part
    return data


# -- in a scenario -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("strategy = { bidding = 'linear', acceptance = 'constant:share=0.6' }", TEXT),
        (f"strategy = '{TEXT}'", TEXT),
        (f"strategy = '{WRAPPED}'", WRAPPED),
        ("strategy = 'boulware + noisy'", "boulware+noisy"),
        ("strategy.bidding = 'linear'\nstrategy.acceptance = 'next'", None),
    ],
)
def test_a_file_names_it_as_a_table_or_as_text(tmp_path: Path, line: str, text: str | None) -> None:
    file = tmp_path / "mine.toml"
    whole = load("first-talk").to_toml()
    head, tail = whole.split("[countries.home]")
    tail = tail.replace('strategy = "time-dependent:exponent=1"', line, 1)
    file.write_text(f"{head}[countries.home]{tail}", encoding="utf-8")
    loaded = load(str(file))
    assert strategy(loaded) == (text or '{bidding = "linear", acceptance = "next"}')
    run(loaded, weeks=4)


@pytest.mark.parametrize(
    "part",
    [
        TABLE,
        TEXT,
        WRAPPED,
        "boulware+noisy:sd=0.1+wary",
        {"bidding": Linear(band=0.2), "acceptance": Constant},
        {"bidding": "nash-seeking:exponent=2", "model": "bayesian:spread=0.1"},
    ],
)
def test_what_is_written_loads_as_the_same_scenario(part: object) -> None:
    scenario = load(first_talk(part))
    again = load(tomllib.loads(scenario.to_toml()))
    assert strategy(again) == strategy(scenario)
    assert load(tomllib.loads(again.to_toml())).hash == again.hash
    if not isinstance(part, dict) or not isinstance(part["bidding"], Linear):
        assert again.hash == scenario.hash  # state of objects is hashed, too


def test_the_hash_is_of_what_is_composed_whatever_the_order_of_its_slots() -> None:
    scenario = load(first_talk(TABLE))
    turned = load(first_talk(dict(reversed(TABLE.items()))))
    assert scenario.hash == turned.hash
    assert scenario.countries["home"].strategy == turned.countries["home"].strategy
    others = [
        {**TABLE, "bidding": "boulware"},
        {**TABLE, "acceptance": "constant:share=0.61"},
        {"bidding": "linear"},
        WRAPPED,
    ]
    hashes = {load(first_talk(part)).hash for part in others} | {scenario.hash}
    assert len(hashes) == 5


def test_a_composition_plays_as_its_text_and_its_parts_do() -> None:
    # In the last round a linear Home accepts (5 %, 50), a quarter of its best. By its condition it
    # does not, and then proposes just that, by its bidding.
    bidding = "linear:last_turn=open"
    table, text = {**TABLE, "bidding": bidding}, TEXT.replace("linear", bidding)
    other = {"countries.partner.strategy": bidding}
    plain, as_table, as_text = (
        run(load(first_talk(part), other), weeks=4).offers for part in (bidding, table, text)
    )
    assert as_table.equals(as_text)
    assert list(plain["outcome"]) == list(as_table["outcome"])[: len(plain)]
    assert len(as_table) == len(plain) + 1
    assert as_table["outcome"].iloc[-1] == plain["outcome"].iloc[-1]


# -- paths into it -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assignments", "text"),
    [
        ([f"{HOME}={TEXT}"], TEXT),
        ([f"{HOME}={WRAPPED}"], WRAPPED),
        ([f"{HOME}=linear+noisy:sd=.1"], "linear+noisy:sd=0.1"),
        ([f"{HOME}={TEXT}", f"{HOME}.bidding.band=.2"], TEXT.replace("linear", "linear:band=0.2")),
        ([f"{HOME}={TEXT}", f"{HOME}.acceptance.share=.7"], TEXT.replace("0.6", "0.7")),
        (
            [f"{HOME}={TEXT}", f"{HOME}.acceptance=next"],
            '{bidding = "linear", acceptance = "next"}',
        ),
        ([f"{HOME}={WRAPPED}", f"{HOME}.noisy.sd=.3"], WRAPPED.replace("0.2", "0.3")),
        ([f"{HOME}={WRAPPED}", f"{HOME}.bidding=micro"], WRAPPED.replace("linear", "micro")),
        (
            [f"{HOME}={{bidding = 'trade-off'}}", f"{HOME}.model=bayesian"],
            '{bidding = "trade-off", model = "bayesian"}',
        ),
    ],
)
def test_what_is_set_leads_into_the_parts(assignments: list[str], text: str) -> None:
    changes = dict(map(paths.parse_assignment, assignments))
    assert strategy(load("first-talk", changes)) == text


def test_a_slot_set_to_nothing_is_as_the_bidding_has_it() -> None:
    for part in (TABLE, TEXT):
        changed = load(first_talk(part)).with_({f"{HOME}.acceptance": None})
        assert strategy(changed) == '{bidding = "linear"}'


def test_the_strategy_of_one_talk_is_composed_as_well() -> None:
    talk = "talks.trade.strategy.home"
    scenario = load("first-talk", {talk: TABLE, f"{talk}.acceptance.share": 0.7})
    assert str(scenario.talks["trade"].strategy["home"]) == TEXT.replace("0.6", "0.7")


def test_a_path_leads_into_what_plays_where_a_talk_names_nothing() -> None:
    wrapped = load("first-talk", {HOME: WRAPPED, "talks.trade.strategy.home.noisy.sd": 0.3})
    assert str(wrapped.talks["trade"].strategy["home"]) == WRAPPED.replace("0.2", "0.3")
    assert strategy(wrapped) == WRAPPED


def test_a_path_into_a_wrapper_is_refused_where_there_is_no_strategy() -> None:
    data = first_talk(TEXT)
    del data["countries"]["home"]["strategy"]
    with pytest.raises(ScenarioError, match="a wrapper, of which it has none"):
        load(data).with_({f"{HOME}.noisy.sd": 2})


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("acceptanc", "next", "acceptanc"),
        ("bidding.bnd", 0.1, "bidding.bnd"),
        ("bidding", "lienar", "bidding"),
        ("noisy.sd", 0.1, "noisy"),
        ("model", "perfect", "model"),
        ("acceptance.share", 2, "acceptance.share"),
    ],
)
def test_what_cannot_be_set_is_refused_by_its_path(path: str, value: object, key: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(first_talk(TABLE)).with_({f"{HOME}.{path}": value})
    (problem,) = caught.value.problems
    assert problem.key.startswith(f"{HOME}.{key}")


def test_a_table_that_is_no_toml_is_refused_once_though_something_in_it_is_set() -> None:
    with pytest.raises(ScenarioError) as caught:
        load(first_talk("{bidding = linear}"), {f"{HOME}.bidding.band": 0.2})
    (problem,) = caught.value.problems
    assert problem.key == HOME


@pytest.mark.parametrize("written", ["{bidding = linear}+noisy", "{bidding = 'linear'", "[1}+x"])
def test_a_setting_that_is_no_toml_is_refused(written: str) -> None:
    with pytest.raises(ScenarioError, match="a TOML value, with its brackets and quotes closed"):
        paths.parse_assignment(f"{HOME}={written}")


def test_the_command_takes_what_is_composed_and_wrapped() -> None:
    done = CliRunner().invoke(
        main, ["run", "first-talk", "--set", f"{HOME}={WRAPPED}", "--set", f"{HOME}.noisy.sd=0"]
    )
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(main, ["run", "first-talk", "--set", f"{HOME}={{bidding='linaer'}}"])
    assert done.exit_code == 2
    assert f"{HOME}.bidding" in done.output
    assert "linear" in done.output


# -- in events ---------------------------------------------------------------------------------


def test_events_set_what_is_composed_and_what_is_in_it() -> None:
    data = first_talk(TABLE)
    data["events"] = [
        {"date": "2025-01-13", "set": {f"{HOME}.acceptance.share": 0.9}},
        {"date": "2025-01-20", "set": {HOME: {"bidding": "micro"}}},
        {"date": "2025-01-27", "set": {HOME: WRAPPED, f"{HOME}.noisy.sd": 0.5}},
    ]
    scenario = load(data)
    assert [strategy(stage) for stage in scenario.stages] == [
        TEXT.replace("0.6", "0.9"),
        '{bidding = "micro"}',
        WRAPPED.replace("0.2", "0.5"),
    ]
    again = load(tomllib.loads(scenario.to_toml()))
    assert [strategy(stage) for stage in again.stages] == [strategy(s) for s in scenario.stages]


def test_a_condition_that_an_event_sets_holds_from_then_on() -> None:
    # Home is offered (5 %, 50), worth a quarter of its best, and refuses it for want of three
    # fifths; from the third week on a fifth is enough.
    data = first_talk({**TABLE, "bidding": "hardliner"})
    data["countries"]["partner"]["strategy"] = "scripted:offers=[[5, 50]]"
    event = {"date": "2025-01-20", "set": {f"{HOME}.acceptance.share": 0.2}}
    signed = [
        list(run(load({**data, "events": events}), weeks=4).deals["signed"])
        for events in ([], [event])
    ]
    assert signed == [[], [2]]


# -- in sweeps ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (f"{HOME}=linear,{TEXT}", ("linear", TABLE)),
        (f"{HOME}={WRAPPED},boulware+noisy", (WRAPPED, "boulware+noisy")),
        (f"{HOME}.noisy.sd=.1,.2", (0.1, 0.2)),
    ],
)
def test_what_varies_may_be_composed(text: str, values: tuple[object, ...]) -> None:
    assert vary(text).values == values


def test_a_sweep_over_compositions_is_the_same_with_two_workers(tmp_path: Path) -> None:
    experiment = load_experiment(
        "first-talk",
        vary=[
            vary(f"{HOME}={WRAPPED},{{bidding='micro',acceptance='next'}},boulware+noisy"),
            vary("countries.partner.strategy.acceptance=next,time:after=.5"),
        ],
        set={"countries.partner.strategy": {"bidding": "linear"}},
        replications=2,
        weeks=6,
    )
    one = sweep(experiment, tmp_path / "one", workers=1)
    two = sweep(experiment, tmp_path / "two", workers=2, chunk=3)
    assert one.runs["error"].isna().all()
    assert len(one.runs) == 12
    assert all(one.arrow(t).equals(two.arrow(t), check_metadata=True) for t in one.tables)
    column = set(one.runs[HOME])
    assert column == {WRAPPED, '{bidding = "micro", acceptance = "next"}', "boulware+noisy"}


# -- classes of the user's ---------------------------------------------------------------------

OWN = """
from agents.opponents.frequency import Frequency
from agents.strategies.acceptance import Acceptance
from agents.strategies.nash_seeking import NashSeeking
from agents.strategies.wrappers import Wrapper

class Bidding(NashSeeking):
    '''Of the user's.'''

class Condition(Acceptance):
    '''Of the user's.'''
    def accepts(self, turn, offer, bidding):
        return True

class Model(Frequency):
    '''Of the user's.'''

class Around(Wrapper):
    '''Of the user's.'''
    def __init__(self, strategy, /, *, share: float = 0.5):
        super().__init__(strategy)
        self.share = share
"""
Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes a module of the user's into the current folder."""
    before = set(sys.modules)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    def written(name: str, text: str) -> None:
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")

    yield written
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def of(name: str) -> str:
    table = f'{{bidding = "{name}.Bidding:exponent=1.0", acceptance = "{name}.Condition"'
    return f'{table}, model = "{name}.Model"}}+{name}.Around:share=0.7'


def test_classes_of_the_users_work_in_two_workers(write: Write, tmp_path: Path) -> None:
    write("own_parts", OWN)
    experiment = Experiment(
        "e",
        "first-talk",
        axes=(Axis(HOME, ("linear", of("own_parts"))), Axis("countries.home.patience", (1, 0.9))),
        weeks=6,
    )
    one = sweep(experiment, tmp_path / "one", workers=1)
    two = sweep(experiment, tmp_path / "two", workers=2, chunk=1)
    assert one.runs["error"].isna().all()
    assert one.arrow("runs").equals(two.arrow("runs"), check_metadata=True)
    assert one.runs[HOME].nunique() == 2


def test_a_path_leads_into_a_wrapper_of_the_users(write: Write) -> None:
    write("own_around", OWN)
    scenario = load("first-talk", {HOME: of("own_around"), f"{HOME}.own_around.Around.share": 0.9})
    assert strategy(scenario) == of("own_around").replace("share=0.7", "share=0.9")


@pytest.mark.parametrize("where", ["base", "table", "talk", "axis", "table that varies", "event"])
def test_the_code_behind_every_part_is_noted(write: Write, where: str) -> None:
    name = f"own_{where.replace(' ', '_')}"
    write(name, OWN)
    table: dict[str, object] = {
        "bidding": f"{name}.Bidding",
        "acceptance": f"{name}.Condition",
        "model": f"{name}.Model",
    }
    named = {f"{name}.{part}" for part in ("Bidding", "Condition", "Model")}
    axes: tuple[Axis, ...] = ()
    base: dict[str, Any] = dict(load("first-talk").data)
    if "table" in where:
        part: object = table
    else:
        part, named = of(name), named | {f"{name}.Around"}
    if where in {"base", "table"}:
        base = first_talk(part)
    elif where == "talk":
        base["talks"]["trade"]["strategy"] = {"home": part}
    elif where == "event":
        base["events"] = [{"id": "turn", "date": "2025-01-20", "set": {HOME: part}}]
    else:
        axes = (Axis(HOME, ("linear", part)),)
    experiment = Experiment("e", base, axes=axes)
    assert set(fingerprint.digests(plan(experiment).experiment)) == named
    write(name, OWN + "# more\n")
    with pytest.raises(ScenarioError, match=rf"code\.{name}: .*has changed since"):
        fingerprint.digests(plan(experiment).experiment)
