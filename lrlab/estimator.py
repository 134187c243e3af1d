"""Gradient descent as a scikit-learn estimator, which says what its learning rate does.

This module and `lrlab.datasets` alone import scikit-learn; this one also imports SciPy, which comes
with it, for sparse data.
"""

import warnings

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.optimizers import Optimizer
from lrlab.regression import LeastSquares

try:
    from sklearn.utils.validation import validate_data
except ImportError:  # scikit-learn 1.5 has it as a method

    def validate_data(estimator, *args, **kwargs):
        """Check data as scikit-learn 1.6 and later do."""
        return estimator._validate_data(*args, **kwargs)


_FIRST_LOOK = 64  # steps


class GradientDescentRegressor(RegressorMixin, BaseEstimator):
    """Linear regression by gradient descent on half the mean squared error.

    With weights w the loss is J(θ) = 1/(2Σw) Σ w (xθ − y)²: an example of weight 2 counts as two.
    Every convergent learning rate gives the same model, that of least squares; the rate decides
    how many steps it takes. A rate that diverges is an error, as there is no model to return.

    Parameters
    ----------
    learning_rate : "fastest", number or schedule
        α. "fastest" computes 2/(λ_min + λ_max) from the data. A schedule is a function of the step,
        see `lrlab.schedules`; here its parameters are numbers, as there is one run.
    max_iter : int
        Steps at most, 1 or more. A step uses all examples.
    tol : number
        When to stop: when R² on the training data is within `tol` of the largest there is. 0 or
        more, dimensionless.
    fit_intercept : bool
        Whether to add a column of ones.
    optimizer : Optimizer, optional
        See `lrlab.optimizers`; its parameters are numbers.

    Attributes
    ----------
    coef_ : array (d,)
        Slopes, in units of y over those of the columns of X.
    intercept_ : float
        In units of y; 0 without an intercept.
    n_iter_ : int
        Steps taken.
    learning_rate_ : number or schedule
        The learning rate used.
    critical_rate_ : float
        2/λ_max of the weighted data: plain descent at a constant rate above it diverges.
    n_features_in_ : int
        d.
    feature_names_in_ : array of str (d,)
        Where X had names for its columns.

    Raises
    ------
    TypeError, ValueError
        A parameter or the data are not what is said above; or the run diverged.

    Warns
    -----
    ConvergenceWarning
        `max_iter` steps were not enough.

    Examples
    --------
    >>> X, y = [[0.0], [1.0], [2.0]], [3.0, 5.0, 7.0]
    >>> model = GradientDescentRegressor(learning_rate=0.5).fit(X, y)
    >>> model.coef_.round(3).tolist(), round(model.intercept_, 3), model.n_iter_
    ([2.0], 3.0, 56)
    >>> GradientDescentRegressor(learning_rate=0.9).fit(X, y)
    Traceback (most recent call last):
        ...
    ValueError: gradient descent diverges with learning_rate=0.9: it must be below the critical \
rate of these data, 0.8377. Choose a smaller one or "fastest", or bring the columns of X to one \
scale with StandardScaler, which moves the critical rate.
    """

    def __init__(
        self, learning_rate="fastest", *, max_iter=10_000, tol=1e-8, fit_intercept=True,
        optimizer=None,
    ):  # fmt: skip
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol
        self.fit_intercept = fit_intercept
        self.optimizer = optimizer

    def fit(self, X, y, sample_weight=None):
        """Descend from θ = 0.

        Parameters
        ----------
        X : array or sparse array (n, d)
            Sparse data stay sparse; of them only XᵀX (d, d) is dense.
        y : array (n,)
        sample_weight : array (n,), optional
            How much each example counts, 0 or more, dimensionless; only ratios matter.

        Returns
        -------
        self
        """
        X, y = _data(self, X, y, y_numeric=True)
        y, weights = _check.numbers("y", y), _weights(sample_weight, len(y))
        max_iter = _check.whole_number("max_iter", self.max_iter, least=1)
        tol = _check.number("tol", self.tol, "0 or more and finite")
        problem = _problem(X, y, weights, _check.flag("fit_intercept", self.fit_intercept))
        rate = _rate(self.learning_rate, problem)
        if isinstance(self.optimizer, Optimizer):
            _one_run("optimizer", self.optimizer.shape)
        # Of a constant rate it is known before the first step whether it diverges.
        plain = self.optimizer is None and not callable(rate)
        if plain and problem.regime(rate) == "diverging":
            raise ValueError(self._diverges(problem, plain))
        # A constant y has no spread, and is then fitted to rounding.
        spread = np.average((y - np.average(y, weights=weights)) ** 2, weights=weights)
        with np.errstate(over="ignore"):
            enough = tol * max(spread, 1e-16 * np.mean(problem.y**2)) / 2
        run, at = self._descend(problem, rate, max_iter, enough)
        if at is None and run.diverged:
            raise ValueError(self._diverges(problem, plain))
        if at is None:
            warnings.warn(self._not_arrived(problem), ConvergenceWarning, stacklevel=2)
        self.n_iter_ = max_iter if at is None else max(at, 1)
        theta, d = run.theta[self.n_iter_], X.shape[1]
        self.coef_, self.intercept_ = theta[:d].copy(), float(theta[d:].sum())
        self.learning_rate_, self.critical_rate_ = rate, problem.critical_rate
        return self

    def predict(self, X):
        """Return X @ coef_ + intercept_.

        Parameters
        ----------
        X : array or sparse array (n, d)

        Returns
        -------
        array (n,)
            In units of y.
        """
        check_is_fitted(self, "coef_")
        X = _data(self, X, reset=False)
        with np.errstate(over="ignore", invalid="ignore"):
            return X @ self.coef_ + self.intercept_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _descend(self, problem, rate, max_iter, enough):
        """Run ever longer, until there is little excess loss: the run, and the step or None."""
        start, steps = np.zeros(problem.X.shape[1]), min(_FIRST_LOOK, max_iter)
        while True:
            run = gradient_descent(problem.gradient, start, rate, steps, optimizer=self.optimizer)
            there = problem.excess(run.theta) <= enough
            if there.any():
                return run, int(np.argmax(there))
            if steps == max_iter:
                return run, None
            steps = min(4 * steps, max_iter)

    def _diverges(self, problem, plain):
        edge = f"the critical rate of these data, {problem.critical_rate:.4g}"
        return (
            f"gradient descent diverges with learning_rate={self.learning_rate!r}: "
            f"{f'it must be below {edge}' if plain else f'compare it with {edge}'}. "
            'Choose a smaller one or "fastest", or bring the columns of X to one scale with '
            "StandardScaler, which moves the critical rate."
        )

    def _not_arrived(self, problem):
        return (
            f"gradient descent has not converged after max_iter={self.max_iter} steps with "
            f"learning_rate={self.learning_rate!r}. The fastest constant rate for these data is "
            f"{problem.fastest_rate:.4g}. Their condition number is "
            f"{problem.condition_number:.2g}; StandardScaler makes it smaller where columns differ "
            "in size. Or increase max_iter."
        )


def _data(estimator, X, *y, **options):
    """Return X, or X and y, as scikit-learn checks them, which would use what is masked."""
    for name, value in zip("Xy", [X, *y], strict=False):
        _check.unmasked(name, value)
    options |= {"accept_sparse": "csr", "dtype": np.float64}
    try:
        with np.errstate(over="ignore"):  # a long double beyond floats is inf, and refused as such
            return validate_data(estimator, X, *y, **options)
    except ArithmeticError as error:  # of an integer or a Decimal that is no float
        raise ValueError(f"X and y must be small enough for floats: {error}") from None


def _weights(sample_weight, n):
    """Return the weights (n,), of which the largest is 1."""
    if sample_weight is None:
        return np.ones(n)
    weights = _check.numbers("sample_weight", sample_weight, "0 or more and finite")
    _check.shape("sample_weight", weights, (n,))
    if not weights.any():
        raise ValueError("sample_weight must be above 0 for some example, got zeros alone")
    return weights / weights.max()


def _problem(X, y, weights, fit_intercept):
    """Return 1/(2Σw) Σ w (xθ − y)² as a loss without weights: their roots scale the rows."""
    used = weights > 0
    root = np.sqrt(weights[used] / weights[used].mean())
    ones = root[:, None] if fit_intercept else np.empty((len(root), 0))
    with np.errstate(over="ignore"):
        X, y = X[used], y[used] * root
        if not issparse(X):
            return LeastSquares(np.hstack([X * root[:, None], ones]), y)
        X.data *= np.repeat(root, np.diff(X.indptr))
        across = X.T @ ones
        H = np.block([[(X.T @ X).toarray(), across], [across.T, ones.T @ ones]]) / len(y)
        b = np.concatenate([X.T @ y, ones.T @ y]) / len(y)
        return _from_moments(H, b, y @ y / len(y), len(y))


def _from_moments(H, b, c, n):
    """Return the problem J(θ) = ½(θᵀHθ − 2bᵀθ + c), as one of at most d + 1 examples.

    With a root of H, rootᵀ root = H, and with rootᵀ z = b it is ½‖root θ − z‖² + ½(c − ‖z‖²).
    Eigenvalues of H that are as small as the rounding in sums over n examples are 0.
    """
    if not (np.isfinite(H).all() and np.isfinite(b).all() and np.isfinite(c)):
        raise ValueError("X and y must be so small that sums of their squares are floats")
    size = np.sqrt(np.diag(H))  # Columns of one size keep as many digits as there are.
    size[size == 0] = 1
    values, vectors = np.linalg.eigh(H / size / size[:, None])
    curved = values > max(H.shape[0], n) * np.finfo(float).eps * values[-1]
    lengths, vectors = np.sqrt(values[curved]), vectors[:, curved]
    z = vectors.T @ (b / size) / lengths
    X = np.vstack([lengths[:, None] * vectors.T * size, np.zeros(len(b))])
    y = np.append(z, np.sqrt(max(c - z @ z, 0.0)))
    return LeastSquares(X * np.sqrt(len(y)), y * np.sqrt(len(y)))


def _rate(learning_rate, problem):
    if isinstance(learning_rate, str):
        _check.one_of("learning_rate", learning_rate, ["fastest"])
        return problem.fastest_rate
    if callable(learning_rate):
        _one_run("learning_rate", np.shape(learning_rate(0)))
        return learning_rate
    return _check.number("learning_rate", learning_rate, "positive and finite")


def _one_run(name, shape):
    if shape:
        raise ValueError(f"{name} must have numbers as parameters, got arrays of shape {shape}")
