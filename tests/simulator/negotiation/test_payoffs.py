"""Every rule of what outcomes are worth, against plain loops over the tables."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.payoffs import (
    Menace,
    Preferences,
    Valuation,
    accrued,
    after_breach,
    benchmark_penalty,
    disagreement,
    expected,
    interpolated,
    temptation,
)
from tests.negotiations import Wants, space_of, wants

values = st.one_of(st.integers(-5, 5).map(float), st.floats(-100, 100))
shares = st.floats(0, 1)


@dataclass(frozen=True)
class Case:
    """One party's tables in a talk, what it trusts its partners and what they threaten."""

    tables: tuple[tuple[float, ...], ...]
    obligors: tuple[int, ...]
    parties: int
    seat: int
    face: tuple[float, ...]
    trust: tuple[float, ...]
    threats: tuple[float, ...]

    @property
    def partners(self) -> list[int]:
        return [j for j in range(self.parties) if j != self.seat]

    @property
    def space(self) -> OutcomeSpace:
        return space_of(*map(len, self.tables))

    def valuation(self, face: bool = True) -> Valuation:
        tables = [np.array(table) for table in self.tables]
        costs = self.face if face else None
        return Valuation(self.space, self.seat, self.obligors, tables, self.partners, costs)

    def outcomes(self) -> list[tuple[int, ...]]:
        return list(itertools.product(*(range(len(table)) for table in self.tables)))

    def worth(self, levels: Sequence[int]) -> list[tuple[int, float]]:
        """Return obligor and value of each issue at these levels."""
        return [
            (o, table[k]) for o, table, k in zip(self.obligors, self.tables, levels, strict=True)
        ]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    parties = draw(st.integers(2, 4))
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    count = len(shape)

    def listed(what: st.SearchStrategy[float], size: int) -> tuple[float, ...]:
        return tuple(draw(st.lists(what, min_size=size, max_size=size)))

    seats = st.integers(0, parties - 1)
    return Case(
        tables=tuple(listed(values, n) for n in shape),
        obligors=tuple(draw(st.lists(seats, min_size=count, max_size=count))),
        parties=parties,
        seat=draw(seats),
        face=listed(st.floats(0, 3), count),
        trust=listed(shares, parties - 1),
        threats=listed(st.floats(-50, 5), parties - 1),
    )


close = pytest.approx


@given(case=cases())
def test_what_is_expected_of_an_outcome_is_what_its_issues_sum_up_to(case: Case) -> None:
    valuation = case.valuation()
    got = expected(valuation.bargained, valuation.promised, case.trust, case.threats)
    for index, levels in enumerate(case.outcomes()):
        worth = 0.0
        for obligor, value in case.worth(levels):
            if obligor == case.seat or value < 0:
                worth += value
            else:
                worth += case.trust[case.partners.index(obligor)] * value
        for t, f in zip(case.trust, case.threats, strict=True):
            worth += (1 - t) * f
        worth -= sum(cost * level for cost, level in zip(case.face, levels, strict=True))
        assert got[index] == close(worth, abs=1e-9)


@given(case=cases())
def test_an_outcome_is_split_into_own_harm_and_promised(case: Case) -> None:
    valuation = case.valuation()
    for index, levels in enumerate(case.outcomes()):
        worth = case.worth(levels)
        assert valuation.own[index] == close(sum(v for o, v in worth if o == case.seat), abs=1e-9)
        harm = sum(v for o, v in worth if o != case.seat and v < 0)
        assert valuation.harm[index] == close(harm, abs=1e-9)
        for j, promised in zip(case.partners, valuation.promised, strict=True):
            by_partner = sum(v for o, v in worth if o == j and v > 0)
            assert promised[index] == close(by_partner, abs=1e-9)
        assert valuation.full_faith[index] == close(sum(v for _, v in worth), abs=1e-9)
        assert valuation.of(levels) == tuple(v for _, v in worth)


@given(case=cases())
def test_the_parts_of_one_outcome_are_its_entries_of_own_harm_and_promised(case: Case) -> None:
    valuation = case.valuation()
    for index, levels in enumerate(case.outcomes()):
        parts = valuation.parts(levels)
        own, harm, promised = parts.own, parts.harm, parts.promised
        assert own == pytest.approx(valuation.own[index])
        assert harm == pytest.approx(valuation.harm[index])
        assert promised == pytest.approx([each[index] for each in valuation.promised])


@given(case=cases())
def test_face_is_lost_in_talks_and_not_in_what_is_performed(case: Case) -> None:
    with_face, without = case.valuation(), case.valuation(face=False)
    assert without.bargained == close(without.own + without.harm, abs=1e-9)
    for name in ("own", "harm", "full_faith"):
        assert (getattr(with_face, name) == getattr(without, name)).all()


@given(case=cases())
def test_in_full_trust_threats_do_not_count_and_everything_promised_does(case: Case) -> None:
    valuation = case.valuation(face=False)
    trust = [1.0] * len(case.partners)
    got = expected(valuation.bargained, valuation.promised, trust, case.threats)
    assert got == close(valuation.full_faith, abs=1e-9)


@given(case=cases(), lower=shares)
def test_less_trust_never_makes_an_outcome_worth_more(case: Case, lower: float) -> None:
    valuation = case.valuation()
    threats = [min(f, 0.0) for f in case.threats]
    less = [t * lower for t in case.trust]
    trusting = expected(valuation.bargained, valuation.promised, case.trust, threats)
    wary = expected(valuation.bargained, valuation.promised, less, threats)
    assert (wary <= trusting + 1e-9).all()


def test_expected_of_numbers_is_a_number() -> None:
    # own + harm -2; two partners: .5 * 4 + .5 * -3 and .25 * 8 + .75 * -1.
    assert expected(-2.0, [4.0, 8.0], [0.5, 0.25], [-3.0, -1.0]) == -0.25


@given(case=cases(), data=st.data())
def test_what_accrues_counts_each_part_by_who_performs_it(case: Case, data: st.DataObject) -> None:
    levels = data.draw(st.sampled_from(case.outcomes()))
    worth = case.worth(levels)
    qualities = data.draw(st.lists(shares, min_size=len(worth), max_size=len(worth)))
    overall = data.draw(st.lists(shares, min_size=case.parties, max_size=case.parties))
    threats = [0.0] * case.parties
    for j, f in zip(case.partners, case.threats, strict=True):
        threats[j] = f
    threats[case.seat] = data.draw(st.floats(-9, 9))
    total = 0.0
    for (obligor, value), quality in zip(worth, qualities, strict=True):
        # A partner's harm is done whatever the quality.
        total += value if obligor != case.seat and value < 0 else quality * value
    for seat in range(case.parties):
        total += (1 - overall[seat]) * threats[seat]
    obligors = [o for o, _ in worth]
    got = accrued([v for _, v in worth], obligors, qualities, case.seat, overall, threats)
    assert got == close(total, abs=1e-9)


def test_a_little_harm_is_done_whatever_the_quality_and_a_little_promise_kept_by_it() -> None:
    for obligor, whole in ((1, -0.25 + 0.125), (0, 0.0)):
        issues = [-0.25, 0.25], [obligor, obligor], [0.5, 0.5]
        assert accrued(*issues, 0, [1.0, 1.0], [0.0, 0.0]) == whole


@given(case=cases(), quality=shares, data=st.data())
def test_signing_and_performing_use_the_same_arithmetic(
    case: Case, quality: float, data: st.DataObject
) -> None:
    # A partner of reliability q accrues what one expects of a partner trusted at q.
    levels = data.draw(st.sampled_from(case.outcomes()))
    valuation = case.valuation(face=False)
    trust = [quality] * len(case.partners)
    signed = expected(valuation.bargained, valuation.promised, trust, case.threats)
    overall = [quality] * case.parties
    overall[case.seat] = 1.0
    threats = [0.0] * case.parties
    for j, f in zip(case.partners, case.threats, strict=True):
        threats[j] = f
    qualities = [overall[o] for o in case.obligors]
    got = accrued(valuation.of(levels), case.obligors, qualities, case.seat, overall, threats)
    assert got == close(float(signed[case.space.index(levels)]), abs=1e-9)


@given(threats=st.lists(st.floats(-9, 9), max_size=4), deal=st.floats(-30, 30))
def test_without_a_new_deal_one_gets_the_threats_or_the_better_deal_in_force(
    threats: list[float], deal: float
) -> None:
    assert disagreement(threats, None) == sum(threats)
    assert disagreement(threats, deal) == max(sum(threats), deal)


# -- what peers have got -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("peer", "value"),
    [
        (25, 0.0),
        (20, 1.4),
        (20.0, 1.4),
        (17.5, 2.1),
        (12, 3.64),
        (2.5, 6.3),
        (0, 6.3),
        (-4, 6.3),
        (30, 0.0),
    ],
)
def test_a_peers_level_is_valued_between_ones_own_and_clipped_to_them(
    peer: float, value: float
) -> None:
    falling, worth = (25, 20, 15, 10, 2.5), np.array([0, 1.4, 2.8, 4.2, 6.3])
    assert interpolated(falling, worth, peer) == close(value)
    assert interpolated(falling[::-1], worth[::-1], peer) == close(value)


@given(
    levels=st.lists(st.integers(-50, 50), min_size=2, max_size=6, unique=True).map(sorted),
    falling=st.booleans(),
    peer=st.floats(-60, 60),
    data=st.data(),
)
def test_interpolation_is_piecewise_linear_for_rising_and_falling_levels(
    levels: list[int], falling: bool, peer: float, data: st.DataObject
) -> None:
    worth = data.draw(st.lists(st.floats(-9, 9), min_size=len(levels), max_size=len(levels)))
    at = min(max(peer, levels[0]), levels[-1])
    for k, (low, high) in enumerate(itertools.pairwise(levels)):
        if low <= at <= high:
            plain = worth[k] + (worth[k + 1] - worth[k]) * (at - low) / (high - low)
    order = slice(None, None, -1 if falling else 1)
    got = interpolated(levels[order], np.array(worth[order]), peer)
    assert got == close(plain, abs=1e-9)


def test_labels_count_only_if_they_are_equal() -> None:
    worth = np.array([0.0, 1.0, 4.0])
    assert interpolated(("none", "some", "all"), worth, "some") == 1.0
    assert interpolated(("none", "some", "all"), worth, "most") is None
    assert interpolated(("none", "some", "all"), worth, 1) is None
    assert interpolated((0, 1, 2), worth, "some") is None
    assert interpolated((0, "quota", 2), worth, 1) is None
    assert interpolated((0, "quota", 2), worth, 2) == 4.0
    assert interpolated((0, "quota", 2), worth, "quota") == 1.0


def test_numbers_in_another_unit_do_not_compare() -> None:
    worth = np.array([0.0, 1.0])
    assert interpolated((0, 10), worth, 10, peer_unit_matches=False) is None
    assert interpolated((0, 10), worth, 5, peer_unit_matches=False) is None
    assert interpolated(("none", "all"), worth, "all", peer_unit_matches=False) == 1.0


@given(worth=st.lists(values, min_size=1, max_size=6), peer=values, weight=st.floats(0, 3))
def test_only_what_is_worse_than_the_peers_is_penalised_by_the_difference(
    worth: list[float], peer: float, weight: float
) -> None:
    penalty = benchmark_penalty(np.array(worth), peer, weight)
    plain = [weight * (peer - value) if value < peer else 0.0 for value in worth]
    assert penalty.tolist() == close(plain, abs=1e-9)


# -- preferences -------------------------------------------------------------------------------


@given(data=st.data(), size=st.integers(1, 12))
def test_an_outcome_is_rational_if_it_is_allowed_and_pays_the_disagreement(
    data: st.DataObject, size: int
) -> None:
    drawn = data.draw(wants(size, rational=False))
    preferences = drawn.preferences()
    options = [k for k in range(size) if drawn.rational(k)]
    assert preferences.options.tolist() == options
    assert preferences.rational.tolist() == [k in options for k in range(size)]
    assert preferences.payoffs.tolist() == [drawn.payoffs[k] for k in options]


@given(data=st.data(), size=st.integers(1, 12))
def test_best_floor_share_and_ranking_are_those_of_the_rational_outcomes(
    data: st.DataObject, size: int
) -> None:
    drawn = data.draw(wants(size))
    preferences = drawn.preferences()
    options = preferences.options.tolist()
    payoffs = drawn.payoffs
    best = max(payoffs[k] for k in options)
    floor = min(max(min(payoffs), drawn.disagreement), *(payoffs[k] for k in options))
    assert preferences.best == best
    assert preferences.best_outcome == min(k for k in options if payoffs[k] == best)
    assert preferences.floor == floor
    assert preferences.span == preferences.unit == best - floor
    assert preferences.ranking.tolist() == sorted(options, key=lambda k: (-payoffs[k], k))
    for k in range(size):
        share = (payoffs[k] - floor) / (best - floor) if best > floor else 1.0
        assert preferences.share(k) == close(share)


def test_the_unit_of_tolerances_can_be_given() -> None:
    assert Preferences(np.array([0.0, 5.0]), 1.0).unit == 4.0
    assert Preferences(np.array([0.0, 5.0]), 1.0, unit=1.0).unit == 1.0


def lowest(drawn: Wants, target: float) -> int:
    options = [(payoff, k) for k, payoff in enumerate(drawn.payoffs) if drawn.rational(k)]
    enough = [(payoff, k) for payoff, k in options if payoff >= target]
    return min(enough)[1] if enough else min((-payoff, k) for payoff, k in options)[1]


@settings(max_examples=200)
@given(data=st.data(), size=st.integers(1, 14))
def test_the_lowest_outcome_that_pays_a_target_is_the_first_of_equals(
    data: st.DataObject, size: int
) -> None:
    drawn = data.draw(wants(size))
    near = [np.nextafter(p, side) for p in drawn.payoffs for side in (-np.inf, np.inf)]
    targets = data.draw(
        st.lists(
            st.one_of(st.sampled_from([*drawn.payoffs, *map(float, near)]), values),
            min_size=1,
            max_size=6,
        )
    )
    preferences = drawn.preferences()
    plain = [lowest(drawn, target) for target in targets]
    assert [preferences.lowest_at_least(target) for target in targets] == plain
    assert preferences.lowest_at_least_each(np.array(targets)) == plain


@given(data=st.data(), size=st.integers(1, 12), low=values, high=values)
def test_a_band_holds_the_rational_outcomes_that_pay_no_less_and_no_more(
    data: st.DataObject, size: int, low: float, high: float
) -> None:
    drawn = data.draw(wants(size))
    preferences = drawn.preferences()
    inside = [k for k in preferences.options.tolist() if low <= drawn.payoffs[k] <= high]
    assert preferences.between(low, high).tolist() == inside


def test_payoffs_given_to_preferences_are_not_changed() -> None:
    vector = np.array([3.0, 1.0, 2.0])
    preferences = Preferences(vector, 1.5)
    preferences.lowest_at_least_each(np.array([0.0, 2.5, 9.0]))
    assert vector.tolist() == [3.0, 1.0, 2.0]


def test_what_follows_a_breach_is_some_periods_of_it_and_then_no_deal() -> None:
    # With delta = .5 the first two of all periods weigh three quarters.
    assert after_breach(4.0, -8.0, 0.5, 2) == 0.75 * 4.0 + 0.25 * -8.0
    assert after_breach(4.0, -8.0, 0.0, 2) == 4.0
    assert after_breach(4.0, -8.0, 1.0, 1) == -8.0


def test_the_temptation_of_a_threat_is_what_it_adds_to_what_a_deal_lets_one_take() -> None:
    menaces = [Menace(2.0, 0.5, 0), Menace(1.0, 0.25)]
    assert temptation(menaces, [1.5, 0.5]) == 0.5 * (2.0 - 1.5) + 0.25 * (1.0 - 0.5)
    assert temptation([], [1.5, 0.5]) == 0.0
