"""The page of a run: story, pictures, talks and deals, what was on the table, how to repeat it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from rich.console import Group
from rich.text import Text

from experiments import manifest, wording
from experiments.deal import view
from experiments.folder import scenario_file
from experiments.page import outline
from experiments.report.document import Section, document
from experiments.report.pictures import Wanted, pictures
from experiments.report.rendering import folded, inline, parted, rendered
from experiments.report.repeat import attached, commands
from experiments.show import shown
from experiments.summary import summary
from experiments.transcript import transcript
from simulator import scenario as scenarios
from simulator.markup import element
from simulator.records import TABLES

if TYPE_CHECKING:
    from experiments.run import Run

__all__ = ["page_of_run"]

#: What is drawn of the whole run, and of each of its talks.
WHOLE, OF_TALK = ("timeline", "graph", "trust", "payoffs"), ("talk", "offers", "zone")


def page_of_run(run: "Run") -> bytes:
    """Return the page of a run as the bytes of an HTML file: of the same run the same.

    Parameters
    ----------
    run : Run
        The run; what takes a table that it did not keep is left out, and the page says so.
    """
    lead, story = parted(summary(run))
    title, *rest = lead.renderables
    sections = [
        Section("What happened", [*_lacking(run), *rendered(story, 3)]),
        Section("The run in pictures", [*pictures(run.plot, map(Wanted, WHOLE))]),
        Section("Talk by talk", [], [_talk(run, key) for key in run.scenario.talks]),
        Section("What was on the table", [*folded(parted(shown(run.scenario))[1], 3)]),
        Section("How to repeat it", [*_repeat(run)]),
    ]
    return document(str(title), [*rendered(Group(*rest))], sections)


def _lacking(run: "Run") -> Iterator[Element]:
    """Say which tables the run did not keep."""
    gone = [name for name in TABLES if name != "runs" and not run.world.records.keeps(name)]
    if gone:
        told = f"The run did not keep {wording.listing(gone)}: what is in them is not told here."
        yield element("p", told)


def _talk(run: "Run", key: str) -> Section:
    """Return what there is about a talk: its deals, its pictures, what was said in it."""
    who = wording.parties(run.scenario, run.scenario.talks[key].parties)
    deals = [deal.id for deal in run.world.ledger.deals.values() if deal.talk == key]
    wanted = (Wanted(kind, {"talk": key}, who) for kind in OF_TALK)
    body = [
        *(made for deal in deals for made in _deal(run, deal)),
        *pictures(run.plot, wanted),
        *_said(run, key),
    ]
    return Section(who, body)


def _deal(run: "Run", key: str) -> Iterator[Element]:
    deal = view(run, key)
    yield element("h4", *inline(deal.title))
    yield from rendered(deal.body)


def _said(run: "Run", key: str) -> Iterator[Element]:
    if run.world.records.keeps("offers") and run.world.records.keeps("performance"):
        _, *told = transcript(run, key).renderables
        fold = element("summary", "The talk offer by offer")
        yield element("details", fold, *rendered(Group(*told), 4))


def _repeat(run: "Run") -> Iterator[Element]:
    scenario = run.scenario
    yield from rendered(outline(_known(run)))
    shipped = scenario.name in scenarios.shipped() and _as_shipped(run)
    source = scenario.name if shipped else "scenario.toml"
    if not shipped:
        yield from rendered(Text("Save the scenario below as scenario.toml, and play it again:"))
    yield commands(
        [
            f"tradetalks run {source} --seed {run.seed}",
            f"tradetalks report {source} --seed {run.seed} -o report.html",
        ]
    )
    yield attached("scenario.toml", scenario_file(run), "The scenario with all its parameters")


def _as_shipped(run: "Run") -> bool:
    """Return whether the scenario is the shipped one of its name, with nothing changed."""
    from experiments.run import load

    return load(run.scenario.name).hash == run.scenario.hash


def _known(run: "Run") -> Iterator[tuple[str, str]]:
    yield "scenario", run.scenario.name
    yield "hash", run.scenario.hash
    yield "seed", str(run.seed)
    yield "weeks", str(run.weeks)
    yield from manifest.versions(*manifest.PACKAGES, "mesa", "matplotlib").items()
