# %% [markdown]
# # Broken deals
#
# The United States signs with Japan in the summer of 2025, and in November it disregards what it
# has signed. What does that do to Japan's trust, and to that of those who hear of it? How long does
# it last? And what does it cost at the next signing?

# %%
import pandas as pd

from experiments.analysis.divergence import compare
from experiments.analysis.intervals import summarize
from experiments.plots.palette import palette
from experiments.plots.style import dress, figure, weeks
from experiments.run import load, run

REPLICATIONS = 40

# %% [markdown]
# ## Two worlds with one difference
#
# Everybody always keeps what it has signed, and no value is uncertain. In the second world there is
# one event more: a single disregard, by decree, on 17 November 2025. Whatever differs between the
# two comes of it.

# %%
ALLIES = ("japan", "korea", "eu", "uk")
always = {f"countries.{name}.compliance": "always" for name in ("us", *ALLIES)}
breach = {"date": "2025-11-17", "disregard": {"talk": "us-japan", "by": "us"}}


def with_breach(scenario):
    return scenario.with_(events=[*scenario.data["events"], breach])


kept_world = load("allies-2025").with_(always, valuation_sd=0)
kept, broken = run(kept_world), run(with_breach(kept_world))
apart = compare(kept, broken)
print(apart.tables[["table", "week", "what"]].to_string(index=False))

# %% [markdown]
# Performance and payoffs differ from the week of the breach on, trust from the week in which the
# period is over, and the first offer that is worth something else, when the next talk opens.

# %%
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
# Each quarter takes 8 % of what is left. Most of that is the trust model's: with every kept promise
# a twentieth of what is missing to full trust comes back (`up`), and a fiftieth of all distance
# from the middle is forgotten (`lam`), which leaves .95 · .98 = .931; promises that are kept to
# others do the rest. At that pace half of the loss is left after eight quarters: one breach of
# thirteen weeks is felt for years.

# %%
quarterly = left.loc[62] / left.loc[49]
print(quarterly.round(3).to_string())
assert ((quarterly > 0.91) & (quarterly < 0.93)).all()
assert 0.45 < 0.92**8 < 0.55

# %% [markdown]
# ## What it costs at the next signing
#
# The first deals end after a year, and are bargained for again. With less trust Japan counts less
# of what it is promised, so it should ask for more. In a single world that may hang on a step of a
# ladder; so values are uncertain again, and both worlds are played with many seeds, each the same
# in both. What the next US-Japan deal is worth, if it is kept, with the breach and without:

# %%
noisy = load("allies-2025").with_(always, weeks=78)


def next_deals(scenario, seeds):
    """The payoffs of the first US-Japan deal after the breach, at full faith; a row per seed."""
    found = []
    for seed in seeds:
        deals = run(scenario, seed, tables=["deals"]).deals
        later = deals[(deals["talk"] == "us-japan") & (deals["signed"] > 26)]
        found.append(later[["payoff_us", "payoff_japan"]].head(1).assign(seed=seed))
    rows = pd.concat(found).set_index("seed").reindex(seeds)
    return rows.set_axis(["us", "japan"], axis=1)


seeds = range(REPLICATIONS)
before, after = next_deals(noisy, seeds), next_deals(with_breach(noisy), seeds)
gains = (after - before).assign(point=0, replication=seeds, error=None)
price = summarize(gains, [], ["us", "japan"])[["metric", "runs", "n", "mean", "low", "high"]]
price = price.set_index("metric")
print(price.round(2).to_string())

# %% [markdown]
# In US$ bn a year, over the seeds in which there is a next deal in both worlds (`n`). Japan gets
# more, the United States less, and both intervals leave 0 out. Trust is a price, and the one who
# broke its word pays it. Does it lose deals, too?

# %%
assert price.loc["us", "high"] < 0 < price.loc["japan", "low"]
there = pd.DataFrame({"without the breach": before["us"].notna(), "with it": after["us"].notna()})
print(there.sum().to_string())

# %% [markdown]
# In all forty seeds there is a second deal, with the breach and without: at the deadline each side
# takes whatever is better for it than none. So here the breach moves what is agreed on, and not
# whether there is a deal.

# %%
assert REPLICATIONS != 40 or there.all(axis=None)

# %% [markdown]
# ## The control: trust that does not move
#
# Does that come of trust, or of something else that the breach has changed? With the trust model
# `fixed` nobody learns. The same breach, seed by seed:

# %%
fixed = noisy.with_({f"countries.{name}.trust": "fixed:t0=0.5" for name in ("us", *ALLIES)})
unmoved = next_deals(with_breach(fixed), range(5)) - next_deals(fixed, range(5))
print(unmoved.to_string())
assert (unmoved.dropna() == 0).all(axis=None)

# %%
control = compare(run(fixed, seed=1), run(with_breach(fixed), seed=1)).tables
print(control[["table", "week", "differing", "of"]].to_string(index=False))
assert list(control.loc[control["differing"] > 0, "table"]) == ["performance", "payoffs"]

# %% [markdown]
# No offer differs, no deal and no trust: only what was withheld, and what it was worth. So the
# price above is that of trust.
