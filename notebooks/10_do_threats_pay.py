# %% [markdown]
# # Do threats pay?
#
# Washington announces tariffs for the case that there is no deal. What would it get without? What
# if it never carried one out, or always did? And what hangs on being believed?
#
# What is claimed of results below was written after they had been seen: it describes them, and is
# no prediction that came true. The code asserts that it still holds.

# %%
import pandas as pd

from experiments.analysis.intervals import summarize
from experiments.plots.style import dress, figure
from experiments.run import load, run

REPLICATIONS = 40

scenario = load("allies-2025").with_(weeks=52)
ALLIES = ("japan", "eu", "korea", "uk")
announced = scenario.data["threats"]


def of_us(change):
    """The threats with those of Washington changed, or left out where nothing is left of one."""
    changed = (change(threat) if threat["by"] == "us" else threat for threat in announced)
    return {"threats": [threat for threat in changed if threat is not None]}


def extended(chance):
    return lambda threat: {**threat, "policy": {**threat["policy"], "extend": chance}}


def believed(level):
    return {f"countries.{ally}.credibility": f"fixed:t0={level}" for ally in ALLIES}


ARMS = {
    "no threats": of_us(lambda threat: None),
    "never carried out": of_us(extended(1)),
    "always carried out": of_us(extended(0)),
    "never believed": believed(0),
    "always believed": believed(1),
}

# %% [markdown]
# ## What is at stake
#
# Each threat is a higher baseline tariff, and costs Washington something besides. What carrying it
# out is worth a year, to both, in US$ bn:

# %%
for threat in announced:
    if threat["by"] == "us":
        talk = scenario.talks[threat["talk"]]
        (issue,) = (issue for issue in talk.issues if issue.id == threat["issue"])
        at = issue.levels.index(threat["level"])
        worth = {party: issue.payoffs[party][at] for party in talk.parties}
        worth["us"] -= threat["cost"]
        told = ", ".join(f"{party} {value:.2f}" for party, value in worth.items())
        print(f"{threat['talk']}: a tariff of {threat['level']} %: {told}")
        assert min(worth.values()) == worth[talk.parties[1]] < 0

# %% [markdown]
# ## Five other worlds
#
# The first year of `allies-2025` with the same seeds, in each one thing changed. Payoffs in US$ bn,
# as the countries weigh them.


# %%
def played(changes):
    world = scenario.with_(changes)
    return pd.DataFrame([run(world, seed).row() for seed in range(REPLICATIONS)])


shipped = played({})
arms = {name: played(changes) for name, changes in ARMS.items()}
for arm in (shipped, *arms.values()):
    arm["us"] = arm["payoff_weighted_us"]
    arm["allies"] = arm[[f"payoff_weighted_{ally}" for ally in ALLIES]].sum(axis=1)
MEASURES = ["us", "allies", "deals_in_force"]
print("as shipped:", shipped[MEASURES].mean().round(2).to_dict())


def change(arm):
    """What an arm changes, seed by seed, with 95 % intervals."""
    more = (arm[MEASURES] - shipped[MEASURES]).rename_axis("replication").reset_index()
    return summarize(more.assign(point=0, error=None), [], MEASURES, shares=None).set_index(
        "metric"
    )


table = pd.concat({name: change(arm) for name, arm in arms.items()})[["mean", "low", "high"]]
for measure in MEASURES:
    print(f"change of {measure}", table.xs(measure, level=1).round(2).to_string(), sep="\n")

# %%
drawn = figure(7.6, 3.6)
ax = drawn.add_subplot()
ax.axvline(0, color="0.6", lw=1)
for shift, side in ((0.1, "us"), (-0.1, "allies")):
    found = table.xs(side, level=1).iloc[::-1]
    ends = [found["mean"] - found["low"], found["high"] - found["mean"]]
    places = [place + shift for place in range(len(found))]
    ax.errorbar(found["mean"], places, xerr=ends, fmt="o", label=side)
ax.set_yticks(range(len(found)), found.index)
ax.set_xlabel("change against the scenario as shipped (US$ bn in a year, 95 %)")
dress(ax)
drawn

# %% [markdown]
# ## They pay, if they are meant
#
# Without threats Washington gets less, and the allies about as much more: fewer deals, on better
# terms for them. So threats pay, and it is the allies that pay for them.
#
# But one that is never carried out is far worse than none, for both. Each date is put off, and the
# talk goes on with it, so that after a year hardly a deal but the UK's is in force. Where a date is
# never put off, there are as many deals as in the scenario, and both sides get more.

# %%
low, high = (table[end].unstack() for end in ("low", "high"))
assert high.loc["no threats", "us"] < 0 < low.loc["no threats", "allies"]
assert high.loc["no threats", "deals_in_force"] < 0
assert high.loc["never carried out", "us"] < high.loc["no threats", "us"] - 3
assert high.loc["never carried out", "allies"] < 0
assert shipped["deals_in_force"].mean() + table["mean"]["never carried out", "deals_in_force"] < 2
assert (low.loc["always carried out", ["us", "allies"]] > 0).all()

# %% [markdown]
# ## They pay by being believed
#
# A threat that is believed hardly has to be carried out; one that nobody believes moves nobody, is
# carried out, and harms both. Between the two, belief is worth more to Washington than the threats
# as they are.

# %%
assert low.loc["always believed", "us"] > 0 > high.loc["always believed", "allies"]
assert (high.loc["never believed", ["us", "allies"]] < 0).all()
carried = {
    name: sum(
        list(run(scenario.with_(ARMS[name]), seed).threats["act"]).count("carried out")
        for seed in range(10)
    )
    for name in ("always believed", "never believed")
}
print("carried out in ten runs:", carried)
assert carried["always believed"] < carried["never believed"]

# %% [markdown]
# How countries come to believe, and what a threat that passed without an act does to that, is told
# in `docs/explanation/threats.md`.
