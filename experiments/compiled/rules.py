"""The rules that are compiled: functions of the rooms below, which the object engine calls itself.

Each takes numbers, tuples and arrays, and is written in plain loops. Nothing of numba is here.
"""

from collections.abc import Callable
from typing import Any

from agents.opponents import bayesian
from agents.strategies import (
    acceptance,
    belief,
    chance,
    equilibrium,
    hybrid,
    mirror,
    nice_tit_for_tat,
    resource_dependent,
    time_dependent,
    tit_for_tat,
    wrappers,
)
from agents.trust import asymmetric, beta, fire, two_layer, types
from simulator import arithmetic, draws, rounding
from simulator.negotiation import clock, payoffs, talk
from simulator.theory import repeated, splitting
from simulator.world import deals, party, performance, standing

__all__ = ["CACHED", "RULES"]

Rule = Callable[..., Any]

#: Every rule, room by room, and what it calls itself.
RULES: tuple[Rule, ...] = (
    *(arithmetic.total, arithmetic.exp, arithmetic.expm1, arithmetic.log, arithmetic.log1p),
    *(arithmetic._exp, arithmetic._series, arithmetic._log, arithmetic._error_of_product),
    *(draws.start, draws.bits, draws.mix, draws.as_uniform, draws.as_normal),
    *(draws.quantile, draws.ratio),
    rounding.slack_between,
    *(clock.relative_time, clock.in_the_mean),
    payoffs.share,
    talk.rounds_of,
    *(payoffs.assured, payoffs.after_breach, payoffs.between, payoffs.performed),
    *(payoffs.withheld, payoffs.rest_beyond),
    *(standing.chance_of_extension, party.disregarded, party.evident),
    *(deals.stake, performance.unprevented, performance.weighted_trust),
    *(repeated.keeping, repeated._annuity),
    *(asymmetric.drifted, asymmetric.updated, beta.faded, beta.counted, beta.expectation),
    *(two_layer.healed, two_layer.scarred, two_layer.capped),
    *(fire.aged, fire.experienced, fire.believed),
    *(types.likelihood, types.posterior, types.predicted),
    *(splitting.rubinstein_shares, splitting.finite_horizon_shares, splitting._seated),
    *(time_dependent.aspiration, time_dependent.target),
    resource_dependent.aspiration,
    belief.raised_floor,
    *(mirror.mirrored, mirror.within_range),
    *(tit_for_tat.asked, tit_for_tat.remaining, tit_for_tat.relative_step),
    *(tit_for_tat.averaged_step, tit_for_tat.random_step),
    *(nice_tit_for_tat.conceded, nice_tit_for_tat.bonus, nice_tit_for_tat.on_the_way),
    hybrid.weighed,
    chance.counted,
    *(equilibrium.of_range, equilibrium.at_share, equilibrium.together),
    *(acceptance.good_enough, acceptance.window_from),
    *(wrappers.least_with_margin, wrappers.moved),
    *(bayesian.worths, bayesian.odds, bayesian.judge, bayesian.demanded_at),
)

#: Rules whose values the object engine remembers.
CACHED: tuple[Any, ...] = (arithmetic.power,)
