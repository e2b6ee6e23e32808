"""When keeping a promise pays: the theory of repeated games.

In the prisoner's dilemma T is the temptation (the payoff of who alone defects), R the reward of
both cooperating, P the punishment of both defecting, S the sucker's payoff. In the tariff game
each of two countries earns ``a t_own - b t_own^2 / 2 - c t_other`` from its own tariff and the
other's: a revenue and terms-of-trade gain, a growing distortion, and the harm that the other
does. A partner that keeps its promises with probability p turns the discount factor delta into
delta p: reliability is the chance that there is a next period of cooperation.

The discount factors returned for the dilemma are in [0, 1], 1 being the limit of unbounded
patience; None says that not even that suffices.

References
----------
Friedman (1971), "A non-cooperative equilibrium for supergames", Review of Economic Studies 38
(grim trigger); Axelrod (1984), The Evolution of Cooperation (tit for tat); Mailath & Samuelson
(2006), Repeated Games and Reputations, chapter 2 (punishment of limited length); Kydd (2005),
Trust and Mistrust in International Relations, chapter 2 (the least trust); Bagwell & Staiger
(2002), The Economics of the World Trading System, chapter 6 (tariffs that enforce themselves).
"""

import math

from simulator.arithmetic import expm1, log

__all__ = [
    "cooperation_is_best",
    "ending_discount",
    "expected_periods",
    "free_trade_discount",
    "free_trade_trust",
    "grim_discount",
    "keeping",
    "keeps",
    "limited_punishment_discount",
    "lowest_sustainable_tariff",
    "minimum_trust",
    "nash_tariff",
    "tariff_payoff",
    "tit_for_tat_discount",
]

#: Relative slack of a comparison, so that a threshold itself is met whatever was rounded.
_SLACK = 1e-12


def keeps(
    own: float, gain: float, continuation: float, delta: float, punishment: int | None = None
) -> bool:
    """Return whether keeping a promise pays: the temptation is no larger than its price.

    Parameters as in `keeping`.
    """
    return keeping(own, gain, continuation, delta, punishment) >= 0.0


def keeping(
    own: float, gain: float, continuation: float, delta: float, punishment: int | None = None
) -> float:
    """Return by how much the price of breaking a promise exceeds the temptation, at least.

    The temptation is ``gain - own``. Lost for ever (grim trigger) the continuation weighs
    ``delta / (1 - delta)``, and both count times ``1 - delta``; lost for k periods
    ``delta + ... + delta^k``. What rounding may have taken is added.

    Parameters
    ----------
    own : float
        Value per period of what one has to perform oneself; usually negative, a cost.
    gain : float
        Value per period of what one does instead: carrying out one's threat, or 0.
    continuation : float
        What cooperation is worth per period above its breakdown.
    delta : float
        Discount factor per period, times the partner's reliability, in [0, 1].
    punishment : int, optional
        Periods for which cooperation is lost after a breach, at least 1; for ever by default.
    """
    temptation = gain - own
    slack = _SLACK * max(abs(own), abs(gain), abs(continuation))
    if punishment is None:
        return delta * continuation + slack - (1.0 - delta) * temptation
    return _annuity(delta, punishment) * continuation + slack - temptation


def _annuity(delta: float, periods: float) -> float:
    """Return ``delta + delta^2 + ... + delta^periods``."""
    if delta <= 0.0:
        return 0.0
    if delta >= 1.0:
        return float(periods)
    # Near 1 the plain 1 - delta^k loses most of its digits.
    return delta * -expm1(periods * log(delta)) / (1.0 - delta)


def ending_discount(ending: float) -> float:
    """Return the discount factor of a game that may end after every period: ``1 - ending``.

    Parameters
    ----------
    ending : float
        Probability that a period is the last, in [0, 1].
    """
    return 1.0 - ending


def expected_periods(delta: float) -> float:
    """Return how many periods a game is expected to last: ``1 / (1 - delta)``.

    Parameters
    ----------
    delta : float
        Probability of another period, in [0, 1].
    """
    return 1.0 / (1.0 - delta) if delta < 1.0 else math.inf


def grim_discount(T: float, R: float, P: float) -> float | None:
    """Return the least discount factor at which grim trigger sustains cooperation.

    It is ``(T - R) / (T - P)``, and the threat is credible: for ever P is an equilibrium.

    Parameters
    ----------
    T, R, P : float
        Temptation, reward and punishment.
    """
    return _least(T - R, T - P)


def tit_for_tat_discount(T: float, R: float, P: float, S: float) -> float | None:
    """Return the least discount factor at which tit for tat is a best reply to itself.

    It is the larger of ``(T - R) / (T - P)``, against defecting for ever, and
    ``(T - R) / (R - S)``, against defecting every other period. (A Nash equilibrium, that is; it
    is subgame perfect only where both alternatives are equally good.)

    Parameters
    ----------
    T, R, P, S : float
        Temptation, reward, punishment and sucker's payoff.
    """
    forever, alternating = _least(T - R, T - P), _least(T - R, R - S)
    if forever is None or alternating is None:
        return None
    return max(forever, alternating)


def _least(temptation: float, price: float) -> float | None:
    """Return the least delta in [0, 1] with ``temptation <= delta price``, None if none."""
    if temptation <= 0.0:
        return 0.0
    if temptation > price * (1.0 + _SLACK):
        return None
    return min(temptation / price, 1.0)


def cooperation_is_best(T: float, R: float, S: float) -> bool:
    """Return whether cooperating earns more than taking turns at defecting: ``2 R > T + S``.

    Parameters
    ----------
    T, R, S : float
        Temptation, reward and sucker's payoff.
    """
    return 2.0 * R > T + S


def limited_punishment_discount(T: float, R: float, P: float, k: float) -> float | None:
    """Return the least discount factor at which k periods of punishment sustain cooperation.

    It solves ``T - R = (R - P) (delta + ... + delta^k)``.

    Parameters
    ----------
    T, R, P : float
        Temptation, reward and punishment.
    k : int
        Periods of punishment, at least 1; ``math.inf`` is grim trigger.
    """
    if math.isinf(k):
        return grim_discount(T, R, P)
    temptation, loss = T - R, R - P
    if temptation <= 0.0:
        return 0.0
    if temptation > loss * k * (1.0 + _SLACK):
        return None
    return _root(temptation / loss, k)


def _root(price: float, periods: float) -> float:
    """Return delta in [0, 1] with ``delta + ... + delta^periods = price``, by bisection."""
    low, high = 0.0, 1.0
    while True:
        middle = 0.5 * (low + high)
        if middle in (low, high):  # neighbours: no double between them
            return high
        if _annuity(middle, periods) < price:
            low = middle
        else:
            high = middle


def minimum_trust(T: float, R: float, P: float, S: float) -> float | None:
    """Return the least probability of a cooperating partner at which one cooperates, once.

    It is ``(P - S) / ((R - T) + (P - S))``, where ``p R + (1 - p) S = p T + (1 - p) P``. None if
    there is none in [0, 1]: who earns more by defecting alone cooperates at no level of trust.

    Parameters
    ----------
    T, R, P, S : float
        Temptation, reward, punishment and sucker's payoff.
    """
    caution, ambition = P - S, R - T
    if caution <= 0.0:
        return 0.0
    return caution / (ambition + caution) if ambition >= 0.0 else None


def tariff_payoff(own: float, other: float, a: float, b: float, c: float) -> float:
    """Return what a country earns in the tariff game: ``a own - b own^2 / 2 - c other``.

    Parameters
    ----------
    own, other : float
        The tariffs, at least 0.
    a, b, c : float
        Gain from one's own tariff, its distortion, harm of the other's; all above 0.
    """
    return a * own - 0.5 * b * own * own - c * other


def nash_tariff(a: float, b: float) -> float:
    """Return the tariff that is best whatever the other does: ``a / b``.

    Parameters
    ----------
    a, b : float
        Gain from one's own tariff and its distortion, above 0.
    """
    return a / b


def free_trade_discount(a: float, c: float) -> float:
    """Return the least discount factor at which free trade sustains itself: ``a / (2 c)``.

    The punishment is the Nash tariff for ever. Above 1 no patience suffices.

    Parameters
    ----------
    a, c : float
        Gain from one's own tariff and harm of the other's, above 0.
    """
    return a / (2.0 * c)


def free_trade_trust(a: float, c: float, delta: float) -> float:
    """Return the least trust at which free trade sustains itself: ``a / (2 c delta)``.

    Above 1 no trust suffices.

    Parameters
    ----------
    a, c : float
        Gain from one's own tariff and harm of the other's, above 0.
    delta : float
        Discount factor, in [0, 1].
    """
    return a / (2.0 * c * delta) if delta > 0.0 else math.inf


def lowest_sustainable_tariff(
    a: float, b: float, c: float, delta: float, reliability: float = 1.0
) -> float:
    """Return the lowest common tariff that sustains itself: ``max(0, (a - 2 delta p c) / b)``.

    Parameters
    ----------
    a, b, c : float
        Gain from one's own tariff, its distortion, harm of the other's; all above 0.
    delta : float
        Discount factor, in [0, 1].
    reliability : float
        Probability p that the partner keeps its promises, in [0, 1].
    """
    return max(0.0, (a - 2.0 * delta * reliability * c) / b)
