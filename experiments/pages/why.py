"""Why decisions came out as they did: each in a sentence, and as the sum of its terms."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from experiments.analysis import reasons
from experiments.analysis.decision import Decision
from experiments.analysis.why import decisions_of
from experiments.display import wording
from experiments.display.numbers import VISIBLE
from experiments.display.shown import Shown
from experiments.display.terminal import heading, outline, table
from experiments.runs.record import RunRecord
from simulator.negotiation.issues import Issue
from simulator.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Why", "why"]


@dataclass(frozen=True, repr=False)
class Why(Shown):
    """Decisions of a run, each split into the terms that made it.

    Parameters
    ----------
    run : RunRecord
        The run.
    decisions : tuple of Decision
        The decisions that were asked about.
    brief : bool
        Whether the page gives a sentence for each and no tables.
    """

    run: RunRecord
    decisions: tuple[Decision, ...]
    brief: bool = False

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
        """Return the sentences, and the tables of terms."""
        scenario = self.run.scenario
        if not self.decisions:
            return Group(Text("Nothing was decided: no offer answered, no deal put to a vote."))
        if self.brief:
            lines = [
                (_when(scenario, each), reasons.sentence(scenario, each)) for each in self.decisions
            ]
            return Group(outline(lines, indent=0))
        parts = (part for each in self.decisions for part in _section(self.run, each))
        return Group(*parts)


def why(run: RunRecord, what: str | int | None = None) -> Why:
    """Return why decisions of a run came out as they did; parameters as in `decisions_of`."""
    return Why(run, decisions_of(run, what), brief=what is None)


def _when(scenario: Scenario, decision: Decision) -> str:
    return wording.when(scenario, decision.scene.week)


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
    rows: list[Sequence[Text]] = [
        (
            Text(reasons.label(scenario, decision, term), style="bold" if term in named else ""),
            Text(wording.signed(term.amount)),
        )
        for term in decision.terms
        if _shows(term.amount)
    ]
    hidden = sum(term.amount for term in decision.terms if not _shows(term.amount))
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
