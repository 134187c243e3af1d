"""The picture of this lesson: the four rates of SGDRegressor, each by its own name."""

import numpy as np

from lrlab import _check, sampling
from lrlab.drawing import figures, given, layers, sliders, views
from lrlab.drawing.colours import INK
from lrlab.drawing.words import number
from lrlab.flipbook import Flipbook, Slider
from lrlab.lessons.in_scikit_learn import maths

DEFAULT = 0.01  # eta0, if it is not given
MOST_STEPS = 50_000
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
    problem = given.line_problem(x, y)
    epochs = _check.whole_number("epochs", epochs, least=10)
    n = len(problem.y)
    advice = given.some(n, max(2, MOST_STEPS // epochs))
    given.in_time("epochs times the points of x", epochs * n, MOST_STEPS, advice)
    orders = maths.orders(n, epochs, random_state)
    edge = sampling.critical_rate(problem, 1)
    special = sliders.merged([(edge, "edge"), (DEFAULT, "default")])
    eta0 = sliders.with_exactly(np.geomspace(edge / 400, 2.5 * edge, 64), list(special))
    runs = [_run(problem, name, eta0, orders) for name in maths.RATES]
    theta, rates, objective = (np.stack(each) for each in zip(*runs, strict=True))
    excess = problem.excess(theta)
    stops = _stops(objective, rates)

    figure, (left, middle, right) = figures.canvas([3.6, 3.9, 3.8])
    limits = views.spanning([rates.min() / 2, rates.max() * 2])
    figures.powers_of_ten(left.yaxis, *limits)
    reach = (-0.02 * epochs, 1.02 * epochs)
    figures.frame(left, r"the rate  $\alpha_t$", "epoch", "", reach, limits)
    figures.level(left, edge, "edge")
    views.surface_of(middle, problem, (0, 0))
    figures.excess_loss(right, epochs, *views.decades(problem.excess([0, 0]), 8, 3))
    right.set_xlabel("epoch")
    figures.key(right, {"stops by itself": STOP}, loc="upper right")

    marks = sliders.marks(eta0, special)
    book = Flipbook(
        figure,
        {"schedule": Slider(list(maths.RATES)), "eta0": Slider(eta0, marks=marks)},
        start={"schedule": "invscaling", "eta0": DEFAULT},
        description="The learning rate of SGDRegressor, its path on the level sets of the loss and "
        "its excess loss, epoch by epoch.",
    )
    book.line(left, np.arange(epochs), rates, **layers.TRAIL, ghost=True)
    view = middle.get_xlim(), middle.get_ylim()
    shown, _ = views.leaving(theta, np.ones(theta.shape[:-2], bool), *view)
    book.line(middle, shown[..., 0], shown[..., 1], **layers.TRAIL, ghost=True)
    book.line(right, np.arange(epochs + 1), excess, **layers.TRAIL, ghost=True)
    at = np.where(stops > 0, stops, np.nan)[..., None]
    book.line(right, at, np.take_along_axis(excess, stops[..., None], -1), **STOP)
    book.storyboard({}, {"schedule": "constant", "eta0": 0.45 * edge}, {"eta0": edge},
                    {"schedule": "adaptive", "eta0": 0.45 * edge},
                    {"schedule": "optimal"})  # fmt: skip
    texts = [[caption(name, each, rates[i, j], edge, excess[i, j], stops[i, j])
              for j, each in enumerate(eta0)]
             for i, name in enumerate(maths.RATES)]  # fmt: skip
    return book.caption(texts).draw()


def _run(problem, name, eta0, orders):
    """The run of each eta0 (k,) under one name."""
    run = maths.descend(problem, maths.rate(name, eta0), orders)
    return [np.broadcast_to(each, (len(eta0), *each.shape[-tail:]))
            for each, tail in zip(run, (2, 1, 1), strict=True)]  # fmt: skip


def _stops(objective, rates):
    """After how many epochs each run (4, k, epochs) ends by itself; 0 where it goes on."""
    stops = np.zeros(objective.shape[:-1], int)
    for i, j in np.ndindex(stops.shape):
        run = maths.Epochs(None, rates[i, j], objective[i, j])
        adaptive = maths.RATES[i] == "adaptive"
        stops[i, j] = maths.stops_after(run, adaptive=adaptive) or 0
    return stops


def caption(name, eta0, rates, edge, excess, stops):
    """What SGDRegressor does with a rate of its own.

    Parameters
    ----------
    name : str
        Of the schedule.
    eta0, edge : float
        Where the rate begins, and the edge of SGD.
    rates : array (epochs,)
    excess : array (epochs + 1,)
    stops : int
        The epoch after which it ends by itself; 0 where it goes on.

    Examples
    --------
    >>> caption("constant", 0.1, [0.1, 0.1], 0.7, [20.0, 2.0, 0.5], 0)[:40]
    'Constant, eta0 = 0.1: α stays at 0.1. Af'
    """
    begins = "without eta0" if name == "optimal" else f"eta0 = {number(eta0)}"
    first, last = number(rates[0]), number(rates[-1])
    way = f"stays at {first}" if first == last else f"falls from {first} to {last}"
    run = f"{name.capitalize()}, {begins}: α {way}."
    ends = f"After {len(rates)} epochs the excess loss is {number(excess[-1], 2)}."
    if rates[0] > edge * (1 + 1e-9) and excess[-1] > excess[0]:
        return f"{run} The edge of SGD is {number(edge)}. {ends} No error is raised."
    stop = f"stops by itself after {stops}" if stops else "has not stopped by itself yet"
    return f"{run} {ends} SGDRegressor {stop}."
