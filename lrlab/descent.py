"""Gradient descent that keeps its history, for one learning rate or hundreds at once."""

from dataclasses import dataclass

import numpy as np

from lrlab import _check
from lrlab.optimizers import Optimizer
from lrlab.regression import LeastSquares
from lrlab.schedules import Plateau

# A run stops here: the square, and so a loss, is still a float.
LARGEST = 1e150

# Rounding alone may gain this much: bouncing at the critical rate, resting at the minimizer.
_STEEPER = 1 + 1e-6
_MOVED = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory:
    """What one run, or a batch of runs, of gradient descent went through.

    Attributes
    ----------
    theta : array (..., steps + 1, d)
        `theta[..., t, :]` is θ before step t, so `theta[..., 0, :]` is where it began and
        `theta[..., -1, :]` where it ended. Always finite.
    learning_rate : array (..., steps)
        `learning_rate[..., t]` is α of step t.
    diverged : array of bool (...)
        Whether a run grew past 1e150 in size (from then on it stays where it last was), or ended
        steeper than it began: ‖∇J‖ of the last θ above that of the first.
    """

    theta: np.ndarray
    learning_rate: np.ndarray
    diverged: np.ndarray

    def __repr__(self):
        """Return the sizes, not the numbers."""
        *batch, points, d = self.theta.shape
        runs, steps = tuple(batch), points - 1
        return f"Trajectory({runs=}, {steps=}, {d=}, diverged={int(self.diverged.sum())})"


def gradient_descent(gradient, theta0, learning_rate, steps, *, optimizer=None):
    """Follow θ_{t+1} = θ_t − α_t ∇J(θ_t) and return everywhere it went.

    The shapes (...) of `theta0`, `learning_rate` and the optimizer's parameters broadcast
    together; each entry is a run of its own, and all runs advance at once.

    Divergence is a result: there is no warning and no exception. A run whose next θ would not be
    finite, or be larger than 1e150, stays where it is for ever, and `diverged` says so. It also
    says so when a run ends steeper than it began, by more than a millionth: on a quadratic loss
    that means a rate above the critical one, as long as the run had the steps to show it. At
    exactly the critical rate a run bounces for ever and has not diverged, nor has one that rests
    where it began, up to rounding.

    Parameters
    ----------
    gradient : callable (..., d) -> (..., d)
        ∇J, for one θ or a batch of them.
    theta0 : number or array (..., d)
        θ_0, where to begin. A number means d = 1.
    learning_rate : number, array (...), schedule or Plateau
        α > 0, in units of θ over those of ∇J. A schedule is a function of the step t = 0, 1, …
        that returns a number or an array (...); it may return 0, which is a step of no length.
    steps : int
        How many steps, 0 or more.
    optimizer : Optimizer, optional
        Replaces ∇J(θ_t) by another direction; see `lrlab.optimizers`.

    Returns
    -------
    Trajectory

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, shapes do not match, or `gradient` returns another
        shape than it was given.

    Examples
    --------
    >>> gradient_descent(lambda x: 2 * x, 1.0, 0.25, 3).theta[:, 0].tolist()
    [1.0, 0.5, 0.25, 0.125]

    >>> runs = gradient_descent(lambda x: 2 * x, 1.0, [0.25, 1.0, 1.1], 30)
    >>> runs.theta.shape, runs.diverged.tolist()
    ((3, 31, 1), [False, False, True])
    """
    _check.function("gradient", gradient)
    theta0 = _beginning(theta0)
    return _run(lambda t, theta: gradient(theta), gradient, theta0, learning_rate, steps, optimizer)


def stochastic_gradient_descent(
    problem, theta0, learning_rate, steps, *, batch_size, rng, optimizer=None
):
    """Follow the gradient of a few examples, drawn anew at each step.

    θ_{t+1} = θ_t − α_t X_Bᵀ(X_B θ_t − y_B)/|B|, where B is drawn from the n examples without
    replacement. All runs see the same batches, so they differ by their rates alone.

    Parameters
    ----------
    problem : LeastSquares
    theta0 : number or array (..., d)
        θ_0, where to begin. A number means d = 1.
    learning_rate : number, array (...), schedule or Plateau
        As for `gradient_descent`. A Plateau is fed the loss it was made with, not the batch's.
    steps : int
        How many steps, 0 or more: steps, not passes through the data.
    batch_size : int
        |B|, from 1 to n. With n it is gradient descent.
    rng : numpy.random.Generator
        Draws the batches.
    optimizer : Optimizer, optional
        See `lrlab.optimizers`.

    Returns
    -------
    Trajectory
        `diverged` compares ‖∇J‖ at the end, over all examples, with the size that a batch's
        gradient is expected to have at the start. So noise about the minimizer is not divergence,
        even for a run that begins there.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above or shapes do not match.

    Examples
    --------
    >>> problem = LeastSquares([[1.0], [1.0], [2.0]], [2.0, 2.0, 4.0])
    >>> rng = np.random.default_rng(0)
    >>> run = stochastic_gradient_descent(problem, 0.0, 0.2, 60, batch_size=1, rng=rng)
    >>> run.theta[-1].round(3).tolist()
    [2.0]
    """
    _check.instance("problem", problem, LeastSquares)
    _check.generator("rng", rng)
    n = len(problem.y)
    batch_size = _check.whole_number("batch_size", batch_size, least=1, most=n)
    theta0 = _beginning(theta0)

    def batch_gradient(t, theta):
        batch = rng.choice(n, batch_size, replace=False, shuffle=False)
        X = problem.X[batch]
        return (theta @ X.T - problem.y[batch]) @ X / batch_size

    began = _batch_steepness(problem, theta0, batch_size)
    return _run(
        batch_gradient, problem.gradient, theta0, learning_rate, steps, optimizer, began=began
    )


def _run(step_gradient, gradient, theta0, learning_rate, steps, optimizer, began=None):
    steps = _check.whole_number("steps", steps)
    if not isinstance(optimizer, Optimizer | None):
        raise TypeError(f"optimizer must come from lrlab.optimizers, got {_check.said(optimizer)}")
    rates = _rates(learning_rate, steps)
    plateau = learning_rate if isinstance(learning_rate, Plateau) else None
    batch = _check.broadcast(
        theta0=theta0.shape[:-1],
        learning_rate=rates.shape[:-1],
        optimizer=() if optimizer is None else optimizer.shape,
    )
    theta = np.broadcast_to(theta0, (*batch, theta0.shape[-1]))
    rates = np.array(np.broadcast_to(rates, (*batch, steps)))
    path = np.empty((*batch, steps + 1, theta.shape[-1]))
    path[..., 0, :] = theta
    alive = np.ones(batch, dtype=bool)
    state = None if optimizer is None else optimizer.init(theta)
    seen = None if plateau is None else plateau.init(batch)

    with np.errstate(all="ignore"):
        if began is None:
            began = _steepness(gradient, theta)
        for t in range(steps):
            direction = _check.returned("gradient", step_gradient(t, theta), theta.shape)
            if optimizer is not None:
                direction, state = optimizer.update(direction, state, theta)
                direction = _check.returned("optimizer", direction, theta.shape)
            theta, alive = _advance(theta, rates[..., t, None] * direction, alive)
            path[..., t + 1, :] = theta
            if plateau is not None:
                seen = plateau.update(seen, _check.returned("loss", plateau.loss(theta), batch))
                rates[..., t + 1 : t + 2] = seen.rate[..., None]
        steeper = _steepness(gradient, theta) > _STEEPER * began
    moved = (np.abs(theta - theta0) > _MOVED * np.abs(theta0)).any(axis=-1)
    return Trajectory(path, rates, ~alive | (steeper & moved))


def _advance(theta, change, alive):
    new = theta - change
    in_range = np.abs(new) <= LARGEST  # False for NaN
    if in_range.all() and alive.all():
        return new, alive
    alive = alive & in_range.all(axis=-1)
    return np.where(alive[..., None], new, theta), alive


def _rates(learning_rate, steps):
    """Return the rate of each step, (..., steps); a Plateau's are its first."""
    if isinstance(learning_rate, Plateau):
        return np.broadcast_to(learning_rate.rate[..., None], (*learning_rate.shape, steps))
    if not callable(learning_rate):
        rate = _check.numbers("learning_rate", learning_rate, "positive and finite")
        return np.broadcast_to(rate[..., None], (*rate.shape, steps))
    # Asked step by step, so that a function with an `if t < 50` is a schedule, too.
    each = [_scheduled(learning_rate, t) for t in range(max(steps, 1))]
    first = {rate.shape: t for t, rate in reversed([*enumerate(each)])}
    _check.broadcast(**{f"learning_rate({t})": shape for shape, t in first.items()})
    return np.stack(np.broadcast_arrays(*each), axis=-1)[..., :steps]


def _scheduled(schedule, t):
    return _check.numbers(f"learning_rate({t})", schedule(t), "0 or more and finite")


def _beginning(theta0):
    theta0 = np.atleast_1d(_check.numbers("theta0", theta0))
    if theta0.shape[-1] == 0:
        raise ValueError(f"theta0 must have shape (..., d) with d ≥ 1, got {theta0.shape}")
    _check.demand("theta0", theta0, np.abs(theta0) <= LARGEST, f"at most {LARGEST} in size")
    return theta0


def _steepness(gradient, theta):
    """Return ‖∇J(θ)‖ (...)."""
    slope = _check.returned("gradient", gradient(theta), theta.shape)
    return np.linalg.norm(slope, axis=-1)


def _batch_steepness(problem, theta0, batch_size):
    """Return the root mean square (...) of ‖batch gradient‖ at θ_0 over all possible batches."""
    n, d = problem.X.shape
    _check.shape("theta0", theta0, (*theta0.shape[:-1], d))
    spread = (n - batch_size) / (batch_size * max(n - 1, 1))
    with np.errstate(all="ignore"):
        residuals = theta0 @ problem.X.T - problem.y
        full = np.sum(problem.gradient(theta0) ** 2, axis=-1)
        single = np.mean(residuals**2 * np.sum(problem.X**2, axis=-1), axis=-1)
        return np.sqrt(full + spread * np.fmax(single - full, 0))


def least_worst(steps, condition):
    """Return the least error that steps made of gradients can leave in the worst direction.

    After t steps the error along curvature λ is p(λ) times the first, with a polynomial p of degree
    t and p(0) = 1. Chebyshev's is the smallest on all of [λ_min, λ_max]: it leaves at most
    1/T_t((κ + 1)/(κ − 1)) = 2rᵗ/(1 + r²ᵗ), with r = (√κ − 1)/(√κ + 1).

    Parameters
    ----------
    steps : int or array of int (...)
        t.
    condition : number or array (...)
        κ ≥ 1.

    Returns
    -------
    float or array (...)
        A share of the first error, dimensionless.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, or shapes do not broadcast together.

    Notes
    -----
    Nemirovski and Yudin 1983; Saad, "Iterative Methods for Sparse Linear Systems", 2003, §6.11.

    Examples
    --------
    >>> float(least_worst(1, 4.0)), float(least_worst(0, 4.0))
    (0.6, 1.0)
    >>> round(float(least_worst(16, 100.0)), 4)
    0.0805
    """
    steps = _check.whole_numbers("steps", steps)
    condition = _check.numbers("condition", condition, "positive and finite")
    _check.demand("condition", condition, condition >= 1, "at least 1")
    _check.broadcast(steps=steps.shape, condition=condition.shape)
    root = np.sqrt(condition)
    with np.errstate(under="ignore"):
        power = ((root - 1) / (root + 1)) ** steps
        return (2 * power / (1 + power**2))[()]
