"""What models have in common, and that they learn."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.opponents.bayesian import Bayesian
from agents.opponents.frequency import Frequency
from agents.opponents.model import LearningModel, OpponentModel, issue_weights, nash_product
from agents.opponents.perfect import Perfect
from agents.roster import MODELS
from agents.strategies.time_dependent import Boulware
from simulator.negotiation.payoffs import Preferences, Vector
from simulator.negotiation.talk import Talk
from tests.agents.opponents.talks import heard, informed, knowing, rank_correlation
from tests.negotiations import Domain, Puppet, Wants, pie, space_of


def linear_utilities(rng: np.random.Generator, shape: tuple[int, ...]) -> Vector:
    weights = rng.dirichlet(np.ones(len(shape)))
    values = [w * rng.random(n) for w, n in zip(weights, shape, strict=True)]
    return space_of(*shape).total(values)


def facing_boulware(rng: np.random.Generator, rounds: int) -> Talk:
    """Return a talk, but for its last round, with a Boulware party in a random linear domain.

    What it is offered is its worst outcome, so that it goes on conceding.
    """
    shape = tuple(int(n) for n in rng.integers(2, 6, size=4))
    utilities = linear_utilities(rng, shape)
    wants = Preferences(np.zeros(len(utilities)), 0.0), Preferences(utilities, 0.0)
    puppet = Puppet(int(utilities.argmin()))
    talk = Talk(space_of(*shape), [puppet, Boulware()], wants, rounds)
    talk.play(rounds - 1)
    assert len(talk.offers) == 2 * (rounds - 1)
    return talk


# -- how right they are ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "least"), [(Frequency(), 0.65), (Bayesian(), 0.5), (Perfect(), 1.0 - 1e-12)]
)
def test_after_fifty_rounds_a_model_orders_outcomes_much_as_a_boulware_partner_does(
    model: OpponentModel, least: float
) -> None:
    rng = np.random.default_rng(7)
    found = []
    for _ in range(60):
        talk = facing_boulware(rng, 51)
        turn = knowing(talk)
        truth = talk.turns[1].preferences.expected
        found.append(rank_correlation(np.array(informed(model, turn)), truth))
    assert np.mean(found) > least
    assert np.quantile(found, 0.1) > 0.2


@pytest.mark.parametrize("kind", [Frequency, Bayesian])
def test_a_model_of_a_partner_that_has_said_nothing_orders_nothing(
    kind: type[LearningModel],
) -> None:
    rng = np.random.default_rng(7)
    turn = heard((4, 4, 4), [])
    gains = np.array(informed(kind(), turn))
    if np.ptp(gains) > 0:
        found = [rank_correlation(gains, linear_utilities(rng, (4, 4, 4))) for _ in range(60)]
        assert abs(np.mean(found)) < 0.1


# -- what they remember ------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MODELS))
def test_it_begins_a_talk_anew_and_reads_what_stands(name: str) -> None:
    veteran: OpponentModel = MODELS[name]()
    informed(veteran, heard((3, 2), [5, 4, 3]))
    for moves in ([], [0], [1, 2]):
        turn = heard((3, 2), moves)
        assert informed(veteran, turn) == informed(MODELS[name](), turn)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_asking_twice_changes_nothing_and_copies_go_their_own_way(name: str) -> None:
    model: OpponentModel = MODELS[name]()
    first, later = heard((3, 2), [5, 4]), heard((3, 2), [5, 4, 0])
    before = informed(model, first)
    assert list(model.gains(first, 1)) == before
    copies = copy.deepcopy(model), pickle.loads(pickle.dumps(model))
    model.gains(later, 1)
    for copied in copies:
        assert list(copied.gains(later, 1)) == informed(MODELS[name](), later)


def test_what_it_returned_before_stays_as_it_was() -> None:
    for model in (Frequency(), Bayesian()):
        model.begin(heard((4,), []))
        early = model.gains(heard((4,), []), 1)
        kept = early.copy()
        model.gains(heard((4,), [3, 2]), 1)
        assert list(early) == list(kept)


def test_a_model_of_ones_own_must_say_what_it_makes_of_the_partner() -> None:
    turn = heard((2,), [1])
    model = LearningModel()
    model.begin(turn)
    with pytest.raises(NotImplementedError, match="learned"):
        model.gains(turn, 1)
    with pytest.raises(NotImplementedError, match="gains"):
        OpponentModel().gains(turn, 1)


# -- weights of issues -------------------------------------------------------------------------


@given(
    ranges=st.lists(st.floats(0.01, 10), min_size=1, max_size=4),
    shift=st.floats(-5, 5),
    seed=st.integers(0, 99),
)
def test_the_weights_of_additive_utilities_are_found_exactly(
    ranges: list[float], shift: float, seed: int
) -> None:
    # Each issue's values run over its range, wherever the ends are.
    rng = np.random.default_rng(seed)
    shape = tuple(int(n) for n in rng.integers(2, 5, size=len(ranges)))
    tables = []
    for count, width in zip(shape, ranges, strict=True):
        evaluations = np.concatenate([[0.0, 1.0], rng.random(count - 2)])
        tables.append(width * rng.permutation(evaluations))
    space = space_of(*shape)
    weights = issue_weights(space, space.total(tables) + shift)
    assert list(weights) == pytest.approx([width / sum(ranges) for width in ranges])


def test_where_nothing_matters_no_issue_weighs_anything() -> None:
    assert list(issue_weights(space_of(2, 1, 3), np.full(6, 0.3))) == [0.0, 0.0, 0.0]
    assert list(issue_weights(space_of(2, 1), np.array([0.0, 2.0]))) == [1.0, 0.0]


# -- the product -------------------------------------------------------------------------------


def test_the_product_is_of_everybodys_gains_over_disagreement_where_it_is_rational() -> None:
    # Outcomes 1 to 3 are rational for the first; the third is a loss for the second.
    wants = (
        Wants((0.0, 1.0, 2.0, 5.0), 1.0),
        Wants((9.0, 4.0, 3.0, 1.0), 2.0),
        Wants((1.0, 2.0, 5.0, 9.0), 0.0),
    )
    talk = Domain((4,), wants).talk([Puppet(0)] * 3, 3)
    found = nash_product(knowing(talk), Perfect())
    assert list(found) == [0.0 * 2 * 2, 1.0 * 1 * 5, 0.0]
    # Seen from the second, for whom 0, 1 and 2 are.
    assert list(nash_product(knowing(talk, 1), Perfect())) == [0.0, 0.0, 5.0]
    # And from the third, whose worst is above its disagreement payoff.
    assert list(nash_product(knowing(talk, 2), Perfect())) == [0.0, 0.0, 5.0 * 1 * 1, 0.0]


def test_the_product_by_a_model_is_with_what_the_model_makes_of_the_partner() -> None:
    talk = pie(4).talk([Puppet(4), Puppet(1, 1, 2)], 5)
    talk.play(3)
    model = Frequency()
    model.begin(knowing(talk))
    # Offered twice and once, of two: 1 and a half.
    assert list(nash_product(talk.turns[0], model)) == [0.0, 1.0 * 1, 2.0 * 0.5, 0.0, 0.0]
