"""Small sweeps by command."""

from pathlib import Path

from click.testing import CliRunner, Result

from experiments.cli.main import main

VARY = ("--vary", "countries.home.patience=0.9:1:3")
PARTS = ("--vary", "countries.home.trust=beta:lam=.9,asymmetric")
ALONE = ("--workers", "1")

MODEL = """
def model(parameters, seed):
    if parameters["x"] >= {least}:
        raise ValueError("\\x1b[31mred\\x1b]0;title\\x07 \\x9b2J")
    return {{"y": 1.0}}
"""


def tradetalks(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def swept(*arguments: str) -> Result:
    result = tradetalks("sweep", "first-talk", *ALONE, *arguments)
    assert result.exit_code == 0, result.stderr
    return result


def failing(name: str, least: int) -> Result:
    """Return what a sweep of a model says that fails from an x on, with an error in colour."""
    Path(f"{name}.py").write_text(MODEL.format(least=least), encoding="utf-8")
    Path(f"{name}.toml").write_text(
        f'model = "{name}.model"\nmetrics = ["y"]\n[axes]\nx = [0, 1, 2]\n', encoding="utf-8"
    )
    return tradetalks("sweep", f"{name}.toml", "--allow-code", *ALONE)
