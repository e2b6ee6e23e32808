"""What a breach cost: the same run without it."""

from experiments.analysis.breach_cost import breach_cost
from experiments.run import run

BREAKS = {"countries.home.compliance": "scripted:qualities=[1.0, 0.0, 1.0]"}


def test_nobody_broke_a_promise() -> None:
    assert breach_cost(run("first-talk")) is None


def test_an_answer_in_kind_is_no_breach_of_its_own() -> None:
    r = run("first-talk", weeks=60, set={**BREAKS, "countries.partner.compliance": "reciprocal"})
    cost = breach_cost(r)
    assert cost is not None
    assert cost.by == "home"
    assert cost.first.week == 15


def test_beside_it_stands_the_run_in_which_every_promise_is_kept() -> None:
    r = run("first-talk", weeks=60, set=BREAKS)
    cost = breach_cost(r)
    kept = run("first-talk", weeks=60, set={"countries.home.compliance": "always"})
    assert cost is not None
    assert not cost.loyal.performance.query("reason != 'kept'").size
    assert cost.loyal.world.totals == kept.world.totals


def test_until_the_breach_both_runs_are_the_same() -> None:
    r = run("allies-2025", 116)
    cost = breach_cost(r)
    assert cost is not None
    before, beside = (
        each.trust.query(f"week < {cost.first.week}")["trust"].to_list() for each in (r, cost.loyal)
    )
    assert before == beside


def test_the_next_deal_is_the_first_of_the_talk_after_the_breach() -> None:
    r = run("allies-2025", 116)
    cost = breach_cost(r)
    assert cost is not None
    assert cost.signed is not None
    talk = r.world.ledger.deals[cost.first.deal].talk
    rows = r.deals[(r.deals["talk"] == talk) & (r.deals["signed"] > cost.first.week)]
    assert cost.signed.week == rows["signed"].min()
    assert cost.signed.price.kept == rows.sort_values("signed")["payoff_us"].iloc[0]
