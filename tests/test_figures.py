import itertools

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter
from matplotlib import rcParams
from matplotlib.colors import to_hex

from lrlab import figures

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def ax():
    return figures.canvas([4])[1][0]


# The words that stand for a figure


@settings(max_examples=25, deadline=None)
@given(
    size=st.integers(1, 9),
    seed=st.integers(0, 999),
    where=st.sampled_from(["first", "middle", "last", "highest", "lowest"]),
    factor=st.sampled_from([0.9, 1.1, -1.0, 1e3]),
)
def test_a_changed_curve_changes_the_words(size, seed, where, factor):
    x, y = np.random.default_rng(seed).uniform(1, 2, (2, size))
    places = {
        "first": 0,
        "middle": size // 2,
        "last": -1,
        "highest": y.argmax(),
        "lowest": y.argmin(),
    }
    changed = y.copy()
    changed[places[where]] *= factor
    if where == "highest":
        changed[places[where]] = y.max() * 1.1
    if where == "lowest":
        changed[places[where]] = y.min() * 0.9
    assert words_of(x, y) != words_of(x, changed)
    assert words_of(x, y) == words_of(x * (1 + 1e-12), y)  # rounding is no change


def words_of(x, y):
    ax = figures.frame(figures.canvas([4])[1][0], "a curve", "x", "y", (0, 3), (0, 3))
    ax.plot(x, y)
    return figures.describe(ax.figure)


@pytest.mark.parametrize(
    "change",
    [
        lambda ax: ax.set_title("another", loc="left"),
        lambda ax: ax.set_xlabel("another"),
        lambda ax: ax.set_ylim(0, 9),
        lambda ax: ax.lines[0].set_label("another"),
        lambda ax: ax.lines[0].remove(),
        lambda ax: ax.texts[0].set_text("another"),
        lambda ax: ax.collections[0].set_offsets([[1, 1], [2, 5]]),
        lambda ax: ax.collections[1].remove(),
        lambda ax: ax.figure.add_subplot(),
        lambda ax: ax.contour(np.outer([1, 2], [1, 2])),
    ],
)
def test_whatever_is_changed_changes_the_words(ax, change):
    ax.plot([0, 1], [1, 2], label="a line")
    ax.text(0, 1, "a text")
    ax.scatter([1, 2], [1, 4])
    ax.contour(np.outer([1, 2], [2, 3]))
    figures.frame(ax, "title", "x", "y", (0, 2), (0, 5))
    before = figures.describe(ax.figure)
    change(ax)
    assert figures.describe(ax.figure) != before


def test_other_levels_change_the_words():
    def words(scale):
        ax = figures.frame(figures.canvas([4])[1][0], "", "x", "y")
        ax.contour(scale * np.outer([1, 2], [2, 3]))
        return figures.describe(ax.figure)

    assert words(1) != words(2)


@pytest.mark.parametrize("y", [[], [np.nan] * 3, [1, np.inf, 2], [np.nan, 1, 2], [1e300, -1e300]])
def test_words_are_found_for_any_curve(ax, y):
    ax.set_ylim(0, 1)
    ax.plot(np.arange(len(y)), y)
    words = figures.describe(ax.figure)
    assert "line" in words and "0x" not in words


def test_notebooks_show_the_words_in_the_style_of_the_course():
    class Shell:
        display_formatter = DisplayFormatter()

    with matplotlib.rc_context():
        figures.load(Shell)
        assert rcParams["axes.spines.top"] is False
        figure, (ax,) = figures.canvas([4])
        ax.plot([1, 2], [3, 4])
        data, _ = Shell.display_formatter.format(figure, include=["text/plain"])
    assert data["text/plain"] == figures.describe(figure)


def test_the_style_ends_with_its_block():
    before = dict(rcParams)
    with figures.look():
        assert dict(rcParams) != before
    assert dict(rcParams) == before


# What is drawn


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


def test_a_bowl_is_as_high_as_the_loss():
    _, (ax,) = figures.canvas([4], three_d={0})
    w, b = np.linspace(-1, 1, 7), np.linspace(0, 2, 5)
    loss = 3 + w**2 + b[:, None] ** 2
    assert figures.bowl(ax, w, b, loss) is ax
    heights = np.concatenate([face[:, 2] for face in ax.collections[0]._faces])
    assert (heights.min(), heights.max()) == (loss.min(), loss.max())
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("slope w", "intercept b")


def test_rates_show_the_curve_and_the_level_of_alpha(ax):
    assert figures.rates(ax, [1, 2, 3], [0.9, 0.4, 0.2], 0.5, xlabel="x") is ax
    curve, level = ax.lines
    np.testing.assert_array_equal(curve.get_xydata(), [[1, 0.9], [2, 0.4], [3, 0.2]])
    assert set(level.get_ydata()) == {0.5} and "0.5" in ax.texts[0].get_text()
    assert ax.get_ylim()[0] == 0 and ax.get_ylim()[1] > 0.9


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


BANDS = [(0, "monotone"), (4, "oscillating"), (8, "diverging")]


def test_a_strip_shows_its_regimes_from_end_to_end(ax):
    assert figures.strip(ax, BANDS, {7: "2/λ_max"}, 5, 12) is ax
    ends = sorted((patch.get_x(), patch.get_x() + patch.get_width()) for patch in ax.patches)
    # A band begins halfway between two positions, or at the mark that stands before it.
    assert ends == [(-0.5, 3.5), (3.5, 7), (7, 11.5)]
    colours = [to_hex(patch.get_facecolor()).upper() for patch in ax.patches]
    assert colours == [figures.REGIME[name].upper() for _, name in BANDS]
    words = {text.get_text(): text.get_position()[0] for text in ax.texts}
    assert words == {"monotone": 1.5, "oscillating": 5.25, "diverging": 9.25,
                     r"2/λ$_{\mathrm{max}}$": 7}  # fmt: skip
    mark, marker = ax.lines
    assert set(mark.get_xdata()) == {7} and list(marker.get_xdata()) == [5]
    assert ax.get_xlim() == (-0.5, 11.5) and not ax.axison


def test_marks_that_stand_close_are_named_on_different_sides(ax):
    figures.strip(ax, BANDS, {5: "a", 7: "b"}, 0, 12)
    heights = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert (heights["a"] - 0.5) * (heights["b"] - 0.5) < 0


@pytest.mark.parametrize(
    ("plain", "written"),
    [("2/λ_max", r"2/λ$_{\mathrm{max}}$"), ("fastest", "fastest"),
     ("w_0 = 1, w_1 = 2", r"w$_{\mathrm{0}}$ = 1, w$_{\mathrm{1}}$ = 2")],
)  # fmt: skip
def test_an_index_is_written_below_the_line(plain, written):
    assert figures.mathtext(plain) == written


def test_the_colours_are_those_of_okabe_and_ito():
    palette = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
    used = {figures.PATH, figures.OPTIMUM, figures.SECOND, *figures.REGIME.values()}
    assert used <= palette and len(set(figures.REGIME.values())) == 3
