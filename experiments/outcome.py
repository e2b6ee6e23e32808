"""The page of one negotiation: how it ended, and how good that end is."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from agents.opponents.score import sampled
from experiments import wording
from experiments.negotiation import Negotiation
from experiments.page import heading, outline, table
from simulator.analysis import Analysis
from simulator.literals import write

__all__ = ["told"]

_ENDS = {"agreed": "Agreement in", "timed out": "No agreement after", "broken": "Broken off in"}


def told(
    played: Negotiation,
    trace: bool = False,
    models: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Group:
    """Return the page of a negotiation.

    Parameters
    ----------
    played : Negotiation
        What was played.
    trace : bool
        Whether to tell every proposal.
    models : mapping, optional
        Per model its errors, an entry per offer that it saw.
    """
    return Group(*_page(played, trace, models or {}))


def _page(
    played: Negotiation, trace: bool, models: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[RenderableType]:
    if trace:
        yield heading("Proposals")
        yield _proposals(played)
        yield Text("")
    yield Text(_headline(played), style="bold")
    if played.agreement is not None:
        issues = (issue.name or issue.id for issue in played.domain.issues)
        yield outline(list(zip(issues, map(_level, played.agreement), strict=True)))
    yield heading("Parties")
    yield _parties(played)
    yield heading("How good that is")
    yield _points(played)
    for name, errors in models.items():
        yield heading(f"How wrong the model {name} is")
        yield _errors(played, errors)


def _headline(played: Negotiation) -> str:
    talk = played.talk
    proposals = wording.count(len(talk.offers), "proposal")
    end = f"{_ENDS[talk.state.value]} round {talk.round} of {talk.rounds}, {proposals}"
    if talk.walked_away is not None:
        end = f"{end}: {talk.turns[talk.walked_away].party} walked away"
    return f"{played.domain.name}, {wording.count(played.domain.space.size, 'outcome')}. {end}."


def _parties(played: Negotiation) -> RenderableType:
    discounted = played.delay and any(p.discount != 1 for p in played.domain.profiles)
    rows = []
    for seat, spec in enumerate(played.strategies):
        wants = played.talk.turns[seat].preferences
        best = _number(wants.best) if len(wants.options) else "-"
        rows.append(
            [
                played.talk.turns[seat].party,
                str(spec),
                _number(played.utilities[seat]),
                best,
                _number(wants.disagreement),
            ]
        )
    utility = "utility, discounted" if discounted else "utility"
    return table(["party", "strategy", utility, "at best", "without agreement"], rows, numbers=3)


def _points(played: Negotiation) -> RenderableType:
    seen, gaps = played.analysis, played.distances
    parties = [turn.party for turn in played.talk.turns]
    rows = [
        [name.replace("_", "-"), *_utilities(seen, name), _number(gaps[name])]
        for name in Analysis.NAMES
    ]
    nothing = [""] * len(parties)
    size = wording.count(len(seen.frontier), "outcome")
    rows.append([f"frontier ({size})", *nothing, _number(gaps["frontier"])])
    facts = f"opposition {_number(seen.opposition)}, {seen.rational_share:.0%} of outcomes rational"
    made = table(["point", *parties, "distance"], rows, numbers=len(parties) + 1)
    return Group(made, Text(f"  {facts}", style="dim"))


def _utilities(seen: Analysis, name: str) -> list[str]:
    """Return the payoffs at a point: of several outcomes of one, the first and how many more."""
    at = seen.points[name]
    if not len(at):
        return ["-"] * len(seen.d)
    cells = [_number(float(x)) for x in seen.u[at[0]]]
    if len(at) > 1:
        cells[-1] += f" (+{len(at) - 1})"
    return cells


def _proposals(played: Negotiation) -> RenderableType:
    u = played.domain.utilities
    parties = [turn.party for turn in played.talk.turns]
    rows = [
        [
            str(offer.round),
            parties[offer.seat],
            ", ".join(map(_level, played.domain.space.values(offer.outcome))),
            *(_number(float(x)) for x in u[offer.outcome]),
        ]
        for offer in played.talk.offers
    ]
    return table(["round", "by", "proposal", *parties], rows, numbers=len(parties))


def _errors(played: Negotiation, errors: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return, per pair of parties, the errors after the first, a few later and the last offer."""
    parties = [turn.party for turn in played.talk.turns]
    rows = []
    pairs = dict.fromkeys((entry["by"], entry["seat"]) for entry in errors)
    for by, seat in pairs:
        own = [entry for entry in errors if (entry["by"], entry["seat"]) == (by, seat)]
        steps = sorted({round((len(own) - 1) * k / 4) for k in range(5)})
        for entry in (own[step] for step in steps):
            cells = [str(entry["offers"]), _number(entry["weights"]), _number(entry["rank"])]
            rows.append([f"{parties[by]} of {parties[seat]}", *cells])
    made = table(["picture", "offers seen", "error of weights", "rank correlation"], rows, 3)
    among, space = len(sampled(played.talk.space)), played.talk.space
    if among == space.size:
        return made
    told = f"  Ranks are those of {among:,} evenly spaced outcomes among {space.size:,}."
    return Group(made, Text(told, style="dim"))


def _level(level: object) -> str:
    return level if isinstance(level, str) else write(level)


def _number(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else wording.amount(value, 3)
