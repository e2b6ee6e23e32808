"""The parties in their talks: who negotiates, what they want and what they believe."""

from collections.abc import Mapping

from simulator.arithmetic import power
from simulator.negotiation.negotiator import Negotiator, show
from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import Talk
from simulator.scenario.scenario import Scenario
from simulator.world.deals import Deal
from simulator.world.grounds import Views
from simulator.world.party import Party
from simulator.world.track import Track, peers
from simulator.world.valuations import Peer
from simulator.world.votes import Votes

__all__ = ["Delegations"]


class Delegations:
    """Those who negotiate for the parties, told each week what their party wants."""

    def __init__(self, parties: Mapping[str, Party], tracks: Mapping[str, Track], seed: int):
        self.parties = parties
        self.tracks = tracks
        self.seed = seed
        self._deals: list[Deal | None] = []
        self._believed: dict[str, tuple[object, ...]] = {}  # on what beliefs about audiences rest
        self._peers: dict[tuple[str, str], list[Peer]] = {}

    def meet(self, track: Track, rounds: int, scenario: Scenario) -> None:
        """Have the parties of a talk send somebody to the session that opens."""
        session, spec, parties = track.session, track.spec, track.plan.parties
        assert session is not None
        self.believe(track)
        negotiators = [self.parties[party].negotiator(spec.id) for party in parties]
        views = self._views(track, scenario)
        track.talk = Talk(
            track.plan.space,
            negotiators,
            [
                self._preferences(track, seat, who, views[seat])
                for seat, who in enumerate(negotiators)
            ],
            rounds,
            name=spec.id,
            parties=parties,
            seed=self.seed,
            week=session.week,
        )

    def believe(self, track: Track) -> None:
        """Form the parties' beliefs about what their audiences would pass, with one error each."""
        assert track.session is not None
        week, win_sets = track.session.week, {}
        votes = {name: self._votes(track, name) for name in track.spec.audience}
        key = (track.valuations, track.session, [vote.without for vote in votes.values()])
        if self._believed.get(track.spec.id) == key:
            return
        self._believed[track.spec.id] = key
        for name, vote in votes.items():
            believed = self.parties[name].believed_win_set(track.spec.id, week, vote.payoffs())
            win_sets[track.plan.seats[name]] = believed
        track.believe(win_sets)

    def _votes(self, track: Track, party: str) -> Votes:
        """Return what the vote of a party's audience follows from."""
        seat = track.plan.seats[party]
        return track.votes(seat, self._credibility(track, seat))

    def reseat(self, party: str, before: Scenario, after: Scenario, week: int) -> None:
        """Send somebody new to the open talks in which the strategy of a party has changed."""
        for name, track in self.tracks.items():
            if track.talk is not None and party in track.plan.seats:
                old, new = (
                    scenario.talks[name].strategy.get(party, scenario.countries[party].strategy)
                    for scenario in (before, after)
                )
                if old != new:
                    negotiator = self.parties[party].negotiator(name)
                    track.talk.seat(track.plan.seats[party], negotiator, week)

    def ratify(self, track: Track, deal: Deal) -> bool:
        """Return whether every audience passes a deal."""
        return all(self._passes(track, deal, party) for party in track.spec.audience)

    def _passes(self, track: Track, deal: Deal, party: str) -> bool:
        payoffs = self._votes(track, party).payoffs()
        return self.parties[party].ratify(
            track.spec.id, float(payoffs[track.plan.space.index(deal.levels)])
        )

    def revalue(self, track: Track, scenario: Scenario, week: int) -> None:
        """Tell those who negotiate an open talk what their parties want now."""
        session, talk = track.session, track.talk
        assert session is not None
        assert talk is not None
        self.believe(track)
        views = self._views(track, scenario)
        extension = track.weeks_of_extension * scenario.rounds_per_week
        for seat, (party, turn) in enumerate(zip(track.plan.parties, talk.turns, strict=True)):
            negotiator = talk.negotiators[seat]
            talk.revalue(seat, self._preferences(track, seat, negotiator, views[seat]))
            show(
                turn,
                patience=power(scenario.countries[party].patience, week - session.week),
                trust=views[seat].trust,
                hold=track.hold(seat, views[seat].credibility),
                extension=extension,
            )

    def _views(self, track: Track, scenario: Scenario) -> list[Views]:
        """Return what each party of a talk believes now, and what else it goes by."""
        return [
            Views(
                self._trust(track, seat),
                self._credibility(track, seat),
                scenario.countries[party].benchmark,
                scenario.reciprocity,
                scenario.countries[party].discounting,
            )
            for seat, party in enumerate(track.plan.parties)
        ]

    def _preferences(
        self, track: Track, seat: int, negotiator: Negotiator, views: Views
    ) -> Preferences:
        """Return what a party wants now; one blind to trust takes promises at face value."""
        peers = self._peers_of(track.plan.parties[seat], track) if views.benchmark else []
        if getattr(negotiator, "trust_blind", False):
            views = views._replace(trust=(1.0,) * len(views.trust))
        return track.preferences(seat, views, peers)

    def _peers_of(self, name: str, track: Track) -> list[Peer]:
        """Return what peers of a party have agreed: the same list while no deal changes."""
        deals = [other.precedent for other in self.tracks.values()]
        if deals != self._deals:
            self._deals, self._peers = deals, {}
        key = (track.spec.id, name)
        if key not in self._peers:
            self._peers[key] = peers(self.tracks.values(), track, name)
        return self._peers[key]

    def _trust(self, track: Track, seat: int) -> tuple[float, ...]:
        """Return a party's trust in each of its partners, in seat order."""
        party = self.parties[track.plan.parties[seat]]
        return tuple(party.trust(partner) for partner in track.plan.partners[seat])

    def _credibility(self, track: Track, seat: int) -> tuple[float, ...]:
        """Return how credible a party finds the threats of each of its partners."""
        party = self.parties[track.plan.parties[seat]]
        return tuple(party.credibility(partner) for partner in track.plan.partners[seat])
