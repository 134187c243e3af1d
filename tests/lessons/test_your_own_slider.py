"""The checkers against books made in many ways, and what the notebook says of a book's rows.

Ten functions of the shape that people give to `interact` when they teach descent and regression
are made books here, at most one line of each changed; tests/flipbook/test_of.py has ten others.
"""

import re

import numpy as np
import pytest
from ipywidgets import interactive
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from lrlab import Flipbook, LeastSquares, datasets, exercises, explorers, gradient_descent
from lrlab.flipbook import Blend, Slider

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(autouse=True)
def nothing_stays_open():
    yield
    assert plt.get_fignums() == []


# Heights


def by_loop(x, y, rates, steps):
    found = np.zeros((len(rates), steps + 1, len(x)))
    for k, rate in enumerate(rates):
        w = b = 0.0
        for t in range(1, steps + 1):
            error = w * x + b - y
            w, b = w - rate * np.mean(error * x), b - rate * np.mean(error)
            found[k, t] = w * x + b
    return found


def by_runs(x, y, rates, steps):
    run = gradient_descent(LeastSquares.line(x, y).gradient, [0, 0], rates, steps)
    return run.theta[..., :1] * x + run.theta[..., 1:]


def by_matrix(x, y, rates, steps):
    problem = LeastSquares.line(x, y)
    return gradient_descent(problem.gradient, np.zeros(2), rates, steps).theta @ problem.X.T


def run_by_run(x, y, rates, steps):
    problem = LeastSquares.line(x, y)
    runs = [gradient_descent(problem.gradient, [0, 0], a, steps).theta for a in rates]
    return [[[w * each + b for each in x] for w, b in run] for run in runs]


def a_generator(x, y, rates, steps):
    yield from by_loop(x, y, rates, steps)


def in_closed_form(x, y, rates, steps):
    problem = LeastSquares.line(x, y)
    values, directions = np.linalg.eigh(problem.hessian)
    kept = (1 - rates[:, None, None] * values) ** np.arange(steps + 1)[:, None]
    theta = problem.minimizer - kept * (problem.minimizer @ directions) @ directions.T
    return theta @ problem.X.T


def in_place(x, y, rates, steps):
    found = by_loop(x, y, rates, steps)
    x[:], y[:], rates[:] = 0, 0, 0
    return found


def a_blend(x, y, rates, steps):
    theta = gradient_descent(LeastSquares.line(x, y).gradient, [0, 0], rates, steps).theta
    return Blend([x, np.ones_like(x)], [theta[..., 0], theta[..., 1]])


def recursive(x, y, rates, steps):
    if not steps:
        return np.zeros((len(rates), 1, len(x)))
    before = recursive(x, y, rates, steps - 1)
    X = np.column_stack([x, np.ones_like(x)])
    step = (before[:, -1] - y) @ X @ X.T / len(x)
    return np.concatenate([before, before[:, -1:] - rates[:, None, None] * step[:, None]], axis=1)


def runs(x, y, rates, steps, **how):
    how = {"start": [0, 0], "factor": 1} | how
    problem = LeastSquares.line(x, y)
    return gradient_descent(problem.gradient, how["start"], how["factor"] * rates, steps).theta


def through_zero(x, y, rates, steps):
    problem = LeastSquares(x[:, None], y)
    return gradient_descent(problem.gradient, np.zeros(1), rates, steps).theta * x


RIGHT_HEIGHTS = [
    by_loop, by_runs, by_matrix, run_by_run, a_generator, in_closed_form, in_place, a_blend,
    recursive, lambda *given: by_loop(*given).tolist(),
]  # fmt: skip
WRONG_HEIGHTS = [
    lambda *given: by_loop(*given).swapaxes(0, 1),
    lambda *given: by_loop(*given).T,
    lambda *given: by_loop(*given)[:, 1:],
    lambda *given: by_loop(*given)[:, -1],
    lambda *given: by_loop(*given)[:, ::-1],
    lambda *given: by_loop(*given)[::-1],
    lambda *given: by_loop(*given)[None],
    lambda *given: np.round(by_loop(*given), 1),
    lambda *given: runs(*given),
    lambda *given: runs(*given, start=[-2, 4]) @ [given[0], np.ones_like(given[0])],
    lambda *given: runs(*given, factor=2) @ [given[0], np.ones_like(given[0])],
    lambda *given: runs(*given, factor=len(given[0])) @ [given[0], np.ones_like(given[0])],
    lambda *given: np.repeat(by_loop(*given)[:1], len(given[2]), axis=0),
    lambda *given: np.where(np.arange(given[3] + 1)[:, None] < 6, by_loop(*given), 0),
    lambda *given: by_loop(*given) - given[1],
    lambda *given: by_loop(*given) * (by_loop(*given) < 9),
    lambda *given: runs(*given)[..., :1] * given[0],
    lambda *given: np.zeros((len(given[2]), given[3] + 1, len(given[0]))),
    lambda *given: None,
    lambda *given: "heights",
    lambda *given: np.nan * by_loop(*given),
    lambda *given: given[0] / 0 @ given[9],
    through_zero,
    by_loop(np.arange(3.0), np.arange(3.0), [0.1], 2),
]


# A book of one's own

rng = np.random.default_rng(5)
x = rng.uniform(10, 30, 25)
y = 40 - 1.5 * x + rng.normal(0, 2, 25)
problem = LeastSquares.line(x, y)
edge = problem.critical_rate
rates = np.sort([*np.geomspace(edge / 20, 2 * edge, 70), edge])
ends = np.array([8.0, 32.0])


def plain(rate, steps=40, start=(0.0, 0.0)):
    w, b = start
    for _ in range(steps):
        error = w * x + b - y
        w, b = w - rate * np.mean(error * x), b - rate * np.mean(error)
    return w, b


def draw(α, **how):
    w, b = plain(α, **how)
    ax = plt.subplots()[1]
    ax.plot(x, y, "k.")
    ax.plot(x, w * x + b, "r")
    ax.set(xlim=(8, 32), ylim=(-40, 60))


def coloured(α):
    w, b = plain(α)
    plt.plot(ends, w * ends + b, color="green" if α < edge else "red")
    plt.axis([8, 32, -40, 60])


def fan():
    """Every run at once: as a background it does no harm, alone it answers nothing."""
    figure = Figure()
    ax = figure.subplots()
    for each in rates[rates < 1.5 * edge]:
        w, b = plain(each)
        ax.plot(ends, w * ends + b, "r", lw=0.3)
    return figure


def dots():
    book, theta = by_hand(theta=np.zeros((len(rates), 2))), other_rows(plain)
    heights = theta[:, :1] * x + theta[:, 1:]
    return book.line(book.figure.axes[0], x, heights, color="#D55E00", width=0, marker="o")


def of(function, values=rates, name="α", **more):
    return Flipbook.of(function, quiet=True, **{name: values}, **more)


def by_hand(values=rates, name="α", *, across=ends, bend=0.0, theta=None, figure=None):
    figure = figure or Figure()
    ax = figure.axes[0] if figure.axes else figure.subplots()
    ax.set(xlim=(8, 32), ylim=(-40, 60))
    numbers = np.asarray(values.values if isinstance(values, Slider) else values)
    if theta is None:
        theta = np.array([plain(each) for each in numbers])
    heights = theta[:, :1] * across + theta[:, 1:] + bend * np.arange(len(across))
    return Flipbook(figure, {name: values}).line(ax, across, heights, color="#D55E00")


def with_steps():
    ax = Figure().subplots()
    path = by_loop(x, y, rates, 40)
    book = Flipbook(ax.figure, {"t": np.arange(41), "α": rates}, start={"t": 40})
    return book.line(ax, x, np.swapaxes(path, 0, 1), color="#000000")


def as_sums():
    ax = Figure().subplots()
    w, b = np.transpose([plain(each) for each in rates])
    return Flipbook(ax.figure, {"α": rates}).line(
        ax, ends, Blend([ends, np.ones(2)], [w, b]), color="#000000"
    )


def heavy():
    book = by_hand()
    noise = np.random.default_rng(0).normal(size=(len(rates), 4000))
    return book.line(book.figure.axes[0], np.linspace(8, 32, 4000), 9 * noise, color="#000000")


def own(book):
    return exercises.own_book(book, x, y)


def other_rows(theta):
    return np.array([theta(each) for each in rates])


RIGHT_BOOKS = [
    of(draw),
    of(coloured, np.append(np.linspace(edge / 12, edge, 59), 1.1 * edge)),
    dots(),
    by_hand(),
    by_hand(explorers.rate_slider(problem)),
    by_hand(name="learning_rate"),
    by_hand(figure=fan()),
    by_hand(across=np.linspace(0, 40, 50)),
    by_hand(rates[:-2]),
    as_sums(),
    with_steps(),
    explorers.learning_rate(x, y),
]
WRONG_BOOKS = [
    by_hand(rates[::2]),
    by_hand(rates / 3),
    by_hand(rates * 5),
    by_hand(rates[rates != edge]),
    by_hand(figure=fan(), theta=np.ones((len(rates), 2)) * rates[:, None]),
    by_hand(theta=other_rows(lambda a: plain(a, steps=39))),
    by_hand(theta=other_rows(lambda a: plain(a, steps=400))),
    by_hand(theta=other_rows(lambda a: plain(a, start=(1.0, 1.0)))),
    by_hand(theta=other_rows(lambda a: plain(2 * a))),
    by_hand(theta=other_rows(lambda a: plain(edge / 2))),
    by_hand(theta=other_rows(lambda a: plain(min(a, edge / 2)))),
    by_hand(theta=np.tile(problem.minimizer, (len(rates), 1))),
    by_hand(theta=other_rows(lambda a: plain(a)[::-1])),
    by_hand(theta=other_rows(plain) * (rates < 0.4 * edge)[:, None]),
    by_hand(theta=other_rows(plain)[::-1]),
    by_hand(bend=1.0),
    by_hand(across=np.array([8.0, 12.0])),
    by_hand(np.append(-rates[::-1], rates)),
    by_hand([f"{each:.6g}" for each in rates], theta=other_rows(plain)),
    heavy(),
    Figure(),
    Flipbook,
    draw,
    interactive(lambda α: None, α=(0.1, 1.0)),
    None,
    "a picture",
    [1, 2],
]
plt.close("all")

ANSWERS = {
    "heights": (exercises.heights, RIGHT_HEIGHTS, WRONG_HEIGHTS),
    "own_book": (own, RIGHT_BOOKS, WRONG_BOOKS),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_wrong_in_different_ways_is_told_in_different_ways(name):
    check, _, wrong = ANSWERS[name]
    hints = {re.sub(r"[\d.,× ()⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", " ", check(each).text) for each in wrong}
    assert len(hints) >= 9
    assert check(...).passed is None


def test_a_book_stays_where_it_stands_when_it_is_checked():
    book = with_steps()
    before = book.position
    assert own(book).passed and book.position == before


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (datasets.line(), "These are the points of the course"),
        (([1, 2, 3], [1, 2]), "two rows of one length"),
        (([1, 1, 1], [1, 2, 3]), "three different x"),
        ((["a", "b", "c"], [1, 2, 3]), "A row of numbers for x is asked for"),
        (([1, 2, np.nan], [1, 2, 3]), "a NaN"),
    ],
)
def test_data_that_are_none_are_told(data, said):
    verdict = exercises.own_book(RIGHT_BOOKS[0], *data)
    assert verdict.passed is False and said in verdict.text


def test_a_book_of_other_data_does_not_pass():
    assert not exercises.own_book(RIGHT_BOOKS[0], x, y + 1).passed
    assert not exercises.own_book(RIGHT_BOOKS[0], x, y, steps=41).passed


@pytest.mark.parametrize("feature", ["bmi", "bp", "age", "s1", "s5"])
def test_any_measurement_of_the_patients_will_do(feature):
    data = datasets.diabetes(feature)
    assert exercises.own_book(explorers.learning_rate(*data), *data).passed


# Functions as people give them to interact. A line that had to be changed says what it was.

sizes = np.random.default_rng(0).uniform(0, 10, 50)
prices = 3 * sizes + 4 + np.random.default_rng(1).normal(0, 3, 50)
W, B = np.meshgrid(np.linspace(-2, 8, 40), np.linspace(-10, 20, 40))


def cost(w, b):
    return ((np.multiply.outer(w, sizes) + np.asarray(b)[..., None] - prices) ** 2).mean(-1)


def history(lr, n):
    w, b, went = 0.0, 0.0, [(0.0, 0.0)]
    for _ in range(n):
        e = w * sizes + b - prices
        w, b = w - lr * 2 * (e * sizes).mean(), b - lr * 2 * e.mean()
        went.append((w, b))
    return np.array(went).T


def contour_path(lr=0.01, epochs=20):
    w, b = history(lr, epochs)
    plt.figure(figsize=(8, 6))
    rings = plt.contour(W, B, cost(W, B), levels=12, cmap="viridis")
    plt.colorbar(rings)
    plt.plot(w, b, "r.-")
    plt.title(f"lr={lr}")
    plt.show()


def cost_history(lr):
    plt.semilogy(cost(*history(lr, 50)))
    plt.xlabel("iteration")
    print("final cost", cost(*history(lr, 50))[-1])


def bowl_and_path(lr):
    ax = plt.figure().add_subplot(111, projection="3d")
    ax.plot_surface(W, B, cost(W, B), alpha=0.4, cmap="coolwarm")
    w, b = history(lr, 20)
    ax.plot(w, b, cost(w, b), "k.-")


def residuals(slope, intercept):
    _, (a, b) = plt.subplots(1, 2, figsize=(12, 4))
    fitted = slope * sizes + intercept
    a.scatter(sizes, prices)
    a.plot(sizes, fitted, c="r")
    for x, y, z in zip(sizes, prices, fitted, strict=True):
        a.plot([x, x], [y, z], "g:")
    b.hist(prices - fitted, bins=np.linspace(-40, 40, 30))
    plt.suptitle(f"SSE {((prices - fitted) ** 2).sum():.1f}")


def tangent(x0, lr):
    t, slope = np.linspace(-3, 3, 100), 2 * x0
    plt.plot(t, t**2)
    plt.plot(x0, x0**2, "ro")
    plt.plot(t, x0**2 + slope * (t - x0), "--")
    # plt.annotate("", (x0 - lr * slope, …), (x0, x0**2), arrowprops={"arrowstyle": "->"})
    plt.plot([x0, x0 - lr * slope], [x0**2, (x0 - lr * slope) ** 2], "k.-")
    plt.ylim(-1, 9)


def ridge(lam):
    P = np.vander(sizes / 10, 8)
    c = np.linalg.solve(P.T @ P + lam * np.eye(8), P.T @ prices)
    figure, axes = plt.subplots(2, 1)
    axes[0].bar(range(8), c)
    axes[1].scatter(sizes, prices)
    axes[1].plot(np.linspace(0, 10, 100), np.vander(np.linspace(0, 1, 100), 8) @ c)
    figure.tight_layout()


def boundary(w1, w2, b):
    plt.scatter(sizes[:25] - 5, prices[:25] / 5 - 4, marker="+")
    plt.plot([-3, 3], [(3 * w1 - b) / (w2 + 1e-9), (-3 * w1 - b) / (w2 + 1e-9)])
    plt.axis([-3, 3, -3, 3])


def frames(step):
    w, b = history(0.01, 30)
    plt.clf()
    plt.scatter(sizes, prices, c="k", s=10)
    for k in range(step):
        plt.plot([0, 10], [b[k], 10 * w[k] + b[k]], "b", alpha=0.2)
    plt.plot([0, 10], [b[step], 10 * w[step] + b[step]], "r", lw=3)
    plt.xlim(0, 10)
    plt.ylim(0, 40)


def parameters(lr, truth=True):
    w, b = history(lr, 40)
    plt.plot(w, label="w")
    plt.plot(b, label="b")
    if truth:
        plt.axhline(3, ls="--", color="gray", label="true w")
    plt.legend()
    plt.ylim(-5, 10)
    plt.text(20, 8, f"lr = {lr:g}", bbox={"facecolor": "w"})


def shrunk(alpha=1.0, degree=3, show_data=True):
    fine = np.linspace(0, 10, 200)
    if show_data:
        plt.plot(sizes, prices, "o", alpha=0.5)
    curve = np.polyval(np.polyfit(sizes, prices, degree), fine) / (1 + alpha)
    # The same without color: then it is that of the data where these are not shown.
    plt.plot(fine, curve, color="C1", lw=2, label=f"degree={degree}, alpha={alpha:.2f}")
    plt.ylim(0, 40)
    plt.legend(loc="upper left")


@pytest.mark.parametrize(
    ("function", "sliders", "position"),
    [
        (contour_path, {"lr": (0.001, 0.02, 0.006), "epochs": [5, 20]}, {"lr": 0.013}),
        (cost_history, {"lr": (0.001, 0.03, 0.01)}, {"lr": 0.021}),
        (bowl_and_path, {"lr": [0.001, 0.01]}, {"lr": 0.01}),
        (residuals, {"slope": (0.0, 6.0, 3.0), "intercept": [0, 8]}, {"slope": 6.0}),
        (tangent, {"x0": (-2.0, 2.0, 1.0), "lr": [0.1, 0.5]}, {"x0": -2.0}),
        (ridge, {"lam": [0.001, 0.1, 1.0]}, {"lam": 0.1}),
        (boundary, {"w1": (-2, 2, 2), "w2": (-2, 2), "b": (-1, 1)}, {"w1": -2, "w2": 1}),
        (frames, {"step": range(0, 20, 3)}, {"step": 9}),
        (parameters, {"lr": [0.001, 0.01], "truth": True}, {"lr": 0.001}),
        (shrunk, {"alpha": [0.0, 1.0], "degree": (1, 4), "show_data": True}, {"degree": 4}),
    ],
)
def test_a_function_that_people_give_to_interact_is_made_a_book(function, sliders, position):
    book = Flipbook.of(function, quiet=True, **sliders)
    values = dict(book.position) | position
    meant = {name: {"yes": True, "no": False}.get(v, v) for name, v in values.items()}
    function(**meant)
    for ax, its in zip(book.figure.axes, plt.gcf().axes, strict=True):
        found = [each[np.isfinite(each).all(axis=1)] for each in book.drawn(position, ax)]
        for line in its.lines:
            if line.get_transform() == its.transData:
                points = np.transpose(line.get_data_3d() if its.name == "3d" else line.get_data())
                away = [
                    np.abs(points[:, None] - each).max(-1).min(1).max()
                    for each in found
                    if len(each)
                ]
                assert min(away) < 1e-9 * np.abs(points).max(), line
    plt.close("all")
