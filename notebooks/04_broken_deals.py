# %% [markdown]
# # Broken deals
#
# The United States signs with Japan in the summer of 2025, and in November it disregards what it
# has signed. What does that do to Japan's trust, and to that of those who hear of it? How long does
# it last? And what does it cost at the next signing, and does it put that off?

# %%
import datetime

import pandas as pd

from experiments.analysis.divergence import compare
from experiments.analysis.intervals import summarize
from experiments.plots.palette import palette
from experiments.plots.style import dress, figure, weeks
from experiments.run import load, run

REPLICATIONS = 20

# %% [markdown]
# ## Two worlds with one difference
#
# Everybody always keeps what it has signed, Washington does nothing outside of its deals (no
# `shocks`), and no value is uncertain. In the second world there is one event more: a single
# disregard, by decree, sixteen weeks after the first deal with Japan has entered into force, which
# is on 17 November 2025. Whatever differs between the two comes of it.

# %%
ALLIES = ("japan", "korea", "eu", "uk")
always = {f"countries.{name}.compliance": "always" for name in ("us", *ALLIES)}
calm = load("allies-2025").with_(always | {"countries.us.shocks": None})


def breach_week(world):
    """The week of the breach: sixteen after the first deal of the run is in force."""
    deals = world.deals[world.deals["talk"] == "us-japan"]
    return int(deals["in_force"].min()) + 16


def with_breach(scenario, week):
    date = scenario.start + datetime.timedelta(weeks=week)
    breach = {"date": date, "disregard": {"talk": "us-japan", "by": "us"}}
    return scenario.with_(events=[*scenario.data["events"], breach])


kept_world = calm.with_(valuation_sd=0)
kept = run(kept_world, seed=0)
broken = run(with_breach(kept_world, breach_week(kept)), seed=0)
apart = compare(kept, broken)
print(apart.tables[["table", "week", "what"]].to_string(index=False))

# %% [markdown]
# Performance and payoffs differ from the week of the breach on, trust from the week in which the
# period is over, and the first offer that is worth something else, when the next talk opens.

# %%
assert breach_week(kept) == 26
first = apart.tables.set_index("table")["week"]
assert first["performance"] == first["payoffs"] == 26
assert first["trust"] == 36
assert first["offers"] == 54

# %% [markdown]
# ## Trust falls, and spreads
#
# Japan's trust in the others. The cross is the breach; trust falls when the period is over.

# %%
broken.plot.trust("japan")

# %% [markdown]
# Trust in Washington, of Japan that was let down and of the three that heard of it. Lines break off
# from the dashed ones, which are of the world without the breach:


# %%
def trust_in_us(world):
    rows = world.trust[world.trust["subject"] == "us"]
    return rows.pivot(index="week", columns="observer", values="trust")[list(ALLIES)]


with_it, without = trust_in_us(broken), trust_in_us(kept)
countries = kept.scenario.countries
styles = palette({name: country.name for name, country in countries.items()})
drawn = figure(8.4, 4.2)
ax = drawn.add_subplot()
for name in ALLIES:
    ax.plot(with_it[name], color=styles[name].colour, label=styles[name].label)
    ax.plot(without[name], color=styles[name].colour, linestyle="--")
    ax.plot(103, with_it[name].iloc[-1], styles[name].marker, color=styles[name].colour)
ax.set_ylabel("trust in the United States (0 to 1)")
dress(weeks(ax, kept.scenario.start))
drawn

# %%
lost = without - with_it
nearness = [1.0, *(kept.graph["japan"][name]["weight"] for name in ALLIES[1:])]
table = pd.DataFrame(
    {
        "tie to Japan": nearness,
        "before": with_it.loc[35],
        "after": with_it.loc[36],
        "lost to the breach": lost.loc[36],
    }
)
print(table.round(3).to_string())

# %% [markdown]
# Korea, the EU and the UK have it from hearsay, which counts as much as their tie to Japan is close
# (`relationships` in the scenario). Of the trust that each would have, the breach takes from Japan
# a third, and from the others nearly their tie times that:

# %%
share = lost.loc[36] / without.loc[36]
print(share.round(3).to_string())
assert 0.3 < share["japan"] < 0.4
assert share["korea"] > max(share["eu"], share["uk"])
assert (abs(share / share["japan"] - nearness) < 0.05).all()

# %% [markdown]
# ## It returns slowly
#
# How much of the first loss is left, a quarter apart, up to the next talks:

# %%
left = (lost / lost.loc[36]).loc[[36, 49, 62]]
print(left.round(3).to_string())

# %% [markdown]
# Each quarter takes 6 % of what is left from Japan's loss, 8 % from the others'. Most of that is
# the trust model's: with every kept promise a twentieth of what is missing to full trust comes back
# (`up`), and a fiftieth of all distance from the middle is forgotten (`lam`), which leaves
# .95 · .98 = .931. In Japan's deal there is a written pledge. What is kept under it proves less and
# counts for half: .975 · .98 = .956. Promises that are kept to others do the rest. At that pace
# half of Japan's loss is left after twelve quarters, of the others' after eight or nine: one breach
# of thirteen weeks is felt for years.

# %%
quarterly = left.loc[62] / left.loc[49]
print(quarterly.round(3).to_string())
assert "us: written-pledge written" in kept.deals.set_index("deal").loc["us-japan:0", "terms"]
assert 0.93 < quarterly["japan"] < 0.95
assert quarterly[["korea", "eu", "uk"]].between(0.91, 0.93).all()
assert 0.45 < quarterly["japan"] ** 12 < 0.55
assert 0.45 < quarterly["eu"] ** 9 < quarterly["eu"] ** 8 < 0.55

# %% [markdown]
# ## What it costs at the next signing
#
# The first deals end after a year, and are bargained for again. With less trust Japan counts less
# of what it is promised, so it should ask for more. In a single world that may hang on a step of a
# ladder; so values are uncertain again, and both worlds are played with many seeds, each the same
# in both. The first deal is signed before its date, at it or after an extension, as the seed will
# have it; so the breach comes with it, always sixteen weeks after it is in force. What the next
# US-Japan deal is worth, if it is kept, with the breach and without:

# %%
METRICS = ["payoff_us", "payoff_japan"]


def next_deal(world, week):
    """Of the first US-Japan deal after a week: how much later it is signed, and its payoffs."""
    deals = world.deals
    later = deals[(deals["talk"] == "us-japan") & (deals["signed"] > week)].head(1)
    found = later[METRICS].iloc[0].to_dict() if len(later) else {}
    last = later["signed"].iloc[0] if len(later) else world.weeks
    return found | {"signed": bool(len(later)), "time": int(last) - week, "breach": week}


def pair(scenario, seed):
    """The next deal of a seed, without the breach and with it."""
    before = run(scenario, seed, tables=["deals"])
    week = breach_week(before)
    after = run(with_breach(scenario, week), seed, tables=["deals"])
    return next_deal(before, week), next_deal(after, week)


seeds = range(REPLICATIONS)
pairs = [pair(calm, seed) for seed in seeds]
before, after = (pd.DataFrame(side, index=seeds) for side in zip(*pairs, strict=True))
gains = (after[METRICS] - before[METRICS]).assign(point=0, replication=seeds, error=None)
price = summarize(gains, [], METRICS)[["metric", "runs", "n", "mean", "low", "high"]]
price = price.set_index("metric")
print(price.round(2).to_string())
print(before["breach"].value_counts().sort_index().to_string())

# %% [markdown]
# In US$ bn a year, over the seeds in which there is a next deal in both worlds (`n`). Japan gets
# more, the United States less, and both intervals leave 0 out. Trust is a price, and the one who
# broke its word pays it. That the breach falls in week 26 is the rule; in some seeds the first deal
# comes after an extension or after the threat, and the breach with it.
#
# ## Does it put the next deal off?
#
# The share of seeds without a second deal, by the weeks that have passed since the breach, or since
# its date where there is none: the estimate of Kaplan and Meier (1958), which takes a seed out of
# the count when its run ends without a second deal.

# %%
assert price.loc["payoff_us", "high"] < 0 < price.loc["payoff_japan", "low"]


def without_a_deal(table):
    """The share of seeds without a second deal, by the weeks since the date of the breach."""
    share, left = [], 1.0
    for week in range(table["time"].max() + 1):
        at_risk = (table["time"] >= week).sum()
        left *= 1 - ((table["time"] == week) & table["signed"]).sum() / at_risk
        share.append(left)
    return pd.Series(share)


curves = {"without the breach": without_a_deal(before), "with it": without_a_deal(after)}
drawn = figure(8.0, 3.4)
ax = drawn.add_subplot()
for (name, curve), (dash, width) in zip(curves.items(), (("-", 4), ("--", 1.6)), strict=True):
    ax.step(curve.index, curve, dash, where="post", label=name, linewidth=width)
ax.set_xlim(0, 40)
ax.set_ylim(-0.03, 1.03)
ax.set_xlabel("weeks since the date of the breach")
ax.set_ylabel("share without a second deal")
dress(ax)
drawn

# %%
print(pd.DataFrame(curves).loc[[0, 30, 31]].to_string())
assert before["signed"].all()
assert after["signed"].all()
assert (before["time"] == 31).all()
assert (after["time"] == before["time"]).all()

# %% [markdown]
# The two curves are one, and fall in a single step: in every seed the second deal is signed 31
# weeks after that date, with the breach and without. The talk on it opens eight weeks before the
# first deal ends, and both sides take what is better than none in the last full week before the
# talk's deadline. So here the breach moves what is agreed on, and not when, or whether, there is a
# deal.
#
# ## The control: trust that does not move
#
# Does that come of trust, or of something else that the breach has changed? With the trust model
# `fixed` nobody learns. The same breach, seed by seed:

# %%
fixed = calm.with_({f"countries.{name}.trust": "fixed:t0=0.5" for name in ("us", *ALLIES)})
for seed in range(3):
    one, other = pair(fixed, seed)
    print(seed, one)
    assert one == other

# %%
unbroken = run(fixed, seed=1)
control = compare(unbroken, run(with_breach(fixed, breach_week(unbroken)), seed=1)).tables
print(control[["table", "week", "differing", "of"]].to_string(index=False))
assert list(control.loc[control["differing"] > 0, "table"]) == ["performance", "payoffs"]

# %% [markdown]
# No offer differs, no deal and no trust: only what was withheld, and what it was worth. So the
# price above is that of trust.
