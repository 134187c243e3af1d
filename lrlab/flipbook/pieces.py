"""Pieces: what a book can carry of a figure, and how corners and colours become one."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from matplotlib import colors
from matplotlib.path import Path

from lrlab.flipbook.words import pieces as mathematics

DATA = (True, True)  # both coordinates are data; False stands for a share of the axes


@dataclass(frozen=True, eq=False)
class Piece:
    """One thing to draw: a line, dots, an area or a label; or a thing that cannot be carried."""

    kind: str  # line, fill, text; or fixed: it must not change
    style: dict
    points: np.ndarray = None  # (n, 2) or (n, 3), NaN where a line breaks
    space: tuple = DATA
    offsets: np.ndarray = None  # (n, 2) from there, in points, upwards
    words: str = ""  # of a label; of what is fixed, what it is

    @cached_property
    def look(self):
        """What must be the same in two pieces for them to be one layer."""
        style = {k: _plain(v) for k, v in self.style.items()}
        return self.kind, self.space, self.offsets is None, *sorted(style.items())

    @cached_property
    def facts(self):
        """What may differ from one position to the next."""
        parts = [np.ascontiguousarray(v, float).tobytes() if v is not None else b""
                 for v in (self.points, self.offsets)]  # fmt: skip
        return hashlib.sha1(b"/".join([*parts, self.words.encode()])).digest()


def _plain(value):
    if isinstance(value, Path):
        return str((value.vertices.round(6).tolist(), value.codes is not None))
    return str(value)


def placed(ax, transform, xy):
    """Which of the coordinates are data, and these, or else their share of the axes.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> space, points = placed(ax, ax.get_xaxis_transform(), np.array([[3.0, 0.5]]))
    >>> space, points.round(6).tolist()
    ((True, False), [[3.0, 0.5]])
    """
    if transform == ax.transData or ax.name == "3d":
        return DATA, xy
    along = tuple(bool(v) for v in transform.contains_branch_seperately(ax.transData))
    if along == DATA:
        return DATA, (transform - ax.transData).transform(xy)
    shown = transform.transform(xy)
    data, share = (each.inverted().transform(shown) for each in (ax.transData, ax.transAxes))
    return along, np.where(along, data, share)


def ink_of(color, alpha=None):
    """A colour as #rrggbb and its opacity; None where nothing is drawn.

    Examples
    --------
    >>> ink_of("red", 0.5), ink_of("none")
    (('#ff0000', 0.5), None)
    """
    red, green, blue, opacity = colors.to_rgba(color, alpha)
    return (colors.to_hex((red, green, blue)), round(opacity, 3)) if opacity else None


def stroke(ax, transform, xy, ink, width, dash, offsets=None):
    """A line through corners, in an ink and a width, dashed in points.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> stroke(ax, ax.transData, np.eye(2), ink_of("red"), 2, (4, 1)).style["dash"]
    (4.0, 1.0)
    """
    space, points = placed(ax, transform, xy)
    dash = tuple(round(float(v), 3) for v in dash or ())
    style = {"color": ink[0], "opacity": ink[1], "width": round(float(width), 3), "dash": dash}
    return Piece("line", {**style, "marker": None, "size": 0}, points, space, offsets)


def polygons(path):
    """The corners of a path (n, 2) each, its curves as many short lines.

    Examples
    --------
    >>> [each.tolist() for each in polygons(Path([[0, 0], [1, 0], [1, 1]]))]
    [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]]
    >>> (np.hypot(*polygons(Path.unit_circle())[0].T).round(3) == 1).all()
    np.True_
    """
    if path.codes is None:
        return [path.vertices] if len(path.vertices) else []
    size = np.ptp(path.vertices, axis=0).max() or 1.0
    fine = 200 / size if (path.codes % 79 > Path.LINETO).any() else 1.0
    larger = Path(path.vertices * fine, path.codes)
    return [each / fine for each in larger.to_polygons(closed_only=False)]


def joined(parts):
    """Corners in one array, with a gap between one part and the next.

    Examples
    --------
    >>> joined([np.zeros((1, 2)), np.ones((1, 2))]).tolist()
    [[0.0, 0.0], [nan, nan], [1.0, 1.0]]
    """
    if not parts:
        return np.zeros((0, 2))
    gap = np.full((1, parts[0].shape[1]), np.nan)
    return np.vstack([row for part in parts for row in (part, gap)][:-1])


def can_be_said(words):
    r"""Whether a book can write the mathematics in a text, if there is any.

    Examples
    --------
    >>> can_be_said(r"$\theta_0$"), can_be_said(r"$\frac{1}{2}$")
    (True, False)
    """
    try:
        mathematics(words)
    except ValueError:
        return False
    return True
