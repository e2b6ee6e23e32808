"""The values of a scenario, each by the dotted path that leads to it."""

from collections.abc import Iterator, Mapping

from simulator import literals
from simulator.scenario import paths

__all__ = ["leaves"]


def leaves(node: object, path: str = "") -> Iterator[tuple[tuple[str, str], str]]:
    """Give the values of a scenario by dotted path; an entry of a list without id by itself.

    Parameters
    ----------
    node : object
        ``Scenario.canonical``, or what stands at a path of it.
    path : str
        The path.
    """
    if isinstance(node, Mapping) and node:
        for key, value in node.items():
            yield from leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(node, list) and node and all(isinstance(entry, Mapping) for entry in node):
        for entry in node:
            name = paths.entry_id(path.rpartition(".")[2], entry)
            if name is None:
                yield (path, literals.write(entry)), literals.write(entry)
            else:
                yield from leaves(entry, f"{path}.{name}")
    else:
        yield (path, ""), node if isinstance(node, str) else literals.write(node)
