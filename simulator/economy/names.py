"""What the regions that ship with the package are called."""

from functools import cache
from typing import NamedTuple

from simulator.economy.sheet import Sheet
from simulator.economy.trade import SHIPPED

__all__ = ["Named", "named"]


class Named(NamedTuple):
    """A region by its names: id in scenarios, what people call it, the code in the trade data."""

    id: str
    name: str
    region: str


@cache
def named() -> dict[str, Named]:
    """Return the regions that are countries, or negotiate as one, by all their names in small.

    These are id, code and name with hyphens for blanks, and what else people call them; the id
    of each comes first.
    """
    sheet = Sheet(SHIPPED / "names.csv", "names.csv")
    rows = [cells for _, cells in sheet.rows("id", "name", "region", "others")]
    found = {row[0]: Named(*row[:3]) for row in rows}
    for key, name, region, others in rows:
        for text in (region, name.replace(" ", "-"), *others.split()):
            found[text.lower()] = found[key]
    return found
