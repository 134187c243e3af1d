"""The lesson: the contest on fresh problems, the picture against plain loops, the checkers."""

import collections
import json
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import LeastSquares, datasets, exercises, explorers, finders, gradient_descent
from lrlab.lessons.finding_alpha import maths
from lrlab.predict import questions

ROOT = Path(__file__).parents[2]
x, y = datasets.line()
X = np.column_stack([x, np.ones_like(x)])
EDGE = 2 / np.linalg.eigvalsh(X.T @ X / len(x))[-1]
START = np.array([-2.0, 4.0])
ENDS = 1e-5, 1e2
RULES = ("steepest fall", "lowest / 10", "end / 10")


@pytest.fixture(scope="module")
def book():
    return explorers.range_test(x, y, start=START, low=ENDS[0], high=ENDS[1])


def drawn_slope(size):
    """The gradient of a few examples, as a plain function of θ."""
    rng = np.random.default_rng(0)

    def slope(theta):
        batch = rng.choice(len(x), size, replace=False, shuffle=False)
        return X[batch].T @ (X[batch] @ theta - y[batch]) / size

    return slope


def sweep(steps, size=40):
    """The rates of a sweep, and the losses before and after each of its steps."""
    theta, losses = START, [np.mean((X @ START - y) ** 2) / 2]
    rates = np.geomspace(*ENDS, steps)
    # In a long sweep the steep error falls to the size of rounding, and rounding says when it ends.
    gradient = LeastSquares(X, y).gradient if steps > 200 else lambda t: X.T @ (X @ t - y) / len(y)
    gradient = drawn_slope(size) if size < len(x) else gradient
    for rate in rates:
        theta = theta - rate * gradient(theta)
        losses.append(np.mean((X @ theta - y) ** 2) / 2)
        if losses[-1] > 4 * min(losses):
            break
    return rates[: len(losses) - 1], np.array(losses)


def answers(rates, losses):
    lowest = rates[np.argmin(losses) - 1] / 10
    return [rates[np.argmax(losses[:-1] - losses[1:])], lowest, rates[-1] / 10]


def test_the_picture_goes_where_the_loop_goes(book):
    left, right = book.figure.axes
    assert list(book.sliders["batch"].values) == ["all data", "10", "1"]
    for (i, steps), (b, size) in product(
        enumerate(book.sliders["sweep steps"].values), enumerate([len(x), 10, 1])
    ):
        rates, losses = sweep(steps, size)
        seen = drawn(book, 0, (i, b, 0))
        expected = in_points(left, np.column_stack([rates, losses[1:]]))
        assert np.isnan(seen[len(rates) :]).all()
        inside = np.abs(expected[:, 1]) < 1500
        np.testing.assert_allclose(seen[: len(rates)][inside], expected[inside], atol=3 / 16)
        for j, answer in enumerate(answers(rates, losses)):
            on_left, on_right = (drawn(book, layer, (i, b, j))[0] for layer in (2, 6))
            curve = drawn(book, 3 + j, (i, b, j))[i]
            assert on_left[0] == pytest.approx(in_points(left, [[answer, 1]])[0, 0], abs=1 / 8)
            place = in_points(right, [[steps, answer / EDGE]])[0]
            np.testing.assert_allclose(on_right, place, atol=1 / 8)
            np.testing.assert_allclose(curve, place, atol=1 / 8)


def test_the_line_of_the_answer_leaves_room_for_the_name_of_the_edge(book):
    left = book.figure.axes[0]
    ends = drawn(book, 1, (0, 0, 2))
    top, low = (in_points(left, [[1, each]])[0, 1] for each in left.get_ylim()[::-1])
    assert min(abs(ends[:, 1] - low)) < 1 / 8 and min(abs(ends[:, 1] - top)) > 14


def test_the_sentence_says_what_the_sweep_says(book):
    seen = set()
    for (i, steps), (b, size) in product(
        enumerate(book.sliders["sweep steps"].values), enumerate([len(x), 10, 1])
    ):
        rates, losses = sweep(steps, size)
        for j, answer in enumerate(answers(rates, losses)):
            text = caption(book, (i, b, j))
            seen.add(text)
            assert f"A sweep of {steps} steps" in text and len(text) <= 180
            assert f"spends {len(rates) + 1} gradients" in text
            named = read(re.search(r"α = ([\d.,]+(?: × 10[⁻⁰-⁹]+)?)", text)[1].rstrip(",."))
            assert named == pytest.approx(answer * (10 if j else 1), rel=6e-3)
            share = read(re.search(r"is (\S+) (%|times)", text)[1])
            assert ("diverges" in text) == (answer > EDGE)
            scale = 1 if answer > EDGE else 100
            assert share == pytest.approx(scale * answer / EDGE, rel=0.06)
    assert len(seen) > 100
    assert any("diverges" in text for text in seen)


def test_what_travels_to_the_browser_is_small(book):
    state, _, buffers = _remove_buffers(book.draw().get_state())
    assert len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers) <= 200_000


def test_a_hundred_steps_are_a_position_with_a_mark(book):
    slider = book.sliders["sweep steps"]
    assert {slider.values[at]: name for at, name in slider.marks.items()} == {100: "usual"}
    assert len(book.sweep()) >= 5


@pytest.mark.parametrize(
    "data",
    [([0, 1], [0, 0]), ([-1, 1], [1, 2]), ([1000, 1001, 1003], [5, 5, 6]), ([1e-3, 2], [3, 4]),
     ([0, 1e-4, 3e-4], [1, 2, 3]), ([0, 1e6], [1, 1])],
)  # fmt: skip
def test_any_data_make_a_picture(data):
    book = explorers.range_test(*data)
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
    book._repr_mimebundle_()


@pytest.mark.parametrize(
    ("change", "said"),
    [({"low": 0}, "low must be positive"), ({"low": 5, "high": 1}, "low must be below high"),
     ({"lengths": [1, 5]}, "lengths must be 2 or more"), ({"batches": [0]}, "batches must be 1"),
     ({"batches": [2, 2]}, "batches must be different"), ({"start": [1]}, "start must have")],
)  # fmt: skip
def test_errors_name_the_argument(change, said):
    with pytest.raises(ValueError, match=said):
        explorers.range_test(x, y, **change)


def cells():
    path = ROOT / "notebooks" / "13-finding-alpha.ipynb"
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        texts = ["".join(each.get("text", each.get("data", {}).get("text/plain", [])))
                 for each in cell.get("outputs", [])]  # fmt: skip
        yield "".join(cell["source"]), "".join(texts)


def asked(name):
    return [each["says"] for each in questions()[name]["choices"]]


def test_the_answers_to_the_predictions_are_true():
    shares = [f"{100 * answers(*sweep(steps))[0] / EDGE:.1f} % of the edge" for steps in (100, 200)]
    says = asked("longer-sweep")
    assert [f"{shares[0][:5]}" in each and shares[1][:5] in each for each in says] == [True] * 3
    printed = "".join(text for _, text in cells())
    row = re.search(r"^ +100 +([\d.]+) +[\d.]+ +([\d.]+)$", printed, re.MULTILINE)
    assert "5.5 times" in questions()["noisy-end"]["question"] and row[1].startswith("5.5")
    assert all(row[2] in each for each in asked("noisy-end"))
    (table,) = (text for _, text in cells() if "conjugate gradients" in text)
    assert re.search(r"power iteration .* 57 ", table)
    assert "power iteration, always at 1/λ_max, 57" in asked("who-wins")[0]
    assert re.search(r"Barzilai–Borwein .* over 400 +\(over 400\)", table)


def test_a_run_is_worth_the_steps_that_come_as_far():
    problem = LeastSquares(*datasets.any_scale(rng=np.random.default_rng(3)))
    known = known_best(problem)
    rates = problem.critical_rate * np.linspace(0.005, 1, 200)
    ends = gradient_descent(problem.gradient, np.zeros_like(problem.minimizer), rates, 100)
    best = ends.theta[np.argmin(problem.excess(ends.theta[:, -1]))]
    for steps in (0, 1, 50, 100):
        assert maths.worth(problem, best[steps]) == steps
    assert maths.worth(problem, problem.minimizer) == 401 and len(known) == 201


def test_a_drawn_gradient_is_on_average_the_gradient():
    """Of each size: its mean within five standard errors, its spread as for drawing without
    replacement.
    """
    problem = LeastSquares(X, y)
    each = X * (X @ START - y)[:, None]
    for size in (1, 7, 39):
        gradient = maths.drawn_gradient(problem, size, rng=np.random.default_rng(size))
        drawn_ones = np.array([gradient(START) for _ in range(4000)])
        spread = each.var(axis=0, ddof=1) * (1 - size / 40) / size
        error = np.abs(drawn_ones.mean(axis=0) - each.mean(axis=0))
        assert (error < 5 * np.sqrt(spread / 4000)).all()
        np.testing.assert_allclose(drawn_ones.var(axis=0), spread, rtol=0.15)
    assert maths.drawn_gradient(problem, 40, rng=np.random.default_rng(0)) == problem.gradient


def known_best(problem):
    """The excess loss at each step with the best constant rate for 100 steps, by running them."""
    start = np.zeros_like(problem.minimizer)
    rates = problem.critical_rate * np.linspace(0.05, 1, 60)
    ends = gradient_descent(problem.gradient, start, rates, 100).theta[:, -1]
    best = rates[np.argmin(problem.excess(ends))]
    return problem.excess(gradient_descent(problem.gradient, start, best, 200).theta)


def test_the_contest_ends_alike_on_other_problems():
    """With other problems than those of the notebook, and its claims about each finder."""
    rng = np.random.default_rng(77)
    score = collections.defaultdict(list)
    for _ in range(50):
        problem = LeastSquares(*datasets.any_scale(rng=rng))
        tools = problem.gradient, problem.loss, np.zeros_like(problem.minimizer)
        found = {
            "grid": finders.grid_search(*tools, 1e-4, 1e4, trials=9),
            "steepest": finders.range_test(*tools, 1e-4, 1e4, steps=50),
            "end": finders.range_test(*tools, 1e-4, 1e4, steps=50, rule="explosion"),
            "backtracking": finders.backtracking(*tools, 1e4),
            "grows": finders.backtracking(*tools, 1e4, slope=0.5, grow=1.1),
            "power": finders.power_iteration(*tools[::2], iterations=5),
            "two_point": finders.two_point(*tools[::2], 1e-4, 100),
            "polyak": finders.polyak(*tools, problem.minimum, 100),
            "misled": finders.polyak(*tools, 0.9 * problem.minimum, 100),
            "dog": finders.dog(*tools[::2], 100),
            "told": finders.dog(*tools[::2], 100, first=np.linalg.norm(problem.minimizer)),
        }
        known = known_best(problem)
        for name, each in found.items():
            run, rate = each, getattr(each, "rate", 0)
            if rate:
                run = gradient_descent(tools[0], each.theta, rate, 100 - each.gradients)
            worth = np.count_nonzero(known > problem.excess(run.theta[-1]))
            score[name].append([rate / problem.critical_rate, worth])
    share, worth = np.median([score[name] for name in score], axis=1).T
    share, worth = dict(zip(score, share, strict=True)), dict(zip(score, worth, strict=True))
    assert max(worth["grid"], worth["steepest"]) < 0.9 * worth["power"]
    assert worth["power"] < worth["backtracking"] < 80 < worth["grows"]
    assert min(worth["two_point"], worth["polyak"]) > 200  # all that are counted here
    assert worth["dog"] < worth["misled"] < worth["grid"] < worth["power"] < worth["told"] < 100
    assert worth["end"] > 1.3 * worth["steepest"]
    assert share["steepest"] < 0.2 and 0.5 < share["end"] < 0.75 and share["grows"] > 1
    below = {name: np.mean([each < 1 for each, _ in pairs]) for name, pairs in score.items()}
    assert below["power"] == 1 and min(below["backtracking"], below["grid"]) > 0.97
    assert 0.85 < below["end"] < 1 and below["grows"] < 0.6
    assert 0.5 <= share["power"] < 0.52


def by_steps(gradient, theta, v):
    """A sum of many short differences."""
    places = theta + np.linspace(0, 1, 11)[:, None] * v
    return np.diff(gradient(places), axis=0).sum(axis=0)


def in_place(gradient, theta, v):
    before = gradient(theta).copy()
    theta += v
    return gradient(theta) - before


def column_by_column(gradient, theta, v):
    """H itself, a column for each direction, and then H v."""
    here = gradient(theta)
    columns = [gradient(theta + e) - here for e in np.eye(len(v))]
    return np.column_stack(columns) @ v


PRODUCTS = [
    lambda g, theta, v: g(theta + v) - g(theta),
    lambda g, theta, v: list(g(theta + v) - g(theta)),
    lambda g, theta, v: g(v) - g(0 * v),
    lambda g, theta, v: (g(theta + v) - g(theta - v)) / 2,
    lambda g, theta, v: 1e3 * (g(theta + v / 1e3) - g(theta)),
    lambda g, theta, v: g(theta) - g(theta - v),
    lambda g, theta, v: -np.subtract(*g(np.array([theta, theta + v]))),
    by_steps, in_place, column_by_column,
]  # fmt: skip

NO_PRODUCTS = [
    lambda g, theta, v: g(v),
    lambda g, theta, v: g(theta + v),
    lambda g, theta, v: g(theta) - g(theta + v),
    lambda g, theta, v: v,
    lambda g, theta, v: (g(theta + v) - g(theta)) / 7,
    lambda g, theta, v: (g(theta + v) - g(theta)) / np.linalg.norm(v),
    lambda g, theta, v: g(theta + v / np.linalg.norm(v)) - g(theta),
    lambda g, theta, v: np.linalg.norm(g(theta + v) - g(theta)),
    lambda g, theta, v: g(v) + v,
    lambda g, theta, v: g(theta + v) - g(v),
    lambda g, theta, v: g(theta + v) - g(theta - v),
    lambda g, theta, v: np.round(g(theta + v) - g(theta), 2),
    lambda g, theta, v: abs(g(theta + v) - g(theta)),
    lambda g, theta: g(theta),
    3,
]


def measured(iterations):
    return lambda g, start: finders.power_iteration(g, start, iterations=iterations).rate


def falls(gradient, theta0):
    """Batches, and a gradient in place of the loss."""
    rates = np.geomspace(1e-4, 1e4, 38)
    sizes = np.linalg.norm(gradient(theta0 - rates[:, None] * gradient(theta0)), axis=-1)
    return rates[np.argmin(sizes)]


def halved(gradient, theta0):
    first, rate = gradient(theta0), 1e4
    while np.linalg.norm(gradient(theta0 - rate * first)) > np.linalg.norm(first):
        rate = rate / 2
    return rate / 2


def from_columns(gradient, theta0):
    here = gradient(theta0)
    H = [gradient(theta0 + e) - here for e in np.eye(len(theta0))]
    return 2 / sum(np.linalg.eigvalsh(H)[[0, -1]])


def shortest_of_the_two_point_rates(gradient, theta0):
    return finders.two_point(gradient, theta0, 1e-5, 30).learning_rate[1:].min()


def trace(gradient, theta0):
    """The sum of the curvatures is at least the largest: twice its inverse is safe."""
    here = gradient(theta0)
    return [1.9 / sum((gradient(theta0 + e) - here) @ e for e in np.eye(len(theta0)))]


def bold(gradient, theta0):
    return 1.95 * finders.power_iteration(gradient, theta0, iterations=3).rate


def along_the_gradient(gradient, theta0):
    """The curvature of one direction, which need not be the steepest: too large too often."""
    g = gradient(theta0)
    return 1.9 * (g @ g) / (g @ (gradient(theta0 + g) - g))


def spent(gradient, theta0):
    for _ in range(41):
        theta0 = theta0 - 1e-5 * gradient(theta0)
    return 1e-5


ANSWERS = {
    "curvature_along": (exercises.curvature_along, PRODUCTS, NO_PRODUCTS),
    "design": (
        exercises.design,
        [*map(measured, (3, 5, 20, 39)), falls, halved, from_columns, trace,
         shortest_of_the_two_point_rates],
        [bold, along_the_gradient, spent, measured(60), lambda g, start: 1.0,
         lambda g, start: 1e-6, lambda g, start: -1.0, lambda g, start: start,
         lambda g, start: 0.01 * measured(5)(g, start), lambda g, start: 2 * measured(9)(g, start),
         lambda g, start: np.nan, lambda g, start: "0.1", lambda g: 0.1, 0.1],
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "attempts"),
    [
        (exercises.curvature_along, [NO_PRODUCTS[k] for k in (0, 1, 2, 3, 4, 7, 8, 13, 14)]),
        (exercises.design,
         [bold, lambda g, theta0: 1e-6, lambda g, theta0: -1.0, measured(60),
          lambda g, theta0: theta0, lambda g, theta0: np.nan, lambda g, theta0: print(end="")]),
    ],
)  # fmt: skip
def test_each_wrong_answer_gets_a_hint_of_its_own(check, attempts):
    verdicts = [check(attempt) for attempt in attempts]
    assert [verdict.passed for verdict in verdicts] == [False] * len(attempts)
    hints = {re.sub(r"[\d.]+", "", verdict.text) for verdict in verdicts}
    assert len(hints) == len(attempts), [verdict.text for verdict in verdicts]
    assert check(...).passed is None


def test_a_budget_cannot_be_overrun_in_secret():
    def greedy(gradient, theta0):
        for k in range(100):
            try:
                gradient(theta0 + k)
            except Exception:
                break
        return 1e-3

    assert "more than 40 gradients" in exercises.design(greedy).text


def test_an_empty_finder_is_not_attempted():
    def empty(gradient, theta0):
        return ...

    assert exercises.design(empty).passed is None
