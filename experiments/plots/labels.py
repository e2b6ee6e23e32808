"""The names of axes and metrics of a sweep in pictures."""

from collections.abc import Iterable

from experiments.display import wording
from experiments.runs.metrics import METRICS
from simulator.scenario.scenario import Scenario
from simulator.text import listing

__all__ = ["axis_label", "metric_label"]


def axis_label(scenario: Scenario, paths: Iterable[str]) -> str:
    """Return what an axis varies in words: ``United States: compliance probability``."""
    pairs = [_subject_and_words(scenario, path) for path in paths]
    subjects = list(dict.fromkeys(subject for subject, _ in pairs if subject))
    words = listing(list(dict.fromkeys(words for _, words in pairs)))
    return f"{listing(subjects)}: {words}" if subjects else words


def metric_label(scenario: Scenario, metric: str, with_unit: bool = True) -> str:
    """Return a metric in words, with its unit in brackets; one of the user's own by its name."""
    for known in METRICS:
        key = known.names(scenario).get(metric)
        if key is not None:
            words = known.words.format(_name(scenario, key))
            return f"{words} ({known.unit})" if with_unit and known.unit else words
    return metric


def _subject_and_words(scenario: Scenario, path: str) -> tuple[str, str]:
    """Return which country or talk a path is about, if any, and the rest of it in words."""
    head, *rest = path.split(".")
    if head in ("countries", "talks") and len(rest) > 1:
        words = [word for word in rest[1:] if word != "issues"]
        return _name(scenario, rest[0]), _as_words(words)
    return "", _as_words([head, *rest])


def _name(scenario: Scenario, key: str) -> str:
    named = wording.talk_name if key in scenario.talks else wording.name
    return named(scenario, key)


def _as_words(words: Iterable[str]) -> str:
    return " ".join(words).replace("_", " ").replace("-", " ")
