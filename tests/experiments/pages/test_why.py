"""Why decisions came out as they did, in sentences and as a table."""

import pytest

from experiments.run import Run, run
from tests.simulator.world.small import OLD_DEAL, offers, plays, two


@pytest.fixture(scope="module")
def allies() -> Run:
    return run("allies-2025", seed=3, weeks=30)


def sentences(played: Run) -> list[str]:
    return [each["sentence"] for each in played.why().to_dict()["decisions"]]


def test_a_refusal_for_distrust_names_the_trust() -> None:
    japan = {"strategy": {"bidding": offers([5, 0]), "acceptance": "time:after=0"}}
    data = two(us={"strategy": offers([5, 50])}, japan=japan | {"trust": "fixed:t0=0.1"})
    assert (
        "japan refused an offer in the talk with us because it trusts us at .10: with full trust it"
        " would have accepted it."
    ) in sentences(run(data))


def test_a_breach_names_the_policy() -> None:
    data = two(us={"compliance": plays(0.0)}, deals=[OLD_DEAL], weeks=8)
    data["talks"]["trade"]["open"] = False
    assert sentences(run(data))[0] == (
        "us broke the deal with japan because its policy, scripted:qualities=[0.0], had it so: with"
        " one that keeps deals it would have kept it."
    )


def test_the_frame_has_a_row_for_each_term_that_sum_to_the_margins(allies: Run) -> None:
    why = allies.why("us-korea")
    sums = why.terms.groupby("decision")["amount"].sum()
    margins = why.terms.groupby("decision")["margin"].first()
    assert len(sums) == len(why.decisions)
    assert list(sums) == pytest.approx(list(margins), abs=1e-9)
    turning = why.terms[why.terms["turns"]].groupby("decision")["kind"].agg(list)
    assert list(turning) == [[term.kind for term in d.turning[0]] for d in why.decisions]


def test_what_a_row_does_not_show_is_in_the_rest(allies: Run) -> None:
    for block in str(allies.why("us-eu")).split("US$ bn / year\n")[1:]:
        rows = block.split("\n\n")[0].splitlines()[1:]
        numbers = [float(row.split()[-1].replace(",", "")) for row in rows]
        assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=0.005 * len(numbers))


def test_a_run_in_which_nothing_was_decided_says_so() -> None:
    data = two(weeks=3)
    data["talks"]["trade"]["open"] = False
    assert "Nothing was decided" in str(run(data).why())
