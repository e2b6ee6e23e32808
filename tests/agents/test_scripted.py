from typing import Any

import numpy as np
import pytest

from agents.scripted import ScriptedOffers
from simulator.errors import PartError, StrategyError
from simulator.negotiation.issues import Issue, OutcomeSpace
from simulator.negotiation.negotiator import Negotiator
from simulator.negotiation.offers import Offer
from simulator.negotiation.payoffs import Preferences, Vector
from simulator.negotiation.talk import Talk, TalkState
from tests.agents.strategies.conformance import Conformance
from tests.negotiations import Domain, Puppet, Wants, pie


class TestScripted(Conformance):
    name = "scripted"
    rational_offers = False

    def make(self, space: OutcomeSpace, variant: int = 0) -> Negotiator:
        last = space.size - 1
        script = [space.values((last - k * (variant + 1)) % space.size) for k in range(variant + 1)]
        return ScriptedOffers(offers=script)


SPACE = OutcomeSpace([Issue("tariff", (25, 15.0, 2.5)), Issue("rice", ("none", "some", "all"))])
RISING: Vector = np.arange(9.0)


def negotiated(*scripts: list[Any], rounds: int = 4) -> Talk:
    preferences = [Preferences(RISING, 0.0), Preferences(RISING[::-1].copy(), 0.0)]
    negotiators = [ScriptedOffers(offers=script) for script in scripts]
    talk = Talk(SPACE, negotiators, preferences, rounds)
    talk.play()
    return talk


def test_it_plays_levels_tables_and_the_last_offer_for_ever_after() -> None:
    first = [[2.5, "all"], {"tariff": 2.5, "rice": "some"}]
    talk = negotiated(first, [{"tariff": 15}, {"rice": "some"}, {}], rounds=4)
    assert [o.outcome for o in talk.offers] == [8, 3, 7, 1, 7, 0, 7, 0]
    assert talk.state is TalkState.TIMED_OUT


def test_it_accepts_what_pays_as_much_as_what_it_would_play() -> None:
    talk = pie(4).talk([Puppet(1, 2), ScriptedOffers(offers=[[0], [2]])], 5)
    assert talk.play() is TalkState.AGREED
    assert talk.offers == [Offer(0, 0, 1), Offer(0, 1, 0), Offer(1, 0, 2)]


def test_it_plays_but_does_not_accept_what_is_irrational() -> None:
    loss = Wants((-1.0, -1.0, 5.0), 0.0)
    talk = Domain((3,), (loss, loss)).talk([Puppet(1), ScriptedOffers(offers=[[0]])], 2)
    assert talk.play() is TalkState.TIMED_OUT
    assert [o.outcome for o in talk.offers] == [1, 0, 1, 0]


def test_an_empty_script_walks_away_at_once() -> None:
    for seat in (0, 1):
        seated: list[Negotiator] = [Puppet(0), Puppet(0)]
        seated[seat] = ScriptedOffers()
        talk = pie(2).talk(seated, 5)
        assert talk.play() is TalkState.BROKEN
        assert (talk.round, talk.walked_away) == (1, seat)


@pytest.mark.parametrize(
    ("offer", "reason"),
    [
        ([25], "1 levels for 2 issues"),
        ([25, "none", 3], "3 levels for 2 issues"),
        ([24, "none"], "level: 24: allowed: 25, 15.0, 2.5"),
        ([25, "most"], "level: 'most': allowed: none, some, all"),
        ([25, "sone"], "level: 'sone': allowed: none, some, all; did you mean 'some'?"),
        ({"rise": "all"}, "issue: 'rise': allowed: tariff, rice; did you mean 'rice'?"),
    ],
)
def test_an_offer_that_the_talk_does_not_know_is_refused_at_its_opening(
    offer: Any, reason: str
) -> None:
    with pytest.raises(StrategyError, match=f"'ScriptedOffers'.*'talk'.*{reason}"):
        negotiated([offer], [[25, "none"]])


@pytest.mark.parametrize("offers", ["all", [25, 15], [[25, "none"], "all"], [2.5]])
def test_a_script_that_is_no_list_of_offers_is_refused(offers: Any) -> None:
    with pytest.raises(PartError, match="scripted:offers"):
        ScriptedOffers(offers=offers)
