"""A run played again, with a witness to every decision."""

import datetime
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.government import Government
from experiments.analysis.answers import Answer
from experiments.analysis.decision import Decision, Matter, Moment, Scene, explained
from experiments.analysis.performances import Force, Performance, performance
from experiments.analysis.ratifications import Ratification
from experiments.runs.play import play
from simulator.negotiation.negotiator import Negotiator, Turn
from simulator.negotiation.offers import Offer, Response
from simulator.negotiation.payoffs import Vector
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import CountrySpec
from simulator.world.news import Happening
from simulator.world.party import Review, disregarded
from simulator.world.simulation import Simulation

__all__ = ["Seen", "Witness"]


class Seen(NamedTuple):
    """A decision that was made: where, whether it was a yes, and on the how-manieth offer."""

    scene: Scene
    positive: bool
    offer: int = -1


class Witness:
    """Who sees a run played again, and explains the decisions that are wanted.

    Parameters
    ----------
    scenario, seed
        What is played.
    wants : callable
        Whether a decision is to be explained, by its scene; none by default.
    explain : callable
        Makes a decision of its moment.

    Attributes
    ----------
    seen : list of Seen
        Every decision, in the order in which they were made; of performances the breaches.
    decisions : list of Decision
        Those that were wanted, explained.
    world : Simulation
        The world at the end.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        wants: Callable[[Scene], bool] = lambda _: False,
        explain: Callable[[Moment], Decision] = explained,
    ) -> None:
        self.scenario, self.seed, self.wants = scenario, seed, wants
        self._explain = explain
        self.seen: list[Seen] = []
        self.decisions: list[Decision] = []
        #: The choices of the week, until it is known what became of them.
        self.chosen: dict[tuple[str, str], Performance] = {}
        self.world = play(scenario, seed, progress=self._end_week, make_party=self._country)

    def _country(self, world: Simulation, spec: CountrySpec) -> Government:
        self.world = world
        return _Watched(world, spec, self)

    def sees(self, seen: Seen, moment: Callable[[], Moment]) -> None:
        """Take note of a decision, and explain it if that is wanted."""
        self.seen.append(seen)
        if self.wants(seen.scene):
            self.decisions.append(self._explain(moment()))

    def _end_week(self, week: int, _: int) -> None:
        """See which deals were broken in the week that has been played."""
        for (deal, party), moment in self.chosen.items():
            if self._breaks(deal, party, week - 1):
                self.sees(Seen(moment.scene, False), lambda moment=moment: moment)  # type: ignore[misc]
        self.chosen.clear()
        for news in self.world.news:
            if news.kind is Happening.FORCED and news.week == week - 1:
                self._see_forced(news.deal, news.by, week - 1)

    def _breaks(self, deal: str, party: str, week: int) -> bool:
        """Return whether a party disregards a deal from its review in a week on."""
        period = self.world.ledger.periods[deal][-1]
        qualities = period.qualities[party].values()
        return period.start == week and any(disregarded(q, self._level) for q in qualities)

    def _see_forced(self, deal: str, party: str, week: int) -> None:
        of = self.world.ledger.deals[deal]
        scene = Scene(Matter.PERFORMANCE, party, of.talk, of.parties, week, of.levels, deal)
        self.sees(
            Seen(scene, False),
            lambda: Force(scene, self._level, lambda: self._unforced(deal, party, week)),
        )

    def _unforced(self, deal: str, party: str, week: int) -> float:
        """Return the least quality with which a deal is performed if no event forces that."""
        forced = {"talk": self.world.ledger.deals[deal].talk, "by": party}.items()
        events = self.scenario.data["events"]
        for event in events:
            date = datetime.date.fromisoformat(str(event["date"])[:10])
            act = event.get("disregard") or {}
            if self.scenario.week_of(date) == week and forced <= act.items():
                del event["disregard"]
        changes = ("set", "withdraw", "disregard", "evidence")
        left = [event for event in events if any(map(event.get, changes))]
        world = play(self.scenario.with_(events=left, weeks=week + 1), self.seed)
        return min(world.ledger.periods[deal][-1].qualities[party].values(), default=1.0)

    @property
    def _level(self) -> float:
        return self.scenario.disregard


class _Watched(Government):
    """A country under the eyes of a witness."""

    def __init__(self, world: Simulation, spec: CountrySpec, witness: Witness) -> None:
        self.witness = witness
        self.surplus: dict[str, Vector] = {}  # of each outcome in the eyes of the audience
        super().__init__(world, spec)

    def negotiator(self, talk: str) -> Negotiator:
        """Return a negotiator who answers under the eyes of the witness."""
        return _Speaker(self, talk, super().negotiator(talk))

    def another(self, talk: str) -> Negotiator:
        """Return a negotiator whom nobody sees."""
        return super().negotiator(talk)

    def believed_win_set(self, talk: str, week: int, payoffs: Vector) -> NDArray[np.bool_]:
        """Return which outcomes the country believes its audience would pass."""
        error = self.misjudgement(talk, week)
        self.surplus[talk] = self.audience(talk).believed_surplus(payoffs, error)
        return super().believed_win_set(talk, week, payoffs)

    def ratify(self, talk: str, payoff: float) -> bool:
        """Return whether the audience passes a deal."""
        passes = super().ratify(talk, payoff)
        track, ledger = self.world.tracks[talk], self.world.ledger
        deal = next(deal for deal in reversed(ledger.deals.values()) if deal.talk == talk)
        scene = Scene(
            Matter.RATIFICATION,
            self.name,
            talk,
            deal.parties,
            self.world.week,
            deal.levels,
            deal.id,
        )
        seat = track.plan.seats[self.name]
        believed = tuple(map(self.credibility, track.plan.partners[seat]))
        self.witness.sees(
            Seen(scene, passes),
            lambda: Ratification(
                scene,
                self.audience(talk),
                track.votes(seat, believed),
                track.plan.space.index(deal.levels),
            ),
        )
        return passes

    def perform(self, review: Review) -> Any:
        """Return the quality with which each commitment of a deal will be honoured."""
        policy = deepcopy(self._policy)
        if review.week == self.world.week:  # and not ahead of time
            deal = self.world.ledger.deals[review.deal]
            scene = Scene(
                Matter.PERFORMANCE,
                self.name,
                deal.talk,
                deal.parties,
                review.week,
                deal.levels,
                deal.id,
            )
            self.witness.chosen[deal.id, self.name] = performance(scene, policy, review)
        return super().perform(review)


class _Speaker:
    """Somebody who negotiates as another does, under the eyes of a witness."""

    def __init__(self, country: _Watched, talk: str, negotiator: Negotiator) -> None:
        self._country, self._talk, self._as = country, talk, negotiator
        self.informed = getattr(negotiator, "informed", False)
        self.trust_blind = getattr(negotiator, "trust_blind", False)

    def begin(self, turn: Turn) -> None:
        self._as.begin(turn)

    def propose(self, turn: Turn) -> int | None:
        return self._as.propose(turn)

    def respond(self, turn: Turn, offer: Offer) -> Response:
        scene, witness = self._scene(turn, offer), self._country.witness
        before = deepcopy(self._as) if witness.wants(scene) else self._as
        response = self._as.respond(turn, offer)
        witness.sees(
            Seen(scene, response is Response.ACCEPT, len(turn.offers) - 1),
            lambda: self._answer(scene, turn, offer, before),
        )
        return response

    def _scene(self, turn: Turn, offer: Offer) -> Scene:
        track = self._country.world.tracks[self._talk]
        return Scene(
            Matter.ANSWER,
            turn.party,
            self._talk,
            track.plan.parties,
            turn.week,
            turn.space.levels(offer.outcome),
            opening=track.openings - 1,
            round=turn.round,
        )

    def _answer(self, scene: Scene, turn: Turn, offer: Offer, before: Negotiator) -> Answer:
        country, talk = self._country, self._talk
        grounds = country.world.tracks[talk].grounds[turn.seat]
        return Answer(
            scene,
            turn,
            offer,
            before,
            lambda: country.another(talk),
            grounds,
            country.surplus.get(talk),
        )
