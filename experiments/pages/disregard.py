"""A broken promise in words."""

from experiments.display import wording
from experiments.runs.breaches import Disregard
from experiments.runs.record import RunRecord
from simulator.text import listing

__all__ = ["disregard_text", "reason_text"]


def disregard_text(run: RunRecord, disregard: Disregard, brief: bool = False) -> str:
    """Return who withholds what from whom, and why; in fewer words, if it is to be brief."""
    deal = run.world.ledger.deals[disregard.deal]
    all_of_it = len(disregard.issues) >= len(deal.owed_by(disregard.obligor))
    space = run.world.tracks[deal.talk].plan.space
    positions = [space.position[i] for i in disregard.issues if i in space.position]
    issues = [wording.short(space.issues[k]) for k in positions]
    withheld = "all it owes" if all_of_it or not issues else listing(issues)
    others = wording.parties(run.scenario, [p for p in deal.parties if p != disregard.obligor])
    who, why = wording.name(run.scenario, disregard.obligor), reason_text(disregard)
    if brief:
        return f"{who} to {others}: {withheld.replace('owes', 'owed')} withheld, {why}"
    return f"{who} withholds {withheld} from {others} ({why})"


def reason_text(disregard: Disregard) -> str:
    """Return why a country did not perform: unprovoked, in answer or by an event."""
    words = {"withheld": "unprovoked", "excused": "in answer", "forced": "by an event"}
    return words.get(disregard.reason, disregard.reason)
