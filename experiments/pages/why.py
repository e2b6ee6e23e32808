"""Why decisions came out as they did: each in a sentence, and as the sum of its terms."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from experiments.analysis import reasons
from experiments.analysis.decision import Decision, Matter
from experiments.analysis.week import Week
from experiments.analysis.why import asked, decisions_of
from experiments.display import wording
from experiments.display.numbers import VISIBLE
from experiments.display.shown import Shown
from experiments.display.terminal import heading, outline, table
from experiments.pages.failure import failure_rows
from experiments.runs.record import RunRecord
from simulator.negotiation.issues import Issue
from simulator.negotiation.talk import TalkState
from simulator.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Why", "why"]


#: The most decisions that are told in full, term by term.
IN_FULL = 8
#: Characters that are left in a line for who decided what, and for what it hangs on.
HANGS_ON = 60
#: However long the names are, this much is for what it hangs on.
LEAST = 16


@dataclass(frozen=True, repr=False)
class Why(Shown):
    """Decisions of a run, each split into the terms that made it.

    Parameters
    ----------
    run : RunRecord
        The run.
    decisions : tuple of Decision
        The decisions that were asked about.
    asked : str or int, optional
        What was asked about: a talk, a deal, a week; nothing in particular by default, for which
        the page gives a sentence for each and no tables.
    number : int, optional
        Which decision of those was asked about.
    """

    run: RunRecord
    decisions: tuple[Decision, ...]
    asked: str | int | None = None
    number: int | None = None

    unfolded = 3

    @property
    def terms(self) -> "pd.DataFrame":
        """One row per decision and term.

        When and whose it was, its ``outcome``, ``margin`` and ``unit``; of the term its ``kind``,
        whose it is (``of``), its ``amount``, the ``belief`` behind it, and whether the decision
        ``turns`` without it, or without it and the others of which that is said.
        """
        import pandas as pd

        rows = [row for k, decision in enumerate(self.decisions) for row in _rows(k, decision)]
        return pd.DataFrame(rows, columns=_COLUMNS)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, as ``tradetalks why --json`` prints it."""
        return {"decisions": [_plain(self.run.scenario, each) for each in self.decisions]}

    def page(self) -> Group:
        """Return the decisions, and why talks failed in which nothing was decided.

        All in a sentence each; those asked about as tables of their terms, or if they are many in a
        line each.
        """
        if self.number is not None:
            return Group(*_sections(self.run, self.decisions))
        undecided = _undecided(self.run, self.asked, self.decisions)
        if self.asked is None:
            return Group(*_sentences(self.run, self.decisions), *undecided)
        tell = _sections if len(self.decisions) <= IN_FULL else _lines
        return Group(*tell(self.run, self.decisions), *undecided)


def why(run: RunRecord, what: Week | None = None, number: int | None = None) -> Why:
    """Return why decisions of a run came out as they did; parameters as in `decisions_of`."""
    return Why(run, decisions_of(run, what, number), asked(run, what), number)


def _sentences(run: RunRecord, decisions: Iterable[Decision]) -> Iterator[RenderableType]:
    """Give a sentence for each decision."""
    scenario = run.scenario
    rows = [(_when(scenario, each), reasons.sentence(scenario, each)) for each in decisions]
    if rows:
        yield outline(rows, indent=0)


# -- many decisions ------------------------------------------------------------------------------


def _lines(run: RunRecord, decisions: Sequence[Decision]) -> Iterator[RenderableType]:
    """Give a line for each decision: who, what, on what it hangs, and by which margin."""
    room = max(HANGS_ON - max(len(_brief(each)) for each in decisions), LEAST)
    groups = groupby(enumerate(decisions, start=1), lambda of: (of[1].scene.week, of[1].scene.talk))
    for (week, talk), numbered in groups:
        yield heading(f"{wording.when(run.scenario, week)}: {talk}")
        yield table(
            ["", "decision", "turns without", "margin"],
            (
                (f"{k:>3}", _brief(each), wording.cut(_turning(each), room), _margin(each))
                for k, each in numbered
            ),
            numbers=1,
        )
    yield Text("")
    yield Text(
        "A decision turns without the terms of these kinds. --number N splits one into all of its"
        " terms (in Python number=N); a talk or a deal in the place of a week tells what counted in"
        " it."
    )


def _margin(decision: Decision) -> str:
    return wording.signed(decision.margin)


def _brief(decision: Decision) -> str:
    """Return who decided what in a few words: ``round 3: japan refused``."""
    scene = decision.scene
    audience = "'s audience" if scene.matter is Matter.RATIFICATION else ""
    round = "" if scene.round is None else f"round {scene.round + 1}: "
    deal = "" if scene.deal is None else f" {scene.deal}"
    return f"{round}{scene.party}{audience} {decision.outcome}{deal}"


def _turning(decision: Decision) -> str:
    """Return the smallest set of terms by their kinds and whose they are: ``own + distrust us``."""
    turning = decision.turning[0] if decision.turning else ()
    return " + ".join(" ".join(filter(None, (term.kind, term.party))) for term in turning)


# -- nothing decided -----------------------------------------------------------------------------


def _undecided(
    run: RunRecord, what: str | int | None, decisions: Sequence[Decision]
) -> Iterator[RenderableType]:
    """Give why talks failed in which nobody had anything to decide, or that there was nothing."""
    decided = {(each.scene.talk, each.scene.opening) for each in decisions}
    failed = [
        opening
        for opening in run.world.openings
        if opening.talk.state is not TalkState.AGREED
        and (what is None or what in (opening.name, opening.week))
        and (opening.name, opening.number) not in decided
    ]
    if failed:
        yield heading("Talks in which nobody had an offer to answer")
        yield outline(failure_rows(run, failed))
    elif not decisions:
        yield Text(_nothing(run, what))


def _nothing(run: RunRecord, what: str | int | None) -> str:
    if isinstance(what, str) and what in run.world.ledger.deals:
        return f"Nothing was decided about {what} in the run: it was there before, and all kept it."
    nothing = "no offer was answered, no deal put to a vote, and none broken"
    if isinstance(what, int):
        return f"Nothing was decided in the week of {wording.when(run.scenario, what)}: {nothing}."
    which = "no talk" if what is None else "the talk never"
    return f"Nothing was decided: {which} opened, {nothing}."


# -- one decision --------------------------------------------------------------------------------


def _when(scenario: Scenario, decision: Decision) -> str:
    return wording.when(scenario, decision.scene.week)


def _sections(run: RunRecord, decisions: Iterable[Decision]) -> Iterator[RenderableType]:
    """Give decisions one by one."""
    for decision in decisions:
        yield from _section(run, decision)


def _section(run: RunRecord, decision: Decision) -> Iterator[RenderableType]:
    """Give a decision: what was on the table, its terms, and what turns it."""
    scenario, scene = run.scenario, decision.scene
    yield heading(reasons.title(scenario, decision))
    lines = [("on the table", wording.terms(_issues(run, scene.talk), scene.levels))]
    if scene.round is not None:
        lines.append(("round", f"{scene.round + 1} of the talk"))
    yield outline(lines)
    yield Text("")
    named = set(decision.turning[0]) if decision.turning else set()
    told = dict.fromkeys(term for some in decision.turning for term in some)
    shown = [term for term in decision.terms if _shows(term.amount) or term in told]
    shown += [term for term in told if term not in decision.terms]
    rows: list[Sequence[Text]] = [
        (
            Text(reasons.label(scenario, decision, term), style="bold" if term in named else ""),
            Text(wording.signed(term.amount)),
        )
        for term in shown
    ]
    hidden = sum(term.amount for term in decision.terms if term not in shown)
    if hidden:
        rows.append((Text("the rest", style="dim"), Text(wording.signed(hidden), style="dim")))
    rows.append((Text("margin", style="bold"), Text(wording.signed(decision.margin), style="bold")))
    yield table(["", decision.unit], rows, numbers=1)
    yield Text("")
    yield Text(reasons.sentence(scenario, decision))
    if len(decision.turning) > 1:
        yield Text(_others(scenario, decision), style="dim")


def _others(scenario: Scenario, decision: Decision) -> str:
    """Return what else turns the decision."""
    sets = [
        " and ".join(reasons.label(scenario, decision, term) for term in some)
        for some in decision.turning[1:]
    ]
    return f"It also turns without: {'; or '.join(sets)}."


def _issues(run: RunRecord, talk: str) -> Sequence[Issue]:
    return run.world.tracks[talk].plan.space.issues


def _shows(amount: float) -> bool:
    return abs(amount) >= VISIBLE


# -- as data -------------------------------------------------------------------------------------

_COLUMNS = ("decision", "matter", "party", "talk", "deal", "opening", "week", "round", "outcome",
            "margin", "unit", "kind", "of", "amount", "belief", "turns")  # fmt: skip


def _rows(number: int, decision: Decision) -> Iterator[tuple[Any, ...]]:
    scene = decision.scene
    head = (number, str(scene.matter), scene.party, scene.talk, scene.deal, scene.opening,
            scene.week, scene.round, decision.outcome, decision.margin, decision.unit)  # fmt: skip
    named = decision.turning[0] if decision.turning else ()
    for term in decision.terms:
        yield (*head, term.kind, term.party, term.amount, term.belief, term in named)


def _plain(scenario: Scenario, decision: Decision) -> dict[str, Any]:
    scene = decision.scene
    return {
        "matter": str(scene.matter),
        "party": scene.party,
        "talk": scene.talk,
        "deal": scene.deal,
        "opening": scene.opening,
        "week": scene.week,
        "round": scene.round,
        "outcome": decision.outcome,
        "margin": decision.margin,
        "unit": decision.unit,
        "terms": [asdict(term) for term in decision.terms],
        "turning": [[[term.kind, term.party] for term in some] for some in decision.turning],
        "tie": decision.tie,
        "sentence": reasons.sentence(scenario, decision),
    }
