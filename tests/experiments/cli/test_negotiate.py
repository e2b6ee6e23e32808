import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from agents.roster import MODELS, STRATEGIES
from experiments.cli.main import main
from experiments.pages.negotiation import party_labels
from experiments.runs.negotiation import negotiate
from simulator.domains.read import read_domain
from simulator.errors import ScenarioError
from tests.problems import GOLDEN, comparable, distinct

#: What the golden file calls the strategies, and what they are here.
NAMES = {
    "naive_tft": "mirror",
    "aspiration": "time-dependent:tolerance=1e-3:last_turn=open",
    **{name: f"{name}:last_turn=open" for name in ("boulware", "linear", "conceder")},
}


#: Two that ask for 8, 6, 4 of 10 within 4 rounds: see their move-by-move test.
LINEAR = ["linear:last_turn=open"] * 2


def told(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def answer(*arguments: object) -> dict[str, Any]:
    done = told("negotiate", *arguments, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def profile(
    levels: dict[str, dict[str, float]],
    weights: dict[str, float] | None = None,
    reservation: float = 0.0,
) -> str:
    weights = weights or dict.fromkeys(levels, 1 / len(levels))
    return json.dumps({"reservationValue": reservation, "issueWeights": weights, "issues": levels})


def folder(path: Path, *profiles: str) -> Path:
    path.mkdir(exist_ok=True)
    for letter, text in zip("ABCD", profiles, strict=False):
        (path / f"profile{letter}.json").write_text(text, encoding="utf-8")
    return path


def pie(path: Path, slices: int = 10, reservations: tuple[float, float] = (0.0, 0.0)) -> Path:
    """The split of a pie: the level says how much the first party gets."""
    own = {str(k): k / slices for k in range(slices + 1)}
    rest = {str(k): 1 - k / slices for k in range(slices + 1)}
    sides = zip((own, rest), reservations, strict=True)
    return folder(path, *(profile({"share": side}, reservation=r) for side, r in sides))


def golden(path: Path, case: dict[str, Any]) -> Path:
    sides = []
    for party in case["parties"]:
        values = zip(case["issues"].items(), party["values"], strict=True)
        levels = {i: dict(zip(names, v, strict=True)) for (i, names), v in values}
        weights = dict(zip(case["issues"], party["weights"], strict=True))
        sides.append(profile(levels, weights, party["reserved_value"]))
    return folder(path, *sides)


# -- known answers -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", GOLDEN)
def test_the_command_plays_the_golden_talks_offer_by_offer(
    case: dict[str, Any], tmp_path: Path
) -> None:
    where, known = golden(tmp_path / "domain", case), case["result"]
    names = ",".join(NAMES.get(p["strategy"], p["strategy"]) for p in case["parties"])
    found = answer(where, "--strategies", names, "--rounds", case["n_steps"], "--trace")
    assert found["agreement"] == known["agreement"]
    assert found["rounds"] == known["steps"]
    assert (found["timed_out"], found["broken"]) == (known["timedout"], known["broken"])
    assert found["utilities"] == pytest.approx(known["utilities"], abs=1e-12)
    assert found["last_proposer"] == known["last_proposer"]
    assert found["n_offers"] == known["n_offers"]
    assert comparable(found["trace"], case) == comparable(case["trace"], case)
    analysed, points = found["analysis"], case["analysis"]
    assert analysed["n_outcomes"] == case["n_outcomes"]
    assert analysed["pareto_size"] == points["pareto_size"]
    assert analysed["opposition"] == pytest.approx(points["opposition"], abs=1e-12)
    keys = {"nash": "nash", "egalitarian": "kalai", "utilitarian": "utilitarian"}
    for name, key in keys.items():
        assert distinct(analysed[name]) == distinct(points[key])


def test_the_trace_comes_only_when_it_is_asked_for(tmp_path: Path) -> None:
    assert "trace" not in answer(pie(tmp_path / "pie"), "--strategies", "linear,linear")


def test_python_and_the_command_tell_the_same(tmp_path: Path) -> None:
    where = pie(tmp_path / "pie")
    played = negotiate(read_domain(where), LINEAR, 4)
    assert played.agreement == ("4",)
    assert played.utilities == pytest.approx([0.4, 0.6])
    assert played.trace == [(0, 0, ["8"]), (0, 1, ["2"]), (1, 0, ["6"]), (1, 1, ["4"])]
    assert answer(where, "--strategies", ",".join(LINEAR), "--rounds", 4, "--trace") == (
        json.loads(json.dumps(played.to_dict(trace=True)))
    )


def test_distances_are_to_what_theory_would_have(tmp_path: Path) -> None:
    found = answer(pie(tmp_path / "pie"), "--strategies", ",".join(LINEAR), "--rounds", 4)
    assert found["analysis"]["nash"] == [[0.5, 0.5]]
    assert found["analysis"]["distance_to_nash"] == pytest.approx(0.1 * 2**0.5)
    assert found["analysis"]["distance_to_pareto"] == 0.0


# -- ends ----------------------------------------------------------------------------------------


def test_without_agreement_everybody_gets_its_reservation(tmp_path: Path) -> None:
    where = pie(tmp_path / "pie", reservations=(0.3, 0.2))
    found = answer(where, "--strategies", "hardliner,hardliner", "--rounds", 5)
    assert (found["agreement"], found["timed_out"], found["broken"]) == (None, True, False)
    assert (found["rounds"], found["n_offers"], found["last_proposer"]) == (5, 10, 1)
    assert found["utilities"] == [0.3, 0.2]
    assert found["analysis"]["distance_to_nash"] is None


def test_whoever_can_agree_to_nothing_walks_away(tmp_path: Path) -> None:
    where = pie(tmp_path / "pie", reservations=(1.5, 0.0))
    found = answer(where, "--strategies", "linear,linear")
    assert (found["broken"], found["timed_out"], found["rounds"]) == (True, False, 1)
    assert (found["n_offers"], found["last_proposer"]) == (0, None)
    assert (found["analysis"]["pareto_size"], found["analysis"]["nash"]) == (0, [])


def test_a_number_of_proposals_ends_a_talk_when_the_last_of_them_is_answered(
    tmp_path: Path,
) -> None:
    where = pie(tmp_path / "pie")
    found = answer(where, "--strategies", "hardliner,hardliner", "--max-proposals", 3)
    assert (found["timed_out"], found["n_offers"], found["rounds"]) == (True, 3, 2)
    taken = answer(where, "--strategies", "hardliner,random:accepting=1", "--max-proposals", 1)
    assert (taken["agreement"], taken["n_offers"]) == (["10"], 1)


def test_parties_concede_by_the_deadline_that_a_number_of_proposals_sets(tmp_path: Path) -> None:
    where = pie(tmp_path / "pie")
    found = answer(where, "--strategies", ",".join(LINEAR), "--max-proposals", 7, "--trace")
    assert found["agreement"] == ["4"]
    assert [entry[2] for entry in found["trace"]] == [["8"], ["2"], ["6"], ["4"]]


# -- discounts -----------------------------------------------------------------------------------

TALK = """
name = "cake"

[[issues]]
name = "share"
levels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

[[profiles]]
name = "first"
discount = 0.5
reservation = 0.1
values.share = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

[[profiles]]
name = "second"
values.share = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0]
"""


@pytest.fixture
def cake(tmp_path: Path) -> Path:
    path = tmp_path / "cake.toml"
    path.write_text(TALK, encoding="utf-8")
    return path


# With 4 rounds the first party asks for 8.2, 6.4, 4.6 of 10, as it has .1 for certain, the second
# for 8, 6, 4: it takes the fifth proposal, in the third round, at relative time .6.
@pytest.mark.parametrize(
    ("options", "power"),
    [((), 0.6), (("--discounting", "proposal"), 4), (("--ignore-discount",), 0)],
)
def test_utilities_are_discounted_as_is_asked(
    cake: Path, options: tuple[str, ...], power: float
) -> None:
    found = answer(cake, "--strategies", ",".join(LINEAR), "--rounds", 4, "--trace", *options)
    assert [entry[2][0] for entry in found["trace"]] == [9, 2, 7, 4, 5]
    assert (found["agreement"], found["rounds"]) == ([5], 3)
    assert found["utilities"] == pytest.approx([0.5 * 0.5**power, 0.5])


@pytest.mark.parametrize(
    ("options", "power"), [((), 1), (("--discounting", "proposal"), 8), (("--ignore-discount",), 0)]
)
def test_without_agreement_the_reservation_is_discounted_to_the_end(
    cake: Path, options: tuple[str, ...], power: float
) -> None:
    found = answer(cake, "--strategies", "hardliner,hardliner", "--rounds", 4, *options)
    assert found["utilities"] == pytest.approx([0.1 * 0.5**power, 0.0])


# Of three parties the third refuses the fifth proposal in the second of at most three rounds.
def test_a_talk_is_discounted_for_the_time_that_has_passed_when_its_proposals_are_used_up(
    cake: Path,
) -> None:
    third = '[[profiles]]\nname = "third"\nvalues.share = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]\n'
    cake.write_text(f"{TALK}\n{third}")
    options = ("--strategies", "hardliner,hardliner,hardliner", "--max-proposals", 5)
    found = answer(cake, *options)
    assert (found["timed_out"], found["rounds"], found["n_offers"]) == (True, 2, 5)
    assert found["utilities"] == pytest.approx([0.1 * 0.5**0.5, 0.0, 0.0])


# The first party's .5, the second's 1: (1 - 1) / (1 - .5) of the cake, nothing, for the first, who
# will not have less than .1. Without discount by proposals both count .9: .53.
def test_equilibria_go_by_the_factors_of_the_domain_where_these_count_by_proposals(
    cake: Path,
) -> None:
    for options, share in (
        (("--discounting", "proposal"), 1),
        ((), 5),
        (("--ignore-discount",), 5),
    ):
        for name in ("rubinstein", "backward-induction"):
            found = answer(cake, "--strategies", f"{name},{name}", *options)
            assert (found["agreement"], found["n_offers"]) == ([share], 1)


# -- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--strategies", "boulwar,micro"), ("strategies.0", "boulwar", "boulware")),
        (("--strategies", "boulware,micro:x=1"), ("strategies.1.x", "takes no parameters")),
        (("--strategies", "boulware"), ("strategies", "one per profile", "2 profiles")),
        (("--strategies", "boulware,micro,mirror"), ("strategies", "2 profiles")),
        (("--strategies", "boulware,micro", "--models", "freq"), ("models", "frequency")),
        (("--strategies", "boulware,micro", "--plot", "x.gif"), ("--plot", "x.gif", ".svg")),
        (("--strategies", "boulware,micro", "--profiles", "profileA.json,profilC.json"),
         ("profilC.json", "profileA.json")),
        (("--strategies", "boulware,micro", "--rounds", "0"), ("--rounds", "0")),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_name(
    options: tuple[str, ...], words: tuple[str, ...], tmp_path: Path
) -> None:
    done = told("negotiate", pie(tmp_path / "pie"), *options)
    assert done.exit_code == 2
    assert all(word in done.stderr for word in words)
    assert done.stdout == ""


def test_python_refuses_what_the_command_refuses(tmp_path: Path) -> None:
    domain = read_domain(pie(tmp_path / "pie"))
    with pytest.raises(ScenarioError, match=r"(?s)rounds: 0.*max_proposals: 0.*strategies.1"):
        negotiate(domain, ["linear", "liner"], 0, max_proposals=0)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("rounds", 2.5, "a whole number from 1"),
        ("rounds", True, "a whole number from 1"),
        ("rounds", "9", "a whole number from 1"),
        ("seed", "a", "a whole number"),
        ("seed", 0.5, "a whole number"),
        ("max_proposals", 1.5, "a whole number from 1"),
        ("discounting", "proposals", "one of time, proposal, none; did you mean 'proposal'?"),
        ("discounting", 1, "one of time, proposal, none"),
    ],
)
def test_python_refuses_numbers_and_choices_of_the_wrong_kind(
    name: str, value: Any, words: str, tmp_path: Path
) -> None:
    domain = read_domain(pie(tmp_path / "pie"))
    with pytest.raises(ScenarioError) as caught:
        negotiate(domain, ["linear", "linear"], **{name: value})
    assert f"  {name}: {value!r}: {words}" in str(caught.value).replace('"', "'").replace(
        "true", "True"
    )


def test_python_takes_whole_numbers_of_numpy(tmp_path: Path) -> None:
    domain = read_domain(pie(tmp_path / "pie"))
    played = negotiate(domain, LINEAR, np.int64(4), np.int32(1))  # type: ignore[arg-type]
    assert played.agreement == ("4",)


def test_one_profile_is_one(tmp_path: Path) -> None:
    done = told("negotiate", folder(tmp_path / "nl", profile({"x": {"a": 1}})), "--strategies",
                "linear,linear")  # fmt: skip
    assert "nl has 1 profile here" in done.stderr


def test_profiles_may_have_quotes_in_their_names(tmp_path: Path) -> None:
    where = pie(tmp_path / "pie")
    for letter in "AB":
        (where / f"profile{letter}.json").rename(where / f"it's {letter}.json")
    options = ("--strategies", ",".join(LINEAR), "--rounds", 4)
    assert answer(where, *options, "--profiles", "it's A.json,it's B.json")["agreement"] == ["4"]


def test_remarks_are_told_alike_by_all_commands(tmp_path: Path) -> None:
    where = pie(tmp_path / "pie")
    (where / "profileC.json").write_text("null", encoding="utf-8")
    played = told("negotiate", where, "--strategies", "linear,linear")
    converted = told("convert", where, tmp_path / "out.toml", "--format", "tradetalks")
    assert "note: passed over" in played.stderr
    assert converted.stderr.startswith(played.stderr)


def test_a_strategy_that_raises_is_named(tmp_path: Path) -> None:
    script = 'scripted:offers=[["nothing"]]'
    done = told("negotiate", pie(tmp_path / "pie"), "--strategies", f"{script},micro")
    assert done.exit_code == 1
    assert "ScriptedOffers" in done.stderr
    assert "profileA" in done.stderr


# -- what is shown -------------------------------------------------------------------------------


def test_the_page_tells_the_end_the_parties_the_points_and_the_models(tmp_path: Path) -> None:
    where = pie(tmp_path / "pie")
    done = told("negotiate", where, "--strategies", "linear,boulware+noisy:sd=0.01", "--trace",
                "--models", "frequency,perfect")  # fmt: skip
    assert done.exit_code == 0, done.output
    for words in ("pie, 11 outcomes", "Agreement in round", "boulware+noisy:sd=0.01", "nash",
                  "frontier (11 outcomes)", "the model perfect"):  # fmt: skip
        assert words in done.stdout


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["buyer", "seller"], ["buyer", "seller"]),
        (["Site-Selection-A-prof1", "Site-Selection-A-prof2"], ["prof1", "prof2"]),
        (["laptop_buyer_utility", "laptop_seller_utility"], ["seat 0", "seat 1"]),
        (["a long name of one", "a long name of one more"], ["one", "one more"]),
        (["a long name of", "a long name of one"], ["of", "of one"]),
        (["another-profile1", "another-profile2", "c"], ["seat 0", "seat 1", "seat 2"]),
    ],
)
def test_labels_of_parties_are_short_and_whole_words(names: list[str], short: list[str]) -> None:
    assert party_labels(names) == short


@pytest.mark.parametrize("parties", [2, 3, 7])
def test_the_page_fits_80_columns_and_cuts_no_word(parties: int, tmp_path: Path) -> None:
    levels = {f"issue {k}": {f"v-{k}-{j}": j / 2 for j in range(3)} for k in range(5)}
    where = tmp_path / "market"
    where.mkdir()
    for seat in range(parties):
        file = where / f"Airport-Site-Selection-B-profile{seat}.json"
        file.write_text(profile(levels), encoding="utf-8")
    names = ",".join(["time-dependent:exponent=2.0:tolerance=0.001"] * parties)
    done = told("negotiate", where, "--strategies", names, "--trace", "--models", "frequency")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    words = set(re.split(r"[\s,]+", done.stdout))
    assert {"profile0", "utilitarian", "Airport-Site-Selection-B-profile0", "v-4-2"} <= words
    assert names.split(",")[0] in words
    proposal = lines.index(next(line for line in lines if line.startswith("0 ")))
    if parties == 2:
        assert lines[proposal].endswith("v-0-2, v-1-2, v-2-2, v-3-2, v-4-2")


def test_what_a_terminal_would_obey_is_written_out(tmp_path: Path) -> None:
    where = folder(tmp_path / "evil", *(profile({"\x1b[31mred": {"\x1b[2J": 1, "b": 0}}),) * 2)
    (where / "profileC\x1b[5m.json").write_text("null", encoding="utf-8")
    done = told("negotiate", where, "--strategies", "linear,linear", "--trace")
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert r"\x1b[2J" in done.stdout
    assert r"\x1b[31mred" in done.stdout
    assert r"\x1b[5m" in done.stderr


def test_the_page_sets_the_discounted_utility_beside_the_utility(cake: Path) -> None:
    done = told("negotiate", cake, "--strategies", "hardliner,hardliner", "--rounds", 5)
    assert re.search(r"utility +discounted +at best +without agreement", done.stdout)
    assert re.search(r"first +0\.100 +0\.050 +1\.000 +0\.100", done.stdout)


def test_models_are_scored_apart_from_the_strategies_that_may_use_them(tmp_path: Path) -> None:
    where = pie(tmp_path / "pie")
    models = ",".join(MODELS)
    found = answer(where, "--strategies", "linear,hardliner", "--rounds", 6, "--models", models)
    assert found["models"].keys() == MODELS.keys()
    for errors in found["models"].values():
        assert {(e["by"], e["seat"]) for e in errors} == {(0, 1), (1, 0)}
        assert len(errors) == found["n_offers"]
    assert all(e["weights"] == 0 and e["rank"] == pytest.approx(1)
               for e in found["models"]["perfect"])  # fmt: skip


def test_names_with_signs_of_formulas_are_drawn_as_they_are(tmp_path: Path) -> None:
    where = pie(tmp_path / "a$_{x$")
    (where / "profileA.json").rename(where / "$^{$.json")
    file = tmp_path / "picture.svg"
    done = told("negotiate", where, "--strategies", "linear,linear", "--plot", file)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_picture_is_written_whole(tmp_path: Path, kind: str) -> None:
    where, file = pie(tmp_path / "pie"), tmp_path / f"picture.{kind}"
    assert told("negotiate", where, "--strategies", "linear,linear", "--plot", file).exit_code == 0
    assert file.stat().st_size > 5_000
    assert not list(tmp_path.glob(".*"))


def test_a_place_where_no_picture_can_be_is_refused_before_anything_is_played(
    tmp_path: Path,
) -> None:
    (tmp_path / "folder.png").mkdir()
    for place in ("nowhere/picture.png", "folder.png"):
        arguments = (pie(tmp_path / "pie"), "--strategies", "linear,linear")
        done = told("negotiate", *arguments, "--plot", tmp_path / place)
        assert done.exit_code == 2
        assert str(tmp_path / place) in done.stderr
        assert ".part" not in done.stderr
        assert done.stdout == ""


def test_the_result_is_told_though_the_picture_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(part: Path, **_: object) -> None:
        raise OSError(28, "No space left on device", str(part))

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda _, part, **k: full(part))
    where, file = pie(tmp_path / "pie"), tmp_path / "picture.png"
    for options in ((), ("--json",)):
        done = told("negotiate", where, "--strategies", "linear,linear", "--plot", file, *options)
        assert done.exit_code == 1
        assert f"{file} could not be written" in done.stderr
        assert ".part" not in done.stderr
        assert "agreement" in done.stdout.lower()
    assert sorted(tmp_path.iterdir()) == [tmp_path / "pie"]


def test_a_small_domain_needs_neither_mesa_nor_pandas(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from experiments.cli.main import main\n"
        "done = CliRunner().invoke(main, ['negotiate', sys.argv[1], '--strategies', 'boulware,"
        "nice-tit-for-tat', '--json'])\n"
        "assert done.exit_code == 0, done.output\n"
        "heavy = {'mesa', 'pandas', 'matplotlib', 'scipy', 'networkx', 'pyarrow'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, pie(tmp_path / "pie")], check=True)


# -- strategies ----------------------------------------------------------------------------------


def test_all_strategies_are_listed_with_their_sources() -> None:
    done = told("strategies")
    assert done.exit_code == 0
    assert all(name in done.stdout for name in STRATEGIES)


def test_wrappers_are_named_with_what_they_go_by() -> None:
    for options in ((), ("--trust",)):
        shown = " ".join(told("strategies", *options).stdout.split())
        assert "parameters as they are by default" in shown
        assert "noisy chance, wary trust" in shown


def test_parts_are_listed_with_the_words_that_they_take() -> None:
    shown = " ".join(told("parts").stdout.split())
    for words in ("time, offers", "polynomial, exponential", "best, mean"):
        assert f"(one of {words})" in shown


def test_a_misspelt_choice_is_refused_with_the_nearest(tmp_path: Path) -> None:
    names = "resource-dependent:resource=offer,time-dependent:family=polynomal"
    done = told("negotiate", pie(tmp_path / "pie"), "--strategies", names)
    assert done.exit_code == 2
    assert "one of time, offers; did you mean 'offers'?" in done.stderr
    assert "did you mean 'polynomial'?" in done.stderr


def test_strategies_are_filtered_by_what_they_go_by() -> None:
    found = json.loads(told("strategies", "--model", "--json").stdout)
    assert set(found) == {"trade-off", "nice-tit-for-tat", "nash-seeking"}
    drawn = json.loads(told("strategies", "--stochastic", "--no-offers", "--json").stdout)
    assert set(drawn) == {"random", "top-fraction"}
    assert json.loads(told("strategies", "--trust", "--json").stdout) == {}
