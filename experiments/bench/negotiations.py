"""Figures of many negotiations: by the compiled engine, and beside the object engine."""

import numpy as np

from agents.roster import ROSTER, STRATEGIES
from experiments.bench.clock import spent
from experiments.bench.engines import MISSING, engines
from experiments.runs.engines import Engine
from experiments.runs.negotiations import negotiate_many
from simulator.domains.domain import Domain, Profile
from simulator.negotiation.issues import Issue
from simulator.scenario.parts import parse

__all__ = ["compiled_talk", "tournament"]

#: All that ship but a script.
PLAYERS = tuple(name for name in STRATEGIES if name != "scripted")
#: What a tournament has: domains, and seeds of each match.
DOMAINS, SEEDS = 100, 10


def tournament(played: int = 20) -> tuple[str, str, str]:
    """Return the time of a tournament by the compiled engine, of which some domains are played."""
    rows = DOMAINS * len(PLAYERS) ** 2 * SEEDS
    what, aim = f"{rows:,} negotiations of {len(PLAYERS)} strategies, 1,000 outcomes", "15 s"
    if not _warm():
        return what, MISSING, aim
    took = spent(
        negotiate_many, _domains(played), PLAYERS, 100, range(SEEDS), engine="compiled", quiet=True
    )
    seconds = took * DOMAINS / played
    return f"{what} ({rows / seconds:,.0f} / s, core)", f"{seconds:.0f} s CPU", aim


def compiled_talk(strategy: str, partner: str, aim: str, times: int = 200) -> tuple[str, str, str]:
    """Return the time of a talk in a batch, and how many times that objects take."""
    what = f"{' against '.join(dict.fromkeys((strategy, partner)))}: 1,000 outcomes, in a batch"
    if not _warm():
        return what, MISSING, aim
    batch, alone = _talk(strategy, partner, "compiled", times), _talk(strategy, partner, "object")
    return f"{what} ({alone / batch:.1f} x objects)", f"{1e6 * batch:.1f} us CPU", aim


def _talk(strategy: str, partner: str, engine: Engine, times: int = 1, domains: int = 20) -> float:
    """Return the processor time of a talk of many, what an engine prepares for them included."""
    match = tuple(parse(name, "strategy", ROSTER) for name in (strategy, partner))
    about = _domains(domains)
    took = spent(negotiate_many, about, [match] * times, engine=engine, quiet=True)
    return took / (times * domains)


def _warm() -> bool:
    """Return whether there is a compiled engine, which then is ready to play."""
    if "compiled" not in engines():
        return False
    negotiate_many(_domains(1), ["micro"], 2, engine="compiled", quiet=True)
    return True


def _domains(count: int) -> list[Domain]:
    """Return random domains of 1,000 outcomes of two parties, the same every time."""
    rng = np.random.default_rng(0)
    issues = tuple(Issue(f"i{k}", tuple(range(10))) for k in range(3))
    return [
        Domain(
            f"domain {number}",
            issues,
            tuple(
                Profile(name, tuple(rng.dirichlet(np.ones(3))), tuple(rng.random((3, 10))))
                for name in "ab"
            ),
        )
        for number in range(count)
    ]
