"""Every week's payoff, and every line of the ledger, follows from the public tables."""

import math
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from experiments.run import Run, load, run
from simulator import draws
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import TalkSpec
from tests.generators import START, scenarios
from tests.simulator.world.small import deal_of

Data = dict[str, Any]
Rows = list[dict[str, Any]]

_qualities = st.lists(st.sampled_from((0.0, 0.3, 0.5, 0.75, 1.0)), min_size=1, max_size=5)


@st.composite
def worlds(draw: st.DrawFn, weeks: int = 60) -> Data:
    """Worlds with talks of up to three, partial performance, threats of every party, terms."""
    data: Data = draw(scenarios(max_parties=3, max_talks=2))
    for country in data["countries"].values():
        if draw(st.booleans()):
            country["compliance"] = f"scripted:qualities={draw(_qualities)}"
    for name, talk in data["talks"].items():
        for by in talk["parties"][1:]:
            if draw(st.booleans()):
                data["threats"].append(draw(_threats(name, by, talk["parties"])))
        if draw(st.booleans()):
            talk["renegotiate_weeks"] = draw(st.integers(1, talk["review_weeks"] - 1))
        if draw(st.booleans()):
            _script(talk, draw(st.integers(0, 3)))
        for issue in talk["issues"]:
            if draw(st.booleans()):
                issue["payoffs"][issue["obligor"]] = [
                    -v for v in issue["payoffs"][issue["obligor"]]
                ]
            if draw(st.booleans()):  # a promise that harms the first who does not perform it
                harmed = next(p for p in talk["parties"] if p != issue["obligor"])
                issue["payoffs"][harmed] = [-v / 4 for v in issue["payoffs"][harmed]]
    data["weeks"] = draw(st.integers(20, weeks))
    return data


@st.composite
def _threats(draw: st.DrawFn, talk: str, by: str, parties: list[str]) -> Data:
    announced = START + timedelta(days=draw(st.integers(-20, 100)))
    later = announced + timedelta(days=draw(st.integers(0, 200)))
    victims = draw(st.lists(st.sampled_from(parties), min_size=1, unique=True))
    return {
        "talk": talk,
        "by": by,
        "announced": announced,
        "effective": draw(st.sampled_from(("deadline", later))),
        "payoffs": {victim: draw(st.sampled_from((-2.0, -0.5, 0.25))) for victim in victims},
    }


def _script(talk: Data, step: int) -> None:
    """Have all parties agree on the same outcome, if it is rational for them."""
    outcome = [issue["levels"][step % len(issue["levels"])] for issue in talk["issues"]]
    talk["strategy"] = {p: f"scripted:offers={[outcome]}" for p in talk["parties"]}


# --- an independent account of design section 5, point 6 ---------------------------------------


class Account:
    """Payoffs worked out from a scenario, its seed, and the tables of deals and performance."""

    def __init__(self, result: Run) -> None:
        self.first = result.scenario
        self.seed = result.seed
        self.deals: Rows = [
            deal_of(result, k, talk)
            for talk in self.first.talks
            for k in range(int((result.deals["talk"] == talk).sum()))
        ]
        self.performance: Rows = result.performance.to_dict("records")  # type: ignore[assignment]
        self.due: set[str] = set()

    def stage(self, week: int) -> Scenario:
        """Return the scenario as it stands in a week, after its events."""
        now = self.first
        for change, after in zip(self.first.events, self.first.stages, strict=True):
            if (change.date - self.first.start).days // 7 <= week:
                now = after
        return now

    def payoffs(self, week: int) -> dict[str, tuple[float, float]]:
        """Return the material and weighted payoff of each country in a week, US$ bn."""
        now = self.stage(week)
        self._let_threats_fall_due(now, week)
        sums = {country: [0.0, 0.0] for country in now.countries}
        for talk in now.talks.values():
            for party in talk.parties:
                for k, is_weighted in enumerate((False, True)):
                    sums[party][k] += self._from_talk(now, talk, party, week, is_weighted) / 52
        return {country: (material, weighted) for country, (material, weighted) in sums.items()}

    def _let_threats_fall_due(self, now: Scenario, week: int) -> None:
        withdrawn = {
            threat
            for change in self.first.events
            if (change.date - self.first.start).days // 7 <= week
            for threat in change.withdraw
        }
        self.standing = []
        for threat in now.threats:
            on = now.talks[threat.talk].deadline
            on = on if threat.effective == "deadline" else threat.effective
            assert on is not None
            announced = (threat.announced - now.start).days // 7 <= week
            if announced and threat.id not in withdrawn:
                if (on - now.start).days // 7 <= week:
                    self.due.add(threat.id)
                if threat.id in self.due:
                    self.standing.append(threat)

    def _threats(self, talk: str, victim: str) -> dict[str, float]:
        """Return what a party gets from the threats that are due, by who carries them out."""
        found: dict[str, float] = {}
        for threat in self.standing:
            if threat.talk == talk:
                found[threat.by] = found.get(threat.by, 0.0) + threat.payoffs.get(victim, 0.0)
        return found

    def _from_talk(
        self, now: Scenario, talk: TalkSpec, party: str, week: int, is_weighted: bool
    ) -> float:
        threats = self._threats(talk.id, party)
        deal = self._in_force(talk.id, week)
        if deal is None:
            return 0.0 if self._is_pending(talk.id, week) else sum(threats.values())
        outcome = self._outcome(talk, deal)
        quality = self._qualities(talk, deal, week)
        total = 0.0
        for issue, level in zip(talk.issues, outcome, strict=True):
            value = self._value(now, talk, issue.id, party, level, is_weighted)
            q = quality.get(issue.obligor, {}).get(issue.id, 1.0)
            if issue.obligor == party:
                total += q * value  # q_own own
            elif value < 0:
                total += value  # harm
            else:
                total += q * value  # q_partner promised
        for by, suffered in threats.items():  # (1 - q_partner) f + (1 - q_own) g
            kept = [
                self._towards(now, talk, deal, by, other, quality.get(by, {}))
                for other in talk.parties
                if other != by
            ]
            total += (1.0 - min(kept)) * suffered
        return total

    def _in_force(self, talk: str, week: int) -> Data | None:
        found = [
            deal
            for deal in self.deals
            if deal["talk"] == talk
            and deal["in_force"] is not None
            and deal["in_force"] <= week
            and (deal["ended"] is None or week < deal["ended"])
        ]
        assert len(found) <= 1
        return found[0] if found else None

    def _is_pending(self, talk: str, week: int) -> bool:
        found = [
            deal
            for deal in self.deals
            if deal["talk"] == talk
            and deal["signed"] <= week
            and (deal["in_force"] is None or week < deal["in_force"])
            and (deal["ended"] is None or week < deal["ended"])
        ]
        assert len(found) <= 1
        return bool(found)

    def _outcome(self, talk: TalkSpec, deal: Data) -> list[int]:
        index: int = deal["outcome"]
        levels: list[int] = []
        for issue in reversed(talk.issues):
            index, level = divmod(index, len(issue.levels))
            levels.insert(0, level)
        assert index == 0
        return levels

    def _qualities(self, talk: TalkSpec, deal: Data, week: int) -> dict[str, dict[str, float]]:
        """Return the quality of each commitment in the period that runs in this week."""
        entry = max(deal["in_force"], 0)
        began = week - (week - entry) % talk.review_weeks
        found: dict[str, dict[str, float]] = {}
        for row in self.performance:
            if row["deal"] == deal["deal"] and began <= row["week"] <= week:
                found.setdefault(row["obligor"], {})[row["issue"]] = row["quality"]
        return found

    def _towards(
        self,
        now: Scenario,
        talk: TalkSpec,
        deal: Data,
        obligor: str,
        beneficiary: str,
        quality: Mapping[str, float],
    ) -> float:
        """Return the stake-weighted quality with which one party performs for another."""
        if not quality:
            return 1.0
        level_of = dict(zip([i.id for i in talk.issues], self._outcome(talk, deal), strict=True))
        stakes = {
            issue: max(self._value(now, talk, issue, beneficiary, level_of[issue], True), 0.0)
            if issue in level_of
            else 0.0
            for issue in quality
        }
        total = sum(stakes.values())
        if total == 0:
            stakes, total = dict.fromkeys(quality, 1.0), len(quality)
        mean = sum(stakes[issue] * q for issue, q in quality.items()) / total
        return round(mean, 12)  # so that one half is not missed by a rounding error

    def _value(
        self, now: Scenario, talk: TalkSpec, issue: str, party: str, level: int, is_weighted: bool
    ) -> float:
        spec = next(i for i in talk.issues if i.id == issue)
        value = spec.payoffs[party][level]
        if now.valuation_sd:
            z = draws.normal(self.seed, "valuation", (talk.id, issue, party))
            value *= math.exp(now.valuation_sd * z - now.valuation_sd**2 / 2)
        if is_weighted:
            value *= spec.political_weights.get(party, 1.0) * spec.pledge_share.get(party, 1.0)
        return value


@given(data=worlds(), seed=st.integers(0, 9))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_every_payoff_is_explained_by_deals_performance_and_threats(data: Data, seed: int) -> None:
    result = run(data, seed=seed)
    account = Account(result)
    statuses = set(result.deals["status"])
    for status in sorted(statuses):
        event(f"a deal {status}")
    discount = dict.fromkeys(data["countries"], 1.0)
    cumulative = dict.fromkeys(data["countries"], 0.0)
    rows = iter(result.payoffs.to_dict("records"))
    for week in range(data["weeks"]):
        expected = account.payoffs(week)
        for country in data["countries"]:
            row = next(rows)
            material, weighted = expected[country]
            cumulative[country] += discount[country] * weighted
            discount[country] *= account.stage(week).countries[country].patience
            assert (row["week"], row["country"]) == (week, country)
            assert row["material"] == pytest.approx(material, abs=1e-12)
            assert row["weighted"] == pytest.approx(weighted, abs=1e-12)
            assert row["cumulative"] == pytest.approx(cumulative[country], abs=1e-11)
    assert next(rows, None) is None
    totals = result.payoffs.groupby("country")[["material", "weighted"]].sum()
    for country in data["countries"]:
        for kind in ("material", "weighted"):
            assert result.row()[f"payoff_{kind}_{country}"] == pytest.approx(
                totals.loc[country, kind], abs=1e-11
            )


@given(data=worlds(), seed=st.integers(0, 9))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_the_ledger_tells_one_possible_life_of_every_deal(data: Data, seed: int) -> None:
    result = run(data, seed=seed)
    scenario = load(data)
    for talk in scenario.talks.values():
        count = int((result.deals["talk"] == talk.id).sum())
        lives = [deal_of(result, k, talk.id) for k in range(count)]
        assert [life["deal"] for life in lives] == [f"{talk.id}:{k}" for k in range(count)]
        for life in lives:
            _check_life(result, talk, life)
        for older, newer in pairwise(lives):
            _check_succession(talk, older, newer)
        entries = {life["in_force"] for life in lives}
        for life in lives:
            if life["status"] == "superseded":
                assert life["ended"] in entries - {life["in_force"]}
        account = Account(result)
        for week in range(-5, data["weeks"]):  # each asserts that there is at most one
            in_force = account._in_force(talk.id, week)
            begun = [e for e in entries if e == week and week >= 0]
            assert not begun or (in_force is not None and in_force["in_force"] == week)
            account._is_pending(talk.id, week)


def _check_life(result: Run, talk: TalkSpec, life: Data) -> None:
    signed, entry, ended = life["signed"], life["in_force"], life["ended"]
    status, weeks = life["status"], result.weeks
    assert life["parties"] == "+".join(talk.parties)
    assert (ended is None) == (status in {"pending", "in force"})
    assert (entry is None) == (status in {"pending", "rejected"})
    assert life["ratified"] == entry
    if status == "rejected":
        assert talk.audience
        assert ended == signed + talk.ratify_weeks
    elif status == "pending":
        assert signed + talk.ratify_weeks >= weeks
    elif signed >= 0:
        assert entry == signed + talk.ratify_weeks
    else:
        assert entry == signed
    if entry is not None and talk.term_weeks is not None:
        lasted = (weeks if ended is None else ended) - entry
        assert lasted <= talk.term_weeks
        assert status != "expired" or lasted == talk.term_weeks
    if status == "expired":
        assert talk.term_weeks is not None
    assert ended is None or signed <= ended < weeks


def _check_succession(talk: TalkSpec, older: Data, newer: Data) -> None:
    assert older["signed"] < newer["signed"]
    if older["status"] in {"expired", "collapsed"} and newer["in_force"] is not None:
        assert older["ended"] <= newer["in_force"]
    if older["status"] == "rejected":
        assert newer["signed"] >= older["ended"] + min(talk.cooling_weeks, 1)


@given(data=worlds(), seed=st.integers(0, 9))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_reviews_come_at_entry_and_every_review_weeks_and_explain_every_collapse(
    data: Data, seed: int
) -> None:
    result = run(data, seed=seed)
    scenario = load(data)
    account = Account(result)
    forced = {
        ((e.date - scenario.start).days // 7, e.disregard.talk, e.disregard.by)
        for e in scenario.events
        if e.disregard is not None
    }
    by_deal: dict[str, Rows] = {life["deal"]: [] for life in account.deals}
    for row in account.performance:
        by_deal[row["deal"]].append(row)
    for life in account.deals:
        talk = scenario.talks[life["talk"]]
        _check_reviews(result, account, talk, life, by_deal[life["deal"]], forced)


def _check_reviews(
    result: Run,
    account: Account,
    talk: TalkSpec,
    life: Data,
    rows: Rows,
    forced: set[tuple[int, str, str]],
) -> None:
    if life["in_force"] is None:
        assert not rows
        return
    entry = max(life["in_force"], 0)
    end = result.weeks if life["ended"] is None else life["ended"]
    reviews = list(range(entry, end, talk.review_weeks))
    owed = {
        issue.obligor: 0 for issue in talk.issues
    }  # how many commitments each obligor has under the deal
    levels = account._outcome(talk, life)
    for issue, level in zip(talk.issues, levels, strict=True):
        owed[issue.obligor] += level > 0
    for row in rows:
        assert entry <= row["week"] < end  # it belongs to a deal in force then
        assert row["talk"] == talk.id
        if row["week"] not in reviews:  # only a disregard forced in mid period
            assert (row["week"], talk.id, row["obligor"]) in forced
            assert (row["quality"], row["reason"] in {"forced", "excused"}) == (0.0, True)
        assert (row["reason"] == "kept") == (row["quality"] >= account.first.disregard)
    for week in reviews:
        for obligor, count in owed.items():
            found = [r for r in rows if r["week"] == week and r["obligor"] == obligor]
            assert not count or len(found) == count
            assert count or {r["issue"] for r in found} <= {"(threat)"}
    collapse = _collapse(account, talk, life, reviews, end)
    if life["status"] == "collapsed":
        assert collapse == life["ended"]
    else:
        assert collapse is None or collapse >= end
        assert life["status"] != "expired" or collapse != end


def _collapse(
    account: Account, talk: TalkSpec, life: Data, reviews: list[int], end: int
) -> int | None:
    """Return the week in which a deal has to collapse by its performance, None if it has not to."""
    before: set[str] = set()
    for begun in reviews:
        over = begun + talk.review_weeks
        now = account.stage(begun)
        quality = account._qualities(talk, life, min(over, end) - 1)
        withheld = {
            obligor
            for obligor, found in quality.items()
            if min(
                account._towards(now, talk, life, obligor, other, found)
                for other in talk.parties
                if other != obligor
            )
            < now.disregard
        }
        if len(withheld) >= 2 or withheld & before:
            return over
        before = withheld
    return None
