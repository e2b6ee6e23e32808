"""The first page: what a stranger sees after a run."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.analysis.breach_cost import breach_cost
from experiments.analysis.price import moves
from experiments.display.html import rendered
from experiments.display.terminal import plain_text
from experiments.pages.run_summary import run_summary_page
from experiments.run import load, run
from tests.experiments.plots.drawn import world
from tests.generators import scenarios

HINTS = [(f"tradetalks run --hint {k}", "what it shows") for k in range(3)]
BREAKS = "scripted:qualities=[1.0, 0.0, 1.0]"


def test_first_talk_is_summed_up() -> None:
    assert run("first-talk").summary() == (
        "Two countries, a tariff for purchases\n"
        "first-talk, seed 0, Jan 2025 to Jul 2025: 1 deal\n"
        "\n"
        "Signed (what the first gives for what the other gives):\n"
        "  Home and Partner  20 Jan 2025: tariff 5 % for purchases US$ 50 bn\n"
        "\n"
        "Broken promises\n"
        "  None: everybody kept every deal.\n"
        "\n"
        "Trust, the share at which a promise of the other counts\n"
        "  Home in Partner  .80 ↗ .82\n"
        "  Partner in Home  .80 ↗ .82\n"
    )


def test_lines_are_cut_only_to_the_width_there_is() -> None:
    page = run_summary_page(run("allies-2025"))
    narrow, wide, html = plain_text(page), plain_text(page, 200), str(rendered(page))
    assert "…" in narrow
    assert len(wide.splitlines()) == len(narrow.splitlines())
    for whole in (wide, html):
        assert "…" not in whole
        assert "investment US$ 1000 bn, currency: clause" in whole


@pytest.mark.parametrize("width", [60, 80])
def test_names_give_way_before_numbers(width: int) -> None:
    text = run("allies-2025").summary(width)
    assert all(len(line) <= width for line in text.splitlines())
    assert ".47 ↘ .33 (week 36) ↗ .45" in text


def test_who_gives_what_is_said_in_a_deal_of_several() -> None:
    signed = run(world("three")).summary(200).partition("\n\n")[2].partition("\n\n")[0]
    for country in ("us", "japan", "eu"):
        assert f"({country})" in signed


@settings(max_examples=25)
@given(scenarios(), st.integers(0, 3))
def test_the_page_of_any_run_fits_a_screen(data: dict[str, Any], seed: int) -> None:
    lines = plain_text(run_summary_page(run(data, seed), HINTS)).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("seed", [0, 3, 116])
def test_the_page_of_the_shipped_run_fits_a_screen(seed: int) -> None:
    lines = plain_text(run_summary_page(run("allies-2025", seed), HINTS)).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


def test_long_commands_are_not_broken_into_lines() -> None:
    command = f"tradetalks run --set {'x' * 90}"
    page = plain_text(run_summary_page(run("first-talk"), [(command, "what it shows")]))
    assert page.splitlines()[-1] == command


def test_what_commands_show_is_told_where_it_fits() -> None:
    hints = [("short", "tells much, in many words"), ("x" * 60, "tells all"), ("y" * 75, "more")]
    lines = plain_text(run_summary_page(run("first-talk"), hints)).splitlines()[-3:]
    assert lines == ["short  tells much, in many words", f"{'x' * 60}  tells all", "y" * 75]


def test_what_a_breach_cost_stands_beside_what_would_have_been_without() -> None:
    r = run("allies-2025", 116)
    loyal = run("allies-2025", 116, set={"countries.us.compliance": "always"})
    text = r.summary()
    for each in (r, loyal):
        assert f"{each.world.totals['us'].weighted:.2f}" in text
    assert "What that cost United States, by the same run" in text


def test_the_first_page_and_the_details_name_the_same_part_of_a_price() -> None:
    r = run("allies-2025", 116)
    cost = breach_cost(r)
    assert cost is not None
    assert cost.signed is not None
    assert cost.unbroken is not None
    part = next(iter(moves(cost.unbroken.price, cost.signed.price)))
    was, kept = cost.signed.price.parts[part], cost.unbroken.price.parts[part]
    assert re.search(rf"of it: {part} +{was:.2f} +{kept:.2f} +{kept - was:.2f}\n", r.summary())
    assert f"({part} " in r.details()


def test_the_default_run_contains_a_breach_and_a_signing_after_it() -> None:
    """The rule that finds it: ``tradetalks run --seeds 200``, whose last line names it."""
    r = run("allies-2025")
    cost = breach_cost(r)
    assert r.seed == load("allies-2025").typical_seed != 0
    assert cost is not None
    assert cost.signed is not None
    assert cost.signed.week > cost.first.week
