"""What the readers of files share: the bytes of a file, and all that is wrong with it."""

import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from simulator import literals
from simulator.errors import MISSING, DomainError, InputError, Problem, nearest
from simulator.files import MAX_BYTES, file_bytes
from simulator.negotiation.issues import MAX_OUTCOMES

__all__ = ["MAX_BYTES", "Reading", "content"]

#: Half a character, as JSON can write it; no file can hold it.
_SURROGATE = re.compile("[\ud800-\udfff]")
#: So many problems of a file are kept, and so many names compared with one that is unknown.
_MOST_PROBLEMS, _MOST_NAMES = 20, 1000


def content(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises DomainError if there is none, it cannot be read, or is larger than `MAX_BYTES`.
    """
    try:
        return file_bytes(path, MAX_BYTES)
    except InputError as error:
        raise DomainError(error.problems, str(path)) from None


class Reading:
    """Takes values out of a file, the source in messages, and collects what is wrong with them.

    What is refused is replaced by a value that lets the reading go on, so that the problems of a
    file, the first twenty, are told at once. Remarks tell what was mended or passed over.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.remarks: list[str] = []

    def refuse(
        self,
        key: str,
        value: object,
        allowed: str,
        among: Iterable[str] = (),
        name: object = None,
    ) -> None:
        """Note that `value` at `key` is none of what is `allowed`.

        The problem names the one `among` those that could be meant which is nearest to the value,
        or to `name` if that is what is wrong.
        """
        if len(self.problems) < _MOST_PROBLEMS:
            wrong = value if name is None else name
            hint = nearest(wrong, itertools.islice(among, _MOST_NAMES))
            self.problems.append(Problem(key, value, allowed, hint))

    def unknown(self, key: str, value: object, name: str, known: Sequence[str], what: str) -> None:
        """Refuse something whose `name` is nearly a known one; remark what is like none of these.

        `what` it is, such as a key, stands in both.
        """
        listed = f"the {what}s are: {', '.join(known)}"
        if nearest(name, known) is not None:
            self.refuse(key, value, f"no such {what}; {listed}", known, name=name)
        elif len(self.remarks) < _MOST_PROBLEMS:
            counts = f"no such {what}, which counts for nothing; {listed}"
            self.remarks.append(str(Problem(key, value, counts)))

    def keys(self, where: str, table: Mapping[str, object], known: Sequence[str]) -> None:
        """Refuse or remark the keys of a table, which stands at `where`, that are not known."""
        strange = (key for key in table if key not in known)
        for key in itertools.islice(strange, _MOST_NAMES):
            self.unknown(f"{where}{key}", table[key], key, known, "key")

    def number(
        self,
        key: str,
        value: object,
        words: str = "a finite number",
        holds: Callable[[float], bool] = lambda x: True,
    ) -> float:
        """Return a number for which `holds`, 0 in place of another."""
        if not literals.is_number(value):
            self.refuse(key, value, words)
        elif math.inf > abs(value) > literals.LARGEST:
            self.refuse(key, value, f"{words}, at most {literals.LARGEST:g} in size")
        elif not (literals.is_finite(value) and holds(value)):
            self.refuse(key, value, words)
        else:
            return float(value)
        return 0.0

    def table(self, key: str, value: object) -> dict[str, Any]:
        """Return a table that holds something, an empty one in place of anything else."""
        if isinstance(value, dict) and value:
            return value
        self.refuse(key, value, "a table of names and values")
        return {}

    def listed(self, key: str, value: object, words: str = "a list") -> list[Any]:
        """Return a list that holds something, an empty one in place of anything else."""
        if isinstance(value, list) and value:
            return value
        self.refuse(key, value, words)
        return []

    def name(self, key: str, value: object) -> str:
        """Return a name, an empty one in place of anything else."""
        if isinstance(value, str) and value.strip() and not _SURROGATE.search(value):
            return value
        self.refuse(key, value, "a name, not empty")
        return ""

    def each(
        self, where: Callable[[str], str], given: Mapping[str, Any], names: Sequence[str], kind: str
    ) -> list[Any]:
        """Return what is `given` for each of the `names`; MISSING where nothing is.

        Refused is what is given under another name; `where` says at which key a name stands.
        """
        known = set(names)
        for name in given:
            if name not in known:
                self.refuse(where(name), name, f"{kind} that the domain has", names)
        return [given.get(name, MISSING) for name in names]

    def numbers(
        self, where: Callable[[str], str], given: Mapping[str, Any], names: Sequence[str], kind: str
    ) -> list[float]:
        """Return the number that is `given` for each of the `names`, and refuse as `each` does."""
        values = self.each(where, given, names, kind)
        return [self.number(where(name), value) for name, value in zip(names, values, strict=True)]

    def steps(self, key: str, low: float, high: float, step: float = 1.0) -> int:
        """Return how many values lie from `low` to `high`, one if they are none or too many."""
        if step > 0 and low <= high:
            count = (high - low) / step + 1 + 1e-9
            if count < MAX_OUTCOMES + 1:
                return int(count)
        words = f"a range from low to high of at most {MAX_OUTCOMES:,} values"
        self.refuse(key, [low, high, step], words)
        return 1

    def done(self) -> None:
        """End the reading. Raises DomainError with every problem, if there are any."""
        if self.problems:
            raise DomainError(self.problems, self.source)
