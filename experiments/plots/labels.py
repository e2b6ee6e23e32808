"""What axes and metrics of a sweep are called in pictures."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from experiments.display import wording

if TYPE_CHECKING:
    from simulator.scenario.scenario import Scenario

__all__ = ["axis_label", "metric_label"]

#: Metrics of the whole run in words, and their unit.
_WHOLE = {
    "mean_trust_end": ("mean trust at the end", "0 to 1"),
    "share_signed": ("talks with a deal signed", "share"),
    "share_in_force": ("talks with a deal in force at the end", "share"),
    "first_signing": ("first signing", "week"),
    "nash_distance": ("distance of deals to the Nash point", "US$ bn a year"),
    "disregards": ("commitments disregarded", ""),
}
#: How the names of other metrics begin, before a country or a talk; what they measure, and in what.
_EACH = {
    "payoff_material_": ("material payoff of {}", "US$ bn"),
    "payoff_weighted_": ("weighted payoff of {}", "US$ bn"),
    "cumulative_": ("discounted payoff of {}", "US$ bn"),
    "trust_in_": ("mean trust in {} at the end", "0 to 1"),
    "trust_of_": ("mean trust of {} at the end", "0 to 1"),
    "first_signing_": ("first signing, {}", "week"),
    "signed_": ("deals signed, {}", ""),
}


def axis_label(scenario: "Scenario", paths: Iterable[str]) -> str:
    """Return what an axis varies in words: ``United States: compliance probability``.

    Parameters
    ----------
    scenario : Scenario
        Whose countries and talks are named.
    paths : iterable of str
        The dotted paths that vary together.
    """
    parted = [_parted(scenario, path) for path in paths]
    whose = list(dict.fromkeys(who for who, _ in parted if who))
    what = wording.listing(list(dict.fromkeys(what for _, what in parted)))
    return f"{wording.listing(whose)}: {what}" if whose else what


def metric_label(scenario: "Scenario", metric: str, with_unit: bool = True) -> str:
    """Return a metric in words, with its unit; one of the user's own by its name.

    Parameters
    ----------
    scenario : Scenario
        Whose countries and talks are named.
    metric : str
        Its name in results.
    with_unit : bool
        Whether the unit stands behind it, in brackets.
    """
    words, unit = _measured(scenario, metric)
    return f"{words} ({unit})" if with_unit and unit else words


def _measured(scenario: "Scenario", metric: str) -> tuple[str, str]:
    """Return a metric in words, and its unit."""
    if metric in _WHOLE:
        return _WHOLE[metric]
    for start, (words, unit) in _EACH.items():
        key = metric.removeprefix(start)
        if key != metric and (key in scenario.countries or key in scenario.talks):
            return words.format(_called(scenario, key)), unit
    return metric.replace("_", " ") if "." not in metric else metric, ""


def _parted(scenario: "Scenario", path: str) -> tuple[str, str]:
    """Return of whom a path speaks, empty if of the world as a whole, and of what."""
    head, *rest = path.split(".")
    if head in ("countries", "talks") and len(rest) > 1:
        words = [word for word in rest[1:] if word != "issues"]
        return _called(scenario, rest[0]), _spoken(words)
    return "", _spoken([head, *rest])


def _called(scenario: "Scenario", key: str) -> str:
    return (
        wording.talk_name(scenario, key) if key in scenario.talks else wording.name(scenario, key)
    )


def _spoken(words: Iterable[str]) -> str:
    return " ".join(words).replace("_", " ").replace("-", " ")
