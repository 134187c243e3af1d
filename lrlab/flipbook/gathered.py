"""What a function draws at all positions, compared: what moves, and what cannot be carried."""

import numpy as np

from lrlab.flipbook import reading
from lrlab.flipbook.pieces import can_be_said

MOST = 100  # layers; more would be slow in a browser
INSTEAD = {
    "AxesImage": "draw contour lines",
    "QuadMesh": "draw contour lines",
    "Poly3DCollection": "draw contour lines in a flat picture",
    "Quiver": "draw each arrow as a line with a dot",
    "Annotation": "draw the arrow as a line, and the text with ax.text",
    "FancyArrowPatch": "draw a line with a dot at its end",
    "Text": "use level text, and of mathematics letters, indices and powers",
    "the": "set them alike everywhere, or make a book of each",
}


class Gathered:
    """What is seen at each position, compared.

    Parameters
    ----------
    shape : tuple of int
        The number of positions of each slider.
    names : list of str
        The sliders.
    readings : list of Reading
        One a position.

    Attributes
    ----------
    moving : set
        Keys of the pieces that are not the same everywhere.
    places : list of str
        Where words stand that are not the same everywhere, in reading order.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> def seen(title):
    ...     ax = Figure().subplots()
    ...     ax.set(xlim=(0, len(title)), title=title)
    ...     return reading.read(ax.figure)
    >>> found = Gathered((2,), ["n"], [seen("one"), seen("three")])
    >>> found.places, found.limits_said()
    (['title of axes 1'], 'The axes hold every position: x from 0 to 5.')
    """

    def __init__(self, shape, names, readings):
        self.shape, self.names, self.looks = shape, names, reading.crowded(readings)
        pool = {}
        self.readings = [reading.join(each, self.looks, pool) for each in readings]
        self.order = {}
        for each in self.readings:
            self.order = each.order | self.order
        self.moving = {key for key in self.order if self.sliders_of(self.pieces(key))}
        places = {place: None for each in readings for place in each.words}
        self.places = [place for place in places if self.sliders_of(self.words(place))]

    def pieces(self, key):
        """The pieces of a key, one a position; None where there is none."""
        return [each.pieces.get(key) for each in self.readings]

    def words(self, place):
        """The words at a place, one a position."""
        return [each.words.get(place, "") for each in self.readings]

    def sliders_of(self, values):
        """The names of the sliders along which values, one a position, differ."""
        numbers = {}
        code = np.array([numbers.setdefault(each, len(numbers)) for each in values])
        code = code.reshape(self.shape)
        return [
            name for axis, name in enumerate(self.names)
            if (code != code.take([0], axis=axis)).any()
        ]  # fmt: skip

    def check(self, name):
        """Fail where something changes that a book cannot carry."""
        for place in dict.fromkeys(place for each in self.readings for place in each.fixed):
            if by := self.sliders_of([each.fixed.get(place) for each in self.readings]):
                instead = INSTEAD.get(place.split()[0], "draw it with lines, dots, areas or texts")
                raise ValueError(
                    f"{name} must draw what a book can carry, but {place} changes with "
                    f"{' and '.join(by)}: {instead}, or keep it the same at every position"
                )
        for place in self.places:
            if wrong := [each for each in self.words(place) if not can_be_said(each)]:
                raise ValueError(
                    f"{name} must write what a book can say, but the {place} is {wrong[0]!r}: use "
                    "letters, Greek letters, signs, indices and powers"
                )
        if len(self.moving) > MOST:
            raise ValueError(
                f"{name} must draw at most {MOST} things of different looks that change, got "
                f"{len(self.moving):,}: give them fewer colours, sizes and widths"
            )
        self._check_legends(name)

    def _check_legends(self, name):
        """Fail unless one legend holds the entries of all, or only its words change."""
        for slot in {slot for each in self.readings for slot in each.legends}:
            every = [each.legends.get(slot, []) for each in self.readings]
            if set().union(*every) <= set(max(every, key=len)):
                continue
            colors = {tuple(color for _, color in each) for each in every}
            if len(colors) > 1 or slot is None:
                raise ValueError(
                    f"{name} must give a legend whose lines stay, but its entries change with "
                    f"{' and '.join(self.sliders_of(map(tuple, every)))}: label the same lines in "
                    "the same colours at every position"
                )

    def legend_words(self):
        """The entries of legends that change: (axes, number) to words, one a position."""
        found = {}
        for slot in {slot for each in self.readings for slot in each.legends} - {None}:
            every = [each.legends.get(slot, []) for each in self.readings]
            if set().union(*every) <= set(max(every, key=len)):
                continue
            for number, entries in enumerate(zip(*every, strict=True)):
                if len(set(entries)) > 1:
                    found[slot, number] = [words for words, _ in entries]
        return found

    def richest(self, start):
        """The position where the legends say most; the start, if they say as much there."""
        sizes = [sum(map(len, each.legends.values())) for each in self.readings]
        at = int(np.ravel_multi_index(start, self.shape))
        best = at if sizes[at] == max(sizes) else int(np.argmax(sizes))
        return tuple(int(k) for k in np.unravel_index(best, self.shape))

    def limits(self, axes):
        """The limits of an axes that hold every position, and whether they always were so."""
        every = np.sort([each.limits[axes] for each in self.readings])
        low, high = every[..., 0], every[..., 1]
        union = np.column_stack([low.min(axis=0), high.max(axis=0)])
        return union, (every == every[0]).all(axis=(0, 2))

    def limits_said(self):
        """In a sentence, limits that hold every position because they did not stay."""
        count, said = len(self.readings[0].limits), []
        for axes in range(count):
            where = f" of axes {axes + 1}" if count > 1 else ""
            said += [
                f"{name}{where} from {low:.3g} to {high:.3g}"
                for name, (low, high), same in zip("xyz", *self.limits(axes), strict=False)
                if not same
            ]
        return f"The axes hold every position: {', '.join(said)}." if said else ""
