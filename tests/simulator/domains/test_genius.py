"""Genius XML: its scale, the messes of real files that are mended, and those that are refused."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.domains.domain import Domain
from simulator.domains.read import read_domain
from simulator.errors import DomainError

TEMPLATE = """<negotiation_template><utility_space number_of_issues="2">
<objective index="0" etype="objective" type="objective" name="root">
<issue etype="discrete" index="1" name="price" type="discrete" vtype="discrete">
<item index="1" value="low"/><item index="2" value="high"/></issue>
<issue etype="discrete" index="2" name="colour" type="discrete" vtype="discrete">
<item index="1" value="red"/><item index="2" value="blue"/><item index="3" value="green"/></issue>
</objective></utility_space></negotiation_template>"""

PROFILE = """<utility_space>
<objective index="0" etype="objective" type="objective" name="root">
<issue etype="discrete" index="1" name="price" type="discrete" vtype="discrete">
<item index="1" value="low" evaluation="50"/><item index="2" value="high" evaluation="200"/></issue>
<issue etype="discrete" index="2" name="colour" type="discrete" vtype="discrete">
<item index="1" value="red" evaluation="1"/><item index="2" value="blue" evaluation="2"/>
<item index="3" value="green" evaluation="4"/></issue>
<weight index="1" value="0.6"/><weight index="2" value="0.4"/>
</objective><discount_factor value="0.9"/><reservation value="0.3"/></utility_space>"""

#: Utilities of PROFILE: .6 times (1/4, 1) plus .4 times (1/4, 1/2, 1).
UTILITIES = [0.25, 0.35, 0.55, 0.7, 0.8, 1.0]


def put(folder: Path, profile: str | bytes = PROFILE, template: str | bytes = TEMPLATE) -> Path:
    for name, text in (("domain.xml", template), ("party.xml", profile)):
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        (folder / name).write_bytes(data)
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(DomainError) as caught:
        read_domain(folder)
    return str(caught.value)


def first(domain: Domain) -> Any:
    return domain.utilities[:, 0]


# -- the scale ---------------------------------------------------------------------------------


def test_utilities_are_on_the_scale_of_genius(tmp_path: Path) -> None:
    domain = read_domain(put(tmp_path))
    np.testing.assert_allclose(first(domain), UTILITIES, atol=1e-15)
    assert domain.name == tmp_path.name
    assert [issue.id for issue in domain.issues] == ["price", "colour"]
    assert domain.issues[1].levels == ("red", "blue", "green")
    (profile,) = domain.profiles
    assert (profile.name, profile.reservation, profile.discount) == ("party", 0.3, 0.9)
    assert domain.remarks == ()


def test_weights_count_as_written_and_the_total_is_capped_at_1(tmp_path: Path) -> None:
    domain = read_domain(put(tmp_path, PROFILE.replace('value="0.4"', 'value="1.3"')))
    np.testing.assert_allclose(first(domain), [0.475, 0.8, 1, 0.925, 1, 1])
    low = read_domain(put(tmp_path, PROFILE.replace('value="0.4"', 'value="0.39"')))
    assert first(low).max() == pytest.approx(0.99)


@pytest.mark.parametrize("largest", ["0", "0.000009", "-3"])
def test_an_issue_without_an_evaluation_of_1e_5_is_worth_nothing(
    largest: str, tmp_path: Path
) -> None:
    text = PROFILE.replace('"50"', '"-4"').replace('"200"', f'"{largest}"')
    domain = read_domain(put(tmp_path, text))
    np.testing.assert_allclose(first(domain), [0.1, 0.2, 0.4] * 2)
    assert domain.remarks == ("party.xml: issue 'price' is worth 0 throughout",)


def test_an_evaluation_of_1e_5_is_the_measure_of_the_others(tmp_path: Path) -> None:
    text = PROFILE.replace('"50"', '"0"').replace('"200"', '"0.00001"')
    np.testing.assert_allclose(
        first(read_domain(put(tmp_path, text))), [0.1, 0.2, 0.4, 0.7, 0.8, 1]
    )


def test_reservation_and_discount_are_0_and_1_where_they_are_missing(tmp_path: Path) -> None:
    text = PROFILE.replace('<discount_factor value="0.9"/><reservation value="0.3"/>', "")
    for missing in (text, PROFILE.replace(' value="0.9"', "").replace(' value="0.3"', "")):
        (profile,) = read_domain(put(tmp_path, missing)).profiles
        assert (profile.reservation, profile.discount) == (0, 1)


@pytest.mark.parametrize("factor", ["0.0", "2", "-0.5"])
def test_a_discount_factor_that_genius_discards_is_1_and_remarked(
    factor: str, tmp_path: Path
) -> None:
    domain = read_domain(put(tmp_path, PROFILE.replace('"0.9"', f'"{factor}"')))
    assert domain.profiles[0].discount == 1
    assert "counts as 1, as in Genius" in domain.remarks[0]


def test_only_the_items_of_an_issue_itself_count(tmp_path: Path) -> None:
    inner = '<similarity_function><item value="low" evaluation="1"/></similarity_function></issue>'
    domain = read_domain(put(tmp_path, PROFILE.replace("</issue>", inner, 1)))
    np.testing.assert_allclose(first(domain), UTILITIES)


# -- integer and real issues -------------------------------------------------------------------


def numeric(kind: str, range: str, evaluator: str) -> tuple[str, str]:
    issue = f'<issue index="1" name="price" type="{kind}" vtype="{kind}" etype="{kind}" '
    bounds, inner = (range, "") if kind == "integer" else ("", f"<range {range}></range>")
    template = f"<negotiation_template><utility_space>{issue}{bounds}>{inner}</issue>"
    profile = (
        f'<utility_space>{issue}{bounds}>{inner}{evaluator}</issue><weight index="1" value="1"/>'
    )
    return f"{profile}</utility_space>", f"{template}</utility_space></negotiation_template>"


def test_an_integer_issue_counts_from_its_lower_bound_and_is_clipped(tmp_path: Path) -> None:
    evaluator = '<evaluator slope="0.3" offset="-0.1" ftype="linear"/>'
    texts = numeric("integer", 'lowerbound="-1" upperbound="3"', evaluator)
    domain = read_domain(put(tmp_path, *texts))
    assert domain.issues[0].levels == (-1, 0, 1, 2, 3)
    np.testing.assert_allclose(first(domain), [0, 0.2, 0.5, 0.8, 1])


def test_a_range_may_stand_in_an_element_of_its_own(tmp_path: Path) -> None:
    evaluator = '<evaluator slope="0.5" offset="0" ftype="linear"/>'
    profile, template = numeric("integer", "", f'<range lowerbound="2" upperbound="4"/>{evaluator}')
    template = template.replace("></issue>", '><range lowerbound="2" upperbound="4"/></issue>')
    np.testing.assert_allclose(first(read_domain(put(tmp_path, profile, template))), [0, 0.5, 1])


def test_a_real_issue_is_put_on_a_grid_which_is_stated(tmp_path: Path) -> None:
    evaluator = '<evaluator ftype="linear" parameter1="-0.05" parameter0="1.5"/>'
    put(tmp_path, *numeric("real", 'lowerbound="10.0" upperbound="30.0"', evaluator))
    domain = read_domain(tmp_path, grid=5)
    assert domain.issues[0].levels == (10, 15, 20, 25, 30)
    np.testing.assert_allclose(first(domain), [1, 0.75, 0.5, 0.25, 0])
    assert "5 values stand for it, evenly spaced from 10.0 to 30.0" in domain.remarks[0]
    assert len(read_domain(tmp_path).space) == 11


def test_slope_and_offset_of_a_real_issue_count_from_its_lower_bound(tmp_path: Path) -> None:
    evaluator = '<evaluator ftype="linear" slope="0.05" offset="0"/>'
    put(tmp_path, *numeric("real", 'lowerbound="10.0" upperbound="30.0"', evaluator))
    np.testing.assert_allclose(first(read_domain(tmp_path, grid=3)), [0, 0.5, 1])


# What the file says of its own range; the domain's is 0 to 4.
@pytest.mark.parametrize(
    ("kind", "bounds", "utilities"),
    [
        ("integer", 'lowerbound="0" upperbound="8"', [0, 0.1, 0.2, 0.3, 0.4]),
        ("integer", 'lowerbound="-2" upperbound="4"', [0.2, 0.3, 0.4, 0.5, 0.6]),
        ("real", 'lowerbound="-2" upperbound="8"', [0.2, 0.3, 0.4, 0.5, 0.6]),
        ("integer", 'lowerbound="2" upperbound="6"', None),
        ("integer", 'lowerbound="0" upperbound="3"', None),
        ("real", 'lowerbound="0.5" upperbound="4"', None),
    ],
)
def test_a_range_of_a_profile_that_leaves_out_some_of_the_domains_is_refused(
    kind: str, bounds: str, utilities: list[float] | None, tmp_path: Path
) -> None:
    evaluator = '<evaluator slope="0.1" offset="0" ftype="linear"/>'
    _, template = numeric(kind, 'lowerbound="0" upperbound="4"', evaluator)
    put(tmp_path, numeric(kind, bounds, evaluator)[0], template)
    if utilities is None:
        message = refusal(tmp_path)
        assert "party.xml:\n  issue[price]/range: [" in message
        assert "a range that covers the domain's, 0 to 4" in message
    else:
        domain = read_domain(tmp_path, grid=5)
        np.testing.assert_allclose(first(domain), utilities)
        assert "party.xml: issue 'price' runs from" in domain.remarks[-1]


@pytest.mark.parametrize("kind", ["any", "linear", "uncertain", "Nonlinear"])
def test_a_space_that_adds_up_is_read_whatever_it_says_of_its_type(
    kind: str, tmp_path: Path
) -> None:
    put(tmp_path, PROFILE.replace("<utility_space>", f'<utility_space type="{kind}">'))
    np.testing.assert_allclose(first(read_domain(tmp_path)), UTILITIES)


@pytest.mark.parametrize(
    ("kind", "bounds", "evaluator", "message"),
    [
        ("integer", 'lowerbound="0" upperbound="9"', "", "issue[price]/evaluator: missing"),
        ("real", 'lowerbound="0" upperbound="9"', '<evaluator ftype="triangular"/>', "triangular"),
        ("real", 'lowerbound="0" upperbound="9"', '<evaluator ftype="faratin"/>', "'faratin'"),
        ("integer", 'lowerbound="9" upperbound="0"', "", "issue[price]/range"),
        ("integer", 'lowerbound="0" upperbound="1e12"', "", "at most 1,000,000 values"),
        ("integer", 'lowerbound="0"', "", "issue[price]/upperbound: missing"),
        ("integer", 'lowerbound="0.5" upperbound="2"', "", "a whole number"),
        ("real", 'lowerbound="3" upperbound="1"', "", "a range from low to high"),
        (
            "price",
            'lowerbound="3" upperbound="1"',
            "",
            "issue[price]/type: 'price': one of",
        ),
    ],
)
def test_a_numeric_issue_that_makes_no_sense_is_refused(
    kind: str, bounds: str, evaluator: str, message: str, tmp_path: Path
) -> None:
    assert message in refusal(put(tmp_path, *numeric(kind, bounds, evaluator)))


# -- messes that are mended --------------------------------------------------------------------

KIND = re.compile(' [ve]?type="discrete"')
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
MENDED: dict[str, tuple[Any, Any]] = {
    "blank lines before the declaration": ("\n\n" + DECLARATION + PROFILE, TEMPLATE),
    "a byte order mark": (b"\xef\xbb\xbf" + PROFILE.encode(), TEMPLATE),
    "UTF-16": ((DECLARATION + PROFILE).encode("utf-16"), TEMPLATE),
    "an unescaped ampersand": (
        PROFILE.replace("red", "red & pink"),
        TEMPLATE.replace("red", "red &amp; pink"),
    ),
    "cp1252 in UTF-8": (
        (DECLARATION + PROFILE.replace("red", "€10")).encode("cp1252"),
        TEMPLATE.replace("red", "€10"),
    ),
    "declared Windows bytes": (
        (DECLARATION.replace("UTF-8", "iso-8859-1") + PROFILE.replace("red", "é")).encode("cp1252"),
        TEMPLATE.replace("red", "é"),
    ),
    "stray blanks in names": (
        PROFILE.replace('"price"', '" price "').replace('"green"', '" green"'),
        TEMPLATE.replace('"red"', '"red "'),
    ),
    "no blank between attributes": (PROFILE.replace('1" value', '1"value'), TEMPLATE),
    "indices from 2, 1 is the root": (
        PROFILE.replace('index="2"', 'index="3"')
        .replace('index="1" name', 'index="2" name')
        .replace('<weight index="1"', '<weight index="1" value="1"/><weight index="2"')
        .replace('index="0"', 'index="1"'),
        TEMPLATE,
    ),
    "another order and other indices": (
        PROFILE.replace('index="1"', 'index="7"').replace('index="2"', 'index="5"'),
        TEMPLATE,
    ),
    "no issues counted": (PROFILE, TEMPLATE.replace('issues="2"', 'issues="0"')),
    "no objective": (
        PROFILE.replace("objective ", "utility ").replace("/objective", "/utility"),
        TEMPLATE.replace("objective ", "other ").replace("/objective", "/other"),
    ),
    "no kinds": (KIND.sub("", PROFILE), KIND.sub("", TEMPLATE)),
    "an uncertain space": (PROFILE.replace("space>", 'space type="UNCERTAIN">', 1), TEMPLATE),
}


@pytest.mark.parametrize("mess", MENDED)
def test_what_can_mean_one_thing_only_is_mended(mess: str, tmp_path: Path) -> None:
    domain = read_domain(put(tmp_path, *MENDED[mess]))
    np.testing.assert_allclose(first(domain), UTILITIES, atol=1e-15)


def test_values_match_by_name_and_weights_by_index(tmp_path: Path) -> None:
    head, price, rest = PROFILE.partition("<issue etype")
    price, end, rest = (price + rest).partition("</issue>")
    other, end, rest = rest.partition("</issue>")
    swapped = f"{head}{other}{end}{price}{end}{rest}".replace("red", "RED").replace("blue", "red")
    swapped = swapped.replace("RED", "blue")
    utilities = first(read_domain(put(tmp_path, swapped)))
    np.testing.assert_allclose(utilities, [0.35, 0.25, 0.55, 0.8, 0.7, 1.0])


def test_what_was_mended_is_remarked(tmp_path: Path) -> None:
    profile, template = MENDED["cp1252 in UTF-8"]
    (remark,) = read_domain(put(tmp_path, profile, template)).remarks
    assert remark == "party.xml: read as Windows-1252, as it is no UTF-8"
    (tmp_path / "party.xml").write_text(PROFILE.replace("red", "a&b"), encoding="utf-8")
    (tmp_path / "domain.xml").write_text(TEMPLATE.replace("red", "a&b"), encoding="utf-8")
    assert len(read_domain(tmp_path).remarks) == 2


# -- messes that are refused -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('evaluation="50"', 'evaluation="null"', "issue[price]/item[low]/evaluation: 'null'"),
        ('evaluation="50"', "", "issue[price]/item[low]/evaluation: missing"),
        ('evaluation="50"', 'evaluation="nan"', "issue[price]/item[low]/evaluation: 'nan'"),
        ('evaluation="50"', 'evaluation="1e999"', "issue[price]/item[low]/evaluation: inf"),
        ('value="low"', 'value="lo"', "did you mean 'low'?"),
        ('value="low"', "", "issue[price]/item: missing"),
        ('value="low"', 'value="high"', "issue[price]/item[high]"),
        ('name="price"', 'name="prize"', "issue[prize]: 'prize': an issue that the domain has"),
        ('name="price"', 'name="colour"', "issue[colour]: 'colour': a name that no other issue"),
        ('name="price"', "", "issue[name]: missing"),
        ('<weight index="1" value="0.6"/>', "", "issue[price]/weight[1]: missing"),
        ('value="0.6"', 'value="much"', "weight[1]: 'much': a finite number"),
        ('<weight index="2"', '<weight index="1"', "weight[1]: '0.4': one weight for each index"),
        ('<weight index="2"', '<weight index="9"', "weight[9]: '9': the index of an issue"),
        ('value="0.3"', 'value="some"', "reservation: 'some': a finite number"),
        ("<reservation", '<reservation value="0.4"/><reservation', "reservation"),
        ("<reservation", "<constraints/><reservation", "constraints: 'nonlinear'"),
        ("<reservation", '<ufun type="Plain"/><reservation', "ufun: 'nonlinear'"),
        ("<reservation", "<hyperRectangle/><reservation", "hyperRectangle: 'nonlinear'"),
        ("</objective>", "", "line 9, column"),
    ],
)
def test_what_cannot_be_told_is_refused_with_file_and_element(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    text = refusal(put(tmp_path, PROFILE.replace(old, new, 1)))
    assert "party.xml:\n" in text
    assert message in text


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = refusal(put(tmp_path, PROFILE.replace('"50"', '"x"').replace('"0.4"', '"y"')))
    assert text.startswith("2 problems in")


def test_a_template_without_issues_is_refused(tmp_path: Path) -> None:
    empty = "<negotiation_template><utility_space/></negotiation_template>"
    assert "issue: missing: at least one issue" in refusal(put(tmp_path, PROFILE, empty))
    bare = empty.replace("<utility_space/>", '<issue name="price" index="1"/>')
    assert "issue[price]/item: missing: at least one value" in refusal(put(tmp_path, PROFILE, bare))


def test_a_domain_of_too_many_outcomes_is_refused_with_the_number(tmp_path: Path) -> None:
    items = "".join(f'<item value="{k}"/>' for k in range(10))
    issues = "".join(f'<issue index="{k}" name="i{k}">{items}</issue>' for k in range(1, 8))
    template = f"<negotiation_template>{issues}</negotiation_template>"
    profile = f"<utility_space>{issues}</utility_space>".replace('"/>', '" evaluation="1"/>')
    weights = "".join(f'<weight index="{k}" value="0.1"/>' for k in range(1, 8))
    put(tmp_path, profile.replace("</utility", f"{weights}</utility"), template)
    assert "issues: '10,000,000 outcomes': at most 1,000,000 outcomes" in refusal(tmp_path)
