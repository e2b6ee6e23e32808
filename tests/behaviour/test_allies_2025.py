"""What theory says should happen happens in the shipped scenario, on average over seeds.

Every claim is the sign of a mean over `SEEDS` runs, two arms played with the same seeds, with a
95 % interval of the paired difference. Theory: Putnam (1988), Schelling (1960), McMillan (1990),
and what the scenario itself supposes about trust, peers and pressure.
"""

import datetime
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from experiments.run import load, play
from simulator.world.deals import Deal, Status
from simulator.world.world import World

SEEDS = range(60)
#: For an effect that is a twentieth of what it is an effect on.
MANY = range(200)
ALLIES = ("japan", "eu", "korea", "uk")
TALKS = {ally: f"us-{ally}" for ally in ALLIES}
FIRST_DEADLINE = 8  # the week after that of 9 July


@dataclass(frozen=True)
class Outcome:
    """What the claims are about, of one run; `first` deals are each talk's first of the run."""

    signed: int
    talks_opened: int
    failures: int
    first: Mapping[str, Deal]
    payoffs: Mapping[str, float]
    ally_payoffs: tuple[float, ...]
    first_payoffs: Mapping[str, float]
    trust: Mapping[tuple[str, str], float]
    welfare: Mapping[str, float]
    trace: tuple[object, ...]

    @property
    def signings_per_later_opening(self) -> float:
        """Deals signed in talks opened after the first round of talks, per such opening."""
        early = sum(d.signed < FIRST_DEADLINE for d in self.first.values())
        later = self.talks_opened - len(TALKS)
        return (self.signed - early) / later if later else math.nan


def _changes(arm: str) -> dict[str, Any]:
    base = load("allies-2025")
    worse = [
        {**entry, "quality": 0.0} if entry["obligor"] == "us" and "kept" in arm else entry
        for entry in base.data["history"]
    ]
    breach = {
        "date": datetime.date(2025, 4, 3),
        "what": "a further agreement overridden",
        "obligor": "us",
        "beneficiaries": ["japan", "eu", "korea"],
        "quality": 0,
        "stake": 1.0,
    }
    fixed = {f"countries.{country}.trust": "fixed:t0=0.45" for country in base.countries}
    worse_history = {"history": [*worse, breach]}
    volatile = {"countries.us.compliance": "volatile:probability=0.3"}

    def deadline(day: datetime.date) -> dict[str, Any]:
        return {f"talks.{talk}.deadline": day for talk in base.talks}

    arms: dict[str, dict[str, Any]] = {
        "base": {},
        "worse history": worse_history,
        "volatile": volatile,
        "fixed": fixed,
        "fixed, worse history": {**fixed, **worse_history},
        "fixed, volatile": {**fixed, **volatile},
        "later deadline": deadline(datetime.date(2025, 8, 6)),
        "no threats": {"threats": []},
        "no pressure": {"countries.us.patience": 0.995},
        "peer does better": {"deals.uk-general-terms.outcome.car-tariff": 2.5},
    }
    threats = {"japan": -6.0, "eu": -10.0, "korea": -5.0}
    for ally, payoff in threats.items():
        arms[f"stronger threat {ally}"] = {f"threats.us-us-{ally}.payoffs.{ally}": payoff}
        arms[f"smaller win-set {ally}"] = {f"talks.us-{ally}.audience.{ally}.threshold": 3.0}
    return arms[arm]


@lru_cache
def played(arm: str, seeds: range = SEEDS) -> list[Outcome]:
    scenario = load("allies-2025", _changes(arm))
    return [_outcome(play(scenario, seed, ("deals",))) for seed in seeds]


def _outcome(world: World) -> Outcome:
    ledger = world.ledger
    deals = [deal for deal in ledger.deals.values() if deal.signed >= 0]
    faith = {row[0]: row[1][1] for row in world.records.rows["deals"]}
    first: dict[str, Deal] = {}
    for deal in deals:
        first.setdefault(deal.parties[1], deal)
    return Outcome(
        signed=len(deals),
        talks_opened=sum(track.openings for track in world.tracks.values()),
        failures=sum(track.openings for track in world.tracks.values())
        - len(deals)
        + sum(ledger.status(deal.id) is Status.REJECTED for deal in deals),
        first=first,
        payoffs={ally: faith[deal.id] for ally, deal in first.items()},
        ally_payoffs=tuple(faith[deal.id] for deal in deals),
        first_payoffs={a: faith[d.id] for a, d in first.items() if d.signed < FIRST_DEADLINE},
        trust=world.trust_matrix(),
        welfare={key: account.weighted for key, account in world.totals.items()},
        trace=tuple((deal.id, deal.levels, deal.signed) for deal in deals),
    )


def difference(
    arm: str, base: str, metric: Callable[[Outcome], float], seeds: range = SEEDS
) -> tuple[float, float, float]:
    """Return the mean paired difference between two arms and its 95 % interval."""
    pairs = zip(played(arm, seeds), played(base, seeds), strict=True)
    found = np.array([metric(a) - metric(b) for a, b in pairs])
    found = found[np.isfinite(found)]
    mean = float(found.mean())
    half = 1.96 * float(found.std(ddof=1)) / math.sqrt(len(found))
    print(f"{arm} against {base}: {mean:+.3f} [{mean - half:+.3f}, {mean + half:+.3f}]")
    return mean, mean - half, mean + half


def falls(arm: str, base: str, metric: Callable[[Outcome], float], seeds: range = SEEDS) -> bool:
    return difference(arm, base, metric, seeds)[2] < 0


def rises(arm: str, base: str, metric: Callable[[Outcome], float]) -> bool:
    return difference(arm, base, metric)[1] > 0


def mean_partner_payoff(outcome: Outcome) -> float:
    return float(np.mean(outcome.ally_payoffs)) if outcome.ally_payoffs else math.nan


def payoff_of(ally: str) -> Callable[[Outcome], float]:
    return lambda outcome: outcome.payoffs.get(ally, math.nan)


def test_a_worse_us_history_leaves_fewer_talks_signed() -> None:
    assert falls("worse history", "base", lambda o: o.signed)


def test_with_a_worse_us_history_partners_ask_for_no_less_in_what_is_signed() -> None:
    assert rises("worse history", "base", mean_partner_payoff)


@pytest.mark.parametrize("observer", ALLIES)
def test_a_more_volatile_us_ends_with_less_trust_everywhere(observer: str) -> None:
    assert falls("volatile", "base", lambda o: o.trust[(observer, "us")])


def test_a_more_volatile_us_gets_less() -> None:
    assert falls("volatile", "base", lambda o: o.welfare["us"])


def test_a_more_volatile_us_signs_less_often_in_later_talks() -> None:
    assert falls("volatile", "base", lambda o: o.signings_per_later_opening)


def test_under_fixed_trust_a_worse_history_changes_nothing_at_all() -> None:
    plain, worse = played("fixed"), played("fixed, worse history")
    assert [o.trace for o in plain] == [o.trace for o in worse]
    assert [o.welfare for o in plain] == [o.welfare for o in worse]
    assert [o.trace for o in played("base")] != [o.trace for o in played("worse history")]


def test_under_fixed_trust_volatility_does_not_lower_signings_per_opening() -> None:
    _, low, high = difference("fixed, volatile", "fixed", lambda o: o.signings_per_later_opening)
    assert high > 0
    assert low > -0.05


def test_moving_the_deadline_moves_the_agreements() -> None:
    weeks = {
        arm: [d.signed for o in played(arm) for d in o.first.values() if d.signed < 14]
        for arm in ("base", "later deadline")
    }
    assert len(weeks["base"]) > 100
    assert np.mean(np.array(weeks["base"]) >= FIRST_DEADLINE - 2) > 0.5
    assert np.mean(weeks["later deadline"]) - np.mean(weeks["base"]) > 2.5


def test_threats_bring_more_deals_than_none() -> None:
    assert falls("no threats", "base", lambda o: o.signed)


@pytest.mark.parametrize("ally", ["japan", "eu", "korea"])
def test_a_stronger_threat_leaves_its_target_with_less(ally: str) -> None:
    assert falls(f"stronger threat {ally}", "base", payoff_of(ally))


@pytest.mark.parametrize("ally", ["japan", "eu", "korea"])
def test_a_smaller_win_set_gives_better_terms(ally: str) -> None:
    assert rises(f"smaller win-set {ally}", "base", payoff_of(ally))


@pytest.mark.parametrize("ally", ["japan", "eu", "korea"])
def test_a_smaller_win_set_gives_more_failures(ally: str) -> None:
    assert rises(f"smaller win-set {ally}", "base", lambda o: o.failures)


@pytest.mark.parametrize("ally", ["japan", "eu", "korea"])
def test_after_a_peers_better_deal_an_ally_gets_better_terms_or_does_not_sign(ally: str) -> None:
    def signs_at_once(outcome: Outcome) -> float:
        return float(ally in outcome.first_payoffs)

    def terms(outcome: Outcome) -> float:
        return outcome.first_payoffs.get(ally, math.nan)

    arm = "peer does better"
    assert rises(arm, "base", terms) or falls(arm, "base", signs_at_once)
    assert difference(arm, "base", signs_at_once)[0] < 0.1


def test_pressure_on_us_patience_improves_partners_terms() -> None:
    assert falls("no pressure", "base", mean_partner_payoff, MANY)
