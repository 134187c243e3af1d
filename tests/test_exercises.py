"""The checkers of the exercises, asked as learners would ask them."""

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lrlab import LeastSquares, datasets, exercises

pytestmark = pytest.mark.filterwarnings("error")

PROBLEM = LeastSquares.line(*datasets.line())
FEET = np.array([3.0, 6.0, 9.0, 12.0])
X10 = np.linspace(0, 5, 10)
HALVES = [0.5, 1.0, 1.5, 2.0, 2.5]
STAIR = [(w, 0) for w in HALVES] + [(2.5, b) for b in HALVES]

# As the notebooks ask them.
CHECKS = {
    "loss": exercises.loss,
    "by_hand": lambda moves: exercises.by_hand(moves, PROBLEM, start=[0, 0], learning_rate=0.1),
    "closed_form": exercises.closed_form,
    "gradient": exercises.gradient,
    "one_step": lambda alpha: exercises.one_step(alpha, FEET),
    "descend": exercises.descend,
    "critical_rate": exercises.critical_rate,
    "just_diverges": lambda x: exercises.just_diverges(x, X10, learning_rate=0.1),
}
OF_FUNCTIONS = ("loss", "closed_form", "gradient", "descend", "critical_rate")
OF_VALUES = tuple(name for name in CHECKS if name not in OF_FUNCTIONS)


def each(table):
    """A pytest table of {checker: cases}, a case a tuple."""
    return [(name, *case) for name, cases in table.items() for case in cases]


# Right answers


def loss_as_a_loop(w, b, x, y):
    total = 0
    for i in range(len(x)):
        total += (y[i] - (b + x[i] * w)) ** 2
    return total / (2 * len(x))


def loss_in_place(w, b, x, y):
    x *= w
    x += b
    x -= y
    return [x @ x / (2 * len(x))]


def gradient_by_difference(w, x, y, h=1e-5):
    loss = lambda w: np.mean((w * x - y) ** 2) / 2  # noqa: E731
    return (loss(w + h) - loss(w - h)) / (2 * h)


def loop(gradient, w, learning_rate, steps):
    path = [w]
    for _ in range(steps):
        w = w - learning_rate * gradient(w)
        path.append(w)
    return path


def loop_in_an_array(gradient, w0, learning_rate, steps):
    path = np.full((steps + 1, 1), w0)
    for t in range(steps):
        path[t + 1] = path[t] - learning_rate * gradient(path[t])
    return path


def recursion(gradient, w, learning_rate, steps):
    if steps == 0:
        return (w,)
    return (w, *recursion(gradient, w - learning_rate * gradient(w), learning_rate, steps - 1))


def by_power_iteration(X):
    v = np.ones(X.shape[1])
    for _ in range(500):
        v = X.T @ (X @ v)
        v /= np.linalg.norm(v)
    return 2 * len(X) / np.linalg.norm(X @ v) ** 2


def with_one(index, value, x=X10):
    moved = list(x)
    moved[index] = value
    return moved


RIGHT = {
    "loss": [
        lambda w, b, x, y: np.mean((w * x + b - y) ** 2) / 2,
        lambda w, b, x, y: ((y - w * x - b) ** 2).sum() / (2 * x.size),
        lambda w, b, x, y: LeastSquares.line(x, y).loss([w, b]),
        loss_as_a_loop,
        loss_in_place,
    ],
    "by_hand": [
        STAIR,
        np.array(STAIR),
        tuple(STAIR),
        [(b, w) for w, b in STAIR],
        [point for k in range(1, 6) for point in ((k / 2, k / 2 - 0.5), (k / 2, k / 2))],
    ],
    "closed_form": [
        lambda X, y: np.linalg.solve(X.T @ X, X.T @ y),
        lambda X, y: np.linalg.inv(X.T @ X / 30) @ X.T @ y / 30,
        lambda X, y: np.linalg.lstsq(X, y)[0],
        lambda X, y: np.linalg.pinv(X) @ y[:, None],
        lambda X, y: list(np.linalg.qr(X)[0].T @ y @ np.linalg.inv(np.linalg.qr(X)[1]).T),
        lambda X, y: np.array([np.linalg.pinv(X) @ y]),
    ],
    "gradient": [
        lambda w, x, y: np.mean((w * x - y) * x),
        lambda w, x, y: x @ (w * x - y) / len(y),
        lambda w, x, y: -sum((b - w * a) * a for a, b in zip(x, y, strict=True)) / len(x),
        gradient_by_difference,
    ],
    "one_step": [1 / np.mean(FEET**2), 4 / 270, 0.0148, [4 / 270], 4 / 270 + 0j],
    "descend": [loop, loop_in_an_array, recursion],
    "critical_rate": [
        lambda X: 2 / np.linalg.eigvalsh(X.T @ X / len(X))[-1],
        lambda X: 2 / max(np.linalg.eig(X.T @ X / len(X))[0]),
        lambda X: 2 / max(np.linalg.eigvals((X.T @ X / len(X)).astype(complex))).real,
        lambda X: 2 / np.complex128(np.linalg.eigvalsh(X @ X.T / len(X))[-1]),
        lambda X: 2 * len(X) / np.linalg.norm(X, 2) ** 2,
        by_power_iteration,
    ],
    "just_diverges": [
        with_one(-1, 11.6),
        np.array(with_one(-1, 11.6)),
        with_one(0, -10.8),
        with_one(-1, 11.6, X10.round(3)),
    ],
}


@pytest.mark.parametrize(
    ("name", "answer"), [(name, answer) for name in RIGHT for answer in RIGHT[name]]
)
def test_right_answers_pass(name, answer):
    verdict = CHECKS[name](answer)
    assert verdict.passed is True, verdict
    assert repr(verdict) == f"✓ {verdict.text}"


def test_the_farthest_point_that_passes_is_within_five_percent():
    edges = []
    for far in np.arange(5, 20, 0.01):
        moved = with_one(-1, far)
        if CHECKS["just_diverges"](moved).passed:
            edges.append(2 / np.linalg.norm(np.stack([moved, np.ones(10)]), 2) ** 2 * 10)
    assert 0.095 <= min(edges) < 0.0955 and 0.0995 < max(edges) < 0.1


# Wrong answers, each with a piece of its own hint


def aliased(gradient, w0, learning_rate, steps):
    w, path = np.array(w0), []
    for _ in range(steps + 1):
        path.append(w)
        w -= learning_rate * gradient(w)
    return path


def forgets_to_return(*args):
    np.sum(args[-1])


H = lambda X: X.T @ X / len(X)  # noqa: E731
line_errors = lambda w, b, x, y: w * x + b - y  # noqa: E731

WRONG = {
    "loss": [
        (lambda w, b, x, y: np.mean((w * x + b - y) ** 2), "½ in front"),
        (lambda w, b, x, y: np.sum((w * x + b - y) ** 2) / 2, "a sum where a mean"),
        (lambda w, b, x, y: np.sum((w * x + b - y) ** 2), "a sum where a mean"),
        (lambda w, b, x, y: np.mean(w * x + b - y) / 2, "cancel"),
        (lambda w, b, x, y: np.mean(w * x + b - y) ** 2 / 2, "cancel"),
        (lambda w, b, x, y: np.mean(abs(w * x + b - y)), "size of each error"),
        (lambda w, b, x, y: np.sqrt(np.mean((w * x + b - y) ** 2)), "root"),
        (lambda w, b, x, y: np.mean((w * x - y) ** 2) / 2, "intercept b is missing"),
        (lambda w, b, x, y: (w * x + b - y) ** 2 / 2, "shape (25,). Take the mean"),
        (lambda w, b, x, y: np.mean((2 * x + 3 - y) ** 2) / 2, "too large. Does it use the w, b"),
        (lambda w, b: w + b, "takes 2 positional arguments but 4"),
        (lambda w, b, x, y: (w * x + b - y) ^ 2, "a power is written **"),
        (lambda w, b, x, y: (w ^ 2) / 2, "a power is written **"),
        (lambda w, b, x, y: w * x + X10, "could not be broadcast"),
        (forgets_to_return, "end it with `return`"),
        (loss_as_a_loop(1, 2, X10, X10), "the function itself"),
    ],
    "by_hand": [
        ((2.3, 2.7), "That is one point"),
        ([2.3, 2.7], "That is one point"),
        ([[2, 2, 2.3], [0, 3, 2.7]], "all w and then all b"),
        ([*STAIR[:-1], (2.5, 2.5), (2.5, 2.0)], "11 moves; 10 are allowed"),
        ([*STAIR[2:6], (2.5, 0.5)], "Move 1 changes by 1.5; at most 0.5"),
        ([(0.5, 0.5)], "Move 1 changes w and b at once"),
        ([(0.5, 0), (1, 0), (1, 1)], "Move 3 changes by 1"),
        ([(0, 0), *STAIR], "The start is given and no move"),
        ([], "shape (0,)"),
        ([(2, 3, 1)], "shape (1, 3)"),
        ([(2, 0), (3,)], "A list of points (w, b) is asked for; yours is [(2, 0), (3,)]"),
        (zip([2.0, 2.3], [3.0, 2.7], strict=True), "put list( ) around it"),
        ([*STAIR[:6], (2, 0.5), (2, 1), (2, 1.5)], "across the valley"),
        (
            [(0, b) for b in HALVES] + [(0.5, 2.5), (0.5, 3), (0.5, 3.5), (0.5, 4)],
            "along the valley",
        ),
    ],
    "closed_form": [
        (lambda X, y: X.T @ y, "still to be solved"),
        (lambda X, y: X.T @ X @ (X.T @ y), "wrong side"),
        (lambda X, y: np.linalg.solve(X.T @ X, -X.T @ y), "sign is turned"),
        (lambda X, y: np.linalg.solve(X.T @ X / len(X), X.T @ y), "factor n"),
        (lambda X, y: np.linalg.solve(X.T @ X, X.T @ y / len(X)), "factor n"),
        (np.linalg.lstsq, "lstsq returns four things"),
        (lambda X, y: np.linalg.lstsq(np.c_[X, np.ones(30)], y)[0], "a number too many"),
        (lambda X, y: np.linalg.inv(X.T @ X), "shape (3, 3)"),
        (lambda X, y: np.linalg.solve(X, y), "LinAlgError"),
        (lambda X, y: np.array([1.0, 2.0, 3.0]), "does not solve the normal equations"),
        (lambda X, y: 1.0, "shape ()"),
    ],
    "gradient": [
        (lambda w, x, y: np.mean((y - w * x) * x), "sign is turned"),
        (lambda w, x, y: 2 * np.mean((y - w * x) * x), "sign is turned"),
        (lambda w, x, y: 2 * np.mean((w * x - y) * x), "Twice too large"),
        (lambda w, x, y: np.mean((w * x - y) * x) / 2, "Half of what"),
        (lambda w, x, y: np.sum((w * x - y) * x), "grows with the number"),
        (lambda w, x, y: np.mean(w * x - y), "inner derivative"),
        (lambda w, x, y: np.mean(w * x - y) * np.mean(x), "by its own x first"),
        (lambda w, x, y: np.mean((w * x - y) ** 2) / 2, "J itself"),
        (lambda w, x, y: (w * x - y) * x, "shape (25,). Take the mean"),
        (lambda w, x, y: np.mean((w * X10 - X10) * X10), "too large. Does it use the w, x and y"),
    ],
    "one_step": [
        (2 / np.mean(FEET**2), "2/λ"),
        (1 / np.sum(FEET**2), "like their sum"),
        (2 / np.sum(FEET**2), "like their sum"),
        (1 / np.mean(FEET) ** 2, "square of their mean"),
        (np.mean(FEET**2), "This is λ"),
        (-1 / np.mean(FEET**2), "above 0"),
        (0, "above 0"),
        (0.01, "multiplies the error by 0.325"),
        (0.02, "multiplies the error by −0.35"),
        ("4/270", "the text '4/270'"),
        (lambda x: 4 / 270, "yours is a function"),
        (1 / FEET**2, "shape (4,)"),
        (True, "yours is True"),
        (0.1j, "complex"),
    ],
    "descend": [
        (lambda g, w, a, n: loop(g, w, a, n)[-1], "You return one number"),
        (lambda g, w, a, n: loop(g, w, a, n)[1:], "the start is missing"),
        (lambda g, w, a, n: loop(g, w, a, n + 1), "you return 8"),
        (lambda g, w, a, n: loop(g, w, -a, n), "It climbs"),
        (lambda g, w, a, n: loop(lambda _: g(w), w, a, n), "anew at each w"),
        (lambda g, w, a, n: loop(g, w, 1, n), "α is missing"),
        (lambda g, w, a, n: loop(g, w, 0.3, n), "from w = 5 to 2.3. It was given α = 0.1"),
        (lambda g, w, a, n: loop(g, 0, a, n), "The first value is w0"),
        (lambda g, w, a, n: loop(g, w, a, n)[::-1], "The first value is w0"),
        (aliased, "store copies"),
        (lambda g, w, a, n: iter(loop(g, w, a, n)), "put list( ) around it"),
        (lambda g, w, a, n: {"w": 5}, "yours is {'w': 5}"),
    ],
    "critical_rate": [
        (lambda X: 1 / np.linalg.norm(H(X), 2), "This is 1/λ_max"),
        (lambda X: 2 / np.linalg.norm(X.T @ X, 2), "The mean is missing"),
        (lambda X: 2 / np.linalg.eigvalsh(H(X))[0], "λ_min"),
        (lambda X: 2 / np.sort(np.linalg.eig(H(X))[0])[1], "eig does not sort"),
        (lambda X: np.linalg.eigvalsh(H(X))[-1], "made from λ_max"),
        (lambda X: 2 / np.linalg.eigvalsh(H(X))[[0, -1]].sum(), "fastest rate"),
        (lambda X: 2 / np.trace(H(X)), "the sum of all curvatures"),
        (lambda X: 2 / np.linalg.norm(H(X)), "norm of a matrix"),
        (lambda X: 2 / np.linalg.norm(X, 2), "singular value"),
        (lambda X: 2 / np.linalg.eigvalsh(H(X)), "shape (3,). The largest curvature"),
        (lambda X: (1 + 1j) / np.trace(H(X)), "eigvalsh knows"),
        (lambda X: 0.1, "too small. Is it made from the X"),
        (lambda X: 0.3, "too large. Is it made from the X"),
    ],
    "just_diverges": [
        (11.6, "in one list; yours has the shape ()"),
        ([*X10, 11.6], "you gave 11"),
        (np.array([with_one(-1, 11.6)]), "shape (1, 10)"),
        (X10, "No point has moved"),
        (X10 + 5, "you moved 10"),
        (with_one(-1, 8), "It still converges"),
        (with_one(-1, 20), "and not just"),
        ([str(value) for value in X10], "yours is ['0.0'"),
        (with_one(-1, np.nan), "there is a NaN"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "piece"), each(WRONG))
def test_wrong_answers_get_their_own_hint(name, answer, piece):
    verdict = CHECKS[name](answer)
    assert verdict.passed is False
    assert piece in verdict.text
    assert repr(verdict) == f"Not yet. {verdict.text}"
    others = {other for _, other in WRONG[name]} - {piece}
    assert not [other for other in others if other in verdict.text]


def numbers_in(text):
    return [float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*\.?\d*", text)]


def given_to(name):
    """What a checker calls the learner's function with."""
    seen = []
    CHECKS[name](lambda *args: seen.extend(args) or 1.0)
    return seen


def answers():
    """The numbers that no hint may tell, from other sources than the checkers use."""
    w, b, x, y = given_to("loss")
    yield "loss", [loss_as_a_loop(w, b, x, y)]
    yield "gradient", [abs(gradient_by_difference(*given_to("gradient")))]
    yield "closed_form", abs(np.linalg.lstsq(*given_to("closed_form"))[0])
    yield "critical_rate", [by_power_iteration(*given_to("critical_rate"))]
    yield "one_step", [4 / 270, 270 / 4]
    yield "descend", [4.1]
    yield "by_hand", PROBLEM.minimizer
    yield "just_diverges", [11.6, 10.8]


@pytest.mark.parametrize(("name", "secrets"), [*answers()])
def test_hints_do_not_tell_the_answer(name, secrets):
    for answer, _ in WRONG[name]:
        text = CHECKS[name](answer).text
        told = np.array([*numbers_in(text), np.inf])
        assert not np.isclose(told[:, None], secrets, rtol=2e-3).any(), text


# Answers that are none


@pytest.mark.parametrize("name", CHECKS)
def test_dots_are_not_attempted(name):
    verdict = CHECKS[name](...)
    assert verdict.passed is None
    assert repr(verdict) == verdict.text
    assert "put your answer in place of the dots" in verdict.text


def dots(*args): ...


def documented_dots(*args):
    """What it is going to do."""
    ...


def dots_returned(*args):
    return ...


@pytest.mark.parametrize("name", OF_FUNCTIONS)
@pytest.mark.parametrize("function", [dots, documented_dots, dots_returned])
def test_a_function_of_dots_is_not_attempted(name, function):
    verdict = CHECKS[name](function)
    assert verdict.passed is None
    assert repr(verdict) == "Not attempted yet: your function returns nothing so far."


def raises(*args):
    raise NotImplementedError


ODD = {
    "text": "0.1",
    "None": None,
    "a list of nothing": [],
    "rows of different lengths": [[1], [2, 3]],
    "NaN": float("nan"),
    "infinity": -np.inf,
    "too large to square": 1e200,
    "no float at all": 10**400,
    "no repr": 10**5000,
    "complex": 1 + 2j,
    "a dictionary": {"w": 1},
    "a set": {1, 2},
    "a date": np.datetime64("2020-01-01"),
    "a cube": np.zeros((3, 3, 3)),
    "dots in a list": [...],
    "a function": len,
    "a class": dict,
    "an iterator": iter([1.0]),
    "raises": raises,
}


def test_a_division_by_zero_gets_a_hint_and_no_warning():
    text = exercises.critical_rate(lambda X: 2 / np.sum(0 * X)).text
    assert "a NaN, an infinity" in text


def takes_anything(value):
    return lambda *args: value


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("name", CHECKS)
def test_odd_answers_get_a_hint(name, odd):
    verdicts = [CHECKS[name](odd)]
    if name in OF_FUNCTIONS and odd is not None:
        verdicts.append(CHECKS[name](takes_anything(odd)))
    for verdict in verdicts:
        assert verdict.passed is False
        assert 20 < len(verdict.text) < 220


@pytest.mark.parametrize("name", OF_FUNCTIONS)
def test_a_function_that_raises_is_quoted(name):
    text = CHECKS[name](lambda *args: {}["slope"]).text
    assert text.startswith("Your function raised KeyError: 'slope'")
    assert CHECKS[name](raises).text.startswith("Your function raised NotImplementedError")
    assert "None" not in CHECKS[name](raises).text


def test_an_answer_can_be_interrupted():
    def endless(*args):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exercises.loss(endless)


# Junk

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, 2**64, ...])
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=5)
    | st.binary(max_size=3)
)
arrays = hnp.arrays(
    hnp.scalar_dtypes() | st.just(np.dtype(object)), hnp.array_shapes(min_dims=0, min_side=0)
)
# The shapes that a checker lets through to its arithmetic.
fitting = st.sampled_from([(3,), (3, 1), (7,), (10,), (1, 2), (4, 2)]).flatmap(
    lambda shape: hnp.arrays(float, shape, elements=st.floats() | st.floats(-20, 20))
)
junk = arrays | fitting | st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4)
    | st.tuples(inner, inner)
    | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
@settings(max_examples=100, deadline=None)
@example(1e99)
@example([1e-320] * 10)
@example([(1e99, -1e99)])
@example([(1e200, -1e200)])
@example([1e200] * 3)
@example([5] * 9 + [1e200])
@example([5.0, 1e99, -1e99, 0, 0, 0, 0])
@given(value=junk)
def test_no_junk_raises_or_warns(name, value):
    for answer in (value, takes_anything(value)):
        verdict = CHECKS[name](answer)
        assert isinstance(verdict, exercises.Verdict)
        assert isinstance(verdict.text, str) and verdict.text
        assert verdict.passed in (True, False, None)
        assert repr(verdict)
