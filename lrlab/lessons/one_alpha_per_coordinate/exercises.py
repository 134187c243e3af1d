"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab.descent import gradient_descent
from lrlab.drawing.words import number
from lrlab.lessons._checking import call, checker, is_close, numbers, scalar
from lrlab.lessons.one_alpha_per_coordinate import maths
from lrlab.optimizers import adam


@checker("The same run in the new unit, for plain descent and for Adam.")
def rescaled(attempt):
    """Check a function of s -> by what α is multiplied for plain descent and Adam, if x is by s.

    Examples
    --------
    >>> rescaled(lambda s: (1 / s**2, 1 / s**2))
    Not yet. Adam: the size of a gradient divides out, so only one of your two s is left.
    """
    for s in (4.0, 0.2):
        got = numbers(call(attempt, s), "A pair of factors, for plain descent and for Adam,")
        if got.shape != (2,):
            return f"Two factors are asked for; yours has the shape {got.shape}."
        plain, adaptive = got
        if is_close(got, [1 / s**2, 1 / s]):
            continue
        if is_close(got, [s**2, s]):
            return "The other way round: as x grows, the parameter shrinks, and so must its steps."
        if is_close(got, [1 / s, 1 / s**2]):
            return "These two in the other order: plain descent first."
        if is_close(plain, 1 / s):
            return "Plain: the gradient grows by s, and the parameter shrinks by s besides."
        if not is_close(plain, 1 / s**2):
            return "Plain: think of the edge 2/λ_max. By what does λ grow?"
        if is_close(adaptive, 1):
            return "Adam: its step is α long, whatever the gradient. But how far is the way now?"
        if is_close(adaptive, 1 / s**2):
            return "Adam: the size of a gradient divides out, so only one of your two s is left."
        return "Plain descent is right. Adam: how long is its first step, and how far the way?"
    return None


@checker("The same valley, the same α, and Adam needs at least twice as many steps.")
def break_adam(attempt, problem, start, learning_rate=0.2, times=2):
    """Check the smallest whole angle at which Adam needs some times the steps to 1 % as at 0°.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[10.0, 0.0], [0.0, 1.0]], [0, 0])
    >>> break_adam(0, problem, [0.5, 3])
    Not yet. At 0° the valley lies along an axis, and that is what Adam likes best.
    """
    angle = scalar(attempt, "One angle, in degrees, is enough.")
    if not 0 <= angle <= 90:
        return f"An angle from 0 to 90 degrees is asked for; yours is {number(angle)}."
    if angle in (0, 90):
        return f"At {angle:g}° the valley lies along an axis, and that is what Adam likes best."
    if angle != int(angle):
        radians = " Is it in degrees?" if angle < 2 else ""
        return f"A whole number of degrees is asked for; yours is {number(angle)}.{radians}"
    needed = _steps(problem, np.arange(angle + 1), start, learning_rate)
    broken = needed >= times * needed[0]
    if not broken[-1]:
        return (
            f"At {angle:g}° Adam needs {needed[-1]} steps and at 0° {needed[0]}: "
            f"{number(needed[-1] / needed[0], 2)} times as many."
        )
    if broken[:-1].any():
        return f"At {angle:g}° it needs {needed[-1]} steps, but a smaller turn is enough as well."
    return None


@checker("The same predictions, and a diagonal Hessian: Adam has no angle left to feel.")
def whiten(attempt):
    """Check a function X -> as many columns, made of those of X, with a diagonal Hessian.

    Their lengths may be any, as Adam does not feel the curvatures of a diagonal Hessian.

    Examples
    --------
    >>> whiten(lambda X: X @ np.linalg.eigh(X.T @ X)[1])
    ✓ The same predictions, and a diagonal Hessian: Adam has no angle left to feel.
    >>> whiten(lambda X: X / X.std(axis=0)).text[:50]
    'The Hessian of your columns is not diagonal: with '
    """
    rng = np.random.default_rng(9)
    for d in (2, 3):
        X = rng.standard_normal((30, d)) @ rng.uniform(0.2, 2, (d, d)) + rng.uniform(0, 2, d)
        new = numbers(call(attempt, X), "A table like X")
        if new.shape != X.shape:
            return f"Yours has the shape {new.shape}; as many rows and columns as X are asked for."
        length = np.sqrt(np.mean(new**2, axis=0))
        if not (length > 1e-9 * length.max()).all():
            return "One of your columns is 0: its parameter would have nothing to do."
        missed = X - new @ np.linalg.lstsq(new, X)[0]
        if np.abs(missed).max() > 1e-6 * np.abs(X).max():
            return (
                "With your columns other predictions can be made than with those of X. "
                "Make each of yours a sum of theirs, with weights, and subtract no mean."
            )
        unit = new / length
        product = np.abs(unit.T @ unit / len(X) - np.eye(d)).max()
        if product > 1e-6:
            return (
                "The Hessian of your columns is not diagonal: with lengths made 1, two of them "
                f"have a mean product of {number(product, 2)}."
            )
    return None


def _steps(problem, degrees, start, learning_rate, most=2000):
    """How many steps Adam needs to 1 % of the excess loss at some angles (k,), at most some."""
    gradient = maths.gradient(problem, degrees)
    begin = maths.turned(problem, degrees, start)
    path = gradient_descent(gradient, begin, learning_rate, most, optimizer=adam()).theta
    excess = maths.excess(problem, degrees[:, None], path)
    low = excess <= 0.01 * excess[:, :1]
    return np.where(low.any(axis=-1), np.argmax(low, axis=-1), most)
