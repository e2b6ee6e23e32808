"""What tests of pictures share: how one is rendered, and worlds at the edge of what there is."""

from functools import cache
from io import BytesIO
from typing import Any

from experiments.run import Run, run
from tests.simulator.world.small import offers, two

__all__ = ["HOLD_OUT", "played", "rendered", "texts", "world"]

#: Each insists on what is best for itself.
HOLD_OUT = {
    f"countries.{name}.strategy": offers(outcome)
    for name, outcome in (("us", [10, 100]), ("japan", [5, 0]))
}


def rendered(figure: Any, form: str = "png") -> bytes:
    """Return a figure as a file would hold it."""
    file = BytesIO()
    figure.savefig(file, format=form, dpi=40)
    return file.getvalue()


def texts(figure: Any) -> str:
    """Return all that is written in a figure, one text after the other."""
    from matplotlib.text import Text

    figure.draw_without_rendering()
    shown = figure.findobj(lambda artist: isinstance(artist, Text) and artist.get_visible())
    return "\n".join(artist.get_text() for artist in shown)


def world(name: str) -> dict[str, Any]:
    """Return a scenario: two, no deal, no talk, three, forty, odd names or long names."""
    data = two(weeks=12)
    if name == "no deal":
        for path, strategy in HOLD_OUT.items():
            data["countries"][path.split(".")[1]]["strategy"] = strategy
    if name == "no talk":
        data["talks"]["trade"]["open"] = False
    if name == "forty":
        extra = {f"c{k}": {"trust": "fixed:t0=0.4"} for k in range(38)}
        data["countries"] |= extra
        data["relationships"] = [{"between": ["us", f"c{k}"], "weight": 0.1} for k in range(38)]
    if name == "three":
        data["countries"]["eu"] = dict(data["countries"]["us"])
        data["talks"]["trade"]["parties"] = ["us", "japan", "eu"]
        for issue in data["talks"]["trade"]["issues"]:
            issue["payoffs"]["eu"] = [0.0, 0.5, 0.7]
    if name == "odd names":
        data["countries"]["us"]["name"] = r"US$ & <b>\frac{$x_"
        data["countries"]["japan"]["name"] = "J" * 60
    if name == "long names":
        data["countries"]["us"]["name"] = "Saint Vincent and the Grenadines"
        data["countries"]["japan"]["name"] = "Democratic Republic of the Congo"
    return data


@cache
def played(name: str) -> Run:
    """Return a run of one of the worlds, or of a shipped scenario."""
    shipped = {"allies-2025": 30, "first-talk": 26}
    return run(name, 3, weeks=shipped[name]) if name in shipped else run(world(name))
