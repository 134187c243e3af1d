"""Which part of the plane a picture shows, and what of a path is in it."""

import numpy as np

from lrlab.descent import gradient_descent
from lrlab.drawing import figures


def surface_of(ax, problem, start, corners=None):
    """Draw the loss of a line in a window about its minimum, or between two corners."""
    low, high = corners or window(problem, start)
    w, b = np.linspace(low, high, 81).T
    excess = problem.excess(np.stack(np.meshgrid(w, b), axis=-1))
    return figures.surface(ax, w, b, excess, minimizer=problem.minimizer)


def window(problem, start):
    """The corners (2,), (2,) of a view about the minimum, wide enough to bounce in for ever."""
    run = gradient_descent(problem.gradient, start, problem.critical_rate, 1).theta
    level = max(problem.excess(start), 1e-3 * problem.loss([0, 0])) or 1e-12
    ways = np.concatenate([1.25 * (run - problem.minimizer),
                           0.3 * (problem.level_set(level) - problem.minimizer)])  # fmt: skip
    reach = np.abs(ways).max(axis=0)
    return problem.minimizer - reach, problem.minimizer + reach


def leaving(theta, diverges, *limits):
    """Cut diverging paths where they leave the picture.

    Parameters
    ----------
    theta : array (..., steps + 1, d)
        The paths.
    diverges : array (...)
        Whether each one diverges.
    limits : d pairs of float
        The picture: from where to where each parameter is shown.

    Returns
    -------
    shown : array (..., steps + 1, d)
        The paths with NaN after the first step that is outside.
    left_at : array (...)
        That step; -1 where there is none.
    """
    low, high = np.transpose(limits)
    outside = ((theta < low) | (theta > high)).any(axis=-1) & np.asarray(diverges)[..., None]
    gone = np.cumsum(outside, axis=-1) - outside > 0
    left_at = np.where(outside.any(axis=-1), outside.argmax(axis=-1), -1)
    return np.where(gone[..., None], np.nan, theta), left_at


def heights(theta, x):
    """The lines θ (..., 2) at x (2,), as (..., 2)."""
    return theta[..., :1] * x + theta[..., 1:]


def ellipse(centre, covariance, radius=2.0, points=48):
    """The curves (..., points + 1, 2) some standard deviations around a centre (2,)."""
    angle = np.linspace(0, 2 * np.pi, points + 1)
    size, axes = np.linalg.eigh(covariance)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    root = axes * np.sqrt(np.maximum(size, 0))[..., None, :]
    return centre + radius * circle @ np.swapaxes(root, -1, -2)


def round_grid(low, high, count):
    """At most `count` even positions from low to high on round numbers, 0 among them if between."""
    least = (high - low) / (count - 1)
    unit = 10.0 ** np.floor(np.log10(least))
    step = min(nice * unit for nice in (1, 2, 2.5, 5, 10) if nice * unit >= least)
    places = 4 - int(np.log10(unit))
    return np.round(np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step, places) + 0.0


def spanning(values):
    """The powers of ten below and above all values."""
    return 10.0 ** np.floor(np.log10(np.min(values))), 10.0 ** np.ceil(np.log10(np.max(values)))


def decades(value, below, above):
    """A range of powers of ten around a value."""
    at = np.ceil(np.log10(value)) if value > 0 else 0.0
    at = np.clip(at, -300 + below, 300 - above)  # so that both ends are floats
    return 10.0 ** (at - below), 10.0 ** (at + above)
