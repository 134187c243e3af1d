"""Schedules that are told how many steps there are, and set their pace by it."""

import numpy as np

from lrlab import _check, schedules


def schedule_family(rate, steps):
    """Return thirteen schedules of lrlab.schedules, each told how many steps there are.

    Parameters
    ----------
    rate : number or array (...)
        α_0, from 1e-300 to 1e300, or the highest rate where a schedule rises first.
    steps : int
        T, 20 or more.

    Returns
    -------
    dict of str to schedule
        Exponential falls to a thousandth over T steps; inverse time and inverse power have k =
        10/T, and inverse power p = ½.

    Examples
    --------
    >>> family = schedule_family(0.5, 100)
    >>> len(family), family["linear"](50)
    (13, 0.25)
    """
    steps = _check.whole_number("steps", steps, least=20)
    rate = _check.numbers("rate", rate, "between 1e-300 and 1e300")
    warm, quarter = steps // 10, steps // 4
    return {
        "constant": schedules.constant(rate),
        "linear": schedules.linear(rate, steps),
        "polynomial": schedules.polynomial(rate, steps, 2),
        "exponential": schedules.exponential(rate, 0.001 ** (1 / steps)),
        "step": schedules.step(rate, 0.3, every=quarter),
        "piecewise": schedules.piecewise(rate, [steps // 2, 3 * steps // 4], 0.1),
        "inverse time": schedules.inverse_time(rate, 10 / steps),
        "inverse power": schedules.inverse_power(rate, 10 / steps, 0.5),
        "cosine": schedules.cosine(rate, steps),
        "cosine restarts": schedules.cosine_restarts(rate, quarter),
        "cyclic": schedules.cyclic(rate / 10, rate, steps // 10),
        "one cycle": schedules.one_cycle(rate, steps),
        "warm-up": schedules.warmup(schedules.cosine(rate, steps - warm), warm),
    }


def five(rate, steps, final_share):
    """Return the five usual schedules, each made to end at the same share of its first rate.

    Parameters
    ----------
    rate : number or array (...)
        α_0, from 1e-300 to 1e300.
    steps : int
        T, 4 or more: then the rate is final_share · α_0; but for step, which is there from its
        last quarter on.
    final_share : number or array (...)
        f, from 1e-300 to 1, dimensionless; with 1 all five are constant.

    Returns
    -------
    dict of str to schedule
        linear to fα_0, exponential with γ = f^(1/T), step with three drops by f^(1/3), inverse
        time with k = (1/f − 1)/T, and cosine to fα_0.

    Examples
    --------
    >>> {name: round(each(7), 3) for name, each in five(0.5, 8, 0.1).items()}
    {'linear': 0.106, 'exponential': 0.067, 'step': 0.05, 'inverse time': 0.056, 'cosine': 0.067}
    """
    steps = _check.whole_number("steps", steps, least=4)
    rate = _check.numbers("rate", rate, "between 1e-300 and 1e300")
    share = _check.numbers("final_share", final_share, "between 1e-300 and 1e300")
    _check.demand("final_share", share, share <= 1, "at most 1")
    _check.broadcast(rate=rate.shape, final_share=share.shape)
    quarter = -(-steps // 4)
    return {
        "linear": schedules.linear(rate, steps, share * rate),
        "exponential": schedules.exponential(rate, share ** (1 / steps)),
        "step": schedules.step(rate, np.cbrt(share), every=quarter),
        "inverse time": schedules.inverse_time(rate, (1 / share - 1) / steps),
        "cosine": schedules.cosine(rate, steps, share * rate),
    }
