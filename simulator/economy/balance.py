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
        If no equilibrium is found.
    """
    found = solve(base, base.tariffs, deficit=np.zeros(len(base.regions)))
    return Economy(base.regions, found.flows, base.elasticity, base.tariffs, base.source)
