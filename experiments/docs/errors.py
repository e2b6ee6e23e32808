"""The page of errors: the tree of everything that is raised on purpose."""

from experiments.docs.docstring import read
from experiments.docs.markdown import Page, pipe_table, prose
from simulator import errors
from simulator.errors import Problem, TradetalksError

__all__ = ["page"]


def page() -> Page:
    """Return the page of errors."""
    body = f"{prose(read(errors).body)}\n\n{_classes()}\n\n{_problem()}"
    return Page("errors.md", "Errors", read(errors).summary, body)


def _classes() -> str:
    found = [value for value in vars(errors).values() if isinstance(value, type)]
    raised = [cls for cls in found if issubclass(cls, TradetalksError)]
    rows = [
        [
            f"`{cls.__name__}`",
            ", ".join(f"`{base.__name__}`" for base in cls.__bases__),
            prose(read(cls).summary),
            ", ".join(f"`{item.name}`" for item in read(cls).items("Parameters")),
        ]
        for cls in raised
    ]
    return pipe_table(["error", "is a", "what it is", "attributes"], rows)


def _problem() -> str:
    said = read(Problem)
    rows = [[f"`{i.name}`", prose(i.type), prose(i.text)] for i in said.items("Parameters")]
    listed = pipe_table(["attribute", "type", "meaning"], rows)
    return f"## Problem\n\n{prose(said.summary)}\n\n{listed}"
