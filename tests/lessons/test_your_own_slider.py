"""The checkers against books made in many ways, and what the notebook says of a book's rows.

Ten functions of the shape that people give to `interact` are made books, unchanged, in
tests/flipbook/test_of.py.
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
