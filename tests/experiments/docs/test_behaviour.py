"""What was measured of theory's claims is of the scenario and the claims that there are now."""

from dataclasses import replace
from functools import cache
from math import nan
from pathlib import Path

import numpy as np
import pytest

from experiments.docs import behaviour, expectations
from experiments.docs.behaviour import FILE, Finding, findings, measured, played, scenario_of, write
from experiments.docs.claims import CLAIMS, FIRST, SCENARIO, Claim, arms
from experiments.docs.expectations import TOPICS, page
from experiments.docs.looks import ALLIES, Look, Measure, alike, extensions, signed_by, week_signed
from experiments.run import load

FOUND = findings()
AGAIN = "measure again: python -m experiments.docs.behaviour"
LOOK = Look(
    weeks=24,
    signed={"japan": 6, "korea": 17},
    worth={("japan", "japan"): 2.0, ("japan", "us"): 5.0},
    rates={"japan": 15.0, "eu": 12.5, "korea": 20.0},
    accrued={"us": 1.0, "japan": -0.5},
    extensions={"us": 2, "eu": 1},
    deals=(),
)


def fake(*numbers: float) -> Measure:
    """Return a measure that reads these numbers off as many runs."""
    return Measure("a number", lambda runs: np.array([[n] for n in numbers]))


def finding(difference: float, low: float, high: float, wanted: str) -> Finding:
    return Finding("a topic", "one", "other", "a number", wanted, 1, 1, difference, low, high, 9)


# What is kept.


def test_what_is_kept_is_of_the_scenario_that_is_shipped() -> None:
    assert scenario_of() == load(SCENARIO).hash, AGAIN


def test_every_claim_has_been_measured_and_nothing_else() -> None:
    wanted = [
        (c.topic, c.arm, c.base if isinstance(c.base, str) else f"{c.base:g}", c.measure.words)
        for c in CLAIMS
    ]
    assert [finding[:4] for finding in FOUND] == wanted, AGAIN
    assert [finding.wanted for finding in FOUND] == [claim.wanted for claim in CLAIMS], AGAIN


def test_what_is_kept_is_of_one_mind_with_itself() -> None:
    for found in FOUND:
        assert found.low <= found.difference <= found.high
        assert 1 < found.n <= behaviour.RUNS
    written = FILE.read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(",")[-2] for line in written] == [found.holds for found in FOUND]


def test_no_step_of_resolve_takes_half_of_those_who_sign_by_the_first_date() -> None:
    steps = [-f.difference for f in FOUND if (f.topic, f.wanted) == ("first date", "lower")]
    assert len(steps) == 4
    assert 0 < max(steps) < sum(steps) / 2


# What the page says of it.


def test_every_topic_is_measured_and_a_reason_is_given_where_and_only_where_something_fails() -> (
    None
):
    assert {claim.topic for claim in CLAIMS} == set(TOPICS)
    failing = {found.topic for found in FOUND if found.holds != "yes"}
    assert {key for key, topic in TOPICS.items() if topic.fails} == failing


def test_the_page_tells_every_difference_with_whether_it_holds() -> None:
    text = page().text()
    for found in FOUND:
        assert f"{found.low:+.2f} to {found.high:+.2f} | {found.n} | {found.holds} |" in text


def test_what_does_not_hold_is_told_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    flipped = tuple(f._replace(wanted="same") if f.topic == "dates" else f for f in FOUND)
    monkeypatch.setattr(expectations, "findings", lambda: flipped)
    before, after = page().text().split("## What fails")
    assert f"**{TOPICS['dates'].claim}**" in after
    assert "week of first signing, date 25 June (no)" in after
    assert f"({TOPICS['dates'].claim}" not in after
    assert f"[{TOPICS['dates'].claim}](#" in before


# How it is measured.


@pytest.mark.parametrize(
    ("low", "high", "wanted", "holds"),
    [
        (0.1, 0.3, "higher", "yes"),
        (0.1, 0.3, "lower", "no"),
        (-0.3, -0.1, "lower", "yes"),
        (-0.3, -0.1, "higher", "no"),
        (-0.1, 0.3, "higher", "undecided"),
        (-0.1, 0.3, "lower", "undecided"),
        (0.0, 0.0, "higher", "no"),
        (0.0, 0.0, "same", "yes"),
        (-0.1, 0.1, "same", "no"),
    ],
)
def test_a_claim_holds_if_its_interval_lies_where_it_should(
    low: float, high: float, wanted: str, holds: str
) -> None:
    assert finding((low + high) / 2, low, high, wanted).holds == holds


def test_runs_are_compared_seed_by_seed_and_what_one_lacks_is_left_out() -> None:
    values = {"one": (1.0, 2.0, 4.0, nan), "other": (0.0, 0.0, 1.0, 7.0)}
    measure = Measure("a number", lambda runs: np.array([[look.weeks] for look in runs]))
    looks = {
        arm: [replace(LOOK, weeks=n) for n in numbers]  # type: ignore[arg-type]
        for arm, numbers in values.items()
    }
    found = measured(Claim("a topic", "one", "other", measure, "higher"), looks.__getitem__)
    assert found.n == 3
    assert found.difference == pytest.approx(2)
    assert found.high - found.difference == pytest.approx(1.96 / 3**0.5)
    assert found.in_base == pytest.approx(2)


def test_a_claim_against_a_number_takes_it_from_every_run() -> None:
    found = measured(Claim("a topic", "one", 0.5, fake(1.0, 0.0, 1.0), "higher"), lambda arm: [])
    assert (found.base, found.in_base) == ("0.5", 0.5)
    assert found.difference == pytest.approx(1 / 6)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    write(FOUND, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text() == FILE.read_text(encoding="utf-8")


def test_who_never_signs_has_the_last_week_and_has_not_signed() -> None:
    assert week_signed(*ALLIES).of([LOOK]).tolist() == [[6, 24, 17]]
    assert signed_by(7, "9 July", *ALLIES).of([LOOK]).tolist() == [[1, 0, 0]]
    assert extensions("us").of([LOOK]).tolist() == [[2]]


def test_how_far_tariffs_go_together_is_their_correlation() -> None:
    rates = {"japan": [1, 2, 4, 8], "eu": [5, 3, 4, 1], "korea": [2, 2, 3, 7]}
    runs = [replace(LOOK, rates={a: float(rates[a][k]) for a in ALLIES}) for k in range(4)]
    matrix = np.corrcoef([rates[ally] for ally in ALLIES])
    pairs = [matrix[0, 1], matrix[0, 2], matrix[1, 2]]
    assert alike().of(runs).mean(axis=0) == pytest.approx(pairs)


def test_the_first_date_is_the_deadline_of_the_threatened() -> None:
    shipped = load(SCENARIO)
    days = {shipped.talks[f"us-{ally}"].deadline for ally in ALLIES}
    assert [shipped.week_of(day) for day in days if day is not None] == [FIRST]


def test_every_arm_is_a_scenario_of_its_own() -> None:
    shipped = load(SCENARIO)
    changes = arms(shipped)
    needed = {name for c in CLAIMS for name in (c.arm, c.base) if isinstance(name, str)}
    assert needed == set(changes)
    assert len({repr(values) for values in changes.values()}) == len(changes)


def test_a_claim_measured_again_in_a_few_runs_has_the_sign_that_is_kept() -> None:
    runs = cache(lambda arm: played(arm, range(5)))
    for claim, kept in zip(CLAIMS, FOUND, strict=True):
        if claim.arm == "credibility 0.9":
            assert np.sign(measured(claim, runs).difference) == np.sign(kept.difference)
            return
    pytest.fail("the claim is gone")
