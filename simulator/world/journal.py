"""What is written down of a world: the rows of its tables, and the log of what else happens."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from simulator.negotiation.talk import Talk
from simulator.scenario.specs import EventSpec, ShockSpec
from simulator.theory.analysis import Analysis
from simulator.world.accounts import Account
from simulator.world.deals import Deal, Period
from simulator.world.news import Happening, News, Opening
from simulator.world.party import disregarded
from simulator.world.records import Records
from simulator.world.standing import Act, Standing
from simulator.world.track import Track

__all__ = ["Journal"]


class Journal:
    """The log of one run, written week by week: the tables, by default all, openings and news.

    It is given the quality below which a performance is a disregard.
    Openings of talks and news are kept if the table of offers is.
    """

    def __init__(self, disregard: float, tables: Iterable[str] | None = None) -> None:
        self.records = Records() if tables is None else Records(frozenset(tables))
        self.disregard = disregard
        self.openings: list[Opening] = []
        self.news: list[News] = []

    # -- the log -----------------------------------------------------------------------------

    def event(self, week: int, event: EventSpec) -> None:
        """Write down that an event takes place."""
        self._add(News(week, Happening.EVENT, event=event))

    def threat(self, week: int, threat: Standing, act: Act) -> None:
        """Write down what becomes of a threat."""
        spec = threat.spec
        self._add(News(week, Happening.THREAT, spec.talk, threat=threat, act=act))
        row = (week, spec.talk, spec.by, spec.id, str(act), threat.times, threat.week)
        self.records.add("threats", row)

    def shock(self, week: int, by: str, shock: ShockSpec) -> None:
        """Write down what a country does outside its deals."""
        self._add(News(week, Happening.SHOCK, by=by, shock=shock))

    def moved(self, week: int, track: Track) -> None:
        """Write down that the deadline of an open talk has moved."""
        assert track.talk is not None
        left = max(track.talk.rounds - track.talk.round, 0)
        self._add(News(week, Happening.MOVED, track.spec.id, rounds=left))

    def forced(self, week: int, deal: Deal, party: str, before: Period | None = None) -> None:
        """Write down a disregard that an event forces, in the middle of a period if given."""
        kind = Happening.FORCED
        self._add(News(week, kind, deal.talk, by=party, deal=deal.id, before=before))

    def prevented(self, week: int, deal: Deal, party: str) -> None:
        """Write down that a pledge keeps a party from a disregard that it would choose."""
        self._add(News(week, Happening.PREVENTED, deal.talk, by=party, deal=deal.id))

    def idle(self, week: int, forced: Collection[tuple[str, str]]) -> None:
        """Write down the disregards of a week that events force where nothing is owed."""
        if not forced:
            return
        done = {(news.talk, news.by) for news in self.news if news.week == week and news.deal}
        for talk, party in sorted(set(forced) - done):
            self._add(News(week, Happening.IDLE, talk, by=party))

    def opening(self, track: Track) -> None:
        """Write down that a talk has opened."""
        session, talk = track.session, track.talk
        assert session is not None
        assert talk is not None
        if self.records.keeps("offers"):
            by = () if session.breach is None else session.breach.by
            which = (track.spec.id, session.number, session.week, session.occasion, by)
            self.openings.append(Opening(*which, talk, talk.rounds))

    def _add(self, news: News) -> None:
        if self.records.keeps("offers"):
            self.news.append(news)

    # -- rows of tables ----------------------------------------------------------------------

    def offers(self, week: int, track: Track, talk: Talk, first: int) -> None:
        """Write down the offers of a talk from the one numbered `first` on."""
        if not self.records.keeps("offers"):
            return
        offers = talk.offers[first:]
        outcomes = np.array([offer.outcome for offer in offers], dtype=np.intp)
        expected = [turn.preferences.expected.take(outcomes).tolist() for turn in talk.turns]
        for offer, payoffs in zip(offers, zip(*expected, strict=True), strict=True):
            row = (week, track.spec.id, track.openings - 1, offer, payoffs, talk)
            self.records.add("offers", row)

    def signing(self, track: Track, deal: Deal, talk: Talk) -> None:
        """Write down what a deal is worth when it is signed."""
        if self.records.keeps("deals"):
            self.records.add("deals", (deal.id, *_worth(track, deal, talk)))

    def performance(
        self,
        week: int,
        deal: Deal,
        party: str,
        review: int,
        period: Period,
        trust: float,
        forced: bool,
    ) -> None:
        """Write down how a party performs a deal in a period, and why."""
        for issue, quality in period.qualities[party].items():
            if not disregarded(quality, self.disregard):
                reason = "kept"
            elif forced:
                reason = "forced"
            else:
                reason = "excused" if party in period.excused else "withheld"
            seen = (review, period.overall[party], trust)
            row = (week, deal.id, deal.talk, party, issue, quality, reason, *seen)
            self.records.add("performance", row)

    def trust(self, week: int, trusts: Sequence[float], credibilities: Sequence[float]) -> None:
        """Write down every observer's trust in every subject, and belief in its threats."""
        self.records.add("trust", (week, trusts, credibilities))

    def payoffs(
        self,
        week: int,
        gains: Mapping[str, tuple[float, float]],
        accounts: Mapping[str, Account],
    ) -> None:
        """Write down what each country gets in a week, and what it has got so far."""
        if self.records.keeps("payoffs"):
            for key, (material, weighted) in gains.items():
                row = (week, key, material, weighted, accounts[key].cumulative)
                self.records.add("payoffs", row)


def _worth(track: Track, deal: Deal, talk: Talk) -> tuple[Any, ...]:
    """Return what a deal is worth when signed, and how far it is from the best.

    Payoffs at full faith and expected, per seat; then the distances to the Nash point and to the
    frontier, at full faith and expected.
    """
    outcome = track.plan.space.index(deal.levels)
    disagreement = np.array([turn.preferences.disagreement for turn in talk.turns])
    faith = np.stack([valuation.full_faith for valuation in track.valuations.seats], axis=1)
    expected = np.stack([turn.preferences.expected for turn in talk.turns], axis=1)
    views = [Analysis(payoffs, disagreement) for payoffs in (faith, expected)]
    distances = [view.distance(outcome, at) for view in views for at in (view.nash, view.frontier)]
    return (faith[outcome].tolist(), expected[outcome].tolist(), *distances)
