"""The page of a run: story, pictures, talks and deals, what was on the table, how to repeat it."""

from collections.abc import Iterator
from shlex import quote

from markupsafe import Markup
from rich.console import Group, RenderableType

from experiments.display import wording
from experiments.display.blocks import Heading
from experiments.display.html import folded, parted, rendered
from experiments.display.terminal import heading, outline
from experiments.pages.deal import deal_view
from experiments.pages.no_agreement import no_agreement_page
from experiments.pages.run_details import run_details_page
from experiments.pages.run_summary import run_summary_page
from experiments.pages.scenario import scenario_page
from experiments.pages.transcript import transcript_page
from experiments.plots.run import RunPlots
from experiments.report.document import Section, document, part
from experiments.report.figures import Picture, pictures
from experiments.report.repeat import attached, changed
from experiments.results import manifest
from experiments.results.run_folder import scenario_file
from experiments.runs.record import RunRecord
from simulator.scenario.paths import flatten
from simulator.text import listing
from simulator.world.records import TABLES

__all__ = ["run_report"]

#: What is drawn of the whole run, and of each of its talks.
WHOLE, OF_TALK = ("timeline", "graph", "trust", "payoffs"), ("talk", "offers", "zone")

#: What the first page of a run is made of.
SUMMARY_TABLES = ("offers", "deals", "performance", "trust")


def run_report(run: RunRecord) -> bytes:
    """Return the page of a run as the bytes of an HTML file: of the same run the same.

    What takes a table that the run did not keep is left out, and the page says so.
    """
    lead, story = parted(run_details_page(run))
    title, *rest = lead.renderables
    gallery = pictures(RunPlots(run), map(Picture, WHOLE))
    sections = [
        Section("What happened", [*_lacking(run), rendered(story, 3), *_impossible(run)]),
        Section("The run in pictures", [*gallery.figures[1:], *gallery.left_out]),
        Section("Talk by talk", [], [_talk(run, key) for key in run.scenario.talks]),
        Section("What was on the table", [folded(parted(scenario_page(run.scenario))[1], 3)]),
        Section("How to repeat it", [*_repeat(run)]),
    ]
    answer = [*gallery.figures[:1], *_answer(run)]
    return document(str(title), rendered(Group(*rest)), answer, sections)


def _answer(run: RunRecord) -> Iterator[Markup]:
    """Give what the first page of a run says below its head, if the run kept what that takes."""
    if not all(map(run.world.records.keeps, SUMMARY_TABLES)):
        return
    told: list[list[RenderableType]] = []
    for block in parted(run_summary_page(run))[1].renderables:
        if isinstance(block, Heading):
            told.append([])
        told[-1].append(block)
    yield part("columns", [rendered(Group(*blocks)) for blocks in told])


def _lacking(run: RunRecord) -> Iterator[Markup]:
    """Say which tables the run did not keep."""
    gone = [name for name in TABLES if name != "runs" and not run.world.records.keeps(name)]
    if gone:
        tables = listing(gone)
        yield part("note", f"The run did not keep {tables}: what is in them is not told here.")


def _impossible(run: RunRecord) -> Iterator[Markup]:
    """Say in which talks nothing could be agreed, and why, as after a run at the terminal."""
    if nothing := no_agreement_page(run):
        yield rendered(nothing, 3)


def _talk(run: RunRecord, key: str) -> Section:
    """Return what there is about a talk: its deals, its pictures, what was said in it."""
    who = wording.talk_name(run.scenario, key)
    deals = [deal.id for deal in run.world.ledger.deals.values() if deal.talk == key]
    gallery = pictures(RunPlots(run), [Picture(kind, {"talk": key}, who) for kind in OF_TALK])
    body = [
        *(html for deal in deals for html in _deal(run, deal)),
        *gallery.figures,
        *gallery.left_out,
        *_drawn(run, key),
        *_said(run, key),
    ]
    return Section(who, body)


def _deal(run: RunRecord, key: str) -> Iterator[Markup]:
    deal = deal_view(run, key)
    yield part("title", deal.title)
    yield rendered(deal.body)


def _drawn(run: RunRecord, key: str) -> Iterator[Markup]:
    """Say which opening was drawn, of several."""
    count = run.world.tracks[key].openings
    if count > 1 and run.world.records.keeps("offers"):
        which = f"Drawn is the first of {count} openings"
        yield part("remark", f"{which}; tradetalks plot draws others: --opening K.")


def _said(run: RunRecord, key: str) -> Iterator[Markup]:
    if run.world.records.keeps("offers") and run.world.records.keeps("performance"):
        _, *lines = transcript_page(run, key).renderables
        yield folded(Group(heading("The talk offer by offer"), *lines))


def _repeat(run: RunRecord) -> Iterator[Markup]:
    known = {
        "scenario": run.scenario.name,
        "hash": run.scenario.hash,
        "seed": str(run.seed),
        "weeks": str(run.weeks),
        **manifest.versions(*manifest.PACKAGES, "mesa", "matplotlib"),
    }
    yield rendered(outline(known.items()))
    yield from _own(run)
    changes = changed(run.scenario)
    source = "scenario.toml" if changes is None else run.scenario.name
    if changes is None:
        yield part("note", "Save the scenario below as scenario.toml, and play it again:")
    options = "".join(f" --set {quote(change)}" for change in changes or ())
    what = f"{source} --seed {run.seed}{options}"
    yield part("commands", [f"tradetalks run {what}", f"tradetalks report {what} -o report.html"])
    yield attached("scenario.toml", scenario_file(run), "The scenario with all its parameters")


def _own(run: RunRecord) -> Iterator[Markup]:
    """Say which parts no command finds, since they were written where the run was played."""
    named = {value for _, value in flatten(run.scenario.canonical) if "__main__." in value}
    if named:
        names = listing(sorted(named))
        lost = f"No command finds what was written on the spot, {names}"
        yield part("note", f"{lost}: put it into a module, and name it by that below.")
