"""The page on behaviour: what theory expects of allies-2025, what was found, and what fails."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from experiments.docs.behaviour import FILE, RUNS, Finding, findings
from experiments.docs.claims import SCENARIO
from experiments.docs.markdown import Page, anchor, pipe_table

__all__ = ["TOPICS", "Topic", "page"]


class Topic(NamedTuple):
    """What several claims are about: the claim in a sentence, and why theory has it so.

    `fails` says what is known of why some of it does not hold, if any does not.
    """

    claim: str
    why: str
    fails: str = ""


TOPICS: Mapping[str, Topic] = {
    "resolve": Topic(
        "Resolve pays whoever threatens, and its target pays for it",
        "Who is bound not to settle for less gets more of what there is (Schelling 1960), in each"
        " deal that is made. What resolve costs in deals that come late or never is in what"
        " accrues in all.",
        "Each deal is better for Washington, but comes later, and meanwhile it bears the cost of"
        " its own tariffs: within the 24 weeks counted resolve does not pay. Over years it may.",
    ),
    "credibility": Topic(
        "The more a threat is believed, the sooner its target signs",
        "A threat weighs in what no deal is worth as far as it is believed (Schelling 1960;"
        " Fearon 1994).",
    ),
    "threats": Topic(
        "Threats bring more deals than none",
        "Market opening by threat of retaliation is a bargain that nobody strikes without the"
        " threat (McMillan 1990): by week 24, and by the first date.",
        "Until the date a threat is a reason to hold out for Washington, whose resolve lives off"
        " what its partners lose without a deal: without one it asks for less, and gets it sooner."
        " Only what is carried out in the end brings in those who had not signed.",
    ),
    "dates": Topic(
        "An earlier date brings earlier signing",
        "Talks end at their dates, wherever these lie (Roth, Murnighan & Schoumaker 1988).",
    ),
    "first date": Topic(
        "With more resolve fewer sign by the first date, step by step, and dates are extended",
        "Who insists on more risks that there is no deal (Schelling 1960); a date that whoever"
        " threatens can move is one that it sometimes moves.",
    ),
    "burned": Topic(
        "Who has been let down signs later, and gets more",
        "A promise counts as far as it is believed: it takes more of them to make up for what one"
        " does oneself (Tomz 2007; Kydd 2005). Burned is one promise more broken to all three, on"
        " 3 April; badly, nothing ever kept besides.",
        "Where next to nothing is believed, no promise of Washington's makes up for anything: small"
        " deals are left, and they come once the threat is being carried out.",
    ),
    "shocks": Topic(
        "Acts outside of deals lower the readiness to sign one",
        "Whoever sees a partner override what it had promised, if elsewhere, expects the same of"
        " the next promise (Tomz 2007).",
        "The direction is as expected where there are many signatures to lose; in seven weeks two"
        " shocks of a stake of .2 cost a tenth of trust. The EU, which hardly ever signs by then,"
        " has little to lose.",
    ),
    "pressure": Topic(
        "China's pressure on Washington closes talks sooner, on better terms for the allies",
        "Who is in a hurry settles for less (Rubinstein 1982; Binmore, Rubinstein & Wolinsky"
        " 1986).",
    ),
    "audience": Topic(
        "Larger demands at home bring better terms, or none",
        "A smaller win-set is a strength in talks and a reason why they fail (Putnam 1988). Each"
        " audience asks for 4.5 bn a year more than no deal brings instead of 1.5 or 2.",
        "The EU's benchmark asks for nearly as much already.",
    ),
    "benchmark": Topic(
        "What the UK has got holds the EU out",
        "What a peer got is what one must not fall short of at home (Putnam 1988; Fehr & Schmidt"
        " 1999 on what is fair).",
    ),
    "pledge": Topic(
        "A pledge that binds makes a burned ally sign, and costs it something",
        "Tied hands are what makes a promise worth having (Schelling 1960), and what is worth"
        " having is paid for.",
    ),
    "cars": Topic(
        "With tariffs on cars on the table, fewer sign by the first date",
        "What is worth most to both sides was to be hardest to agree on: more to lose by giving"
        " way (Fearon 1998), and the one issue on which all compare.",
        "Cars are what a deal can be made of: a cut is worth more to Japan and Korea than it costs"
        " Washington, so that they find a deal sooner with cars. Only for the EU, which minds most"
        " what the UK got on them, is it as expected. What cars meant in Washington's politics is"
        " not in these numbers.",
    ),
    "precedent": Topic(
        "What allies agree goes together, through precedent",
        "Who signs first sets what others hold out for; without benchmarks talks touch each other"
        " only by hearsay. And if the UK had got cars at 2.5 %, the allies would get more, or sign"
        " later.",
        "They get more, and sign no later but sooner: Washington, which knows about what an ally"
        " would settle for, insists on less where the ally minds what the UK has.",
    ),
    "together": Topic(
        "Acting together gets the allies more",
        "A threat is worth more if it is carried out for each of them (Schelling 1960), whether a"
        " member's deal ends its part or not. What they get in 52 weeks is counted.",
    ),
    "fixed": Topic(
        "If neither trust nor credibility learns, history changes nothing",
        "The control: all that history does it does by what it teaches. Same to the last digit.",
    ),
    "recovery": Topic(
        "After eight breaches and then good conduct, signing comes back within two years",
        "No state should lock in for ever without a reason. Japan is let down in full once a"
        " quarter for two years before the start; from then on Washington keeps every promise. In"
        " more than nine of ten runs Japan signs within two years, and on average within one.",
        "Under two-layer a full breach scars three fifths of what is whole, and .03 of a scar heals"
        " in a quarter: of what eight of them leave, half is there after six years. So that model"
        " has it; the shipped one is another.",
    ),
}


def page() -> Page:
    """Return the page on behaviour."""
    found = findings()
    about = (
        f"What theory expects of `{SCENARIO}`, claim by claim: the difference of a mean between two"
        " arms with the same seeds, and its 95 % interval. What fails is left in. *Runs* are those"
        f" in which there was something to compare, of {RUNS} mostly."
        " `make reference` writes this page from"
        f" [{FILE.name}]({FILE.name}); `python -m experiments.docs.behaviour` measures that again,"
        " a quarter of an hour on one core."
    )
    sections = [_glance(found), *(_section(key, found) for key in TOPICS), _fails(found)]
    title = "What theory expects, and what happens"
    return Page("../explanation/behaviour.md", title, about, "\n\n".join(sections))


def _about(topic: str, found: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.topic == topic]


def _glance(found: Sequence[Finding]) -> str:
    """Return how much of each topic holds."""
    rows = []
    for key, topic in TOPICS.items():
        holds = [finding.holds for finding in _about(key, found)]
        link = f"[{topic.claim}](#{anchor(topic.claim)})"
        rows.append([link, *(f"{holds.count(how)}" for how in ("yes", "no", "undecided"))])
    told = (
        "A claim *holds* if the whole interval lies where it was expected, it does *not* if none of"
        " it does, and is *undecided* if it holds 0. Where nothing was to change, every run must"
        " come out the same."
    )
    return f"## At a glance\n\n{pipe_table(['claim', 'holds', 'not', 'undecided'], rows)}\n\n{told}"


def _section(key: str, found: Sequence[Finding]) -> str:
    topic = TOPICS[key]
    head = ["arm", "against", "what", "expected", "means", "difference", "95 %", "runs", "holds"]
    table = pipe_table(head, map(_row, _about(key, found)))
    return f"## {topic.claim}\n\n{topic.why}\n\n{table}"


def _row(finding: Finding) -> list[str]:
    means = f"{finding.in_arm:.2f}, {finding.in_base:.2f}"
    interval = f"{finding.low:+.2f} to {finding.high:+.2f}"
    told = [finding.arm, finding.base, finding.measure, finding.wanted, means]
    return [*told, f"{finding.difference:+.2f}", interval, f"{finding.n}", finding.holds]


def _fails(found: Sequence[Finding]) -> str:
    """Return what does not hold, and what is known of why."""
    lines = []
    for key, topic in TOPICS.items():
        failing = [finding for finding in _about(key, found) if finding.holds != "yes"]
        told = "; ".join(f"{f.measure}, {f.arm} ({f.holds})" for f in failing)
        lines += [f"- **{topic.claim}**: {told}. {topic.fails}"] if failing else []
    return "## What fails\n\n" + "\n".join(lines)
