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
  distribution function (Wichura 1988, algorithm AS 241) of the upper 52 bits plus one half,
  times 2^-52, which is never 0 or 1.
"""

from functools import lru_cache
from hashlib import blake2b
from statistics import NormalDist

__all__ = ["normal", "uniform"]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_ADDRESSES = 4096  # of one seed a world uses about a hundred

_quantile = NormalDist().inv_cdf


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
    return (_bits(seed, stream, ids, week, round, count) >> 11) * 2.0**-53


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
    return _quantile(((_bits(seed, stream, ids, week, round, count) >> 12) + 0.5) * 2.0**-52)


def _bits(seed: int, stream: str, ids: tuple[str, ...], week: int, round: int, count: int) -> int:
    row = _mix(_start(seed, stream, ids) + week * _GOLDEN & _MASK)
    return _mix(row + ((round << 32) + count + 1) * _GOLDEN & _MASK)


@lru_cache(maxsize=_ADDRESSES)
def _start(seed: int, stream: str, ids: tuple[str, ...]) -> int:
    return _mix(_mix(_fold(seed) + _GOLDEN & _MASK) ^ _key(stream, ids))


def _fold(seed: int) -> int:
    return seed if 0 <= seed <= _MASK else _hash(str(seed).encode())


@lru_cache(maxsize=_ADDRESSES)
def _key(stream: str, ids: tuple[str, ...]) -> int:
    words = [word.encode() for word in (stream, *ids)]
    # The lengths keep ("a", "bc") and ("ab", "c") apart.
    return _hash(b"".join(len(word).to_bytes(4, "little") + word for word in words))


def _hash(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


def _mix(z: int) -> int:
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & _MASK
    return z ^ (z >> 31)
