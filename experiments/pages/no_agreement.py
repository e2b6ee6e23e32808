"""Why nothing can be agreed in a talk, as it stands before the first week."""

from collections.abc import Collection, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from experiments.analysis.agreement_zone import Baseline, Zone
from experiments.display import wording
from experiments.display.terminal import heading
from experiments.runs.record import RunRecord
from simulator.negotiation.talk import TalkState
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import TalkSpec
from simulator.text import count, listing

__all__ = ["no_agreement", "no_agreement_page"]


def no_agreement_page(run: RunRecord) -> RenderableType | None:
    """Return why nothing could be agreed in the talks of a run that never came to a deal.

    None if there is none of which it can be said.
    """
    openings = run.world.openings
    agreed = {opening.name for opening in openings if opening.talk.state is TalkState.AGREED}
    reasons = no_agreement(run.scenario, {opening.name for opening in openings} - agreed)
    if not reasons:
        return None
    texts = [Padding(Text(reason), (0, 0, 0, 2)) for reason in reasons]
    return Group(heading("Nothing to agree on"), *texts)


def no_agreement(scenario: Scenario, talks: Collection[str] | None = None) -> list[str]:
    """Return a sentence for each talk in which nothing can be agreed at the start, and why.

    Either there is no outcome by which somebody gains and nobody loses, against no deal and at the
    trust there is; or the audiences pass none of these. Left out are talks that are never held, and
    those whose deal is in force. Of a scenario with code that was not imported nothing is known,
    and nothing said.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    talks : collection of str, optional
        Keys of the talks to look at; all by default.
    """
    if scenario.closed:
        return []
    baseline = Baseline(scenario)
    agreed = {deal.talk for deal in scenario.deals}
    asked = [
        talk
        for key, talk in scenario.talks.items()
        if talk.open and key not in agreed and (talks is None or key in talks)
    ]
    return [text for talk in asked for text in _reason(scenario, baseline, talk)]


def _reason(scenario: Scenario, baseline: Baseline, talk: TalkSpec) -> Iterator[str]:
    zone = baseline.zone(talk.id)
    who = f"{wording.talk_name(scenario, talk.id)} ({talk.id}) can agree on nothing at the start"
    if not zone.gainful:
        yield f"{who}: {_empty(scenario, talk, zone)}{_with_trust(baseline, talk)}"
    elif not zone.agreeable:
        yield f"{who}: {_unratified(scenario, talk, zone)}"


def _empty(scenario: Scenario, talk: TalkSpec, zone: Zone) -> str:
    """Return who gains by no outcome at all, or that none serves all."""
    gained = [
        (wording.name(scenario, party), number)
        for party, number in zip(talk.parties, zone.gained_by, strict=True)
    ]
    if idle := [name for name, number in gained if not number]:
        return f"{listing(idle)} would gain by no outcome, against no deal."
    each = listing([f"{name} would gain by {number}" for name, number in gained])
    return f"of {count(zone.outcomes, 'outcome')} {each}, but by each of them another would lose."


def _with_trust(baseline: Baseline, talk: TalkSpec) -> str:
    """Return whether distrust alone stands in the way."""
    number = baseline.zone(talk.id, trust=1.0).gainful
    if number:
        outcomes = f"{count(number, 'outcome')} would serve all"
        return f" Trust is in the way: if each trusted the others fully, {outcomes}."
    return " Full trust would not change it: see the payoffs and levels of its issues."


def _unratified(scenario: Scenario, talk: TalkSpec, zone: Zone) -> str:
    """Return whose audience passes none of the outcomes that serve all parties."""
    barring = [
        wording.name(scenario, party)
        for party, passed in zip(talk.parties, zone.passed, strict=True)
        if passed == 0
    ]
    whose = "no one of them passes every audience"
    if barring:
        whose = f"the audience of {listing(barring)} passes none of them"
    return f"{count(zone.gainful, 'outcome')} would serve all parties, but {whose}."
