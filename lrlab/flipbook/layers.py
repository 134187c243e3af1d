"""What moves in a picture: lines, areas, bars, labels, and coordinates that are sums."""

import re
from dataclasses import dataclass

import numpy as np
from matplotlib.dates import date2num
from matplotlib.markers import MarkerStyle

from lrlab.flipbook import wire
from lrlab.flipbook.theme import THEMED
from lrlab.flipbook.words import pieces


@dataclass(frozen=True, eq=False)
class Blend:
    """A coordinate that is a weighted sum: origin + Σ_k weights[k] · rows[k].

    So a few stored rows give a picture for every value of the sliders that the weights depend on.

    Parameters
    ----------
    rows : sequence of k arrays broadcastable to (*sliders, points)
        In data units, whatever the weights are in.
    weights : sequence of k arrays broadcastable to (*sliders)
        What each row is multiplied by; a tuple of arrays stands for their product, and takes less
        room where each depends on another slider.
    origin : float
        What is added.

    Examples
    --------
    >>> blend = Blend([[0.0, 1.0, 2.0]], [[1.0, 10.0]], origin=5.0)
    >>> blend.at([1]).tolist()
    [5.0, 15.0, 25.0]
    """

    rows: tuple
    weights: tuple
    origin: float = 0.0

    def __post_init__(self):
        rows = tuple(_numbers("rows", row) for row in self.rows)
        weights = tuple(
            tuple(_numbers("weights", each) for each in (w if isinstance(w, tuple) else (w,)))
            for w in self.weights
        )
        if not rows or len(rows) != len(weights):
            raise ValueError(
                f"weights must be one a row, got {len(weights)} weights and {len(rows)} rows"
            )
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "origin", float(self.origin))

    @property
    def shape(self):
        """The common shape (*sliders, points) of rows and weights."""
        weights = [(*each.shape, 1) for product in self.weights for each in product]
        return np.broadcast_shapes(*(row.shape for row in self.rows), *weights)

    def at(self, index):
        """The coordinate (points,) at a position."""
        total = self.origin
        for row, product in zip(self.rows, self.weights, strict=True):
            factor = np.prod([at(each, index) for each in product])
            total = total + factor * at_points(row, index)
        return total

    def carried(self, store, sliders, log, start, slope):
        """What the browser needs: rows, weights, and how the sum becomes points."""
        # So that no term is off by more than 1/32 point where it can be seen.
        bits = 13 if not log else int(np.ceil(np.log2(16 * abs(slope) / np.log(10))))
        # Tables travel as float32: whatever their unit is, it goes into one factor a term.
        sizes = [[np.abs(each).max() or 1.0 for each in product] for product in self.weights]
        factors = np.array([np.prod(each) for each in sizes])
        unit = (factors.max() or 1.0) if log else 1.0 / slope
        terms = [
            {
                "row": store.add(wire.rounded(row.reshape(padded(row.shape, sliders + 1)), bits)),
                "weights": [
                    store.add(_weight(each, sliders))
                    for each in (*(e / m for e, m in zip(product, size, strict=True)),
                                 np.array(factor / unit))
                    if each.size > 1 or each.flat[0] != 1
                ],
            }
            for row, product, size, factor in zip(self.rows, self.weights, sizes, factors,
                                                  strict=True)
        ]  # fmt: skip
        if not log:
            return {"origin": start + slope * self.origin, "terms": terms, "log": None}
        log = [start + slope * np.log10(unit), slope]
        return {"origin": self.origin / unit, "terms": terms, "log": log}


@dataclass(frozen=True, eq=False)
class Layer:
    """One thing that is drawn: of which kind, in which axes, where, and how."""

    kind: str  # line, fill or text
    axes: object
    points: tuple  # x, y and perhaps z: each an array (*sliders, points), or a Blend
    style: dict
    reveal: bool = False
    ghost: bool = False
    texts: np.ndarray = None

    def shape(self):
        """The common shape (*sliders, points) of the coordinates."""
        return np.broadcast_shapes(*(np.shape(v) if not isinstance(v, Blend) else v.shape
                                     for v in self.points))  # fmt: skip

    def at(self, index):
        """The coordinates at a position: x, y and perhaps z, (points,) each."""
        length = (self.shape() or (1,))[-1]
        here = [v.at(index) if isinstance(v, Blend) else at_points(v, index) for v in self.points]
        return [np.broadcast_to(v, length) for v in here]

    def shown(self, index, play):
        """The coordinates at a position, as far as the slider ``play``, a number, reveals them."""
        points = self.at(index)
        return [v[: index[play] + 1] for v in points] if self.reveal else points

    def carried(self, stage, store, sliders):
        """What the browser needs to draw it."""
        shown = {
            "kind": self.kind,
            "axes": stage.axes.index(self.axes),
            "style": themed(self.style),
            "reveal": self.reveal,
            "ghost": self.ghost,
            **self._coordinates(stage, store, sliders),
        }
        if self.texts is not None:
            shape = padded(self.texts.shape, sliders)
            shown["texts"] = {"shape": shape, "texts": [*map(wire_text, self.texts.ravel())]}
        return shown

    def _coordinates(self, stage, store, sliders):
        # A place in the picture stands for a sum, so that what is beside it is not out of reach.
        inside = [limits[1:] for limits in (self.axes.get_xlim(), self.axes.get_ylim())]
        plain = [np.array(inside[k]) if isinstance(v, Blend) else v
                 for k, v in enumerate(self.points)]  # fmt: skip
        placed = stage.coordinates(self.axes, plain, sliders)
        carried = {}
        for name, given, points in zip("xy", self.points[:2], placed, strict=True):
            if isinstance(given, Blend) and len(self.points) == 2:
                carried[name] = given.carried(store, sliders, *stage.scale(self.axes, name))
            else:
                carried[name] = store.add(wire.units(points))
        return carried


def line(ax, given, style, **how):
    """A line or markers, of coordinates by their names; see `Flipbook.line`."""
    points = _coordinates(ax, given)
    color_of(style["color"])
    marker = style["marker"]
    if marker is not None:
        try:
            filled = MarkerStyle(marker).is_filled()
        except ValueError:
            filled = False
        if not filled:
            raise ValueError(f"marker must be one that is filled, got {marker!r}")
    for name in ("width", "size"):
        _within(name, style[name], 0, 200)
    _within("opacity", style["opacity"], 0, 1)
    style = {**style, "dash": _dash(style["dash"])}
    return Layer("line", ax, tuple(points.values()), style, **how)


def area(ax, x, y, base, style):
    """The area between y and a base, above x (points,)."""
    points = _coordinates(ax, {"x": x, "y": y, "base": base})
    shape = _common_shape(points)
    x, y, base = (np.broadcast_to(v, shape) for v in points.values())
    around = (np.concatenate([x, x[..., ::-1]], -1), np.concatenate([y, base[..., ::-1]], -1))
    return Layer("fill", ax, around, _fill_style(style))


def bars(ax, x, height, width, base, style):
    """Upright bars at x (points,), from a base to a height."""
    points = _coordinates(ax, {"x": x, "height": height, "base": base})
    _within("width", width, 0, np.inf)
    shape = _common_shape(points)
    x, height, base = (np.broadcast_to(v, shape) for v in points.values())
    left, right, gap = x - width / 2, x + width / 2, np.full(shape, np.nan)
    across = np.stack([left, left, right, right, gap], -1).reshape(*shape[:-1], -1)
    up = np.stack([base, height, height, base, gap], -1).reshape(*shape[:-1], -1)
    return Layer("fill", ax, (across, up), _fill_style(style))


def label(ax, x, y, texts, style):
    """A text at one place."""
    points = _coordinates(ax, {"x": np.asarray(x)[..., None], "y": np.asarray(y)[..., None]})
    color_of(style["color"])
    _within("size", style["size"], 1, 100)
    for name, choices in {
        "ha": ("left", "center", "right"),
        "va": ("top", "center", "bottom"),
    }.items():
        if style[name] not in choices:
            raise ValueError(f"{name} must be one of {choices}, got {style[name]!r}")
    return Layer("text", ax, tuple(points.values()), style, texts=texts_of("texts", texts))


def texts_of(name, given):
    """Texts as an array of str in which all mathematics can be carried."""
    texts = np.asarray(given, dtype=str)
    for text in np.unique(texts[np.char.find(texts, "$") >= 0]) if texts.size else ():
        try:
            wire_text(text)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return texts


def wire_text(text):
    """A text for the browser: itself, or its pieces where it has indices or powers."""
    if "_" not in text and "$" not in text:
        return str(text)
    found = pieces(str(text))
    return found[0][0] if len(found) == 1 and not found[0][1] else found or ""


def color_of(color):
    """Fail unless a colour is #rrggbb."""
    if not re.fullmatch("#[0-9a-fA-F]{6}", str(color)):
        raise ValueError(f"color must be #rrggbb, got {color!r}")


def themed(style):
    """A style as the browser knows it: colours that follow the theme, markers as paths."""
    shown = {**style, "color": THEMED.get(style["color"], style["color"])}
    if style.get("marker"):
        marker = MarkerStyle(style["marker"])
        path = marker.get_path().transformed(marker.get_transform())
        shown["marker"] = " ".join(_svg_path(path))
    return shown


def _svg_path(path):
    letters = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}
    for points, code in path.iter_segments():
        flipped = points.reshape(-1, 2) * [1, -1]
        numbers = "" if code == 79 else " ".join(f"{v:.3f}" for v in flipped.ravel())
        yield letters[int(code)] + numbers


def at(array, index):
    """The element of an array, broadcast over sliders, at a position."""
    here = array.reshape(padded(array.shape, len(index)))
    return here[tuple(min(k, n - 1) for k, n in zip(index, here.shape, strict=True))]


def at_points(array, index):
    """The points of an array (*shape, points), broadcast over sliders, at a position."""
    here = array.reshape(padded(array.shape, len(index) + 1))
    return here[tuple(min(k, n - 1) for k, n in zip(index, here.shape, strict=False))]


def padded(shape, length):
    """A shape with axes of length 1 before it, up to a number of axes."""
    return [1] * (length - len(shape)) + list(shape)


def coordinate(ax, name, value):
    """A coordinate as an array of floats, in the units of its axis: dates and words too."""
    return value if isinstance(value, Blend) else _numbers(name, _converted(ax, name, value))


def _coordinates(ax, given):
    return {name: coordinate(ax, name, value) for name, value in given.items()}


def _converted(ax, name, value):
    axis = ax.xaxis if name == "x" else ax.yaxis
    try:
        kind = np.asarray(value).dtype.kind
    except ValueError:  # rows of different lengths
        return value
    if kind == "M":
        return date2num(value)
    return axis.convert_units(value) if kind in "UO" and axis.have_units() else value


def _common_shape(points):
    shapes = {name: v.shape for name, v in points.items()}
    try:
        return np.broadcast_shapes(*shapes.values()) or (1,)
    except ValueError:
        said = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"shapes must broadcast together, got {said}") from None


def _fill_style(style):
    color_of(style["color"])
    _within("opacity", style["opacity"], 0, 1)
    return style


def _dash(dash):
    lengths = _numbers("dash", () if dash is None else dash)
    if lengths.ndim != 1 or not (lengths >= 0).all() or len(lengths) % 2:
        raise ValueError(f"dash must be lengths of dashes and gaps by turns, got {dash!r}")
    return lengths.tolist()


def _weight(array, sliders):
    """A weight (*sliders) as a row of one number a position."""
    return np.asarray(array, np.float32).reshape(*padded(array.shape, sliders), 1)


def _within(name, value, low, high):
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float, np.number))
        or not low <= value <= high
    ):
        raise ValueError(f"{name} must be a number from {low} to {high}, got {value!r}")


def _numbers(name, value):
    if np.ma.is_masked(value):
        raise ValueError(f"{name} must have no masked entries, got {value!r}")
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":
            array = np.frompyfunc(float, 1, 1)(array)  # so that None is no number
        elif array.dtype.kind not in "iufb":
            raise TypeError
        return np.array(array, float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be an array of numbers, got {value!r}") from None
