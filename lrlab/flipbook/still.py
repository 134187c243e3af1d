"""A book as a still picture: what stands above and below the figure in its PNG."""

import re
from contextlib import contextmanager

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lrlab.flipbook.stage import RowLayout
from lrlab.flipbook.theme import INK

# So that a book reads the same, whatever style its figure was drawn with.
STYLE = {"font.size": 10, "text.color": INK, "lines.linewidth": 1.6}


@contextmanager
def look():
    """Draw with the style of a still for the length of a ``with`` block."""
    with rc_context(STYLE):
        yield


def canvas(width, height):
    """A figure with one axes that fills it, in inches, off screen.

    Examples
    --------
    >>> figure, ax = canvas(4, 3)
    >>> figure.axes == [ax]
    True
    """
    with look():
        figure = Figure(figsize=(width, height), layout=RowLayout())
        return figure, figure.add_subplot()


def strip(ax, bands, marks, at, size):
    """Draw a slider as a strip: its bands, its special positions as ticks.

    Parameters
    ----------
    ax : Axes
    bands : sequence of (first, name, color)
        Position at which each begins, in order; the first begins at 0.
    marks : dict of int to str
        Position and name of each special value.
    at, size : int
        The position shown, and how many there are.

    Examples
    --------
    >>> _, ax = canvas(4, 0.6)
    >>> strip(ax, [(0, "low", "#56B4E9"), (6, "high", "#E69F00")], {6: "1/λ"}, 3, 10).get_xlim()
    (np.float64(-0.5), np.float64(9.5))
    """
    edges = [border(first, marks) for first, *_ in bands] + [size - 0.5]
    for (_, name, color), left, right in zip(bands, edges, edges[1:], strict=False):
        ax.axvspan(left, right, color=color, alpha=0.4, linewidth=0)
        ax.text((left + right) / 2, 0.5, name, ha="center", va="center", fontsize=9)
    for row, (position, name) in enumerate(sorted(marks.items())):
        y, anchor = ((-0.15, "top"), (1.1, "bottom"))[row % 2]
        ax.plot([position, position], [0, 1], color=INK, linewidth=0.8)
        ax.text(position, y, mathtext(name), ha="center", va=anchor, fontsize=9)
    ax.plot(at, 0.82, "v", color=INK, markersize=9)
    ax.set(xlim=(-0.5, size - 0.5), ylim=(0, 1))
    ax.axis("off")
    return ax


def border(first, marks):
    """Where the band that begins at a position begins in the strip: at the mark before, if any.

    Examples
    --------
    >>> border(6, {5: "1/λ"}), border(6, {}), border(0, {})
    (5.0, 5.5, -0.5)
    """
    return first - 1.0 if first - 1 in marks else first - 0.5


def sentence(text, width, **style):
    """A row of text for a picture: a figure of that width in inches.

    Examples
    --------
    >>> sentence("The sliders work.", 7).get_size_inches().tolist()
    [7.0, 0.3]
    """
    figure, ax = canvas(width, 0.3)
    ax.axis("off")
    ax.text(0, 0.5, mathtext(text), va="center", transform=ax.transAxes, **style)
    return figure


def mathtext(name):
    r"""Write ``λ_max`` as Matplotlib's mathematics, and other text as it is.

    Examples
    --------
    >>> mathtext("2/λ_max")
    '2/λ$_{\\mathrm{max}}$'
    """
    return re.sub(r"_(\w+)", r"$_{\\mathrm{\1}}$", name)


def pixels(figure, dpi):
    """A figure as pixels, an array (height, width, 4) of bytes."""
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())
