"""What became of the threats of a run, in words."""

import json
from typing import Any

from rich.console import Group

from experiments.display.terminal import plain_text
from experiments.pages.threats import threats_section
from experiments.run import run
from tests.simulator.world.small import offers, two, week

Data = dict[str, Any]


def threatened(**more: Any) -> Data:
    """Return a world in which the US threatens Japan, which gives in once it has been hit."""
    stubborn = {"strategy": offers([10, 100])}
    threat = {"talk": "trade", "by": "us", "announced": week(0), "payoffs": {"japan": -4}}
    gives_in = {"date": week(7), "set": {"countries.japan.strategy": offers([10, 100])}}
    return two(
        us=stubborn,
        japan={"strategy": offers([0, 0]), "credibility": "beta:kappa=1"},
        threats=[threat | {"policy": {"extend": 1, "after": 0, "weeks": 2, "raise": 0.5}} | more],
        events=[gives_in],
    )


def told(data: Data, weeks: int) -> str:
    return " ".join(plain_text(Group(*threats_section(run(data, weeks=weeks)))).split())


def test_the_course_of_a_threat_is_told_from_announcement_to_end() -> None:
    assert told(threatened(), 12) == (
        "Threats us (us-trade) japan -4.00 a year; announced 6 Jan 2025 (week 0); extended 3 Feb"
        " 2025 (week 4), until 17 Feb 2025, grown to 1.5 times; carried out from 17 Feb 2025"
        " (week 6); ended by a deal 10 Mar 2025 (week 9)"
    )
    often = threatened(policy={"extend": 1, "weeks": 2})
    assert "extended 2 times from 3 Feb 2025 (week 4), until 3 Mar 2025" in told(often, 7)


def test_without_threats_there_is_no_section() -> None:
    assert told(two(), 3) == ""


def test_the_json_of_a_run_has_its_threats_and_how_credible_they_are() -> None:
    found = json.loads(run(threatened(), weeks=12).to_json())
    assert [row["act"] for row in found["threats"]] == [
        *("announced", "extended", "carried out", "ended")
    ]
    assert found["threats"][1] == {
        "week": 4, "talk": "trade", "by": "us", "threat": "us-trade", "act": "extended",
        "factor": 1.5, "deadline": 6,
    }  # fmt: skip
    credibility = found["credibility"]
    assert credibility["us"]["japan"] == 1.0
    assert 0 < credibility["japan"]["us"] < 1


def test_the_details_of_a_run_tell_of_its_threats() -> None:
    assert "Threats" in run(threatened(), weeks=12).details()
