import json
import re

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import LeastSquares, datasets, explorers, figures

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.line()
X = np.column_stack([x, np.ones_like(x)])
CURVATURES = np.linalg.eigvalsh(X.T @ X / len(x))
EXPLORERS = {
    "self_test": lambda x, y: explorers.self_test(),
    "line_by_hand": explorers.line_by_hand,
    "one_parameter": explorers.one_parameter,
    "learning_rate": explorers.learning_rate,
    "outlier": explorers.outlier,
    "translator": explorers.translator,
    "copies": explorers.copies,
    "noise": explorers.noise,
    "noise_floor": explorers.noise_floor,
}
FROM_DATA = [name for name in EXPLORERS if name != "self_test"]
OF_A_LINE = [
    "line_by_hand",
    "learning_rate",
    "outlier",
    "translator",
    "copies",
    "noise",
    "noise_floor",
]


@pytest.fixture(scope="module")
def books():
    return {name: explorer(x, y) for name, explorer in EXPLORERS.items()}


def mean_half_square(X, y, theta):
    """J(θ) for θ (..., d), from its definition."""
    return ((np.asarray(theta) @ X.T - y) ** 2).mean(axis=-1) / 2


def descend(X, y, theta, rate, steps):
    """The loop of the lesson: every θ it goes through, (steps + 1, d)."""
    went = [np.array(theta, float)]
    for _ in range(steps):
        went.append(went[-1] - rate * X.T @ (X @ went[-1] - y) / len(y))
    return np.array(went)


def excess_of(X, y, theta):
    best = np.linalg.lstsq(X, y)[0]
    return mean_half_square(X, y, theta) - mean_half_square(X, y, best)


def layers(book, panel, reveal=None):
    """The numbers of the layers of a panel: all, or those that the step slider reveals or not."""
    ax = book.figure.axes[panel]
    return [k for k, layer in enumerate(book._layers)
            if layer.axes is ax and reveal in (None, layer.reveal)]  # fmt: skip


def assert_drawn(book, layer, index, xy):
    """Fail unless a layer shows the points (n, 2), given in data units, as far as int16 reaches."""
    seen, expected = drawn(book, layer, index), in_points(book._layers[layer].axes, xy)
    np.testing.assert_array_equal(np.isnan(seen), np.isnan(expected))
    reached = (np.abs(expected) < 2000).all(axis=-1)
    assert reached.any()
    np.testing.assert_allclose(seen[reached], expected[reached], rtol=0, atol=1 / 16)


def until_left(ax, theta, diverges):
    """The first step outside an axes or -1, and the path with nothing after it."""
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])[:, : theta.shape[-1]]
    outside = [t for t, point in enumerate(theta) if not ((low <= point) & (point <= high)).all()]
    if not (outside and diverges):
        return -1, theta
    return outside[0], np.where(np.arange(len(theta))[:, None] <= outside[0], theta, np.nan)


# Every explorer


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
    longest = max(book._content["captions"][0]["texts"], key=len)
    for text, style in [(longest, {}), (book._where(), {"weight": "bold"})]:
        row = figures.sentence(text, book.figure.get_figwidth(), **style)
        row.draw_without_rendering()
        assert row.axes[0].texts[0].get_window_extent().x1 <= row.bbox.width


@pytest.mark.parametrize("name", OF_A_LINE)
def test_a_problem_does_as_well_as_its_data(books, name):
    again = EXPLORERS[name](LeastSquares.line(x, y), None)
    assert again._content == books[name]._content


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
    book = EXPLORERS[name](*data, **options)
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers) <= 400_000
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


# Notebook 01


def test_the_loss_by_hand_is_the_mean_of_half_the_squares(books):
    book = books["line_by_hand"]
    best = mean_half_square(X, y, np.polyfit(x, y, 1))
    for index in np.ndindex(*book.shape):
        w, b = book._values(index).values()
        loss, least = re.findall(r"(?:= |is )(\S+(?: × \S+)?)\.(?: |$)", caption(book, index))
        assert read(loss) == pytest.approx(mean_half_square(X, y, [w, b]), rel=6e-3)
        assert read(least) == pytest.approx(best, rel=6e-3)


def test_a_line_by_hand_its_errors_and_its_point_are_where_they_belong(books):
    book = books["line_by_hand"]
    left = book.figure.axes[0]
    (sticks, line), (point,) = layers(book, 0), layers(book, 1)
    for index in [(0, 0), (7, 20), (-1 + book.shape[0], 3)]:
        w, b = book._values(index).values()
        ends = np.array(left.get_xlim())
        assert_drawn(book, line, index, np.column_stack([ends, w * ends + b]))
        assert_drawn(book, point, index, [(w, b)])
        seen = drawn(book, sticks, index).reshape(-1, 3, 2)
        assert np.isnan(seen[:, 2]).all() and len(np.unique(seen[:, 0], axis=0)) == 12
        for stick in seen[:, :2]:
            i = np.argmin(np.abs(in_points(left, np.column_stack([x, y])) - stick[0]).sum(axis=1))
            expected = in_points(left, [(x[i], y[i]), (x[i], w * x[i] + b)])
            np.testing.assert_allclose(stick, expected, rtol=0, atol=1 / 16)


def test_the_bowl_is_cut_into_equal_patches(books):
    # Matplotlib fills unequal ones up with memory that it never wrote, and may warn of overflow.
    (bowl,) = books["line_by_hand"].figure.axes[2].collections
    assert bowl._invalid_vertices is False and len(bowl._faces) == 12 * 12


# Notebook 02


def test_one_parameter_goes_where_the_loop_goes(books):
    book = books["one_parameter"]
    left, right = book.figure.axes
    (path,), (curve,) = layers(book, 0, True), layers(book, 1, True)
    rates, starts, steps = (each.values for each in book.sliders.values())
    for i, j in [
        (0, 0),
        (20, 3),
        (40, 6),
        (60, 1),
        (89, 5),
        *((at, 2) for at in book.sliders["α"].marks),
    ]:
        theta = descend(x[:, None], y, [starts[j]], rates[i], steps[-1])
        excess = excess_of(x[:, None], y, theta)
        _, shown = until_left(left, theta, rates[i] * np.mean(x**2) > 2 + 1e-9)
        loss = mean_half_square(x[:, None], y, shown)
        assert_drawn(book, path, (i, j, 0), np.column_stack([shown, loss]))
        known = excess > 1e-9  # nearer to the minimum the loop's own rounding shows
        seen = drawn(book, curve, (i, j, 0))[known]
        expected = in_points(right, np.column_stack([steps, np.maximum(excess, 1e-300)]))[known]
        inside = np.abs(expected[:, 1]) < 2000
        np.testing.assert_allclose(seen[inside], expected[inside], rtol=0, atol=1 / 16)


def test_one_parameter_says_what_becomes_of_the_error(books):
    book = books["one_parameter"]
    for i, rate in enumerate(book.sliders["α"].values):
        text = caption(book, (i, 0, 0))
        factor = 1 - rate * np.mean(x**2)
        assert read(re.search(r"1 − αλ = (\S+?)[:.]? ", text)[1]) == pytest.approx(
            factor, rel=6e-3, abs=1e-9
        )
        outcome = {
            "one step lands on the minimum": abs(factor) < 1e-9,
            "shrinks, always on the same side": factor >= 1e-9,
            "changes sides and shrinks": -1 + 1e-9 < factor <= -1e-9,
            "changes sides for ever": abs(factor + 1) <= 1e-9,
            "changes sides and grows": factor < -1 - 1e-9,
        }
        assert [words in text for words in outcome] == list(outcome.values())


# Notebook 03


def test_the_learning_rate_goes_where_the_loop_goes_and_says_so(books):
    book = books["learning_rate"]
    middle = book.figure.axes[1]
    (path,), (curve,) = layers(book, 1, True), layers(book, 2, True)
    steps = np.arange(41)
    said = []
    for i, rate in enumerate(book.sliders["α"].values):
        theta = descend(X, y, (0, 0), rate, 40)
        excess = excess_of(X, y, theta)
        diverges = rate * CURVATURES[-1] > 2 + 1e-9
        left_at, shown = until_left(middle, theta, diverges)
        assert_drawn(book, path, (i, 0), shown)
        assert_drawn(book, curve, (i, 0), np.column_stack([steps, excess]))
        text = caption(book, (i, 0))
        share = excess[-1] / excess[0]
        if diverges:
            assert "farther away" in text and f"leave the picture at step {left_at}, and" in text
            assert read(
                re.search(r"excess loss is (.*) times the first", text)[1]
            ) == pytest.approx(share, rel=0.06)
        else:
            assert read(re.search(r"40 steps (.*) % of the", text)[1]) == pytest.approx(
                100 * share, rel=0.06
            )
        said.append(text)
    at = {mark: said[i] for i, mark in book.sliders["α"].marks.items()}
    assert "bounces between the two walls of the valley for ever" in at["2/λ_max"]
    assert "fastest rate" in at["fastest"] and "one step" in at["1/λ_max"]
    keeps = read(re.search(r"keeps (\S+) of the error", at["fastest"])[1])
    assert keeps == pytest.approx(np.ptp(CURVATURES) / CURVATURES.sum(), rel=0.06)
    assert sum("for ever" in text for text in said) == 1


def test_the_line_and_the_dot_follow_the_step(books):
    book = books["learning_rate"]
    left = book.figure.axes[0]
    (line,), (dot,) = layers(book, 0, False), layers(book, 1, False)
    ends = np.array(left.get_xlim())
    rates = book.sliders["α"].values
    for i, t in [(3, 0), (3, 40), (80, 7)]:
        w, b = descend(X, y, (0, 0), rates[i], t)[-1]
        assert_drawn(book, line, (i, t), np.column_stack([ends, w * ends + b]))
        assert_drawn(book, dot, (i, t), [(w, b)])
    last = len(rates) - 1  # it leaves at step 1, and says that the line does as well
    assert not np.isnan(drawn(book, line, (last, 1))).any()
    assert np.isnan(drawn(book, line, (last, 2))).all()


def test_another_start_and_other_steps_are_taken():
    book = explorers.learning_rate(x, y, start=(5, -1), steps=7, rates=30)
    rates = book.sliders["α"].values
    assert book.shape[1] == 8 and 28 <= len(rates) <= 33
    assert_drawn(book, *layers(book, 1, True), (4, 0), descend(X, y, (5, -1), rates[4], 7))


@pytest.mark.parametrize("rate", [0.1, 0.8])
def test_an_outlier_moves_the_edge_by_its_x_alone(rate):
    book = explorers.outlier(x, y, learning_rate=rate)
    left, middle, _ = book.figure.axes
    (fit, point), (_, star, path), (diamond,) = (layers(book, panel) for panel in range(3))
    across, up = (each.values for each in book.sliders.values())
    ends = np.array(left.get_xlim())
    for i, j in [(0, 0), (len(across) - 1, len(up) - 1), (len(across) // 2, 2)]:
        ax, ay = np.append(x, across[i]), np.append(y, up[j])
        A = np.column_stack([ax, np.ones_like(ax)])
        critical = 2 / np.linalg.eigvalsh(A.T @ A / len(ax))[-1]
        best = np.polyfit(ax, ay, 1)
        assert_drawn(book, fit, (i, j), np.column_stack([ends, np.polyval(best, ends)]))
        assert_drawn(book, point, (i, j), [(across[i], up[j])])
        assert_drawn(book, star, (i, j), [best])
        assert_drawn(book, diamond, (i, j), [(across[i], critical)])
        theta = until_left(middle, descend(A, ay, (0, 0), rate, 40), rate > critical)[1]
        assert_drawn(book, path, (i, j), theta)
        said = caption(book, (i, j))
        number, verdict = re.search(r"is (\S+?)\. α = \S+ is (\w+) it", said).groups()
        assert read(number) == pytest.approx(critical, rel=6e-3)
        assert verdict == ("below" if rate < critical else "above")
    edges = {
        caption(book, (i, j)).split(" The best line")[0]
        for i in range(len(across))
        for j in range(len(up))
    }
    assert len(edges) <= len(across)


def test_the_rings_about_an_outliers_minimum_are_level():
    book = explorers.outlier(x, y)
    middle = book.figure.axes[1]
    rings = layers(book, 1)[0]
    index = (book.shape[0] - 1, 2)
    a, b = book._values(index).values()
    A, ay = np.column_stack([np.append(x, a), np.ones(len(x) + 1)]), np.append(y, b)
    xy = drawn(book, rings, index)
    down = book.figure.get_figheight() * 72 - xy[:, 1]
    theta = middle.transData.inverted().transform(np.column_stack([xy[:, 0], down]))
    ends = np.flatnonzero(np.isnan(theta[:, 0]))
    levels = [excess_of(A, ay, ring[~np.isnan(ring[:, 0])]) for ring in np.split(theta, ends)][:-1]
    for level in levels:
        np.testing.assert_allclose(level, level.mean(), rtol=0.02)
    roots = np.sqrt([level.mean() for level in levels])
    np.testing.assert_allclose(np.diff(roots), roots[0], rtol=0.02)


# Still pictures


@pytest.mark.parametrize("name", EXPLORERS)
def test_still_pictures_of_both_ends_are_drawn_without_a_warning(books, name):
    book = books[name]
    for corner in ([0] * len(book.shape), [n - 1 for n in book.shape]):
        book._index = corner
        assert book.png(40).startswith(b"\x89PNG")
