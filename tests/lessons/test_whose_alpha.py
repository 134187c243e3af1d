"""The lesson: five conventions, held to plain loops, to scikit-learn and to eigenvalues."""

import json
import re
import warnings

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _remove_buffers
from sklearn.linear_model import SGDRegressor

from lrlab import LeastSquares, datasets, exercises, explorers
from lrlab.drawing.colours import REGIME
from lrlab.lessons.whose_alpha import maths as conventions
from lrlab.lessons.whose_alpha import picture

pytestmark = pytest.mark.filterwarnings("error")

NAMES = ["½MSE", "MSE", "½SSE", "SSE", "per example"]
x, y = datasets.line()
PROBLEM, N = LeastSquares.line(x, y), len(x)
X = np.column_stack([x, np.ones(N)])
BEST = np.linalg.lstsq(X, y)[0]
TOP = np.linalg.eigvalsh(X.T @ X / N)[-1]
IN_FRONT = {"½MSE": 1 / N, "MSE": 2 / N, "½SSE": 1, "SSE": 2}


@np.errstate(over="ignore", invalid="ignore")
def walk(name, start, rate, steps):
    """The loop of the lesson, (steps + 1, 2): a step, or a pass, on the loss of that name."""
    went = [np.array(start, float)]
    for _ in range(steps):
        theta = went[-1]
        if name == "per example":
            for row, target in zip(X, y, strict=True):
                theta = theta - rate * (row @ theta - target) * row
        else:
            theta = theta - rate * IN_FRONT[name] * X.T @ (X @ theta - y)
        went.append(theta)
    return np.array(went)


def excess_of(theta):
    with np.errstate(over="ignore", invalid="ignore"):
        return np.mean(((theta - BEST) @ X.T) ** 2, axis=-1) / 2


@st.composite
def problems(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n, scale = draw(st.integers(2, 40)), 10.0 ** draw(st.floats(-2, 3))
    return LeastSquares.line(scale * rng.uniform(-1, 3, n), rng.normal(0, 1, n))


# The conventions


def test_each_loss_is_c_times_j_by_finite_differences():
    losses = {
        "½MSE": lambda t: np.mean((X @ t - y) ** 2) / 2,
        "MSE": lambda t: np.mean((X @ t - y) ** 2),
        "½SSE": lambda t: np.sum((X @ t - y) ** 2) / 2,
        "SSE": lambda t: np.sum((X @ t - y) ** 2),
    }
    theta, h = np.array([0.3, -1.2]), 1e-5 * np.eye(2)
    assert list(conventions.scales(N)) == list(losses)
    for name, c in conventions.scales(N).items():
        slope = [(losses[name](theta + e) - losses[name](theta - e)) / 2e-5 for e in h]
        np.testing.assert_allclose(slope, c * PROBLEM.gradient(theta), rtol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_each_critical_rate_parts_what_shrinks_from_what_grows(name):
    edge = conventions.critical_rates(PROBLEM)[name]
    for share, grows in [(0.99, False), (1.01, True)]:
        one, other = (walk(name, start, share * edge, 300) for start in ([-2, 4], [3, 3]))
        apart = np.linalg.norm(one - other, axis=1)  # as passes settle beside the minimum
        assert (apart[-1] > 10 * apart[0]) if grows else (apart[-1] < apart[0] / 10)


@pytest.mark.parametrize("rate", [0.003, 0.3, 1.0])
def test_passes_are_the_loop_and_scikit_learns(rate):
    theta = conventions.descend_by_passes(PROBLEM, [0, 0], rate, 7).theta
    np.testing.assert_allclose(theta, walk("per example", [0, 0], rate, 7), rtol=1e-9)
    model = SGDRegressor(penalty=None, learning_rate="constant", eta0=rate, shuffle=False,
                         max_iter=7, tol=None).fit(x[:, None], y)  # fmt: skip
    np.testing.assert_allclose(theta[-1], [model.coef_[0], model.intercept_[0]], rtol=1e-8)


def test_passes_at_many_rates_are_those_at_each():
    rates = np.array([[0.01, 0.3], [1.0, 1.3]])
    theta = conventions.descend_by_passes(PROBLEM, [-2, 4], rates, 9).theta
    for at in np.ndindex(2, 2):
        alone = conventions.descend_by_passes(PROBLEM, [-2, 4], rates[at], 9).theta
        np.testing.assert_allclose(theta[at], alone, rtol=1e-12)


def test_passes_that_diverge_are_kept_finite():
    run = conventions.descend_by_passes(PROBLEM, [-2, 4], np.array([0.1, 3.0]), 200)
    assert np.isfinite(run.theta).all() and run.diverged.tolist() == [False, True]


@settings(max_examples=40, deadline=None)
@given(problem=problems(), share=st.floats(0.01, 3))
def test_the_growth_of_a_pass_is_that_of_the_product(problem, share):
    rate = share * conventions.safe_rate(problem)
    product = np.eye(2)
    for row in problem.X:
        product = (np.eye(2) - rate * np.outer(row, row)) @ product
    expected = np.abs(np.linalg.eigvals(product)).max()
    assert conventions.pass_growth(problem, rate) == pytest.approx(expected, rel=1e-5, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(problem=problems())
def test_the_edges_stand_in_their_order(problem):
    rates, safe = conventions.critical_rates(problem), conventions.safe_rate(problem)
    assert safe == pytest.approx(2 / max(row @ row for row in problem.X))
    above, below = 1 + 1e-9, 1 - 1e-9
    assert rates["½SSE"] * below <= safe <= rates["½MSE"] * above
    assert rates["per example"] >= safe * below
    up_to = np.linspace(0.01, 0.999, 50) * rates["per example"]
    assert (conventions.pass_growth(problem, up_to) <= 1 + 1e-9).all()
    if len(problem.y) > 2:
        assert conventions.pass_growth(problem, rates["per example"] * (1 + 1e-6)) > 1


def test_a_pass_may_have_several_edges_and_between_them_is_what_the_loop_does():
    order = np.random.default_rng(0).permuted(np.tile(np.arange(N), (3, 1)), axis=1)[1]
    for shuffled in [np.arange(N), order, *np.random.default_rng(5).permuted(
        np.tile(np.arange(N), (6, 1)), axis=1)]:  # fmt: skip
        problem = LeastSquares(X[shuffled], y[shuffled])
        edges = conventions.pass_edges(problem)
        assert len(edges) % 2 == 1
        assert edges[0] == pytest.approx(conventions.pass_critical_rate(problem), rel=1e-3)
        ends = [conventions.safe_rate(problem), *edges, edges[-1] * 1.5]
        for k, rate in enumerate(np.sqrt(np.multiply(ends[1:], ends[:-1]))):
            product = np.eye(2)
            for row in problem.X:
                product = (np.eye(2) - rate * np.outer(row, row)) @ product
            assert (np.abs(np.linalg.eigvals(product)).max() > 1) == (k % 2 == 1)


@settings(max_examples=40, deadline=None)
@given(problem=problems(), share=st.floats(0.01, 1), seed=st.integers(0, 9))
def test_up_to_the_safe_rate_two_runs_never_move_apart(problem, share, seed):
    rate = share * conventions.safe_rate(problem)
    rng = np.random.default_rng(seed)
    apart = rng.normal(size=2)
    for row in problem.X[rng.integers(0, len(problem.y), 60)]:
        before = np.linalg.norm(apart)
        apart = apart - rate * (row @ apart) * row
        assert np.linalg.norm(apart) <= before * (1 + 1e-12)


def test_at_the_minimum_every_step_on_one_example_raises_the_loss():
    for rate in (0.0025, conventions.safe_rate(PROBLEM)):
        steps = BEST - rate * (X @ BEST - y)[:, None] * X
        assert (np.mean((steps @ X.T - y) ** 2, axis=1) > np.mean((X @ BEST - y) ** 2)).all()


def test_copies_halve_the_edges_of_sums_and_of_no_other():
    twice = LeastSquares.line(np.tile(x, 2), np.tile(y, 2))
    once, again = conventions.critical_rates(PROBLEM), conventions.critical_rates(twice)
    ratios = [again[name] / once[name] for name in NAMES]
    np.testing.assert_allclose(ratios, [1, 1, 0.5, 0.5, 1], rtol=1e-9)


def test_passes_settle_where_many_of_them_end():
    for rate in (0.02, 0.3, 1.0):
        end = excess_of(walk("per example", [0, 0], rate, 3000)[-1])
        assert conventions.where_passes_settle(PROBLEM, rate) == pytest.approx(end, rel=1e-6)


# The pictures


@pytest.fixture(scope="module")
def translator():
    return explorers.translator(x, y, learning_rate=0.3, start=(-2, 4))


@pytest.fixture(scope="module")
def copied():
    return explorers.copies(x, y, learning_rate=0.01)


def regime(name, rate):
    """By definition: monotone and oscillating both shrink; "diverging" grows."""
    if name == "per example":
        product = np.eye(2)
        for row in X:
            product = (np.eye(2) - rate * np.outer(row, row)) @ product
        grows = np.abs(np.linalg.eigvals(product)).max() > 1 + 1e-9
        overshoots = rate * max(row @ row for row in X) > 1 + 1e-9
    else:
        curvature = rate * IN_FRONT[name] * N * TOP
        grows, overshoots = curvature > 2 + 1e-9, curvature > 1 + 1e-9
    return "diverging" if grows else "oscillating" if overshoots else "monotone"


def assert_curve(book, ax, points, excess):
    expected = in_points(ax, np.column_stack([np.arange(len(excess)), excess]))
    inside = (np.abs(expected) < 2000).all(axis=-1)
    assert inside.any()
    np.testing.assert_allclose(points[inside], expected[inside], rtol=0, atol=1 / 8)


def test_every_row_shows_its_own_run_in_the_marker_and_colour_of_its_row(translator):
    left, right = translator.figure.axes
    rates = translator.sliders["α"].values
    rows = [k for k, each in enumerate(translator._layers) if each.axes is left][1:]
    curves = [k for k, each in enumerate(translator._layers) if each.axes is right]
    looks = set()
    for row, curve in zip(rows, curves, strict=True):
        style, other = (translator._layers[k].style for k in (row, curve))
        assert (style["color"], style["marker"]) == (other["color"], other["marker"])
        assert style["color"] not in REGIME.values() or style["marker"] == "o"
        looks.add(style["marker"])
    assert len(looks) == 5
    for at in [0, 20, *translator.sliders["α"].marks, 100, 115, len(rates) - 1]:
        for row, name in enumerate(NAMES):
            points = drawn(translator, curves[row], (at,))
            assert_curve(translator, right, points, excess_of(walk(name, (-2, 4), rates[at], 20)))
            marker = in_points(left, [(rates[at], row + picture.LIFT)])
            np.testing.assert_allclose(drawn(translator, rows[row], (at,)), marker, atol=1 / 16)


def test_the_line_of_alpha_leaves_the_words_of_the_strips_alone(translator):
    left, _ = translator.figure.axes
    line = next(k for k, each in enumerate(translator._layers) if each.axes is left)
    translator.figure.draw_without_rendering()
    words = [text.get_window_extent() for text in left.texts]
    assert {text.get_text() for text in left.texts} >= {"monotone", "diverging"}
    _, heights = translator._layers[line].at((0,))
    pieces = np.split(heights, np.flatnonzero(np.isnan(heights)))
    for piece in pieces:
        piece = piece[~np.isnan(piece)]
        if len(piece):
            top, bottom = sorted(left.transData.transform([(0.1, h) for h in piece])[[0, -1], 1])
            assert not [box for box in words if box.y0 < bottom and top < box.y1]


def test_the_sentence_puts_each_convention_where_it_belongs(translator):
    least = np.mean((X @ BEST - y) ** 2) / 2
    for at, rate in enumerate(translator.sliders["α"].values):
        text = caption(translator, (at,))
        groups = "Monotone|Oscillating|Exactly at its edge|Diverging"
        said = dict(re.findall(rf"({groups}): ([^.]*)\.", text))
        edges = {name: 2 / TOP / (f * N) for name, f in IN_FRONT.items()}
        edges["per example"] = conventions.pass_critical_rate(PROBLEM)
        for name in NAMES:
            at_edge = rate == pytest.approx(edges[name], rel=1e-12)
            group = "Exactly at its edge" if at_edge else regime(name, rate).capitalize()
            assert name in said[group].split(", ")
        settles = re.search(r"settles (.*) % above J\*", text)
        assert (settles is None) == (rate > 0.999 * edges["per example"])
        if at % 12 == 0 and settles and rate > 0.005:
            end = excess_of(walk("per example", (-2, 4), rate, 800)[-1])
            assert read(settles[1]) == pytest.approx(100 * end / least, rel=0.06)


def test_every_edge_is_a_position_and_the_four_full_ones_are_marked(translator):
    slider = translator.sliders["α"]
    marks = {name: slider.values[at] for at, name in slider.marks.items()}
    assert marks.pop("start") == 0.3
    assert marks == pytest.approx({n: 2 / TOP / (f * N) for n, f in IN_FRONT.items()}, rel=1e-12)
    assert conventions.pass_critical_rate(PROBLEM) in slider.values


def test_the_strips_change_where_the_regimes_do(translator):
    ax = translator.figure.axes[0]
    bands = [(band.get_paths()[0].get_extents(), band.get_facecolor()) for band in ax.collections]
    for row, name in enumerate(NAMES):
        mine = [box for box, _ in bands if box.y0 < row < box.y1]
        ends = np.array([box.x1 for box in mine])[:-1]
        if name == "per example":
            expected = [1 / max(r @ r for r in X), conventions.pass_critical_rate(PROBLEM)]
        else:
            expected = np.array([1, 2]) / (TOP * IN_FRONT[name] * N)
        np.testing.assert_allclose(ends, expected, rtol=0.01)


def test_copies_move_the_edge_of_the_sum_alone(copied):
    left, right = copied.figure.axes
    counts, rates = (each.values for each in copied.sliders.values())
    dots = [k for k, each in enumerate(copied._layers) if each.axes is left][1:]
    curves = [k for k, each in enumerate(copied._layers) if each.axes is right]
    assert len(dots) == len(curves) == 2
    for i, count in enumerate(counts):
        for j in (0, 17, int(np.argmin(abs(rates - 0.01))), len(rates) - 1):
            for k, factor in enumerate([2 / N, 2 * count]):
                edge = 2 / (TOP * N * factor)
                at = drawn(copied, dots[k], (i, j))
                np.testing.assert_allclose(at, in_points(left, [(count, edge)]), atol=1 / 16)
                theta = [np.zeros(2)]
                for _ in range(30):
                    theta.append(theta[-1] - rates[j] * factor * X.T @ (X @ theta[-1] - y))
                points = drawn(copied, curves[k], (i, j))
                assert_curve(copied, right, points, excess_of(np.array(theta)))
                name, word = ["MSE", "SSE"][k], "diverges" if rates[j] > edge else "converges"
                text = caption(copied, (i, j))
                assert re.search(rf"[Tt]he {name} {word}", text)
                said = re.search(rf"[Tt]he {name} .*?its edge is (\S+(?: × \S+)?)\.(?: |$)", text)
                assert read(said[1]) == pytest.approx(edge, rel=0.06 if "×" in said[1] else 6e-3)


def test_what_travels_is_small(translator, copied):
    for book in (translator, copied):
        state, _, buffers = _remove_buffers(book.get_state())
        assert len(json.dumps(state).encode()) + sum(len(each) for each in buffers) <= 400_000


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: explorers.translator(x, y, start=3), r"start must .* \(2,\), got \(\)"),
        (lambda: explorers.translator(x, y, steps=0), "steps must be .* got 0"),
        (lambda: explorers.translator(x, y, rates=1), "rates must be .* got 1"),
        (lambda: explorers.translator(x, y, learning_rate=-1), "learning_rate must .* got -1"),
        (lambda: explorers.copies(x, y, learning_rate=0), "learning_rate must .* got 0"),
        (lambda: explorers.copies(x, y, counts=(0, 2)), "counts must be 1 or more, got 0"),
        (lambda: explorers.copies(x, y, steps=-1), "steps must be .* got -1"),
        (lambda: conventions.one_pass(PROBLEM, 0), "learning_rate must .* got 0"),
    ],
)
def test_bad_options_are_refused_by_name(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_the_real_data_and_far_corners_are_drawn_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for book in [explorers.translator(*datasets.diabetes()), explorers.copies(x, y)]:
            for corner in ([0] * len(book.shape), [n - 1 for n in book.shape]):
                book._index = corner
                book.png(50)


# The exercises

CHECKS = {
    "bigger_batch": lambda a: exercises.bigger_batch(a, learning_rate=0.004, before=32, after=256),
    "scale_of": lambda c: exercises.scale_of(c, x, y),
    "translate": exercises.translate,
}
WRONG = [
    ("bigger_batch", 0.004, "8 times as long"),
    ("bigger_batch", 0.032, "wrong way round"),
    ("bigger_batch", 0.004 / np.sqrt(8), "belongs to noise"),
    ("bigger_batch", 0.004 / 256, "whole new batch"),
    ("bigger_batch", -0.0005, "above 0"),
    ("bigger_batch", 0.001, "is 2 times as long"),
    ("scale_of", 1, "is shorter"),
    ("scale_of", 1 / 80, "That is 1/c"),
    ("scale_of", 40, "a 2 missing"),
    ("scale_of", 160, "a 2 too many"),
    ("scale_of", 2, "A factor n is missing"),
    ("scale_of", -80, "sign is turned"),
    ("scale_of", 20, "is 0.25 times the one"),
    ("translate", lambda a, n: (a, 2 * a, n * a, 2 * n * a, n * a), "MSE is the wrong way round"),
    ("translate", lambda a, n: (a, a, a, a, a), "Under MSE you kept α"),
    ("translate", lambda a, n: (a / 2, a / 2, a / n, a / 2 / n, a / n), "there α stays"),
    ("translate", lambda a, n: (a, a / 2, a / n, a / n, a / n), "Under SSE you are off by"),
    ("translate", lambda a, n: (a, a / 2, a / n**2, a / n, a / n), "Under ½SSE your first step"),
    ("translate", lambda a, n: (a, a / 2, a / n, a / 2 / n, a), "takes n steps, not one"),
    ("translate", lambda a, n: (a, a / 2, a / n, a / 2 / n, a / 4 / n), "do not go far"),
    ("translate", lambda a, n: (a, a / 2, a / n, a / 2 / n, 4 * a / n), "go too far. How"),
    ("translate", lambda a, n: (a, a / 2), "you give 2"),
    ("translate", lambda a, n: (a, a / 2, a / n, 0, a / n), "check the one for SSE"),
]


def squares(weight):
    """The rate of a loss weight·Σ r², from a step on one example of each."""
    return lambda a, n: a * 0.5 / n / weight


def wrong(name):
    return [answer for which, answer, _ in WRONG if which == name]


ANSWERS = {
    "bigger_batch": (
        CHECKS["bigger_batch"],
        [0.0005, [5e-4], np.float64(0.0005), 0.004 / 8, np.array(0.0005), (0.0005,), 5.01e-4,
         np.array([[4.99e-4]])],
        [*wrong("bigger_batch"), 0.0006, 0.0004, 0, np.inf, "0.0005", [0.0005, 0.0005]],
    ),
    "scale_of": (
        CHECKS["scale_of"],
        [80, np.float64(80.1), 2 * N, [80.0], np.array(80), (80,), np.float32(80), 79.9],
        [*wrong("scale_of"), 0, 6400, 81, "80", None],
    ),
    "translate": (
        exercises.translate,
        [
            lambda a, n: (a, a / 2, a / n, a / (2 * n), a / n),
            lambda a, n: np.array([a, a / 2, a / n, a / 2 / n, 1.05 * a / n]),
            lambda a, n: {"1": a, "2": a / 2, "3": a / n, "4": a / 2 / n, "5": a / n},
            lambda a, n: [a / c for c in (1, 2, n, 2 * n, n)],
            lambda a, n: a / np.array([[1, 2, n, 2 * n, n]]),
            lambda a, n: [squares(w)(a, n) for w in (0.5 / n, 1 / n, 0.5, 1, 0.5)],
            lambda a, n: [*(a / c for c in conventions.scales(n).values()), a / n],
            lambda a, n: np.cumprod([a, 0.5, 2 / n, 0.5, 2]),
        ],
        [*wrong("translate"),
         lambda a, n: (a, a / 2, a / 25, a / 50, a / 25),
         lambda a, n: (0.05, 0.025, 0.05 / n, 0.025 / n, 0.05 / n),
         (0.05, 0.025, 0.002, 0.001, 0.002)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "piece"), WRONG)
def test_wrong_answers_get_their_own_hint(name, answer, piece):
    verdict = CHECKS[name](answer)
    assert verdict.passed is False and piece in verdict.text
    others = {other for exercise, _, other in WRONG if exercise == name} - {piece}
    assert not [other for other in others if other in verdict.text]
    told = [float(each) for each in re.findall(r"\d+\.?\d*(?:e-?\d+)?", verdict.text)]
    assert not {0.0005, 80.0} & set(told)


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize(
    "odd", [None, "0.1", [], float("nan"), 1e200, 1 + 2j, {"w": 1}, len, [...]]
)
def test_odd_answers_get_a_hint(name, odd):
    answers = [odd] if odd is None else [odd, lambda *args: odd]
    for answer in answers[: 2 if name == "translate" else 1]:
        verdict = CHECKS[name](answer)
        assert verdict.passed is False and 20 < len(verdict.text) < 220
    assert CHECKS[name](...).passed is None


def test_the_mystery_is_the_sum_of_squares():
    theta = np.array([-2.0, 4.0])
    expected = theta - 0.001 * 2 * X.T @ (X @ theta - y)
    np.testing.assert_allclose(exercises.mystery_step(theta, 0.001, x, y), expected)
