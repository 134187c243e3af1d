"""The checker for the exercises of the notebooks on PyTorch and TensorFlow."""

import numpy as np

from lrlab._checking import call, checker, fresh_line, numbers
from lrlab.descent import gradient_descent
from lrlab.regression import LeastSquares

# Start, rate and steps of each line below: slow, swinging, a single step.
_RUNS = [((-2.0, 4.0), 0.05, 20), ((1.0, -3.0), 0.11, 33), ((0.5, 0.25), 1.3, 9), ((3, 5), 0.2, 1)]


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
    for k, ((x, y), (start, rate, steps)) in enumerate(zip(_lines(), _RUNS, strict=True)):
        start = np.array(start, dtype=float)
        given = call(attempt, x, y, start.copy(), rate, steps)
        path = numbers(given, f"A path of shape ({steps + 1}, 2)")
        hint = _said_of(path, LeastSquares.line(x, y), start, rate, steps)
        if hint:
            where = f"On {len(x)} other points, with α = {rate:g} and {steps} steps: "
            return (where if k else "") + hint
    return None


def _lines():
    """Yield the points x, y (n,) of each run."""
    yield fresh_line()
    rng = np.random.default_rng(12)
    for count, low, high in [(40, 0, 5), (12, -2, 0.5), (18, 1, 2)]:
        x = rng.uniform(low, high, count)
        yield x, -1.5 * x - 2 + rng.standard_normal(count)


def _said_of(path, problem, start, rate, steps):
    """What is wrong with a path, or None."""
    true = gradient_descent(problem.gradient, start, rate, steps).theta
    if path.shape != true.shape:
        return _shape(path.shape, true.shape)
    if _close(path, true):
        return None
    if _close(path, path[:1]):
        return "All rows of your path are the same: is a step taken, and do you note a copy of θ?"
    if _close(path[:, ::-1], true):
        return "The two columns have changed places: first the slope, then the intercept."
    if not _close(path[0], start):
        return "Your path does not begin at the start: note where you are before the first step."
    if np.allclose(path, true, rtol=1e-2, atol=1e-2):
        return "Near the path of J all along, and not on it: is something rounded on the way?"
    return _first_step(path, true) or _later(path, true, problem, rate)


def _first_step(path, true):
    first, wanted = path[1] - path[0], true[1] - true[0]
    share = first @ wanted / (wanted @ wanted)
    if not _close(first, share * wanted):
        return "Your first step points another way than that of J: check shapes and the gradient."
    if share < 0:
        return "Your steps go uphill."
    if abs(share - 1) > 1e-5:
        times = f"Your first step is {share:.4g} times as long as that of J"
        return f"{times}: which loss is it, and which rate?"
    return None


def _later(path, true, problem, rate):
    if _close(path, _adding_up(true[0], problem, rate, len(true) - 1)):
        return "The first step is right. After it gradients add up: nothing clears the old ones."
    at = int(np.argmax(~np.isclose(path, true, rtol=1e-5, atol=1e-5).all(axis=-1)))
    return f"Up to step {at - 1} your path is right, then it is not: what is left over from before?"


def _adding_up(start, problem, rate, steps):
    """The path (steps + 1, 2) of a loop that never clears its gradient."""
    path, total = [start], 0
    for _ in range(steps):
        total = total + problem.gradient(path[-1])
        path.append(path[-1] - rate * total)
    return np.array(path)


def _shape(got, wanted):
    said = f"Your path has the shape {got}, and {wanted} is asked for"
    if got == (wanted[0] - 1, 2):
        return f"{said}: the start belongs to it, and so does the end."
    return f"{said}: a row for each θ, with slope and intercept in it."


def _close(got, true):
    return np.allclose(got, true, rtol=1e-5, atol=1e-5)
