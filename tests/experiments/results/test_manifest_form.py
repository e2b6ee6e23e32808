"""Manifests that are not as they were written: changed, damaged, of another version."""

import contextlib
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from experiments.cli.main import main
from experiments.design.axis import vary
from experiments.results import manifest
from experiments.results.manifest_form import FORMAT
from experiments.sweep import Results, load_experiment, open_results, sweep
from simulator.errors import ScenarioError, StoreError

Content = dict[str, Any]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Results:
    experiment = load_experiment(
        "first-talk", vary=[vary("countries.home.patience=.9:1:3")], replications=2, weeks=5
    )
    return sweep(experiment, tmp_path_factory.mktemp("whole") / "out", workers=1)


@pytest.fixture
def copy(whole: Results, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole.folder, tmp_path / "out"))


def read(folder: Path) -> Content:
    content: Content = json.loads((folder / manifest.NAME).read_text(encoding="utf-8"))
    return content


def put(folder: Path, content: object) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / manifest.NAME).write_text(text, encoding="utf-8")


def earlier(content: Content) -> Content:
    """A manifest as it was written before there were digests."""
    return {key: value for key, value in content.items() if key != "digest"} | {"format": 2}


def tradetalks(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def commands(folder: Path) -> list[tuple[str, ...]]:
    """Every command that takes a folder of results."""
    out = str(folder)
    return [
        ("status", out),
        ("sweep", out, "--resume", "--workers", "1"),
        ("sweep", out, "--retry-failed", "--dry-run"),
        ("merge", out, "--out", f"{out}-merged"),
        ("compact", out),
        ("export", out),
        ("replay", out, "0", "--quiet"),
        ("summarize", out),
        ("sensitivity", out, "--metric", "deals_signed"),
        ("compare", out, out),
        ("plot", out, "response", "-o", f"{out}.png"),
        ("report", out, "-o", f"{out}.html"),
    ]


# -- the digest ----------------------------------------------------------------------------------


def set_at(content: Content, path: str, value: object) -> Content:
    *above, last = path.split("/")
    table = content
    for key in above:
        table = table[key]
    table[last] = value
    return content


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("experiment/seed", 1),
        ("experiment/title", "Another"),
        ("experiment/replications", 3),
        ("experiment/scenario/weeks", 6),
        ("points_digest", "0" * 16),
        ("created", "2020-01-01T00:00:00+00:00"),
        ("tradetalks", "0.0.9"),
        ("extra", 1),
    ],
)
def test_whatever_is_changed_is_noticed_by_every_command(
    copy: Path, path: str, value: object
) -> None:
    put(copy, set_at(read(copy), path, value))
    for command in commands(copy):
        result = tradetalks(*command)
        assert result.exit_code == 2, command
        assert "has been changed since it was written" in result.stderr
    with pytest.raises(StoreError, match="restore it from a copy"):
        open_results(copy)


def test_the_order_of_axes_is_noticed_and_white_space_is_not(tmp_path: Path) -> None:
    axes = [vary("countries.home.patience=.9,1"), vary("countries.partner.patience=.9,1")]
    experiment = load_experiment("first-talk", vary=axes, weeks=3)
    folder = sweep(experiment, tmp_path / "out", workers=1).folder
    content = read(folder)
    put(folder, json.dumps(content, indent=4, ensure_ascii=True))
    assert len(open_results(folder).runs) == 4
    axes_there = content["experiment"]["axes"]
    content["experiment"]["axes"] = dict(reversed(axes_there.items()))
    put(folder, content)
    with pytest.raises(StoreError, match="has been changed"):
        open_results(folder)


def test_a_digest_that_is_missing_is_noticed(copy: Path) -> None:
    content = read(copy)
    del content["digest"]
    put(copy, content)
    with pytest.raises(StoreError, match="has been changed"):
        open_results(copy)


def test_a_later_format_is_refused_with_what_to_do(copy: Path) -> None:
    put(copy, {**read(copy), "format": FORMAT + 1, "experiment": {"what": "ever"}})
    for command in commands(copy):
        result = tradetalks(*command)
        assert result.exit_code == 2
        told = f"of format {FORMAT + 1}, and this version of tradetalks reads up to {FORMAT}"
        assert told in result.stderr
        assert "update tradetalks" in result.stderr


def test_an_earlier_format_is_read_with_a_note_and_not_gone_on_with(
    whole: Results, copy: Path
) -> None:
    put(copy, earlier(read(copy)))
    assert open_results(copy).runs.equals(whole.runs)
    assert "of an earlier version, without a digest" in tradetalks("status", str(copy)).stdout
    assert "earlier version" not in tradetalks("status", str(whole.folder)).stdout
    refused = tradetalks("sweep", str(copy), "--resume", "--workers", "1")
    assert refused.exit_code == 2
    assert f"format: 2 -> {FORMAT}" in refused.stderr
    merged = tradetalks("merge", str(copy), "--out", f"{copy}-merged")
    assert merged.exit_code == 0, merged.stderr
    assert len(open_results(f"{copy}-merged").runs) == len(whole.runs)


# -- damage --------------------------------------------------------------------------------------


def nested(depth: int) -> str:
    return '{"format": 2, "experiment": {"a": ' + "[" * depth + "]" * depth + "}}"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "7", '"x"', "{}", '{"experiment": 1}', '{"experiment": {}}']
    + [nested(depth) for depth in (90, 110, 500, 3_000, 100_000)]
    + ['{"format": ' + "9" * 5_000 + ', "experiment": {}}', '{"format": 1e999, "experiment": {}}']
    + ['{"format": 2, "experiment": {"\\ud800": 1}}'],
)
def test_what_is_no_manifest_is_one_clear_error(copy: Path, text: str) -> None:
    put(copy, text)
    for command in commands(copy):
        result = tradetalks(*command)
        assert result.exit_code == 2, (command, result.stderr)
        assert "manifest.json" in result.stderr
        assert result.stderr.startswith("Error: ")


ODD: list[object] = [
    None,
    True,
    -1,
    0,
    0.5,
    10**15,
    10**400,
    "",
    "x",
    [],
    [[]],
    {},
    {"x": {}},
    float("nan"),
]


def paths(content: Content, head: str = "") -> list[str]:
    found = []
    for key, value in content.items():
        found.append(f"{head}{key}")
        if isinstance(value, dict) and key != "scenario":
            found += paths(value, f"{head}{key}/")
    return found


@pytest.mark.parametrize("forge", [earlier, lambda content: content])
@pytest.mark.parametrize("shape", range(len(ODD) + 1))
def test_any_value_of_a_manifest_may_be_missing_or_strange_and_no_command_fails_of_it(
    copy: Path, forge: Callable[[Content], Content], shape: int
) -> None:
    original = read(copy)
    for path in paths(original):
        if path in {"digest", "format"}:
            continue
        content = json.loads(json.dumps(original))
        if shape < len(ODD):
            set_at(content, path, ODD[shape])
        else:
            *above, last = path.split("/")
            table = content
            for key in above:
                table = table[key]
            del table[last]
        try:
            manifest.write_manifest(copy, content)  # a digest that fits
        except ValueError:
            continue
        put(copy, forge(read(copy)))
        before = time.monotonic()
        for command in (("status", str(copy)), ("sweep", str(copy), "--resume", "--dry-run")):
            result = tradetalks(*command)
            assert result.exit_code in {0, 2}, (path, command, result.output, result.exception)
            assert "Traceback" not in result.output
        with contextlib.suppress(StoreError, ScenarioError):
            assert open_results(copy).experiment.name is not None
        assert time.monotonic() - before < 5, path


@pytest.mark.parametrize("number", [10**9, 10**12, 10**15, 10**30])
def test_an_absurd_number_of_runs_is_refused_at_once_even_if_all_numbers_fit(
    copy: Path, number: int
) -> None:
    content = earlier(read(copy))
    content["experiment"]["replications"] = number
    content["runs"] = 3 * number
    put(copy, content)
    before = time.monotonic()
    for command in commands(copy):
        result = tradetalks(*command)
        assert result.exit_code == 2
        assert "at most 100,000,000" in result.stderr
    assert time.monotonic() - before < 10
