"""Names of strategies, compliance policies and trust models, as scenarios write them."""

from collections.abc import Mapping

from agents.compliance.opportunist import Opportunist
from agents.compliance.reciprocal import Generous, Grim, LimitedPunishment, Reciprocal
from agents.compliance.shortfall import Shortfall
from agents.compliance.unconditional import Always, Scripted, Volatile
from agents.opponents.bayesian import Bayesian
from agents.opponents.frequency import Frequency
from agents.opponents.perfect import Perfect
from agents.scripted import ScriptedOffers
from agents.strategies.acceptance import Combined, Constant, Next, Target, Time
from agents.strategies.chance import Random, TopFraction
from agents.strategies.composed import Composed
from agents.strategies.equilibrium import BackwardInduction, Rubinstein
from agents.strategies.hardliner import Hardliner
from agents.strategies.hybrid import Hybrid
from agents.strategies.micro import Micro
from agents.strategies.mirror import Mirror
from agents.strategies.nash_seeking import NashSeeking
from agents.strategies.nice_tit_for_tat import NiceTitForTat
from agents.strategies.resource_dependent import ResourceDependent
from agents.strategies.time_dependent import Boulware, Conceder, Linear, TimeDependent, Ultimatum
from agents.strategies.tit_for_tat import AveragedTitForTat, RandomTitForTat, RelativeTitForTat
from agents.strategies.trade_off import TradeOff
from agents.strategies.wrappers import Noisy, TrustBlind, Wary
from agents.trust.asymmetric import Asymmetric
from agents.trust.beta import Beta
from agents.trust.fire import Fire
from agents.trust.fixed import Fixed
from agents.trust.two_layer import TwoLayer
from agents.trust.types import Types

__all__ = ["ACCEPTANCE", "MODELS", "POLICIES", "ROSTER", "STRATEGIES", "TRUST_MODELS", "WRAPPERS"]

STRATEGIES: Mapping[str, type] = {
    "time-dependent": TimeDependent,
    "boulware": Boulware,
    "linear": Linear,
    "conceder": Conceder,
    "ultimatum": Ultimatum,
    "resource-dependent": ResourceDependent,
    "micro": Micro,
    "mirror": Mirror,
    "relative-tit-for-tat": RelativeTitForTat,
    "averaged-tit-for-tat": AveragedTitForTat,
    "random-tit-for-tat": RandomTitForTat,
    "trade-off": TradeOff,
    "nice-tit-for-tat": NiceTitForTat,
    "hybrid": Hybrid,
    "nash-seeking": NashSeeking,
    "hardliner": Hardliner,
    "random": Random,
    "top-fraction": TopFraction,
    "rubinstein": Rubinstein,
    "backward-induction": BackwardInduction,
    "scripted": ScriptedOffers,
}

ACCEPTANCE: Mapping[str, type] = {
    "next": Next,
    "target": Target,
    "constant": Constant,
    "time": Time,
    "combined": Combined,
}

MODELS: Mapping[str, type] = {
    "frequency": Frequency,
    "bayesian": Bayesian,
    "perfect": Perfect,
}

WRAPPERS: Mapping[str, type] = {
    "noisy": Noisy,
    "trust-blind": TrustBlind,
    "wary": Wary,
}

POLICIES: Mapping[str, type] = {
    "always": Always,
    "volatile": Volatile,
    "opportunist": Opportunist,
    "reciprocal": Reciprocal,
    "generous": Generous,
    "grim": Grim,
    "limited-punishment": LimitedPunishment,
    "shortfall": Shortfall,
    "scripted": Scripted,
}

TRUST_MODELS: Mapping[str, type] = {
    "asymmetric": Asymmetric,
    "beta": Beta,
    "two-layer": TwoLayer,
    "fire": Fire,
    "types": Types,
    "fixed": Fixed,
}

#: What may stand for a part of a country, by the key under which it stands; then what may stand
#: for a part of a strategy, what a strategy may be wrapped in, and what a table of parts builds.
ROSTER: Mapping[str, Mapping[str, type]] = {
    "strategy": STRATEGIES,
    "compliance": POLICIES,
    "trust": TRUST_MODELS,
    "bidding": STRATEGIES,
    "acceptance": ACCEPTANCE,
    "model": MODELS,
    "wrapper": WRAPPERS,
    "composed": {"strategy": Composed},
}
