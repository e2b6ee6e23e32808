"""The model of the tariffs of 2 April 2025: labour supply, scale, profits earned abroad.

The one-sector model of `simulator.economy.armington`, extended. Part nu_i of what is sold in i is
income of i, profits of foreign affiliates that are taxed there; people work more when their real
wage after tax rises; productivity rises with employment. X are sales without the tariff, exporter
by importer, L employment, and tariffs are 0 in the base year::

    share'_ji = share_ji (w_j / L_j^psi)^-eps (1 + t_ji)^(-eps phi_i) / Phi_i
    X'_ji     = share'_ji spending'_i / (1 + t_ji),   revenue_i = sum_j t_ji X'_ji
    income'_j = w_j L_j income_j = sum_i (1 - nu_i) X'_ji + nu_j sum_k X'_kj
    spending'_i = income'_i + revenue_i + T_i sum income' / sum income
    price_i   = (spending_hat_i / w_i)^(1 - phi_i) Phi_i^(-1/eps)
    L_i       = (w_i / price_i / (1 - tau_i))^kappa

with tau_i = revenue_i / income'_i if revenue pays for lower income taxes and 0 if it is handed out
lump-sum. The numeraire is ``sum_i (price_i - 1) spending_i = 0``, over all regions that trade,
directly or by way of others. Newton's method finds log wages, spending and employment at once, 3 N
numbers, with the derivatives written out.

At home alone, real wages rise with employment to the power ``psi + phi - 1``. Where that times
kappa is 1 or more, more work feeds on itself, and what solves the equations answers every shock
the wrong way round; such parameters are refused.

References
----------
Ignatenko, Lashkaripour, Macedoni & Simonovska (2025), "Making America great again? The economic
impacts of Liberation Day tariffs", Journal of International Economics 157, 104138.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.economy.economy import EVEN, Economy, wrong_tariffs
from simulator.errors import EconomyError, Problem, nearest

__all__ = ["LiberationDay", "Outcome"]

Floats = NDArray[np.float64]

#: Largest relative error of an equation at which its solution is taken for found.
TOLERANCE = 1e-11
MOST_STEPS, STRIDE = 50, 0.5
#: Share of sales income that is earned in the destination: of the rest of the world's income and
#: of the home country's. Ignatenko et al. (2025), from the foreign affiliates of firms.
EARNED_ABROAD = (0.12, 0.26)
#: Labour supply kappa, and the elasticity of scale times that of trade (both ibid.).
LABOUR, SCALE = 0.5, 0.67


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the economy comes to; arrays of shape (N,), those of hats new over old.

    Parameters
    ----------
    welfare_hat, wage_hat, price_hat, employment_hat, spending_hat : array
        Welfare, wages, prices, employment, spending.
    revenue : array
        What tariffs bring in.
    deficit, old_deficit : array
        Imports less exports, tariffs left out, after and before.
    flows : array of shape (N, N)
        Sales without the tariff, exporter by importer.
    """

    welfare_hat: Floats
    wage_hat: Floats
    price_hat: Floats
    employment_hat: Floats
    spending_hat: Floats
    revenue: Floats
    deficit: Floats
    old_deficit: Floats
    flows: Floats

    @property
    def welfare_pct(self) -> Floats:
        """Change of welfare in per cent."""
        return 100.0 * (self.welfare_hat - 1.0)

    @property
    def deficit_pct(self) -> Floats:
        """Change of the deficit in per cent of its size, NaN where there was none."""
        size = np.abs(self.old_deficit)
        change = self.deficit - self.old_deficit
        return 100.0 * np.divide(change, size, out=np.full_like(size, np.nan), where=size > 0.0)


class LiberationDay:
    """An economy in its base year, and what tariffs would make of it.

    Parameters
    ----------
    regions : sequence of str
        N names.
    flows : array_like of shape (N, N)
        Trade between regions, exporter by importer; what is on the diagonal is left out.
    gdp : array_like of shape (N,)
        In the unit of `flows`.
    home : str
        The region with the income tax and the foreign profits of the home country.
    elasticity, labour, scale : float
        eps above 0, kappa from 0, and eps psi from 0.
    earned_abroad : (float, float)
        What `nu` is calibrated on, for the rest of the world and for `home`.
    intra : array_like of shape (N,), optional
        Trade within regions, which counts in the calibration of `nu` only, and where what a region
        sells at home is not given.
    domestic : array_like of shape (N,), optional
        What regions sell at home, all in all, where it is given; where it is 0, GDP and trade tell.
    source : str
        The file or name that messages give.

    Raises
    ------
    EconomyError
        If there is no such home, or a figure is of no use.
    """

    def __init__(
        self,
        regions: Sequence[str],
        flows: ArrayLike,
        gdp: ArrayLike,
        home: str,
        *,
        elasticity: float = 4.0,
        labour: float = LABOUR,
        scale: float = SCALE,
        earned_abroad: tuple[float, float] = EARNED_ABROAD,
        intra: ArrayLike = 0.0,
        domestic: ArrayLike = 0.0,
        source: str = "",
    ) -> None:
        self.regions, self.home, self.source = tuple(regions), home, source
        trade, income = np.array(flows, dtype=float), np.asarray(gdp, dtype=float)
        within, at_home = (
            np.full(len(self.regions), x) if np.ndim(x) == 0 else np.asarray(x, dtype=float)
            for x in (intra, domestic)
        )
        _check_shapes(self, trade, income, within, at_home)
        _check(self, elasticity, labour, scale, income, within, at_home)
        self.elasticity, self.labour, self.psi = elasticity, labour, scale / elasticity
        # Refuses flows that are none before anything is reckoned from them.
        np.fill_diagonal(trade, 1.0)
        Economy(regions, trade, elasticity, 0.0, source)
        np.fill_diagonal(trade, at_home)
        self._calibrate(trade, income, within, np.array(earned_abroad))
        base = Economy(regions, _with_domestic(trade, income, self.nu), elasticity, 0.0, source)
        self.numeraire = base.partners * base.spending
        self.numeraire /= self.numeraire.sum(axis=1, keepdims=True)
        self.flows, self.shares, self.spending = base.flows, base.shares, base.spending
        # What balancing leaves over by rounding is no deficit.
        self.deficit = np.where(np.abs(base.deficit) > EVEN * base.income, base.deficit, 0.0)
        self.income = self.flows @ (1.0 - self.nu) + self.nu * self.spending
        self.transfer = self.spending - self.income
        # The income of each region's world is `world @ income`, over what it was.
        self.world = base.partners / (base.partners @ self.income)[:, None]

    def _calibrate(self, trade: Floats, gdp: Floats, intra: Floats, target: Floats) -> None:
        """Set nu and phi such that foreign profits are what the target says."""
        at_home = np.array([name == self.home for name in self.regions])
        nu = _calibrated(trade, gdp, at_home, intra, target)
        self.nu = np.where(at_home, nu[1], nu[0])
        self.phi = _passed_on(self.psi, self.nu)
        problems = [*_odd_profits(self), *_unstable(self)]
        if problems:
            raise EconomyError(problems[:1], self.source)

    def solve(
        self, tariffs: ArrayLike, *, lump_sum: bool = False, start: "Outcome | None" = None
    ) -> Outcome:
        """Return what tariffs lead to.

        Parameters
        ----------
        tariffs : array_like of shape (N, N)
            Exporter by importer, fractions above -1.
        lump_sum : bool
            Whether revenue is handed out lump-sum rather than by lower income taxes.
        start : Outcome, optional
            One nearby, to start from.

        Raises
        ------
        EconomyError
            With region and value, if a tariff is none or no equilibrium is found.
        """
        rates = np.asarray(tariffs, dtype=float)
        problems = list(wrong_tariffs(self.regions, rates))
        if problems and np.isposinf(rates).any():
            allowed = "less than infinite: embargoes are for the model armington"
            problems = [Problem("tariffs", float("inf"), allowed)]
        if problems:
            raise EconomyError(problems, self.source)
        hats = np.ones((3, len(self.regions)))
        if start is not None:
            hats = np.stack([start.wage_hat, start.spending_hat, start.employment_hat])
        return self._solution(rates, lump_sum, np.log(hats)).outcome()

    def optimal_tariff(self) -> float:
        """Return the uniform tariff that is best for home if nobody answers (ibid.).

        It is ``1 / ((1 + delta eps) phi - 1)``, delta the mean over home's sales abroad of one
        less its share there, net of profits, over home's imports so reckoned.
        """
        k = self.regions.index(self.home)
        return float(self._best(self.flows, self.nu, self.spending)[k])

    def optimal_retaliation(self) -> float:
        """Return the tariff on home that is best for all others as one block (ibid.).

        As there, what the block buys from home is reckoned from its income.
        """
        home = np.array([name == self.home for name in self.regions])
        blocks = np.array([~home, home], dtype=float)
        one_of_each = [int(home.argmin()), int(home.argmax())]
        flows = blocks @ self.flows @ blocks.T
        return float(self._best(flows, self.nu[one_of_each], blocks @ self.income)[0])

    def _best(self, flows: Floats, nu: Floats, size: Floats) -> Floats:
        sold = flows - np.diag(np.diagonal(flows))
        abroad = (sold * (1.0 - flows / flows.sum(axis=0))) @ (1.0 - nu)
        delta = abroad / ((1.0 - nu) * (size - np.diagonal(flows)))
        phi = _passed_on(self.psi, nu)
        best: Floats = 1.0 / ((1.0 + delta * self.elasticity) * phi - 1.0)
        return best

    @np.errstate(all="ignore")
    def _solution(self, rates: Floats, lump_sum: bool, logs: Floats) -> "_State":
        """Return where Newton's method ends."""
        state = _State(self, rates, lump_sum, logs)
        for _ in range(MOST_STEPS):
            if not state.worst > TOLERANCE:
                break
            try:
                step = np.linalg.solve(state.jacobian(), -state.errors).reshape(3, -1)
            except np.linalg.LinAlgError:
                break
            logs = logs + step * min(1.0, STRIDE / max(float(np.abs(step).max()), STRIDE))
            state = _State(self, rates, lump_sum, logs)
        if state.worst <= TOLERANCE:
            return state
        size = np.nan_to_num(np.abs(state.errors).reshape(3, -1).max(axis=0), nan=np.inf)
        advice = ["smaller tariffs"]
        advice += ["balanced trade"] if self.deficit.any() else []
        advice += [] if lump_sum else ["revenue handed out lump-sum"]
        advice += ["or, where tariffs end trade, the model armington"]
        allowed = (
            "an equilibrium, which was not found: the figure is the largest relative error; "
            f"what may help: {', '.join(advice)}"
        )
        region = self.regions[int(size.argmax())]
        raise EconomyError([Problem(region, float(size.max()), allowed)], self.source)


class _State:
    """The economy at given log wages, spending and employment (3, N)."""

    def __init__(self, base: LiberationDay, rates: Floats, lump_sum: bool, logs: Floats) -> None:
        self.base, self.rates, self.lump_sum, self.logs = base, rates, lump_sum, logs
        self.wage, self.spent, self.work = np.exp(logs)
        cost = np.exp(logs[0] - base.psi * logs[2])[:, None]
        demand = base.shares * cost**-base.elasticity
        demand *= (1.0 + rates) ** (-base.elasticity * base.phi)
        self.norm = demand.sum(axis=0)
        self.share = demand / self.norm
        self.spending = base.spending * self.spent
        self.flows = self.share * self.spending / (1.0 + rates)
        self.net = self.flows.sum(axis=0)
        self.revenue = (rates * self.flows).sum(axis=0)
        self.income = base.income * self.wage * self.work
        self.tau = np.zeros(len(self.net)) if lump_sum else self.revenue / self.income
        powers = (1.0 - base.phi) * (logs[1] - logs[0]) - np.log(self.norm) / base.elasticity
        self.price = np.exp(powers)

    @cached_property
    def worst(self) -> float:
        """The largest relative error."""
        return float(np.abs(self.errors).max())

    @cached_property
    def errors(self) -> Floats:
        """Return the relative errors of the equations (3 N,): income, spending, employment.

        Those of income and spending add up to the same; the numeraire, spread over the income of
        all regions, fills the gap without singling one out.
        """
        base = self.base
        level = base.numeraire @ (self.price - 1.0)
        income = self.flows @ (1.0 - base.nu) + base.nu * self.net - self.income
        transfer = base.transfer * (base.world @ self.income)
        spending = self.income + self.revenue + transfer - self.spending
        wage = self.logs[0] - np.log(self.price) - np.log1p(-self.tau)
        work = self.logs[2] - base.labour * wage
        return np.concatenate([income / base.income + level, spending / base.spending, work])

    def jacobian(self) -> Floats:
        """Return the derivatives of `errors` by the logs (3 N, 3 N).

        Each block of rows comes as its derivatives by the log costs of the exporters, wage less
        psi times employment, and by the logs as far as they enter otherwise.
        """
        rows = (self._income_rows(), self._spending_rows(), self._work_rows())
        psi = self.base.psi
        return np.block(
            [[wage + cost, spent, work - psi * cost] for cost, wage, spent, work in rows]
        )

    def _income_rows(self) -> tuple[Floats, Floats, Floats, Floats]:
        base, eps = self.base, self.base.elasticity
        paid, by_market = self.flows * (1.0 - base.nu), self.share.T
        cost = paid @ by_market - np.diag(paid.sum(axis=1))
        cost += base.nu[:, None] * (self.net[:, None] * by_market - self.flows.T)
        spent = paid + np.diag(base.nu * self.net)
        own = np.diag(self.income / base.income)
        level = base.numeraire * self.price
        numeraire = level * (1.0 - base.phi)
        cost = eps * cost / base.income[:, None] + level @ by_market
        return cost, -own - numeraire, spent / base.income[:, None] + numeraire, -own

    def _spending_rows(self) -> tuple[Floats, Floats, Floats, Floats]:
        base = self.base
        earned = np.diag(self.income) + base.transfer[:, None] * base.world * self.income
        earned /= base.spending[:, None]
        cost = self._revenue_by_cost() / base.spending[:, None]
        return cost, earned, np.diag(-self.net / base.spending), earned

    def _work_rows(self) -> tuple[Floats, Floats, Floats, Floats]:
        base, kappa = self.base, self.base.labour
        rest = 1.0 - base.phi
        untaxed = 0.0 if self.lump_sum else 1.0 / (1.0 - self.tau)
        by_revenue = untaxed / self.income
        relief = self.tau * untaxed
        cost = kappa * (self.share.T - np.reshape(by_revenue, (-1, 1)) * self._revenue_by_cost())
        wage = np.diag(-kappa * (1.0 + rest - relief))
        spent = np.diag(kappa * (rest - by_revenue * self.revenue))
        return cost, wage, spent, np.diag(1.0 + kappa * relief)

    def _revenue_by_cost(self) -> Floats:
        """Return the derivatives of revenue by the log costs, importer by exporter."""
        moved: Floats = self.revenue[:, None] * self.share.T - (self.rates * self.flows).T
        return self.base.elasticity * moved

    def outcome(self) -> Outcome:
        """Return the arrays of an Outcome."""
        base, kappa = self.base, self.base.labour
        labour = kappa / (1.0 + kappa) * (1.0 - self.tau) * base.income
        d = base.spending / (base.spending - labour)
        real = d * self.spent + (1.0 - d) * self.wage * self.work
        return Outcome(
            welfare_hat=real / self.price,
            wage_hat=self.wage,
            price_hat=self.price,
            employment_hat=self.work,
            spending_hat=self.spent,
            revenue=self.revenue,
            deficit=self.net - self.flows.sum(axis=1),
            old_deficit=base.deficit,
            flows=self.flows,
        )


# -- steps -------------------------------------------------------------------------------------


def _calibrated(
    trade: Floats, gdp: Floats, home: NDArray[np.bool_], intra: Floats, target: Floats
) -> Floats:
    """Return nu of the rest and of home, so that foreign profits are what the target says.

    The world is two blocks, the rest and home, for this. What they spend depends on nu; a few
    rounds settle it.
    """
    blocks = np.array([~home, home], dtype=float)
    within = np.where(home, 0.0, intra)
    exports = np.array([trade[~home][:, home].sum(), trade[home][:, ~home].sum()])
    nu = target
    for _ in range(100):
        spending = blocks @ _spending(trade, gdp, np.where(home, nu[1], nu[0]), within)
        domestic = spending - exports[::-1]
        own = domestic / (domestic + exports)
        mixed = np.array([[own[0], 1.0 - own[0]], [1.0 - own[1], own[1]]])
        before, nu = nu, np.linalg.solve(mixed, target)
        if np.abs(nu - before).max() < 1e-14:
            break
    return nu


def _passed_on(psi: float, nu: Floats) -> Floats:
    """Return phi: ``(1 + theta) / ((1 - nu) theta) - 1 / theta`` with theta = 1 / psi."""
    return (1.0 + psi) / (1.0 - nu) - psi


def _spending(trade: Floats, gdp: Floats, nu: Floats, intra: Floats) -> Floats:
    """Return what regions spend: imports and what they sell at home, or if that is 0 by GDP.

    In the latter case, trade within regions counts as trade.
    """
    given = np.diagonal(trade)
    abroad = trade + np.diag(intra - given)
    by_gdp = gdp + (1.0 - nu) * (abroad.sum(axis=0) - abroad @ (1.0 - nu))
    spending: Floats = np.where(given > 0.0, trade.sum(axis=0), by_gdp)
    return spending


def _with_domestic(trade: Floats, gdp: Floats, nu: Floats) -> Floats:
    """Return trade with domestic sales on the diagonal: what spending leaves after imports."""
    given = np.diagonal(trade)
    between = trade - np.diag(given)
    left = _spending(trade, gdp, nu, np.zeros_like(gdp)) - between.sum(axis=0)
    whole: Floats = between + np.diag(np.where(given > 0.0, given, np.maximum(left, 0.0)))
    return whole


def _check_shapes(
    base: LiberationDay, flows: Floats, gdp: Floats, intra: Floats, domestic: Floats
) -> None:
    count = len(base.regions)
    one = f"a number for each of the {count} regions"
    pair = f"flows exporter by importer of the {count} regions"
    for key, values, shape, allowed in (
        ("flows", flows, (count, count), pair),
        ("gdp", gdp, (count,), one),
        ("intra", intra, (count,), one),
        ("domestic", domestic, (count,), one),
    ):
        if values.shape != shape:
            raise EconomyError([Problem(key, list(values.shape), allowed)], base.source)


def _check(
    base: LiberationDay,
    elasticity: float,
    labour: float,
    scale: float,
    gdp: Floats,
    intra: Floats,
    domestic: Floats,
) -> None:
    numbers: list[tuple[str, float, str, bool]] = [
        ("elasticity", elasticity, "a number above 0", elasticity > 0.0),
        ("labour", labour, "a number from 0", labour >= 0.0),
        ("scale", scale, "a number from 0", scale >= 0.0),
    ]
    for name, income, within, sold in zip(base.regions, gdp, intra, domestic, strict=True):
        numbers.append((f"gdp.{name}", float(income), "a number above 0", income > 0.0))
        numbers.append((f"intra.{name}", float(within), "a number from 0", within >= 0.0))
        numbers.append((f"domestic.{name}", float(sold), "a number from 0", sold >= 0.0))
    wrong = [
        Problem(key, value, allowed)
        for key, value, allowed, sound in numbers
        if not (sound and np.isfinite(value))
    ]
    if base.home not in base.regions:
        allowed = f"one of the regions: {', '.join(base.regions)}"
        wrong.append(Problem("home", base.home, allowed, nearest(base.home, base.regions)))
    if wrong:
        raise EconomyError(wrong, base.source)


def _odd_profits(base: LiberationDay) -> Iterator[Problem]:
    """Give the region whose calibrated share of income earned abroad is none."""
    for name, nu in zip(base.regions, base.nu, strict=True):
        if not 0.0 <= nu < 1.0:
            allowed = (
                f"a share from 0 to below 1: profits abroad cannot be as given with {base.home} as "
                "home, which trades too much; another home may do, or another model"
            )
            yield Problem(f"nu.{name}", float(nu), allowed)


def _unstable(base: LiberationDay) -> Iterator[Problem]:
    """Give an elasticity at which more work raises real wages by more than it takes."""
    growth = base.labour * (base.psi + base.phi - 1.0)
    worst = int(growth.argmax())
    if growth[worst] >= 1.0:
        allowed = (
            "so much that scale and labour supply do not feed on each other without end, as they "
            f"do in {base.regions[worst]}: 1 % more work brings {growth[worst]:.3g} % more; less "
            "labour or scale may help too"
        )
        yield Problem("elasticity", base.elasticity, allowed)
