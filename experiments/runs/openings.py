"""In which opening of its talk a deal was signed."""

from experiments.runs.record import RunRecord
from simulator.negotiation.talk import TalkState
from simulator.world.deals import Deal
from simulator.world.news import Opening

__all__ = ["opening_of"]


def opening_of(run: RunRecord, deal: Deal) -> Opening | None:
    """Return the opening in which a deal was signed; None before the run, or if none was kept."""
    ledger = run.world.ledger
    agreed = [
        o for o in run.world.openings if o.name == deal.talk and o.talk.state is TalkState.AGREED
    ]
    if not agreed or ledger.is_initial(deal.id):
        return None
    deals = [d.id for d in ledger.deals.values() if d.talk == deal.talk]
    signed = [key for key in deals if not ledger.is_initial(key)]
    return agreed[signed.index(deal.id)]
