"""Segments put together: the same tables in fewer files, whenever it is cut short."""

import glob
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from experiments.cli.main import main
from experiments.design.axis import Axis, vary
from experiments.design.experiment import Experiment
from experiments.results.compact import compact
from experiments.results.lock import Lock
from experiments.results.progress import Progress
from experiments.results.segments import Segments, read_segment
from experiments.results.store import StoredResults
from experiments.sweep import Results, load_experiment, open_results, sweep
from simulator.errors import StoreError, WriteError

ROOT = Path(__file__).parents[3]
WORLD = load_experiment(
    "first-talk",
    vary=[vary("countries.home.patience=.9:1:3")],
    set={"valuation_sd": 0.3},
    replications=4,
    weeks=20,
    tables={"deals": 1, "trust": 7},
)


def same(one: StoredResults, other: StoredResults) -> bool:
    """Whether tables are the same to the bit, NaN where the other has it too."""
    tables = [(one.arrow(table), other.arrow(table)) for table in other.tables]
    return all(
        a.schema.equals(b.schema, check_metadata=True) and a.to_pandas().equals(b.to_pandas())
        for a, b in tables
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return sweep(WORLD, tmp_path_factory.mktemp("whole") / "out", workers=1, chunk=2)


@pytest.fixture
def copy(whole: Results, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole.folder, tmp_path / "out"))


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def nothing_is_pending(experiment: Experiment, folder: Path) -> bool:
    told: list[Progress] = []
    sweep(experiment, folder, workers=1, resume=True, progress=told.append)
    set_aside = [note for note in told[0].notes if "set aside" in note]
    return len(told) == 1 and told[0].done == told[0].total and not set_aside


# -- the same tables -----------------------------------------------------------------------------


def test_many_segments_become_one_per_table_with_the_same_rows(whole: Results, copy: Path) -> None:
    done = compact(copy)
    assert (done.before[0], done.after[0]) == (18, 3)
    assert done.after[1] < done.before[1]
    assert same(open_results(copy), whole)
    assert {path.name for path in copy.iterdir()} == {"manifest.json", "runs", "deals", "trust"}
    assert nothing_is_pending(WORLD, copy)


@pytest.mark.parametrize("most", [1, 100, 150, 10_000])
def test_a_second_time_there_is_nothing_to_do(whole: Results, copy: Path, most: int) -> None:
    compact(copy, most)
    before = files(copy)
    done = compact(copy, most)
    assert done.before == done.after
    assert files(copy) == before
    assert same(open_results(copy), whole)


def test_large_segments_stay_apart(whole: Results, copy: Path) -> None:
    segments = whole.segments
    rows = {segments.rows(name) for name in segments.names()}
    compact(copy, 2 * max(rows))
    assert 1 < len(open_results(copy).segments.names()) < len(segments.names())
    assert same(open_results(copy), whole)


def test_runs_of_segments_that_lie_between_each_other_are_sorted(tmp_path: Path) -> None:
    from experiments.results.merge import merge

    axes = (Axis("x", (1,)),)
    experiment = Experiment("m", model="tests.sweepable.square", axes=axes, replications=20)
    for k in (1, 2):
        sweep(experiment, tmp_path / str(k), workers=1, shard=(k, 2), chunk=3)
    merged = merge([tmp_path / "1", tmp_path / "2"], tmp_path / "whole")
    expected = merged.arrow("runs")
    compact(merged.folder)
    (path,) = (merged.folder / "runs").iterdir()
    assert read_segment(path).equals(expected)
    assert read_segment(path)["run"].to_pylist() == list(range(20))


def test_an_interrupted_sweep_is_gone_on_with_after_it(whole: Results, copy: Path) -> None:
    for name in whole.segments.names()[1::2]:
        (copy / "runs" / name).unlink()
    compact(copy)
    assert len(open_results(copy).segments.names()) == 1
    assert same(sweep(WORLD, copy, workers=1, resume=True), whole)
    compact(copy)
    assert len(open_results(copy).segments.names()) == 1
    assert same(open_results(copy), whole)


def test_runs_that_failed_are_played_again_from_what_was_put_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    axes = (Axis("x", tuple(range(20))),)
    experiment = Experiment("m", model="tests.sweepable.sometimes", axes=axes, metrics=("y",))
    with monkeypatch.context() as broken:
        broken.setenv("TRADETALKS_TEST_BROKEN", "1")
        sweep(experiment, tmp_path / "out", workers=1, chunk=6)
    compact(tmp_path / "out")
    again = sweep(experiment, tmp_path / "out", workers=1, retry_failed=True, chunk=6)
    assert again.runs["error"].isna().all()
    # The first segment has its old name, and lacks the runs that are in the others now.
    compact(tmp_path / "out")
    assert open_results(tmp_path / "out").runs["y"].tolist() == list(range(20))


@pytest.fixture
def racing(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is put together as soon as somebody has looked what is in it."""
    names, reading = Segments.names, True

    def watched(segments: Segments) -> list[str]:
        nonlocal reading
        found = names(segments)
        if reading:
            reading = False
            compact(copy)
        return found

    monkeypatch.setattr(Segments, "names", watched)
    return copy


@pytest.mark.parametrize("table", ["deals", "trust"])
def test_a_table_is_read_while_its_segments_are_put_together(
    whole: Results, racing: Path, table: str
) -> None:
    assert open_results(racing).arrow(table).equals(whole.arrow(table))
    assert len(open_results(racing).segments.names()) == 1


def test_a_folder_is_told_of_while_its_segments_are_put_together(racing: Path) -> None:
    told = tradetalks("status", str(racing)).stdout
    assert len(open_results(racing).segments.names()) == 1
    assert "broken" not in told
    assert "12 of 12 runs" in told
    assert "in 3 segments" in told


# -- being killed --------------------------------------------------------------------------------

#: Compacts copies of a folder, and is killed in the k-th at its k-th change of files.
KILLED = """
import os, shutil, signal, sys
import pyarrow.compute, pyarrow.parquet  # once, and not in each child
from experiments import run
from experiments.runs import tables
from experiments.results.compact import compact
folder, home = sys.argv[1:]

def die_at(step, out):
    changes = 0
    def watch(event, arguments):
        nonlocal changes
        made = event == "open" and arguments[2] & os.O_CREAT
        changed = made or event in ("os.rename", "os.remove")
        if changed and str(arguments[0]).startswith(out):
            if changes == step:
                os.kill(os.getpid(), signal.SIGKILL)
            changes += 1
    sys.addaudithook(watch)

for step in range(1000):
    out = os.path.join(home, str(step))
    shutil.copytree(folder, out)
    child = os.fork()
    if not child:
        die_at(step, out)
        compact(out)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
def test_a_kill_at_any_change_of_files_loses_and_doubles_no_run(
    whole: Results, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", KILLED, str(whole.folder), str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    left = sorted(tmp_path.iterdir(), key=lambda path: int(path.name))
    assert len(left) > 25  # a lock, a plan, three tables, their eighteen old files, the plan
    counts = set()
    for folder in left:
        counts.add(len(open_results(folder).segments.names()))
        assert same(open_results(folder), whole)
        second = Path(shutil.copytree(folder, tmp_path / f"again-{folder.name}"))
        assert nothing_is_pending(WORLD, second)
        assert same(open_results(second), whole)
        compact(folder)
        assert same(open_results(folder), whole)
        assert len(list(folder.rglob("*.parquet"))) == 3
        assert not [p for p in folder.rglob("*") if p.suffix in {".part"} or p.name == "swap.json"]
    assert counts == {1, 2, 3, 4, 5, 6, 7}


def test_what_cannot_be_read_again_replaces_nothing(
    whole: Results, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from experiments.results import segments

    store = segments._store

    def worn(path: Path, table: object) -> None:
        store(path, table)
        path.write_bytes(path.read_bytes()[:-9])

    monkeypatch.setattr(segments, "_store", worn)
    with pytest.raises(StoreError, match="what was written cannot be read"):
        compact(copy)
    assert files(copy) == files(whole.folder)


def test_a_swap_of_which_the_plan_is_unreadable_is_ended_by_the_numbers_of_the_runs(
    whole: Results, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr(Segments, "_end_swap", lambda self: "")
        compact(copy)
    (copy / "swap.json").write_text("{", encoding="utf-8")
    assert same(open_results(copy), whole)
    assert same(sweep(WORLD, copy, workers=1, resume=True), whole)
    assert not (copy / "swap.json").exists()


def test_what_was_cut_short_is_ended_before_it_is_merged(whole: Results, copy: Path) -> None:
    from experiments.results.merge import merge

    with pytest.MonkeyPatch.context() as stopped:
        stopped.setattr(Segments, "_end_swap", lambda self: "")
        compact(copy)
    with pytest.raises(StoreError, match=r"another segment has too; .*--resume` mends it"):
        merge([copy], copy.parent / "merged")
    assert nothing_is_pending(WORLD, copy)
    assert same(merge([copy], copy.parent / "merged"), whole)


# -- refusals ------------------------------------------------------------------------------------


def test_what_is_no_sound_sweep_or_in_use_is_refused(copy: Path, tmp_path: Path) -> None:
    from experiments.results.run_folder import save_run
    from experiments.run import run

    save_run(run("first-talk", weeks=2), tmp_path / "one")
    with pytest.raises(StoreError, match="single run"):
        compact(tmp_path / "one")
    with Lock(copy), pytest.raises(StoreError, match="written to by"):
        compact(copy)
    name = open_results(copy).segments.names()[2]
    (copy / "trust" / name).write_bytes(b"PAR1")
    with pytest.raises(StoreError, match=rf"trust/{name}.*--resume` mends it"):
        compact(copy)
    assert not (copy / "lock").exists()


def test_a_folder_that_cannot_be_written_to_stays_as_it_is(
    whole: Results, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from experiments.results import segments

    def full(path: Path, table: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(segments, "_store", full)
    with pytest.raises(WriteError, match="No space left"):
        compact(copy)
    monkeypatch.undo()
    assert same(open_results(copy), whole)
    assert compact(copy).after[0] == 3


# -- the command ---------------------------------------------------------------------------------


def tradetalks(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_the_command_tells_counts_and_sizes_before_and_after(copy: Path) -> None:
    told = tradetalks("compact", str(copy)).stderr
    before, after = told.split(" are now ")
    assert before.startswith("18 segments of ")
    assert after.startswith("3 of ")
    assert after.endswith(f"KB, in {copy}.\n")
    assert tradetalks("compact", str(copy)).stderr.startswith("Nothing to put together: 3 segments")
    assert tradetalks("compact", str(copy / "runs")).exit_code == 2


# -- other readers -------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [0, 150, 10_000])
def test_other_programs_read_the_pattern_as_one_table_of_plain_columns(
    whole: Results, copy: Path, most: int
) -> None:
    import pyarrow as pa
    from pyarrow import dataset, parquet

    compact(copy, most)
    results = open_results(copy)
    plain = {pa.int64(), pa.float64(), pa.string()}
    for table in results.tables:
        paths = sorted(glob.glob(results.path(table)))
        assert paths
        expected = results.arrow(table)
        for path in paths:
            schema = parquet.read_schema(path)
            assert schema.equals(expected.schema, check_metadata=True)
            assert set(schema.types) <= plain
            assert b"pandas" not in (schema.metadata or {})
            # What programs see that know nothing of Arrow.
            physical = parquet.ParquetFile(path).schema
            kinds = {
                (physical.column(k).physical_type, physical.column(k).logical_type.type)
                for k in range(len(schema))
            }
            assert kinds <= {("INT64", "NONE"), ("DOUBLE", "NONE"), ("BYTE_ARRAY", "STRING")}
        found = dataset.dataset(paths).to_table().sort_by("run")
        assert found["run"].equals(expected["run"])
        assert found.num_rows == whole.arrow(table).num_rows
    runs = dataset.dataset(sorted(glob.glob(results.path("runs"))))
    low = runs.to_table(filter=dataset.field("countries.home.patience") < 0.92)
    assert sorted(low["run"].to_pylist()) == [0, 1, 2, 3]


def test_the_plan_of_a_swap_says_what_replaces_what(copy: Path, whole: Results) -> None:
    seen: list[dict[str, object]] = []
    end = Segments._end_swap

    def watched(segments: Segments) -> str:
        if (copy / "swap.json").exists():
            seen.append(json.loads((copy / "swap.json").read_text(encoding="utf-8")))
        return end(segments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Segments, "_end_swap", watched)
        compact(copy)
    assert seen == [{"old": whole.segments.names(), "new": open_results(copy).segments.names()[0]}]
