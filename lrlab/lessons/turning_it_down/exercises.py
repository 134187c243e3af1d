"""Checkers for the exercises of this lesson."""

from collections.abc import Iterator

import numpy as np

from lrlab._checking import call, checker, numbers, scalar

# Epochs and steps in each; the first tells most about what went wrong.
_RUNS = [(4, 7), (2, 40), (1, 5), (3, 1)]
# Rates and factors, and the steps that are asked for, in no order.
_FAMILY = [(0.5, 0.9), (2.0, 0.8), (0.03, 0.97)]
_STEPS = [3, 0, 1, 60, 2, 7, 4, 20, 5, 6]


@checker("One schedule for the whole run: the epochs leave no trace.")
def no_reset(attempt):
    """Check a function (epochs, steps_per_epoch) -> the rate of every step, 0.3 · 0.99^t.

    Examples
    --------
    >>> no_reset(lambda epochs, steps: 0.3 * 0.99 ** np.arange(epochs * steps))
    ✓ One schedule for the whole run: the epochs leave no trace.
    >>> no_reset(lambda epochs, steps: np.tile(0.3 * 0.99 ** np.arange(steps), epochs))
    Not yet. It still begins anew with each epoch: the schedule is asked for the wrong step.
    """
    for epochs, steps in _RUNS:
        got = call(attempt, epochs, steps)
        got = list(got) if isinstance(got, Iterator) else got
        got = np.ravel(numbers(got, "A list of rates, one a step,"))
        if hint := _said_of_rates(got, epochs, steps):
            return hint
    return None


def _said_of_rates(got, epochs, steps):
    """What is wrong with the rates of a run, or None."""
    step = np.arange(epochs * steps)
    true = 0.3 * 0.99**step
    if got.size != true.size:
        return f"{epochs} epochs of {steps} steps have {true.size} rates; you give {got.size}."
    if _is(got, true):
        return None
    if _is(got, 0.3 * 0.99 ** (step % steps)):
        return "It still begins anew with each epoch: the schedule is asked for the wrong step."
    if _is(got, 0.3 * 0.99 ** (step // steps)):
        return "This falls once an epoch. It should fall at every step, and never rise."
    if _is(got, 0.99 * true):
        return "Off by one step: the first rate is 0.3, as steps count from 0."
    if _is(got, got[0]) and got.size > 1:
        return "This never falls. Which step is the schedule asked for?"
    if (np.diff(got) > 0).any():
        at = int(np.argmax(np.diff(got) > 0)) + 1
        return f"At step {at} the rate rises, from {got[at - 1]:.3f} to {got[at]:.3f}."
    at = int(np.argmax(~np.isclose(got, true, rtol=1e-5, atol=0)))
    return (
        f"In a run of {epochs} epochs of {steps} steps the rate of step {at} is {got[at]:.6g}; "
        f"0.3 · 0.99^{at} is asked for."
    )


@checker("A function of the step, and of nothing else: ask it as often as you like.")
def pure_schedule(attempt):
    """Check a function (rate, decay) -> a schedule, rate · decay^t, that remembers nothing.

    Examples
    --------
    >>> pure_schedule(lambda rate, decay: lambda t: rate * decay**t)
    ✓ A function of the step, and of nothing else: ask it as often as you like.
    >>> pure_schedule(lambda rate, decay: rate * decay)
    Not yet. Return a function of the step t; yours returns a number.
    """
    for rate, decay in _FAMILY:
        schedule = call(attempt, rate, decay)
        if not callable(schedule):
            return "Return a function of the step t; yours returns a number."
        if hint := _said_of_memory(attempt, schedule):
            return hint
        if hint := _said_of_rate(np.array([_ask(schedule, t) for t in range(61)]), rate, decay):
            return hint
    return None


def _ask(schedule, t):
    return scalar(call(schedule, t))


def _said_of_memory(attempt, schedule):
    """Whether the answers of a schedule depend on what it was asked before, in words, or None."""
    first, again = _ask(schedule, 3), _ask(schedule, 3)
    if not _is(first, again):
        return f"Asked twice for step 3, it answers {first:.3f} and then {again:.3f}."
    mixed = [_ask(schedule, t) for t in _STEPS]
    if not _is(mixed[::-1], [_ask(schedule, t) for t in reversed(_STEPS)]):
        return "Asked in another order it answers otherwise: it still remembers."
    _ask(call(attempt, 0.2, 0.5), 4)
    if not _is(_ask(schedule, 3), first):
        return "A second schedule changed the first one: they share something that they change."
    return None


def _said_of_rate(got, rate, decay):
    """What is wrong with the rates (steps,) of a schedule, or None."""
    true = rate * decay ** np.arange(len(got))
    if _is(got, true):
        return None
    if _is(got, decay * true):
        return "Off by one step: at step 0 the rate has not yet fallen."
    if _is(got, got[0]):
        return "It remembers nothing, and it no longer falls: use the step t."
    if not _is(got[0], rate):
        return f"Made with the rate {rate:g}, it is {got[0]:.3g} at step 0."
    at = int(np.argmax(~np.isclose(got, true, rtol=1e-5, atol=0)))
    return (
        f"Made with the rate {rate:g} and the factor {decay:g}, it gives {got[at]:.6g} at step "
        f"{at}. Each step keeps {decay:g} of the rate before."
    )


def _is(got, true):
    """Whether all are the same but for rounding, however small they are."""
    return np.allclose(got, true, rtol=1e-5, atol=0)
