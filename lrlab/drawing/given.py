"""What a learner gives an explorer: data of their own, or a pair of numbers."""

from lrlab import _check
from lrlab.regression import LeastSquares


def line_problem(x, y):
    """The problem of a line, from itself or from its data."""
    if y is None and not isinstance(x, LeastSquares):
        raise ValueError(f"y must be given, or x must be a LeastSquares problem, got {type(x)}")
    problem = LeastSquares.line(x, y) if y is not None else x
    if problem.X.shape[1] != 2 or not (problem.X[:, 1] == 1).all():
        raise ValueError(f"x must be the problem of a line, X = [x, 1], got X {problem.X.shape}")
    low, high = problem.X[:, 0].min(), problem.X[:, 0].max()
    if low == high:
        raise ValueError(f"x must have at least two values that differ, got {low:g} alone")
    if problem.curvatures[0] <= 1e-14 * problem.curvatures[1]:
        raise ValueError(f"x must be spread wider or lie nearer to 0, got {low:g} to {high:g}")
    return problem


def pair(name, values):
    """Two finite numbers, as an array (2,)."""
    values = _check.numbers(name, values)
    _check.shape(name, values, (2,))
    return values
