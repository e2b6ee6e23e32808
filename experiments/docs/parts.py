"""The pages of parts: strategies, trust models, compliance policies, from their classes."""

import importlib
import inspect
from collections.abc import Iterator

from agents.catalogue import SLOTS, Part, default, parts
from agents.roster import STRATEGIES
from agents.strategies.strategy import Traits
from experiments.docs.docstring import read
from experiments.docs.markdown import Page, anchor, pipe_table, prose
from simulator.scenario import parts as part_specs

__all__ = ["compliance", "strategies", "trust"]


def strategies() -> Page:
    """Return the page of strategies and of what they are put together from."""
    about = (
        "What a country offers and accepts in a talk: the key `strategy` of a country or a talk."
        " A strategy is named, put together, or wrapped."
    )
    said = read(Traits)
    chosen = [_traits(), *(_slot(slot) for slot in ("strategy", "acceptance", "model", "wrapper"))]
    body = "\n\n".join([prose(read(part_specs).body), f"## Traits\n\n{said.summary}", *chosen])
    return Page("strategies.md", "Strategies", about, body)


def trust() -> Page:
    """Return the page of trust models."""
    about = "How far a country relies on another's promises: the key `trust` of a country."
    rules = "\n\n".join(["## Rules", *_rules()])
    return Page("trust.md", "Trust models", about, f"{_slot('trust')}\n\n{rules}")


def compliance() -> Page:
    """Return the page of compliance policies."""
    about = "Whether a country honours the deals in force: the key `compliance` of a country."
    return Page("compliance.md", "Compliance policies", about, _slot("compliance"))


def _rules() -> Iterator[str]:
    """Give the pure functions that the trust models call, with their sources."""
    for part in parts("trust"):
        module = importlib.import_module(part.cls.__module__)
        for name in module.__all__:
            rule = getattr(module, name)
            said = read(rule)
            if inspect.isfunction(rule) and said.summary.startswith("Return"):
                source = said.references
                told = [said.summary, said.body, f"Source: {source}" if source else ""]
                text = "\n\n".join(prose(piece) for piece in told if piece)
                yield f"### {part.name}: {name}\n\n{text}"


def _traits() -> str:
    kinds = [kind for kind in Traits._fields if kind != "source"]
    rows = []
    for part in parts("strategy"):
        traits = STRATEGIES[part.name].traits  # type: ignore[attr-defined]
        ticks = ["yes" if getattr(traits, kind) else "" for kind in kinds]
        rows.append([f"[{part.name}](#{anchor(part.name)})", *ticks, _source(part)])
    meanings = [f"- {item.name}: {item.text}" for item in read(Traits).items("Parameters")]
    return "\n".join(meanings) + "\n\n" + pipe_table(["strategy", *kinds, "source"], rows)


def _source(part: Part) -> str:
    return str(getattr(getattr(part.cls, "traits", None), "source", ""))


def _slot(slot: str) -> str:
    entries = [_part(part) for part in parts(slot)]
    return "\n\n".join([f"## {slot.capitalize()}: {SLOTS[slot]}", *entries])


def _part(part: Part) -> str:
    said = read(part.cls)
    rows = [[f"`{p.name}`", p.type, f"`{default(p)}`", prose(p.doc)] for p in part.parameters]
    takes = pipe_table(["parameter", "takes", "default", "meaning"], rows) if rows else ""
    references = prose(said.references) or _source(part)
    told = [
        f"### {part.name}",
        prose(said.summary),
        prose(said.body),
        takes,
        f"Source: {references}" if references else "",
        f"Class: `{part.cls.__module__}.{part.cls.__qualname__}`",
    ]
    return "\n\n".join(piece for piece in told if piece)
