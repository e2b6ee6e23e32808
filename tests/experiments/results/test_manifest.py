"""What binds a folder of results: its points, and the code of the user's that was played."""

import datetime
import importlib
import json
import math
import multiprocessing
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from experiments.cli.main import main
from experiments.design import fingerprint, sampling
from experiments.design.axis import Axis
from experiments.design.experiment import Experiment
from experiments.design.plan import plan
from experiments.results import amend, manifest
from experiments.results.merge import merge
from experiments.sweep import load_experiment, open_results, sweep
from simulator.errors import ScenarioError, StoreError, WorkerError

DRAWN = Experiment(
    "drawn",
    model="tests.sweepable.square",
    axes=(Axis("x", None, 0, 1),),
    design="sobol",
    samples=8,
    metrics=("y",),
)
STRATEGY = "countries.home.strategy"

Write = Callable[..., None]


def leave(folder: Path) -> None:
    """Have the modules of a folder imported anew, as in another process."""
    for name, module in list(sys.modules.items()):
        if str(folder) in str(getattr(module, "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes modules of the user's into the current folder, by their paths in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    def written(**modules: str) -> None:
        for name, text in modules.items():
            path = tmp_path / f"{name.replace('__in__', '/')}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        importlib.invalidate_caches()

    yield written
    leave(tmp_path)


def other_shares(design: str, *sizes: int, shares: Any = sampling._shares) -> Any:
    """Draws as no design but ``monte-carlo`` would."""
    return shares("monte-carlo", *sizes)


def drawn_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands for another scipy, which draws other points."""
    monkeypatch.setattr(sampling, "_shares", other_shares)
    monkeypatch.setattr(manifest, "version", lambda name: "99.0" if name == "scipy" else "1.0")


# -- points --------------------------------------------------------------------------------------


def test_points_of_another_package_are_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep(DRAWN, tmp_path / "out", workers=1)
    assert manifest.read_manifest(tmp_path / "out")["scipy"] == version("scipy")
    sweep(DRAWN, tmp_path / "out", workers=1, resume=True)
    monkeypatch.setattr(sampling, "_shares", other_shares)
    told = rf"points: those drawn by numpy .* and scipy {version('scipy')} -> others"
    with pytest.raises(StoreError, match=told):
        sweep(DRAWN, tmp_path / "out", workers=1, resume=True)


def test_shards_of_other_points_are_not_put_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep(DRAWN, tmp_path / "1", workers=1, shard=(1, 2))
    with monkeypatch.context() as patch:
        drawn_otherwise(patch)
        manifest_of_another = manifest.manifest_of(plan(DRAWN, (2, 2)))
    sweep(DRAWN, tmp_path / "2", workers=1, shard=(2, 2))
    merge([tmp_path / "1", tmp_path / "2"], tmp_path / "whole")
    ours = manifest.read_manifest(tmp_path / "2")
    changed = {key: manifest_of_another[key] for key in ("points_digest", "scipy")}
    manifest.write_manifest(tmp_path / "2", {**ours, **changed})
    with pytest.raises(StoreError, match=r"-> others, drawn by numpy .* and scipy 99\.0"):
        merge([tmp_path / "1", tmp_path / "2"], tmp_path / "other")


def test_other_points_of_another_experiment_are_not_told_beside_what_has_changed() -> None:
    first, second = (manifest.manifest_of(plan(replace(DRAWN, samples=n))) for n in (8, 16))
    assert manifest.differences(first, second) == ["  samples: 8 -> 16"]


def test_axes_in_another_order_are_another_experiment(tmp_path: Path) -> None:
    axes = Axis("x", (1, 2, 3)), Axis("z", (1, 2, 3))
    one, other = (
        Experiment("m", model="tests.sweepable.square", axes=order) for order in (axes, axes[::-1])
    )
    told = "order of axes: x, z -> z, x"
    sweep(one, tmp_path / "1", workers=1, shard=(1, 2))
    with pytest.raises(StoreError, match=told):
        sweep(other, tmp_path / "1", workers=1, shard=(1, 2), resume=True)
    sweep(other, tmp_path / "2", workers=1, shard=(2, 2))
    with pytest.raises(StoreError, match=told):
        merge([tmp_path / "1", tmp_path / "2"], tmp_path / "whole")


@pytest.mark.parametrize(
    "axis",
    [
        Axis("x", tuple(np.linspace(0, 1, 3))),
        Axis("x", tuple(np.arange(3))),
        Axis("x", (np.str_("a"), np.bool_(True), np.array([1, 2]))),
    ],
)
def test_values_of_numpy_are_kept_as_plain_ones(tmp_path: Path, axis: Axis) -> None:
    experiment = Experiment("m", model="tests.sweepable.named", axes=(axis,))
    before = sweep(experiment, tmp_path, workers=1)
    assert before.experiment.axes == (axis,)
    assert sweep(experiment, tmp_path, workers=1, resume=True).runs.equals(before.runs)


def test_ends_of_numpy_are_kept_as_plain_ones(tmp_path: Path) -> None:
    one, other = (
        replace(DRAWN, axes=(Axis("x", None, low, high),))
        for low, high in ((np.float64(0), np.float64(1)), (0.0, 1.0))
    )
    sweep(one, tmp_path, workers=1)
    assert len(sweep(other, tmp_path, workers=1, resume=True).runs) == 8
    assert all(type(end) is float for end in (one.axes[0].low, one.axes[0].high))


@pytest.mark.parametrize(
    "values",
    [
        (2**70,),
        (10**400, 0.5),
        ("\ud800",),
        ([["\udcff"]],),
        ({"\udcff": 1},),
        (math.nan,),
        ([math.inf],),
        (object(), 1),
        (datetime.datetime(2025, 1, 1),),
    ],
)
def test_values_that_cannot_be_kept_are_refused_before_there_is_a_folder(
    tmp_path: Path, values: tuple[object, ...]
) -> None:
    experiment = Experiment("m", model="tests.sweepable.named", axes=(Axis("x", values),))
    with pytest.raises(ScenarioError, match=r"axes\.x: .*: what can be kept: finite numbers"):
        sweep(experiment, tmp_path / "out", workers=1)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "axes", [(Axis("x\udcff", (1,)),), (Axis("x", None, 0, 2**70, integer=True),)]
)
def test_paths_and_ends_that_cannot_be_kept_are_refused(axes: tuple[Axis, ...]) -> None:
    experiment = Experiment("m", None, axes=axes, design="monte-carlo", samples=4)
    with pytest.raises(ScenarioError, match=r"axes: .* are Unicode|axes\.x: .* within 64 bits"):
        plan(replace(experiment, model="tests.sweepable.named"))


# -- code ----------------------------------------------------------------------------------------

MODEL = "from {} import base\ndef model(parameters, seed):\n    return {{'y': base(parameters)}}\n"
BASE = "def base(parameters):\n    return parameters['x']\n"
OWN = "from agents.strategies.time_dependent import TimeDependent\nclass Mine(TimeDependent):\n"


def digest_of(experiment: Experiment, name: str) -> str:
    leave(Path.cwd())
    return fingerprint.digests(plan(experiment).experiment)[name]


def modelled(path: str) -> Experiment:
    return Experiment("m", model=path, axes=(Axis("x", (1, 2)),), metrics=("y",))


@pytest.mark.parametrize(
    ("name", "modules", "changed"),
    [
        ("one", {"one": BASE + MODEL.format("math").replace("import base", "import pi")}, "one"),
        ("two", {"two": MODEL.format("rule_a"), "rule_a": BASE}, "rule_a"),
        (
            "three.top",
            {"three__in__top": MODEL.format(".low"), "three__in__low": BASE},
            "three/low",
        ),
        (
            "seven.top",
            {
                "seven__in__top": MODEL.format(".")
                .replace("base\n", "low\n")
                .replace("base", "low.base"),
                "seven__in__low": BASE,
            },
            "seven/low",
        ),
        (
            "four",
            {"four": MODEL.format("rule_b"), "rule_b": "from rule_c import base", "rule_c": BASE},
            "rule_c",
        ),
        (
            "five",
            {"five": "import six_a.rule\n" + MODEL.format("six_a"), "six_a__in__rule": BASE}
            | {"six_a__in____init__": "from six_a.rule import base"},
            "six_a/rule",
        ),
    ],
)
def test_code_is_the_module_and_all_that_it_imports_from_its_folder(
    write: Write, name: str, modules: dict[str, str], changed: str
) -> None:
    write(**modules, stranger="")
    experiment = modelled(f"{name}.model")
    before = digest_of(experiment, f"{name}.model")
    Path("stranger.py").write_text("pi = 3", encoding="utf-8")
    assert digest_of(experiment, f"{name}.model") == before
    file = Path(f"{changed}.py")
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert digest_of(experiment, f"{name}.model") == before
    file.write_text(file.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    assert digest_of(experiment, f"{name}.model") != before


def test_installed_packages_are_not_the_users_code(tmp_path: Path) -> None:
    shared = tmp_path / "site-packages"
    for name, text in {"mine": "import theirs\nimport mine.more", "theirs": ""}.items():
        (shared / name).mkdir(parents=True)
        (shared / name / "__init__.py").write_text(text, encoding="utf-8")
    (shared / "mine" / "more.py").write_text("", encoding="utf-8")
    assert fingerprint._source(shared, "mine.more", "mine") is not None
    assert fingerprint._source(shared, "theirs", "mine") is None
    assert fingerprint._source(tmp_path / "site-packages", "agents", "mine") is None


@pytest.mark.parametrize("where", ["event", "talk", "axis", "events that vary"])
def test_parts_are_found_wherever_a_scenario_names_them(write: Write, where: str) -> None:
    name = f"part_{where.split()[0]}_{len(where)}"
    write(**{name: f"{OWN}    pass\n"})
    path = f"{name}.Mine"
    events = [{"id": "turn", "date": "2025-08-01", "set": {STRATEGY: f"{path}:exponent=2"}}]
    base: dict[str, Any] = load_experiment("first-talk").base.data
    axes: tuple[Axis, ...] = ()
    changes: dict[str, Any] = {}
    if where == "event":
        base["events"] = events
    elif where == "talk":
        changes = {"talks.trade.strategy.home": path}
    elif where == "axis":
        axes = (Axis(STRATEGY, ("linear", path)),)
    else:
        axes = (Axis("events", (events, [])),)
    experiment = Experiment("e", base, axes=axes, set=changes)
    before = digest_of(experiment, path)
    write(**{name: f"{OWN}    exponent = 3\n"})
    assert digest_of(experiment, path) != before


OWN_MODEL = "def model(parameters, seed):\n    return {'y': parameters['x']}\n"
#: Changes its own file, and then ends its process; once.
TURNCOAT = f"""
import os
from pathlib import Path
def model(parameters, seed):
    if parameters['x'] == 3 and not Path('mark').exists():
        Path('mark').touch()
        Path(__file__).write_text({OWN_MODEL!r})
        os._exit(1)
    return {{'y': parameters['x']}}
"""


@pytest.mark.parametrize("helper", [False, True])
@pytest.mark.parametrize("workers", [1, 2])
def test_code_that_changed_since_it_was_imported_is_not_played(
    write: Write, workers: int, helper: bool
) -> None:
    name, changed = (f"{role}_{workers}_{helper}" for role in ("stale", "base"))
    write(**{name: MODEL.format(changed), changed: BASE} if helper else {name: OWN_MODEL})
    sweep(modelled(f"{name}.model"), "first", workers=workers)
    sweep(modelled(f"{name}.model"), "second", workers=workers)
    write(**{changed: BASE + "# more\n"} if helper else {name: OWN_MODEL + "# more\n"})
    told = rf"{changed if helper else name}\.py'.*has changed since, start anew"
    with pytest.raises(ScenarioError, match=told):
        sweep(modelled(f"{name}.model"), "third", workers=workers)
    assert not Path("third").exists()
    leave(Path.cwd())
    sweep(modelled(f"{name}.model"), "third", workers=workers)


def test_a_module_that_was_loaded_again_is_played_as_it_is(write: Write) -> None:
    write(again=OWN_MODEL)
    sweep(modelled("again.model"), "first", workers=1)
    write(again=OWN_MODEL.replace("['x']", "['x'] + 10"))
    importlib.reload(sys.modules["again"])
    assert sweep(modelled("again.model"), "second", workers=1).runs["y"].tolist() == [11.0, 12.0]


def test_workers_that_imported_other_code_play_nothing(write: Write) -> None:
    write(kept=OWN_MODEL)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as executor:
        sweep(modelled("kept.model"), "first", executor=executor)
        write(kept=OWN_MODEL + "# more\n")
        leave(Path.cwd())
        with pytest.raises(WorkerError, match=r"kept\.py'.*has changed since"):
            sweep(modelled("kept.model"), "second", executor=executor)
    assert len(open_results("second").runs) == 0


def test_workers_that_come_later_play_no_other_code(write: Write) -> None:
    write(turncoat=TURNCOAT)
    experiment = replace(modelled("turncoat.model"), axes=(Axis("x", tuple(range(6))),))
    with pytest.raises(WorkerError, match=r"turncoat\.model is not that with which the sweep"):
        sweep(experiment, "out", workers=2, chunk=1)
    assert Path("mark").exists()
    runs = open_results("out").runs
    assert runs["error"].isna().all()
    assert 3 not in set(runs["x"])


def test_a_text_that_varies_and_is_no_part_is_no_code() -> None:
    axes = (Axis("title", ("os.path", "sys.version", "json.no_such")),)
    assert fingerprint.digests(plan(Experiment("e", "first-talk", axes=axes)).experiment) == {}


# -- repairs -------------------------------------------------------------------------------------

BROKEN = "def model(parameters, seed):\n    return {'y': 1 / (parameters['x'] - 2)}\n"
MENDED = BROKEN.replace("1 / (parameters['x'] - 2)", "parameters['x']")


def tradetalks(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def broken(write: Write, name: str) -> Path:
    """Return the folder of a sweep in which run 1 failed; the model is mended since."""
    write(**{name: BROKEN})
    toml = f'model = "{name}.model"\nname = "out"\nmetrics = ["y"]\naxes.x = [1, 2, 3]\n'
    Path("e.toml").write_text(toml, encoding="utf-8")
    assert tradetalks("sweep", "e.toml", "--allow-code", "--workers", "1").exit_code == 1
    write(**{name: MENDED})
    del sys.modules[name]
    return Path("results/out")


def test_failed_runs_are_played_again_with_changed_code_and_it_is_noted(write: Write) -> None:
    folder = broken(write, "mended_a")
    before = manifest.read_manifest(folder)
    refused = tradetalks("sweep", str(folder), "--resume", "--allow-code", "--workers", "1")
    assert refused.exit_code == 2
    assert "code.mended_a.model: " in refused.stderr
    again = tradetalks("sweep", str(folder), "--retry-failed", "--allow-code", "--workers", "1")
    assert again.exit_code == 0, again.stderr
    assert "Warning: code has changed" in again.stderr
    assert "code.mended_a.model: " in again.stderr
    assert open_results(folder).runs["y"].tolist() == [-1.0, 2.0, 1.0]
    (noted,) = manifest.read_manifest(folder)["repairs"]
    assert noted["runs"] == "1"
    assert noted["code_before"] == before["code"]
    assert (
        tradetalks("sweep", str(folder), "--resume", "--allow-code", "--workers", "1").exit_code
        == 0
    )
    quiet = tradetalks("sweep", str(folder), "--retry-failed", "--allow-code", "--workers", "1")
    assert "Warning" not in quiet.stderr
    assert manifest.read_manifest(folder)["repairs"] == [noted]
    assert "changed code plays the runs 1" in " ".join(
        tradetalks("status", str(folder)).stdout.split()
    )
    assert tradetalks("merge", str(folder), "--out", "whole").exit_code == 0
    assert manifest.read_manifest(Path("whole"))["repairs"] == [noted]


def test_runs_of_what_is_set_aside_are_noted_as_played_with_the_changed_code(write: Write) -> None:
    write(mended_d=BROKEN)
    experiment = replace(modelled("mended_d.model"), axes=(Axis("x", tuple(range(1, 7))),))
    out, other = Path("out"), Path("other")
    for folder, chunk in ((out, 2), (other, 4)):
        sweep(experiment, folder, workers=1, chunk=chunk)
    second = sorted((out / "runs").iterdir())[1]
    doubled = min((other / "runs").iterdir())
    second.unlink()
    shutil.copyfile(doubled, out / "runs" / doubled.name)
    write(mended_d=MENDED)
    leave(Path.cwd())
    runs = sweep(experiment, out, workers=1, retry_failed=True).runs
    assert (out / "set-aside" / "runs" / doubled.name).exists()
    assert runs["y"].tolist() == [-1.0, 2.0, 3.0, 4.0, 1 / 3, 0.25]
    assert manifest.read_manifest(out)["repairs"][0]["runs"] == "1-3"


def test_a_sweep_from_python_takes_mended_code_too(write: Write) -> None:
    folder = broken(write, "mended_c")
    results = sweep(
        load_experiment("e.toml", allow_code=True), folder, workers=1, retry_failed=True
    )
    assert results.runs["error"].isna().all()
    assert len(results.manifest["repairs"]) == 1


def test_nothing_but_code_may_change_when_failed_runs_are_played_again(write: Write) -> None:
    folder = broken(write, "mended_b")
    before = json.loads((folder / manifest.NAME).read_text(encoding="utf-8"))
    options = ("--retry-failed", "--seed", "3", "--allow-code", "--workers", "1")
    refused = tradetalks("sweep", str(folder), *options)
    assert refused.exit_code == 2
    assert "seed: 0 -> 3" in refused.stderr
    assert json.loads((folder / manifest.NAME).read_text(encoding="utf-8")) == before


def test_runs_are_noted_as_ranges() -> None:
    assert amend.repaired({}, {"code": {}}, [0, 1, 2, 5, 7, 8])["repairs"][0]["runs"] == (
        "0-2, 5, 7-8"
    )


# -- folders -------------------------------------------------------------------------------------


@pytest.mark.parametrize("out", ["p.csv", "p.csv/more"])
def test_a_file_in_place_of_a_folder_is_bad_input(write: Write, out: str) -> None:
    Path("p.csv").write_text("x\n", encoding="utf-8")
    vary = ("--vary", "countries.home.patience=.9,1")
    for arguments in (
        ("sweep", "first-talk", *vary, "--out", out),
        ("sweep", "first-talk", *vary, "--out", out, "--dry-run"),
        ("merge", "a", "b", "--out", out),
    ):
        result = tradetalks(*arguments)
        assert result.exit_code == 2
        assert "p.csv' is a file; name a folder" in result.stderr
