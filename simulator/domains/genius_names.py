"""The names in files of Genius: a name that is nearly one of them says what it should not be.

They are those that versions up to 10.4 write, and those in 2,500 files of its collections.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from simulator.domains.reading import Reading

__all__ = ["is_nonlinear", "note_unknown_names"]

_NODE = ("index", "name", "type", "etype", "vtype", "description")
_BOUNDS = ("lowerbound", "upperbound")
#: The elements that say what can be agreed and what it is worth, each with its attributes.
_READ: Mapping[str, Sequence[str]] = {
    "negotiation_template": ("number_of_sessions",),
    "utility_space": ("type", "number_of_issues", "name"),
    "objective": _NODE,
    "issue": (*_NODE, *_BOUNDS),
    "item": ("index", "value", "evaluation", "description", "cost", "rank", "rating"),
    "range": _BOUNDS,
    "evaluator": (
        *("ftype", "etype", "slope", "offset"),
        *("parameter0", "parameter1", "parameter2"),
    ),
    "weight": ("index", "value"),
    "discount_factor": ("value",),
    "reservation": ("value",),
}
#: Elements that say nothing of it: of agents, similarity, analyses, uncertain preferences.
_APART = {
    *("agent", "utility", "similarity_function", "criteria_function", "rationality_factor"),
    *("analysis", "pareto", "nash", "kalai_smorodinsky", "bid", "value"),
    *("comparisons", "errors", "experimental", "fixed_seed", "seed", "ranks"),
}
#: More unknown names are no slips of the hand.
_MOST = 1000
#: What a utility space has that does not add up issues, whatever it says of its type.
_NONLINEAR = {"ufun", "hyperrectangle", "constraint", "constraints", "rules"}


def is_nonlinear(tag: str) -> bool:
    """Return whether an element makes a utility space one that does not add up issues."""
    return tag.lower() in _NONLINEAR


def note_unknown_names(reading: Reading, root: Element) -> None:
    """Refuse elements and attributes whose names are nearly known ones; remark other unknown ones.

    Each name once, and of the first thousand.
    """
    known = _READ.keys() | _APART
    elements = dict.fromkeys(element.tag for element in root.iter() if element.tag not in known)
    for tag in itertools.islice(elements, _MOST):
        reading.unknown(f"<{tag}>", tag, tag, tuple(_READ), "element")
    attributes = {(tag, name): value for tag, name, value in _unknown_attributes(root)}
    for (tag, name), value in itertools.islice(attributes.items(), _MOST):
        reading.unknown(f"<{tag}>/{name}", value, name, _READ[tag], "attribute")


def _unknown_attributes(root: Element) -> Iterator[tuple[str, str, str]]:
    for element in root.iter():
        known = _READ.get(element.tag)
        if known is not None:
            for name, value in element.attrib.items():
                if name not in known and not name.startswith(("xmlns", "xsi:", "xml:")):
                    yield element.tag, name, value
