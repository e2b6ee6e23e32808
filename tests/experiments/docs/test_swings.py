"""What was measured of each assumption is of the assumptions and ranges that there are now."""

import pytest

from experiments.docs import swings as module
from experiments.docs.swings import FILE, OUTCOMES, SCENARIO, points, swings
from experiments.run import load
from simulator.scenario.provenance import Origin, provenance

LOADED = load(SCENARIO)
ENTRIES = provenance(SCENARIO)
SHIPPED, *MOVED = swings(FILE)


def entry(path: str) -> Origin:
    (found,) = [entry for entry in ENTRIES if path in entry.paths]
    return found


def test_every_end_of_every_range_has_been_measured_and_nothing_else() -> None:
    wanted = {(" ".join(entry.paths), end) for entry in ENTRIES for end, _ in points(LOADED, entry)}
    assert {(swing.paths, swing.end) for swing in MOVED} == wanted
    assert SHIPPED.paths == "shipped"


def test_what_came_out_are_shares_and_trust() -> None:
    for swing in (SHIPPED, *MOVED):
        assert swing.outcomes.keys() == OUTCOMES.keys()
        assert all(0 <= value <= 1 for value in swing.outcomes.values())


def test_a_range_is_moved_to_both_its_ends_wherever_it_applies() -> None:
    low, high = points(LOADED, entry("countries.*.trust.up"))
    assert low[0] == "low"
    assert low[1] == {f"countries.{c}.trust.up": 0.025 for c in LOADED.countries}
    assert high[1]["countries.us.trust.up"] == 0.1


def test_an_alternative_takes_the_place_of_what_is_shipped() -> None:
    found = dict(points(LOADED, entry("countries.us.compliance")))
    assert set(found) == {"always", "opportunist", "reciprocal"}


def test_a_list_is_moved_as_a_whole_and_a_cost_is_low_where_it_is_large() -> None:
    found = dict(points(LOADED, entry("talks.us-korea.issues.currency.payoffs.*.*")))
    assert found["high"] == {
        "talks.us-korea.issues.currency.payoffs.us": [0, 0.8],
        "talks.us-korea.issues.currency.payoffs.korea": [0, -0.075],
    }


@pytest.mark.parametrize(
    "path", ["start", "talks.us-uk.deadline", "economy.tariffs.us on mexico.rate"]
)
def test_what_has_no_range_or_cannot_be_set_is_left_out(path: str) -> None:
    assert list(points(LOADED, entry(path))) == []


def test_a_point_is_measured_over_the_same_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RUNS", 2)
    short = load(SCENARIO, {"weeks": 8})
    found = module._measured(short, {"us-uk": 7})
    assert found == module._measured(short, {"us-uk": 7})
    assert found["signed"] in {0.0, 0.5, 1.0}
    assert module._measured(short, {"us-uk": -1})["signed"] == 0.0
