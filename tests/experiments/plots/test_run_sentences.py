"""What titles of pictures of a run say is so in the run."""

import pandas as pd
import pytest

from experiments.analysis.trust_path import trust_path
from experiments.plots.palette import palette
from experiments.plots.run_sentences import extremes, furthest_fall, tally
from experiments.run import run
from experiments.runs.breaches import disregards


def test_the_trust_that_fell_furthest_is_told() -> None:
    r = run("allies-2025", 116)
    for observer in (None, "japan", "uk"):
        pairs = [pair for pair in r.scenario.partners if observer in (None, pair[0])]
        paths = [trust_path(r, *pair) for pair in pairs]
        most = max(paths, key=lambda path: path.start - path.low)
        assert furthest_fall(r, observer).replace("\u00a0", " ").endswith(most.text)


def test_where_no_trust_falls_that_is_told() -> None:
    assert furthest_fall(run("first-talk")) == "trust, which falls nowhere"


@pytest.mark.parametrize("seed", [0, 116])
def test_deals_and_broken_promises_are_counted(seed: int) -> None:
    r = run("allies-2025", seed)
    signed = (r.deals["signed"] >= 0).sum()
    assert tally(r) == f"{signed} deals signed, promises broken {len(disregards(r.world))} times"


def test_a_run_without_a_breach_says_so() -> None:
    assert tally(run("first-talk")) == "1 deal signed, promises all kept"
    assert tally(run("first-talk", tables=["deals"])) == "1 deal signed"


def test_who_got_most_and_least_is_told_by_the_last_week() -> None:
    rows = [(0, "us", 9.0), (0, "japan", 1.0), (1, "us", 1.5), (1, "japan", 2.5)]
    table = pd.DataFrame(rows, columns=["week", "country", "cumulative"])
    styles = palette({"us": "United States", "japan": "Japan"})
    assert extremes(table, styles) == (
        "Japan gets most, US$ 2.50 bn, and the United States least, 1.50"
    )
    assert extremes(table.assign(cumulative=1.0), styles) == "payoffs"
    assert extremes(table[:0], styles) == "payoffs"
