"""Keys that are nearly right, and files that mean one thing: nothing is lost in silence."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from experiments.cli.main import main
from simulator.domains.read import read_domain
from simulator.errors import DomainError
from tests.simulator.domains.test_genius import (
    DECLARATION,
    PROFILE,
    TEMPLATE,
    UTILITIES,
    first,
    numeric,
    refusal,
)
from tests.simulator.domains.test_genius import put as put_genius
from tests.simulator.domains.test_read import LOG, TALK, WEB, put, refused

BLANK = PROFILE.replace('"50"', '"null"').replace('"200"', '""')
for value in ("1", "2", "4"):
    BLANK = BLANK.replace(f' evaluation="{value}"', "")
NONLINEAR = '<utility_space type="nonlinear"><utility><ufun type="PlainUfun"/></utility>'
NONLINEAR += "</utility_space>"


# -- keys --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["reservationvalue", "reservation", "ReservationValue", "RESERVATIONVALUE"]
)
def test_a_key_of_negolog_that_is_nearly_right_is_refused(name: str, tmp_path: Path) -> None:
    put(tmp_path, profileA__json=LOG.replace("reservationValue", name), profileB__json=LOG)
    message = refused(tmp_path)
    assert f"profileA.json:\n  {name}: 0.25: no such key" in message
    assert (
        "the keys are: reservationValue, issueWeights, issues; did you mean 'reservationV"
        in message
    )


def test_a_profile_of_which_most_keys_have_other_capitals_is_refused_all_the_same(
    tmp_path: Path,
) -> None:
    text = LOG.replace("reservationValue", "RESERVATIONVALUE").replace("issueW", "issuew")
    message = refused(put(tmp_path, profileA__json=text, profileB__json=LOG))
    assert "RESERVATIONVALUE: 0.25: no such key" in message
    assert "issueweights: {" in message


def test_a_key_that_is_like_none_is_remarked(tmp_path: Path) -> None:
    put(tmp_path, profileA__json=LOG.replace("{", '{"batna": 0.9, ', 1))
    assert (
        "profileA.json: batna: 0.9: no such key, which counts for nothing; the keys are: "
        "reservationValue, issueWeights, issues"
    ) in read_domain(tmp_path).remarks


def test_a_space_of_geniusweb_that_is_nearly_right_is_refused(tmp_path: Path) -> None:
    put(tmp_path, a__json=WEB, b__json=WEB.replace("UtilitySpace", "Utilityspace"))
    assert "did you mean 'LinearAdditiveUtilitySpace'" in refused(tmp_path)


DOMAIN = '{"name": "d", "issuesValues": {"price": {"values": ["low", "high"]}}}'
BID = '{"issuevalues": {"price": "low"}}'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"issueWeights"', f'"reservationbid": {BID}, "issueWeights"',
         "did you mean 'reservationBid'"),
        ('"issueWeights"', '"reservationBid": {"issueValues": {}}, "issueWeights"',
         "reservationBid.issueValues: {}: no such key"),
        ('"issueWeights"', '"domian": 1, "issueWeights"', "domian: 1: no such key"),
        ('{"valueUtilities"', '{"valueutilities": 1, "valueUtilities"',
         "discreteutils.valueutilities"),
        ('{"discreteutils"', '{"numberutil": 1, "discreteutils"',
         "price.numberutil: 1: no such key"),
    ],
)  # fmt: skip
def test_a_key_of_geniusweb_that_is_nearly_right_is_refused(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert message in refused(put(tmp_path, p__json=WEB.replace(old, new), d__json=DOMAIN))


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('"values"', '"Values": 1, "values"', "issuesValues.price.Values"),
        ('"name"', '"names"', "names"),
        ('"issuesValues"', '"IssuesValues"', "IssuesValues"),
        (
            '{"values": ["low", "high"]}',
            '{"range": {"low": 1, "high": 2, "step": 1, "stop": 1}}',
            "stop",
        ),
    ],
)
def test_a_key_of_a_domain_of_geniusweb_that_is_nearly_right_is_refused(
    old: str, new: str, key: str, tmp_path: Path
) -> None:
    message = refused(put(tmp_path, p__json=WEB, d__json=DOMAIN.replace(old, new)))
    assert f"{key}: " in message
    assert "no such key" in message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<reservation", "<reservatoin", "<reservatoin>: 'reservatoin': no such element"),
        ("<reservation", "<Reservation", "did you mean 'reservation'"),
        ("<reservation", "<reservation_value", "did you mean 'reservation'"),
        ("<reservation value", "<reservation Value",
         "<reservation>/Value: '0.3': no such attribute"),
        ("<reservation value", "<reservation valeu", "did you mean 'value'"),
        ('<reservation value="0.3"/>', "<reservation>0.3</reservation>",
         "reservation: '0.3': a number in"),
        ("<discount_factor", "<discount_fector", "did you mean 'discount_factor'"),
        ("<discount_factor", "<discountfactor", "did you mean 'discount_factor'"),
    ],
)  # fmt: skip
def test_a_name_of_genius_that_is_nearly_right_is_refused(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    text = PROFILE.replace(old, new)
    assert text != PROFILE
    message_ = refusal(put_genius(tmp_path, text))
    assert "party.xml:\n" in message_
    assert message in message_


def test_a_misspelt_kind_of_evaluator_does_not_count_as_linear(tmp_path: Path) -> None:
    evaluator = '<evaluator ftyp="triangular" slope="1" offset="0"/>'
    put_genius(tmp_path, *numeric("integer", 'lowerbound="0" upperbound="2"', evaluator))
    assert "<evaluator>/ftyp: 'triangular': no such attribute" in refusal(tmp_path)


def test_names_of_genius_that_are_like_none_are_remarked(tmp_path: Path) -> None:
    text = PROFILE.replace("<reservation", '<mood/><reservation colour="red"')
    remarks = read_domain(put_genius(tmp_path, text)).remarks
    assert [remark.partition(": ")[2].partition(": no such")[0] for remark in remarks] == [
        "<mood>: 'mood'",
        "<reservation>/colour: 'red'",
    ]


def test_what_genius_writes_besides_is_no_matter_for_a_remark(tmp_path: Path) -> None:
    head = '<utility_space xmlns:xsi="http://x" xsi:noNamespaceSchemaLocation="y"><fixed_seed/>'
    text = PROFILE.replace("<utility_space>", head).replace(
        "<item", '<item cost="1" description="d"'
    )
    assert read_domain(put_genius(tmp_path, text)).remarks == ()


# -- files that mean one thing -----------------------------------------------------------------


def test_a_value_listed_twice_and_evaluated_once_counts_once(tmp_path: Path) -> None:
    template = TEMPLATE.replace('value="green"/>', 'value="green"/><item index="4" value="green"/>')
    domain = read_domain(put_genius(tmp_path, PROFILE, template))
    np.testing.assert_allclose(first(domain), UTILITIES)
    twice = "domain.xml: issue 'colour': the value 'green' stands there 2 times, and counts once"
    assert domain.remarks == (twice,)


@pytest.mark.parametrize("other", ["", ' evaluation="null"', ' evaluation="4.0"'])
def test_a_value_listed_twice_in_a_profile_has_the_evaluation_that_is_there(
    other: str, tmp_path: Path
) -> None:
    text = PROFILE.replace(
        '<item index="3" value="green"', f'<item value="green"{other}/><item value="green"'
    )
    np.testing.assert_allclose(first(read_domain(put_genius(tmp_path, text))), UTILITIES)


def test_a_value_with_two_evaluations_is_refused(tmp_path: Path) -> None:
    text = PROFILE.replace('<item index="3"', '<item value="green" evaluation="3"/><item index="3"')
    message = refusal(put_genius(tmp_path, text))
    assert 'issue[colour]/item[green]: ["3", "4"]: a value that is evaluated once' in message


def test_a_weight_or_a_reservation_told_twice_alike_counts_once(tmp_path: Path) -> None:
    text = PROFILE.replace("<weight", '<weight index="1" value=".60"/><weight', 1)
    text = text.replace("<reservation", '<reservation value="0.30"/><reservation')
    np.testing.assert_allclose(first(read_domain(put_genius(tmp_path, text))), UTILITIES)


@pytest.mark.parametrize(
    "head",
    [
        "\n<!-- profile 1 -->\n" + DECLARATION,
        "<!-- a -- b -->" + DECLARATION,
        "<?xml-stylesheet href='x'?>\n" + DECLARATION,
        DECLARATION + DECLARATION,
        "This file has no style information.\n\n" + DECLARATION,
        "\ufeff\n" + DECLARATION,
        "<!-- <utility_space> -->\n" + DECLARATION.replace("UTF-8", "iso-8859-1"),
    ],
)
def test_what_stands_before_the_declaration_does_no_harm(head: str, tmp_path: Path) -> None:
    domain = read_domain(put_genius(tmp_path, head + PROFILE, head + TEMPLATE))
    np.testing.assert_allclose(first(domain), UTILITIES)
    broken = (head + PROFILE.replace("</objective>", "")).rstrip()
    line = broken.count("\n") + 1
    assert f"party.xml:\n  line {line}, column" in refusal(put_genius(tmp_path, broken))


def test_bytes_count_as_declared_below_a_comment(tmp_path: Path) -> None:
    head = "<!-- a -->\n" + DECLARATION.replace("UTF-8", "windows-1252")
    texts = [(head + text.replace("red", "é")).encode("cp1252") for text in (PROFILE, TEMPLATE)]
    assert read_domain(put_genius(tmp_path, *texts)).issues[1].levels[0] == "é"


# Triangles as in the collection of Genius: parameter0 and parameter1 the ends, parameter2 the top.
@pytest.mark.parametrize(
    ("parameters", "utilities"),
    [
        ('parameter0="0" parameter1="4" parameter2="1"', [0, 1, 2 / 3, 1 / 3, 0]),
        ('parameter0="1" parameter1="3" parameter2="2"', [0, 0, 1, 0, 0]),
        ('parameter0="0" parameter1="2" parameter2="0"', [1, 0.5, 0, 0, 0]),
        ('parameter0="-2" parameter1="8" parameter2="3"', [0.4, 0.6, 0.8, 1, 0.8]),
        ('parameter0="0" parameter1="4" parameter2="4"', [0, 0.25, 0.5, 0.75, 0]),
    ],
)
@pytest.mark.parametrize("kind", ["triangular", "Triangular"])
def test_a_triangular_evaluator_rises_to_its_top_and_falls(
    parameters: str, kind: str, utilities: list[float], tmp_path: Path
) -> None:
    evaluator = f'<evaluator etype="real" ftype="{kind}" {parameters}/>'
    put_genius(tmp_path, *numeric("real", 'lowerbound="0" upperbound="4"', evaluator))
    np.testing.assert_allclose(first(read_domain(tmp_path, grid=5)), utilities)


def test_a_constant_evaluator_is_worth_the_same_throughout(tmp_path: Path) -> None:
    evaluator = '<evaluator ftype="constant" parameter0="0.7"/>'
    put_genius(tmp_path, *numeric("real", 'lowerbound="0" upperbound="4"', evaluator))
    np.testing.assert_allclose(first(read_domain(tmp_path, grid=3)), [0.7] * 3)


def test_a_triangle_whose_top_lies_outside_is_refused(tmp_path: Path) -> None:
    evaluator = '<evaluator ftype="triangular" parameter0="0" parameter1="1" parameter2="2"/>'
    put_genius(tmp_path, *numeric("real", 'lowerbound="0" upperbound="4"', evaluator))
    assert "issue[price]/evaluator: [0.0, 2.0, 1.0]: parameter0, parameter2, par" in refusal(
        tmp_path
    )


@pytest.mark.parametrize(
    ("evaluator", "utilities"),
    [
        ('ftype="linear" parameter1="0.25" parameter0="0"', [0, 0.25, 0.5, 0.75, 1]),
        ('ftype="triangular" parameter0="0" parameter1="4" parameter2="2"', [0, 0.5, 1, 0.5, 0]),
    ],
)
def test_a_narrower_range_does_no_harm_where_the_parameters_are_absolute(
    evaluator: str, utilities: list[float], tmp_path: Path
) -> None:
    bounds = 'lowerbound="1" upperbound="3"'
    profile, _ = numeric("real", bounds, f"<evaluator {evaluator}/>")
    _, template = numeric("real", 'lowerbound="0" upperbound="4"', "")
    domain = read_domain(put_genius(tmp_path, profile, template), grid=5)
    np.testing.assert_allclose(first(domain), utilities)
    told = "party.xml: issue 'price' runs from 1 to 3 here, from 0 to 4 in the domain"
    assert told in domain.remarks


def test_a_nonlinear_space_is_called_nonlinear_before_anything_else(tmp_path: Path) -> None:
    issue = '<issue name="{}" index="{}" type="integer" lowerbound="0" upperbound="9"/>'
    issues = "".join(issue.format(f"i{k}", k) for k in range(1, 11))
    template = f"<negotiation_template>{issues}<issue/></negotiation_template>"
    put_genius(tmp_path, f"\n<!-- profile 1 -->\n{DECLARATION}{NONLINEAR}", template)
    (tmp_path / "pareto.xml").write_text("0.5, 1\n", encoding="utf-8")
    for path in (tmp_path, tmp_path / "party.xml"):
        assert refusal(path).endswith(
            "party.xml:\n  ufun: 'nonlinear': issues that add up; this space does not"
        )


@pytest.mark.parametrize("weight", ["0.39", "1.3"])
def test_weights_that_do_not_add_up_to_1_are_remarked(weight: str, tmp_path: Path) -> None:
    remarks = read_domain(put_genius(tmp_path, PROFILE.replace('"0.4"', f'"{weight}"'))).remarks
    total = 0.6 + float(weight)
    told = f"party.xml: the weights add up to {total:g}, not to 1, and count as written"
    cut = f"party.xml: utilities above 1, of up to {total:g}, are cut to 1"
    assert remarks == ((told, cut) if total > 1 else (told,))


def test_weights_of_json_that_do_not_add_up_to_1_are_remarked(tmp_path: Path) -> None:
    web = WEB.replace('"price": 1}', '"price": 0.9}')
    for name, text, total in (("log", LOG, "2.5"), ("web", web, "0.9")):
        remarks = read_domain(put(tmp_path / name, p__json=text)).remarks
        assert f"p.json: the weights add up to {total}, not to 1, and count as written" in remarks


def test_weights_off_by_a_rounding_are_not(tmp_path: Path) -> None:
    web = WEB.replace('"price": 1}', '"price": 0.9999999}')
    assert read_domain(put(tmp_path, p__json=web)).remarks == ()


# -- which profiles ----------------------------------------------------------------------------


def test_a_form_that_evaluates_nothing_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, domain__xml=TEMPLATE, an_empty_one__xml=BLANK, p1__xml=PROFILE, p2__xml=PROFILE)
    domain = read_domain(tmp_path, seats=2)
    assert [profile.name for profile in domain.profiles] == ["p1", "p2"]
    assert domain.remarks == (
        "passed over, as nothing is evaluated there: an_empty_one.xml; profiles taken: p1.xml and "
        "p2.xml; others are named with --profiles FILE,FILE",
    )
    assert "item[low]/evaluation: 'null'" in refused(tmp_path, "an_empty_one.xml")


def test_of_many_profiles_it_is_told_which_were_taken(tmp_path: Path) -> None:
    put(tmp_path, domain__xml=TEMPLATE, **{f"{n}__xml": PROFILE for n in ("a", "a-2", "b")})
    (remark,) = read_domain(tmp_path, seats=2).remarks
    assert remark == (
        "profiles taken: a-2.xml and a.xml, the first 2 of 3 in sorted order; others are named "
        "with --profiles a.xml,b.xml"
    )
    assert read_domain(tmp_path, ["a.xml", "b.xml"]).remarks == ()
    assert read_domain(tmp_path).remarks == ()


def test_of_many_profiles_of_a_talk_file_it_is_told_which_were_taken(tmp_path: Path) -> None:
    third = '\n[[profiles]]\nname = "third"\nvalues = { price = [0, 0.5, 1] }\n'
    (remark,) = read_domain(put(tmp_path, t__toml=TALK + third), seats=2).remarks
    assert "buyer and seller, the first 2 of 3 in the talk file" in remark
    assert remark.endswith("--profiles seller,third")


def test_a_profile_that_is_refused_comes_with_the_way_to_name_others(tmp_path: Path) -> None:
    wrong = PROFILE.replace('"50"', '"x"')
    put(tmp_path, domain__xml=TEMPLATE, a__xml=wrong, p1__xml=PROFILE, p2__xml=PROFILE)
    with pytest.raises(DomainError) as caught:
        read_domain(tmp_path, seats=2)
    hint = "profiles: 'a.xml': a profile, or others by name: --profiles p1.xml,p2.xml"
    assert str(caught.value).endswith(hint)
    (tmp_path / "a.xml").write_text("0.5, 1\n", encoding="utf-8")
    with pytest.raises(DomainError) as caught:
        read_domain(tmp_path, seats=2)
    assert str(caught.value).endswith(hint)
    (tmp_path / "p2.xml").unlink()
    with pytest.raises(DomainError) as caught:
        read_domain(tmp_path, seats=2)
    assert "--profiles" not in str(caught.value)


def test_negotiate_refuses_a_reservation_under_a_misspelt_key(tmp_path: Path) -> None:
    put(tmp_path, profileA__json=LOG.replace("reservationV", "reservationv"), profileB__json=LOG)
    result = CliRunner().invoke(
        main, ["negotiate", str(tmp_path), "--strategies", "boulware,conceder"]
    )
    assert result.exit_code == 2
    assert "did you mean 'reservationValue'?" in result.stderr
    assert result.stdout == ""
