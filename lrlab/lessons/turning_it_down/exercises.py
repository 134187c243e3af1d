"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab.lessons._checking import call, checker, is_close, numbers, scalar


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
    epochs, steps = 4, 7
    got = np.ravel(numbers(call(attempt, epochs, steps), "A list of rates, one a step,"))
    step = np.arange(epochs * steps)
    true = 0.3 * 0.99**step
    if got.size != true.size:
        return f"{epochs} epochs of {steps} steps have {true.size} rates; you give {got.size}."
    if is_close(got, true):
        return None
    if is_close(got, 0.3 * 0.99 ** (step % steps)):
        return "It still begins anew with each epoch: the schedule is asked for the wrong step."
    if is_close(got, 0.3 * 0.99 ** (step // steps)):
        return "This falls once an epoch. It should fall at every step, and never rise."
    if is_close(got, 0.99 * true):
        return "Off by one step: the first rate is 0.3, as steps count from 0."
    if is_close(got, got[0]):
        return "This never falls. Which step is the schedule asked for?"
    if (np.diff(got) > 0).any():
        at = int(np.argmax(np.diff(got) > 0)) + 1
        return f"At step {at} the rate rises, from {got[at - 1]:.3f} to {got[at]:.3f}."
    return f"The rate of step {steps} should be 0.3 · 0.99^{steps}; count the steps of the run."


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
    schedule = call(attempt, 0.5, 0.9)
    if not callable(schedule):
        return "Return a function of the step t; yours returns a number."
    ask = lambda t: scalar(call(schedule, t))  # noqa: E731
    first, again = ask(3), ask(3)
    if not is_close(first, again):
        return f"Asked twice for step 3, it answers {first:.3f} and then {again:.3f}."
    forwards = [ask(t) for t in range(6)]
    backwards = [ask(t) for t in reversed(range(6))][::-1]
    if not is_close(forwards, backwards):
        return "Asked backwards it answers otherwise than forwards: it still remembers."
    other = call(attempt, 0.2, 0.5)
    call(other, 4)
    if not is_close(ask(3), first):
        return "A second schedule changed the first one: they share something that they change."
    true = 0.5 * 0.9 ** np.arange(6)
    if is_close(forwards, true):
        return None
    if is_close(forwards, 0.9 * true):
        return "Off by one step: at step 0 the rate has not yet fallen."
    if is_close(forwards, forwards[0]):
        return "It remembers nothing, and it no longer falls: use the step t."
    at = int(np.argmax(~np.isclose(forwards, true)))
    return f"At step {at} it gives {forwards[at]:.3f}. From 0.5 at step 0, each step keeps 0.9."


@checker("Fast enough to turn the noise down, slow enough to arrive.")
def reach(attempt, problem, rate=0.3, shares=(0.001, 0.01)):
    """Check a γ for which α_0 γ^t leaves between 0.1 % and 1 % of the flattest error for ever.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [1.0]], [0, 2])
    >>> reach(0.95, problem)
    ✓ Fast enough to turn the noise down, slow enough to arrive.
    >>> reach(0.5, problem)
    Not yet. Too fast: 51.0 % of the flattest error stays for ever. The rates add up to 0.6.
    """
    gamma = scalar(attempt)
    if gamma >= 1:
        return f"With γ = {gamma:g} the rate does not fall: γ must be below 1."
    if gamma <= 0:
        return f"A rate cannot be multiplied by {gamma:g}: γ lies between 0 and 1."
    rates = rate * gamma ** np.arange(1 + min(int(40 / -np.log(gamma)), 1_000_000))
    left = np.prod(np.abs(1 - rates * problem.curvatures[0]))
    added = f"The rates add up to {rate / (1 - gamma):.3g}."
    if left > shares[1]:
        return f"Too fast: {left:.1%} of the flattest error stays for ever. {added}".replace(
            "%", " %"
        )
    if left < shares[0]:
        return f"Slower than needed: below 0.1 % of the flattest error stays. {added}"
    return None
