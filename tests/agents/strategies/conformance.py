"""What every strategy must pass: its test inherits `Conformance` and adds an exchange."""

import copy
import pickle
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.roster import STRATEGIES
from agents.strategies.strategy import Traits
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.negotiator import Negotiator, Turn, show
from simulator.negotiation.offers import Offer, Response
from simulator.negotiation.talk import Talk, TalkState
from tests.negotiations import Domain, Puppet, Wants, domains, pie, space_of, wants

__all__ = ["MOVES", "RESOLVED", "Conformance", "Watched", "stories"]

# One function tests many classes, so it runs with many a `self`.
conforming = settings(max_examples=20, suppress_health_check=[HealthCheck.differing_executors])
#: A variant of every strategy that has these parameters.
RESOLVED: Mapping[str, Any] = {"resolve": 0.5, "belief": "reservation", "noise": 0.1}
MOVES = st.lists(st.integers(0, 35), min_size=1, max_size=6)
CHANGES = ("nothing", "revalue", "deadline", "patience", "reseat", "pickle", "deepcopy")


@dataclass(frozen=True)
class Step:
    """Some rounds of a talk, and what happens after them."""

    rounds: int
    change: str
    wants: Wants
    deadline: int
    patience: float


@dataclass(frozen=True)
class Story:
    """A talk from its opening to its end: who sits where and what happens on the way."""

    domain: Domain
    seat: int
    moves: tuple[int | Response, ...]
    partner: str | None
    steps: tuple[Step, ...]
    seed: int
    variant: int


@st.composite
def steps(draw: st.DrawFn, size: int, changes: tuple[str, ...]) -> Step:
    return Step(
        rounds=draw(st.integers(1, 5)),
        change=draw(st.sampled_from(changes)),
        wants=draw(wants(size, rational=False)),
        deadline=draw(st.integers(0, 25)),
        patience=draw(st.sampled_from((1.0, 0.95, 0.5, 1e-9))),
    )


@st.composite
def stories(
    draw: st.DrawFn, changes: tuple[str, ...] = CHANGES, parties: int | None = None
) -> Story:
    """Stories of talks in which these `changes` can happen."""
    count = parties or draw(st.sampled_from((2, 2, 2, 3, 4)))
    domain = draw(domains(count, rational=False))
    responses = [Response.COUNTER, Response.COUNTER, Response.ACCEPT, Response.WALK_AWAY]
    move = st.one_of(st.integers(0, domain.size - 1), st.sampled_from(responses[2:]))
    outcomes = st.lists(st.integers(0, domain.size - 1), min_size=1, max_size=6)
    return Story(
        domain=domain,
        seat=draw(st.integers(0, count - 1)),
        moves=tuple(draw(st.one_of(outcomes, st.lists(move, min_size=1, max_size=6)))),
        partner=draw(st.sampled_from((None, "linear", "micro", "mirror"))),
        steps=tuple(draw(st.lists(steps(domain.size, changes), min_size=1, max_size=5))),
        seed=draw(st.integers(-3, 2**64)),
        variant=draw(st.integers(0, 11)),
    )


@dataclass
class Watched:
    """A strategy, and a protocol of its every move."""

    strategy: Negotiator
    moves: list[tuple[str, int, bool]] = field(default_factory=list)
    regrets: list[int] = field(default_factory=list)
    contradictions: list[int] = field(default_factory=list)  # answered otherwise than demanded

    @property
    def informed(self) -> bool:
        return bool(getattr(self.strategy, "informed", False))

    def begin(self, turn: Turn) -> None:
        self.strategy.begin(turn)

    def propose(self, turn: Turn) -> int | None:
        outcome = self.strategy.propose(turn)
        if outcome is not None:
            self.moves.append(("offer", outcome, bool(turn.preferences.rational[outcome])))
            other = Offer(turn.round, (turn.seat + 1) % 2, outcome)
            if copy.deepcopy(self.strategy).respond(turn, other) is not Response.ACCEPT:
                self.regrets.append(outcome)
        return outcome

    def respond(self, turn: Turn, offer: Offer) -> Response:
        twin: Any = copy.deepcopy(self.strategy)
        demand = twin.demand(turn, offer) if hasattr(twin, "demand") else None
        response = self.strategy.respond(turn, offer)
        if demand is not None:
            rational = turn.preferences.rational[offer.outcome]
            pays = bool(rational and turn.preferences.expected[offer.outcome] >= demand)
            if (response is Response.ACCEPT) != pays:
                self.contradictions.append(offer.outcome)
        if response is Response.ACCEPT:
            rational = bool(turn.preferences.rational[offer.outcome])
            self.moves.append(("acceptance", offer.outcome, rational))
        return response


class Conformance:
    """The conduct that is expected of every strategy of the roster.

    Attributes
    ----------
    name : str
        The strategy's name in the roster.
    variants : tuple of mapping
        Parameters to test it with.
    rational_offers : bool
        Whether its rule promises to offer only what is rational for it, and what it would
        accept itself at that turn.
    agrees_at_once : bool
        Whether it agrees with itself in the first round where all outcomes pay alike.
    stays : bool
        Whether it goes on offering the only outcome that is rational for it.
    partner_without : float
        What the partner gets without a deal where the suite asks what makes a difference, of at
        most 25.5: some insist on whatever that leaves them.
    """

    name: ClassVar[str]
    variants: ClassVar[tuple[Mapping[str, Any], ...]] = ({},)
    rational_offers: ClassVar[bool] = True
    agrees_at_once: ClassVar[bool] = True
    stays: ClassVar[bool] = True
    partner_without: ClassVar[float] = 0.0

    def make(self, space: OutcomeSpace, variant: int = 0) -> Negotiator:
        """Return a fresh instance for a talk over `space`."""
        parameters = self.variants[variant % len(self.variants)]
        made: Negotiator = STRATEGIES[self.name](**parameters)
        return made

    # -- the rules -------------------------------------------------------------------------

    @conforming
    @given(story=stories())
    def test_it_keeps_to_the_rules_whatever_happens_in_a_talk(self, story: Story) -> None:
        talk, watched = self._played(story)
        size = story.domain.size
        assert all(type(outcome) is int and 0 <= outcome < size for _, outcome, _ in watched.moves)
        assert all(rational for kind, _, rational in watched.moves if kind == "acceptance")
        assert watched.contradictions == []
        if self.rational_offers:
            assert all(rational for _, _, rational in watched.moves)
            assert watched.regrets == []
        else:
            rational = {outcome for _, outcome, good in watched.moves if good}
            assert not rational.intersection(watched.regrets)
        assert [o.outcome for o in talk.offers if o.seat == story.seat] == [
            outcome for kind, outcome, _ in watched.moves if kind == "offer"
        ]

    @conforming
    @given(story=stories())
    def test_it_does_the_same_again_under_the_same_seed(self, story: Story) -> None:
        first, second = self._played(story)[0], self._played(story)[0]
        assert (first.offers, first.state, first.agreement, first.round) == (
            (second.offers, second.state, second.agreement, second.round)
        )

    @conforming
    @given(story=stories())
    def test_it_draws_from_no_generator_of_the_process(self, story: Story) -> None:
        before = random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
        self._played(story)
        after = random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
        assert before == after

    # -- what it remembers -------------------------------------------------------------------

    @pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
    @conforming
    @given(story=stories(("nothing", "revalue", "deadline")), after=st.integers(0, 6))
    def test_a_copy_made_in_the_middle_of_a_talk_plays_on_as_the_original(
        self, copied: Callable[[Any], Any], story: Story, after: int
    ) -> None:
        talk = self._opened(story)
        talk.play(after)
        alone, whole = copied(talk.negotiators[story.seat]), copied(talk)
        talk.play()
        whole.play()
        assert whole.offers == talk.offers
        assert (whole.state, whole.agreement) == (talk.state, talk.agreement)
        again = self._opened(story)
        again.play(after)
        again.negotiators[story.seat] = alone
        again.play()
        assert again.offers == talk.offers

    @conforming
    @given(one=stories(("nothing",)), other=stories(("nothing",)))
    def test_instances_share_no_state(self, one: Story, other: Story) -> None:
        talks = [self._opened(one), self._opened(other)]
        for _ in range(30):
            for talk in talks:
                talk.play(1)
        for story, talk in zip((one, other), talks, strict=True):
            alone = self._opened(story)
            alone.play()
            assert talk.offers == alone.offers

    @conforming
    @given(story=stories(("nothing",)), rounds=st.integers(1, 12))
    def test_an_instance_with_a_past_plays_a_new_talk_like_a_fresh_one(
        self, story: Story, rounds: int
    ) -> None:
        veteran = self.make(space_of(*story.domain.shape), story.variant)
        preferences = [wants.preferences() for wants in story.domain.wants]
        partners: list[Negotiator] = [Puppet(*story.moves) for _ in preferences]
        traces = []
        for negotiator in (veteran, veteran, self.make(talk_space(story), story.variant)):
            seated = [*partners]
            seated[story.seat] = negotiator
            talk = Talk(talk_space(story), seated, preferences, rounds, seed=story.seed)
            talk.play()
            traces.append(talk.offers)
        assert traces[0] == traces[1] == traces[2]

    @conforming
    @given(story=stories(("reseat",)))
    def test_it_can_take_over_a_talk_in_which_offers_stand(self, story: Story) -> None:
        domain = story.domain
        talk = domain.talk([Puppet(*story.moves) for _ in domain.wants], 12, story.seed)
        talk.play(3)
        watched = Watched(self.make(talk.space, story.variant))
        talk.seat(story.seat, watched, week=1)
        talk.play(week=1)
        assert all(good for kind, _, good in watched.moves if self._bound_by(kind))

    # -- what it goes by ---------------------------------------------------------------------

    def test_it_says_where_it_is_from(self) -> None:
        assert self._traits().source

    @conforming
    @given(moves=MOVES, seed=st.integers(0, 2**64))
    def test_unless_it_draws_it_plays_the_same_under_other_seeds(
        self, moves: list[int], seed: int
    ) -> None:
        if not self._traits().stochastic:
            assert self._offers(moves, seed=seed) == self._offers(moves)

    @conforming
    @given(moves=MOVES, rounds=st.integers(1, 40))
    def test_unless_it_goes_by_time_it_plays_the_same_for_other_deadlines(
        self, moves: list[int], rounds: int
    ) -> None:
        if not self._traits().time:
            both = min(rounds, 12)
            assert self._offers(moves, rounds)[:both] == self._offers(moves, 12)[:both]

    @conforming
    @given(one=MOVES, other=MOVES)
    def test_unless_it_looks_at_offers_it_offers_the_same_whatever_comes(
        self, one: list[int], other: list[int]
    ) -> None:
        traits = self._traits()
        if not (traits.offers or traits.model):
            assert not differ(self._offers(one), self._offers(other))

    @conforming
    @given(moves=MOVES, trust=st.floats(0, 1))
    def test_unless_it_looks_at_trust_itself_it_plays_the_same_whomever_it_trusts(
        self, moves: list[int], trust: float
    ) -> None:
        if not self._traits().trust:
            assert self._offers(moves, trust=trust) == self._offers(moves)

    @conforming
    @given(moves=MOVES, variant=st.integers(0, 11))
    def test_it_makes_the_same_of_what_it_hears_in_either_seat(
        self, moves: list[int], variant: int
    ) -> None:
        informed = getattr(self.make(space_of(2), variant), "informed", False)
        if not (self._traits().stochastic or informed):
            assert self._heard(0, moves, variant) == self._heard(1, moves, variant)

    def test_what_it_is_said_to_go_by_makes_a_difference(self) -> None:
        traits = self._traits()
        plain = self._offers([0, 1, 9])
        if traits.stochastic:
            assert any(differ(self._offers([0, 1, 9], seed=k), plain) for k in range(1, 20))
        if traits.time:
            assert differ(self._offers([0, 1, 9], 40), self._offers([0, 1, 9], 60))
        if traits.offers:
            assert any(differ(self._offers([k, 0]), plain) for k in range(36))
        if traits.trust:
            assert differ(self._offers([0], 40, trust=0.0), self._offers([0], 40))
        assert traits.model == (getattr(self.make(space_of(2)), "model", None) is not None)

    def _traits(self) -> Traits:
        # What a wrapper says is only what it adds, so the roster is asked, where there is a name.
        listed = hasattr(self, "name")
        told: object = STRATEGIES[self.name] if listed else self.make(space_of(2))
        traits: Traits = told.traits  # type: ignore[attr-defined]
        return traits

    def _offers(
        self, moves: list[int], rounds: int = 12, seed: int = 0, trust: float = 1.0
    ) -> list[int]:
        """Return what it offers, as it is by default, where it wants much of two issues.

        The partner makes the `moves` and accepts nothing; as soon as the strategy accepts, the
        offers end.
        """
        first = tuple(3.0 * i + 2.0 * j for i in range(6) for j in range(6))
        second = tuple(2.0 * (5 - i) + 3.1 * (5 - j) for i in range(6) for j in range(6))
        domain = Domain((6, 6), (Wants(first, 0.0), Wants(second, self.partner_without)))
        talk = domain.talk([self.make(space_of(6, 6)), Puppet(*moves)], rounds, seed)
        show(talk.turns[0], trust=(trust,))
        talk.play()
        return [offer.outcome for offer in talk.offers if offer.seat == 0]

    def _heard(self, seat: int, moves: list[int], variant: int) -> list[tuple[Response, object]]:
        """Return its answers to these offers, and what it offers itself after each."""
        payoffs = tuple(3.0 * i + 2.0 * j for i in range(6) for j in range(6))
        offers: list[Offer] = []
        space, preferences = space_of(6, 6), Wants(payoffs, 4.0).preferences()
        turn = Turn("talk", "us", seat, space, preferences, offers, 12)
        strategy = self.make(space, variant)
        strategy.begin(turn)
        answers: list[tuple[Response, object]] = []
        for number, move in enumerate(moves):
            show(turn, round=number)
            offers.append(Offer(number, 1 - seat, move))
            response, own = strategy.respond(turn, offers[-1]), strategy.propose(turn)
            answers.append((response, own))
            if own is not None:
                offers.append(Offer(number, seat, own))
        return answers

    # -- narrow spaces -----------------------------------------------------------------------

    def test_it_agrees_at_once_with_itself_where_there_is_one_outcome(self) -> None:
        domain = Domain((1,), (Wants((2.0,), 0.0), Wants((0.0,), 0.0)))
        talk = self._against_itself(domain)
        assert talk.play() is TalkState.AGREED
        assert (talk.agreement, talk.round, talk.offers) == (0, 1, [Offer(0, 0, 0)])

    def test_it_agrees_at_once_with_itself_where_all_outcomes_pay_alike(self) -> None:
        flat = Wants((0.7,) * 6, 0.1)
        talk = self._against_itself(Domain((2, 3), (flat, flat)))
        talk.play()
        if self.agrees_at_once:
            assert (talk.state, talk.round) == (TalkState.AGREED, 1)
        if not self._traits().stochastic:
            assert talk.agreement == (0 if self.rational_offers else 5)

    def test_it_offers_the_only_rational_outcome_and_accepts_no_other(self) -> None:
        if not self.rational_offers:
            return
        only = Wants((0.0, 1.0, 5.0, 3.0), 5.0)
        free = Wants((1.0, 2.0, 3.0, 4.0), 0.0)
        for partner in (0, 1, 3):
            watched = Watched(self.make(space_of(4)))
            Domain((4,), (only, free)).talk([watched, Puppet(partner)], 6).play()
            assert watched.moves == [("offer", 2, True)] * (6 if self.stays else 1)
        watched = Watched(self.make(space_of(4)))
        talk = Domain((4,), (only, free)).talk([watched, Puppet(2)], 6)
        assert talk.play() is TalkState.AGREED

    def test_it_does_not_sit_through_a_talk_without_a_rational_outcome(self) -> None:
        nothing = Wants((0.0, 1.0), 2.0)
        watched = Watched(self.make(space_of(2)))
        talk = Domain((2,), (nothing, pie(1).wants[1])).talk([watched, Puppet(0)], 6)
        assert (talk.play(), talk.walked_away, talk.round) == (TalkState.BROKEN, 0, 1)
        assert watched.moves == []

    # -- what changes ------------------------------------------------------------------------

    @conforming
    @given(variant=st.integers(0, 11), seat=st.integers(0, 1), seed=st.integers(0, 99))
    def test_it_offers_nothing_that_has_become_irrational(
        self, variant: int, seat: int, seed: int
    ) -> None:
        watched = Watched(self.make(space_of(11), variant))
        seated: list[Negotiator] = [Puppet(5), Puppet(5)]
        seated[seat] = watched
        seated[1 - seat] = Puppet(*((0, 1, 2) if seat == 0 else (10, 9, 8)))
        talk = pie(10).talk(seated, 30, seed)
        talk.play(10)
        poorer = Wants(tuple(reversed(pie(10).wants[seat].payoffs)), 8.0)
        talk.revalue(seat, poorer.preferences())
        del watched.moves[:]
        talk.play()
        assert all(good for kind, _, good in watched.moves if self._bound_by(kind))
        nothing = Wants((0.0,) * 11, 1.0)
        talk = pie(10).talk(seated, 30, seed)
        talk.play(3)
        talk.revalue(seat, nothing.preferences())
        if talk.state is TalkState.OPEN:
            assert (talk.play(), talk.walked_away) == (TalkState.BROKEN, seat)

    @pytest.mark.parametrize("deadline", [0, 3, 4, 9, 40])
    def test_it_copes_with_a_deadline_that_moves(self, deadline: int) -> None:
        watched = Watched(self.make(space_of(11)))
        talk = pie(10).talk([watched, Puppet(0)], 8)
        talk.play(3)
        assert talk.state is TalkState.OPEN
        talk.move_deadline(deadline)
        assert talk.play() in {TalkState.TIMED_OUT, TalkState.AGREED}
        assert talk.round <= max(3, deadline)
        assert watched.regrets == []
        assert watched.contradictions == []

    # -- how a story is played ---------------------------------------------------------------

    def _bound_by(self, kind: str) -> bool:
        return self.rational_offers or kind == "acceptance"

    def _against_itself(self, domain: Domain) -> Talk:
        space = space_of(*domain.shape)
        return domain.talk([self.make(space) for _ in domain.wants], 10)

    def _opened(self, story: Story, watch: bool = False) -> Talk:
        space = talk_space(story)
        seated: list[Negotiator] = [Puppet(*story.moves) for _ in story.domain.wants]
        if story.partner is not None:
            partner = STRATEGIES[story.partner]()
            seated[(story.seat + 1) % len(seated)] = partner
        strategy = self.make(space, story.variant)
        seated[story.seat] = Watched(strategy) if watch else strategy
        return story.domain.talk(seated, 12, story.seed)

    def _played(self, story: Story) -> tuple[Talk, Watched]:
        talk = self._opened(story, watch=True)
        watched = talk.negotiators[story.seat]
        assert isinstance(watched, Watched)
        for week, step in enumerate(story.steps):
            talk.play(step.rounds, week)
            self._change(talk, watched, story, step)
        talk.play(week=len(story.steps))
        return talk, watched

    def _change(self, talk: Talk, watched: Watched, story: Story, step: Step) -> None:
        if step.change == "revalue":
            talk.revalue(story.seat, step.wants.preferences())
        elif step.change == "deadline":
            talk.move_deadline(step.deadline)
        elif step.change == "patience":
            show(talk.turns[story.seat], patience=step.patience)
        elif step.change == "reseat":
            watched.strategy = self.make(talk.space, story.variant + 1)
            talk.seat(story.seat, watched)
        elif step.change == "pickle":
            watched.strategy = pickle.loads(pickle.dumps(watched.strategy))
        elif step.change == "deepcopy":
            watched.strategy = copy.deepcopy(watched.strategy)


def talk_space(story: Story) -> OutcomeSpace:
    return space_of(*story.domain.shape)


def differ(one: list[int], other: list[int]) -> bool:
    """Return whether two rows of offers part before the shorter one ends."""
    return any(a != b for a, b in zip(one, other, strict=False))
