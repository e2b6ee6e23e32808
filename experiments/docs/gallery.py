"""The gallery in the documentation: `python -m experiments.docs.gallery` makes all of it anew."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["make_gallery"]

FOLDER = "docs/gallery"
#: Dots per inch: sharp in a page, and all pictures together below 1.5 MB.
DPI = 110

ALLIES = "countries.{japan,eu,korea,uk}"
DISREGARDS = "countries.us.compliance.probability"
DEADLINES = "talks.{us-japan,us-eu,us-korea,us-uk}.deadline"
PLAYED = ["boulware", "linear", "conceder", "mirror", "hardliner"]

TRUSTING = ["fixed", "asymmetric:up=0.05", "beta", "two-layer", "fire", "types"]

#: What is swept, by the name of the folder of its results.
SWEEPS: dict[str, dict[str, Any]] = {
    "word": {
        "replications": 40,
        "tables": {"trust": 1},
        "axes": {DISREGARDS: [0.0, 0.1, 0.2, 0.3, 0.5]},
    },
    "volatility": {
        "replications": 40,
        "axes": {
            DISREGARDS: [0.0, 0.05, 0.1, 0.2, 0.35, 0.5],
            "countries.japan.compliance": ["reciprocal", "always"],
        },
    },
    "deadline": {
        "replications": 60,
        "weeks": 52,
        "tables": {"deals": 1},
        "axes": {DEADLINES: ["2025-06-18", "2025-07-09", "2025-08-20"]},
    },
    "two-ways": {
        "replications": 16,
        "axes": {
            DISREGARDS: [0.0, 0.05, 0.1, 0.2, 0.3],
            f"{ALLIES}.trust.up": [0.02, 0.05, 0.1, 0.2],
        },
    },
    "trust-decay": {
        "design": "saltelli",
        "samples": 64,
        "weeks": 52,
        "axes": {
            f"{ALLIES}.trust.up": {"low": 0.01, "high": 0.2},
            f"{ALLIES}.trust.down": {"low": 0.2, "high": 0.6},
            "good_news": {"low": 0.0, "high": 1.0},
        },
    },
    "trust-models": {
        "replications": 20,
        "tables": {"performance": 1},
        "axes": {
            "countries.{us,japan,eu,korea,uk}.trust": TRUSTING,
            DISREGARDS: [0.0, 0.05, 0.3],
        },
    },
    "strategies": {
        "replications": 8,
        "weeks": 52,
        "axes": {"countries.us.strategy": PLAYED, f"{ALLIES}.strategy": PLAYED},
    },
}


@dataclass(frozen=True)
class _Picture:
    """A picture: its file, what is drawn of what, with what, and a line about it."""

    name: str
    source: str
    kind: str
    given: dict[str, Any]
    caption: str

    @property
    def command(self) -> str:
        """The command that draws it."""
        swept = self.source in SWEEPS
        source = f"results/{self.source}" if swept else self.source
        options = (
            f" --{key} '{word}'" if set("{}") & set(word) else f" --{key} {word}"
            for key, value in self.given.items()
            for word in ([value] if isinstance(value, str) else value)
        )
        return f"tradetalks plot {source} {self.kind}{''.join(options)} -o {self.name}.png"


WORLD = "allies-2025"
PICTURES = (
    _Picture("graph", WORLD, "graph", {}, "Who trusts whom after two years, where they meet,"
             " which deals are in force, and who stands by."),
    _Picture("timeline", WORLD, "timeline", {}, "A run at a glance: talks, deals, ratifications,"
             " disregards, threats and events."),
    _Picture("trust", WORLD, "trust", {"observer": "uk"}, "The trust of one observer; the line"
             " is broad while a deal is in force."),
    _Picture("trust-matrix", WORLD, "trust", {}, "Trust of everybody in everybody."),
    _Picture("talk", WORLD, "talk", {"talk": "us-japan"}, "A talk in expected payoffs: outcomes,"
             " frontier, bargaining points, offers and the agreement."),
    _Picture("offers", WORLD, "offers", {"talk": "us-japan"}, "The same talk issue by issue: how"
             " both positions close in."),
    _Picture("payoffs", WORLD, "payoffs", {}, "What every country gets, and has got."),
    _Picture("zone", WORLD, "zone", {"talk": "us-japan"}, "What could be agreed, over trust."),
    _Picture("why", WORLD, "why", {"what": "us-uk:1"}, "What the decisions about a deal hang on:"
             " who accepted it, whose audience passed it, and who broke it first."),
    _Picture("response", "volatility", "response", {"metric": "payoff_weighted_us"}, "What it"
             " costs to break one's word, with and without an answer in kind; on the right within a"
             " seed, where the chance that points share drops out."),
    _Picture("trust-in-runs", "word", "trust", {"subject": "us"}, "Trust in a country over time,"
             " by how often it breaks its word."),
    _Picture("scatter", "word", "scatter", {"metric": "renewed_worth_us",
             "over": "partner_trust_in_us"}, "The price of a broken word: what a deal made anew is"
             " worth to a country against the trust in it, by how often it breaks its word."),
    _Picture("heatmap", "two-ways", "heatmap", {"metric": "trust_in_us"}, "Trust in Washington"
             " at the end: what is broken against how fast trust is won. Cells that chance may set"
             " apart from the mean look alike."),
    _Picture("hazard", "deadline", "hazard", {"talk": "us-japan", "by": DEADLINES}, "When"
             " agreements come: shortly before the deadline, wherever that is."),
    _Picture("sobol", "trust-decay", "sobol", {"metric": "trust_in_us"}, "Which property of the"
             " allies' trust moves the trust in Washington."),
    _Picture("calibration", "trust-models", "calibration", {"obligor": "us"}, "Trust as a forecast:"
             " what Washington performs, over the trust in it, by trust model."),
    _Picture("calibration-of-a-run", WORLD, "calibration", {}, "The same of a single run, of all"
             " countries."),
    _Picture("matrix", "strategies", "matrix", {}, "What bidding strategies get against each"
             " other."),
)  # fmt: skip


def make_gallery(folder: str | Path = FOLDER) -> None:
    """Make every picture, and the page that shows them with the commands that draw them."""
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as kept:
        for picture, figure in _drawn(Path(kept)):
            print(picture.command)
            figure.savefig(path / f"{picture.name}.png", dpi=DPI, pil_kwargs={"optimize": True})
    (path / "README.md").write_text(_page(), encoding="utf-8")


def _drawn(kept: Path) -> "Iterator[tuple[_Picture, Figure]]":
    from experiments.run import run

    plots: dict[str, Any] = {WORLD: run(WORLD).plot}
    for picture in PICTURES:
        if picture.source not in plots:
            plots[picture.source] = _swept(picture.source, kept)
        yield picture, getattr(plots[picture.source], picture.kind)(**picture.given)


def _swept(name: str, kept: Path) -> Any:
    from experiments.sweep import load_experiment, open_results, sweep

    given = [picture.given for picture in PICTURES if picture.source == name]
    metrics = [each[key] for each in given for key in ("metric", "over") if key in each]
    contents = {"name": name, "scenario": WORLD, "seed": 2025, "metrics": metrics, **SWEEPS[name]}
    sweep(load_experiment(contents), kept / name)
    return open_results(kept / name).plot


def _page() -> str:
    shown = (f"## {p.caption}\n\n![{p.kind}]({p.name}.png)\n\n`{p.command}`\n" for p in PICTURES)
    head = (
        "# Gallery\n\nEvery kind of picture that `tradetalks plot` draws. `make gallery` makes this"
        " page and\nits pictures anew; the sweeps behind the later ones stand in\n"
        "`experiments/docs/gallery.py`.\n"
    )
    return "\n".join([head, *shown])


if __name__ == "__main__":
    make_gallery(*sys.argv[1:])
