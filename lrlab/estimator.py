"""Gradient descent as a scikit-learn estimator, which says what its learning rate does.

This module and `lrlab.datasets` alone import scikit-learn.
"""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from lrlab import _check
from lrlab.descent import gradient_descent
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

    Every convergent learning rate gives the same model, that of least squares; the rate decides
    how many steps it takes. A rate that diverges is an error, as there is no model to return.

    Parameters
    ----------
    learning_rate : "fastest", number or schedule
        α. "fastest" computes 2/(λ_min + λ_max) from the data. A schedule is a function of the step,
        see `lrlab.schedules`.
    max_iter : int
        Steps at most, 1 or more. A step uses all examples.
    tol : number
        When to stop: when R² on the training data is within `tol` of the largest there is. 0 or
        more, dimensionless.
    fit_intercept : bool
        Whether to add a column of ones.
    optimizer : Optimizer, optional
        See `lrlab.optimizers`.

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
        2/λ_max of the data: plain descent at a constant rate above it diverges.
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

    def fit(self, X, y):
        """Descend from θ = 0.

        Parameters
        ----------
        X : array (n, d)
        y : array (n,)

        Returns
        -------
        self
        """
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        max_iter = _check.whole_number("max_iter", self.max_iter, least=1)
        tol = _check.number("tol", self.tol, "0 or more and finite")
        columns = np.column_stack([X, np.ones(len(X))]) if self.fit_intercept else X
        problem = LeastSquares(columns, y.astype(float))
        rate = _rate(self.learning_rate, problem)
        # Of a constant rate it is known before the first step whether it diverges.
        plain = self.optimizer is None and not callable(rate)
        if plain and problem.regime(rate) == "diverging":
            raise ValueError(self._diverges(problem, plain))
        # A constant y has no spread, and is then fitted to rounding.
        enough = tol * max(np.var(y), 1e-16 * np.mean(problem.y**2)) / 2
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
        X : array (n, d)

        Returns
        -------
        array (n,)
            In units of y.
        """
        check_is_fitted(self, "coef_")
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return X @ self.coef_ + self.intercept_

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


def _rate(learning_rate, problem):
    if isinstance(learning_rate, str):
        _check.one_of("learning_rate", learning_rate, ["fastest"])
        return problem.fastest_rate
    if callable(learning_rate):
        return learning_rate
    return _check.number("learning_rate", learning_rate, "positive and finite")
