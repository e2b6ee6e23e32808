"""Folders of results from a stranger: nothing outside them is written, deleted or waited for."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from experiments.cli.main import main
from experiments.design.axis import vary
from experiments.results import atomic
from experiments.results.atomic import atomic_file
from experiments.results.lock import Lock, holder
from experiments.results.merge import merge
from experiments.results.output_path import output_file
from experiments.sweep import Results, load_experiment, open_results, sweep
from simulator.errors import StoreError

ROOT = Path(__file__).parents[3]
WORLD = load_experiment(
    "first-talk",
    vary=[vary("countries.home.patience=.9:1:3")],
    replications=2,
    weeks=10,
    tables={"deals": 1, "trust": 4},
)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and pipes as here")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return sweep(WORLD, tmp_path_factory.mktemp("whole") / "out", workers=1, chunk=2)


@pytest.fixture
def copy(whole: Results, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole.folder, tmp_path / "out"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """What belongs to the user, beside the folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "thesis.txt").write_text("my thesis", encoding="utf-8")
    (folder / "seg-000000000-000000009-01234567.parquet").write_text("mine", encoding="utf-8")
    (folder / ".seg-000000000-000000009-01234567.parquet.part").write_text("my", encoding="utf-8")
    return folder


def files(folder: Path) -> dict[str, str]:
    return {p.name: p.read_text(encoding="utf-8") for p in sorted(folder.rglob("*")) if p.is_file()}


def same(one: Results, other: Results) -> bool:
    return all(one.arrow(table).equals(other.arrow(table)) for table in one.tables)


def tradetalks(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def writers(folder: Path) -> list[Result]:
    """Every command that writes to a folder of results."""
    return [
        tradetalks("compact", str(folder)),
        tradetalks("sweep", str(folder), "--resume", "--workers", "1"),
        tradetalks("sweep", str(folder), "--retry-failed", "--workers", "1"),
    ]


# -- names ---------------------------------------------------------------------------------------


def first(folder: Path) -> str:
    return open_results(folder).segments.names()[0]


SWAPS: list[Callable[[Path, Path], object]] = [
    lambda folder, home: {"old": ["../../home/thesis.txt"], "new": first(folder)},
    lambda folder, home: {"old": [str(home / "thesis.txt")], "new": first(folder)},
    lambda folder, home: {"old": [first(folder)], "new": str(home / "thesis.txt")},
    lambda folder, home: {"old": [], "new": "../../home/thesis.txt"},
    lambda folder, home: {"old": open_results(folder).segments.names(), "new": first(folder)},
    lambda folder, home: {
        "old": open_results(folder).segments.names()[1:],
        "new": first(folder),
    },
    lambda folder, home: {"old": [first(folder) + "\n"], "new": first(folder)},
    lambda folder, home: {"old": {"../manifest.json": 1}, "new": "../manifest.json"},
    lambda folder, home: [["old"]] * 3,
]


@pytest.mark.parametrize("swap", SWAPS)
def test_a_swap_of_a_strangers_deletes_nothing(
    whole: Results, copy: Path, home: Path, swap: Callable[[Path, Path], object]
) -> None:
    before = files(home)
    plan = json.dumps(swap(copy, home))
    (copy / "swap.json").write_text(plan, encoding="utf-8")
    for result in writers(copy):
        assert result.exit_code == 0, result.stderr
        (copy / "swap.json").write_text(plan, encoding="utf-8")
    assert files(home) == before
    assert same(open_results(copy), whole)


def test_a_swap_nested_without_end_is_no_traceback(whole: Results, copy: Path) -> None:
    for name in ("swap.json", "lock", "errors.jsonl"):
        (copy / name).write_text("[" * 100_000, encoding="utf-8")
    assert tradetalks("status", str(copy)).exit_code == 0
    assert all(result.exit_code == 0 for result in writers(copy))
    assert same(open_results(copy), whole)


@pytest.mark.parametrize(
    "without", ["[1e400]", "[1.5]", "[true]", '["\u0663"]', "[-1]", "3", "[null]"]
)
def test_a_swap_without_numbers_of_runs_is_none(whole: Results, copy: Path, without: str) -> None:
    names = '"old": [], "new": "seg-000000000-000000005-00000000.parquet"'
    (copy / "swap.json").write_text(f'{{{names}, "without": {without}}}', encoding="utf-8")
    assert tradetalks("compact", str(copy)).exit_code == 0
    assert not (copy / "swap.json").exists()
    assert same(open_results(copy), whole)


@pytest.mark.parametrize("name", ["seg-1.parquet", "seg-..-x.parquet", "seg-000000000-a.parquet"])
def test_other_names_are_no_segments_and_stay(whole: Results, copy: Path, name: str) -> None:
    (copy / "runs" / name).write_text("strange", encoding="utf-8")
    (copy / "runs" / "mine.part").write_text("strange", encoding="utf-8")
    assert all(result.exit_code == 0 for result in writers(copy))
    assert same(open_results(copy), whole)
    assert (copy / "runs" / name).read_text(encoding="utf-8") == "strange"
    assert (copy / "runs" / "mine.part").exists()


def test_parts_that_a_killed_writer_left_are_cleared_wherever_they_are(copy: Path) -> None:
    segment = first(copy)
    left = [
        *(copy / f".{name}.part" for name in ("manifest.json", "swap.json", "errors.jsonl")),
        copy / atomic.part_name("swap.json"),
        copy / "runs" / atomic.part_name(segment),
        copy / "deals" / f".{segment}.part",
    ]
    for path in left:
        path.write_text("half", encoding="utf-8")
    sweep(WORLD, copy, workers=1, resume=True)
    assert not [path for path in left if path.exists()]


# -- links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["runs", "deals", "trust"])
def test_a_folder_that_is_a_link_is_not_written_to(
    whole: Results, copy: Path, home: Path, table: str
) -> None:
    for path in (copy / table).iterdir():
        shutil.move(path, home / path.name)
    (copy / table).rmdir()
    (copy / table).symlink_to(home)
    before = sorted(path.name for path in home.iterdir())
    for result in writers(copy):
        assert result.exit_code == 2
        assert f"{copy / table} is a link" in result.stderr
    assert sorted(path.name for path in home.iterdir()) == before


@pytest.mark.parametrize("name", ["set-aside", "set-aside/runs"])
def test_nothing_is_set_aside_through_a_link(copy: Path, home: Path, name: str) -> None:
    before = files(home)
    (copy / name).parent.mkdir(exist_ok=True)
    (copy / name).symlink_to(home)
    (copy / "runs" / first(copy)).write_bytes(b"PAR1")
    result = tradetalks("sweep", str(copy), "--resume", "--workers", "1")
    assert result.exit_code == 2
    assert "is a link" in result.stderr
    assert files(home) == before


@pytest.mark.parametrize("kind", ["symbolic", "hard", "dangling"])
@pytest.mark.parametrize("name", ["lock", "errors.jsonl"])
def test_files_that_are_links_are_not_written_to(
    copy: Path, home: Path, name: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = home / ("new.txt" if kind == "dangling" else "thesis.txt")
    before = files(home)
    if kind == "hard":
        (copy / name).hardlink_to(target)
    else:
        (copy / name).symlink_to(target)
    if name == "lock":
        with pytest.raises(StoreError, match=r"is a link|has another name"):
            Lock(copy).__enter__()
    else:
        from experiments.design.job import Failure
        from experiments.results import failure_log

        with pytest.raises(StoreError, match=r"is a link|has another name"):
            failure_log.append(copy, [Failure(0, 0, 0, "e", "t")])
    assert files(home) == before


def test_a_manifest_that_is_a_link_is_replaced_not_followed(copy: Path, home: Path) -> None:
    from experiments.results import manifest

    content = manifest.read_manifest(copy)
    shutil.move(copy / "manifest.json", home / "manifest.json")
    (copy / "manifest.json").symlink_to(home / "manifest.json")
    before = files(home)
    assert manifest.read_manifest(copy) == content
    manifest.write_manifest(copy, {**content, "created": "now"})
    assert not (copy / "manifest.json").is_symlink()
    assert files(home) == before


@pytest.mark.parametrize("option", ["export", "report", "plot", "replay", "folder"])
def test_an_output_through_a_link_in_the_folder_is_refused(
    copy: Path, home: Path, option: str
) -> None:
    (copy / "page.html").symlink_to(home / "thesis.txt")
    (copy / "new.png").symlink_to(home / "new.png")
    (copy / "sub").symlink_to(home)
    commands = {
        "export": ("export", str(copy), "--out", str(copy / "sub" / "runs.csv")),
        "report": ("report", str(copy), "-o", str(copy / "page.html")),
        "plot": ("plot", str(copy), "trust", "-o", str(copy / "new.png")),
        "replay": ("replay", str(copy), "0", "--out", str(copy / "sub" / "run")),
        "folder": ("sweep", "first-talk", "--out", str(copy / "sub" / "more")),
    }
    before = files(home)
    result = tradetalks(*commands[option])
    assert result.exit_code in {1, 2}
    assert "leads out of" in result.stderr
    assert files(home) == before
    assert not (home / "more").exists()


def test_parts_have_names_that_nobody_knows_and_are_not_opened_if_they_are_there(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert atomic.part_name("file") != atomic.part_name("file")
    assert len(atomic.part_name("\u20ac" * 80).encode()) < 255
    monkeypatch.setattr(atomic, "part_name", lambda name: ".known.part")
    (tmp_path / ".known.part").symlink_to(home / "thesis.txt")
    with pytest.raises(FileExistsError), atomic_file(tmp_path / "file") as part:
        part.write_text("over it", encoding="utf-8")
    assert (home / "thesis.txt").read_text(encoding="utf-8") == "my thesis"


def test_a_link_beside_a_folder_of_results_is_followed_as_before(copy: Path, home: Path) -> None:
    link = copy.parent / "link.txt"
    link.symlink_to(home / "thesis.txt")
    with output_file(link) as part:
        part.write_text("more", encoding="utf-8")
    assert (home / "thesis.txt").read_text(encoding="utf-8") == "more"


# -- what has no end -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["manifest.json", "lock", "errors.jsonl", "swap.json", "segment"])
def test_a_pipe_in_place_of_a_file_is_waited_for_nowhere(copy: Path, name: str) -> None:
    path = copy / ("trust/" + first(copy) if name == "segment" else name)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from experiments.cli.main import main\n"
        "for line in (['status'], ['export', '--table', 'trust'], ['compact'],\n"
        "             ['replay', '0'], ['sweep', '--resume', '--workers', '1']):\n"
        "    result = CliRunner().invoke(main, [line[0], sys.argv[1], *line[1:]])\n"
        "    print(line[0], result.exit_code, result.exception)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(copy)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split()[:2] for line in done.stdout.splitlines()]
    assert [command for command, _ in lines] == ["status", "export", "compact", "replay", "sweep"]
    assert {code for _, code in lines} <= {"0", "1", "2"}


def test_a_file_larger_than_memory_is_not_read(copy: Path) -> None:
    for name in ("swap.json", "manifest.json"):
        with (copy / name).open("ab") as file:
            file.truncate(2**40)  # with a hole in it, it takes no room
        result = tradetalks("compact", str(copy))
        assert result.exit_code in {1, 2}
        assert "1,073,741,824 at most are read" in result.stderr


@pytest.mark.parametrize("pid", [10**30, True, "1", -1, None, 2**31])
def test_a_lock_with_a_strange_number_is_no_traceback(tmp_path: Path, pid: object) -> None:
    import socket

    owner = {"pid": pid, "host": socket.gethostname()}
    (tmp_path / "lock").write_text(json.dumps(owner), encoding="utf-8")
    assert holder(tmp_path) == ""
    with Lock(tmp_path) as lock:
        assert lock.stale


# -- the folder of an experiment -----------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/tmp/x",
        "..",
        ".",
        "",
        "a/b",
        "a\\b",
        "C:x",
        "x\0y",
        "NUL",
        "com1.txt",
        "x ",
        "a\n",
    ],
)
def test_the_name_of_an_experiment_leads_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    text = f'name = {json.dumps(name)}\nscenario = "first-talk"\n'
    Path("e.toml").write_text(text, encoding="utf-8")
    result = tradetalks("sweep", "e.toml", "--workers", "1")
    assert result.exit_code == 2
    assert "name: " in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["e.toml"]
    assert tradetalks("sweep", "e.toml", "--out", "named", "--dry-run").exit_code == 0


# -- merging -------------------------------------------------------------------------------------

#: Merges folders into new ones, and is killed in the k-th at its k-th change of files.
KILLED = """
import os, signal, sys
import pyarrow.compute, pyarrow.parquet
from experiments.runs import tables
from experiments.results.merge import merge
home, *parts = sys.argv[1:]

def die_at(step, out):
    changes = 0
    def watch(event, arguments):
        nonlocal changes
        made = event == "open" and arguments[2] & os.O_CREAT
        changed = made or event in ("os.rename", "os.remove", "os.mkdir")
        if changed and str(arguments[0]).startswith(out):
            if changes == step:
                os.kill(os.getpid(), signal.SIGKILL)
            changes += 1
    sys.addaudithook(watch)

for step in range(1000):
    out = os.path.join(home, str(step))
    child = os.fork()
    if not child:
        die_at(step, out)
        merge(parts, out)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""


@pytest.mark.long
def test_a_merge_that_was_killed_at_any_change_of_files_can_be_done_again(
    whole: Results, tmp_path: Path
) -> None:
    parts = [str(tmp_path / f"part-{k}") for k in (1, 2)]
    for k, part in enumerate(parts, 1):
        sweep(WORLD, part, workers=1, shard=(k, 2), chunk=3)
    home = tmp_path / "killed"
    home.mkdir()
    command = [sys.executable, "-c", KILLED, str(home), *parts]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    left = sorted(home.iterdir(), key=lambda path: int(path.name))
    assert len(left) > 10
    begun = 0
    for folder in left:
        if (folder / "merging.json").exists():
            begun += 1
            told = tradetalks("status", str(folder)).stderr
            assert "a merge that was cut short has left: do the merge again" in told
            assert tradetalks("sweep", str(folder), "--resume").exit_code == 2
        assert same(Results(folder, merge(parts, folder).manifest), whole)
        names = {path.name for path in folder.iterdir()}
        assert names == {"manifest.json", "runs", "deals", "trust"}
    assert begun > 5


def test_a_merge_replaces_nothing_of_anybodys_else(whole: Results, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "runs").mkdir(parents=True)
    mine = out / "runs" / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="is not empty"):
        merge([whole.folder], out)
    (out / "merging.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written to"):
        merge([whole.folder], out)
    assert mine.read_text(encoding="utf-8") == "mine"
