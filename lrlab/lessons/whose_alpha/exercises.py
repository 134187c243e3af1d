"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab._checking import call, checker, fresh_line, is_close, numbers, scalar
from lrlab.descent import gradient_descent
from lrlab.drawing.words import number
from lrlab.lessons.whose_alpha import maths
from lrlab.regression import LeastSquares


@checker("On average the bigger batch takes the steps that the small one did.")
def bigger_batch(attempt, learning_rate, before, after):
    """Check the α of a summed loss after its batch grew, so that the mean step stays what it was.

    Three significant digits are enough.

    Examples
    --------
    >>> bigger_batch(0.05, learning_rate=0.1, before=10, after=20)
    ✓ On average the bigger batch takes the steps that the small one did.
    >>> bigger_batch(0.1, learning_rate=0.1, before=10, after=20)
    Not yet. With the same α the mean step is 2 times as long: a sum has more terms.
    """
    alpha = scalar(attempt)
    share = alpha * after / (learning_rate * before)
    grown = after / before
    if abs(share - 1) < 5e-3:
        return None
    if alpha <= 0:
        return "A learning rate is above 0: a step goes against the gradient as it is."
    if is_close(share, grown, 5e-3):
        times = number(grown)
        return f"With the same α the mean step is {times} times as long: a sum has more terms."
    if is_close(share, grown**2, 5e-3):
        return "That is the wrong way round: the gradient has become larger, not smaller."
    if is_close(share, np.sqrt(grown), 5e-3):
        return "A square root belongs to noise. Here the gradient of a sum grows as its terms do."
    if is_close(share * before, 1, 5e-3):
        return "You divided by the whole new batch; but the old α was made for the old one."
    return f"With your α the mean step is {number(share)} times as long; it should stay as it was."


def mystery_step(theta, learning_rate, x, y):
    """Take one step on a squared loss of the line whose convention is not told.

    Parameters
    ----------
    theta : array (2,)
        Slope and intercept.
    learning_rate : float
    x, y : arrays (n,)

    Returns
    -------
    theta : array (2,)
        After the step.

    Examples
    --------
    >>> mystery_step([2.0, 3.0], 0.1, [0, 1, 2], [3, 5, 7]).round(6).tolist()
    [2.0, 3.0]
    """
    problem = LeastSquares.line(x, y)
    rate = learning_rate * maths.scales(len(problem.y))["SSE"]
    return gradient_descent(problem.gradient, theta, rate, 1).theta[-1]


@checker("That is the factor: its loss is that many times J.")
def scale_of(attempt, x, y):
    """Check c for the loss c·J that `mystery_step` goes down, on data x, y (n,).

    Examples
    --------
    >>> scale_of(1, x=[0, 1, 2], y=[3, 5, 8])
    Not yet. A step of J itself is shorter than the one you were given.
    """
    got = scalar(attempt)
    problem = LeastSquares.line(x, y)
    start, n = problem.minimizer + 1, len(problem.y)
    step = (start - mystery_step(start, 1e-6, x, y)) / 1e-6
    ratio = got / np.mean(step / problem.gradient(start))
    if abs(ratio - 1) < 5e-3:
        return None
    if got <= 0:
        return "The sign is turned: the step goes downhill, as that of J does."
    if is_close(got, 1):
        return "A step of J itself is shorter than the one you were given."
    if is_close(got * got, ratio, 5e-3):
        return "That is 1/c: divide the step you were given by the step of J, not the reverse."
    if abs(ratio - 0.5) < 5e-3:
        return "There is a 2 missing: compare with a step of J, which has its ½."
    if abs(ratio - 2) < 5e-3:
        return "There is a 2 too many: compare with a step of J, which has its ½ already."
    if abs(ratio * n - 1) < 5e-3 or abs(ratio * n - 0.5) < 5e-3:
        return "A factor n is missing: is the loss you compare with a mean?"
    return f"With your c a step of c·J is {number(ratio)} times the one you were given."


@checker("Five conventions, one descent: every run walks as that of J does.")
def translate(attempt):
    """Check a function (learning_rate, n) -> rates for ½MSE, MSE, ½SSE, SSE, per example.

    Each is run for 20 steps, or passes, on data of its own, and compared with J at
    `learning_rate`. Passes agree only nearly, so they are given 5 % of the way.

    Examples
    --------
    >>> translate(lambda a, n: (a, a / 2, a / n, a / (2 * n), a))
    Not yet. Per example, a pass takes n steps, not one: yours goes too far.
    """
    x, y = fresh_line()
    few = LeastSquares.line(x, y), 0.05
    many = LeastSquares.line(np.append(x, x + 1), np.append(y, y + 1.1)), 0.02
    hints = (_not_that_of_j(call(attempt, alpha, len(each.y)), each, alpha)
             for each, alpha in (few, many))  # fmt: skip
    return next((hint for hint in hints if hint), None)


def _not_that_of_j(given, problem, alpha):
    """A hint for five rates one of which does not walk as J does with α, or None."""
    given = list(given.values()) if isinstance(given, dict) else given
    rates = np.ravel(numbers(given, "Five learning rates"))
    n = len(problem.y)
    names = [*maths.scales(n), maths.PER_EXAMPLE]
    if len(rates) != 5:
        return f"Five rates are asked for, for {', '.join(names)}; you give {len(rates)}."
    if not (rates > 0).all():
        return "A learning rate is above 0; check the one for " + names[np.argmin(rates > 0)] + "."
    start = problem.minimizer + [-3.0, 2.0]
    wanted = gradient_descent(problem.gradient, start, alpha, 20).theta
    for (name, scale), rate in zip(maths.scales(n).items(), rates, strict=False):
        walked = gradient_descent(problem.gradient, start, rate * scale, 20).theta
        if _apart(walked, wanted) > 5e-3:
            return _off(name, scale, rate / alpha)
    walked = maths.descend_by_passes(problem, start, rates[-1], 20).theta
    if _apart(walked, wanted) > 0.05:
        far = "go too far" if rates[-1] * n > alpha else "do not go far enough"
        if is_close(rates[-1], alpha, 5e-3):
            return "Per example, a pass takes n steps, not one: yours goes too far."
        return f"Per example, your passes {far}. How much of J is one example, in n steps?"
    return None


def _off(name, scale, share):
    """A hint for a rate that is `share` of α where 1/scale is asked for."""
    if scale == 1:
        return f"{name} is the loss of this course: there α stays what it is."
    if is_close(share, scale, 5e-3):
        return f"{name} is the wrong way round: the larger the loss, the longer its steps."
    if is_close(share, 1, 5e-3):
        return f"Under {name} you kept α; but its gradient is not that of J."
    if is_close(share * scale, 2, 5e-3) or is_close(share * scale, 0.5, 5e-3):
        return f"Under {name} you are off by a factor of 2: look at its ½."
    return f"Under {name} your first step is {number(share * scale)} times as long as that of J."


def _apart(path, other):
    """How far two paths (steps + 1, d) are apart at most, as a share of the way to go."""
    way = np.linalg.norm(other[0] - other[-1])
    return np.linalg.norm(path - other, axis=-1).max() / way
