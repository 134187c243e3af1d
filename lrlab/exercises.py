"""Checkers for the exercises: they test the property asked for, on the learner's own answer.

Any right answer passes. A wrong one gets a hint that says what was off, and not the answer; an
answer that raises gets a hint too, and no traceback of ours.
"""

from dataclasses import dataclass
from functools import wraps

import numpy as np

from lrlab.captions import number
from lrlab.descent import gradient_descent
from lrlab.regression import LeastSquares


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a checker says.

    Attributes
    ----------
    passed : bool or None
        None for an exercise that was not attempted.
    text : str
        What the learner reads.
    """

    passed: bool | None
    text: str

    def __repr__(self):
        sign = {True: "✓ ", False: "Not yet. ", None: ""}[self.passed]
        return sign + self.text


def _checker(praise):
    """Turn a function that returns a hint, or None for a right answer, into a checker."""

    def decorate(hint_for):
        @wraps(hint_for)
        def check(attempt, *args, **kwargs):
            if attempt is ...:
                return Verdict(None, "Not attempted yet: put your answer in place of the dots.")
            try:
                hint = hint_for(attempt, *args, **kwargs)
            except _NotAttempted:
                return Verdict(None, "Not attempted yet: your function returns nothing so far.")
            except _Hint as raised:
                hint = str(raised)
            return Verdict(hint is None, hint or praise)

        return check

    return decorate


class _Hint(Exception):
    """What to say to a wrong answer, from deep inside a check."""


class _NotAttempted(Exception):
    """The learner's function has no body yet."""


# 01: a line is a point


@_checker("J(w, b) is right, on data it had never seen.")
def loss(attempt):
    """Check a function (w, b, x, y) -> J, half the mean squared error of the line w·x + b.

    Examples
    --------
    >>> loss(lambda w, b, x, y: np.mean((w * x + b - y) ** 2) / 2)
    ✓ J(w, b) is right, on data it had never seen.
    >>> loss(lambda w, b, x, y: np.mean((w * x + b - y) ** 2))
    Not yet. Your J is twice what it should be: the ½ in front of the mean is missing.
    """
    x, y = _fresh_line()
    got = _scalar(_run(attempt, 1.5, -0.5, x, y))
    errors = 1.5 * x - 0.5 - y
    return _match(
        got,
        np.mean(errors**2) / 2,
        {
            "Your J is twice what it should be: the ½ in front of the mean is missing.": np.mean(
                errors**2
            ),
            "Your J grows with the number of points: it is a sum where a mean is asked for.": [
                np.sum(errors**2) / 2,
                np.sum(errors**2),
            ],
            "Errors of different sign cancel in your J: square each error before you average.": [
                np.mean(errors) / 2,
                np.mean(errors),
                np.mean(errors) ** 2 / 2,
            ],
        },
    )


@_checker("As low as descent after twenty steps, and by hand.")
def by_hand(attempt, problem, start, learning_rate, steps=20, moves=10):
    """Check at most `moves` points (w, b), the last as low as descent is after `steps` steps."""
    points = _numbers(attempt, "a list of points (w, b)")
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        return (
            f"Give a list of points (w, b), two numbers each; yours has the shape {points.shape}."
        )
    if len(points) > moves:
        return f"That is {len(points)} moves; {moves} are allowed."
    run = gradient_descent(problem.gradient, start, learning_rate, steps)
    goal, reached = problem.loss(run.theta[-1]), problem.loss(points[-1])
    if reached > goal:
        _, directions = np.linalg.eigh(problem.hessian)
        along, across = np.abs((points[-1] - problem.minimizer) @ directions)
        off = "along the valley" if along > across else "across the valley"
        return (
            f"Your last point has J = {number(reached)}; descent reached {number(goal)}. "
            f"You are off mostly {off}."
        )
    return None


@_checker("Your formula finds the lowest point of every bowl it was given.")
def closed_form(attempt):
    """Check a function (X, y) -> θ* of a least-squares problem."""
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((30, 3)), rng.standard_normal(30)
    problem = LeastSquares(X, y)
    got = _vector(_run(attempt, X, y), 3)
    return _match(
        got,
        problem.minimizer,
        {
            "This is Xᵀy, the right side of the normal equations: they are still to be solved.": [
                X.T @ y,
                X.T @ y / 30,
            ],
            "The sign is turned: your θ is −θ*.": -problem.minimizer,
            "There is a factor n too many: both sides of the normal equations carry 1/n, or none.": [
                problem.minimizer * 30,
                problem.minimizer / 30,
            ],
        },
        f"Your θ does not solve the normal equations: ‖∇J‖ there is "
        f"{number(np.linalg.norm(problem.gradient(got)))} where 0 is asked for.",
    )


# 02: one step downhill


@_checker("Your gradient agrees with finite differences, on data it had never seen.")
def gradient(attempt):
    """Check a function (w, x, y) -> dJ/dw for J(w) = 1/(2n) Σ (w·x − y)².

    Examples
    --------
    >>> gradient(lambda w, x, y: np.mean((y - w * x) * x))
    Not yet. The sign is turned: a step against this gradient climbs.
    """
    x, y = _fresh_line()
    got = _scalar(_run(attempt, 1.5, x, y))
    true = np.mean((1.5 * x - y) * x)
    return _match(
        got,
        true,
        {
            "The sign is turned: a step against this gradient climbs.": [-true, -2 * true],
            "Twice too large: the 2 from the square and the ½ of J cancel.": 2 * true,
            "It grows with the number of points: J is a mean, and so is its gradient.": [
                len(x) * true,
                2 * len(x) * true,
            ],
            "The inner derivative is missing: each error is multiplied by its x.": np.mean(
                1.5 * x - y
            ),
        },
    )


@_checker("One step, and the error is gone: 1 − αλ = 0.")
def one_step(attempt, x):
    """Check the α that lands on the minimum of J(w) in one step, for data x (n,)."""
    alpha = _scalar(attempt)
    x = np.asarray(x, float)
    factor = 1 - alpha * np.mean(x**2)
    if np.isclose(factor, 0, atol=1e-3):
        return None
    if np.isclose(factor, -1, atol=1e-3):
        return "With this α the error changes its sign and keeps its size: that is 2/λ."
    if np.isclose(alpha * np.sum(x**2), 1, atol=1e-3):
        return "λ is the mean of the squares of x; yours looks like their sum."
    return f"With this α one step multiplies the error by {number(factor)}; it should be 0."


@_checker("Your loop walks as lrlab's does, step for step.")
def descend(attempt):
    """Check a function (gradient, w0, learning_rate, steps) -> all w, the start among them."""
    slope = lambda w: 3 * (w - 2)  # noqa: E731
    path = _numbers(_run(attempt, slope, 5.0, 0.1, 6), "every w of the way")
    true = gradient_descent(slope, 5.0, 0.1, 6).theta[:, 0]
    path = np.ravel(path)
    if len(path) == 1:
        return "You return one number; return every w of the way, the start among them."
    if len(path) != len(true):
        return f"6 steps make 7 values of w, with the start; you return {len(path)}."
    climb = 2 + 3 * 1.3 ** np.arange(7)
    return _match(
        path,
        true,
        {
            "It climbs: a step goes against the gradient, w − α·gradient(w).": climb,
            "The gradient is taken once, at the start; it is needed anew at each w.": 5
            - 0.9 * np.arange(7),
            "α is missing: the step is α times the gradient.": 2 + 3 * (-2.0) ** np.arange(7),
        },
        f"The first step goes to {number(path[1])} where it should go to {number(true[1])}.",
    )


# 03: the edge


@_checker("This is the edge for any data: 2 over the largest curvature.")
def critical_rate(attempt):
    """Check a function X -> 2/λ_max of H = XᵀX/n."""
    X = np.random.default_rng(5).standard_normal((20, 3)) * [1, 2, 3]
    problem = LeastSquares(X, np.zeros(20))
    got, true = _scalar(_run(attempt, X)), problem.critical_rate
    return _match(
        got,
        true,
        {
            "This is 1/λ_max, where oscillation begins; descent still converges above it.": true
            / 2,
            "The mean is missing: H is XᵀX divided by n.": [true / 20, true / 40],
            "This is made from λ_min; the steepest direction is the first to diverge.": [
                2 / problem.curvatures[0],
                1 / problem.curvatures[0],
            ],
        },
    )


@_checker("One point moved, and α just diverges.")
def just_diverges(attempt, x, learning_rate=0.1):
    """Check data with one x moved so that the critical rate is just below `learning_rate`."""
    x, moved = np.asarray(x, float), _numbers(attempt, "the x of all points")
    if moved.shape != x.shape:
        return f"Give the x of all {len(x)} points; yours has the shape {moved.shape}."
    changed = np.count_nonzero(moved != x)
    if changed != 1:
        return f"Exactly one point may move; you moved {changed}."
    edge = LeastSquares.line(moved, np.zeros_like(moved)).critical_rate
    if edge >= learning_rate:
        return f"It still converges: the critical rate is {number(edge)}. Move the point farther."
    if edge < 0.95 * learning_rate:
        return f"It diverges, and not just: the critical rate is {number(edge)}. Move it back a little."
    return None


@_checker("Right: H = XᵀX/n, and y is not in it.")
def can_y_do_it(attempt):
    """Check the answer, True or False, to whether moving a point in y moves the edge."""
    if not isinstance(attempt, (bool, np.bool_)):
        return f"Answer True or False; you gave {attempt!r}."
    if attempt:
        return "Move the outlier up and down in the picture above, and read the critical rate."
    return None


def _fresh_line():
    rng = np.random.default_rng(11)
    x = rng.uniform(-1, 3, 25)
    return x, 0.7 * x + 2 + rng.standard_normal(25)


def _run(function, *args):
    if not callable(function):
        raise _Hint(f"Give a function; you gave {function!r}.")
    try:
        result = function(*args)
    except Exception as error:
        shapes = ", ".join(f"{np.shape(each)}" for each in args if isinstance(each, np.ndarray))
        raise _Hint(
            f"Your function raised {type(error).__name__}: {error}"
            + (f" (it was given arrays shaped {shapes})." if shapes else ".")
        ) from None
    if result is None or result is ...:
        raise _NotAttempted
    return result


def _numbers(value, what):
    try:
        array = np.asarray(value, float)
    except (TypeError, ValueError):
        raise _Hint(f"Give {what}, as numbers; you gave {value!r}.") from None
    if not np.isfinite(array).all():
        raise _Hint(f"Give {what}, all finite; there is a NaN or an infinity in yours.")
    return array


def _scalar(value):
    array = _numbers(value, "one number")
    if array.size != 1:
        raise _Hint(f"One number is asked for; yours has the shape {array.shape}.")
    return float(array.reshape(()))


def _vector(value, size):
    array = _numbers(value, f"{size} numbers")
    if array.shape not in ((size,), (size, 1)):
        raise _Hint(f"{size} numbers are asked for; yours has the shape {array.shape}.")
    return array.reshape(size)


def _match(got, true, mistakes, otherwise=None):
    """None where got is true, the hint of the mistake it equals, or a general one."""
    close = lambda value: np.allclose(got, value, rtol=1e-6, atol=1e-9)  # noqa: E731
    if close(true):
        return None
    for hint, values in mistakes.items():
        if any(close(value) for value in (values if isinstance(values, list) else [values])):
            return hint
    return otherwise or f"On test data it gives {number(got)} where {number(true)} is right."
