"""What countries get, week by week."""

import pytest

from simulator.world.accounts import Account, Flow, weekly


def test_an_account_adds_up_what_is_got_and_discounts_it_by_patience_from_week_to_week() -> None:
    account = Account()
    for material, weighted in ((4.0, 8.0), (1.0, 2.0), (3.0, -4.0)):
        account.accrue(material, weighted, 0.5)
    assert (account.material, account.weighted) == (8.0, 6.0)
    assert account.cumulative == 8.0 + 0.5 * 2.0 - 0.25 * 4.0
    assert account.discount == 0.125


def test_a_week_is_a_fifty_second_part_of_a_year_over_all_talks_of_a_country() -> None:
    flows = [[Flow(52.0, 104.0), Flow(-26.0, 0.0)], [Flow(13.0, 26.0), Flow(5.2, 5.2)]]
    week = weekly(["us", "eu", "uk", "jp"], [("us", "eu"), ("uk", "us")], flows)
    assert week["us"] == pytest.approx((1.1, 2.1))
    assert week["eu"] == (-0.5, 0.0)
    assert week["uk"] == (0.25, 0.5)
    assert week["jp"] == (0.0, 0.0)
