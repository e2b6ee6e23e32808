"""Every week's payoff, and every line of the ledger, follows from the public tables."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from experiments.run import Run, load, run
from simulator import draws
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import CoalitionSpec, IssueSpec, TalkSpec, ThreatSpec
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
        if draw(st.booleans()):
            data["threats"].append(draw(_another_threat(name, talk)))
        if draw(st.booleans()):
            talk["renegotiate_weeks"] = draw(st.integers(1, talk["review_weeks"] - 1))
        if draw(st.booleans()):
            _script(talk, draw(st.integers(0, 3)))
        for issue in talk["issues"]:
            if draw(st.booleans()):
                issue["payoffs"][issue["obligor"]] = [
                    -v for v in issue["payoffs"][issue["obligor"]]
                ]
            if (
                draw(st.integers(0, 3)) == 0
            ):  # a promise that harms the first who does not perform it
                harmed = next(p for p in talk["parties"] if p != issue["obligor"])
                issue["payoffs"][harmed] = [-v / 4 for v in issue["payoffs"][harmed]]
    data["weeks"] = draw(st.integers(20, weeks))
    return data


@st.composite
def _another_threat(draw: st.DrawFn, name: str, talk: Data) -> Data:
    """A threat that harms some, and may do others good."""
    parties = talk["parties"]
    announced = START + timedelta(days=draw(st.integers(-20, 100)))
    later = announced + timedelta(days=draw(st.integers(0, 200)))
    dates = [later] if talk["deadline"] < announced else ["deadline", later]
    victims = draw(st.lists(st.sampled_from(parties), min_size=1, unique=True))
    return {
        "id": f"another-{name}",
        "talk": name,
        "by": draw(st.sampled_from(parties)),
        "announced": announced,
        "effective": draw(st.sampled_from(dates)),
        "payoffs": {victim: draw(st.sampled_from((-2.0, -0.5, 0.25))) for victim in victims},
        "policy": {"extend": draw(st.sampled_from((0.0, 0.5))), "raise": 0.1},
    }


def _script(talk: Data, step: int) -> None:
    """Have all parties agree on the same outcome, if it is rational for them."""
    outcome = [issue["levels"][step % len(issue["levels"])] for issue in talk["issues"]]
    talk["strategy"] = {p: f"scripted:offers={[outcome]}" for p in talk["parties"]}


# --- an independent account of sections 7.8 and 7.10 of the ODD page ----------------------------


@dataclass
class Stand:
    """A threat that has been announced, as it stands."""

    spec: ThreatSpec
    given: date  # its date by the scenario
    week: int  # the week of its date
    due: bool = False
    extended: int = 0
    factor: float = 1.0
    in_effect: bool = False

    @property
    def chance(self) -> float:
        """How likely it is that its date is extended."""
        policy = self.spec.policy
        return policy.extend * (policy.after if self.extended else 1.0)


class Account:
    """Payoffs worked out from a scenario, its seed, and the tables but for that of payoffs."""

    def __init__(self, result: Run) -> None:
        self.first = result.scenario
        self.seed = result.seed
        self.deals: Rows = [
            deal_of(result, k, talk)
            for talk in self.first.talks
            for k in range(int((result.deals["talk"] == talk).sum()))
        ]
        self.performance: Rows = result.performance.to_dict("records")  # type: ignore[assignment]
        self.acts: Rows = result.threats.to_dict("records")  # type: ignore[assignment]
        self.standing: dict[str, Stand] = {}
        self.spared: dict[str, set[str]] = {}  # by deal, in the period that runs

    def stage(self, week: int) -> Scenario:
        """Return the scenario as it stands in a week, after its events."""
        now = self.first
        for change, after in zip(self.first.events, self.first.stages, strict=True):
            if (change.date - self.first.start).days // 7 <= week:
                now = after
        return now

    def payoffs(self, week: int) -> dict[str, tuple[float, float]]:
        """Return the material and weighted payoff of each country in a week, US$ bn.

        Weeks have to be asked for one after the other.
        """
        now = self.stage(week)
        for _ in self.follow_threats(week):
            pass
        sums = {country: [0.0, 0.0] for country in now.countries}
        for talk in now.talks.values():
            for party in talk.parties:
                for k, is_weighted in enumerate((False, True)):
                    sums[party][k] += self._from_talk(now, talk, party, week, is_weighted) / 52
        return {country: (material, weighted) for country, (material, weighted) in sums.items()}

    def follow_threats(self, week: int) -> Iterator[tuple[Stand | None, Data]]:
        """Bring the threats up to a week, act by act; yield each act before it is taken in."""
        now, acts = self.stage(week), [act for act in self.acts if act["week"] == week]
        specs = {threat.id: threat for threat in now.threats}
        for act in acts:
            if act["act"] in {"announced", "withdrawn"}:
                yield self.standing.get(act["threat"]), act
            if act["act"] == "withdrawn":
                del self.standing[act["threat"]]
            if act["act"] == "announced":
                spec = specs[act["threat"]]
                self.standing[spec.id] = Stand(spec, self._date(now, spec), act["deadline"])
        for id, threat in self.standing.items():
            threat.spec = specs[id]
            given = self._date(now, threat.spec)
            if given != threat.given and not threat.due:
                threat.week = now.week_of(given)
            threat.given, threat.due = given, threat.due or threat.week <= week
        self._spare(now, week)
        for act in acts:
            if act["act"] not in {"announced", "withdrawn"}:
                threat = self.standing[act["threat"]]
                yield threat, act
                threat.in_effect = act["act"] == "carried out"
                if act["act"] == "extended":
                    threat.week, threat.due = act["deadline"], False
                    threat.factor, threat.extended = act["factor"], threat.extended + 1

    def _date(self, now: Scenario, threat: ThreatSpec) -> date:
        deadline = now.talks[threat.talk].deadline
        on = deadline if threat.effective == "deadline" else threat.effective
        assert isinstance(on, date)
        return on

    def _spare(self, now: Scenario, week: int) -> None:
        """Draw, for the periods that begin, which threats a breach would not bring."""
        for talk in now.talks.values():
            deal = self._in_force(talk.id, week)
            if deal is None or (week - max(deal["in_force"], 0)) % talk.review_weeks:
                continue
            self.spared[deal["deal"]] = {
                threat.spec.id
                for threat in self.about(talk.id)
                if draws.uniform(self.seed, "breach", (threat.spec.by, deal["deal"]), week)
                < threat.chance
            }

    def about(self, talk: str) -> list[Stand]:
        """Return the threats about a talk that stand."""
        return [threat for threat in self.standing.values() if threat.spec.talk == talk]

    def _worth(
        self, now: Scenario, talk: TalkSpec, threat: Stand, party: str, is_weighted: bool
    ) -> float:
        """Return what a threat is worth to a party, as it has grown."""
        spec = threat.spec
        if spec.issue is None:
            return threat.factor * spec.payoffs.get(party, 0.0)
        issue = _issue(talk, spec.issue)
        worth = self._value(now, talk, issue.id, party, issue.levels.index(spec.level), is_weighted)
        return threat.factor * (worth - (spec.cost if party == spec.by else 0.0))

    def _from_talk(
        self, now: Scenario, talk: TalkSpec, party: str, week: int, is_weighted: bool
    ) -> float:
        deal = self._in_force(talk.id, week)
        under_way = sum(
            self._worth(now, talk, threat, party, is_weighted)
            for threat in self.about(talk.id)
            if threat.in_effect
        )
        if deal is None:
            return under_way
        total = under_way
        quality = self._qualities(talk, deal, week)
        allowed: dict[str, dict[str, float]] = {key: {} for key in talk.parties}
        for issue, level in zip(talk.issues, self._outcome(talk, deal), strict=True):
            value = self._value(now, talk, issue.id, party, level, is_weighted)
            q = quality.get(issue.obligor, {}).get(issue.id, 1.0)
            if level < _base(issue):  # takes, side
                total += value
                allowed[issue.obligor][issue.id] = value
            elif issue.obligor == party:
                total += q * value  # q_own concessions
            elif value < 0:
                total += value  # harm
            else:
                total += q * value  # q_partner promised
        for by in talk.parties:  # (1 - q_partner) rest + (1 - q_own) (g - takes)
            kept = [
                self._towards(now, talk, deal, by, other, quality.get(by, {}))
                for other in talk.parties
                if other != by
            ]
            added = self._added(now, talk, deal, by, party, allowed[by], is_weighted)
            total += (1.0 - min(kept)) * added
        return total

    def _added(
        self,
        now: Scenario,
        talk: TalkSpec,
        deal: Data,
        by: str,
        party: str,
        allowed: Mapping[str, float],
        is_weighted: bool,
    ) -> float:
        """Return what one party's threats add to what it is allowed, where it breaks a deal."""
        own = [threat for threat in self.about(talk.id) if threat.spec.by == by]
        named = {threat.spec.issue for threat in own}
        loose = sum(
            value if by == party else min(value, 0.0)
            for issue, value in allowed.items()
            if issue not in named
        )
        worth = [self._worth(now, talk, threat, party, is_weighted) for threat in own]
        unnamed = [w for w, t in zip(worth, own, strict=True) if t.spec.issue is None]
        harms = sum(w for w in unnamed if w < 0)
        total = 0.0
        for threat, payoff in zip(own, worth, strict=True):
            on = allowed.get(threat.spec.issue or "", 0.0)
            if not threat.due or threat.in_effect or threat.spec.id in self.spared[deal["deal"]]:
                continue
            if threat.spec.issue is not None:
                rest = payoff - on if by == party else min(payoff - min(on, 0.0), 0.0)
            elif by == party:  # those about no issue in equal parts
                rest = payoff - loose / len(unnamed)
            else:  # in proportion
                rest = payoff / harms * min(harms - loose, 0.0) if payoff < 0 else payoff
            total += payoff if payoff >= 0 and by != party else rest
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
        spec = _issue(talk, issue)
        value = spec.payoffs[party][level] - spec.payoffs[party][_base(spec)]
        if now.valuation_sd:
            z = draws.normal(self.seed, "valuation", (talk.id, issue, party))
            value *= math.exp(now.valuation_sd * z - now.valuation_sd**2 / 2)
        if is_weighted:
            value *= spec.political_weights.get(party, 1.0) * spec.pledge_share.get(party, 1.0)
        return value


def _issue(talk: TalkSpec, id: str) -> IssueSpec:
    return next(issue for issue in talk.issues if issue.id == id)


def _base(issue: IssueSpec) -> int:
    """Return the position of the level that stands without a deal."""
    return 0 if issue.status_quo is None else issue.levels.index(issue.status_quo)


@given(data=worlds(), seed=st.integers(0, 9))
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_every_payoff_is_explained_by_deals_performance_and_threats(data: Data, seed: int) -> None:
    result = run(data, seed=seed)
    account = Account(result)
    statuses = set(result.deals["status"])
    for status in sorted(statuses):
        event(f"a deal {status}")
    for act in sorted(set(result.threats["act"])):
        event(f"a threat {act}")
    discount = dict.fromkeys(data["countries"], 1.0)
    cumulative = dict.fromkeys(data["countries"], 0.0)
    rows = iter(result.payoffs.to_dict("records"))
    for week in range(data["weeks"]):
        expected = account.payoffs(week)
        for country in data["countries"]:
            row = next(rows)
            material, weighted = expected[country]
            cumulative[country] += discount[country] * weighted
            spec = account.stage(week).countries[country]
            discount[country] *= spec.patience if spec.discount is None else spec.discount
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
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
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
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
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
        owed[issue.obligor] += level != _base(issue)
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


# --- what becomes of threats --------------------------------------------------------------------


@given(data=worlds(), seed=st.integers(0, 9))
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_every_act_of_a_threat_follows_its_date_its_policy_its_draw_and_the_deals(
    data: Data, seed: int
) -> None:
    result = run(data, seed=seed)
    account = Account(result)
    for week in range(data["weeks"]):
        extended: dict[str, list[tuple[int, int]]] = {}  # at a deadline: new date, own weeks
        for threat, act in account.follow_threats(week):
            assert act["factor"] >= 1.0
            if act["act"] == "announced":
                assert threat is None
                assert week == _announced(account, week, act["threat"])
                continue
            assert threat is not None
            if act["act"] == "withdrawn":
                assert act["threat"] in _withdrawn(account, week)
            elif act["act"] == "ended":
                assert threat.in_effect
                assert _is_met(account, threat, week)
            else:
                assert threat.week <= week
                assert not threat.in_effect
                _check_choice(account, threat, act)
            if act["act"] == "extended":
                own = week + threat.spec.policy.weeks
                assert act["deadline"] >= own
                if threat.spec.effective == "deadline":
                    extended.setdefault(threat.spec.talk, []).append((act["deadline"], own))
                else:
                    assert act["deadline"] == own
        for moved in extended.values():  # those of a deadline move by the longest
            assert {new for new, _ in moved} == {max(own for _, own in moved)}
        for threat in account.standing.values():
            if threat.in_effect:
                assert threat.due
            if not threat.spec.suspended or threat.in_effect:
                left = threat.due and not _is_met(account, threat, week)
                assert threat.in_effect == left


def _check_choice(account: Account, threat: Stand, act: Data) -> None:
    """Assert that a threat is extended, or carried out, as the draw of the week has it."""
    spec = threat.spec
    coalition = _coalition(account, spec)
    whose = spec.by if coalition is None else coalition.id
    draw = draws.uniform(account.seed, "threat", (whose,), act["week"])
    assert (act["act"] == "extended") == (draw < threat.chance)
    grown = 1.0 + spec.policy.raise_ if act["act"] == "extended" else 1.0
    assert act["factor"] == pytest.approx(threat.factor * grown)


def _coalition(account: Account, threat: ThreatSpec) -> CoalitionSpec | None:
    """Return the coalition to which a threat belongs."""
    for coalition in account.first.coalitions:
        talks = account.first.talks[threat.talk].parties
        if threat.by in coalition.members and coalition.against in talks:
            return coalition
    return None


def _is_met(account: Account, threat: Stand, week: int) -> bool:
    """Return whether the deal is there that a threat was about, or those of its coalition."""
    coalition = _coalition(account, threat.spec)
    about = [threat.spec.talk]
    if coalition is not None and not coalition.part_ends:
        about = [
            talk.id
            for talk in account.first.talks.values()
            if coalition.against in talk.parties and {*coalition.members} & {*talk.parties}
        ]
    return all(account._in_force(t, week) or account._is_pending(t, week) for t in about)


def _announced(account: Account, week: int, id: str) -> int:
    """Return the first week in which a threat may be announced."""
    now = account.stage(week)
    specs = {threat.id: threat for threat in now.threats}
    weeks = [0]
    at: str | None = id
    while at is not None:
        weeks.append(now.week_of(specs[at].announced))
        at = specs[at].answers
    return max(weeks)


def _withdrawn(account: Account, week: int) -> set[str]:
    """Return the threats that events have withdrawn by a week, and those that answer them."""
    gone = {
        id
        for change in account.first.events
        if account.first.week_of(change.date) <= week
        for id in change.withdraw
    }
    for _ in account.first.threats:
        gone |= {threat.id for threat in account.first.threats if threat.answers in gone}
    return gone
