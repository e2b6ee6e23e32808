"""What it cost a country to break its word: the same run, had it kept every promise."""

from typing import NamedTuple

from experiments.analysis.branch import branch
from experiments.analysis.price import Price, prices_of
from experiments.runs.breaches import Disregard, disregards
from experiments.runs.record import RunRecord
from simulator.world.deals import Deal

__all__ = ["BreachCost", "Signing", "breach_cost"]


class Signing(NamedTuple):
    """A deal as one of its parties saw it when it was signed.

    Parameters
    ----------
    week : int
        Week of signing.
    price : Price
        What it is worth to the party.
    """

    week: int
    price: Price


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
        The run in which it keeps every promise from then on.
    signed, unbroken : Signing or None
        The next deal of that talk as the country saw it: in the run, and had it kept its word.
    """

    by: str
    first: Disregard
    loyal: RunRecord
    signed: Signing | None
    unbroken: Signing | None


def breach_cost(run: RunRecord) -> BreachCost | None:
    """Return what it cost a country that broke its word, None if nobody did unprovoked.

    The first of those after whose breach another deal was signed; of all, if there is none.

    Played again with the same draws: from the week of its first such disregard on it keeps every
    promise (``compliance = "always"``), and all before is the same.

    Parameters
    ----------
    run : RunRecord
        A run that kept its offers, deals and performances.
    """
    unprovoked = [d for d in disregards(run.world) if d.reason == "withheld"]
    if not unprovoked:
        return None
    deals = run.world.ledger.deals
    with_sequel = [d for d in unprovoked if _next_deal(run, deals[d.deal].talk, d.week)]
    first = (with_sequel or unprovoked)[0]
    by, talk = first.obligor, deals[first.deal].talk
    week = next(d.week for d in unprovoked if d.obligor == by)
    loyal = branch(run, week, {f"countries.{by}.compliance": "always"})
    signings = (_signing(each, by, _next_deal(each, talk, first.week)) for each in (run, loyal))
    return BreachCost(by, first, loyal, *signings)


def _next_deal(run: RunRecord, talk: str, week: int) -> Deal | None:
    """Return the first deal of a talk that was signed after a week, and passed at home."""
    return next((d for d in run.world.ledger.passed(talk) if d.signed > week), None)


def _signing(run: RunRecord, party: str, deal: Deal | None) -> Signing | None:
    if deal is None:
        return None
    return Signing(deal.signed, prices_of(run, deal)[deal.parties.index(party)])
