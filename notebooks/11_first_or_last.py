# %% [markdown]
# # First or last to sign?
#
# Is it better to come first, while Washington still needs a success, or last, when it is known what
# others got? In `allies-2025` the talks with Japan, the EU and Korea run side by side. Here one of
# them comes thirteen weeks before the other two, or after them.
#
# What is claimed of results below was written after they had been seen: it describes them, and is
# no prediction that came true. The code asserts that it still holds.

# %%
import datetime

import pandas as pd

from experiments.analysis.intervals import summarize
from experiments.plots.style import dress, figure
from experiments.run import load, run

REPLICATIONS = 40

ALLIES = ("japan", "eu", "korea")
# Washington's patience changes in August. Here it stays as it is, so that only the order differs.
scenario = load("allies-2025").with_(weeks=52, events=[])
EARLY, LATE = datetime.date(2025, 5, 19), datetime.date(2025, 8, 18)


def held(opens):
    """When the talks open; each has as long as in the scenario, seven weeks and a bit."""
    dates = {}
    for ally, day in opens.items():
        dates[f"talks.us-{ally}.opens"] = day
        dates[f"talks.us-{ally}.deadline"] = day + datetime.timedelta(days=51)
    return scenario.with_(dates)


def first(one):
    return held({ally: EARLY if ally == one else LATE for ally in ALLIES})


def last(one):
    return held({ally: LATE if ally == one else EARLY for ally in ALLIES})


# %% [markdown]
# ## The deal, not the date
#
# Who signs earlier has the deal for longer, which says nothing of the deal. So what is compared is
# what the first deal of the talk is worth a year, if it is kept, in US$ bn.


# %%
def signed(world, ally, seed):
    """The first deal of a talk: what it is worth to both, and after how many weeks of talk."""
    played = run(world, seed)
    deals = played.deals[(played.deals["talk"] == f"us-{ally}") & (played.deals["signed"] >= 0)]
    opened = (world.talks[f"us-{ally}"].opens - world.start).days // 7
    if deals.empty:
        return {}
    deal = deals.iloc[0]
    own = {"ally": deal[f"payoff_{ally}"], "us": deal["payoff_us"]}
    return own | {"weeks": deal["signed"] - opened}


def sample(make, ally):
    world = make(ally)
    return pd.DataFrame([signed(world, ally, seed) for seed in range(REPLICATIONS)]).astype(float)


found = {(ally, make.__name__): sample(make, ally) for ally in ALLIES for make in (first, last)}
means = pd.DataFrame({key: rows.mean() for key, rows in found.items()}).T
means["signed"] = [int(rows["ally"].notna().sum()) for rows in found.values()]
print(means.round(2).to_string())

# %% [markdown]
# ## Last against first
#
# The same seeds, so differences are taken seed by seed, with 95 % intervals:


# %%
def later(ally):
    more = found[ally, "last"][["ally", "us"]] - found[ally, "first"][["ally", "us"]]
    runs = more.rename_axis("replication").reset_index().assign(point=0, error=None)
    return summarize(runs, [], ["ally", "us"], shares=None).set_index("metric")[
        ["n", "mean", "low", "high"]
    ]


table = pd.concat({ally: later(ally) for ally in ALLIES})
print(table.round(2).to_string())

# %%
drawn = figure(7.2, 3.2)
ax = drawn.add_subplot()
ax.axvline(0, color="0.6", lw=1)
for shift, side in ((0.1, "ally"), (-0.1, "us")):
    rows = table.xs(side, level=1)
    ends = [rows["mean"] - rows["low"], rows["high"] - rows["mean"]]
    places = [place + shift for place in range(len(rows))]
    label = "to the ally" if side == "ally" else "to the United States"
    ax.errorbar(rows["mean"], places, xerr=ends, fmt="o", label=label)
names = [scenario.countries[ally].name for ally in ALLIES]
ax.set_yticks(range(len(names)), names)
ax.set_xlabel("worth of the first deal, last less first (US$ bn a year, 95 %)")
dress(ax)
drawn

# %% [markdown]
# The EU and Korea get more if they are last, and Japan no less that forty runs could tell; what
# Washington loses by it, if anything, is too little for that, too. Everybody signs sooner or later.

# %%
assert (means["signed"] == REPLICATIONS).all()
for ally in ("eu", "korea"):
    assert table.loc[(ally, "ally"), "low"] > 0
assert table.loc[("japan", "ally"), "low"] < 0 < table.loc[("japan", "ally"), "high"]
assert (table.xs("us", level=1)["high"] > 0).all()

# %% [markdown]
# ## Why last?
#
# Each ally minds what the others got (`benchmark`: the EU most, by a half, Korea by .35, Japan by a
# quarter): whoever is last has seen it, and holds out for as much. If nobody minded:

# %%
scenario = scenario.with_({f"countries.{ally}.benchmark": 0 for ally in ALLIES})
found = {(ally, make.__name__): sample(make, ally) for ally in ALLIES for make in (first, last)}
without = pd.concat({ally: later(ally) for ally in ALLIES})
print(without.round(2).to_string())
for ally in ("eu", "korea"):
    assert without.loc[(ally, "ally"), "low"] < 0 < without.loc[(ally, "ally"), "high"]
    assert without.loc[(ally, "ally"), "mean"] < table.loc[(ally, "ally"), "low"]

# %% [markdown]
# Then it makes no difference that could be told who comes first. So in this model the last to sign
# does better because it compares, not because Washington needs the last deal more: that a
# government wants a success to show, and pays for the first, is not in it
# (`docs/explanation/limits.md`).
