"""The lesson: the contest on fresh problems, the picture against plain loops, the checkers."""

import json
import re
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from decoded import caption, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import LeastSquares, datasets, exercises, explorers, finders, gradient_descent
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
        texts = ["".join(each.get("text", [])) for each in cell.get("outputs", [])]
        yield "".join(cell["source"]), "".join(texts)


def asked(name):
    return [each["says"] for each in questions()[name]["choices"]]


def test_the_answers_to_the_predictions_are_true():
    shares = [f"{100 * answers(*sweep(steps))[0] / EDGE:.1f} % of the edge" for steps in (100, 200)]
    says = asked("longer-sweep")
    assert [f"{shares[0][:5]}" in each and shares[1][:5] in each for each in says] == [True] * 3
    (table,) = (printed for _, printed in cells() if "worth" in printed)
    lines = [re.fullmatch(r"(.*?) +\d+ +[\d.]+ +\d+% +(\d+) \(\d+\)", line)
             for line in table.splitlines()[1:]]  # fmt: skip
    worth = {line[1]: int(line[2]) for line in lines}
    grid, power, back = (worth[name] for name in ("grid", "power iteration", "backtracking"))
    assert grid < power < back
    assert f"worth {grid} steps" in asked("who-wins")[0]
    assert f"worth {power}." in asked("who-wins")[1] and f"more: {back}." in asked("who-wins")[1]
    assert (
        f"{back}, those of power iteration {power}, those of the grid {grid}"
        in asked("who-wins")[2]
    )


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
    score = {name: [] for name in ("grid", "steepest", "end", "backtracking", "grows", "power")}
    for _ in range(120):
        problem = LeastSquares(*datasets.any_scale(rng=rng))
        tools = problem.gradient, problem.loss, np.zeros_like(problem.minimizer)
        found = {
            "grid": finders.grid_search(*tools, 1e-4, 1e4, trials=9),
            "steepest": finders.range_test(*tools, 1e-4, 1e4, steps=50),
            "end": finders.range_test(*tools, 1e-4, 1e4, steps=50, rule="explosion"),
            "backtracking": finders.backtracking(*tools, 1e4),
            "grows": finders.backtracking(*tools, 1e4, slope=0.5, grow=1.1),
            "power": finders.power_iteration(*tools[::2], iterations=5),
        }
        known = known_best(problem)
        for name, each in found.items():
            run = gradient_descent(tools[0], each.theta, each.rate, 100 - each.gradients)
            worth = np.count_nonzero(known > problem.excess(run.theta[-1]))
            score[name].append([each.rate / problem.critical_rate, worth])
    share, worth = np.median([score[name] for name in score], axis=1).T
    share, worth = dict(zip(score, share, strict=True)), dict(zip(score, worth, strict=True))
    assert max(worth["grid"], worth["steepest"]) < 0.9 * worth["power"]
    assert worth["power"] < worth["backtracking"] < 80 < worth["grows"]
    assert worth["end"] > 1.3 * worth["steepest"]
    assert share["steepest"] < 0.2 and 0.5 < share["end"] < 0.75 and share["grows"] > 1
    below = {name: np.mean([each < 1 for each, _ in pairs]) for name, pairs in score.items()}
    print(below)
    assert below["power"] == 1 and min(below["backtracking"], below["grid"]) > 0.97
    assert 0.85 < below["end"] < 1 and below["grows"] < 0.6
    assert 0.5 <= share["power"] < 0.52


def test_right_answers_pass():
    assert exercises.log_grid([1, 0.1, 0.001, 0.01], 1e-3, 1, 4).passed
    assert exercises.log_grid(np.logspace(-3, 0, 4), 1e-3, 1, 4).passed
    assert exercises.curvature_along(lambda g, theta, v: g(v) - g(0 * v)).passed
    assert exercises.curvature_along(
        lambda g, theta, v: 1e3 * (g(theta + v / 1e3) - g(theta))
    ).passed
    for iterations in (3, 39):
        measure = partial(finders.power_iteration, iterations=iterations)
        assert exercises.design(lambda g, start, measure=measure: measure(g, start).rate).passed

    def falls(gradient, theta0):
        """Batches, and a gradient in place of the loss."""
        rates = np.geomspace(1e-4, 1e4, 38)
        sizes = np.linalg.norm(gradient(theta0 - rates[:, None] * gradient(theta0)), axis=-1)
        return rates[np.argmin(sizes)]

    assert exercises.design(falls).passed


def bold(gradient, theta0):
    return 1.95 * finders.power_iteration(gradient, theta0, iterations=3).rate


@pytest.mark.parametrize(
    ("check", "attempts"),
    [
        (lambda a: exercises.log_grid(a, 1e-6, 1, 7),
         [np.linspace(1e-6, 1, 7), np.logspace(1e-6, 1, 7), np.geomspace(1e-6, 1, 8),
          np.geomspace(1e-5, 1, 7), np.arange(7), [1e-6, 1e-5, 1e-4, 1e-3, 0.02, 0.1, 1], "1e-6"]),
        (exercises.curvature_along,
         [lambda g, theta, v: g(v), lambda g, theta, v: g(theta + v),
          lambda g, theta, v: g(theta) - g(theta + v), lambda g, theta, v: v,
          lambda g, theta, v: (g(theta + v) - g(theta)) / 7,
          lambda g, theta, v: np.linalg.norm(g(theta + v) - g(theta)),
          lambda g, theta, v: g(v) + v, lambda g, theta: g(theta), 3]),
        (exercises.design,
         [bold, lambda g, theta0: 1e-6, lambda g, theta0: -1.0,
          lambda g, theta0: finders.power_iteration(g, theta0, iterations=60).rate,
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
