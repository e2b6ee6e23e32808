"""Why a talk led to no deal, in words."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from experiments.analysis.failed_opening import Failure, Obstacle, failure_of
from experiments.display import wording
from experiments.runs.record import RunRecord
from simulator.text import listing
from simulator.world.news import Opening

__all__ = ["failure_rows"]


class _Failed(NamedTuple):
    """An opening without a deal, and why it failed."""

    opening: Opening
    failure: Failure


def failure_rows(run: RunRecord, openings: Iterable[Opening]) -> Iterator[tuple[str, str]]:
    """Yield of openings without a deal the talk, and when, why and by how much it failed.

    Those of a talk that failed alike are told together.
    """
    groups: dict[tuple[str, str], list[_Failed]] = {}
    for opening in openings:
        failed = _Failed(opening, failure_of(opening))
        groups.setdefault((opening.name, _outcome(run, failed)), []).append(failed)
    for (name, end), alike in groups.items():
        yield wording.talk_name(run.scenario, name), _alike(run, alike, end)


def _outcome(run: RunRecord, failed: _Failed) -> str:
    """Return why a talk had no result, and of one about other terms why it was held."""
    by = failed.opening.by
    why = f", although {wording.unwilling(run.scenario, by)}" if by else ""
    return f"{failure_text(run, failed.failure)}{why}"


def _alike(run: RunRecord, alike: Sequence[_Failed], ending: str) -> str:
    weeks = [wording.when(run.scenario, failed.opening.week) for failed in alike]
    best = best_offer_text(run, *alike[-1])
    if len(weeks) == 1:
        return f"opened {weeks[0]}; {ending}{best and f'; {best}'}"
    last = best and f"; the last time {best}"
    when = listing(weeks) if len(weeks) < 4 else f"from {weeks[0]} to {weeks[-1]}"
    times = "" if len(weeks) < 4 else f"{len(weeks)} times "
    return f"opened {times}{when}; each time {ending}{last}"


def failure_text(run: RunRecord, failure: Failure) -> str:
    """Return why an opening without a deal failed: who walked away, and what stood between."""
    why = "" if failure.obstacle is Obstacle.OPEN else f": {failure.obstacle.value}"
    return f"{_end(run, failure)}{why}"


def _end(run: RunRecord, failure: Failure) -> str:
    if failure.obstacle is Obstacle.OPEN:
        return "still open at the end"
    if failure.walked_away is not None:
        return f"{wording.name(run.scenario, failure.walked_away)} walked away"
    return "no agreement by the deadline"


def best_offer_text(run: RunRecord, opening: Opening, failure: Failure) -> str:
    """Return the best offer of a failed opening, and what each would have got by it, if any."""
    talk, scenario, best = opening.talk, run.scenario, failure.best
    if best is None:
        return ""
    gains = [
        f"{wording.name(scenario, turn.party)} {wording.amount(gain)}"
        for turn, gain in zip(talk.turns, best.gains, strict=True)
    ]
    terms = wording.terms(talk.space.issues, talk.space.levels(best.outcome), brief=True)
    return (
        f"the best on the table, by {wording.name(scenario, best.party)} in round {best.round + 1}"
        f" ({terms}), would have brought {listing(gains)} a year more than no deal"
    )
