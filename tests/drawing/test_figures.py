import itertools

import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.colors import to_hex

from lrlab import figures

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def ax():
    return figures.canvas([4])[1][0]


def test_the_style_ends_with_its_block():
    before = dict(rcParams)
    with figures.look():
        assert dict(rcParams) != before
    assert dict(rcParams) == before


def test_a_row_of_axes_fits_its_words_without_overlap():
    figure, axes = figures.canvas([3, 5, 4], three_d={2})
    for k, ax in enumerate(axes):
        figures.frame(ax, f"title {k}", "across", "upwards", (0, 1e6), (0, 1e-3))
    figure.draw_without_rendering()
    boxes = [ax.get_tightbbox() for ax in axes]
    assert boxes[0].x0 >= 0 and boxes[-1].x1 <= figure.bbox.width
    assert all(left.x1 <= right.x0 for left, right in itertools.pairwise(boxes))
    assert all(box.y0 >= 0 and box.y1 <= figure.bbox.height for box in boxes)
    assert figure.get_size_inches().tolist() == [12, 3.7] and axes[2].name == "3d"


def test_data_are_all_in_the_picture(ax):
    x, y = [3, 1, 2], [-5, 0, 7]
    assert figures.data(ax, x, y) is ax
    (dots,) = ax.lines
    np.testing.assert_array_equal(dots.get_xydata(), np.column_stack([x, y]))
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert left < 1 and right > 3 and low < -5 and high > 7
    assert dots.get_linestyle() == "None" and to_hex(dots.get_color()) == figures.DATA


@pytest.mark.parametrize("values", [[2.0], [0, 0]])
def test_data_that_are_all_the_same_have_room(ax, values):
    figures.data(ax, values, values)
    assert np.ptp(ax.get_xlim()) > 0 and np.ptp(ax.get_ylim()) > 0


def test_the_rings_of_a_surface_stand_at_even_distances(ax):
    w, b = np.linspace(-1, 3, 81), np.linspace(0, 2, 41)
    excess = (w - 1) ** 2 + (b[:, None] - 1) ** 2
    assert figures.surface(ax, w, b, excess, minimizer=(1, 1)) is ax
    radii = []
    for path in ax.collections[0].get_paths():
        rings = path.to_polygons(closed_only=False)
        if rings:  # the last level only touches the corners
            distance = np.hypot(*(np.concatenate(rings) - [1, 1]).T)
            np.testing.assert_allclose(distance, distance.mean(), rtol=5e-3)
            radii.append(distance.mean())
    assert len(radii) == 11
    np.testing.assert_allclose(np.diff(radii), radii[0], rtol=0.01)
    assert ax.lines[0].get_xydata().tolist() == [[1, 1]] and ax.lines[0].get_marker() == "*"
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 3), (0, 2))


@pytest.mark.parametrize(("low", "high"), [(1e-6, 1e3), (1e-3, 1e1), (1e-200, 1e100), (1, 10)])
def test_powers_of_ten_are_few_and_within_the_axis(ax, low, high):
    figures.excess_loss(ax, 40, low, high)
    ticks, texts = ax.get_yticks(), [text.get_text() for text in ax.get_yticklabels()]
    assert 2 <= len(ticks) <= 9 and low <= ticks.min() and ticks.max() <= high
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    exact = [{"1": 0, "10": 1}.get(text, text[2:].translate(raised)) for text in texts]
    assert [float(f"1e{power}") for power in exact] == ticks.tolist()
    assert ax.get_yscale() == "log" and ax.get_ylim() == (low, high)
    assert ax.get_xlim()[0] < 0 and ax.get_xlim()[1] > 40


def test_curves_are_joined_with_a_gap_after_each():
    curves = np.arange(12.0).reshape(2, 3, 2)
    joined = figures.joined(curves)
    assert np.isnan(joined[[3, 7]]).all()
    np.testing.assert_array_equal(joined[~np.isnan(joined[:, 0])], curves.reshape(6, 2))


def test_the_colours_are_those_of_okabe_and_ito():
    palette = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
    used = {figures.PATH, figures.OPTIMUM, figures.SECOND, *figures.REGIME.values()}
    assert used <= palette and len(set(figures.REGIME.values())) == 3
