"""The reviews of deals in force: parties choose how to perform, and periods are judged."""

from collections.abc import Mapping
from dataclasses import replace

from simulator import draws
from simulator.arithmetic import total
from simulator.negotiation.payoffs import temptation, trusted
from simulator.scenario.scenario import Scenario
from simulator.world.deals import Deal, Ledger, collapses
from simulator.world.evidence import Conduct
from simulator.world.grounds import Breach
from simulator.world.journal import Journal
from simulator.world.party import Party, Review, disregarded
from simulator.world.performance import (
    conducts_in,
    period_of,
    prevention,
    weighted_trust,
)
from simulator.world.threats import ThreatRegister
from simulator.world.track import Track

__all__ = ["Reviews"]


class Reviews:
    """What happens to the deals in force from review to review."""

    def __init__(
        self,
        parties: Mapping[str, Party],
        ledger: Ledger,
        journal: Journal,
        threats: ThreatRegister,
        seed: int,
        disregard: float,
    ) -> None:
        self.parties = parties
        self.ledger = ledger
        self.journal = journal
        self.threats = threats
        self.seed = seed
        #: The quality below which a performance is a disregard.
        self.disregard = disregard
        #: Talk and party of each disregard that an event of the week forces.
        self.forced: set[tuple[str, str]] = set()
        #: How often a pledge has kept somebody from a disregard.
        self.prevented = 0
        #: What the periods that have ended say of whom.
        self.conducts: list[Conduct] = []

    def close(self, track: Track, deal: Deal) -> bool:
        """Take the evidence of the period just ended, if any; return whether the deal collapses."""
        periods = self.ledger.periods[deal.id]
        if not periods:
            return False
        self.conducts.extend(conducts_in(track.valuations, deal, periods[-1], self.disregard))
        before = periods[-2].overall if len(periods) > 1 else None
        return collapses(periods[-1].overall, before, self.disregard)

    def begin(self, track: Track, deal: Deal, week: int, scenario: Scenario) -> None:
        """Let the parties choose how to perform a deal until the next review."""
        periods = self.ledger.periods[deal.id]
        qualities = {
            party: self._choice(track, deal, party, week, scenario) for party in deal.parties
        }
        forced = [party for party in deal.parties if (deal.talk, party) in self.forced]
        before = periods[-1] if periods else None
        chosen = period_of(track.valuations, deal, week, qualities, before, self.disregard, forced)
        spared = self.threats.spared(track.threats, deal.id, week)
        periods.append(replace(chosen, spared=spared))
        assert track.in_force is not None
        track.in_force = track.in_force.reviewed(week + track.spec.review_weeks)
        for party in deal.parties:
            self._note(track, week, deal, party, party in forced)

    def foreseen(self, track: Track, scenario: Scenario) -> Breach | None:
        """Return the disregard that policies would have at the next review of the deal in force.

        None if all would honour it, or if it collapses then. Draws are those of the review.
        """
        assert track.in_force is not None
        deal, week = track.in_force.deal, track.in_force.next_review
        periods = self.ledger.periods[deal.id]
        now, before = periods[-1].overall, periods[-2].overall if len(periods) > 1 else None
        if collapses(now, before, self.disregard):
            return None
        chosen = {
            party: self._by_policy(track, deal, party, week, scenario) for party in deal.parties
        }
        overall = period_of(track.valuations, deal, week, chosen, None, self.disregard).overall
        by = tuple(p for p in deal.parties if disregarded(overall[p], self.disregard))
        return Breach(by, 1 if collapses(overall, now, self.disregard) else 2) if by else None

    def interrupt(self, track: Track, deal: Deal, week: int) -> None:
        """Have parties disregard a deal from the middle of a period on, if an event says so."""
        if not self.forced:
            return
        periods = self.ledger.periods[deal.id]
        for party in deal.parties:
            before = periods[-1]
            if (deal.talk, party) not in self.forced or not any(before.qualities[party].values()):
                continue
            broken = dict.fromkeys(track.owes(deal, party), 0.0)
            qualities = {**before.qualities, party: broken}
            changed = period_of(
                track.valuations, deal, before.start, qualities, None, self.disregard
            )
            excused = before.excused - {party}
            periods[-1] = replace(changed, excused=excused, spared=before.spared)
            self.journal.forced(week, deal, party, before)
            self._note(track, week, deal, party, forced=True)

    def _note(self, track: Track, week: int, deal: Deal, party: str, forced: bool) -> None:
        """Write down how a party performs from now on, and how far that was trusted."""
        periods = self.ledger.periods[deal.id]
        bonds = track.plan.assurances(track.plan.seats[party], deal.levels)
        others = [self.parties[other] for other in deal.parties if other != party]
        trust = min(trusted(other.trust(party), bonds) for other in others)
        self.journal.performance(week, deal, party, len(periods) - 1, periods[-1], trust, forced)

    def _choice(
        self, track: Track, deal: Deal, party: str, week: int, scenario: Scenario
    ) -> dict[str, float]:
        """Return the quality with which a party will honour each commitment."""
        commitments = track.owes(deal, party)
        if not commitments:
            return {}
        if (deal.talk, party) in self.forced:
            self.journal.forced(week, deal, party)
            return dict.fromkeys(commitments, 0.0)
        if track.pending is not None and track.breach is not None:
            # Other terms are signed, for which the deal is kept until they are in force.
            return dict.fromkeys(commitments, 1.0)
        chosen = self._by_policy(track, deal, party, week, scenario)
        return self._with_pledge(track, deal, party, week, chosen)

    def _by_policy(
        self, track: Track, deal: Deal, party: str, week: int, scenario: Scenario
    ) -> Mapping[str, float]:
        """Return how a party's policy would have it honour each commitment from a review on."""
        commitments = track.owes(deal, party)
        if not commitments:
            return {}
        discount = scenario.countries[party].discounting
        review = self._review(track, deal, party, commitments, week, discount)
        return self.parties[party].perform(review)

    def _with_pledge(
        self, track: Track, deal: Deal, party: str, week: int, chosen: Mapping[str, float]
    ) -> dict[str, float]:
        """Return how a party performs what it has chosen, where a pledge may hold it to its word.

        One draw per review: every disregard is prevented, or none; that of nothing but the pledge
        is not.
        """
        levels, seat = deal.levels, track.plan.seats[party]
        prevented = prevention(track.plan.assurances(seat, levels))
        pledges = {track.spec.issues[k].id for _, _, k in track.plan.bonds[seat]}
        broken = {issue for issue, q in chosen.items() if disregarded(q, self.disregard)}
        if prevented == 0.0 or not broken - pledges:
            return dict(chosen)
        if draws.uniform(self.seed, "pledge", (party, deal.id), week) >= prevented:
            return dict(chosen)
        self.prevented += 1
        self.journal.prevented(week, deal, party)
        return {issue: 1.0 if issue in broken else q for issue, q in chosen.items()}

    def _review(
        self,
        track: Track,
        deal: Deal,
        party: str,
        commitments: tuple[str, ...],
        week: int,
        discount: float,
    ) -> Review:
        seat, of, partners = track.plan.seats[party], self.parties[party], track.plan.partners
        parts = track.valuations.seats[seat].parts(deal.levels)
        bound = [track.plan.assurances(track.plan.seats[j], deal.levels) for j in partners[seat]]
        trust = [trusted(of.trust(j), by) for j, by in zip(partners[seat], bound, strict=True)]
        periods = self.ledger.periods[deal.id]
        credibility = [of.credibility(partner) for partner in partners[seat]]
        expected = track.without(seat, credibility)
        own = track.on_breach(seat, credibility)[seat]
        return Review(
            deal=deal.id,
            country=party,
            week=week,
            review=len(periods),
            review_weeks=track.spec.review_weeks,
            commitments=commitments,
            own=parts.own,
            takes=total(parts.takes),
            harm=parts.harm,
            side=parts.side,
            promised=total(parts.promised),
            suffered=total(amount for j, amount in enumerate(expected) if j != seat),
            gained=expected[seat],
            tempted=temptation(own, parts.takes),
            trust=weighted_trust(trust, parts.promised),
            discount=discount,
            disregard=self.disregard,
            pledges=tuple(issue for issue in commitments if issue in track.plan.pledges),
            past=tuple(
                (p.overall[party], min(q for other, q in p.overall.items() if other != party))
                for p in periods
            ),
            seed=self.seed,
        )
