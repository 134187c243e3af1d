"""Checkers for the exercises: they test the property asked for, on the learner's own answer.

Any right answer passes. A wrong one gets a hint that says what was off, and not the answer; an
answer that raises gets a hint too, and no traceback of ours.
"""

import reprlib
from collections.abc import Iterator
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
                with np.errstate(all="ignore"):
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
    got = _scalar(_run(attempt, 1.5, -0.5, x, y), "Take the mean over all points.")
    errors = 1.5 * x - 0.5 - y
    squares = np.mean(errors**2)
    if _is(got, squares / 2):
        return None
    if _is(got, squares):
        return "Your J is twice what it should be: the ½ in front of the mean is missing."
    if _is_about(got, np.sum(errors**2)):
        return "Your J grows with the number of points: it is a sum where a mean is asked for."
    if _is_about(got, np.mean(errors)) or _is_about(got, np.mean(errors) ** 2):
        return "Errors of different sign cancel in your J: square each error before you average."
    if _is_about(got, np.mean(np.abs(errors))):
        return "Your J takes the size of each error; its square is asked for."
    if _is_about(got, np.sqrt(squares)) or _is(got, np.sqrt(squares / 2)):
        return "Your J has a root in it; the mean of the squares stays as it is."
    if _is_about(got, np.mean((1.5 * x - y) ** 2)):
        return "Your line goes through the origin: the intercept b is missing."
    return f"Your J is too {_size(got, squares / 2)}. Does it use the w, b, x and y it is given?"


@_checker("As low as descent after twenty steps, and by hand.")
def by_hand(attempt, problem, start, learning_rate, *, steps=20, moves=10, stride=0.5):
    """Check at most `moves` points (w, b), the last as low as descent is after `steps` steps.

    Each move changes one of the two, by at most `stride`.

    Examples
    --------
    >>> problem = LeastSquares.line([-1, 0, 1], [1, 3, 5])
    >>> by_hand([(0, 3), (2, 3)], problem, start=[0, 0], learning_rate=0.1, stride=3)
    ✓ As low as descent after twenty steps, and by hand.
    >>> by_hand((2, 3), problem, start=[0, 0], learning_rate=0.1)
    Not yet. That is one point, and a list is asked for: put square brackets around it.
    """
    points = _numbers(attempt, "A list of points (w, b)")
    if points.shape == (2,):
        return "That is one point, and a list is asked for: put square brackets around it."
    if points.ndim == 2 and len(points) == 2 != points.shape[1]:
        return "This looks like all w and then all b: give the points one by one, as (w, b)."
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        return (
            f"Give a list of points (w, b), two numbers each; yours has the shape {points.shape}."
        )
    if len(points) == moves + 1 and np.array_equal(points[0], start):
        return f"The start is given and no move: leave it out, and {moves} moves are left."
    if len(points) > moves:
        return f"That is {len(points)} moves; {moves} are allowed."
    legs = np.abs(np.diff(points, axis=0, prepend=[start]))
    for k, leg in enumerate(legs, 1):
        if leg.all():
            return f"Move {k} changes w and b at once; one of them has to stay."
        if leg.max() > stride + 1e-9:
            return f"Move {k} changes by {number(leg.max())}; at most {stride} is allowed."
    run = gradient_descent(problem.gradient, start, learning_rate, steps)
    goal, reached = problem.loss(run.theta[-1]), problem.loss(points[-1])
    if reached <= goal:
        return None
    _, directions = np.linalg.eigh(problem.hessian)
    along, across = np.abs((points[-1] - problem.minimizer) @ directions)
    off = "along the valley" if along > across else "across the valley"
    return (
        f"Your last point has J = {number(reached)}; descent reached {number(goal)}. "
        f"You are off mostly {off}."
    )


@_checker("Your formula finds the lowest point of every bowl it was given.")
def closed_form(attempt):
    """Check a function (X, y) -> θ* of a least-squares problem.

    Examples
    --------
    >>> closed_form(lambda X, y: np.linalg.pinv(X) @ y)
    ✓ Your formula finds the lowest point of every bowl it was given.
    >>> closed_form(np.linalg.lstsq)
    Not yet. NumPy's lstsq returns four things; θ* is the first, so add [0].
    """
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((30, 3)), rng.standard_normal(30)
    problem = LeastSquares(X, y)
    returned = _run(attempt, X, y)
    if isinstance(returned, tuple) and len(returned) == 4:
        return "NumPy's lstsq returns four things; θ* is the first, so add [0]."
    got = _numbers(returned, "θ*, a number for each column of X,")
    if got.size == 4:
        return "You return a number too many: X has all its columns already, so add none."
    if got.size != 3:
        return f"Return a number for each of 3 columns of X; yours has the shape {got.shape}."
    got, right_side = got.reshape(3), X.T @ y
    if _is(got, problem.minimizer):
        return None
    if _is(got, right_side) or _is(got, right_side / 30):
        return "This is Xᵀy, the right side of the normal equations: they are still to be solved."
    if _is(got, X.T @ X @ right_side):
        return "The matrix is on the wrong side: multiply by the inverse of XᵀX, not by XᵀX."
    if _is(got, -problem.minimizer):
        return "The sign is turned: your θ is −θ*."
    if _is(got, problem.minimizer * 30) or _is(got, problem.minimizer / 30):
        return "There is a factor n too many: both sides of the equations carry 1/n, or none."
    slope = number(np.linalg.norm(problem.gradient(got)))
    return f"Your θ does not solve the normal equations: ‖∇J‖ there is {slope}; it should be 0."


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
    got = _scalar(_run(attempt, 1.5, x, y), "Take the mean over all points.")
    errors = 1.5 * x - y
    true = np.mean(errors * x)
    if _is(got, true):
        return None
    if _is(got, 2 * true):
        return "Twice too large: the 2 from the square and the ½ of J cancel."
    if _is(got, true / 2):
        return "Half of what it should be: the square gives a 2, which cancels the ½ of J."
    if _is_about(got, -true):
        return "The sign is turned: a step against this gradient climbs."
    if _is_about(got, len(x) * true):
        return "It grows with the number of points: J is a mean, and so is its gradient."
    if _is_about(got, np.mean(errors)):
        return "The inner derivative is missing: each error is multiplied by its x."
    if _is_about(got, np.mean(errors) * np.mean(x)):
        return "Multiply each error by its own x first, and then take the mean of the products."
    if _is_about(got, np.mean(errors**2)):
        return "This is J itself; how much it grows with w is asked for."
    return f"Your gradient is too {_size(got, true)}. Does it use the w, x and y it is given?"


@_checker("One step, and the error is gone: 1 − αλ = 0.")
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
    alpha, x = _scalar(attempt), np.asarray(x, float)
    curvature = np.mean(x**2)
    factor = 1 - alpha * curvature
    if abs(factor) < 5e-3:
        return None
    if alpha <= 0:
        return "A learning rate is above 0: a step goes against the gradient as it is."
    if abs(factor + 1) < 5e-3:
        return "With this α the error changes its sign and keeps its size: that is 2/λ."
    if _is(alpha, curvature, 5e-3):
        return "This is λ, how steep the parabola is. The steeper it is, the smaller is this α."
    if _is_about(alpha, 1 / np.sum(x**2), 5e-3):
        return "λ is the mean of the squares of x; yours looks like their sum."
    if _is_about(alpha, 1 / np.mean(x) ** 2, 5e-3):
        return "λ is the mean of the squares of x; yours looks like the square of their mean."
    written = number(factor).replace("-", "−")
    return f"With this α one step multiplies the error by {written}; it should be 0."


@_checker("Your loop walks as lrlab's does, step for step.")
def descend(attempt):
    """Check a function (gradient, w0, learning_rate, steps) -> all w, the start among them.

    Examples
    --------
    >>> descend(lambda gradient, w0, learning_rate, steps: [w0] * (steps + 1))
    Not yet. All your values of w are the same. If you change one array in place, store copies.
    """
    slope = lambda w: 3 * (w - 2)  # noqa: E731
    path = np.ravel(_numbers(_run(attempt, slope, 5.0, 0.1, 6), "Every w of the way"))
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
    if _is(path, true):
        return None
    steps, wrong = np.arange(7), np.argmin(np.isclose(path, true))
    if _is(path, 2 + 3 * 1.3**steps):
        return "It climbs: a step goes against the gradient, w − α·gradient(w)."
    if _is(path, 5 - 0.9 * steps):
        return "The gradient is taken once, at the start; it is needed anew at each w."
    if _is(path, 2 + 3 * (-2.0) ** steps):
        return "α is missing: the step is α times the gradient."
    return (
        f"Your step {wrong} goes from w = {number(path[wrong - 1])} to {number(path[wrong])}. "
        f"It was given α = 0.1, and the gradient there is {number(slope(path[wrong - 1]))}."
    )


# 03: the edge


@_checker("This is the edge for any data: 2 over the largest curvature.")
def critical_rate(attempt):
    """Check a function X -> 2/λ_max of H = XᵀX/n.

    Examples
    --------
    >>> critical_rate(lambda X: 2 / np.linalg.norm(X.T @ X / len(X), 2))
    ✓ This is the edge for any data: 2 over the largest curvature.
    >>> critical_rate(lambda X: 2 / np.trace(X.T @ X / len(X)))
    Not yet. This is made from the sum of all curvatures; the largest alone decides.
    """
    X = np.random.default_rng(5).standard_normal((20, 3)) * [1, 2, 3]
    got = _scalar(_run(attempt, X), "The largest curvature decides.")
    problem = LeastSquares(X, np.zeros(20))
    low, middle, high = problem.curvatures
    if _is(got, 2 / high):
        return None
    if _is(got, 1 / high):
        return "This is 1/λ_max, where oscillation begins; descent still converges above it."
    if _is_about(got, 1 / (20 * high)):
        return "The mean is missing: H is XᵀX divided by n."
    if _is_about(got, 1 / low):
        return "This is made from λ_min; the steepest direction is the first to diverge."
    if _is_about(got, 1 / middle):
        return "NumPy's eig does not sort, and yours is not the largest curvature: take the max."
    if _is_about(got, high):
        return "This is made from λ_max; but the steeper the bowl, the smaller its critical rate."
    if _is(got, 2 / (low + high)):
        return "This is the fastest rate; descent still converges a little above it."
    if _is_about(got, 1 / np.sum(problem.curvatures)):
        return "This is made from the sum of all curvatures; the largest alone decides."
    if _is_about(got, 1 / np.linalg.norm(problem.curvatures)):
        return "NumPy's norm of a matrix takes all curvatures together; the largest alone decides."
    if _is_about(got, 1 / np.sqrt(20 * high)):
        return "A singular value of X is no curvature yet: square it, and divide by n."
    return f"Your rate is too {_size(got, 2 / high)}. Is it made from the X that it is given?"


@_checker("One point moved, and α just diverges.")
def just_diverges(attempt, x, learning_rate=0.1):
    """Check data with one x moved so that the critical rate is just below `learning_rate`.

    Examples
    --------
    >>> just_diverges([-2, 0, 7.5], x=[-2, 0, 2])
    ✓ One point moved, and α just diverges.
    >>> just_diverges([-2, 0, 2, 7.5], x=[-2, 0, 2])
    Not yet. Give the x of all 3 points, the moved one in its place; you gave 4.
    """
    x, moved = np.asarray(x, float), _numbers(attempt, "The x of all points")
    if moved.ndim == 1 and len(moved) != len(x):
        return (
            f"Give the x of all {len(x)} points, the moved one in its place; you gave {len(moved)}."
        )
    if moved.shape != x.shape:
        return f"Give the x of all {len(x)} points in one list; yours has the shape {moved.shape}."
    # A learner who types the x of the others may round them.
    changed = np.count_nonzero(np.abs(moved - x) > 1e-3 * np.ptp(x))
    if changed == 0:
        return "No point has moved yet: take one to another x."
    if changed > 1:
        return f"Exactly one point may move; you moved {changed}."
    edge = LeastSquares.line(moved, np.zeros_like(moved)).critical_rate
    if edge >= learning_rate:
        return f"It still converges: the critical rate is {number(edge)}. Move the point farther."
    if edge < 0.95 * learning_rate:
        return (
            f"It diverges, and not just: the critical rate is {number(edge)}. Move it back a bit."
        )
    return None


@_checker("Right: H = XᵀX/n, and y is not in it.")
def can_y_do_it(attempt):
    """Check the answer, True or False, to whether moving a point in y moves the edge.

    Examples
    --------
    >>> can_y_do_it("maybe")
    Not yet. Answer True or False, without quotation marks; you gave 'maybe'.
    """
    if isinstance(attempt, str):
        return f"Answer True or False, without quotation marks; you gave {_brief(attempt)}."
    if not isinstance(attempt, (bool, np.bool_)):
        return f"Answer True or False; you gave {_brief(attempt)}."
    if attempt:
        return "Move the outlier up and down in the picture above, and read the critical rate."
    return None


def _fresh_line():
    rng = np.random.default_rng(11)
    x = rng.uniform(-1, 3, 25)
    return x, 0.7 * x + 2 + rng.standard_normal(25)


def _run(function, *args):
    """Return what the learner's function makes of args, or say what kept it from an answer."""
    if not callable(function):
        raise _Hint(
            f"Give the function itself, by its name and without calling it; "
            f"you gave {_brief(function)}."
        )
    try:
        # Copies, as a function that changes its arguments in place may still be right.
        result = function(*[np.copy(a) if isinstance(a, np.ndarray) else a for a in args])
    except Exception as error:
        raise _Hint(_said_of(error, args)) from None
    if result is ... or (result is None and _is_empty(function)):
        raise _NotAttempted
    if result is None:
        raise _Hint("Your function returns nothing: end it with `return`; printing is not enough.")
    return result


def _said_of(error, args):
    if "bitwise_xor" in str(error) or "for ^" in str(error):
        return "In Python a power is written **; ^ means something else."
    shapes = ", ".join(f"{each.shape}" for each in args if isinstance(each, np.ndarray))
    given = f" (it was given arrays shaped {shapes})" if shapes else ""
    said = f": {error}" if str(error) else ""
    return f"Your function raised {type(error).__name__}{said}{given}."


def _is_empty(function):
    """Whether the body of a function is still `...`."""

    def empty(): ...

    code = getattr(function, "__code__", None)
    return code is not None and len(code.co_code) == len(empty.__code__.co_code)


def _numbers(value, what):
    """Return value as an array of floats none of which is too large to square, or say why not."""
    try:
        array = np.asarray(value)
    except Exception:  # rows of different lengths, or an object that refuses
        array = np.array(None)
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real  # as from np.linalg.eig
    if array.dtype.kind not in "iuf":
        raise _Hint(f"{what} is asked for; yours is {_kind(value, array)}.")
    array = array.astype(float)
    if not (np.abs(array) < 1e100).all():
        raise _Hint(f"{what} is asked for; there is a NaN, an infinity or the like in yours.")
    return array


def _kind(value, array):
    if isinstance(value, str):
        return f"the text {_brief(value)}: a number stands without quotation marks"
    if callable(value):
        return "a function: give what it returns"
    if isinstance(value, Iterator):
        return f"a {type(value).__name__}: put list( ) around it"
    if array.dtype.kind == "c":
        return "complex: a symmetric matrix has real eigenvalues, as np.linalg.eigvalsh knows"
    return _brief(value)


def _brief(value):
    try:
        text = " ".join(reprlib.repr(value).split())
    except Exception:  # a whole number of 5,000 digits has no repr
        return f"a very long {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:59]}…"


def _scalar(value, advice=""):
    array = _numbers(value, "One number")
    if array.size != 1:
        raise _Hint(f"One number is asked for; yours has the shape {array.shape}. {advice}".strip())
    return float(array.reshape(()))


def _is(got, value, tolerance=1e-5):
    return np.allclose(got, value, rtol=tolerance, atol=1e-9)


def _is_about(got, value, tolerance=1e-5):
    """Whether got is value, or half or twice it: a ½ or a 2 may be lost besides."""
    return any(_is(got, scale * value, tolerance) for scale in (0.5, 1, 2))


def _size(got, true):
    return "large" if got > true else "small"
