"""Why a talk led to no deal, in words."""

from experiments.analysis.failed_opening import Failure, Obstacle
from experiments.display import wording
from experiments.runs.record import RunRecord
from simulator.text import listing
from simulator.world.news import Opening

__all__ = ["best_offer_text", "failure_text"]


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
