"""From what a function draws at all positions to the stage and the layers of a book."""

import numpy as np
from matplotlib.colors import to_hex

from lrlab.flipbook import layers, reading, wire
from lrlab.flipbook.pieces import DATA
from lrlab.flipbook.stage import Stage, all_axes

FEW = 8  # layers that an artist may take which only lies above what moves
SAMPLE = 2000  # points among which a legend looks for a place


class Binder:
    """A figure that becomes the stage of a book, and what is drawn in layers.

    Parameters
    ----------
    gathered : Gathered
    figure : Figure
        As drawn at one position.
    seen : Reading
        Of this figure, with its artists.
    """

    def __init__(self, gathered, figure, seen):
        self.gathered, self.figure, self.axes = gathered, figure, all_axes(figure)
        self.seen = reading.join(seen, gathered.looks, {})
        self.entries = gathered.legend_words()
        self.moving = self._lifted()
        for number, ax in enumerate(self.axes):
            _set_limits(ax, gathered.limits(number)[0])
        for (axes, number), words in self.entries.items():
            self._entry(axes, number).set_text(max(words, key=len))  # so that all find room
        for place in gathered.places:
            for label in seen.owners.get(place, []):
                label.set_text("")
        artists = [each for key in self.moving for each in self.seen.owners.get(key, [])]
        for artist in {id(each): each for each in artists}.values():
            artist.remove()

    def bind(self, book):
        """Give a book of this figure its layers and its captions."""
        self._lay_out()
        order = self.seen.order | self.gathered.order
        for key in sorted(self.moving & self.gathered.order.keys(), key=order.get):
            book._with(self._layer(key))
        for (axes, number), words in self.entries.items():
            book._with(self._entry_layer(axes, number, words))
        places, shape = self.gathered.places, self.gathered.shape
        if places:
            every = zip(*map(self._said, places), strict=True)
            book.caption(np.reshape(["; ".join(filter(None, each)) for each in every], shape))

    def _said(self, place):
        name, *_ = place.split()
        before = f"{name}: " if " label of " in place else ""
        return [before + each if each else "" for each in self.gathered.words(place)]

    def _lifted(self):
        """What moves, and what lies above it: layers are drawn above the stage."""
        owners, order = self.seen.owners, self.seen.order | self.gathered.order
        moving = set(self.gathered.moving)
        keys_of = {}
        for key in self.seen.pieces:
            for artist in owners[key]:
                keys_of.setdefault(id(artist), set()).add(key)
        while True:
            lowest = {}
            for key in moving:
                lowest[key[0]] = min(lowest.get(key[0], order[key]), order[key])
            together = [
                keys for keys in keys_of.values()
                if keys & moving or (len(keys) <= FEW and all(
                    key[1][0] != "text" and key[0] in lowest and order[key] > lowest[key[0]]
                    for key in keys
                ))
            ]  # fmt: skip
            more = moving.union(*together)
            if more == moving:
                return moving
            moving = more

    def _lay_out(self):
        """Lay the figure out as a book will have it, with each legend where it stays."""
        hints = [
            ax.plot(*self._reach(number).T, visible=False, scalex=False, scaley=False)[0]
            for number, ax in enumerate(self.axes)
            if ax.get_legend() is not None and ax.name != "3d"
        ]
        Stage(self.figure)
        for ax in self.axes:
            legend = ax.get_legend()
            if legend is not None and getattr(legend, "_loc_real", None) == 0:  # wherever is best
                corner = legend.get_window_extent().p0
                legend.set_loc(tuple(ax.transAxes.inverted().transform(corner)))
        for hint in hints:
            hint.remove()
        if self.entries:
            Stage(self.figure)  # so that the words of a legend are where it now is

    def _reach(self, axes):
        """Some of the points that anything in an axes comes to, in data."""
        found = [np.zeros((0, 2))]
        for key in self.moving:
            if key[0] == axes and key[1][0] in ("line", "fill"):
                pieces = {id(each): each for each in self.gathered.pieces(key) if each is not None}
                for each in pieces.values():
                    found.append(_in_data(self.axes[axes], each.space, each.points, None))
        points = np.concatenate(found)
        return points[:: len(points) // SAMPLE + 1]

    def _entry(self, axes, number):
        return self.axes[axes].get_legend().get_texts()[number]

    def _entry_layer(self, axes, number, words):
        """The words of a legend's entry, which it then leaves to a layer."""
        ax, entry = self.axes[axes], self._entry(axes, number)
        box = entry.get_window_extent()
        if not ax.bbox.containsx(box.x1) or not ax.bbox.containsy(box.y0):
            raise ValueError(
                "a legend whose words change must stand inside its axes, or its words must be the "
                f"same at every position, got {words[0]!r}"
            )
        x, y = ax.transData.inverted().transform([box.x0, (box.y0 + box.y1) / 2])
        entry.set_visible(False)
        style = {"size": entry.get_fontsize(), "color": to_hex(entry.get_color())}
        style |= {"ha": "left", "va": "center"}
        return layers.label(ax, x, y, np.reshape(words, self.gathered.shape), style)

    def _layer(self, key):
        """The layer of a key: its pieces at all positions, as one array a coordinate."""
        ax, pieces, shape = self.axes[key[0]], self.gathered.pieces(key), self.gathered.shape
        some = next(each for each in pieces if each is not None)
        points = _stacked([each and each.points for each in pieces], shape)
        offsets = None
        if some.offsets is not None:
            offsets = _stacked([each and each.offsets for each in pieces], shape)
        points = _in_data(ax, some.space, points, offsets)
        given = {name: wire.collapsed(np.ascontiguousarray(points[..., k]))
                 for k, name in enumerate("xyz"[: points.shape[-1]])}  # fmt: skip
        if some.kind == "fill":
            return layers.Layer("fill", ax, tuple(given.values()), some.style)
        if some.kind == "text":
            texts = np.reshape([each.words if each else "" for each in pieces], shape)
            x, y = (v[..., 0] for v in given.values())
            return layers.label(ax, x, y, texts, some.style)
        dash = some.style["dash"] * (1 + len(some.style["dash"]) % 2)  # by turns, however often
        return layers.line(ax, given, {**some.style, "dash": dash}, reveal=False, ghost=False)


def _set_limits(ax, limits):
    names = "xyz"[: len(limits)]
    for name, (low, high) in zip(names, limits, strict=True):
        backwards = getattr(ax, f"{name}axis").get_inverted()
        getattr(ax, f"set_{name}lim")(*((high, low) if backwards else (low, high)))


def _stacked(rows, shape):
    """Rows (n, d) of different lengths, or None, as one array (*shape, n, d).

    What is missing has gaps in y alone, so that an x which is everywhere the same stays so.
    """
    longest = max((row for row in rows if row is not None), key=len)
    stacked = np.repeat(longest[None], len(rows), axis=0)
    for at, row in enumerate(rows):
        known = 0 if row is None else len(row)
        if known:
            stacked[at, :known] = row
        stacked[at, known:, 1] = np.nan
    return stacked.reshape(*shape, *longest.shape)


def _in_data(ax, space, points, offsets):
    """Points in data, of points that are partly shares of the axes and stand off, in points."""
    if (space == DATA and offsets is None) or not points.size:
        return points
    flat, along = points.reshape(-1, 2), np.array(space)
    corner = [ax.get_xlim()[0], ax.get_ylim()[0]]
    with np.errstate(all="ignore"):
        data = ax.transData.transform(np.where(along, flat, corner))
        shown = np.where(along, data, ax.transAxes.transform(flat))
        if offsets is not None:
            shown = shown + offsets.reshape(-1, 2) * ax.get_figure(root=True).dpi / 72
        return ax.transData.inverted().transform(shown).reshape(points.shape)
