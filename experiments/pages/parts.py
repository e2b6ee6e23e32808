"""Pages of the parts of a country that a user can choose from."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from agents.catalogue import HOW, SLOTS, Part, default, meaning, parts
from agents.roster import STRATEGIES
from experiments.display.terminal import heading, outline, table
from simulator.text import count

__all__ = ["parts_page", "strategies_page", "traits_of"]


def parts_page() -> Group:
    """Return the page of strategies, compliance policies and trust models."""
    return Group(Text(HOW), *(part for slot in SLOTS for part in _slot(slot)))


def traits_of(wanted: Mapping[str, bool]) -> dict[str, dict[str, Any]]:
    """Return the traits of the strategies that have each trait in `wanted`, or have it not."""
    all_traits = {name: cls.traits._asdict() for name, cls in STRATEGIES.items()}  # type: ignore[attr-defined]
    return {name: traits for name, traits in all_traits.items() if wanted.items() <= traits.items()}


def strategies_page(traits: Mapping[str, Mapping[str, Any]]) -> Group:
    """Return the page of strategies with their traits, as `traits_of` returns them."""
    chosen = [part for part in parts("strategy") if part.name in traits]
    rows = [[part.name, ", ".join(part.goes_by), traits[part.name]["source"]] for part in chosen]
    wrappers = [f"{w.name} {', '.join(w.goes_by)}" for w in parts("wrapper") if w.goes_by]
    note = (
        f"{count(len(rows), 'strategy', 'strategies')}, each with its parameters as they are by "
        f"default. A wrapper adds to what it goes by: {', '.join(wrappers)}. What each does and "
        "takes: tradetalks parts"
    )
    head = ["strategy", "goes by", "source"]
    return Group(table(head, rows), Text(""), Text(note, style="dim"))


def _slot(slot: str) -> Iterator[RenderableType]:
    yield heading(f"{slot}: {SLOTS[slot]}")
    yield outline(row for part in parts(slot) for row in _part(part))


def _part(part: Part) -> Iterator[tuple[Text, Text]]:
    yield Text(part.name, style="bold not dim"), Text(part.doc.partition("\n")[0])
    for parameter in part.parameters:
        assignment = f"  {parameter.name}={default(parameter)}"
        yield Text(assignment), Text(f"  {meaning(parameter)}", style="dim")
