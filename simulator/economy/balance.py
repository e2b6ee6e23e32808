"""The economy as it would be with balanced trade: the base of all that is strategic.

With deficits fixed as transfers the tariff game is degenerate: a region that is paid a transfer
gains from ever higher tariffs, and others gain from a trade war.

References
----------
Ossa (2014), "Trade wars and trade talks with data", American Economic Review 104, section 2
(deficits purged before tariffs are chosen).
"""

import numpy as np

from simulator.economy.armington import solve
from simulator.economy.economy import Economy
from simulator.errors import EconomyError, Problem

__all__ = ["balance"]


def balance(base: Economy) -> Economy:
    """Return the economy that `base` comes to without transfers, at the tariffs in force.

    Parameters
    ----------
    base : Economy
        With or without deficits.

    Raises
    ------
    EconomyError
        With the region, if it buys but cannot sell, or the other way round, even by way of others,
        or if no equilibrium is found.
    """
    one_way = np.argwhere((base.partners > 0.0) & (base.suppliers == 0.0))
    if len(one_way):
        seller, buyer = (base.regions[k] for k in one_way[0])
        allowed = f"goods that reach {buyer}, if by way of others: what else balances their trade?"
        raise EconomyError([Problem(f"flows.{seller}", 0.0, allowed)], base.source)
    balanced = solve(base, base.tariffs, deficit=np.zeros(len(base.regions)))
    return Economy(base.regions, balanced.flows, base.elasticity, base.tariffs, base.source)
