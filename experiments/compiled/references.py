"""What compiled functions hand each other: references to many arrays, in place of the arrays.

A tuple of arrays is copied whole from function to function; a reference is one address. Where
nothing is compiled (NUMBA_DISABLE_JIT=1, to look for a mistake) it is the tuple itself.
"""

from typing import Any

import numba
from numba.core import types
from numba.experimental import structref

from experiments.compiled import shapes, talks, wants

__all__ = ["HypothesesOf", "LogsOf", "PlanOf", "PlayOf", "RoomOf", "WantsOf", "WorldOf"]


class _Reference(types.StructRef):
    """A reference; numbers in it may be any of their type."""

    def preprocess_fields(self, fields: Any) -> Any:
        return tuple((name, types.unliteral(kind)) for name, kind in fields)


@structref.register
class _Play(_Reference):
    pass


@structref.register
class _Wants(_Reference):
    pass


@structref.register
class _Hypotheses(_Reference):
    pass


@structref.register
class _Room(_Reference):
    pass


@structref.register
class _Plan(_Reference):
    pass


@structref.register
class _World(_Reference):
    pass


@structref.register
class _Logs(_Reference):
    pass


def _reference(name: str, of: Any, kind: Any) -> Any:
    """Return what makes a reference to arrays, given one by one in the order of a tuple."""
    if numba.config.DISABLE_JIT:
        return of
    made = type(name, (structref.StructRefProxy,), {"__module__": __name__})
    structref.define_proxy(made, kind, list(of._fields))
    return made


PlayOf = _reference("PlayOf", talks.Play, _Play)
WantsOf = _reference("WantsOf", wants.Wants, _Wants)
HypothesesOf = _reference("HypothesesOf", talks.Hypotheses, _Hypotheses)
RoomOf = _reference("RoomOf", talks.Room, _Room)
PlanOf = _reference("PlanOf", shapes.Plan, _Plan)
WorldOf = _reference("WorldOf", shapes.World, _World)
LogsOf = _reference("LogsOf", shapes.Logs, _Logs)
