"""The Flipbook: a picture whose sliders answer in one frame.

Matplotlib draws the stage once, NumPy computes every path for every slider position at once, and
the browser only picks which path to show. There is no mathematics in JavaScript and no kernel in
the loop, so a busy, dead or absent kernel changes nothing.
"""

import io
import re
from dataclasses import dataclass
from pathlib import Path

import anywidget
import numpy as np
import traitlets
from matplotlib import image
from matplotlib.markers import MarkerStyle

from lrlab.flipbook import still
from lrlab.flipbook.slider import Slider
from lrlab.flipbook.stage import Stage, Store
from lrlab.flipbook.theme import THEMED

CSS = Path(__file__).with_name("flipbook.css")


@dataclass(frozen=True, eq=False)
class _Layer:
    axes: object
    points: tuple  # x, y and perhaps z, each broadcastable to (*sliders, points)
    style: dict
    reveal: bool
    ghost: bool


class Flipbook(anywidget.AnyWidget):
    """A Matplotlib figure with sliders that answer in one frame, with or without a kernel.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The stage: whatever does not move, in one row of axes with their limits set.
    sliders : dict of str to (array or Slider)
        Name and values of each slider, in the order of the layers' axes.
    start : dict of str to value, optional
        Where the sliders begin: the value nearest to the one given. Default: the first.
    play : str, optional
        The slider that counts steps: it gets a Play button, and lines with ``reveal=True`` are
        drawn up to it.
    description : str
        What the picture shows, in a sentence, for readers who do not see it.

    Attributes
    ----------
    position : dict of str to value
        The values shown. Setting it moves the sliders, to the nearest value or to the mark named;
        it can be observed.
    covered : bool
        Whether the picture waits for a prediction; see `lrlab.predict`.

    Examples
    --------
    >>> figure, ax = still.canvas(4, 3)
    >>> book = Flipbook(figure, {"slope": [0, 1, 2]}, start={"slope": 1})
    >>> slope = np.array([0, 1, 2])[:, None]
    >>> _ = book.line(ax, [0, 1], slope * [0, 1], color="#D55E00")
    >>> book.caption(["flat", "rising", "steep"])
    Flipbook at slope = 1
    rising
    >>> book.position = {"slope": 2}
    >>> book
    Flipbook at slope = 2
    steep
    """

    _esm = Path(__file__).with_name("flipbook.js")
    _css = CSS
    _content = traitlets.Dict().tag(sync=True)
    _index = traitlets.List().tag(sync=True)
    covered = traitlets.Bool(False).tag(sync=True)
    position = traitlets.Dict()

    def __init__(self, figure, sliders, *, start=None, play=None, description=""):
        self.figure = figure
        self.sliders = {
            name: each if isinstance(each, Slider) else Slider(each)
            for name, each in sliders.items()
        }
        for what, names in {"play": {play} - {None}, "start": set(start or {})}.items():
            if not names <= set(sliders):
                raise ValueError(
                    f"{what} must name sliders of {list(sliders)}, got {sorted(names)}"
                )
        self.play = play
        self.description = description
        if any(ax.get_subplotspec() is None for ax in figure.axes) or not figure.axes:
            raise ValueError(f"figure must have its axes in one row of a grid, got {figure.axes}")
        self._layers, self._captions, self._stale = [], self._said_of_steps(), True
        self._scenes = []
        super().__init__(_index=[0] * len(self.sliders))
        self.position = {name: each.values[0].item() for name, each in self.sliders.items()}
        self.position = start or {}

    @property
    def shape(self):
        """The number of positions of each slider."""
        return tuple(len(each.values) for each in self.sliders.values())

    def line(self, ax, x, y, z=None, *, color, width=1.6, dash=None, marker=None, size=5,
             opacity=1.0, reveal=False, ghost=False):  # fmt: skip
        """Add a line, or markers, that may depend on the sliders.

        Parameters
        ----------
        ax : Axes
            An axes of the figure; its scales and projection are applied.
        x, y, z : arrays broadcastable to (*shape, points)
            In data units. An axis of length 1 does not depend on that slider, and costs nothing
            there. NaN breaks the line.
        color : str
            As #rrggbb.
        width, size : float
            Of the line and of the marker, in points; width 0 draws markers alone.
        dash : sequence of float, optional
            Lengths of dashes and gaps in points.
        marker : str, optional
            As in Matplotlib.
        opacity : float
            0 to 1.
        reveal : bool
            Draw only the points up to the ``play`` slider.
        ghost : bool
            Leave a faint copy where the sliders rested before they were last moved.

        Returns
        -------
        book : Flipbook
            This one, so that calls can be chained.
        """
        if ax not in self.figure.axes:
            raise ValueError(f"ax must belong to the figure of this book, got {ax!r}")
        if (z is None) != (ax.name != "3d"):
            raise ValueError(f"z must be given for 3-D axes and for no others, got {z!r}")
        given = {"x": x, "y": y} | ({} if z is None else {"z": z})
        points = {name: _numbers(name, value) for name, value in given.items()}
        shape = _common_shape(points) or (1,)
        self._check_shape(", ".join(points), shape[:-1])
        if not re.fullmatch("#[0-9a-fA-F]{6}", str(color)):
            raise ValueError(f"color must be #rrggbb, got {color!r}")
        if marker is not None and not MarkerStyle(marker).is_filled():
            raise ValueError(f"marker must be one that is filled, got {marker!r}")
        if reveal and (self.play is None or shape[-1] != len(self.sliders[self.play].values)):
            raise ValueError(f"a line with reveal=True must have one point a position of the play "
                             f"slider, got {shape[-1]} points and {self.play=}")  # fmt: skip
        style = {"color": color, "width": width, "dash": list(dash or ()), "opacity": opacity}
        style |= {"marker": marker, "size": size}
        self._layers.append(_Layer(ax, tuple(points.values()), style, reveal, ghost))
        self._stale = True
        return self

    def caption(self, *texts):
        """Set the sentences under the picture: arrays of str broadcastable to ``shape``."""
        texts = [np.asarray(each, dtype=str) for each in texts]
        for each in texts:
            self._check_shape("texts", each.shape)
        self._captions, self._stale = [*texts, *self._said_of_steps()], True
        return self

    def storyboard(self, *scenes):
        """Set the positions that Page Down and Page Up show one after the other, in a lecture.

        Each is a dict like ``position``; a slider that it does not name stays where the scene
        before left it, or, in the first, where it begins.
        """
        index, self._scenes = list(self._index), []
        for scene in scenes:
            self._check_names("scenes", scene)
            index = [self._position_of(name, scene, at) for name, _, at in self._shown(index)]
            self._scenes.append(index)
        self._stale = True
        return self

    @property
    def scenes(self):
        """The positions of the storyboard, a dict each."""
        return [self._values(index) for index in self._scenes]

    def clear(self):
        """Remove all layers, so that others can be set on the same book."""
        self._layers, self._stale = [], True
        return self

    def draw(self):
        """Send stage, layers and captions to the browser, if anything has changed."""
        if self._stale:
            self._content = self._compose()
            self._stale = False
        return self

    def sweep(self):
        """Visit every corner, every marked position and every scene of the storyboard.

        Returns
        -------
        captions : list of (dict, str)
            Each position visited, and its caption. The sliders end where they began.
        """
        before, sizes = list(self._index), self.shape
        corners = [[0] if n == 1 else [0, n - 1] for n in sizes]
        visits = [list(corner) for corner in _product(corners)]
        for axis, each in enumerate(self.sliders.values()):
            visits += [before[:axis] + [mark] + before[axis + 1 :] for mark in each.marks]
        visits += self._scenes
        seen = []
        for visit in visits:
            self._index = visit
            seen.append((dict(self.position), self.seen))
        self._index = before
        return seen

    @property
    def seen(self):
        """The caption at the present position."""
        parts = (str(_at(texts, self._index)) for texts in self._captions)
        return " ".join(part for part in parts if part)

    def png(self, dpi=100):
        """The picture at the present position, drawn by Matplotlib, as PNG bytes."""
        self.draw()  # so that it is laid out as the browser has it
        with still.look():
            width = self.figure.get_figwidth()
            rows = [still.sentence(self._where(), width, weight="bold")]
            rows += [self._strip(each, at) for _, each, at in self._shown() if each.bands]
            drawn = [self._artist(layer) for layer in self._layers if not self._is_hidden(layer)]
            try:
                rows += [self.figure, still.sentence(self.seen, width)]
                pixels = [still.pixels(row, dpi) for row in rows]
            finally:
                for artist in drawn:
                    artist.remove()
        buffer = io.BytesIO()
        image.imsave(buffer, np.vstack(pixels), metadata={"Software": None})
        return buffer.getvalue()

    def __repr__(self):
        return f"Flipbook at {self._where()}" + (f"\n{self.seen}" if self.seen else "")

    def _where(self):
        return ", ".join(f"{name} = {each.said(at)}" for name, each, at in self._shown())

    def _repr_mimebundle_(self, **kwargs):
        self.draw()
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/plain": repr(self), "image/png": self.png()}, metadata

    @traitlets.validate("position")
    def _check_position(self, proposal):
        self._check_names("position", proposal["value"])
        return self._values(
            [self._position_of(name, proposal["value"], at) for name, _, at in self._shown()]
        )

    @traitlets.observe("position")
    def _move(self, change):
        self._index = [each.nearest(change.new[name]) for name, each in self.sliders.items()]

    @traitlets.observe("_index")
    def _moved(self, change):
        self.position = self._values(change.new)

    def _shown(self, index=None):
        """Name, slider and position of each slider."""
        index = self._index if index is None else index
        return [(*pair, at) for pair, at in zip(self.sliders.items(), index, strict=True)]

    def _values(self, index):
        return {name: each.values[at].item() for name, each, at in self._shown(index)}

    def _check_names(self, what, wanted):
        if unknown := set(wanted) - set(self.sliders):
            raise ValueError(
                f"{what} must name sliders of {list(self.sliders)}, got {sorted(unknown)}"
            )

    def _position_of(self, name, wanted, now):
        """Where a slider is wanted; where it is now, if nothing is said of it."""
        if name not in wanted:
            return now
        return self.sliders[name].nearest(wanted[name], f"position {name!r}")

    def _said_of_steps(self):
        """How far a run is shown, as long as it is not shown whole; nothing without a run."""
        if self.play is None:
            return []
        labels = self.sliders[self.play].labels
        said = [f"So far: step {label} of {labels[-1]}." for label in labels[:-1]] + [""]
        after = len(self.sliders) - 1 - list(self.sliders).index(self.play)
        return [np.array(said).reshape(-1, *[1] * after)]

    def _check_shape(self, what, shape):
        try:
            fits = np.broadcast_shapes(shape, self.shape) == self.shape
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(f"{what} must broadcast to the sliders {self.shape}, got {shape}")

    def _compose(self):
        stage = Stage(self.figure)
        store = Store()
        layers = [
            {
                "axes": self.figure.axes.index(layer.axes),
                "coordinates": [store.add(v) for v in stage.coordinates(layer, len(self.sliders))],
                "style": _themed(layer.style),
                "reveal": layer.reveal,
                "ghost": layer.ghost,
            }
            for layer in self._layers
        ]
        names = list(self.sliders)
        return {
            "stage": stage.svg,
            "panels": stage.panels,
            "clips": stage.clips,
            "layers": layers,
            "points": store.bytes(),
            "sliders": [_spoken(name, each) for name, each in self.sliders.items()],
            "play": names.index(self.play) if self.play else None,
            "scenes": self._scenes,
            "captions": [
                {"shape": _padded(texts.shape, len(names)), "texts": texts.ravel().tolist()}
                for texts in self._captions
            ],
            "description": self.description,
        }

    def _strip(self, slider, at):
        figure, ax = still.canvas(self.figure.get_figwidth(), 0.75)
        still.strip(ax, slider.bands, slider.marks, at, len(slider.values))
        return figure

    def _is_hidden(self, layer):
        return all(np.isnan(_at_points(layer.points[1], self._index)))

    def _artist(self, layer):
        stop = None
        if layer.reveal:
            stop = self._index[list(self.sliders).index(self.play)] + 1
        shape = np.broadcast_shapes(*(v.shape for v in layer.points))
        points = [_at_points(np.broadcast_to(v, shape), self._index)[:stop] for v in layer.points]
        with np.errstate(all="ignore"):
            points = [np.clip(v, -1e100, 1e100) for v in points]
        style = layer.style
        (artist,) = layer.axes.plot(
            *points, color=style["color"], alpha=style["opacity"], linewidth=style["width"],
            linestyle=(0, style["dash"]) if style["dash"] else "-" if style["width"] else "none",
            marker=style["marker"], markersize=style["size"], markeredgewidth=0,
            scalex=False, scaley=False,
        )  # fmt: skip
        return artist


def _at(array, index):
    """The element of an array, broadcast over sliders, at a position."""
    padded = array.reshape(_padded(array.shape, len(index)))
    return padded[tuple(min(at, n - 1) for at, n in zip(index, padded.shape, strict=True))]


def _at_points(array, index):
    """The points of an array (*shape, points), broadcast over sliders, at a position."""
    padded = array.reshape(_padded(array.shape, len(index) + 1))
    return padded[tuple(min(at, n - 1) for at, n in zip(index, padded.shape, strict=False))]


def _padded(shape, length):
    return [1] * (length - len(shape)) + list(shape)


def _product(choices):
    if not choices:
        return [()]
    return [(head, *tail) for head in choices[0] for tail in _product(choices[1:])]


def _themed(style):
    themed = {**style, "color": THEMED.get(style["color"], style["color"])}
    if style["marker"]:
        marker = MarkerStyle(style["marker"])
        path = marker.get_path().transformed(marker.get_transform())
        themed["marker"] = " ".join(_svg_path(path))
    return themed


def _svg_path(path):
    letters = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}
    for points, code in path.iter_segments():
        flipped = points.reshape(-1, 2) * [1, -1]
        numbers = "" if code == 79 else " ".join(f"{v:.3f}" for v in flipped.ravel())
        yield letters[int(code)] + numbers


def _spoken(name, slider):
    size = range(len(slider.values))
    return {
        "name": name,
        "labels": list(slider.labels),
        "said": [slider.said(at).replace("_", " ") for at in size],
        "bands": [
            {"first": first, "name": band, "color": color} for first, band, color in slider.bands
        ],
        "marks": [{"at": at, "name": mark} for at, mark in sorted(slider.marks.items())],
    }


def _common_shape(points):
    try:
        return np.broadcast_shapes(*(array.shape for array in points.values()))
    except ValueError:
        said = ", ".join(f"{name} {array.shape}" for name, array in points.items())
        raise ValueError(f"shapes must broadcast together, got {said}") from None


def _numbers(name, value):
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be an array of numbers, got {value!r}") from None
