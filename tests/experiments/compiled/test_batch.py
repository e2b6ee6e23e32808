"""The compiled engine plays what the object engine plays, offer by offer, to the last bit."""

import itertools
import subprocess
import sys
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.roster import ROSTER
from experiments.compiled.kept import folder, is_kept
from experiments.runs.engines import ENTRY
from experiments.runs.protocol import Protocol
from simulator.domains.domain import Domain, Profile
from simulator.negotiation.issues import Issue
from simulator.scenario import parts
from tests.matches import COMPILED, Tournament, differences, tournament

pytest.importorskip("numba", reason="numba is not there: make fast")

SPECS = {name: parts.parse(name, "strategy", ROSTER) for name in COMPILED}


def of_shape(*shape: int, parties: int = 2, reservation: float = 0.2) -> Domain:
    """Return a random domain of so many levels per issue."""
    rng = np.random.default_rng(sum(shape))
    issues = tuple(Issue(f"i{k}", tuple(range(count))) for k, count in enumerate(shape))
    return Domain(
        "domain",
        issues,
        tuple(
            Profile(
                f"p{seat}",
                tuple(rng.dirichlet(np.ones(len(shape)))),
                tuple(np.round(rng.random(count), 2) for count in shape),
                reservation,
                discount=0.9,
            )
            for seat in range(parties)
        ),
    )


def all_pairs(domain: Domain, protocol: Protocol, seeds: tuple[int, ...] = (0,)) -> Tournament:
    pairs = itertools.product(SPECS.values(), repeat=2)
    return Tournament(domain, tuple(pairs), seeds, protocol)


def test_all_strategies_that_ship_play_each_other_alike() -> None:
    assert list(differences(all_pairs(of_shape(3, 4, 2), Protocol(20)))) == []


@given(st.randoms(use_true_random=False))
def test_strategies_of_all_kinds_play_alike_about_domains_of_all_kinds(draws: Random) -> None:
    assert list(differences(tournament(draws, count=1))) == []


@pytest.mark.parametrize(
    "numbers", [range(30), pytest.param(range(30, 1000), marks=pytest.mark.long)], ids=len
)
def test_more_of_them_do(numbers: range) -> None:
    drawn = (tournament(Random(number)) for number in numbers)
    assert [told for played in drawn for told in differences(played)] == []


@pytest.mark.parametrize("parties", [3, 4])
def test_more_than_two_parties_play_alike(parties: int) -> None:
    draws, names = Random(parties), list(SPECS.values())
    matches = tuple(tuple(draws.choices(names, k=parties)) for _ in range(60))
    domain = of_shape(3, 3, parties=parties)
    assert list(differences(Tournament(domain, matches, (1,), Protocol(15)))) == []


@pytest.mark.parametrize(
    ("shape", "reservation", "protocol"),
    [
        ((1,), 0.0, Protocol(5)),
        ((1, 1), 0.2, Protocol(5)),
        ((2, 3), 2.0, Protocol(5)),  # nobody has an option
        ((4, 3), 0.2, Protocol(1)),
        ((4, 3), 0.2, Protocol(9, 1)),
        ((4, 3), 0.2, Protocol(9, 4, "proposal")),
        ((4, 3), -1.0, Protocol(9, None, "proposal")),
    ],
    ids=str,
)
def test_the_edges_are_alike(
    shape: tuple[int, ...], reservation: float, protocol: Protocol
) -> None:
    domain = of_shape(*shape, reservation=reservation)
    chosen = ["boulware", "micro", "nice-tit-for-tat", "nash-seeking", "random", "rubinstein"]
    pairs = tuple(itertools.product((SPECS[name] for name in chosen), repeat=2))
    assert list(differences(Tournament(domain, pairs, (3,), protocol))) == []


@pytest.mark.parametrize("seed", [-1, 2**63 - 1, -(2**63), 2**64, 2**500, -(2**500)])
def test_seeds_of_any_size_are_alike(seed: int) -> None:
    names = ["random", "micro", "random-tit-for-tat", "top-fraction"]
    pairs = tuple(itertools.product((SPECS[name] for name in names), repeat=2))
    assert list(differences(Tournament(of_shape(4, 3), pairs, (seed,), Protocol(12)))) == []


def test_the_same_machine_code_plays_all_domains() -> None:
    from experiments.compiled.negotiation import play

    protocols = (Protocol(3), Protocol(np.int32(3), np.int16(2)))  # type: ignore[arg-type]
    for domain in (of_shape(3), of_shape(2, 3, 2), of_shape(2, 2, parties=3)):
        match = (SPECS["nash-seeking"],) * len(domain.profiles)
        for protocol in protocols:
            Tournament(domain, (match,), (0,), protocol).play()
    assert len(play.signatures) == 1  # type: ignore[attr-defined]


# -- what is kept --------------------------------------------------------------------------------


def test_machine_code_is_kept_for_the_next_process() -> None:
    Tournament(of_shape(2), ((SPECS["micro"],) * 2,), (0,), Protocol(2)).play()
    assert is_kept(ENTRY)
    assert not is_kept("negotiation.pla")
    assert folder().is_dir()


def test_where_nothing_can_be_written_the_engine_is_there_and_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    code = (
        "from experiments.compiled.kept import is_kept\n"
        "from experiments.compiled.negotiation import play\n"
        "print(is_kept('negotiation.play'), type(play._cache).__name__)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={"XDG_CACHE_HOME": str(tmp_path / "file"), "LOCALAPPDATA": str(tmp_path / "file")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.split() == ["False", "NullCache"], told.stderr
