"""Runs of descent in a book: the styles of their lines, and the layers that draw them."""

import numpy as np

from lrlab.drawing.colours import DATA, INK, OPTIMUM, PATH, SECOND
from lrlab.flipbook import Flipbook

TRAIL = {"color": PATH, "width": 1.3, "marker": "o", "size": 4.5}
DOT = {"color": PATH, "width": 0, "marker": "o", "size": 9}
STAR = {"color": OPTIMUM, "width": 0, "marker": "*", "size": 13}
DIAMOND = {"color": INK, "width": 0, "marker": "D", "size": 9}
FLAT = {"color": SECOND, "dash": (7, 3), "width": 2.0}
STEEP = {"color": DATA, "dash": (1.5, 2.5), "width": 2.0}
FLOOR = {"color": OPTIMUM, "width": 1.6, "dash": (1.5, 2)}


def descent_book(figure, sliders, start, steps, description):
    """A book whose last slider is the step, at its end."""
    sliders = {**sliders, "step t": np.arange(steps + 1)}
    start = {**start, "step t": steps}
    return Flipbook(figure, sliders, start=start, play="step t", description=description)


def path(book, ax, x, y):
    """Draw a run (..., steps + 1) up to the step shown, and mark where it stands."""
    book.line(ax, x[..., None, :], y[..., None, :], **TRAIL, reveal=True, ghost=True)
    book.line(ax, x[..., None], y[..., None], **DOT)


def loss_curve(book, ax, excess):
    """Draw the excess loss (..., steps + 1) against the step, up to the step shown."""
    steps = np.arange(excess.shape[-1])
    book.line(ax, steps, excess[..., None, :], **TRAIL, reveal=True, ghost=True)
