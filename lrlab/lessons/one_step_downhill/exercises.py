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


@checker("Your gradient agrees with finite differences, on data it had never seen.")
def gradient(attempt):
    """Check a function (w, x, y) -> dJ/dw for J(w) = 1/(2n) Σ (w·x − y)².

    Examples
    --------
    >>> gradient(lambda w, x, y: np.mean((y - w * x) * x))
    Not yet. The sign is turned: a step against this gradient climbs.
    """
    x, y = fresh_line()
    tried = [(1.5, x, y), (-4.0, x[:6], y[:6]), (0.0, 20 * x[2:], y[2:]), (0.7, x[:1], y[:1])]
    return next(filter(None, (_gradient_hint(attempt, *each) for each in tried)), None)


def _gradient_hint(attempt, w, x, y):
    got = scalar(call(attempt, w, x, y), "Take the mean over all points.")
    errors = w * x - y
    true = np.mean(errors * x)
    if is_close(got, true):
        return None
    if is_close(got, 2 * true):
        return "Twice too large: the 2 from the square and the ½ of J cancel."
    if is_close(got, true / 2):
        return "Half of what it should be: the square gives a 2, which cancels the ½ of J."
    if is_about(got, -true):
        return "The sign is turned: a step against this gradient climbs."
    if is_about(got, len(x) * true):
        return "It grows with the number of points: J is a mean, and so is its gradient."
    if is_about(got, np.mean(errors)):
        return "The inner derivative is missing: each error is multiplied by its x."
    if is_about(got, np.mean(errors) * np.mean(x)):
        return "Multiply each error by its own x first, and then take the mean of the products."
    if is_about(got, np.mean(errors**2)):
        return "This is J itself; how much it grows with w is asked for."
    return f"Your gradient is too {size(got, true)}. Does it use the w, x and y it is given?"


@checker("One step, and the error is gone: 1 − αλ = 0.")
def one_step(attempt, x):
    """Check the α that lands on the minimum of J(w) in one step, for data x (n,).

    Three significant digits are enough.

    Examples
    --------
    >>> one_step(0.4, x=[1, 2])
    ✓ One step, and the error is gone: 1 − αλ = 0.
    >>> one_step(0.8, x=[1, 2])
    Not yet. With this α the error changes its sign and keeps its size: that is 2/λ.
    """
    alpha, x = scalar(attempt), np.asarray(x, float)
    curvature = np.mean(x**2)
    factor = 1 - alpha * curvature
    if abs(factor) < 5e-3:
        return None
    if alpha <= 0:
        return "A learning rate is above 0: a step goes against the gradient as it is."
    if abs(factor + 1) < 5e-3:
        return "With this α the error changes its sign and keeps its size: that is 2/λ."
    if is_close(alpha, curvature, 5e-3):
        return "This is λ, how steep the parabola is. The steeper it is, the smaller is this α."
    if is_about(alpha, 1 / np.sum(x**2), 5e-3):
        return "λ is the mean of the squares of x; yours looks like their sum."
    if is_about(alpha, 1 / np.mean(x) ** 2, 5e-3):
        return "λ is the mean of the squares of x; yours looks like the square of their mean."
    written = number(factor).replace("-", "−")
    return f"With this α one step multiplies the error by {written}; it should be 0."


@checker("Your loop walks as lrlab's does, step for step.")
def descend(attempt):
    """Check a function (gradient, w0, learning_rate, steps) -> all w, the start among them.

    Examples
    --------
    >>> descend(lambda gradient, w0, learning_rate, steps: [w0] * (steps + 1))
    Not yet. All your values of w are the same. If you change one array in place, store copies.
    """
    hint = _loop_hint(attempt)
    # A slope that is no straight line, one step and none, and many steps.
    for slope, w0, rate, steps in [(np.sin, 1.0, 0.5, 30), (lambda w: 2 * w, -4.0, 0.25, 1),
                                   (lambda w: w**3, 2.0, 0.01, 0)]:  # fmt: skip
        hint = hint or _other_loop_hint(attempt, slope, w0, rate, steps)
    return hint


def _other_loop_hint(attempt, slope, w0, rate, steps):
    path = np.ravel(numbers(call(attempt, slope, w0, rate, steps), "Every w of the way"))
    if len(path) != steps + 1:
        return (
            f"{steps} steps make {steps + 1} values of w, with the start; you return {len(path)}."
        )
    if not is_close(path, gradient_descent(slope, w0, rate, steps).theta[:, 0]):
        return (
            f"It is right for 6 steps on one parabola, and wrong for another slope, with α = "
            f"{rate} and {steps} steps. Does it use all that it is given?"
        )
    return None


def _loop_hint(attempt):
    slope = lambda w: 3 * (w - 2)  # noqa: E731
    path = np.ravel(numbers(call(attempt, slope, 5.0, 0.1, 6), "Every w of the way"))
    true = gradient_descent(slope, 5.0, 0.1, 6).theta[:, 0]
    if len(path) == 1:
        return "You return one number; return every w of the way, the start among them."
    if len(path) == 6 and np.allclose(path, true[1:]):
        return "The steps are right; the start is missing, and belongs in front of them."
    if len(path) != len(true):
        return f"6 steps make 7 values of w, with the start; you return {len(path)}."
    if np.all(path == path[0]):
        return "All your values of w are the same. If you change one array in place, store copies."
    if path[0] != 5:
        return f"The first value is w0, where descent starts; yours is {number(path[0])}."
    if is_close(path, true):
        return None
    steps, wrong = np.arange(7), np.argmin(np.isclose(path, true))
    if is_close(path, 2 + 3 * 1.3**steps):
        return "It climbs: a step goes against the gradient, w − α·gradient(w)."
    if is_close(path, 5 - 0.9 * steps):
        return "The gradient is taken once, at the start; it is needed anew at each w."
    if is_close(path, 2 + 3 * (-2.0) ** steps):
        return "α is missing: the step is α times the gradient."
    return (
        f"Your step {wrong} goes from w = {number(path[wrong - 1])} to {number(path[wrong])}. "
        f"It was given α = 0.1, and the gradient there is {number(slope(path[wrong - 1]))}."
    )
