"""What to hand in instead of the last iterate: averages of where descent has been.

Sources: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J.
Control Optim. 30 (1992), for the average; Rakhlin, Shamir and Sridharan, ICML 2012, for the last
share of it; Defazio et al., "The Road Less Scheduled", NeurIPS 2024, for schedule-free descent.
"""

from typing import NamedTuple

import numpy as np

from lrlab import _check
from lrlab.descent import LARGEST

# share · t is rounded up, and what it is above a whole number by rounding alone is none.
_ROUNDING = 1e-12


class ScheduleFree(NamedTuple):
    """The three sequences of a schedule-free run; see `schedule_free`.

    Attributes
    ----------
    average : array (..., steps + 1, d)
        x_t, what one hands in.
    theta : array (..., steps + 1, d)
        y_t, where the gradient is taken.
    fast : array (..., steps + 1, d)
        z_t, what takes the steps.
    """

    average: np.ndarray
    theta: np.ndarray
    fast: np.ndarray


def tail(theta, share):
    """Return the average over the last share of the iterates, at each step.

    At step t it is the mean of the last k iterates θ_{t−k+1} … θ_t, with k = share · t rounded up,
    and at least 1. So the start θ_0 counts at step 0 alone; a share of 0 is the last iterate, ½ the
    average of the last half, 1 the average of all.

    Parameters
    ----------
    theta : array (..., steps + 1, d)
        Where descent was, as in `Trajectory.theta`.
    share : number
        From 0 to 1, dimensionless.

    Returns
    -------
    array (..., steps + 1, d)
        Entry t is made of θ_0 … θ_t alone: what one would hand in if the run ended there.

    Raises
    ------
    TypeError, ValueError
        `theta` is not such an array or not finite, or `share` is no number from 0 to 1.

    Examples
    --------
    >>> theta = np.array([8.0, 4.0, 2.0, 6.0, 4.0])[:, None]
    >>> tail(theta, 0.5)[:, 0].tolist(), tail(theta, 1)[:, 0].tolist()
    ([8.0, 4.0, 2.0, 4.0, 5.0], [8.0, 4.0, 3.0, 4.0, 4.0])
    """
    theta = _iterates(theta)
    share = _check.number("share", share, "between 0 and 1")
    t = np.arange(theta.shape[-2])
    count = np.maximum(np.ceil(share * t * (1 - _ROUNDING)).astype(int), 1)
    end = theta[..., -1:, :]  # sums of small numbers lose less
    with np.errstate(all="ignore"):  # what overflows is inf, as for any sum
        sums = np.cumsum(theta - end, axis=-2)
        before = np.where((t >= count)[:, None], sums[..., np.maximum(t - count, 0), :], 0.0)
        return end + (sums - before) / count[:, None]


def ema(theta, decay):
    """Return the exponential moving average of the iterates, at each step.

    m_0 = θ_0 and m_t = ρ m_{t−1} + (1 − ρ) θ_t. It forgets as fast as an average of the last
    1/(1 − ρ) iterates, about, and needs no store of them.

    Parameters
    ----------
    theta : array (..., steps + 1, d)
        Where descent was, as in `Trajectory.theta`.
    decay : number
        ρ in [0, 1), dimensionless. 0 is the last iterate.

    Returns
    -------
    array (..., steps + 1, d)
        m_t.

    Raises
    ------
    TypeError, ValueError
        `theta` is not such an array or not finite, or ρ is no number in [0, 1).

    Examples
    --------
    >>> ema(np.array([8.0, 4.0, 2.0, 6.0])[:, None], 0.5)[:, 0].tolist()
    [8.0, 6.0, 4.0, 5.0]
    """
    theta = _iterates(theta)
    decay = _check.number("decay", decay, "at least 0 and below 1")
    means = np.empty_like(theta)
    means[..., 0, :] = theta[..., 0, :]
    for t in range(1, theta.shape[-2]):
        means[..., t, :] = decay * means[..., t - 1, :] + (1 - decay) * theta[..., t, :]
    return means


def schedule_free(gradient, theta0, learning_rate, steps, *, beta=0.9, warmup_steps=0):
    """Follow schedule-free descent, which averages while it runs and needs no number of steps.

    From x_0 = y_0 = z_0 = θ_0 on,

        z_{t+1} = z_t − α_t ∇J(y_t),  x_{t+1} = (1 − c_t) x_t + c_t z_{t+1},
        y_{t+1} = (1 − β) z_{t+1} + β x_{t+1},

    with c_t = α_t² / (α_0² + … + α_t²). Where α is constant that is 1/(t + 1), and x_t the mean of
    z_1 … z_t. β = 0 is plain descent with the average of all its iterates beside it. These are the
    iterates of the published SGDScheduleFree: y in its training mode, x in its evaluation mode,
    `beta` its momentum.

    Parameters
    ----------
    gradient : callable (..., d) -> (..., d)
        ∇J or a batch's, for one θ or a batch of them. It is asked once a step.
    theta0 : number or array (..., d)
        θ_0, where to begin. A number means d = 1.
    learning_rate : number or array (...)
        α > 0, in units of θ over those of ∇J.
    steps : int
        How many steps, 0 or more.
    beta : number or array (...)
        β from 0 to 1, dimensionless: where between z and x the gradient is taken.
    warmup_steps : int
        Over so many steps α_t rises to α in even steps, the first of which is not 0.

    Returns
    -------
    ScheduleFree
        A run whose z would not be finite, or be larger than 1e150, stays where it is for ever.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, shapes do not match, or `gradient` returns another
        shape than it was given.

    Examples
    --------
    >>> run = schedule_free(lambda x: 2 * x, 1.0, 0.25, 2, beta=0.5)
    >>> run.fast[:, 0].tolist(), run.average[:, 0].tolist(), run.theta[:, 0].tolist()
    ([1.0, 0.5, 0.25], [1.0, 0.5, 0.375], [1.0, 0.5, 0.3125])
    """
    _check.function("gradient", gradient)
    theta0 = np.atleast_1d(_check.numbers("theta0", theta0))
    _check.shape("theta0", theta0, (..., None))
    _check.demand("theta0", theta0, np.abs(theta0) <= LARGEST, f"at most {LARGEST} in size")
    rate = _check.numbers("learning_rate", learning_rate, "positive and finite")
    beta = _check.numbers("beta", beta, "between 0 and 1")
    steps = _check.whole_number("steps", steps)
    warmup_steps = _check.whole_number("warmup_steps", warmup_steps)
    batch = _check.broadcast(theta0=theta0.shape[:-1], learning_rate=rate.shape, beta=beta.shape)
    rate, beta = rate[..., None], beta[..., None]
    risen = np.minimum(np.arange(1, steps + 1) / max(warmup_steps, 1), 1.0)  # α_t over α
    weights = risen**2 / np.cumsum(risen**2)
    x = y = z = np.broadcast_to(theta0, (*batch, theta0.shape[-1]))
    alive = np.ones((*batch, 1), dtype=bool)
    path = np.empty((3, *batch, steps + 1, theta0.shape[-1]))
    path[..., 0, :] = theta0
    for t in range(steps):
        with np.errstate(all="ignore"):
            new = z - risen[t] * rate * _check.returned("gradient", gradient(y), y.shape)
        alive = alive & (np.abs(new) <= LARGEST).all(axis=-1, keepdims=True)  # False for NaN
        z = np.where(alive, new, z)
        x = np.where(alive, (1 - weights[t]) * x + weights[t] * z, x)
        y = np.where(alive, (1 - beta) * z + beta * x, y)
        path[..., t + 1, :] = x, y, z
    return ScheduleFree(*path)


def _iterates(theta):
    theta = _check.numbers("theta", theta)
    _check.shape("theta", theta, (..., None, None))
    return theta
