"""The five runs that an exercise of this lesson asks about."""

import numpy as np

from lrlab import _check, datasets, schedules
from lrlab.descent import gradient_descent, stochastic_gradient_descent
from lrlab.regression import LeastSquares

_MOST = 10_000  # steps: more would take seconds

# What ails each of the five runs.
DIAGNOSES = {
    "A": "too large",
    "B": "stops short",
    "C": "right",
    "D": "too small",
    "E": "noise floor",
}


def patients(steps=300):
    """Return five runs to be diagnosed, on the course's data.

    Parameters
    ----------
    steps : int
        How long they are, from 1 to 10,000.

    Returns
    -------
    dict of str to array (steps + 1,)
        The excess loss of each run, by its letter, in units of y².

    Raises
    ------
    TypeError, ValueError
        `steps` is not what is said above.

    Examples
    --------
    >>> {letter: excess.shape for letter, excess in patients(20).items()}["E"]
    (21,)
    """
    steps = _check.whole_number("steps", steps, least=1, most=_MOST)
    problem, start = LeastSquares.line(*datasets.line()), [-2.0, 4.0]
    rates = {
        "too large": 1.01 * problem.critical_rate,
        "stops short": schedules.exponential(0.5, 0.85),
        "right": problem.fastest_rate,
        "too small": 0.02,
    }
    runs = {name: gradient_descent(problem.gradient, start, rate, steps)
            for name, rate in rates.items()}  # fmt: skip
    runs["noise floor"] = stochastic_gradient_descent(
        problem, start, 0.3, steps, batch_size=1, rng=np.random.default_rng(0)
    )
    return {letter: problem.excess(runs[name].theta) for letter, name in DIAGNOSES.items()}
