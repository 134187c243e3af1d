"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab._checking import Hint, call, checker, is_about, is_close, scalar, size
from lrlab.drawing.words import number
from lrlab.lessons.do_you_have_to import maths


@checker("It has forgotten the start, and it averages enough.")
def forgetful(attempt, problem, start, learning_rate=0.3, steps=1000, most=6e-4):
    """Check a ρ with which the exponential average leaves at most `most` of excess loss.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> forgetful(0.99, problem, [3.0], most=6e-3)
    ✓ It has forgotten the start, and it averages enough.
    >>> forgetful(0.5, problem, [3.0], most=6e-3)
    Not yet. The mean excess loss is 0.061, and 0.006 is asked for. It averages too few iterates.
    """
    rho = scalar(attempt)
    if not 0 <= rho < 1:
        return f"ρ is the share of the average that is kept: from 0 to below 1, and not {rho:g}."
    weights = np.full(steps, 1 - rho)
    left = maths.mean_run(problem, start, learning_rate, weights)[-1]
    if left <= most:
        return None
    without = maths.mean_run(problem, problem.minimizer, learning_rate, weights)[-1]
    why = "It averages too few iterates." if without > left / 2 else "It still remembers the start."
    return f"The mean excess loss is {number(left, 2)}, and {number(most, 2)} is asked for. {why}"


@checker("The noise of the average, without α.")
def noise_left(attempt):
    """Check a function (x, y, T): the excess loss that noise leaves in an average of T iterates.

    For one parameter, y ≈ w·x, one point a step, and the small α of the formula.

    Examples
    --------
    >>> def right(x, y, T):
    ...     w = x @ y / (x @ x)
    ...     return np.mean((x * (w * x - y)) ** 2) / (2 * np.mean(x**2) * T)
    >>> noise_left(right)
    ✓ The noise of the average, without α.
    >>> noise_left(lambda x, y, T: 2 * right(x, y, T))
    Not yet. Yours is twice as large as it should be: the loss is ½λ times the mean square.
    """
    for seed, count, steps in ((1, 30, 1000), (2, 50, 70), (3, 12, 1)):
        rng = np.random.default_rng(seed)
        x = rng.uniform(-1, 3, count)
        y = 1.7 * x + 1 + rng.normal(0, 1 + np.abs(x), count)
        got = scalar(call(attempt, x, y, steps), "The excess loss is one number.")
        hint = _unlike_the_noise(got, x, y, steps)
        if hint:
            return hint
    return None


def _unlike_the_noise(got, x, y, steps):
    curvature, best = np.mean(x**2), x @ y / (x @ x)
    square = np.mean((x * (best * x - y)) ** 2)
    true = square / (2 * curvature * steps)
    if is_close(got, true, 1e-6):
        return None
    if not got > 0:
        return f"An excess loss is above 0 where there is noise; yours is {number(got)}."
    if is_close(got, 2 * true):
        return "Yours is twice as large as it should be: the loss is ½λ times the mean square."
    if is_about(got, true * steps):
        return "It does not fall with T as it should: the mean square of a mean of T has 1/T."
    if is_about(got, true / steps):
        return "It falls too fast with T: the mean of T draws has 1/T of the square of one."
    if is_about(got, true / curvature) or is_about(got, true * curvature):
        return "λ is there in the wrong power: once 1/λ² from the error, once λ from the loss."
    if is_about(got, true * len(x)):
        return "s² is the mean over the points, and not the sum."
    if is_about(got, np.mean((best * x - y) ** 2) / (2 * curvature * steps)):
        return "These are the residuals. The gradient of a point is its residual times its x."
    if is_about(got, np.mean((x * y) ** 2) / (2 * curvature * steps)):
        return "These are the gradients at w = 0; take them at the minimum."
    raise Hint(f"Yours is too {size(got, true)}. s² is the mean square of the points' gradients "
               "at the minimum, λ the mean of x².")  # fmt: skip
