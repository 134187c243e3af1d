"""What drawing batches does on average, in closed form: the noise floor, the safe rates, the way.

A step of SGD multiplies the error e = θ − θ* by I − αH_B and adds noise, where H_B and the noise
belong to the batch that was drawn. Averaged over all batches, the second moment E[e eᵀ] goes
through a fixed linear map; what is said here is read off that map. Source: Bach and Moulines,
"Non-strongly-convex smooth stochastic approximation", NeurIPS 2013, for batches of one. What a
single run does in the long run, `lyapunov`, is no average of squares and is measured.
"""

from typing import NamedTuple

import numpy as np

from lrlab import _check
from lrlab.regression import LeastSquares

# Moments that grow without bound stop here: what is made of them is still a float. So many steps
# are taken before it is looked whether a run is there.
_LARGEST = 1e120
_STRIDE = 16

# Steps before the growth of an error is measured: its direction is by then that of the product.
_TURNING = 20

# A rate at the edge stands on it.
_ROUNDING = 1e-12


class Average(NamedTuple):
    """The average over all draws of the batches, at some steps; see `average_run`.

    Attributes
    ----------
    theta : array (..., k, d)
        Mean of θ.
    spread : array (..., k, d, d)
        Covariance of θ about that mean.
    to_go, trembling : array (..., k)
        The two parts of the mean excess loss: that of the mean θ, and what the spread adds.
    """

    theta: np.ndarray
    spread: np.ndarray
    to_go: np.ndarray
    trembling: np.ndarray

    @property
    def excess(self):
        """Mean of J − J* (..., k)."""
        return self.to_go + self.trembling


def second_moment_map(problem, learning_rate, batch_size):
    """Return E[(I − αH_B) ⊗ (I − αH_B)], what a step does on average to E[e eᵀ] as a vector.

    Parameters
    ----------
    problem : LeastSquares
    learning_rate : number or array (...)
        α > 0, in units of 1/λ.
    batch_size : int
        |B|, from 1 to n; drawn without replacement.

    Returns
    -------
    array (..., d², d²)
        Dimensionless.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> second_moment_map(LeastSquares([[1.0], [2.0]], [1, 1]), 0.4, 1).round(6).tolist()
    [[0.36]]
    """
    once, twice = _moments(problem, batch_size)
    alpha = _check.numbers("learning_rate", learning_rate, "positive and finite")[..., None, None]
    with np.errstate(over="ignore"):
        return np.eye(len(once)) + alpha * (alpha * twice - once)  # no inf − inf, no 0 · inf


def critical_rate(problem, batch_size, *, halvings=60):
    """Return the largest α for which E‖θ − θ*‖² stays bounded, by bisection.

    Parameters
    ----------
    problem : LeastSquares
    batch_size : int
        |B|, from 1 to n. With n it is 2/λ_max.
    halvings : int
        How often the interval that holds it is halved, from 1 to 1100: no float is smaller then.

    Returns
    -------
    float
        In units of 1/λ.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [2.0]], [1, 1])
    >>> round(critical_rate(problem, 1), 4), round(critical_rate(problem, 2), 4)
    (0.5882, 0.8)
    """
    once, twice = _moments(problem, batch_size)
    halvings = _check.whole_number("halvings", halvings, least=1, most=1100)
    low, high = 0.0, problem.critical_rate  # a batch is never safer than all data
    for _ in range(halvings):
        middle = (low + high) / 2
        radius = _radius(np.eye(len(once)) - middle * once + middle**2 * twice)
        # Directions without curvature keep their error for ever, which is bounded.
        low, high = (middle, high) if radius <= 1 + 1e-12 else (low, middle)
    return high


def spread(problem, learning_rate, batch_size):
    """Return E[(θ − θ*)(θ − θ*)ᵀ] after many steps: the shape of the cloud SGD ends in.

    Parameters
    ----------
    problem : LeastSquares
        With curvature in every direction.
    learning_rate : number or array (...)
        α > 0, in units of 1/λ.
    batch_size : int
        |B|, from 1 to n.

    Returns
    -------
    array (..., d, d)
        In units of θ². inf where α is at or above the critical rate of this batch size.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> spread(problem, 0.5, 1).round(6).tolist(), spread(problem, 0.5, 4).tolist()
    ([[0.333333]], [[0.0]])
    """
    share = _share(problem, batch_size)
    alpha = _check.numbers("learning_rate", learning_rate, "positive and finite")
    if problem.curvatures[0] == 0:
        raise ValueError(f"problem must be curved in all directions, got {problem.curvatures=}")
    d = len(problem.minimizer)
    noise = share * problem._noise
    safe = alpha < (1 - _ROUNDING) * critical_rate(problem, batch_size)
    once, twice = _moments(problem, batch_size)
    held = once - np.where(safe, alpha, 0)[..., None, None] * twice
    cloud = _solved(held, alpha[..., None] * noise.ravel(), np.diagonal(problem.hessian) ** 0.5)
    return np.where(safe[..., None, None], cloud.reshape(*alpha.shape, d, d), np.inf)


def floor(problem, learning_rate, batch_size):
    """Return the excess loss J − J* that SGD has on average after many steps.

    For small α and small batches of a large data set it is about α/(4B) times the mean square of a
    single example's gradient at θ*.

    Parameters
    ----------
    problem : LeastSquares
        With curvature in every direction.
    learning_rate : number or array (...)
        α > 0, in units of 1/λ.
    batch_size : int
        |B|, from 1 to n. With n there is no noise, and no floor.

    Returns
    -------
    float or array (...)
        In units of y². inf where α is at or above the critical rate of this batch size.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> floor(problem, [0.5, 2.5], 1).round(4).tolist()
    [0.1667, inf]
    """
    cloud = spread(problem, learning_rate, batch_size)
    finite = np.isfinite(cloud).all(axis=(-2, -1))
    height = 0.5 * np.sum(problem.hessian * np.where(finite[..., None, None], cloud, 0), (-2, -1))
    return np.where(finite, height, np.inf)[()]


def average_run(problem, theta0, rates, times, *, batch_size):
    """Return where SGD is on average, and how far about that, by the moments and not by runs.

    Mean and second moment of the error go through a linear map that depends on α_t alone, so the
    average over all draws of the batches costs as much as one run.

    Parameters
    ----------
    problem : LeastSquares
        With curvature in every direction.
    theta0 : array (d,)
        Where to begin.
    rates : array (..., steps)
        α_t ≥ 0 of each step: of a schedule, what it returns for np.arange(steps).
    times : array of int (k,)
        At which steps to look, ascending, from 0 to steps.
    batch_size : int
        |B|, from 1 to n.

    Returns
    -------
    Average
        A run whose moments would pass 1e120 stays where it is for ever.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> run = average_run(problem, [3.0], np.full(50, 0.5), [0, 1, 50], batch_size=1)
    >>> run.theta[:, 0].round(3).tolist(), run.excess.round(4).tolist()
    ([3.0, 2.0, 1.0], [2.0, 0.625, 0.1667])
    """
    once, twice = _affine_maps(problem, batch_size)
    rates = _check.read("rates", rates, "0 or more and finite")
    _check.shape("rates", rates, (..., None))
    times = _check.whole_numbers("times", times)
    _check.shape("times", times, (None,))
    _check.demand("times", times, np.diff(times, prepend=0) >= 0, "ascending")
    steps = rates.shape[-1]
    if times[-1] > steps:
        got = f"{times[-1]} with rates of {steps} steps"
        raise ValueError(f"times must be at most the number of steps, got {got}")
    shape, d = rates.shape[:-1], problem.X.shape[1]
    kept, whole = _without_twins(d)
    both = np.concatenate([each[kept[:-1]] @ whole for each in (once, twice)])
    error = _error(problem, theta0)
    state = np.concatenate([error, np.outer(error, error).ravel(), [1.0]])[kept]
    state = np.repeat(state[:, None], max(rates[..., 0].size, 1), axis=1)  # a column for each run
    # A row for each step: no copy where the step goes first in memory.
    columns = np.ascontiguousarray(np.moveaxis(rates, -1, 0)).reshape(steps, -1)
    seen = np.stack(_states(both, state, columns, times), axis=1)
    seen = (seen.transpose(2, 1, 0) @ whole.T).reshape(*shape, len(times), -1)
    error, second = seen[..., :d], seen[..., d:-1].reshape(*shape, len(times), d, d)
    spread = second - error[..., :, None] * error[..., None, :]
    to_go, trembling = (
        0.5 * np.sum(problem.hessian * each, axis=(-2, -1))
        for each in (error[..., :, None] * error[..., None, :], spread)
    )
    return Average(error + problem.minimizer, spread, to_go, np.maximum(trembling, 0))


def mean_excess(problem, theta0, learning_rate, steps, *, batch_size):
    """Return the excess loss J − J* of each step at a constant α, on average over all draws.

    It is what `average_run` says of constant rates, much faster: powers of one map.

    Parameters
    ----------
    problem : LeastSquares
    theta0 : array (d,)
        Where to begin.
    learning_rate : number or array (...)
        α > 0, in units of 1/λ.
    steps : int
        T, 0 or more.
    batch_size : int
        |B|, from 1 to n.

    Returns
    -------
    array (..., steps + 1)
        In units of y². inf where it would pass 1e120, and from there on.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> mean_excess(problem, [3.0], [0.5, 1.0], 2, batch_size=1).round(4).tolist()
    [[2.0, 0.625, 0.2812], [2.0, 0.5, 0.5]]
    """
    once, twice = _affine_maps(problem, batch_size)
    alpha = _check.numbers("learning_rate", learning_rate, "positive and finite")
    steps = _check.whole_number("steps", steps, least=0)
    error = _error(problem, theta0)
    state = np.concatenate([error, np.outer(error, error).ravel(), [1.0]])
    d, some = len(error), int(np.sqrt(steps)) + 1
    height = np.concatenate([np.zeros(d), 0.5 * problem.hessian.ravel(), [0.0]])
    with np.errstate(all="ignore"):
        step = np.eye(len(state)) - alpha[..., None, None] * (once - alpha[..., None, None] * twice)
        # Steps of the height read backwards, and long strides of the state: J of t = a·some + b.
        rows = _powers(np.swapaxes(step, -1, -2), height, some)
        states = _powers(np.linalg.matrix_power(step, some), state, steps // some + 1)
        excess = states @ np.swapaxes(rows, -1, -2)
    excess = excess.reshape(*alpha.shape, excess.shape[-2] * some)[..., : steps + 1]
    gone = np.logical_or.accumulate(~(excess < _LARGEST), axis=-1)
    return np.where(gone, np.inf, np.maximum(excess, 0))


def steps_to(problem, theta0, learning_rate, target, *, batch_size, most):
    """Return after how many steps the mean excess loss is first at most `target`.

    Parameters
    ----------
    problem : LeastSquares
    theta0 : array (d,)
        Where to begin.
    learning_rate : number or array (...)
        α > 0, constant, in units of 1/λ.
    target : number or array (...)
        J − J* to reach, above 0, in units of y²; broadcast with the rates.
    batch_size : int
        |B|, from 1 to n.
    most : int
        How many steps are tried.

    Returns
    -------
    float or array (...)
        Whole numbers; inf where it takes more than `most`, or never happens.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> steps_to(problem, [3.0], 0.5, [0.7, 0.2, 0.1], batch_size=1, most=100).tolist()
    [1.0, 3.0, inf]
    """
    most = _check.whole_number("most", most, least=0)
    target = _check.numbers("target", target, "positive and finite")
    alpha = _check.numbers("learning_rate", learning_rate, "positive and finite")
    _check.broadcast(learning_rate=alpha.shape, target=target.shape)
    excess = mean_excess(problem, theta0, alpha, most, batch_size=batch_size)
    there = excess <= target[..., None]
    return np.where(there.any(axis=-1), there.argmax(axis=-1), np.inf)[()]


def lyapunov(problem, learning_rate, batch_size, steps, *, runs, rng):
    """Return by how much the logarithm of the error grows in a step, in each of many runs.

    The error is that without noise, which a step multiplies by I − αH_B. Its mean over long runs
    is the Lyapunov exponent: where it is below 0 the error of almost every single run shrinks,
    though the mean square may grow without bound. Source: Furstenberg and Kesten, "Products of
    random matrices", 1960. There is no closed form for two parameters, so it is measured.

    Parameters
    ----------
    problem : LeastSquares
    learning_rate : number or array (...)
        α > 0, in units of 1/λ.
    batch_size : int
        |B|, from 1 to n; drawn without replacement.
    steps : int
        T, 1 or more, after a few in which the error turns where it is multiplied most.
    runs : int
        Their mean has the standard error of their standard deviation over √runs.
    rng : numpy.random.Generator
        The draws are the same for all α.

    Returns
    -------
    array (..., runs)
        (log ‖e_T‖ − log ‖e_0‖)/T, dimensionless.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> same = LeastSquares([[1.0], [1.0]], [1, 1])  # each step multiplies the error by ½
    >>> lyapunov(same, 0.5, 1, 10, runs=2, rng=np.random.default_rng(0)).round(4).tolist()
    [-0.6931, -0.6931]
    """
    _share(problem, batch_size)
    alpha = _check.numbers("learning_rate", learning_rate, "positive and finite")[..., None, None]
    steps = _check.whole_number("steps", steps, least=1)
    runs = _check.whole_number("runs", runs, least=1)
    _check.generator("rng", rng)
    way = rng.standard_normal((runs, problem.X.shape[1]))
    way = np.broadcast_to(way, (*alpha.shape[:-2], *way.shape))
    total = np.zeros(way.shape[:-1])
    with np.errstate(all="ignore"):
        for t in range(-_TURNING, steps):
            batch = problem.X[_draw(rng, len(problem.y), batch_size, runs)]
            slope = np.einsum("...rb,rbd->...rd", np.einsum("rbd,...rd->...rb", batch, way), batch)
            new = way - alpha * (slope / batch_size)
            size = np.linalg.norm(new, axis=-1)
            kept = (size > 0) & np.isfinite(size)
            way = np.where(kept[..., None], new / size[..., None], way)
            total = total + np.where((t >= 0) | (size == 0), np.log(size), 0)
    return total / steps


def _error(problem, theta0):
    """Return θ_0 − θ* (d,), small enough to be squared."""
    d = problem.X.shape[1]
    theta0 = _check.numbers("theta0", theta0)
    _check.shape("theta0", theta0, (d,))
    error = theta0 - problem.minimizer
    near = np.abs(error) <= np.sqrt(_LARGEST)
    _check.demand("theta0", theta0, near, f"within {np.sqrt(_LARGEST)} of the minimizer")
    return error


def _powers(matrices, vector, count):
    """Return v, Mv, M²v … (..., count, k) of matrices (..., k, k)."""
    out = [np.broadcast_to(vector, matrices.shape[:-1])]
    for _ in range(count - 1):
        out.append((matrices @ out[-1][..., None])[..., 0])
    return np.stack(out, axis=-2)


def _draw(rng, n, batch_size, runs):
    """Return the rows of a batch for each run, (runs, batch_size), none twice in a batch."""
    if batch_size == 1:
        return rng.integers(n, size=(runs, 1))
    return rng.permuted(np.tile(np.arange(n), (runs, 1)), axis=1)[:, :batch_size]


def _without_twins(d):
    """Say which entries of (e, e eᵀ, 1) do not stand twice, and the matrix that puts all back."""
    row, column = np.triu_indices(d)
    kept = np.array([*range(d), *(d + row * d + column), d + d * d])
    whole = np.zeros((d + d * d + 1, len(kept)))
    whole[kept, np.arange(len(kept))] = 1.0
    whole[d + column * d + row, d + np.arange(len(row))] = 1.0
    return kept, whole


def _states(both, state, columns, times):
    """Return the state (k, runs) at each time, of rates (steps, runs)."""
    seen, at, live = [], 0, np.ones(columns.shape[1])
    for time in times:
        for begin in range(at, time, _STRIDE):
            state = _stride(both, state, columns[begin : min(begin + _STRIDE, time)], live)
        seen, at = [*seen, state], time
    return seen


def _stride(both, state, columns, live):
    """Take some steps at once, and one by one where a run gets too large and is to stay.

    `live` (runs,) becomes 0 for a run that stays. The last entry of a state is 1.
    """
    half = len(state) - 1
    after, change = state.copy(), np.empty((2 * half, state.shape[1]))
    moving = after[:half]
    with np.errstate(over="ignore", invalid="ignore"):
        for rate in columns * live:
            np.matmul(both, after, out=change)
            once, twice = change[:half], change[half:]
            twice *= rate
            once -= twice
            once *= rate
            moving -= once
    if np.abs(after).max() < _LARGEST:  # nor NaN
        return after
    if len(columns) > 1:
        for rate in columns:
            state = _stride(both, state, rate[None], live)
        return state
    gone = ~(np.abs(after) < _LARGEST).all(axis=0)
    live[gone] = 0.0
    return np.where(gone, state, after)


def _solved(matrices, right, sizes):
    """Solve for a moment (..., d²) of parameters whose units may be very unlike.

    Each is measured in its own size (d,), and each equation in its own: else rounding in a large
    one would hide a small one.
    """
    units = np.kron(sizes, sizes)
    matrices = matrices / units
    largest = np.abs(matrices).max(axis=-1)
    scaled = np.linalg.solve(matrices / largest[..., None], (right / largest)[..., None])
    return scaled[..., 0] / units


def _affine_maps(problem, batch_size):
    """Return A, B such that a step takes s = (E[e], E[e eᵀ], 1) to s − αAs + α²Bs."""
    share = _share(problem, batch_size)
    d = problem.X.shape[1]
    mixed = share * problem._mixed.swapaxes(1, 2)  # E[H_B e g_Bᵀ], from e
    once, twice = np.zeros((2, d + d * d + 1, d + d * d + 1))
    once[:d, :d] = problem.hessian
    once[d:-1, d:-1], twice[d:-1, d:-1] = _moments(problem, batch_size)
    twice[d:-1, :d] = (mixed + mixed.swapaxes(0, 1)).reshape(d * d, d)
    twice[d:-1, -1] = share * problem._noise.ravel()
    return once, twice


def _moments(problem, batch_size):
    """Return H ⊗ I + I ⊗ H and E[H_B ⊗ H_B], both (d², d²)."""
    share = _share(problem, batch_size)
    H, d = problem.hessian, len(problem.minimizer)
    full = np.kron(H, H)
    twice = full + share * (problem._fourth - full)
    return np.kron(H, np.eye(d)) + np.kron(np.eye(d), H), twice


def _radius(matrices):
    return np.abs(np.linalg.eigvals(matrices)).max(axis=-1)


def _share(problem, batch_size):
    """Return the variance of a batch's mean over that of one example: 1/B, and 0 for all data."""
    _check.instance("problem", problem, LeastSquares)
    n = len(problem.y)
    size = _check.whole_number("batch_size", batch_size, least=1, most=n)
    return (n - size) / (size * max(n - 1, 1))
