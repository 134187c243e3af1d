"""What momentum keeps of an error, where its edge is, and its best α and β: in closed form.

Along an eigen-direction with curvature λ the errors e_t of the heavy ball follow
e_{t+1} = (1 + β − αλ) e_t − β e_{t−1}, and those of Nesterov's form, with q = 1 − αλ,
e_{t+1} = (1 + β) q e_t − β q e_{t−1}. In the long run each step keeps the larger root, in size, of
z² = (1 + β − αλ) z − β, or of z² = (1 + β) q z − β q.

Sources: Polyak 1964; Goh, "Why Momentum Really Works", Distill 2017.
"""

import numpy as np

from lrlab import _check


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
