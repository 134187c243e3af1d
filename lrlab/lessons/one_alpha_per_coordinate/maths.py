"""One valley described by turned parameters: φ = R(θ − θ*), with a rotation R.

The loss of a line has two eigen-directions, at right angles. A rotation of the parameters turns
them, and changes neither a curvature nor a loss; it changes what a single parameter means.
"""

import numpy as np

from lrlab import _check
from lrlab.regression import LeastSquares

_ROUNDING = 1e-15


def own_angle(problem):
    """Return the angle at which the parameters are those of the problem, θ − θ* itself.

    Parameters
    ----------
    problem : LeastSquares
        Of two parameters.

    Returns
    -------
    float
        Between the steep direction and the axis of the first parameter, 0 to 90 degrees.

    Raises
    ------
    ValueError
        The problem has not two parameters.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> round(own_angle(LeastSquares([[2.0, 2.0], [1.0, -1.0]], [0, 0])), 6)
    45.0
    """
    across, up = np.abs(_steep(problem))
    return float(np.degrees(np.arctan2(up, across)))


def directions(problem, degrees):
    """Return where the eigen-directions point when the parameters are turned.

    Parameters
    ----------
    problem : LeastSquares
        Of two parameters.
    degrees : number or array (...)
        The angle between the steep direction and the axis of the first parameter. At `own_angle`
        this is `problem.directions`.

    Returns
    -------
    array (..., 2, 2)
        B, with the flat and the steep direction as columns, each of length 1. What is e along the
        eigen-directions is φ = B e in the turned parameters.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[2.0, 2.0], [1.0, -1.0]], [0, 0])
    >>> directions(problem, 0).round(6).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    across, up = _steep(problem)
    degrees = _check.numbers("degrees", degrees)
    turn = np.radians(degrees - own_angle(problem)) * (1 if across * up >= 0 else -1)
    cos, sin = np.cos(turn), np.sin(turn)
    rotation = np.stack([np.stack([cos, -sin], axis=-1), np.stack([sin, cos], axis=-1)], axis=-2)
    turned = rotation @ problem.directions
    return np.where(np.abs(turned) < _ROUNDING, 0.0, turned)


def turned(problem, degrees, theta):
    """Return the error θ − θ* in turned parameters: φ = R(θ − θ*).

    Parameters
    ----------
    problem : LeastSquares
        Of two parameters.
    degrees : number or array (...)
        As for `directions`.
    theta : array (..., 2)
        θ, in the parameters of the problem. The shapes (...) broadcast together.

    Returns
    -------
    array (..., 2)

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[2.0, 2.0], [1.0, -1.0]], [0, 0])
    >>> turned(problem, [0, 45], [1.0, 1.0]).round(6).tolist()
    [[1.414214, 0.0], [1.0, 1.0]]
    """
    pointing = directions(problem, degrees)
    along = (_pair("theta", theta, pointing) - problem.minimizer) @ problem.directions
    return np.einsum("...ij,...j->...i", pointing, along)


def hessian(problem, degrees):
    """Return the Hessian R H Rᵀ of the turned parameters, (..., 2, 2).

    Parameters are those of `directions`.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[2.0, 2.0], [1.0, -1.0]], [0, 0])
    >>> hessian(problem, [0, 45]).round(6).tolist()
    [[[4.0, 0.0], [0.0, 1.0]], [[2.5, 1.5], [1.5, 2.5]]]
    """
    pointing = directions(problem, degrees)
    return (pointing * problem.curvatures) @ np.swapaxes(pointing, -1, -2)


def gradient(problem, degrees):
    """Return ∇J as a function of the turned error φ (..., 2), which broadcasts with degrees (...).

    Parameters are those of `directions`.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[2.0, 2.0], [1.0, -1.0]], [0, 0])
    >>> gradient(problem, [0, 45])([1.0, 0.0]).round(6).tolist()
    [[4.0, 0.0], [2.5, 1.5]]
    """
    turned = hessian(problem, degrees)
    return lambda error: np.einsum("...ij,...j->...i", turned, _pair("error", error, turned))


def excess(problem, degrees, error):
    """Return J − J* (...) at a turned error φ (..., 2), never negative and exact however small.

    Parameters are those of `directions`.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[2.0, 2.0], [1.0, -1.0]], [0, 0])
    >>> excess(problem, [0, 45], [1.0, 0.0]).round(6).tolist()
    [2.0, 1.25]
    """
    pointing = directions(problem, degrees)
    along = np.einsum("...ji,...j->...i", pointing, _pair("error", error, pointing))
    with np.errstate(over="ignore"):
        return 0.5 * np.sum(problem.curvatures * along**2, axis=-1)


def scaled_condition(problem, degrees):
    """Return κ after each turned parameter got a unit of its own, so that each curvature is 1.

    With ρ = h₁₂/√(h₁₁h₂₂) of the turned Hessian it is (1 + |ρ|)/(1 − |ρ|): 1 where the valley lies
    along an axis, κ itself at 45 degrees. No units do better (Forsythe and Straus 1955).

    Parameters are those of `directions`.

    Returns
    -------
    float or array (...)
        Dimensionless.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[2.0, 2.0], [1.0, -1.0]], [0, 0])
    >>> scaled_condition(problem, [0, 45]).round(6).tolist()
    [1.0, 4.0]
    """
    turned = hessian(problem, degrees)
    product = turned[..., 0, 0] * turned[..., 1, 1]
    size = np.sqrt(product)
    mixed = np.abs(turned[..., 0, 1])
    # (1 + ρ)/(1 − ρ), with 1 − ρ² = λ_min λ_max/(h₁₁h₂₂), as 1 − ρ itself would cancel.
    return ((size + mixed) ** 2 / np.prod(problem.curvatures))[()]


def _pair(name, value, matrices):
    """Return `value` as an array (..., 2) that broadcasts with the matrices (..., 2, 2)."""
    pair = _check.place(name, value, 2)
    _check.broadcast(**{name: pair.shape[:-1], "degrees": matrices.shape[:-2]})
    return pair


def _steep(problem):
    _check.instance("problem", problem, LeastSquares)
    if problem.minimizer.size != 2:
        raise ValueError(f"problem must have two parameters, got {problem.minimizer.size}")
    return problem.directions[:, 1]
