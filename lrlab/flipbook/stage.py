"""The still part of a picture, and the way from data to its coordinates."""

import io
import re
from itertools import pairwise

import numpy as np
from matplotlib import rc_context
from matplotlib.layout_engine import LayoutEngine
from matplotlib.transforms import Bbox
from mpl_toolkits.mplot3d import proj3d

from lrlab.flipbook.theme import THEMED
from lrlab.flipbook.wire import BREAK, UNITS

REACH = -(BREAK + 1) // UNITS  # points; farther out, a line is drawn up to here
NARROW = 100  # points
KNOWN = 1e12  # points; farther out, rounding is as large as the picture


class RowLayout(LayoutEngine):
    """Fit each axes of a row, with its labels, into its own cell: one measurement, no search.

    Matplotlib's constrained layout does more, and takes three times as long.
    """

    _adjust_compatible = True
    _colorbar_gridspec = False
    _pad = 5  # points

    def execute(self, figure):
        """Set the positions of the axes of a figure."""
        pad = self._pad * figure.dpi / 72
        boxes = [(ax.get_tightbbox(), ax.bbox) for ax in figure.axes]
        low = max(box.y0 - tight.y0 for tight, box in boxes) + pad
        high = figure.bbox.height - max(tight.y1 - box.y1 for tight, box in boxes) - pad
        insets = [(box.x0 - tight.x0 + pad, tight.x1 - box.x1 + pad) for tight, box in boxes]
        for ax, (left, right), (start, stop) in zip(
            figure.axes, insets, cells(figure), strict=True
        ):
            corners = np.array([[start + left, low], [stop - right, high]])
            ax.set_position(Bbox(corners / figure.bbox.size))


def cells(figure):
    """Where the cell of each axes of a row begins and ends across the figure, in pixels.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure(figsize=(4, 3))
    >>> _ = figure.subplots(1, 2, width_ratios=[1, 3])
    >>> [(round(a), round(b)) for a, b in cells(figure)]
    [(0, 100), (100, 400)]
    """
    widths = np.cumsum(figure.axes[0].get_gridspec().get_width_ratios() or [1.0])
    edges = [0.0, *(widths / widths[-1] * figure.bbox.width)]
    spans = [ax.get_subplotspec().colspan for ax in figure.axes]
    return [(edges[span.start], edges[span.stop]) for span in spans]


def all_axes(figure):
    """Every axes of a figure: also those of subfigures, and insets.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> inset = ax.inset_axes([0.5, 0.5, 0.4, 0.4])
    >>> all_axes(ax.figure) == [ax, inset]
    True
    """
    found = []
    for ax in figure.axes:
        found += [ax, *(child for child in ax.child_axes if child not in found)]
    return found


def is_a_row(figure):
    """Whether a figure is axes side by side, a cell each, and nothing else."""
    specs = [ax.get_subplotspec() for ax in figure.axes]
    if None in specs or any(ax.child_axes for ax in figure.axes):
        return False
    grid = specs[0].get_gridspec()
    spans = sorted((spec.colspan.start, spec.colspan.stop) for spec in specs)
    apart = all(stop <= start for (_, stop), (start, _) in pairwise(spans))
    alone = not any(ax.get_label() == "<colorbar>" for ax in figure.axes)
    own = grid.nrows == 1 and all(spec.get_gridspec() is grid for spec in specs)
    return own and apart and alone and not _beside_the_axes(figure)


def _beside_the_axes(figure):
    """What belongs to a figure and to none of its axes, such as a title above all."""
    return [*figure.texts, *figure.legends, *figure.lines, *figure.images, *figure.subfigs]


class Stage:
    """The still part of the picture, and the way from data to its coordinates in points."""

    def __init__(self, figure):
        self.figure = figure
        self.axes = all_axes(figure)
        self.height = figure.get_figheight() * 72
        figure.set_dpi(72)  # so that display coordinates are points
        for ax in self.axes:
            ax.get_xlim()  # so that limits which were to be found are found
            ax.autoscale(False)
        row = is_a_row(figure)
        if row:
            RowLayout().execute(figure)
        else:
            figure.draw_without_rendering()  # as the figure's own layout does it
        with rc_context({"figure.constrained_layout.use": False, "svg.hashsalt": "lrlab"}):
            figure.set_layout_engine(None)  # laid out once, so that layers stay where they are
            self.svg = self._drawn()
        self.clips = [self._box(ax.bbox, 1) for ax in self.axes]
        self.columns = cells(figure) if row else self._columns()
        self.panels = [self._panel(*column) for column in self.columns]
        self.homes = [self._home(ax) for ax in self.axes]

    def _drawn(self):
        buffer = io.StringIO()
        self.figure.savefig(buffer, format="svg", transparent=True, dpi=72, metadata={"Date": None})
        svg = buffer.getvalue()
        for colour, variable in THEMED.items():
            svg = svg.replace(colour.lower(), variable)
        svg = re.sub(r"(?s)^.*?(?=<svg)|<metadata>.*?</metadata>", "", svg)
        return re.sub(r' d="[^"]*"', lambda d: re.sub(r"(\.\d\d)\d+", r"\1", d[0]), svg)

    def _columns(self):
        """Cut the figure from top to bottom wherever no axes is cut: pieces that can be stacked."""
        width = self.figure.bbox.width
        if _beside_the_axes(self.figure):
            return [(0.0, width)]
        boxes = [ax.get_tightbbox() for ax in self.axes]
        spans = sorted((box.x0, box.x1) for box in boxes if box is not None)
        cuts, right = [0.0], spans[0][1]
        for start, stop in spans[1:]:
            if start > right:
                cuts.append((start + right) / 2)
            right = max(right, stop)
        # A piece too narrow to stand alone, such as a colour bar, stays with what is beside it.
        cuts = [cut for cut, after in pairwise([*cuts, width]) if not cut or after - cut > NARROW]
        return list(pairwise([*cuts, width]))

    def _home(self, ax):
        """The panel that an axes is in."""
        middle = (ax.bbox.x0 + ax.bbox.x1) / 2
        return next((k for k, (_, stop) in enumerate(self.columns) if middle <= stop), 0)

    def _box(self, bbox, margin=0.0):
        x0, y0, x1, y1 = bbox.extents + np.array([-1, -1, 1, 1]) * margin
        return [round(float(v), 2) for v in (x0, self.height - y1, x1 - x0, y1 - y0)]

    def _panel(self, start, stop):
        return self._box(Bbox([[start, 0], [stop, self.height]]))

    def coordinates(self, ax, points, sliders):
        """Coordinates x, y of data, in points from the top left, (*shape, points) each."""
        shape = np.broadcast_shapes((1,) * (sliders + 1), *(v.shape for v in points))
        points = [np.broadcast_to(v, shape).ravel() for v in points]
        if len(points) == 3:
            points = proj3d.proj_transform(*points, ax.get_proj())[:2]
        gaps = np.isnan(points)
        with np.errstate(all="ignore"):
            finite = np.where(gaps, 1.0, np.clip(points, -1e300, 1e300))  # 0 · inf would be NaN
            x, y = ax.transData.transform(finite.T).T
            y[gaps.any(axis=0)] = np.nan  # y alone breaks a line, so that an x for all stays one
            xy = np.stack([x, self.height - y], axis=-1).reshape(*shape, 2)
            xy = _within_reach(np.clip(xy, -1e300, 1e300), self._centre(ax))
        return xy[..., 0], xy[..., 1]

    def scale(self, ax, name):
        """Of the axis x or y: whether it is logarithmic, and the a and b of a + b·value in points.

        On a logarithmic axis it is a + b·log10(value).
        """
        axis = ax.xaxis if name == "x" else ax.yaxis
        kind = axis.get_scale()
        if kind not in ("linear", "log") or ax.name != "rectilinear":
            raise ValueError(f"{name} may be a sum on linear and logarithmic axes, got {kind}")
        low, high = axis.get_view_interval()
        start, stop = (self._point(ax, name, value) for value in (low, high))
        if kind == "log":
            low, high = np.log10([low, high])
        slope = (stop - start) / (high - low)
        return kind == "log", start - slope * low, slope

    def _point(self, ax, name, value):
        corner = [axis.get_view_interval()[0] for axis in (ax.xaxis, ax.yaxis)]
        corner["xy".index(name)] = value
        x, y = ax.transData.transform(corner)
        return x if name == "x" else self.height - y

    def _centre(self, ax):
        x, y, width, height = self._box(ax.bbox)
        return np.array([x + width / 2, y + height / 2])


def _within_reach(xy, centre):
    """Put points too far out for int16 where the segment that ends there leaves reach.

    Of a segment that meets the picture this changes nothing that is seen, and one that passes it
    by stays out of it. One too far out for its line to be known is taken to come from the centre.
    """
    far = (np.abs(xy) > REACH).any(axis=(-2, -1))  # few lines are, and only these cost time
    if far.any():
        xy[far] = _brought_back(xy[far], centre)
    return xy


def _brought_back(xy, centre):
    near = (np.abs(xy) <= REACH).all(axis=-1, keepdims=True)
    lost = np.abs(xy).max(axis=-1, keepdims=True) >= KNOWN
    before, after = np.roll(xy, 1, axis=-2), np.roll(xy, -1, axis=-2)
    before[..., :1, :], after[..., -1:, :] = np.nan, np.nan
    for begin in (before, after, np.where(lost, centre, np.nan)):
        way = xy - begin
        entry = ((-np.copysign(REACH, way) - begin) / way).max(axis=-1, keepdims=True)
        leave = ((np.copysign(REACH, way) - begin) / way).min(axis=-1, keepdims=True)
        known = np.abs(begin).max(axis=-1, keepdims=True) < KNOWN
        meets = known & (entry < np.minimum(leave, 1)) & (leave > 0)
        xy = np.where(meets & ~near, begin + way * leave, xy)
        near = near | meets
    return np.clip(xy, -REACH, REACH)
