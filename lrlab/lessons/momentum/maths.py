"""What momentum keeps of an error, where its edge is, and its best α and β: in closed form.

Along an eigen-direction with curvature λ the errors e_t of the heavy ball follow
e_{t+1} = (1 + β − αλ) e_t − β e_{t−1}, and those of Nesterov's form, with q = 1 − αλ,
e_{t+1} = (1 + β) q e_t − β q e_{t−1}. In the long run each step keeps the larger root, in size, of
z² = (1 + β − αλ) z − β, or of z² = (1 + β) q z − β q.

With batches drawn anew at each step, the second moment of the pair (e_t, e_{t−1}) goes through a
linear map; the floor and the edge in the mean square are read off it, as in `lrlab.sampling`.

Sources: Polyak 1964; Goh, "Why Momentum Really Works", Distill 2017; for what no method beats,
Nesterov, "Lectures on Convex Optimization", 2018, section 2.1.
"""

import numpy as np

from lrlab import _check, sampling
from lrlab.regression import LeastSquares


def kept(learning_rate, beta, curvature, nesterov=False):
    """Return how much of the error along an eigen-direction a step keeps in the long run.

    Parameters
    ----------
    learning_rate : number or array (...)
        α > 0, in units of 1/λ.
    beta : number or array (...)
        β in [0, 1), dimensionless.
    curvature : number or array (...)
        λ ≥ 0.
    nesterov : bool
        Whether the rule looks ahead.

    Returns
    -------
    float or array (...)
        The spectral radius of a step, dimensionless: below 1 the error goes to 0.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, or shapes do not broadcast together.

    Examples
    --------
    >>> float(kept(0.1, 0.0, 2.0)), float(kept(1.0, 0.25, 1.0))
    (0.8, 0.5)
    """
    trace, determinant = _step(learning_rate, beta, curvature, nesterov)
    with np.errstate(over="ignore"):
        inside = trace**2 - 4 * determinant
        root = np.where(np.isfinite(inside), np.sqrt(np.maximum(inside, 0)), np.abs(trace))
        real = np.abs(trace) / 2 + root / 2
    return np.where(inside < 0, np.sqrt(np.maximum(determinant, 0)), real)[()]


def ripples(learning_rate, beta, curvature, nesterov=False):
    """Say whether the error along an eigen-direction swings like a wave: the two roots are complex.

    Parameters are those of `kept`.

    Returns
    -------
    bool or array of bool (...)

    Examples
    --------
    >>> ripples(1.0, [0.0, 0.25], 1.0).tolist()
    [False, True]
    """
    trace, determinant = _step(learning_rate, beta, curvature, nesterov)
    with np.errstate(over="ignore"):
        return (trace**2 < 4 * determinant)[()]


def edge(beta, curvature, nesterov=False):
    """Return the critical rate: below it the error goes to 0, above it it grows.

    2(1 + β)/λ for the heavy ball, 2(1 + β)/((1 + 2β)λ) with Nesterov.

    Parameters
    ----------
    beta : number or array (...)
        β in [0, 1), dimensionless.
    curvature : number or array (...)
        λ > 0; of several directions, the largest one decides.
    nesterov : bool
        Whether the rule looks ahead.

    Returns
    -------
    float or array (...)
        In units of 1/λ.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, or shapes do not broadcast together.

    Examples
    --------
    >>> float(edge(0.5, 2.0)), float(edge(0.5, 2.0, nesterov=True))
    (1.5, 0.75)
    """
    beta = _check.numbers("beta", beta, "at least 0 and below 1")
    curvature = _check.numbers("curvature", curvature, "positive and finite")
    _check.broadcast(beta=beta.shape, curvature=curvature.shape)
    with np.errstate(over="ignore"):
        return (
            2 * (1 + beta) / curvature / (1 + 2 * beta if _check.flag("nesterov", nesterov) else 1)
        )


def best(low, high):
    """Return the α and β of the heavy ball that keep least of the slowest direction's error.

    α = (2/(√λ_min + √λ_max))² and β = ((√κ − 1)/(√κ + 1))². A step then keeps √β.

    Parameters
    ----------
    low, high : number
        λ_min and λ_max, from 1e-300 to 1e300.

    Returns
    -------
    learning_rate, beta : float

    Raises
    ------
    TypeError, ValueError
        A curvature is not what is said above.

    Examples
    --------
    >>> best(1.0, 9.0)
    (0.25, 0.25)
    """
    low, high = (each**0.5 for each in _curvatures(low, high))
    return (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2


def noise_floor(problem, learning_rate, beta, batch_size):
    """Return the excess loss that the heavy ball on batches has on average after many steps.

    Parameters
    ----------
    problem : LeastSquares
        With curvature in every direction.
    learning_rate, beta : number
        α > 0, in units of 1/λ, and β in [0, 1).
    batch_size : int
        |B|, from 1 to n, drawn without replacement; with n there is no noise.

    Returns
    -------
    float
        In units of y²; inf where the mean square grows for ever.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> [round(noise_floor(problem, 0.1, beta, 1), 3) for beta in (0, 0.9)]
    [0.026, 0.257]
    """
    rate = _check.number("learning_rate", learning_rate, "positive and finite")
    step = _mean_square_step(problem, rate, beta, batch_size)
    d, n = len(problem.minimizer), len(problem.y)
    if not _settles(step):
        return np.inf
    slopes = problem.X * (problem.X @ problem.minimizer - problem.y)[:, None]
    drawn = (n - batch_size) / (batch_size * max(n - 1, 1) * n)
    kick = np.zeros((2 * d, 2 * d))
    kick[:d, :d] = rate**2 * drawn * slopes.T @ slopes
    cloud = np.linalg.solve(np.eye(len(step)) - step, kick.ravel()).reshape(2 * d, 2 * d)
    return float(0.5 * np.sum(problem.hessian * cloud[:d, :d]))


def noisy_edge(problem, beta, batch_size, *, halvings=30):
    """Return the largest α at which the heavy ball's mean square error on batches stays bounded.

    Parameters
    ----------
    problem, beta, batch_size
        As for `noise_floor`. With all n in a batch it is `edge`.
    halvings : int
        How often the interval that holds it is halved.

    Returns
    -------
    float
        In units of 1/λ. Below it each smaller α was stable wherever it was tried.

    Examples
    --------
    >>> problem = LeastSquares([[1.0], [2.0]], [1, 1])
    >>> round(noisy_edge(problem, 0.0, 1), 4), round(noisy_edge(problem, 0.5, 2), 4)
    (0.5882, 1.2)
    """
    _check.instance("problem", problem, LeastSquares)
    beta = _check.number("beta", beta, "at least 0 and below 1")
    low, high = 0.0, float(edge(beta, problem.curvatures[-1]))
    for _ in range(_check.whole_number("halvings", halvings, least=1, most=60)):
        middle = (low + high) / 2
        stable = _settles(_mean_square_step(problem, middle, beta, batch_size))
        low, high = (middle, high) if stable else (low, middle)
    return high


def _settles(step):
    return np.isfinite(step).all() and np.abs(np.linalg.eigvals(step)).max() < 1


def _mean_square_step(problem, rate, beta, batch_size):
    """Return E[M ⊗ M] (4d², 4d²) of a step (e_t, e_{t−1}) → M (e_t, e_{t−1}) on a batch."""
    _check.instance("problem", problem, LeastSquares)
    beta = _check.number("beta", beta, "at least 0 and below 1")
    H, one = problem.hessian, np.eye(len(problem.minimizer))
    # What `sampling` says of plain descent at α = 1 holds E[H_B ⊗ H_B].
    twice = sampling.second_moment_map(problem, 1.0, batch_size) - np.kron(one, one)
    twice = twice + np.kron(H, one) + np.kron(one, H)
    still = np.block([[(1 + beta) * one, -beta * one], [one, 0 * one]])
    into = np.vstack([one, 0 * one])
    pulled, both = into @ H @ into.T, np.kron(into, into)
    mixed = np.kron(still, pulled) + np.kron(pulled, still)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return np.kron(still, still) + rate * (rate * (both @ twice @ both.T) - mixed)


def region(share, low, high):
    """Return the corners of the region of α and β in which a step keeps at most some share.

    It is a triangle, as for a given share all three borders are straight: (1 − r)(1 − β/r)/λ_min,
    where the flat direction keeps r, (1 + r)(1 + β/r)/λ_max, where the steep one does, and β = r²,
    where both ripple. What lies below β = 0 is cut off.

    Parameters
    ----------
    share : number or array (...)
        r, above √β of `best` and at most 1. For 1 it is the region of stability.
    low, high : number
        λ_min and λ_max, from 1e-300 to 1e300.

    Returns
    -------
    array (..., 4, 2)
        α and β of the corners: the lower two, of which the tip of a whole triangle makes both, and
        the upper two, from left to right and back.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> region(1.0, 1.0, 4.0).tolist()
    [[0.0, 0.0], [0.5, 0.0], [1.0, 1.0], [0.0, 1.0]]
    """
    low, high = _curvatures(low, high)
    share = _check.numbers("share", share, "positive and finite")
    _check.demand("share", share, share <= 1, "at most 1")
    flat, steep = (1 - share) / low, (1 + share) / high
    tip = np.maximum(share * (flat - steep) / (flat + steep), 0)
    betas = np.stack([tip, tip, share**2, share**2], axis=-1)
    sides = 1 + np.array([-1, 1, 1, -1]) * betas / share[..., None]
    return np.stack([np.stack([flat, steep, steep, flat], axis=-1) * sides, betas], axis=-1)


def _step(learning_rate, beta, curvature, nesterov):
    """Return trace and determinant (...) of the matrix of a step."""
    rate = _check.numbers("learning_rate", learning_rate, "positive and finite")
    beta = _check.numbers("beta", beta, "at least 0 and below 1")
    curvature = _check.numbers("curvature", curvature, "0 or more and finite")
    _check.broadcast(learning_rate=rate.shape, beta=beta.shape, curvature=curvature.shape)
    with np.errstate(over="ignore"):
        if _check.flag("nesterov", nesterov):
            factor = 1 - rate * curvature
            return (1 + beta) * factor, beta * factor
        trace = 1 + beta - rate * curvature
        return trace, np.broadcast_to(beta, trace.shape)


def _curvatures(low, high):
    given = {"low": low, "high": high}
    return [_check.number(name, each, "between 1e-300 and 1e300") for name, each in given.items()]
