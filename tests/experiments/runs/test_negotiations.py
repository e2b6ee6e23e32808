"""Many negotiations: the same results as one by one, by either engine."""

import importlib.util
import itertools
import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from agents.strategies.strategy import Strategy
from experiments.runs import batches, engines
from experiments.runs.negotiation import Negotiation, negotiate
from experiments.runs.negotiations import Negotiations, negotiate_many
from simulator.domains.domain import Domain, Profile
from simulator.errors import ScenarioError, StrategyError
from simulator.negotiation.issues import Issue
from simulator.negotiation.negotiator import Turn

NAMES = ["boulware", "random", "conceder"]
HAS_NUMBA = importlib.util.find_spec("numba") is not None
with_numba = pytest.mark.skipif(not HAS_NUMBA, reason="numba is not there: make fast")
#: Both engines where both are there.
ENGINES = [pytest.param("compiled", marks=with_numba), "object"]


class Stubborn(Strategy):
    """Asks for the best for ever."""

    def propose(self, turn: Turn) -> int:
        return turn.preferences.best_outcome


class Broken(Strategy):
    """Raises."""

    def propose(self, turn: Turn) -> int:
        raise KeyError("price")


def domain(name: str = "pie", parties: int = 2, discount: float = 0.9) -> Domain:
    rng = np.random.default_rng(len(name))
    issues = tuple(Issue(k, (0, 1, 2, 3)) for k in "ab")
    return Domain(
        name,
        issues,
        tuple(
            Profile(f"p{k}", (0.4, 0.6), (rng.random(4), rng.random(4)), 0.3, discount)
            for k in range(parties)
        ),
    )


DOMAINS = [domain("one"), domain("another", discount=1.0)]


def many(**how: Any) -> Negotiations:
    given = {"domains": DOMAINS, "strategies": NAMES, "rounds": 8, "seeds": range(3), **how}
    return negotiate_many(**given)


def one_by_one() -> list[Negotiation]:
    return [
        negotiate(about, pair, 8, seed)
        for about in DOMAINS
        for pair in itertools.product(NAMES, repeat=2)
        for seed in range(3)
    ]


# -- the same as one by one ----------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_every_column_is_that_of_the_negotiations_one_by_one(engine: str) -> None:
    played, ones = many(engine=engine, trace=True), one_by_one()
    assert len(played) == len(ones) == 54
    assert set(played.engine) == {engine}
    assert [played.domains[k].name for k in played.domain] == [one.domain.name for one in ones]
    for row, one in enumerate(ones):
        agreed = one.talk.agreement
        assert [played.strategies[k] for k in played.seats[row]] == list(one.strategies)
        assert played.seed[row] == one.talk.turns[0].seed
        assert played.state[row] == one.talk.state.value
        assert played.outcome[row] == (-1 if agreed is None else agreed)
        assert played.agreed[row] == (agreed is not None)
        assert (played.rounds[row], played.proposals[row]) == (one.talk.round, len(one.talk.offers))
        assert played.utilities[row].tolist() == one.utilities
        assert played.undiscounted[row].tolist() == one.undiscounted
        assert played.offers(row).tolist() == [offer.outcome for offer in one.talk.offers]
        distances = {name: column[row] for name, column in played.distances.items()}
        assert distances.keys() == one.distances.keys()
        for name, distance in one.distances.items():
            assert distances[name] == distance or (distance is None and np.isnan(distances[name]))


@pytest.mark.parametrize("discounting", ["time", "proposal", "none"])
def test_discounts_count_as_in_one(discounting: str) -> None:
    played = many(strategies=["linear", "random"], discounting=discounting, max_proposals=5)
    for row in range(len(played)):
        assert played.negotiation(row).utilities == played.utilities[row].tolist()


def test_where_there_is_no_agreement_all_keep_their_reservation() -> None:
    played = many(strategies=["hardliner"], seeds=[0])
    assert played.state.tolist() == ["timed out"] * 2
    assert played.undiscounted.tolist() == [[0.3, 0.3]] * 2
    assert played.utilities[0].tolist() == pytest.approx([0.27, 0.27])
    assert all(np.isnan(column).all() for column in played.distances.values())


def test_seeds_beyond_64_bits_stay_what_they_are() -> None:
    seeds = [-1, 2**80]
    assert many(seeds=seeds).seed.tolist()[:2] == seeds
    assert many(seeds=np.array([3, 4])).seed.dtype == np.int64


# -- what is played ------------------------------------------------------------------------------


def test_a_match_without_draws_is_played_once_for_all_seeds() -> None:
    played = many(engine="object")
    drawing = 5  # of the nine pairs have somebody who goes by chance
    assert len(played.batch.match) == drawing * 3 + (9 - drawing)
    assert f"{2 * (drawing * 3 + 4)} talks" in str(played)


@pytest.mark.parametrize("engine", ["auto", "object"])
def test_strategies_of_a_users_own_play_with_those_that_ship(engine: str) -> None:
    played = many(strategies=[Stubborn, "conceder"], engine=engine, seeds=[0])
    assert [str(spec).rpartition(".")[2] for spec in played.strategies] == ["Stubborn", "conceder"]
    for row in range(len(played)):
        assert played.negotiation(row).utilities == played.utilities[row].tolist()


@with_numba
def test_each_match_is_played_by_the_engine_that_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "WORTH_STARTING", 0)
    monkeypatch.setattr(engines, "WORTH_MAKING", 0)
    played = many(strategies=[Stubborn, "conceder"], seeds=[0, 1])
    own = (played.seats == 0).any(axis=1)
    assert set(played.engine[own]) == {"object"}
    assert set(played.engine[~own]) == {"compiled"}
    assert "2 compiled and 12 by objects" in str(played)
    plain = many(strategies=[Stubborn, "conceder"], seeds=[0, 1], engine="object")
    assert played.utilities.tolist() == plain.utilities.tolist()


@with_numba
def test_all_at_once_and_a_few_at_a_time_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = many(engine="compiled", trace=True)
    monkeypatch.setattr(batches, "AT_ONCE", 40)
    parts = many(engine="compiled", trace=True)
    assert whole.utilities.tolist() == parts.utilities.tolist()
    rows = range(len(whole))
    assert [whole.offers(k).tolist() for k in rows] == [parts.offers(k).tolist() for k in rows]


@with_numba
def test_talks_too_long_to_be_written_down_are_played_by_objects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "LONGEST", 10)
    monkeypatch.setattr(engines, "WORTH_STARTING", 0)
    monkeypatch.setattr(engines, "WORTH_MAKING", 0)
    assert set(many(rounds=6).engine) == {"object"}
    assert set(many(rounds=5).engine) == {"compiled"}
    with pytest.raises(ScenarioError, match="rounds: 6: at most 10 proposals"):
        many(rounds=6, engine="compiled")


@with_numba
def test_the_states_are_those_of_the_compiled_engine() -> None:
    from experiments.compiled import talks

    numbers = [talks.OPEN, talks.AGREED, talks.BROKEN, talks.TIMED_OUT]
    assert [batches.STATES[k].value for k in numbers] == ["open", "agreed", "broken", "timed out"]


def test_a_few_talks_are_not_worth_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "experiments.compiled.batch", raising=False)
    assert set(many().engine) == {"object"}


# -- without numba -------------------------------------------------------------------------------


@pytest.fixture
def no_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "numba" else find(name)
    )


@pytest.mark.usefixtures("no_numba")
def test_without_numba_objects_play_and_it_says_so() -> None:
    played = many()
    assert set(played.engine) == {"object"}
    assert "tradetalks[fast]" in " ".join(str(played).split())


@pytest.mark.usefixtures("no_numba")
def test_without_numba_the_compiled_engine_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"engine: 'compiled'.*tradetalks\[fast\]"):
        many(engine="compiled")


def test_nothing_slow_is_imported_with_it() -> None:
    code = "import sys, experiments.runs.negotiations; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"numba", "pandas", "matplotlib", "mesa"}.isdisjoint(run.stdout.split())


# -- errors --------------------------------------------------------------------------------------


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        many(
            domains=[domain(), domain(parties=3)],
            strategies=["linaer"],
            opponents=["micro:x=1"],
            rounds=0,
            max_proposals=0,
            seeds=[0.5],
            discounting="tim",
            engine="fast",
        )
    keys = [problem.key for problem in caught.value.problems]
    assert sorted(keys) == [
        "discounting",
        "domains.1",
        "engine",
        "max_proposals",
        "opponents.0.x",
        "rounds",
        "seeds",
        "strategies.0",
    ]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"domains": []}, "domains: "),
        ({"domains": [domain(parties=1)]}, "domains.0: "),
        ({"seeds": 3}, "seeds: 3"),
        ({"seeds": []}, "seeds: "),
        ({"seeds": [True]}, "seeds: "),
        ({"seeds": "12"}, "seeds: "),
        ({"engine": "fast"}, "engine: 'fast'"),
        ({"engine": "complied"}, "did you mean 'compiled'"),
    ],
)
def test_what_cannot_be_used_is_refused(how: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        many(**how)


@with_numba
def test_the_compiled_engine_names_every_strategy_that_it_cannot_play() -> None:
    with pytest.raises(ScenarioError) as caught:
        many(strategies=[Stubborn, "scripted", "micro"], engine="compiled")
    values = [str(problem.value).rpartition(".")[2] for problem in caught.value.problems]
    assert values == ["Stubborn", "scripted"]


def test_a_strategy_that_raises_is_named() -> None:
    with pytest.raises(StrategyError, match=r"'Broken' of 'p0' in talk 'one'.*KeyError"):
        many(strategies=[(Broken, "micro")])


# -- the record ----------------------------------------------------------------------------------


def test_the_frame_has_a_row_each_and_its_columns() -> None:
    played = many()
    frame = played.frame(distances=True)
    assert list(frame.columns[:4]) == ["domain", "seed", "strategy_0", "strategy_1"]
    assert frame["utility_1"].tolist() == played.utilities[:, 1].tolist()
    assert frame["outcome"].isna().tolist() == (~played.agreed).tolist()
    assert frame["strategy_0"].tolist() == [NAMES[k] for k in played.seats[:, 0]]
    assert "distance_nash" in frame.columns
    assert "distance_nash" not in played.frame().columns


def test_domains_and_strategies_of_one_name_are_told_apart() -> None:
    one, other = Stubborn(), Stubborn()
    frame = many(domains=[domain(), domain()], strategies=[one, other]).frame()
    assert list(frame["domain"].unique()) == ["pie (0)", "pie (1)"]
    assert frame["strategy_0"].nunique() == 2


def test_no_column_can_be_changed() -> None:
    played = many(trace=True)
    columns = [played.domain, played.seats, played.seed, played.engine, played.state, played.agreed]
    columns += [played.outcome, played.rounds, played.proposals, played.utilities]
    columns += [played.undiscounted, played.delay, played.offers(0), played.distances["nash"]]
    assert [column.flags.writeable for column in columns] == [False] * len(columns)


def test_a_row_is_a_negotiation_of_its_own() -> None:
    played = many()
    for row in (0, 11, 53):
        one = played.negotiation(row)
        assert (one.talk.round, len(one.talk.offers)) == (played.rounds[row], played.proposals[row])


@pytest.mark.parametrize("row", [-1, 54])
def test_there_are_no_other_rows(row: int) -> None:
    with pytest.raises(IndexError, match="there are rows 0 to 53"):
        many().negotiation(row)


def test_offers_that_were_not_kept_are_not_there() -> None:
    with pytest.raises(ValueError, match="trace=True"):
        many().offers(0)


def test_the_page_has_the_mean_utility_of_each_strategy_best_first() -> None:
    played = many()
    text = str(played)
    assert text.startswith("54 negotiations: 2 domains, 9 matches of 3 strategies, 3 seeds.")
    means = {
        name: math.fsum(played.utilities[played.seats == k].tolist()) / 36
        for k, name in enumerate(NAMES)
    }
    best_first = sorted(means, key=lambda name: -means[name])
    section = text.partition("Mean utility")[2].partition("against")[0]
    assert [line.split()[0] for line in section.splitlines()[3:6]] == best_first
    for name in NAMES:
        assert f"{means[name]:.3f}" in section


def test_columns_are_headed_by_the_parties_or_by_seats() -> None:
    assert "as p0   as p1" in str(many())
    long = Domain(
        "long",
        domain().issues,
        tuple(
            Profile(f"the party of party {k}", (1.0, 1.0), (np.arange(4.0), np.arange(4.0)))
            for k in range(2)
        ),
    )
    assert "as seat 0   as seat 1" in str(many(domains=long))
    assert "as seat 0   as seat 1" in str(many(domains=[long, domain()]))


def test_strategies_are_shown_against_each_other() -> None:
    played = many(strategies=["boulware", "conceder"], seeds=[0], domains=DOMAINS[0])
    grid = str(played).partition("against each")[2]
    pairs = {
        tuple(row): utility
        for row, utility in zip(played.seats.tolist(), played.utilities, strict=True)
    }
    both = (pairs[0, 1][0] + pairs[1, 0][1]) / 2
    (line,) = [line for line in grid.splitlines() if line.startswith("boulware ")]
    assert f"{both:.3f}" in line


def test_a_notebook_shows_the_same_as_html() -> None:
    html = many()._repr_html_()
    assert "54 negotiations" in html
    assert "<table" in html


def test_names_of_strangers_do_nothing_to_a_terminal_or_a_page() -> None:
    played = many(domains=domain("\x1b[31m<b>"), strategies=["linear"])
    assert "\x1b" not in str(played)
    assert "<b>" not in played._repr_html_()
    assert "&lt;b&gt;" in played._repr_html_()


def test_many_parties_and_strategies_keep_the_page_narrow() -> None:
    played = many(domains=[domain(parties=5)], strategies=["linear", "boulware"], seeds=[0])
    assert " as p0" not in str(played)
    assert max(map(len, str(played).splitlines())) <= 80


# -- progress ------------------------------------------------------------------------------------


def test_long_work_tells_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(batches, "EVERY", 0.0)
    many(engine="object")
    assert "38 of 38 negotiations" in capsys.readouterr().err
    many(engine="object", quiet=True)
    assert capsys.readouterr().err == ""


@with_numba
def test_what_has_to_be_compiled_first_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(batches, "is_kept", lambda entry: False)
    many(engine="compiled")
    told = capsys.readouterr().err
    assert told == "Compiling negotiations, once for this machine and version: about a minute ...\n"
    many(engine="compiled", quiet=True)
    many(engine="object")
    assert capsys.readouterr().err == ""
