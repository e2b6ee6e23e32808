"""The page of one negotiation: how it ended, and how good that end is."""

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

__all__ = ["negotiation_page", "party_labels"]

#: The longest label of a party in a table, and how many utilities stand beside a proposal.
LABEL, ABREAST = 12, 4

_ENDS = {"agreed": "Agreement in", "timed out": "No agreement after", "broken": "Broken off in"}


def negotiation_page(
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
    names = party_labels([turn.party for turn in played.talk.turns])
    if trace:
        yield heading("Proposals")
        yield _proposals(played, names)
        yield Text("")
    yield Text(visible(_headline(played)), style="bold")
    if played.agreement is not None:
        issues = (issue.name or issue.id for issue in played.domain.issues)
        yield outline(list(zip(issues, map(_level, played.agreement), strict=True)))
    yield heading("Parties")
    yield outline(list(_strategies(played, names)))
    yield Text("")
    yield _parties(played, names)
    yield heading("How good that is")
    yield from _points(played, names)
    for name, errors in models.items():
        yield heading(f"How wrong the model {name} is")
        yield _errors(played, names, errors)


def party_labels(names: Sequence[str]) -> list[str]:
    """Return names short enough for tables: without the words they share at the start, or seats."""
    words = zip(*map(_words, names), strict=False)
    shared = itertools.takewhile(lambda same: len(set(same)) == 1, words)
    start = sum(len(same[0]) for same in shared)
    for short in (names, [name[start:] for name in names]):
        if all(0 < len(name) <= LABEL for name in short) and len(set(short)) == len(names):
            return list(short)
    return [f"seat {seat}" for seat in range(len(names))]


def _words(name: str) -> list[str]:
    """Return the words of a name, each with what parts it from the next."""
    return re.findall(r"[^\W_]+[\W_]*|[\W_]+", name)


def _headline(played: Negotiation) -> str:
    talk = played.talk
    proposals = count(len(talk.offers), "proposal")
    end = f"{_ENDS[talk.state.value]} round {talk.round} of {talk.rounds}, {proposals}"
    if talk.walked_away is not None:
        end = f"{end}: {talk.turns[talk.walked_away].party} walked away"
    return f"{played.domain.name}, {count(played.domain.space.size, 'outcome')}. {end}."


def _strategies(played: Negotiation, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give each party's label with its whole name, where that is longer, and its strategy."""
    for name, turn, spec in zip(names, played.talk.turns, played.strategies, strict=True):
        yield name, str(spec) if name == turn.party else f"{turn.party}, {spec}"


def _parties(played: Negotiation, names: Sequence[str]) -> RenderableType:
    discounted = played.delay and any(p.discount != 1 for p in played.domain.profiles)
    rows = []
    for seat, (name, got) in enumerate(zip(names, played.undiscounted, strict=True)):
        wants = played.talk.turns[seat].preferences
        best = _number(wants.best) if len(wants.options) else "-"
        utilities = [got, played.utilities[seat]] if discounted else [got]
        without = _number(wants.disagreement)
        rows.append([name, *map(_number, utilities), best, without])
    head = ["utility", "discounted"] if discounted else ["utility"]
    return table(["party", *head, "at best", "without agreement"], rows, numbers=len(head) + 2)


def _points(played: Negotiation, names: Sequence[str]) -> Iterator[RenderableType]:
    """Give the payoffs at each point, of several outcomes those of the first, and what is near."""
    seen, gaps = played.analysis, played.distances
    found = {point: seen.points[point] for point in Analysis.NAMES}
    rows = [
        [name, *(_number(float(seen.u[at[0], k])) if len(at) else "-" for at in found.values())]
        for k, name in enumerate(names)
    ]
    rows.append(["outcomes", *(f"{len(at):,}" for at in found.values())])
    rows.append(["distance", *(_number(gaps[point]) for point in found)])
    head = [point.replace("_", "-") for point in found]
    yield table(["", *head], rows, numbers=len(head))
    size = f"frontier ({count(len(seen.frontier), 'outcome')})"
    frontier = size if gaps["frontier"] is None else f"{size} at {_number(gaps['frontier'])}"
    negotiation_page = (
        f"opposition {_number(seen.opposition)}, {seen.rational_share:.0%} of outcomes rational"
    )
    yield Text(f"  {frontier}, {negotiation_page}", style="dim")


def _proposals(played: Negotiation, names: Sequence[str]) -> RenderableType:
    """Return a table of proposals; what each pays stands beside it unless parties are too many."""
    u = played.domain.utilities
    shown = names if len(names) <= ABREAST else []
    rows = [
        [
            str(offer.round),
            names[offer.seat],
            *(_number(float(u[offer.outcome, seat])) for seat in range(len(shown))),
            ", ".join(map(_level, played.domain.space.values(offer.outcome))),
        ]
        for offer in played.talk.offers
    ]
    return table(["round", "by", *shown, "proposal"], rows)


def _errors(
    played: Negotiation, names: Sequence[str], errors: Sequence[Mapping[str, Any]]
) -> RenderableType:
    """Return, per pair of parties, the errors after the first, a few later and the last offer."""
    rows = []
    pairs = dict.fromkeys((entry["by"], entry["seat"]) for entry in errors)
    for by, seat in pairs:
        own = [entry for entry in errors if (entry["by"], entry["seat"]) == (by, seat)]
        steps = sorted({round((len(own) - 1) * k / 4) for k in range(5)})
        for entry in (own[step] for step in steps):
            cells = [str(entry["offers"]), _number(entry["weights"]), _number(entry["rank"])]
            rows.append([f"{names[by]} of {names[seat]}", *cells])
    made = table(["picture", "offers seen", "error of weights", "rank correlation"], rows, 3)
    among, space = len(sampled(played.talk.space)), played.talk.space
    if among == space.size:
        return made
    negotiation_page = (
        f"  Ranks are those of {among:,} evenly spaced outcomes among {space.size:,}."
    )
    return Group(made, Text(negotiation_page, style="dim"))


def _level(level: object) -> str:
    return level if isinstance(level, str) else write(level)


def _number(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else wording.amount(value, 3)
