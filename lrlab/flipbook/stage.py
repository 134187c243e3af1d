"""The still part of a picture, and the way from data to its coordinates."""

import io
import re

import numpy as np
from matplotlib import rc_context
from matplotlib.layout_engine import LayoutEngine
from matplotlib.transforms import Bbox
from mpl_toolkits.mplot3d import proj3d

from lrlab.flipbook.theme import THEMED

UNITS = 16  # coordinates travel as int16 in sixteenths of a point
BREAK = np.iinfo(np.int16).min  # stands for NaN: the line breaks here
REACH = np.iinfo(np.int16).max // UNITS  # points; farther out, a line is drawn up to here
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


class Stage:
    """The still part of the picture, and the way from data to its coordinates in points."""

    def __init__(self, figure):
        self.figure = figure
        self.height = figure.get_figheight() * 72
        figure.set_dpi(72)  # so that display coordinates are points
        for ax in figure.axes:
            ax.autoscale(False)
        RowLayout().execute(figure)
        with rc_context({"figure.constrained_layout.use": False, "svg.hashsalt": "lrlab"}):
            figure.set_layout_engine(None)  # laid out once, so that layers stay where they are
            self.svg = self._drawn()
        self.clips = [self._box(ax.bbox, 1) for ax in figure.axes]
        self.panels = [self._panel(*cell) for cell in cells(figure)]

    def _drawn(self):
        buffer = io.StringIO()
        self.figure.savefig(buffer, format="svg", transparent=True, dpi=72, metadata={"Date": None})
        svg = buffer.getvalue()
        for colour, variable in THEMED.items():
            svg = svg.replace(colour.lower(), variable)
        svg = re.sub(r"(?s)^.*?(?=<svg)|<metadata>.*?</metadata>", "", svg)
        return re.sub(r' d="[^"]*"', lambda d: re.sub(r"(\.\d\d)\d+", r"\1", d[0]), svg)

    def _box(self, bbox, margin=0.0):
        x0, y0, x1, y1 = bbox.extents + np.array([-1, -1, 1, 1]) * margin
        return [round(float(v), 2) for v in (x0, self.height - y1, x1 - x0, y1 - y0)]

    def _panel(self, start, stop):
        return self._box(Bbox([[start, 0], [stop, self.height]]))

    def coordinates(self, layer, sliders):
        """Coordinates x, y of a layer in units from the top left, int16 (*shape, points) each."""
        shape = np.broadcast_shapes((1,) * (sliders + 1), *(v.shape for v in layer.points))
        points = [np.broadcast_to(v, shape).ravel() for v in layer.points]
        if len(points) == 3:
            points = proj3d.proj_transform(*points, layer.axes.get_proj())[:2]
        gaps = np.isnan(points)
        with np.errstate(all="ignore"):
            finite = np.where(gaps, 1.0, np.clip(points, -1e300, 1e300))  # 0 · inf would be NaN
            x, y = layer.axes.transData.transform(finite.T).T
            y[gaps.any(axis=0)] = np.nan  # y alone breaks a line, so that an x for all stays one
            xy = np.stack([x, self.height - y], axis=-1).reshape(*shape, 2)
            xy = _within_reach(np.clip(xy, -1e300, 1e300), self._centre(layer.axes))
        units = np.where(np.isnan(xy), BREAK / UNITS, xy) * UNITS
        return [collapsed(np.rint(units[..., k]).astype(np.int16)) for k in (0, 1)]

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


def collapsed(array):
    """Shorten to length 1 every slider axis along which nothing changes."""
    for axis in range(array.ndim - 1):
        first = array.take([0], axis=axis)
        if (array == first).all():
            array = first
    return np.ascontiguousarray(array)


class Store:
    """All coordinates in one buffer; equal arrays are kept once."""

    def __init__(self):
        self.parts, self.places, self.size = [], {}, 0

    def add(self, array):
        """Keep an array, and say where it starts and which shape it has."""
        key = array.tobytes()  # the same numbers in another shape are kept once, too
        if key not in self.places:
            self.places[key] = self.size
            self.parts.append(key)
            self.size += array.size
        return {"start": self.places[key], "shape": list(array.shape)}

    def bytes(self):
        """All of them, one after the other."""
        return b"".join(self.parts)
