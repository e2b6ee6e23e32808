import itertools
from dataclasses import FrozenInstanceError, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.world.deals import (
    Commitment,
    Deal,
    Entry,
    InForce,
    Ledger,
    Period,
    Status,
    collapses,
    shares,
)

DEAL = Deal(
    "us-eu:0",
    "us-eu",
    ("us", "eu"),
    (1, 0, 2),
    (Commitment("tariff", "us", 1), Commitment("rice", "eu", 2)),
    3,
)
ALLOWED = {
    (None, Status.PENDING),
    (None, Status.IN_FORCE),
    (Status.PENDING, Status.IN_FORCE),
    (Status.PENDING, Status.REJECTED),
    (Status.IN_FORCE, Status.EXPIRED),
    (Status.IN_FORCE, Status.SUPERSEDED),
    (Status.IN_FORCE, Status.COLLAPSED),
}
PATHS: dict[Status | None, list[Status]] = {
    None: [],
    Status.PENDING: [Status.PENDING],
    Status.REJECTED: [Status.PENDING, Status.REJECTED],
    Status.IN_FORCE: [Status.PENDING, Status.IN_FORCE],
    Status.EXPIRED: [Status.IN_FORCE, Status.EXPIRED],
    Status.SUPERSEDED: [Status.IN_FORCE, Status.SUPERSEDED],
    Status.COLLAPSED: [Status.IN_FORCE, Status.COLLAPSED],
}


@pytest.mark.parametrize(("now", "then"), list(itertools.product(PATHS, Status)))
def test_a_deal_goes_only_where_its_life_can_lead(now: Status | None, then: Status) -> None:
    ledger = Ledger()
    for week, status in enumerate(PATHS[now]):
        ledger.enter(DEAL, status, week)
    before = list(ledger.entries)
    if (now, then) in ALLOWED:
        ledger.enter(DEAL, then, 9)
        assert ledger.status(DEAL.id) is then
        assert ledger.entries == [*before, Entry(9, DEAL.id, then)]
    else:
        with pytest.raises(ValueError, match=f"us-eu:0 is {now}, it cannot become {then}"):
            ledger.enter(DEAL, then, 9)
        assert ledger.entries == before


def test_the_ledger_knows_since_when_and_until_when() -> None:
    ledger = Ledger()
    ledger.enter(DEAL, Status.PENDING, 3)
    assert ledger.ended(DEAL.id) is None
    ledger.enter(DEAL, Status.IN_FORCE, 7)
    assert (ledger.week(DEAL.id, Status.PENDING), ledger.week(DEAL.id, Status.IN_FORCE)) == (3, 7)
    assert ledger.week(DEAL.id, Status.EXPIRED, Status.COLLAPSED) is None
    ledger.enter(DEAL, Status.COLLAPSED, 33)
    assert ledger.ended(DEAL.id) == 33
    assert ledger.deals == {DEAL.id: DEAL}


@pytest.mark.parametrize(
    "path",
    [p for p in PATHS.values() if p and p[-1] not in {Status.PENDING, Status.IN_FORCE}],
    ids=lambda path: path[-1].value,
)
def test_a_deal_has_ended_in_the_week_of_its_last_status(path: list[Status]) -> None:
    ledger = Ledger()
    for week, status in enumerate(path):
        ledger.enter(DEAL, status, 10 * week)
    assert ledger.ended(DEAL.id) == 10 * (len(path) - 1)


def test_deals_of_one_ledger_do_not_mix() -> None:
    other = Deal("us-uk:0", "us-uk", ("us", "uk"), (0,), (), 0)
    ledger = Ledger()
    ledger.enter(DEAL, Status.PENDING, 3)
    ledger.enter(other, Status.IN_FORCE, 0)
    ledger.enter(other, Status.EXPIRED, 52)
    assert ledger.status(DEAL.id) is Status.PENDING
    assert (ledger.ended(DEAL.id), ledger.ended(other.id)) == (None, 52)


def test_what_was_agreed_and_done_is_never_changed() -> None:
    period = Period(3, {}, {"us": 1.0, "eu": 1.0}, frozenset())
    for value in (
        DEAL,
        DEAL.commitments[0],
        InForce(DEAL),
        period,
        Entry(3, DEAL.id, Status.PENDING),
    ):
        name = fields(value)[0].name
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, None)


def test_how_a_deal_is_performed_now_is_its_last_period() -> None:
    ledger = Ledger()
    ledger.enter(DEAL, Status.IN_FORCE, 0)
    first, second = (Period(week, {}, {"us": 1.0, "eu": 1.0}, frozenset()) for week in (0, 13))
    ledger.periods[DEAL.id].append(first)
    assert ledger.current_period(DEAL) is first
    ledger.periods[DEAL.id].append(second)
    assert ledger.current_period(DEAL) is second
    assert ledger.current_period(None) is None


def test_a_party_owes_what_it_is_the_obligor_of() -> None:
    assert DEAL.owed_by("us") == ("tariff",)
    assert DEAL.owed_by("eu") == ("rice",)
    assert DEAL.owed_by("uk") == ()


@given(values=st.lists(st.floats(-10, 10), min_size=1, max_size=6))
def test_stakes_are_shares_of_what_is_of_value_and_equal_if_nothing_is(
    values: list[float],
) -> None:
    positive = [value if value > 0 else 0.0 for value in values]
    stakes = shares(values)
    assert sum(stakes) == pytest.approx(1.0)
    for stake, value in zip(stakes, positive, strict=True):
        plain = value / sum(positive) if any(positive) else 1 / len(values)
        assert stake == pytest.approx(plain)
        assert stake >= 0


def test_stakes_of_a_known_case() -> None:
    assert shares([3.0, -5.0, 1.0]) == (0.75, 0.0, 0.25)
    assert shares([0.0, -1.0]) == (0.5, 0.5)
    assert shares([]) == ()


QUALITIES = (0.0, 0.49, 0.5, 1.0)


@pytest.mark.parametrize("now", list(itertools.product(QUALITIES, repeat=2)))
def test_a_deal_collapses_when_both_withhold_or_one_of_them_twice_running(
    now: tuple[float, float],
) -> None:
    seats = dict(zip(("a", "b"), now, strict=True))
    both = now[0] < 0.5 and now[1] < 0.5
    assert collapses(seats, None, 0.5) == both
    for before in itertools.product(QUALITIES, repeat=2):
        twice = any(q < 0.5 and p < 0.5 for q, p in zip(now, before, strict=True))
        past = dict(zip(("a", "b"), before, strict=True))
        assert collapses(seats, past, 0.5) == (both or twice)


def test_with_three_parties_two_that_withhold_are_enough() -> None:
    assert collapses({"a": 0.0, "b": 1.0, "c": 0.2}, None, 0.5)
    assert not collapses({"a": 0.0, "b": 1.0, "c": 1.0}, {"a": 1.0, "b": 0.0, "c": 0.0}, 0.5)
    assert collapses({"a": 1.0, "b": 0.0, "c": 1.0}, {"a": 1.0, "b": 0.0, "c": 1.0}, 0.5)


def test_a_deal_is_no_longer_in_force_from_the_week_in_which_it_expires() -> None:
    assert [InForce(DEAL, 7).expired(week) for week in (6, 7, 8)] == [False, True, True]
    assert not InForce(DEAL).expired(10**6)
