"""Coalitions: what a country reckons with where several of its partners answer together."""

from collections.abc import Iterable, Mapping

from simulator.scenario.specs import CoalitionSpec
from simulator.world.grounds import Facing
from simulator.world.track import Track

__all__ = ["allies", "talks_of"]


def talks_of(coalition: CoalitionSpec, tracks: Iterable[Track]) -> list[Track]:
    """Return the talks that the members of a coalition hold with whom it is against."""
    members = {*coalition.members}
    return [
        track
        for track in tracks
        if coalition.against in track.spec.parties and members & {*track.spec.parties}
    ]


def allies(
    track: Track, tracks: Mapping[str, Track], coalitions: Mapping[str, CoalitionSpec]
) -> tuple[tuple[Facing, ...], ...]:
    """Return, per seat of a talk, the threats of allies about other talks that count in it.

    Whom a coalition is against reckons, without a deal with one member, with the lists of all, but
    for the parts that deals have ended.

    Parameters
    ----------
    track : Track
        The talk.
    tracks : mapping
        All talks by key.
    coalitions : mapping
        The coalition of each threat, by the id of the threat.
    """
    faced: list[list[Facing]] = [[] for _ in track.spec.parties]
    for coalition in dict.fromkeys(coalitions.values()):
        member = next((p for p in track.spec.parties if p in coalition.members), None)
        if member is None or coalition.against not in track.spec.parties:
            continue
        seat, by = track.plan.seats[coalition.against], track.plan.seats[member]
        for other in talks_of(coalition, tracks.values()):
            if other is track or (coalition.part_ends and other.has_deal):
                continue
            there = other.plan.seats[coalition.against]
            faced[seat] += [
                other.means(there, threat)._replace(by=by, issue=None, allied=True)
                for threat in other.threats
                if coalitions.get(threat.spec.id) is coalition
            ]
    return tuple(map(tuple, faced))
