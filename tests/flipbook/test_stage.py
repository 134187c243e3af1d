"""Any figure is laid out as Matplotlib does it, and cut only where nothing is cut."""

import numpy as np
import pytest
from decoded import content, drawn, in_points
from matplotlib.figure import Figure

from lrlab.flipbook import Flipbook
from lrlab.flipbook.stage import all_axes, is_a_row

pytestmark = pytest.mark.filterwarnings("error")


def rows(figure):
    return figure.subplots(2, 1)


def square(figure):
    return figure.subplots(2, 2, sharex=True, sharey="row")


def mosaic(figure):
    return [*figure.subplot_mosaic("AAB;CDB").values()]


def colorbar(figure):
    left, right = figure.subplots(1, 2)
    figure.colorbar(right.imshow(np.eye(3)), ax=right)
    return [left, right]


def twin(figure):
    left, right = figure.subplots(1, 2)
    return [left, right, right.twinx()]


def inset(figure):
    ax = figure.subplots()
    return [ax, ax.inset_axes([0.6, 0.6, 0.3, 0.3])]


def titled(figure):
    figure.suptitle("above all")
    return figure.subplots(1, 2)


def subfigures(figure):
    left, right = figure.subfigures(1, 2)
    return [left.subplots(), *right.subplots(2, 1)]


def legend_outside(figure):
    axes = figure.subplots(1, 2)
    axes[0].plot([0, 1], label="a")
    figure.legend(loc="outside upper center")
    return axes


def polar(figure):
    return [figure.add_subplot(1, 2, 1), figure.add_subplot(1, 2, 2, projection="polar")]


def placed(figure):
    return [figure.add_axes([0.1, 0.1, 0.3, 0.8]), figure.add_axes([0.6, 0.1, 0.3, 0.8])]


LAYOUTS = [
    rows,
    square,
    mosaic,
    colorbar,
    twin,
    inset,
    titled,
    subfigures,
    legend_outside,
    polar,
    placed,
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layers_lie_where_matplotlib_puts_them(layout):
    figure = Figure(figsize=(8, 5), layout="constrained" if layout is not placed else None)
    axes = np.ravel(layout(figure))
    for ax in axes:
        ax.set(xlim=(0, 4), ylim=(0, 9))
    plain = Figure(figsize=(8, 5), layout="constrained" if layout is not placed else None)
    same = np.ravel(layout(plain))
    for ax in same:
        ax.set(xlim=(0, 4), ylim=(0, 9))
    plain.draw_without_rendering()

    book = Flipbook(figure, {"a": [1, 2]})
    for ax in axes:
        book.line(ax, [1, 2, 3], [[1, 4, 8], [2, 5, 7]], color="#000000")
    seen = content(book)
    for k, (ax, own) in enumerate(zip(axes, same, strict=True)):
        expected = in_points(ax, np.column_stack([[1, 2, 3], [2, 5, 7]]))
        np.testing.assert_allclose(drawn(book, k, [1]), expected, atol=1 / 16)
        if not is_a_row(figure):  # as the figure's own layout has it
            np.testing.assert_allclose(
                ax.get_position().bounds, own.get_position().bounds, atol=5e-3
            )
        home = seen["panels"][seen["homes"][seen["layers"][k]["axes"]]]
        x, _, width, _ = seen["clips"][seen["layers"][k]["axes"]]
        assert home[0] - 1 <= x and x + width <= home[0] + home[2] + 1
    assert book.png(40).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("layout", "panels"),
    [
        (rows, 1),
        (square, 2),
        (mosaic, 2),
        (colorbar, 2),
        (twin, 2),
        (inset, 1),
        (titled, 1),
        (subfigures, 1),
    ],
)
def test_a_figure_is_cut_only_where_nothing_is_cut(layout, panels):
    figure = Figure(figsize=(8, 5), layout="constrained")
    layout(figure)
    seen = content(Flipbook(figure, {"a": [1]}))
    assert len(seen["panels"]) == panels
    assert sum(width for _, _, width, _ in seen["panels"]) == pytest.approx(8 * 72, abs=0.1)
    cuts = [x for x, *_ in seen["panels"][1:]]
    for ax in all_axes(figure):
        box = ax.get_tightbbox()
        assert not any(box.x0 + 0.5 < cut < box.x1 - 0.5 for cut in cuts)


def test_a_change_of_the_figure_is_noticed_and_drawn():
    figure = Figure()
    ax = figure.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    book = Flipbook(figure, {"a": [1, 2]}).line(ax, [0, 1], [[0, 1], [1, 0]], color="#000000")
    before, place = book.draw()._packed, drawn(book, 0, [0])
    ax.set_xlim(0, 2)
    assert not np.allclose(drawn(book, 0, [0]), place) and book._packed != before
    ax.plot([0, 1], [0, 1])
    assert len(content(book)["stage"]) > 0 and book._packed != before
    settled = book.draw()._packed
    assert book.draw()._packed is settled and book.png() and book.draw()._packed is settled
    assert book.redraw()._packed == settled


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Flipbook(Figure().subplots(), {"a": [1]}),
            "figure must be a Matplotlib figure, got Axes",
        ),
        (lambda: Flipbook(Figure(), {"a": [1]}), "figure must have axes, got none"),
        (lambda: Flipbook(None, {"a": [1]}), "figure must be .* got NoneType"),
        (lambda: Flipbook(Figure().subplots().figure, {}), "sliders must be a dict .* got {}"),
        (lambda: Flipbook(Figure().subplots().figure, [1]), r"sliders must be a dict .* got \[1\]"),
        (
            lambda: Flipbook(Figure().subplots().figure, {"a": [1]}).storyboard(["x"]),
            r"scenes must be dicts .* got \['x'\]",
        ),
    ],
)
def test_what_is_no_figure_or_no_slider_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_picture_too_large_for_a_page_is_refused_with_its_numbers():
    figure = Figure()
    ax = figure.subplots()
    noise = np.random.default_rng(0).uniform(0, 1, (60, 60, 200))
    book = Flipbook(figure, {"a": np.arange(60), "b": np.arange(60)})
    book.line(ax, np.arange(200), noise, color="#000000")
    with pytest.raises(ValueError, match=r"max_bytes=1,000,000, got [\d,]+ bytes for 3,600 pos"):
        book.draw()
    book.max_bytes = 10**7
    assert len(book.draw()._packed) > 300_000
