"""Drawing for the whole course: finished arrays and an Axes come in, the Axes goes back."""

from contextlib import contextmanager
from pathlib import Path

import numpy as np
from matplotlib import style as _style
from matplotlib.figure import Figure
from matplotlib.scale import LogScale
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator

from lrlab.drawing import crowd
from lrlab.drawing.colours import DATA, FAINT, INK, OPTIMUM, PATH, REGIME, SECOND
from lrlab.drawing.words import RAISED
from lrlab.flipbook.stage import RowLayout
from lrlab.flipbook.words import mathtext

__all__ = [
    "DATA",
    "FAINT",
    "INK",
    "OPTIMUM",
    "PATH",
    "REGIME",
    "SECOND",
    "canvas",
    "curve",
    "data",
    "excess_loss",
    "frame",
    "joined",
    "key",
    "level",
    "look",
    "mathtext",
    "padded",
    "power_of_ten",
    "powers_of_ten",
    "surface",
    "uprights",
    "window",
]

STYLE = Path(__file__).with_name("lrlab.mplstyle")


@contextmanager
def look():
    """Draw with the style of the course for the length of a ``with`` block.

    Examples
    --------
    >>> with look():
    ...     figure = Figure()
    >>> figure.get_layout_engine() is not None
    True
    """
    with _style.context(STYLE):
        yield


def canvas(widths, height=3.7, *, three_d=()):
    """A figure with one row of axes, off screen.

    Parameters
    ----------
    widths : sequence of float
        Width of each axes in inches.
    height : float
        Height of the figure in inches.
    three_d : container of int
        Which of the axes are three-dimensional.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : list of matplotlib.axes.Axes

    Examples
    --------
    >>> figure, axes = canvas([4, 4])
    >>> len(axes)
    2
    """
    with look():
        figure = Figure(figsize=(sum(widths), height), layout=RowLayout())
        grid = figure.add_gridspec(1, len(widths), width_ratios=widths)
        axes = [
            figure.add_subplot(cell, projection="3d" if k in three_d else None)
            for k, cell in enumerate(grid)
        ]
    return figure, axes


def frame(ax, title, xlabel, ylabel, xlim=None, ylim=None):
    """Set the words around an axes, and its limits (pairs).

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> frame(ax, "the loss", "w", "J", (0, 1)).get_title(loc="left")
    'the loss'
    """
    ax.set_title(title, loc="left")
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=xlim, ylim=ylim)
    return ax


def data(ax, x, y, *, xlabel="x", ylabel="y", title="the data and the line"):
    """Draw the observations x (n,) and y (n,) as dots, with room around them.

    Of more than a thousand the title says how many are shown; see `lrlab.drawing.crowd`.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> data(ax, [0, 1], [1, 3]).get_xlabel()
    'x'
    """
    x, y = np.asarray(x), np.asarray(y)
    at = crowd.shown(x, y)
    ax.plot(
        x[at], y[at], "o", color=DATA, markersize=4.5, alpha=0.75, markeredgewidth=0, label="data"
    )
    title = crowd.said(len(at), len(x), title)
    return frame(ax, title, xlabel, ylabel, padded(x), padded(y, 0.25))


def surface(ax, w, b, excess, *, minimizer, xlabel="slope w", ylabel="intercept b"):
    """Draw the level sets of a loss over a grid, and a star on its minimum.

    Parameters
    ----------
    ax : Axes
    w, b : arrays (p,), (q,)
        The grid, in the units of the parameters.
    excess : array (q, p)
        J − J* on the grid. The levels are spaced as squares, so that on a quadratic the rings
        stand at even distances.
    minimizer : pair of float
        Where the star goes.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> w = b = np.linspace(-1, 1, 5)
    >>> surface(ax, w, b, w**2 + b[:, None] ** 2, minimizer=(0, 0)).get_title(loc="left")
    'the loss J(w, b)'
    """
    levels = np.max(excess) * (np.arange(1, 13) / 12) ** 2
    ax.contour(w, b, excess, levels=levels, colors=FAINT, linewidths=0.9)
    ax.plot(*minimizer, "*", color=OPTIMUM, markersize=13, label="minimum")
    return window(ax, (w[0], b[0]), (w[-1], b[-1]), xlabel=xlabel, ylabel=ylabel)


def window(ax, low, high, *, xlabel="slope w", ylabel="intercept b", title="the loss J(w, b)"):
    """Prepare the axes of a surface without level sets: corners low, high (2,) each.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> window(ax, [0, 0], [1, 2]).get_ylim()
    (np.float64(0.0), np.float64(2.0))
    """
    limits = zip(low, high, strict=True)
    return frame(ax, title, xlabel, ylabel, *limits)


def curve(ax, x, y, *, color, width=1.6, dash=None, marker=None, size=5, label=None):
    """Draw a line that stays, in the words of `Flipbook.line`; the lengths of dashes are points.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> curve(ax, [0, 1], [2, 3], color=PATH, dash=(7, 3)).get_color()
    '#D55E00'
    """
    (drawn,) = ax.plot(x, y, color=color, linewidth=width, marker=marker, markersize=size,
                       markeredgewidth=0, label=label)  # fmt: skip
    if dash:
        drawn.set_linestyle((0, [length / width for length in dash]))  # Matplotlib counts widths
    return drawn


def key(ax, styles, loc="lower left"):
    """Say what each line is: a dict of its name and its style, in the words of `Flipbook.line`.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> [text.get_text() for text in key(ax, {"the path": {"color": PATH}}).get_texts()]
    ['the path']
    """
    lines = [curve(ax, [], [], label=name, **style) for name, style in styles.items()]
    return ax.legend(handles=lines, loc=loc, handlelength=2.6, frameon=False, labelcolor=INK)


def uprights(ax, marks):
    r"""Draw thin lines upwards at some places across, a dict of name and place.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> uprights(ax, {"2/λ_max": 0.5}).texts[0].get_text()
    '2/λ$_{\\mathrm{max}}$'
    """
    for name, place in marks.items():
        ax.axvline(place, color=FAINT, linewidth=1.0)
        ax.annotate(mathtext(name), (place, 1), (3, -3), xycoords=("data", "axes fraction"),
                    textcoords="offset points", color=INK, va="top", fontsize=9)  # fmt: skip
    return ax


def level(ax, height, name):
    """Draw a thin line across at a height, with its name at the right, outside.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> level(ax, 0.01, "1 %").texts[0].get_text()
    '1 %'
    """
    ax.axhline(height, color=FAINT, linewidth=1.0)
    ax.annotate(name, (1, height), (3, 0), xycoords=("axes fraction", "data"), va="center",
                textcoords="offset points", color=INK, fontsize=9)  # fmt: skip
    return ax


def joined(curves):
    """Put curves (k, points, d) into one, (k · (points + 1), d), with a gap after each.

    Examples
    --------
    >>> joined(np.zeros((2, 3, 2))).shape
    (8, 2)
    """
    gap = np.full((len(curves), 1, curves.shape[-1]), np.nan)
    return np.concatenate([curves, gap], axis=1).reshape(-1, curves.shape[-1])


def excess_loss(ax, steps, low, high, *, parameter=r"\theta"):
    """Prepare the axes of the excess loss J(θ_t) − J*: steps across, powers of ten upwards.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> excess_loss(ax, 40, 1e-6, 1e3).get_yscale()
    'log'
    """
    powers_of_ten(ax.yaxis, low, high)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    title = rf"excess loss  $J({parameter}_t) - J^\star$"
    return frame(ax, title, "step t", "", (-0.02 * steps, 1.02 * steps), (low, high))


def powers_of_ten(axis, low, high, nonpositive="mask"):
    """Make an axis logarithmic from low to high, with a few plain powers of ten for ticks.

    Examples
    --------
    >>> _, (ax,) = canvas([4])
    >>> powers_of_ten(ax.yaxis, 1e-6, 1e3)
    >>> [text.get_text() for text in ax.get_yticklabels()][:3]
    ['10⁻⁶', '10⁻⁴', '10⁻²']
    """
    first, last = (round(np.log10(limit)) for limit in (low, high))
    stride = next(n for n in (1, 2, 3, 5, 10, 20, 50, 100) if (last - first) / n <= 8)
    powers = np.arange(-(-first // stride) * stride, last + 1, stride)
    axis.axes.set(**{f"{axis.axis_name}scale": LogScale(axis, nonpositive=nonpositive)})
    axis.set_major_locator(FixedLocator([float(f"1e{power}") for power in powers]))
    axis.set_major_formatter(FixedFormatter([power_of_ten(power) for power in powers]))
    axis.set_minor_locator(NullLocator())


def power_of_ten(power):
    """Write 10 to a whole power as text.

    Examples
    --------
    >>> power_of_ten(-3), power_of_ten(0), power_of_ten(12)
    ('10⁻³', '1', '10¹²')
    """
    return {0: "1", 1: "10"}.get(int(power), f"10{str(power).translate(RAISED)}")


def padded(values, share=0.08):
    """Return the range of the values, with a share of it for room on both sides.

    Examples
    --------
    >>> padded([0, 4], 0.25)
    (np.float64(-1.0), np.float64(5.0))
    """
    low, high = np.min(values), np.max(values)
    size = max(abs(low), abs(high))
    spread = high - low if high - low > 1e-9 * size else size  # else no axis could show it
    margin = share * (spread or 1.0)
    return low - margin, high + margin
