"""What tariffs, quotas, purchases and threats are worth, derived from the trade model.

With ``valuation = "economy"`` every issue and threat that has no payoffs of its own gets them here,
once per scenario. The model is solved for each level of each tariff, the other side's commitments
and all other talks as they are without a deal, so that values split by obligor. What a level is
worth depends a little on the obligor's other tariffs in the talk: it is the mean of what it is
worth with these as they are without a deal, and with all of them at their last level. How far the
sum is from what the model says of all at once, `joint_error` says.

For the party that is taxed, and as welfare also for the party that taxes::

    value = change of welfare (per cent of the balanced base, times GDP)

and for the party that taxes, on top of that and apart from it::

    revenue_weight * change of tariff revenue
    + (political weight - 1) * rent_share * change of the tariff * imports of the sector

the last being the rent of the protected sector: home producers sell at the price of taxed imports,
and for each dollar of these they sell `rent_share` dollars more than they would. Weights and share
are assumptions, named in the scenario.

A quota lets in so many units at the lower rate and the rest at the ordinary one. At or below what
is shipped anyway it changes nothing at the margin, and is a rent to the exporter instead, which
the importer forgoes as revenue: ``(ordinary rate - rate) * value of what is let in``.

References
----------
Ossa (2014), "Trade wars and trade talks with data", American Economic Review 104 (political
weights on sectors' profits); `simulator.economy.armington` for the model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulator.economy.balance import balance
from simulator.economy.economy import Economy
from simulator.economy.gains import Gains, gains
from simulator.economy.trade import Trade, read_trade
from simulator.scenario.specs import (
    BaseTariff,
    BystanderSpec,
    CountrySpec,
    EconomySpec,
    IssueSpec,
    PurchaseSpec,
    TalkSpec,
    TariffSpec,
    ThreatSpec,
    TradeSpec,
)

__all__ = ["Valuer", "regions"]

Floats = NDArray[np.float64]
Payoffs = dict[str, tuple[float, ...]]

#: Decimals of a derived value: a thousand dollars a year.
DIGITS = 6


@lru_cache(maxsize=8)
def _market(elasticity: float, own: TradeSpec | None) -> tuple[Economy, Floats]:
    """Return the balanced economy of a scenario's own regions or those shipped, and their GDP."""
    trade = _shipped() if own is None else _trade(own)
    return balance(trade.economy(elasticity)), trade.gdp


@lru_cache(maxsize=1)
def _shipped() -> Trade:
    return read_trade()


def _trade(own: TradeSpec) -> Trade:
    return Trade(
        regions=own.regions,
        flows=np.array(own.flows, dtype=float),
        gdp=np.array(own.gdp, dtype=float),
        intra=np.zeros(len(own.regions)),
        announced=None,
        source="economy.data",
    )


def regions(economy: EconomySpec) -> tuple[str, ...]:
    """Return the names of the regions that a scenario's countries may be."""
    return _shipped().regions if economy.data is None else economy.data.regions


@dataclass(frozen=True)
class _Change:
    """A tariff on a share of one region's exports to another that changes, in per cent."""

    exporter: int
    importer: int
    share: float
    before: float
    after: float


# Scenarios made of one another, as in a sweep or by an event, mostly share their tariffs.
@lru_cache(maxsize=2048)
def _worth(
    elasticity: float,
    own: TradeSpec | None,
    status_quo: bytes,
    changes: tuple[tuple[_Change, ...], ...],
) -> Gains:
    """Return what each of several sets of changes to a matrix of tariffs is worth to regions."""
    base, gdp = _market(elasticity, own)
    before = np.frombuffer(status_quo).reshape(base.flows.shape)
    tariffs = np.repeat(before[None], len(changes), axis=0)
    for rates, together in zip(tariffs, changes, strict=True):
        for one in together:
            moved = one.share * (one.after - one.before) / 100.0
            rates[one.exporter, one.importer] += moved
    return gains(base, gdp, tariffs, before)


class Valuer:
    """Derives the payoffs of a scenario's issues and threats.

    Parameters
    ----------
    economy : EconomySpec
        What the model goes by.
    countries, bystanders : mapping
        By id; those with a region are in the model.
    talks : mapping
        By id; their tariffs as they are without a deal are in force.
    """

    def __init__(
        self,
        economy: EconomySpec,
        countries: Mapping[str, CountrySpec],
        bystanders: Mapping[str, BystanderSpec],
        talks: Mapping[str, TalkSpec],
    ) -> None:
        self.rent_share = economy.rent_share
        self.countries = countries
        self.elasticity, self.own = economy.elasticity, economy.data
        self.base, _ = _market(economy.elasticity, economy.data)
        self.places = {name: k for k, name in enumerate(self.base.regions)}
        for nodes in (countries, bystanders):
            for key, node in nodes.items():
                if node.region is not None:
                    self.places[key] = self.base.regions.index(node.region)
        self.status_quo = self._status_quo(economy.tariffs, talks)

    # -- what is in force without a deal -------------------------------------------------------

    def _status_quo(self, tariffs: Sequence[BaseTariff], talks: Mapping[str, TalkSpec]) -> Floats:
        """Return the tariffs without any deal, exporter by importer, as fractions."""
        rates = np.zeros((len(self.base.regions),) * 2)
        for tariff in sorted(tariffs, key=lambda tariff: tariff.on != "*"):
            on = slice(None) if tariff.on == "*" else self.places[tariff.on]
            rates[on, self.places[tariff.by]] = tariff.rate / 100.0
        np.fill_diagonal(rates, 0.0)
        whole = rates.copy()
        for issue in (issue for talk in talks.values() for issue in talk.issues):
            if issue.tariff is not None:
                pair = self._pair(issue.tariff.on, issue.obligor)
                ordinary = float(issue.levels[issue.base]) / 100.0
                whole[pair] += issue.tariff.share * (ordinary - rates[pair])
        return whole

    def _pair(self, exporter: str, importer: str) -> tuple[int, int]:
        return self.places[exporter], self.places[importer]

    # -- what a change is worth ----------------------------------------------------------------

    def _gains(self, changes: Sequence[Sequence[_Change]]) -> Gains:
        """Return what each of several sets of changes is worth to every region."""
        status_quo = self.status_quo.tobytes()
        return _worth(self.elasticity, self.own, status_quo, tuple(map(tuple, changes)))

    def imports(self, exporter: str, importer: str, share: float) -> float:
        """Return imports of a share of a party's goods, US$ bn a year, in the base.

        Parameters
        ----------
        exporter, importer : str
            Country, bystander or region.
        share : float
            Of the exporter's goods exports to the importer.
        """
        return share * float(self.base.flows[self._pair(exporter, importer)])

    # -- issues --------------------------------------------------------------------------------

    def issue(self, issue: IssueSpec, talk: TalkSpec) -> IssueSpec:
        """Return an issue with payoffs for every party; those that it has stay.

        Parameters
        ----------
        issue : IssueSpec
            Of the talk; one that says nothing of what its values derive from stays as it is.
        talk : TalkSpec
            The talk.
        """
        parties = talk.parties
        if issue.tariff is not None:
            welfare, political = self._of_tariff(issue, issue.tariff, talk)
        elif issue.purchase is not None:
            welfare, political = _of_purchase(issue, issue.purchase, parties), {}
        else:
            return issue
        derived = {party: welfare[party] for party in parties if party not in issue.payoffs}
        on_top = {party: values for party, values in political.items() if party in derived}
        return issue.valued({**derived, **issue.payoffs}, on_top)

    def _of_tariff(
        self, issue: IssueSpec, tariff: TariffSpec, talk: TalkSpec
    ) -> tuple[Payoffs, Payoffs]:
        rates = np.array([float(level) for level in issue.levels])
        value = self.imports(tariff.on, issue.obligor, tariff.share)
        let_in = _let_in(tariff)
        ordinary = rates[issue.base]
        # A quota is for the lower rates alone: what is above the ordinary one is on all goods.
        binding = np.array([not _at_margin(issue, level) for level in range(len(rates))])
        steps = self._steps(issue, talk)
        rent = binding * let_in * value * (ordinary - rates) / 100.0
        welfare = {party: steps.welfare[:, self.places[party]] for party in talk.parties}
        welfare[tariff.on] = welfare[tariff.on] + rent
        welfare[issue.obligor] = welfare[issue.obligor] - rent
        revenue = steps.revenue[:, self.places[issue.obligor]] - rent
        protected = ~binding * self.rent_share * value * (rates - ordinary) / 100.0
        weight = issue.political_weights.get(issue.obligor, 1.0)
        on_top = self.countries[issue.obligor].revenue_weight * revenue + (weight - 1) * protected
        base = issue.base
        return {p: _tidy(v, base) for p, v in welfare.items()}, {issue.obligor: _tidy(on_top, base)}

    def _steps(self, issue: IssueSpec, talk: TalkSpec) -> Gains:
        """Return what each level of a tariff is worth, halfway between the others' two ends."""
        others = [
            self._change(other, len(other.levels) - 1)
            for other in talk.issues
            if other is not issue and other.obligor == issue.obligor and _at_margin(other, -1)
        ]
        levels = range(len(issue.levels))
        own = [[self._change(issue, k)] if _at_margin(issue, k) else [] for k in levels]
        both = self._gains([*own, *([*step, *others] for step in own)])
        first, last = (slice(0, len(levels)), slice(len(levels), None))

        def mean(gained: Floats) -> Floats:
            middle: Floats = (gained[first] + gained[last] - gained[last][issue.base]) / 2.0
            return middle

        return Gains(mean(both.welfare), mean(both.revenue))

    def _change(self, issue: IssueSpec, level: int) -> _Change:
        """Return the change of a tariff from the status quo to another level."""
        assert issue.tariff is not None
        pair = self._pair(issue.tariff.on, issue.obligor)
        before, after = float(issue.levels[issue.base]), float(issue.levels[level])
        return _Change(*pair, issue.tariff.share, before, after)

    # -- threats -------------------------------------------------------------------------------

    def threat(self, threat: ThreatSpec, parties: Sequence[str]) -> ThreatSpec:
        """Return a threat with payoffs for every party; those that it has stay.

        Parameters
        ----------
        threat : ThreatSpec
            With a tariff.
        parties : sequence of str
            Of the talk.
        """
        tariff = threat.tariff
        if tariff is None:
            return threat
        pair = self._pair(tariff.on, threat.by)
        carried_out = self._gains([[_Change(*pair, tariff.share, tariff.instead, tariff.rate)]])
        worth = {party: float(carried_out.welfare[0, self.places[party]]) for party in parties}
        revenue = float(carried_out.revenue[0, self.places[threat.by]])
        worth[threat.by] += self.countries[threat.by].revenue_weight * revenue - tariff.cost
        derived = {party: round(value, DIGITS) for party, value in worth.items()}
        return threat.model_copy(update={"payoffs": {**derived, **threat.payoffs}})

    # -- all at once ---------------------------------------------------------------------------

    def joint_error(self, talk: TalkSpec) -> dict[str, float]:
        """Return, per party, how far a talk's tariffs together are from the sum of their values.

        The welfare that the model gives a party when all tariffs of the talk are at their last
        level, less the sum of what it derives for each there, US$ bn a year; payoffs that are given
        do not count.

        Parameters
        ----------
        talk : TalkSpec
            With tariffs.
        """
        tariffs = [issue for issue in talk.issues if _at_margin(issue, -1)]
        changes = [self._change(issue, len(issue.levels) - 1) for issue in tariffs]
        together = self._gains([changes]).welfare[0]
        apart = sum(self._steps(issue, talk).welfare[-1] for issue in tariffs)
        error = together - apart
        return {party: float(error[self.places[party]]) for party in talk.parties}


def _at_margin(issue: IssueSpec, level: int) -> bool:
    """Return whether an issue at a level is a tariff on whatever more comes in.

    It is without a quota, with a wide one, and above the rate that stands without a deal.
    """
    if issue.tariff is None:
        return False
    quota, volume = issue.tariff.quota, issue.tariff.volume
    above = level % len(issue.levels) < issue.base
    return above or quota is None or volume is None or quota > volume


def _let_in(tariff: TariffSpec) -> float:
    """Return the share of the goods that comes in at the lower rate."""
    if tariff.quota is None or tariff.volume is None:
        return 1.0
    return min(tariff.quota / tariff.volume, 1.0)


def _of_purchase(issue: IssueSpec, purchase: PurchaseSpec, parties: Sequence[str]) -> Payoffs:
    """Return what purchases are worth: a share of their face value to each side."""
    face = np.array([float(level) for level in (purchase.face or issue.levels)])
    rates = {purchase.of: purchase.gain, issue.obligor: -purchase.cost}
    base = issue.base
    return {party: _tidy(rates.get(party, 0.0) * (face - face[base]), base) for party in parties}


def _tidy(values: Floats, base: int) -> tuple[float, ...]:
    """Return values of which the one at the status quo is exactly 0."""
    rounded = [round(float(value), DIGITS) + 0.0 for value in values]
    rounded[base] = 0.0
    return tuple(rounded)
