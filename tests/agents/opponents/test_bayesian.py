import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.opponents.bayesian import Bayesian, ranks, shapes
from simulator.errors import PartError
from tests.agents.opponents.talks import heard, informed
from tests.negotiations import space_of

Hypotheses = dict[tuple[int, int], float]


def test_a_value_may_rise_fall_or_have_a_peak_between() -> None:
    assert shapes(1).tolist() == [[1.0]]
    assert shapes(2).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert shapes(3).tolist() == [[1.0, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.5, 1.0]]
    assert shapes(5)[1] == pytest.approx([0.0, 1.0, 2 / 3, 1 / 3, 0.0])


def test_a_weight_is_that_of_a_rank() -> None:
    assert ranks(1).tolist() == [1.0]
    assert ranks(3) == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    assert ranks(7).sum() == pytest.approx(1.0)


# One issue of three levels; the partner offers 2 at t = .2 and 1 at t = .4, when .9 and .8 are
# expected of it. Its values of the two are 0 and .5, 0 and 1, 1 and .5, if it falls, peaks, rises.
def test_over_one_issue_it_is_bayes_rule() -> None:
    odds = [
        math.exp(-((second - 0.9) ** 2 + (first - 0.8) ** 2) / (2 * 0.25**2))
        for second, first in ((0.0, 0.5), (0.0, 1.0), (1.0, 0.5))
    ]
    falls, peaks, rises = (each / sum(odds) for each in odds)
    worth = [falls, 0.5 * falls + peaks + 0.5 * rises, rises]
    expected = [each / max(worth) for each in worth]
    assert informed(Bayesian(), heard((3,), [2, 1], rounds=5)) == pytest.approx(expected)


def value(shape: int, level: int, count: int) -> float:
    """Return the value of a level by the hypothesis that the peak is at `shape`."""
    if level == shape:
        return 1.0
    return level / shape if level < shape else (count - 1 - level) / (count - 1 - shape)


def by_enumeration(
    shape: Sequence[int], offers: Sequence[int], rounds: int, concession: float, spread: float
) -> list[float]:
    """Return the utilities by hypotheses one by one, each issue judged by what others mean."""
    k = len(shape)
    weights = [2 * r / (k * (k + 1)) for r in range(1, k + 1)]
    hypotheses = [[(r, s) for r in range(k) for s in range(count)] for count in shape]
    belief: list[Hypotheses] = [dict.fromkeys(each, 1.0 / len(each)) for each in hypotheses]

    def mean(issue: int, level: int) -> float:
        return sum(
            p * weights[r] * value(s, level, shape[issue]) for (r, s), p in belief[issue].items()
        )

    seen: set[int] = set()
    for number, outcome in enumerate(offers):
        if outcome in seen:
            continue
        seen.add(outcome)
        demanded = 1 - concession * (number + 1) / rounds
        levels = space_of(*shape).levels(outcome)
        means = [mean(issue, level) for issue, level in enumerate(levels)]
        after: list[Hypotheses] = []
        for issue, level in enumerate(levels):
            rest = sum(means) - means[issue]
            likely = {
                (r, s): p
                * math.exp(
                    -((rest + weights[r] * value(s, level, shape[issue]) - demanded) ** 2)
                    / (2 * spread**2)
                )
                for (r, s), p in belief[issue].items()
            }
            after.append({each: p / sum(likely.values()) for each, p in likely.items()})
        belief = after
    tables = [[mean(issue, level) for level in range(count)] for issue, count in enumerate(shape)]
    most = sum(max(table) for table in tables)
    space = space_of(*shape)
    return [
        sum(table[level] for table, level in zip(tables, space.levels(w), strict=True)) / most
        for w in range(space.size)
    ]


@given(
    shape=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    offers=st.lists(st.integers(0, 63), max_size=6),
    concession=st.sampled_from((0.0, 0.5, 1.0)),
    spread=st.sampled_from((0.1, 0.25, 2.0)),
)
def test_its_beliefs_are_those_of_an_enumeration_of_all_hypotheses(
    shape: list[int], offers: list[int], concession: float, spread: float
) -> None:
    size = math.prod(shape)
    moves = [offer % size for offer in offers]
    model = Bayesian(concession=concession, spread=spread)
    found = informed(model, heard(shape, moves, rounds=9))
    assert found == pytest.approx(by_enumeration(shape, moves, 9, concession, spread))


def test_it_learns_the_same_from_offers_one_by_one_as_all_at_once() -> None:
    moves = [11, 3, 7, 7, 2]
    stepwise = Bayesian()
    stepwise.begin(heard((4, 3), []))
    for count in range(len(moves) + 1):
        gains = stepwise.gains(heard((4, 3), moves[:count], rounds=9), 1)
    assert list(gains) == pytest.approx(informed(Bayesian(), heard((4, 3), moves, rounds=9)))


def test_an_outcome_offered_again_says_nothing_new() -> None:
    once = informed(Bayesian(), heard((4, 3), [11, 3], rounds=9))
    assert informed(Bayesian(), heard((4, 3), [11, 3, 11, 3, 3], rounds=9)) == once


def test_every_partner_is_a_matter_of_its_own() -> None:
    turn = heard((4, 3), [11, 3], [0, 4], rounds=9)
    for seat, moves in ((1, [11, 3]), (2, [0, 4])):
        alone = informed(Bayesian(), heard((4, 3), moves, rounds=9))
        assert informed(Bayesian(), turn, seat) == alone


def test_without_offers_the_hypotheses_are_equally_likely() -> None:
    # Each issue by itself on average symmetric, the levels between worth more.
    found = informed(Bayesian(), heard((3, 3), []))
    assert found == pytest.approx([*(0.5, 0.75, 0.5), *(0.75, 1.0, 0.75), *(0.5, 0.75, 0.5)])


def test_of_an_issue_of_many_levels_only_some_peaks_are_supposed_and_every_level_is_valued() -> (
    None
):
    assert shapes(41).shape == (21, 41)
    assert shapes(41).argmax(axis=1).tolist() == list(range(0, 41, 2))
    # Beside an issue of few levels: alike from both ends, and most worth in the middle.
    found = np.reshape(informed(Bayesian(), heard((41, 2), [])), (41, 2))
    assert found == pytest.approx(found[::-1, ::-1])
    assert found.argmax(axis=0).tolist() == [20, 20]


def test_what_an_offer_all_but_rules_out_later_ones_can_bring_back() -> None:
    # By far too certain of what is demanded; level 0 speaks for falling values, then level 4
    # for rising ones.
    model = Bayesian(concession=0.0, spread=0.01)
    found = informed(model, heard((5,), [0, 4], rounds=99))
    assert np.isfinite(found).all()
    assert found == pytest.approx(found[::-1])


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *(("concession", value) for value in (-0.1, 1.1, math.nan)),
        *(("spread", value) for value in (0.0, -1.0, 1e-200, math.inf, math.nan)),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(parameter: str, value: float) -> None:
    with pytest.raises(PartError, match=f"bayesian:{parameter}"):
        Bayesian(**{parameter: value})
