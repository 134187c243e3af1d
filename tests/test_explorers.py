import json
import re

import numpy as np
import pytest
from decoded import content
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _remove_buffers
from unseen import STAGE, leave_stages_out

from lrlab import LeastSquares, datasets, explorers
from lrlab.flipbook import still

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.line()
X = np.column_stack([x, np.ones_like(x)])
CURVATURES = np.linalg.eigvalsh(X.T @ X / len(x))
EXPLORERS = {
    "rescue": explorers.rescue,
    "line_by_hand": explorers.line_by_hand,
    "turned_walk": explorers.turned_walk,
    "one_parameter": explorers.one_parameter,
    "learning_rate": explorers.learning_rate,
    "two_factors": explorers.two_factors,
    "outlier": explorers.outlier,
    "translator": explorers.translator,
    "copies": explorers.copies,
    "noise": explorers.noise,
    "noise_floor": explorers.noise_floor,
    "two_edges": explorers.two_edges,
    "batch_size": explorers.batch_size,
}
FROM_DATA = list(EXPLORERS)
OF_A_LINE = [name for name in EXPLORERS if name != "one_parameter"]


@pytest.fixture(scope="module")
def books():
    return {name: explorer(x, y) for name, explorer in EXPLORERS.items()}


@pytest.mark.parametrize("name", EXPLORERS)
def test_what_travels_to_the_browser_is_small(books, name):
    state, _, buffers = _remove_buffers(books[name].get_state())
    assert len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers) <= 400_000


@pytest.mark.parametrize("name", EXPLORERS)
def test_it_is_described_and_says_one_sentence_or_two_everywhere(books, name):
    book = books[name]
    assert len(book.description) > 20
    for position, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
        assert len(text) <= 200
        book.position = position
        assert text in repr(book)


@pytest.mark.parametrize("name", EXPLORERS)
def test_the_still_picture_has_room_for_its_sentences(books, name):
    book = books[name]
    longest = max(content(book)["captions"][0]["texts"], key=len)
    for text, style in [(longest, {}), (book._where(), {"weight": "bold"})]:
        row = still.sentence(text, book.figure.get_figwidth(), **style)
        row.draw_without_rendering()
        assert row.texts[0].get_window_extent().x1 <= row.bbox.width


@pytest.mark.parametrize("name", OF_A_LINE)
def test_a_problem_does_as_well_as_its_data(books, name):
    again = EXPLORERS[name](LeastSquares.line(x, y), None)
    assert again._packed == books[name]._packed


@pytest.mark.parametrize("name", FROM_DATA)
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (([0, 1, np.nan], [1, 2, 3]), "x must be finite, got nan"),
        (([0, 1, 2], [1, np.inf, 3]), "y must be finite, got inf"),
        (([0, 1, 2], [1, 2]), r"y must have shape \(3,\), got \(2,\)"),
        (([[0], [1]], [1, 2]), r"x must have shape \(≥ 1,\), got \(2, 1\)"),
        (([], []), r"x must have shape \(≥ 1,\), got \(0,\)"),
        ((["a", "b"], [1, 2]), "x must be a number or an array of numbers, got"),
        (([0, 1, 2], None), "y must be .* got"),
        (([0, 0], [1, 2]), "[xX] must .* got 0"),
    ],
)
def test_bad_data_are_refused_by_name(name, bad, message):
    with pytest.raises((ValueError, TypeError), match=message):
        EXPLORERS[name](*bad)


@pytest.mark.parametrize("name", OF_A_LINE)
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (([5, 5, 5], [1, 2, 3]), "x must have at least two values that differ, got 5"),
        ((LeastSquares([[1.0, 2.0], [3.0, 4.0]], [1, 2]), None), "x must be .* a line.* got"),
    ],
)
def test_a_line_needs_two_values_of_x(name, bad, message):
    with pytest.raises(ValueError, match=message):
        EXPLORERS[name](*bad)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: explorers.learning_rate(x, y, start=(1, np.nan)), "start must be finite, got nan"),
        (lambda: explorers.learning_rate(x, y, start=3), r"start must .* \(2,\), got \(\)"),
        (lambda: explorers.line_by_hand(x, y, start=(1, 2, 3)), r"start must .* got \(3,\)"),
        (lambda: explorers.line_by_hand(x, y, start=(np.inf, 0)), "start must be finite, got inf"),
        (lambda: explorers.line_by_hand(x, y, positions=1), "positions must be .* got 1"),
        (lambda: explorers.turned_walk(x, y, positions=1), "positions must be .* got 1"),
        (lambda: explorers.rescue(x, y, steps=0), "steps must be .* got 0"),
        (lambda: explorers.rescue(x, y, xlabel=3), "xlabel must be a str, got 3"),
        (lambda: explorers.two_factors(x, y, steps=0), "steps must be .* got 0"),
        (lambda: explorers.two_factors(x, y, start=(1, 2, 3)), r"start must .* got \(3,\)"),
        (lambda: explorers.one_parameter(x, y, starts=0), "starts must be .* got 0"),
        (lambda: explorers.one_parameter(x, y, rates=1), "rates must be .* got 1"),
        (lambda: explorers.one_parameter(x, y, steps=0), "steps must be .* got 0"),
        (lambda: explorers.learning_rate(x, y, steps=0), "steps must be .* got 0"),
        (lambda: explorers.learning_rate(x, y, steps=2.5), "steps must be .* got 2.5"),
        (lambda: explorers.learning_rate(x, y, rates=1), "rates must be .* got 1"),
        (lambda: explorers.outlier(x, y, learning_rate=-1), "learning_rate must be .* got -1"),
        (lambda: explorers.outlier(x, y, steps=-1), "steps must be .* got -1"),
        (lambda: explorers.outlier(x, y, reach=((1, 0), (0, 1))), r"reach must .* got .*1.* 0"),
    ],
)
def test_bad_options_are_refused_by_name(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


@st.composite
def learners_data(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n, scale = draw(st.integers(2, 60)), 10.0 ** draw(st.floats(-3, 4))
    x = scale * (rng.uniform(draw(st.sampled_from([-1, 0, 3])), 4, n))
    return x, 10.0 ** draw(st.floats(-3, 6)) * rng.normal(draw(st.integers(-5, 5)), 1, n)


@pytest.mark.parametrize("name", FROM_DATA)
@settings(max_examples=3, deadline=None)
@given(data=learners_data(), at_minimum=st.booleans())
def test_learners_data_of_any_scale_make_a_picture(name, data, at_minimum):
    options = {}
    if at_minimum and name in ("line_by_hand", "learning_rate"):
        options["start"] = LeastSquares.line(*data).minimizer
    with pytest.MonkeyPatch.context() as patch:
        leave_stages_out(patch)
        book = EXPLORERS[name](*data, **options)
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
    state, _, buffers = _remove_buffers(book.get_state())
    travels = len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers)
    assert travels <= 400_000 - STAGE
    for slider in book.sliders.values():
        assert len(set(slider.labels)) == len(slider.labels)


@pytest.mark.parametrize("name", FROM_DATA)
@pytest.mark.parametrize(
    "data",
    [([0, 1], [0, 0]), ([-1, 1], [1, 1]), ([1, 2], [1, 2])],
)
def test_the_smallest_data_make_a_picture(name, data):
    EXPLORERS[name](*data).png(40)


# The slider for α


@pytest.mark.parametrize("name", ["one_parameter", "learning_rate"])
def test_special_rates_are_positions_exactly_and_bands_are_the_regimes(books, name):
    curvatures = CURVATURES if name == "learning_rate" else np.array([np.mean(x**2)])
    low, high = curvatures[[0, -1]]
    slider = books[name].sliders["α"]
    special = {"1/λ": 1 / high, "fastest": 2 / (low + high), "2/λ": 2 / high}
    for at, mark in slider.marks.items():
        assert slider.values[at] == pytest.approx(special[mark.split("_")[0]], rel=1e-13)
    assert len(slider.marks) == (3 if name == "learning_rate" else 2)
    problem = LeastSquares.line(x, y) if name == "learning_rate" else LeastSquares(x[:, None], y)
    assert {problem.critical_rate, problem.fastest_rate} <= set(slider.values)
    for at, rate in enumerate(slider.values):
        edge = rate * high * (1 - 1e-12)  # on an edge it still is what it was below
        expected = "monotone" if edge <= 1 else "oscillating" if edge <= 2 else "diverging"
        assert slider.band(at) == expected
    ratios = np.diff(np.log(slider.values))
    assert ratios.min() > 0.3 * np.median(ratios)  # no two positions that nobody can tell apart


# Still pictures


@pytest.mark.parametrize("name", EXPLORERS)
def test_still_pictures_of_both_ends_are_drawn_without_a_warning(books, name):
    book = books[name]
    for corner in ([0] * len(book.shape), [n - 1 for n in book.shape]):
        book._index = corner
        assert book.png(40).startswith(b"\x89PNG")
