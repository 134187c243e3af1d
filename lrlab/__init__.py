"""The learning rate of gradient descent, on the model where all of it can be computed and seen.

Importing lrlab loads NumPy and nothing heavier. What needs Matplotlib, ipywidgets or scikit-learn
(`figures`, `Flipbook`, `explorers`, `exercises`, `predict`, `estimator`) loads when first used.
"""

from importlib import import_module

from lrlab import averaging, datasets, optimizers, sampling, schedules
from lrlab.descent import Trajectory, gradient_descent, stochastic_gradient_descent
from lrlab.regression import LeastSquares

__version__ = "0.1.0"

__all__ = [
    "LeastSquares",
    "Trajectory",
    "averaging",
    "datasets",
    "gradient_descent",
    "optimizers",
    "sampling",
    "schedules",
    "stochastic_gradient_descent",
]

_LOADED_WHEN_USED = {
    name: f"lrlab.{name}"
    for name in ("drawing", "estimator", "exercises", "explorers", "finders", "flipbook", "predict")
} | {"figures": "lrlab.drawing.figures"}


def __getattr__(name):
    if name == "Flipbook":
        return import_module("lrlab.flipbook").Flipbook
    if name in _LOADED_WHEN_USED:
        return import_module(_LOADED_WHEN_USED[name])
    raise AttributeError(f"module 'lrlab' has no attribute {name!r}")


def __dir__():
    return sorted({*__all__, *_LOADED_WHEN_USED, "Flipbook"})


def load_ipython_extension(ipython):
    """Say in words what each figure shows; run by `%load_ext lrlab`."""
    import_module("lrlab.drawing.summary").load(ipython)
