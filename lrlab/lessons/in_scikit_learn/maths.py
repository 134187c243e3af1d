"""scikit-learn's SGDRegressor in the words of this course: its order, its rates, its steps.

SGDRegressor goes through the examples one by one, in a new order each epoch, and takes a step on
½r² of each. All of this is deterministic once the seed is known, so the same path can be walked
with NumPy. Source: scikit-learn, ``linear_model/_sgd_fast.pyx.tp`` and ``utils/_seq_dataset``.
"""

from typing import NamedTuple

import numpy as np

from lrlab import _check, schedules
from lrlab.regression import LeastSquares

RATES = ("constant", "invscaling", "optimal", "adaptive")

# No slope of a single example is taken to be steeper, so steps are bounded and nothing overflows.
STEEPEST = 1e12

# The adaptive rate is not lowered any more once it is here.
_LOWEST = 1e-6


class Epochs(NamedTuple):
    """What a run of SGDRegressor went through, epoch by epoch.

    Attributes
    ----------
    theta : array (..., epochs + 1, d)
        θ before each epoch, and at the end.
    learning_rate : array (..., epochs)
        The rate of the first step of each epoch.
    objective : array (..., epochs)
        The mean of ½r² over an epoch, each example seen just before its own step; in units of y².
    """

    theta: np.ndarray
    learning_rate: np.ndarray
    objective: np.ndarray


def orders(n, epochs, random_state):
    """Return the order in which SGDRegressor(random_state=...) takes the examples.

    A seed is drawn once; from it a 32-bit xorshift generator makes one rearrangement, and each
    epoch applies this same rearrangement to the order of the epoch before.

    Parameters
    ----------
    n, epochs : int
        1 or more.
    random_state : int
        0 or more, as given to SGDRegressor.

    Returns
    -------
    array of int (epochs, n)

    Notes
    -----
    Marsaglia, "Xorshift RNGs", 2003; the shuffle is that of Fisher and Yates.

    Examples
    --------
    >>> orders(5, 2, random_state=0).tolist()
    [[2, 3, 0, 4, 1], [0, 4, 2, 1, 3]]
    """
    n, epochs = (_check.whole_number(*each, least=1) for each in [("n", n), ("epochs", epochs)])
    random_state = _check.whole_number("random_state", random_state, most=2**32 - 1)
    bits = int(np.random.RandomState(random_state).randint(0, 2**31 - 1)) or 1
    rearranged = np.arange(n)
    for i in range(n - 1):
        bits ^= bits << 13 & 0xFFFFFFFF
        bits ^= bits >> 17
        bits ^= bits << 5 & 0xFFFFFFFF
        j = i + bits % 2**31 % (n - i)
        rearranged[[i, j]] = rearranged[[j, i]]
    went = [rearranged]
    for _ in range(epochs - 1):
        went.append(went[-1][rearranged])
    return np.array(went)


def rate(name, eta0=0.01, *, power_t=0.25, alpha=1e-4, tol=1e-3, n_iter_no_change=5):
    """Return the learning rate that SGDRegressor knows by a name, as lrlab knows it.

    scikit-learn counts t from 1, lrlab from 0, and both begin with the same rate.

    Parameters
    ----------
    name : {"constant", "invscaling", "optimal", "adaptive"}
        constant: η₀. invscaling: η₀/(1 + t)^power_t, an inverse power with decay 1. optimal:
        alpha^(−¼)/(1 + alpha^(¾) t), an inverse time that does not know η₀. adaptive: a Plateau
        that divides by 5 after `n_iter_no_change` epochs that did not gain `tol`.
    eta0, power_t, alpha : number or array (...)
        η₀, the power, the strength of regularisation; above 0.
    tol : number or array (...)
        0 or more, in units of y².
    n_iter_no_change : int
        1 or more.

    Returns
    -------
    schedule or Plateau
        The Plateau's loss takes the losses (..., n) met in an epoch in place of θ; see `descend`.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> rate("invscaling", 0.1, power_t=0.5)(np.arange(4)).round(4).tolist()
    [0.1, 0.0707, 0.0577, 0.05]
    >>> rate("optimal")(np.array([0, 1000])).round(6).tolist()
    [10.0, 5.0]
    """
    _check.one_of("name", name, RATES)
    eta0 = _check.numbers("eta0", eta0, "positive and finite")
    power_t = _check.numbers("power_t", power_t, "positive and finite")
    alpha = _check.numbers("alpha", alpha, "positive and finite")
    tol = _check.numbers("tol", tol, "0 or more and finite")
    _check.broadcast(eta0=eta0.shape, power_t=power_t.shape, alpha=alpha.shape, tol=tol.shape)
    patience = _check.whole_number("n_iter_no_change", n_iter_no_change, least=1) - 1
    if name == "constant":
        return schedules.constant(eta0)
    if name == "invscaling":
        return schedules.inverse_power(eta0, 1, power_t)
    if name == "optimal":
        first = alpha**-0.25
        return schedules.inverse_time(first, first * alpha)
    return schedules.Plateau(
        eta0, _mean, factor=1 / 5, patience=patience, threshold=tol, relative=False, min_change=0.0
    )


def descend(problem, learning_rate, orders, *, penalty=0.0, steepest=STEEPEST):
    """Take the steps of SGDRegressor, from θ = 0.

    With the residual r = x_iᵀθ − y_i of example i, a step is θ ← (1 − η penalty) θ − η r x_i.

    Parameters
    ----------
    problem : LeastSquares
    learning_rate : number, array (...), schedule or Plateau
        As `rate` returns it, with parameters of shape (...); a number is a constant one. A Plateau
        is fed the losses of each epoch, and its best follows every gain, however small, as
        SGDRegressor's does.
    orders : array of int (epochs, n)
        Which example is met when; see `orders`.
    penalty : number or array (d,)
        SGDRegressor's alpha for each slope, and 0 for the intercept; 0 or more, in units of 1/η.
    steepest : number
        What |r| is clipped to, above 0; inf for not at all.

    Returns
    -------
    Epochs

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares.line([0, 1, 2], [3, 5, 7])
    >>> run = descend(problem, rate("constant", 0.1), orders(3, 200, random_state=0))
    >>> run.theta[-1].round(3).tolist()
    [2.0, 3.0]
    """
    _check.instance("problem", problem, LeastSquares)
    orders = _check.whole_numbers("orders", orders)
    _check.shape("orders", orders, (None, None))
    _check.demand("orders", orders, orders < len(problem.y), "below the number of examples")
    penalty = _check.numbers("penalty", penalty, "0 or more and finite")
    if penalty.ndim:
        _check.shape("penalty", penalty, problem.minimizer.shape)
    steepest = _check.number("steepest", steepest, "positive")
    plateau = learning_rate if isinstance(learning_rate, schedules.Plateau) else None
    shape = plateau.shape if plateau else _rates(learning_rate, 0).shape
    state = plateau and plateau.init(shape)
    path, began, objective = [np.zeros((*shape, problem.X.shape[1]))], [], []
    for epoch, order in enumerate(orders):
        if plateau:
            rates = np.broadcast_to(state.rate[..., None], (*shape, len(order)))
        else:
            rates = _rates(learning_rate, epoch * len(order) + np.arange(len(order)), shape)
        theta, met = _epoch(problem, path[-1], rates, order, penalty, steepest)
        state = plateau and _fed(plateau, state, met)
        path.append(theta)
        began.append(rates[..., 0])
        objective.append(met.mean(axis=-1))
    return Epochs(np.stack(path, axis=-2), np.stack(began, axis=-1), np.stack(objective, axis=-1))


def stops_after(run, *, tol=1e-3, n_iter_no_change=5, adaptive=False):
    """Return after how many epochs SGDRegressor ends a run (without penalty) by itself.

    It ends when `n_iter_no_change` epochs in a row have not lowered the objective by `tol`; with
    the adaptive rate only when that cannot be lowered any more.

    Parameters
    ----------
    run : Epochs
        Of one run.
    tol : float
        0 or more, in units of y².
    n_iter_no_change : int
        1 or more.
    adaptive : bool
        Whether the rate is the adaptive one.

    Returns
    -------
    int or None
        None where the run is too short to tell.

    Examples
    --------
    >>> run = Epochs(np.zeros((9, 1)), np.ones(8), np.array([3.0, 1, 1, 1, 1, 1, 1, 1]))
    >>> stops_after(run)
    7
    """
    _check.instance("run", run, Epochs)
    tol = _check.number("tol", tol, "0 or more and finite")
    patience = _check.whole_number("n_iter_no_change", n_iter_no_change, least=1)
    adaptive = _check.flag("adaptive", adaptive)
    best, waited = np.inf, 0
    for epoch, (now, eta) in enumerate(zip(run.objective, run.learning_rate, strict=True), 1):
        waited = waited + 1 if now > best - tol else 0
        best = min(best, now)
        if waited >= patience:
            if not adaptive or eta <= _LOWEST:
                return epoch
            waited = 0
    return None


def _rates(learning_rate, t, shape=None):
    """Return the rates (...) of a step, or (*shape, T) of T steps."""
    if not callable(learning_rate):
        learning_rate = schedules.constant(
            _check.numbers("learning_rate", learning_rate, "positive and finite")
        )
    rates = _check.numbers("learning_rate(t)", learning_rate(t), "0 or more and finite")
    if shape is not None:
        _check.shape("learning_rate(t)", rates, (*shape, len(t)))
    return rates


def _epoch(problem, theta, rates, order, penalty, steepest):
    """One step for each example: θ at the end, and the losses met (..., n)."""
    residuals, low = np.empty(rates.shape), -steepest
    rows, targets, kept = problem.X[order], problem.y[order], None
    with np.errstate(over="ignore", invalid="ignore"):
        if np.any(penalty):
            kept = np.maximum(0, 1 - rates[..., None] * penalty)
        for t, row in enumerate(rows):
            residuals[..., t] = residual = theta @ row - targets[t]
            change = rates[..., t] * np.minimum(np.maximum(residual, low), steepest)
            theta = theta if kept is None else kept[..., t, :] * theta
            theta = theta - change[..., None] * row
        return theta, residuals**2 / 2


def _fed(plateau, state, met):
    """The state after an epoch; nothing is lowered from the lowest rate on."""
    loss = plateau.loss(met)
    after = plateau.update(state, loss)
    held = np.where(state.rate > _LOWEST, after.rate, state.rate)
    return after._replace(rate=held, best=np.minimum(state.best, loss))


def _mean(losses):
    return losses.mean(axis=-1)
