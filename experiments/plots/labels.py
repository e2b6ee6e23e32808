"""The names of axes and metrics of a sweep in pictures."""

from collections.abc import Iterable, Mapping, Sequence

from agents.roster import ROSTER
from experiments.display import wording
from experiments.runs.metrics import METRICS
from simulator.scenario.descriptions import Description, description
from simulator.scenario.scenario import Scenario
from simulator.text import listing

__all__ = ["axis_label", "metric_label"]

#: Nouns that stand for countries.
_COUNTRIES = ("the country", "the party", "the obligor", "the bystander")


def axis_label(scenario: Scenario, paths: Iterable[str], with_unit: bool = True) -> str:
    """Return what an axis varies, in the words that describe it, with its unit in brackets.

    ``chance that the United States disregards a deal at a review (0 to 1)``. Paths alike but for
    what they name are told together; one that nothing describes by its keys.
    """
    groups: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for path in paths:
        told = description(scenario, path, ROSTER) or _by_keys(path)
        groups.setdefault((told.words, told.unit), []).append(told.named)
    phrases = [_phrase(scenario, words, named) for (words, _), named in groups.items()]
    units = [f" ({unit})" if unit and with_unit else "" for _, unit in groups]
    return listing([f"{one}{unit}" for one, unit in zip(phrases, units, strict=True)])


def metric_label(scenario: Scenario, metric: str, with_unit: bool = True) -> str:
    """Return a metric in words, with its unit in brackets; one of the user's own by its name."""
    for known in METRICS:
        key = known.names(scenario).get(metric)
        if key is not None:
            parties = scenario.talks[key].parties if key in scenario.talks else [key]
            words = known.words.format(listing(_mentions(scenario, parties)))
            return f"{words} ({known.unit})" if with_unit and known.unit else words
    return metric


def _by_keys(path: str) -> Description:
    """Return a path in its own words, where nothing describes it."""
    head, *rest = path.split(".")
    noun = {"countries": "the country", "talks": "the talk"}.get(head)
    if noun is None or len(rest) < 2:
        return Description(_as_words([head, *rest]))
    return Description(_as_words(rest[1:]), named={noun: rest[0]})


def _as_words(keys: Iterable[str]) -> str:
    return " ".join(key for key in keys if key != "issues").replace("_", " ").replace("-", " ")


def _phrase(scenario: Scenario, words: str, named: Sequence[Mapping[str, str]]) -> str:
    """Return a description with what its nouns stand for; what it has no noun for goes before."""
    before = []
    for noun in named[0]:
        told = _together(scenario, noun, list(dict.fromkeys(names[noun] for names in named)))
        if noun in words:
            words = words.replace(noun, told, 1)
        elif noun != "the obligor" and not (noun == "the talk" and len(scenario.talks) == 1):
            before.append(told.removeprefix("the talk of ").removeprefix("the "))
    return f"{listing(before)}: {words}" if before else words


def _together(scenario: Scenario, noun: str, keys: Sequence[str]) -> str:
    """Return one or several of a kind as one: ``every country but Japan``."""
    if len(keys) == 1:
        return _one(scenario, noun, keys[0])
    kind = noun.removeprefix("the ")
    every = {"the country": scenario.countries, "the talk": scenario.talks}.get(noun, ())
    rest = [key for key in every if key not in keys]
    if every and len(rest) < min(2, len(keys)):
        return f"every {kind} but {_one(scenario, noun, rest[0])}" if rest else f"every {kind}"
    if noun in _COUNTRIES:
        return f"each of {listing(_mentions(scenario, keys))}"
    return f"each of the {kind}s {listing(keys)}"


def _one(scenario: Scenario, noun: str, key: str) -> str:
    """Return what stands for a noun: ``the talk of Japan and Korea``, ``the car tariff``."""
    if noun in _COUNTRIES:
        return wording.mention(scenario, key)
    if noun == "the issue":
        return f"the {_as_words([key])}"
    parties = _mentions(scenario, _parties(scenario, noun).get(key, ()))
    if noun == "the threat" and parties:
        return f"{noun} of {parties[0]} to {listing(parties[1:])}"
    if noun == "the pair" and parties:
        return listing(parties)
    return f"{noun} of {listing(parties)}" if parties else f"{noun} {key}"


def _parties(scenario: Scenario, noun: str) -> dict[str | None, Iterable[str]]:
    """Return between whom each of a kind is, by its key; a threat begins with who makes it."""
    talks = scenario.talks
    if noun == "the talk":
        return {key: talk.parties for key, talk in talks.items()}
    if noun == "the deal":
        return {deal.id: talks[deal.talk].parties for deal in scenario.deals}
    if noun == "the pair":
        return {edge.id: edge.between for edge in scenario.relationships}
    if noun == "the coalition":
        return {coalition.id: coalition.members for coalition in scenario.coalitions}
    if noun == "the threat":
        return {t.id: dict.fromkeys([t.by, *talks[t.talk].parties]) for t in scenario.threats}
    return {}


def _mentions(scenario: Scenario, keys: Iterable[str]) -> list[str]:
    return [wording.mention(scenario, key) for key in keys]
