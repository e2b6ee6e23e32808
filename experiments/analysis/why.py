"""Why it came out as it did: which decisions of a run are asked about, and what they hang on."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from experiments.analysis.decision import Decision, Matter, Scene
from experiments.analysis.witness import Seen, Witness
from experiments.runs.record import RunRecord
from simulator.errors import Problem, ScenarioError, nearest
from simulator.world.deals import Status

if TYPE_CHECKING:
    from simulator.world.simulation import Simulation

__all__ = ["decisions_of"]


def decisions_of(run: RunRecord, what: str | int | None = None) -> tuple[Decision, ...]:
    """Return the decisions that made a run, each split into the terms that made it.

    Parameters
    ----------
    run : RunRecord
        The run; it is played again.
    what : str or int, optional
        A talk: how each of its openings ended, its ratifications and its breaches. A deal, such as
        ``us-japan:0``: who accepted, passed and broke it. A week: every decision made in it. All
        that decided something by default.

    Raises
    ------
    ScenarioError
        If there is no such talk, deal or week.
    """
    asked = _asked(run, what)
    first = Witness(run.scenario, run.seed)
    if isinstance(asked, int):
        wanted = {seen.scene for seen in first.seen if seen.scene.week == asked}
    else:
        scenes = _decisive(first.seen, first.world)
        wanted = {
            scene
            for scene, deal in scenes
            if asked is None or asked in (scene.talk, scene.deal or deal)
        }
    if not wanted:
        return ()
    return tuple(Witness(run.scenario, run.seed, wanted.__contains__).decisions)


def _asked(run: RunRecord, what: str | int | None) -> str | int | None:
    """Return what is asked about, a week as a number; refuse what there is not."""
    deals, talks = run.world.ledger.deals, run.scenario.talks
    if what is None or what in talks or what in deals:
        return what
    if isinstance(what, int) or (what.isascii() and what.isdigit()):
        if 0 <= int(what) < run.weeks:
            return int(what)
        raise ScenarioError([Problem("week", what, f"a week of the run: 0 to {run.weeks - 1}")])
    known = [*talks, *deals]
    allowed = f"a talk, a deal or the number of a week: {', '.join(known)}"
    raise ScenarioError([Problem("what", what, allowed, nearest(what, known))])


def _decisive(seen: Iterable[Seen], world: "Simulation") -> Iterator[tuple[Scene, str | None]]:
    """Yield what decided something, with the deal that an answer led to.

    Of the answers in a talk, those that made a deal of an offer, or if there was none, the last of
    each party.
    """
    answers: dict[tuple[str, int | None], list[Seen]] = {}
    for one in seen:
        if one.scene.matter is Matter.ANSWER:
            answers.setdefault((one.scene.talk, one.scene.opening), []).append(one)
        else:
            yield one.scene, None
    deals = _deals(world)
    for opening in world.openings:
        given = answers.get((opening.name, opening.number), [])
        if opening.talk.agreement is None:
            yield from ((scene, None) for scene in {s.scene.party: s.scene for s in given}.values())
            continue
        deal, last = next(deals[opening.name]), len(opening.talk.offers) - 1
        yield from ((s.scene, deal) for s in given if s.positive and s.offer == last)


def _deals(world: "Simulation") -> dict[str, Iterator[str]]:
    """Return, per talk, the deals signed in the run, in order."""
    signed: dict[str, list[str]] = {talk: [] for talk in world.tracks}
    for entry in world.ledger.entries:
        if entry.status is Status.PENDING:
            signed[world.ledger.deals[entry.deal].talk].append(entry.deal)
    return {talk: iter(deals) for talk, deals in signed.items()}
