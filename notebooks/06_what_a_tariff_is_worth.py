# %% [markdown]
# # What a tariff is worth
#
# Before two countries can bargain over a tariff, somebody has to say what it is worth to each. Here
# a trade model does: the goods trade of nine regions in 2023, one elasticity, general equilibrium
# (Armington). What does an American tariff on Japan bring the United States, and what does it cost
# Japan? Which tariff would suit it best, what if all do the same, and what enters the talks?

# %%
import numpy as np
import pandas as pd

from experiments.pages.tariffs import nash_answer, optimal_answer, sustainable_answer
from experiments.plots.style import dress, figure
from experiments.run import load
from simulator.economy.balance import balance
from simulator.economy.gains import gains
from simulator.economy.trade import read_trade

ELASTICITY = 4.0

trade = read_trade()
base = balance(trade.economy(ELASTICITY))
US, JAPAN = trade.regions.index("USA"), trade.regions.index("JPN")
exports = pd.DataFrame(trade.flows, index=trade.regions, columns=trade.regions)
print("Goods exports, US$ bn, exporter by importer")
print(exports.round(0).astype(int).to_string())

# %% [markdown]
# ## One tariff, on one partner
#
# The United States taxes all that comes from Japan, at rates from 0 to 60 %; nothing else changes.
# Gains are in US$ bn a year: welfare in per cent of the model, times GDP. Trade is balanced first,
# for with deficits that never change ever higher tariffs would pay.

# %%
rates = np.linspace(0, 0.6, 121)
on_japan = np.zeros((len(rates), *trade.flows.shape))
on_japan[:, JAPAN, US] = rates
found = gains(base, trade.gdp, on_japan)
curve = pd.DataFrame(
    {
        "United States": found.welfare[:, US],
        "Japan": found.welfare[:, JAPAN],
        "all regions": found.welfare.sum(axis=1),
        "US revenue": found.revenue[:, US],
    },
    index=pd.Index((100 * rates).round(1), name="tariff on Japan (%)"),
)
print(curve.loc[[0, 5, 10, 15, 25, 40, 60]].round(2).to_string())

# %%
drawn = figure(8.0, 4.4)
ax = drawn.add_subplot()
for name, dash in zip(curve, ("-", "--", "-.", ":"), strict=True):
    ax.plot(curve.index, curve[name], dash, label=name)
ax.axhline(0, color="0.4", linewidth=0.8)
ax.set_xlabel(curve.index.name)
ax.set_ylabel("change (US\\$ bn a year)")
dress(ax)
drawn

# %% [markdown]
# A small tariff pays: Japan sells cheaper, so that a part of the revenue is paid by it (the terms
# of trade). A large one does not: what is bought elsewhere or at home instead costs more than Japan
# asks for it, and that loss grows about with the square of the tariff. It outweighs the gain long
# before revenue falls.

# %%
best = curve["United States"].idxmax()
even = curve.index[(curve["United States"] > 0)].max()
print(f"best for the United States at {best:g} %: {curve['United States'].max():.1f} bn a year")
print(f"better than none up to {even:g} %; most revenue at {curve['US revenue'].idxmax():g} %")
assert 10 < best < 12
assert 25 < even < 30
assert best < 20 < curve["US revenue"].idxmax()
assert (curve["Japan"].diff().dropna() < 0).all()
assert (curve["United States"] + curve["Japan"]).iloc[1:].max() < 0
assert curve["all regions"].loc[2:].max() < 0

# %% [markdown]
# Whatever the rate, Japan loses more than the United States gains, and from 2 % on the others gain
# too little to make up for it. So there is something to bargain over: Japan could buy the tariff
# off with some promise, and both would be better off.
#
# ## The best tariff on everybody
#
# Each region for itself, if no other has any:

# %%
optimal = optimal_answer(trade, ELASTICITY)
print(pd.DataFrame(optimal.data).set_index("regions").round(3).to_string())
optimal.figure()

# %% [markdown]
# A region alone would choose about 25 %, one over the elasticity, and the United States the most,
# 26.4 %. It would gain .5 % of welfare, and Korea, Canada and Mexico more than 1 %. The column
# `formula` is that of Gros (1987), exact with two regions.

# %%
tariff = dict(zip(trade.regions, optimal.data["tariff"], strict=True))
assert max(tariff, key=lambda region: tariff[region]) == "USA"
assert all(0.25 < rate < 0.27 for rate in tariff.values())
gain = dict(zip(trade.regions, optimal.data["welfare_pct"], strict=True))
assert {region for region in gain if gain[region] > 1} == {"KOR", "CAN", "MEX"}

# %% [markdown]
# ## If all do
#
# Tariffs that are best replies to each other are hardly lower, and then everybody loses (`one_step`
# is the formula of Lashkaripour 2021 for them):

# %%
nash = nash_answer(trade, ELASTICITY)
print(pd.DataFrame(nash.data).set_index("regions").round(3).to_string())
assert max(nash.data["welfare_pct"]) < 0
assert min(nash.data["tariff"]) > 0.25

# %% [markdown]
# It is the prisoner's dilemma. What keeps a region from its best tariff is what the others would do
# next, if the future counts enough and they are relied on to keep their part. The table says from
# which discount factor per period on each would rather keep to free trade, and below that, the
# lowest common tariff that enforces itself at less (columns: trust in the others).

# %%
held = sustainable_answer(trade, ELASTICITY, [0.3, 0.4, 0.5, 0.6], [1.0, 0.8, 0.5])
needed = pd.Series(held.data["critical_discount"], index=held.data["regions"])
tariffs = pd.DataFrame(held.data["tariff"], index=held.data["discount"], columns=held.data["trust"])
print(needed.round(3).to_string())
print((100 * tariffs).round(1).to_string())
# Trust enters as a discount does: half of it doubles the discount factor that is needed.
assert (tariffs.loc[0.3, 1.0] - tariffs.loc[0.6, 0.5]) ** 2 < 1e-12
assert (tariffs.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)

# %% [markdown]
# With less trust only higher tariffs hold. That is the bridge from this model to the talks.
#
# ## What enters the talks
#
# In `allies-2025` what tariffs are worth is derived in this way, with two things on top for the one
# who taxes: a dollar of revenue counts a little more than one of income, and protected sectors have
# political weight. What cutting its car tariff costs Washington, and what it brings Tokyo, at three
# elasticities, all else the same:

# %%
cuts = {}
for elasticity in (2.5, 4.0, 6.0):
    scenario = load("allies-2025", {"economy.elasticity": elasticity})
    (cars,) = (issue for issue in scenario.talks["us-japan"].issues if issue.id == "car-tariff")
    for name in ("us", "japan"):
        cuts[elasticity, name] = pd.Series(cars.payoffs[name], index=cars.levels)
table = pd.DataFrame(cuts).rename_axis("US tariff on cars (%)")
print(table.round(2).to_string())

# %% [markdown]
# A cut is worth more to Japan than it costs the United States, at any of the three; the smaller the
# elasticity, the dearer it is to Washington, and the less there is to share. How much else hangs on
# what is assumed is in `docs/explanation/valuation.md`.

# %%
surplus = pd.DataFrame({e: table[e, "us"] + table[e, "japan"] for e in (2.5, 4.0, 6.0)})
print("to share (US$ bn a year)", surplus.round(2).to_string(), sep="\n")
assert (surplus.iloc[1:] > 0).all(axis=None)
assert (surplus.iloc[1:].diff(axis=1).iloc[:, 1:] > 0).all(axis=None)
