# %% [markdown]
# # A first talk by hand
#
# Two countries, one tariff, one promise to buy more: what does each ask for, when do they meet,
# and is the deal a good one? The scenario `first-talk` is small enough to check every number on
# paper, and this notebook does.

# %%
import pandas as pd

from experiments.analysis.divergence import compare
from experiments.run import load, run

scenario = load("first-talk")
r = run(scenario)
r

# %% [markdown]
# ## What is on the table
#
# Home can cut its tariff, Partner can buy more; three levels each make nine outcomes. An offer is
# worth to a country what it must do itself, in full, plus what it is promised, times its trust in
# the other: .8 on both sides. All in US$ bn a year; without a deal both have 0.

# %%
tariff, purchases = scenario.talks["trade"].issues
trust = 0.8
outcomes = pd.DataFrame(
    [
        {
            "tariff": cut,
            "purchases": bought,
            "home": tariff.payoffs["home"][i] + trust * purchases.payoffs["home"][j],
            "partner": purchases.payoffs["partner"][j] + trust * tariff.payoffs["partner"][i],
        }
        for i, cut in enumerate(tariff.levels)
        for j, bought in enumerate(purchases.levels)
    ]
)
print(outcomes.to_string(index=False))

# %% [markdown]
# From two of the nine both gain: a tariff of 5 % for purchases of 50 or of 100. The engine counts
# the same.

# %%
both_gain = outcomes.query("home > 0 and partner > 0")
print(both_gain.to_string(index=False))
assert len(both_gain) == 2
for offer in r.offers.itertuples():
    by_hand = outcomes.loc[offer.outcome, ["home", "partner"]]
    assert abs(by_hand - [offer.expected_home, offer.expected_partner]).max() < 1e-12

# %% [markdown]
# ## How they meet
#
# Each starts with what is best for itself and concedes a little every week. Home asks for 1 - r/4
# of the best it can hope for, 2.4, in round r; Partner for the same share of 4. Each offers the
# outcome that gives it what it asks for or the least more, and accepts what is worth as much.

# %%
print(r.transcript("trade"))

# %% [markdown]
# In round 3 Partner asks for .25 · 4 = 1. Home's last offer, worth 1.9 to it, is more: Partner
# accepts. In the picture each comes toward the other from its own side, to the point above and to
# the right of the dotted lines, where both are better off than without a deal.

# %%
last = r.offers.iloc[-1]
assert (last["proposer"], last["response"]) == ("home", "accept")
assert round(last["expected_partner"], 12) == 1.9 > 0.25 * 4
r.plot.talk("trade")

# %% [markdown]
# ## Is it a good deal?
#
# The Nash point is the outcome with the largest product of gains. Of the two outcomes from which
# both gain it is the one they found: .6 · 1.9 = 1.14 against 1.4 · .4 = .56.

# %%
products = both_gain["home"] * both_gain["partner"]
print(both_gain.assign(product=products).to_string(index=False))
deal = r.deals.iloc[0]
assert deal["outcome"] == products.idxmax()
assert deal["nash_distance_expected"] == deal["frontier_distance_expected"] == 0

# %% [markdown]
# ## What hangs on trust
#
# With less trust the same promise is worth less. The picture shows which share of the nine
# outcomes is at least as good for both as no deal, at any level of trust: at .8 a third, the two
# from which both gain and no deal itself. Below it, what becomes of the talk.

# %%
r.plot.zone("trade")

# %%
levels = (0.2, 0.4, 0.6, 0.7, 0.75, 0.8, 1.0)


def at_trust(level):
    trusting = {f"countries.{name}.trust": f"fixed:t0={level}" for name in ("home", "partner")}
    return run(scenario.with_(trusting))


ends = pd.Series(
    {level: "; ".join(at_trust(level).deals["terms"]) or "no deal" for level in levels}
)
print(ends.to_string())
assert list(ends[ends == "no deal"].index) == [0.2, 0.4, 0.6, 0.7]

# %% [markdown]
# At trust T the deal above is worth -1 + 2 T to Home, which is above 0 only where T is above .5. At
# .6 and .7 there is something to agree on, and still they part without it: with few outcomes each
# walks down its own list, and nobody comes to name the one from which both would gain before the
# last round. In that Home asks for no more than it has without a deal, which is to offer nothing,
# and an agreement on nothing is no deal.

# %%
parted = at_trust(0.6)
assert 4 not in set(parted.offers["outcome"])
parted.plot.talk("trade")

# %% [markdown]
# ## And on haste
#
# Patience below 1 makes a country give in faster. What does it change if Partner's is .9 a week?

# %%
hasty = run(scenario.with_({"countries.partner.patience": 0.9}))
apart = compare(r, hasty)
print(apart.tables.to_string(index=False, na_rep="-"))
assert list(hasty.deals["terms"]) == list(r.deals["terms"])
assert list(hasty.deals["signed"]) == list(r.deals["signed"])
assert list(hasty.payoffs["weighted"]) == list(r.payoffs["weighted"])
apart

# %% [markdown]
# Partner itself names the deal in the second week, and Home accepts it in the third: they sign the
# same deal in the same week, for of nine outcomes few lie between what they asked for before and
# what they ask for now. Payoffs differ only where they are discounted, by the new patience.
