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
# Then there is no deal, and the threats are carried out. Strategies worth a look give in.
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
# But that does not last: to a `conceder` in Washington the allies' best reply is `linear`, to wait
# a little. The best reply of each side to what the other plays, by the mean, as boxed above:

# %%
own, theirs = means["us"].unstack(ALLIES), means["allies"].unstack(ALLIES)
replies = pd.DataFrame({"of us": own.idxmax(axis=0), "of allies": theirs.idxmax(axis=1)})
print(replies.loc[STRATEGIES].rename_axis("to").to_string())
best = [s for s in STRATEGIES if replies.loc[s, "of us"] == s == replies.loc[s, "of allies"]]
assert best == ["trade-off"]
assert replies.loc["conceder", "of allies"] == "linear"

# %% [markdown]
# ## How sure is that?
#
# Seeds differ, so the question is by how much a reply is better than another under the same seed.
# What each side gains by playing `trade-off` to `trade-off`, over any other strategy, with 95 %
# intervals:


# %%
def gains(side, mine, other, strategy, confidence=0.95):
    """What `strategy` brings a side over the others, seed by seed, when the other side plays it."""
    met = runs[runs[other] == strategy].pivot(index="replication", columns=mine, values=side)
    more = met.drop(columns=strategy).rsub(met[strategy], axis=0)
    table = more.reset_index().assign(point=0, error=None)
    found = summarize(table, [], list(more), confidence=confidence).set_index("metric")
    return found[["n", "mean", "low", "high"]]


ours, allied = gains("us", US, ALLIES, "trade-off"), gains("allies", ALLIES, US, "trade-off")
print("to the United States", ours.round(2).to_string(), sep="\n")
print("to its allies", allied.round(2).to_string(), sep="\n")

# %% [markdown]
# Against allies that play `trade-off`, so should Washington rather than `linear` or `conceder`:
# these intervals lie above 0, also where three comparisons at once call for wider ones (Bonferroni:
# 98.3 % each). Over `boulware` the gain is smaller, and with eight replications the interval holds
# 0, as it does for the allies: whether `trade-off` is the best reply, more of them have to tell.
# With `REPLICATIONS = 40` they do: no interval of either side holds 0, and the narrowest gain is
# .41 (.02 to .79), of the allies over `boulware`. So both playing `trade-off` is the pair from
# which neither side turns away. It is no more patient than `linear`. What it adds is a look at what
# the other side wants.

# %%
wider = gains("us", US, ALLIES, "trade-off", confidence=1 - 0.05 / 3)
print(wider.round(2).to_string())
assert (ours["mean"] > 0).all()
assert (allied["mean"] > 0).all()
for found in (ours, wider, allied):
    assert REPLICATIONS != 8 or list(found.index[found["low"] < 0]) == ["boulware"]
