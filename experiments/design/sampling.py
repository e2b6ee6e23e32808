"""The points of a design: which values the axes take together."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.design.experiment import Experiment

__all__ = [
    "DESIGNS",
    "SAMPLING",
    "blocks",
    "design_points",
    "design_size",
    "number_of_points",
    "points_digest",
]

Point = tuple[Any, ...]

#: Designs whose size is a number of samples; only they can draw from ranges.
SAMPLING = ("monte-carlo", "latin-hypercube", "sobol", "saltelli")
#: Every design, and what its points are.
DESIGNS: Mapping[str, str] = {
    "factorial": "every combination of the values, the last axis varying fastest",
    "zip": "the values side by side: the first of every axis, the second of every axis, ...",
    "table": "the rows of a CSV file, a column per path",
    "monte-carlo": "independent uniform draws along every axis",
    "latin-hypercube": "draws that fill equal slices of every axis once each",
    "sobol": "a scrambled Sobol sequence; samples are a power of two",
    "saltelli": "samples x (axes + 2) points, from which Sobol indices are worked out",
}


def design_size(experiment: "Experiment") -> int:
    """Return how many points a design has, without building them."""
    lengths = [len(axis.values or ()) for axis in experiment.axes]
    return number_of_points(experiment.design, experiment.samples or 0, lengths)


def number_of_points(design: str, samples: int, lengths: Sequence[int]) -> int:
    """Return how many points a design has, of axes with so many values."""
    if design == "saltelli":
        return samples * (len(lengths) + 2)
    if design in SAMPLING:
        return samples
    return math.prod(lengths) if design == "factorial" else min(lengths, default=0)


def design_points(experiment: "Experiment") -> list[Point]:
    """Return the points of a design: at each, one value per axis, in the order of the axes.

    In a factorial design the last axis varies fastest. A Saltelli design of N samples and d axes
    has N (d + 2) points: the N rows of a matrix A, the N rows of a matrix B, and for each axis in
    turn the N rows of A with the column of that axis from B [1]_.

    References
    ----------
    .. [1] Saltelli et al. 2010, "Variance based sensitivity analysis of model output",
       Computer Physics Communications 181, table 2 (the radial design, case b).
    """
    if experiment.design in SAMPLING:
        # Independent of the seeds of the runs.
        root = blake2b(f"design {experiment.seed}".encode(), digest_size=8).digest()
        seed = int.from_bytes(root, "little")
        shares = _shares(experiment.design, experiment.samples or 0, len(experiment.axes), seed)
        pairs = (zip(experiment.axes, row, strict=True) for row in shares.tolist())
        return [tuple(axis.at(share) for axis, share in point) for point in pairs]
    columns = [axis.values or () for axis in experiment.axes]
    if experiment.design == "factorial":
        return list(itertools.product(*columns))
    return list(zip(*columns, strict=True))


def blocks(samples: int, axes: int) -> "NDArray[Any]":
    """Return the points of a Saltelli design by matrix: A, B, then A with one column from B each.

    They are numbers of points, int, shape (axes + 2, samples).
    """
    import numpy as np

    return np.arange((axes + 2) * samples).reshape(axes + 2, samples)


def points_digest(points: Iterable[Point]) -> str:
    """Return a digest of the points and their order."""
    digest = blake2b(digest_size=8)
    for point in points:
        digest.update(f"{point!r}\n".encode())
    return digest.hexdigest()


def _shares(design: str, samples: int, axes: int, seed: int) -> "NDArray[Any]":
    """Return where each sample lies on each axis, from 0 to below 1, shape (points, axes)."""
    import numpy as np

    if design == "monte-carlo":
        return np.random.default_rng(seed).random((samples, axes))
    if design == "saltelli":
        a, b = np.hsplit(_shares("sobol", samples, 2 * axes, seed), 2)
        mixed = [np.where(np.arange(axes) == k, b, a) for k in range(axes)]
        return np.concatenate([a, b, *mixed])
    from scipy.stats import qmc

    sampler = qmc.Sobol if design == "sobol" else qmc.LatinHypercube
    below: NDArray[Any] = np.minimum(sampler(axes, rng=seed).random(samples), np.nextafter(1, 0))
    return below
