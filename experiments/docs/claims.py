"""What theory expects of `SCENARIO`: claims, each the sign of a difference between two arms."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from experiments.design.reader import load_experiment
from experiments.docs.looks import (
    ALLIES,
    Measure,
    accrued,
    alike,
    extensions,
    signed_by,
    week_signed,
    worth,
)
from simulator.scenario.scenario import Scenario

__all__ = ["CLAIMS", "SCENARIO", "Claim", "Wanted", "arms"]

SCENARIO = "allies-2025"
#: By the middle of it whoever did not sign by the first date has had a second talk.
WEEKS = 24
#: The week of 9 July, the first date.
FIRST = 7
RESOLVE = (0.0, 0.25, 0.5, 0.75, 1.0)
_AT_HOME = "larger demands at home"
#: In weeks, within which signing comes back: two years.
BACK = 104

Wanted = Literal["higher", "lower", "same"]


class Claim(NamedTuple):
    """That a measure is higher or lower in an arm than in another, or than a number.

    `topic` is what it is one of the claims about.
    """

    topic: str
    arm: str
    base: str | float
    measure: Measure
    wanted: Wanted


# --- arms -------------------------------------------------------------------------------------


def arms(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Return what each arm changes in the scenario, by name."""
    changes: dict[str, dict[str, Any]] = {
        "as shipped": {},
        **{f"resolve {r:g}": {"countries.us.strategy.resolve": r} for r in RESOLVE if r != 0.5},
        **{
            f"credibility {c:g}": _of_allies("credibility", f"fixed:t0={c}")
            for c in (0.3, 0.5, 0.9)
        },
        "date 25 June": _dates(datetime.date(2025, 6, 25)),
        "date 6 August": _dates(datetime.date(2025, 8, 6)),
        **_burned(scenario),
        "no threats": {"threats": []},
        _AT_HOME: {f"talks.us-{a}.audience.{a}.threshold": 4.5 for a in ALLIES},
        "UK's cars at 2.5 %": {"deals.uk-general-terms.outcome.car-tariff": 2.5},
        "no shocks": {"countries.us.shocks": None},
        "shocks 0.3": {"countries.us.shocks.probability": 0.3},
        "no pressure": {"countries.us.patience": 0.995},
        "EU without benchmark": {"countries.eu.benchmark": 0},
        "no benchmarks": _of_allies("benchmark", 0),
        "no cars": {f"talks.us-{ally}.issues.car-tariff": None for ally in ALLIES},
        **_together(),
        **_recovering(scenario),
    }
    return {name: {"weeks": WEEKS, **values} for name, values in changes.items()}


def _of_allies(key: str, value: object) -> dict[str, Any]:
    return {f"countries.{ally}.{key}": value for ally in ALLIES}


def _dates(day: datetime.date) -> dict[str, Any]:
    return {f"talks.us-{ally}.deadline": day for ally in ALLIES}


def _breach(day: datetime.date, *victims: str) -> dict[str, Any]:
    """Return an entry of the history: a promise of the US broken in full."""
    what = {"date": day, "what": "a promise broken", "quality": 0, "stake": 1.0}
    return {"obligor": "us", "beneficiaries": list(victims), **what}


def _burned(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Return arms with a worse history of the US, and what they are compared with."""
    past = scenario.data["history"]
    breach = _breach(datetime.date(2025, 4, 3), *ALLIES)
    nothing_kept = [
        {**entry, "quality": 0.0} if entry["obligor"] == "us" and "kept" in entry["what"] else entry
        for entry in past
    ]
    burned = {"history": [*past, breach]}
    fixed = {
        **{f"countries.{country}.trust": "fixed:t0=0.45" for country in scenario.countries},
        **{f"countries.{country}.credibility": "fixed:t0=0.7" for country in scenario.countries},
    }
    return {
        "burned": burned,
        "burned badly": {"history": [*nothing_kept, breach]},
        "burned, pledge that binds nobody": {
            **burned,
            "talks.us-japan.issues.written-pledge.assurance": [0, 0],
        },
        "fixed trust": fixed,
        "fixed trust, burned": {**fixed, **burned},
    }


def _together() -> dict[str, dict[str, Any]]:
    """Return the arms of the shipped experiment ``together``."""
    experiment = load_experiment("together")
    (coalitions,) = experiment.axes
    names = ("each alone", "together", "together to the last")
    return {
        name: {**experiment.set, coalitions.path: value, "weeks": 52}
        for name, value in zip(names, coalitions.values or (), strict=True)
    }


#: Trust models to recover under, by their default parameters or, of the first, by the shipped ones.
MODELS: Mapping[str, str | None] = {
    "asymmetric": None,
    **{model: model for model in ("beta", "two-layer", "fire", "types")},
}


def _recovering(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Return arms in which Japan was let down once a quarter for two years, and is no more."""
    start = scenario.start - datetime.timedelta(weeks=8 * 13)
    days = [start + datetime.timedelta(weeks=13 * k) for k in range(8)]
    good = {
        "history": [*scenario.data["history"], *(_breach(day, "japan") for day in days)],
        "countries.us.compliance": "always",
        "countries.us.shocks": None,
        "weeks": BACK,
    }
    every = scenario.countries
    return {
        f"eight breaches, {name}": {
            **good,
            **({f"countries.{c}.trust": model for c in every} if model else {}),
        }
        for name, model in MODELS.items()
    }


# --- claims -----------------------------------------------------------------------------------

_US = worth("worth to Washington of a deal", *((ally, "us") for ally in ALLIES))
_ALLY = worth("worth to the ally of a deal", *((ally, ally) for ally in ALLIES))
_BY_DATE = signed_by(FIRST, "9 July", *ALLIES)
_EACH_BY_DATE = [
    signed_by(FIRST, f"9 July, {name}", ally)
    for ally, name in zip(ALLIES, ("Japan", "EU", "Korea"), strict=True)
]
_BACK = signed_by(BACK, "two years", "japan")
_JAPAN_SIGNS = week_signed("japan")
_EACH_ALLY = [
    worth(f"worth of a deal to {name}", (ally, ally))
    for ally, name in zip(ALLIES, ("Japan", "the EU", "Korea"), strict=True)
]
_IN_TIME = signed_by(WEEKS, f"week {WEEKS}", *ALLIES)
_WEEK = week_signed(*ALLIES)
_ALLIES_GET = accrued("what the allies get in all", *ALLIES)
_US_GETS = accrued("what Washington gets in all", "us")
_OF_A_PLEDGE: Sequence[tuple[Measure, Wanted]] = (
    (_EACH_BY_DATE[0], "higher"),
    (_JAPAN_SIGNS, "lower"),
    (_EACH_ALLY[0], "lower"),
)


def _resolved(*measures: tuple[str, Measure, Wanted]) -> Iterator[Claim]:
    """Give claims of a step of resolve after the other."""
    names = ["as shipped" if r == 0.5 else f"resolve {r:g}" for r in RESOLVE]
    for topic, measure, wanted in measures:
        for less, more in pairwise(names):
            yield Claim(topic, more, less, measure, wanted)


CLAIMS: Sequence[Claim] = (
    *_resolved(("resolve", _US, "higher"), ("resolve", _ALLY, "lower")),
    Claim("resolve", "as shipped", "resolve 0", _US_GETS, "higher"),
    Claim("credibility", "credibility 0.5", "credibility 0.3", _WEEK, "lower"),
    Claim("credibility", "credibility 0.9", "credibility 0.5", _WEEK, "lower"),
    Claim("threats", "no threats", "as shipped", _IN_TIME, "lower"),
    Claim("threats", "no threats", "as shipped", _BY_DATE, "lower"),
    Claim("dates", "date 25 June", "as shipped", _WEEK, "lower"),
    Claim("dates", "as shipped", "date 6 August", _WEEK, "lower"),
    *_resolved(("first date", _BY_DATE, "lower")),
    Claim("first date", "as shipped", 0.0, extensions("us"), "higher"),
    Claim("burned", "burned", "as shipped", _WEEK, "higher"),
    Claim("burned", "burned", "as shipped", _ALLY, "higher"),
    Claim("burned", "burned badly", "burned", _WEEK, "higher"),
    Claim("burned", "burned badly", "burned", _ALLY, "higher"),
    Claim("shocks", "shocks 0.3", "no shocks", _BY_DATE, "lower"),
    *(Claim("shocks", "shocks 0.3", "no shocks", measure, "lower") for measure in _EACH_BY_DATE),
    Claim("pressure", "as shipped", "no pressure", _WEEK, "lower"),
    Claim("pressure", "as shipped", "no pressure", _ALLY, "higher"),
    *(Claim("audience", _AT_HOME, "as shipped", measure, "higher") for measure in _EACH_ALLY),
    Claim("audience", _AT_HOME, "as shipped", _BY_DATE, "lower"),
    Claim("benchmark", "as shipped", "EU without benchmark", week_signed("eu"), "higher"),
    Claim("benchmark", "as shipped", "EU without benchmark", _EACH_BY_DATE[1], "lower"),
    *(
        Claim("pledge", "burned", "burned, pledge that binds nobody", measure, wanted)
        for measure, wanted in _OF_A_PLEDGE
    ),
    Claim("cars", "as shipped", "no cars", _BY_DATE, "lower"),
    *(Claim("cars", "as shipped", "no cars", measure, "lower") for measure in _EACH_BY_DATE),
    Claim("precedent", "as shipped", "no benchmarks", alike(), "higher"),
    Claim("precedent", "UK's cars at 2.5 %", "as shipped", _ALLY, "higher"),
    Claim("precedent", "UK's cars at 2.5 %", "as shipped", _BY_DATE, "lower"),
    Claim("together", "together", "each alone", _ALLIES_GET, "higher"),
    Claim("together", "together to the last", "each alone", _ALLIES_GET, "higher"),
    Claim("fixed", "fixed trust, burned", "fixed trust", _WEEK, "same"),
    Claim("fixed", "fixed trust, burned", "fixed trust", _US_GETS, "same"),
    Claim("fixed", "fixed trust, burned", "fixed trust", _ALLIES_GET, "same"),
    *(Claim("recovery", f"eight breaches, {m}", 0.9, _BACK, "higher") for m in MODELS),
    *(Claim("recovery", f"eight breaches, {m}", 52.0, _JAPAN_SIGNS, "lower") for m in MODELS),
)
