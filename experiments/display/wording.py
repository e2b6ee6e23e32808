"""What a scenario's countries, talks, levels, amounts and weeks are called."""

import datetime
import re
from collections.abc import Collection, Iterable

from simulator.errors import Problem, ScenarioError, nearest
from simulator.literals import write
from simulator.negotiation.issues import Issue
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import EventSpec, EvidenceSpec, ShockSpec
from simulator.text import level_text, listing, visible

__all__ = [
    "act",
    "amount",
    "change",
    "cut",
    "day",
    "event",
    "known_name",
    "mention",
    "name",
    "number",
    "parties",
    "quantity",
    "share",
    "short",
    "signed",
    "talk_name",
    "terms",
    "trust_course",
    "when",
    "with_article",
]


def name(scenario: Scenario, key: str) -> str:
    """Return the name of a country or bystander, for people."""
    spec = scenario.countries.get(key) or scenario.bystanders.get(key)
    return key if spec is None else spec.name


#: Names that take an article in a sentence.
_THE = re.compile(
    r"(United|Republic|Kingdom|Democratic) .*|.*(Union|States|Kingdom|Republic|Islands|Emirates)"
)


def mention(scenario: Scenario, key: str) -> str:
    """Return the name of a country or bystander within a sentence: ``the United States``."""
    return with_article(name(scenario, key))


def with_article(country: str) -> str:
    """Return the name of a country as a sentence has it: ``the United States``, ``Japan``."""
    return f"the {country}" if _THE.fullmatch(country) else country


def known_name(key: str, value: str, names: Collection[str], kind: str) -> str:
    """Return a name that a user chose if it is known; else an error lists those that are."""
    if value not in names:
        allowed = f"{kind}: {', '.join(names) or 'there is none'}"
        raise ScenarioError([Problem(key, value, allowed, nearest(value, names))])
    return value


def parties(scenario: Scenario, keys: Iterable[str]) -> str:
    """Return the names of a talk's parties: ``Home and Partner``."""
    return listing([name(scenario, key) for key in keys])


def talk_name(scenario: Scenario, key: str) -> str:
    """Return what a talk is called: the names of its parties."""
    return parties(scenario, scenario.talks[key].parties)


def unwilling(scenario: Scenario, keys: Iterable[str]) -> str:
    """Return that some parties are expected to break the deal in force."""
    names = listing([name(scenario, key) for key in keys])
    return f"{names} would not keep the deal at its next review"


def amount(value: float, digits: int = 2) -> str:
    """Return an amount, without a minus before zero."""
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text


def signed(value: float) -> str:
    """Return an amount with its sign: ``+0.22``."""
    text = amount(value)
    return f"+{text}" if value > 0.0 and float(text.replace(",", "")) else text


def number(value: float) -> str:
    """Return a number as it is, without a minus before zero."""
    return f"{value + 0.0:g}"


def share(value: float) -> str:
    """Return a number from 0 to 1 in three characters: ``.05``."""
    return f"{value:.2f}".removeprefix("0") if round(value, 2) < 1 else "1.0"


def trust_course(start: float, low: float, week: int | None, end: float) -> str:
    """Return how trust went: ``.36 ↘ .26 (week 23) ↗ .44``, without what is as at an end.

    Without a week, the week of the lowest value is not told.
    """
    steps = [share(start), share(low), share(end)]
    if steps[1] in (steps[0], steps[2]):
        del steps[1]
    elif week is not None:
        steps[1] += f" (week {week})"
    if len(set(steps)) == 1:
        return steps[0]
    if len(steps) == 2:
        return f"{steps[0]} {'↘' if end < start else '↗'} {steps[1]}"
    return f"{steps[0]} ↘ {steps[1]} ↗ {steps[2]}"


def quantity(level: float | int | str, unit: str) -> str:
    """Return a level in its unit: ``15 %``, ``US$ 50 bn``, ``written``."""
    number = level_text(level)
    currency, _, scale = unit.partition(" ")
    if currency.endswith(("$", "€", "£", "¥")):
        return f"{currency} {number} {scale}".rstrip()
    return f"{number} {unit}".rstrip()


def change(issue: Issue, before: int, after: int) -> str:
    """Return what moving from one level to another does: ``raises rice from 0 to 35 kt``."""
    old, new = issue.levels[before], issue.levels[after]
    issue_name = short(issue)
    if isinstance(old, str) or isinstance(new, str):
        return f"changes {issue_name} from {level_text(old)} to {level_text(new)}"
    verb = "raises" if new > old else "lowers"
    return f"{verb} {issue_name} from {level_text(old)} to {quantity(new, issue.unit)}"


def short(issue: Issue) -> str:
    """Return an issue's key as words: ``car tariff``."""
    return issue.id.replace("-", " ").replace("_", " ")


def terms(issues: Iterable[Issue], levels: Iterable[int], brief: bool = False) -> str:
    """Return levels agreed on issues, but the status quo: ``car tariff 15 %, rice 35 kt``."""
    texts = [
        _term(issue.name if issue.name and not brief else short(issue), issue, level)
        for issue, level in zip(issues, levels, strict=True)
        if level != issue.status_quo
    ]
    return ", ".join(texts) or "nothing"


def cut(text: str, width: int) -> str:
    """Return a text in at most so many characters, an ellipsis for the words that are left out."""
    text = visible(text)
    if len(text) <= width:
        return text
    words = text[: width - 1].rpartition(" ")[0] or text[: width - 2]
    return f"{words.rstrip(' ,:')} …"


def day(date: datetime.date, brief: bool = False) -> str:
    """Return a date: ``9 June 2025``, or ``9 Jun 2025``."""
    return f"{date.day} {date:{'%b' if brief else '%B'} %Y}"


def when(scenario: Scenario, week: int) -> str:
    """Return a week of the run by its first day and number: ``9 Jun 2025 (week 3)``."""
    date = scenario.start + datetime.timedelta(weeks=week)
    return f"{day(date, brief=True)} (week {week})"


def act(scenario: Scenario, by: str, spec: EvidenceSpec | ShockSpec) -> str:
    """Return what a country does outside its deals: ``Home breaks faith with Partner ...``."""
    about_threats = isinstance(spec, EvidenceSpec) and spec.kind == "threat"
    good, bad = (
        ("carries out a threat against", "lets a threat pass against")
        if about_threats
        else ("keeps faith with", "breaks faith with")
    )
    verb = bad if spec.quality < 0.5 else good
    whom = "all others" if spec.towards == ("*",) else parties(scenario, spec.towards)
    return (
        f"{name(scenario, by)} {verb} {whom} outside any deal"
        f" (quality {spec.quality:g}, stake {spec.stake:g})"
    )


def event(scenario: Scenario, spec: EventSpec) -> str:
    """Return what an event does: its description, what it sets, withdraws, forces and says."""
    effects = [spec.what] if spec.what else []
    effects += [f"{path} = {write(value)}" for path, value in spec.set.items()]
    effects += [f"{threat} is withdrawn" for threat in spec.withdraw]
    if spec.disregard is not None:
        by = name(scenario, spec.disregard.by)
        effects.append(f"{by} disregards its deal in {spec.disregard.talk}")
    if spec.evidence is not None:
        effects.append(act(scenario, spec.evidence.by, spec.evidence))
    return "; ".join(effects)


def _term(name: str, issue: Issue, position: int) -> str:
    level = issue.levels[position]
    return f"{name}{':' if isinstance(level, str) else ''} {quantity(level, issue.unit)}"
