"""What a learner gives an explorer: data of their own, numbers, and how large a picture to make."""

import math

import numpy as np
from matplotlib.cbook import is_math_text
from matplotlib.mathtext import MathTextParser

from lrlab import _check
from lrlab.regression import LeastSquares

# κ; beyond it rounding hides the flat direction of a loss.
_CONDITION = 1e26

# Numbers that may be drawn, at two bytes each, which deflate to half of it and less: a picture
# stays below a megabyte.
_DRAWN = 1_000_000

# The excess loss of a start; beyond these there is no room for what grows or falls.
_SMALLEST, _LARGEST = 1e-100, 1e100


def line_problem(x, y):
    """The problem of a line, from itself or from its data."""
    if y is None and not isinstance(x, LeastSquares):
        raise ValueError(f"y must be given, or x must be a LeastSquares problem, got {type(x)}")
    problem = LeastSquares.line(x, y) if y is not None else x
    if problem.X.shape[1] != 2 or not (problem.X[:, 1] == 1).all():
        raise ValueError(f"x must be the problem of a line, X = [x, 1], got X {problem.X.shape}")
    low, high = problem.X[:, 0].min(), problem.X[:, 0].max()
    if low == high:
        raise ValueError(f"x must have at least two values that differ, got {low:g} alone")
    return told_apart("x", problem)


def told_apart(name, problem):
    """Fail unless double precision tells the flat direction of a problem from nothing."""
    if not problem.curvatures[0] > problem.curvatures[-1] / _CONDITION:
        raise ValueError(
            f"{name} must be in a unit, and so near to 0, that κ = λ_max/λ_min is below "
            f"{_CONDITION:g}, for floats to know it, got κ = {problem.condition_number:.2g}; "
            "(x - x.mean()) / x.std() has κ = 1"
        )
    return problem


def pair(name, values):
    """Two finite numbers, as an array (2,)."""
    values = _check.numbers(name, values)
    _check.shape(name, values, (2,))
    return values


def start(problem, values):
    """Where descent begins, as an array (d,); all zeros where it is None."""
    d = problem.minimizer.size
    values = _check.numbers("start", np.zeros(d) if values is None else values)
    _check.shape("start", values, (d,))
    excess = float(problem.excess(values))
    if excess != 0 and not _SMALLEST < excess < _LARGEST:
        raise ValueError(
            f"start must be such, or y in such a unit, that the excess loss is from {_SMALLEST} to "
            f"{_LARGEST}, got {excess:g} at {values}"
        )
    return values


def text(name, value):
    """Fail unless `value` is a str that Matplotlib can write."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, got {value!r}")
    if is_math_text(value):
        try:
            MathTextParser("path").parse(value)
        except ValueError:
            raise ValueError(
                f"{name} must be words, or mathematics as Matplotlib reads it, got {value!r}"
            ) from None
    return value


def positive(name, value):
    """A learning rate, or another number above 0 with room above and below it."""
    value = _check.number(name, value, "positive and finite")
    _check.demand(name, np.array(value), 1e-250 < value < 1e250, "from 1e-250 to 1e250")
    return value


def ascending(name, values, *, least=1, most=10**9, count=100):
    """Whole numbers for a slider, in ascending order, as an array (1 to `count`,)."""
    values = _check.whole_numbers(name, values, least=least)
    _check.shape(name, values, (None,))
    if len(values) > count:
        raise ValueError(f"{name} must be at most {count} numbers, got {len(values)}")
    _check.demand(name, values, values <= most, f"{most} or less")
    _check.demand(name, values, np.diff(values, prepend=values[0] - 1) > 0, "ascending")
    return values


def affordable(numbers, *counts):
    """Fail if a picture would be too large to travel to a browser.

    Parameters
    ----------
    numbers : int
        Numbers that are drawn for each step of each run, or each position.
    *counts : pairs of str and int
        The options that multiply them, with the names by which a caller knows them.
    """
    most = _DRAWN // numbers
    if math.prod(count for _, count in counts) > most:
        names, got = (" · ".join(map(str, each)) for each in zip(*counts, strict=True))
        raise ValueError(
            f"{names} must be at most {most:,}, for a picture of less than a megabyte, got {got}"
        )


def in_time(what, count, most, advice=""):
    """Fail if steps that are taken one after the other are too many for a picture."""
    if count > most:
        raise ValueError(
            f"{what} must be at most {most:,}, as each is a step that waits for the one before, "
            f"got {count:,}{advice}"
        )


def some(n, most):
    """Advice on how to take at most so many of n points."""
    every = -(-n // most)
    return f"; x[::{every}] and y[::{every}] would do"
