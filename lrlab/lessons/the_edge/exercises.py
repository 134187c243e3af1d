"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab._checking import (
    call,
    checker,
    is_about,
    is_close,
    numbers,
    scalar,
    size,
)
from lrlab.drawing.words import number
from lrlab.regression import LeastSquares


@checker("This is the edge for any data: 2 over the largest curvature.")
def critical_rate(attempt):
    """Check a function X -> 2/λ_max of H = XᵀX/n.

    Examples
    --------
    >>> critical_rate(lambda X: 2 / np.linalg.norm(X.T @ X / len(X), 2))
    ✓ This is the edge for any data: 2 over the largest curvature.
    >>> critical_rate(lambda X: 2 / np.trace(X.T @ X / len(X)))
    Not yet. This is made from the sum of all curvatures; the largest alone decides.
    """
    rng = np.random.default_rng(5)
    X = rng.standard_normal((20, 3)) * [1, 2, 3]
    hint = _rate_hint(attempt, X)
    # Other numbers of examples and of columns, other units, and columns that say the same.
    others = [rng.uniform(0, 9, (n, d)) * unit for n, d, unit in
              [(7, 1, 1.0), (50, 2, 1e-3), (4, 4, 30.0), (3, 5, 1.0)]]  # fmt: skip
    others.append(np.repeat(others[0], 2, axis=1))
    return hint or next(filter(None, (_rate_hint(attempt, each) for each in others)), None)


def _rate_hint(attempt, X):
    n, d = X.shape
    got = scalar(call(attempt, X), "The largest curvature decides.")
    problem = LeastSquares(X, np.zeros(n))
    low, high = problem.curvatures[[0, -1]]
    between = problem.curvatures[1:-1]
    if is_close(got, 2 / high):
        return None
    if is_close(got, 1 / high):
        return "This is 1/λ_max, where oscillation begins; descent still converges above it."
    if is_about(got, 1 / (n * high)):
        return "The mean is missing: H is XᵀX divided by n."
    if low > 0 and is_about(got, 1 / low):
        return "This is made from λ_min; the steepest direction is the first to diverge."
    if any(each > 0 and is_about(got, 1 / each) for each in between):
        return "NumPy's eig does not sort, and yours is not the largest curvature: take the max."
    if is_about(got, high):
        return "This is made from λ_max; but the steeper the bowl, the smaller its critical rate."
    if is_close(got, 2 / (low + high)):
        return "This is the fastest rate; descent still converges a little above it."
    if is_about(got, 1 / np.sum(problem.curvatures)):
        return "This is made from the sum of all curvatures; the largest alone decides."
    if is_about(got, 1 / np.linalg.norm(problem.curvatures)):
        return "NumPy's norm of a matrix takes all curvatures together; the largest alone decides."
    if is_about(got, 1 / np.sqrt(n * high)):
        return "A singular value of X is no curvature yet: square it, and divide by n."
    said = f"Your rate is too {size(got, 2 / high)}"
    if (n, d) == (20, 3):
        return f"{said}. Is it made from the X that it is given?"
    return f"{said} for {n} examples in {d} columns; is it made for data of one kind alone?"


@checker("One point moved, and α just diverges.")
def just_diverges(attempt, x, learning_rate=0.1):
    """Check data with one x moved so that the critical rate is just below `learning_rate`.

    Examples
    --------
    >>> just_diverges([-2, 0, 7.5], x=[-2, 0, 2])
    ✓ One point moved, and α just diverges.
    >>> just_diverges([-2, 0, 2, 7.5], x=[-2, 0, 2])
    Not yet. Give the x of all 3 points, the moved one in its place; you gave 4.
    """
    x, moved = np.asarray(x, float), numbers(attempt, "The x of all points")
    if x.size > 1 and LeastSquares.line(x, np.zeros_like(x)).critical_rate < learning_rate:
        return (
            "The data that you were to begin with diverge by themselves, so they were changed in "
            "place: run the cell that makes them once more, and move a point of a copy."
        )
    if moved.ndim == 1 and len(moved) != len(x):
        return (
            f"Give the x of all {len(x)} points, the moved one in its place; you gave {len(moved)}."
        )
    if moved.shape != x.shape:
        return f"Give the x of all {len(x)} points in one list; yours has the shape {moved.shape}."
    # A learner who types the x of the others may round them.
    changed = np.count_nonzero(np.abs(moved - x) > 1e-3 * np.ptp(x))
    if changed == 0:
        return "No point has moved yet: take one to another x."
    if changed > 1:
        return f"Exactly one point may move; you moved {changed}."
    edge = LeastSquares.line(moved, np.zeros_like(moved)).critical_rate
    if edge >= learning_rate:
        return f"It still converges: the critical rate is {number(edge)}. Move the point farther."
    if edge < 0.95 * learning_rate:
        return (
            f"It diverges, and not just: the critical rate is {number(edge)}. Move it back a bit."
        )
    return None
