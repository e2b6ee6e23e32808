"""When events take place, when talks open and until when they may last."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.scenario.specs import EventSpec, TalkSpec
from simulator.world.blueprint import Blueprint
from simulator.world.deals import Deal, Occasion
from simulator.world.grounds import Breach
from simulator.world.standing import DAYS
from simulator.world.track import Session, Track

__all__ = ["Calendar"]


@dataclass(slots=True)
class _Agenda:
    """What is planned for a talk."""

    opens: int | None = None  # the week in which it opens next, if that is planned
    length: int = 0  # days from opening to deadline, but for the first opening
    begun: bool = False  # whether it has opened for the first time
    renewed: Deal | None = None  # the last deal about whose renewal it has opened
    #: The last deal, and week of its review, for which it has opened to change its terms.
    renegotiated: tuple[Deal | None, int] | None = None


class Calendar:
    """The events of a run, and the openings and deadlines of its talks."""

    def __init__(self, stages: Sequence[tuple[EventSpec | None, Blueprint]]) -> None:
        scenario = stages[0][1].scenario
        self._events: dict[int, list[tuple[EventSpec, Blueprint]]] = {}
        for event, blueprint in stages:
            if event is not None:
                week = scenario.week_of(event.date)
                self._events.setdefault(week, []).append((event, blueprint))
        self.start = scenario.start
        self.rounds_per_week = scenario.rounds_per_week
        self._agendas = {key: self._agenda(spec) for key, spec in scenario.talks.items()}

    def _agenda(self, spec: TalkSpec) -> _Agenda:
        if not spec.open:
            return _Agenda()
        opens, deadline = self.day(spec.opens), self.day(spec.deadline)
        return _Agenda(max(opens // DAYS, 0), deadline - opens)

    def events(self, week: int) -> Sequence[tuple[EventSpec, Blueprint]]:
        """Return the events of a week, each with the blueprint that it leads to."""
        return self._events.get(week, ())

    def next_session(self, track: Track, week: int) -> Session | None:
        """Return the session that a talk opens in a week, to be held now; None if there is none."""
        if not _may_open(track):
            return None
        agenda = self._agendas[track.spec.id]
        days = self._renewal(agenda, track, week) or self._planned(agenda, track, week)
        if days is None:
            return None
        renewal = _expiry(track, week) is not None
        if renewal:
            agenda.renewed = track.deal
        occasion = Occasion.RENEWAL if renewal else Occasion.PLANNED
        return Session(track.openings, week, *days, occasion)

    def may_renegotiate(self, track: Track, week: int) -> bool:
        """Return whether it is time for a talk about other terms: once before each review."""
        weeks, in_force = track.spec.renegotiate_weeks, track.in_force
        if weeks is None or in_force is None or not _may_open(track):
            return False
        review = in_force.next_review
        if not review - weeks <= week < review or in_force.expired(review):
            return False
        return self._agendas[track.spec.id].renegotiated != (in_force.deal, review)

    def renegotiation(self, track: Track, week: int, breach: Breach) -> Session:
        """Return the session about other terms that a talk opens in a week, until the review."""
        assert track.in_force is not None
        review = track.in_force.next_review
        self._agendas[track.spec.id].renegotiated = track.deal, review
        days = DAYS * week, DAYS * review
        return Session(track.openings, week, *days, Occasion.RENEGOTIATION, breach)

    def _renewal(self, agenda: _Agenda, track: Track, week: int) -> tuple[int, int] | None:
        """Return first day and deadline of the talk that a deal's expiry calls for."""
        expires = _expiry(track, week)
        if expires is None or agenda.renewed is track.deal:
            return None
        start, end = DAYS * week, DAYS * (expires - track.spec.ratify_weeks)
        if end <= start:
            return None
        if agenda.begun:
            agenda.opens = None
        return start, end

    def _planned(self, agenda: _Agenda, track: Track, week: int) -> tuple[int, int] | None:
        """Return first day and deadline of the talk that is planned for now."""
        if agenda.opens is None or week < agenda.opens:
            return None
        start, end = DAYS * week, DAYS * week + agenda.length
        if not agenda.begun and self.day(track.spec.deadline) > start:
            start = max(self.day(track.spec.opens), start)
            end = self.day(track.spec.deadline)
        agenda.opens, agenda.begun = None, True
        return start, end

    def reopen(self, track: Track, week: int) -> None:
        """Have a talk without a result open again, unless it is under way or planned already.

        Nor does it if the terms of a deal were to be changed that is still in force.
        """
        if track.breach is not None:
            return
        agenda = self._agendas[track.spec.id]
        if track.talk is None and track.pending is None and agenda.opens is None:
            agenda.opens = week + track.spec.cooling_weeks

    def rounds(self, session: Session, deadline: int) -> int:
        """Return how many rounds a session may hold until a day, counted from the start."""
        return max((deadline - session.start) * self.rounds_per_week // DAYS, 0)

    def day(self, date: datetime.date | None) -> int:
        """Return the days from the start to a date; a talk that opens has a deadline."""
        assert date is not None
        return (date - self.start).days


def _may_open(track: Track) -> bool:
    return track.talk is None and track.pending is None and track.spec.open


def _expiry(track: Track, week: int) -> int | None:
    """Return when the deal in force expires, if that is within the weeks of renewal."""
    expires = None if track.in_force is None else track.in_force.expires
    renew = track.spec.renew_weeks
    return None if expires is None or renew is None or week < expires - renew else expires
