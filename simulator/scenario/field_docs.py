"""What the fields of a class mean: the docstrings that stand below them in its source.

A meaning begins with a phrase that can stand alone, with the unit in brackets: that is what errors
and pictures call the field. What follows a colon, a semicolon or a full stop explains it.
"""

import ast
import inspect
import itertools
import re
import textwrap
from collections.abc import Iterator, Mapping
from functools import lru_cache

__all__ = ["meanings", "phrase"]


@lru_cache(maxsize=64)
def meanings(cls: type) -> Mapping[str, str]:
    """Return what the docstring below each field of a class says, inherited fields included.

    Each is on one line; fields without one are left out, all of them where the source has not come
    along. Read from it when it is asked for, since that takes longer than to import the class.
    """
    bases = [base for base in reversed(cls.__mro__) if base.__module__ == cls.__module__]
    return dict(itertools.chain.from_iterable(map(_own, bases)))


def phrase(meaning: str) -> str:
    """Return the phrase with which a meaning begins: ``weeks that are simulated``."""
    first = re.split(r"[.;:](?: |$)", meaning, maxsplit=1)[0]
    return first[:1].lower() + first[1:]


def _own(cls: type) -> Iterator[tuple[str, str]]:
    """Give the fields that a class itself declares, with their docstrings."""
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    except OSError:
        return
    assert isinstance(tree, ast.ClassDef)
    for field, below in itertools.pairwise(tree.body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(
                value=ast.Constant(value=str(text))
            ):
                yield name, " ".join(text.split())
