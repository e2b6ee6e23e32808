"""Texts that are nearly those of a valid file: what a tired, or a hostile, hand makes of them.

They know the pieces of which files are made (numbers, names, quoted texts, lines, elements), not
their formats.
"""

import random
import re
from collections.abc import Callable, Sequence

__all__ = ["mutated"]

NUMBERS = (
    *("0", "-1", "1e308", "-1e308", "1e309", "1e-320", "9" * 25, "9" * 400, "9" * 5000, "nan"),
    *("inf", "-inf", "0x" + "f" * 400, "1_000", "²", "٣", ".5", "1e", "--1", "00", "100001"),
    *("0.1" + "1" * 900, "1" * 800 + ".", "true", "null", "none", '"1"', "[1]", "{}", ""),
)
TEXTS = (
    *("", " ", "\0", "\ud800", "\\ud800", "\x1b[31m", "\u202e", "x" * 5000, "²", "é", "\n"),
    *("~no-such-user/x", "a.b", "../x", "/dev/zero", "-", "'", '\\"', '"', "\\", "null", "0"),
    *("{a,b}", "<x>", "&a;", "boulware:exponent=1e400", "{bidding=" * 60, "+noisy" * 90),
    "a" + ".a" * 3000,
)
NESTS = (("[", "]"), ("{a=", "}"), ('{"a":', "}"), ("<a>", "</a>"), ("(", ")"), ('"', '"'))
_NUMBER = re.compile(r"(?<![\w.])[+-]?\d[\d_]*(?:\.\d*)?(?:e[+-]?\d+)?")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_QUOTED = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'')
_ELEMENT = re.compile(r"<[^<>]*>|\[\[?[^\[\]\n]*\]?\]|\{[^{}]*\}")
_LINE = re.compile(r"[^\n]*\n")

Mutation = Callable[[str, random.Random], str]


def mutated(text: str, others: Sequence[str], draws: random.Random) -> bytes:
    """Return the bytes of a text with one to four things changed in it, some taken from others."""
    for _ in range(draws.choice((1, 1, 1, 2, 2, 3, 4))):
        if draws.random() < 0.05:
            text = _spliced(text, draws.choice(others), draws)
        else:
            text = draws.choice(_MUTATIONS)(text, draws)
    data = text.encode("utf-8", "surrogatepass")
    return _garbled(data, draws) if draws.random() < 0.05 else data


def _number(text: str, draws: random.Random) -> str:
    return _replaced(text, _NUMBER, draws, lambda _: draws.choice(NUMBERS))


def _quoted(text: str, draws: random.Random) -> str:
    def quoted(old: str) -> str:
        return f"{old[0]}{draws.choice(TEXTS)}{old[0]}"

    return _replaced(text, _QUOTED, draws, quoted)


def _value(text: str, draws: random.Random) -> str:
    """Return a text with a number for a quoted text, or the other way round."""
    pattern = draws.choice((_NUMBER, _QUOTED))
    return _replaced(text, pattern, draws, lambda _: draws.choice((*NUMBERS, *TEXTS)))


def _misspelt(text: str, draws: random.Random) -> str:
    return _replaced(text, _NAME, draws, lambda name: _slip(name, draws))


def _slip(name: str, draws: random.Random) -> str:
    at = draws.randrange(len(name))
    return draws.choice(
        (
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :],
            name.swapcase(),
            name + "s",
            name.replace("_", "").replace("-", "_"),
            draws.choice(TEXTS),
        )
    )


def _dropped(text: str, draws: random.Random) -> str:
    return _replaced(text, _piece(draws), draws, lambda _: "")


def _doubled(text: str, draws: random.Random) -> str:
    times = draws.choice((2, 2, 2, 3, 100))
    return _replaced(text, _piece(draws), draws, lambda piece: piece * times)


def _nested(text: str, draws: random.Random) -> str:
    before, after = draws.choice(NESTS)
    depth = draws.choice((3, 90, 150, 990, 3000))
    closed = depth if draws.random() < 0.7 else 0
    pattern = draws.choice((_NUMBER, _QUOTED, _NAME, _ELEMENT))
    return _replaced(text, pattern, draws, lambda x: f"{before * depth}{x}{after * closed}")


def _cut(text: str, draws: random.Random) -> str:
    return text[: draws.randint(0, len(text))]


def _swapped(text: str, draws: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    draws.shuffle(lines) if draws.random() < 0.2 else None
    if len(lines) > 1:
        a, b = draws.sample(range(len(lines)), 2)
        lines[a], lines[b] = lines[b], lines[a]
    return "".join(lines)


def _inserted(text: str, draws: random.Random) -> str:
    at = draws.randint(0, len(text))
    return text[:at] + draws.choice((*TEXTS, *NUMBERS)) + text[at:]


def _spliced(text: str, other: str, draws: random.Random) -> str:
    return text[: draws.randint(0, len(text))] + other[draws.randint(0, len(other)) :]


def _garbled(data: bytes, draws: random.Random) -> bytes:
    at = draws.randint(0, len(data))
    return data[:at] + draws.choice((b"\xff", b"\0", b"\xfe\xff", b"\xed\xa0\x80")) + data[at:]


def _piece(draws: random.Random) -> re.Pattern[str]:
    return draws.choice((_LINE, _ELEMENT, _NAME, _QUOTED, _NUMBER))


def _replaced(
    text: str, pattern: re.Pattern[str], draws: random.Random, new: Callable[[str], str]
) -> str:
    """Return a text with one match of a pattern replaced, at random; the same if there is none."""
    found = list(pattern.finditer(text))
    if not found:
        return text
    match = draws.choice(found)
    return text[: match.start()] + new(match[0]) + text[match.end() :]


_MUTATIONS: Sequence[Mutation] = (
    *(_number, _number, _quoted, _value, _misspelt, _misspelt, _dropped, _doubled),
    *(_nested, _cut, _swapped, _inserted),
)
