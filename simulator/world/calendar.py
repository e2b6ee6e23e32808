"""When talks open, and how long they may last."""

import datetime
from dataclasses import dataclass

from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import TalkSpec
from simulator.world.deals import Deal
from simulator.world.track import Session, Track

__all__ = ["Calendar"]

DAYS = 7


@dataclass(slots=True)
class _Agenda:
    """What is planned for a talk.

    Parameters
    ----------
    opens : int or None
        The week in which it opens next, None if that is not planned.
    length : int
        Days from opening to deadline, but for the first opening.
    begun : bool
        Whether it has opened for the first time.
    renewed : Deal or None
        The last deal about whose renewal it has opened.
    """

    opens: int | None = None
    length: int = 0
    begun: bool = False
    renewed: Deal | None = None


class Calendar:
    """The openings and deadlines of all talks.

    Parameters
    ----------
    scenario : Scenario
        The world at the start.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.start = scenario.start
        self.rounds_per_week = scenario.rounds_per_week
        self._agendas = {key: self._agenda(spec) for key, spec in scenario.talks.items()}

    def _agenda(self, spec: TalkSpec) -> _Agenda:
        if not spec.open:
            return _Agenda()
        opens, deadline = self._day(spec.opens), self._day(spec.deadline)
        return _Agenda(max(opens // DAYS, 0), deadline - opens)

    def next_session(self, track: Track, week: int) -> Session | None:
        """Return the session that a talk opens in a week, to be held now; None if there is none."""
        if track.talk is not None or track.pending is not None or not track.spec.open:
            return None
        agenda = self._agendas[track.spec.id]
        days = self._renewal(agenda, track, week) or self._planned(agenda, track, week)
        if days is None:
            return None
        renewal = _expires_soon(track, week)
        if renewal:
            agenda.renewed = track.deal
        return Session(track.openings, week, *days, renewal)

    def _renewal(self, agenda: _Agenda, track: Track, week: int) -> tuple[int, int] | None:
        """Return first day and deadline of the talk that a deal's expiry calls for."""
        if not _expires_soon(track, week) or agenda.renewed is track.deal:
            return None
        assert track.in_force is not None
        assert track.in_force.expires is not None
        start, end = DAYS * week, DAYS * (track.in_force.expires - track.spec.ratify_weeks)
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
        if not agenda.begun and self._day(track.spec.deadline) > start:
            start = max(self._day(track.spec.opens), start)
            end = self._day(track.spec.deadline)
        agenda.opens, agenda.begun = None, True
        return start, end

    def reopen(self, track: Track, week: int) -> None:
        """Have a talk without a result open again, unless it is under way or planned already."""
        agenda = self._agendas[track.spec.id]
        if track.talk is None and track.pending is None and agenda.opens is None:
            agenda.opens = week + track.spec.cooling_weeks

    def rounds(self, session: Session, deadline: datetime.date | None = None) -> int:
        """Return how many rounds a session may hold until a deadline, its first by default."""
        end = session.deadline if deadline is None else self._day(deadline)
        return max((end - session.start) * self.rounds_per_week // DAYS, 0)

    def _day(self, date: datetime.date | None) -> int:
        """Return the days from the start to a date; a talk that opens has a deadline."""
        assert date is not None
        return (date - self.start).days


def _expires_soon(track: Track, week: int) -> bool:
    """Return whether a deal is in force that expires within the weeks of renewal."""
    in_force, renew = track.in_force, track.spec.renew_weeks
    return (
        in_force is not None
        and in_force.expires is not None
        and renew is not None
        and week >= in_force.expires - renew
    )
