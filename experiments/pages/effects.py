"""The answer of a sweep at a glance: what changed from the first value of an axis to its last."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from experiments.analysis.queries import Effect
from experiments.display.numbers import NONE, decimals, number_text, value_text
from experiments.display.terminal import heading, table
from simulator.text import sentence_case

__all__ = ["effects_page"]


def effects_page(effects: Sequence[Effect], titles: Mapping[str, str]) -> Group:
    """Return what each axis changed: the clearest in a sentence, then all metrics in a table.

    Parameters
    ----------
    effects : sequence of Effect
        As `experiments.analysis.queries.effects_of` gives them.
    titles : mapping
        What axes and metrics are called, those of the user's own by their names.
    """
    sentences = [Text(_sentence(effect, titles)) for effect in effects]
    return Group(*sentences, *(part for effect in effects for part in _table(effect, titles)))


def _sentence(effect: Effect, titles: Mapping[str, str]) -> str:
    """Return the clearest change over an axis in words, with its interval."""
    row = effect.table.iloc[0].to_dict()
    over = f"{_title(effect.axis, titles)} from {_ends(effect)}"
    if not row["low"] <= row["high"]:
        return f"{over}: chance cannot be told from effect, which takes more replications."
    if row["low"] <= 0 <= row["high"]:
        return f"{over}: nothing changes by more than chance would change it."
    first, second, low, high = _numbers([row["first"], row["second"], row["low"], row["high"]])
    least, most = (low, high) if row["low"] > 0 else (high.lstrip("-"), low.lstrip("-"))
    by = least if least == most else f"{least} to {most} (95 %)"
    change = f"a {'rise' if row['low'] > 0 else 'fall'} of {by}"
    return f"{over}: {titles.get(row['metric'], row['metric'])} from {first} to {second}, {change}."


def _table(effect: Effect, titles: Mapping[str, str]) -> Iterator[RenderableType]:
    first, last = (value_text(value) for value in (effect.first, effect.last))
    yield heading(f"{_title(effect.axis, titles)} from {_ends(effect)}")
    rows = (_cells(row, titles) for row in effect.table.to_dict("records"))
    yield table(["", f"at {first}", f"at {last}", "change, 95 %"], rows, numbers=3)


def _cells(row: Mapping[Any, Any], titles: Mapping[str, str]) -> list[str]:
    first, last, low, high = _numbers([row[k] for k in ("first", "second", "low", "high")])
    change = (
        NONE if low == NONE else "none" if row["low"] == row["high"] == 0 else f"{low} to {high}"
    )
    return [titles.get(row["metric"], row["metric"]), first, last, change]


def _numbers(values: Sequence[float]) -> list[str]:
    """Return numbers with as many decimals as show three digits of the largest."""
    places = max(decimals(values) - 1, 0)
    return [number_text(value, places) for value in values]


def _title(axis: str, titles: Mapping[str, str]) -> str:
    return sentence_case(titles.get(axis, axis))


def _ends(effect: Effect) -> str:
    return f"{value_text(effect.first)} to {value_text(effect.last)}".replace("\n", "")
