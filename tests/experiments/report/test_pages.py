import re
import shlex
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from markupsafe import Markup

from agents.strategies.time_dependent import Linear
from experiments.pages.no_agreement import no_agreement
from experiments.report.document import without_paths
from experiments.report.repeat import changed
from experiments.report.run import run_report
from experiments.report.sweep import sweep_report
from experiments.run import load, run
from experiments.sweep import Results, load_experiment, open_results, sweep
from simulator.text import sentence_case
from tests.experiments.plots.drawn import HOLD_OUT, played, world
from tests.experiments.report.reading import HOSTILE, Page
from tests.simulator.world.small import week

RUNS = ["no deal", "no talk", "forty", "odd names"]
SWEEPS: dict[str, dict[str, Any]] = {
    "everything": {
        "scenario": world("two"),
        "title": HOSTILE[0] + HOSTILE[2],
        "replications": 3,
        "tables": {"trust": 2, "deals": 1, "payoffs": 1},
        "metrics": ["mean_trust_end", "first_signing"],
        "axes": {"talks.trade.deadline": [week(3), week(5)], "countries.us.patience": [0.9, 0.99]},
    },
    "no deal": {"scenario": world("two"), "set": HOLD_OUT, "metrics": ["first_signing"],
                "axes": {"countries.us.patience": [0.9, 0.99]}},
    "saltelli": {"model": "tests.sweepable.square", "design": "saltelli", "samples": 8,
                 "axes": {"x": {"low": 0, "high": 1}, "z": {"low": 0, "high": 1}}},
    "all failed": {"model": "tests.sweepable.raises", "metrics": ["y"],
                   "axes": {"x": [0], "z": [1, 2]}},
    "nothing varies": {"scenario": world("two")},
}  # fmt: skip


def checked(source: bytes) -> Page:
    """Return a page that asks for nothing, runs nothing and fits together."""
    page = Page(source.decode())
    assert page.faults == []
    assert not page.tags & {"script", "iframe", "object", "embed", "form", "base", "x-evil"}
    links = [*page.values("src"), *page.values("href")]
    assert all(link.startswith(("data:", "#")) for link in links)
    assert not any(name.startswith("on") for _, attrs in page.elements for name in attrs)
    assert not re.search(r"url\(|@import|expression", page.styles)
    pictures = [unquote(src) for src in page.values("src")]
    assert not any(re.search(r'<script|href="(?!#|data:)|url\((?!#)', src) for src in pictures)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links if link.startswith("#")} == set(ids)
    assert all(attrs["alt"] for attrs in page.all("img"))
    assert page.elements[0] == ("html", {"lang": "en"})
    assert "viewport" in page.values("name")
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in page.values("content")
    return page


@pytest.mark.parametrize("name", RUNS)
def test_the_page_of_every_world_stands_by_itself(name: str) -> None:
    page = checked(run_report(played(name)))
    least = {"no talk": 5}.get(name, 7)
    assert len(page.all("img")) == least
    assert len(page.all("h1")) == 1
    openings = max(track.openings for track in played(name).world.tracks.values())
    assert ("Drawn is the first of" in page.text) == (openings > 1)


def test_a_run_tells_its_story_deals_and_how_to_repeat_it() -> None:
    r = played("first-talk")
    page = checked(run_report(r))
    assert "1 deal signed" in page.text
    assert "Home and Partner, " not in page.text
    for told in ("What happened", "Talk by talk", "What was on the table", r.scenario.hash,
                 "Home's tariff", "declines;", "if kept", "mesa", "matplotlib"):  # fmt: skip
        assert told in page.text
    assert f"tradetalks run first-talk --seed {r.seed}" in page.text


def test_a_run_answers_above_its_contents_who_signed_broke_and_trusts_with_a_picture() -> None:
    allies = run("allies-2025", weeks=60)
    head, _, rest = run_report(allies).decode().partition("</header>")
    assert head.count("<img") == 1
    assert all(word in head for word in ("signed with", "Broken promises", "trust"))
    assert head.partition('class="columns"')[2].count("<h2>") == 3
    assert "Talk by talk" in rest


def test_a_run_says_why_nothing_could_be_agreed_in_the_words_of_the_terminal() -> None:
    barred = run("first-talk", set={"talks.trade.audience.partner.threshold": 50})
    (told,) = no_agreement(barred.scenario)
    assert "the audience of Partner passes none of them" in told
    assert told in checked(run_report(barred)).text
    assert "Nothing to agree on" not in checked(run_report(run("first-talk"))).text


def test_the_scenario_in_the_page_plays_the_same_run() -> None:
    bare = run("first-talk", 3, 9, {"countries.home.patience": 0.9}, tables=[])
    again = run(_saved(run_report(bare), "scenario.toml"), 3, tables=[])
    assert again.row() == bare.row()


@pytest.mark.parametrize("title", ["a\x85b", "a\u202eb", "a\x1b[1mb", "a\nb", r"a\x85b"])
def test_the_scenario_in_the_page_says_what_it_said_whatever_that_is(title: str) -> None:
    page = run_report(run(world("two"), set={"title": title}, tables=[]))
    assert _saved(page, "scenario.toml")["title"] == title


@pytest.mark.parametrize(
    ("changes", "options"),
    [
        ({}, []),
        ({"weeks": 9}, ["weeks=9"]),
        ({"countries.home.patience": 0.9, "countries.home.compliance": "volatile:probability=0.5"},
         ["countries.home.compliance=volatile:probability=0.5", "countries.home.patience=0.9"]),
        ({"title": "it's 5"}, ["title=it's 5"]),
        ({"talks.trade.issues.tariff.face.home": 0.1}, ["talks.trade.issues.tariff.face.home=0.1"]),
        ({"talks.trade.deadline": "2025-03-03"}, ["talks.trade.deadline=2025-03-03"]),
        ({"name": "mine"}, None),
        ({"countries.home.trust": None}, None),
    ],
)  # fmt: skip
def test_a_shipped_scenario_is_repeated_by_its_name_and_what_was_set(
    changes: dict[str, Any], options: list[str] | None
) -> None:
    found = changed(load("first-talk", changes))
    assert (found if found is None else sorted(found)) == options


def test_the_command_in_the_page_is_one_that_a_shell_reads_as_it_is_meant() -> None:
    r = run("first-talk", 4, set={"title": "it's 5"}, tables=[])
    line, _ = re.findall("tradetalks run .*", Page(run_report(r).decode()).text)
    options = ["--seed", "4", "--set", "title=it's 5"]
    assert shlex.split(line) == ["tradetalks", "run", "first-talk", *options]


class Late(Linear):
    """A strategy as a notebook has one."""


def test_a_part_that_no_command_finds_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Late, "__module__", "__main__")
    monkeypatch.setattr(sys.modules["__main__"], "Late", Late, raising=False)
    own = run("first-talk", set={"countries.home.strategy": Late}, tables=[])
    assert "written on the spot, __main__.Late:" in Page(run_report(own).decode()).text
    plain = run("first-talk", tables=[])
    assert "on the spot" not in Page(run_report(plain).decode()).text


def _saved(source: bytes, name: str) -> dict[str, Any]:
    """Return what is in a file that a page offers to save."""
    (link,) = (attrs for attrs in Page(source.decode()).all("a") if attrs.get("download") == name)
    return tomllib.loads(unquote(link["href"].partition(",")[2]))


def test_of_the_same_run_the_page_is_the_same() -> None:
    first, second = (run_report(run(world("two"), 5)) for _ in range(2))
    assert first == second


def test_a_run_without_tables_has_a_page_that_says_what_is_missing() -> None:
    page = checked(run_report(run(world("two"), tables=[])))
    assert "did not keep offers, deals, performance, trust, threats and payoffs" in page.text
    assert "timeline: the table 'offers' was not kept" in page.text
    assert len(page.all("img")) == 2  # the graph and the zone take no table


def test_a_picture_that_would_be_too_large_as_lines_is_one_of_dots(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("experiments.report.figures.LARGEST", 0)
    page = checked(run_report(run(world("two"), tables=[])))
    assert all(source.startswith("data:image/png;base64,") for source in page.values("src"))


@pytest.mark.parametrize("tables", [[], ["deals"], ["performance"], ["offers", "trust"]])
def test_a_run_is_shown_in_a_notebook_whatever_it_kept(tables: list[str]) -> None:
    assert Page(run("first-talk", tables=tables)._repr_html_()).faults == []


def test_a_hostile_name_changes_no_picture_and_no_address() -> None:
    data = world("two")
    data["title"] = data["countries"]["us"]["name"] = " ".join(HOSTILE[:5])
    page = checked(run_report(run(data)))
    assert "<x-evil>" in page.text
    assert len(page.all("img")) == 7


def test_payoffs_that_are_no_numbers_are_told_as_such() -> None:
    r = run(world("two"), tables=[])
    for total in r.world.totals.values():
        total.material = float("nan")
    assert "nan" in checked(run_report(r)).text


# -- sweeps ------------------------------------------------------------------------------------


@cache
def page_of(folder: Path) -> bytes:
    return sweep_report(open_results(folder))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Results]:
    home = tmp_path_factory.mktemp("results")
    for name, contents in SWEEPS.items():
        folder = home / name.replace(" ", "-")
        sweep(load_experiment({"name": folder.name, **contents}), folder, workers=1)
    return {name: open_results(home / name.replace(" ", "-")) for name in SWEEPS}


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Results:
    contents = {
        "name": "breaks",
        "scenario": "first-talk",
        "set": {"countries.home.compliance": "volatile:probability=0"},
        "axes": {"countries.home.compliance.probability": [0, 0.4, 0.8]},
        "replications": 8,
    }
    return sweep(load_experiment(contents), tmp_path_factory.mktemp("s") / "breaks", workers=1)


@pytest.mark.parametrize(
    ("name", "pictures", "told"),
    [
        (
            "everything",
            3,
            (
                "12 runs, none failed.",
                "Enough replications?",
                "<script>",
                "an axis does not appear shows means",
            ),
        ),
        ("no deal", 0, ("2 runs, none failed.", "no finite value")),
        ("saltelli", 1, ("Which axis moves", "Nor response and heatmap")),
        ("all failed", 0, ("2 runs, 2 failed.", "Failed runs: 2 of 2", "division by zero")),
        ("nothing varies", 0, ("1 run, none failed.", "--tables trust --out NEW")),
    ],
)
def test_the_page_of_every_sweep_stands_by_itself(
    name: str, pictures: int, told: tuple[str, ...], results: dict[str, Results]
) -> None:
    page = checked(page_of(results[name].folder))
    assert all(word in page.text for word in told), page.text
    assert len(page.all("img")) == pictures


def test_of_many_metrics_the_first_are_drawn_and_the_page_says_so(
    swept: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.report.sweep.MOST", 1)
    page = checked(sweep_report(swept))
    assert "Drawn are the first 1 of 4 metrics." in page.text
    assert len(page.all("img")) == 1


def test_a_sweep_answers_above_its_contents_what_changed_with_an_interval_and_a_picture(
    swept: Results,
) -> None:
    head, _, rest = sweep_report(swept).decode().partition("</header>")
    change = r"from \S+ to \S+, a (?:rise|fall) of \S+ to \S+ \(95 %\)\."
    words = "Chance that Home disregards a deal at a review"
    told = re.search(f"{words}.* from 0.0 to 0.8: (.+?) {change}", head)
    assert told is not None
    assert head.count("<img") == 1
    caption = f"{sentence_case(told[1])}: the mean of a metric over an axis"
    assert caption in head
    assert caption not in rest
    assert "The same in all runs, and not drawn: deals signed" in rest


def test_axes_and_metrics_of_a_sweep_are_called_by_what_they_are(swept: Results) -> None:
    played = sweep_report(swept).decode().partition("How to repeat it</h2>")[0]
    text = Page(f"<p>{played.partition('</style>')[2]}").text
    assert "Mean trust at the end" in text
    assert not [name for name in (*swept.axes, *swept.outcomes) if "_" in name and name in text]
    assert "countries." not in text


def test_a_page_says_nothing_of_where_it_was_made(swept: Results, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(load("first-talk").to_toml(), encoding="utf-8")
    sources = [sweep_report(swept), run_report(run(file))]
    for folder in (swept.folder.parent, tmp_path, Path.home(), Path.cwd()):
        assert not [page for page in map(bytes.decode, sources) if str(folder) in unquote(page)]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("No such file: '/home/ann/data/x.csv'", "No such file: 'x.csv'"),
        ("which /home/ann/results/sweep did not", "which sweep did not"),
        (r"C:\Users\ann\x.csv is bad", "x.csv is bad"),
        ("see https://example.org/a/b and/or results/sweep", None),
        ("a rate of 3/4/5 or /x", None),
        ('<img src="data:image/png;base64,a+/b/c/d">', None),
    ],
)
def test_files_in_a_text_lose_the_folders_that_they_lie_in(told: str, shown: str | None) -> None:
    assert without_paths(Markup(told)) == (told if shown is None else shown)


def test_a_picture_that_is_left_out_says_which_table_it_takes_and_how_to_keep_it(
    results: dict[str, Results],
) -> None:
    page = checked(page_of(results["no deal"].folder))
    assert "hazard takes the table 'deals'" in page.text
    assert "--tables deals --out NEW" in page.text


def test_a_picture_that_does_not_fit_a_sweep_is_not_missed(
    results: dict[str, Results],
) -> None:
    for name in ("no deal", "nothing varies"):
        page = checked(page_of(results[name].folder))
        missed = page.text.partition("Left out:")[2]
        assert "hazard" in missed
        assert not any(kind in missed for kind in ("sobol", "heatmap", "matrix", "response"))


@pytest.mark.parametrize("name", ["everything", "saltelli"])
def test_the_experiment_in_the_page_is_the_one_that_was_played(
    name: str, results: dict[str, Results]
) -> None:
    again = load_experiment(_saved(page_of(results[name].folder), "experiment.toml"))
    assert again.resolved() == results[name].experiment.resolved()


def test_of_the_same_results_the_page_is_the_same(results: dict[str, Results]) -> None:
    folder = results["no deal"].folder
    assert sweep_report(open_results(folder)) == page_of(folder)


def test_results_comparisons_and_indices_are_shown_in_a_notebook(
    results: dict[str, Results], tmp_path: Path
) -> None:
    from experiments.analysis.queries import comparison_of, sensitivity_of

    everything, saltelli = results["everything"], results["saltelli"]
    shown = [
        everything._repr_html_(),
        comparison_of(everything, everything)._repr_html_(),
        sensitivity_of(saltelli, "y")._repr_html_(),
    ]
    assert all(Page(one).faults == [] for one in shown)
    assert "mean_trust_end" in Page(shown[0]).text
    assert "Paired" in Page(shown[1]).text
    assert "Which axis moves y" in Page(shown[2]).text


def test_broken_results_are_shown_with_what_is_wrong(
    results: dict[str, Results], tmp_path: Path
) -> None:
    import shutil

    shutil.copytree(results["no deal"].folder, tmp_path / "copy")
    for segment in (tmp_path / "copy" / "runs").iterdir():
        segment.write_bytes(b"not parquet")
    page = Page(open_results(tmp_path / "copy")._repr_html_())
    assert "cannot be read" in page.text


def test_a_scenario_is_shown_with_its_countries_talks_and_levels() -> None:
    page = Page(load("first-talk")._repr_html_())
    assert page.faults == []
    assert all(word in page.text for word in ("Home", "Partner", "10, 5, 0", "%"))
