"""The arrays of a compiled world: what a scenario says, and how a run stands.

Sizes: stages of the scenario (S), countries (C), nodes that news may be about (M), talks (K), seats
(P), issues (I), levels (L), threats (T), deals (D), periods (X). What talks have fewer of than
others is filled up.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ACCOUNT",
    "COALITION",
    "CONDUCT",
    "COUNTRY",
    "DEAL",
    "ENTRY",
    "EVENT",
    "ISSUE",
    "MODEL",
    "PEER",
    "PERIOD",
    "RUN",
    "SEAT",
    "SETTINGS",
    "STANDING",
    "TALKS",
    "THREAT",
    "TRACK",
    "Logs",
    "Plan",
    "World",
]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.uint64]
Record = Any
Fields = list[tuple[str, type]]


def _whole(*names: str) -> Fields:
    return [(name, np.int64) for name in names]


def _real(*names: str) -> Fields:
    return [(name, np.float64) for name in names]


def _flag(*names: str) -> Fields:
    return [(name, np.bool_) for name in names]


def _word(*names: str) -> Fields:
    return [(name, np.uint64) for name in names]


#: A model of trust: which, and its parameters in an order of its own.
MODEL = np.dtype([("kind", np.int64), ("by", np.float64, (10,))])

SETTINGS = np.dtype(
    [
        *_whole("weeks", "rounds_per_week"),
        *_real("disregard", "good_news", "passed", "valuation_sd"),
        *_flag("reciprocity"),
    ]
)
COUNTRY = np.dtype(
    [
        *_real("patience", "discounting", "benchmark"),
        *_real("shock", "shock_stake", "shock_quality"),  # a chance below 0: no shocks
        *_word("shock_key"),
        *_whole("policy", "periods"),
        *_real("chance", "middle", "sd"),
        ("trust", MODEL),
        ("credibility", MODEL),
    ]
)
TALKS = np.dtype(
    [
        *_whole("parties", "issues", "outcomes"),
        *_whole("vectors", "pairs", "grid"),  # where its vectors begin, of seats, pairs and issues
        *_whole("kinds", "most"),  # of supposed shapes, and levels of an issue at most
        *_whole("tables", "misfits", "likely", "supposed"),  # where those of models begin
        *_flag("open"),
        *_whole("opens", "deadline"),  # days
        *_whole("review", "ratify", "term", "renew", "renegotiate", "cooling"),  # -1 for none
    ]
)
SEAT = np.dtype(
    [
        *_whole("country", "strategy"),
        *_flag("blind", "audience"),
        *_real("threshold", "noise"),
        *_word("audience_key"),
    ]
)
ISSUE = np.dtype([*_whole("levels", "obligor", "status_quo"), *_flag("enforced", "bond", "short")])
THREAT = np.dtype(
    [
        *_whole("talk", "by", "country", "issue", "level", "answers", "coalition"),
        *_whole("announced", "day", "weeks"),
        *_flag("at_deadline", "suspended"),
        *_real("cost", "extend", "grows", "after"),
        *_word("key"),
    ]
)
COALITION = np.dtype(_flag("part_ends"))
#: What a peer has that a party compares with: an issue of another talk.
PEER = np.dtype(
    [*_whole("talk", "seat", "issue", "other", "other_issue"), *_flag("numeric", "unit")]
)
EVENT = np.dtype(
    [
        *_whole("week", "stage", "talk", "seat"),  # talk and seat of a disregard, or -1
        *_whole("by", "kind"),  # whom it is evidence of, or -1; 0 promise, 1 threat
        *_real("quality", "stake"),
    ]
)


class Plan(NamedTuple):
    """What a scenario says, stage by stage."""

    settings: Record  # (S,)
    countries: Record  # (S, C)
    talks: Record  # (S, K)
    seats: Record  # (S, K, P)
    parts: Record  # (S, K, P): strategies
    issues: Record  # (S, K, I)
    material: Floats  # (S, K, P, I, L): payoffs, all weights 1
    weighted: Floats  # (S, K, P, I, L)
    weights: Floats  # (S, K, P, I): of the audience
    face: Floats  # (S, K, P, I)
    assurance: Floats  # (S, K, I, L)
    threats: Record  # (S, T)
    payoffs: Floats  # (S, T, P): of threats about no issue
    towards: Flags  # (S, C, M): of shocks
    hearing: Floats  # (S, C, C, M): how strongly one hears of what another did to a node
    coalitions: Record  # (Q,)
    members: Whole  # (Q, K): seat of the member, -1
    against: Whole  # (Q, K): seat of whom it is against, -1
    peers: Record  # (X,)
    same: Whole  # (X, L): own level that is the same as each of the peer's, -1
    counts: Whole  # (K, I): levels
    levels: Floats  # (K, I, L): as numbers
    order: Whole  # (K, I, L): by rising number
    events: Record  # (E,)
    withdraws: Flags  # (E, T)
    concerns: Flags  # (E, M)
    grid: Whole  # level of every issue in every outcome, talk by talk, flat
    scaled: Floats  # the same over one range, flat
    ranks: Floats  # (K, I): what the Bayesian model supposes, likewise below
    shapes: Floats  # flat: (I, shapes, levels), talk by talk
    kinds: Whole  # (K, I)
    memories: Record  # (K, P): keys of draws, likewise below
    pairs: Record  # (K, P, P)
    values: Words  # (K, P, I)
    pledges: Words  # (K, P, D)
    conducts: Words  # (K, P, D)
    shortfalls: Words  # (K, I, D)
    spares: Words  # (T, D)
    trust: Floats  # (C, C, 4): at the start
    credibility: Floats  # (C, C, 4)
    deals: Whole  # initial deals: talk, week and levels, (D, 2 + I)


TRACK = np.dtype(
    [
        *_whole("openings", "week", "start", "occasion", "breakers", "periods", "ends"),
        *_whole("rounds", "opening"),
        *_whole("paid_deal", "paid_period", "paid_stance"),  # what flows were worked out for
        *_flag("talking", "begun", "meets", "ends_ever"),
        *_whole("pending", "deal", "expires", "next_review", "made"),  # deals: numbers, or -1
        *_whole("opens", "length", "renewed", "about", "about_review"),
    ]
)
STANDING = np.dtype(
    [*_flag("stands", "due", "acts"), *_whole("given", "day", "extended"), *_real("times")]
)
DEAL = np.dtype([*_whole("talk", "number", "outcome", "signed", "status", "last")])
PERIOD = np.dtype([*_whole("deal", "start", "before", "number")])
ENTRY = np.dtype(_whole("week", "deal", "status"))
CONDUCT = np.dtype(_whole("by", "kind"))
ACCOUNT = np.dtype(_real("material", "weighted", "cumulative", "discount"))
RUN = np.dtype(
    [
        *_word("fold"),
        *_whole("week", "stage", "shocks", "prevented"),
        *_whole("stance"),  # goes up when threats or values change
        *_whole("deals", "periods", "entries", "conducts"),
        *_whole("acts", "offers", "performances", "openings"),
        *_whole("failed"),  # for want of room, or 0
    ]
)


class World(NamedTuple):
    """How a run stands."""

    run: Record  # (1,)
    trust: Floats  # (C, C, 4)
    credibility: Floats  # (C, C, 4)
    believed: Floats  # (2, C, C): trust and credibility as numbers
    tracks: Record  # (K,)
    threats: Record  # (T,): as they stand
    means: Floats  # (T, P, 3): what each is worth, material, weighted and to the audience
    withdrawn: Flags  # (T,)
    acted: Whole  # (5,): how often each thing became of a threat
    forced: Flags  # (K, P)
    deals: Record  # (D,)
    agreed: Whole  # (D, I): levels
    periods: Record  # (X,)
    quality: Floats  # (X, I)
    refrains: Floats  # (X, P)
    owes: Whole  # (X, P): 0 nothing, 1 commitments, 2 to refrain from a threat
    overall: Floats  # (X, P)
    excused: Flags  # (X, P)
    spared: Flags  # (X, T)
    entries: Record  # (E,)
    conducts: Record  # (Q,)
    towards: Flags  # (Q, M)
    qualities: Floats  # (Q, M)
    stakes: Floats  # (Q, M)
    accounts: Record  # (C,)
    flows: Floats  # (K, P, 2): what each party gets a year
    factors: Floats  # (K, P, I)
    values: Floats  # (K, P, I, L): weighted, as they count in this run
    expected: Floats  # flat: (P, N) talk by talk, likewise below
    options: Floats
    allowed: Floats
    bargained: Floats
    faith: Floats  # at full faith, in the eyes of the audience
    penalties: Floats  # for falling short of what peers have
    bars: Floats  # (K, P, I): the value of what the best-treated peer has, NaN without one
    promised: Floats  # flat: (P, P, N)
    measures: Record  # (K, P)
    talk: Record  # (K, 1): what follows is the rooms of the talks
    offers: Record  # (K, offers)
    memory: Record  # (K, P)
    pairs: Record  # (K, P, P)
    sent: Whole  # (K, P, offers)
    was_sent: Flags  # flat
    given: Floats  # (K, P, P, offers)
    tables: Floats  # flat: (P, P, I, L)
    misfits: Floats  # flat: (P, P, I, I, shapes)
    likely: Floats  # flat: (I, shapes)
    gains: Floats  # flat: (P, P, N)
    ahead: Floats  # (K, P, 2, proposals)
    weights: Floats  # (K, P, I)


class Logs(NamedTuple):
    """What is written down of a run, as far as it is asked for: room for none is none."""

    offers: Whole  # (rows, 6): week, talk, opening, round, seat, outcome
    expected: Floats  # (rows, P)
    openings: Whole  # (rows, 5): talk, opening, week, state, offers
    signings: Floats  # (deals, P + 1, outcomes): expected, and disagreement payoffs first
    performances: Floats  # (rows, 9)
    trust: Floats  # (weeks, 2, C, C)
    payoffs: Floats  # (weeks, C, 3)
    acts: Floats  # (rows, 6)
