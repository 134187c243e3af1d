"""Checkers for the exercises of this lesson."""

from collections.abc import Mapping

import numpy as np

from lrlab._checking import (
    Hint,
    brief,
    call,
    checker,
    fresh_line,
    is_close,
    numbers,
    scalar,
)
from lrlab.lessons.the_clinic_programs.maths import DIAGNOSES

LOOKS = {
    "too small": "A rate that is too small makes a line that still falls at the end, slowly",
    "right": "A right rate makes a line that falls fast, far down and to the end",
    "too large": "A rate that is too large makes a curve that rises in the end",
    "noise floor": "A run at its noise floor falls and then trembles about one height",
    "stops short": "A rate that is turned down too fast leaves a smooth, level line high up",
}
_FAULTS = {
    "sign": "It walks uphill: a step goes against the gradient, and residual and sign belong "
    "together.",
    "x": "The slope's gradient does not contain x: shuffle x, and nothing would change.",
    "sum": "The mean is missing: twice the data would double each step.",
    "two": "Each step is twice as long as that of ½MSE.",
    "turns": "The intercept's step uses the new slope: compute both gradients first.",
}


@checker("All five: the shape of a curve tells what ails its learning rate.")
def diagnose(attempt):
    """Check a dict of letters A to E and what ails the run, in the words of `LOOKS`.

    Pairs of a letter and a diagnosis do as well, and so do five diagnoses in the order A to E.

    Examples
    --------
    >>> diagnose({letter: "right" for letter in "ABCDE"})
    Not yet. A: A right rate makes a line that falls fast, far down and to the end. Does A?
    """
    said = _by_letter(attempt)
    if said is None or set(said) != set(DIAGNOSES):
        return f"A dict with the letters A to E is asked for; yours is {brief(attempt)}."
    for letter, one in sorted(said.items()):
        if one is ...:
            return f"{letter} has no diagnosis yet."
        name = " ".join(one.split()).casefold() if isinstance(one, str) else None
        if name not in LOOKS:
            return f"{letter}: one of {', '.join(LOOKS)} is asked for; yours is {brief(one)}."
        if name != DIAGNOSES[letter]:
            return f"{letter}: {LOOKS[name]}. Does {letter}?"
    return None


def _by_letter(attempt):
    """Return what is said of each letter as a dict, or None where that cannot be read."""
    if hasattr(attempt, "to_dict"):  # a Series
        attempt = attempt.to_dict()
    if isinstance(attempt, str):
        return None
    try:
        pairs = list(attempt.items() if isinstance(attempt, Mapping) else attempt)
        if len(pairs) == len(DIAGNOSES) and all(isinstance(each, str) for each in pairs):
            return dict(zip(DIAGNOSES, pairs, strict=True))
        return {str(letter).strip().upper(): said for letter, said in pairs}
    except (TypeError, ValueError):
        return None


@checker("Shapes that do not match can no longer make a number that looks like a loss.")
def honest_mse(attempt):
    """Check a function (y, prediction) -> the MSE, that no two shapes can mislead.

    Shapes with as many numbers may be refused or made alike; others have no MSE. To refuse is to
    raise an error, or to return no number.

    Examples
    --------
    >>> honest_mse(lambda y, prediction: np.mean((y.ravel() - prediction.ravel()) ** 2))
    Not yet. For shapes (25,) and (1,) it returns a number. Which 25 differences would that be of?
    """
    rng = np.random.default_rng(11)
    for n in (25, 6):
        y = rng.normal(3, 2, n)
        prediction = y + rng.uniform(-0.5, 2, n)
        true = np.mean((y - prediction) ** 2)
        if not is_close(scalar(call(attempt, y, prediction)), true):
            return f"For two arrays shaped {y.shape} it should return their MSE, {true:.4f}."
    column, row = (-1, 1), (1, -1)
    for first, second in [(column, -1), (-1, column), (column, row), (row, -1), (column, column)]:
        pair = y.reshape(first), prediction.reshape(second)
        got = _answer(attempt, pair)
        if got is not None and not is_close(got, true):
            return (
                f"For shapes {_shapes(pair)} it returns {got:.3f}, where the MSE is "
                f"{true:.3f}: it should refuse them, or make them alike."
            )
    return _takes_what_does_not_match(attempt)


def _takes_what_does_not_match(attempt):
    """A hint where it makes a number of two arrays that have not as many numbers, or None."""
    _, y = fresh_line()
    one = np.array([-9.0])
    for pair in [(y, one), (one, y), (y, one[0]), (one[0], y), (y[:24], y[:12].reshape(2, 6)),
                 (y[:24].reshape(2, 12), y[:12]), (y[:, None], one)]:  # fmt: skip
        if _answer(attempt, pair) is not None:
            n = max(np.size(each) for each in pair)
            return (
                f"For shapes {_shapes(pair)} it returns a number. Which {n} differences would "
                "that be of?"
            )
    return None


def _answer(attempt, pair):
    """The number that is made of a pair, or None where it is refused, which is honest."""
    try:
        return scalar(call(attempt, *pair))
    except Hint:
        return None


def _shapes(pair):
    return " and ".join(f"{np.shape(each)}" for each in pair)


@checker("It takes the steps of ½MSE, on any data.")
def trains(attempt):
    """Check a function (x, y, learning_rate, steps) -> (w, b): descent on ½MSE, from (0, 0).

    Examples
    --------
    >>> trains(lambda x, y, learning_rate, steps: (0.0, 0.0))
    Not yet. After one step it should not stand at the start any more.
    """
    x, y = fresh_line()
    got = numbers(call(attempt, x, y, 0.01, 3), "A pair (w, b)").ravel()
    if got.shape != (2,):
        return f"Two numbers are asked for, w and b; yours has the shape {got.shape}."
    if not got.any():
        return "After one step it should not stand at the start any more."
    if is_close(got, _trained(x, y, 0.01, 3)):
        more = numbers(call(attempt, x[:9], y[:9], 0.1, 20), "A pair (w, b)").ravel()
        right = is_close(more, _trained(x[:9], y[:9], 0.1, 20))
        return None if right else "It is right for some data; does it use the n and the α given?"
    if is_close(got, _trained(x, y, 0.01, 2)) or is_close(got, _trained(x, y, 0.01, 4)):
        return "Right steps, and one too many or too few of them."
    for wrong in _SETS:
        if is_close(got, _trained(x, y, 0.01, 3, wrong)):
            return _FAULTS[wrong[0]]
    return _first_step(attempt, x, y)


def _first_step(attempt, x, y):
    """What to say of steps that have no fault of a known kind: which number goes wrong first."""
    one = numbers(call(attempt, x, y, 0.01, 1), "A pair (w, b)").ravel()
    true = _trained(x, y, 0.01, 1)
    right, times = np.isclose(one, true), one / true
    if all(right):
        return "The first step is right; the next ones are not taken, or not from where it led."
    if times[0] > 0 and np.isclose(*times):
        return f"The first step goes the right way, {times[0]:.3g} times as far as that of ½MSE."
    if any(right):
        good, bad = "wb" if right[0] else "bw"
        return (
            f"In the first step {good} is right, and {bad} is not: look at the gradient of {bad}."
        )
    return "These are not the steps of ½MSE from (0, 0): compare the first one with it by hand."


# Several faults at once; the one that is told of stands first.
_SETS = [
    [first, *(fault for k, fault in enumerate(list(_FAULTS)[at + 1 :]) if mask >> k & 1)]
    for at, first in enumerate(_FAULTS)
    for mask in range(2 ** (len(_FAULTS) - at - 1))
]


def _trained(x, y, rate, steps, faults=()):
    """The (w, b) that descent on ½MSE ends with, or what it ends with when it has some faults."""
    w = b = 0.0
    scale = (1 if "sum" in faults else 1 / len(x)) * (2 if "two" in faults else 1)
    scale *= -rate if "sign" in faults else rate
    for _ in range(steps):
        error = w * x + b - y
        w = w - scale * np.sum(error if "x" in faults else error * x)
        if "turns" in faults:
            error = w * x + b - y
        b = b - scale * np.sum(error)
    return np.array([w, b])
