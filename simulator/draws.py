"""Random draws, each a function of what it is for and of nothing else.

A draw has an address: the run's seed, a stream (what is drawn), ids (for whom), and the week,
round and count within them. The same address gives the same number whatever was drawn before,
in whatever order and by whatever program. In 64-bit integers, all arithmetic modulo 2^64:

- ``G = 0x9E3779B97F4A7C15``, and ``mix`` is the output function of SplitMix64 (Steele, Lea &
  Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA; constants: variant 13 of
  D. Stafford);
- ``key`` = BLAKE2b with 8 bytes of digest, read as little-endian, of the stream and then the ids,
  each as the length of its UTF-8 bytes in 4 bytes little-endian, followed by these bytes;
- ``fold`` = the seed itself if it is in [0, 2^64), else BLAKE2b as above of its decimal digits,
  with ``-`` in front of a negative one (and no length);
- ``start = mix(mix(fold + G) ^ key)``, ``row = mix(start + week * G)`` and
  ``bits = mix(row + (round * 2^32 + count + 1) * G)``;
- a uniform draw is the upper 53 bits times 2^-53; a normal one is the inverse normal
  distribution function (Wichura 1988, "Algorithm AS 241: the percentage points of the normal
  distribution", Applied Statistics 37) of the upper 52 bits plus one half, times 2^-52, which is
  never 0 or 1.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

from simulator.arithmetic import log

__all__ = [
    "WORDS",
    "Words",
    "as_normal",
    "as_uniform",
    "bits",
    "fold",
    "key",
    "mix",
    "normal",
    "quantile",
    "ratio",
    "start",
    "uniform",
]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
#: The constants of the arithmetic: multipliers, the mask, how far words are shifted, and one. As
#: Python's integers here; where the rules are compiled, as unsigned words of 64 bits.
Words = tuple[int, int, int, int, int, int, int, int, int]
WORDS: Words = (_GOLDEN, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, _MASK, 30, 27, 31, 32, 1)
_ADDRESSES = 4096  # of one seed a world uses about a hundred

#: Coefficients of AS 241, of the highest power first: numerators and denominators of the middle, of
#: the tails, and of what lies far out.
_MIDDLE = (
    (
        *(2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4),
        *(4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3),
        *(1.3314166789178437745e2, 3.3871328727963666080e0),
    ),
    (
        *(5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4),
        *(2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2),
        *(4.2313330701600911252e1, 1.0),
    ),
)
_TAILS = (
    (
        *(7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1),
        *(1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0),
        *(4.63033784615654529590e0, 1.42343711074968357734e0),
    ),
    (
        *(1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2),
        *(1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0),
        *(2.05319162663775882187e0, 1.0),
    ),
)
_FAR_OUT = (
    (
        *(2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3),
        *(2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0),
        *(5.46378491116411436990e0, 6.65790464350110377720e0),
    ),
    (
        *(2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5),
        *(7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1),
        *(5.99832206555887937690e-1, 1.0),
    ),
)


def uniform(
    seed: int, stream: str, ids: tuple[str, ...], week: int = 0, round: int = 0, count: int = 0
) -> float:
    """Return the draw at this address, uniform in [0, 1).

    Parameters
    ----------
    seed : int
        The run's seed, any integer.
    stream : str
        What is drawn.
    ids : tuple of str
        For whom: talk, party, issue and the like; their order counts.
    week : int
        The week of the world, or of what the stream is dated by.
    round, count : int
        The round of a talk and the number of the draw in it, both in [0, 2^32).
    """
    return as_uniform(bits(_start(seed, stream, ids), week, round, count))


def normal(
    seed: int, stream: str, ids: tuple[str, ...], week: int = 0, round: int = 0, count: int = 0
) -> float:
    """Return the draw at this address, standard normal and always finite.

    It is made of the same bits as the uniform draw of that address: two draws that shall not
    depend on each other need two streams.

    Parameters
    ----------
    seed : int
        The run's seed, any integer.
    stream : str
        What is drawn.
    ids : tuple of str
        For whom: talk, party, issue and the like; their order counts.
    week : int
        The week of the world, or of what the stream is dated by.
    round, count : int
        The round of a talk and the number of the draw in it, both in [0, 2^32).
    """
    return as_normal(bits(_start(seed, stream, ids), week, round, count))


def as_uniform(drawn: int, eleven: int = 11) -> float:
    """Return 64 bits as a number in [0, 1)."""
    return (drawn >> eleven) * 2.0**-53


def as_normal(drawn: int, twelve: int = 12) -> float:
    """Return 64 bits as a standard normal number."""
    return quantile(((drawn >> twelve) + 0.5) * 2.0**-52)


def quantile(share: float) -> float:
    """Return what a standard normal number falls short of with this probability, in (0, 1)."""
    q = share - 0.5
    if abs(q) <= 0.425:
        return q * ratio(_MIDDLE[0], _MIDDLE[1], 0.180625 - q * q)
    r = math.sqrt(-log(share if q < 0.0 else 1.0 - share))
    if r <= 5.0:
        x = ratio(_TAILS[0], _TAILS[1], r - 1.6)
    else:
        x = ratio(_FAR_OUT[0], _FAR_OUT[1], r - 5.0)
    return -x if q < 0.0 else x


def ratio(above: Sequence[float], below: Sequence[float], x: float) -> float:
    """Return the ratio of two polynomials, by their coefficients from the highest power on."""
    numerator, denominator = 0.0, 0.0
    for k in range(len(above)):
        numerator, denominator = numerator * x + above[k], denominator * x + below[k]
    return numerator / denominator


def start(fold: int, key: int, words: Words = WORDS) -> int:
    """Return where the draws for somebody begin, by the fold of the seed and the key."""
    golden, mask = words[0], words[3]
    return mix(mix(fold + golden & mask, words) ^ key, words)


def bits(start: int, week: int, round: int, count: int, words: Words = WORDS) -> int:
    """Return the 64 bits of a week, round and count."""
    golden, mask, half, one = words[0], words[3], words[7], words[8]
    row = mix(start + week * golden & mask, words)
    return mix(row + ((round << half) + count + one) * golden & mask, words)


def mix(z: int, words: Words = WORDS) -> int:
    """Return a word whose bits each hang on all of those of `z`."""
    _, first, second, mask, thirty, twenty_seven, thirty_one, _, _ = words
    z = (z ^ (z >> thirty)) * first & mask
    z = (z ^ (z >> twenty_seven)) * second & mask
    return z ^ (z >> thirty_one)


@lru_cache(maxsize=_ADDRESSES)
def _start(seed: int, stream: str, ids: tuple[str, ...]) -> int:
    return start(fold(seed), key(stream, ids))


def fold(seed: int) -> int:
    """Return a seed as a word of 64 bits."""
    return seed if 0 <= seed <= _MASK else _hash(str(seed).encode())


@lru_cache(maxsize=_ADDRESSES)
def key(stream: str, ids: tuple[str, ...]) -> int:
    """Return what is drawn, and for whom, as a word of 64 bits."""
    words = [word.encode() for word in (stream, *ids)]
    # The lengths keep ("a", "bc") and ("ab", "c") apart.
    return _hash(b"".join(len(word).to_bytes(4, "little") + word for word in words))


def _hash(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")
