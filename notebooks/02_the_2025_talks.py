# %% [markdown]
# # The 2025 talks, week by week
#
# Mid-May 2025: the United States has raised tariffs, has paused the rest until 9 July, and talks
# with Japan, the European Union, Korea and the United Kingdom. `allies-2025` is that world as it
# was known on 18 May, and what follows here is what the model makes of it, not what happened. What
# becomes of the four talks in one run, and how much of it is chance?

# %%
import tempfile

from experiments.analysis.divergence import compare
from experiments.analysis.queries import summary_of
from experiments.run import load, run
from experiments.sweep import load_experiment, sweep

REPLICATIONS = 40

scenario = load("allies-2025")
r = run(scenario, seed=27)
r

# %% [markdown]
# ## Two years at a glance
#
# Time runs from left to right, a band per talk.

# %%
r.plot.timeline()

# %% [markdown]
# ## The first seven weeks: three talks under a threat
#
# Where there is no deal by 9 July (week 7), the tariffs announced in April follow for Japan, the EU
# and Korea. Nothing is threatened against the UK, which has a deal already.

# %%
first = r.offers[r.offers["opening"] == 0].groupby("talk")
ends = first.agg(last_week=("week", "max"), offers=("round", "size"), end=("response", "last"))
print(ends.to_string())
assert list(ends.index[ends["end"] == "accept"]) == ["us-eu", "us-japan", "us-korea", "us-uk"]
assert (r.deals.loc[r.deals["signed"].between(0, 10), "signed"] == 6).all()

# %% [markdown]
# All three under a threat sign in the last full week before it falls due, and so does the UK: the
# deadline is the same, and in the last turn a party takes whatever is better than no deal. How
# Washington and Tokyo came together, issue by issue:

# %%
r.plot.offers("us-japan")

# %% [markdown]
# The ring is what they agreed on. On five of the seven issues one side names the same level from
# the first round to the last, and the other comes to it: Washington with ships and investment,
# Tokyo with the baseline tariff, the written pledge and rice. On cars they meet at 10 %. In the
# space of payoffs:

# %%
r.plot.talk("us-japan")

# %% [markdown]
# Japan expects less than nothing of what it signs, for it trusts little, and more than without a
# deal, for Washington threatens. The deal is close to the frontier and to the Nash point. The story
# in words, from the week in which they sign:

# %%
deal = r.deals.set_index("deal").loc["us-japan:0"]
assert deal["expected_japan"] < 0
assert 0 < deal["frontier_distance_expected"] <= deal["nash_distance_expected"] < 0.1
story = r.transcript("us-japan")
print(story[story.index("  Week 6,") : story.index("  Week 10,")])

# %% [markdown]
# ## Week 10: what was signed is not yet in force
#
# Audiences at home, parliaments for short, have four weeks. The American deal with the EU fails
# there, the others enter into force; the EU comes back with another deal in autumn.

# %%
columns = ["talk", "signed", "in_force", "ended", "status"]
print(r.deals[columns].to_string(index=False))
rejected = r.deals[r.deals["status"] == "rejected"]
assert list(rejected["deal"]) == ["us-eu:0"]

# %% [markdown]
# ## Week 36: a promise is broken
#
# The United States may disregard a deal at any review, with a chance of one in twenty, and at one
# of them it does: Korea gets nothing of what it was promised for thirteen weeks. Korea answers in
# kind at the next review.

# %%
broken = r.performance.query("quality < 0.5")
print(broken[["week", "deal", "obligor", "issue", "quality", "reason"]].to_string(index=False))
assert list(broken["week"].unique()) == [36, 49]

# %%
trust = r.trust.pivot(index="week", columns=["observer", "subject"], values="trust")
watched = trust[[("korea", "us"), ("us", "korea"), ("japan", "us"), ("eu", "us"), ("uk", "us")]]
print(watched.loc[[48, 49, 61, 62, 103]].round(3).to_string())
fall = (trust.loc[48] - trust.loc[49]) / trust.loc[48]
assert fall["korea", "us"] > max(fall[ally, "us"] for ally in ("japan", "eu", "uk")) > 0
assert trust.loc[62:, ("us", "korea")].min() > 0.99 * trust.loc[61, ("us", "korea")]

# %% [markdown]
# Once the period is over, in week 49, Korea loses three tenths of its trust in Washington. The
# others hear of it and trust less too, by less than a tenth. Washington's trust in Korea does not
# fall for the answer, which counts as excused.

# %%
print(fall[[(ally, "us") for ally in ("korea", "japan", "eu", "uk")]].round(3).to_string())
assert round(fall["korea", "us"], 1) == 0.3
assert max(fall[ally, "us"] for ally in ("japan", "eu", "uk")) < 0.1
r.plot.trust("korea")

# %% [markdown]
# ## Renewal
#
# A deal runs for a year, and is bargained for again with the trust that is left. What Korea's
# deals were worth, US$ bn a year, if kept:

# %%
korea = r.deals[r.deals["talk"] == "us-korea"]
print(korea[["signed", "terms", "payoff_us", "payoff_korea"]].round(2).to_string(index=False))

# %% [markdown]
# One run cannot tell whether the broken promise moved that price: another notebook, 04, asks it of
# many.
#
# ## How much of this is chance?
#
# Seeds differ in how exactly countries value what is on the table, in how well they know what
# their parliaments will pass, and in when Washington breaks its word. Two of them:

# %%
other = run(scenario, seed=2)
apart = compare(r, other)
print(apart.tables[["table", "week", "what"]].to_string(index=False))
assert apart.week == 0
apart

# %% [markdown]
# They differ from the first week on. So the question is how often something happens. The first
# eight weeks, many times, with 95 % intervals:

# %%
folder = tempfile.TemporaryDirectory()
signed = tuple(f"signed_{talk}" for talk in scenario.talks)
many = load_experiment("allies-2025", weeks=8, replications=REPLICATIONS, seed=2025, metrics=signed)
results = sweep(many, folder.name, workers=1)
shares = summary_of(results, by=[]).set_index("metric")[["n", "mean", "low", "high"]]
folder.cleanup()
print(shares.round(2).to_string())

# %% [markdown]
# Each of the four talks leads to a signature within its first eight weeks in nearly every run; what
# is left to chance is what they sign, and whether parliaments pass it. The intervals are Student's,
# which are poor near 1: that all runs agree on three of the talks makes no certainty of it, for 40
# of 40 come about one time in forty if the chance is .91 (`docs/how-to/replications.md` has
# Wilson's interval, which says so). 800 runs with other seeds give at least .99 of each
# (`docs/explanation/valuation.md`).

# %%
assert (shares["low"] > 0.5).all()
assert (shares["mean"] > 0.9).all()
assert abs(0.91**40 - 1 / 40) < 0.003
