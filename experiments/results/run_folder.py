"""The folder in which a single run is kept: its tables, and the scenario that plays it again."""

from pathlib import Path

from experiments.results.atomic import fill_folder
from experiments.runs.record import RunRecord
from simulator.world.records import TABLES

__all__ = ["save_run", "scenario_file"]


def save_run(run: RunRecord, folder: str | Path) -> None:
    """Write all tables and the scenario of a run to a folder; they appear whole or not at all.

    Raises OSError if it cannot be written.
    """
    from pyarrow import parquet

    def write(part: Path) -> None:
        for table in TABLES:
            parquet.write_table(run.arrow(table), part / f"{table}.parquet")
        (part / "scenario.toml").write_text(scenario_file(run), encoding="utf-8")

    fill_folder(folder, write)


def scenario_file(run: RunRecord) -> str:
    """Return the text of a scenario file that plays the run again, and says how."""
    row = run.row()
    command = f"tradetalks run scenario.toml --seed {run.seed}"
    head = f"# As it was played by tradetalks {row['version']}; this plays it again:\n# {command}\n"
    return f"{head}\n{run.scenario.to_toml()}"
