"""What it cost a country to break its word: the same run, had it kept every promise."""

from typing import NamedTuple

from experiments.runs.breaches import Disregard, disregards
from experiments.runs.play import play
from experiments.runs.record import RunRecord
from simulator.world.deals import Deal

__all__ = ["BreachCost", "Signing", "breach_cost"]


class Signing(NamedTuple):
    """A deal as one of its parties saw it when it was signed.

    Parameters
    ----------
    week : int
        Week of signing.
    kept : float
        What it is worth to the party if all keep it, US$ bn a year.
    """

    week: int
    kept: float


class BreachCost(NamedTuple):
    """What followed from a country's unprovoked disregards, beside the run without them.

    Parameters
    ----------
    by : str
        The country.
    first : Disregard
        Its first unprovoked disregard after which a deal was signed in the same talk; its first of
        all, if there is none.
    loyal : RunRecord
        The run in which it keeps every promise, with its deals and trust.
    signed, unbroken : Signing or None
        The next deal of that talk as the country saw it: in the run, and had it kept its word.
    """

    by: str
    first: Disregard
    loyal: RunRecord
    signed: Signing | None
    unbroken: Signing | None


def breach_cost(run: RunRecord) -> BreachCost | None:
    """Return what it cost the first country that broke its word, None if nobody did unprovoked.

    Played again with the same draws, but for that country's conduct: it keeps every promise
    (``compliance = "always"``). A country whose conduct depends on what is at stake may sign other
    deals then from the start.

    Parameters
    ----------
    run : RunRecord
        A run that kept its deals and performances.
    """
    unprovoked = [d for d in disregards(run.world) if d.reason == "withheld"]
    if not unprovoked:
        return None
    deals = run.world.ledger.deals
    with_sequel = [d for d in unprovoked if _next_deal(run, deals[d.deal].talk, d.week)]
    first = (with_sequel or unprovoked)[0]
    by, talk = first.obligor, deals[first.deal].talk
    scenario = run.scenario.with_({f"countries.{by}.compliance": "always"})
    loyal = RunRecord(play(scenario, run.seed, ("deals", "trust")))
    signings = (_signing(each, by, _next_deal(each, talk, first.week)) for each in (run, loyal))
    return BreachCost(by, first, loyal, *signings)


def _next_deal(run: RunRecord, talk: str, week: int) -> Deal | None:
    """Return the first deal of a talk that was signed after a week."""
    deals = run.world.ledger.deals.values()
    return next((d for d in deals if d.talk == talk and d.signed > week), None)


def _signing(run: RunRecord, party: str, deal: Deal | None) -> Signing | None:
    if deal is None:
        return None
    worth = next(row[1] for row in run.world.records.rows["deals"] if row[0] == deal.id)
    return Signing(deal.signed, worth[deal.parties.index(party)])
