"""Why it came out as it did: which decisions of a run are asked about, and what they hang on."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from experiments.analysis.decision import Decision, Matter, Scene
from experiments.analysis.week import Week, looks_like_week, week_of
from experiments.analysis.witness import Seen, Witness
from experiments.runs.record import RunRecord
from simulator import literals
from simulator.errors import Problem, ScenarioError, nearest
from simulator.world.deals import Status

if TYPE_CHECKING:
    from simulator.world.simulation import Simulation

__all__ = ["asked", "decisions_of"]


def decisions_of(
    run: RunRecord, what: Week | None = None, number: int | None = None
) -> tuple[Decision, ...]:
    """Return the decisions that made a run, each split into the terms that made it.

    Parameters
    ----------
    run : RunRecord
        The run; it is played again.
    what : str, int or date, optional
        A talk: how each of its openings ended, its ratifications and its breaches. A deal, such as
        ``us-japan:0``: who accepted, passed and broke it. A week, by number or by a date in it:
        every decision made in it. All that decided something by default.
    number : int, optional
        Which one of those, from 1, in the order in which they were made; all by default.

    Raises
    ------
    ScenarioError
        If there is no such talk, deal, week or decision.
    """
    first = Witness(run.scenario, run.seed)
    made = _made(first, asked(run, what))
    if number is None:
        wanted = set(made)
        return tuple(Witness(run.scenario, run.seed, wanted.__contains__).decisions) if made else ()
    place = _place(number, len(made))
    alike = Witness(run.scenario, run.seed, made[place].__eq__).decisions
    return (alike[made[:place].count(made[place])],)


def asked(run: RunRecord, what: Week | None) -> str | int | None:
    """Return what is asked about, a week as a number; refuse what there is not."""
    deals, talks = run.world.ledger.deals, run.scenario.talks
    if what is None or (isinstance(what, str) and (what in talks or what in deals)):
        return what
    if looks_like_week(what):
        return week_of(run.scenario, what)
    known = [*talks, *deals]
    allowed = f"a talk, a deal, or a week by number or date: {', '.join(known)}"
    raise ScenarioError([Problem("what", what, allowed, nearest(str(what), known))])


def _made(witness: Witness, what: str | int | None) -> list[Scene]:
    """Return the decisions that are asked about, in order."""
    if isinstance(what, int):
        return [seen.scene for seen in witness.seen if seen.scene.week == what]
    decisive = {
        scene
        for scene, deal in _decisive(witness.seen, witness.world)
        if what is None or what in (scene.talk, scene.deal or deal)
    }
    return [seen.scene for seen in witness.seen if seen.scene in decisive]


def _place(number: int, there_are: int) -> int:
    """Return the place of a decision among all, from 0; refuse what there is not."""
    if literals.is_whole(number, least=1) and number <= there_are:
        return number - 1
    allowed = f"the number of a decision: 1 to {there_are}" if there_are else "none was made"
    raise ScenarioError([Problem("number", number, allowed)])


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
