"""The pictures of this lesson: runs near an edge; two minima, and which can hold a run."""

import numpy as np

from lrlab import _check
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, given, layers, sliders, views
from lrlab.drawing.colours import REGIME
from lrlab.drawing.words import number
from lrlab.flipbook import Slider
from lrlab.lessons.beyond_the_bowl.maths import TwoMinima

# Which of the two minima can hold a run, in the colours of the regimes of one.
BANDS = {
    "both hold": REGIME["monotone"],
    "the flat one holds": REGIME["oscillating"],
    "neither": REGIME["diverging"],
}
VIEW = np.array([[-3.0, -2.0], [3.0, 2.0]])
STARTS = {
    "far left": (-2.4, 0.9),
    "in the pothole": (-1.1, 0.45),
    "below left": (-2.0, -1.5),
    "on the right": (2.6, 1.4),
}


def two_minima(surface=None, *, steps=100, rates=70):
    """Turn α on a surface with a sharp and a flat minimum, and see which one a run ends in.

    Parameters
    ----------
    surface : TwoMinima, optional
        Default: the one of the course, with edges at 0.1 and 1.
    steps, rates : int
        How many steps, and about how many learning rates.

    Returns
    -------
    book : Flipbook
        Sliders α, start and step t; the path on the level sets, and the loss above the lower
        minimum.

    Examples
    --------
    >>> book = two_minima()
    >>> book.position = {"α": 0.3, "start": "in the pothole"}
    >>> book.seen[:47]
    'At α = 0.309 only the flat minimum can hold a r'
    """
    surface = TwoMinima() if surface is None else surface
    if not isinstance(surface, TwoMinima):
        raise TypeError(f"surface must be a TwoMinima, got {surface!r}")
    steps = _check.whole_number("steps", steps, least=1)
    rates = _check.whole_number("rates", rates, least=2, most=1000)
    given.affordable(3, ("steps", steps), ("rates", rates), ("starts", len(STARTS)))
    slider = _slider(surface.critical_rates, rates)
    starts = np.array(list(STARTS.values()))
    theta = gradient_descent(surface.gradient, starts, slider.values[:, None], steps).theta
    excess = surface.excess(theta)

    figure, (left, right) = figures.canvas([6.4, 4.4], 4.4)
    u, v = np.linspace(*VIEW, 121).T
    grid = surface.excess(np.stack(np.meshgrid(u, v), axis=-1))
    level_sets(left, u, v, grid, surface.minima, excess[0, :, 0].max())
    figures.excess_loss(right, steps, 1e-6, 1e3)
    for height, name in zip(surface.excess(surface.minima), ["sharp", "flat"], strict=True):
        if height > 0:
            figures.level(right, height, name)

    book = layers.descent_book(
        figure,
        {"α": slider, "start": np.array(list(STARTS))},
        {"α": 0.3 * surface.critical_rates[0]},
        steps,
        "The level sets of a loss with a sharp and a flat minimum, the path of descent on them, "
        "and how far its loss is above the lower minimum.",
    )
    diverges = slider.values[:, None] > surface.critical_rates[1] * (1 + 1e-12)
    shown, left_at = views.leaving(theta, diverges, left.get_xlim(), left.get_ylim())
    layers.path(book, left, shown[..., 0], shown[..., 1])
    layers.loss_curve(book, right, excess)
    ends = surface.reached(theta[..., -1, :])
    edges, out = surface.critical_rates, left_at >= 0
    book.storyboard({}, {"start": "in the pothole", "α": 0.92 * edges[0]}, {"α": 1.08 * edges[0]},
                    {"start": "on the right", "α": "2/λ_flat"}, {"α": 1.1 * edges[1]})  # fmt: skip
    texts = [[caption(rate, edges, excess[i, j], ends[i, j], out[i, j], start)
              for j, start in enumerate(STARTS)]
             for i, rate in enumerate(slider.values)]  # fmt: skip
    return book.caption(np.array(texts)[..., None]).draw()


def _slider(edges, rates):
    """Learning rates from well below the sharp minimum's edge to beyond that of the flat one."""
    values = sliders.with_exactly(np.geomspace(edges[0] / 5, 2 * edges[1], rates), edges)
    sharp, flat = (int(np.flatnonzero(values == edge)[0]) for edge in edges)
    bands = [(0, "both hold"), (sharp + 1, "the flat one holds"), (flat + 1, "neither")]
    bands = [(first, name, BANDS[name]) for first, name in bands]
    return Slider(values, bands=bands, marks={sharp: "2/λ_sharp", flat: "2/λ_flat"})


def above_the_edge(excess, steepest, limit, top):
    """Draw the excess loss of a run, and beside it the curvature that it meets.

    Parameters
    ----------
    excess : array (steps + 1,)
        J − J* at each step.
    steepest : array (points,)
        λ_max at some of these steps, evenly from the first to the last.
    limit : float
        2/α.
    top : float
        Where the axis of the excess loss ends.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Examples
    --------
    >>> figure = above_the_edge(np.ones(5), np.array([2.0, 1.0, 2.0]), 1.5, 10)
    >>> figure.axes[0].get_yscale(), figure.axes[1].texts[0].get_text()
    ('log', '2/α')
    """
    figure, (left, right) = figures.canvas([4.6, 4.4], 3.4)
    steps = len(excess) - 1
    figures.excess_loss(left, steps, 1e-10, top)
    figures.curve(left, np.arange(steps + 1), excess, color=figures.PATH)
    figures.curve(right, np.linspace(0, steps, len(steepest)), steepest, color=figures.DATA)
    figures.level(right, limit, "2/α")
    title = r"$\lambda_{\mathrm{max}}$ at $\theta_t$"
    figures.frame(right, title, "step t", "", left.get_xlim(), (0, 1.05 * steepest.max()))
    return figure


def level_sets(ax, u, v, excess, minima, top):
    """Draw the level sets of a loss with a sharp and a flat minimum, and a named star on each.

    Parameters
    ----------
    ax : Axes
    u, v : arrays (p,), (q,)
        The grid.
    excess : array (q, p)
        J above the lower minimum on the grid.
    minima : array (2, 2)
        Where the stars go: the sharp one, the flat one.
    top : float
        Where the levels end; they are spaced as squares.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4])
    >>> u = v = np.linspace(-1, 1, 5)
    >>> ax = level_sets(ax, u, v, u**2 + v[:, None] ** 2, [[-0.5, 0], [0, 0]], 1.0)
    >>> [text.get_text() for text in ax.texts]
    ['sharp', 'flat']
    """
    levels = top * (np.arange(1, 17) / 16) ** 2
    ax.contour(u, v, excess, levels=levels, colors=figures.FAINT, linewidths=0.9)
    for place, name in zip(minima, ["sharp", "flat"], strict=True):
        ax.plot(*place, "*", color=figures.OPTIMUM, markersize=13)
        ax.annotate(name, place, (7, 7), textcoords="offset points", color=figures.INK)
    words = {"xlabel": r"$\theta_1$", "ylabel": r"$\theta_2$", "title": "the surface"}
    return figures.window(ax, (u[0], v[0]), (u[-1], v[-1]), **words)


def caption(rate, edges, excess, end, out, start):
    """Which of two minima can hold a run, and where this one is.

    Parameters
    ----------
    rate : float
    edges : pair of float
        2/λ_max of the sharp minimum and of the flat one.
    excess : array (steps + 1,)
        J above the lower minimum.
    end : int
        The minimum that it has come to: 0 the sharp one, 1 the flat one, -1 none.
    out : bool
        Whether it has left the picture for good.
    start : str
        Where it begins.

    Examples
    --------
    >>> caption(0.3, (0.1, 1.0), np.array([2, 0.5, 0.0]), 1, False, "far left")[49:]
    'Begun far left, this one is in the flat minimum after 2 steps; its excess loss is below 10⁻⁶.'
    """
    holds = "both minima can hold a run"
    if rate > edges[1] * (1 + 1e-12):
        holds = "neither minimum can hold a run"
    elif rate >= edges[1] * (1 - 1e-12):
        holds = "the flat minimum is exactly at its edge"
    elif rate > edges[0] * (1 + 1e-12):
        holds = "only the flat minimum can hold a run"
    elif rate >= edges[0] * (1 - 1e-12):
        holds = "the sharp minimum is exactly at its edge"
    where = ("in the sharp minimum", "in the flat minimum", "in neither minimum")[end]
    if out:
        where = "out of the picture"
    left = number(excess[-1], 2) if excess[-1] >= 1e-6 else "below 10⁻⁶"
    return (
        f"At α = {number(rate)} {holds}. Begun {start}, this one is {where} "
        f"after {len(excess) - 1} steps; its excess loss is {left}."
    )
