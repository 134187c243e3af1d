"""What steps of different rates leave of an error: a polynomial of the curvature.

A step of the rate α multiplies the error along an eigen-direction of curvature λ by 1 − αλ. So t
steps leave p_t(λ) = (1 − α_0 λ) ⋯ (1 − α_{t−1} λ) of it, in whatever order they are taken. Where
curvatures lie between λ_min and λ_max, no more than max |p_t(λ)| is left of any error.

Sources: Young 1953; Golub and Varga 1961.
"""

import numpy as np

from lrlab import _check

# Where the largest value is looked for: 2^11 pieces, so that of powers of two of Chebyshev rates
# every extremum is met exactly.
_PIECES = 2048


def left(rates, curvature):
    """Return what is left of an error of 1 before each step, and after the last.

    Parameters
    ----------
    rates : array (..., n)
        α_0, …, α_{n−1}, above 0, in units of 1/λ.
    curvature : array (m,)
        λ ≥ 0.

    Returns
    -------
    array (..., n + 1, m)
        p_t(λ), dimensionless; the first is 1.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> left([1.0, 0.5], [1.0, 4.0]).tolist()
    [[1.0, 1.0], [0.0, -3.0], [0.0, 3.0]]
    """
    rates = _rates(rates)
    curvature = _check.numbers("curvature", curvature, "0 or more and finite")
    _check.shape("curvature", curvature, (None,))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        factors = 1 - rates[..., None] * curvature
        first = np.ones((*factors.shape[:-2], 1, factors.shape[-1]))
        return np.cumprod(np.concatenate([first, factors], axis=-2), axis=-2)


def worst(rates, low, high):
    """Return the most that is left of any error, for curvatures from λ_min to λ_max.

    Parameters
    ----------
    rates : array (..., n)
        α_0, …, α_{n−1}, above 0, in units of 1/λ.
    low, high : number
        λ_min and λ_max, from 1e-300 to 1e300.

    Returns
    -------
    array (..., n + 1)
        max |p_t(λ)| at each t, dimensionless; the first is 1.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> worst([0.4, 0.4], 1.0, 4.0).round(4).tolist()
    [1.0, 0.6, 0.36]
    """
    grid = between(low, high, _PIECES)
    rates = _rates(rates)
    flat = rates.reshape(-1, rates.shape[-1])
    found = [np.abs(left(each, grid)).max(axis=-1) for each in flat]
    return np.reshape(found, (*rates.shape[:-1], rates.shape[-1] + 1))


def between(low, high, pieces):
    """Return curvatures from λ_min to λ_max, close together near both ends, for a curve.

    Parameters
    ----------
    low, high : number
        λ_min and λ_max, from 1e-300 to 1e300.
    pieces : int
        1 or more.

    Returns
    -------
    array (pieces + 1,)

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> between(1.0, 3.0, 2).round(12).tolist()
    [1.0, 2.0, 3.0]
    """
    low = _check.number("low", low, "between 1e-300 and 1e300")
    high = _check.number("high", high, "between 1e-300 and 1e300")
    _check.demand("low", np.array(low), low <= high, "at most high")
    pieces = _check.whole_number("pieces", pieces, least=1)
    lean = np.sin(np.pi / 2 * np.linspace(0, 1, pieces + 1)) ** 2
    return low + (high - low) * lean


def _rates(rates):
    rates = _check.numbers("rates", rates, "positive and finite")
    _check.shape("rates", rates, (..., None))
    return rates
