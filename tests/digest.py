"""A digest of what the model computes, to the last digit: the same on every machine.

``python -m tests.digest`` prints it, part by part; with ``--write`` it goes to
``tests/oracles/digest.json``, where it stands until the rules change.
"""

import json
import sys
from collections.abc import Callable, Mapping
from hashlib import blake2b
from itertools import product
from pathlib import Path
from typing import Any, cast

import numpy as np

from agents.roster import ACCEPTANCE, MODELS, ROSTER, STRATEGIES
from agents.strategies import resource_dependent, time_dependent
from agents.trust import asymmetric, beta, fire, two_layer, types
from experiments.runs.negotiation import negotiate
from experiments.runs.play import load, play
from experiments.runs.record import RunRecord
from experiments.runs.tables import rows
from simulator import draws
from simulator.arithmetic import exp, log
from simulator.domains.domain import Domain, Profile
from simulator.negotiation.issues import Issue
from simulator.negotiation.negotiator import Negotiator, show
from simulator.negotiation.talk import Talk
from simulator.scenario.parts import parse
from simulator.theory import repeated

__all__ = ["STORED", "digest"]

#: What the row of a run has from elsewhere.
NOT_COMPUTED = ("version", "scenario_hash")

STORED = Path(__file__).parent / "oracles" / "digest.json"

#: A world with a country for every trust model and every policy that has numbers in it.
TRUST = ("asymmetric", "beta:lam=0.97", "two-layer", "fire", "asymmetric:lam=0.93", "beta")
POLICIES = (
    *("opportunist", "reciprocal", "volatile:probability=0.2"),
    *("generous", "limited-punishment", "volatile:probability=0.1"),
)
BIDDERS = (
    *("boulware", "time-dependent:family=exponential:exponent=3", "resource-dependent"),
    *("nash-seeking", "random-tit-for-tat", "averaged-tit-for-tat:window=3"),
)
BELIEFS = ("perfect", "reservation")


def world() -> dict[str, Any]:
    """Return a world of six countries, every two of which talk."""
    names = [f"c{k}" for k in range(len(TRUST))]
    countries = {
        name: {"trust": TRUST[k], "compliance": POLICIES[k], "strategy": BIDDERS[k]}
        | {"patience": 0.99 + k / 1000, "benchmark": 0.3 * (k % 2)}
        for k, name in enumerate(names)
    }
    pairs = [(a, b) for a in range(len(names)) for b in range(a)]
    talks = {f"{names[a]}-{names[b]}": _talk(names[a], names[b], a * 7 + b) for a, b in pairs}
    return {
        "name": "digest",
        "start": "2025-01-06",
        "weeks": 60,
        "rounds_per_week": 3,
        "valuation_sd": 0.2,
        "trust_period_weeks": 4,
        "countries": countries,
        "talks": talks,
        "relationships": [
            {"between": [names[a], names[b]], "weight": 0.1 + (a * 3 + b) % 8 / 10}
            for a, b in pairs
        ],
    }


def _talk(first: str, second: str, number: int) -> dict[str, Any]:
    def issue(name: str, obligor: str, other: str, step: float) -> dict[str, Any]:
        own = [-0.3 * step * k - 0.01 * k * k for k in range(5)]
        gain = [step * k / 1.1 for k in range(5)]
        levels = [0, 10, 25, 45, 70]
        payoffs = {obligor: own, other: gain}
        return {"id": name, "obligor": obligor, "levels": levels, "payoffs": payoffs}

    audience = {"audience": {first: {"threshold": 0.1, "noise": 0.3}}} if number % 3 == 0 else {}
    return {
        "parties": [first, second],
        "deadline": "2025-03-03",
        "review_weeks": 4,
        "ratify_weeks": 1,
        "cooling_weeks": 4,
        "term_weeks": 30,
        "renew_weeks": 6,
        "issues": [
            issue("one", first, second, 0.7 + number % 5 / 7),
            issue("two", second, first, 0.9 + number % 3 / 9),
            issue("three", first, second, 1.1 + number % 4 / 13),
        ],
        **audience,
    }


def domain() -> Domain:
    """Return a domain of three issues and two parties that discount."""
    issues = tuple(Issue(f"i{k}", tuple(map(str, range(n)))) for k, n in enumerate((5, 4, 3)))
    profiles = tuple(
        Profile(
            name,
            (0.5, 0.3, 0.2) if seat else (0.2, 0.35, 0.45),
            tuple(
                np.array([(7 * a + 3 * b + seat) % 11 / 11 for b in range(len(issue.levels))])
                for a, issue in enumerate(issues)
            ),
            reservation=0.21 + seat / 9,
            discount=0.87,
        )
        for seat, name in enumerate(("A", "B"))
    )
    return Domain("digest", issues, profiles)


def _tables(source: Any, seeds: range, **options: Any) -> list[Any]:
    """Return the rows of all tables of some runs, and the row of each run itself."""
    scenario = load(source, options or None)
    runs = []
    for seed in seeds:
        record = RunRecord(play(scenario, seed))
        row = [value for key, value in record.row().items() if key not in NOT_COMPUTED]
        named = sorted(record.world.records.tables - {"runs"})
        runs.append([row, *(rows(record.world, table) for table in named)])
    return runs


def _talks() -> list[Any]:
    where = domain()
    names = [name for name in STRATEGIES if name not in {"scripted", "ultimatum"}]
    pairs: list[tuple[Any, Any]] = [(name, "boulware") for name in names]
    pairs += [("linear", name) for name in names]
    pairs += [("conceder", f"{name}+noisy:sd=0.1") for name in names[:3]]
    for model in MODELS:
        for bidding in ("trade-off", "nash-seeking", "nice-tit-for-tat"):
            table = {"bidding": bidding, "model": model}
            pairs += [(table, accepts) for accepts in ("linear", "mirror")]
    pairs += [({"bidding": "boulware", "acceptance": name}, "conceder") for name in ACCEPTANCE]
    return [
        [negotiate(where, pair, 23, seed=3).to_dict(trace=True), discounted.utilities]
        for pair in pairs
        for discounted in [negotiate(where, pair, 23, seed=4, discounting="time")]
    ]


def _power() -> list[Any]:
    """Return talks of parties that hold out, at a deadline that stands and at one that may move."""
    where = domain()
    options = [f"resolve={r}:belief={b}:noise=0.2" for r in (0, 0.5, 1) for b in BELIEFS]
    bidders = [f"{name}:{o}" for name in ("boulware", "hybrid", "nash-seeking") for o in options]
    played = []
    for bidder, hold in product((*bidders, "ultimatum:noise=0.1", "resource-dependent"), (1, 0.6)):
        specs = [parse(spec, "strategy", ROSTER) for spec in (bidder, "linear")]
        strategies = [cast("Negotiator", spec.build()) for spec in specs]
        wants = [where.preferences(seat) for seat in range(2)]
        talk = Talk(where.space, strategies, wants, 23, seed=5)
        for turn in talk.turns:
            show(turn, hold=hold, extension=7)
        talk.play()
        played.append([bidder, talk.agreement, [offer.outcome for offer in talk.offers]])
    return played


def _rules() -> list[Any]:
    """Return what rules with powers, exponentials and logarithms say of many arguments."""
    shares = [k / 997 for k in range(1, 997)]
    asked = [
        (
            time_dependent.aspiration(t, 0.25 + 3.7 * t),
            time_dependent.aspiration(t, 0.5 + t, "exponential", 0.03),
            resource_dependent.aspiration(9 * t, 0.1),
        )
        for t in shares
    ]
    trusted = [
        (
            asymmetric.drifted(t, 0.5, 0.9 + t / 11, 3 * t),
            asymmetric.promises_to_recover(t, t / 2, t),
            beta.faded(t, 1.0 - t, t, 0.7),
            fire.aged(t, 1.0, 5.0, 9 * t),
            fire.believed(t, 3 * t, 0.8),
            two_layer.healed(0.6, t, 2.3),
            types.judged((0.4, 0.3, 0.2, 0.1), (0.98, t, 0.9, 0.02), t, 1.0 - t / 2),
        )
        for t in shares
    ]
    others = [[repeated.keeps(-1.0, 0.2, 9 * t, 1.0 - t / 3, 7), log(t), exp(-t)] for t in shares]
    drawn = [draws.normal(seed, "digest", ("a", "b"), seed % 7) for seed in range(5000)]
    return [asked, trusted, others, drawn]


def _values() -> list[Any]:
    scenario = load("allies-2025")
    return [
        [key, issue.id, {party: list(values) for party, values in issue.payoffs.items()}]
        for key, talk in scenario.talks.items()
        for issue in talk.issues
    ] + [[threat.id, dict(threat.payoffs)] for threat in scenario.threats]


PARTS: Mapping[str, Callable[[], Any]] = {
    "rules": _rules,
    "values of allies-2025": _values,
    "talks": _talks,
    "power": _power,
    "first-talk": lambda: _tables("first-talk", range(1)),
    "symmetric-tariff-game": lambda: _tables("symmetric-tariff-game", range(1)),
    "allies-2025": lambda: _tables("allies-2025", range(2), valuation_sd=0.15),
    "a world of six": lambda: _tables(world(), range(3)),
}


def digest() -> dict[str, str]:
    """Return the digest of each part."""
    return {name: _digest(part()) for name, part in PARTS.items()}


def _digest(data: Any) -> str:
    text = json.dumps(data, default=_plain, allow_nan=True)
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _plain(value: Any) -> Any:
    """Return what JSON has no word for: numbers of numpy as numbers, dates as text."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value.isoformat()


if __name__ == "__main__":
    found = json.dumps(digest(), indent=1) + "\n"
    sys.stdout.write(found)
    if "--write" in sys.argv:
        STORED.write_text(found, encoding="utf-8")
