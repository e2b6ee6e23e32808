"""The parties in their talks: who negotiates, what they want and what they believe."""

from collections.abc import Mapping

from simulator.arithmetic import power
from simulator.negotiation.negotiator import Negotiator, show
from simulator.negotiation.payoffs import Preferences, Vector
from simulator.negotiation.talk import Talk
from simulator.rounding import slack
from simulator.scenario.scenario import Scenario
from simulator.world.deals import Deal
from simulator.world.party import Party
from simulator.world.track import Track, peers
from simulator.world.valuations import Peer

__all__ = ["Delegations", "votes"]


class Delegations:
    """Those who negotiate for the parties, told each week what their party wants."""

    def __init__(self, parties: Mapping[str, Party], tracks: Mapping[str, Track], seed: int):
        self.parties = parties
        self.tracks = tracks
        self.seed = seed
        self._deals: list[Deal | None] = []
        self._peers: dict[tuple[str, str], list[Peer]] = {}

    def meet(self, track: Track, rounds: int, scenario: Scenario) -> None:
        """Have the parties of a talk send somebody to the session that opens."""
        session, spec, parties = track.session, track.spec, track.plan.parties
        assert session is not None
        self.believe(track)
        negotiators = [self.parties[party].negotiator(spec.id) for party in parties]
        track.talk = Talk(
            track.plan.space,
            negotiators,
            [
                self._preferences(track, seat, who, self._trust(track, seat), scenario)
                for seat, who in enumerate(negotiators)
            ],
            rounds,
            name=spec.id,
            parties=parties,
            seed=self.seed,
            week=session.week,
        )

    def believe(self, track: Track) -> None:
        """Form the parties' beliefs about what their audiences would pass."""
        assert track.session is not None
        week, win_sets = track.session.week, {}
        for name in track.spec.audience:
            seat = track.plan.seats[name]
            payoffs = votes(track, seat)
            win_sets[seat] = self.parties[name].believed_win_set(track.spec.id, week, payoffs)
        track.win_sets = win_sets

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
        payoffs = votes(track, track.plan.seats[party])
        return self.parties[party].ratify(
            track.spec.id, float(payoffs[track.plan.space.index(deal.levels)])
        )

    def revalue(self, track: Track, scenario: Scenario, week: int) -> None:
        """Tell those who negotiate an open talk what their parties want now."""
        session, talk = track.session, track.talk
        assert session is not None
        assert talk is not None
        for seat, (party, turn) in enumerate(zip(track.plan.parties, talk.turns, strict=True)):
            trust = self._trust(track, seat)
            negotiator = talk.negotiators[seat]
            talk.revalue(seat, self._preferences(track, seat, negotiator, trust, scenario))
            patience = power(scenario.countries[party].patience, week - session.week)
            show(turn, patience=patience, trust=tuple(trust))

    def _preferences(
        self,
        track: Track,
        seat: int,
        negotiator: Negotiator,
        trust: list[float],
        scenario: Scenario,
    ) -> Preferences:
        """Return what a party wants now; one blind to trust takes promises at face value."""
        name = track.plan.parties[seat]
        weight = scenario.countries[name].benchmark
        peers = self._peers_of(name, track) if weight else []
        if getattr(negotiator, "trust_blind", False):
            trust = [1.0] * len(trust)
        return track.preferences(seat, trust, peers, weight)

    def _peers_of(self, name: str, track: Track) -> list[Peer]:
        """Return what peers of a party have in force: the same list while no deal changes."""
        deals = [other.deal for other in self.tracks.values()]
        if deals != self._deals:
            self._deals, self._peers = deals, {}
        key = (track.spec.id, name)
        if key not in self._peers:
            self._peers[key] = peers(self.tracks.values(), track, name)
        return self._peers[key]

    def _trust(self, track: Track, seat: int) -> list[float]:
        """Return a party's trust in each of its partners, in seat order."""
        party = self.parties[track.plan.parties[seat]]
        return [party.trust(partner) for partner in track.plan.partners[seat]]


def votes(track: Track, seat: int) -> Vector:
    """Return what each outcome pays the audience of a party, with what rounding may have taken."""
    payoffs = track.plan.space.total(track.valuations.audience_payoffs(seat))
    return payoffs + slack(payoffs)
