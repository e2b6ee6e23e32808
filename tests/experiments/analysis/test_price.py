"""What a deal is worth, and which part of it moved it."""

import pytest

from experiments.analysis.price import Part, Price, moves, prices_of
from experiments.run import run


def test_a_price_is_the_sum_of_its_parts() -> None:
    price = Price(kept=5.0, expected=2.0, without=-1.0)
    assert price.parts == {Part.NO_DEAL: -1.0, Part.DOUBT: 3.0, Part.GAIN: 3.0}
    r = run("allies-2025", 3)
    for deal in r.world.ledger.deals.values():
        for each in prices_of(r, deal):
            assert sum(each.parts.values()) == pytest.approx(each.kept)


def test_what_moved_a_price_sums_to_the_change_the_largest_first() -> None:
    before, after = Price(4.0, 1.0, 0.5), Price(5.5, 0.5, 0.75)
    moved = moves(before, after)
    assert moved == {Part.DOUBT: 2.0, Part.GAIN: -0.75, Part.NO_DEAL: 0.25}
    assert list(moved) == [Part.DOUBT, Part.GAIN, Part.NO_DEAL]
    assert sum(moved.values()) == after.kept - before.kept


def test_what_does_not_show_has_moved_nothing() -> None:
    assert moves(Price(4.0, 1.0, 0.5), Price(4.001, 1.001, 0.5)) == {}


def test_a_deal_of_before_the_run_has_no_price() -> None:
    r = run("allies-2025", 3, weeks=2)
    (deal,) = r.world.ledger.deals.values()
    assert prices_of(r, deal) == ()


def test_who_trusts_less_gets_more_for_its_doubt() -> None:
    """The EU was let down by Washington in between, and trusts it at .21 instead of .38."""
    r = run("allies-2025", 3)
    first, second = (d for d in r.world.ledger.deals.values() if d.talk == "us-eu")
    before, after = (prices_of(r, deal)[deal.parties.index("eu")] for deal in (first, second))
    assert next(iter(moves(before, after))) is Part.DOUBT
    assert moves(before, after)[Part.DOUBT] > 0.0
