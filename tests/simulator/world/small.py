"""Small worlds put together by hand: two countries, a tariff for purchases, talks by script."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from simulator.world.deals import Occasion

__all__ = [
    *(
        "OLD_DEAL",
        "START",
        "STUBBORN",
        "allies",
        "dear",
        "deal_of",
        "desk",
        "issue",
        "offers",
        "openings",
        "performed",
        "plays",
        "trust",
    ),
    *("openings", "performed", "plays", "trust", "two", "week", "weekly"),
]

Data = dict[str, Any]

START = date(2025, 1, 6)


def week(number: int, day: int = 0) -> date:
    """Return a day (from 0) of a week of the run; weeks below 0 lie before it."""
    return START + timedelta(days=7 * number + day)


def issue(id: str, obligor: str, levels: list[Any], **payoffs: Sequence[float]) -> Data:
    """Return an issue with its payoffs by party."""
    return {"id": id, "obligor": obligor, "levels": levels, "payoffs": payoffs}


def plays(*qualities: float) -> str:
    """Return the policy that plays these qualities review by review."""
    return f"scripted:qualities={list(qualities)}"


def offers(*outcomes: list[Any]) -> str:
    """Return the strategy that makes these offers, and accepts what pays as much."""
    return f"scripted:offers={[list(outcome) for outcome in outcomes]}"


OLD_DEAL = {"talk": "trade", "signed": week(-2), "outcome": {"cut": 5, "buy": 50}}
#: Strategies of the US and Japan that never agree.
STUBBORN = (offers([10, 100]), offers([0, 0]))


def two(
    talk: Mapping[str, Any] | None = None,
    us: Mapping[str, Any] | None = None,
    japan: Mapping[str, Any] | None = None,
    **rest: Any,
) -> Data:
    """Return a world of the US, which may cut a tariff, and Japan, which may buy more.

    Both agree on (5, 50) in the first round of the talk and trust each other at .8, unless the
    arguments, which overwrite the keys of the talk and of the countries, say otherwise.
    """
    country = {"strategy": offers([5, 50]), "trust": "fixed:t0=0.8", "compliance": "always"}
    return {
        "name": "small",
        "start": START,
        "weeks": 30,
        "rounds_per_week": 1,
        "countries": {"us": country | dict(us or {}), "japan": country | dict(japan or {})},
        "talks": {
            "trade": {
                "parties": ["us", "japan"],
                "deadline": week(4),
                "review_weeks": 4,
                "issues": [
                    issue("cut", "us", [10, 5, 0], us=[0, -1, -3], japan=[0, 3, 5]),
                    issue("buy", "japan", [0, 50, 100], us=[0, 2, 3], japan=[0, -0.5, -2]),
                ],
            }
            | dict(talk or {})
        },
        **rest,
    }


def dear(
    talk: Data | None = None,
    strategies: tuple[str, str] = ("linear", "conceder"),
    compliance: str = "opportunist",
    discount: float = 0.98,
    **rest: Any,
) -> Data:
    """Return a world with a deal that from week 1 on costs Japan six times what it did.

    It is reviewed every four weeks, and talked about two weeks before. No other talk is held.
    """
    us, japan = strategies
    buying = issue("buy", "japan", [0, 25, 50, 75, 100])
    buying["payoffs"] = {"us": [0, 1.5, 2.5, 3, 3.3], "japan": [0, -0.25, -0.5, -1.25, -2]}
    cutting = issue("cut", "us", [10, 7.5, 5, 2.5, 0])
    cutting["payoffs"] = {"us": [0, -0.5, -1, -2, -3], "japan": [0, 1.5, 3, 4, 5]}
    rare = {"opens": week(100), "deadline": week(104), "renegotiate_weeks": 2}
    world = two(
        rare | {"issues": [cutting, buying]} | (talk or {}),
        us={"strategy": us, "discount": discount},
        japan={"strategy": japan, "discount": discount, "compliance": compliance},
        deals=[OLD_DEAL],
        events=[{"date": week(1), "set": {"talks.trade.issues.buy.political_weights.japan": 6}}],
        rounds_per_week=3,
    )
    return world | rest


def allies(part_ends: bool, signs: Sequence[str] = (), **more: Any) -> Data:
    """Return a world in which two allies threaten the US together, and some of them sign."""
    cut = issue("cut", "us", [10, 5], us=[0, -1], a=[0, 3], b=[0, 3])
    data: Data = {
        "name": "allies",
        "start": week(0),
        "weeks": 12,
        "rounds_per_week": 1,
        "countries": {"us": {"strategy": offers([5])}, "a": {}, "b": {}},
        "talks": {},
        "threats": [],
        "coalitions": [{"id": "together", "members": ["a", "b"], "against": "us"}],
    }
    data["coalitions"][0]["part_ends"] = part_ends
    for ally, harm in (("a", -1.0), ("b", -2.0)):
        payoffs = {key: cut["payoffs"][key] for key in ("us", ally)}
        strategy = {ally: offers([5])}
        if ally not in signs:
            strategy["us"] = offers([10])
        data["talks"][ally] = {
            "parties": ["us", ally],
            "deadline": week(4),
            "cooling_weeks": 2,
            "strategy": strategy,
            "issues": [cut | {"payoffs": payoffs}],
        }
        own = {"talk": ally, "by": ally, "announced": week(0), "effective": week(2)}
        data["threats"].append(own | {"payoffs": {"us": harm, ally: -0.25}})
    return data | more


def deal_of(run: Any, number: int = 0, talk: str = "trade") -> Data:
    """Return the row of the deals table of a talk's deal, missing weeks as None."""
    rows = run.deals[run.deals["talk"] == talk].to_dict("records")
    row = {str(key): value for key, value in rows[number].items()}
    for key in ("ratified", "in_force", "ended"):
        row[key] = None if row[key] is None or row[key] != row[key] else _whole(row[key])
    return row


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except TypeError:  # a missing value of pandas
        return None


def performed(run: Any, obligor: str, deal: str | None = None) -> list[tuple[int, float, str]]:
    """Return week, quality and reason of each row of the performance table of an obligor."""
    found = []
    for row in run.performance.to_dict("records"):
        if row["obligor"] == obligor and (deal is None or row["deal"] == deal):
            found.append((int(row["week"]), float(row["quality"]), str(row["reason"])))
    return found


def trust(run: Any, observer: str, subject: str) -> list[float]:
    """Return the trust of an observer in a subject, before week 0 and after every week."""
    table = run.trust
    mine = table[(table["observer"] == observer) & (table["subject"] == subject)]
    start = run.to_dict()["trust_start"][observer][subject]
    return [start, *(float(value) for value in mine["trust"])]


def openings(run: Any, talk: str = "trade") -> list[tuple[int, int, bool]]:
    """Return week, rounds to the deadline and whether it is a renewal of each opening."""
    found = [opening for opening in run.world.openings if opening.name == talk]
    return [
        (opening.week, opening.talk.rounds, opening.occasion is Occasion.RENEWAL)
        for opening in found
    ]


def weekly(run: Any, country: str, column: str = "material") -> list[float]:
    """Return what a country got in each week, in US$ bn per year."""
    table = run.payoffs
    return [round(52 * float(x), 9) for x in table[table["country"] == country][column]]


def desk(run: Any, party: str, talk: str = "trade") -> Any:
    """Return what a party sees in the open talk at the end of the run."""
    track = run.world.tracks[talk]
    return track.talk.turns[track.plan.seats[party]]
