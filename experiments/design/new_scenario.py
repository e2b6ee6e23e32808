"""A first draft of a scenario: named countries, a talk of the first with each of the others.

What it says of them is the same of all: there is a tariff on either side and a purchase, and a
threat. Only the trade is theirs. Whoever wants more writes it; every line says what it is.
"""

import datetime
import re
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator import literals
from simulator.economy.names import named
from simulator.errors import InputError, Problem, nearest
from simulator.text import listing, visible

if TYPE_CHECKING:
    from simulator.economy.trade import Trade

__all__ = ["Draft", "new_scenario"]

#: Days from the start to the deadline, a Monday.
TALKING = datetime.timedelta(weeks=25)
#: Which part of the trade of two countries the largest purchase is.
BOUGHT = 0.1


@dataclass(frozen=True)
class Draft:
    """What a first draft goes by.

    Parameters
    ----------
    names : sequence of str
        Two countries or more, each once; the first talks with each of the others.
    start : date
        The first day.
    trade : Trade or None
        Where the countries' regions are; None if payoffs are to be given by hand.
    files : mapping of str to str
        The keys of `economy` that name the user's own files; empty for what ships.
    """

    names: Sequence[str]
    start: datetime.date
    trade: "Trade | None"
    files: dict[str, str]


@dataclass(frozen=True)
class _Country:
    id: str
    name: str
    region: str


def new_scenario(draft: Draft) -> str:
    """Return the scenario's file: TOML with comments, which can be played as it stands.

    Lines that begin with ``#`` and no blank can be put to use by taking it away.

    Raises
    ------
    InputError
        If a country is not known, is there twice, or is alone.
    """
    countries = _countries(draft)
    home, *others = countries
    parts = [_head(draft, countries), *map(_country, countries)]
    for other in others:
        parts += [_talk(draft, home, other), _threat(draft, home, other)]
    return "\n\n".join([*parts, _more(draft, home, others[0])]) + "\n"


# -- who ---------------------------------------------------------------------------------------


def _countries(draft: Draft) -> list[_Country]:
    """Return the countries by the names that a user gave."""
    problems: list[Problem] = []
    found: dict[str, _Country] = {}
    for name in draft.names:
        country = _named(draft, name)
        if isinstance(country, Problem):
            problems.append(country)
        elif country.id in found:
            problems.append(Problem("country", name, f"each once; {country.id} stands there twice"))
        else:
            found[country.id] = country
    if not problems and len(found) < 2:
        allowed = "two countries or more: the first talks with each of the others"
        problems.append(Problem("country", list(draft.names), allowed))
    if problems:
        raise InputError(problems)
    return list(found.values())


def _named(draft: Draft, name: str) -> _Country | Problem:
    if draft.trade is None:
        return _by_hand(name)
    return _of_own_trade(draft.trade.regions, name) if draft.files else _shipped(name)


def _by_hand(name: str) -> _Country | Problem:
    key = _id(name)
    if not key:
        return Problem("country", name, "a name with letters a to z, or digits")
    return _Country(key, _shown(name), "")


def _shipped(name: str) -> _Country | Problem:
    known, asked = named(), _id(name)
    if asked in known:
        return _Country(*known[asked])
    ids = dict.fromkeys(of.id for of in known.values())
    allowed = (
        f"a country of the trade data: {', '.join(ids)}; for others, --by-hand leaves payoffs to "
        "fill in, and --trade and --gdp take trade of your own"
    )
    return Problem("country", name, allowed, nearest(asked, list(known)))


def _of_own_trade(regions: Sequence[str], name: str) -> _Country | Problem:
    region = {region.lower(): region for region in regions}.get(name.strip().lower())
    if region is None:
        allowed = f"a region of the trade data: {', '.join(regions)}"
        return Problem("country", name, allowed, nearest(name, regions))
    return _Country(_id(region) or f"region-{regions.index(region) + 1}", _shown(region), region)


def _id(name: str) -> str:
    """Return a name as an id: small letters without accents, hyphens for what is no letter."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _shown(name: str) -> str:
    return " ".join(visible(name).split())


# -- what the file says ------------------------------------------------------------------------


def _head(draft: Draft, countries: Sequence[_Country]) -> str:
    home, *others = (country.name for country in countries)
    title = f"{home} talks with {listing(others)}"
    valued = "Tariffs and purchases are valued by the trade model, from trade and GDP."
    if draft.trade is None:
        valued = (
            "All of them are placeholders, as no trade data know these countries: put in what each "
            "level is worth to whom."
        )
    first = (
        "A first draft, to be changed: what is called assumed rests on nothing. It can be looked "
        "at, checked and played as it stands: tradetalks show, validate and run, with the name of "
        "this file. Lines that begin with # and no blank are put to use by taking it away. Every "
        "key is told in docs/reference/scenario.md."
    )
    payoffs = (
        "Payoffs are US$ bn a year, against the world without any deal. The first level of an "
        f"issue is what applies without a deal, and worth 0 to everybody. {valued}"
    )
    return f"""\
{_titled(title, "=")}
#
{_remark(first)}
#
{_remark(payoffs)}

name = {_quoted("-".join(country.id for country in countries))}
title = {_quoted(title)}

# Two years, in which an open talk holds five rounds a week: assumed.
start = {draft.start}
weeks = 104
rounds_per_week = 5

# How far the payoffs are uncertain, in every run anew: here by 15 %.
#valuation_sd = 0.15
valuation = {_quoted("table" if draft.trade is None else "economy")}

{_economy(draft, *countries[:2])}
{_titled("The countries")}
{_remark(_ASSUMED)}"""


_ASSUMED = (
    "How each offers and accepts (tradetalks strategies), keeps its word and learns to trust "
    "(tradetalks parts), and how patient it is a week: all of it assumed."
)


def _economy(draft: Draft, one: _Country, other: _Country) -> str:
    if draft.trade is None:
        return ""
    told = "Elasticity of trade: assumed, 2.5 to 6."
    if draft.files:
        told = f"Trade of your own, in files beside this one. {told}"
    files = "".join(f"{key} = {_quoted(name)}\n" for key, name in draft.files.items())
    return f"""
{_titled("The trade model")}
{_remark(told)}
[economy]
{files}elasticity = 4

# A tariff outside the talks, in per cent; on = "*" is on all others.
#[[economy.tariffs]]
#by = {_quoted(one.id)}
#on = {_quoted(other.id)}
#rate = 2

"""


def _country(country: _Country) -> str:
    region = f"region = {_quoted(country.region)}\n" if country.region else ""
    return f"""\
[countries.{country.id}]
name = {_quoted(country.name)}
{region}strategy = "time-dependent:exponent=2"
compliance = "reciprocal"
trust = "asymmetric:t0=0.6"
patience = 0.99"""


def _talk(draft: Draft, home: _Country, other: _Country) -> str:
    key = _talk_id(home, other)
    dates = (
        "Half a year to agree, four weeks to ratify, a term of a year, and a renewal that is "
        "talked about from eight weeks before its end: assumed."
    )
    return f"""\

{_titled(f"{home.name} and {other.name}")}
{_remark(dates)}
[talks.{key}]
parties = [{_quoted(home.id)}, {_quoted(other.id)}]
deadline = {draft.start + TALKING}
ratify_weeks = 4
term_weeks = 52
renew_weeks = 8

# Those at home who have to pass a deal: what they must get of it, US$ bn a year.
#audience.{other.id} = {{ threshold = 0, noise = 0 }}

{_tariff(draft, key, home, other)}

{_tariff(draft, key, other, home)}

{_purchases(draft, key, home, other)}"""


def _talk_id(home: _Country, other: _Country) -> str:
    return f"{home.id}-{other.id}"


def _tariff(draft: Draft, talk: str, by: _Country, on: _Country) -> str:
    name = f"{_possessive(by.name)} tariff"
    told = f"{name}, on half of {_possessive(on.name)} goods: levels and share assumed."
    worth = f"tariff = {{ on = {_quoted(on.id)}, share = 0.5 }}"
    if draft.trade is None:
        told = f"{name}: levels assumed, and what they are worth are placeholders."
        worth = f"payoffs.{by.id} = [0, -1, -2]\npayoffs.{on.id} = [0, 3, 5]"
    return f"""\
{_remark(told)}
[[talks.{talk}.issues]]
id = "tariff-of-{by.id}"
name = {_quoted(name)}
obligor = {_quoted(by.id)}
unit = "%"
levels = [10, 5, 0]
{worth}"""


def _purchases(draft: Draft, talk: str, home: _Country, other: _Country) -> str:
    name, most = f"{_possessive(other.name)} purchases", 10.0
    told = f"{name}: levels assumed, and what they are worth are placeholders."
    worth = f"payoffs.{home.id} = [0, 1, 2]\npayoffs.{other.id} = [0, -0.2, -0.5]"
    if draft.trade is not None:
        traded = _exports(draft.trade, home, other) + _exports(draft.trade, other, home)
        most = _rounded(BOUGHT * traded) or 1.0
        told = (
            f"What {other.name} buys more of {home.name}, up to about a tenth of their trade of "
            f"{traded:,.3g} bn. Of each dollar {home.name} gains the share gain, and {other.name} "
            "loses the share cost: assumed."
        )
        worth = f"purchase = {{ of = {_quoted(home.id)}, gain = 0.15, cost = 0.03 }}"
    return f"""\
{_remark(told)}
[[talks.{talk}.issues]]
id = "purchases-of-{other.id}"
name = {_quoted(name)}
obligor = {_quoted(other.id)}
unit = "US$ bn"
levels = [0, {most / 2:g}, {most:g}]
{worth}"""


def _threat(draft: Draft, home: _Country, other: _Country) -> str:
    told = f"What {home.name} says it will do at the deadline without a deal"
    worth = f"tariff = {{ on = {_quoted(other.id)}, share = 0.5, rate = 25, instead = 10 }}"
    if draft.trade is None:
        told = f"{told}, with placeholders for what it is worth: assumed."
        worth = f"payoffs = {{ {home.id} = -0.5, {other.id} = -2 }}"
    else:
        told = f"{told}, 25 % in place of 10: assumed."
    return f"""\
{_remark(f"{told} Without this table nobody threatens.")}
[[threats]]
talk = {_quoted(_talk_id(home, other))}
by = {_quoted(home.id)}
announced = {draft.start}
{worth}"""


def _more(draft: Draft, home: _Country, other: _Country) -> str:
    past, later = draft.start - datetime.timedelta(weeks=40), draft.start + TALKING / 5
    kept = (
        "A promise kept or broken before the start, from 0 (broken) to 1 (kept), and how much was "
        "at stake, from 0 to 1."
    )
    return f"""\

{_titled("What there may be besides")}
{_remark(kept)}
#[[history]]
#date = {past}
#what = "an agreement that was set aside"
#obligor = {_quoted(home.id)}
#beneficiaries = [{_quoted(other.id)}]
#quality = 0
#stake = 0.3

# Something that happens on a date: here a country loses patience.
#[[events]]
#date = {later}
#what = "elections are called"
#set = {{ "countries.{home.id}.patience" = 0.97 }}"""


# -- words and numbers -------------------------------------------------------------------------


def _titled(title: str, rule: str = "-") -> str:
    return f"# {title}\n# {rule * len(title)}"


def _remark(text: str) -> str:
    """Return a text as a comment of several lines."""
    return textwrap.fill(text, 99, initial_indent="# ", subsequent_indent="# ")


def _quoted(text: str) -> str:
    # As in a list, where texts are always quoted.
    return literals.write([text])[1:-1]


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _exports(trade: "Trade", seller: _Country, buyer: _Country) -> float:
    flows = trade.flows[trade.regions.index(seller.region)]
    return float(flows[trade.regions.index(buyer.region)])


def _rounded(value: float) -> float:
    """Return a number rounded to its first digit, 0 for 0."""
    return float(f"{value:.1g}")
