# %% [markdown]
# # Where the deal of 8 May lies
#
# On 8 May 2025 Washington and London agreed on General Terms: a lower tariff on 100,000 British
# cars, for beef, ethanol and a word on supply chains. The scenario `allies-2025` has them as a deal
# in force at the start. Was there more to gain? For whom was it a good deal, and what would the
# model have them sign?
#
# What is claimed of results below was written after they had been seen: it describes them, and is
# no prediction that came true. The code asserts that it still holds.

# %%
import numpy as np
import pandas as pd

from experiments.plots.style import dress, figure
from experiments.run import load, run
from simulator.negotiation.issues import OutcomeSpace
from simulator.theory.analysis import Analysis

REPLICATIONS = 40

scenario = load("allies-2025")
talk = scenario.talks["us-uk"]
space = OutcomeSpace(talk.issues)
(signed,) = (deal.outcome for deal in scenario.deals if deal.talk == "us-uk")
# What it does not name stays as it is, the first level.
levels = [
    issue.levels.index(signed[issue.id]) if issue.id in signed else 0 for issue in talk.issues
]
deal = space.index(levels)
print(f"one of {len(space):,} outcomes:", space.values(deal))

# %% [markdown]
# ## What it is worth
#
# In US$ bn a year, without a deal 0. If both keep their word, each has all of what is promised. As
# they see it in May 2025, a promise counts with the trust in who gives it, and what one must do
# oneself counts in full.

# %%
trust = run(scenario, seed=0, weeks=1).trust.set_index(["observer", "subject"])["trust"]


def worth(party, other, trusting):
    """What every outcome is worth to a party, by its trust or at full faith."""
    faith = trust[party, other] if trusting else 1.0
    counts = [1.0 if issue.obligor == party else faith for issue in talk.issues]
    parts = zip(talk.issues, counts, strict=True)
    return space.total([np.multiply(issue.payoffs[party], count) for issue, count in parts])


def seen(trusting):
    u = np.stack([worth("us", "uk", trusting), worth("uk", "us", trusting)], axis=1)
    return Analysis(u, d=(0.0, 0.0))


views = {"if kept": seen(False), "as trusted": seen(True)}
for name, view in views.items():
    us, uk = view.u[deal]
    print(f"{name:10}  US {us:.2f}, UK {uk:.2f}; {view.gainful_share:.0%} of the outcomes are")
    print("            better for both than no deal")
print(f"trust of the US in the UK {trust['us', 'uk']:.2f}, of the UK in the US", end=" ")
print(f"{trust['uk', 'us']:.2f}")
kept, believed = (view.u[deal] for view in views.values())
assert (kept > 1).all()
assert (believed > 0).all()
assert (believed < kept / 2).all()

# %% [markdown]
# Both gain, and both believe less than half of it.
#
# ## How far it lies from the frontier
#
# On the frontier nobody can have more unless somebody has less. Better for both than the deal of
# 8 May, by what they believe, is about every fifth outcome: the steel tariff, left open in the
# General Terms, costs Washington little, and market access for medicines costs London little.

# %%
view = views["as trusted"]
better = (view.u > view.u[deal]).all(axis=1)
print(f"better for both: {better.sum()} outcomes, {better.mean():.0%}")
print(pd.Series(view.distances(deal)).round(2).to_string())
assert 0.15 < better.mean() < 0.25
assert deal not in view.frontier

rows = {"8 May": deal} | {name: points[0] for name, points in view.points.items()}
table = pd.DataFrame(
    [[*space.values(k), *view.u[k].round(2)] for k in rows.values()],
    index=list(rows),
    columns=[*(issue.id for issue in talk.issues), "us", "uk"],
)
print(table.T.to_string())
assert (table.loc[["nash", "kalai_smorodinsky", "egalitarian"], ["us", "uk"]] > believed).all(
    axis=None
)
assert table.loc["utilitarian", "uk"] < 0.1

# %% [markdown]
# Every outcome that is better for both than none, by what they believe. The deal of 8 May is well
# inside; the points of Nash, of Kalai and Smorodinsky and the egalitarian one lie to the right of
# it and above. The largest sum, the utilitarian point, would be Washington's alone.

# %%
drawn = figure(6.8, 4.6)
ax = drawn.add_subplot()
both = view.u[(view.u > 0).all(axis=1)]
ax.scatter(*both.T, s=4, color="0.8", label="better for both than none")
ax.scatter(*view.u[view.frontier].T, s=12, color="0.35", label="frontier")
for (name, points), mark in zip(view.points.items(), "D^sv", strict=True):
    ax.scatter(*view.u[points[:1]].T, s=60, marker=mark, label=name.replace("_", "-"))
ax.scatter(*view.u[deal], s=170, marker="*", color="tab:red", label="8 May", zorder=3)
ax.set_xlabel("expected payoff of the United States (US$ bn a year)")
ax.set_ylabel("expected payoff of the United Kingdom (US$ bn a year)")
dress(ax)
drawn

# %% [markdown]
# ## What the model has them sign
#
# The talk goes on in the model, to replace the General Terms. Its first new deal, with so many
# seeds: how much more is it worth than that of 8 May, if kept?


# %%
def next_deal(seed):
    deals = run(scenario, seed, weeks=26).deals
    new = deals[(deals["talk"] == "us-uk") & (deals["signed"] >= 0)]
    return None if new.empty else new.iloc[0][["signed", "outcome", "payoff_us", "payoff_uk"]]


found = pd.DataFrame([row for seed in range(REPLICATIONS) if (row := next_deal(seed)) is not None])
more = found[["payoff_us", "payoff_uk"]].astype(float) - kept
share = pd.DataFrame(
    {
        issue.id: pd.Series([space.values(k)[n] for k in found["outcome"]]).mode()[0]
        for n, issue in enumerate(talk.issues)
    },
    index=["the usual level"],
)
print(f"{len(found)} of {REPLICATIONS} runs sign anew, in week {found['signed'].median():.0f}")
print(f"more for the US {more['payoff_us'].mean():.2f}, for the UK {more['payoff_uk'].mean():.2f}")
print(share.T.to_string())
assert len(found) > 0.9 * REPLICATIONS
assert (more.mean() > 0).all()
assert share["car-tariff"].item() < 10
assert share["ethanol"].item() == 2.8

# %% [markdown]
# A lower car tariff for more ethanol and access for medicines: both are better off than by the
# General Terms, which in the model are a first step. That the model knows no more of 8 May than
# its terms, and that the values behind them are assumed, is told in
# `docs/explanation/allies-2025.md`.
