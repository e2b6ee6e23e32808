"""What an event may set in a scenario, and what is wrong with what it sets."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from simulator.errors import Problem, ScenarioError, nearest
from simulator.scenario import paths
from simulator.scenario.cross_checks import Draft
from simulator.scenario.specs import EventSpec

__all__ = ["CHANGEABLE", "data_after", "problems_after"]

#: What an event may set, and whatever lies below; ``*`` stands for any id.
CHANGEABLE = {
    "": ("good_news", "hearsay_decay", "reciprocity"),
    "countries.*.": (
        *("strategy", "compliance", "trust", "credibility", "patience", "discount"),
        *("benchmark", "revenue_weight", "shocks"),
    ),
    "economy.": ("rent_share", "tariffs"),
    "talks.*.": (
        *("deadline", "review_weeks", "ratify_weeks", "term_weeks", "renew_weeks"),
        *("renegotiate_weeks", "cooling_weeks", "strategy", "audience"),
    ),
    "talks.*.issues.*.": (
        *("payoffs", "political_weights", "pledge_share", "audience_weights", "face"),
        *("tariff", "purchase", "assurance", "enforced"),
    ),
    "threats.*.": ("payoffs", "tariff", "level", "cost", "policy"),
    "relationships.*.": ("weight",),
}


def data_after(
    data: dict[str, object], key: str, event: EventSpec
) -> tuple[dict[str, object], list[Problem]]:
    """Return the data of a scenario after what an event sets, and what it may not set.

    The data before are not changed; the key is the event's dotted key.
    """
    problems: list[Problem] = []
    for path, value in event.set.items():
        where = f"{key}.set"
        if (refusal := _unchangeable(path)) is not None:
            problems.append(Problem(f"{where}.{path}", value, *refusal))
            continue
        try:
            data = paths.assign(data, path, value)
        except ScenarioError as error:
            problems.extend(
                Problem(f"{where}.{problem.key}", value, problem.allowed, problem.nearest)
                for problem in error.problems
            )
    return data, problems


def problems_after(
    key: str, event: EventSpec, before: Draft, after: Draft, problems: Iterable[Problem]
) -> Iterator[Problem]:
    """Yield the problems of a scenario after an event as problems of the event."""
    for problem in problems:
        yield _in_event(problem, key, event)
    yield from _of_trust(key, before, after)
    yield from _of_deadlines(key, event, after)


def _unchangeable(path: str) -> tuple[str, str | None] | None:
    """Return what may be set where a path leaves all that may be, None if an event may set it.

    With it comes the nearest name.
    """
    names = path.split(".")
    ways = [f"{head}{key}".split(".") for head, keys in CHANGEABLE.items() for key in keys]
    for depth, name in enumerate(names):
        if any(len(way) <= depth for way in ways):
            return None  # within what may be set
        further = [way for way in ways if way[depth] in {"*", name}]
        if not further:
            choices = list(dict.fromkeys(way[depth] for way in ways))
            of = f" of {'.'.join(names[:depth])}" if depth else ""
            return f"what an event may set{of}: {', '.join(choices)}", nearest(name, choices)
        ways = further
    if any(len(way) == len(names) for way in ways):
        return None
    inside = [".".join(way[len(names) :]) for way in ways]
    return f"what an event may set of {path}: {', '.join(inside)}", None


def _in_event(problem: Problem, key: str, event: EventSpec) -> Problem:
    """Return a problem of the scenario after an event as a problem of the event."""
    for path in event.set:
        inside = problem.key == path or problem.key.startswith((f"{path}.", f"{path}["))
        if inside or path.startswith(f"{problem.key}."):
            return replace(problem, key=f"{key}.set.{problem.key}")
    return Problem(f"{key}.set", dict(event.set), f"values after which {problem}")


def _of_trust(key: str, before: Draft, after: Draft) -> Iterator[Problem]:
    for name, country in after.countries.items():
        old = before.countries.get(name)
        for slot in ("trust", "credibility") if country and old else ():
            now, was = getattr(country, slot), getattr(old, slot)
            if now.name != was.name:
                allowed = f"the same model with other parameters, {was.name}: {slot} is its state"
                yield Problem(f"{key}.set.countries.{name}.{slot}", str(now), allowed)


def _of_deadlines(key: str, event: EventSpec, after: Draft) -> Iterator[Problem]:
    for name, talk in after.talks.items():
        path = f"talks.{name}.deadline"
        if talk and talk.deadline and path in event.set and talk.deadline < event.date:
            allowed = f"a date from the event on, {event.date}"
            yield Problem(f"{key}.set.{path}", talk.deadline, allowed)
