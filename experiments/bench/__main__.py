"""How fast the simulator is: ``make bench`` prints each figure beside what it aims at.

Figures are reported as measured; nothing fails for being slow. Ratios to the same work in plain
numpy, or of two engines, done in the same process, carry from machine to machine better than the
times do. Beside each stands how long it was measured, on the processor and by the clock: these are
far apart where the machine was busy with something else, or where a figure waits.
"""

import platform
from functools import partial
from importlib.metadata import version

from experiments.bench.clock import load, processor, so_far
from experiments.bench.commands import help_time, negotiate_time
from experiments.bench.economy import equilibria, equilibrium, liberation, tariff_war
from experiments.bench.negotiations import compiled_talk, tournament
from experiments.bench.runs import memory_growth, runs_bare, runs_full, scenario_building
from experiments.bench.scaling import scaling
from experiments.bench.sweeps import mesa_batch, opened_store, sweep_overhead, two_workers
from experiments.bench.talks import bargaining_points, boulware_talk, million_outcomes, talk_of
from experiments.bench.worlds import compiled_runs, plan_making

__all__ = ["main"]


def main() -> None:
    """Print the machine, the versions and every figure."""
    print(f"{platform.platform()}, {processor()}, Python {platform.python_version()}")
    print(", ".join(f"{name} {version(name)}" for name in ("tradetalks", "numpy", "mesa")))
    print(load())
    print(f"\n{'what':76} {'measured':>14} {'CPU s':>6} {'clock s':>7}   aim")
    figures = (
        runs_bare,
        runs_full,
        partial(compiled_runs, "allies-2025", "table runs only", "12 x objects"),
        partial(compiled_runs, "allies-2025", "all tables", "200 / s"),
        partial(compiled_runs, "first-talk", "table runs only", "50,000 / s", seeds=500),
        plan_making,
        scenario_building,
        boulware_talk,
        partial(talk_of, "micro", "micro", "0.5 ms"),
        partial(talk_of, "nice-tit-for-tat", "boulware", "5 ms"),  # two of a kind agree soon
        partial(talk_of, "nash-seeking", "nash-seeking", "5 ms"),
        partial(compiled_talk, "boulware", "boulware", "10 x objects"),
        partial(compiled_talk, "micro", "micro", "10 x objects"),
        partial(compiled_talk, "nice-tit-for-tat", "boulware", "10 x objects"),
        partial(compiled_talk, "nash-seeking", "nash-seeking", "10 x objects"),
        tournament,
        million_outcomes,
        bargaining_points,
        help_time,
        negotiate_time,
        memory_growth,
        two_workers,
        mesa_batch,
        sweep_overhead,
        opened_store,
        equilibria,
        equilibrium,
        tariff_war,
        liberation,
    )
    for figure in figures:
        start = so_far()
        what, measured, aim = figure()
        cpu, clock = (after - before for after, before in zip(so_far(), start, strict=True))
        print(f"{what:76} {measured:>14} {cpu:6.1f} {clock:7.1f}   {aim}", flush=True)
    print("\nhow the time of a run grows: ms CPU, in a star of talks, and the power it grows by")
    for line in scaling():
        print(line, flush=True)
    print("\nbehaviour: python -m experiments.docs.behaviour; see docs/explanation/behaviour.md")


if __name__ == "__main__":
    main()
