"""The Flipbook: a picture whose sliders answer in one frame.

Matplotlib draws the stage once, NumPy computes every path for every slider position at once, and
the browser only picks which path to show. There is no mathematics in JavaScript and no kernel in
the loop, so a busy, dead or absent kernel changes nothing.
"""

from itertools import product
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from lrlab.flipbook import handles, layers, still
from lrlab.flipbook.slider import Slider
from lrlab.flipbook.stage import Stage, all_axes
from lrlab.flipbook.theme import CSS
from lrlab.flipbook.wire import Store
from lrlab.flipbook.words import plain

LARGEST = 1_000_000  # bytes of state


class Position(dict):
    """The values shown: a dict that can be read and not be changed."""

    def _refuse(self, *args, **kwargs):
        raise TypeError(
            "a change inside position would move nothing: set book.position = {name: value}"
        )

    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = _refuse


class Flipbook(anywidget.AnyWidget):
    """A Matplotlib figure with sliders that answer in one frame, with or without a kernel.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The stage: whatever does not move, with the limits of its axes set. Axes side by side in one
        row are fitted into their cells; every other figure keeps the layout that it has.
    sliders : dict of str to (array or Slider)
        Name and values of each slider, in the order of the layers' axes. Values that are words are
        chosen, not slid.
    start : dict of str to value, optional
        Where the sliders begin: the value nearest to the one given. Default: the first.
    play : str, optional
        The slider that counts steps: it gets a Play button, and lines with ``reveal=True`` are
        drawn up to it.
    description : str
        What the picture shows, in a sentence, for readers who do not see it.
    max_bytes : int
        More than this is not sent to a browser: a picture is to be there at once.

    Attributes
    ----------
    position : dict of str to value
        The values shown. Setting it moves the sliders, to the nearest value or to the mark named;
        it can be observed.
    covered : bool
        Whether the picture waits for a prediction; see `lrlab.flipbook.Prediction`.

    Raises
    ------
    TypeError, ValueError
        An argument is not what is said above.

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

    _esm = Path(__file__).with_name("flipbook.js").read_text(encoding="utf-8")
    _css = CSS
    _packed = traitlets.Bytes().tag(sync=True)
    _index = traitlets.List().tag(sync=True)
    covered = traitlets.Bool(False).tag(sync=True)
    position = traitlets.Dict()

    def __init__(self, figure, sliders, *, start=None, play=None, description="",
                 max_bytes=LARGEST):  # fmt: skip
        self.figure = _figure(figure)
        self.sliders = _sliders(sliders)
        self._check_names("play", {play} - {None})
        self._check_names("start", start or {})
        self.play, self.description, self.max_bytes = play, str(description), max_bytes
        self._layers, self._handles, self._scenes, self._given = [], [], [], []
        self._captions, self._stale = self._said_of_steps(), True
        super().__init__(_index=[0] * len(self.sliders))
        self.position = {name: each.values[0].item() for name, each in self.sliders.items()}
        self.position = start or {}

    @classmethod
    def of(cls, draw, /, *, quiet=False, max_bytes=LARGEST, max_seconds=60, description=None,
           **sliders):  # fmt: skip
        """Make a book of a function that draws, as `ipywidgets.interact` is given one.

        It is run once a position, off screen. What it draws alike at every position is the stage;
        lines, dots, areas, bars and texts that change become layers; a title that changes becomes
        the caption, as does what is printed. Limits of axes that change are set, once and for all,
        to hold every position; this is said. Random numbers of `np.random` and `random` begin alike
        at each position.

        Parameters
        ----------
        draw : callable
            Draws one figure: with ``plt``, on the axes that it is given as ``ax``, or on one that
            it returns. Its keywords are the sliders.
        quiet : bool
            Whether to print nothing: neither how large the book will be (and how long it takes, if
            it takes long), nor the limits.
        max_bytes : int
            More than this is refused: before all is run, if it can be foreseen.
        max_seconds : float
            Likewise, for the time that drawing takes.
        description : str, optional
            Default: the first line of the docstring of ``draw``.
        **sliders : array, range, list, tuple, dict, bool or Slider
            As for ``interact``: values in a row, (low, high) or (low, high, step), words, a dict of
            words to values, True or False, a slider of ipywidgets.

        Returns
        -------
        book : Flipbook

        Raises
        ------
        TypeError, ValueError
            An argument is not what is said above, or the function draws what a book cannot carry:
            images and 3-D surfaces that change, scales, ticks, arrows. The sentence says which.

        Examples
        --------
        >>> from matplotlib import pyplot as plt
        >>> def power(n):
        ...     x = np.linspace(0, 1, 50)
        ...     plt.plot(x, x**n)
        ...     plt.title(f"x to the power of {n}")
        >>> Flipbook.of(power, n=[1, 2, 3])
        3 positions, about 5 kB
        Flipbook at n = 1
        x to the power of 1
        """
        from lrlab.flipbook.of import of  # which draws with pyplot

        return of(cls, draw, sliders, quiet=quiet, max_bytes=max_bytes, max_seconds=max_seconds,
                  description=description)  # fmt: skip

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
            In data units, dates and words included. An axis of length 1 does not depend on that
            slider, and costs nothing there. NaN breaks the line. x and y may be a `Blend`.
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
        self._check_axes(ax)
        if (z is None) != (ax.name != "3d"):
            raise ValueError(f"z must be given for 3-D axes and for no others, got {z!r}")
        given = {"x": x, "y": y} | ({} if z is None else {"z": z})
        style = {"color": color, "width": width, "dash": dash, "opacity": opacity}
        style |= {"marker": marker, "size": size}
        layer = layers.line(ax, given, style, reveal=bool(reveal), ghost=bool(ghost))
        points = self._check_layer(", ".join(given), layer)
        if reveal and (self.play is None or points != len(self.sliders[self.play].values)):
            raise ValueError(f"a line with reveal=True must have one point a position of the play "
                             f"slider, got {points} points and {self.play=}")  # fmt: skip
        return self._with(layer)

    def area(self, ax, x, y, base=0.0, *, color, opacity=0.3):
        """Fill between y and a base, above x: arrays broadcastable to (*shape, points)."""
        self._check_axes(ax)
        layer = layers.area(ax, x, y, base, {"color": color, "opacity": opacity})
        self._check_layer("x, y, base", layer)
        return self._with(layer)

    def bars(self, ax, x, height, width=0.8, base=0.0, *, color, opacity=0.8):
        """Add upright bars at x, from a base to a height: arrays broadcastable to (*shape, bars).

        The width is in units of x.
        """
        self._check_axes(ax)
        layer = layers.bars(ax, x, height, width, base, {"color": color, "opacity": opacity})
        self._check_layer("x, height, base", layer)
        return self._with(layer)

    def text(self, ax, x, y, texts, *, color="#222222", size=10, ha="left", va="center"):
        """Add a label that may move and change: x, y and texts broadcastable to ``shape``."""
        self._check_axes(ax)
        style = {"color": color, "size": size, "ha": ha, "va": va}
        layer = layers.label(ax, x, y, texts, style)
        self._check_layer("x, y", layer)
        self._check_shape("texts", layer.texts.shape)
        return self._with(layer)

    def handle(self, ax, x, y=None, *, color="#222222"):
        """Let a hand move sliders in the picture: by mouse, pen or finger.

        Parameters
        ----------
        ax : Axes
        x, y : str or array broadcastable to ``shape``
            Where the handle is: the name of a slider stands for its values, an array depends on one
            slider. Dragging it moves these sliders to the nearest positions. Without y a click or a
            drag anywhere in the axes sets the slider of x.
        color : str
            As #rrggbb.

        Returns
        -------
        book : Flipbook
            This one. The sliders stay, as the keyboard's way.
        """
        self._check_axes(ax)
        self._handles.append(handles.handle(ax, x, y, self.sliders, color))
        self._stale = True
        return self

    def caption(self, *texts):
        """Set the sentences under the picture: arrays of str broadcastable to ``shape``."""
        texts = [layers.texts_of("texts", each) for each in texts]
        for each in texts:
            self._check_shape("texts", each.shape)
        self._captions, self._stale = [*texts, *self._said_of_steps()], True
        return self

    def storyboard(self, *scenes):
        """Set the positions that Page Down and Page Up show one after the other, in a lecture.

        Each is a dict like ``position``; a slider that it does not name stays where the scene
        before left it, or, in the first, where it begins.
        """
        index, found = list(self._index), []
        for scene in scenes:
            if not isinstance(scene, dict):
                raise ValueError(f"scenes must be dicts of slider to value, got {scene!r}")
            self._check_names("scenes", scene)
            index = [self._position_of(name, scene, at) for name, _, at in self._shown(index)]
            found.append(index)
        self._scenes, self._stale = found, True
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
        if self._stale or self.figure.stale:
            self._compose()
        return self

    def redraw(self):
        """Draw the figure anew, and send it: after a change of it that went unnoticed."""
        self._stale = True
        return self.draw()

    def sweep(self):
        """Visit every corner, every marked position and every scene of the storyboard.

        Returns
        -------
        captions : list of (dict, str)
            Each position visited, and its caption. The sliders end where they began.
        """
        before, sizes = list(self._index), self.shape
        visits = [list(corner) for corner in product(*([0, n - 1][:n] for n in sizes))]
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
        parts = (str(layers.at(texts, self._index)) for texts in self._captions)
        return " ".join(part for part in parts if part)

    @property
    def nbytes(self):
        """How many bytes travel to the browser, once and for all positions."""
        return len(self.draw()._packed)

    def drawn(self, position=None, ax=None):
        """Return the lines and markers of a position, as numbers; no slider moves.

        Parameters
        ----------
        position : dict of str to value, optional
            As ``position`` is set: values or marks; a slider that it does not name is where it is.
        ax : Axes, optional
            Only what is in these axes.

        Returns
        -------
        lines : list of arrays (points, 2), (points, 3) in 3-D
            In data units; NaN breaks a line. First those that never move, then the layers in the
            order in which they were added, each revealed as far as it is seen.

        Examples
        --------
        >>> figure, axes = still.canvas(4, 3)
        >>> book = Flipbook(figure, {"slope": [1, 2]})
        >>> book.line(axes, [0, 1], [[0, 1], [0, 2]], color="#D55E00").drawn({"slope": 2})
        [array([[0., 0.],
               [1., 2.]])]
        """
        position = {} if position is None else position
        self._check_names("position", position)
        if ax is not None:
            self._check_axes(ax)
        every = all_axes(self.figure) if ax is None else [ax]
        index = [self._position_of(name, position, at) for name, _, at in self._shown()]
        layers_there = [each for each in self._layers if each.kind == "line" and each.axes in every]
        moving = [np.column_stack(each.shown(index, self._playing)) for each in layers_there]
        return [line for each in every for line in still.lines(each)] + moving

    def png(self, dpi=100):
        """The picture at the present position, drawn by Matplotlib, as PNG bytes."""
        self.draw()  # so that it is laid out as the browser has it
        picture = still.png(self, dpi)
        self.figure.stale = False
        return picture

    def save(self, path, title=""):
        """Write one HTML file with this picture alive in it; see `lrlab.flipbook.save`."""
        from lrlab.flipbook.page import save  # which knows books

        return save(path, self, title)

    def __repr__(self):
        said = plain(self.seen) if "$" in self.seen else self.seen
        return f"Flipbook at {self._where()}" + (f"\n{said}" if said else "")

    def _repr_mimebundle_(self, **kwargs):
        self.draw()
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/plain": repr(self), "image/png": self.png()}, metadata

    @traitlets.validate("position")
    def _check_position(self, proposal):
        self._check_names("position", proposal["value"])
        return Position(self._values(
            [self._position_of(name, proposal["value"], at) for name, _, at in self._shown()]
        ))  # fmt: skip

    @traitlets.observe("position")
    def _move(self, change):
        self._index = [each.nearest(change.new[name]) for name, each in self.sliders.items()]

    @traitlets.observe("_index")
    def _moved(self, change):
        self.position = self._values(change.new)

    def _where(self):
        return ", ".join(
            f"{plain(name) if '$' in name else name} = {each.said(at)}"
            for name, each, at in self._shown()
        )

    def _shown(self, index=None):
        """Name, slider and position of each slider."""
        index = self._index if index is None else index
        return [(*pair, at) for pair, at in zip(self.sliders.items(), index, strict=True)]

    def _values(self, index):
        return {name: each.values[at].item() for name, each, at in self._shown(index)}

    def _position_of(self, name, wanted, now):
        """Where a slider is wanted; where it is now, if nothing is said of it."""
        if name not in wanted:
            return now
        return self.sliders[name].nearest(wanted[name], f"position {name!r}")

    @property
    def _playing(self):
        """The number of the slider that counts steps, or None."""
        return None if self.play is None else list(self.sliders).index(self.play)

    def _said_of_steps(self):
        """How far a run is shown, as long as it is not shown whole; nothing without a run."""
        if self.play is None:
            return []
        labels = self.sliders[self.play].labels
        said = [f"So far: step {label} of {labels[-1]}." for label in labels[:-1]] + [""]
        after = len(self.sliders) - 1 - self._playing
        return [np.array(said).reshape(-1, *[1] * after)]

    def _with(self, layer):
        self._layers.append(layer)
        self._stale = True
        return self

    def _check_axes(self, ax):
        if ax not in all_axes(self.figure):
            raise ValueError(f"ax must belong to the figure of this book, got {ax!r}")

    def _check_layer(self, what, layer):
        """Fail unless a layer's coordinates broadcast to the sliders; return its points."""
        try:
            shape = layer.shape() or (1,)
        except ValueError:
            said = ", ".join(
                f"{name} {np.shape(v)}" for name, v in zip("xyz", layer.points, strict=False)
            )
            raise ValueError(f"shapes must broadcast together, got {said}") from None
        self._check_shape(what, shape[:-1])
        return shape[-1]

    def _check_names(self, what, wanted):
        if not isinstance(wanted, (dict, set)):
            raise ValueError(f"{what} must be a dict of slider to value, got {wanted!r}")
        if unknown := set(wanted) - set(self.sliders):
            raise ValueError(
                f"{what} must name sliders of {list(self.sliders)}, got {sorted(unknown, key=str)}"
            )

    def _check_shape(self, what, shape):
        try:
            fits = np.broadcast_shapes(shape, self.shape) == self.shape
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(f"{what} must broadcast to the sliders {self.shape}, got {shape}")

    def _compose(self):
        """Draw the stage, place the layers, and hand all of it to the browser."""
        stage, store, count = Stage(self.figure), Store(), len(self.sliders)
        content = {
            "stage": stage.svg,
            "panels": stage.panels,
            "clips": stage.clips,
            "homes": stage.homes,
            "layers": [layer.carried(stage, store, count) for layer in self._layers],
            "handles": [each.carried(stage, store, count) for each in self._handles],
            "sliders": [each.spoken(name) for name, each in self.sliders.items()],
            "play": self._playing,
            "scenes": self._scenes,
            "captions": [
                {"shape": layers.padded(texts.shape, count),
                 "texts": [layers.wire_text(text) for text in texts.ravel()]}
                for texts in self._captions
            ],
            "description": self.description,
        }  # fmt: skip
        packed = store.packed(content)
        if len(packed) > self.max_bytes:
            raise ValueError(
                f"a picture must take at most max_bytes={self.max_bytes:,}, got {len(packed):,} "
                f"bytes for {np.prod(self.shape):,} positions: give fewer positions or points"
            )
        self._content, self._packed = content, packed
        self._stale = self.figure.stale = False


def _figure(figure):
    if not hasattr(figure, "savefig") or not hasattr(figure, "axes"):
        raise ValueError(f"figure must be a Matplotlib figure, got {type(figure).__name__}")
    if not figure.axes:
        raise ValueError("figure must have axes, got none")
    return figure


def _sliders(given):
    if not isinstance(given, dict) or not given:
        raise ValueError(f"sliders must be a dict of name to values, got {given!r}")
    for name in given:
        plain(str(name))
    return {
        str(name): each if isinstance(each, Slider) else Slider(each)
        for name, each in given.items()
    }
