"""The loss of a line in other units, and how fast descent is at its fastest rate."""

import numpy as np

from lrlab import _check
from lrlab.regression import LeastSquares

TREATMENTS = ("raw", "centred", "standardised")


def in_units(problem, factors):
    """Return the loss of a line with x in other units, raw, centred and standardised.

    x enters through its moments alone: with [x − x̄, 1, y] = QR the loss is that of the rows of R,
    whatever n is; and raw x is x − x̄ with x̄ added.

    Parameters
    ----------
    problem : LeastSquares
        Of a line, X = [x, 1].
    factors : array (k,)
        What x is multiplied by.

    Returns
    -------
    list of k lists of three LeastSquares
        Of three examples each, with the losses of all n.

    Examples
    --------
    >>> row = in_units(LeastSquares.line([0, 1, 2, 3], [3, 5, 7, 8]), [100.0])[0]
    >>> [round(each.condition_number, 6) for each in row]
    [98003.60007, 12500.0, 1.0]
    """
    x, y = problem.X[:, 0], problem.y
    n, mean, spread = len(y), x.mean(), x.std()
    columns = np.column_stack([x - mean, np.ones(n), y])
    rows = np.sqrt(3 / n) * _square(np.linalg.qr(columns, mode="r"))
    across, ones, target = rows.T

    def treated(factor):
        centred = factor * across
        for column in (centred + factor * mean * ones, centred, across / spread):
            yield LeastSquares(np.stack([column, ones], axis=-1), target)

    return [list(treated(factor)) for factor in factors]


def share_left(condition_number, steps):
    """Return what is left of the excess loss after some steps (...) at the fastest rate.

    There a step multiplies the error of the flat and of the steep direction by (κ − 1)/(κ + 1), up
    to its sign. Its logarithm is −2 artanh(1/κ), which is exact for any κ, where 1 − 2/(κ + 1)
    would round to 1.

    Examples
    --------
    >>> share_left(3.0, np.array([0, 1, 2])).tolist()
    [1.0, 0.25, 0.0625]
    """
    rate = np.arctanh(min(1 / condition_number, 1 - 1e-16))
    return np.exp(-4 * rate * np.asarray(steps, float))


def pairs(table):
    """Return |ρ| and κ of each pair of columns, standardised.

    Parameters
    ----------
    table : array (n, d)
        Each column has at least two values that differ; in any units.

    Returns
    -------
    array (d (d − 1)/2, 2)
        The size of the correlation, and the condition number of the two columns alone.

    Examples
    --------
    >>> pairs([[1.0, 2.0], [2.0, 1.0], [3.0, 4.0], [4.0, 3.0]]).round(6).tolist()
    [[0.6, 4.0]]
    """
    table = _check.numbers("table", table)
    _check.shape("table", table, (None, None))
    spread = np.ptp(table, axis=0)
    _check.demand("the spread of each column of table", spread, spread > 0, "above 0")
    table = (table - table.mean(axis=0)) / spread
    table = table / table.std(axis=0)
    first, second = np.triu_indices(table.shape[1], 1)
    kappa = [LeastSquares(table[:, [i, j]], table[:, 0]).condition_number
             for i, j in zip(first, second, strict=True)]  # fmt: skip
    rho = np.abs(table.T @ table / len(table))[first, second]
    return np.column_stack([rho, kappa])


def _square(rows):
    """Rows (k, 3) of a triangle with rows of zeros below, (3, 3): of two examples there are two."""
    return np.concatenate([rows, np.zeros((3 - len(rows), 3))])
