"""What theory says should happen happens in the shipped scenario, on average over seeds.

Every claim is the sign of a mean over `SEEDS` runs, two arms played with the same seeds, with a
95 % interval of the paired difference. Theory: Putnam (1988), Schelling (1960), McMillan (1990),
and what the scenario itself supposes about trust and pressure. Some of what the page on
behaviour claims from more runs is claimed here, too, so that a change of the rules shows.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from experiments.docs.claims import FIRST, arms
from experiments.docs.looks import ALLIES, Look, look_at
from experiments.run import load, play
from simulator.world.deals import Status
from simulator.world.simulation import Simulation

SEEDS = range(32)
#: For an effect that is small beside what else differs.
MANY = range(100)
#: Of worlds that must be the same, or differ somewhere.
FEW = range(8)
WEEKS = 24
YEARS = 104
BASE = load("allies-2025")
SHARED = arms(BASE)
#: The rate that is threatened, less far up the ladder.
MILDER = {f"threats.us-us-{ally}.level": 15 for ally in ALLIES}
VOLATILE = {"countries.us.compliance": "volatile:probability=0.3"}
ARMS: dict[str, dict[str, Any]] = {
    "milder threats": MILDER,
    "two years": {"weeks": YEARS},
    "two years, volatile": {"weeks": YEARS, **VOLATILE},
    "two years, fixed": {**SHARED["fixed trust"], "weeks": YEARS},
    "two years, fixed, volatile": {**SHARED["fixed trust"], "weeks": YEARS, **VOLATILE},
}

pytestmark = [pytest.mark.filterwarnings("ignore:Mean of empty slice"), pytest.mark.long]


@dataclass(frozen=True)
class Outcome:
    """What the claims are about, of one run."""

    look: Look
    openings: int
    rejected: int
    trust: dict[str, float]  # in the US, by observer

    @property
    def failures(self) -> int:
        """Openings without a deal, and deals that an audience did not pass."""
        return self.openings - len(self.look.deals) + self.rejected

    @property
    def signings_per_later_opening(self) -> float:
        """Deals signed in talks opened after the first round of talks, per such opening."""
        early = sum(week <= FIRST for week in self.look.signed.values())
        later = self.openings - len(BASE.talks)
        return (len(self.look.deals) - early) / later if later else math.nan


@lru_cache
def played(arm: str, seeds: range = SEEDS) -> list[Outcome]:
    scenario = BASE.with_({"weeks": WEEKS, **(ARMS[arm] if arm in ARMS else SHARED[arm])})
    return [_outcome(play(scenario, seed, ("deals", "threats"))) for seed in seeds]


def _outcome(world: Simulation) -> Outcome:
    ledger = world.ledger
    return Outcome(
        look=look_at(world),
        openings=sum(track.openings for track in world.tracks.values()),
        rejected=sum(ledger.status(deal) is Status.REJECTED for deal in ledger.deals),
        trust={o: t for (o, subject), t in world.trust_matrix().items() if subject == "us"},
    )


def difference(
    arm: str, base: str, measure: Callable[[Outcome], float | Iterable[float]], seeds: range = SEEDS
) -> tuple[float, float, float]:
    """Return the mean paired difference between two arms and its 95 % interval.

    Of several numbers each is compared with its own in the other arm, where both have it.
    """
    pairs = zip(played(arm, seeds), played(base, seeds), strict=True)
    each = [
        np.subtract(*(np.atleast_1d(np.array(measure(o), dtype=float)) for o in pair))
        for pair in pairs
    ]
    found = np.array([np.nanmean(numbers) for numbers in each])
    found = found[np.isfinite(found)]
    mean = float(found.mean())
    half = 1.96 * float(found.std(ddof=1)) / math.sqrt(len(found))
    print(f"{arm} against {base}: {mean:+.3f} [{mean - half:+.3f}, {mean + half:+.3f}]")
    return mean, mean - half, mean + half


def falls(*claim: Any) -> bool:
    return difference(*claim)[2] < 0


def rises(*claim: Any) -> bool:
    return difference(*claim)[1] > 0


def weeks(outcome: Outcome) -> list[float]:
    """When allies under a threat sign, at last if never."""
    return [outcome.look.signed.get(ally, outcome.look.weeks) for ally in ALLIES]


def signed(outcome: Outcome) -> list[bool]:
    """Which of them sign by the first date."""
    return [week <= FIRST for week in weeks(outcome)]


def payoffs(outcome: Outcome) -> list[float]:
    """What their first deals are worth to them."""
    return [outcome.look.worth.get((ally, ally), math.nan) for ally in ALLIES]


def payoff_of(ally: str) -> Callable[[Outcome], float]:
    return lambda outcome: outcome.look.worth.get((ally, ally), math.nan)


# What history does.


def test_an_ally_that_was_let_down_once_more_signs_later() -> None:
    assert rises("burned", "as shipped", weeks)


def test_an_ally_that_was_let_down_once_more_gets_more_where_it_signs() -> None:
    assert rises("burned", "as shipped", payoffs)


def test_under_fixed_trust_and_credibility_a_worse_history_changes_nothing_at_all() -> None:
    plain, worse = played("fixed trust", FEW), played("fixed trust, burned", FEW)
    assert [o.look for o in plain] == [o.look for o in worse]
    shipped, burned = played("as shipped", FEW), played("burned", FEW)
    assert [o.look.deals for o in shipped] != [o.look.deals for o in burned]


# What threats and dates do.


def test_threats_bring_more_deals_in_the_end_than_none() -> None:
    def in_the_end(outcome: Outcome) -> list[bool]:
        return [ally in outcome.look.signed for ally in ALLIES]

    assert falls("no threats", "as shipped", in_the_end)


def test_a_milder_threat_leaves_its_target_with_more() -> None:
    assert rises("milder threats", "as shipped", payoffs)


def test_a_threat_that_is_believed_more_brings_earlier_deals() -> None:
    assert falls("credibility 0.9", "as shipped", weeks)


def test_a_later_date_brings_later_deals() -> None:
    assert rises("date 6 August", "as shipped", weeks)
    assert not any(any(signed(outcome)) for outcome in played("date 6 August"))


# What audiences and pressure do.


@pytest.mark.parametrize("ally", ["japan", "korea"])
def test_larger_demands_at_home_give_better_terms(ally: str) -> None:
    assert rises("larger demands at home", "as shipped", payoff_of(ally))


def test_larger_demands_at_home_give_more_failures() -> None:
    assert rises("larger demands at home", "as shipped", lambda o: o.failures)


def test_pressure_on_us_patience_improves_partners_terms() -> None:
    assert falls("no pressure", "as shipped", payoffs)


# What volatility does, which takes years.


@pytest.mark.parametrize("observer", [*ALLIES, "uk"])
def test_a_more_volatile_us_ends_with_less_trust_everywhere(observer: str) -> None:
    assert falls("two years, volatile", "two years", lambda o: o.trust[observer])


def test_a_more_volatile_us_gets_less() -> None:
    assert falls("two years, volatile", "two years", lambda o: o.look.accrued["us"])


def test_a_more_volatile_us_signs_less_often_in_later_talks() -> None:
    def rate(outcome: Outcome) -> float:
        return outcome.signings_per_later_opening

    assert falls("two years, volatile", "two years", rate, MANY)


def test_under_fixed_trust_volatility_does_not_lower_signings_per_opening() -> None:
    def rate(outcome: Outcome) -> float:
        return outcome.signings_per_later_opening

    _, low, high = difference("two years, fixed, volatile", "two years, fixed", rate)
    assert high > 0
    assert low > -0.05
