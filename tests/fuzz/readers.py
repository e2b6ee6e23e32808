"""Everything that reads what a user wrote, each with valid inputs to begin with."""

import functools
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.roster import ROSTER
from experiments.cli.options import experiment_changes, parse_shard
from experiments.design.plan import plan
from experiments.design.reader import load_experiment
from experiments.pages.status import status_page
from experiments.results import manifest
from experiments.results.store import stored_results
from simulator.domains.read import read_domain
from simulator.domains.write import format_domain
from simulator.economy.trade import read_tariffs, read_trade
from simulator.scenario import parts, paths, source
from simulator.scenario.scenario import load
from tests.simulator.domains.test_genius import PROFILE, TEMPLATE, numeric
from tests.simulator.domains.test_read import LOG, NUMBERS, TALK, WEB, web
from tests.simulator.scenario import test_own_trade as own

__all__ = ["READERS", "Files", "Reader"]

#: What stands in the files of an input, by their names.
Files = Mapping[str, str]


@dataclass(frozen=True)
class Reader:
    """Reads the files in a folder, of which one was changed; the seeds are files that it takes."""

    seeds: Callable[[], Sequence[Files]]
    read: Callable[[Path], object]


# -- scenarios and experiments -----------------------------------------------------------------


def _scenarios() -> list[Files]:
    small = ("first-talk", "first-talk", "symmetric-tariff-game")
    return [{"own.toml": source.text(name)} for name in (*small, "allies-2025")]


def _own_trades() -> list[Files]:
    scenario = own.HEAD + own.ECONOMY.replace("data/", "") + own.TALK
    long = "exporter,importer,value\n" + "".join(f"{a},{b},3\n" for a in "ABC" for b in "ABC")
    return [
        {"own.toml": scenario, "flows.csv": flows, "gdp.csv": own.GDP}
        for flows in (own.FLOWS, long)
    ]


def _experiments() -> list[Files]:
    home, partner = "countries.home.patience", "countries.partner.patience"
    ends, spaced = "{low = 0.5, high = 0.9}", "{from = 8, to = 9, n = 2}"
    strategies = '["micro", "time-dependent:exponent=2"]'
    heads = (
        f'design = "sobol"\nsamples = 4\nreplications = 2\n[axes]\n"{home}" = {ends}\n',
        f'metrics = ["share_signed"]\n[axes]\n"{home}" = [0.5, 0.9]\nweeks = {spaced}\n',
        'table = "points.csv"\ntables = {deals = 1}\n[set]\nvaluation_sd = 0.1\n',
        f'weeks = 9\n[axes]\n"countries.{{home,partner}}.strategy" = {strategies}\n',
    )
    common = 'name = "own"\nscenario = "first-talk"\nseed = 1\n'
    points = f"{home},{partner}\n0.5,0.9\n.6,.8\n"
    return [{"own.toml": common + head, "points.csv": points} for head in heads]


def _play(folder: Path) -> None:
    plan(load_experiment(folder / "own.toml"), max_runs=40)


# -- texts of the command line -----------------------------------------------------------------


def _read_text(folder: Path) -> str:
    """Return a text as a terminal passes it on: bytes that are no UTF-8 are halves of letters."""
    return (folder / "text").read_bytes().decode("utf-8", "surrogateescape").replace("\0", "")


def _texts(*texts: str) -> Callable[[], list[Files]]:
    return lambda: [{"text": text} for text in texts]


def _options(**given: object) -> object:
    """Return the experiment of a command with these options and no others."""
    options: dict[str, Any] = defaultdict(lambda: None, {"vary": (), "assignments": (), **given})
    return load_experiment("first-talk", **experiment_changes(options))


def _part(folder: Path) -> None:
    slot, _, spec = _read_text(folder).partition(" ")
    # Names with points are import paths: what they lead to would be run.
    if slot in parts.METHODS and not any("." in re.split("[:=]", p)[0] for p in _words(spec)):
        parts.parse(spec, slot, ROSTER)


def _words(spec: str) -> list[str]:
    return re.split(r"[{},+\"' ]+", spec)


def _set(folder: Path) -> None:
    path, value = paths.parse_assignment(_read_text(folder))
    load("first-talk", ROSTER, set={path: value})


# -- trade -------------------------------------------------------------------------------------

_TRADE = {
    "trade.csv": "exporter,A,B,C\nA,,3,1\nB,4,,2\nC,1,1,\n",
    "gdp.csv": "region,gdp,intra_trade,ustr_tariff\nA,100,5,.1\nB,200,0,.25\nC,50,1,0\n",
    "map.csv": "code,region\nA,A\nB,B\n*,C\n",
    "tariffs.csv": "exporter,importer,tariff\nA,B,.1\nB,A,0.25\n",
}


def _trades() -> list[Files]:
    long = "exporter,importer,value\nA,B,3\nB,A,4\nA,C,1\nC,A,1\nB,C,2\nC,B,1\n"
    baci = "t,i,j,k,v,q\n2023,A,B,10,3,1\n2023,B,A,10,4,1\n2023,C,A,11,4,1\n2023,A,C,1,1,\n"
    matrix = "exporter,A,B,C\nA,0,.1,.1\nB,0.2,0,0\nC,.1,.2,0\n"
    return [
        _TRADE,
        {**_TRADE, "trade.csv": long, "tariffs.csv": matrix},
        {**_TRADE, "trade.csv": baci},
    ]


def _trade(folder: Path) -> None:
    trade = read_trade(*(folder / f"{name}.csv" for name in ("trade", "gdp", "map")))
    trade.economy()
    read_tariffs(folder / "tariffs.csv", trade.regions)


# -- domains -----------------------------------------------------------------------------------


def _genius() -> list[Files]:
    bounds = 'lowerbound="0" upperbound="4"'
    evaluators = (
        ("integer", '<evaluator slope=".2" offset="0"/>'),
        ("real", '<evaluator ftype="linear" parameter1=".2" parameter0="0"/>'),
        ("real", '<evaluator ftype="triangular" parameter0="0" parameter1="4" parameter2="1"/>'),
    )
    numbers = [numeric(kind, bounds, evaluator) for kind, evaluator in evaluators]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- a -->\n'
    return [
        {"p.xml": profile, "domain.xml": template}
        for profile, template in ((head + PROFILE, TEMPLATE), *numbers)
    ]


def _geniusweb() -> list[Files]:
    domain = {"name": "d", "issuesValues": {"price": {"values": ["low", "high"]}}}
    steps = {"issuesValues": {"n": {"range": {"low": 1, "high": 3, "step": 0.5}}}}
    bid = ', "reservationBid": {"issuevalues": {"n": 2}}'
    numbers = web(f'"n": {{"numberutils": {NUMBERS}}}', '"n": 1', bid)
    return [
        {"p.json": WEB, "d.json": json.dumps(domain, indent=1)},
        {"p.json": numbers, "d.json": json.dumps(steps)},
        {"p.json": numbers},
    ]


def _domain(folder: Path) -> None:
    domain = read_domain(folder)
    format_domain(domain, "tradetalks")


# -- folders of results ------------------------------------------------------------------------


@functools.cache
def _results() -> list[Files]:
    failure = '{"run": 0, "error": "ValueError: x", "traceback": ""}\n'
    with tempfile.TemporaryDirectory() as place:
        return [
            {"manifest.json": _manifest(name, Path(place)), "errors.jsonl": failure}
            for name in ("volatility", "first-talk")
        ]


def _manifest(name: str, folder: Path) -> str:
    manifest.write_manifest(folder, manifest.manifest_of(plan(load_experiment(name))))
    return (folder / manifest.NAME).read_text(encoding="utf-8")


def _result(folder: Path) -> None:
    _write_anew(folder / manifest.NAME)
    results = stored_results(folder)
    results.metrics  # noqa: B018 - reads the experiment, and the runs that are there
    status_page(folder)


def _write_anew(file: Path) -> None:
    """Write every other manifest as if it had been so from the start, so that more is looked at."""
    text = file.read_bytes()
    with suppress(ValueError, RecursionError):
        content = json.loads(text)
        if isinstance(content, dict) and len(text) % 2:
            manifest.write_manifest(file.parent, content)


READERS: Mapping[str, Reader] = {
    "scenario": Reader(_scenarios, lambda folder: load(folder / "own.toml", ROSTER)),
    "own trade": Reader(_own_trades, lambda folder: load(folder / "own.toml", ROSTER)),
    "experiment": Reader(_experiments, _play),
    "part": Reader(
        _texts(
            "strategy time-dependent:exponent=2",
            'strategy {bidding = "nash-seeking", acceptance = "combined", model = "bayesian"}',
            "strategy boulware+noisy:sd=0.1",
            "compliance volatile:probability=0.6",
            "trust fixed",
        ),
        _part,
    ),
    "set": Reader(
        _texts(
            "countries.home.patience=0.99",
            "countries.home.strategy=time-dependent:exponent=.5",
            "talks.trade.term_weeks=50",
            "start=2024-07-09",
        ),
        _set,
    ),
    "vary": Reader(
        _texts(
            "countries.home.patience=0.9:0.99:4",
            "countries.{home,partner}.patience=.5,0.6",
            "countries.home.strategy=micro,time-dependent:exponent=2",
            "weeks=4,9",
        ),
        lambda folder: _options(vary=(_read_text(folder),)),
    ),
    "shard": Reader(_texts("1/3", "12/12"), lambda folder: parse_shard(_read_text(folder))),
    "tables": Reader(
        _texts("deals,trust:13", "offers"), lambda folder: _options(tables=_read_text(folder))
    ),
    "trade": Reader(_trades, _trade),
    "genius": Reader(_genius, _domain),
    "negolog": Reader(
        lambda: [{"profileA.json": LOG, "profileB.json": LOG.replace("0.25", "0.5")}], _domain
    ),
    "geniusweb": Reader(_geniusweb, _domain),
    "talk file": Reader(lambda: [{"talk.toml": TALK}], _domain),
    "results": Reader(_results, _result),
}
