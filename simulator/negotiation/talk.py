"""One negotiation: alternating offers among any number of parties, without a world around it.

The protocol is that of stacked alternating offers (Aydoğan et al. 2017): in each round every
party acts once, in seat order. A party first answers the standing offer; if it does not accept,
its own proposal takes the offer's place. Whoever proposes accepts its own offer, and there is
agreement when all have accepted the same one.

References
----------
Aydoğan, Festen, Hindriks & Jonker (2017), "Alternating offers protocols for multilateral
negotiation", in Modern Approaches to Agent-based Complex Automated Negotiation.
"""

import operator
from collections.abc import Sequence
from enum import Enum

from simulator.errors import StrategyError, describe_error
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.negotiator import UNSEEN, Negotiator, Turn, show
from simulator.negotiation.offers import Offer, Offers, Response
from simulator.negotiation.payoffs import Preferences

__all__ = ["Talk", "TalkState", "rounds_of"]


_RESPONSES = "allowed Response.ACCEPT, Response.COUNTER or Response.WALK_AWAY"


class TalkState(Enum):
    """How a talk stands."""

    OPEN = "open"
    AGREED = "agreed"
    BROKEN = "broken"
    TIMED_OUT = "timed out"


def rounds_of(proposals: int, parties: int) -> int:
    """Return in how many rounds so many proposals are made and the last answered by everybody.

    Parameters
    ----------
    proposals : int
        Number of proposals, from 1, one a turn.
    parties : int
        Number of parties, who take turns.
    """
    return (proposals + parties - 2) // parties + 1


class Talk:
    """A negotiation of `negotiators` over `space` until a deadline.

    Parameters
    ----------
    space : OutcomeSpace
        What can be agreed.
    negotiators : sequence of Negotiator
        One per seat; the first seat starts every round.
    preferences : sequence of Preferences
        Each party's payoffs at the start.
    rounds : int
        Rounds to the deadline, >= 0; it may be moved later.
    name : str
        The talk's name, for draws and errors.
    parties : sequence of str, optional
        The parties' names; ``"0"``, ``"1"``, ... by default.
    seed, week : int
        Seed of the run and week of the opening.
    max_proposals : int, optional
        The talk ends, too, when so many proposals have been made and the last of them answered;
        that is the deadline, then, by which all parties reckon (`rounds_of`).
    discounts : sequence of float, optional
        What a payoff one proposal later is worth to each party, in (0, 1], for those that reckon
        with it; the talk itself discounts nothing.

    Attributes
    ----------
    rounds : int
        Rounds to the deadline in force.

    Raises
    ------
    StrategyError
        From `play`, when a negotiator raises or proposes something outside the space.
    """

    def __init__(
        self,
        space: OutcomeSpace,
        negotiators: Sequence[Negotiator],
        preferences: Sequence[Preferences],
        rounds: int,
        *,
        name: str = "talk",
        parties: Sequence[str] | None = None,
        seed: int = 0,
        week: int = 0,
        max_proposals: int | None = None,
        discounts: Sequence[float] | None = None,
    ) -> None:
        self.name = name
        self.space = space
        self.negotiators = list(negotiators)
        self.offers = Offers()
        self.max_proposals = max_proposals
        self.round = 0
        self.state = TalkState.OPEN
        self.move_deadline(rounds)
        self.agreement: int | None = None
        self.walked_away: int | None = None
        self._accepted = 0
        self._standing: Offer | None = None
        names = [str(k) for k in range(len(negotiators))] if parties is None else parties
        self.turns = self._turns(names, preferences, seed, discounts)
        for seat, negotiator in enumerate(self.negotiators):
            self.seat(seat, negotiator, week)

    def _turns(
        self,
        parties: Sequence[str],
        preferences: Sequence[Preferences],
        seed: int,
        discounts: Sequence[float] | None,
    ) -> list[Turn]:
        """Return what each party will see."""
        turns = [
            Turn(self.name, party, seat, self.space, wants, self.offers, self.rounds, seed)
            for seat, (party, wants) in enumerate(zip(parties, preferences, strict=True))
        ]
        for turn in turns:
            show(
                turn,
                parties=len(turns),
                limit=self.max_proposals,
                trust=(1.0,) * (len(turns) - 1),
                discount=None if discounts is None else discounts[turn.seat],
            )
        return turns

    def seat(self, seat: int, negotiator: Negotiator, week: int | None = None) -> None:
        """Let `negotiator` sit at `seat` from now on, which is `week` of the run if given."""
        self.negotiators[seat] = negotiator
        turn = self.turns[seat]
        informed = getattr(negotiator, "informed", False)
        show(
            turn,
            round=self.round,
            rounds=self.rounds,
            week=turn.week if week is None else week,
            seats=tuple(self.turns) if informed else UNSEEN,
        )
        try:
            negotiator.begin(turn)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise self._blame(negotiator, seat, error) from error

    def revalue(self, seat: int, preferences: Preferences) -> None:
        """Give the party at `seat` new payoffs.

        A standing offer that it has made or accepted lapses if it is no longer rational for it:
        nobody is held to what would not be signed today.
        """
        before = self.turns[seat].preferences
        show(self.turns[seat], preferences=preferences)
        offer = self._standing
        if offer is not None and (seat - offer.seat) % len(self.turns) < self._accepted:
            lapses = before.rational[offer.outcome] and not preferences.rational[offer.outcome]
            self._standing = None if lapses else offer

    def move_deadline(self, rounds: int) -> None:
        """Let the talk end after `rounds` rounds counted from its opening, if not before."""
        most = self.max_proposals
        last = rounds if most is None else rounds_of(most, len(self.negotiators))
        self.rounds = min(rounds, last)

    def extend(self, rounds: int) -> None:
        """Move the deadline of a talk that may have run out of time: it goes on."""
        self.move_deadline(rounds)
        if self.state is TalkState.TIMED_OUT and self.rounds > self.round:
            self.state = TalkState.OPEN

    def wait(self) -> None:
        """Have a talk that has run out of rounds stay open until it is known if it has more."""
        if self.state is TalkState.TIMED_OUT:
            self.state = TalkState.OPEN

    def play(self, rounds: int | None = None, week: int = 0) -> TalkState:
        """Return the state of the talk after up to `rounds` more rounds.

        Parameters
        ----------
        rounds : int, optional
            How many rounds to hold at most; all that are left by default.
        week : int
            The week of the run, for draws and errors.
        """
        last = self.rounds if rounds is None else min(self.rounds, self.round + rounds)
        for turn in self.turns:
            show(turn, week=week, rounds=self.rounds, until=last)
        while self.state is TalkState.OPEN and self.round < last:
            self._play_round()
        if self.state is TalkState.OPEN and self.round >= self.rounds:
            self.state = TalkState.TIMED_OUT
        return self.state

    def end_without_agreement(self) -> None:
        """Count what all have accepted as no agreement."""
        self.state, self.agreement = TalkState.TIMED_OUT, None

    def _play_round(self) -> None:
        number = self.round
        everybody = len(self.turns)
        self.round += 1
        for seat, turn in enumerate(self.turns):
            object.__setattr__(turn, "round", number)
            if not len(turn.preferences.options):
                return self._walk_away(seat)
            negotiator = self.negotiators[seat]
            try:
                if self._standing is not None:
                    response = negotiator.respond(turn, self._standing)
                    if response is Response.ACCEPT:
                        self._accepted += 1
                        if self._accepted == everybody:
                            return self._agree()
                        continue
                    if response is Response.WALK_AWAY:
                        return self._walk_away(seat)
                    if response is not Response.COUNTER:
                        raise TypeError(f"responded {response!r}, {_RESPONSES}")
                if len(self.offers) == self.max_proposals:
                    self.state = TalkState.TIMED_OUT
                    return None
                outcome = negotiator.propose(turn)
                if outcome is None:
                    return self._walk_away(seat)
                self._standing = Offer(number, seat, self._checked(outcome))
                list.append(self.offers, self._standing)
                self._accepted = 1
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a part that exits ends the run by its name, too
                raise self._blame(negotiator, seat, error) from error
        return None

    def _checked(self, outcome: int) -> int:
        if isinstance(outcome, bool) or not hasattr(outcome, "__index__"):
            raise TypeError(f"proposed {outcome!r}, {self._proposals}")
        index = operator.index(outcome)
        if not 0 <= index < self.space.size:
            raise ValueError(f"proposed outcome {index}, {self._proposals}")
        return index

    @property
    def _proposals(self) -> str:
        last = self.space.size - 1
        return f"allowed 0 to {last}, the index of an outcome, or None to walk away"

    def _agree(self) -> None:
        self.state = TalkState.AGREED
        self.agreement = self.offers[-1].outcome

    def _walk_away(self, seat: int) -> None:
        self.state = TalkState.BROKEN
        self.walked_away = seat

    def _blame(self, negotiator: Negotiator, seat: int, error: BaseException) -> StrategyError:
        turn = self.turns[seat]
        where = (turn.party, self.name, turn.week, turn.round)
        return StrategyError(type(negotiator).__name__, *where, describe_error(error))
