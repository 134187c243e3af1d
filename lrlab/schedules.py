"""Schedules: the learning rate as a function of the step.

Each function here returns a `Schedule`: a function of the step t = 0, 1, … (an int or an integer
array) that returns the rate α_t. Parameters may be arrays, which broadcast together: a family of
schedules is one call. For parameters of shape (P,) a schedule returns (P,) for an int and (P, T)
for T steps. After its last step a schedule stays where it ended, or begins anew where it says so.
Any function of the step will do in its place; a schedule made here also says how it was made, and
can be compared and stored.

`Plateau` looks at the loss, too, so it is an object that gradient descent feeds.

Names and values follow PyTorch's `torch.optim.lr_scheduler` where it has the schedule.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from inspect import signature
from typing import NamedTuple

import numpy as np

from lrlab import _check
from lrlab._call import Call, Made, kept


@dataclass(frozen=True, eq=False, repr=False)
class Schedule(Made):
    """The learning rate as a function of the step, and the call that made it.

    Functions of this module make schedules. They are equal when they were made by the same
    function with equal arguments.

    Attributes
    ----------
    make : callable
        The function that made it.
    arguments : mapping of str to array, int or callable
        What that function was given, defaults included; arrays are copies and read-only.
    rates : callable
        The formula: an array of steps to the array of their rates.

    Examples
    --------
    >>> schedule = exponential(1.0, 0.5)
    >>> schedule, schedule(2)
    (exponential(1.0, 0.5), 0.25)
    >>> schedule == exponential(1.0, 0.25)
    False
    """

    rates: Callable

    def __call__(self, t):
        """Return the rate of a step (int), or the rates (..., T) of an array of steps (T,)."""
        rate = self.rates(_check.whole_numbers("step", t))
        return float(rate) if rate.ndim == 0 else rate


def constant(rate):
    """Return the schedule α_t = α_0.

    Parameters
    ----------
    rate : number or array (...)
        α_0 > 0.

    Returns
    -------
    Schedule

    Raises
    ------
    TypeError, ValueError
        A parameter is not what is said above; so for every schedule here.

    Examples
    --------
    >>> constant(0.1)(7)
    0.1
    >>> constant([0.1, 0.2])(np.arange(3)).tolist()
    [[0.1, 0.1, 0.1], [0.2, 0.2, 0.2]]
    """
    return _schedule(constant, lambda t, rate: rate, rate=_positive(rate=rate))


def linear(rate, steps, end=0.0):
    """Return the schedule that goes straight to its end, α_t = α_0 + (end − α_0) t/T.

    Parameters
    ----------
    rate : number or array (...)
        α_0 > 0.
    steps : int or array (...)
        T ≥ 1; at step T it has reached `end`, and stays.
    end : number or array (...)
        0 or more; above `rate` it is a rise.

    Returns
    -------
    Schedule

    Examples
    --------
    >>> linear(1.0, 4)(np.arange(6)).tolist()
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """
    return _said_as(linear, polynomial(rate, steps, 1, end))


def polynomial(rate, steps, power, end=0.0):
    """Return the schedule α_t = end + (α_0 − end)(1 − t/T)^p.

    Parameters
    ----------
    rate : number or array (...)
        α_0 > 0.
    steps : int or array (...)
        T ≥ 1; at step T it has reached `end`, and stays.
    power : number or array (...)
        p > 0, dimensionless; 1 is `linear`.
    end : number or array (...)
        0 or more.

    Returns
    -------
    Schedule

    Examples
    --------
    >>> polynomial(1.0, 4, 2)(np.arange(6)).tolist()
    [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """

    def formula(t, rate, steps, power, end):
        return end + (rate - end) * (1 - np.minimum(t / steps, 1)) ** power

    return _schedule(
        polynomial,
        formula,
        rate=_positive(rate=rate),
        steps=_check.whole_numbers("steps", steps, least=1),
        power=_positive(power=power),
        end=_not_negative(end=end),
    )


def exponential(rate, decay):
    """Return the schedule α_t = α_0 γ^t.

    Parameters
    ----------
    rate : number or array (...)
        α_0 > 0.
    decay : number or array (...)
        γ > 0, dimensionless; above 1 the rate grows, as in a range test.

    Returns
    -------
    Schedule

    Examples
    --------
    >>> exponential(1.0, 0.5)(np.arange(4)).tolist()
    [1.0, 0.5, 0.25, 0.125]
    """

    def formula(t, rate, decay):
        return rate * decay**t

    return _schedule(exponential, formula, rate=_positive(rate=rate), decay=_positive(decay=decay))


def step(rate, drop, every):
    """Return the schedule α_t = α_0 · drop^⌊t/every⌋.

    Parameters
    ----------
    rate : number or array (...)
        α_0 > 0.
    drop : number or array (...)
        Factor at each drop, > 0, dimensionless.
    every : int or array (...)
        Steps between drops, 1 or more.

    Returns
    -------
    Schedule

    Examples
    --------
    >>> step(1.0, 0.5, every=2)(np.arange(6)).tolist()
    [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]
    """

    def formula(t, rate, drop, every):
        return rate * drop ** (t // every)

    return _schedule(
        step,
        formula,
        rate=_positive(rate=rate),
        drop=_positive(drop=drop),
        every=_check.whole_numbers("every", every, least=1),
    )


def piecewise(rate, milestones, drop):
    """Return the schedule α_t = α_0 · drop^(milestones at or before t).

    Parameters
    ----------
    rate : number or array (...)
        α_0 > 0.
    milestones : array of int (k,)
        Steps, ascending, from which on the rate is lower; the same for a whole family.
    drop : number or array (...)
        Factor at each milestone, > 0, dimensionless.

    Returns
    -------
    Schedule

    Examples
    --------
    >>> piecewise(1.0, [2, 3], 0.5)(np.arange(5)).tolist()
    [1.0, 1.0, 0.5, 0.25, 0.25]
    """
    milestones = kept(_check.whole_numbers("milestones", milestones))
    _check.shape("milestones", milestones, (None,))
    ascending = np.diff(milestones, prepend=milestones[0]) >= 0
    _check.demand("milestones", milestones, ascending, "ascending")

    def formula(t, rate, drop):
        return rate * drop ** np.searchsorted(milestones, t, side="right")

    rate, drop = _positive(rate=rate), _positive(drop=drop)
    arguments = {"rate": rate, "milestones": milestones, "drop": drop}
    return Schedule(piecewise, arguments, _rates(formula, rate=rate, drop=drop))


def inverse_time(rate, decay):
    """Return the schedule α_t = α_0 / (1 + k t).

    Parameters
    ----------
    rate : number or array (...)
        α_0 > 0.
    decay : number or array (...)
        k ≥ 0, per step; after 1/k steps the rate is halved.

    Returns
    -------
    Schedule

    Examples
    --------
    >>> inverse_time(1.0, 0.5)(np.arange(3)).round(4).tolist()
    [1.0, 0.6667, 0.5]
    """
    return _said_as(inverse_time, inverse_power(rate, decay, 1))


def inverse_power(rate, decay, power):
    """Return the schedule α_t = α_0 / (1 + k t)^p.

    Parameters
    ----------
    rate : number or array (...)
        α_0 > 0.
    decay : number or array (...)
        k ≥ 0, per step.
    power : number or array (...)
        p > 0, dimensionless; with ½ < p ≤ 1 stochastic gradient descent converges (Robbins and
        Monro 1951).

    Returns
    -------
    Schedule

    Examples
    --------
    >>> inverse_power(1.0, 1.0, 2)(np.arange(3)).round(4).tolist()
    [1.0, 0.25, 0.1111]
    """

    def formula(t, rate, decay, power):
        return rate / (1 + decay * t) ** power

    return _schedule(
        inverse_power,
        formula,
        rate=_positive(rate=rate),
        decay=_not_negative(decay=decay),
        power=_positive(power=power),
    )


def cosine(rate, steps, end=0.0):
    """Return the schedule α_t = end + ½(α_0 − end)(1 + cos(π t/T)).

    Parameters
    ----------
    rate : number or array (...)
        α_0 > 0.
    steps : int or array (...)
        T ≥ 1; at step T it has reached `end`, and stays.
    end : number or array (...)
        0 or more.

    Returns
    -------
    Schedule

    Notes
    -----
    Loshchilov and Hutter, SGDR, 2017.

    Examples
    --------
    >>> cosine(1.0, 4)(np.arange(6)).round(4).tolist()
    [1.0, 0.8536, 0.5, 0.1464, 0.0, 0.0]
    """

    def formula(t, rate, steps, end):
        return _half_wave(rate, end, np.minimum(t / steps, 1))

    return _schedule(
        cosine,
        formula,
        rate=_positive(rate=rate),
        steps=_check.whole_numbers("steps", steps, least=1),
        end=_not_negative(end=end),
    )


def cosine_restarts(rate, period, growth=1, end=0.0):
    """Return the schedule that falls like `cosine` and starts anew, without end.

    α_t = end + ½(α_0 − end)(1 + cos(π u/T_i)), u steps after the restart i, where the periods are
    T_i = period · growth^i.

    Parameters
    ----------
    rate : number or array (...)
        α_0 > 0.
    period : int or array (...)
        Steps to the first restart, 1 or more.
    growth : int or array (...)
        By how much each period is longer than the one before, 1 or more, dimensionless.
    end : number or array (...)
        0 or more; a period ends one step before it would be reached.

    Returns
    -------
    Schedule

    Notes
    -----
    Loshchilov and Hutter, SGDR, 2017.

    Examples
    --------
    >>> cosine_restarts(1.0, 2, growth=2)(np.arange(7)).round(4).tolist()
    [1.0, 0.5, 1.0, 0.8536, 0.5, 0.1464, 1.0]
    """

    def formula(t, rate, period, growth, end):
        since, length = np.where(growth == 1, t % period, t), period
        while (over := since >= length).any():
            since, length = since - over * length, length * np.where(over, growth, 1)
        return _half_wave(rate, end, since / length)

    return _schedule(
        cosine_restarts,
        formula,
        rate=_positive(rate=rate),
        period=_check.whole_numbers("period", period, least=1),
        growth=_check.whole_numbers("growth", growth, least=1),
        end=_not_negative(end=end),
    )


def cyclic(low, high, half_period):
    """Return the schedule that climbs from `low` to `high` and back, without end.

    Parameters
    ----------
    low : number or array (...)
        Rate at steps 0, 2·half_period, …; 0 or more.
    high : number or array (...)
        Rate at steps half_period, 3·half_period, …; `low` or more.
    half_period : int or array (...)
        Steps from one to the other, 1 or more.

    Returns
    -------
    Schedule

    Notes
    -----
    Smith, "Cyclical Learning Rates for Training Neural Networks", 2017.

    Examples
    --------
    >>> cyclic(0.5, 1.5, 2)(np.arange(6)).tolist()
    [0.5, 1.0, 1.5, 1.0, 0.5, 1.0]
    """
    low, high = _not_negative(low=low), _positive(high=high)
    _check.broadcast(low=low.shape, high=high.shape)
    _check.demand("low", *np.broadcast_arrays(low, low <= high), "at most high")

    def formula(t, low, high, half_period):
        from_top = np.abs((t / half_period) % 2 - 1)
        return low + (high - low) * (1 - from_top)

    return _schedule(
        cyclic,
        formula,
        low=low,
        high=high,
        half_period=_check.whole_numbers("half_period", half_period, least=1),
    )


def one_cycle(rate, steps, *, warmup_share=0.3, start_divisor=25.0, end_divisor=1e4):
    """Return the schedule of one rise and one fall, each half a cosine wave.

    It starts at rate/start_divisor, is highest at step warmup_share·steps − 1, and at step
    steps − 1 ends at rate/(start_divisor·end_divisor), where it stays.

    Parameters
    ----------
    rate : number or array (...)
        The highest rate, > 0.
    steps : int or array (...)
        Length of the cycle, 1 or more.
    warmup_share : number or array (...)
        Share of the steps spent rising, from 0 to 1, dimensionless.
    start_divisor, end_divisor : number or array (...)
        > 0, dimensionless.

    Returns
    -------
    Schedule

    Notes
    -----
    Smith and Topin, "Super-Convergence", 2018, in PyTorch's form (`OneCycleLR`).

    Examples
    --------
    >>> one_cycle(1.0, 10, warmup_share=0.5)(np.arange(10)).round(3).tolist()
    [0.04, 0.181, 0.52, 0.859, 1.0, 0.905, 0.655, 0.345, 0.095, 0.0]
    """

    def formula(t, rate, steps, warmup_share, start_divisor, end_divisor):
        start = rate / start_divisor
        peak, last = warmup_share * steps - 1, steps - 1
        t = np.minimum(t, last)
        rising = _half_wave(start, rate, _share(t, peak))
        falling = _half_wave(rate, start / end_divisor, _share(t - peak, last - peak))
        return np.where(t <= peak, rising, falling)

    schedule = _schedule(
        one_cycle,
        formula,
        rate=_positive(rate=rate),
        steps=_check.whole_numbers("steps", steps, least=1),
        warmup_share=_check.numbers("warmup_share", warmup_share, "between 0 and 1"),
        start_divisor=_positive(start_divisor=start_divisor),
        end_divisor=_positive(end_divisor=end_divisor),
    )
    with np.errstate(over="ignore"):
        start = schedule.arguments["rate"] / schedule.arguments["start_divisor"]
        end = start / schedule.arguments["end_divisor"]
    if not (np.isfinite(start).all() and np.isfinite(end).all()):
        raise ValueError(
            f"first and last rate must be floats, got {start_divisor=}, {end_divisor=}"
        )
    return schedule


def wsd(rate, steps, decay_share, end=0.0):
    """Return the schedule that stays, and goes straight to its end in the last share of the steps.

    α_t = α_0 + (end − α_0) · max(0, t/T − 1 + s)/s: warm-up–stable–decay without the warm-up,
    which `warmup` adds.

    Parameters
    ----------
    rate : number or array (...)
        α_0 > 0.
    steps : int or array (...)
        T ≥ 1; at step T it has reached `end`, and stays.
    decay_share : number or array (...)
        s, the share of the steps in which it falls, above 0 and at most 1, dimensionless; 1 is
        `linear`.
    end : number or array (...)
        0 or more; above `rate` it is a rise.

    Returns
    -------
    Schedule

    Notes
    -----
    Named by Hu et al., "MiniCPM", 2024; with a linear fall as in Hägele et al., "Scaling Laws and
    Compute-Optimal Training Beyond Fixed Training Durations", 2024.

    Examples
    --------
    >>> wsd(1.0, 8, 0.5)(np.arange(10)).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """

    def formula(t, rate, steps, decay_share, end):
        to_go = 1 - np.minimum(t / steps, 1)
        return end + (rate - end) * np.minimum(to_go / decay_share, 1)

    share = _check.numbers("decay_share", decay_share, "between 0 and 1")
    _check.demand("decay_share", share, share > 0, "above 0")
    return _schedule(
        wsd,
        formula,
        rate=_positive(rate=rate),
        steps=_check.whole_numbers("steps", steps, least=1),
        decay_share=share,
        end=_not_negative(end=end),
    )


def chebyshev(low, high, steps, order="fractal"):
    """Return the schedule of the rates 1/r_k, where r_k are the roots of a Chebyshev polynomial.

    r_k = ½(λ_max + λ_min) + ½(λ_max − λ_min) cos((2k + 1)π/(2n)), k = 0, …, n − 1. On a quadratic
    loss with curvatures from λ_min to λ_max, n steps in any order keep at most 1/T_n of each
    error, T_n = T_n((κ + 1)/(κ − 1)) and κ = λ_max/λ_min: of n rates none keep less at worst.

    Parameters
    ----------
    low, high : number or array (...)
        λ_min and λ_max, from 1e-300 to 1e300; λ_min ≤ λ_max.
    steps : int or array (...)
        n ≥ 1. After n steps it begins anew.
    order : str
        "ascending" begins with the smallest rate, "descending" with the largest. "fractal", for n
        a power of two, begins with the smallest and goes from small to large in such a way that
        neither the error on the way nor what becomes of rounding grows beyond a small multiple.

    Returns
    -------
    Schedule

    Notes
    -----
    Richardson 1911; Young 1953. The order, σ_1 = (1), σ_2n = σ_n interlaced with 2n + 1 − σ_n:
    Lebedev and Finogenov 1971; Agarwal, Goel and Zhang, "Acceleration via Fractal Learning Rate
    Schedules", 2021.

    Examples
    --------
    >>> chebyshev(1.0, 3.0, 2, order="ascending")(np.arange(4)).round(4).tolist()
    [0.3694, 0.7735, 0.3694, 0.7735]
    """
    low = _check.numbers("low", low, "between 1e-300 and 1e300")
    high = _check.numbers("high", high, "between 1e-300 and 1e300")
    steps = _check.whole_numbers("steps", steps, least=1)
    _check.one_of("order", order, list(_ORDERS))
    _check.broadcast(low=low.shape, high=high.shape, steps=steps.shape)
    _check.demand("low", *np.broadcast_arrays(low, low <= high), "at most high")
    if order == "fractal":
        _check.demand("steps", steps, steps & (steps - 1) == 0, "a power of two for this order")

    def formula(t, low, high, steps):
        k = _ORDERS[order](t % steps, steps)
        return 2 / (high + low + (high - low) * np.cos(np.pi * (k + 0.5) / steps))

    arguments = {"low": low, "high": high, "steps": steps, "order": order}
    return Schedule(chebyshev, arguments, _rates(formula, low=low, high=high, steps=steps))


def silver(edge, steps):
    """Return the silver steps, α_t = (1 + ρ^(ν(t + 1) − 1))/L, with the silver ratio ρ = 1 + √2.

    ν(i) says how often 2 divides i. In units of 1/L they are √2, 2, √2, 2 + √2, √2, 2, √2, …

    Parameters
    ----------
    edge : number or array (...)
        2/L, the critical rate, where L = λ_max; from 1e-300 to 1e300.
    steps : int or array (...)
        n ≥ 1. After n steps it begins anew. What is proven holds for n = 2^k − 1, at the end.

    Returns
    -------
    Schedule

    Notes
    -----
    Altschuler and Parrilo, "Acceleration by Stepsize Hedging II: Silver Stepsize Schedule for
    Smooth Convex Optimization", 2023.

    Examples
    --------
    >>> silver(2.0, 7)(np.arange(8)).round(4).tolist()
    [1.4142, 2.0, 1.4142, 3.4142, 1.4142, 2.0, 1.4142, 1.4142]
    """

    def formula(t, edge, steps):
        count = (t % steps).astype(np.int64) + 1
        twos = np.log2(count & -count)
        return edge / 2 * (1 + (1 + np.sqrt(2)) ** (twos - 1))

    return _schedule(
        silver,
        formula,
        edge=_check.numbers("edge", edge, "between 1e-300 and 1e300"),
        steps=_check.whole_numbers("steps", steps, least=1),
    )


def warmup(schedule, steps):
    """Return the schedule that rises to another one's first rate, then follows it.

    With the schedule α' and W = steps: α_t = α'_0 (t + 1)/(W + 1) for t < W, then α_t = α'_{t−W}.
    The first rate is above 0, so no step is wasted, and the schedule is lived through whole, W
    steps late.

    Parameters
    ----------
    schedule : callable or number or array (...)
        A schedule; a number is a constant one.
    steps : int
        W, 0 or more.

    Returns
    -------
    Schedule

    Notes
    -----
    PyTorch's `LinearLR(start_factor=1/(W + 1), total_iters=W)`, followed in a `SequentialLR`.

    Examples
    --------
    >>> warmup(exponential(1.0, 0.5), 3)(np.arange(6)).tolist()
    [0.25, 0.5, 0.75, 1.0, 0.5, 0.25]
    """
    if not callable(schedule):
        schedule = constant(_check.numbers("schedule", schedule, "positive and finite"))
    steps = _check.whole_number("steps", steps)

    def rates(t):
        top = _not_negative(**{"schedule(0)": schedule(0)})
        rising = top.reshape(top.shape + (1,) * t.ndim) * ((np.minimum(t, steps) + 1) / (steps + 1))
        then = _not_negative(**{"schedule(t)": schedule(np.maximum(t - steps, 0))})
        _check.broadcast(**{"schedule(0)": rising.shape, "schedule(t)": then.shape})
        return np.where(t < steps, rising, then)

    return Schedule(warmup, {"schedule": schedule, "steps": steps}, rates)


class PlateauState(NamedTuple):
    """What a Plateau remembers from step to step; each array has the shape (...) of its runs."""

    rate: np.ndarray
    best: np.ndarray
    waited: np.ndarray
    resting: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class Plateau(Call):
    """The rate that drops when the loss has stopped improving.

    After step t it looks at J(θ_{t+1}). A loss better than the best so far by the threshold is an
    improvement. More than `patience` steps in a row without one, and the rate is multiplied by
    `factor`; for the next `cooldown` steps nothing is counted.

    Parameters
    ----------
    rate : number or array (...)
        α_0 > 0.
    loss : callable (..., d) -> (...)
        J, as `LeastSquares.loss`.
    factor : number or array (...)
        At least 0 and below 1, dimensionless.
    patience : int or array (...)
        Steps without improvement that are let pass, 0 or more.
    threshold : number or array (...)
        0 or more: a share of the best loss where `relative`, else in the loss's unit.
    relative : bool
        Whether better means J < best·(1 − threshold), or J < best − threshold.
    cooldown : int or array (...)
        Steps of rest after a drop, 0 or more.
    min_rate : number or array (...)
        The rate never drops below it; 0 or more.
    min_change : number or array (...)
        A drop smaller than this is not made; 0 or more.

    Raises
    ------
    TypeError, ValueError
        A parameter is not what is said above.

    Notes
    -----
    PyTorch's `ReduceLROnPlateau` with mode "min".

    Examples
    --------
    >>> plateau = Plateau(1.0, loss=abs, factor=0.5, patience=1)
    >>> state, rates = plateau.init(()), []
    >>> for loss in [3.0, 2.0, 2.0, 2.0, 2.0]:
    ...     state = plateau.update(state, loss)
    ...     rates.append(float(state.rate))
    >>> rates
    [1.0, 1.0, 1.0, 0.5, 0.5]
    """

    rate: np.ndarray
    loss: Callable
    _: KW_ONLY
    factor: np.ndarray = 0.1
    patience: np.ndarray = 10
    threshold: np.ndarray = 1e-4
    relative: bool = True
    cooldown: np.ndarray = 0
    min_rate: np.ndarray = 0.0
    min_change: np.ndarray = 1e-8

    def __post_init__(self):
        """Check the parameters and keep copies of them."""
        _check.function("loss", self.loss)
        checked = {
            "rate": _positive(rate=self.rate),
            "factor": _check.numbers("factor", self.factor, "at least 0 and below 1"),
            "patience": _check.whole_numbers("patience", self.patience),
            "threshold": _not_negative(threshold=self.threshold),
            "cooldown": _check.whole_numbers("cooldown", self.cooldown),
            "min_rate": _not_negative(min_rate=self.min_rate),
            "min_change": _not_negative(min_change=self.min_change),
        }
        object.__setattr__(self, "relative", _check.flag("relative", self.relative))
        _check.broadcast(**{name: value.shape for name, value in checked.items()})
        for name, value in checked.items():
            object.__setattr__(self, name, kept(value))

    @property
    def shape(self):
        """Common shape (...) of the parameters."""
        arrays = [value for value in vars(self).values() if isinstance(value, np.ndarray)]
        return np.broadcast_shapes(*(array.shape for array in arrays))

    def init(self, shape):
        """Return the state before the first step, for runs of this shape (...)."""
        nothing = np.zeros(shape, dtype=int)
        rate = np.broadcast_to(self.rate, shape)
        return PlateauState(rate, np.full(shape, np.inf), nothing, nothing)

    @np.errstate(over="ignore", invalid="ignore")  # of best = inf no share may be left
    def update(self, state, loss):
        """Return the state after seeing the loss (...) of each run."""
        goal = state.best * (1 - self.threshold) if self.relative else state.best - self.threshold
        better, resting = loss < goal, state.resting > 0
        waited = np.where(better | resting, 0, state.waited + 1)
        drop = waited > self.patience
        lower = np.maximum(state.rate * self.factor, self.min_rate)
        return PlateauState(
            rate=np.where(drop & (state.rate - lower > self.min_change), lower, state.rate),
            best=np.where(better, loss, state.best),
            waited=np.where(drop, 0, waited),
            resting=np.where(drop, self.cooldown, state.resting - resting),
        )


def _schedule(make, formula, **parameters):
    """Return the schedule of this formula, made by `make`, whose parameters all broadcast."""
    return Schedule(make, parameters, _rates(formula, **parameters))


def _said_as(make, schedule):
    """Return the same schedule as a call of `make`, a special case with fewer parameters."""
    arguments = {name: schedule.arguments[name] for name in signature(make).parameters}
    return Schedule(make, arguments, schedule.rates)


def _rates(formula, **parameters):
    """Return the function of the steps t that calls `formula(t, **parameters)`.

    It gives the parameters' axes first and t's last.
    """
    parameters = {name: np.asarray(value, dtype=float) for name, value in parameters.items()}
    shape = _check.broadcast(**{name: value.shape for name, value in parameters.items()})

    def rates(t):
        behind = {
            name: np.broadcast_to(value, shape).reshape(shape + (1,) * t.ndim)
            for name, value in parameters.items()
        }
        with np.errstate(over="ignore", under="ignore"):
            rate = formula(t, **behind)
        return np.array(np.broadcast_to(rate, shape + t.shape))

    return rates


def _half_wave(start, end, share):
    return end + (start - end) * (1 + np.cos(np.pi * share)) / 2


def _interlaced(t, steps):
    """Return which of `steps` rates, a power of two, the fractal order takes at t, from 0.

    σ_2n(2i) = σ_n(i) and σ_2n(2i + 1) = 2n − 1 − σ_n(i): a number for each bit of t, the last one
    last, and leading zeros change nothing.
    """
    t, steps = np.broadcast_arrays(t.astype(np.int64), steps.astype(np.int64))
    taken = np.zeros_like(t)
    for bit in reversed(range(int(steps.max(initial=1)).bit_length() - 1)):
        taken = np.where(t >> bit & 1, (steps >> bit) - 1 - taken, taken)
    return taken


# What of the rates, which ascend, is taken at t.
_ORDERS = {
    "ascending": lambda t, steps: t,
    "descending": lambda t, steps: steps - 1 - t,
    "fractal": _interlaced,
}


def _share(part, whole):
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), 1.0)


def _positive(**named):
    ((name, value),) = named.items()
    return _check.numbers(name, value, "positive and finite")


def _not_negative(**named):
    ((name, value),) = named.items()
    return _check.numbers(name, value, "0 or more and finite")
