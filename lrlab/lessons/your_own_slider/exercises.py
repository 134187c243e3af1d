"""Checkers of this lesson: a book is known by what it can do, not by its class."""

from collections.abc import Iterator

import numpy as np

from lrlab import datasets
from lrlab._checking import Hint, brief, call, checker, is_close, numbers
from lrlab.descent import gradient_descent
from lrlab.drawing.words import number
from lrlab.regression import LeastSquares

_LARGEST = 400_000  # bytes
_LEAST = 60  # positions
_FAR = 1000  # times the height of the data, where nobody sees a line


@checker("A layer takes it as it is: one axis a slider, and the points last.")
def heights(attempt):
    """Check a function of (x, y, rates, steps) -> heights of the line at each α, step and x.

    Examples
    --------
    >>> heights(lambda x, y, rates, steps: np.zeros((len(rates), steps + 1, len(x))))
    Not yet. The line of step 0 is right; that of step 1 is not, at any α.
    """
    rng = np.random.default_rng(20)
    for many, steps, points in [(5, 7, 12), (3, 1, 4), (2, 12, 3)]:
        x = rng.uniform(-1, 4, points)
        y = 3 - 2 * x + rng.normal(size=points)
        problem = LeastSquares.line(x, y)
        rates = problem.critical_rate * np.linspace(0.1, 1.2, many)
        got = _array(call(attempt, x, y, rates, steps), (many, steps + 1))
        if hint := _off(got, problem, rates, steps):
            return hint
    return None


def _array(value, sizes):
    """What a layer would show, of an array or of a sum of rows."""
    if hasattr(value, "weights") and hasattr(value, "at"):
        value = np.array([value.at(index) for index in np.ndindex(*sizes)]).reshape(*sizes, -1)
    return numbers([*value] if isinstance(value, Iterator) else value, "An array of heights")


def _off(got, problem, rates, steps):
    """What to say of heights that are not those of the line; None for those that are."""
    x = problem.X[:, 0]
    expected = _lines(problem, rates, steps) @ problem.X.T
    shape = expected.shape
    if got.shape != shape:
        said = f"For {len(rates)} rates, {steps} steps and {len(x)} points yours has the shape "
        if got.shape == (*shape[:-1], 2):
            return f"{said}{got.shape}: slopes and intercepts, it seems. A layer draws heights."
        if sorted(got.shape) == sorted(shape):
            return f"{said}{got.shape}: the sliders come in their order, α first, the points last."
        if got.shape == (shape[0], steps, len(x)):
            return f"{said}{got.shape}: {steps} steps have one position more, the start."
        return f"{said}{got.shape}: one axis a slider is asked for, and the points last."
    if is_close(got, expected):
        return None
    if not is_close(got[:, 0], 0):
        return "At step 0 slope and intercept are 0, so the line lies at height 0; yours does not."
    right = [[is_close(*pair) for pair in zip(*row, strict=True)]
             for row in zip(got, expected, strict=True)]  # fmt: skip
    for factor, why in ((2, "twice"), (0.5, "half"), (len(x), "n times")):
        if is_close(got, _lines(problem, factor * rates, steps) @ problem.X.T):
            return f"Your steps are {why} as long as those of the gradient Xᵀ(Xθ − y)/n."
    if all(right[0]) or any(map(all, right)):
        return "The line is right for one rate and not for another: does each α have its own run?"
    first = int(np.argmin(np.any(right, axis=0)))
    if first:
        return f"The line of step {first - 1} is right; that of step {first} is not, at any α."
    return "Some heights are right, and not all: compare each with a run of your own."


@checker("A picture of your own data: every position that was tried shows what a run does.")
def own_book(attempt, x, y, steps=40):
    """Check a Flipbook of descent on data x, y: its slider α, its line after ``steps``, its size.

    Examples
    --------
    >>> own_book("a picture", [0, 1, 5], [1, 1, 2])
    Not yet. A Flipbook is asked for; you gave 'a picture'.
    """
    problem = _problem(x, y)
    if not all(hasattr(attempt, name) for name in ("sliders", "drawn", "nbytes")) or isinstance(
        attempt, type
    ):
        return f"A Flipbook is asked for; you gave {brief(attempt)}."
    name, values = _slider(attempt)
    if hint := _positions(values, problem.critical_rate):
        return hint
    tried = np.unique(np.linspace(0, len(values) - 1, 9).astype(int))
    past = int(np.searchsorted(values, problem.critical_rate * (1 + 1e-6)))
    tried = sorted({*tried.tolist(), past - 1, past})
    if hint := _misdrawn(attempt, name, values[tried], problem, steps):
        return hint
    if attempt.nbytes > _LARGEST:
        return (
            f"It takes {attempt.nbytes:,} bytes; {_LARGEST:,} are allowed. Which lines need fewer "
            "points?"
        )
    return None


def _problem(x, y):
    x, y = (numbers(each, f"A row of numbers for {name}") for name, each in (("x", x), ("y", y)))
    if x.ndim != 1 or x.shape != y.shape or len(np.unique(x)) < 3:
        raise Hint(
            "Data are two rows of one length, with at least three different x; yours have the "
            f"shapes {x.shape} and {y.shape}."
        )
    if np.array_equal(x, datasets.line()[0]):
        raise Hint("These are the points of the course; the picture asked for is of others.")
    return LeastSquares.line(x, y)


def _slider(book):
    """The name and the values of the slider for α."""
    sliders = dict(book.sliders)
    name = "α" if "α" in sliders else next(iter(sliders))
    if len(sliders) > 1 and name != "α":
        raise Hint(f"One slider should be called α; yours are {', '.join(sliders)}.")
    values = np.asarray(sliders[name].values)
    if values.dtype.kind not in "iuf":
        raise Hint(f"The slider {name} has words for values; learning rates are numbers.")
    return name, values


def _positions(values, edge):
    if len(values) < _LEAST:
        return f"α has {len(values)} positions; at least {_LEAST} are asked for."
    if values[0] <= 0:
        return f"α begins at {number(values[0])}; a learning rate is above 0."
    if values[0] > edge / 10 or values[-1] <= edge:
        return (
            f"α goes from {number(values[0])} to {number(values[-1])}. It should begin below a "
            "tenth of the critical rate of these data, and end above that rate."
        )
    if not np.isclose(values, edge, rtol=1e-9, atol=0).any():
        return "The critical rate itself is to be a position of α: put it among the others."
    return None


def _misdrawn(book, name, rates, problem, steps):
    """What to say of positions whose lines are not those of a run; None where all are."""
    x, y = problem.X[:, 0], problem.y
    height = np.ptp(y) + np.abs(y).max()
    lines = [_lines(problem, rate, steps)[-1] for rate in rates]
    seen = [k for k, line in enumerate(lines) if np.abs(problem.X @ line).max() < _FAR * height]
    drawn = [book.drawn({name: rates[k]}) for k in seen]
    # What stands there at every α shows no run, even if a run of one α looks the same.
    moves = [n for n, here in enumerate(zip(*drawn, strict=True)) if not _alike(here)]
    wrong = [
        rates[k] for k, here in zip(seen, drawn, strict=True)
        if not any(_is_line(here[n], lines[k], x, height) for n in moves)
    ]  # fmt: skip
    run = f"that of a run of {steps} steps from (0, 0)"
    if len(wrong) == len(seen):
        return (
            f"At none of {len(seen)} positions is there a line that moves and is {run}, across "
            "the data."
        )
    if wrong:
        return f"At α = {number(wrong[0])} no line is {run}; at other positions there is one."
    return None


def _alike(lines):
    return all(np.array_equal(lines[0], each, equal_nan=True) for each in lines)


def _is_line(xy, theta, x, height):
    """Whether points (k, 2) all lie on a line, and reach over most of the data."""
    xy = xy[np.isfinite(xy).all(axis=1)]
    if xy.shape[1] != 2 or len(xy) < 2 or np.ptp(np.clip(xy[:, 0], *_ends(x))) < 0.5 * np.ptp(x):
        return False
    right = xy[:, 0] * theta[0] + theta[1]
    return bool((np.abs(xy[:, 1] - right) <= 1e-5 * (height + np.abs(right).max())).all())


def _ends(x):
    return x.min(), x.max()


def _lines(problem, rates, steps):
    """Slope and intercept from (0, 0) on, an array (*rates, steps + 1, 2)."""
    return gradient_descent(problem.gradient, [0, 0], rates, steps).theta
