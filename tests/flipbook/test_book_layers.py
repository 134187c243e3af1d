"""Areas, bars, labels and sums lie where Matplotlib itself would put them."""

import numpy as np
import pytest
from decoded import content, drawn, in_points
from hypothesis import given, settings
from hypothesis import strategies as st

from lrlab.flipbook import Blend, Flipbook, still

pytestmark = pytest.mark.filterwarnings("error")

T = np.arange(7)


def make(scale="linear", **sliders):
    figure, ax = still.canvas(5, 4)
    ax.set_yscale(scale)
    ax.set(xlim=(-1, 8), ylim=(1e-3, 1e2) if scale == "log" else (-10, 10))
    return Flipbook(figure, sliders or {"a": [1, 2, 3], "b": [0.0, 0.5, 1.0, 1.5]}), ax


def close(seen, expected):
    np.testing.assert_allclose(seen, expected, rtol=0, atol=1 / 16)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 999),
    scale=st.sampled_from(["linear", "log"]),
    origin=st.floats(0, 2),
)
def test_a_sum_of_rows_is_the_sum_at_every_position(seed, scale, origin):
    rng = np.random.default_rng(seed)
    book, ax = make(scale)
    rows = [rng.uniform(0.01, 1, (3, 1, 7)), rng.uniform(0.01, 1, (1, 7)), np.ones(7)]
    weights = [rng.uniform(0.1, 2, 4), (rng.uniform(0.1, 2, (3, 1)), rng.uniform(0.1, 2, 4)), 0.5]
    book.line(ax, T, Blend(rows, weights, origin), color="#000000")
    flat = [
        rows[0] * weights[0][:, None],
        rows[1] * np.prod(np.broadcast_arrays(*weights[1]), 0)[..., None],
    ]
    true = origin + flat[0] + flat[1] + 0.5
    for index in np.ndindex(3, 4):
        close(drawn(book, 0, index), in_points(ax, np.column_stack([T, true[index]])))
        book._index = list(index)
        np.testing.assert_allclose(book._layers[0].at(index)[1], true[index], rtol=1e-12)


def test_a_sum_of_parts_that_explode_stays_right_where_it_can_be_seen():
    book, ax = make(a=[1, 2, 3])
    growth = np.array([1.5, 4.0, 1e5])[:, None] ** T
    book.line(ax, T, Blend([growth, np.ones(7)], [1e-3, 2.0]), color="#000000")
    for k in range(3):
        true = 2 + 1e-3 * growth[k]
        seen = drawn(book, 0, [k])
        visible = np.abs(true) < 10
        close(seen[visible], in_points(ax, np.column_stack([T, true]))[visible])


def test_the_still_shows_a_sum_as_the_browser_does():
    book, ax = make(a=[1, 2])
    book.line(ax, T, Blend([T * 1.0], [[0.1, 1.0]]), color="#000000")
    book.position = {"a": 2}
    artist = still.artist(book._layers[0], book)
    np.testing.assert_allclose(artist.get_ydata(), T)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Blend([], []), "weights must be one a row, got 0 weights and 0 rows"),
        (lambda: Blend([[1]], [1, 2]), "weights must be one a row, got 2 weights and 1 rows"),
        (lambda: Blend(["x"], [1]), "rows must be an array of numbers, got 'x'"),
        (lambda: Blend([[1]], [None]), "weights must be an array of numbers, got None"),
    ],
)
def test_a_sum_that_cannot_be_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_sum_needs_an_axis_that_is_linear_or_logarithmic():
    book, ax = make(a=[1, 2])
    ax.set_yscale("symlog")
    book.line(ax, T, Blend([T], [[1, 2]]), color="#000000")
    with pytest.raises(
        ValueError, match="y may be a sum on linear and logarithmic axes, got symlog"
    ):
        book.draw()


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_an_area_goes_along_its_curve_and_back_along_its_base(scale):
    book, ax = make(scale)
    y = np.array([2.0, 3, 4, 5, 4, 3, 2]) * np.array([1, 2, 0.5])[:, None, None]
    book.area(ax, T, y, 0.5, color="#0072B2")
    for k in range(3):
        across, up = np.append(T, T[::-1]), np.append(y[k, 0], np.full(7, 0.5))
        close(drawn(book, 0, [k, 0]), in_points(ax, np.column_stack([across, up])))
    assert content(book)["layers"][0]["kind"] == "fill"


def test_bars_are_boxes_with_a_gap_after_each():
    book, ax = make(a=[1, 2])
    book.bars(ax, [1, 2, 3], [[1, 2, 3], [4, 5, 6]], width=0.5, color="#0072B2")
    boxes = drawn(book, 0, [1]).reshape(3, 5, 2)
    assert np.isnan(boxes[:, 4]).all()
    for x, height, box in zip([1, 2, 3], [4, 5, 6], boxes, strict=True):
        corners = [(x - 0.25, 0), (x - 0.25, height), (x + 0.25, height), (x + 0.25, 0)]
        close(box[:4], in_points(ax, corners))
    (_, *tops), *_ = [still.artist(book._layers[0], book).get_path().vertices[:, 1].reshape(3, 5).T]
    assert tops[0].tolist() == [1, 2, 3]


def test_a_label_moves_and_changes():
    book, ax = make(a=[1, 2])
    book.text(ax, [1, 5], 3, ["here", "$J_0$"], ha="center")
    seen = content(book)["layers"][0]
    assert seen["texts"]["texts"] == ["here", [["J", ""], ["0", "sub"]]]
    close(drawn(book, 0, [1]), in_points(ax, [(5, 3)]))
    book.position = {"a": 2}
    label = still.artist(book._layers[0], book)
    assert label.get_text() == "$J_0$" and label.get_position() == (5, 3)


def test_dates_and_words_are_places_on_their_axes():
    figure, ax = still.canvas(5, 4)
    days = np.array(["2024-01-01", "2024-01-03", "2024-01-05"], "datetime64[D]")
    (line,) = ax.plot(days, [1, 2, 3])
    book = Flipbook(figure, {"a": [1, 2]}).line(ax, days, [[1, 2, 3], [3, 2, 1]], color="#000000")
    close(
        drawn(book, 0, [0]), in_points(ax, np.column_stack([line.get_xdata(orig=False), [1, 2, 3]]))
    )
    figure, ax = still.canvas(5, 4)
    ax.plot(["cat", "dog"], [1, 2])
    book = Flipbook(figure, {"a": [1, 2]}).line(
        ax, ["dog", "cat"], [[1, 2], [2, 1]], color="#000000"
    )
    close(drawn(book, 0, [0]), in_points(ax, [(1, 1), (0, 2)]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda b, ax: b.line(ax, [1], [1], color="#000000", width="thick"),
            "width must be .* got 'thick'",
        ),
        (
            lambda b, ax: b.line(ax, [1], [1], color="#000000", opacity=2),
            "opacity must be .* got 2",
        ),
        (lambda b, ax: b.line(ax, [1], [1], color="#000000", size=-1), "size must be .* got -1"),
        (
            lambda b, ax: b.line(ax, [1], [1], color="#000000", dash=[1]),
            r"dash must be .* got \[1\]",
        ),
        (lambda b, ax: b.line(ax, [1], [1], color=None), "color must be #rrggbb, got None"),
        (
            lambda b, ax: b.line(ax, np.ma.array([1, 2], mask=[0, 1]), [1, 2], color="#000000"),
            "x must have no masked",
        ),
        (lambda b, ax: b.area(ax, [1, 2], [1, 2, 3], color="#000000"), r"x \(2,\), y \(3,\)"),
        (lambda b, ax: b.bars(ax, [1], [1], width=-1, color="#000000"), "width must be .* got -1"),
        (lambda b, ax: b.text(ax, 1, 1, ["a", "b"]), r"texts must broadcast .* got \(2,\)"),
        (lambda b, ax: b.text(ax, 1, 1, "a", ha="middle"), "ha must be one of .* got 'middle'"),
        (lambda b, ax: b.area(still.canvas(2, 2)[1], 1, 1, color="#000000"), "ax must belong"),
    ],
)
def test_bad_input_is_refused_by_name_and_leaves_no_layer(call, message):
    book, ax = make()
    with pytest.raises(ValueError, match=message):
        call(book, ax)
    assert not book._layers


def test_what_is_given_is_copied():
    book, ax = make(a=[1, 2])
    y = np.array([[1.0, 2.0], [3.0, 4.0]])
    book.line(ax, [1, 2], y, color="#000000")
    before = drawn(book, 0, [1])
    y[:] = 0
    np.testing.assert_array_equal(drawn(book.redraw(), 0, [1]), before)
