"""A loss of very many points in a few numbers, and one point more.

A sum of squares is a quadratic, and so is known from its moments: with [X, y] = QR the loss
‖Xθ − y‖² is ‖R [θ, −1]‖², whatever n is. Source: Golub and Van Loan, "Matrix Computations", 5.3.
"""

import numpy as np

from lrlab.regression import LeastSquares


def with_points(problem, places):
    """Return the loss of some data with one more point, for each of many places of that point.

    Parameters
    ----------
    problem : LeastSquares
        Of a line.
    places : array (k, 2)
        x and y of the point.

    Returns
    -------
    list of k LeastSquares
        Of four examples, with the loss, the curvatures and the minimizer of all n + 1.

    Examples
    --------
    >>> line = LeastSquares.line([0, 1, 2, 3, 4], [3, 5, 7, 9, 11])
    >>> (more,) = with_points(line, [[5.0, 7.0]])
    >>> whole = LeastSquares.line([0, 1, 2, 3, 4, 5], [3, 5, 7, 9, 11, 7])
    >>> round(more.critical_rate / whole.critical_rate, 9), round(more.minimum / whole.minimum, 9)
    (1.0, 1.0)
    """
    n = len(problem.y)
    few = np.linalg.qr(np.column_stack([problem.X, problem.y]), mode="r")
    weight = np.sqrt((len(few) + 1) / (n + 1))
    rows = ([*few, [x, 1.0, y]] for x, y in places)
    scaled = (weight * np.array(each) for each in rows)
    return [LeastSquares(each[:, :2], each[:, 2]) for each in scaled]
