"""Which constant rate wins after some steps."""

import numpy as np


def winners(problem, theta0, rates, steps):
    """Return which constant rate leaves the least excess loss after some steps.

    A flat direction keeps nearly all it has, and so do all rates but for the last digits. So of a
    direction that keeps more than a third, what is lost is compared, and not what is left.

    Parameters
    ----------
    problem : LeastSquares
    theta0 : array (d,)
    rates : array (k,)
        Above 0.
    steps : array (p,)

    Returns
    -------
    array of int (p,)
        The position of the best of the rates.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0, 0.0], [0.0, 1e-12]], [0.0, 0.0])
    >>> winners(problem, [1.0, 1.0], np.array([1.0, 1.9, 2.0, 2.1, 3.9]), np.array([1, 4000]))
    array([2, 4])
    """
    change = rates[:, None] * problem.curvatures
    with np.errstate(divide="ignore"):
        kept = 2 * steps[:, None, None] * np.log(np.abs(1 - change))
    lost = 2 * steps[:, None, None] * np.log1p(-np.minimum(change, 0.5))
    slow = (lost > -1).all(axis=1, keepdims=True)
    with np.errstate(over="ignore"):
        compared = np.where(slow, np.expm1(lost), np.exp(kept))
        total = (problem.split(theta0) * compared).sum(axis=-1)
    return np.where(np.isnan(total), np.inf, total).argmin(axis=-1)
