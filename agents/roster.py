"""Names of strategies, compliance policies and trust models, as scenarios write them."""

from collections.abc import Mapping

from agents.compliance.opportunist import Opportunist
from agents.compliance.reciprocal import Generous, Grim, LimitedPunishment, Reciprocal
from agents.compliance.unconditional import Always, Scripted, Volatile
from agents.scripted import ScriptedOffers
from agents.strategies.hardliner import Hardliner
from agents.strategies.micro import Micro
from agents.strategies.mirror import Mirror
from agents.strategies.time_dependent import Boulware, Conceder, Linear, TimeDependent
from agents.trust.asymmetric import Asymmetric
from agents.trust.beta import Beta
from agents.trust.fire import Fire
from agents.trust.fixed import Fixed
from agents.trust.two_layer import TwoLayer

__all__ = ["POLICIES", "ROSTER", "STRATEGIES", "TRUST_MODELS"]

STRATEGIES: Mapping[str, type] = {
    "time-dependent": TimeDependent,
    "boulware": Boulware,
    "linear": Linear,
    "conceder": Conceder,
    "hardliner": Hardliner,
    "micro": Micro,
    "mirror": Mirror,
    "scripted": ScriptedOffers,
}

POLICIES: Mapping[str, type] = {
    "always": Always,
    "volatile": Volatile,
    "opportunist": Opportunist,
    "reciprocal": Reciprocal,
    "generous": Generous,
    "grim": Grim,
    "limited-punishment": LimitedPunishment,
    "scripted": Scripted,
}

TRUST_MODELS: Mapping[str, type] = {
    "asymmetric": Asymmetric,
    "beta": Beta,
    "two-layer": TwoLayer,
    "fire": Fire,
    "fixed": Fixed,
}

#: What may stand for a part of a country, by the key under which it stands.
ROSTER: Mapping[str, Mapping[str, type]] = {
    "strategy": STRATEGIES,
    "compliance": POLICIES,
    "trust": TRUST_MODELS,
}
