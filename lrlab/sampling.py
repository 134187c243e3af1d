"""What drawing batches does in the long run, in closed form: the noise floor and the safe rates.

A step of SGD multiplies the error e = θ − θ* by I − αH_B and adds noise, where H_B and the noise
belong to the batch that was drawn. Averaged over all batches, the second moment E[e eᵀ] goes
through a fixed linear map; what is said here is read off that map. Source: Bach and Moulines,
"Non-strongly-convex smooth stochastic approximation", NeurIPS 2013, for batches of one.
"""

import numpy as np

from lrlab import _check


def second_moment_map(problem, learning_rate, batch_size):
    """Return E[(I − αH_B) ⊗ (I − αH_B)], what a step does on average to E[e eᵀ] as a vector.

    Parameters
    ----------
    problem : LeastSquares
    learning_rate : number or array (...)
        α > 0, in units of 1/λ.
    batch_size : int
        |B|, from 1 to n; drawn without replacement.

    Returns
    -------
    array (..., d², d²)
        Dimensionless.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> second_moment_map(LeastSquares([[1.0], [2.0]], [1, 1]), 0.4, 1).round(6).tolist()
    [[0.36]]
    """
    alpha = _check.numbers("learning_rate", learning_rate, "positive and finite")[..., None, None]
    once, twice = _moments(problem, batch_size)
    return np.eye(len(once)) - alpha * once + alpha**2 * twice


def critical_rate(problem, batch_size, *, halvings=60):
    """Return the largest α for which E‖θ − θ*‖² stays bounded, by bisection.

    Parameters
    ----------
    problem : LeastSquares
    batch_size : int
        |B|, from 1 to n. With n it is 2/λ_max.
    halvings : int
        How often the interval that holds it is halved.

    Returns
    -------
    float
        In units of 1/λ.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [2.0]], [1, 1])
    >>> round(critical_rate(problem, 1), 4), round(critical_rate(problem, 2), 4)
    (0.5882, 0.8)
    """
    once, twice = _moments(problem, batch_size)
    low, high = 0.0, problem.critical_rate  # a batch is never safer than all data
    for _ in range(halvings):
        middle = (low + high) / 2
        radius = _radius(np.eye(len(once)) - middle * once + middle**2 * twice)
        # Directions without curvature keep their error for ever, which is bounded.
        low, high = (middle, high) if radius <= 1 + 1e-12 else (low, middle)
    return high


def spread(problem, learning_rate, batch_size):
    """Return E[(θ − θ*)(θ − θ*)ᵀ] after many steps: the shape of the cloud SGD ends in.

    Parameters
    ----------
    problem : LeastSquares
        With curvature in every direction.
    learning_rate : number or array (...)
        α > 0, in units of 1/λ.
    batch_size : int
        |B|, from 1 to n.

    Returns
    -------
    array (..., d, d)
        In units of θ². inf where α is at or above the critical rate of this batch size.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> spread(problem, 0.5, 1).round(6).tolist(), spread(problem, 0.5, 4).tolist()
    ([[0.333333]], [[0.0]])
    """
    alpha = _check.numbers("learning_rate", learning_rate, "positive and finite")
    X, (n, d) = problem.X, problem.X.shape
    slopes = X * (X @ problem.minimizer - problem.y)[:, None]
    noise = _share(problem, batch_size) * slopes.T @ slopes / n
    step = second_moment_map(problem, alpha, batch_size)
    safe = _radius(step) < 1 - 1e-9
    held = np.where(safe[..., None, None], np.eye(d * d) - step, np.eye(d * d))
    cloud = np.linalg.solve(held, (alpha[..., None] ** 2 * noise.ravel())[..., None])
    return np.where(safe[..., None, None], cloud.reshape(*alpha.shape, d, d), np.inf)


def floor(problem, learning_rate, batch_size):
    """Return the excess loss J − J* that SGD has on average after many steps.

    For small α and small batches of a large data set it is about α/(4B) times the mean square of a
    single example's gradient at θ*.

    Parameters
    ----------
    problem : LeastSquares
        With curvature in every direction.
    learning_rate : number or array (...)
        α > 0, in units of 1/λ.
    batch_size : int
        |B|, from 1 to n. With n there is no noise, and no floor.

    Returns
    -------
    float or array (...)
        In units of y². inf where α is at or above the critical rate of this batch size.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> floor(problem, [0.5, 2.5], 1).round(4).tolist()
    [0.1667, inf]
    """
    cloud = spread(problem, learning_rate, batch_size)
    finite = np.isfinite(cloud).all(axis=(-2, -1))
    height = 0.5 * np.sum(problem.hessian * np.where(finite[..., None, None], cloud, 0), (-2, -1))
    return np.where(finite, height, np.inf)[()]


def _moments(problem, batch_size):
    """Return H ⊗ I + I ⊗ H and E[H_B ⊗ H_B], both (d², d²)."""
    X, H = problem.X, problem.hessian
    n, d = X.shape
    pairs = (X[:, :, None] * X[:, None, :]).reshape(n, d * d)
    full = np.kron(H, H)
    twice = full + _share(problem, batch_size) * (pairs.T @ pairs / n - full)
    return np.kron(H, np.eye(d)) + np.kron(np.eye(d), H), twice


def _radius(matrices):
    return np.abs(np.linalg.eigvals(matrices)).max(axis=-1)


def _share(problem, batch_size):
    """Return the variance of a batch's mean over that of one example: 1/B, and 0 for all data."""
    n = len(problem.y)
    size = _check.whole_number("batch_size", batch_size, least=1, most=n)
    return (n - size) / (size * max(n - 1, 1))
