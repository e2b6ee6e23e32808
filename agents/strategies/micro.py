"""MiCRO: concede one outcome at a time, as long as the partner does (de Jonge 2022)."""

from agents.strategies.strategy import Strategy, Traits
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer

__all__ = ["Micro"]


class Micro(Strategy):
    """Offer one's outcomes in falling order, a new one for each new one received.

    With as many distinct offers sent as received, or fewer, it sends the next in rank; else it
    repeats one of its offers, drawn at random. It accepts what is as good as the next in rank when
    it is ready to send that, else as the worst of what it has sent.

    References
    ----------
    de Jonge (2022), "An analysis of the linear bilateral ANAC domains using the MiCRO benchmark
    strategy", IJCAI.
    """

    traits = Traits(stochastic=True, offers=True, source="de Jonge 2022")

    def begin(self, turn: Turn) -> None:
        """Start with nothing sent and nothing received."""
        self._sent: dict[int, None] = {}
        self._received: dict[int, set[int]] = {}
        self._least = 0
        self._seen = 0
        self._rank = 0
        self._wants: object = None
        self._ranking: list[int] = []

    def propose(self, turn: Turn) -> int:
        """Return the next outcome in rank, or an earlier offer if the partner stands still."""
        self._read(turn)
        following = self._next(turn)
        if following is not None:
            return following
        earlier = self._repeatable(turn)
        if not earlier:
            return turn.preferences.best_outcome
        return earlier[int(turn.uniform() * len(earlier))]

    def demand(self, turn: Turn, offer: Offer) -> float:
        """Return what the next in rank pays, or the worst of what would be sent again."""
        self._read(turn)
        expected = turn.preferences.expected
        own = self._next(turn)
        if own is not None:
            return float(expected[own])
        earlier = self._repeatable(turn) or [turn.preferences.best_outcome]
        return float(min(expected[i] for i in earlier))

    def _read(self, turn: Turn) -> None:
        if self._seen == len(turn.offers):
            return
        for offer in turn.offers[self._seen :]:
            if offer.seat == turn.seat:
                self._sent[offer.outcome] = None
            else:
                self._received.setdefault(offer.seat, set()).add(offer.outcome)
        self._seen = len(turn.offers)
        self._least = min(map(len, self._received.values()), default=0)

    def _next(self, turn: Turn) -> int | None:
        """Return the best outcome not yet sent, None unless it is this party's turn to concede."""
        if len(self._sent) > self._least:
            return None
        if self._wants is not turn.preferences:
            self._wants, self._rank = turn.preferences, 0
            self._ranking = turn.preferences.ranking.tolist()
        ranking, sent = self._ranking, self._sent
        while self._rank < len(ranking) and ranking[self._rank] in sent:
            self._rank += 1
        return ranking[self._rank] if self._rank < len(ranking) else None

    def _repeatable(self, turn: Turn) -> list[int]:
        rational = turn.preferences.rational
        return [outcome for outcome in self._sent if rational[outcome]]
