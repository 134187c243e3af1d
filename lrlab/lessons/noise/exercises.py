"""Checkers for the exercises of this lesson."""

import numpy as np

from lrlab import sampling
from lrlab.lessons._checking import call, checker, is_about, is_close, numbers, scalar, size


@checker("The gradient of any batch, and of nothing but the batch.")
def batch_gradient(attempt):
    """Check a function (X, y, theta, batch) -> ∇J of the examples numbered in batch.

    Examples
    --------
    >>> batch_gradient(lambda X, y, theta, batch: X.T @ (X @ theta - y) / len(y))
    Not yet. This is the gradient of all examples; take those in `batch` alone, as X[batch].
    """
    rng = np.random.default_rng(21)
    X, y, theta = rng.standard_normal((12, 2)) + 1, rng.standard_normal(12), np.array([1.5, -0.5])
    batch = np.array([7, 2, 10])
    got = numbers(call(attempt, X, y, theta, batch), "A gradient, one number a parameter,")
    if got.size != 2:
        return f"Return one number for each of 2 parameters; yours has the shape {got.shape}."
    got = got.reshape(2)
    errors = X[batch] @ theta - y[batch]
    true = X[batch].T @ errors / 3
    if is_close(got, true):
        return None
    if is_close(got, -true):
        return "The sign is turned: a step against this gradient climbs."
    if is_close(got, 2 * true) or is_close(got, true / 2):
        return "Off by a factor 2: the 2 from the square and the ½ of J cancel."
    if is_about(got, 3 * true):
        return "This grows with the batch: take the mean over its examples, not the sum."
    if is_about(got, 3 / 12 * true):
        return "You divide by the number of all examples; the mean is over those of the batch."
    if is_about(got, X.T @ (X @ theta - y) / 12):
        return "This is the gradient of all examples; take those in `batch` alone, as X[batch]."
    if is_about(got, X[:3].T @ (X[:3] @ theta - y[:3]) / 3):
        return "These are the first examples; `batch` holds the numbers of those to take."
    return "Not the gradient of the batch. Take X[batch] and y[batch], and treat them as all data."


@checker("Two floors measured, and the third foretold: the floor is proportional to α.")
def third_floor(attempt, problem, rates=(0.1, 0.05, 0.02), batch_size=2):
    """Check three floors: for two rates measured by running SGD, for the third predicted.

    A run of a few thousand steps is enough; a third more or less passes.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares([[1.0], [1.0], [1.0], [1.0]], [0, 0, 2, 2])
    >>> third_floor([0.0085, 0.0045, 0.0017], problem)
    ✓ Two floors measured, and the third foretold: the floor is proportional to α.
    >>> third_floor([1.0, 0.5, 0.2], problem)
    Not yet. The floor at α = 0.1 is lower. Leave the way down out, or begin at θ*.
    """
    got = np.ravel(numbers(attempt, "Three numbers, one floor for each α,"))
    if got.size != 3:
        return f"Give three numbers, one floor for each α of {rates}; you gave {got.size}."
    if not (got > 0).all():
        return "A floor is a mean of J − J*, and that is above 0."
    true = sampling.floor(problem, np.array(rates), batch_size)
    near = lambda a, b: np.all(np.abs(np.log(a / b)) < np.log(1.4))  # noqa: E731
    if near(got, true):
        return None
    if near(got[::-1], true) and not near(got[0], true[0]):
        return f"The right floors in another order: give them for α = {rates}."
    if np.allclose(got[:2], problem.minimum + true[:2], rtol=0.2 * true[1] / problem.minimum):
        return "This is J at the end; the floor is what is left above J*, as `excess` says."
    for other in (1, 2, 4, 5, 10):
        if other != batch_size and other <= len(problem.y):
            floors = sampling.floor(problem, np.array(rates[:2]), other)
            if near(got[:2], floors) and not near(got[:2], true[:2]):
                return f"This looks like batches of {other}; batches of {batch_size} are asked for."
    for rate, mine, expected in zip(rates[:2], got, true, strict=False):
        if not near(mine, expected) and mine > expected:
            return f"The floor at α = {rate} is lower. Leave the way down out, or begin at θ*."
        if not near(mine, expected):
            return f"The floor at α = {rate} is higher. Average over many steps of one long run."
    shrink = rates[2] / rates[1]
    if near(got[2], true[1] * shrink**2):
        return "The two measured ones are right. The third falls with α² in yours: do they?"
    if near(got[2], true[1] / shrink):
        return "The two measured ones are right. In yours a smaller α has a higher floor."
    side = size(got[2], true[2])
    return f"The two measured ones are right; the third is too {side}. How do they go with α?"


@checker("The edge of SGD with single examples, for any data.")
def sgd_edge(attempt):
    """Check a function x -> the critical rate of SGD with batches of one for ŷ = w·x.

    Examples
    --------
    >>> sgd_edge(lambda x: 2 * np.mean(x**2) / np.mean(x**4))
    ✓ The edge of SGD with single examples, for any data.
    >>> sgd_edge(lambda x: 2 / np.mean(x**2))
    Not yet. This is the edge of gradient descent, which sees only the mean of the curvatures.
    """
    x = np.random.default_rng(22).uniform(0.5, 3, 15)
    got = scalar(call(attempt, x), "One α for all of x.")
    second, fourth = np.mean(x**2), np.mean(x**4)
    true = 2 * second / fourth
    if is_close(got, true):
        return None
    if is_close(got, true / 2):
        return "Half of it: the mean square shrinks fastest there, and still shrinks above it."
    if is_about(got, 1 / second):
        return "This is the edge of gradient descent, which sees only the mean of the curvatures."
    if is_about(got, 1 / np.max(x**2)):
        return "Here no example overshoots. On average α may be larger: some steps gain, some lose."
    if is_about(got, 1 / fourth):
        return "The mean of x⁴ is right; what stands beside it when α is divided out?"
    if is_about(got, np.sum(x**2) / fourth) or is_about(got, second / np.sum(x**4)):
        return "One of the two is a sum and the other a mean: take means of both."
    if is_about(got, fourth / second):
        return "Upside down: the larger the x, the smaller is the α that they bear."
    mean = np.mean(x)
    if any(is_about(got, each) for each in (second / mean**4, mean**2 / fourth, mean**-2)):
        return "Take the powers of x first, and then their means."
    return f"Your α is too {size(got, true)}. At the edge the mean of (1 − αx²)² is 1; is it yours?"
