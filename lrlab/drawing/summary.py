"""What a figure shows, in words and rounded numbers."""

import matplotlib
import numpy as np
from matplotlib import category, dates
from matplotlib.container import BarContainer
from matplotlib.figure import Figure

from lrlab.drawing.figures import STYLE

DATED = dates.AutoDateFormatter, dates.ConciseDateFormatter, dates.DateFormatter


def load(ipython):
    """Set the style of the course in a notebook, and its summaries of figures.

    Called by ``%load_ext lrlab``.
    """
    import matplotlib.pyplot as plt

    plt.style.use(STYLE)
    if "inline" in matplotlib.get_backend():
        # Setting formats forgets all formatters of figures, so ours comes after.
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("png", metadata={"Software": None})
    ipython.display_formatter.formatters["text/plain"].for_type(
        Figure, lambda figure, printer, cycle: printer.text(describe(figure))
    )


def describe(figure):
    """Say in words and rounded numbers what a figure shows.

    It stands beside every picture as its text: for readers who do not see the picture, and so that
    a changed curve changes a text that tests compare. Dates and words are written as such. Whatever
    else a figure holds is named by its type; nothing that it holds is an error.

    Examples
    --------
    >>> from lrlab.drawing.figures import canvas
    >>> _, (ax,) = canvas([4])
    >>> _ = ax.plot([0, 1, 2], [1, 4, 9], label="squares")
    >>> print(describe(ax.figure))
    Figure with 1 panel
      panel 1: x -0.1 to 2.1, y 0.6 to 9.4
        line 'squares': 3 points, (0, 1) over (1, 4) to (2, 9), y from 1 to 9
    """
    every = [each for ax in figure.axes for each in (ax, *ax.child_axes)]
    panels = [ax for ax in every if (ax.axison or _drawn(ax)) and _kind(ax, ax) != "SecondaryAxis"]
    lines = [f"Figure with {len(panels)} panel{'s' if len(panels) != 1 else ''}"]
    lines += [f"  title: {each}" for each in _titles(figure)]
    for k, ax in enumerate(panels, 1):
        said = (_said(artist, describer, ax) for artist, describer in _artists(ax))
        lines += [f"  panel {k}: {_said(ax, _headline, ax)}", *(f"    {text}" for text in said)]
    return "\n".join(lines)


def _said(artist, describer, ax):
    """What a describer says of an artist; what the artist is, where it is like none known."""
    try:
        return describer(artist, ax)
    except Exception as error:  # A plot of the learner's own must show, whatever is in it.
        return f"{type(artist).__name__}, of which no more can be said: {type(error).__name__}"


def _titles(figure):
    """The titles above all panels, of the figure and of the figures in it."""
    titles = [figure.get_suptitle(), *(each.get_suptitle() for each in figure.subfigs)]
    return [each for each in titles if each]


def _drawn(ax):
    return [*ax.lines, *ax.collections, *ax.images, *ax.patches]


def _headline(ax, _):
    title = ax.get_title(loc="left") or ax.get_title() or ax.get_title(loc="right")
    axes = [
        f"{ax.get_xlabel() or 'x'} {_extent(ax.get_xlim(), ax.xaxis)}",
        f"{ax.get_ylabel() or 'y'} {_extent(ax.get_ylim(), ax.yaxis)}",
    ]
    if ax.name == "3d":
        axes.append(f"{ax.get_zlabel() or 'z'} {_extent(ax.get_zlim(), ax.zaxis)}")
    return f"{title}: {', '.join(axes)}" if title else ", ".join(axes)


def _artists(ax):
    """What is in an axes, each with the function that describes it."""
    yield from ((line, _line) for line in ax.lines)
    yield from ((each, _collection) for each in ax.collections)
    bars = [each for each in ax.containers if isinstance(each, BarContainer)]
    yield from ((each, _bars) for each in bars)
    of_bars = {patch for each in bars for patch in each.patches}
    yield from ((patch, _patch) for patch in ax.patches if patch not in of_bars)
    yield from ((image, _image) for image in ax.images)
    yield from ((table, _kind) for table in ax.tables)
    yield from ((text, lambda text, ax: f"text: {text.get_text()}") for text in ax.texts)
    yield from ((artist, _kind) for artist in ax.artists)


def _kind(artist, ax):
    return type(artist).__name__


def _label(artist):
    label = str(artist.get_label())
    return "" if label.startswith("_") or not label else f" '{label}'"


def _line(line, ax):
    if hasattr(line, "get_data_3d"):
        x, y, z = line.get_data_3d()
        return f"line{_label(line)}: {_curve(x, y, ax)}, z {_range(z)}"
    x, y = line.get_xdata(orig=False), line.get_ydata(orig=False)
    return f"line{_label(line)}: {_curve(x, y, ax)}"


def _collection(collection, ax):
    kind, values = type(collection).__name__, collection.get_array()
    if getattr(collection, "levels", None) is not None:
        return f"{kind}: levels {_extent(np.asarray(collection.levels)[[0, -1]])}"
    coloured = "" if values is None else f", values {_range(values)}"
    if hasattr(collection, "_offsets3d"):  # the only way Matplotlib offers
        x, y, z = collection._offsets3d
        return f"points{_label(collection)}: {_curve(x, y, ax)}, z {_range(z)}{coloured}"
    if kind == "PathCollection":
        x, y = np.transpose(np.ma.filled(collection.get_offsets(), np.nan))
        return f"points{_label(collection)}: {_curve(x, y, ax)}{coloured}"
    if kind == "LineCollection":  # error bars and the like, which reach as far as their panel
        return kind + coloured
    if hasattr(collection, "U"):
        coloured = f", arrows across {_range(collection.U)}, upwards {_range(collection.V)}"
    low, high = collection.get_datalim(ax.transData).get_points()
    if not np.isfinite([low, high]).all():
        return kind + coloured
    x, y = (
        _extent(each, axis)
        for each, axis in zip(zip(low, high, strict=True), (ax.xaxis, ax.yaxis), strict=True)
    )
    return f"{kind}{_label(collection)}: x {x}, y {y}{coloured}"


def _bars(bars, ax):
    upright = bars.orientation != "horizontal"
    sizes = [patch.get_height() if upright else patch.get_width() for patch in bars.patches]
    axis = ax.yaxis if upright else ax.xaxis
    ways = "heights" if upright else "lengths"
    return f"bars{_label(bars)}: {len(sizes)}, {ways} {_sequence(sizes)}, {_range(sizes, axis)}"


def _patch(patch, ax):
    kind = type(patch).__name__
    if kind == "Wedge":
        share = (patch.theta2 - patch.theta1) / 360
        return f"wedge{_label(patch)}: {_short(100 * share)} % of a circle"
    path = patch.get_path().transformed(patch.get_patch_transform())
    x, y = (_extent((v.min(), v.max())) for v in np.transpose(path.vertices))
    return f"{kind}{_label(patch)}: x {x}, y {y}"


def _image(image, ax):
    values = np.ma.filled(np.ma.asarray(image.get_array()).astype(float), np.nan)
    height, width = values.shape[:2]
    seen = values[np.isfinite(values)]
    mean = f", mean {_short(seen.mean())}" if seen.size else ""
    return f"image: {height} × {width}, values {_range(values)}{mean}"


def _curve(x, y, ax):
    x, y = (np.atleast_1d(np.ma.filled(np.ma.asarray(v, float), np.nan)) for v in (x, y))
    if x.size == 0:
        return "empty"
    first, middle, last = (
        f"({_short(x[k], ax.xaxis)}, {_short(y[k], ax.yaxis)})" for k in (0, x.size // 2, -1)
    )
    if x.size == 1:
        return first
    finite = y[np.isfinite(y)]
    span = f", y {_range(y, ax.yaxis)}" if finite.size else ""
    over = f" over {middle}" if x.size > 2 else ""
    return f"{x.size} points, {first}{over} to {last}{span}"


def _sequence(values):
    """The first few of some values, in words."""
    few = ", ".join(_short(value) for value in values[:6])
    return f"{few}, …" if len(values) > 6 else few


def _range(values, axis=None):
    values = np.ma.filled(np.ma.asarray(values, float), np.nan)
    finite = values[np.isfinite(values)]
    return f"from {_extent((finite.min(), finite.max()), axis)}" if finite.size else "none"


def _extent(interval, axis=None):
    low, high = interval
    return f"{_short(low, axis)} to {_short(high, axis)}"


def _short(value, axis=None):
    """A number in a few digits; a date or a word where an axis shows such."""
    value = float(value)
    formatter = axis and axis.get_major_formatter()
    if isinstance(formatter, DATED) and np.isfinite(value):
        return f"{dates.num2date(value):%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    if isinstance(formatter, category.StrCategoryFormatter) and (word := formatter(value)):
        return word
    return "0" if abs(value) < 1e-9 else f"{value:.3g}"
