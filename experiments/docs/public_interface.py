"""The public interface: what a user of notebooks and scripts imports, and where it used to be.

The rest is for who changes the model, and may move.
"""

from collections.abc import Mapping

__all__ = ["FACES", "FORMER", "MODULES"]

#: Where most begin: one run, and many.
FACES = ("experiments.run", "experiments.sweep")

#: All that is public, in the order of the page.
MODULES = (
    *FACES,
    "experiments.pages.deal",
    "experiments.pages.why",
    "experiments.analysis.divergence",
    "experiments.design.axis",
    "experiments.analysis.queries",
    "experiments.analysis.intervals",
    "experiments.analysis.sensitivity",
    "experiments.analysis.comparison",
    "experiments.analysis.calibration",
    "experiments.results.export",
    "experiments.plots.graph",
    "experiments.plots.trust",
    "experiments.plots.talk",
    "experiments.plots.offers",
    "experiments.plots.timeline",
    "experiments.plots.payoffs",
    "experiments.plots.zone",
    "experiments.plots.response",
    "experiments.plots.heatmap",
    "experiments.plots.sobol",
    "experiments.plots.hazard",
    "experiments.plots.calibration",
    "experiments.plots.palette",
    "experiments.plots.style",
    "experiments.runs.metrics",
    "experiments.runs.negotiation",
    "experiments.runs.negotiations",
    "experiments.pages.tariffs",
    "simulator.scenario.scenario",
    "simulator.scenario.provenance",
    "simulator.domains.read",
    "simulator.domains.write",
    "simulator.domains.domain",
    "simulator.theory.analysis",
    "simulator.theory.bargaining",
    "simulator.theory.fairness",
    "simulator.theory.repeated",
    "simulator.theory.reputation",
    "simulator.theory.splitting",
    "simulator.economy.trade",
    "simulator.economy.economy",
    "simulator.economy.balance",
    "simulator.economy.armington",
    "simulator.economy.liberation",
    "simulator.economy.gains",
    "simulator.economy.strategic",
    "simulator.economy.sustainable",
    "simulator.scenario.valuation",
    "simulator.negotiation.negotiator",
    "simulator.world.party",
    "simulator.negotiation.talk",
    "simulator.draws",
    "simulator.negotiation.payoffs",
    "simulator.negotiation.issues",
    "simulator.negotiation.offers",
    "agents.strategies.strategy",
    "agents.strategies.demanding",
    "agents.strategies.time_dependent",
    "agents.strategies.acceptance",
    "agents.opponents.model",
    "agents.compliance.policy",
    "agents.compliance.opportunist",
    "agents.trust.model",
    "agents.trust.asymmetric",
    "agents.trust.types",
)

#: Paths of before that still work: where their names are now. Only a user imports from them.
FORMER: Mapping[str, str] = {
    "experiments.analysis": "experiments.analysis.intervals",
    "experiments.axis": "experiments.design.axis",
    "experiments.divergence": "experiments.analysis.divergence",
    "experiments.execute": "experiments.sweep",
    "experiments.experiment": "experiments.sweep",
    "experiments.findings": "experiments.analysis.queries",
    "experiments.negotiation": "experiments.runs.negotiation",
    "experiments.store": "experiments.sweep",
    "experiments.welfare": "experiments.pages.tariffs",
    "simulator.issues": "simulator.negotiation.issues",
    "simulator.offers": "simulator.negotiation.offers",
    "simulator.payoffs": "simulator.negotiation.payoffs",
    "simulator.talk": "simulator.negotiation.talk",
}
