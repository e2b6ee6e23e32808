"""Trust under a scar: a breach leaves a mark that caps recovery until it has healed."""

from dataclasses import dataclass

from agents.trust.asymmetric import check_rates, drifted
from agents.trust.model import State
from simulator.arithmetic import power
from simulator.errors import require

__all__ = ["TwoLayer", "capped", "healed", "scarred"]


def healed(scar: float, heal: float, dt: float) -> float:
    """Return the scar after `dt` periods: ``scar (1 - heal)^dt``.

    Parameters
    ----------
    scar : float
        In [0, 1].
    heal : float
        Share that heals in one period, in [0, 1].
    dt : float
        Periods, at least 0.
    """
    return scar * power(1.0 - heal, dt)


def scarred(
    trust: float, scar: float, quality: float, weight: float, up: float, down: float, mu: float
) -> tuple[float, float]:
    """Return trust and scar after evidence.

    With ``c = (2 quality - 1) weight``: if c > 0, trust gains ``up c max(0, 1 - scar - trust)``;
    if c < 0, it is multiplied by ``1 - down |c|`` and the scar gains ``mu |c| (1 - scar)``.

    Parameters
    ----------
    trust, scar, quality, weight : float
        Each in [0, 1].
    up, down : float
        Speeds of gain and loss, in (0, 1).
    mu : float
        Share of the unscarred part that a full breach scars, in [0, 1].

    References
    ----------
    After the two layers, trust and reputation damage, of Pant & Yu (2025), "Computational
    foundations for strategic coopetition: formalizing trust and reputation dynamics",
    arXiv:2510.24909.
    """
    c = (2.0 * quality - 1.0) * weight
    if c > 0.0:
        return trust + up * c * max(0.0, 1.0 - scar - trust), scar
    return trust * (1.0 + down * c), scar - mu * c * (1.0 - scar)


def capped(trust: float, scar: float) -> float:
    """Return the trust that the scar leaves: ``min(trust, 1 - scar)``.

    Parameters
    ----------
    trust, scar : float
        Each in [0, 1].
    """
    room = 1.0 - scar
    return trust if trust < room else room


@dataclass(frozen=True, kw_only=True)
class TwoLayer:
    """Trust capped by a scar that breaches leave and time heals.

    Parameters
    ----------
    up : float
        Share of the trust missing below the cap that a kept promise wins from the country (0 to 1):
        above 0, at most down.
    down : float
        Share of the trust of the country that a full breach costs (0 to 1): from up, below 1.
    mu : float
        Share of the unscarred trust of the country that a full breach scars (0 to 1).
    heal : float
        Share of the scar that heals in the country in one trust period (0 to 1).
    t0 : float
        Trust of the country without evidence (0 to 1).
    lam : float
        Memory of the country for evidence (share left after one trust period): what is left of the
        distance to t0, in (0, 1]; 1, as published, is no drift.
    """

    up: float = 0.10
    down: float = 0.30
    mu: float = 0.60
    heal: float = 0.03
    t0: float = 0.5
    lam: float = 1.0

    def __post_init__(self) -> None:
        name = "two-layer"
        check_rates(name, self.up, self.down, self.t0, self.lam)
        require(0 <= self.mu <= 1, name, "mu", self.mu, "from 0 to 1")
        require(0 <= self.heal <= 1, name, "heal", self.heal, "from 0 to 1")

    def init(self) -> State:
        """Return the prior, without a scar."""
        return (float(self.t0), 0.0)

    def tick(self, state: State, dt: float) -> State:
        """Return trust drifted toward the prior and the scar healed in part."""
        return (drifted(state[0], self.t0, self.lam, dt), healed(state[1], self.heal, dt))

    def update(self, state: State, quality: float, weight: float) -> State:
        """Return trust and scar after evidence."""
        return scarred(state[0], state[1], quality, weight, self.up, self.down, self.mu)

    def value(self, state: State) -> float:
        """Return the trust."""
        return capped(state[0], state[1])
