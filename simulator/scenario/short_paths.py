"""Short paths into a scenario: ``us.patience`` for ``countries.us.patience``.

A path whose first name does not stand at the top of a scenario is short. It means the one full
path that ends with it, and begins with the id of an entry or the key of a table.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from simulator.errors import Problem, ScenarioError, nearest
from simulator.scenario import paths
from simulator.scenario.specs import Settings, Table
from simulator.text import listing

__all__ = ["ShortPaths"]

#: How many of the paths that a short one may mean are named.
SHOWN = 6
_TOP = frozenset(paths.keys_of(Settings))


@dataclass(frozen=True)
class ShortPaths:
    """The short paths of a scenario, of which this is the data."""

    data: Mapping[str, object]

    def full(self, path: str, value: object) -> str:
        """Return the full path that a short one means.

        Parameters
        ----------
        path : str
            A path; a full one comes back as it is, and so does one that ends no other.
        value : object
            What is to be set there.

        Raises
        ------
        ScenarioError
            If several paths end so; if what its first name stands for takes no such thing; or if
            that name is one of an entry or key, misspelt.
        """
        first = path.partition(".")[0]
        if first in _TOP:
            return path
        meant, refusals = [], []
        for place in self._places.get(first, []):
            candidate = place.removesuffix(first) + path
            try:
                paths.assign(self.data, candidate, value)
            except ScenarioError as error:
                refusals.append((candidate.count("."), error))
            else:
                meant.append(candidate)
        if len(meant) > 1:
            allowed = f"one of the paths that end so: {_some(meant)}"
            raise ScenarioError([Problem(path, value, allowed)])
        if refusals and not meant:
            raise min(refusals, key=lambda refusal: refusal[0])[1]  # of the outermost
        return meant[0] if meant else self._spelt(path, value)

    def _spelt(self, path: str, value: object) -> str:
        """Return a path that ends no other as it is, unless an id or a key was meant by it."""
        first = path.partition(".")[0]
        near = nearest(first, [*_TOP, *self._places])
        if self.data and near not in _TOP and (near or "." in path):
            allowed = f"no such path: {first!r} stands for no entry or key of the scenario"
            hint = f"{near}{path[len(first) :]}" if near else None
            raise ScenarioError([Problem(path, value, f"{allowed}{self._entries(hint)}", hint)])
        return path

    def _entries(self, hint: str | None) -> str:
        """Return which entries there are, unless a hint says enough."""
        entries = [
            place
            for place in _all_places(self.data)
            if place.count(".") == 1 and place.partition(".")[0] in paths.REGISTERS
        ]
        return "" if hint or not entries else f", such as {_some(entries)}"

    @cached_property
    def _places(self) -> dict[str, list[str]]:
        """The full paths of entries, and of keys of tables, by their last names."""
        places: dict[str, list[str]] = {}
        for place in _all_places(self.data):
            places.setdefault(place.rpartition(".")[2], []).append(place)
        return places


def _some(full: Sequence[str]) -> str:
    more = [f"{len(full) - SHOWN:,} more"] if len(full) > SHOWN else []
    return listing([*full[:SHOWN], *more])


def _all_places(data: Mapping[str, object]) -> Iterator[str]:
    """Give the full paths of entries and of keys of tables, but for those at the top."""
    for register, table in paths.REGISTERS.items():
        yield from _of_register(register, table, data.get(register))
    for section, table in paths.ENTRIES.items():
        yield from _of_list(section, table, data.get(section))
    for key in Settings.model_fields:
        if (inner := paths.table_at(Settings, [key])) is not None:
            yield from _inside(key, inner, data.get(key))


def _of_register(path: str, table: type[Table], register: object) -> Iterator[str]:
    for name, entry in register.items() if isinstance(register, Mapping) else ():
        yield f"{path}.{name}"
        yield from _inside(f"{path}.{name}", table, entry)


def _of_list(path: str, table: type[Table], entries: object) -> Iterator[str]:
    for entry in entries if isinstance(entries, list) else ():
        name = paths.entry_id(path.rpartition(".")[2], entry)
        if name is not None:
            yield f"{path}.{name}"
            yield from _inside(f"{path}.{name}", table, entry)


def _inside(path: str, table: type[Table], node: object) -> Iterator[str]:
    """Give the paths of the keys of a table, whether they are there, and of what is in them."""
    for key in paths.keys_of(table):
        inside, inner = f"{path}.{key}", paths.table_at(table, [key])
        value = node.get(key) if isinstance(node, Mapping) else None
        yield inside
        if inner is not None:
            yield from _inside(inside, inner, value)
        elif (of_entries := paths.table_at(table, [key, ""])) is not None:
            yield from _of_list(inside, of_entries, value)
