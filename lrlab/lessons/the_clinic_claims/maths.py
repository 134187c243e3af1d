"""What the experiments of this lesson need besides lrlab: data that overfit, and averages."""

import numpy as np

from lrlab import _check, sampling
from lrlab.regression import LeastSquares

_DEGREE = 6
_RUNS = 200
_MOST = 10_000  # steps or examples: more would take seconds


def noisy_sine(n, rng):
    """Return the problem of a polynomial of degree 6 through noisy points of a sine.

    y = sin 3x + ε with x uniform on (−1, 1) and ε normal with the standard deviation 0.5.

    Parameters
    ----------
    n : int
        How many points, from 1 to 10,000.
    rng : numpy.random.Generator
        Draws the points.

    Returns
    -------
    LeastSquares
        X (n, 7) holds a Legendre polynomial of each degree from 0 to 6.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> noisy_sine(20, np.random.default_rng(1)).X.shape
    (20, 7)
    """
    n = _check.whole_number("n", n, least=1, most=_MOST)
    _check.generator("rng", rng)
    x = rng.uniform(-1, 1, n)
    columns = np.polynomial.legendre.legvander(x, _DEGREE)
    return LeastSquares(columns, np.sin(3 * x) + 0.5 * rng.standard_normal(n))


def last_and_average(problem, rate, times, rng):
    """Return what SGD at a constant rate ends with, and what the average of its later half does.

    200 runs from θ = 0 draw one example a step, with replacement, each for itself.

    Parameters
    ----------
    problem : LeastSquares
        With curvature in every direction.
    rate : float
        α > 0, in units of 1/λ, below the critical rate of batches of one.
    times : array of int (k,)
        After how many steps to look, each from 1 to 10,000.
    rng : numpy.random.Generator
        Draws the examples.

    Returns
    -------
    last, average : array (k,)
        Mean over the runs of the excess loss: of θ_t, and of the average of the iterates after
        step t/2. In units of y².

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> problem = LeastSquares([[1.0], [1.0]], [0.0, 2.0])
    >>> last, average = last_and_average(problem, 0.5, [1000], np.random.default_rng(0))
    >>> bool(last[0] > 100 * average[0])
    True
    """
    _check.instance("problem", problem, LeastSquares)
    rate = _check.number("rate", rate, "positive and finite")
    safe = sampling.critical_rate(problem, 1)
    _check.demand("rate", np.array(rate), rate < safe, f"below {safe:.4g}, where SGD stays bounded")
    times = _check.whole_numbers("times", times, least=1)
    _check.shape("times", times, (None,))
    _check.demand("times", times, times <= _MOST, f"at most {_MOST}")
    _check.generator("rng", rng)
    n, d = problem.X.shape
    theta, total = np.zeros((2, _RUNS, d))
    wanted = {*times.tolist(), *(times // 2).tolist()}
    at = {0: (theta, total)}
    for t in range(1, max(wanted) + 1):
        drawn = rng.integers(n, size=_RUNS)
        X = problem.X[drawn]
        error = np.sum(X * theta, axis=1) - problem.y[drawn]
        theta = theta - rate * error[:, None] * X
        total = total + theta
        if t in wanted:
            at[t] = theta, total
    last = [problem.excess(at[t][0]).mean() for t in times.tolist()]
    average = [problem.excess((at[t][1] - at[t // 2][1]) / (t - t // 2)).mean()
               for t in times.tolist()]  # fmt: skip
    return np.array(last), np.array(average)
