"""A book as a still picture: the figure with its layers, and what stands above and below it."""

import io
from contextlib import contextmanager

import numpy as np
from matplotlib import image, rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from lrlab.flipbook.layers import at
from lrlab.flipbook.stage import RowLayout
from lrlab.flipbook.theme import INK
from lrlab.flipbook.words import mathtext

# So that a book reads the same, whatever style its figure was drawn with.
# Dashes are in points, as in the browser, and not in widths of their line.
STYLE = {"font.size": 10, "text.color": INK, "lines.linewidth": 1.6, "lines.scale_dashes": False}
ROW = 0.3  # inches, of a line of text
MARGIN = 5  # points, around lines of text
EDGE = 72 * 0.05  # points that a line of text keeps from the right edge


@contextmanager
def look():
    """Draw with the style of a still for the length of a ``with`` block."""
    with rc_context(STYLE):
        yield


def png(book, dpi):
    """The picture of a book at its present position, as PNG bytes."""
    with look():
        width = book.figure.get_figwidth()
        rows = [sentence(book._where(), width, weight="bold")]
        rows += [_strip_of(each, at, width) for _, each, at in book._shown() if each.bands]
        drawn = [artist(layer, book) for layer in book._layers]
        try:
            rows += [book.figure, sentence(book.seen, width)]
            parts = [pixels(row, dpi) for row in rows]
        finally:
            for each in drawn:
                if each is not None:
                    each.remove()
    buffer = io.BytesIO()
    image.imsave(buffer, np.vstack(parts), metadata={"Software": None})
    return buffer.getvalue()


def artist(layer, book):
    """Draw a layer at the present position of its book; None where there is nothing."""
    points = layer.shown(book._index, book._playing)
    if np.isnan(points[1]).all():
        return None
    with np.errstate(all="ignore"):
        points = [np.clip(v, -1e100, 1e100) for v in points]
    return {"line": _line, "fill": _fill, "text": _text}[layer.kind](layer, points, book)


def lines(ax):
    """The lines that an axes itself has: an array (points, 2 or 3) each, in data units.

    Examples
    --------
    >>> _, ax = canvas(4, 3)
    >>> _ = ax.plot([0, 1], [2, 3])
    >>> [line.tolist() for line in lines(ax)]
    [[[0.0, 2.0], [1.0, 3.0]]]
    """
    data = [line.get_data_3d() if ax.name == "3d" else line.get_data(orig=False)
            for line in ax.lines
            if line.get_visible() and line.get_transform() == ax.transData]  # fmt: skip
    return [np.array(each, float).T for each in data]


def _line(layer, points, book):
    style = layer.style
    (drawn,) = layer.axes.plot(
        *points, color=style["color"], alpha=style["opacity"], linewidth=style["width"],
        linestyle=(0, style["dash"]) if style["dash"] else "-" if style["width"] else "none",
        marker=style["marker"], markersize=style["size"], markeredgewidth=0,
        scalex=False, scaley=False,
    )  # fmt: skip
    return drawn


def _fill(layer, points, book):
    xy = np.column_stack(points)
    gaps = np.flatnonzero(np.isnan(xy).any(axis=1))
    polygons = [part[~np.isnan(part).any(axis=1)] for part in np.split(xy, gaps)]
    outlines = [Path([*part, part[0]], closed=True) for part in polygons if len(part) > 2]
    drawn = PathPatch(  # one path, as in the browser: what turns the other way is a hole
        Path.make_compound_path(*outlines), facecolor=layer.style["color"],
        alpha=layer.style["opacity"], linewidth=0, zorder=1.5,
    )  # fmt: skip
    return layer.axes.add_artist(drawn)


def _text(layer, points, book):
    style = layer.style
    va = {"bottom": "baseline"}.get(style["va"], style["va"])  # as in the browser
    return layer.axes.text(
        *(v[0] for v in points), mathtext(str(at(layer.texts, book._index))), color=style["color"],
        fontsize=style["size"], ha=style["ha"], va=va, clip_on=True,
        zorder=6,  # above a legend, as in the browser
    )  # fmt: skip


def _strip_of(slider, at, width):
    figure, ax = canvas(width, 0.75)
    strip(ax, slider.bands, slider.marks, at, len(slider.values))
    return figure


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
        y, anchor, tick = ((-0.15, "top", [0, 0.16]), (1.1, "bottom", [0.84, 1]))[row % 2]
        ax.plot([position, position], tick, color=INK, linewidth=1.2)  # never through a name
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
    """Lines of text for a picture: a figure of that width in inches, a row for each line.

    Examples
    --------
    >>> sentence("The sliders work.", 7).get_size_inches().tolist()
    [7.0, 0.3]
    """
    lines = _wrapped(text, width, style)
    with look():
        figure = Figure(figsize=(width, ROW * len(lines)))
    across, up = (MARGIN / (72 * size) for size in figure.get_size_inches())
    for row, line in enumerate(lines):
        at = 1 - (row + 0.5) / len(lines)
        figure.text(across, up + at * (1 - 2 * up), mathtext(line), va="center", **style)
    return figure


def _wrapped(text, width, style):
    """The lines that a text needs at a width in inches."""
    with look():
        figure = Figure()
    measure = figure.text(0, 0, "", **style)

    def fits(line):
        measure.set_text(mathtext(line))
        return measure.get_window_extent().width <= (width - 0.15) * figure.dpi

    if fits(text):
        return [text]
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if fits(longer):
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line]


def pixels(figure, dpi):
    """A figure as pixels, an array (height, width, 4) of bytes."""
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())
