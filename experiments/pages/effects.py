"""The answer of a sweep at a glance: what changed from the first value of an axis to its last."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from experiments.analysis.effects import Effect
from experiments.display.numbers import NONE, decimals, even_texts, number_text, wrapped
from experiments.display.terminal import heading, table
from simulator.text import sentence_case

__all__ = ["effects_page"]


def effects_page(effects: Sequence[Effect], titles: Mapping[str, str]) -> Group:
    """Return what each axis changed: the first of its metrics in a sentence, then all in a table.

    Parameters
    ----------
    effects : sequence of Effect
        As `experiments.analysis.effects.effects_of` gives them.
    titles : mapping
        What axes and metrics are called, those of the user's own by their names.
    """
    sentences = [Text(_sentence(effect, titles)) for effect in effects]
    return Group(*sentences, *(part for effect in effects for part in _table(effect, titles)))


def _sentence(effect: Effect, titles: Mapping[str, str]) -> str:
    """Return the change that is worth telling first in words, with its interval."""
    row = effect.table.iloc[0].to_dict()
    over = f"{_title(effect.axis, titles)} from {_ends(effect)}"
    if not row["low"] <= row["high"]:
        return f"{over}: chance cannot be told from effect, which takes more replications."
    metric = titles.get(row["metric"], row["metric"])
    by_chance = row["low"] <= 0 <= row["high"]
    if by_chance or row["set"]:
        beside = "" if by_chance else f"beside {metric}, which it sets, "
        return f"{over}: {beside}nothing changes by more than chance would change it."
    first, second, low, high = _numbers([row["first"], row["second"], row["low"], row["high"]])
    least, most = (low, high) if row["low"] > 0 else (high.lstrip("-"), low.lstrip("-"))
    by = least if least == most else f"{least} to {most} (95 %)"
    change = f"a {'rise' if row['low'] > 0 else 'fall'} of {by}"
    return f"{over}: {metric} from {first} to {second}, {change}."


def _table(effect: Effect, titles: Mapping[str, str]) -> Iterator[RenderableType]:
    first, *_, last = map(wrapped, even_texts(effect.values))
    yield heading(f"{_title(effect.axis, titles)} from {_ends(effect)}")
    rows = (_cells(row, titles) for row in effect.table.to_dict("records"))
    together = "change, 95 %" if len(effect.table) == 1 else "change, 95 % for all"
    yield table(["", f"at {first}", f"at {last}", together], rows, numbers=3)


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
    first, *_, last = even_texts(effect.values)
    return f"{first} to {last}"
