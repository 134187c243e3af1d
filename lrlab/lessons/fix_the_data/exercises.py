"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab._checking import call, checker, is_close, numbers, size
from lrlab.drawing.words import number


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
    rng = np.random.default_rng(8)
    shapes = (
        ([5, -40, 3000], [1, 20, 900], (30, 3)),
        ([0.1, 7], [3, 1e-3], (12, 2)),
        (-4, 9, (5, 1)),
    )
    tables = [rng.normal(*each) for each in shapes]
    hints = (_not_standard(numbers(call(attempt, X), "A table of numbers"), X) for X in tables)
    return next((hint for hint in hints if hint), None)


def _not_standard(got, X):
    """A hint for a table that should be X standardised, or None where it is."""
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
    if is_close(spread, np.sqrt(1 - 1 / len(X))):
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
    cases = ([6.0, 40.0], 12.0, 4.0), ([-0.7, 3.0], -250.0, 0.02), ([-11.0, -5.0], 0.3, 1.7)
    for theta, *column in cases:
        theta = np.array(theta)
        got = numbers(call(attempt, theta, *column), "A slope and an intercept")
        if hint := _other_line(got, theta, *column):
            return hint
    return None


def _other_line(got, theta, mean, spread):
    """A hint for a slope and an intercept in the old units, or None where they are right."""
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


@checker("That is where descent ends, from any start.")
def where_it_ends(attempt):
    """Check a function (X, y, θ_0) -> where descent on J ends, whatever columns X has.

    The columns may be dependent. To three digits.

    Examples
    --------
    >>> where_it_ends(lambda X, y, theta0: theta0 + np.linalg.pinv(X) @ (y - X @ theta0))
    ✓ That is where descent ends, from any start.
    >>> where_it_ends(lambda X, y, theta0: np.linalg.pinv(X) @ y)
    Not yet. The loss is least there, and yet it is another end: what of the start is kept?
    """
    rng = np.random.default_rng(4)
    tables = [rng.normal(size=(9, 1)) @ [[1.0, 1.0]], rng.normal(size=(12, 3))]
    tables.append(rng.normal(size=(20, 2)) @ [[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]])
    for X in tables:
        y, theta0 = rng.normal(1, 2, len(X)), rng.normal(0, 5, X.shape[1])
        got = numbers(call(attempt, X, y, theta0), "A place θ")
        if got.size != len(theta0):
            return f"X has {len(theta0)} columns, so θ has {len(theta0)} parts; yours {got.size}."
        end = theta0 + np.linalg.pinv(X) @ (y - X @ theta0)
        if hint := _not_the_end(got.ravel(), X, theta0, end):
            return hint
    return None


def _not_the_end(got, X, theta0, end):
    """A hint for a place that is not where descent from theta0 ends, or None where it is."""
    if is_close(got, end, 2e-3):
        return None
    if is_close(X @ got, X @ end, 2e-3):
        return "The loss is least there, and yet it is another end: what of the start is kept?"
    if is_close(got, theta0):
        return "That is the start itself. Where does descent go from it?"
    to_go = np.linalg.norm(X @ (got - end)) / np.linalg.norm(X @ (theta0 - end))
    kept = got - theta0 - np.linalg.pinv(X) @ X @ (got - theta0)
    if to_go < 0.9 and is_close(kept, 0):
        return "It is on its way there: give descent more steps, or compute the end."
    return "The loss is not least there. For which columns did you test it?"
