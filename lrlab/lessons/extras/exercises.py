"""The checker for the exercises of the notebooks on PyTorch and TensorFlow."""

import numpy as np

from lrlab.descent import gradient_descent
from lrlab.lessons._checking import call, checker, fresh_line, numbers
from lrlab.regression import LeastSquares

_ALPHA, _STEPS, _START = 0.05, 20, np.array([-2.0, 4.0])


@checker("Step for step the path of J, on data it had not seen.")
def same_path(attempt):
    """Check a function (x, y, start, learning_rate, steps) -> the path of descent on J.

    The path has the shape (steps + 1, 2): slope and intercept before each step, and at the end.
    It may be off by 1e-5, so that single precision will do.

    Examples
    --------
    >>> def on_mse(x, y, start, learning_rate, steps):
    ...     problem = LeastSquares.line(x, y)
    ...     return gradient_descent(problem.gradient, start, 2 * learning_rate, steps).theta
    >>> same_path(on_mse)
    Not yet. Your first step is 2 times as long as that of J: which loss is it, and which rate?
    """
    x, y = fresh_line()
    problem = LeastSquares.line(x, y)
    given = call(attempt, x, y, _START.copy(), _ALPHA, _STEPS)
    path = numbers(given, f"A path of shape ({_STEPS + 1}, 2)")
    true = gradient_descent(problem.gradient, _START, _ALPHA, _STEPS).theta
    if path.shape != true.shape:
        return _shape(path.shape, true.shape)
    if _close(path, true):
        return None
    if _close(path, path[:1]):
        return "All rows of your path are the same: is a step taken, and do you note a copy of θ?"
    if not _close(path[0], _START):
        return "Your path does not begin at the start: note where you are before the first step."
    first, wanted = path[1] - path[0], true[1] - true[0]
    share = first @ wanted / (wanted @ wanted)
    if not _close(first, share * wanted):
        return "Your first step points another way than that of J: check shapes and the gradient."
    if share < 0:
        return "Your steps go uphill."
    if abs(share - 1) > 1e-3:
        times = f"Your first step is {share:.4g} times as long as that of J"
        return f"{times}: which loss is it, and which rate?"
    if _close(path, _adding_up(problem)):
        return "The first step is right. After it gradients add up: nothing clears the old ones."
    at = int(np.argmax(~np.isclose(path, true, atol=1e-5).all(axis=-1)))
    return f"Up to step {at - 1} your path is right, then it is not: what is left over from before?"


def _adding_up(problem):
    """The path (steps + 1, 2) of a loop that never clears its gradient."""
    path, total = [_START], 0
    for _ in range(_STEPS):
        total = total + problem.gradient(path[-1])
        path.append(path[-1] - _ALPHA * total)
    return np.array(path)


def _shape(got, wanted):
    said = f"Your path has the shape {got}, and {wanted} is asked for"
    if got == (wanted[0] - 1, 2):
        return f"{said}: the start belongs to it, and so does the end."
    return f"{said}: a row for each θ, with slope and intercept in it."


def _close(got, true):
    return np.allclose(got, true, rtol=1e-5, atol=1e-5)
