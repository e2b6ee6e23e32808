"""Bargaining between parties that may be stubborn: a war of attrition over reputation.

Each of two parties demands a share of a pie of 1, together more than there is, and is with some
probability a stubborn type that never concedes. A rational party imitates it: the parties concede
at such rates that the other is indifferent between waiting and conceding, until at one common
time both are known to be stubborn. Who would be known later must concede at once with the
probability that makes up for it.

References
----------
Abreu & Gul (2000), "Bargaining and reputation", Econometrica 68, section 2 (one stubborn type a
side).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Attrition", "attrition"]

Pair = tuple[float, float]


@dataclass(frozen=True)
class Attrition:
    """The equilibrium of the war of attrition; pairs are in seat order.

    Attributes
    ----------
    rates : tuple of float
        Rate per unit of time at which each party concedes.
    end : float
        Time from which on only stubborn parties are left.
    at_once : tuple of float
        Probability that each party concedes at time 0; at least one is 0.
    shares : tuple of float
        What each party expects if it is rational.
    """

    rates: Pair
    end: float
    at_once: Pair
    shares: Pair

    def conceded(self, party: int, time: float) -> float:
        """Return the probability that a party has conceded by a time, whatever its type.

        Parameters
        ----------
        party : int
            Its seat, 0 or 1.
        time : float
            At least 0.
        """
        waited = math.exp(-self.rates[party] * min(time, self.end))
        return 1.0 - (1.0 - self.at_once[party]) * waited


def attrition(
    demands: Sequence[float], stubborn: Sequence[float], discount_rates: Sequence[float]
) -> Attrition:
    """Return the equilibrium between two parties that may be stubborn.

    Party i concedes at the rate ``r_j (1 - a_i) / (a_i + a_j - 1)`` and would be known as stubborn
    at ``-ln z_i / rate_i``, with demands a, discount rates r and prior probabilities z.

    Parameters
    ----------
    demands : sequence of float
        Share that each party demands, below 1, together above 1.
    stubborn : sequence of float
        Probability that each is stubborn, in (0, 1).
    discount_rates : sequence of float
        Per unit of time, above 0.
    """
    excess = demands[0] + demands[1] - 1.0
    rates = [discount_rates[1 - i] * (1.0 - demands[i]) / excess for i in (0, 1)]
    end = min(-math.log(stubborn[i]) / rates[i] for i in (0, 1))
    at_once = [max(0.0, -math.expm1(math.log(stubborn[i]) + rates[i] * end)) for i in (0, 1)]
    shares = [1.0 - demands[1 - i] + at_once[1 - i] * excess for i in (0, 1)]
    return Attrition((rates[0], rates[1]), end, (at_once[0], at_once[1]), (shares[0], shares[1]))
