"""Finding a learning rate from what a practitioner has: gradients and losses, but no curvatures.

A finder of a constant rate returns its answer, what it looked at, and what that has cost. The cost
is counted in places: asking for the loss, the gradient or both at one θ costs one gradient, as the
loss is a by-product of the gradient. `two_point`, `polyak` and `dog` find a rate anew at each step,
so each is a descent, and returns its history.
"""

from dataclasses import dataclass
from math import hypot

import numpy as np

from lrlab import _check
from lrlab.descent import _STEEPER, LARGEST, Trajectory, gradient_descent

# How a range test is read: of the rates (k,) and the losses (k + 1,) before and after each step.
RULES = {
    "steepest": lambda rates, losses: rates[np.argmin(np.diff(losses))],
    "least": lambda rates, losses: rates[max(np.argmin(losses) - 1, 0)] / 10,
    "explosion": lambda rates, losses: rates[-1] / 10,
}


@dataclass(frozen=True, eq=False, repr=False)
class Found:
    """What a finder answers, and the curve it looked at.

    Attributes
    ----------
    rate : float
        The answer: α, in units of θ over those of ∇J.
    gradients : int
        How many gradients it spent: different θ at which it asked for the loss or the gradient.
    rates : array (k,)
        The rates it looked at, in the order in which it did.
    losses : array (k,)
        The loss it saw at each, in units of J; inf where it is no number any more. Empty for a
        finder that needs no loss.
    theta : array (d,)
        The best θ that it saw: one can go on from here.
    """

    rate: float
    gradients: int
    rates: np.ndarray
    losses: np.ndarray
    theta: np.ndarray

    def __repr__(self):
        """Return the answer and its cost, not the curve."""
        return f"Found(rate={self.rate:.4g}, gradients={self.gradients}, looked={len(self.rates)})"


def grid_search(gradient, loss, theta0, low, high, *, trials=10, steps=5):
    """Try rates that are evenly spaced in their logarithms, and take the one with the least loss.

    Parameters
    ----------
    gradient, loss : callable (..., d) -> (..., d), callable (..., d) -> (...)
        ∇J and J, for one θ or a batch of them.
    theta0 : number or array (d,)
        θ_0, where each trial begins.
    low, high : number
        The least and the largest rate, 0 < low ≤ high.
    trials, steps : int
        How many rates, and for how many steps each; 1 or more.

    Returns
    -------
    Found
        It spends 1 + trials · steps gradients. Losses are those at the end of each trial.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, or loss or gradient are not finite at theta0.

    Examples
    --------
    >>> found = grid_search(lambda x: 2 * x, lambda x: x[..., 0] ** 2, [1.0], 0.001, 10, trials=5)
    >>> found.rates.round(3).tolist(), round(found.rate, 3), found.gradients
    ([0.001, 0.01, 0.1, 1.0, 10.0], 0.1, 26)
    """
    low, high = _range(low, high)
    trials = _check.whole_number("trials", trials, least=1)
    return _best_of(gradient, loss, theta0, np.geomspace(low, high, trials), steps)


def random_search(gradient, loss, theta0, low, high, *, trials=10, steps=5, rng):
    """Try rates whose logarithms are drawn evenly at random, and take the one with the least loss.

    Parameters
    ----------
    gradient, loss, theta0, low, high, trials, steps
        As for `grid_search`.
    rng : numpy.random.Generator
        Draws the rates.

    Returns
    -------
    Found
        As from `grid_search`, the rates in ascending order.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, or loss or gradient are not finite at theta0.

    Notes
    -----
    Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization", 2012.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> found = random_search(
    ...     lambda x: 2 * x, lambda x: x[..., 0] ** 2, [1.0], 0.001, 10, trials=5, rng=rng
    ... )
    >>> found.rates.round(3).tolist(), round(found.rate, 3)
    ([0.001, 0.001, 0.012, 0.353, 1.791], 0.353)
    """
    low, high = _range(low, high)
    trials = _check.whole_number("trials", trials, least=1)
    _check.generator("rng", rng)
    rates = np.exp(np.sort(rng.uniform(np.log(low), np.log(high), trials)))
    return _best_of(gradient, loss, theta0, rates, steps)


def range_test(gradient, loss, theta0, low, high, *, steps=100, rule="steepest", stop=4.0):
    """Make one run whose rate grows by the same factor at each step, and read α off its losses.

    α_t = low · (high/low)^(t/(steps − 1)), and the loss that belongs to α_t is that after its step.
    The run ends early when a loss is more than `stop` times the least one before it. Where it comes
    to rest for good, as the gradient is exactly 0, its losses tell nothing more, and are left out.
    From a minimum it makes one step.

    Parameters
    ----------
    gradient, loss : callable (d,) -> (d,), callable (d,) -> ()
        ∇J and J. The gradient may be one with noise.
    theta0 : number or array (d,)
        θ_0, where the run begins.
    low, high : number
        The first and the last rate, 0 < low < high.
    steps : int
        The length of the sweep, 2 or more.
    rule : {"steepest", "least", "explosion"}
        What the answer is: the rate whose step lowered the loss most, a tenth of the rate after
        whose step it was least, or a tenth of the last rate, which is that of the explosion if
        there is one.
    stop : number
        Above 1, dimensionless.

    Returns
    -------
    Found
        It spends one gradient more than there are rates in it.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, loss or gradient are not finite at theta0, or the
        very first step explodes.

    Notes
    -----
    Smith, "Cyclical Learning Rates for Training Neural Networks", 2017, where the rate grows by
    equal amounts; libraries mostly let it grow by equal factors.

    Examples
    --------
    >>> gradient, loss = lambda x: 2 * x, lambda x: x[..., 0] ** 2
    >>> found = range_test(gradient, loss, [1.0], 0.01, 100, steps=5, rule="explosion")
    >>> found.rates.tolist(), found.losses.round(3).tolist(), found.rate
    ([0.01, 0.1, 1.0, 10.0], [0.96, 0.615, 0.615, 221.891], 1.0)
    """
    low, high = _range(low, high)
    steps = _check.whole_number("steps", steps, least=2)
    _check.one_of("rule", rule, RULES)
    stop = _check.number("stop", stop, "positive and finite")
    if low == high or stop <= 1:
        raise ValueError(f"low must be below high and stop above 1, got {low=}, {high=}, {stop=}")
    rates = np.geomspace(low, high, steps)
    path, losses = _sweep(gradient, loss, _place(theta0), rates, stop)
    made = len(path) - 1
    answer = float(RULES[rule](rates[:made], losses))
    best = path[np.argmin(losses)]
    return Found(answer, made + 1, rates[:made], np.array(losses[1:]), best)


def backtracking(gradient, loss, theta0, rate, *, gradients=100, slope=1e-4, shrink=0.5, grow=1.0):
    """Descend, and lower the rate whenever a step does not lower the loss enough.

    A step is accepted if J(θ − α∇J) ≤ J(θ) − c α ‖∇J‖², which is Armijo's condition. If not, α is
    multiplied by `shrink`, and tried again. The step after an accepted one first tries `grow`
    times its rate.

    Parameters
    ----------
    gradient, loss : callable (d,) -> (d,), callable (d,) -> ()
        ∇J and J.
    theta0 : number or array (d,)
        θ_0.
    rate : number
        The first rate to try, > 0: rather too large than too small.
    gradients : int
        How many gradients are spent, 1 or more. A refused step costs one, and so does an accepted
        one.
    slope : number
        c, at least 0 and below 1, dimensionless. On a quadratic loss rates up to 2(1 − c)/λ are
        accepted, where λ is the curvature along the gradient.
    shrink, grow : number
        Above 0 and below 1; 1 or more; dimensionless.

    Returns
    -------
    Found
        Each accepted rate and the loss after its step. The answer is the last of them, or what
        would be tried next where there are none; `theta` is where the descent has arrived.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, or loss or gradient are not finite at theta0.

    Notes
    -----
    Armijo, "Minimization of Functions Having Lipschitz Continuous First Partial Derivatives", 1966;
    Nocedal and Wright, "Numerical Optimization", algorithm 3.1.

    Examples
    --------
    >>> found = backtracking(lambda x: 2 * x, lambda x: x[0] ** 2, 1.0, 3.0, gradients=6)
    >>> found.rates.tolist(), found.losses.tolist()
    ([0.75, 0.75, 0.75], [0.25, 0.0625, 0.015625])
    """
    rate = _check.number("rate", rate, "positive and finite")
    gradients = _check.whole_number("gradients", gradients, least=1)
    slope = _check.number("slope", slope, "at least 0 and below 1")
    shrink = _check.number("shrink", shrink, "positive and finite")
    grow = _check.number("grow", grow, "positive and finite")
    if not shrink < 1 <= grow:
        raise ValueError(f"shrink must be below 1 and grow 1 or more, got {shrink=}, {grow=}")
    theta, accepted = _place(theta0), []
    here, way = _start(gradient, loss, theta)
    with np.errstate(all="ignore"):
        for _ in range(gradients - 1):
            new = theta - rate * way
            there = _loss_at(loss, new)
            if there <= here - slope * rate * (way @ way):
                accepted.append((rate, there))
                theta, here, way, rate = new, there, _slope_at(gradient, new), rate * grow
            else:
                rate = rate * shrink
    rates, losses = np.array(accepted).reshape(-1, 2).T
    answer = rates[-1] if accepted else rate
    return Found(float(answer), gradients, rates, losses, theta)


def power_iteration(gradient, theta0, *, iterations=10, length=1.0, rng=None):
    """Measure the largest curvature with gradients alone, and answer 1/λ_max.

    On a quadratic loss H v = ∇J(θ + v) − ∇J(θ). Each such product turns v further towards the
    steepest direction, and ‖Hv‖/‖v‖ comes closer to λ_max from below.

    Parameters
    ----------
    gradient : callable (d,) -> (d,)
        ∇J.
    theta0 : number or array (d,)
        θ, where the curvature is measured.
    iterations : int
        How many products, 1 or more.
    length : number
        ‖v‖ > 0, in units of θ. On a quadratic loss any will do; on another one it must be small,
        as it is the step of a finite difference.
    rng : numpy.random.Generator, optional
        Draws the first v. Without one it is ∇J(θ), which is free, and on a quadratic loss is one
        product ahead.

    Returns
    -------
    Found
        It spends iterations + 1 gradients. `rates` are 1/λ as each product has it, so they fall to
        1/λ_max; there are no losses. α = 1/λ converges if λ is more than half of λ_max.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, the gradient is not finite, or it is the same at
        θ + v as at θ: there is no curvature in that direction.

    Notes
    -----
    LeCun, Simard and Pearlmutter, "Automatic Learning Rate Maximization by On-Line Estimation of
    the Hessian's Eigenvectors", 1993.

    Examples
    --------
    >>> found = power_iteration(lambda x: x * [1, 4], [1.0, 1.0], iterations=3)
    >>> (1 / found.rates).round(3).tolist(), found.gradients
    ([3.888, 3.993, 4.0], 4)
    """
    theta = _place(theta0)
    iterations = _check.whole_number("iterations", iterations, least=1)
    length = _check.number("length", length, "positive and finite")
    here = v = _slope_at(gradient, theta)
    _check.demand("gradient(theta0)", here, np.isfinite(here), "finite")
    if rng is not None:
        _check.generator("rng", rng)
        v = rng.standard_normal(theta.shape)
    curvatures = []
    for _ in range(iterations):
        size = hypot(*v)
        v = _slope_at(gradient, theta + length * (v / size if size else v)) - here
        curvatures.append(hypot(*v) / length)
        if not 0 < curvatures[-1] < np.inf:
            got = f"{_check.said(here)} throughout" if curvatures[-1] == 0 else f"{v + here}"
            near = f"near theta0 (within {length=})"
            raise ValueError(f"gradient must change with theta {near}, got {got}")
    with np.errstate(over="ignore"):
        rates = 1 / np.array(curvatures)
    return Found(float(rates[-1]), iterations + 1, rates, np.array([]), theta)


def two_point(gradient, theta0, rate, steps, *, short=False):
    """Descend with the rate that the last two points and their gradients tell.

    With s = θ_t − θ_{t−1} and z = ∇J(θ_t) − ∇J(θ_{t−1}) it is α_t = sᵀs / sᵀz, or the shorter
    sᵀz / zᵀz. On a quadratic loss z = Hs, so both are 1/λ for a λ between λ_min and λ_max. Where
    sᵀz is not above 0, the rate stays as it was.

    Parameters
    ----------
    gradient : callable (d,) -> (d,)
        ∇J.
    theta0 : number or array (d,)
        θ_0.
    rate : number
        α_0 > 0: before the first step there is one point alone.
    steps : int
        How many steps, 0 or more. It spends a gradient at each, and one where it ends.
    short : bool
        Whether to take the shorter of the two.

    Returns
    -------
    Trajectory
        Of one run. The loss may rise at many of its steps.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, or the gradient is not finite at theta0.

    Notes
    -----
    Barzilai and Borwein, "Two-Point Step Size Gradient Methods", 1988. That the
    longer one converges on every strictly convex quadratic loss is proved by Raydan, "On the
    Barzilai and Borwein Choice of Steplength for the Gradient Method", 1993.

    Examples
    --------
    >>> run = two_point(lambda x: x * [1, 4], [1.0, 1.0], 0.01, steps=8)
    >>> run.learning_rate.round(3).tolist()
    [0.01, 0.262, 0.262, 0.857, 0.999, 0.827, 0.25, 0.25]
    """
    rate = _check.number("rate", rate, "positive and finite")
    short = _check.flag("short", short)
    before = []

    def choose(theta, way):
        if not before:
            before[:] = theta, way, rate
            return rate
        moved, turned = theta - before[0], way - before[1]
        length, change = hypot(*moved), hypot(*turned)
        cosine = (moved / length) @ (turned / change) if length and change else 0.0
        told = length / change * (cosine if short else 1 / cosine) if cosine > 0 else before[2]
        before[:] = theta, way, told
        return told

    return _descend(gradient, theta0, steps, choose)


def polyak(gradient, loss, theta0, minimum, steps):
    """Descend with the rate that would end at the least loss if the loss were a straight line.

    α_t = (J(θ_t) − J*) / ‖∇J(θ_t)‖². On a quadratic loss that is ½/λ for a λ between λ_min and
    λ_max, and ‖θ − θ*‖² falls at each step by 3 (J − J*)² / ‖∇J‖².

    Parameters
    ----------
    gradient, loss : callable (d,) -> (d,), callable (d,) -> ()
        ∇J and J.
    theta0 : number or array (d,)
        θ_0.
    minimum : number
        J*, in units of J. If it is too small, steps are too long for ever; if it is too large, the
        run rests as soon as its loss is no larger.
    steps : int
        How many steps, 0 or more. It spends a gradient at each, and one where it ends.

    Returns
    -------
    Trajectory
        Of one run.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, or loss or gradient are not finite at theta0.

    Notes
    -----
    Polyak, "Introduction to Optimization", 1987.

    Examples
    --------
    >>> run = polyak(lambda x: 3 * x, lambda x: 7 + 1.5 * x[0] ** 2, 8.0, minimum=7, steps=3)
    >>> run.theta[:, 0].round(9).tolist()
    [8.0, 4.0, 2.0, 1.0]
    """
    minimum = _check.number("minimum", minimum, "finite")
    here = _loss_at(loss, _place(theta0))
    _check.demand("loss(theta0)", np.array(here), np.isfinite(here), "finite")

    def choose(theta, way):
        above, steepness = _loss_at(loss, theta) - minimum, hypot(*way)
        return above / steepness / steepness if above > 0 and steepness else 0.0

    return _descend(gradient, theta0, steps, choose)


def dog(gradient, theta0, steps, *, first=None):
    """Descend with distance over gradients: how far the run has come, over how steep it has been.

    α_t = max_{i ≤ t} ‖θ_i − θ_0‖ / √(Σ_{i ≤ t} ‖∇J(θ_i)‖²), where the distance is at least `first`.

    Parameters
    ----------
    gradient : callable (d,) -> (d,)
        ∇J, or a gradient with noise: each θ is asked for once.
    theta0 : number or array (d,)
        θ_0.
    steps : int
        How many steps, 0 or more. It spends a gradient at each, and one where it ends.
    first : number, optional
        The length of the first step, > 0, in units of θ: far too short rather than too long.
        Default: 10⁻⁶ (1 + ‖θ_0‖).

    Returns
    -------
    Trajectory
        Of one run. With noise, `diverged` compares two draws of the gradient.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, or the gradient is not finite at theta0.

    Notes
    -----
    Ivgi, Hinder and Carmon, "DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size
    Schedule", 2023. What they prove is said of an average of the θ.

    Examples
    --------
    >>> run = dog(lambda x: 3 * x, 8.0, steps=40, first=1.0)
    >>> run.theta[[0, 1, 2, 40], 0].round(3).tolist()
    [8.0, 7.0, 6.341, 0.0]
    """
    start = _place(theta0)
    if first is None:
        first = 1e-6 * (1 + hypot(*start))
    far, steep = _check.number("first", first, "positive and finite"), 0.0

    def choose(theta, way):
        nonlocal far, steep
        far, steep = max(far, hypot(*(theta - start))), hypot(steep, *way)
        return far / steep if steep else 0.0

    return _descend(gradient, start, steps, choose)


def _descend(gradient, theta0, steps, choose):
    """Run a descent whose rate `choose` says at each θ, from θ and ∇J(θ), while it is finite."""
    steps, theta = _check.whole_number("steps", steps), _place(theta0)
    _check.demand("theta0", theta, np.abs(theta) <= LARGEST, f"at most {LARGEST} in size")
    way = _slope_at(gradient, theta)
    _check.demand("gradient(theta0)", way, np.isfinite(way), "finite")
    began, alive = hypot(*way), True
    path, rates = np.tile(theta, (steps + 1, 1)), np.zeros(steps)
    with np.errstate(all="ignore"):
        for t in range(steps):
            rate = choose(theta, way)
            new = theta - rate * way
            if not (alive := bool((np.abs(new) <= LARGEST).all())):
                path[t:] = theta
                break
            path[t + 1], rates[t] = new, rate
            theta, way = new, _slope_at(gradient, new)
    return Trajectory(path, rates, np.array(not alive or hypot(*way) > _STEEPER * began))


def _best_of(gradient, loss, theta0, rates, steps):
    """Run each rate (k,) for some steps, and choose the one with the least loss at the end."""
    steps, start = _check.whole_number("steps", steps, least=1), _place(theta0)
    _start(gradient, loss, start)
    theta = gradient_descent(gradient, start, rates, steps).theta[:, -1]
    losses = _losses(loss, theta)
    best = int(np.argmin(losses))
    return Found(float(rates[best]), 1 + steps * len(rates), rates, losses, theta[best])


def _sweep(gradient, loss, theta, rates, stop):
    """Return each θ and each loss of a run with these rates, until it explodes or rests."""
    here, way = _start(gradient, loss, theta)
    path, losses, moved = [theta], [here], 1
    with np.errstate(all="ignore"):
        for t, rate in enumerate(rates, 1):
            moved = t if way.any() else moved
            path.append(path[-1] - rate * way)
            losses.append(_loss_at(loss, path[-1]))
            way = _slope_at(gradient, path[-1])
            exploded = losses[-1] > stop * min(losses[:-1])
            if exploded:
                break
    if exploded and len(losses) == 2:
        raise ValueError(
            f"low must be a rate whose step does not explode, got {rates[0]}: "
            f"the loss went from {here:.4g} to {losses[1]:.4g}"
        )
    return path[: moved + 1], losses[: moved + 1]


def _start(gradient, loss, theta0):
    """Return loss and gradient where a finder begins: without numbers there it finds nothing."""
    here, way = _loss_at(loss, theta0), _slope_at(gradient, theta0)
    _check.demand("loss(theta0)", np.array(here), np.isfinite(here), "finite")
    _check.demand("gradient(theta0)", way, np.isfinite(way), "finite")
    return here, way


def _losses(loss, theta):
    _check.function("loss", loss)
    with np.errstate(all="ignore"):
        losses = _check.returned("loss", loss(theta), theta.shape[:-1])
    return np.where(np.isnan(losses), np.inf, losses)


def _loss_at(loss, theta):
    return float(_losses(loss, theta))


def _slope_at(gradient, theta):
    _check.function("gradient", gradient)
    with np.errstate(all="ignore"):
        return _check.returned("gradient", gradient(theta), theta.shape)


def _place(theta0):
    theta = np.atleast_1d(_check.numbers("theta0", theta0))
    _check.shape("theta0", theta, (None,))
    return theta


def _range(low, high):
    low = _check.number("low", low, "positive and finite")
    high = _check.number("high", high, "positive and finite")
    if low > high:
        raise ValueError(f"low must be at most high, got {low=} and {high=}")
    return low, high
