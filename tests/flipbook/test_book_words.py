"""Words with a little mathematics read alike wherever they are shown."""

import itertools

import numpy as np
import pytest
from decoded import content
from matplotlib.mathtext import MathTextParser

from lrlab.flipbook import Flipbook, Slider, still
from lrlab.flipbook.words import mathtext, pieces, plain

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize(
    ("text", "read", "split"),
    [
        ("fastest", "fastest", [("fastest", "")]),
        ("2/λ_max", "2/λ max", [("2/λ", ""), ("max", "sub")]),
        ("start w_0, w_1", "start w 0, w 1", None),
        ("learning_rate_max", "learning_rate_max", [("learning_rate_max", "")]),
        ("a file_name", "a file_name", [("a file_name", "")]),
        (r"$\alpha$", "α", [("α", "")]),
        (r"$\lambda_{\mathrm{max}}$", "λ max", [("λ", ""), ("max", "sub")]),
        (r"$e^{-2t}$ left", "e^−2t left", [("e", ""), ("−2t", "sup"), (" left", "")]),
        (r"$J(\theta_t) - J^\star$", "J(θ t)−J^⋆", None),
        (r"$\Omega \leq 10^{-3}$", "Ω≤10^−3", None),
        ("costs 5 $", "costs 5 $", [("costs 5 $", "")]),
        (r"costs \$5 or $x$", "costs $5 or x", None),
        ("", "", []),
    ],
)
def test_a_text_is_split_read_and_typeset(text, read, split):
    assert plain(text) == read
    assert split is None or pieces(text) == split
    MathTextParser("agg").parse(mathtext(text) or " ")  # Matplotlib can draw it


@pytest.mark.parametrize(
    "text", [r"$\frac{1}{2}$", r"$\sqrt{2}$", "$a_{b_c}$", "$x_$", "${a$", r"$\no$"]
)
def test_what_does_not_fit_into_a_line_is_refused_when_the_book_is_made(text):
    with pytest.raises(ValueError, match="mathematics here must be"):
        pieces(text)
    figure, ax = still.canvas(4, 3)
    with pytest.raises(ValueError, match=r"texts.*mathematics"):
        Flipbook(figure, {"a": [1]}).caption([text])
    with pytest.raises(ValueError, match="mathematics"):
        Flipbook(figure, {text: [1]})
    with pytest.raises(ValueError, match="mathematics"):
        Flipbook(figure, {"a": Slider([1], marks={0: text})})
    with pytest.raises(ValueError, match="mathematics"):
        Flipbook(figure, {"a": [1]}).text(ax, 0, 0, text)


def test_names_marks_and_captions_reach_the_browser_in_pieces_and_the_text_without_dollars():
    figure, _ = still.canvas(6, 3)
    slider = Slider([1, 2], marks={1: r"$2/\lambda_{max}$"})
    book = Flipbook(figure, {r"$\alpha_t$": slider}).caption([r"now $J_0$", "plain"])
    seen = content(book)
    assert seen["sliders"][0]["label"] == [["α", ""], ["t", "sub"]]
    assert seen["sliders"][0]["marks"][0]["label"] == [["2/λ", ""], ["max", "sub"]]
    assert seen["captions"][0]["texts"] == [[["now J", ""], ["0", "sub"]], "plain"]
    assert "$" not in repr(book) and book.png(40)


def test_a_sentence_too_long_for_the_picture_goes_on_in_the_next_line():
    words = "a rather long sentence that says what is seen in this picture " * 4
    figure = still.sentence(words.strip(), 5)
    figure.draw_without_rendering()
    lines = figure.texts
    assert len(lines) > 3 and " ".join(each.get_text() for each in lines) == words.strip()
    assert all(each.get_window_extent().x1 <= figure.bbox.width for each in lines)
    heights = [each.get_window_extent() for each in lines]
    assert all(a.y0 >= b.y1 - 1 for a, b in itertools.pairwise(heights))
    assert np.isclose(figure.get_figheight(), 0.3 * len(lines))
