# %% [markdown]
# # Your own strategy, trust model and valuation
#
# What if none of the shipped parts is your theory of how governments bargain, of whom they rely on,
# or of what they want? Then it takes a class of a few lines, or a table of numbers, and the rest of
# the model stays. Does yours make a difference?

# %%
import numpy as np
import pandas as pd

from agents.strategies.strategy import Strategy
from experiments.analysis.intervals import summarize
from experiments.plots.style import dress, figure, weeks
from experiments.run import load, run
from simulator.errors import StrategyError

REPLICATIONS = 20

# %% [markdown]
# ## A strategy
#
# A strategy says what to offer; what it accepts follows: whatever is at least as good as its own
# next offer. This one asks for its best outcome until most of the time is over, and then for a
# share of what there is to gain. `turn.time` runs from 0 to 1, the deadline; `turn.preferences`
# knows what every outcome is worth to the party, its floor (what it expects without a deal) and the
# span from there to its best.


# %%
class Latecomer(Strategy):
    """Ask for the best until `until`, then for `share` of what there is to gain."""

    def __init__(self, *, until: float = 0.7, share: float = 0.3) -> None:
        self.until, self.share = until, share

    def propose(self, turn):
        wants = turn.preferences
        share = 1.0 if turn.time < self.until else self.share
        return wants.lowest_at_least(wants.floor + share * wants.span)


late = run("first-talk", set={"countries.partner.strategy": Latecomer})
late.plot.offers("trade")

# %% [markdown]
# Partner, who plays it in `first-talk`, asks for all of the tariff and offers nothing for two
# rounds. In the third it would ask for less, and accepts what Home has come to by then.

# %%
partner = late.offers[late.offers["proposer"] == "partner"]
print(late.offers[["round", "proposer", "offer", "response"]].to_string(index=False))
assert partner["offer"].nunique() == 1
assert late.offers.iloc[-1][["proposer", "response"]].tolist() == ["home", "accept"]

# %% [markdown]
# ## Is it any good?
#
# How does it do for Japan against Washington, beside the strategy that Japan has in `allies-2025`?
# Each is played over the same half years with the same seeds. An object instead of the class has
# parameters of its own.

# %%
world = load("allies-2025").with_(weeks=26)
shares = (0.0, 0.1, 0.2)
tried = {"as shipped": world.countries["japan"].strategy}
tried |= {f"late, share {share}": Latecomer(share=share) for share in shares}


def half_years(strategy):
    """Japan's payoff, and whether it signs by the deadline, run by run."""
    played = world.with_({"countries.japan.strategy": strategy})
    for seed in range(REPLICATIONS):
        r = run(played, seed, tables=["deals"])
        by_deadline = (r.deals["talk"] == "us-japan") & (r.deals["signed"] <= 7)
        payoff = r.row()["payoff_weighted_japan"]
        yield {"replication": seed, "signed": float(by_deadline.any()), "payoff": payoff}


runs = pd.concat(
    [pd.DataFrame(half_years(part)).assign(plays=name) for name, part in tried.items()]
)
found = summarize(runs.assign(point=0, error=None), ["plays"], ["signed", "payoff"])
print(found[["plays", "metric", "n", "mean", "low", "high"]].round(2).to_string(index=False))

# %%
drawn = figure(8.0, 3.2)
for ax, metric, label in zip(
    drawn.subplots(1, 2, sharey=True),
    ("signed", "payoff"),
    ("share signed by the deadline", "payoff of Japan (US\\$ bn in half a year)"),
    strict=True,
):
    rows = found[found["metric"] == metric]
    ax.errorbar(rows["mean"], rows["plays"], xerr=rows["half_width"], fmt="o", capsize=3)
    ax.set_xlabel(label)
    dress(ax)
ax.invert_yaxis()
drawn

# %% [markdown]
# In the mean, the more it asks for at the end, the fewer talks end with a deal by the first date;
# in the others the date is extended, or the threat carried out. (That an interval of a share ends
# above 1 is a flaw of Student's near the ends: `docs/how-to/replications.md`.) Payoffs do not
# follow that order. Seed by seed, what is lost against the strategy that Japan has:

# %%
wide = runs.pivot(index="replication", columns="plays", values="payoff")
lost = wide.drop(columns="as shipped").sub(wide["as shipped"], axis=0)
gain = summarize(lost.reset_index().assign(point=0, error=None), [], list(lost), shares=None)
print(gain[["metric", "n", "mean", "low", "high"]].round(2).to_string(index=False))

# %% [markdown]
# All three get less in the mean than what they replace, and every interval holds 0: twenty seeds do
# not tell whether any of them is worse. A strategy of one's own is quickly written; that it is
# better takes more to show, and here nothing says so.

# %%
by_share = found[found["plays"] != "as shipped"].pivot(
    index="plays", columns="metric", values="mean"
)
assert by_share["signed"].is_monotonic_decreasing
assert not by_share["payoff"].is_monotonic_decreasing
assert (gain["mean"] < 0).all()
assert (gain["high"] > 0).all()

# %% [markdown]
# A strategy that is wrong says so: where, when, and who.

# %%


class Dreamer(Strategy):
    """Offer what is not on the table."""

    def propose(self, turn):
        return len(turn.preferences.expected)


try:
    run("first-talk", set={"countries.home.strategy": Dreamer})
except StrategyError as error:
    print(error)
else:
    raise AssertionError("an offer outside the table was let through")

# %% [markdown]
# ## A trust model
#
# Trust is four small functions on a state of one's own: how it starts, what time does to it, what a
# promise kept or broken does to it, and what the number is. In this one trust comes back, but never
# to where it could have been: every broken promise lowers a ceiling for good.


# %%
class Grudge:
    """Trust that rises toward a ceiling, which a broken promise lowers by half of its weight."""

    def __init__(self, *, t0: float = 0.5, up: float = 0.1) -> None:
        self.t0, self.up = t0, up

    def init(self):
        return (self.t0, 1.0)

    def tick(self, state, dt):
        return state

    def update(self, state, quality, weight):
        trust, ceiling = state
        if quality < 0.5:
            ceiling *= 1 - 0.5 * weight
        else:
            trust += self.up * weight * (ceiling - trust)
        return (min(trust, ceiling), ceiling)

    def value(self, state):
        return state[0]


# %% [markdown]
# Two quarters of `first-talk` go well, in the third Home breaks its word, and then keeps it for
# years. What becomes of Partner's trust, with the shipped model and with this one?

# %%
conduct = {"countries.home.compliance": "scripted:qualities=[1.0, 1.0, 0.0, 1.0]"}
once = load("first-talk").with_(conduct, weeks=260)
models = {"asymmetric": "asymmetric:t0=0.8", "grudge": Grudge(t0=0.8)}
paths = {
    name: run(once.with_({"countries.partner.trust": model})).trust.query("observer == 'partner'")
    for name, model in models.items()
}
drawn = figure(8.0, 3.6)
ax = drawn.add_subplot()
for (name, path), dash in zip(paths.items(), ("-", "--"), strict=True):
    ax.plot(path["week"], path["trust"], dash, label=name)
ax.set_ylabel("Partner's trust in Home (0 to 1)")
dress(weeks(ax, once.start))
drawn

# %%
before, after, end = 35, 60, 259
told = pd.DataFrame({name: path.set_index("week")["trust"] for name, path in paths.items()})
print(told.loc[[before, after, end]].round(3).to_string())
assert told.loc[end, "asymmetric"] > told.loc[before, "asymmetric"]
assert told.loc[after:, "grudge"].max() == told.loc[after, "grudge"] == 0.5

# %% [markdown]
# Both lose trust by the breach. With the shipped model it is made good, and more, within these five
# years; with a grudge it stays at the ceiling of one half, however well Home behaves.
#
# ## A valuation
#
# What levels are worth stands in the scenario, a number per level and party. Any function of the
# levels will do. Here is `first-talk` with finer ladders: twenty steps of the tariff, twenty of
# purchases, and ten rounds a week. First all values are straight lines. Then what Home gets of
# purchases falls off, and what each gives costs the more, the more it has given already.

# %%
rates, bought = np.linspace(10, 0, 21), np.linspace(0, 100, 21)
cut, share = 1 - rates / 10, bought / 100
issues = "talks.trade.issues"


def valued(tariff, purchases):
    """The talk with these values: of the tariff and of purchases, each for Home and Partner."""
    return load("first-talk").with_(
        {
            f"{issues}.tariff.levels": rates,
            f"{issues}.tariff.payoffs": dict(zip(("home", "partner"), tariff, strict=True)),
            f"{issues}.purchases.levels": bought,
            f"{issues}.purchases.payoffs": dict(zip(("home", "partner"), purchases, strict=True)),
        },
        rounds_per_week=10,
    )


straight = run(valued((-3 * cut, 5 * cut), (3 * share, -2 * share)))
bent = run(valued((-3 * cut**2, 5 * cut), (3 * np.sqrt(share), -2 * share**2)))
columns = ["terms", "expected_home", "expected_partner", "frontier_distance_expected"]
both = pd.concat([straight.deals[columns], bent.deals[columns]]).set_axis(["straight", "bent"])
print(both.round(2).to_string())

# %%
straight.plot.talk("trade")

# %%
bent.plot.talk("trade")

# %% [markdown]
# With straight lines every deal on the frontier (of those that both prefer to none) has all of the
# purchases; the two walk down both ladders at once, and leave something on the table. With bent
# ones the middle of both ladders is close to the frontier, and that is where they meet.

# %%
assert both.loc["bent", "frontier_distance_expected"] < 0.05
assert both.loc["straight", "frontier_distance_expected"] > 0.2
