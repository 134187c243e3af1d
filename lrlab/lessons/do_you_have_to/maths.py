"""What averages of the iterates leave on average over all draws of the batches, exactly.

A step of SGD and of an average of its iterates takes the vector v = (error, sum or average, 1) to
A_B v with a matrix that depends on the batch, so E[v vᵀ] goes through the fixed linear map
E[A_B ⊗ A_B]. Nothing is sampled. See also `lrlab.sampling`, which has it for the last iterate.
"""

import numpy as np

from lrlab import _check, sampling
from lrlab.regression import LeastSquares

# Its square is still a float, and so is what a few steps make of it.
_FARTHEST = 1e60


def mean_tail(problem, theta0, learning_rate, times, share, *, batch_size=1):
    """Return what the average over the last share of the iterates is, on average over all runs.

    Parameters
    ----------
    problem : LeastSquares
        With curvature in every direction.
    theta0 : array (d,)
        Where to begin.
    learning_rate : number or array (...)
        α > 0, constant in each run, in units of 1/λ.
    times : array of int (k,)
        After how many steps to look, each 1 or more.
    share : number or array (p,)
        From 0, the last iterate, to 1, all of them; see `lrlab.averaging.tail`.
    batch_size : int
        |B|, from 1 to n.

    Returns
    -------
    sampling.Average
        Of shapes (..., k) or (..., p, k): mean and spread of the average over the runs, and its
        excess loss. Where the moments are too large for a float the loss is inf.

    Examples
    --------
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> mean_tail(problem, [1.0], 0.5, [1, 2, 100], [0, 1]).excess.round(4).tolist()
    [[0.125, 0.1562, 0.1667], [0.125, 0.1016, 0.0049]]
    """
    pieces = _Pieces(problem, theta0, 0.0, batch_size)
    alpha = _check.numbers("learning_rate", learning_rate, "positive and finite")
    times = _check.whole_numbers("times", times, least=1)
    _check.shape("times", times, (None,))
    share = _check.numbers("share", share, "between 0 and 1")
    if share.ndim:
        _check.shape("share", share, (None,))
    counts = np.maximum(np.ceil(share[..., None] * times * (1 - 1e-12)).astype(int), 1)
    half, fold, unfold = _halves(pieces.size)
    start = (fold @ pieces.start)[:, None] * np.ones(counts.size)
    summed = ((half >= pieces.d) & (half < 2 * pieces.d)).any(axis=0)
    with np.errstate(all="ignore"):
        maps = fold @ (pieces.mixed(1.0, 1.0) @ pieces.step(alpha.ravel())) @ unfold
        state = _after(maps, start, (times - counts).ravel())
        state = _after(maps, np.where(summed[:, None], 0.0, state), counts.ravel())
        full = np.swapaxes(unfold @ state, -1, -2).reshape(-1, counts.size, *2 * (pieces.size,))
    full = full.reshape(*alpha.shape, *counts.shape, *2 * (pieces.size,))
    where = slice(pieces.d, 2 * pieces.d)
    count = counts[..., None].astype(float)
    return pieces.average(
        full[..., where, -1] / count, full[..., where, where] / count[..., None] ** 2
    )


def mean_run(problem, theta0, learning_rate, weights, *, beta=0.0, batch_size=1):
    """Return the mean excess loss of a running average x_{t+1} = (1 − c_t) x_t + c_t z_{t+1}.

    z is what takes the steps, z_{t+1} = z_t − α ∇J_B(y_t), at y_t = (1 − β) z_t + β x_t. So β = 0
    is SGD with an average beside it; with c_t = 1/(t + 1) it is the average of all iterates, with a
    constant one an exponential average. With β > 0 and 1/(t + 1) it is schedule-free.

    Parameters
    ----------
    problem : LeastSquares
        With curvature in every direction.
    theta0 : array (d,)
        Where to begin.
    learning_rate : number or array (...)
        α > 0, in units of 1/λ.
    weights : array (steps,)
        c_t, each from 0 to 1.
    beta : number
        β from 0 to 1.
    batch_size : int
        |B|, from 1 to n.

    Returns
    -------
    array (..., steps + 1)
        Mean of J(x_t) − J*, in units of y²; inf where it is too large for a float.

    Examples
    --------
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> mean_run(problem, [1.0], 0.5, [1, 1 / 2]).round(4).tolist()
    [0.0, 0.125, 0.1016]
    """
    beta = _check.number("beta", beta, "between 0 and 1")
    pieces = _Pieces(problem, theta0, beta, batch_size)
    alpha = _check.numbers("learning_rate", learning_rate, "positive and finite")
    weights = _check.numbers("weights", weights, "between 0 and 1")
    _check.shape("weights", weights, (None,))
    both = np.concatenate([pieces.once, pieces.twice])
    state = np.repeat(pieces.start[:, None], alpha.size, axis=1)
    seen = np.empty((len(weights) + 1, *state.shape))
    seen[0] = state
    with np.errstate(all="ignore"):
        for t, weight in enumerate(weights):
            once, twice = np.split(both @ state, 2)
            state = state - alpha.ravel() * (once - alpha.ravel() * twice)
            state = pieces.mixed(weight, 1 - weight) @ state
            seen[t + 1] = state
        diagonal = (np.arange(pieces.d) + pieces.d) * (pieces.size + 1)
        excess = 0.5 * np.einsum("k,tka->at", problem.curvatures, seen[:, diagonal])
    excess = np.where(np.isfinite(excess), np.maximum(excess, 0), np.inf)
    return excess.reshape(*alpha.shape, len(seen))


class _Pieces:
    """The maps of E[v vᵀ] for v = (z − θ*, x, 1), along the eigen-directions."""

    def __init__(self, problem, theta0, beta, batch_size):
        _check.instance("problem", problem, LeastSquares)
        if problem.curvatures[0] == 0:
            raise ValueError(f"problem must be curved in all directions, got {problem.curvatures=}")
        n, d = problem.X.shape
        size = _check.whole_number("batch_size", batch_size, least=1, most=n)
        theta0 = _check.numbers("theta0", theta0)
        _check.shape("theta0", theta0, (d,))
        near = np.abs(theta0 - problem.minimizer) <= _FARTHEST
        _check.demand("theta0", theta0, near, f"within {_FARTHEST} of the minimizer")
        self.problem, self.d, self.size = problem, d, 2 * d + 1
        error = (theta0 - problem.minimizer) @ problem.directions
        v = np.concatenate([error, error, [1.0]])
        self.start = np.outer(v, v).ravel()
        base = np.column_stack(
            [problem.X @ problem.directions, problem.X @ problem.minimizer - problem.y]
        )
        pairs = (base[:, :, None] * base[:, None, :]).reshape(n, -1)
        second = np.diag(np.append(problem.curvatures, np.mean(base[:, -1] ** 2)))
        into, of = np.zeros((2, self.size, d + 1))
        into[:d, :d] = np.eye(d)
        of[:d, :d], of[d:-1, :d], of[-1, -1] = (1 - beta) * np.eye(d), beta * np.eye(d), 1.0
        mean = into @ second @ of.T
        apart = (n - size) / (size * max(n - 1, 1))
        single = np.kron(into, into) @ (pairs.T @ pairs / n) @ np.kron(of, of).T
        one = np.eye(self.size)
        self.once = np.kron(mean, one) + np.kron(one, mean)
        self.twice = apart * single + (1 - apart) * np.kron(mean, mean)

    def step(self, alpha):
        """What a step of SGD does to the moments, (a, size², size²)."""
        alpha = alpha[:, None, None]
        return np.eye(self.size**2) - alpha * (self.once - alpha * self.twice)

    def mixed(self, new, old):
        """What x ← old · x + new · z does to the moments."""
        d = self.d
        mix = np.eye(self.size)
        mix[d:-1, :d], mix[d:-1, d:-1] = new * np.eye(d), old * np.eye(d)
        return np.kron(mix, mix)

    def average(self, mean, second):
        """Mean and spread in θ, from moments along the eigen-directions."""
        problem = self.problem
        with np.errstate(all="ignore"):
            square = mean[..., :, None] * mean[..., None, :]
            along = [np.diagonal(each, axis1=-2, axis2=-1) @ problem.curvatures / 2
                     for each in (square, second - square)]  # fmt: skip
            spread = problem.directions @ (second - square) @ problem.directions.T
            theta = problem.minimizer + mean @ problem.directions.T
        to_go, trembling = (
            np.where(np.isfinite(each), np.maximum(each, 0), np.inf) for each in along
        )
        return sampling.Average(theta, spread, to_go, trembling)


def _halves(size):
    """The entries of a symmetric matrix that are kept, and the maps from and to all of them."""
    half = np.array(np.triu_indices(size))
    index = np.zeros((size, size), int)
    index[tuple(half)] = index.T[tuple(half)] = np.arange(half.shape[1])
    fold = np.zeros((half.shape[1], size**2))
    fold[np.arange(half.shape[1]), half[0] * size + half[1]] = 1.0
    return half, fold, np.eye(half.shape[1])[index.ravel()]


def _after(maps, state, counts):
    """Apply each map (a, s, s) so many times (q,) to the columns of a state (s, q) or (a, s, q)."""
    for bit in range(int(counts.max()).bit_length()):
        chosen = (counts >> bit) & 1 == 1
        if chosen.any():
            moved = maps @ state
            state = np.where(chosen, moved, state)
        maps = maps @ maps
    return np.broadcast_to(state, (len(maps), *state.shape[-2:]))
