"""The reviews of deals in force: parties choose how to perform, and periods are judged."""

from collections.abc import Mapping
from dataclasses import replace

from simulator.arithmetic import total
from simulator.scenario.scenario import Scenario
from simulator.world.deals import Deal, Ledger, collapses
from simulator.world.evidence import Conduct
from simulator.world.journal import Journal
from simulator.world.party import Party, Review
from simulator.world.performance import conducts_in, period_of, weighted_trust
from simulator.world.track import Track

__all__ = ["Reviews"]


class Reviews:
    """What happens to the deals in force from review to review."""

    def __init__(
        self, parties: Mapping[str, Party], ledger: Ledger, journal: Journal, seed: int
    ) -> None:
        self.parties = parties
        self.ledger = ledger
        self.journal = journal
        self.seed = seed
        #: Talk and party of each disregard that an event of the week forces.
        self.forced: set[tuple[str, str]] = set()
        #: What the periods that have ended say of whom.
        self.conducts: list[Conduct] = []

    def close(self, track: Track, deal: Deal) -> bool:
        """Take the evidence of the period just ended, if any; return whether the deal collapses."""
        periods = self.ledger.periods[deal.id]
        if not periods:
            return False
        self.conducts.extend(conducts_in(track.valuations, deal, periods[-1]))
        before = periods[-2].overall if len(periods) > 1 else None
        return collapses(periods[-1].overall, before)

    def begin(self, track: Track, deal: Deal, week: int, scenario: Scenario) -> None:
        """Let the parties choose how to perform a deal until the next review."""
        periods = self.ledger.periods[deal.id]
        qualities = {
            party: self._choice(track, deal, party, week, scenario) for party in deal.parties
        }
        forced = [party for party in deal.parties if (deal.talk, party) in self.forced]
        before = periods[-1] if periods else None
        periods.append(period_of(track.valuations, deal, week, qualities, before, forced))
        assert track.in_force is not None
        track.in_force = track.in_force.reviewed(week + track.spec.review_weeks)
        for party in deal.parties:
            self._note(week, deal, party, party in forced)

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
            changed = period_of(track.valuations, deal, before.start, qualities, None)
            periods[-1] = replace(changed, excused=before.excused - {party})
            self.journal.forced(week, deal, party, before)
            self._note(week, deal, party, forced=True)

    def _note(self, week: int, deal: Deal, party: str, forced: bool) -> None:
        """Write down how a party performs from now on, and how far that was trusted."""
        periods = self.ledger.periods[deal.id]
        trust = min(self.parties[other].trust(party) for other in deal.parties if other != party)
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
        patience = scenario.countries[party].patience
        review = self._review(track, deal, party, commitments, week, patience)
        return dict(self.parties[party].perform(review))

    def _review(
        self,
        track: Track,
        deal: Deal,
        party: str,
        commitments: tuple[str, ...],
        week: int,
        patience: float,
    ) -> Review:
        seat = track.plan.seats[party]
        own, harm, promised = track.valuations.seats[seat].parts(deal.levels)
        trust = [self.parties[party].trust(partner) for partner in track.plan.partners[seat]]
        periods, threats = self.ledger.periods[deal.id], track.announced[seat]
        return Review(
            deal=deal.id,
            country=party,
            week=week,
            review=len(periods),
            review_weeks=track.spec.review_weeks,
            commitments=commitments,
            own=own,
            harm=harm,
            promised=total(promised),
            suffered=total(threat for j, threat in enumerate(threats) if j != seat),
            gained=threats[seat],
            trust=weighted_trust(trust, promised),
            patience=patience,
            past=tuple(
                (p.overall[party], min(q for other, q in p.overall.items() if other != party))
                for p in periods
            ),
            seed=self.seed,
        )
