import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter
from matplotlib import rcParams

from lrlab.drawing import figures, summary

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def ax():
    return figures.canvas([4])[1][0]


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
    return summary.describe(ax.figure)


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
    before = summary.describe(ax.figure)
    change(ax)
    assert summary.describe(ax.figure) != before


def test_other_levels_change_the_words():
    def words(scale):
        ax = figures.frame(figures.canvas([4])[1][0], "", "x", "y")
        ax.contour(scale * np.outer([1, 2], [2, 3]))
        return summary.describe(ax.figure)

    assert words(1) != words(2)


@pytest.mark.parametrize("y", [[], [np.nan] * 3, [1, np.inf, 2], [np.nan, 1, 2], [1e300, -1e300]])
def test_words_are_found_for_any_curve(ax, y):
    ax.set_ylim(0, 1)
    ax.plot(np.arange(len(y)), y)
    words = summary.describe(ax.figure)
    assert "line" in words and "0x" not in words


def test_notebooks_show_the_words_in_the_style_of_the_course():
    class Shell:
        display_formatter = DisplayFormatter()

    with matplotlib.rc_context():
        summary.load(Shell)
        assert rcParams["axes.spines.top"] is False
        figure, (ax,) = figures.canvas([4])
        ax.plot([1, 2], [3, 4])
        data, _ = Shell.display_formatter.format(figure, include=["text/plain"])
    assert data["text/plain"] == summary.describe(figure)
