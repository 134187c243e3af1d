"""A point that can be dragged stands where its sliders say, and moves no other."""

import numpy as np
import pytest
from decoded import BREAK, UNITS, content, in_points

from lrlab.flipbook import Flipbook, still

pytestmark = pytest.mark.filterwarnings("error")

W, B = np.linspace(-1, 1, 5), np.linspace(0, 3, 4)


def make():
    figure, ax = still.canvas(5, 4)
    ax.set(xlim=(-2, 2), ylim=(-1, 4))
    return Flipbook(figure, {"w": W, "b": B, "kind": ["one", "two"]}), ax


def places(book, coordinate):
    seen = content(book)
    handle = seen["handles"][0][coordinate]
    return seen["arrays"][handle["array"]] / UNITS, handle["shape"]


def test_a_handle_named_by_sliders_stands_at_their_values():
    book, ax = make()
    book.handle(ax, "w", "b")
    (x, shape_x), (y, shape_y) = places(book, "x"), places(book, "y")
    assert (shape_x, shape_y) == ([5, 1, 1, 1], [1, 4, 1, 1])
    np.testing.assert_allclose(x, in_points(ax, np.column_stack([W, 0 * W]))[:, 0], atol=1 / 16)
    np.testing.assert_allclose(y, in_points(ax, np.column_stack([0 * B, B]))[:, 1], atol=1 / 16)
    assert content(book)["handles"][0]["moves"] == [0, 1] and BREAK not in x


def test_a_handle_may_run_along_a_curve():
    book, ax = make()
    book.handle(ax, W[:, None, None], (W**2)[:, None, None])
    assert content(book)["handles"][0]["moves"] == [0, 0]
    y, _ = places(book, "y")
    np.testing.assert_allclose(y, in_points(ax, np.column_stack([W, W**2]))[:, 1], atol=1 / 16)


def test_without_a_height_all_of_the_axes_is_the_handle():
    book, ax = make()
    book.handle(ax, "b")
    handle = content(book)["handles"][0]
    assert handle["y"] is None and handle["moves"] == [1, None]


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ("q", "b", r"x must name a slider of \['w', 'b', 'kind'\], got 'q'"),
        ("w", "kind", "y must name a slider of numbers, got 'kind' of words"),
        (None, "b", "x must be the name of a slider or an array, got None"),
        (1.0, "b", "x must differ from position to position"),
        (
            np.ones((5, 4, 1)) * W[:, None, None] + B[:, None],
            "b",
            "x must depend on one slider alone",
        ),
        (np.ones(7), "b", "x must depend on one slider alone"),
    ],
)
def test_a_handle_that_moves_nothing_or_too_much_is_refused(x, y, message):
    book, ax = make()
    with pytest.raises(ValueError, match=message):
        book.handle(ax, x, y)
    assert not book._handles


def test_a_handle_belongs_to_the_figure_and_has_a_colour():
    book, ax = make()
    with pytest.raises(ValueError, match="ax must belong"):
        book.handle(still.canvas(2, 2)[1], "w", "b")
    with pytest.raises(ValueError, match="color must be #rrggbb, got 'red'"):
        book.handle(ax, "w", "b", color="red")
