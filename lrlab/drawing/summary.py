"""What a figure shows, in words and rounded numbers."""

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from lrlab.drawing.figures import STYLE


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
    a changed curve changes a text that tests compare.

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
    panels = [ax for ax in figure.axes if ax.axison or ax.lines or ax.collections]
    lines = [f"Figure with {len(panels)} panel{'s' if len(panels) != 1 else ''}"]
    for k, ax in enumerate(panels, 1):
        lines += [f"  panel {k}: {_headline(ax)}", *(f"    {text}" for text in _artists(ax))]
    return "\n".join(lines)


def _headline(ax):
    title = ax.get_title(loc="left") or ax.get_title()
    axes = [
        f"{ax.get_xlabel() or 'x'} {_extent(ax.get_xlim())}",
        f"{ax.get_ylabel() or 'y'} {_extent(ax.get_ylim())}",
    ]
    return f"{title}: {', '.join(axes)}" if title else ", ".join(axes)


def _artists(ax):
    for line in ax.lines:
        label = "" if line.get_label().startswith("_") else f" '{line.get_label()}'"
        yield f"line{label}: {_curve(np.asarray(line.get_xdata()), np.asarray(line.get_ydata()))}"
    for collection in ax.collections:
        kind = type(collection).__name__
        if kind == "PathCollection":
            yield f"points: {_curve(*np.transpose(collection.get_offsets()))}"
        else:
            levels = getattr(collection, "levels", None)
            yield kind if levels is None else f"{kind}: levels {_extent(levels[[0, -1]])}"
    for text in ax.texts:
        yield f"text: {text.get_text()}"


def _curve(x, y):
    x, y = (np.atleast_1d(np.asarray(v, float)) for v in (x, y))
    if x.size == 0:
        return "empty"
    first, middle, last = (f"({_short(x[k])}, {_short(y[k])})" for k in (0, x.size // 2, -1))
    if x.size == 1:
        return first
    finite = y[np.isfinite(y)]
    span = f", y from {_short(finite.min())} to {_short(finite.max())}" if finite.size else ""
    over = f" over {middle}" if x.size > 2 else ""
    return f"{x.size} points, {first}{over} to {last}{span}"


def _extent(interval):
    low, high = interval
    return f"{_short(low)} to {_short(high)}"


def _short(value):
    value = float(value)
    return "0" if abs(value) < 1e-9 else f"{value:.3g}"
