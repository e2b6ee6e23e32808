"""Which threats stand in a week, until when, and what happens when their date has come.

A threat is announced, and falls due at its date. If there is a deal by then, or one is signed
later, it is not carried out; if there is none, whoever threatens extends the date or carries the
threat out, by its policy and one draw per week for all its threats.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from simulator import draws
from simulator.scenario.specs import CoalitionSpec
from simulator.world.blueprint import Blueprint
from simulator.world.coalitions import allies
from simulator.world.evidence import Conduct
from simulator.world.party import Evidence
from simulator.world.standing import DAYS, Act, Standing, extends
from simulator.world.track import Track

__all__ = ["ThreatRegister", "lesson"]

#: A week after all that a scenario can have.
NEVER = 1_000_000


def lesson(act: Act, by: str, targets: Iterable[str], had_deal: bool = False) -> Conduct | None:
    """Return what an act says of how far the threats of a party are to be believed, if anything.

    A threat carried out is a word kept, one withdrawn without a deal a word broken; one whose date
    is extended is half of that. What a deal ends says nothing.

    Parameters
    ----------
    act : Act
        What was done.
    by : str
        The party that threatened.
    targets : iterable of str
        The parties that it threatened.
    had_deal : bool
        Whether there was a deal.
    """
    evidence = {
        Act.CARRIED_OUT: Evidence(1.0, 1.0),
        Act.EXTENDED: Evidence(0.0, 0.5),
        Act.WITHDRAWN: Evidence(0.0, 1.0),
    }.get(act)
    if evidence is None or had_deal:
        return None
    return Conduct(by, dict.fromkeys(targets, evidence), "threat")


class ThreatRegister:
    """The threats that have been announced, as they stand."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.withdrawn: set[str] = set()  # ids
        self._standing: dict[str, Standing] = {}
        self._coalitions: Mapping[str, str] = {}  # of a threat, that moves with those of others
        self._seen: tuple[Blueprint | None, int] = (None, 0)
        self._next = 0  # the week in which anything may change by itself

    def of(self, talk: str) -> tuple[Standing, ...]:
        """Return the threats about a talk that stand, in the order of the scenario."""
        return tuple(s for s in self._standing.values() if s.spec.talk == talk)

    def tell(self, tracks: Mapping[str, Track], coalitions: Mapping[str, CoalitionSpec]) -> None:
        """Tell talks which threats stand, those of allies about other talks too, if others now do.

        All talks by key are given, and the coalition of each threat by the id of the threat.
        """
        for key, track in tracks.items():
            threats = self.of(key)
            if threats != track.threats:
                track.threaten(threats)
        for track in tracks.values() if coalitions else ():
            allied = allies(track, tracks, coalitions)
            if allied != track.allied:
                track.threaten(track.threats, allied)

    def to_withdraw(self, blueprint: Blueprint) -> set[str]:
        """Return which threats are withdrawn, those that answer one of them included."""
        gone = set(self.withdrawn)
        for _ in blueprint.threats:  # a threat may answer an answer
            gone |= {spec.id for spec, _, _ in blueprint.threats if spec.answers in gone}
        return gone

    def update(self, blueprint: Blueprint, week: int) -> list[tuple[Standing, Act]] | None:
        """Let threats be announced, withdrawn and fall due, as a week of a scenario has it.

        Return what is done, None where all stands as before.
        """
        seen = (blueprint, len(self.withdrawn))
        if seen == self._seen and week < self._next:
            return None
        self._seen = seen
        acts = list[tuple[Standing, Act]]()
        standing: dict[str, Standing] = {}
        self._coalitions = {id: coalition.id for id, coalition in blueprint.coalitions.items()}
        withdrawn = self.to_withdraw(blueprint) if self.withdrawn else set()
        for spec, announced, day in blueprint.threats:
            known = self._standing.get(spec.id)
            if announced > week:
                continue
            if spec.id in withdrawn:
                acts += [(known, Act.WITHDRAWN)] if known is not None else []
                continue
            if known is None:
                known = Standing(spec, day, day)
                acts.append((known, Act.ANNOUNCED))
            elif known.given != day:  # an event has moved the deadline
                known = replace(known, given=day, day=known.day if known.due else day)
            if known.spec is not spec:
                known = replace(known, spec=spec)
            standing[spec.id] = known if known.due else replace(known, due=known.week <= week)
        self._standing = standing
        coming = [announced for _, announced, _ in blueprint.threats if announced > week]
        coming += [known.week for known in standing.values() if not known.due]
        self._next = min(coming, default=NEVER)
        return acts

    def fall_due(self, threats: Sequence[Standing], week: int) -> list[tuple[Standing, Act]]:
        """Let whoever threatens extend the dates that have come without a deal, or carry it out.

        Of these threats about one talk. Those of a deadline that is extended move together, by the
        longest extension.
        """
        moving = [extends(s.spec.policy, s.extended, self._draw(s, week)) for s in threats]
        together = [
            s.spec.policy.weeks
            for s, moves in zip(threats, moving, strict=True)
            if moves and s.spec.effective == "deadline"
        ]
        acts = list[tuple[Standing, Act]]()
        for threat, moves in zip(threats, moving, strict=True):
            if moves:
                policy = threat.spec.policy
                weeks = max(together) if threat.spec.effective == "deadline" else policy.weeks
                since = threat.day if threat.week == week else DAYS * week
                now = replace(
                    threat,
                    day=since + DAYS * weeks,
                    due=False,
                    extended=threat.extended + 1,
                    times=threat.times * (1.0 + policy.raise_),
                )
                acts.append((now, Act.EXTENDED))
            else:
                acts.append((replace(threat, in_effect=True, due=True), Act.CARRIED_OUT))
        return self._entered(acts)

    def end(self, threats: Sequence[Standing]) -> list[tuple[Standing, Act]]:
        """Let a deal end what of these threats is being carried out."""
        ended = [replace(s, in_effect=False) for s in threats if s.in_effect]
        return self._entered([(threat, Act.ENDED) for threat in ended])

    def spared(self, threats: Sequence[Standing], deal: str, week: int) -> frozenset[str]:
        """Return which threats would not be carried out in a period of a deal, were it broken.

        By their policies, and one draw per party, deal and review.
        """
        return frozenset(
            s.spec.id
            for s in threats
            if s.may_move
            and extends(
                s.spec.policy,
                s.extended,
                draws.uniform(self.seed, "breach", (s.spec.by, deal), week),
            )
        )

    def _draw(self, threat: Standing, week: int) -> float:
        if not threat.may_move:
            return 1.0
        whose = self._coalitions.get(threat.spec.id, threat.spec.by)
        return draws.uniform(self.seed, "threat", (whose,), week)

    def _entered(self, acts: list[tuple[Standing, Act]]) -> list[tuple[Standing, Act]]:
        if acts:
            self._standing.update({threat.spec.id: threat for threat, _ in acts})
            self._next = 0
        return acts
