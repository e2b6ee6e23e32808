"""A broken promise in words."""

from experiments.display import wording
from experiments.runs.breaches import Disregard, breached_before
from experiments.runs.record import RunRecord
from simulator.text import listing

__all__ = ["disregard_text", "reason_text"]


def disregard_text(run: RunRecord, disregard: Disregard, brief: bool = False) -> str:
    """Return who withholds what from whom, and after what; if `brief` in fewer words."""
    deal = run.world.ledger.deals[disregard.deal]
    all_of_it = len(disregard.issues) >= len(deal.owed_by(disregard.obligor))
    space = run.world.tracks[deal.talk].plan.space
    positions = [space.position[i] for i in disregard.issues if i in space.position]
    issues = [wording.short(space.issues[k]) for k in positions]
    withheld = "all it owes" if all_of_it or not issues else listing(issues)
    others = wording.parties(run.scenario, [p for p in deal.parties if p != disregard.obligor])
    who, why = wording.name(run.scenario, disregard.obligor), reason_text(run, disregard)
    if disregard.quality > 0:
        part = f"only {disregard.quality:.0%} of {withheld}"
        if brief:
            return f"{who} to {others}: {part.replace('owes', 'owed')}, {why}"
        return f"{who} performs {part} to {others} ({why})"
    if brief:
        return f"{who} to {others}: {'all' if all_of_it else withheld} withheld, {why}"
    return f"{who} withholds {withheld} from {others} ({why})"


def reason_text(run: RunRecord, disregard: Disregard) -> str:
    """Return after what a country did not perform: unprovoked, after a breach, or by an event.

    That a partner had broken the deal before is a fact, and need not be what a policy went by; what
    it went by is found by playing the choice again, as ``why`` does.
    """
    if disregard.reason == "forced":
        return "by an event"
    return "after a breach" if breached_before(run.world, disregard) else "unprovoked"
