# %% [markdown]
# # Who should play what against whom
#
# A strategy says how fast a country gives in, and what it offers on the way. Which one serves
# Washington, given what its allies play? Which one serves them? And is there a pair from which
# neither side would turn away?

# %%
import tempfile

import pandas as pd

from experiments.analysis.intervals import summarize
from experiments.run import run
from experiments.sweep import Axis, load_experiment, sweep

REPLICATIONS = 8

# %% [markdown]
# ## A hard line first
#
# What if either side never gives in?

# %%
US, ALLIES = "countries.us.strategy", "countries.{japan,eu,korea,uk}.strategy"
NAMES = ("us", "japan", "eu", "korea", "uk")

for hard in NAMES[:1], NAMES[1:]:
    stubborn = {f"countries.{name}.strategy": "hardliner" for name in hard}
    ends = [run("allies-2025", seed, weeks=26, set=stubborn).row() for seed in range(3)]
    signed = [end["deals_signed"] for end in ends]
    print(f"{' and '.join(hard)} as hardliners: deals signed in three runs", signed)
    assert signed == [0, 0, 0]

# %% [markdown]
# Then there is no deal, and the threats are carried out, sooner or later. Strategies worth a look
# give in.
#
# ## Four that give in, all against all
#
# Three go by the clock: `boulware` gives in late, `linear` evenly, `conceder` early. `trade-off`
# gives in as evenly as `linear`, and of the offers that are about as good for itself makes the one
# most like its partner's last. The United States plays each, and the four allies play each, all of
# them the same, over the first half year of `allies-2025`. Every pair is played with the same
# seeds, so that much of the luck is the same for all and drops out of differences.

# %%
STRATEGIES = ["boulware", "linear", "conceder", "trade-off"]
payoffs = [f"payoff_weighted_{name}" for name in NAMES]
experiment = load_experiment(
    "allies-2025",
    weeks=26,
    vary=[Axis(US, tuple(STRATEGIES)), Axis(ALLIES, tuple(STRATEGIES))],
    replications=REPLICATIONS,
    seed=2025,
    metrics=("share_signed", "first_signing", *payoffs),
)
folder = tempfile.TemporaryDirectory()
results = sweep(experiment, folder.name, workers=1)
results.plot.matrix()

# %% [markdown]
# In each cell: what Washington gets below, and what the allies get together above, US$ bn over half
# a year. In a box stands the best reply to what the other side plays, and in a frame what is one on
# both sides: a Nash equilibrium of this game of four strategies and two players, of whom the allies
# are one. What an ally would do alone, it does not say.
#
# ## Strategies by payoff
#
# The same as a table: `allies` is the sum of the four, and `together` that of all five.

# %%
runs = results.runs
folder.cleanup()
runs["us"] = runs["payoff_weighted_us"]
runs["allies"] = runs[payoffs[1:]].sum(axis=1)
runs["together"] = runs["us"] + runs["allies"]
means = runs.groupby([US, ALLIES], sort=False)[
    ["us", "allies", "together", "share_signed", "first_signing"]
].mean()
ranked = means.rename_axis(["us plays", "allies play"]).sort_values("together", ascending=False)
print(ranked.round(2).to_string())

# %% [markdown]
# In the mean, two sides that give in early make the most of it together: the first deal is there
# within two weeks, and of half a year more is spent under deals. Two that wait make the least.

# %%
assert means["together"].idxmax() == ("conceder", "conceder")
assert means["together"].idxmin() == ("boulware", "boulware")
assert means["first_signing"].idxmin() == ("conceder", "conceder")
assert means["first_signing"].min() < 2

# %% [markdown]
# But that does not last: to allies that play `conceder` Washington's best reply is `boulware`, to
# wait. Boxed above is what no reply beats beyond chance; by the mean, the best of each side are:

# %%
own, theirs = means["us"].unstack(ALLIES), means["allies"].unstack(ALLIES)
replies = pd.DataFrame({"of us": own.idxmax(axis=0), "of allies": theirs.idxmax(axis=1)})
print(replies.loc[STRATEGIES].rename_axis("to").to_string())
best = [
    (us, allies)
    for allies, us in replies["of us"].items()
    if allies == replies.loc[us, "of allies"]
]
print("best replies to each other:", best)
assert best == [("trade-off", "linear"), ("boulware", "conceder")]
assert replies.loc["conceder", "of us"] == "boulware"

# %% [markdown]
# ## How sure is that?
#
# By the mean there are two pairs from which neither side would turn away; the allies get far less
# of the second. Seeds differ, so the question is by how much a reply is better than another under
# the same seed. What either side of a pair gains over any other strategy of its own, with 95 %
# intervals:


# %%
def gains(side, mine, reply, other, played):
    """What a reply brings a side over the others, seed by seed, to what the other side plays."""
    met = runs[runs[other] == played].pivot(index="replication", columns=mine, values=side)
    more = met.drop(columns=reply).rsub(met[reply], axis=0)
    found = summarize(more.reset_index().assign(point=0, error=None), [], list(more))
    return found.set_index("metric")[["n", "mean", "low", "high"]]


sure = {}
for us, allies in best:
    sure["us", us] = gains("us", US, us, ALLIES, allies)
    sure["allies", allies] = gains("allies", ALLIES, allies, US, us)
for (side, reply), found in sure.items():
    print(f"{side}, with {reply}", found.round(2).to_string(), sep="\n")

# %% [markdown]
# Where an interval holds 0, eight replications do not tell which of the two replies is better. So
# it is in nine of the twelve comparisons. To allies that play `conceder`, `boulware` brings
# Washington about .02 more than `trade-off` in the mean, which says nothing. What is told is that
# `conceder` is no reply of Washington's to `linear`, and `boulware` none of the allies' in either
# pair. Whether a pair lasts, more replications have to tell.

# %%
for found in sure.values():
    assert (found["mean"] > 0).all()
close = sure["us", "boulware"].loc["trade-off"]
assert close["low"] < 0 < close["mean"] < 0.05 or REPLICATIONS != 8
assert means.loc[best[1], "allies"] < 0.5 * means.loc[best[0], "allies"]
told = {(*key, other) for key, found in sure.items() for other in found.index[found["low"] > 0]}
assert REPLICATIONS != 8 or told == {
    ("us", "trade-off", "conceder"),
    ("allies", "linear", "boulware"),
    ("allies", "conceder", "boulware"),
}
