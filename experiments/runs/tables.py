"""The tables of a run as columns, data frames and Parquet files."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.offers import Offer
from simulator.negotiation.talk import Talk, TalkState
from simulator.world.deals import Status
from simulator.world.records import TABLES, Column, columns

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from simulator.world.simulation import Simulation

__all__ = ["TableFrames", "arrow", "frame", "outcome_terms", "rows", "typed"]

_PANDAS = {"int": "int64", "int?": "Int64", "float": "float64", "float?": "float64"}
NAN = float("nan")


class TableFrames(ABC):
    """The tables of one run or of many as data frames, each built when it is first used."""

    @abstractmethod
    def frame(self, table: str) -> "pd.DataFrame":
        """Return a table as a data frame, sorted by run."""

    @cached_property
    def runs(self) -> "pd.DataFrame":
        """One row per run, failed ones with their ``error``."""
        return self.frame("runs")

    @cached_property
    def offers(self) -> "pd.DataFrame":
        """One row per offer."""
        return self.frame("offers")

    @cached_property
    def deals(self) -> "pd.DataFrame":
        """One row per deal."""
        return self.frame("deals")

    @cached_property
    def performance(self) -> "pd.DataFrame":
        """One row per commitment and review."""
        return self.frame("performance")

    @cached_property
    def trust(self) -> "pd.DataFrame":
        """One row per ordered pair of countries and week kept."""
        return self.frame("trust")

    @cached_property
    def threats(self) -> "pd.DataFrame":
        """One row per threat and what becomes of it."""
        return self.frame("threats")

    @cached_property
    def payoffs(self) -> "pd.DataFrame":
        """One row per country and week kept."""
        return self.frame("payoffs")


def outcome_terms(space: OutcomeSpace, levels: Sequence[int]) -> str:
    """Return an outcome in words: who does what, without issues at the status quo."""
    commitments = [
        f"{issue.obligor}: {issue.id} {issue.levels[level]}{' ' if issue.unit else ''}{issue.unit}"
        for issue, level in zip(space.issues, levels, strict=True)
        if level != issue.status_quo
    ]
    return "; ".join(commitments) or "nothing"


def rows(world: "Simulation", table: str, run: int = 0) -> list[tuple[Any, ...]]:
    """Return the rows of a table, in the order of its columns."""
    return [(run, *row) for row in _ROWS[table](world)]


def frame(world: "Simulation", table: str, run: int = 0) -> "pd.DataFrame":
    """Return a table as a data frame with the types of the schema."""
    return as_frame(world, table, rows(world, table, run))


def as_frame(world: "Simulation", table: str, rows: Sequence[tuple[Any, ...]]) -> "pd.DataFrame":
    """Return rows of a table as a data frame with the types of the schema."""
    import pandas as pd

    schema = columns(table, world.parties)
    data = pd.DataFrame.from_records(list(rows), columns=[c.name for c in schema])
    return data.astype({c.name: _PANDAS.get(c.type, "str") for c in schema})


def arrow(world: "Simulation", table: str, rows: Sequence[Sequence[Any]]) -> "pa.Table":
    """Return rows of a table as an Arrow table: typed even when empty, with units and meanings."""
    return typed(columns(table, world.parties), rows)


def typed(schema: Sequence[Column], rows: Sequence[Sequence[Any]]) -> "pa.Table":
    """Return rows as an Arrow table of these columns: typed even when empty."""
    import pyarrow as pa

    types = {"int": pa.int64(), "float": pa.float64(), "str": pa.string()}
    fields = [
        pa.field(c.name, types[c.type.rstrip("?")], metadata={"unit": c.unit, "doc": c.doc})
        for c in schema
    ]
    cells = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [
        pa.array(list(values), field.type) for values, field in zip(cells, fields, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _offers(world: "Simulation") -> Iterator[tuple[Any, ...]]:
    @cache
    def words(talk: str, outcome: int) -> str:
        space = world.tracks[talk].plan.space
        return outcome_terms(space, space.levels(outcome))

    for week, talk_id, opening, offer, payoffs, talk in world.records.rows["offers"]:
        parties = world.tracks[talk_id].plan.parties
        expected = _by_country(world, parties, payoffs)
        proposer = parties[offer.seat]
        response = _response(talk, offer)
        text = words(talk_id, offer.outcome)
        head = (week, talk_id, opening, offer.round, proposer, offer.outcome, text)
        yield (*head, *expected, response)


def _response(talk: Talk, offer: Offer) -> str:
    if offer is not talk.offers[-1]:
        return "counter"
    ends = {TalkState.AGREED: "accept", TalkState.BROKEN: "walk away"}
    return ends.get(talk.state, "none")


def _deals(world: "Simulation") -> Iterator[tuple[Any, ...]]:
    signings = {row[0]: row[1:] for row in world.records.rows["deals"]}
    unknown = ((), (), NAN, NAN, NAN, NAN)
    for deal in world.ledger.deals.values():
        full_faith, expected, *distances = signings.get(deal.id, unknown)
        space = world.tracks[deal.talk].plan.space
        in_force = world.ledger.week(deal.id, Status.IN_FORCE)  # from its ratification on
        yield (
            deal.id,
            deal.talk,
            "+".join(deal.parties),
            deal.signed,
            in_force,
            in_force,
            world.ledger.ended(deal.id),
            str(world.ledger.status(deal.id)),
            space.index(deal.levels),
            outcome_terms(space, deal.levels),
            *_by_country(world, deal.parties, full_faith),
            *_by_country(world, deal.parties, expected),
            *distances,
        )


def _by_country(
    world: "Simulation", parties: Sequence[str], payoffs: Sequence[float]
) -> Iterable[float]:
    """Give a payoff per country of the scenario, NaN for countries that are not parties."""
    nothing = dict.fromkeys(world.parties, NAN)
    return (nothing | dict(zip(parties, payoffs, strict=False))).values()


def _trust(world: "Simulation") -> Iterator[tuple[Any, ...]]:
    pairs = world.blueprint.witnesses.pairs
    for week, trusts, credibilities in world.records.rows["trust"]:
        for pair, trust, credibility in zip(pairs, trusts, credibilities, strict=True):
            yield week, *pair, trust, credibility


_ROWS: dict[str, "Callable[[Simulation], Iterator[tuple[Any, ...]]]"] = {
    "offers": _offers,
    "deals": _deals,
    "performance": lambda world: iter(world.records.rows["performance"]),
    "trust": _trust,
    "threats": lambda world: iter(world.records.rows["threats"]),
    "payoffs": lambda world: iter(world.records.rows["payoffs"]),
}
assert _ROWS.keys() | {"runs"} == TABLES.keys()
