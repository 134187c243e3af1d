"""Losses whose sharpness changes along a run: two weights in a row, and a small network.

`TwoWeights` is small enough for everything to be said in closed form. The network, and the
logistic regression on which warm-up is tried, are measured.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from lrlab import _check, datasets, finders
from lrlab.descent import gradient_descent

_IMAGES, _HIDDEN = 300, 16
_PENALTY = 0.01


@dataclass(frozen=True, eq=False, repr=False)
class TwoWeights:
    """The loss of y ≈ u·v·x, a line without intercept whose slope is a product.

    J(u, v) = 1/(2n) Σ (u v x_i − y_i)² = J* + m/2 (uv − w*)², where m is the mean of x² and w* the
    slope of the best line. Its minima are the hyperbola uv = w*; there the Hessian is
    m (v, u)(v, u)ᵀ, so the sharpness is m (u² + v²), and least, 2 m |w*|, where |u| = |v|.

    Parameters
    ----------
    x, y : array (n,)
        The data; the best slope must not be 0.

    Attributes
    ----------
    mean_square : float
        m, in the unit of x squared.
    slope : float
        w*, in units of y/x.
    flattest : float
        The least sharpness of all minima, 2 m |w*| = 2 |mean of x y|.
    highest_rate : float
        2/flattest = 1/|mean of x y|; no minimum holds a run above it.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

    Examples
    --------
    >>> surface = TwoWeights([1, 2, 3], [2, 4, 6])
    >>> surface.slope, surface.sharpness([[1, 2], [4, 0.5]]).round(2).tolist()
    (2.0, [23.33, 75.83])
    """

    x: np.ndarray
    y: np.ndarray

    def __post_init__(self):
        x, y = _check.numbers("x", self.x), _check.numbers("y", self.y)
        _check.shape("x", x, (None,))
        _check.shape("y", y, x.shape, "a y for each x")
        for name, values in (("x", x), ("y", y)):
            most = np.abs(values).max()
            if not 1e-50 < most < 1e50:
                raise ValueError(f"{name} must have its largest from 1e-50 to 1e50, got {most:g}")
        square = float(np.mean(x * x))
        slope = float(np.mean(x * y)) / square
        if not abs(slope) > 1e-12 * np.sqrt(np.mean(y * y) / square):
            raise ValueError(f"y must rise or fall with x, got a best slope of {slope:g}")
        for name, value in {"x": x, "y": y, "mean_square": square, "slope": slope}.items():
            object.__setattr__(self, name, value)

    def __repr__(self):
        """Return the sizes, not the numbers."""
        return f"TwoWeights(n={len(self.x)})"

    @property
    def flattest(self):
        """The least sharpness of all minima."""
        return 2 * self.mean_square * abs(self.slope)

    @property
    def highest_rate(self):
        """2/flattest."""
        return 2 / self.flattest

    @np.errstate(over="ignore", invalid="ignore")
    def loss(self, theta):
        """J: θ = (u, v) (..., 2) -> (...)."""
        least = np.mean((self.slope * self.x - self.y) ** 2) / 2
        return self.excess(theta) + least

    @np.errstate(over="ignore", invalid="ignore")
    def excess(self, theta):
        """J − J*, exactly: θ (..., 2) -> (...)."""
        return 0.5 * self.mean_square * self._short(theta) ** 2

    @np.errstate(over="ignore", invalid="ignore")
    def gradient(self, theta):
        """∇J = m (uv − w*) (v, u): θ (..., 2) -> (..., 2)."""
        theta = _check.place("theta", theta, 2)
        return self.mean_square * self._short(theta)[..., None] * theta[..., ::-1]

    @np.errstate(over="ignore", invalid="ignore")
    def sharpness(self, theta):
        """λ_max of the Hessian: θ (..., 2) -> (...).

        With r = uv − w* the Hessian is m [[v², uv + r], [uv + r, u²]].
        """
        theta = _check.place("theta", theta, 2)
        short, (u, v) = self._short(theta), np.moveaxis(theta, -1, 0)
        between = np.hypot(u * u - v * v, 2 * (u * v + short))
        return 0.5 * self.mean_square * (u * u + v * v + between)

    def _short(self, theta):
        """How much uv is above w*."""
        theta = _check.place("theta", theta, 2)
        return theta[..., 0] * theta[..., 1] - self.slope


def network_run(learning_rate, steps, every):
    """Loss and sharpness along a run of the network, at step 0, `every`, 2 `every` and so on.

    Parameters
    ----------
    learning_rate : number
    steps, every : int

    Returns
    -------
    losses, sharpness : arrays (steps // every + 1,)
        Where the loss is above a million the sharpness is NaN: the run has exploded.

    Examples
    --------
    >>> losses, sharpness = network_run(0.2, 20, 10)
    >>> losses.round(2).tolist(), sharpness[0].round(1)
    ([0.53, 0.42, 0.39], np.float64(2.2))
    """
    learning_rate = _check.number("learning_rate", learning_rate, "positive and finite")
    steps = _check.whole_number("steps", steps, least=1)
    every = _check.whole_number("every", every, least=1)
    path = gradient_descent(network_gradient, network_start(), learning_rate, steps).theta[::every]
    losses = np.array([network_loss(theta) for theta in path])
    near = zip(path, losses < 1e6, strict=True)
    return losses, np.array([network_sharpness(each) if is_near else np.nan
                             for each, is_near in near])  # fmt: skip


def network_start(seed=0):
    """Where the network begins, θ (1200,): normal numbers with standard deviation 0.05.

    Examples
    --------
    >>> network_start().shape
    (1200,)
    """
    seed = _check.whole_number("seed", seed)
    return np.random.default_rng(seed).normal(0, 0.05, 65 * _HIDDEN + _HIDDEN * 10)


@np.errstate(over="ignore", invalid="ignore")
def network_loss(theta):
    """The loss of tanh(X W) V on 300 images of ten digits: θ (1200,) -> float.

    X (300, 65) are the pixels and a 1, θ holds W (65, 16) and V (16, 10). The answer for an image
    should be 1 at its digit and 0 elsewhere; J = 1/(2n) of the sum of squares.

    Examples
    --------
    >>> round(network_loss(network_start()), 3)
    0.526
    """
    _, _, error = _forward(theta)
    return float(np.sum(error**2) / (2 * _IMAGES))


@np.errstate(over="ignore", invalid="ignore")
def network_gradient(theta):
    """∇J of the network, by the chain rule: θ (1200,) -> (1200,).

    Examples
    --------
    >>> network_gradient(network_start()).shape
    (1200,)
    """
    hidden, V, error = _forward(theta)
    back = error @ V.T * (1 - hidden**2)
    return np.concatenate([_digits()[0].T @ back, hidden.T @ error], axis=None) / _IMAGES


def network_sharpness(theta):
    """λ_max of the network's Hessian, by 40 steps of power iteration: θ (1200,) -> float.

    Examples
    --------
    >>> round(network_sharpness(network_start()), 1)
    2.2
    """
    theta = _check.numbers("theta", theta)
    _check.shape("theta", theta, (65 * _HIDDEN + _HIDDEN * 10,))
    _check.demand("theta", theta, np.abs(theta) <= 1e3, "at most 1000 in size")
    found = finders.power_iteration(network_gradient, theta, iterations=40, length=1e-3)
    return float(1 / found.rate)


@cache
def _digits():
    images, digit = datasets.digits()
    inputs = np.column_stack([images[:_IMAGES], np.ones(_IMAGES)])
    return inputs, np.eye(10)[digit[:_IMAGES]]


def _forward(theta):
    theta = _check.place("theta", theta, 65 * _HIDDEN + _HIDDEN * 10)
    _check.shape("theta", theta, (65 * _HIDDEN + _HIDDEN * 10,))
    inputs, targets = _digits()
    W, V = np.split(theta, [65 * _HIDDEN])
    hidden, V = np.tanh(inputs @ W.reshape(65, _HIDDEN)), V.reshape(_HIDDEN, 10)
    return hidden, V, hidden @ V - targets


@np.errstate(over="ignore", invalid="ignore")
def digits_loss(theta):
    """The loss of logistic regression on the digits 3 and 8 of notebook 16: θ (65,) -> float.

    The mean cross-entropy of 250 images, plus 0.01/2 ‖θ‖².

    Examples
    --------
    >>> round(digits_loss(np.zeros(65)), 4)
    0.6931
    """
    pixels, eight, theta = *_threes_and_eights(), _digits_place(theta)
    scores = pixels @ theta
    entropy = np.logaddexp(0, scores) - eight * scores
    return float(entropy.mean() + _PENALTY / 2 * theta @ theta)


@np.errstate(over="ignore", invalid="ignore")
def digits_gradient(theta):
    """∇J = Xᵀ(p − y)/n + 0.01 θ of the same loss: θ (65,) -> (65,).

    Examples
    --------
    >>> digits_gradient(np.zeros(65)).shape
    (65,)
    """
    pixels, eight, theta = *_threes_and_eights(), _digits_place(theta)
    error = 0.5 * (1 + np.tanh(0.5 * (pixels @ theta))) - eight
    return pixels.T @ error / len(eight) + _PENALTY * theta


def _digits_place(theta):
    theta = _check.place("theta", theta, 65)
    _check.shape("theta", theta, (65,))
    return theta


@cache
def _threes_and_eights():
    images, digit = datasets.digits(3, 8)
    pixels = np.column_stack([images, np.ones(len(images))])
    return pixels[:250], (digit[:250] == 8) * 1.0
