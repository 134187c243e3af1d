"""What a figure shows at one position, read so that positions can be compared."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from matplotlib import colors
from matplotlib.text import Annotation

from lrlab.flipbook import artists
from lrlab.flipbook.pieces import Piece, joined
from lrlab.flipbook.stage import all_axes

CROWD = 12  # lines of one look in one axes; more are joined, so that a book stays light


@dataclass(eq=False)
class Reading:
    """All that a figure shows: what a book can carry by its look, and the rest by a digest."""

    limits: list  # of each axes, an array (2 or 3 axes, low and high)
    pieces: dict = field(default_factory=dict)  # (axes, look, number) -> Piece
    order: dict = field(default_factory=dict)  # the same keys -> (axes, zorder, place, part)
    words: dict = field(default_factory=dict)  # a place -> what stands there
    fixed: dict = field(default_factory=dict)  # a place -> what must stay as it is
    legends: dict = field(default_factory=dict)  # number of an axes, or None -> its entries
    owners: dict = field(default_factory=dict)  # keys and places of words -> artists
    counts: Counter = field(default_factory=Counter)


def read(figure, printed=""):
    """Read a figure.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> _ = ax.plot([1, 2], [3, 4])
    >>> _ = ax.set_title("a line")
    >>> found = read(ax.figure)
    >>> len(found.pieces), found.words["title of axes 1"]
    (1, 'a line')
    """
    every = all_axes(figure)
    found = Reading([_limits(ax) for ax in every])
    found.fixed["the number of axes"] = str([type(ax).__name__ for ax in every])
    for count, label in enumerate(figure.texts):
        _words(found, f"text {count + 1} of the figure", label)
    for number, ax in enumerate(every):
        _read_axes(found, number, ax)
    for number, artist in enumerate([*figure.lines, *figure.patches, *figure.images]):
        found.fixed[f"{_named(artist)} {number + 1} of the figure"] = artists.digest(artist)
    if figure.legends:
        found.legends[None] = [entry for each in figure.legends for entry in _entries(each)]
    found.words["what is printed"] = printed
    return found


def _limits(ax):
    three = [ax.get_zlim()] if ax.name == "3d" else []
    return np.array([ax.get_xlim(), ax.get_ylim(), *three], float)


def _read_axes(found, number, ax):
    name = f"axes {number + 1}"
    found.fixed[f"the frame of {name} (its scales, ticks or view)"] = _frame(ax)
    for label in (ax._left_title, ax.title, ax._right_title):
        side = {"center": ""}.get(label.get_ha(), f"{label.get_ha()} ")
        _words(found, f"{side}title of {name}", label)
    for axis in [ax.xaxis, ax.yaxis, *([ax.zaxis] if ax.name == "3d" else [])]:
        _words(found, f"{axis.axis_name} label of {name}", axis.label)
    if ax.get_legend() is not None:
        found.legends[number] = _entries(ax.get_legend())
    kinds = [ax.lines, ax.collections, ax.patches, ax.texts, ax.images, ax.tables, ax.artists]
    drawn = {id(artist) for kind in kinds for artist in kind}
    for at, artist in enumerate(ax.get_children()):
        if id(artist) in drawn and artist.get_visible():
            _read_artist(found, number, ax, artist, at)


def _read_artist(found, number, ax, artist, at):
    if artist in ax.texts and _outside(ax, artist):
        count = ax.texts.index(artist) + 1
        return _words(found, f"text {count} of axes {number + 1}", artist)
    for part, piece in enumerate(artists.pieces(ax, artist)):
        if piece.kind == "fixed":
            found.counts[number, _named(artist)] += 1
            count = found.counts[number, _named(artist)]
            found.fixed[f"{_named(artist)} {count} of axes {number + 1}"] = piece.words
            continue
        key = number, piece.look, found.counts[number, piece.look]
        found.counts[number, piece.look] += 1
        found.pieces[key] = piece
        found.order[key] = number, artist.get_zorder(), at, part
        found.owners[key] = [artist]


def _outside(ax, label):
    """Whether a text stands beside an axes, as a title does."""
    if isinstance(label, Annotation) or any(
        label.get_transform().contains_branch_seperately(ax.transData)
    ):
        return False
    share = (label.get_transform() - ax.transAxes).transform(label.get_position())
    return bool((np.abs(share - 0.5) > 0.5).any())


def _words(found, place, label):
    found.words[place] = " ".join(label.get_text().split()) if label.get_visible() else ""
    found.owners[place] = [label]


def _named(artist):
    """What an artist is called, with its label if it was given one."""
    label = str(artist.get_label())
    said = f" {label!r}" if label and not label.startswith("_") else ""
    return f"{type(artist).__name__}{said}"


def _frame(ax):
    """What belongs to an axes and cannot move."""
    axes = [ax.xaxis, ax.yaxis, *([ax.zaxis] if ax.name == "3d" else [])]
    ticks = [getattr(axis.get_major_locator(), "locs", None) for axis in axes]
    labels = [_tick_words(axis.get_major_formatter()) for axis in axes]
    words = [getattr(axis.units, "_mapping", None) for axis in axes]
    view = [ax.elev, ax.azim, ax.roll] if ax.name == "3d" else []
    said = [axis.get_scale() for axis in axes], ax.axison, str(ax.get_aspect()), ax.get_visible()
    plain = [None if v is None else np.asarray(v).tolist() for v in ticks]
    return str((*said, colors.to_hex(ax.get_facecolor()), plain, labels, words, view))


def _tick_words(formatter):
    """Words that were given to ticks; Matplotlib keeps them in one of two ways."""
    given = getattr(getattr(formatter, "func", None), "args", ())
    return getattr(formatter, "seq", None), [each for each in given if isinstance(each, dict)]


def _entries(legend):
    """The words of a legend, each with the colour beside it."""
    handles = [*legend.legend_handles, *[None] * len(legend.get_texts())]
    return [(text.get_text(), _color(handle)) for text, handle in
            zip(legend.get_texts(), handles, strict=False)]  # fmt: skip


def _color(handle):
    read = getattr(handle, "get_color", None) or getattr(handle, "get_facecolor", None)
    if read is None:
        return ""
    found = read()
    if isinstance(found, np.ndarray) and found.ndim == 2:
        found = found[0] if len(found) else "none"
    return colors.to_hex(found, keep_alpha=True)


def crowded(readings):
    """The looks whose pieces are joined into one: areas, and lines of which there are many."""
    return {key[:2] for each in readings for key in each.pieces
            if key[1][0] == "fill" or (key[1][0] == "line" and key[2] >= CROWD)}  # fmt: skip


def join(reading, looks, pool):
    """Join the pieces of these looks in a reading, and keep equal pieces once.

    ``pool`` is a dict that lives as long as readings are compared: afterwards equal pieces are the
    same object.
    """
    groups = {}
    for key in reading.pieces:
        groups.setdefault((*key[:2], 0) if key[:2] in looks else key, []).append(key)
    pieces, order, owners = reading.pieces, reading.order, reading.owners
    reading.pieces, reading.order = {}, {}
    for home, keys in groups.items():
        piece = _together([pieces[key] for key in keys])
        reading.pieces[home] = pool.setdefault((home[1], piece.facts), piece)
        reading.order[home] = min(order[key] for key in keys)
        owners[home] = [owner for key in keys for owner in owners.pop(key, [])]
    return reading


def _together(pieces):
    first = pieces[0]
    if len(pieces) == 1:
        return first
    points, offsets = (
        None if getattr(first, name) is None
        else joined([getattr(each, name) for each in pieces])
        for name in ("points", "offsets")
    )  # fmt: skip
    return Piece(first.kind, first.style, points, first.space, offsets, first.words)
