"""What a larger batch buys: the fewest steps to a target, and the examples that they read.

Source: McCandlish, Kaplan and Amodei, "An Empirical Model of Large-Batch Training", 2018, who
measure on networks what second moments give exactly here.
"""

from typing import NamedTuple

import numpy as np

from lrlab import _check, sampling
from lrlab.regression import LeastSquares


class Fewest(NamedTuple):
    """The fewest steps to each target with batches of each size; see `fewest_steps`.

    Attributes
    ----------
    steps, rates : arrays (sizes, targets)
        inf and NaN where no rate comes there in time.
    """

    steps: np.ndarray
    rates: np.ndarray


def fewest_steps(problem, theta0, targets, sizes, *, rates, most):
    """Return the fewest steps of SGD to a mean excess loss, with the best constant α for each.

    Parameters
    ----------
    problem : LeastSquares
    theta0 : array (d,)
        Where to begin.
    targets : array (k,)
        J − J* to reach, above 0, in units of y².
    sizes : array of int (m,)
        |B|, each from 1 to n.
    rates : int
        How many α are tried for each size, from a 400th of its edge to just below it.
    most : int
        How many steps are tried.

    Returns
    -------
    Fewest
        Of rates that need as many steps, the one that is lower when it is there.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> fewest_steps(problem, [3.0], [0.2], [1, 2], rates=200, most=50).steps.tolist()
    [[3.0], [1.0]]
    """
    _check.instance("problem", problem, LeastSquares)
    targets = _check.numbers("targets", targets, "positive and finite")
    _check.shape("targets", targets, (None,))
    sizes = _check.whole_numbers("sizes", sizes, least=1)
    _check.shape("sizes", sizes, (None,))
    n = len(problem.y)
    _check.demand("sizes", sizes, sizes <= n, f"at most {n}, the number of examples")
    rates = _check.whole_number("rates", rates, least=2, most=10_000)
    most = _check.whole_number("most", most, least=0, most=10**6)
    shares = np.geomspace(1 / 400, 0.995, rates)
    steps, best = np.full((2, len(sizes), len(targets)), np.inf)
    for k, size in enumerate(sizes):
        alphas = shares * sampling.critical_rate(problem, int(size))
        excess = sampling.mean_excess(problem, theta0, alphas, most, batch_size=int(size))
        for j, target in enumerate(targets):
            there = excess <= target
            when = np.where(there.any(axis=1), there.argmax(axis=1), most + 1)
            first = when.min()
            if first > most:
                best[k, j] = np.nan
                continue
            left = np.where(when == first, excess[:, first], np.inf)
            steps[k, j], best[k, j] = first, alphas[left.argmin()]
    return Fewest(steps, best)


def critical_batch_size(steps, sizes):
    """Return the batch size at which neither steps nor examples are had for nothing any more.

    With E the fewest examples of any size and S the fewest steps, it is E/S: no batch of B can do
    with fewer than S steps, nor with fewer than E/B, and there the two bounds meet.

    Parameters
    ----------
    steps : array (sizes, ...)
        Above 0: the steps to a target with batches of each size, inf where they do not come there.
    sizes : array of int (sizes,)

    Returns
    -------
    float or array (...)
        In examples; NaN where no size comes there.

    Examples
    --------
    >>> float(critical_batch_size([40, 20, 11, 8, 8], [1, 2, 4, 8, 16]))
    5.0
    """
    steps = _check.numbers("steps", steps, "positive")
    sizes = _check.whole_numbers("sizes", sizes, least=1)
    _check.shape("sizes", sizes, (None,))
    if steps.shape[:1] != sizes.shape:
        got = f"shapes {steps.shape} and {sizes.shape}"
        raise ValueError(f"steps must have a row for each of sizes, got {got}")
    sizes = np.reshape(sizes, (-1, *[1] * (steps.ndim - 1)))
    with np.errstate(all="ignore"):
        found = np.min(steps * sizes, axis=0) / np.min(steps, axis=0)
    return np.where(np.isfinite(found), found, np.nan)[()]
