"""The picture of notebook 11: the four rates of SGDRegressor, each by its own name."""

import numpy as np

from lrlab import _check, captions, figures, sampling, sgd_regressor
from lrlab.explorers import _parts as parts
from lrlab.figures import INK
from lrlab.flipbook import Flipbook, Slider

DEFAULT = 0.01  # eta0, if it is not given
STOP = {"color": INK, "width": 0, "marker": "D", "size": 8}


def sgd_rates(x, y=None, *, epochs=50, random_state=0):
    """Turn the schedule and eta0 of scikit-learn's SGDRegressor, and see where it goes.

    Parameters
    ----------
    x, y : arrays (n,)
        The data; or a LeastSquares problem of a line alone.
    epochs : int
        Passes through the data, 10 or more.
    random_state : int
        Decides the order of the examples.

    Returns
    -------
    book : Flipbook
        Sliders schedule and eta0; the rate, the path on the surface and the excess loss after
        each epoch, with a diamond where SGDRegressor stops if `tol` is not given.

    Examples
    --------
    >>> book = sgd_rates([0, 1, 2, 3], [3, 5, 7, 8])
    >>> book.position = {"schedule": "optimal"}
    >>> book.seen[:44]
    'Optimal, without eta0: α falls from 10 to 8.'
    """
    problem = parts.line_problem(x, y)
    epochs = _check.whole_number("epochs", epochs, least=10)
    orders = sgd_regressor.orders(len(problem.y), epochs, random_state)
    edge = sampling.critical_rate(problem, 1)
    eta0 = parts.with_exactly(np.geomspace(edge / 400, 2.5 * edge, 18), [DEFAULT, edge])
    runs = [_run(problem, name, eta0, orders) for name in sgd_regressor.RATES]
    theta, rates, objective = (np.stack(each) for each in zip(*runs, strict=True))
    excess = problem.excess(theta)
    stops = _stops(objective, rates)

    figure, (left, middle, right) = figures.canvas([3.6, 3.9, 3.8])
    limits = parts.spanning([rates.min() / 2, rates.max() * 2])
    figures.powers_of_ten(left.yaxis, *limits)
    reach = (-0.02 * epochs, 1.02 * epochs)
    figures.frame(left, r"the rate  $\alpha_t$", "epoch", "", reach, limits)
    figures.level(left, edge, "edge")
    parts.surface_of(middle, problem, (0, 0))
    figures.excess_loss(right, epochs, *parts.decades(problem.excess([0, 0]), 8, 3))
    right.set_xlabel("epoch")
    figures.key(right, {"stops by itself": STOP}, loc="upper right")

    marks = {int(np.argmax(eta0 == value)): name
             for value, name in {DEFAULT: "default", edge: "edge"}.items()}  # fmt: skip
    book = Flipbook(
        figure,
        {"schedule": Slider(list(sgd_regressor.RATES)), "eta0": Slider(eta0, marks=marks)},
        start={"schedule": "invscaling", "eta0": DEFAULT},
        description="The learning rate of SGDRegressor, its path on the level sets of the loss and "
        "its excess loss, epoch by epoch.",
    )
    book.line(left, np.arange(epochs), rates, **parts.TRAIL, ghost=True)
    view = middle.get_xlim(), middle.get_ylim()
    shown, _ = parts.leaving(theta, np.ones(theta.shape[:-2], bool), *view)
    book.line(middle, shown[..., 0], shown[..., 1], **parts.TRAIL, ghost=True)
    book.line(right, np.arange(epochs + 1), excess, **parts.TRAIL, ghost=True)
    at = np.where(stops > 0, stops, np.nan)[..., None]
    book.line(right, at, np.take_along_axis(excess, stops[..., None], -1), **STOP)
    book.storyboard({}, {"schedule": "constant", "eta0": 0.45 * edge}, {"eta0": "edge"},
                    {"schedule": "adaptive", "eta0": 0.45 * edge},
                    {"schedule": "optimal"})  # fmt: skip
    texts = [[captions.sgd_rates(name, each, rates[i, j], edge, excess[i, j], stops[i, j])
              for j, each in enumerate(eta0)]
             for i, name in enumerate(sgd_regressor.RATES)]  # fmt: skip
    return book.caption(texts).draw()


def _run(problem, name, eta0, orders):
    """The run of each eta0 (k,) under one name."""
    run = sgd_regressor.descend(problem, sgd_regressor.rate(name, eta0), orders)
    return [np.broadcast_to(each, (len(eta0), *each.shape[-tail:]))
            for each, tail in zip(run, (2, 1, 1), strict=True)]  # fmt: skip


def _stops(objective, rates):
    """After how many epochs each run (4, k, epochs) ends by itself; 0 where it goes on."""
    stops = np.zeros(objective.shape[:-1], int)
    for i, j in np.ndindex(stops.shape):
        run = sgd_regressor.Epochs(None, rates[i, j], objective[i, j])
        adaptive = sgd_regressor.RATES[i] == "adaptive"
        stops[i, j] = sgd_regressor.stops_after(run, adaptive=adaptive) or 0
    return stops
