"""Losses beyond the bowl, with their gradients and Hessians: here the curvature depends on θ.

`Logistic` is convex and gets flatter where the model is sure; `TwoMinima` has a sharp minimum and
a flat one. Near a minimum each is a bowl, with an edge of its own at 2/λ_max.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lrlab import _check

# TwoMinima: where the two bowls stand, how they are turned, how fast the walls of the pothole get
# steeper, and how much its rim is rounded.
_CENTRES = np.array([[-1.2, 0.4], [1.3, -0.3]])
_ANGLES = np.array([0.5, -0.3])
_STIFFENING = np.array([0.25, 0.0])
_ROUNDING = 0.1

# The square of a bowl at the other's centre is a float up to here, and down to its inverse.
_STEEPEST = 1e100


@dataclass(frozen=True, eq=False, repr=False)
class Logistic:
    """The loss of logistic regression: mean cross-entropy, plus a penalty on large θ.

    J(θ) = 1/n Σ log(1 + exp(−s_i x_iᵀθ)) + μ/2 ‖θ‖², where s_i is 1 if y_i = 1 and −1 if y_i = 0.
    With p = σ(Xθ) the gradient is Xᵀ(p − y)/n + μθ and the Hessian Xᵀ diag(p(1 − p)) X/n + μI.

    Parameters
    ----------
    X : array (n, d)
        One row for each example; a column of ones for an intercept.
    y : array (n,)
        The class of each, 0 or 1.
    penalty : number
        μ > 0, in units of 1/θ². Without one, data that can be separated have no minimum.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, or shapes do not match.

    Examples
    --------
    >>> surface = Logistic([[1.0, 1.0], [2.0, 1.0], [4.0, 1.0]], [0, 1, 1], penalty=0.1)
    >>> surface.hessian([0, 0]).round(2).tolist()
    [[1.85, 0.58], [0.58, 0.35]]
    >>> surface.minimizer.round(2).tolist()
    [0.84, -0.69]
    """

    X: np.ndarray
    y: np.ndarray
    penalty: float = 0.01

    def __post_init__(self):
        X, y = _check.numbers("X", self.X), _check.numbers("y", self.y)
        _check.shape("X", X, (None, None))
        _check.shape("y", y, X.shape[:1], "a class for each row of X")
        _check.demand("y", y, (y == 0) | (y == 1), "0 or 1")
        penalty = _check.number("penalty", self.penalty, "positive and finite")
        for name, value in {"X": X, "y": y, "penalty": penalty}.items():
            object.__setattr__(self, name, value)

    def __repr__(self):
        """Return the sizes, not the numbers."""
        n, d = self.X.shape
        return f"Logistic({n=}, {d=}, penalty={self.penalty:g})"

    def probabilities(self, theta):
        """The probability p of class 1: θ (..., d) -> (..., n)."""
        return 0.5 * (1 + np.tanh(0.5 * self._scores(theta)))  # σ, and nothing overflows

    @np.errstate(over="ignore", invalid="ignore")
    def loss(self, theta):
        """J, in nats: θ (..., d) -> (...)."""
        theta = _check.place("theta", theta, self.X.shape[1])
        scores = self._scores(theta)
        entropy = np.logaddexp(0, scores) - self.y * scores
        return entropy.mean(axis=-1) + self.penalty / 2 * np.sum(np.square(theta), axis=-1)

    @np.errstate(over="ignore", invalid="ignore")
    def gradient(self, theta):
        """∇J: θ (..., d) -> (..., d)."""
        theta = _check.place("theta", theta, self.X.shape[1])
        error = self.probabilities(theta) - self.y
        return error @ self.X / len(self.y) + self.penalty * theta

    @np.errstate(over="ignore", invalid="ignore")
    def hessian(self, theta):
        """The matrix of second derivatives: θ (..., d) -> (..., d, d)."""
        p = self.probabilities(theta)[..., None]
        curved = self.X.T @ (p * (1 - p) * self.X) / len(self.y)
        return curved + self.penalty * np.eye(self.X.shape[1])

    @cached_property
    def minimizer(self):
        """θ* (d,), by Newton's steps, halved where they would climb."""
        theta = np.zeros(self.X.shape[1])
        for _ in range(100):
            gradient = self.gradient(theta)
            if np.linalg.norm(gradient) < 1e-13:
                break
            step = np.linalg.solve(self.hessian(theta), gradient)
            for _ in range(30):
                if self.loss(theta - step) <= self.loss(theta):
                    break
                step = step / 2
            theta = theta - step
        return theta

    def excess(self, theta):
        """J − J*, 0 or more: θ (..., d) -> (...)."""
        return np.maximum(self.loss(theta) - self.loss(self.minimizer), 0)

    @cached_property
    def bound(self):
        """λ_max(XᵀX/n)/4 + μ: no λ_max of J is above it, and that of θ = 0 is there."""
        return float(np.linalg.norm(self.X, 2) ** 2 / len(self.y) / 4 + self.penalty)

    def _scores(self, theta):
        theta = _check.numbers("theta", theta)
        _check.shape("theta", theta, (..., self.X.shape[1]))
        with np.errstate(over="ignore", invalid="ignore"):
            return theta @ self.X.T


@dataclass(frozen=True, eq=False)
class TwoMinima:
    """A wide bowl with a pothole in its flank: a flat minimum and a sharp one, in two parameters.

    J(θ) = −τ log(exp(−q_sharp/τ) + exp(−q_flat/τ)): at each θ about the lower of two bowls, with a
    rounded rim between them (τ = 0.1). Each is z = ½ (θ − m)ᵀ H (θ − m); the pothole is
    q_sharp = height + z + z²/4, so that its walls get steeper towards the rim. A run over its edge
    is then thrown out; walls that got flatter would let it bounce between them.

    Parameters
    ----------
    sharp, flat : pair of number
        The curvatures of the two bowls, above 0.
    height : number
        Of the sharp minimum above the flat one, which is at 0; negative if it is the deeper one.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above, or there are no two minima.

    Examples
    --------
    >>> surface = TwoMinima()
    >>> surface.minima.round(2).tolist()
    [[-1.2, 0.4], [1.3, -0.3]]
    >>> surface.critical_rates.round(3).tolist()
    [0.1, 1.0]
    """

    sharp: tuple = (8.0, 20.0)
    flat: tuple = (1.0, 2.0)
    height: float = 1.5

    def __post_init__(self):
        for name in ("sharp", "flat"):
            values = _check.numbers(name, getattr(self, name), "positive and finite")
            _check.shape(name, values, (2,))
            fits = (values > 1 / _STEEPEST) & (values < _STEEPEST)
            _check.demand(name, values, fits, f"between {1 / _STEEPEST} and {_STEEPEST}")
            object.__setattr__(self, name, tuple(values.tolist()))
        object.__setattr__(self, "height", _check.number("height", self.height))
        try:
            own = _shares(self._bowls(self.minima)[0]).diagonal()
        except np.linalg.LinAlgError:  # the search for a minimum came to where J is flat
            own = np.zeros(2)
        if not (np.isfinite(own).all() and (own > 0.9).all() and (self.curvatures > 0).all()):
            raise ValueError(f"height must be lower, or sharp larger, for two minima, got {self}")
        if self.curvatures[0, -1] <= self.curvatures[1, -1]:
            raise ValueError(f"sharp must be larger than flat, got {self}")

    @np.errstate(over="ignore", invalid="ignore")
    def loss(self, theta):
        """J: θ (..., 2) -> (...)."""
        bowls, _ = self._bowls(theta)
        return -_ROUNDING * np.logaddexp(*np.moveaxis(-bowls / _ROUNDING, -1, 0))

    @np.errstate(over="ignore", invalid="ignore")
    def gradient(self, theta):
        """∇J, the gradients of the bowls, each with its share: θ (..., 2) -> (..., 2)."""
        bowls, slopes = self._bowls(theta)
        return (_shares(bowls)[..., None] * slopes).sum(axis=-2)

    @np.errstate(over="ignore", invalid="ignore")
    def hessian(self, theta):
        """The matrix of second derivatives: θ (..., 2) -> (..., 2, 2)."""
        z, lean = self._quadratics(theta)
        stiff = 1 + 2 * _STIFFENING * z
        curved = stiff[..., None, None] * self._matrices + _outer(lean, 2 * _STIFFENING)
        bowls, slopes = self._bowls(theta)
        shares = _shares(bowls)
        apart = slopes - self.gradient(theta)[..., None, :]
        mixed = (shares[..., None, None] * curved).sum(axis=-3)
        return mixed - _outer(apart, shares / _ROUNDING).sum(axis=-3)

    @cached_property
    def minima(self):
        """Where the minima are, (2, 2): the sharp one, the flat one."""
        theta = _CENTRES
        for _ in range(20):
            slope = self.gradient(theta)[..., None]
            theta = theta - np.linalg.solve(self.hessian(theta), slope)[..., 0]
        return theta

    @cached_property
    def curvatures(self):
        """The curvatures at each of the minima, (2, 2), each row ascending."""
        return np.linalg.eigvalsh(self.hessian(self.minima))

    @property
    def critical_rates(self):
        """2/λ_max of each minimum, (2,)."""
        return 2 / self.curvatures[:, -1]

    def excess(self, theta):
        """J above the lower one of the minima: θ (..., 2) -> (...)."""
        return np.maximum(self.loss(theta) - self.loss(self.minima).min(), 0)

    def reached(self, theta, within=0.05):
        """Which minimum is near: θ (..., 2) -> int (...), 0 the sharp one, 1 the flat one, -1 none.

        Near means within a distance of it.
        """
        theta = _check.numbers("theta", theta)
        _check.shape("theta", theta, (..., 2))
        within = _check.number("within", within, "positive and finite")
        with np.errstate(over="ignore"):
            away = np.linalg.norm(theta[..., None, :] - self.minima, axis=-1)
        return np.where(away.min(axis=-1) < within, away.argmin(axis=-1), -1)

    @cached_property
    def _matrices(self):
        ways = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in _ANGLES]
        pairs = zip(ways, (self.sharp, self.flat), strict=True)
        return np.array([way @ np.diag(each) @ way.T for way, each in pairs])

    @np.errstate(over="ignore", invalid="ignore")
    def _quadratics(self, theta):
        """½ (θ − m)ᵀ H (θ − m) (..., 2) of both bowls, and their gradients (..., 2, 2)."""
        theta = _check.numbers("theta", theta)
        _check.shape("theta", theta, (..., 2))
        away = theta[..., None, :] - _CENTRES
        lean = np.einsum("kij,...kj->...ki", self._matrices, away)
        return 0.5 * np.sum(away * lean, axis=-1), lean

    @np.errstate(over="ignore", invalid="ignore")
    def _bowls(self, theta):
        z, lean = self._quadratics(theta)
        bowls = [self.height, 0.0] + z + _STIFFENING * z**2
        return bowls, (1 + 2 * _STIFFENING * z)[..., None] * lean


@np.errstate(over="ignore", invalid="ignore")
def _shares(bowls):
    """How much of the surface each of the bowls (..., 2) makes: all of it where it is the lower."""
    return 0.5 * (1 - np.tanh((bowls - bowls[..., ::-1]) / (2 * _ROUNDING)))


def _outer(vectors, weights):
    """Weights (..., k) times v vᵀ of each v (..., k, 2): an array (..., k, 2, 2)."""
    return weights[..., None, None] * vectors[..., :, None] * vectors[..., None, :]
