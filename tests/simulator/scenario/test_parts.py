import pickle
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import Problem, ScenarioError
from simulator.scenario import parts
from simulator.scenario.parameters import REQUIRED, describe
from simulator.scenario.parts import PartSpec
from tests.fakes import ROSTER, Idle, Ladder, Plain, Script, Volatile

PATH = "tests.fakes.Ladder"


def strategy(spec: object) -> PartSpec:
    return parts.parse(spec, "strategy", ROSTER)


def problems(spec: object, slot: str = "strategy") -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        parts.parse(spec, slot, ROSTER, key="countries.us.strategy")
    return caught.value.problems


def test_a_spec_is_a_name_and_parameters() -> None:
    spec = strategy("time-dependent:exponent=3:band=.1")
    assert spec.name == "time-dependent"
    assert spec.params == (("exponent", 3.0), ("band", 0.1))


def test_build_makes_a_new_part_each_time() -> None:
    spec = strategy("time-dependent:exponent=3")
    first, second = spec.build(), spec.build()
    assert isinstance(first, Ladder)
    assert first.exponent == 3
    assert first.band == 0
    assert first is not second


def test_blanks_around_names_and_values_do_not_matter() -> None:
    assert strategy(" time-dependent : exponent = 3 ") == strategy("time-dependent:exponent=3")


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ('offers=[1, 2]:labels=["a:b", "c"]', "labels", ("a:b", "c")),
        ("offers=[]:weights={us = 1}", "weights", {"us": 1.0}),
        ("offers=[]:weights=none", "weights", None),
        ("offers=[]:limit=13.0", "limit", 13),
        ("offers=[]:limit=none", "limit", None),
        ("offers=[]:loud=true", "loud", True),
        ("offers=[]:motto=never", "motto", "never"),
        ("offers=[4, 5]", "offers", (4, 5)),
    ],
)
def test_parameters_are_read_as_the_types_the_class_declares(
    text: str, name: str, value: object
) -> None:
    assert dict(strategy(f"scripted:{text}").params)[name] == value


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("offers=[1.5]", "offers"),
        ("offers=3", "offers"),
        ("offers=[true]", "offers"),
        ("offers=[]:labels=[1]", "labels"),
        ("offers=[]:weights=[1]", "weights"),
        ("offers=[]:weights={us = true}", "weights"),
        ("offers=[]:limit=1.5", "limit"),
        ("offers=[]:limit=true", "limit"),
        ("offers=[]:loud=1", "loud"),
        ("offers=[]:motto=3", "motto"),
    ],
)
def test_a_value_of_another_type_is_refused(text: str, name: str) -> None:
    (problem,) = problems(f"scripted:{text}")
    assert problem.key == f"countries.us.strategy.{name}"


@pytest.mark.parametrize("value", ["true", "nan", "inf", "1e999", "high", "[1]", "9e99", ""])
def test_what_is_no_finite_number_is_refused_where_a_number_is_wanted(value: str) -> None:
    (problem,) = problems(f"time-dependent:exponent={value}")
    assert problem.key == "countries.us.strategy.exponent"


def test_an_unknown_name_gets_the_known_ones_and_the_nearest() -> None:
    (problem,) = problems("time-dependnt")
    assert problem.key == "countries.us.strategy"
    assert problem.value == "time-dependnt"
    assert "boulware" in problem.allowed
    assert problem.nearest == "time-dependent"


def test_an_unknown_parameter_gets_the_known_ones_and_the_nearest() -> None:
    (problem,) = problems("time-dependent:exponnt=3")
    assert problem.key == "countries.us.strategy.exponnt"
    assert "exponent (a number)" in problem.allowed
    assert problem.nearest == "exponent"


def test_all_problems_of_a_spec_come_at_once() -> None:
    keys = [p.key for p in problems("time-dependent:exponnt=3:band=x:tolerance=nan:exponent")]
    assert sorted(keys) == [
        "countries.us.strategy",
        "countries.us.strategy.band",
        "countries.us.strategy.exponnt",
        "countries.us.strategy.tolerance",
    ]


def test_a_parameter_given_twice_is_refused() -> None:
    (problem,) = problems("time-dependent:band=0:band=1")
    assert "once" in problem.allowed


def test_a_parameter_without_default_is_needed() -> None:
    (problem,) = problems("scripted")
    assert problem.key == "countries.us.strategy.offers"
    assert "a list" in problem.allowed


def test_what_the_constructor_refuses_keeps_its_parameter_and_reason() -> None:
    (problem,) = problems("time-dependent:exponent=-1")
    expected = Problem("countries.us.strategy.exponent", -1.0, "a number above 0")
    assert problem == expected


def test_a_plain_value_error_of_a_constructor_is_a_problem() -> None:
    (problem,) = problems("volatile:probability=2", slot="compliance")
    assert problem.value == "volatile:probability=2.0"
    assert problem.allowed == "a probability from 0 to 1"


class Broken(Idle):
    def __init__(self) -> None:
        raise ZeroDivisionError("no luck")


def test_any_other_error_of_a_constructor_is_a_problem() -> None:
    (problem,) = problems(Broken)
    assert "ZeroDivisionError: no luck" in problem.allowed


@pytest.mark.parametrize("part", ["datetime.date", dict, object()])
def test_a_class_that_cannot_do_what_its_slot_asks_is_refused(part: object) -> None:
    (problem,) = problems(part)
    assert "it has no begin" in problem.allowed


@pytest.mark.parametrize("part", [None, True, 3, 0.5, ["boulware"], {"bidding": "boulware"}])
def test_what_is_no_part_is_refused(part: object) -> None:
    (problem,) = problems(part)
    assert problem.value == part
    assert "a strategy" in problem.allowed


# --- import paths and objects -----------------------------------------------------------------


def test_an_import_path_stands_for_a_name() -> None:
    spec = strategy(f"{PATH}:exponent=2")
    assert str(spec) == f"{PATH}:exponent=2.0"
    assert isinstance(spec.build(), Ladder)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("no_such_package.Class", "no module 'no_such_package'"),
        ("tests.fakes.ROSTER", "of a class"),
        ("tests.fakes.Laddr", "a class of tests.fakes"),
        ("tests.no_such.Class", "a class of tests"),
        ("..x", "import path"),
        ("a b.c", "import path"),
    ],
)
def test_an_import_path_that_leads_nowhere_is_refused(path: str, words: str) -> None:
    (problem,) = problems(path)
    assert problem.value == path
    assert words in problem.allowed


def test_a_misspelt_class_gets_the_nearest() -> None:
    (problem,) = problems("tests.fakes.Laddr")
    assert problem.nearest == "Ladder"


def test_import_paths_are_found_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "from tests.fakes import Idle\n\n\nclass Mine(Idle):\n    pass\n"
    (tmp_path / "own_part.py").write_text(source)
    (tmp_path / "broken_part.py").write_text("1 / 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [p for p in sys.path if p])
    spec = strategy("own_part.Mine")
    assert type(spec.build()).__name__ == "Mine"
    assert pickle.loads(pickle.dumps(spec)) == spec
    (problem,) = problems("broken_part.Mine")
    assert "ZeroDivisionError" in problem.allowed


def test_a_class_may_be_given_itself() -> None:
    spec = strategy(Ladder)
    assert str(spec) == PATH
    assert isinstance(spec.build(), Ladder)


def test_an_instance_may_be_given_itself_and_is_copied() -> None:
    mine = Ladder(exponent=2)
    spec = strategy(mine)
    built = spec.build()
    assert isinstance(built, Ladder)
    assert built is not mine
    assert built.exponent == 2


def test_the_text_of_an_instance_builds_its_like() -> None:
    spec = strategy(Ladder(exponent=2))
    again = strategy(str(spec)).build()
    assert isinstance(again, Ladder)
    assert again.exponent == 2


def test_an_instance_with_a_changed_parameter_is_built_anew() -> None:
    changed = strategy(Ladder(exponent=2, band=0.5)).with_param("exponent", 3).build()
    assert isinstance(changed, Ladder)
    assert (changed.exponent, changed.band) == (3, 0.5)


# --- values -----------------------------------------------------------------------------------


def test_a_changed_parameter_keeps_the_others() -> None:
    spec = strategy("time-dependent:exponent=3:band=0.1")
    assert spec.with_param("exponent", 2) == strategy("time-dependent:exponent=2:band=0.1")
    assert dict(spec.params)["exponent"] == 3


def test_a_changed_parameter_is_checked() -> None:
    with pytest.raises(ScenarioError, match="exponent"):
        strategy("time-dependent").with_param("exponnt", 2)
    with pytest.raises(ScenarioError, match="above 0"):
        strategy("time-dependent").with_param("exponent", -2)


@pytest.mark.parametrize("part", ["time-dependent:exponent=3", PATH, Ladder(band=0.2), Plain])
def test_specs_survive_pickling(part: object) -> None:
    spec = strategy(part)
    again = pickle.loads(pickle.dumps(spec))
    assert str(again) == str(spec)
    assert type(again.build()) is type(spec.build())


@given(
    st.lists(st.integers()),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.none() | st.integers(),
)
def test_the_text_of_a_spec_parses_to_the_spec(
    offers: list[int], labels: list[str], motto: str, limit: int | None
) -> None:
    spec = strategy("scripted:offers=[]")
    for name, value in {"offers": offers, "labels": labels, "motto": motto, "limit": limit}.items():
        spec = spec.with_param(name, value)
    assert strategy(str(spec)) == spec


def test_parameters_are_described_with_type_default_and_meaning() -> None:
    exponent, band, *others = describe(Ladder)
    assert exponent == ("exponent", "a number", 4.0, "Shape of the concession, on two lines.", ())
    assert band.doc == "Width of the band."
    names = [other.name for other in others]
    assert names == ["tolerance", "resolve", "belief", "noise"]
    assert describe(Plain) == []


def test_parameters_without_default_are_described_as_such() -> None:
    offers, *_, limit, _, _ = describe(Script)
    assert offers.default is REQUIRED
    assert limit.type == "a whole number or none"
    assert describe(Volatile)[0].default == 0.1


def test_a_class_that_lacks_a_strategys_methods_is_told_what_to_inherit() -> None:
    with pytest.raises(ScenarioError, match=r"inherit agents\.strategies\.strategy\.Strategy"):
        parts.parse(object, "strategy", ROSTER)
