"""The page of a negotiation: how it ended, and how good the outcome is."""

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from agents.opponents.score import sampled
from experiments.display import wording
from experiments.display.terminal import heading, outline, table
from experiments.runs.negotiation import Negotiation
from simulator.literals import write
from simulator.text import count, visible
from simulator.theory.analysis import Analysis
from simulator.theory.splitting import power_from_patience

__all__ = ["negotiation_page", "party_labels"]

#: The longest label of a party in a table, and up to how many parties utilities are shown.
LABEL, ABREAST = 12, 4

_ENDS = {"agreed": "Agreement in", "timed out": "No agreement after", "broken": "Broken off in"}


def negotiation_page(
    negotiation: Negotiation,
    trace: bool = False,
    models: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Group:
    """Return the page of a negotiation, with every proposal if there is to be a `trace`.

    `models` has the errors of each opponent model, an entry per offer that it saw.
    """
    return Group(*_page(negotiation, trace, models or {}))


def _page(
    negotiation: Negotiation, trace: bool, models: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[RenderableType]:
    names = party_labels([turn.party for turn in negotiation.talk.turns])
    if trace:
        yield heading("Proposals")
        yield _proposals(negotiation, names)
        yield Text("")
    yield Text(visible(_headline(negotiation)), style="bold")
    if negotiation.agreement is not None:
        issues = (issue.name or issue.id for issue in negotiation.domain.issues)
        yield outline(list(zip(issues, map(_level, negotiation.agreement), strict=True)))
    yield heading("Parties")
    yield outline(list(_strategies(negotiation, names)))
    yield Text("")
    yield _parties(negotiation, names)
    yield heading("How good that is")
    yield from _points(negotiation, names)
    for name, errors in models.items():
        yield heading(f"How wrong the model {name} is")
        yield _errors(negotiation, names, errors)


def party_labels(names: Sequence[str]) -> list[str]:
    """Return short labels for tables: names without the words that all begin with, or seats."""
    words = zip(*map(_words, names), strict=False)
    shared = itertools.takewhile(lambda same: len(set(same)) == 1, words)
    start = sum(len(same[0]) for same in shared)
    for short in (names, [name[start:] for name in names]):
        if all(0 < len(name) <= LABEL for name in short) and len(set(short)) == len(names):
            return list(short)
    return [f"seat {seat}" for seat in range(len(names))]


def _words(name: str) -> list[str]:
    """Return the words of a name, each with the separators that follow it."""
    return re.findall(r"[^\W_]+[\W_]*|[\W_]+", name)


def _headline(negotiation: Negotiation) -> str:
    talk = negotiation.talk
    proposals = count(len(talk.offers), "proposal")
    end = f"{_ENDS[talk.state.value]} round {talk.round} of {talk.rounds}, {proposals}"
    if talk.walked_away is not None:
        end = f"{end}: {talk.turns[talk.walked_away].party} walked away"
    return f"{negotiation.domain.name}, {count(negotiation.domain.space.size, 'outcome')}. {end}."


def _strategies(negotiation: Negotiation, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give each party's label, with its full name, if that is longer, and its strategy."""
    for name, turn, spec in zip(names, negotiation.talk.turns, negotiation.strategies, strict=True):
        yield name, str(spec) if name == turn.party else f"{turn.party}, {spec}"


def _parties(negotiation: Negotiation, names: Sequence[str]) -> RenderableType:
    discounted = negotiation.delay and any(p.discount != 1 for p in negotiation.domain.profiles)
    rows = []
    for seat, (name, utility) in enumerate(zip(names, negotiation.undiscounted, strict=True)):
        preferences = negotiation.talk.turns[seat].preferences
        at_best = _number(preferences.best) if len(preferences.options) else "-"
        utilities = [utility, negotiation.utilities[seat]] if discounted else [utility]
        disagreement = _number(preferences.disagreement)
        rows.append([name, *map(_number, utilities), at_best, disagreement])
    head = ["utility", "discounted"] if discounted else ["utility"]
    return table(["party", *head, "at best", "without agreement"], rows, numbers=len(head) + 2)


def _points(negotiation: Negotiation, names: Sequence[str]) -> Iterator[RenderableType]:
    """Give the payoffs at each bargaining point, or at the first of several outcomes there.

    Then the distances of the agreement, and how far apart the parties' interests are.
    """
    analysis, distances = negotiation.analysis, negotiation.distances
    u, points = analysis.u, {point: analysis.points[point] for point in Analysis.NAMES}
    rows = [
        [name, *(_number(float(u[at[0], k])) if len(at) else "-" for at in points.values())]
        for k, name in enumerate(names)
    ]
    rows.append(["outcomes", *(f"{len(at):,}" for at in points.values())])
    rows.append(["distance", *(_number(distances[point]) for point in points)])
    head = [point.replace("_", "-") for point in points]
    yield table(["", *head], rows, numbers=len(head))
    frontier = f"frontier ({count(len(analysis.frontier), 'outcome')})"
    if distances["frontier"] is not None:
        frontier = f"{frontier} at {_number(distances['frontier'])}"
    opposition = f"opposition {_number(analysis.opposition)}"
    rational = f"{analysis.rational_share:.0%} of outcomes rational"
    yield Text(f"  {frontier}, {opposition}, {rational}", style="dim")
    discounts = [profile.discount for profile in negotiation.domain.profiles]
    if len(discounts) == 2 and min(discounts) < 1:
        power = power_from_patience(discounts[0], discounts[1])
        shares = f"{names[0]} {_number(power)}, {names[1]} {_number(1.0 - power)}"
        yield Text(f"  power from patience, by the discounts: {shares}", style="dim")


def _proposals(negotiation: Negotiation, names: Sequence[str]) -> RenderableType:
    """Return a table of proposals, with the utilities of each unless there are too many parties."""
    u = negotiation.domain.utilities
    columns = names if len(names) <= ABREAST else []
    rows = [
        [
            str(offer.round),
            names[offer.seat],
            *(_number(float(u[offer.outcome, seat])) for seat in range(len(columns))),
            ", ".join(map(_level, negotiation.domain.space.values(offer.outcome))),
        ]
        for offer in negotiation.talk.offers
    ]
    return table(["round", "by", *columns, "proposal"], rows)


def _errors(
    negotiation: Negotiation, names: Sequence[str], errors: Sequence[Mapping[str, Any]]
) -> RenderableType:
    """Return the errors of a model per pair of parties: after some offers up to the last."""
    rows = []
    pairs = dict.fromkeys((entry["by"], entry["seat"]) for entry in errors)
    for by, seat in pairs:
        entries = [entry for entry in errors if (entry["by"], entry["seat"]) == (by, seat)]
        steps = sorted({round((len(entries) - 1) * k / 4) for k in range(5)})
        for entry in (entries[step] for step in steps):
            cells = [str(entry["offers"]), _number(entry["weights"]), _number(entry["rank"])]
            rows.append([f"{names[by]} of {names[seat]}", *cells])
    grid = table(["picture", "offers seen", "error of weights", "rank correlation"], rows, 3)
    ranked, space = len(sampled(negotiation.talk.space)), negotiation.talk.space
    if ranked == space.size:
        return grid
    note = f"  Ranks are those of {ranked:,} evenly spaced outcomes among {space.size:,}."
    return Group(grid, Text(note, style="dim"))


def _level(level: object) -> str:
    return level if isinstance(level, str) else write(level)


def _number(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else wording.amount(value, 3)
