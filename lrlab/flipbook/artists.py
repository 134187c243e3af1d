"""What an artist of Matplotlib draws, read as pieces that a book can carry."""

import hashlib

import numpy as np
from matplotlib import cbook, collections, colors, contour, lines, patches, text
from matplotlib.markers import MarkerStyle
from matplotlib.tri import TriContourSet
from mpl_toolkits.mplot3d import art3d

from lrlab.flipbook.pieces import Piece, can_be_said, ink_of, joined, placed, polygons, stroke

SHAPED = (
    collections.LineCollection, collections.PatchCollection, contour.QuadContourSet, TriContourSet,
    *(each for each in vars(collections).values() if isinstance(each, type)
      and each.__name__ in ("PolyCollection", "FillBetweenPolyCollection", "EventCollection")),
)  # fmt: skip
ANCHORS = {"baseline": "bottom", "center_baseline": "center"}
LINE = 1.2  # of the size of letters, from one line of a text to the next
DESCENT = 0.2  # likewise, from the foot of a line to where its letters stand


def pieces(ax, artist):
    """Read an artist of an axes as pieces.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> (line,) = ax.plot([1, 2], [3, 4], "C0o-")
    >>> [(each.kind, each.style["width"]) for each in pieces(ax, line)]
    [('line', 1.5), ('line', 0)]
    """
    with np.errstate(all="ignore"):
        if isinstance(artist, lines.AxLine):
            found = _endless(ax, artist)
        elif isinstance(artist, lines.Line2D):
            found = _line(ax, artist)
        elif isinstance(artist, collections.PathCollection):
            found = _scatter(ax, artist)
        elif isinstance(artist, patches.FancyArrowPatch):
            found = None  # its shape depends on how large the picture is
        elif isinstance(artist, patches.Patch) and ax.name != "3d":
            found = _patch(ax, artist)
        elif type(artist) in SHAPED and ax.name != "3d":
            found = _collection(ax, artist)
        elif isinstance(artist, text.Text):
            found = _label(ax, artist)
        else:
            found = None
    return [Piece("fixed", {}, words=digest(artist))] if found is None else found


def digest(artist):
    """A few letters that differ where what an artist holds does.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> digest(ax.imshow([[1, 2]])) == digest(ax.imshow([[1, 3]]))
    False
    """
    known = hashlib.sha1(type(artist).__name__.encode())
    for name, value in sorted(vars(artist).items()):
        for each in _leaves(value):
            if isinstance(each, np.ndarray) and each.dtype.kind in "biuf":
                known.update(np.ma.filled(each.astype(float), np.nan).tobytes())
            elif isinstance(each, (str, int, float)) and name != "_label":
                known.update(f"{name}={each}".encode())
    for child in artist.get_children():
        known.update(digest(child).encode())
    return known.hexdigest()


def _leaves(value):
    if not isinstance(value, (list, tuple)):
        return [] if isinstance(value, bool) else [value]
    return [leaf for each in value for leaf in _leaves(each)]


def _line(ax, line):
    flat = ax.name != "3d"
    xy = line.get_xydata() if flat else np.column_stack(line.get_data_3d()).astype(float)
    found, alpha, step = [], line.get_alpha(), line.get_drawstyle()
    if line.get_linestyle() not in ("None", "none", " ", "") and line.get_linewidth() > 0:
        way = np.column_stack(cbook.STEP_LOOKUP_MAP[step](*xy.T)) if flat and len(xy) else xy
        ink, dash = ink_of(line.get_color(), alpha), line._dash_pattern[1]
        if ink:
            found.append(stroke(ax, line.get_transform(), way, ink, line.get_linewidth(), dash))
    if line.get_marker() in ("None", "none", None, " ", ""):
        return found
    marker = MarkerStyle("." if line.get_marker() == "," else line.get_marker())
    shape = marker.get_path().transformed(marker.get_transform())
    inks = [ink_of(v, alpha) for v in (line.get_markerfacecolor(), line.get_markeredgecolor())]
    chosen = xy[_chosen(line.get_markevery(), len(xy))]
    size, width = line.get_markersize(), line.get_markeredgewidth()
    return found + _dots(ax, line.get_transform(), chosen, shape, size, *inks, width)


def _chosen(every, count):
    """Which points have a marker."""
    if every is None or isinstance(every, float):
        return slice(None)
    if isinstance(every, tuple) and len(every) == 2 and all(isinstance(v, int) for v in every):
        return slice(every[0], None, every[1])
    return slice(0, None, every) if isinstance(every, int) else every


def _endless(ax, line):
    """A straight line without ends, as far as it may be seen."""
    if ax.get_xscale() != "linear" or ax.get_yscale() != "linear":
        return None
    begin = np.array(line.get_xy1(), float)
    slope, other = line.get_slope(), line.get_xy2()
    way = np.subtract(other, begin) if slope is None else np.array([1.0, slope])
    if not np.isfinite(way).all():
        way = np.array([0.0, 1.0])
    far = 1e3 * np.abs([np.diff(ax.get_xlim()), np.diff(ax.get_ylim())]).max() / np.abs(way).max()
    ends = begin + np.array([[-far], [far]]) * way
    dash, ink = line._dash_pattern[1], ink_of(line.get_color(), line.get_alpha())
    return [stroke(ax, ax.transData, ends, ink, line.get_linewidth(), dash)] if ink else []


def _dots(ax, transform, xy, shape, size, face, edge, width):
    """Dots of a shape of size 1, with or without an edge of another colour."""
    outline = polygons(shape)
    if not any(len(each) > 2 for each in outline):
        face = None  # such as x and +
    edge = edge if width > 0 else None
    if face and (edge is None or edge == face):
        return [_dot(ax, transform, xy, shape, size + (width if edge else 0), face)]
    if face and face[1] == 1:  # the edge is a larger dot below
        sizes = {edge: size + width, face: max(size - width, 0.5)}
        return [_dot(ax, transform, xy, shape, each, ink) for ink, each in sizes.items()]
    below = [_dot(ax, transform, xy, shape, size, face)] if face else []
    if edge is None or ax.name == "3d":
        return below
    around = joined(outline) * size
    places = np.repeat(xy, len(around) + 1, axis=0)
    offsets = np.tile(np.vstack([around, [[np.nan, np.nan]]]), (len(xy), 1))
    return below + [stroke(ax, transform, places, edge, width, None, offsets)]


def _dot(ax, transform, xy, shape, size, ink):
    space, points = placed(ax, transform, xy)
    size = round(float(2 * np.abs(shape.vertices).max() * size), 3)  # as MarkerStyle will have it
    style = {"color": ink[0], "opacity": ink[1], "width": 0, "dash": (), "marker": shape}
    return Piece("line", {**style, "size": size}, points, space)


def _scatter(ax, dots):
    dots.update_scalarmappable()
    flat = not isinstance(dots, art3d.Path3DCollection)
    xy = np.ma.filled(np.ma.asarray(dots.get_offsets(), float), np.nan)
    xy = xy if flat else np.column_stack([np.ma.filled(v, np.nan) for v in dots._offsets3d])
    if not len(xy):
        return []
    clear, count = [[0.0, 0.0, 0.0, 0.0]], len(xy)
    columns = [np.sqrt(dots.get_sizes())[:, None], dots.get_facecolors(), dots.get_edgecolors(),
               np.reshape(dots.get_linewidths(), (-1, 1))]  # fmt: skip
    columns = [each if len(each) else clear for each in columns]
    looks = np.column_stack([np.resize(each, (count, np.shape(each)[1])) for each in columns])
    kinds, which = np.unique(looks.round(6), axis=0, return_inverse=True)
    transform, (shape, *_) = dots.get_offset_transform(), dots.get_paths()
    return [
        piece
        for k, (size, *inks, width) in enumerate(kinds)
        for piece in _dots(ax, transform, xy[which.ravel() == k], shape, size, ink_of(inks[:4]),
                           ink_of(inks[4:]), width)
    ]  # fmt: skip


def _patch(ax, patch):
    path = patch.get_path().transformed(patch.get_patch_transform())
    face = ink_of(patch.get_facecolor()) if patch.get_fill() else None
    edge, width = ink_of(patch.get_edgecolor()), patch.get_linewidth()
    return _shape(ax, patch.get_data_transform(), [path], face, edge, width, patch._dash_pattern[1])


def _collection(ax, artist):
    artist.update_scalarmappable()
    groups = {}
    for k, path in enumerate(artist.get_paths()):
        inks = [ink_of(each[k % len(each)]) if len(each) else None
                for each in (artist.get_facecolor(), artist.get_edgecolor())]  # fmt: skip
        width, dash = (v[k % len(v)] for v in (artist.get_linewidths(), artist.get_linestyles()))
        groups.setdefault((*inks, width, tuple(dash[1] or ())), []).append(path)
    return [
        piece
        for look, paths in groups.items()
        for piece in _shape(ax, artist.get_transform(), paths, *look)
    ]


def _shape(ax, transform, paths, face, edge, width, dash):
    """The inside and the outline of paths."""
    found = []
    if face and (inside := [each for path in paths for each in polygons(path) if len(each) > 2]):
        space, points = placed(ax, transform, joined(inside))
        found.append(Piece("fill", {"color": face[0], "opacity": face[1]}, points, space))
    if edge and width > 0 and (outline := [each for path in paths for each in polygons(path)]):
        found.append(stroke(ax, transform, joined(outline), edge, width, dash))
    return found


def _label(ax, label):
    """A text, a line of it a piece; nothing where it is a thing of its own, or turned."""
    if not label.get_text().strip() and not getattr(label, "arrow_patch", None):
        return []
    place, offset, transform = _place_of(ax, label)
    if (
        place is None
        or label.get_rotation() % 360
        or ax.name == "3d"
        or not can_be_said(label.get_text())
    ):
        return None
    rows, size = label.get_text().split("\n"), round(label.get_fontsize(), 2)
    va = ANCHORS.get(label.get_va(), label.get_va())
    first = {"top": 0, "center": (len(rows) - 1) / 2, "bottom": len(rows) - 1}[va]
    space, points = placed(ax, transform, np.array([place], float))
    style = {"color": colors.to_hex(label.get_color()), "size": size}
    style |= {"ha": label.get_ha(), "va": va}
    up = offset[1] + DESCENT * size * (label.get_va() == "bottom")
    return [
        Piece(
            "text",
            style,
            points,
            space,
            np.array([[offset[0], up + (first - k) * LINE * size]]),
            row,
        )
        for k, row in enumerate(rows)
    ]


def _place_of(ax, label):
    """Where a text is, how far from there in points, and by which transform."""
    units = label.convert_xunits, label.convert_yunits
    if not isinstance(label, text.Annotation):
        return _converted(units, label.get_position()), (0, 0), label.get_transform()
    transforms = {"data": ax.transData, "axes fraction": ax.transAxes}
    if label.arrow_patch is not None or label.xycoords not in transforms:
        return None, None, None
    if label.anncoords in transforms:
        return _converted(units, label.xyann), (0, 0), transforms[label.anncoords]
    if label.anncoords == "offset points":
        return _converted(units, label.xy), label.xyann, transforms[label.xycoords]
    return None, None, None


def _converted(units, place):
    return [float(convert(value)) for convert, value in zip(units, place, strict=True)]
