"""A book from a function that draws: what never changes is its stage, what changes its layers."""

import inspect
from itertools import product
from time import perf_counter

import numpy as np

from lrlab.flipbook import offscreen, reading
from lrlab.flipbook.binding import Binder
from lrlab.flipbook.choices import choice
from lrlab.flipbook.gathered import Gathered

SLOW = 5  # seconds; of less nothing is said
STAGE = 5_000  # bytes that a stage takes, about
PACKED = 0.25  # what deflating leaves of coordinates, about


def of(kind, draw, given, *, quiet, max_bytes, max_seconds, description):
    """Make a book of a function; see `Flipbook.of`, where ``given`` are its sliders."""
    if not callable(draw):
        raise TypeError(f"draw must be a function that draws with Matplotlib, got {draw!r}")
    if not given:
        raise ValueError("sliders must be given as keywords, as in α=[0.1, 0.2], got none")
    choices = {name: choice(name, each) for name, each in given.items()}
    constants = {name: each.values[0] for name, each in choices.items() if each.slider is None}
    choices = {name: each for name, each in choices.items() if name not in constants}
    runs = Runs(draw, constants, choices)
    with offscreen.away():
        _estimate(runs, quiet, max_bytes, max_seconds)
        found = Gathered(runs.shape, list(choices), runs.all())
        found.check(runs.name)
        bound = Binder(found, *runs.stage_at(found.richest(runs.start)))
    sliders = {name: each.slider for name, each in choices.items()}
    book = kind(bound.figure, sliders, max_bytes=max_bytes,
                description=_description(draw, description))  # fmt: skip
    bound.bind(book)
    book.position = runs.beginning()
    book.draw()
    if not quiet and found.limits_said():
        print(found.limits_said())
    return book


def _description(draw, given):
    return given if given is not None else (inspect.getdoc(draw) or "").partition("\n")[0]


class Runs:
    """What a function draws at each position, run once a position."""

    def __init__(self, draw, constants, choices):
        self.draw, self.constants, self.choices = draw, constants, choices
        self.name = getattr(draw, "__name__", "the function")
        self.shape = tuple(len(each.values) for each in choices.values())
        self.start = tuple(each.start for each in choices.values())
        self.known, self.seconds, self.pool, self.first = {}, [], {}, None

    def drawn(self, index):
        """The figure at a position, and what is printed there."""
        named = zip(self.choices.items(), index, strict=True)
        values = {name: each.values[at] for (name, each), at in named}
        return offscreen.drawn(self.draw, self.constants | values)

    def stage_at(self, index):
        """A figure that may be taken apart, as at a position, and what it shows."""
        figure, _ = self.drawn(index)
        if figure is self.first:  # draw keeps it
            figure = offscreen.copied(figure)
        return figure, reading.read(figure)

    def at(self, index):
        """What is shown at a position."""
        if index not in self.known:
            began = perf_counter()
            figure, printed = self.drawn(index)
            self.first = self.first or figure
            seen = reading.read(figure, printed)
            seen.owners.clear()  # they would keep the figure
            self.known[index] = reading.join(seen, (), self.pool)
            self.seconds.append(perf_counter() - began)
        return self.known[index]

    def all(self):
        """What is shown at every position, in order."""
        return [self.at(index) for index in product(*map(range, self.shape))]

    def beginning(self):
        """The values of the sliders where they begin."""
        return {name: each.slider.values[each.start].item() for name, each in self.choices.items()}

    def samples(self):
        """What is shown at the start, and for each slider at its other end."""
        ends = [0 if 2 * at >= n else n - 1 for at, n in zip(self.start, self.shape, strict=True)]
        places = [(*self.start[:k], end, *self.start[k + 1 :]) for k, end in enumerate(ends)]
        return self.at(self.start), [self.at(place) for place in places]


def _estimate(runs, quiet, max_bytes, max_seconds):
    """Say how large a book will be and how long it takes; fail where that is too much."""
    first, others = runs.samples()
    count = int(np.prod(runs.shape))
    size = STAGE + PACKED * _bytes(first, others, runs.shape)
    seconds = np.median(runs.seconds[1:] or runs.seconds) * count
    size, seconds = _rounded(size), _rounded(seconds)
    positions = f"{count:,} position{'s' * (count > 1)}"
    if seconds > max_seconds:
        raise ValueError(
            f"{runs.name} must be drawn within max_seconds={max_seconds:,}, but {positions} take "
            f"about {seconds:,.0f} s: give fewer positions, or a larger max_seconds"
        )
    if size > 2 * max_bytes:  # an estimate may be wrong; what the book really takes is not
        raise ValueError(
            f"a picture must take at most max_bytes={max_bytes:,}, but {positions} of {runs.name} "
            f"take about {size:,.0f} bytes: give fewer positions or points, or a larger max_bytes"
        )
    if not quiet:
        slow = f", about {seconds:,.0f} s" if seconds > SLOW else ""
        print(f"{positions}, about {size / 1000:,.0f} kB{slow}")


def _bytes(first, others, shape):
    """Of what changes when one slider after the other is moved, as it travels."""
    total = 0
    for key in {key for each in (first, *others) for key in each.pieces}:
        pieces = [each.pieces.get(key) for each in (first, *others)]
        points = max(len(each.points) for each in pieces if each is not None)
        for column in (0, 1):
            rows = [None if each is None else each.points[:, column] for each in pieces]
            sizes = [n for n, row in zip(shape, rows[1:], strict=True) if not _same(rows[0], row)]
            total += 2 * points * np.prod(sizes) if sizes else 0
    for place, words in first.words.items():
        sizes = [n for n, each in zip(shape, others, strict=True)
                 if each.words.get(place) != words]  # fmt: skip
        total += len(words) * np.prod(sizes) if sizes else 0
    return total


def _same(a, b):
    return a is b or (a is not None and b is not None and np.array_equal(a, b, equal_nan=True))


def _rounded(value):
    """To one digit, or two where it begins with a 1: an estimate is no better."""
    digits = 2 if f"{value:e}"[0] == "1" else 1
    return float(f"{value:.{digits - 1}e}")
