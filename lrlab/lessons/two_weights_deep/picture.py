"""The picture of this lesson: two weights in a row, and where a run ends on the curve of minima."""

import numpy as np

from lrlab import _check, datasets
from lrlab.descent import gradient_descent
from lrlab.drawing import figures, given, layers, sliders
from lrlab.drawing.colours import REGIME
from lrlab.drawing.words import number
from lrlab.flipbook import Slider
from lrlab.lessons.two_weights_deep.maths import TwoWeights

# The starts, and the ends of the window, in units that are a little more than a third of √|w*|.
ACROSS, UP = np.arange(1, 13), np.arange(-3, 6)
WINDOW = 14
HELD = {**layers.FLAT, "width": 1.6}  # what α can hold, in both panels


def two_weights(surface=None, *, steps=40, rates=62):
    """Turn α, drag the start, and see where on the curve of minima a run ends, if it does.

    Parameters
    ----------
    surface : TwoWeights, optional
        Of one's own data. Default: of the line of the course without an intercept.
    steps, rates : int
        How many steps, and about how many learning rates.

    Returns
    -------
    book : Flipbook
        Sliders α, start u, start v and step t; the path on the level sets of J(u, v) with the
        curve of minima, and the sharpness at each step against 2/α.

    Examples
    --------
    >>> book = two_weights(TwoWeights([1, 2, 3], [2, 4, 6]))
    >>> book.position = {"α": 1.0}
    >>> book.seen[:57]
    'No minimum holds a run at α = 0.145: the flattest has sha'
    """
    surface = TwoWeights(*datasets.line(intercept=0)) if surface is None else surface
    if not isinstance(surface, TwoWeights):
        raise TypeError(f"surface must be a TwoWeights, got {_check.said(surface)}")
    steps = _check.whole_number("steps", steps, least=1)
    rates = _check.whole_number("rates", rates, least=2, most=1000)
    given.affordable(3, ("steps", steps), ("rates", rates), ("starts", len(ACROSS) * len(UP)))
    unit = float(f"{0.35 * np.sqrt(abs(surface.slope)):.1g}")
    u, v = unit * ACROSS, unit * np.sort(np.sign(surface.slope) * UP) + 0.0
    opening = np.array([u[-1], np.sign(surface.slope) * unit])
    slider = _slider(surface, opening, rates)
    starts = np.stack(np.meshgrid(u, v, indexing="ij"), axis=-1)
    run = gradient_descent(surface.gradient, starts, slider.values[:, None, None], steps)

    figure, (left, right) = figures.canvas([4.5, 4.5], 4.4)
    plane(left, surface, WINDOW * unit)
    sharpness_axes(right, surface, steps, surface.sharpness(opening))
    book = layers.descent_book(
        figure,
        {"α": slider, "start u": u, "start v": v},
        {"α": 0.5 * 2 / surface.sharpness(opening), "start u": u[-1], "start v": opening[1]},
        steps,
        "The level sets of the loss over two weights u and v with the curve of its minima and the "
        "path of descent, and the sharpness at each step against 2/α.",
    )
    held = 2 / slider.values[:, None, None, None, None]
    angle = np.linspace(0, 2 * np.pi, 73)
    radius = np.sqrt(held / surface.mean_square)
    book.line(left, radius * np.cos(angle), radius * np.sin(angle), **HELD)
    book.line(right, np.array(right.get_xlim()), held + np.zeros(2), **HELD)
    gone = _exploded(run.theta, WINDOW * unit)
    shown = _until_gone(run.theta, gone, WINDOW * unit)
    layers.path(book, left, shown[..., 0], shown[..., 1])
    book.handle(left, "start u", "start v", color=figures.PATH)
    layers.loss_curve(book, right, surface.sharpness(run.theta))
    texts = [holds(surface, rate) for rate in slider.values]
    book.storyboard(*_scenes(surface, opening, unit))
    book.caption(
        np.array(texts)[:, None, None, None], _ends(surface, slider.values, run.theta, gone)
    )
    return book.draw()


def _exploded(theta, reach):
    """Whether the runs θ (..., steps + 1, 2) have come so far that there is no way back."""
    return np.abs(theta[..., -1, :]).max(axis=-1) > 1e20 * reach


def _until_gone(theta, gone, reach):
    """The paths, where an exploding run leaves the picture for good cut short of twice its size."""
    theta, steps = theta.copy(), np.arange(theta.shape[-2])
    inside = (np.abs(theta) <= reach).all(axis=-1)
    last = np.where(inside, steps, 0).max(axis=-1)[..., None]
    theta[gone[..., None] & (steps > last + 1)] = np.nan
    at = np.broadcast_to(last[..., None], (*last.shape, 2))
    after = np.minimum(at + 1, steps[-1])
    here, out = (np.take_along_axis(theta, each, axis=-2) for each in (at, after))
    share = np.minimum(
        1, 2 * reach / np.maximum(np.abs(out - here).max(axis=-1, keepdims=True), reach)
    )
    cut = np.where(gone[..., None, None], here + share * (out - here), out)
    np.put_along_axis(theta, after, cut, axis=-2)
    return theta


def _slider(surface, opening, rates):
    """Learning rates from well below the edge at the opening start to where no minimum holds."""
    edge, top = 2 / surface.sharpness(opening), surface.highest_rate
    grid = np.geomspace(0.3 * edge, 1.35 * top, rates)
    values = sliders.with_exactly(grid, [edge, 2 * edge, top])
    first = int(np.flatnonzero(values == top)[0]) + 1
    bands = [(0, "some minima hold", REGIME["monotone"]),
             (first, "none", REGIME["diverging"])]  # fmt: skip
    place = "({}, {})".format(*(number(each).replace("-", "−") for each in opening))
    special = {edge: f"2/λ at {place}", top: "2/λ_flattest"}
    return Slider(values, bands=bands, marks=sliders.marks(values, special))


def _scenes(surface, opening, unit):
    edge = 2 / surface.sharpness(opening)
    side = np.sign(surface.slope) * unit
    return [{}, {"α": 1.5 * edge}, {"α": 1.95 * edge}, {"α": 2.5 * edge},
            {"start u": 6 * unit, "start v": side}, {"α": 1.2 * surface.highest_rate}]  # fmt: skip


def plane(ax, surface, reach):
    """Draw the level sets of J over u and v from −reach to reach, and the curve of its minima.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4])
    >>> plane(ax, TwoWeights([1, 2], [2, 4]), 6.0).get_xlabel()
    '$u$'
    """
    grid = np.linspace(-reach, reach, 141)
    short = grid * grid[:, None] / surface.slope - 1
    ax.contour(grid, grid, np.abs(short), levels=[1, 2.5, 5, 10, 20, 40], colors=figures.FAINT,
               linewidths=0.9)  # fmt: skip
    u = np.geomspace(abs(surface.slope) / reach, reach, 97)
    for side in (1, -1):
        ax.plot(side * u, side * surface.slope / u, color=figures.OPTIMUM, linewidth=2.0)
    figures.window(ax, [-reach] * 2, [reach] * 2, xlabel="$u$", ylabel="$v$", title="the surface")
    ax.set_aspect("auto")
    return ax


def sharpness_axes(ax, surface, steps, first):
    """Prepare the axes of the sharpness, of which `first` is seen with room, and name the lines.

    Examples
    --------
    >>> _, (ax,) = figures.canvas([4])
    >>> sharpness_axes(ax, TwoWeights([1, 2], [2, 4]), 40, 30.0).get_yscale()
    'log'
    """
    low = 10 ** np.floor(np.log10(surface.flattest / 4))
    high = 10 ** np.ceil(np.log10(3 * first))
    figures.powers_of_ten(ax.yaxis, low, high)
    figures.frame(ax, "the sharpness", "step t", "", (-0.02 * steps, 1.02 * steps), (low, high))
    ax.axhline(surface.flattest, color=figures.OPTIMUM, linewidth=1.0)
    flattest = {"color": figures.OPTIMUM, "width": 1.0}
    names = {"this run": layers.TRAIL, "2/α": HELD, "the flattest minimum": flattest}
    figures.key(ax, names, loc="upper right")
    return ax


def sharpening(rates, losses, sharpness, every):
    """Draw the sharpness of the network along runs, against 2/α of each, and below it the loss.

    Parameters
    ----------
    rates : sequence of 3 float
    losses, sharpness : arrays (3, k)
    every : int
        Steps from one entry to the next.

    Returns
    -------
    figure : Figure

    Examples
    --------
    >>> figure = sharpening([0.1, 0.2, 0.4], np.ones((3, 5)), np.ones((3, 5)), 50)
    >>> len(figure.axes)
    2
    """
    figure, (left, right) = figures.canvas([4.6, 4.0], 3.8)
    looks = [(figures.DATA, None), (figures.SECOND, (7, 3)), (figures.PATH, (1.5, 2))]
    steps = every * np.arange(np.shape(losses)[-1])
    for rate, loss, sharp, (color, dash) in zip(rates, losses, sharpness, looks, strict=True):
        figures.curve(left, steps, sharp, color=color, dash=dash, label=f"α = {rate:g}")
        figures.level(left, 2 / rate, f"2/{rate:g}")
        figures.curve(right, steps, loss, color=color, dash=dash)
    figures.frame(left, "the sharpness, and 2/α", "step t", "", None, (0, 24))
    left.legend(loc="upper right", bbox_to_anchor=(1, 0.82), ncols=3, frameon=False)
    figures.powers_of_ten(right.yaxis, 0.01, 1)
    figures.frame(right, "the loss J", "step t", "", None, (0.01, 1))
    return figure


def _ends(surface, rates, theta, gone):
    """What became of each run, (rates, u, v, 1)."""
    texts = np.empty(gone.shape, object)
    excess, sharp = surface.excess(theta), surface.sharpness(theta)
    tiny = 1e-8 * surface.mean_square * surface.slope**2
    for at in np.ndindex(gone.shape):
        moving = not np.array_equal(theta[at][0], theta[at][1])
        settled = excess[at][-1] < tiny and sharp[at][-1] < 2 / rates[at[0]]
        texts[at] = end(excess[at], sharp[at], moving, bool(gone[at]), settled)
    return texts[..., None]


def holds(surface, rate):
    """Which minima can hold a run with this α.

    Examples
    --------
    >>> holds(TwoWeights([1, 2], [2, 4]), 0.1)
    'At α = 0.1 a minimum holds a run if its sharpness is below 2/α = 20.'
    """
    flattest = number(surface.flattest)
    if sliders.stands_on(rate, surface.highest_rate):
        return f"At α = {number(rate)} the flattest minimum, sharpness {flattest}, is at its edge."
    if rate > surface.highest_rate:
        return (
            f"No minimum holds a run at α = {number(rate)}: the flattest has sharpness {flattest}."
        )
    held = number(2 / rate)
    return f"At α = {number(rate)} a minimum holds a run if its sharpness is below 2/α = {held}."


def end(excess, sharpness, moving, diverged, settled):
    """Where a run began and where it is at the end.

    Parameters
    ----------
    excess, sharpness : arrays (steps + 1,)
    moving, diverged, settled : bool
        Whether it moves at all, has exploded, and is at a minimum that holds it.

    Examples
    --------
    >>> end(np.array([1.0, 60, 0]), np.array([44.0, 50, 6]), True, False, True)
    'Begun at sharpness 44, this run rises to 60 times its first excess loss and settles at 6.'
    """
    steps, (first, last) = len(excess) - 1, (number(sharpness[at], 2) for at in (0, -1))
    if not moving:
        return "This one begins where the gradient is 0, and stays."
    if diverged:
        return f"Begun at sharpness {first}, this run explodes."
    if not settled:
        return f"Begun at sharpness {first}, this run has not settled after {steps} steps."
    with np.errstate(over="ignore", divide="ignore"):
        times = excess.max() / excess[0]
    if times > 1.05:
        rise = f"rises to {number(times, 2)} times its first excess loss and settles at"
        return f"Begun at sharpness {first}, this run {rise} {last}."
    return f"Begun at sharpness {first}, this run settles at {last}."
