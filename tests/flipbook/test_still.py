import io

import numpy as np
import pytest
from matplotlib.colors import to_hex
from PIL import Image

from lrlab.flipbook import Flipbook, still
from lrlab.flipbook.layers import Layer

pytestmark = pytest.mark.filterwarnings("error")

BANDS = [(0, "monotone", "#56B4E9"), (4, "oscillating", "#E69F00"), (8, "diverging", "#D55E00")]


@pytest.fixture
def ax():
    return still.canvas(4, 3)[1]


def test_a_strip_shows_its_regimes_from_end_to_end(ax):
    assert still.strip(ax, BANDS, {7: "2/λ_max"}, 5, 12) is ax
    ends = sorted((patch.get_x(), patch.get_x() + patch.get_width()) for patch in ax.patches)
    # A band begins halfway between two positions, or at the mark that stands before it.
    assert ends == [(-0.5, 3.5), (3.5, 7), (7, 11.5)]
    colours = [to_hex(patch.get_facecolor()).upper() for patch in ax.patches]
    assert colours == [color for *_, color in BANDS]
    words = {text.get_text(): text.get_position()[0] for text in ax.texts}
    assert words == {"monotone": 1.5, "oscillating": 5.25, "diverging": 9.25,
                     r"2/λ$_{\mathrm{max}}$": 7}  # fmt: skip
    mark, marker = ax.lines
    assert set(mark.get_xdata()) == {7} and list(marker.get_xdata()) == [5]
    assert ax.get_xlim() == (-0.5, 11.5) and not ax.axison


def test_marks_that_stand_close_are_named_on_different_sides(ax):
    still.strip(ax, BANDS, {5: "a", 7: "b"}, 0, 12)
    heights = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert (heights["a"] - 0.5) * (heights["b"] - 0.5) < 0


@pytest.mark.parametrize(
    ("plain", "written"),
    [("2/λ_max", r"2/λ$_{\mathrm{max}}$"), ("fastest", "fastest"),
     ("w_0 = 1, w_1 = 2", r"w$_{\mathrm{0}}$ = 1, w$_{\mathrm{1}}$ = 2")],
)  # fmt: skip
def test_an_index_is_written_below_the_line(plain, written):
    assert still.mathtext(plain) == written


def test_an_area_is_filled_to_its_last_corner_and_holes_stay_open(ax):
    ax.set(xlim=(0, 4), ylim=(0, 4))
    around, hole = [(0, 0), (4, 0), (4, 4), (0, 4)], [(1, 1), (1, 3), (3, 3), (3, 1)]
    x, y = np.transpose([*around, (np.nan, np.nan), *hole])
    book = Flipbook(ax.figure, {"a": [1]})
    book._with(Layer("fill", ax, (x, y), {"color": "#D55E00", "opacity": 1.0}))
    pixels = np.asarray(Image.open(io.BytesIO(book.png())).convert("RGB"))[30:]

    def color_at(place):
        left, up = ax.transData.transform(place) / ax.figure.bbox.size * [400, 300]
        return to_hex(pixels[299 - int(up), int(left)] / 255)

    assert color_at((0.2, 3.8)) == color_at((3.8, 0.2)) == "#d55e00"
    assert color_at((2, 2)) == color_at((1.2, 2.8)) == "#ffffff"
