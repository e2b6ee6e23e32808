"""What is read of a folder or a file: the format, the profiles and their seats."""

from pathlib import Path

import numpy as np
import pytest

from simulator.domains.read import read_domain
from simulator.errors import DomainError
from tests.simulator.domains.test_genius import PROFILE, TEMPLATE

LOG = (
    '{"reservationValue": 0.25, "issueWeights": {"price": 2, "colour": 0.5}, '
    '"issues": {"price": {"low": 0, "high": 1}, "colour": {"red": 3, "blue": -1}}}'
)
WEB = (
    '{"LinearAdditiveUtilitySpace": {"name": "p", "issueUtilities": {"price": {"discreteutils": '
    '{"valueUtilities": {"low": 0, "high": 1}}}}, "issueWeights": {"price": 1}}}'
)
TALK = """
[[issues]]
name = "price"
levels = ["low", 2, 2.5]

[[profiles]]
name = "buyer"
reservation = 0.5
discount = 0.9
cap = 1.5
weights.price = 2
values.price = [1, 0.5, 0]

[[profiles]]
name = "seller"
values = { price = [0, 0.5, 1] }
"""


def put(folder: Path, **files: str) -> Path:
    """Write files whose names have two underscores where the point stands."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def refused(path: Path, *named: str, grid: int = 11) -> str:
    with pytest.raises(DomainError) as caught:
        read_domain(path, named or None, grid=grid)
    return str(caught.value)


@pytest.fixture
def genius(tmp_path: Path) -> Path:
    texts = {f"p{k}__xml": PROFILE.replace('"0.3"', f'"0.{k}"') for k in (3, 1, 2)}
    return put(tmp_path / "market", a__xml=TEMPLATE, **texts)


def test_profiles_take_seats_in_sorted_order_of_the_files(genius: Path) -> None:
    domain = read_domain(genius)
    assert [profile.name for profile in domain.profiles] == ["p1", "p2", "p3"]
    assert domain.reservations.tolist() == [0.1, 0.2, 0.3]
    assert domain.name == "market"


def test_so_many_profiles_as_there_are_seats_are_taken_and_read(genius: Path) -> None:
    put(genius, p3__xml=PROFILE.replace('"50"', '"null"'), p4__xml="no XML at all")
    assert len(read_domain(genius, seats=2).profiles) == 2
    assert "p3.xml" in str(refused(genius, "p3.xml"))
    with pytest.raises(DomainError, match=r"p4\.xml"):
        read_domain(genius)


def test_named_profiles_take_seats_as_they_are_named(genius: Path) -> None:
    domain = read_domain(genius, ["p3.xml", genius / "p1.xml", "p3.xml"])
    assert domain.reservations.tolist() == [0.3, 0.1, 0.3]


def test_a_domain_file_stands_for_its_folder(genius: Path) -> None:
    assert len(read_domain(genius / "a.xml").profiles) == 3
    assert read_domain(genius / "a.xml", ["p2.xml"]).reservations.tolist() == [0.2]


def test_a_profile_alone_is_a_domain_of_one_party(genius: Path) -> None:
    domain = read_domain(genius / "p2.xml")
    assert domain.reservations.tolist() == [0.2]
    assert domain.issues[1].levels == ("red", "blue", "green")
    both = read_domain(genius / "p2.xml", ["p1.xml"])
    assert both.reservations.tolist() == [0.2, 0.1]


def test_a_profile_that_is_named_as_the_domain_and_as_a_profile_is_one_party(genius: Path) -> None:
    both = read_domain(genius / "p2.xml", ["p1.xml", "p2.xml"])
    assert both.reservations.tolist() == [0.1, 0.2]


def test_a_number_that_is_too_large_is_refused_with_the_limit(tmp_path: Path) -> None:
    put(tmp_path, x__toml=TALK.replace("[1, 0.5, 0]", "[1, 1e308, 0]"))
    assert "1e+308: a finite number, at most 1e+15 in size" in refused(tmp_path)


def test_long_names_are_cut_in_messages(tmp_path: Path) -> None:
    long = "x" * 5_000_000
    put(tmp_path, a__xml=TEMPLATE, p__xml=PROFILE.replace('value="low"', f'value="{long}"'))
    assert len(refused(tmp_path)) < 2_000


def test_a_folder_of_several_domains_wants_one_named_with_its_profiles(genius: Path) -> None:
    put(genius, b__xml=TEMPLATE.replace("red", "RED"))
    assert "there are a.xml, b.xml: name one of these files, with --profiles" in refused(genius)
    message = refused(genius / "a.xml")
    assert "profiles named like a.xml" in message
    assert "with --profiles, of p1.xml, p2.xml, p3.xml" in message
    assert len(read_domain(genius / "a.xml", ["p1.xml", "p2.xml"]).profiles) == 2


# As in the collections of the competitions of 2012 and later.
def test_of_several_domains_one_takes_the_profiles_that_are_named_like_it(tmp_path: Path) -> None:
    files = {f"{name}-domain__xml": TEMPLATE for name in ("Barter", "Barter-A", "Car")}
    profiles = ("Barter-A-prof2", "Barter-A-prof1", "Barter-prof1", "Car-prof1", "Cargo-prof1")
    put(tmp_path, **files, **{f"{name}__xml": PROFILE for name in profiles})
    found = {
        name: [p.name for p in read_domain(tmp_path / f"{name}-domain.xml").profiles]
        for name in ("Barter", "Barter-A", "Car")
    }
    assert found == {
        "Barter": ["Barter-prof1"],
        "Barter-A": ["Barter-A-prof1", "Barter-A-prof2"],
        "Car": ["Car-prof1"],
    }


def test_a_name_that_goes_on_within_a_word_is_no_likeness(tmp_path: Path) -> None:
    put(tmp_path, a__xml=TEMPLATE, b__xml=TEMPLATE, alice__xml=PROFILE, b_bob__xml=PROFILE)
    assert "profiles named like a.xml" in refused(tmp_path / "a.xml")
    assert [p.name for p in read_domain(tmp_path / "b.xml").profiles] == ["b_bob"]


@pytest.mark.parametrize("text", ["[1, 2]", "null", "{}"])
def test_a_file_that_might_have_been_a_profile_is_named(text: str, tmp_path: Path) -> None:
    put(tmp_path, profileA__json=LOG, profileB__json=text, notes__toml="x = 1")
    *_, remark = read_domain(tmp_path).remarks
    assert "neither a domain nor a profile of NegoLog: profileB.json" in remark
    assert "notes.toml" not in remark


def test_a_page_in_place_of_a_domain_is_named(genius: Path) -> None:
    put(genius, a__xml="<!DOCTYPE html><html><body>404</body></html>")
    (remark,) = read_domain(genius).remarks
    assert "a.xml" in remark
    put(genius, a__xml=TEMPLATE, p1__xml="<html/>", p2__xml="<html/>", p3__xml="<html/>")
    assert "p1.xml, p2.xml, p3.xml" in refused(genius)


def test_an_unknown_profile_is_refused_with_the_nearest(genius: Path) -> None:
    message = refused(genius, "p1.xml", "p5.xml")
    assert "profiles: 'p5.xml'" in message
    assert "there are: p1.xml, p2.xml, p3.xml" in message
    assert "did you mean 'p" in message
    assert "a profile of Genius" in refused(genius, "a.xml")


def test_a_folder_of_two_formats_is_refused(genius: Path) -> None:
    put(genius, q__json=LOG)
    assert "files of one format; there are p3.xml of Genius, q.json of NegoLog" in refused(genius)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "a folder with a domain of Genius, NegoLog or GeniusWeb, or a talk file"),
        ({"x__json": "[1, 2]", "y__toml": "a = 1", "z__xml": "<a/>"}, "a folder with a domain"),
        ({"a__xml": TEMPLATE}, "one with profiles of Genius"),
        ({"x__json": "{"}, "well-formed JSON"),
        ({"x__toml": "issues = ["}, "TOML"),
        ({"x__toml": TALK, "y__toml": TALK}, "there are x.toml, y.toml"),
    ],
)
def test_a_folder_without_a_domain_is_refused(
    files: dict[str, str], message: str, tmp_path: Path
) -> None:
    assert message in refused(put(tmp_path, **files))


def test_a_file_of_no_format_is_refused(tmp_path: Path) -> None:
    put(tmp_path, x__json="[1, 2]")
    assert "a domain or a profile of Genius, NegoLog or GeniusWeb" in refused(tmp_path / "x.json")
    assert "a file that exists" in refused(tmp_path / "nowhere")


def test_a_grid_has_two_values(tmp_path: Path) -> None:
    assert "grid: 1: 2 or more values" in refused(tmp_path, grid=1)


# -- NegoLog -----------------------------------------------------------------------------------


def test_weights_and_values_of_negolog_count_as_written(tmp_path: Path) -> None:
    mirrored = LOG.replace("0.25", "0.75").replace('"low": 0, "high": 1', '"high": 0, "low": 1')
    domain = read_domain(
        put(tmp_path, profileA__json=LOG, profileB__json=mirrored, specs__json="{}")
    )
    np.testing.assert_array_equal(domain.utilities[:, 0], [1.5, -0.5, 3.5, 1.5])
    np.testing.assert_array_equal(domain.utilities[:, 1], [3.5, 1.5, 1.5, -0.5])
    assert domain.reservations.tolist() == [0.25, 0.75]
    assert [(p.cap, p.discount) for p in domain.profiles] == [(None, 1), (None, 1)]


def test_negolog_without_a_reservation_value_has_0(tmp_path: Path) -> None:
    text = LOG.replace('"reservationValue": 0.25, ', "")
    assert read_domain(put(tmp_path, profileA__json=text)).reservations.tolist() == [0]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"low": 0', '"lo": 0', "issues.price.lo: 'lo': a value that the domain has; did you mean"),
        ('"low": 0, ', "", "issues.price.low: missing: a finite number"),
        ('"low": 0', '"low": true', "issues.price.low: true: a finite number"),
        ('"price": 2, ', "", "issueWeights.price: missing"),
        ('"price": 2', '"prize": 2', "issueWeights.prize: 'prize': an issue"),
        ('"issueWeights"', '"issueWeight"', "issueWeights: missing: a table"),
        ("0.25", '"0.25"', "reservationValue: '0.25': a finite number"),
        ("0.25", "1e400", "reservationValue: inf: a finite number"),
        ('{"red": 3, "blue": -1}', "{}", "issues.colour: {}: a table"),
    ],
)
def test_a_negolog_profile_that_does_not_fit_is_refused(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    put(tmp_path, profileA__json=LOG, profileB__json=LOG.replace(old, new))
    text = refused(tmp_path)
    assert "profileB.json:\n" in text
    assert message in text


# -- GeniusWeb ---------------------------------------------------------------------------------


def web(utilities: str, weights: str, more: str = "") -> str:
    body = f'"issueUtilities": {{{utilities}}}, "issueWeights": {{{weights}}}{more}'
    return f'{{"LinearAdditiveUtilitySpace": {{{body}}}}}'


NUMBERS = '{"lowValue": 1, "lowUtility": 0.2, "highValue": 3, "highUtility": 1}'


@pytest.mark.parametrize("kind", ["numberutils", "NumberValueSetUtilities"])
def test_the_steps_of_a_range_are_the_levels_of_an_issue(kind: str, tmp_path: Path) -> None:
    domain = '{"name": "d", "issuesValues": {"n": {"range": {"low": 1, "high": 3, "step": 0.5}}}}'
    profile = web(f'"n": {{"{kind}": {NUMBERS}}}', '"n": 1')
    read = read_domain(put(tmp_path, d__json=domain, p__json=profile))
    assert read.issues[0].levels == (1, 1.5, 2, 2.5, 3)
    np.testing.assert_allclose(read.utilities[:, 0], [0.2, 0.4, 0.6, 0.8, 1.0])
    assert read.remarks == ()


def test_steps_are_exact_in_decimals(tmp_path: Path) -> None:
    domain = '{"issuesValues": {"n": {"range": {"low": 0.1, "high": 0.4, "step": 0.1}}}}'
    numbers = '{"lowValue": 0.1, "lowUtility": 0, "highValue": 0.4, "highUtility": 1}'
    put(tmp_path, d__json=domain, p__json=web(f'"n": {{"numberutils": {numbers}}}', '"n": 1'))
    assert read_domain(tmp_path).issues[0].levels == (0.1, 0.2, 0.3, 0.4)


def test_numbers_without_steps_are_put_on_a_grid_which_is_stated(tmp_path: Path) -> None:
    put(tmp_path, p__json=web(f'"n": {{"numberutils": {NUMBERS}}}', '"n": 1'))
    domain = read_domain(tmp_path, grid=3)
    assert domain.issues[0].levels == (1, 2, 3)
    assert "3 values stand for it, evenly spaced from 1.0 to 3.0" in domain.remarks[0]


@pytest.mark.parametrize("kind", ["discreteutils", "DiscreteValueSetUtilities"])
@pytest.mark.parametrize(
    ("bid", "reservation"),
    [
        ("null", 0),
        ('{"issuevalues": {}}', 0),
        ('{"issuevalues": {"a": "y"}}', 0.3),
        ('{"issuevalues": {"a": "y", "n": 2}}', 0.3 + 0.4 * 0.6),
        ('{"issuevalues": {"n": 1.5}}', 0.4 * 0.4),
    ],
)
def test_the_reservation_value_is_the_utility_of_the_reservation_bid(
    kind: str, bid: str, reservation: float, tmp_path: Path
) -> None:
    utilities = f'"a": {{"{kind}": {{"valueUtilities": {{"x": 0, "y": 0.5}}}}}}, '
    profile = web(
        f'{utilities}"n": {{"numberutils": {NUMBERS}}}',
        '"a": 0.6, "n": 0.4',
        f', "reservationBid": {bid}',
    )
    domain = read_domain(put(tmp_path, p__json=profile), grid=3)
    assert domain.reservations[0] == pytest.approx(reservation, abs=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("LinearAdditive", "Nonlinear", "NonlinearUtilitySpace: 'NonlinearUtilitySpace': a Linear"),
        ("discreteutils", "things", "discreteutils or numberutils"),
        ('"low": 0', '"lo": 0', "valueUtilities.lo: 'lo': a value that the domain has"),
        ('"price": 1', '"price": null', "issueWeights.price: none: a finite number"),
        ('"issueWeights"', '"reservationBid": {"issuevalues": {"price": "mid"}}, "issueWeights"',
         "reservationBid.issuevalues.price: 'mid': a value of the issue"),
        ('"issueUtilities"', '"utils"', "issueUtilities: missing"),
    ],
)  # fmt: skip
def test_a_geniusweb_profile_that_does_not_fit_is_refused(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    put(tmp_path, a__json=WEB, b__json=WEB.replace(old, new))
    text = refused(tmp_path)
    assert "b.json:\n" in text
    assert message in text


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ('{"range": {"low": 0, "high": 1e12, "step": 1}}', "at most 1,000,000 values"),
        ('{"range": {"low": 0, "high": 1, "step": 0}}', "a range from low to high"),
        ('{"range": {"low": 0}}', "issuesValues.price.range.high: missing"),
        ('{"values": ["a", "a"]}', "values that stand there once"),
        ('{"values": [1]}', "issuesValues.price.values: 1: a name"),
        ('{"things": 1}', "issuesValues.price.values: missing"),
    ],
)
def test_a_geniusweb_domain_that_makes_no_sense_is_refused(
    values: str, message: str, tmp_path: Path
) -> None:
    put(tmp_path, a__json=WEB, d__json=f'{{"issuesValues": {{"price": {values}}}}}')
    assert message in refused(tmp_path)


# -- the talk file -----------------------------------------------------------------------------


def test_a_talk_file_says_everything(tmp_path: Path) -> None:
    domain = read_domain(put(tmp_path, talk__toml=TALK) / "talk.toml")
    assert (domain.name, domain.issues[0].levels) == ("talk", ("low", 2, 2.5))
    np.testing.assert_array_equal(domain.utilities, [[1.5, 0], [1, 0.5], [0, 1]])
    buyer, seller = domain.profiles
    assert (buyer.reservation, buyer.discount, buyer.cap) == (0.5, 0.9, 1.5)
    assert (seller.reservation, seller.discount, seller.cap) == (0, 1, None)


def test_profiles_of_a_talk_file_are_named_by_their_names(tmp_path: Path) -> None:
    path = put(tmp_path, talk__toml=TALK)
    assert [p.name for p in read_domain(path, ["seller", "buyer"]).profiles] == ["seller", "buyer"]
    assert [p.name for p in read_domain(path, seats=1).profiles] == ["buyer"]
    assert "profiles: 'saler': a profile of the talk file: buyer, seller; did you mean" in refused(
        path, "saler"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("reservation", "reservatoin", "profiles[0].reservatoin: 0.5: no such key; the keys are: "
         "name, reservation, discount, cap, weights, values; did you mean 'reservation'?"),
        ("levels", "level", "issues[0].levels: missing: a list of levels"),
        ("2.5]", "2]", "issues[0].levels"),
        ("2.5]", 'true]', "issues[0].levels[2]: true: a level: a finite number, or a word"),
        ("2.5]", 'nan]', "issues[0].levels[2]: nan"),
        ("2.5]", '"2"]', "levels that differ"),
        ("0.9", "1.5", "profiles[0].discount: 1.5: a number above 0 and at most 1"),
        ("0.9", "0", "profiles[0].discount: 0: a number above 0 and at most 1"),
        ("[1, 0.5, 0]", "[1, 0.5]", "profiles[0].values.price: [1, 0.5]: a list of 3 numbers"),
        ("[1, 0.5, 0]", '[1, "x", 0]', "profiles[0].values.price[1]: 'x': a finite number"),
        ("weights.price", "weights.prize", "profiles[0].weights.prize: 'prize': an issue that the "
         "domain has; did you mean 'price'?"),
        ("values.price = [1, 0.5, 0]", "", "profiles[0].values: missing: a table"),
        ('"seller"', '"buyer"', "profiles[1].name: 'buyer': a name that no other has"),
        ('name = "seller"', "", "profiles[1].name: missing: a name"),
        ("[[issues]]", "[issues]", "issues: {"),
        ('"price"', '" "', "issues[0].name: ' ': a name, not empty"),
    ],
)  # fmt: skip
def test_a_talk_file_that_is_wrong_says_where_and_what_is_allowed(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert message in refused(put(tmp_path, talk__toml=TALK.replace(old, new, 1)) / "talk.toml")


def test_all_problems_of_a_talk_file_are_told_at_once(tmp_path: Path) -> None:
    text = TALK.replace("0.9", "9").replace("cap", "cup").replace("[0, 0.5, 1]", "[0]")
    assert refused(put(tmp_path, talk__toml=text)).startswith("3 problems in")


def test_a_scenario_is_no_talk_file(tmp_path: Path) -> None:
    text = 'name = "x"\n[countries.a]\nname = "A"\n'
    assert "or a talk file" in refused(put(tmp_path, x__toml=text) / "x.toml")
