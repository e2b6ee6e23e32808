"""What tests of many negotiations share: domains and strategies of all kinds, and what differs.

All is drawn from a `random.Random`, or from what Hypothesis gives in its place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from agents.roster import ACCEPTANCE, MODELS, ROSTER, STRATEGIES, WRAPPERS
from experiments.runs.negotiation import negotiate
from experiments.runs.negotiations import Negotiations, negotiate_many
from experiments.runs.protocol import Protocol
from simulator.domains.domain import Domain, Profile
from simulator.errors import ScenarioError
from simulator.negotiation.issues import Issue
from simulator.scenario import parts
from simulator.scenario.parameters import signature

__all__ = ["COMPILED", "PARAMETERS", "Tournament", "differences", "domain", "tournament"]

#: Strategies that the compiled engine plays, by the names that they ship under.
COMPILED = tuple(name for name in STRATEGIES if name != "scripted")

#: What tests give for the parameters of strategies and of their parts, all but those of `scripted`.
PARAMETERS: dict[str, tuple[object, ...]] = {
    "accepting": (0.0, 0.1, 0.5),
    "after": (0.0, 0.3, 0.8),
    "amount": (2.0, 20.0),
    "band": (0.0, 0.05, 0.3),
    "belief": ("none", "perfect", "reservation"),
    "concession": (0.0, 0.5, 1.0),
    "deadline": (0.3, 0.91),
    "delay": (1, 2, 5),
    "discount": (0.5, 0.9, 1.0),
    "exponent": (0.2, 1.0, 4.0),
    "factor": (0.9, 1.1),
    "family": ("polynomial", "exponential"),
    "last_turn": ("reservation", "open"),
    "mirroring": (0.0, 0.5, 1.0),
    "noise": (0.0, 0.2),
    "opening": (0.01, 0.2),
    "partner_discount": (0.5, 0.9, 1.0),
    "plus": (0.0, 0.1),
    "premium": (0.0, 0.5),
    "resolve": (0.0, 0.4, 1.0),
    "resource": ("time", "offers"),
    "sd": (0.0, 0.1, 1.0),
    "share": (0.1, 0.6, 1.0),
    "spread": (0.0, 0.05, 0.5),
    "tolerance": (0.0001, 0.05),
    "window": (1, 3),
}


@dataclass(frozen=True)
class Tournament:
    """Negotiations to be played by both engines."""

    domain: Domain
    matches: tuple[tuple[parts.PartSpec, ...], ...]
    seeds: tuple[int, ...]
    protocol: Protocol

    def play(self) -> Negotiations:
        """Return them as the compiled engine plays them, with their offers."""
        return negotiate_many(
            self.domain,
            self.matches,
            self.protocol.rounds,
            self.seeds,
            max_proposals=self.protocol.max_proposals,
            discounting=self.protocol.discounting,
            engine="compiled",
            trace=True,
            quiet=True,
        )


def tournament(draws: Random, count: int = 6) -> Tournament:
    """Return so many matches about a domain, of strategies of all kinds."""
    about = domain(draws)
    seats = range(len(about.profiles))
    return Tournament(
        about,
        tuple(tuple(strategy(draws) for _ in seats) for _ in range(count)),
        (draws.choice((0, 1, -3)), draws.choice((2**63, -(2**70), 2**200 + 1))),
        Protocol(
            draws.choice((1, 2, 3, 7, 20, 40)),
            draws.choice((None, None, 1, 2, 5, 30)),
            draws.choice(("time", "proposal", "none")),
        ),
    )


def domain(draws: Random) -> Domain:
    """Return a domain of two to four parties, some of it at the edge of what there is."""
    levels = [draws.choice((1, 2, 2, 3, 4, 5)) for _ in range(draws.choice((1, 2, 2, 3, 4)))]
    issues = tuple(Issue(f"i{k}", tuple(range(count))) for k, count in enumerate(levels))
    names = draws.choice(("abcd", "aaaa"))
    parties = draws.choice((2, 2, 2, 3, 4))
    return Domain("made", issues, tuple(_profile(draws, names[k], levels) for k in range(parties)))


def _profile(draws: Random, name: str, levels: Sequence[int]) -> Profile:
    """Return what a party wants: with ties, beyond its cap, or nothing that it can have."""
    digits, weights = draws.choice((0, 1, 15)), [draws.choice((0, 1, 2, 7)) / 7 for _ in levels]
    return Profile(
        name,
        tuple(weight / max(sum(weights), 1.0) for weight in weights),
        tuple(
            np.array([round(draws.randint(0, 1000) / 1000, digits) for _ in range(n)])
            for n in levels
        ),
        draws.choice((0.0, 0.0, 0.2, 0.5, 2.0, -1.0)),
        draws.choice((1.0, 0.9, 0.5)),
        draws.choice((None, None, 0.6)),
    )


def strategy(draws: Random) -> parts.PartSpec:
    """Return a strategy: one that ships, put together or not, wrapped or not."""
    while True:
        try:
            return parts.parse(_text(draws), "strategy", ROSTER)
        except ScenarioError:  # parameters, or parts, that do not go together
            continue


def _text(draws: Random) -> str:
    bidding = _part(draws, STRATEGIES, draws.choice(COMPILED))
    if draws.random() > 0.6:
        table = {"bidding": bidding}
        if draws.random() > 0.3:
            table["acceptance"] = _part(draws, ACCEPTANCE, draws.choice(tuple(ACCEPTANCE)))
        if draws.random() > 0.5:
            table["model"] = _part(draws, MODELS, draws.choice(tuple(MODELS)))
        bidding = "{" + ", ".join(f'{slot} = "{part}"' for slot, part in table.items()) + "}"
    wrappers = draws.choice((0, 0, 0, 1, 2))
    around = [_part(draws, WRAPPERS, draws.choice(tuple(WRAPPERS))) for _ in range(wrappers)]
    return "+".join([bidding, *around])


def _part(draws: Random, roster: Mapping[str, type], name: str) -> str:
    """Return a part with some of its parameters."""
    given = [
        f"{parameter}={draws.choice(PARAMETERS[parameter])}"
        for parameter in signature(roster[name])[0]
        if draws.random() > 0.6
    ]
    return ":".join([name, *given])


def differences(played: Tournament) -> Iterator[str]:
    """Give every negotiation in which the compiled engine differs from `negotiate`."""
    many, row = played.play(), 0
    for match in played.matches:
        for seed in played.seeds:
            told = _differs(many, row, played, match, seed)
            if told:
                where = f"{' / '.join(map(str, match))}, seed {seed}, {played.protocol}"
                yield f"{where}, {played.domain.space.shape}: {told}"
            row += 1


def _differs(
    many: Negotiations,
    row: int,
    played: Tournament,
    match: Sequence[parts.PartSpec],
    seed: int,
) -> str:
    """Return what differs in a negotiation, empty if nothing does."""
    protocol = played.protocol
    one = negotiate(
        played.domain,
        match,
        protocol.rounds,
        seed,
        max_proposals=protocol.max_proposals,
        discounting=protocol.discounting,
    )
    agreed = one.talk.agreement
    wanted = {
        "offers": [offer.outcome for offer in one.talk.offers],
        "state": one.talk.state.value,
        "outcome": -1 if agreed is None else agreed,
        "rounds": one.talk.round,
        "proposals": len(one.talk.offers),
        "undiscounted": one.undiscounted,
        "utilities": one.utilities,
    }
    found = {
        name: many.offers(row).tolist() if name == "offers" else getattr(many, name)[row].tolist()
        for name in wanted
    }
    wrong = [name for name in wanted if repr(wanted[name]) != repr(found[name])]
    return ", ".join(f"{name} {found[name]}, not {wanted[name]}" for name in wrong)
