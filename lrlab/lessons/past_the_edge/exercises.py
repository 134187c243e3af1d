"""Checkers for the exercises of this lesson."""

from collections.abc import Iterable, Iterator

import numpy as np

from lrlab._checking import Hint, call, checker, is_close, numbers
from lrlab.drawing.words import number
from lrlab.lessons.past_the_edge import maths

# Lists of curvatures: alone, two, several, in no order, and one of them twice.
_FRESH = ([4.0], [1.0, 9.0], [0.5, 2.0, 7.0], [6.0, 0.2, 3.0, 1.0], [2.0, 5.0, 2.0, 0.4, 11.0])


@checker("With these rates any error is gone at the last step, whatever the curvatures.")
def finish(attempt):
    """Check a function of curvatures -> rates, at most as many, after which no error is left.

    Examples
    --------
    >>> finish(lambda curvatures: 1 / curvatures)
    ✓ With these rates any error is gone at the last step, whatever the curvatures.
    >>> finish(lambda curvatures: 2 / curvatures)
    Not yet. With rates of 2/λ each direction only changes sides, at the step that is its own.
    """
    for curvatures in map(np.array, _FRESH):
        rates = _rates(call(attempt, curvatures))
        said = f"For curvatures {', '.join(f'{each:g}' for each in curvatures)}"
        if len(rates) > len(curvatures):
            return f"{said} you take {len(rates)} steps; no more than {len(curvatures)} are needed."
        left = np.abs(maths.left(rates, curvatures)[-1])
        if (left < 1e-9).all():
            continue
        if len(rates) == len(curvatures) and is_close(np.sort(rates), np.sort(curvatures)):
            return "These are the curvatures themselves. In which unit is a rate?"
        if len(rates) == len(curvatures) and is_close(np.sort(rates), np.sort(2 / curvatures)):
            return (
                "With rates of 2/λ each direction only changes sides, at the step that is its own."
            )
        stays = curvatures[np.argmax(left)]
        return (
            f"{said} the direction of curvature {stays:g} keeps {number(left.max())} of its error: "
            "is there a step that ends it?"
        )
    return None


@checker("Under the target, whatever the curvatures in between.")
def eight_rates(attempt, low, high, target):
    """Check eight rates by the worst error that they leave for curvatures from low to high.

    Examples
    --------
    >>> eight_rates(8 * [0.5], 1, 3, target=0.01)
    ✓ Under the target, whatever the curvatures in between.
    >>> eight_rates(8 * [0.3], 1, 3, target=0.01)
    Not yet. At worst 0.0576 is left, at the curvature 1; the target is 0.01.
    """
    rates = _eight(attempt)
    return _misses(rates, low, high, target)


@checker("Under the target, and calm: forwards for the error, backwards for rounding and noise.")
def calm_rates(attempt, low, high, target, most):
    """Check eight rates by what they leave, by its peak, and by what becomes of a later error.

    Examples
    --------
    >>> calm_rates(8 * [0.5], 1, 3, target=0.01, most=10)
    ✓ Under the target, and calm: forwards for the error, backwards for rounding and noise.
    """
    rates = _eight(attempt)
    if hint := _misses(rates, low, high, target):
        return hint
    peak = maths.worst(rates, low, high).max()
    if peak > most:
        return (
            f"On the way the worst error peaks at {number(peak)}, above {number(most)}. "
            "Another order of the same rates ends at the same error."
        )
    later = maths.worst(rates[::-1], low, high)
    if later.max() > most:
        return (
            f"The error stays below {number(most)}, and an error that is made after "
            f"{len(rates) - int(np.argmax(later))} steps is multiplied by {number(later.max())} by "
            f"those that follow; at most {number(most)} is asked for."
        )
    return None


def _misses(rates, low, high, target):
    """What to say of rates that leave more than the target; None for those that do not."""
    grid = maths.between(float(low), float(high), 4096)
    left = np.abs(maths.left(rates, grid)[-1])
    # The target itself is met, up to rounding.
    if left.max() <= target * (1 + 1e-9):
        return None
    worst = grid[np.argmax(left)]
    return (
        f"At worst {number(left.max())} is left, at the curvature {number(worst)}; the target is "
        f"{number(target)}."
    )


def _eight(attempt):
    if callable(attempt):  # a schedule
        attempt = [call(attempt, t) for t in range(8)]
    rates = _rates(attempt)
    if len(rates) != 8:
        raise Hint(f"Eight rates are asked for, no more and no fewer; you gave {len(rates)}.")
    return rates


def _rates(value):
    """Rates above 0, from any row of numbers, or from one."""
    if isinstance(value, Iterator) or (
        isinstance(value, Iterable) and not isinstance(value, str | np.ndarray | list | dict | set)
    ):
        value = [*value]
    rates = np.atleast_1d(numbers(value, "A row of learning rates"))
    if rates.ndim != 1 or not rates.size:
        raise Hint(f"A row of learning rates is asked for; yours has the shape {rates.shape}.")
    if not (rates > 0).all():
        raise Hint(f"A learning rate is above 0; one of yours is {number(rates.min())}.")
    return rates
