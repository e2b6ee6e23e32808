# %% [markdown]
# # A first talk by hand
#
# Two countries, one tariff, one promise to buy more: what does each ask for, when do they meet,
# and is the deal a good one? `first-talk` is small enough to check every number on paper; the
# head of its scenario file does.

# %%
import matplotlib.pyplot as plt

from experiments.run import run

r = run("first-talk")
print(r.summary())

# %% [markdown]
# Each starts with what is best for itself and concedes a little every week. An offer is worth to
# a country what it must do itself, in full, plus what it is promised, times its trust in the
# other (.8 at the start).

# %%
offers = r.offers[["week", "proposer", "offer", "expected_home", "expected_partner", "response"]]
print(offers.to_string(index=False))

# %% [markdown]
# The picture shows the talk in the space of payoffs: the offers of both move toward each other
# until Home accepts.

# %%
figure, ax = plt.subplots(figsize=(5, 4))
for proposer, told in r.offers.groupby("proposer"):
    ax.plot(told["expected_home"], told["expected_partner"], "o-", label=f"offers of {proposer}")
agreed = r.offers.query("response == 'accept'")
ax.plot(agreed["expected_home"], agreed["expected_partner"], "k*", markersize=14, label="agreement")
ax.axhline(0, color="grey", linewidth=0.5)
ax.axvline(0, color="grey", linewidth=0.5)
ax.set_xlabel("payoff that Home expects, US\\$ bn a year")
ax.set_ylabel("payoff that Partner expects, US\\$ bn a year")
ax.legend()
figure.tight_layout()

# %% [markdown]
# How much of this hangs on trust? With less of it the same promise is worth less, and in the end
# there is nothing left on which both can agree.

# %%
for trust in (0.2, 0.4, 0.6, 0.8, 1.0):
    set_trust = {f"countries.{c}.trust": f"fixed:t0={trust}" for c in ("home", "partner")}
    deals = run("first-talk", set=set_trust).deals
    terms = deals["terms"].iloc[0] if len(deals) else "no deal"
    print(f"trust {trust}: {terms}")
