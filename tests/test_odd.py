"""The description by the ODD protocol names what there is, and leaves out no rule's parameter."""

import pkgutil
import re
from pathlib import Path

import pytest

from agents.roster import MODELS, POLICIES, ROSTER, STRATEGIES, TRUST_MODELS
from simulator.scenario.parameters import describe
from simulator.scenario.paths import ENTRIES, REGISTERS, keys_of, table_at
from simulator.scenario.specs import Settings, Table
from simulator.world.records import TABLES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "explanation" / "odd.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([^`\n]+)`", PAGE)))
CODE = [name for name in NAMED if re.fullmatch(r"(simulator|agents|experiments)(\.\w+)+", name)]
FILES = [name for name in NAMED if re.fullmatch(r"(tests|simulator|docs)/[\w/.]+", name)]
HEADS = {*REGISTERS, *ENTRIES, "economy", *TABLES}
PATHS = [n for n in NAMED if n.partition(".")[0] in HEADS and re.fullmatch(r"\w+(\.[\w<>{}]+)+", n)]
PARAMETERS = [name for name in NAMED if re.fullmatch(r"[a-z-]+:\w+", name)]

#: Keys that name and describe: no rule goes by them.
NAMES = {"id", "name", "title", "what", "source"}


def leads(table: type[Table] | None, names: list[str]) -> bool:
    """Tell names that lead to a key of a scenario's table, ``<id>`` standing for any entry."""
    if table is None or not names or names[0] not in keys_of(table):
        return False
    inner = table_at(table, names[:1])
    if len(names) == 1 or inner is not None:
        return len(names) == 1 or leads(inner, names[1:])
    return leads(table_at(table, names[:2]), names[2:])


def is_key(name: str) -> bool:
    head, *rest = name.split(".")
    registered = {**REGISTERS, **ENTRIES}.get(head)
    if registered is None:
        return leads(Settings, [head, *rest])
    return rest[:1] == ["<id>"] and leads(registered, rest[1:])


def is_column(name: str) -> bool:
    table, _, column = name.partition(".")
    return column in {c.name for c in TABLES.get(table, ())}


def keys(table: type[Table], path: str) -> list[str]:
    """Return the paths of the keys of a table, and of those inside it, but for names."""
    found = []
    for key in keys_of(table):
        inner = table_at(table, [key])
        entries = None if key in HEADS - {"economy"} else table_at(table, [key, ""])
        if inner is not None:
            found += keys(inner, f"{path}{key}.")
        elif entries is not None and "id" not in keys_of(entries) and key != "audience":
            found.append(f"{path}{key}")
        elif entries is not None:
            found += keys(entries, f"{path}{key}.<id>.")
        elif key not in NAMES and key not in HEADS:
            found.append(f"{path}{key}")
    return found


EVERY_KEY = [
    *keys(Settings, ""),
    *(
        key
        for head, table in {**REGISTERS, **ENTRIES}.items()
        for key in keys(table, f"{head}.<id>.")
    ),
]


@pytest.mark.parametrize("name", CODE)
def test_a_module_or_function_that_is_named_exists(name: str) -> None:
    assert pkgutil.resolve_name(name) is not None


def test_every_file_that_is_named_exists() -> None:
    assert [name for name in FILES if not (ROOT / name).exists()] == []
    assert sum(name.startswith("tests/") for name in FILES) > 20


def test_every_key_and_column_that_is_named_exists() -> None:
    assert [n for n in PATHS if not is_key(n.replace("<party>", "<id>")) and not is_column(n)] == []
    assert sum(map(is_column, PATHS)) > 8


@pytest.mark.parametrize("key", EVERY_KEY)
def test_every_key_of_a_scenario_is_told(key: str) -> None:
    assert key in {name.replace("<party>", "<id>") for name in NAMED}


def test_every_parameter_that_is_named_exists_and_those_of_trust_and_policies_are_told() -> None:
    known = {
        f"{name}:{parameter.name}"
        for parts in ROSTER.values()
        for name, cls in parts.items()
        for parameter in describe(cls)
    }
    assert [name for name in PARAMETERS if name not in known] == []
    told = {**TRUST_MODELS, **POLICIES, "time-dependent": STRATEGIES["time-dependent"]}
    for name, cls in told.items():
        assert {f"{name}:{p.name}" for p in describe(cls)} <= set(PARAMETERS)


def test_every_strategy_policy_and_trust_model_is_told() -> None:
    assert {*STRATEGIES, *POLICIES, *TRUST_MODELS} - set(NAMED) == set()
    assert all(f"agents.opponents.{name}" in CODE or name == "perfect" for name in MODELS)


def test_every_stream_of_draws_is_told() -> None:
    pattern = re.compile(r'draws\.(?:uniform|normal)\(\s*[\w.]+,\s*"([\w-]+)"', re.S)
    sources = [*(ROOT / "simulator").rglob("*.py"), *(ROOT / "agents").rglob("*.py")]
    used = {name for path in sources for name in pattern.findall(path.read_text("utf-8"))}
    listed = re.findall(r"`([\w-]+)` \(", PAGE.partition("Streams:")[2].partition("\n\n")[0])
    assert set(listed) == used


def test_all_elements_and_design_concepts_of_the_protocol_are_there() -> None:
    elements = [
        *("Purpose and patterns", "Entities, state variables and scales"),
        *("Process overview and scheduling", "Design concepts", "Initialization"),
        *("Input data", "Submodels"),
    ]
    assert re.findall(r"^## \d\. (.*)$", PAGE, re.M) == elements
    concepts = re.findall(r"^\*\*([A-Z][a-z ]+)\.\*\*", PAGE.partition("## 5.")[0], re.M)
    assert concepts[-11:] == [
        *("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction"),
        *("Sensing", "Interaction", "Stochasticity", "Collectives", "Observation"),
    ]


def test_a_key_a_column_or_a_name_that_is_wrong_is_seen() -> None:
    assert is_key("talks.<id>.issues.<id>.tariff.share")
    assert not is_key("talks.<id>.issues.<id>.tarif.share")
    assert not is_key("countries.<id>.patiense")
    assert not is_key("countries.us.patience.more")
    assert is_column("deals.status")
    assert not is_column("deals.state")
    with pytest.raises((AttributeError, ImportError)):
        pkgutil.resolve_name("simulator.negotiation.payoffs.expcted")
