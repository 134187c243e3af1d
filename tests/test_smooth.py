"""A slider moves a picture in small steps, but where the mathematics jumps."""

import numpy as np
import pytest
from decoded import content, drawn
from matplotlib.figure import Figure

from lrlab import datasets, explorers
from lrlab.flipbook import Flipbook
from tests.browser.book import explorer_calls

x, y = datasets.line()
FAR = 0.15  # of the width or height of an axes
SUDDEN = 4  # times what the neighbours move
EDGE = "just past an edge what is left grows within one position from a trace to all"
NOISE = "each step draws other examples"
DIP = "on a logarithmic axis a loss dips where a run passes the minimum"
FIRST = "the first step goes down a wall"
JUMPS = {
    ("averaging", "α"): EDGE,
    ("clocks", "α"): EDGE,
    ("falling_loss", "α"): EDGE,
    ("learning_rate", "α"): EDGE,
    ("momentum", "α"): EDGE,
    ("momentum", "β"): DIP,
    ("momentum", "step t"): FIRST,
    ("noise", "α"): EDGE,
    ("noise", "step t"): NOISE,
    ("noise_floor", "α"): EDGE,
    ("one_parameter", "step t"): FIRST,
    ("translator", "α"): EDGE,
    ("two_factors", "α"): EDGE,
    ("two_minima", "α"): "which of two minima holds a run changes at once",
    ("two_weights", "α"): "which of many minima holds a run changes at once",
}


def moved(book, layer, axis):
    """How far the visible points of a line move at most, from each position to the next."""
    left, top, *size = content(book)["clips"][content(book)["layers"][layer]["axes"]]
    seen = []
    for at in range(book.shape[axis]):
        index = [*book._index]
        index[axis] = at
        place = (drawn(book, layer, index) - [left, top]) / size
        inside = ((place >= 0) & (place <= 1)).all(axis=-1, keepdims=True)
        seen.append(np.where(inside, place, np.nan))
    ways = np.abs(np.diff(seen, axis=0)).reshape(len(seen) - 1, -1)
    return np.nan_to_num(ways).max(axis=1)


def jumps(book):
    """Return the sliders with a position at which a line moves far, and its neighbours do not."""
    lines = [k for k, layer in enumerate(content(book)["layers"]) if layer["kind"] == "line"]
    found = set()
    for axis, (name, slider) in enumerate(book.sliders.items()):
        if len(slider.values) < 8:
            continue
        for way in (moved(book, layer, axis) for layer in lines):
            padded = np.pad(way, 2, constant_values=np.nan)
            beside = np.nanmedian([padded[:-4], padded[1:-3], padded[3:-1], padded[4:]], axis=0)
            if ((way > FAR) & (way > SUDDEN * beside)).any():
                found.add(name)
    return found


@pytest.mark.parametrize("name", explorer_calls())
def test_a_picture_jumps_only_where_the_mathematics_does(name):
    book = getattr(explorers, name)(*([x, y] if explorer_calls()[name] else []))
    assert jumps(book) == {slider for explorer, slider in JUMPS if explorer == name}


def test_a_row_out_of_place_is_found():
    figure = Figure(figsize=(4, 3))
    ax = figure.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    heights = np.linspace(0.2, 0.8, 20)
    for wrong, expected in ((False, set()), (True, {"a"})):
        if wrong:
            heights[[5, 14]] = heights[[14, 5]]
        book = Flipbook(figure, {"a": np.arange(20)})
        book.line(ax, [0, 1], heights[:, None] * [1, 1], color="#000000")
        assert jumps(book) == expected
