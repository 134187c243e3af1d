"""Linear regression by least squares, with everything about its learning rate in closed form."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lrlab import _check

REGIMES = ("monotone", "oscillating", "diverging")

# A rate that someone else computed as 2/λ_max may differ from ours in its last digits.
_ROUNDING = 1e-12

# Between these, squares and their sums over all examples are floats.
_SMALL, _LARGE = 1e-140, 1e140


@dataclass(frozen=True, eq=False, repr=False)
class LeastSquares:
    """The loss J(θ) = 1/(2n) ‖Xθ − y‖² of a linear model, its slopes and its curvatures.

    J is half the mean squared error. It is a paraboloid, J(θ) = J* + ½(θ − θ*)ᵀH(θ − θ*), and is
    computed as one: after construction nothing costs more than O(d²), however large n is, and the
    excess J − J* stays exact down to the smallest float, where 1/(2n) ‖Xθ − y‖² would cancel.
    Problems with equal X and y are equal.

    Parameters
    ----------
    X : array (n, d)
        Design matrix: a row for each example, a column for each parameter, a column of ones for an
        intercept. Its columns may be dependent; then θ* is the minimizer of least norm.
    y : array (n,)
        Target of each example, in any unit. Units of J are its square.

    Attributes
    ----------
    hessian : array (d, d)
        H = XᵀX/n.
    curvatures : array (d,)
        Eigenvalues λ_min … λ_max of H, ascending; exactly 0 in directions where X says nothing.
    minimizer : array (d,)
        θ*, where the loss is least.
    minimum : float
        J* = J(θ*), the loss that no θ can beat.

    Raises
    ------
    TypeError
        X or y is not an array of real numbers.
    ValueError
        Shapes do not match, n or d is 0, an entry is NaN or inf, X is all zeros, or the numbers
        are so small or large that their squares are not floats.

    Notes
    -----
    Regimes of a constant rate: Goh, "Why Momentum Really Works", Distill 2017.

    Examples
    --------
    >>> problem = LeastSquares.line([0, 1, 2], [3, 5, 7])
    >>> problem.minimizer.round(6).tolist()
    [2.0, 3.0]
    >>> round(problem.critical_rate, 4), problem.regime(0.5)
    (0.8377, 'oscillating')
    """

    X: np.ndarray
    y: np.ndarray
    hessian: np.ndarray = field(init=False)
    curvatures: np.ndarray = field(init=False)
    minimizer: np.ndarray = field(init=False)
    minimum: float = field(init=False)
    _root: np.ndarray = field(init=False)  # (min(n, d), d), H = rootᵀ root

    def __post_init__(self):
        """Check the data and compute, once, all that depends on them."""
        X, y = _data(self.X, self.y)
        n, d = X.shape
        hessian = X.T @ X / n
        minimizer, _, rank, singular = np.linalg.lstsq(X, y)
        curvatures = np.zeros(d)
        curvatures[d - rank :] = singular[:rank][::-1] ** 2 / n
        facts = {
            "X": X,
            "y": y,
            "hessian": hessian,
            "curvatures": curvatures,
            "minimizer": minimizer,
            "_root": np.linalg.qr(X, mode="r") / np.sqrt(n),
        }
        for name, array in facts.items():
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        residuals = X @ minimizer - y
        object.__setattr__(self, "minimum", float(residuals @ residuals / (2 * n)))

    @classmethod
    def line(cls, x, y):
        """Return the problem of the line y ≈ slope·x + intercept.

        Parameters
        ----------
        x, y : array (n,)
            One number an example.

        Returns
        -------
        LeastSquares
            With X = [x, 1], so that θ = (slope, intercept).

        Raises
        ------
        TypeError, ValueError
            As for `LeastSquares`; x shaped (n, 1) is refused, as it would broadcast against y.

        Examples
        --------
        >>> LeastSquares.line([0, 1, 2], [3, 5, 7]).X.tolist()
        [[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]]
        """
        x = _check.numbers("x", x)
        _check.shape("x", x, (None,))
        y = _check.numbers("y", y)
        _check.shape("y", y, x.shape, "a number for each of x")
        _check.demand("x", x, np.abs(x) < _LARGE, f"below {_LARGE} in size")
        return cls(np.stack([x, np.ones_like(x)], axis=-1), y)

    def loss(self, theta):
        """Return J(θ) = J* + ½(θ − θ*)ᵀH(θ − θ*).

        Parameters
        ----------
        theta : array (..., d)

        Returns
        -------
        array (...)
            In units of y². inf where it is too large for a float, without a warning.

        Raises
        ------
        TypeError, ValueError
            `theta` holds no numbers, or its last axis is not d long.

        Examples
        --------
        >>> LeastSquares.line([0, 1, 2], [3, 5, 7]).loss([[2, 3], [2, 4]]).round(6).tolist()
        [0.0, 0.5]
        """
        return self.minimum + self.excess(theta)

    def excess(self, theta):
        """Return J(θ) − J*, never negative and exact however small.

        Parameters
        ----------
        theta : array (..., d)

        Returns
        -------
        array (...)
            In units of y².

        Raises
        ------
        TypeError, ValueError
            `theta` holds no numbers, or its last axis is not d long.

        Examples
        --------
        >>> problem = LeastSquares([[2.0]], [0.0])
        >>> problem.excess([[1.0], [1e-15]]).tolist()
        [2.0, 2e-30]
        """
        with np.errstate(over="ignore", invalid="ignore"):
            return 0.5 * np.sum((self._error(theta) @ self._root.T) ** 2, axis=-1)

    def gradient(self, theta):
        """Return ∇J(θ) = Xᵀ(Xθ − y)/n = H(θ − θ*).

        Parameters
        ----------
        theta : array (..., d)

        Returns
        -------
        array (..., d)
            In units of y² over those of θ.

        Raises
        ------
        TypeError, ValueError
            `theta` holds no numbers, or its last axis is not d long.

        Examples
        --------
        >>> LeastSquares.line([0, 1, 2], [3, 5, 7]).gradient([2, 4]).round(6).tolist()
        [1.0, 1.0]
        """
        with np.errstate(over="ignore", invalid="ignore"):
            return self._error(theta) @ self.hessian

    @property
    def critical_rate(self):
        """2/λ_max, in units of 1/λ: at this rate it bounces for ever, above it diverges."""
        return float(2 / self.curvatures[-1])

    @property
    def fastest_rate(self):
        """2/(λ_min + λ_max), the constant rate whose slowest direction is fastest.

        λ_min is the least curvature above 0: along directions without curvature nothing moves.
        """
        curved = self.curvatures[self.curvatures > 0]
        return float(2 / (curved[0] + curved[-1]))

    @property
    def condition_number(self):
        """κ = λ_max/λ_min, dimensionless; inf where a direction has no curvature."""
        with np.errstate(divide="ignore"):
            return float(self.curvatures[-1] / self.curvatures[0])

    @property
    def directions(self):
        """The eigen-directions of H as columns (d, d), in the order of the curvatures.

        Each has length 1 and its largest component is positive. Where curvatures are equal, any
        directions that span the same plane would do as well.
        """
        columns = np.linalg.svd(self._root)[2][::-1].T
        largest = np.abs(columns).argmax(axis=0)
        return columns * np.sign(columns[largest, np.arange(len(largest))])

    def split(self, theta, learning_rate=0.0, steps=0):
        """Split J(θ) − J* into the eigen-directions, now or some steps of descent later.

        Along an eigen-direction the excess loss is ½λe², with e the error there, and each step
        multiplies e by 1 − αλ. So after t steps it is ½λe²(1 − αλ)^2t, for any t at once.

        Parameters
        ----------
        theta : array (..., d)
            Where descent begins.
        learning_rate : number or array (...)
            α ≥ 0, constant.
        steps : number or array (...)
            t ≥ 0. The shapes (...) broadcast together.

        Returns
        -------
        array (..., d)
            In units of y², in the order of the curvatures; its sum over d is the excess loss.

        Raises
        ------
        TypeError, ValueError
            An argument is not what is said above.

        Examples
        --------
        >>> problem = LeastSquares([[2.0, 0.0], [0.0, 4.0]], [0.0, 0.0])
        >>> problem.split([1.0, 1.0]).round(6).tolist()
        [1.0, 4.0]
        >>> problem.split([1.0, 1.0], learning_rate=0.125, steps=[0, 1, 2]).round(6).tolist()
        [[1.0, 4.0], [0.5625, 0.0], [0.316406, 0.0]]
        """
        rate = _check.numbers("learning_rate", learning_rate, "0 or more and finite")
        steps = _check.numbers("steps", steps, "0 or more and finite")
        error = self._error(theta, learning_rate=rate.shape, steps=steps.shape)
        with np.errstate(over="ignore", invalid="ignore"):
            along = error @ self.directions
            kept = (1 - rate[..., None] * self.curvatures) ** 2
            grown = np.where(along == 0, 1.0, kept ** steps[..., None])  # as 0 · inf would be NaN
            return 0.5 * self.curvatures * along**2 * grown

    def after(self, theta, learning_rate, steps):
        """Return where descent stands some steps later, without taking them.

        Along an eigen-direction each step multiplies the error by 1 − αλ, so t steps multiply it
        by (1 − αλ)^t.

        Parameters
        ----------
        theta : array (..., d)
            Where descent begins.
        learning_rate : number or array (...)
            α ≥ 0, constant.
        steps : int or array of int (...)
            t ≥ 0. The shapes (...) broadcast together.

        Returns
        -------
        array (..., d)
            θ_t. Along each eigen-direction the error is at most 1e150 in size.

        Raises
        ------
        TypeError, ValueError
            An argument is not what is said above.

        Examples
        --------
        >>> problem = LeastSquares([[1.0], [2.0]], [1.0, 2.0])
        >>> problem.after([3.0], 0.2, [0, 1, 1000]).round(6).tolist()
        [[3.0], [2.0], [1.0]]
        """
        rate = _check.numbers("learning_rate", learning_rate, "0 or more and finite")
        steps = _check.whole_numbers("steps", steps)
        error = self._error(theta, learning_rate=rate.shape, steps=steps.shape)
        with np.errstate(over="ignore", invalid="ignore"):
            along = error @ self.directions
            kept = (1 - rate[..., None] * self.curvatures) ** steps[..., None].astype(float)
            grown = np.where(along == 0, 0.0, along * kept)  # as 0 · inf would be NaN
        return self.minimizer + np.clip(grown, -1e150, 1e150) @ self.directions.T

    def steps_to(self, share):
        """Return after how many steps a share of the excess loss is left, at the fastest rate.

        A step at the fastest rate leaves at most (κ − 1)/(κ + 1) of the error, so at most the
        square of this of the excess loss; directions without curvature hold none of it.

        Parameters
        ----------
        share : number
            Of the excess loss at the start, above 0 and below 1; dimensionless.

        Returns
        -------
        int
            Enough from any start, and needed from some.

        Raises
        ------
        TypeError, ValueError
            The share is not what is said above.

        Examples
        --------
        >>> problem = LeastSquares([[1.0, 0.0], [0.0, 3.0]], [0.0, 0.0])
        >>> round(problem.condition_number, 6), problem.steps_to(0.01)
        (9.0, 11)
        """
        share = _check.number("share", share, "positive and finite")
        if share >= 1:
            raise ValueError(f"share must be below 1, got {share}")
        curved = self.curvatures[self.curvatures > 0]
        with np.errstate(divide="ignore"):
            kept = np.log1p(-2 * curved[0] / (curved[0] + curved[-1]))
        return max(1, int(np.ceil(np.log(share) / (2 * kept))))

    def level_set(self, excess, points=64):
        """Return the ellipse on which J(θ) − J* has a given value, for two parameters.

        Parameters
        ----------
        excess : number or array (...)
            J − J* ≥ 0, in units of y².
        points : int
            How many corners the closed curve has, 3 or more.

        Returns
        -------
        array (..., points + 1, 2)
            θ along the curve; the last is the first again.

        Raises
        ------
        TypeError, ValueError
            An argument is not what is said above, d is not 2, or a curvature is 0: then the level
            sets are open.

        Examples
        --------
        >>> problem = LeastSquares.line([0, 1, 2], [3, 5, 7])
        >>> ring = problem.level_set(0.5, points=8)
        >>> ring.shape, problem.excess(ring).round(6).tolist()[:2]
        ((9, 2), [0.5, 0.5])
        """
        if len(self.curvatures) != 2 or self.curvatures[0] == 0:
            raise ValueError(f"level sets are closed for two curvatures > 0, got {self.curvatures}")
        excess = _check.numbers("excess", excess, "0 or more and finite")
        points = _check.whole_number("points", points, least=3)
        angle = np.linspace(0, 2 * np.pi, points + 1)
        circle = np.stack([np.cos(angle), np.sin(angle)])
        ring = np.linalg.solve(self._root, circle).T
        radius = 2 * np.sqrt(excess / 2)[..., None, None]  # as 2 · excess may be inf
        with np.errstate(over="ignore"):
            return self.minimizer + radius * ring

    def regime(self, learning_rate):
        """Say what gradient descent does at a constant rate.

        Along an eigen-direction a step multiplies the error by 1 − αλ. So α ≤ 1/λ_max is
        "monotone", 1/λ_max < α ≤ 2/λ_max "oscillating", at exactly 2/λ_max for ever, and above it
        is "diverging". Rates within 1e-12 of an edge, relatively, are taken to stand on it.

        Parameters
        ----------
        learning_rate : number or array (...)
            α, positive.

        Returns
        -------
        str or array of str (...)

        Raises
        ------
        TypeError, ValueError
            A rate is not a positive, finite number.

        Examples
        --------
        >>> problem = LeastSquares([[1.0]], [2.0])
        >>> problem.regime([0.5, 1.0, 1.5, 2.0, 2.5]).tolist()
        ['monotone', 'monotone', 'oscillating', 'oscillating', 'diverging']
        """
        rate = _check.numbers("learning_rate", learning_rate, "positive and finite")
        edges = np.array([0.5, 1.0]) * self.critical_rate * (1 + _ROUNDING)
        names = np.array(REGIMES)[np.searchsorted(edges, rate)]
        return str(names) if rate.ndim == 0 else names

    def regime_bounds(self, regime):
        """Return the rates (low, high) between which a constant rate has this regime.

        Parameters
        ----------
        regime : {"monotone", "oscillating", "diverging"}

        Returns
        -------
        tuple of float
            The regime holds for low < α ≤ high.

        Raises
        ------
        ValueError
            There is no such regime.

        Examples
        --------
        >>> LeastSquares([[1.0]], [2.0]).regime_bounds("oscillating")
        (1.0, 2.0)
        """
        _check.one_of("regime", regime, REGIMES)
        edges = (0.0, self.critical_rate / 2, self.critical_rate, np.inf)
        at = REGIMES.index(regime)
        return edges[at], edges[at + 1]

    def __eq__(self, other):
        if not isinstance(other, LeastSquares):
            return NotImplemented
        return np.array_equal(self.X, other.X) and np.array_equal(self.y, other.y)

    def __hash__(self):
        return hash((self.X.shape, *self.y[:8].tolist()))  # A few tell most problems apart.

    def __setstate__(self, state):
        """Make the arrays read-only, which a pickle and a deep copy forget."""
        for value in state.values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
        vars(self).update(state)

    @cached_property
    def _fourth(self):
        """E[(x ⊗ x)(x ⊗ x)ᵀ] over all examples, (d², d²)."""
        n, d = self.X.shape
        pairs = (self.X[:, :, None] * self.X[:, None, :]).reshape(n, d * d)
        return pairs.T @ pairs / n

    @cached_property
    def _mixed(self):
        """E[x xᵀ ⊗ g] over all examples (d, d, d), where g is the gradient of one of them at θ*."""
        n, d = self.X.shape
        pairs = (self.X[:, :, None] * self.X[:, None, :]).reshape(n, d * d)
        return (pairs.T @ self._slopes).reshape(d, d, d) / n

    @cached_property
    def _noise(self):
        """E[g gᵀ] over all examples (d, d), where g is the gradient of one of them at θ*."""
        return self._slopes.T @ self._slopes / len(self.y)

    @property
    def _slopes(self):
        """The gradient of each example at θ* (n, d)."""
        errors = self.X @ self.minimizer - self.y
        # Points on the line up to rounding make no noise.
        errors[np.abs(errors) <= _ROUNDING * np.abs(self.y).max()] = 0
        return self.X * errors[:, None]

    def __repr__(self):
        """Return the sizes, not the numbers."""
        n, d = self.X.shape
        return f"LeastSquares(n={n}, d={d}, critical_rate={self.critical_rate:.4g})"

    def _error(self, theta, **shapes):
        theta = _check.place("theta", theta, self.minimizer.size)
        if shapes:
            _check.broadcast(theta=theta.shape[:-1], **shapes)
        return theta - self.minimizer


def _data(X, y):
    X = _check.numbers("X", X)
    _check.shape("X", X, (None, None))
    y = _check.numbers("y", y)
    _check.shape("y", y, X.shape[:1], "a number for each row of X")
    largest = np.abs(X).max()
    if not _SMALL < largest < _LARGE:
        raise ValueError(f"X must reach beyond {_SMALL} but not {_LARGE} in size, got {largest}")
    if not np.abs(y).max() < _LARGE:
        raise ValueError(f"y must stay below {_LARGE} in size, got {np.abs(y).max()}")
    return X, y
