"""What all parts of the roster have in common."""

import inspect
import math
from collections.abc import Iterator, Mapping

import pytest

from agents.catalogue import SLOTS, Part, parts
from agents.roster import ROSTER
from simulator.errors import PartError, ScenarioError
from simulator.scenario.parts import parse

PARTS = {f"{slot}:{part.name}": part for slot in SLOTS for part in parts(slot)}
#: What every strategy takes whose demands fall with time.
POWER = {"resolve": "[0, 1]", "noise": "[0, inf)"}
#: Between what each number that a part takes may lie; a bracket takes the end, too. Where up and
#: down may lie depends on each other.
RANGES: Mapping[str, Mapping[str, str]] = {
    "strategy:time-dependent": {
        "exponent": "(0, inf)",
        "band": "[0, 1]",
        "tolerance": "[0, inf)",
        "opening": "(0, 1)",
        **POWER,
    },
    "strategy:boulware": {"band": "[0, 1]", "tolerance": "[0, inf)", **POWER},
    "strategy:linear": {"band": "[0, 1]", "tolerance": "[0, inf)", **POWER},
    "strategy:conceder": {"band": "[0, 1]", "tolerance": "[0, inf)", **POWER},
    "strategy:ultimatum": {
        "exponent": "(0, inf)",
        "tolerance": "[0, inf)",
        "noise": "[0, inf)",
    },
    "strategy:resource-dependent": {
        "amount": "(0, inf)",
        "opening": "[0, 1)",
        "tolerance": "[0, inf)",
        **POWER,
    },
    "strategy:random-tit-for-tat": {"spread": "[0, 1]"},
    "strategy:trade-off": {"exponent": "(0, inf)", "band": "[0, 1]", **POWER},
    "strategy:nice-tit-for-tat": {"deadline": "[0, 1]"},
    "strategy:hybrid": {"exponent": "(0, inf)", "mirroring": "[0, 1]", **POWER},
    "strategy:nash-seeking": {"exponent": "(0, inf)", **POWER},
    "strategy:random": {"accepting": "[0, 1]"},
    "strategy:top-fraction": {"share": "(0, 1]"},
    "strategy:rubinstein": {"discount": "[0, 1)", "partner_discount": "[0, 1)"},
    "strategy:backward-induction": {"discount": "[0, 1)", "partner_discount": "[0, 1)"},
    "acceptance:next": {"factor": "(0, inf)", "plus": "[-1, 1]"},
    "acceptance:constant": {"share": "[0, 1]"},
    "acceptance:time": {"after": "[0, 1]"},
    "acceptance:combined": {"after": "[0, 1]"},
    "model:bayesian": {"concession": "[0, 1]", "spread": "[1e-6, inf)"},
    "wrapper:noisy": {"sd": "[0, inf)"},
    "wrapper:wary": {"premium": "[0, 1]"},
    "compliance:volatile": {"probability": "[0, 1]"},
    "compliance:shortfall": {"mean": "[0, 1]", "sd": "[0, inf)"},
    "compliance:generous": {"forgiveness": "[0, 1]"},
    "trust:asymmetric": {"t0": "[0, 1]", "lam": "(0, 1]"},
    "trust:beta": {"lam": "(0, 1]", "kappa": "[1, inf)", "a": "(0, inf)", "b": "(0, inf)"},
    "trust:two-layer": {"mu": "[0, 1]", "heal": "[0, 1]", "t0": "[0, 1]", "lam": "(0, 1]"},
    "trust:fire": {"half_life": "(0, inf)", "gamma": "(0, inf)"},
    "trust:types": {
        **dict.fromkeys(("reliable", "opportunist", "volatile", "disloyal", "lam"), "(0, 1]"),
        **dict.fromkeys(("pays", "probability"), "[0, 1]"),
        "slip": "[0.001, 0.4]",
    },
    "trust:fixed": {"t0": "[0, 1]"},
}


def ends(span: str) -> Iterator[tuple[float, bool]]:
    """Give the ends of a range and the numbers next to them, and whether each lies within."""
    low, high = (float(end) for end in span[1:-1].split(","))
    for end, closed, outward in (
        (low, span[0] == "[", -math.inf),
        (high, span[-1] == "]", math.inf),
    ):
        yield end, closed
        yield math.nextafter(end, -outward), True
        if end != outward:
            yield math.nextafter(end, outward), False
    yield math.nan, False


ENDS = [
    (part, parameter, value, taken)
    for part, ranges in RANGES.items()
    for parameter, span in ranges.items()
    for value, taken in ends(span)
]


def made(name: str, **parameters: float) -> object:
    """Return a part; what a wrapper wraps is of no matter."""
    wrapped = [ROSTER["strategy"]["hardliner"]()] if name.startswith("wrapper") else []
    return PARTS[name].cls(*wrapped, **parameters)


@pytest.mark.parametrize(("name", "parameter", "value", "taken"), ENDS)
def test_a_range_ends_where_it_is_said_to(
    name: str, parameter: str, value: float, taken: bool
) -> None:
    if taken:
        assert getattr(made(name, **{parameter: value}), parameter) == value
        return
    with pytest.raises(PartError) as caught:
        made(name, **{parameter: value})
    assert caught.value.parameter == parameter


def test_every_number_that_a_part_takes_has_a_range_here() -> None:
    numbers = {
        name: {p.name for p in part.parameters if p.type.startswith("a number")} - {"up", "down"}
        for name, part in PARTS.items()
    }
    assert {name: set(r) for name, r in RANGES.items()} == {n: s for n, s in numbers.items() if s}


@pytest.mark.parametrize("part", [pytest.param(part, id=name) for name, part in PARTS.items()])
def test_which_parameter_it_is_has_to_be_said(part: Part) -> None:
    # All but the strategy that a wrapper wraps.
    taken = inspect.signature(part.cls).parameters.values()
    named = {p.name for p in taken if p.kind is inspect.Parameter.KEYWORD_ONLY}
    assert named == {parameter.name for parameter in part.parameters}
    assert named >= {p.name for p in taken} - {"strategy", "args", "kwargs"}


@pytest.mark.parametrize(
    ("slot", "spec", "refused"),
    [
        ("compliance", "shortfall:mean=1.2:sd=-1", {"mean", "sd"}),
        ("compliance", "shortfall:mean=high:sd=-1:of=3", {"mean", "sd", "of"}),
        ("trust", "beta:kappa=0:a=-1:b=-1:lam=3", {"kappa", "a", "b", "lam"}),
        ("trust", "asymmetric:up=2:down=0.05:t0=3", {"up", "t0"}),  # down would go by up
        ("acceptance", "next:factor=0:plus=2", {"factor", "plus"}),
        ("strategy", "time-dependent:exponent=-1:band=2+noisy:sd=1", {"exponent", "band"}),
    ],
)
def test_all_parameters_that_a_part_cannot_take_are_told_at_once(
    slot: str, spec: str, refused: set[str]
) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse(spec, slot, ROSTER)
    assert {problem.key for problem in caught.value.problems} == {f"{slot}.{p}" for p in refused}
