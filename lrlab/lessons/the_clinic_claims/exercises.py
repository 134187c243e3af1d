"""Checkers for the exercises of this lesson, and the runs that one of them asks about."""

import numpy as np

from lrlab import datasets, schedules
from lrlab.descent import gradient_descent, stochastic_gradient_descent
from lrlab.lessons._checking import Hint, brief, call, checker, fresh_line, is_close, numbers
from lrlab.regression import LeastSquares

LOOKS = {
    "too small": "A rate that is too small makes a line that still falls at the end, slowly",
    "right": "A right rate makes a line that falls fast, far down and to the end",
    "too large": "A rate that is too large makes a curve that rises in the end",
    "noise floor": "A run at its noise floor falls and then trembles about one height",
    "stops short": "A rate that is turned down too fast leaves a smooth, level line high up",
}
_DIAGNOSES = {
    "A": "too large",
    "B": "stops short",
    "C": "right",
    "D": "too small",
    "E": "noise floor",
}
_FAULTS = {
    "sign": "It walks uphill: a step goes against the gradient, and residual and sign belong "
    "together.",
    "x": "The slope's gradient does not contain x: shuffle x, and nothing would change.",
    "sum": "The mean is missing: twice the data would double each step.",
    "two": "Each step is twice as long as that of ½MSE.",
    "turns": "The intercept's step uses the new slope: compute both gradients first.",
}


def patients(steps=300):
    """Return five runs to be diagnosed: the excess loss (steps + 1,) of each, by its letter.

    Examples
    --------
    >>> {letter: excess.shape for letter, excess in patients(20).items()}["E"]
    (21,)
    """
    problem, start = LeastSquares.line(*datasets.line()), [-2.0, 4.0]
    rates = {
        "too large": 1.01 * problem.critical_rate,
        "stops short": schedules.exponential(0.5, 0.85),
        "right": problem.fastest_rate,
        "too small": 0.02,
    }
    runs = {name: gradient_descent(problem.gradient, start, rate, steps)
            for name, rate in rates.items()}  # fmt: skip
    runs["noise floor"] = stochastic_gradient_descent(
        problem, start, 0.3, steps, batch_size=1, rng=np.random.default_rng(0)
    )
    return {letter: problem.excess(runs[name].theta) for letter, name in _DIAGNOSES.items()}


@checker("All five: the shape of a curve tells what ails its learning rate.")
def diagnose(attempt):
    """Check a dict of letters A to E and what ails the run, in the words of `LOOKS`.

    Examples
    --------
    >>> diagnose({letter: "right" for letter in "ABCDE"})
    Not yet. A: A right rate makes a line that falls fast, far down and to the end. Does A?
    """
    if not isinstance(attempt, dict) or set(attempt) != set(_DIAGNOSES):
        return f"A dict with the letters A to E is asked for; yours is {brief(attempt)}."
    for letter, said in sorted(attempt.items()):
        if said is ...:
            return f"{letter} has no diagnosis yet."
        if said not in list(LOOKS):
            return f"{letter}: one of {', '.join(LOOKS)} is asked for; yours is {brief(said)}."
        if said != _DIAGNOSES[letter]:
            return f"{letter}: {LOOKS[said]}. Does {letter}?"
    return None


@checker("Shapes that do not match can no longer make a number that looks like a loss.")
def honest_mse(attempt):
    """Check a function (y, prediction) -> the MSE, that no two shapes can mislead.

    Examples
    --------
    >>> honest_mse(lambda y, prediction: np.mean((y.ravel() - prediction.ravel()) ** 2))
    ✓ Shapes that do not match can no longer make a number that looks like a loss.
    """
    _, y = fresh_line()
    prediction = y + np.linspace(-1, 1, len(y))
    true = np.mean((y - prediction) ** 2)
    for pair in [(y, prediction), (y[:, None], prediction[:, None])]:
        if not is_close(numbers(call(attempt, *pair), "One number"), true):
            return f"For two arrays shaped {pair[0].shape} it should return their MSE, {true:.4f}."
    for pair in [(y[:, None], prediction), (y, prediction[:, None])]:
        try:
            got = call(attempt, *pair)
        except Hint:
            continue  # It refuses them, which is an honest answer.
        if not is_close(numbers(got, "One number"), true):
            shapes = " and ".join(f"{each.shape}" for each in pair)
            return (
                f"For shapes {shapes} it returns {float(np.mean(got)):.3f}, where the MSE is "
                f"{true:.3f}: it should refuse them, or make them alike."
            )
    return None


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
