# The data and the run that every contender draws.
import numpy as np

import lrlab

rng = np.random.default_rng(0)
x = rng.uniform(0, 2, 40)
y = 2.3 * x + 2.7 + rng.normal(0, 0.4, 40)
problem = lrlab.LeastSquares.line(x, y)
theta0, steps, positions = np.array([-1.0, 0.0]), 40, 200
low, high = np.log10(problem.critical_rate * np.array([0.02, 1.2]))
edge, losses = np.array([x.min(), x.max()]), (1e-6, 1e3)
ws, bs = np.linspace(-2, 6, 120), np.linspace(-1, 8, 120)
surface = problem.loss(np.stack(np.meshgrid(ws, bs), axis=-1))
levels = problem.minimum + np.geomspace(0.02, 20, 10)


def run(rate):
    """The path (steps+1, 2) and its excess loss (steps+1,)."""
    path = lrlab.gradient_descent(problem.gradient, theta0, rate, steps).theta
    return path, np.maximum(problem.loss(path) - problem.minimum, 1e-300)
