"""Genius: XML, a file for the domain and one per party, utilities on Genius's own scale.

Lin, Kraus, Baarslag, Tykhonov, Hindriks & Jonker (2014), Genius: An integrated environment for
supporting the design of generic automated negotiators, Computational Intelligence 30(1), 48-70;
the scale is that of version 10.4 (AdditiveUtilitySpace, EvaluatorDiscrete, EvaluatorInteger,
EvaluatorReal).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np

from simulator.domains import evaluators
from simulator.domains.domain import Domain, Profile
from simulator.domains.genius_names import is_nonlinear, note_unknown_names
from simulator.domains.markup import parse_xml
from simulator.domains.reading import Reading, content
from simulator.errors import MISSING, DomainError, Problem
from simulator.negotiation.issues import Issue, Level
from simulator.negotiation.payoffs import Vector

__all__ = [
    "evaluates",
    "genius_files",
    "genius_losses",
    "normalised",
    "read_genius",
    "require_additive",
]

#: An issue whose largest evaluation is smaller is worth nothing.
_NOTHING = 1e-5
_NUMBER = re.compile(r"\s*+[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?\s*+")
_KINDS = ("discrete", "integer", "real")
_EVALUATORS = ("linear", "triangular", "constant")
#: How an evaluation is written that is not there yet.
_BLANK = {"", "null"}
#: What XML can hold at all.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def normalised(evaluations: Vector) -> Vector:
    """Return evaluations over the largest of them, all 0 if that is below 1e-5."""
    largest = evaluations.max()
    return evaluations / largest if largest >= _NOTHING else np.zeros_like(evaluations)


# -- reading -----------------------------------------------------------------------------------


def read_genius(template: Path | None, profiles: Sequence[Path], name: str, grid: int) -> Domain:
    """Return the domain of a template and the utility spaces of the parties, in seat order.

    Without a template, the domain file, the first utility space says what the issues are; so many
    values as `grid`, evenly spaced, stand for a real issue. Raises DomainError with what is wrong
    with the first file of which something is.
    """
    spaces = [_space_of(path) for path in profiles]  # first, to call one nonlinear that is
    reading, root = _opened(template) if template else (Reading(str(profiles[0])), spaces[0][1])
    issues = _issues(reading, root, grid)
    parties = tuple(
        _profile(space, tree, path.stem, issues)
        for path, (space, tree) in zip(profiles, spaces, strict=True)
    )
    remarks = [
        f"{Path(told.source).name}: {remark}"
        for told in (reading, *(space for space, _ in spaces))
        for remark in told.remarks
    ]
    return Domain(name, issues, parties, tuple(dict.fromkeys(remarks)))


def evaluates(path: Path) -> bool:
    """Return whether a utility space evaluates anything: one that does not is a form to fill in."""
    _, root = _opened(path)
    items = [item.get("evaluation", "").strip().lower() in _BLANK for item in root.iter("item")]
    others = any(e.tag == "evaluator" or is_nonlinear(e.tag) for e in root.iter())
    return others or not items or not all(items)


def require_additive(profiles: Iterable[Path]) -> None:
    """Raise DomainError if the space of one of the profiles is nonlinear."""
    for path in profiles:
        _space_of(path)


def _opened(path: Path) -> tuple[Reading, Element]:
    """Return the reading of an XML file, with what was mended, and its root element."""
    reading = Reading(str(path))
    root, repairs = parse_xml(content(path), str(path))
    reading.remarks.extend(repairs)
    return reading, root


def _space_of(path: Path) -> tuple[Reading, Element]:
    """Return the reading and the root element of a utility space that adds up issues."""
    reading, root = _opened(path)
    if root.tag != "utility_space":
        reading.refuse(f"<{root.tag}>", root.tag, "a utility_space")
    for tag in dict.fromkeys(element.tag for element in root.iter()):
        if is_nonlinear(tag):
            reading.refuse(tag, "nonlinear", "issues that add up; this space does not")
    reading.done()
    return reading, root


def _issues(reading: Reading, root: Element, grid: int) -> tuple[Issue, ...]:
    note_unknown_names(reading, root)
    elements = _named(reading, root)
    issues = [Issue(name, _levels(reading, name, e, grid)) for name, e in elements.items()]
    if not elements:
        reading.refuse("issue", MISSING, "at least one issue")
    reading.done()
    reading.remarks.extend(
        f"issue {issue.id!r} is real: {len(issue.levels)} values stand for it, "
        f"evenly spaced from {issue.levels[0]} to {issue.levels[-1]}"
        for issue in issues
        if _kind(elements[issue.id]) == "real"
    )
    return tuple(issues)


def _named(reading: Reading, root: Element) -> dict[str, Element]:
    """Return the issues anywhere in a file by name, in their order."""
    issues: dict[str, Element] = {}
    for element in root.iter("issue"):
        name = reading.name("issue[name]", _text(element, "name"))
        if name in issues:
            reading.refuse(f"issue[{name}]", name, "a name that no other issue has")
        issues[name] = element
    return issues


def _text(element: Element, attribute: str) -> object:
    """Return an attribute without stray blanks, MISSING if it is not there."""
    text = element.get(attribute)
    return MISSING if text is None else " ".join(text.split())


def _kind(element: Element) -> str:
    kinds = (element.get(attribute) for attribute in ("type", "vtype", "etype"))
    return next((kind.strip().lower() for kind in kinds if kind), "discrete")


def _levels(reading: Reading, name: str, element: Element, grid: int) -> tuple[Level, ...]:
    kind = _kind(element)
    if kind == "discrete":
        return tuple(_items(reading, name, element)) or ("",)
    low, high = _range(reading, name, element)
    if kind == "integer":
        count = reading.steps(f"issue[{name}]/range", low, high)
        return tuple(range(int(low), int(low) + count))
    if kind != "real":
        reading.refuse(f"issue[{name}]/type", kind, f"one of {', '.join(_KINDS)}", _KINDS)
    elif high < low:
        reading.refuse(f"issue[{name}]/range", [low, high], "a range from low to high")
    return tuple(float(x) for x in np.unique(np.linspace(low, high, grid)))


def _items(reading: Reading, name: str, element: Element) -> dict[str, list[Element]]:
    """Return the items of an issue by value; not those of similarity functions inside it."""
    items: dict[str, list[Element]] = {}
    for item in element.findall("item"):
        value = reading.name(f"issue[{name}]/item", _text(item, "value"))
        items.setdefault(value, []).append(item)
    reading.remarks.extend(
        f"issue {name!r}: the value {value!r} stands there {len(same)} times, and counts once"
        for value, same in items.items()
        if len(same) > 1
    )
    if not items:
        reading.refuse(f"issue[{name}]/item", MISSING, "at least one value")
    return items


def _range(reading: Reading, name: str, element: Element) -> tuple[float, float]:
    """Return the bounds of an integer or real issue."""
    whole = _kind(element) == "integer"
    low, high = (
        _number(reading, f"issue[{name}]/{bound}", _bound(element, bound), whole)
        for bound in ("lowerbound", "upperbound")
    )
    return low, high


def _bound(element: Element, bound: str) -> str | None:
    inner = element.find("range")
    return (element if inner is None else inner).get(bound)


def _number(reading: Reading, key: str, text: object, whole: bool = False) -> float:
    """Return the number that an attribute writes."""
    value = float(text) if isinstance(text, str) and _NUMBER.fullmatch(text) else text
    value = MISSING if value is None else value
    if whole:
        return reading.number(key, value, "a whole number", float.is_integer)
    return reading.number(key, value)


def _profile(reading: Reading, root: Element, name: str, issues: Sequence[Issue]) -> Profile:
    note_unknown_names(reading, root)
    by_name = _named(reading, root)
    weights = _weights(reading, root)
    names = [issue.id for issue in issues]
    elements = reading.each(lambda name: f"issue[{name}]", by_name, names, "an issue")
    pairs = zip(issues, elements, strict=True)
    table = [_weighted(reading, issue, element, weights) for issue, element in pairs]
    factors, values = zip(*table, strict=True)
    reservation = _term(reading, root, "reservation", "0")
    discount = _term(reading, root, "discount_factor", "1")
    ranges = list(_other_ranges(reading, issues, elements))
    reading.done()
    worths = zip(names, values, strict=True)
    worthless = [f"issue {n!r} is worth 0 throughout" for n, worth in worths if not worth.any()]
    reading.remarks += [*worthless, *ranges]
    if not 0 < discount <= 1:
        reading.remarks.append(f"a discount factor of {discount:g} counts as 1, as in Genius")
        discount = 1.0
    profile = Profile(name, factors, values, reservation, discount, cap=1.0)
    reading.remarks += profile.remarks
    return profile


def _other_ranges(
    reading: Reading, issues: Sequence[Issue], elements: Sequence[object]
) -> Iterator[str]:
    """Tell which numbers have another range here than in the domain.

    Refused is one that is smaller, unless its evaluator does not count from a bound.
    """
    for issue, element in zip(issues, elements, strict=True):
        if isinstance(element, Element) and not isinstance(issue.levels[0], str):
            key, ends = f"issue[{issue.id}]/range", [float(issue.levels[k]) for k in (0, -1)]
            names = ("lowerbound", "upperbound")
            texts = [_bound(element, n) or str(end) for n, end in zip(names, ends, strict=True)]
            low, high = (_number(reading, key, text) for text in texts)
            if (low > ends[0] or high < ends[1]) and not _is_absolute(element.find("evaluator")):
                allowed = f"a range that covers the domain's, {ends[0]:g} to {ends[1]:g}"
                reading.refuse(key, [low, high], allowed)
            elif [low, high] != ends:
                within = f"{ends[0]:g} to {ends[1]:g} in the domain"
                yield f"issue {issue.id!r} runs from {low:g} to {high:g} here, from {within}"


def _weights(reading: Reading, root: Element) -> dict[str, float]:
    """Return the weight of each index; those of objectives are no issue's."""
    known = {_index(element) for tag in ("issue", "objective") for element in root.iter(tag)}
    weights: dict[str, float] = {}
    for element in root.iter("weight"):
        index = _index(element)
        key = f"weight[{index}]"
        weight = _number(reading, key, element.get("value"))
        if index not in known:
            reading.refuse(key, index, "the index of an issue", known)
        elif weights.setdefault(index, weight) != weight:
            reading.refuse(key, element.get("value"), "one weight for each index")
    return weights


def _index(element: Element) -> str:
    return element.get("index", "none").strip()


def _weighted(
    reading: Reading, issue: Issue, element: object, weights: dict[str, float]
) -> tuple[float, Vector]:
    """Return the weight of an issue, and what its levels are worth."""
    nothing = np.zeros(len(issue.levels))
    if not isinstance(element, Element):
        reading.refuse(f"issue[{issue.id}]", element, "evaluations of every issue of the domain")
        return 0.0, nothing
    index = _index(element)
    if index not in weights:
        key = f"issue[{issue.id}]/weight[{index}]"
        reading.refuse(key, MISSING, "a weight with the index of the issue")
    numeric = not isinstance(issue.levels[0], str)
    worth = _numeric if numeric else _discrete
    return weights.get(index, 0.0), worth(reading, issue, element)


def _discrete(reading: Reading, issue: Issue, element: Element) -> Vector:
    def where(value: str) -> str:
        return f"issue[{issue.id}]/item[{value}]"

    items = _items(reading, issue.id, element)
    by_value = {v: _evaluation(reading, where(v), same) for v, same in items.items()}
    levels = [str(level) for level in issue.levels]
    texts = reading.each(where, by_value, levels, "a value")
    pairs = zip(levels, texts, strict=True)
    evaluations = [_number(reading, f"{where(v)}/evaluation", text) for v, text in pairs]
    return normalised(np.array(evaluations))


def _evaluation(reading: Reading, key: str, items: Sequence[Element]) -> str | None:
    """Return the evaluation of a value, which may stand there several times, but with only one."""
    texts = [item.get("evaluation") for item in items]
    filled = [text for text in texts if text is not None and text.strip().lower() not in _BLANK]
    numbers = {float(text) if _NUMBER.fullmatch(text) else text for text in filled}
    if len(numbers) > 1:
        reading.refuse(key, filled, "a value that is evaluated once")
    return filled[0] if filled else texts[0]


def _numeric(reading: Reading, issue: Issue, element: Element) -> Vector:
    """Return what a party makes of the values of an integer or real issue, in [0, 1].

    Linear is ``slope * (value - lower bound) + offset``, or ``parameter1 * value + parameter0``.
    """
    key = f"issue[{issue.id}]/evaluator"
    evaluator = element.find("evaluator")
    kind: object = MISSING if evaluator is None else _kind_of(evaluator)
    values = [float(level) for level in issue.levels]

    def parameters(*names: str) -> list[float]:
        given = {} if evaluator is None else evaluator.attrib
        return [_number(reading, f"{key}[{kind}]/{name}", given.get(name)) for name in names]

    if kind == "triangular":
        low, high, top = parameters("parameter0", "parameter1", "parameter2")
        if not reading.problems and not low <= top <= high:
            allowed = "parameter0, parameter2, parameter1 that rise: an end, the top, the other end"
            reading.refuse(key, [low, top, high], allowed)
        return evaluators.triangular(values, low, high, top)
    if kind == "constant":
        return np.array(parameters("parameter0") * len(values))
    if kind != "linear":
        allowed = f"an evaluator that is {', '.join(_EVALUATORS)}"
        reading.refuse(key, kind, allowed, _EVALUATORS)
        return np.zeros(len(values))
    if _is_absolute(evaluator):
        return evaluators.linear(values, *parameters("parameter1", "parameter0"))
    low = _number(
        *(reading, f"issue[{issue.id}]/lowerbound"),
        _bound(element, "lowerbound") or str(issue.levels[0]),
    )
    return evaluators.linear([x - low for x in values], *parameters("slope", "offset"))


def _kind_of(evaluator: Element) -> str:
    return evaluator.get("ftype", "linear").strip().lower()


def _is_absolute(evaluator: Element | None) -> bool:
    """Return whether an evaluator takes values as they are, not from the lower bound on."""
    if evaluator is None:
        return False
    return "parameter1" in evaluator.attrib or _kind_of(evaluator) in {"triangular", "constant"}


def _term(reading: Reading, root: Element, tag: str, default: str) -> float:
    """Return the number that all elements of a tag give, the default where they are missing."""
    for element in root.iter(tag):
        if "value" not in element.attrib and "".join(element.itertext()).strip():
            allowed = f'a number in an attribute, <{tag} value="..."/>'
            reading.refuse(tag, "".join(element.itertext()).strip(), allowed)
    texts = [element.get("value", default) for element in root.iter(tag)] or [default]
    numbers = [_number(reading, tag, text) for text in texts]
    if len(set(numbers)) > 1:
        reading.refuse(tag, texts, "one value")
    return numbers[-1]


# -- writing -----------------------------------------------------------------------------------


def genius_losses(domain: Domain) -> list[str]:
    """Return what would change in Genius files: utilities that it caps at 1, or does not cap."""
    losses = []
    for profile in domain.profiles:
        best = profile.highest()
        if profile.cap is not None and profile.cap < 1 and best > profile.cap:
            losses.append(f"profile {profile.name!r}: the cap of its utilities, {profile.cap:g}")
        elif min(best, profile.cap or best) > 1 + 1e-12:
            losses.append(
                f"profile {profile.name!r}: utilities above 1, of up to {best:g}: "
                "Genius cuts them to 1"
            )
    return losses


def genius_files(domain: Domain) -> dict[str, str]:
    """Return the Genius files of a domain, name and content of each.

    Profiles keep their names where these are in rising order, so that seats stay the same;
    otherwise they are numbered. Raises DomainError if a name does not survive in XML.
    """
    problems = [
        Problem(f"issue {issue.id!r}", text, "a name without stray blanks and control characters")
        for issue in domain.issues
        for text in map(str, [issue.id, *issue.levels])
        if _UNWRITABLE.search(text) or " ".join(text.split()) != text
    ]
    if problems:
        raise DomainError(problems, domain.name)
    files = {"domain.xml": _written(_template(domain))}
    for name, profile in zip(_file_names(domain), domain.profiles, strict=True):
        files[name] = _written(_space(domain, profile))
    return files


def _file_names(domain: Domain) -> list[str]:
    names = [f"{profile.name}.xml" for profile in domain.profiles]
    apart = {name.casefold() for name in [*names, "domain.xml"]}
    plain = all(re.fullmatch(r"\w[\w ()+.-]*", name) for name in names)
    if plain and names == sorted(names) and len(apart) == len(names) + 1:
        return names
    digits = len(str(len(names)))
    return [f"profile{seat:0{digits}}.xml" for seat in range(1, len(names) + 1)]


def _written(root: Element) -> str:
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _template(domain: Domain) -> Element:
    root = Element("negotiation_template")
    count = str(len(domain.issues))
    objective = _objective(SubElement(root, "utility_space", number_of_issues=count), domain.name)
    for index, issue in enumerate(domain.issues, 1):
        element = _issue(objective, index, issue.id)
        for k, level in enumerate(issue.levels, 1):
            SubElement(element, "item", index=str(k), value=str(level))
    return root


def _space(domain: Domain, profile: Profile) -> Element:
    root = Element("utility_space", number_of_issues=str(len(domain.issues)))
    objective = _objective(root, domain.name)
    weights = []
    triples = zip(domain.issues, profile.weights, profile.values, strict=True)
    for index, (issue, weight, values) in enumerate(triples, 1):
        weight, evaluations = _on_genius_scale(weight, np.asarray(values, dtype=np.float64))
        weights.append(weight)
        element = _issue(objective, index, issue.id)
        for k, (level, evaluation) in enumerate(zip(issue.levels, evaluations, strict=True), 1):
            item = {"index": str(k), "value": str(level), "evaluation": repr(float(evaluation))}
            SubElement(element, "item", item)
    for index, weight in enumerate(weights, 1):
        SubElement(objective, "weight", index=str(index), value=repr(weight))
    SubElement(root, "discount_factor", value=repr(float(profile.discount)))
    SubElement(root, "reservation", value=repr(float(profile.reservation)))
    return root


def _on_genius_scale(weight: float, values: Vector) -> tuple[float, Vector]:
    """Return weight and evaluations of which the largest is 1, that give the same utilities."""
    top = float(values[np.abs(values).argmax()])
    return (float(weight) * top, values / top) if top else (float(weight), values)


def _objective(parent: Element, name: str) -> Element:
    kind = {"index": "0", "name": _UNWRITABLE.sub("?", name), "description": ""}
    return SubElement(parent, "objective", kind | dict.fromkeys(("type", "etype"), "objective"))


def _issue(parent: Element, index: int, name: str) -> Element:
    kind = dict.fromkeys(("type", "etype", "vtype"), "discrete")
    return SubElement(parent, "issue", {"index": str(index), "name": name} | kind)
