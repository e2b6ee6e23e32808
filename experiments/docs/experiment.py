"""The page of experiment files: their keys, axes and designs."""

from dataclasses import MISSING, fields

from experiments.design import reader
from experiments.design.axis import KEYS, vary
from experiments.design.experiment import FILE_KEYS, Experiment
from experiments.design.sampling import DESIGNS
from experiments.docs.docstring import read
from experiments.docs.markdown import Page, pipe_table, prose
from simulator import literals

__all__ = ["page"]


def page() -> Page:
    """Return the page of experiment files."""
    about = (
        "Every key of an experiment, which is one TOML file: a [scenario](scenario.md), what varies"
        " in it, how often it is played, and what is kept of it. The options of `tradetalks sweep`"
        " are the same keys; see [commands](commands.md)."
    )
    body = f"{_keys()}\n\n{_axes()}\n\n{_designs()}"
    return Page("experiment.md", "Experiment files", about, body)


def _keys() -> str:
    given = {field.name: field for field in fields(Experiment)}
    rows = [
        [f"`{item.name}`", prose(item.type), _default(given[item.name]), prose(item.text)]
        for item in read(Experiment).items("Parameters")
        if item.name in FILE_KEYS
    ]
    shipped = ", ".join(f"`{name}`" for name in reader.shipped_experiments())
    return f"{pipe_table(['key', 'type', 'default', 'meaning'], rows)}\n\nShipped: {shipped}."


def _default(field: object) -> str:
    default, factory = getattr(field, "default", None), getattr(field, "default_factory", MISSING)
    value = factory() if factory is not MISSING else default
    if value is MISSING:
        return "the file's name"
    return f"`{literals.write(value)}`" if value not in (None, "", (), {}) else "none"


def _axes() -> str:
    rows = [[f"`{key}`", meaning] for key, meaning in KEYS.items()]
    form = prose(next(read(vary).items("Parameters")).text)
    told = "An axis is a list of values, or a table: `from`, `to` and `n`, or `low` and `high`."
    line = f"On a command line, `--vary` takes {form}"
    return f"## Axes\n\n{told} {line}\n\n{pipe_table(['key', 'meaning'], rows)}"


def _designs() -> str:
    rows = [[f"`{name}`", points] for name, points in DESIGNS.items()]
    return f"## Designs\n\n{pipe_table(['design', 'points'], rows)}"
