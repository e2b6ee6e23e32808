"""What is written in a format is read back as the same domain."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from simulator.domains.domain import Domain, Profile
from simulator.domains.read import read_domain
from simulator.domains.write import FORMATS, format_domain, losses, notes
from simulator.errors import DomainError
from simulator.negotiation.issues import Issue
from tests.generators import file_domains

ORACLES = Path(__file__).parents[2] / "oracles" / "negotiation.json"
CASES = json.loads(ORACLES.read_text(encoding="utf-8"))["cases"]
#: Cases with utilities of up to 2, and of up to 1.000001, which Genius cuts to 1.
ABOVE_1 = {"G15_skewed_scales", "G08_big_micro_micro_reserved"}


def put(domain: Domain, format: str, folder: Path) -> Path:
    """Write a domain to a folder, and return what `read_domain` is to be given."""
    texts = format_domain(domain, format)
    if isinstance(texts, str):
        texts = {"talk.toml": texts}
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def assert_same(one: Domain, other: Domain) -> None:
    assert [issue.id for issue in one.issues] == [issue.id for issue in other.issues]
    assert [tuple(map(str, issue.levels)) for issue in one.issues] == [
        tuple(map(str, issue.levels)) for issue in other.issues
    ]
    np.testing.assert_allclose(one.utilities, other.utilities, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(one.reservations, other.reservations)
    assert [p.discount for p in one.profiles] == [p.discount for p in other.profiles]


def undiscounted(domain: Domain) -> Domain:
    return replace(domain, profiles=tuple(replace(p, discount=1.0) for p in domain.profiles))


def oracle(case: dict[str, Any]) -> Domain:
    issues = tuple(Issue(name, tuple(levels)) for name, levels in case["issues"].items())
    profiles = tuple(
        Profile(
            party["name"],
            tuple(party["weights"]),
            tuple(np.array(values) for values in party["values"]),
            party["reserved_value"],
        )
        for party in case["parties"]
    )
    return Domain(case["id"], issues, profiles)


@settings(max_examples=60, deadline=None)
@given(domain=file_domains())
def test_a_talk_file_holds_everything(domain: Domain, tmp_path_factory: Any) -> None:
    back = read_domain(put(domain, "tradetalks", tmp_path_factory.mktemp("made") / "x"))
    assert_same(domain, back)
    assert [i.levels for i in back.issues] == [i.levels for i in domain.issues]
    assert [p.weights for p in back.profiles] == [p.weights for p in domain.profiles]
    assert [p.name for p in back.profiles] == [p.name for p in domain.profiles]


@settings(max_examples=60, deadline=None)
@given(domain=file_domains().map(undiscounted))
def test_negolog_files_keep_all_utilities(domain: Domain, tmp_path_factory: Any) -> None:
    assert losses(domain, "negolog") == []
    assert_same(domain, read_domain(put(domain, "negolog", tmp_path_factory.mktemp("made") / "x")))


@settings(max_examples=60, deadline=None)
@given(domain=file_domains(largest=1))
def test_genius_files_keep_all_utilities(domain: Domain, tmp_path_factory: Any) -> None:
    assert losses(domain, "genius") == []
    assert_same(domain, read_domain(put(domain, "genius", tmp_path_factory.mktemp("made") / "x")))


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_oracles_domains_survive_every_format(
    case: dict[str, Any], format: str, tmp_path: Path
) -> None:
    domain = oracle(case)
    cut = format == "genius" and case["id"] in ABOVE_1
    assert bool(losses(domain, format)) is cut
    capped = [replace(profile, cap=1.0) for profile in domain.profiles]
    kept = replace(domain, profiles=tuple(capped)) if cut else domain
    assert_same(kept, read_domain(put(domain, format, tmp_path / "x")))


@pytest.mark.parametrize("format", FORMATS)
def test_seats_stay_in_their_order_whatever_the_names(format: str, tmp_path: Path) -> None:
    issues = (Issue("price", ("low", "high")),)
    profiles = [Profile(name, (k / 20,), (np.array([0.0, 1.0]),)) for k, name in enumerate("zab")]
    more = [Profile(f"p{k}", (k / 20,), (np.array([0.0, 1.0]),)) for k in range(3, 12)]
    domain = Domain("three", issues, (*profiles, *more))
    back = read_domain(put(domain, format, tmp_path / "x"))
    assert [p.weights for p in back.profiles] == [(k / 20,) for k in range(12)]


def test_names_stay_in_genius_files_where_their_order_allows(tmp_path: Path) -> None:
    issues = (Issue("price", ("low", "high")),)
    profiles = tuple(Profile(n, (1.0,), (np.array([0.0, 1.0]),)) for n in ("buyer", "seller"))
    back = read_domain(put(Domain("d", issues, profiles), "genius", tmp_path / "market"))
    assert [p.name for p in back.profiles] == ["buyer", "seller"]
    assert back.name == "market"


# -- losses ------------------------------------------------------------------------------------


def one(weight: float = 1.0, **terms: Any) -> Domain:
    profile = Profile("a", (weight,), (np.array([0.0, 1.0]),), **terms)
    return Domain("d", (Issue("price", (1, 2)),), (profile,))


@pytest.mark.parametrize(
    ("domain", "format", "lost"),
    [
        (one(discount=0.5), "negolog", ["profile 'a': the discount of 0.5"]),
        (one(2.0, cap=1.0), "negolog", ["profile 'a': the cap of its utilities, 1"]),
        (one(0.5, cap=1.0), "negolog", []),
        (one(2.0, cap=1.0), "genius", []),
        (one(0.5, cap=0.4), "genius", ["profile 'a': the cap of its utilities, 0.4"]),
        (one(2.0, discount=0.5), "tradetalks", []),
    ],
)
def test_what_a_format_cannot_hold_is_named(domain: Domain, format: str, lost: list[str]) -> None:
    assert losses(domain, format) == lost


@pytest.mark.parametrize("cap", [None, 1.5])
def test_utilities_that_genius_would_cut_are_named(cap: float | None) -> None:
    (loss,) = losses(one(2.0, cap=cap), "genius")
    assert "utilities above 1, of up to 2" in loss


def test_numbers_that_become_texts_are_noted() -> None:
    assert notes(one(), "tradetalks") == []
    for format in ("negolog", "genius"):
        assert notes(one(), format) == ["issue 'price': levels that are numbers become texts"]


@pytest.mark.parametrize("name", [" price", "pri  ce", "price\x01", "pri\nce"])
def test_a_name_that_xml_would_change_is_refused(name: str) -> None:
    domain = replace(one(), issues=(Issue(name, ("a", "b")),))
    with pytest.raises(DomainError, match="without stray blanks"):
        format_domain(domain, "genius")


def test_negolog_has_letters_for_26_parties() -> None:
    domain = replace(one(), profiles=one().profiles * 27)
    with pytest.raises(DomainError, match="profiles: 27: at most 26 parties"):
        format_domain(domain, "negolog")
