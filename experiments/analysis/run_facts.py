"""Where two runs differ: in their settings, in what happened week by week, and at the end."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from experiments.display import wording
from experiments.runs.record import RunRecord
from simulator.scenario.paths import flatten
from simulator.world.deals import Status

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "deals_apart",
    "first_differences",
    "not_compared",
    "payoffs_apart",
    "records_of",
    "settings",
    "trust_apart",
]

#: What a row of a table is about: its week, and names and words.
Fact = tuple[int, tuple[str, ...]]
#: The values of each fact, by name.
Facts = dict[Fact, dict[str, Any]]
Row = Mapping[str, Any]


# -- what both have ----------------------------------------------------------------------------


def _common(first: RunRecord, second: RunRecord, section: str) -> list[str]:
    """Return the keys of the countries or talks of both."""
    keys, others = (getattr(run.scenario, section) for run in (first, second))
    return [key for key in keys if key in others]


def not_compared(first: RunRecord, second: RunRecord) -> Iterator[tuple[str, str]]:
    """Give what could not be compared, and why."""
    runs = {"first": first, "second": second}
    for section in ("countries", "talks"):
        both = _common(first, second, section)
        for name, run in runs.items():
            for key in getattr(run.scenario, section):
                if key not in both:
                    yield f"{section}.{key}", f"only the {name} has it"
    for table in _FACTS:
        for name, run in runs.items():
            if not run.world.records.keeps(table):
                yield f"table {table}", f"the {name} did not keep it"
    if first.weeks != second.weeks:
        shorter, longer = sorted((first.weeks, second.weeks))
        longest = "first" if first.weeks == longer else "second"
        yield f"weeks {shorter} to {longer - 1}", f"only the {longest} played them"


# -- the scenarios -----------------------------------------------------------------------------


def settings(first: RunRecord, second: RunRecord) -> list[tuple[str, str | None, str | None]]:
    """Return where the scenarios differ: path and both values."""
    one, other = (dict(flatten(run.scenario.canonical)) for run in (first, second))
    return [
        (key[0], one.get(key), other.get(key))
        for key in dict.fromkeys([*one, *other])
        if one.get(key) != other.get(key)
    ]


# -- what happened -----------------------------------------------------------------------------


def first_differences(first: RunRecord, second: RunRecord) -> "pd.DataFrame":
    """Return, per table that both kept, what differs first and how many rows differ."""
    import pandas as pd

    kept = (first.world.records, second.world.records)
    both = [table for table in _FACTS if all(records.keeps(table) for records in kept)]
    rows = [(table, *_first_difference(first, second, table)) for table in both]
    columns = ["table", "week", "what", "first", "second", "differing", "of"]
    return pd.DataFrame(rows, columns=columns).astype({"week": "Int64"})


def _first_difference(
    first: RunRecord, second: RunRecord, table: str
) -> tuple[int | None, str | None, str | None, str | None, int, int]:
    """Return week and words of the first difference in a table, and how many rows differ."""
    one, other = (_facts(run, table, first, second) for run in (first, second))
    keys = list(dict.fromkeys([*one, *other]))
    differing = [key for key in keys if one.get(key) != other.get(key)]
    if not differing:
        return None, None, None, None, 0, len(keys)
    key = min(differing, key=lambda fact: fact[0])
    words = _in_words(_names(first, second), key, one.get(key), other.get(key))
    return key[0], *words, len(differing), len(keys)


def _facts(run: RunRecord, table: str, first: RunRecord, second: RunRecord) -> Facts:
    """Return the rows of a table over the weeks, countries and talks of both runs."""
    frame = getattr(run, table)
    weeks = min(first.weeks, second.weeks)
    countries = _common(first, second, "countries")
    if "talk" in frame:
        frame = frame[frame["talk"].isin(_common(first, second, "talks"))]
    for name in ("observer", "subject", "country"):
        if name in frame:
            frame = frame[frame[name].isin(countries)]
    facts = (fact for row in records_of(frame) for fact in _FACTS[table](row, countries))
    return {fact: values for fact, values in facts if fact[0] < weeks}


def records_of(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return the rows of a frame as dicts, None where there is no value."""
    rows: list[dict[Any, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return rows


def _of_offer(row: Row, countries: list[str]) -> Iterator[tuple[Fact, dict[str, Any]]]:
    again = f", opening {row['opening'] + 1}" if row["opening"] else ""
    about = (row["talk"], f"{again}, round {row['round'] + 1}, offer of ", row["proposer"])
    worth = {f"worth to {key}": row[f"expected_{key}"] for key in countries}
    yield (row["week"], about), {"": row["offer"], **worth, "answer": row["response"]}


def _of_deal(row: Row, countries: list[str]) -> Iterator[tuple[Fact, dict[str, Any]]]:
    """Give the signing, entry into force and end of a deal, each as a fact of its own week."""
    about = (row["talk"], f" ({row['deal']}) ")
    worth = {
        f"{words} to {key}": row[f"{name}_{key}"]
        for name, words in (("payoff", "worth"), ("expected", "expected worth"))
        for key in countries
    }
    distances = {
        name.replace("_", " "): value for name, value in row.items() if "_distance" in name
    }
    yield (row["signed"], (*about, "signed")), {"": row["terms"], **worth, **distances}
    if row["in_force"] is not None:
        yield (row["in_force"], (*about, "in force")), {"": "from then on"}
    if row["ended"] is not None:
        yield (row["ended"], (*about, "ended")), {"": row["status"]}


def _of_performance(row: Row, _: list[str]) -> Iterator[tuple[Fact, dict[str, Any]]]:
    about = (row["obligor"], f", {row['issue']} ({row['deal']})")
    yield (row["week"], about), {"quality": row["quality"], "reason": row["reason"]}


def _of_trust(row: Row, _: list[str]) -> Iterator[tuple[Fact, dict[str, Any]]]:
    yield (row["week"], (row["observer"], " in ", row["subject"])), {"": row["trust"]}


def _of_payoff(row: Row, _: list[str]) -> Iterator[tuple[Fact, dict[str, Any]]]:
    values = {name: row[name] for name in ("material", "weighted", "cumulative")}
    yield (row["week"], (row["country"],)), values


_FACTS: dict[str, Callable[[Row, list[str]], Iterator[tuple[Fact, dict[str, Any]]]]] = {
    "offers": _of_offer,
    "deals": _of_deal,
    "performance": _of_performance,
    "trust": _of_trust,
    "payoffs": _of_payoff,
}


# -- in words ----------------------------------------------------------------------------------


def _names(first: RunRecord, second: RunRecord) -> dict[str, str]:
    """Return what people call the countries and talks of both runs."""
    names: dict[str, str] = {}
    for run in (second, first):
        scenario = run.scenario
        names |= {key: wording.name(scenario, key) for key in scenario.countries}
        names |= {key: wording.talk_name(scenario, key) for key in scenario.talks}
    return names


def _in_words(
    names: Mapping[str, str], key: Fact, first: Row | None, second: Row | None
) -> tuple[str, str | None, str | None]:
    """Return what a fact is about, and what it is in either run."""
    about = "".join(names.get(part, part) for part in key[1])
    if first is None or second is None:
        return about, _first_value(first), _first_value(second)
    name = next(name for name in first if first[name] != second[name])
    of = " to ".join(names.get(part, part) for part in name.split(" to "))
    return f"{about}: {of}" if of else about, *_distinct_texts(first[name], second[name])


def _first_value(values: Row | None) -> str | None:
    """Return a fact that only one run has by the first of its values."""
    if values is None:
        return None
    name, value = next(iter(values.items()))
    return f"{name} {_text(value)}".strip()


def _distinct_texts(one: object, other: object) -> tuple[str | None, str | None]:
    """Return two different values as texts that differ, too."""
    first, second = _text(one), _text(other)
    return (repr(one), repr(other)) if first == second else (first, second)


def _text(value: object) -> str | None:
    if value is None:
        return None
    return f"{value:.6g}" if isinstance(value, float) else str(value)


# -- the ends ----------------------------------------------------------------------------------


def deals_apart(first: RunRecord, second: RunRecord) -> "pd.DataFrame":
    """Return the deals signed in each talk of both, and what is in force at the end."""
    import pandas as pd

    rows = []
    for key in _common(first, second, "talks"):
        (signed, terms), (signed_2, terms_2) = _end_state(first, key), _end_state(second, key)
        rows.append((key, signed, signed_2, signed_2 - signed, terms, terms_2))
    columns = ["signed_first", "signed_second", "difference", "terms_first", "terms_second"]
    return pd.DataFrame(rows, columns=["talk", *columns])


def _end_state(run: RunRecord, talk: str) -> tuple[int, str | None]:
    """Return how many deals a talk led to, and the terms in force at the end of the run, if any."""
    ledger = run.world.ledger
    deals = [deal for deal in ledger.deals.values() if deal.talk == talk]
    signed = sum(not ledger.is_initial(deal.id) for deal in deals)
    stands = [deal for deal in deals if ledger.status(deal.id) is Status.IN_FORCE]
    if not stands:
        return signed, None
    issues = run.world.tracks[talk].plan.space.issues
    return signed, wording.terms(issues, stands[-1].levels, brief=True)


def trust_apart(first: RunRecord, second: RunRecord) -> "pd.DataFrame":
    """Return trust at the end of either run, per pair of countries in both."""
    import pandas as pd

    one, other = first.world.trust_matrix(), second.world.trust_matrix()
    rows = [(*pair, one[pair], other[pair], other[pair] - one[pair]) for pair in one
            if pair in other]  # fmt: skip
    return pd.DataFrame(rows, columns=["observer", "subject", "first", "second", "difference"])


def payoffs_apart(first: RunRecord, second: RunRecord) -> "pd.DataFrame":
    """Return the payoffs over either run, per country in both."""
    import pandas as pd

    rows = []
    for key in _common(first, second, "countries"):
        for payoff in ("material", "weighted", "cumulative"):
            one, other = (getattr(run.world.totals[key], payoff) for run in (first, second))
            rows.append((key, payoff, one, other, other - one))
    return pd.DataFrame(rows, columns=["country", "payoff", "first", "second", "difference"])
