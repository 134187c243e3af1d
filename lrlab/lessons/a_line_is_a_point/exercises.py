"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab._checking import (
    call,
    checker,
    fresh_line,
    is_about,
    is_close,
    numbers,
    scalar,
    size,
)
from lrlab.descent import gradient_descent
from lrlab.drawing.words import number
from lrlab.regression import LeastSquares


@checker("J(w, b) is right, on data it had never seen.")
def loss(attempt):
    """Check a function (w, b, x, y) -> J, half the mean squared error of the line w·x + b.

    Examples
    --------
    >>> loss(lambda w, b, x, y: np.mean((w * x + b - y) ** 2) / 2)
    ✓ J(w, b) is right, on data it had never seen.
    >>> loss(lambda w, b, x, y: np.mean((w * x + b - y) ** 2))
    Not yet. Your J is twice what it should be: the ½ in front of the mean is missing.
    """
    x, y = fresh_line()
    tried = [(1.5, -0.5, x, y), (0.0, 0.0, x[:7], y[:7]), (-2.0, 40.0, 100 * x[3:], y[3:]),
             (3.0, 1.0, x[:1], y[:1])]  # fmt: skip
    return next(filter(None, (_loss_hint(attempt, *each) for each in tried)), None)


def _loss_hint(attempt, w, b, x, y):
    got = scalar(call(attempt, w, b, x, y), "Take the mean over all points.")
    errors = w * x + b - y
    squares = np.mean(errors**2)
    if is_close(got, squares / 2):
        return None
    if is_close(got, squares):
        return "Your J is twice what it should be: the ½ in front of the mean is missing."
    if is_about(got, np.sum(errors**2)):
        return "Your J grows with the number of points: it is a sum where a mean is asked for."
    if is_about(got, np.mean(errors)) or is_about(got, np.mean(errors) ** 2):
        return "Errors of different sign cancel in your J: square each error before you average."
    if is_about(got, np.mean(np.abs(errors))):
        return "Your J takes the size of each error; its square is asked for."
    if is_about(got, np.sqrt(squares)) or is_close(got, np.sqrt(squares / 2)):
        return "Your J has a root in it; the mean of the squares stays as it is."
    if is_about(got, np.mean((w * x - y) ** 2)):
        return "Your line goes through the origin: the intercept b is missing."
    return f"Your J is too {size(got, squares / 2)}. Does it use the w, b, x and y it is given?"


@checker("As low as descent after twenty steps, and by hand.")
def by_hand(attempt, problem, start, learning_rate, *, steps=20, moves=10, stride=0.5):
    """Check at most `moves` points (w, b), the last as low as descent is after `steps` steps.

    Each move changes one of the two, by at most `stride`.

    Examples
    --------
    >>> problem = LeastSquares.line([-1, 0, 1], [1, 3, 5])
    >>> by_hand([(0, 3), (2, 3)], problem, start=[0, 0], learning_rate=0.1, stride=3)
    ✓ As low as descent after twenty steps, and by hand.
    >>> by_hand((2, 3), problem, start=[0, 0], learning_rate=0.1)
    Not yet. That is one point, and a list is asked for: put square brackets around it.
    """
    points = numbers(attempt, "A list of points (w, b)")
    if points.shape == (2,):
        return "That is one point, and a list is asked for: put square brackets around it."
    if points.ndim == 2 and len(points) == 2 != points.shape[1]:
        return "This looks like all w and then all b: give the points one by one, as (w, b)."
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        return (
            f"Give a list of points (w, b), two numbers each; yours has the shape {points.shape}."
        )
    if len(points) == moves + 1 and np.array_equal(points[0], start):
        return f"The start is given and no move: leave it out, and {moves} moves are left."
    if len(points) > moves:
        return f"That is {len(points)} moves; {moves} are allowed."
    legs = np.abs(np.diff(points, axis=0, prepend=[start]))
    for k, leg in enumerate(legs, 1):
        if leg.all():
            return f"Move {k} changes w and b at once; one of them has to stay."
        if leg.max() > stride + 1e-9:
            return f"Move {k} changes by {number(leg.max())}; at most {stride} is allowed."
    run = gradient_descent(problem.gradient, start, learning_rate, steps)
    goal, reached = problem.loss(run.theta[-1]), problem.loss(points[-1])
    if reached <= goal:
        return None
    _, directions = np.linalg.eigh(problem.hessian)
    along, across = np.abs((points[-1] - problem.minimizer) @ directions)
    off = "along the valley" if along > across else "across the valley"
    return (
        f"Your last point has J = {number(reached)}; descent reached {number(goal)}. "
        f"You are off mostly {off}."
    )


@checker("Your formula finds the lowest point of every bowl it was given.")
def closed_form(attempt):
    """Check a function (X, y) -> θ* of a least-squares problem.

    Examples
    --------
    >>> closed_form(lambda X, y: np.linalg.pinv(X) @ y)
    ✓ Your formula finds the lowest point of every bowl it was given.
    >>> closed_form(np.linalg.lstsq)
    Not yet. NumPy's lstsq returns four things; θ* is the first, so add [0].
    """
    rng = np.random.default_rng(3)
    tried = [(rng.standard_normal((n, d)) + shift, rng.standard_normal(n) - shift)
             for n, d, shift in [(30, 3, 0), (12, 2, 1), (40, 1, 0), (5, 5, 0)]]  # fmt: skip
    return next(filter(None, (_formula_hint(attempt, *each) for each in tried)), None)


def _formula_hint(attempt, X, y):
    n, d = X.shape
    problem = LeastSquares(X, y)
    returned = call(attempt, X, y)
    if isinstance(returned, tuple) and len(returned) == 4:
        return "NumPy's lstsq returns four things; θ* is the first, so add [0]."
    got = numbers(returned, "θ*, a number for each column of X,")
    if got.size == d + 1:
        return "You return a number too many: X has all its columns already, so add none."
    if got.size != d:
        return f"Return a number for each of {d} columns of X; yours has the shape {got.shape}."
    got, right_side = got.reshape(d), X.T @ y
    if is_close(got, problem.minimizer):
        return None
    if is_close(got, right_side) or is_close(got, right_side / n):
        return "This is Xᵀy, the right side of the normal equations: they are still to be solved."
    if is_close(got, X.T @ X @ right_side):
        return "The matrix is on the wrong side: multiply by the inverse of XᵀX, not by XᵀX."
    if is_close(got, -problem.minimizer):
        return "The sign is turned: your θ is −θ*."
    if is_close(got, problem.minimizer * n) or is_close(got, problem.minimizer / n):
        return "There is a factor n too many: both sides of the equations carry 1/n, or none."
    slope = number(np.linalg.norm(problem.gradient(got)))
    return f"Your θ does not solve the normal equations: ‖∇J‖ there is {slope}; it should be 0."
