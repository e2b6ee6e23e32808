"""Trust that is slow to gain and quick to lose: the default."""

import math
from dataclasses import dataclass

from agents.trust.model import State
from simulator.arithmetic import log1p, power
from simulator.errors import require

__all__ = ["Asymmetric", "check_rates", "drifted", "promises_to_recover", "updated"]


def drifted(trust: float, prior: float, lam: float, dt: float) -> float:
    """Return trust after `dt` periods without evidence: ``prior + (trust - prior) lam^dt``.

    Parameters
    ----------
    trust, prior : float
        Trust now and without evidence, in [0, 1].
    lam : float
        What is left after one period of the distance to the prior, in (0, 1].
    dt : float
        Periods, at least 0.
    """
    left = power(lam, dt)
    # Not only faster: prior + (trust - prior) may differ from trust in the last digit.
    return trust if left == 1.0 else prior + (trust - prior) * left


def updated(trust: float, quality: float, weight: float, up: float, down: float) -> float:
    """Return trust after evidence: a share `up` of what is missing gained, or `down` of it lost.

    With ``c = 2 quality - 1``: ``trust + up weight c (1 - trust)`` if c > 0,
    ``trust (1 - down weight |c|)`` if c < 0.

    Parameters
    ----------
    trust, quality, weight : float
        Each in [0, 1].
    up, down : float
        Speeds of gain and loss, in (0, 1).

    References
    ----------
    Linear gain and loss with unequal speeds: Jonker & Treur (1999), "Formal analysis of models
    for the dynamics of trust based on experiences", MAAMAW. That trust is lost faster than it
    is gained: Slovic (1993), "Perceived risk, trust, and democracy", Risk Analysis 13.
    """
    c = 2.0 * quality - 1.0
    if c > 0.0:
        return trust + up * weight * c * (1.0 - trust)
    return trust * (1.0 + down * weight * c)


def promises_to_recover(before: float, after: float, up: float) -> float:
    """Return how many kept promises bring trust from `after` a breach back to `before` it.

    It is ``log((1 - before) / (1 - after)) / log(1 - up)``, of promises at full stake and
    without drift; round it up for whole promises.

    Parameters
    ----------
    before, after : float
        Trust before and after the breach, ``0 <= after <= before <= 1``; infinite for a
        `before` of 1, which no finite number of promises reaches.
    up : float
        Speed of gain, in (0, 1).
    """
    if before == after:
        return 0.0
    if before == 1.0:
        return math.inf
    return (log1p(-before) - log1p(-after)) / log1p(-up)


def check_rates(name: str, up: float, down: float, t0: float, lam: float) -> None:
    """Refuse parameters that a model of slow gain, quick loss and drift cannot take.

    Raises
    ------
    PartError
        Unless 0 < up <= down < 1, t0 in [0, 1] and lam in (0, 1].
    """
    require(0 < up < 1, name, "up", up, "a number above 0 and at most down, below 1")
    require(up <= down < 1, name, "down", down, f"a number from up ({up}) to below 1", by="up")
    require(0 <= t0 <= 1, name, "t0", t0, "from 0 to 1")
    require(0 < lam <= 1, name, "lam", lam, "a number above 0 and at most 1")


@dataclass(frozen=True, kw_only=True)
class Asymmetric:
    """Trust that a breach lowers faster than a kept promise raises it, and that time forgets.

    Parameters
    ----------
    up : float
        Share of the missing trust that a kept promise wins from the country (0 to 1): above 0, at
        most down.
    down : float
        Share of the trust of the country that a full breach costs (0 to 1): from up, below 1.
    t0 : float
        Trust of the country without evidence (0 to 1): where it starts, and drifts back to.
    lam : float
        Memory of the country for evidence (share left after one trust period): what is left of the
        distance to t0, in (0, 1]; 1 is no drift.
    """

    up: float = 0.10
    down: float = 0.30
    t0: float = 0.5
    lam: float = 0.98

    def __post_init__(self) -> None:
        check_rates("asymmetric", self.up, self.down, self.t0, self.lam)

    def init(self) -> State:
        """Return the prior."""
        return (float(self.t0),)

    def tick(self, state: State, dt: float) -> State:
        """Return the state drifted toward the prior."""
        return (drifted(state[0], self.t0, self.lam, dt),)

    def update(self, state: State, quality: float, weight: float) -> State:
        """Return the state after evidence."""
        return (updated(state[0], quality, weight, self.up, self.down),)

    def value(self, state: State) -> float:
        """Return the trust."""
        return state[0]
