"""The picture of this lesson: rates in some order, the polynomial they make, and where it leads."""

import numpy as np

from lrlab import _check, schedules
from lrlab.drawing import figures, layers
from lrlab.drawing.colours import FAINT, SECOND
from lrlab.drawing.words import number
from lrlab.flipbook import Slider
from lrlab.lessons.past_the_edge import maths

STEPS = 16
COUNTS = np.array([1, 2, 4, 8, 16])
ORDERS = ["ascending", "fractal", "descending", "silver"]
CONSTANT = {"color": SECOND, "dash": (7, 3), "width": 2.0}
LOW, HIGH = 1e-4, 1e10  # of the error, as drawn
PIECES = 96  # of a curve: six for each ripple of the last polynomial
RATES = {"color": layers.TRAIL["color"], "width": 0.7, "marker": "o", "size": 5}


def past_the_edge(conditions=(4, 10, 20, 50, 100, 200, 500, 1000)):
    """Take sixteen steps of unequal rates, many beyond the edge, in one order or another.

    Parameters
    ----------
    conditions : array (k,)
        Of the slider: κ = λ_max/λ_min, from 1.1 to 1e6, ascending; at most 20 of them.

    Returns
    -------
    book : Flipbook
        Sliders n, order, κ and step t; the rates, what they leave of an error of each curvature,
        the path in a valley, and the worst error. n Chebyshev rates are repeated; silver steps
        know neither n nor κ. The dashed line is the best constant rate, 2/(λ_min + λ_max).

    Examples
    --------
    >>> book = past_the_edge()
    >>> book.position = {"n": 16, "κ": 100}
    >>> book.seen[:29]
    'Of 16 steps 8 pass the edge, '
    """
    conditions = _conditions(conditions)
    rates = _rates(conditions)
    lows = 1 / conditions
    worst = np.stack([maths.worst(rates[:, :, k], low, 1.0) for k, low in enumerate(lows)], axis=2)
    best = [maths.worst(np.full(STEPS, 2 / (low + 1)), low, 1.0) for low in lows]

    figure, axes = _stage()
    middle = len(conditions) // 2
    book = layers.descent_book(
        figure,
        {"n": COUNTS, "order": ORDERS, "κ": Slider(conditions, _written(conditions))},
        {"n": 1, "order": "fractal", "κ": conditions[middle]},
        STEPS,
        "The learning rate of each step, in units of the critical rate; what is left of an error "
        "of each curvature; the path in a valley of two curvatures; the worst error at each step.",
    )
    _rates_layer(book, axes[0], rates)
    _curves(book, axes[1], rates, conditions)
    _path(book, axes[2], rates, conditions)
    dashed = layers.within_sight(axes[3], np.array(best))
    book.line(axes[3], np.arange(STEPS + 1), dashed[:, None], **CONSTANT)
    layers.loss_curve(book, axes[3], worst)
    book.storyboard({"n": 1}, {"n": 16, "order": "ascending"}, {"order": "descending"},
                    {"order": "fractal"}, {"order": "silver"})  # fmt: skip
    texts = np.empty(rates.shape[:-1], object)
    for i, j, k in np.ndindex(texts.shape):
        texts[i, j, k] = caption(ORDERS[j], COUNTS[i], rates[i, j, k] / 2, worst[i, j, k], best[k])
    return book.caption(texts[..., None]).draw()


def _conditions(values):
    values = _check.numbers("conditions", values)
    _check.shape("conditions", values, (None,))
    if len(values) > 20:
        raise ValueError(f"conditions must be at most 20 numbers, got {len(values)}")
    fits = (values >= 1.1) & (values <= 1e6)
    _check.demand("conditions", values, fits, "from 1.1 to 1,000,000")
    steps = np.diff(values, prepend=0)
    _check.demand("conditions", values, steps > 0, "ascending")
    return values


def _written(conditions):
    """Conditions as they are written: with a few digits, or more where two would look the same."""
    written = ([number(each, digits) for each in conditions] for digits in range(3, 18))
    return next(labels for labels in written if len({*labels}) == len(labels))


def _rates(conditions):
    """The rates of all schedules, (counts, orders, κ, steps), in units of 1/λ_max."""
    made = np.empty((len(COUNTS), len(ORDERS), len(conditions), STEPS))
    for j, order in enumerate(ORDERS):
        schedule = schedules.silver(2.0, 2 * STEPS - 1)
        if order != "silver":
            schedule = schedules.chebyshev(1 / conditions, 1.0, COUNTS[:, None], order)
        made[:, j] = schedule(np.arange(STEPS))
    return made


def _stage():
    figure, axes = figures.canvas([2.7, 3.1, 2.7, 3.1], 3.8)
    rates, curves, path, worst = axes
    figures.powers_of_ten(rates.yaxis, 0.1, 1e3)
    rates.axhline(1, color=figures.INK, linewidth=1.2, linestyle="--")
    rates.text(0.97, 0.95, "beyond the edge", transform=rates.transAxes, ha="right", va="top",
               color=figures.INK, fontsize=9)  # fmt: skip
    figures.frame(rates, "rate / edge", "step t", "", (0, STEPS + 1), (0.1, 1e3))
    rates.set_xticks([1, 4, 8, 12, 16])
    figures.powers_of_ten(curves.yaxis, LOW, HIGH)
    title = r"error left, $|p_t(\lambda)|$"
    figures.frame(curves, title, r"$\lambda/\lambda_{\mathrm{max}}$", "", (-0.02, 1.02),
                  (LOW, HIGH))  # fmt: skip
    figures.window(path, [-1.3, -1.3], [1.3, 1.3], xlabel="flat error", ylabel="steep error",
                   title="the path")  # fmt: skip
    path.plot(0, 0, "*", color=figures.OPTIMUM, markersize=13)
    figures.excess_loss(worst, STEPS, LOW, HIGH)
    worst.set_title(r"worst error, max $|p_t|$", loc="left")
    keys = {"these rates": layers.TRAIL, "best constant": CONSTANT}
    figures.key(worst, keys, loc="upper left")
    return figure, axes


def _rates_layer(book, ax, rates):
    """Draw the rates of the steps taken so far, each above the step that it has led to."""
    shown = np.concatenate([np.full_like(rates[..., :1], np.nan), rates / 2], axis=-1)
    book.line(ax, np.arange(STEPS + 1), shown[..., None, :], **RATES, reveal=True)


def _curves(book, ax, rates, conditions):
    """Draw what is left at each step of an error of each curvature, and of the best constant."""
    grids = np.stack([np.append(0, maths.between(1 / k, 1.0, PIECES)) for k in conditions])
    for made, style in [(2 / (1 + 1 / conditions)[:, None] * np.ones(STEPS), CONSTANT),
                        (rates, {"color": layers.TRAIL["color"], "width": 1.6})]:  # fmt: skip
        curves = [maths.left(made[..., k, :], grid) for k, grid in enumerate(grids)]
        near = layers.within_sight(ax, np.abs(np.stack(curves, axis=-3)))
        book.line(ax, grids[:, None], near, **style)
    flattest = 1 / conditions[:, None, None] * [1, 1]
    book.line(ax, flattest, [LOW, HIGH], color=FAINT, width=1.0)


def _path(book, ax, rates, conditions):
    """Draw the path from (1, 1) in a valley with the curvatures λ_min and λ_max."""
    circle = np.linspace(0, 2 * np.pi, 61)
    rings = [figures.joined(np.stack([np.stack([root * np.sqrt(k) * np.cos(circle),
                                                root * np.sin(circle)], axis=-1)
                                      for root in (0.1, 0.3, 0.6, 1.0)]))
             for k in conditions]  # fmt: skip
    rings = np.stack(rings)[:, None]
    book.line(ax, rings[..., 0], rings[..., 1], color=FAINT, width=0.9)
    flat, steep = (
        np.stack([maths.left(rates[..., k, :], [1 / kappa if flat else 1.0])[..., 0]
                  for k, kappa in enumerate(conditions)], axis=-2)
        for flat in (True, False)
    )  # fmt: skip
    layers.path(book, ax, flat, steep)


def caption(order, count, rates, worst, best):
    """What sixteen steps do on the way and at the end, at worst.

    Parameters
    ----------
    order : str
        As on the slider.
    count : int
        How many Chebyshev rates, which are repeated.
    rates : array (steps,)
        In units of the critical rate.
    worst, best : arrays (steps + 1,)
        The worst error of these rates, and of the best constant one.

    Examples
    --------
    >>> worst, best = np.array([1, 0.9, 0.5]), np.array([1, 0.9, 0.8])
    >>> caption("fractal", 2, np.array([0.6, 2.5]), worst, best)[:50]
    'Of 2 steps 1 passes the edge, the largest 2.5 time'
    """
    if count == 1 and order != "silver":
        return (
            f"One rate is the best constant one, 2/(λ_min + λ_max). After {len(rates)} steps "
            f"{number(worst[-1])} of the worst error is left."
        )
    over = int(np.sum(rates > 1 + 1e-12))
    said = f"Of {len(rates)} steps {over} pass{'es' * (over == 1)} the edge, the largest "
    said += f"{number(rates.max())} times."
    if order == "silver":
        said = f"Silver, whatever n and κ: {said[0].lower()}{said[1:]}"
    grows = worst.max() > 1 + 1e-9
    way = f"peaks at {number(worst.max())}" if grows else "never grows"
    if not (np.diff(worst) <= 1e-9).all() and not grows:
        way = "never exceeds 1"
    return (
        f"{said} The worst error {way} and ends at {number(worst[-1])}; the best constant α leaves "
        f"{number(best[-1])}."
    )
