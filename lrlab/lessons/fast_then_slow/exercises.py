"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab.drawing.words import number
from lrlab.lessons._checking import call, checker, is_about, is_close, numbers, scalar, size


@checker("Each column has mean 0 and standard deviation 1.")
def standardise(attempt):
    """Check a function X -> the same columns with mean 0 and standard deviation 1.

    Examples
    --------
    >>> standardise(lambda X: (X - X.mean(axis=0)) / X.std(axis=0))
    ✓ Each column has mean 0 and standard deviation 1.
    >>> standardise(lambda X: X / X.std(axis=0))
    Not yet. The columns do not have mean 0: subtract from each its own mean.
    """
    X = np.random.default_rng(8).normal([5, -40, 3000], [1, 20, 900], (30, 3))
    got = numbers(call(attempt, X), "A table of numbers")
    if got.shape != X.shape:
        return f"X has the shape {X.shape}, and so has what is asked for; yours has {got.shape}."
    mean, spread = got.mean(axis=0), got.std(axis=0)
    if is_close(np.abs(got.mean(axis=1)).max(), 0) and not is_close(np.abs(mean).max(), 0):
        return "You have scaled each row. The houses are the rows; scale the columns, axis=0."
    if is_close(mean.mean(), 0) and not is_close(mean, 0):
        return "You took one mean for the whole table. Each column needs its own: axis=0."
    if not is_close(mean, 0):
        return "The columns do not have mean 0: subtract from each its own mean."
    if is_close(spread, 1):
        return None if _keeps_order(got, X) else "Mean and spread are right, but not of these data."
    if is_close(spread, X.std(axis=0)):
        return "The columns are centred and not yet scaled: their spreads differ as before."
    if is_close(spread, 1 / X.std(axis=0)):
        return "Divide by the standard deviation; this is the variance, its square."
    if is_close(spread, X.std(axis=0) / X.std()):
        return "You took one spread for the whole table. Each column needs its own: axis=0."
    if is_close(spread, np.sqrt(29 / 30)):
        return "This divides by n − 1; the course and StandardScaler divide by n: ddof=0."
    if is_close(np.ptp(got, axis=0), 1):
        return (
            "You divided by the range, from least to largest; the standard deviation is asked for."
        )
    spreads = ", ".join(number(each) for each in spread)
    return f"Each standard deviation should be 1; yours are {spreads}."


def _keeps_order(got, X):
    return is_close(got * X.std(axis=0), X - X.mean(axis=0))


@checker("It says the same as before, in the old units.")
def back_to_units(attempt):
    """Check a function (theta, mean, spread) -> θ of the same line for x as it was measured.

    θ = (slope, intercept) was found with (x − mean)/spread for x.

    Examples
    --------
    >>> back_to_units(lambda t, mean, spread: [t[0] / spread, t[1] - t[0] * mean / spread])
    ✓ It says the same as before, in the old units.
    >>> back_to_units(lambda t, mean, spread: [t[0] / spread, t[1]])
    Not yet. The slope is right. At the intercept x is 0, not the mean.
    """
    theta, mean, spread = np.array([6.0, 40.0]), 12.0, 4.0
    got = numbers(call(attempt, theta, mean, spread), "A slope and an intercept")
    if got.size != 2:
        return f"Two numbers are asked for, slope and intercept; yours has the shape {got.shape}."
    slope, intercept = got.ravel()
    right = np.array([theta[0] / spread, theta[1] - theta[0] * mean / spread])
    if is_close(got.ravel(), right):
        return None
    if is_close(got.ravel()[::-1], right):
        return "Slope first, then intercept; yours are the other way round."
    if is_close(slope, theta[0] * spread):
        return "If x was divided by its spread, the slope was multiplied by it. Undo that."
    if is_close(slope, theta[0]):
        return "Your slope is still that of the scaled x."
    if not is_close(slope, right[0]):
        return f"Your slope is too {size(slope, right[0])}. Put (x − mean)/spread for x."
    if is_close(intercept, theta[1]):
        return "The slope is right. At the intercept x is 0, not the mean."
    if is_close(intercept, theta[1] + slope * mean):
        return "The slope is right. The intercept has a sign turned: x − mean is −mean at x = 0."
    if is_close(intercept, theta[1] - theta[0] * mean):
        return "The slope is right. In the intercept, too, the mean was divided by the spread."
    if is_close(intercept, theta[1] - theta[0] / mean):
        return "The slope is right. In the intercept the mean multiplies the slope."
    return f"The slope is right, the intercept too {size(intercept, right[1])}: what is y at x = 0?"


@checker("That many steps, and no more.")
def steps_to_share(attempt):
    """Check a function (share, κ) -> steps at the fastest rate until that share of J − J* is left.

    Rounded up or not.

    Examples
    --------
    >>> steps_to_share(lambda share, k: np.log(share) / (2 * np.log((k - 1) / (k + 1))))
    ✓ That many steps, and no more.
    >>> steps_to_share(lambda share, k: np.log(share) / np.log((k - 1) / (k + 1)))
    Not yet. That is for the error. The loss is made from its square, and falls twice as fast.
    """
    share, condition = 1e-3, 5.0
    got = scalar(call(attempt, share, condition), "One number of steps is asked for.")
    exact = np.log(share) / (2 * np.log((condition - 1) / (condition + 1)))
    if exact - 1e-6 <= got <= np.ceil(exact) + 1e-6 or is_close(got, exact, 5e-3):
        return None
    if is_close(got, -exact, 5e-3):
        return "The size is right and the sign is turned: both logarithms are negative."
    if is_close(got, 2 * exact, 0.01):
        return "That is for the error. The loss is made from its square, and falls twice as fast."
    if is_close(got, np.log(share) / np.log(1 - 1 / condition), 0.01):
        return "That is for the error, and for α = 1/λ_max; the fastest rate is nearly twice that."
    if is_close(got, np.log(share) / (2 * np.log(1 - 1 / condition)), 0.01):
        return "That is for α = 1/λ_max, which keeps 1 − 1/κ; the fastest rate keeps less."
    if is_close(got, np.log(1 - share) / (2 * np.log((condition - 1) / (condition + 1)))):
        return "That is when the share is gone; asked is when the share is left."
    if is_about(got, 1.15 * condition, 0.01):
        return "1.15 κ is for a share of 1 %. The share is an argument here."
    return f"Your number of steps is too {size(got, exact)}. Does it use the share and the κ given?"
