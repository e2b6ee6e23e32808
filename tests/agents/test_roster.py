"""What all parts of the roster have in common."""

import inspect

import pytest

from agents.catalogue import SLOTS, Part, parts

PARTS = [pytest.param(part, id=f"{slot}:{part.name}") for slot in SLOTS for part in parts(slot)]


@pytest.mark.parametrize("part", PARTS)
def test_which_parameter_it_is_has_to_be_said(part: Part) -> None:
    # All but the strategy that a wrapper wraps.
    taken = inspect.signature(part.cls).parameters.values()
    named = {p.name for p in taken if p.kind is inspect.Parameter.KEYWORD_ONLY}
    assert named == {parameter.name for parameter in part.parameters}
    assert named >= {p.name for p in taken} - {"strategy", "args", "kwargs"}
