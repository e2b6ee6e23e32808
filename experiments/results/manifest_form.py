"""Whether a manifest is as it was written: its digest, and the form of what is in it."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from hashlib import blake2b
from typing import Any

from experiments.design.plan import MOST_RUNS
from experiments.design.sampling import DESIGNS, number_of_points
from experiments.design.validation import is_timeout
from simulator import literals
from simulator.errors import MISSING, Problem, nearest

__all__ = ["DIGEST", "FORMAT", "digest_of", "fault_of"]

#: The key of the digest; formats before DIGESTED had none.
DIGEST = "digest"
DIGESTED = 3
#: Format 4 has the columns `simulator.world.records.LATER`, which are read as empty before.
FORMAT = 4


def digest_of(content: Mapping[str, Any]) -> str:
    """Return a digest of all that a manifest holds besides it, as JSON has it, order included."""
    rest = {key: value for key, value in content.items() if key != DIGEST}
    text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def fault_of(content: object) -> str:
    """Return what is wrong with what a manifest holds, as JSON has it; nothing if all is well."""
    if not isinstance(content, dict) or not isinstance(content.get("experiment"), dict):
        return "it is not the manifest of a sweep"
    version = content.get("format", MISSING)
    if literals.is_whole(version, least=FORMAT + 1):
        later = f"it is of format {version}, and this version of tradetalks reads up to {FORMAT}"
        return f"it was written by a later version of tradetalks: {later}; update tradetalks"
    if _is_too_deep(content):
        return f"it is damaged: more than {literals.DEEPEST} lists and tables within each other"
    problem, digest = next(_problems(content), None), digest_of(content)
    digested = literals.is_whole(version, least=DIGESTED)
    if (DIGEST in content or digested) and digest != content.get(DIGEST):
        changed = "it has been changed since it was written, as its digest tells"
        return f"{changed}{f' ({problem})' if problem else ''}; restore it from a copy"
    return f"it is damaged: {problem}" if problem else ""


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(literals.DEEPEST):
        inner = (
            v.values() if isinstance(v, dict) else v for v in level if isinstance(v, dict | list)
        )
        level = [v for values in inner for v in values if isinstance(v, dict | list)]
        if not level:
            return False
    return True


def _problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Give what is wrong with the values of a manifest."""
    yield from _wrong(content, _MANIFEST)
    experiment = content["experiment"]
    yield from _wrong(experiment, _EXPERIMENT, "experiment.")
    known = {*_EXPERIMENT, *_CHECKED_ON_READING}
    for key in experiment:
        if key not in known:
            yield Problem(f"experiment.{key}", experiment[key], "no such key", nearest(key, known))
    for path, axis in experiment["axes"].items():
        if not _is_axis(axis):
            yield Problem(f"experiment.axes.{path}", axis, "values, or low, high and integer")
    yield from _counting(content, experiment)


def _counting(content: Mapping[str, Any], experiment: Mapping[str, Any]) -> Iterator[Problem]:
    """Give what is wrong with the numbers of points and runs."""
    lengths = [len(axis.get("values", ())) for axis in experiment["axes"].values()]
    points = number_of_points(experiment["design"], experiment.get("samples") or 0, lengths)
    if content["points"] != points:
        yield Problem("points", content["points"], f"{points:,}, as the axes and the design give")
    runs = points * experiment["replications"]
    if content["runs"] != runs:
        yield Problem("runs", content["runs"], f"{runs:,}, as points and replications give")
    if runs > MOST_RUNS:
        yield Problem("runs", runs, f"at most {MOST_RUNS:,}")


def _wrong(
    table: Mapping[str, Any], form: Mapping[str, tuple[Callable[[Any], bool], str]], head: str = ""
) -> Iterator[Problem]:
    for key, (holds, allowed) in form.items():
        value = table.get(key, None if key in _MAY_LACK else MISSING)
        if not holds(value):
            yield Problem(f"{head}{key}", value, allowed)


def _is_count(value: object) -> bool:
    return literals.is_whole(value, least=1)


def _is_shard(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return value is None
    return all(map(_is_count, value)) and bool(value[0] <= value[1])


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _is_table_of_texts(value: object) -> bool:
    return value is None or (isinstance(value, dict) and all(map(_is_text, value.values())))


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_notes(key: str, holds: Callable[[object], bool], value: object) -> bool:
    """Return whether a value is a list of dated notes, each with a key of that form; or nothing."""
    return value is None or (
        isinstance(value, list)
        and all(isinstance(note, dict) and _is_text(note.get("since")) for note in value)
        and all(holds(note.get(key)) for note in value)
    )


def _is_axis(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    if value.keys() == {"values"}:
        return isinstance(value["values"], list)
    ends = (value.get("low"), value.get("high"))
    return value.keys() == {"low", "high", "integer"} and all(map(literals.is_finite, ends))


_MAY_LACK = ("timeout", "timeouts", "code", "set", "repairs", "samples", "scenario")
#: What stands under each key, and how it is said.
_MANIFEST: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "format": (_is_count, "the number of a format"),
    "tradetalks": (_is_text, "a version"),
    "points": (_is_count, "a whole number, at least 1"),
    "runs": (_is_count, "a whole number, at least 1"),
    "shard": (_is_shard, "nothing, or [i, n] with i from 1 to n"),
    "countries": (_is_list_of_texts, "a list of names"),
    "code": (_is_table_of_texts, "a table of digests"),
    "timeout": (is_timeout, "nothing, or a number above 0"),
    "timeouts": (
        partial(_are_notes, "before", is_timeout),
        "a list of notes, each with since and before",
    ),
    "set": (_is_table_of_texts, "a table of texts"),
    "repairs": (partial(_are_notes, "runs", _is_text), "a list of notes, each with since and runs"),
}
_EXPERIMENT: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "axes": (_is_table, "a table of axes"),
    "design": (lambda value: _is_text(value) and value in DESIGNS, f"one of {', '.join(DESIGNS)}"),
    "samples": (lambda value: value is None or _is_count(value), "nothing, or a whole number"),
    "replications": (_is_count, "a whole number, at least 1"),
    "seed": (literals.is_whole, "a whole number"),
    "scenario": (lambda value: value is None or _is_table(value), "a table"),
}
#: The other keys, which are looked at when the experiment is read.
_CHECKED_ON_READING = (
    *("name", "title", "common_random_numbers", "tables", "metrics", "model", "scenario_hash"),
)
