"""What axes and metrics of a sweep are called in pictures."""

from collections.abc import Iterable

from experiments.display import wording
from experiments.runs.metrics import METRICS
from simulator.scenario.scenario import Scenario

__all__ = ["axis_label", "metric_label"]


def axis_label(scenario: Scenario, paths: Iterable[str]) -> str:
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


def metric_label(scenario: Scenario, metric: str, with_unit: bool = True) -> str:
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
    for known in METRICS:
        key = known.names(scenario).get(metric)
        if key is not None:
            words = known.words.format(_name(scenario, key))
            return f"{words} ({known.unit})" if with_unit and known.unit else words
    return metric


def _parted(scenario: Scenario, path: str) -> tuple[str, str]:
    """Return of whom a path speaks, empty if of the world as a whole, and of what."""
    head, *rest = path.split(".")
    if head in ("countries", "talks") and len(rest) > 1:
        words = [word for word in rest[1:] if word != "issues"]
        return _name(scenario, rest[0]), _spoken(words)
    return "", _spoken([head, *rest])


def _name(scenario: Scenario, key: str) -> str:
    return (
        wording.talk_name(scenario, key) if key in scenario.talks else wording.name(scenario, key)
    )


def _spoken(words: Iterable[str]) -> str:
    return " ".join(words).replace("_", " ").replace("-", " ")
