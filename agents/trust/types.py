"""Trust as a probability: what kind of partner it is, by Bayes' rule, and what that kind does."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.trust.asymmetric import drifted
from agents.trust.model import State
from simulator.arithmetic import exp, log, total
from simulator.errors import require

__all__ = ["Types", "judged", "likelihood", "predicted"]

#: The least that an observer believes of any type: what it has ruled out can come back.
LEAST = 1e-9


def likelihood(keeps: float, quality: float, weight: float) -> float:
    """Return how likely evidence is for a type: ``(p^q (1 - p)^(1 - q))^w``.

    A promise kept in part mixes the logarithms for kept and broken.

    Parameters
    ----------
    keeps : float
        The probability p with which the type keeps a promise, above 0 and below 1.
    quality, weight : float
        The quality q and the weight w, each in [0, 1]; a weight below 1 tempers the likelihood.

    References
    ----------
    Tempered likelihoods: Bissiri, Holmes & Walker (2016), "A general framework for updating belief
    distributions", Journal of the Royal Statistical Society B 78.
    """
    return exp(weight * (quality * log(keeps) + (1.0 - quality) * log(1.0 - keeps)))


def judged(beliefs: State, keeps: Sequence[float], quality: float, weight: float) -> State:
    """Return the beliefs after evidence, by Bayes' rule; none falls below a billionth.

    Parameters
    ----------
    beliefs : tuple of float
        Probability of each type.
    keeps : sequence of float
        The probability with which each type keeps a promise, above 0 and below 1.
    quality, weight : float
        Each in [0, 1].
    """
    if weight == 0.0:
        return beliefs
    joint = [b * likelihood(p, quality, weight) for b, p in zip(beliefs, keeps, strict=True)]
    whole = total(joint)
    return tuple(posterior(part / whole, b) for part, b in zip(joint, beliefs, strict=True))


def posterior(share: float, before: float) -> float:
    """Return what is believed of a type after evidence that leaves it this share."""
    return max(share, min(LEAST, before))


def predicted(beliefs: State, keeps: Sequence[float]) -> float:
    """Return the probability that the next promise is kept: the mean over the types.

    A full breach lowers it by ``variance / (1 - mean)`` of what the types do, a kept promise raises
    it by ``variance / mean``: evidence moves who is unsure, and a surprise moves most.

    Parameters
    ----------
    beliefs : tuple of float
        Probability of each type.
    keeps : sequence of float
        The probability with which each type keeps a promise.
    """
    whole, kept, low, high = 0.0, 0.0, keeps[0], keeps[0]
    for k in range(len(beliefs)):
        whole += beliefs[k]
        kept += beliefs[k] * keeps[k]
        low, high = min(low, keeps[k]), max(high, keeps[k])
    return min(max(kept / whole, low), high)


@dataclass(frozen=True, kw_only=True)
class Types:
    """Trust as the probability of performance, given what kinds of partner there are.

    A reliable one (policy `always`) keeps its promises, a disloyal one breaks them, an
    `opportunist` keeps them while that pays, a `volatile` one breaks them by chance. In every
    trust period another kind may have come to power: the beliefs drift to the prior.

    Parameters
    ----------
    reliable : float
        Weight of reliable partners in what the country expects (prior): above 0; the four are
        divided by their sum.
    opportunist : float
        Weight of opportunists in what the country expects (prior): above 0.
    volatile : float
        Weight of volatile partners in what the country expects (prior): above 0.
    disloyal : float
        Weight of disloyal partners in what the country expects (prior): above 0.
    pays : float
        How often keeping a promise pays an opportunist, to the country (0 to 1).
    probability : float
        Chance that a volatile partner breaks a promise, to the country (0 to 1): as in the policy.
    slip : float
        How often even a reliable partner fails, to the country (0.001 to 0.4): and a disloyal one
        performs.
    lam : float
        Chance that the kind of partner stays the same for one trust period, to the country (0 to
        1): above 0.

    References
    ----------
    Tomz (2007), Reputation and International Cooperation: stalwarts, fair-weathers and lemons,
    and observers who learn from what surprises them. Types that change: Mailath & Samuelson (2001),
    "Who wants a good reputation?", Review of Economic Studies 68.
    """

    reliable: float = 0.25
    opportunist: float = 0.25
    volatile: float = 0.25
    disloyal: float = 0.25
    pays: float = 0.5
    probability: float = 0.1
    slip: float = 0.02
    lam: float = 0.95

    def __post_init__(self) -> None:
        for kind in ("reliable", "opportunist", "volatile", "disloyal"):
            share = getattr(self, kind)
            require(0 < share <= 1, "types", kind, share, "a number above 0 and at most 1")
        require(0 <= self.pays <= 1, "types", "pays", self.pays, "from 0 to 1")
        probability, slip = self.probability, self.slip
        require(0 <= probability <= 1, "types", "probability", probability, "from 0 to 1")
        require(0.001 <= slip <= 0.4, "types", "slip", slip, "from 0.001 to 0.4")
        require(0 < self.lam <= 1, "types", "lam", self.lam, "a number above 0 and at most 1")

    @property
    def keeps(self) -> tuple[float, float, float, float]:
        """How often a reliable, opportunist, volatile and disloyal partner keeps a promise."""
        most = 1.0 - self.slip
        pays, holds = (min(max(p, self.slip), most) for p in (self.pays, 1.0 - self.probability))
        return (most, pays, holds, self.slip)

    def init(self) -> State:
        """Return the prior."""
        shares = (self.reliable, self.opportunist, self.volatile, self.disloyal)
        whole = total(shares)
        return tuple(share / whole for share in shares)

    def tick(self, state: State, dt: float) -> State:
        """Return the beliefs drifted toward the prior."""
        prior = self.init()
        return tuple(drifted(b, p, self.lam, dt) for b, p in zip(state, prior, strict=True))

    def update(self, state: State, quality: float, weight: float) -> State:
        """Return the beliefs after evidence."""
        return judged(state, self.keeps, quality, weight)

    def value(self, state: State) -> float:
        """Return the trust."""
        return predicted(state, self.keeps)
