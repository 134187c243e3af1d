"""Checkers for the exercises of this lesson."""

import copy
import warnings

import numpy as np

from lrlab import datasets
from lrlab._checking import Hint, brief, checker, fresh_line, is_close, scalar
from lrlab.drawing.words import number
from lrlab.lessons.in_scikit_learn.maths import descend, orders, rate
from lrlab.regression import LeastSquares

# What the houses' columns are divided by to say the same in other units: km², dozens, km.
_UNITS = np.array([1e6, 12.0, 1e3])


@checker("SGDRegressor with this eta0 walks as the other program does.")
def to_eta0(attempt, learning_rate):
    """Check the eta0 that does what a rate does on the unhalved square of one example.

    Examples
    --------
    >>> to_eta0(0.1, learning_rate=0.05)
    ✓ SGDRegressor with this eta0 walks as the other program does.
    >>> to_eta0(0.05, learning_rate=0.05)
    Not yet. Each step is half as long as it should be: whose loss has the ½?
    """
    eta0 = scalar(attempt, "The rate is the same at every step.")
    if eta0 <= 0:
        return "A learning rate is above 0: a step goes against the gradient as it is."
    problem = LeastSquares.line(*fresh_line())
    order = orders(len(problem.y), 1, random_state=0)
    theta, path = np.zeros(2), descend(problem, rate("constant", eta0), order).theta
    for i in order[0]:
        theta = theta - learning_rate * 2 * (problem.X[i] @ theta - problem.y[i]) * problem.X[i]
    if is_close(path[-1], theta):
        return None
    share = eta0 / (2 * learning_rate)
    if is_close(share, 0.5):
        return "Each step is half as long as it should be: whose loss has the ½?"
    if is_close(share, 0.25):
        return "That is the wrong way round: a loss without ½ has the longer steps."
    if share < 0.1:
        return "Far too small. Both take one example a step, so no number of examples comes in."
    return f"Each step is {number(share)} times as long as it should be."


@checker("It predicts new houses as well as a line can, in any units.")
def repaired(attempt):
    """Check an unfitted model on houses of its own, and again on the same in other units.

    Examples
    --------
    >>> repaired(LeastSquares)
    Not yet. Make a model of it: put parentheses after its name.
    """
    if isinstance(attempt, type):
        return "Make a model of it: put parentheses after its name."
    if hasattr(attempt, "steps") and not hasattr(attempt, "predict"):
        return "A pipeline ends with its model; the scaler stands before it."
    if not (hasattr(attempt, "fit") and hasattr(attempt, "predict")):
        return f"A model with fit and predict is asked for; yours is {brief(attempt)}."
    for seed in (5, 15):
        if hint := _houses_hint(attempt, seed):
            return hint
    return None


def _houses_hint(model, seed):
    """What to say of a model on one draw of houses; None where it is right."""
    X, price = datasets.houses(rng=np.random.default_rng(seed))
    new, paid = datasets.houses(rng=np.random.default_rng(seed + 1))
    best = _r2(paid, _line(X, price, new))
    got, again = (_r2(paid, _predicted(model, X / unit, price, new / unit))
                  for unit in (1, _UNITS))  # fmt: skip
    if min(got, again) < -1e6:
        which = "" if got < -1e6 else " for the same houses in other units"
        return f"Its prices are more than a thousand times too far off{which}: it diverges."
    if min(got, again) < best - 0.01:
        where = "new houses" if got < best - 0.01 else "the same houses in other units"
        reached = f"R² on {where} is {min(got, again):.2f}, where {best:.2f} can be had"
        return f"{reached}: its run ends on the way, or alpha pulls the slopes towards 0."
    return None


def _predicted(model, X, y, new):
    """What a copy of the model says of new data, after fitting it."""
    model = copy.deepcopy(model)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(X, y)
            said = np.asarray(model.predict(new), dtype=float)
    except Exception as error:
        said = " ".join(str(error).split()).split(". ")[0]
        raise Hint(f"It raised {type(error).__name__}: {said[:160].rstrip('.')}.") from None
    if said.shape != (len(new),):
        raise Hint(f"One price for each of {len(new)} houses is asked for; got {said.shape}.")
    return said


def _line(X, y, new):
    """What the best line for some data says of new data."""
    theta = LeastSquares(np.column_stack([X, np.ones(len(X))]), y).minimizer
    return new @ theta[:-1] + theta[-1]


def _r2(y, predicted):
    return 1 - np.mean((y - predicted) ** 2) / np.var(y)
