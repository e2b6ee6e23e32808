"""The page of parameters of allies-2025: where each comes from, and what hangs on it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, get_args

from experiments.display.wording import amount
from experiments.docs.markdown import Page, pipe_table, prose
from experiments.docs.swings import FILE, OUTCOMES, RUNS, SCENARIO, Swing, swings
from experiments.runs.play import load
from simulator import literals
from simulator.scenario import source
from simulator.scenario.provenance import Origin, Support, parameters, provenance
from simulator.scenario.scenario import Scenario

__all__ = ["page"]

#: Assumptions that are told first; the others are in the file of swings.
TOP = 15
#: Names that are all written out.
MANY = 9


class _Row(NamedTuple):
    """Parameters of one entry that have the same value, or that make one list."""

    path: str
    values: tuple[Any, ...]
    entry: Origin


def page() -> Page:
    """Return the page of parameters."""
    loaded, entries = load(SCENARIO), provenance(SCENARIO)
    about = (
        f"Every parameter of `{SCENARIO}`: **sourced**, a source states it; **estimated**, worked"
        " out from what sources state; or **assumed**, nobody states it. `make reference` writes"
        " this page from the scenario and from"
        " [what is said of it](../../simulator/scenarios/provenance/allies-2025.toml); tests see to"
        " it that every value is covered once and lies in its range."
    )
    sections = [
        _counts(loaded, entries),
        _ranges(),
        _what_matters(),
        *_sections(loaded, entries),
        _derived(loaded),
        _references(),
    ]
    title = "The parameters of allies-2025"
    return Page("../explanation/allies-2025.md", title, about, "\n\n".join(sections))


def _counts(loaded: Scenario, entries: Iterable[Origin]) -> str:
    """Return how many parameters there are, by part of the scenario and by status."""
    found = Counter((_part(path), _entry(path, entries).status) for path in parameters(loaded))
    kinds = get_args(Support)
    counted = {part: [found[part, kind] for kind in kinds] for part in _parts(loaded)}
    counted["**all**"] = [sum(column) for column in zip(*counted.values(), strict=True)]
    rows = [[part, *map(str, [*row, sum(row)])] for part, row in counted.items()]
    return f"## At a glance\n\n{pipe_table(['', *kinds, 'all'], rows)}"


def _ranges() -> str:
    return (
        "Each element of a list counts, each parameter of a strategy, and what stands at its"
        " default; names do not, nor what is 0 by definition, level 0. Weights that a scenario"
        " does not name are 1. The ranges are ours: what we hold plausible, where no range is"
        " given the value as it is. [Trade](../../simulator/economy/data/trade_2023.csv) and"
        " [GDP](../../simulator/economy/data/gdp_2023.csv) of the nine regions are data. From"
        ' Python, `simulator.scenario.provenance.provenance("allies-2025")` gives the entries'
        " with their ranges."
    )


# --- what matters -----------------------------------------------------------------------------


def _what_matters() -> str:
    """Return the assumptions on which most hangs, as measured."""
    shipped, *moved = swings()
    ends: dict[str, list[Swing]] = {}
    for swing in moved:
        ends.setdefault(swing.paths, []).append(swing)
    ranked = sorted(ends.items(), key=lambda item: -max(_widths(shipped, item[1])))
    rows = [_swing_row(shipped, paths, found) for paths, found in ranked[:TOP]]
    rest = max((max(_widths(shipped, found)) for _, found in ranked[TOP:]), default=0.0)
    means = "; ".join(f"*{name}*, {told}" for name, told in OUTCOMES.items())
    at_shipped = ", ".join(f"{name} {value:.2f}" for name, value in shipped.outcomes.items())
    told = (
        f"One at a time, each set of parameters was moved to both ends of its range, or to each"
        f" alternative, in {RUNS} runs of {SCENARIO} with the same seeds (low are small gains and"
        f" large costs): {means}. As shipped:"
        f" {at_shipped}. The {TOP} on which most hangs are these, by the largest change of any of"
        f" the three; no other moves one of them by more than {rest:.2f}. In so many runs *signed*"
        " as shipped is known to ±0.03 (95 %): do not rank what differs by less."
    )
    after = (
        f"All of it is in [{FILE.name}]({FILE.name}); `python -m experiments.docs.swings`"
        " measures it again. What the trade model assumes has been looked at closer"
        " [beside it](valuation.md#what-is-assumed-and-what-hangs-on-it). One at a time says"
        " nothing of what moves together: for that, sweep with a Saltelli design."
    )
    head = ["moved", "to", *OUTCOMES]
    return f"## Which assumptions matter most\n\n{told}\n\n{pipe_table(head, rows)}\n\n{after}"


def _widths(shipped: Swing, found: Iterable[Swing]) -> list[float]:
    return [abs(s.outcomes[name] - shipped.outcomes[name]) for s in found for name in OUTCOMES]


def _swing_row(shipped: Swing, paths: str, found: list[Swing]) -> list[str]:
    told = [f"`{path}`" for path in paths.split(" ")]
    numbers = [" / ".join(f"{s.outcomes[name]:.2f}" for s in found) for name in OUTCOMES]
    return [", ".join(told), " / ".join(s.end for s in found), *numbers]


# --- every parameter --------------------------------------------------------------------------


def _sections(loaded: Scenario, entries: tuple[Origin, ...]) -> Iterator[str]:
    rows = list(_rows(loaded, entries))
    for part in _parts(loaded):
        mine = [_cells(row) for row in rows if _part(row.path) == part]
        head = ["parameter", "value", "is", "plausible", "source", "why"]
        yield f"## {part}\n\n{pipe_table(head, mine)}"


def _rows(loaded: Scenario, entries: tuple[Origin, ...]) -> Iterator[_Row]:
    """Give the parameters, lists put together, then those alike but for their second name."""
    alike: dict[tuple[str, str, int, tuple[Any, ...]], list[str]] = {}
    for path, values, entry in _lists(loaded, entries):
        part, _, rest = path.partition(".")
        name, _, tail = rest.partition(".")
        alike.setdefault((part, tail, entry, values), []).append(name)
    for (part, tail, entry, same), names in alike.items():
        yield _Row(".".join(filter(None, (part, _joined(names), tail))), same, entries[entry])


def _lists(
    loaded: Scenario, entries: tuple[Origin, ...]
) -> Iterator[tuple[str, tuple[Any, ...], int]]:
    """Give the parameters with the numbers of their entries, those of one list together."""
    lists: dict[tuple[str, int], dict[str, Any]] = {}
    for path, value in parameters(loaded).items():
        head, _, last = path.rpartition(".")
        place = last if last.isdigit() else ""
        key = (head if place else path, entries.index(_entry(path, entries)))
        lists.setdefault(key, {})[place] = value
    for (path, entry), found in lists.items():
        yield f"{path}.{_joined(list(found))}".rstrip("."), tuple(found.values()), entry


def _joined(names: list[str]) -> str:
    """Return names in braces, of many the first and the last."""
    if len(names) > MANY:
        return f"{{{names[0]}, {names[1]}, ... {names[-1]}}}"
    return names[0] if len(names) == 1 else f"{{{', '.join(names)}}}"


def _cells(row: _Row) -> list[str]:
    entry = row.entry
    value = ", ".join(map(_told, row.values))
    return [f"`{row.path}`", value, entry.status, _plausible(row), entry.source, prose(entry.why)]


def _plausible(row: _Row) -> str:
    entry = row.entry
    if entry.among:
        return ", ".join(map(_told, entry.among if len(entry.among) > 1 else ()))
    if entry.times is not None and len(row.values) > 1:
        return f"{_told(entry.times[0])} to {_told(entry.times[1])} times"
    low, high = entry.range(row.values[0])
    return "" if low == high else f"{_told(low)} to {_told(high)}"


def _told(value: object) -> str:
    return f"{value:.4g}" if literals.is_number(value) else literals.write(value)


def _entry(path: str, entries: Iterable[Origin]) -> Origin:
    return next(entry for entry in entries if entry.covers(path))


def _part(path: str) -> str:
    head, dot, _ = path.partition(".")
    return head if dot else "world"


def _parts(loaded: Scenario) -> list[str]:
    return list(dict.fromkeys(map(_part, parameters(loaded))))


# --- what is derived --------------------------------------------------------------------------


def _derived(loaded: Scenario) -> str:
    """Return the payoffs that follow from the parameters above."""
    rows = []
    for talk in loaded.talks.values():
        for issue in talk.issues:
            if issue.tariff is not None or issue.purchase is not None:
                for party, values in issue.payoffs.items():
                    path = f"talks.{talk.id}.issues.{issue.id}.payoffs.{party}"
                    on_top = _amounts(issue.political.get(party, ()))
                    rows.append([f"`{path}`", _amounts(values), on_top])
    for threat in loaded.threats:
        if threat.tariff is not None:
            for party, value in threat.payoffs.items():
                rows.append([f"`threats.{threat.id}.payoffs.{party}`", _amounts([value]), ""])
    told = (
        "These payoffs, US$ bn a year, are not chosen: they follow from the parameters above by"
        " the [trade model](valuation.md). What comes on top of welfare, revenue and the rent"
        " of a protected sector, stands beside it."
    )
    head = ["payoff", "welfare, or all of it", "on top"]
    return f"## Derived\n\n{told}\n\n{pipe_table(head, rows)}"


def _amounts(values: Iterable[float]) -> str:
    return ", ".join(map(amount, values))


def _references() -> str:
    """Return the sources as the scenario file explains them."""
    listed = source.text(SCENARIO).partition("# References\n")[2].partition("\n\n")[0]
    joined = re.sub(r"\n# {4,}", " ", listed)
    pairs = re.findall(r"^#   (\S(?:\S| (?! ))*)  +(.+)$", joined, re.M)
    rows = [[name, prose(" ".join(text.split()))] for name, text in pairs]
    return f"## References\n\n{pipe_table(['name', 'source'], rows)}"
