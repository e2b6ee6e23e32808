"""Which strategies meet which, in which seats, and what is refused."""

import pytest

from experiments.runs.matches import Matches, matches_of
from simulator.errors import Problem


def met(
    strategies: list[object], opponents: list[object] | None = None, parties: int = 2, **how: bool
) -> list[str]:
    """Return the matches, as the initials of who sits where."""
    problems: list[Problem] = []
    matches = matches_of(strategies, opponents, how.get("self_play", True), parties, problems)
    assert problems == []
    return rows(matches)


def rows(matches: Matches) -> list[str]:
    initials = [str(spec)[0] for spec in matches.strategies]
    return ["".join(initials[k] for k in row) for row in matches.seats]


def refused(strategies: list[object], opponents: list[object] | None = None) -> list[str]:
    problems: list[Problem] = []
    matches_of(strategies, opponents, True, 2, problems)
    return [str(problem) for problem in problems]


def test_each_meets_each_in_both_seats_and_itself_once() -> None:
    assert met(["linear", "micro"]) == ["ll", "lm", "ml", "mm"]


def test_without_self_play_all_in_a_match_differ() -> None:
    assert met(["linear", "micro"], self_play=False) == ["lm", "ml"]
    three = met(["linear", "micro", "boulware"], parties=3, self_play=False)
    assert sorted(three) == ["blm", "bml", "lbm", "lmb", "mbl", "mlb"]


def test_against_opponents_a_strategy_takes_either_seat() -> None:
    assert met(["linear"], ["micro", "boulware"]) == ["lm", "lb", "ml", "bl"]


def test_opponents_that_are_strategies_too_meet_no_pair_twice() -> None:
    assert met(["linear", "micro"], ["micro"]) == ["lm", "ml", "mm"]
    assert met(["linear", "micro"], ["micro"], self_play=False) == ["lm", "ml"]


def test_of_three_parties_one_is_a_strategy_and_the_others_opponents() -> None:
    assert met(["linear"], ["micro"], parties=3) == ["lmm", "mlm", "mml"]
    assert len(met(["linear", "micro"], parties=3)) == 8


def test_a_strategy_that_is_given_twice_counts_once() -> None:
    assert met(["linear", "micro", "linear"]) == met(["linear", "micro"])


def test_tuples_are_matches_in_their_order() -> None:
    assert met([("micro", "linear"), ["linear", "linear"], ("micro", "linear")]) == [
        "ml",
        "ll",
        "ml",
    ]


def test_all_problems_are_told_each_where_it_stands() -> None:
    told = refused(["linaer", "micro:x=1"], ["nobody"])
    assert [line.partition(":")[0] for line in told] == [
        "strategies.0",
        "strategies.1.x",
        "opponents.0",
    ]
    assert "'linear'" in told[0]


@pytest.mark.parametrize(
    ("strategies", "opponents", "key"),
    [
        ([("micro", "linear"), "micro"], None, "strategies.1"),
        ([("micro", "linear", "micro")], None, "strategies.0"),
        ([("micro", "none")], None, "strategies.0.1"),
        ([("micro", "linear")], ["micro"], "opponents"),
        ([], None, "strategies"),
        (["micro"], [], "strategies"),
    ],
)
def test_matches_that_are_none_are_refused(
    strategies: list[object], opponents: list[object] | None, key: str
) -> None:
    assert [line.partition(":")[0] for line in refused(strategies, opponents)] == [key]
