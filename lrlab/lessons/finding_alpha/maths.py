"""What finders are judged by, and a gradient that is drawn: arithmetic of this lesson alone."""

import numpy as np

from lrlab import _check
from lrlab.regression import LeastSquares

MOST = 400  # steps that are counted


def drawn_gradient(problem, batch_size, *, rng):
    """Return the gradient of a few examples, drawn anew whenever it is asked.

    It is X_Bᵀ(X_B θ − y_B)/|B|, where B is drawn from the n examples without replacement.

    Parameters
    ----------
    problem : LeastSquares
    batch_size : int
        |B|, from 1 to n. With n it is the gradient of the problem.
    rng : numpy.random.Generator
        Draws the batches.

    Returns
    -------
    callable (d,) -> (d,)

    Examples
    --------
    >>> problem = LeastSquares([[1.0], [1.0], [2.0]], [2.0, 2.0, 4.0])
    >>> gradient = drawn_gradient(problem, 1, rng=np.random.default_rng(0))
    >>> sorted({float(gradient(np.zeros(1))[0]) for _ in range(20)})
    [-8.0, -2.0]
    """
    _check.instance("problem", problem, LeastSquares)
    _check.generator("rng", rng)
    n = len(problem.y)
    size = _check.whole_number("batch_size", batch_size, least=1, most=n)
    if size == n:
        return problem.gradient

    def gradient(theta):
        batch = rng.choice(n, size, replace=False, shuffle=False)
        X = problem.X[batch]
        return (X @ theta - problem.y[batch]) @ X / size

    return gradient


def worth(problem, theta, gradients=100):
    """Return how many steps with the best constant rate come as far as θ.

    The best is that of 200 rates up to the critical one which leaves the least loss after so many
    steps as there are gradients, from θ = 0.

    Parameters
    ----------
    problem : LeastSquares
    theta : array (d,)
        Where a run from 0 has come to.
    gradients : int
        What the run was allowed, 1 or more.

    Returns
    -------
    int
        From 0, where nothing was gained, to 401, where 400 steps are not enough.

    Examples
    --------
    >>> problem = LeastSquares([[1.0, 0.0], [0.0, 0.5]], [1.0, 1.0])
    >>> worth(problem, np.zeros(2)), worth(problem, problem.minimizer)
    (0, 401)
    """
    _check.instance("problem", problem, LeastSquares)
    theta = _check.numbers("theta", theta)
    _check.shape("theta", theta, problem.minimizer.shape)
    steps = _check.whole_number("gradients", gradients, least=1)
    start = np.zeros_like(theta)
    rates = problem.critical_rate * np.linspace(0.005, 1, 200)
    best = rates[problem.split(start, rates, steps).sum(axis=-1).argmin()]
    known = problem.split(start, best, np.arange(MOST + 1)).sum(axis=-1)
    return int(np.count_nonzero(known > (1 + 1e-9) * problem.excess(theta)))
