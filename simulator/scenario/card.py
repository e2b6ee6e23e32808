"""A scenario as a notebook shows it: who talks with whom about what."""

from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from simulator.markup import element, written
from simulator.scenario.specs import CountrySpec, Settings, TalkSpec
from simulator.text import level_text

__all__ = ["card"]

Countries = Mapping[str, CountrySpec]


def card(
    settings: Settings, digest: str, countries: Countries, talks: Mapping[str, TalkSpec]
) -> str:
    """Return a fragment of HTML: countries with their parts, and of each talk the issues.

    Parameters
    ----------
    settings : Settings
        The keys of the scenario outside its tables.
    digest : str
        Its hash.
    countries, talks : mapping
        By id.
    """
    box = element("div", *_head(settings, digest), _parts_of(countries))
    box.extend(_talk(talk, countries) for talk in talks.values())
    return written([box])


def _head(settings: Settings, digest: str) -> Iterator[Element]:
    yield element("p", element("strong", settings.title or settings.name))
    weeks = f"{settings.weeks} weeks from {settings.start}"
    yield element("p", f"{settings.name}: {weeks}, hash {digest[:12]}")


def _parts_of(countries: Countries) -> Element:
    parts = ("strategy", "compliance", "trust", "patience")
    rows = [
        [country.name, *(str(getattr(country, part)) for part in parts)]
        for country in countries.values()
    ]
    return _table(["country", *parts], rows)


def _talk(talk: TalkSpec, countries: Countries) -> Element:
    parties = " \u2013 ".join(countries[party].name for party in talk.parties)
    until = f", to {talk.deadline}" if talk.open and talk.deadline else ""
    rows = [
        [
            issue.name,
            countries[issue.obligor].name,
            ", ".join(map(level_text, issue.levels)),
            issue.unit,
        ]
        for issue in talk.issues
    ]
    title = element("summary", f"{parties} ({talk.id}{until})")
    return element("details", title, _table(["issue", "owed by", "levels", "unit"], rows))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Element:
    names = element("tr", *(element("th", name, scope="col", style=_LEFT) for name in head))
    lines = (element("tr", *(element("td", cell, style=_LEFT) for cell in row)) for row in rows)
    box = element("table", element("thead", names), element("tbody", *lines))
    return element("div", box, style="overflow-x: auto")


#: Cells begin at the left, also where a notebook would have it otherwise.
_LEFT = "text-align: left; vertical-align: top; padding-right: 1em"
