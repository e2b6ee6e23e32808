"""A deal beside the one before it in its talk: term by term, and which way the price moved."""

from collections.abc import Iterator, Sequence

from experiments.analysis.price import Price, moves, prices_of
from experiments.display import wording
from experiments.display.numbers import VISIBLE
from experiments.runs.openings import opening_of
from experiments.runs.record import RunRecord
from simulator.negotiation.issues import Issue
from simulator.negotiation.negotiator import Turn
from simulator.text import level_text, listing
from simulator.world.deals import Deal

__all__ = ["price_text", "renewed_terms", "trust_text"]


def renewed_terms(issues: Sequence[Issue], before: Sequence[int], after: Sequence[int]) -> str:
    """Return the terms of a deal, those that changed as before and after: ``rice 70 → 35 kt``."""
    texts = [
        _term(issue, old, new)
        for issue, old, new in zip(issues, before, after, strict=True)
        if (old, new) != (issue.status_quo, issue.status_quo)
    ]
    return ", ".join(texts) or "nothing"


def _term(issue: Issue, old: int, new: int) -> str:
    name = issue.name or wording.short(issue)
    colon = ":" if isinstance(issue.levels[new], str) else ""
    was = "" if old == new else f"{level_text(issue.levels[old])} → "
    return f"{name}{colon} {was}{wording.quantity(issue.levels[new], issue.unit)}"


def price_text(run: RunRecord, before: Deal, after: Deal) -> str:
    """Return who gets more and who less than by the deal before, if both deals were valued."""
    old, new = prices_of(run, before), prices_of(run, after)
    if not old or not new:
        return ""
    names = [wording.name(run.scenario, party) for party in after.parties]
    amounts = [
        f"{name} {wording.amount(a.kept)} → {wording.amount(b.kept)}{_because(a, b)}"
        for name, a, b in zip(names, old, new, strict=True)
    ]
    changes = [b.kept - a.kept for a, b in zip(old, new, strict=True)]
    return f"{_direction(names, changes)}: {listing(amounts)} a year if kept"


def _because(before: Price, after: Price) -> str:
    """Return what the change is the sum of, the largest first: `` (for doubt +0.22, ...)``."""
    moved = [f"{part} {wording.signed(by)}" for part, by in moves(before, after).items()]
    return f" ({', '.join(moved)})" if moved else ""


def _direction(names: Sequence[str], changes: Sequence[float]) -> str:
    """Return for whom the price moved: who gets more, at the cost of whom."""
    more = [name for name, change in zip(names, changes, strict=True) if change > VISIBLE]
    less = [name for name, change in zip(names, changes, strict=True) if change < -VISIBLE]
    if more and less:
        return f"better for {listing(more)}, worse for {listing(less)}"
    if more or less:
        return f"{'better' if more else 'worse'} for {listing(more or less)}"
    return "the same for all"


def trust_text(run: RunRecord, before: Deal, after: Deal) -> str:
    """Return how trust had changed since the deal before was signed.

    Empty if one of the deals is older than the run.
    """
    openings = opening_of(run, before), opening_of(run, after)
    if openings[0] is None or openings[1] is None:
        return ""
    then, now = (opening.talk.turns for opening in openings if opening is not None)
    changes = [c for a, b in zip(then, now, strict=True) for c in _changes(run, then, a, b)]
    return ", ".join(changes) or "nobody's trust had changed"


def _changes(run: RunRecord, turns: Sequence[Turn], then: Turn, now: Turn) -> Iterator[str]:
    """Give how a party's trust in each partner has changed."""
    name = wording.name(run.scenario, then.party)
    partners = [turn.party for turn in turns if turn.seat != then.seat]
    for partner, old, new in zip(partners, then.trust, now.trust, strict=True):
        if abs(new - old) >= VISIBLE:
            whom = wording.name(run.scenario, partner)
            yield f"trust of {name} in {whom} {wording.share(old)} → {wording.share(new)}"
