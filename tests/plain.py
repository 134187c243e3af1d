"""The mathematics of the course as plain loops, independent of lrlab."""

import numpy as np


def mean_half_square(X, y, theta):
    """J(θ) for θ (..., d), from its definition."""
    return ((np.asarray(theta) @ X.T - y) ** 2).mean(axis=-1) / 2


def descend(X, y, theta, rate, steps):
    """The loop of the lesson: every θ it goes through, (steps + 1, d)."""
    went = [np.array(theta, float)]
    for _ in range(steps):
        went.append(went[-1] - rate * X.T @ (X @ went[-1] - y) / len(y))
    return np.array(went)


def excess_of(X, y, theta):
    best = np.linalg.lstsq(X, y)[0]
    return mean_half_square(X, y, theta) - mean_half_square(X, y, best)
