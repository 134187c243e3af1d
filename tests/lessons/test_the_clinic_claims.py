"""The lesson against plain loops and closed forms: its experiments, picture and verdicts."""

import json
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from decoded import caption, content, drawn, in_points, read
from ipywidgets.widgets.widget import _remove_buffers

from lrlab import LeastSquares, datasets, explorers, sampling
from lrlab.flipbook import still
from lrlab.lessons.the_clinic_claims import maths
from lrlab.predict import questions

x, y = datasets.line()
X = np.column_stack([x, np.ones_like(x)])
H = X.T @ X / len(x)
FLAT, STEEP = np.linalg.eigvalsh(H)
BEST = np.linalg.lstsq(X, y)[0]
START = np.array([-2.0, 4.0])
INDEX, PROGRESSION = datasets.diabetes("bmi")
SAYS = {
    name: " ".join([each["question"], *(choice["says"] for choice in each["choices"])])
    for name, each in questions().items()
    if name.startswith("claim-") and "choices" in each
}


def descend(columns, target, theta, rate, steps):
    """Every θ of descent on ½MSE, (steps + 1, d), by the loop of notebook 03."""
    went = [np.array(theta, float)]
    for _ in range(steps):
        went.append(went[-1] - rate * columns.T @ (columns @ went[-1] - target) / len(target))
    return np.array(went)


def excess(theta, columns=X, target=y):
    error = theta - np.linalg.lstsq(columns, target)[0]
    return 0.5 * np.mean((error @ columns.T) ** 2, axis=-1)


# Where descent stands later


@pytest.mark.parametrize("rate", [0.01, 0.3, 0.9, 2 / STEEP, 1.1])
def test_after_some_steps_it_stands_where_the_loop_stands(rate):
    steps = np.array([0, 1, 2, 17, 60])
    expected = descend(X, y, START, rate, 60)[steps]
    found = LeastSquares(X, y).after(START, rate, steps)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_after_takes_many_starts_and_rates_at_once():
    problem = LeastSquares(X, y)
    starts, rates = np.array([[0.0, 0], [5, 3], [-9, 2]]), np.array([0.1, 0.5, 0.9])
    found = problem.after(starts, rates[:, None], [[3]])
    assert found.shape == (3, 3, 2)
    for i, rate in enumerate(rates):
        for j, start in enumerate(starts):
            np.testing.assert_allclose(found[i, j], descend(X, y, start, rate, 3)[-1])


def test_after_divergence_is_finite_and_the_minimum_stays():
    problem = LeastSquares(X, y)
    assert np.isfinite(problem.after(START, 5.0, 10**6)).all()
    resting = problem.after(problem.minimizer, 5.0, 10**6)
    np.testing.assert_array_equal(resting, problem.minimizer)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], -0.1, 3), "learning_rate must be 0 or more and finite, got -0.1"),
        (([1, 2], 0.1, -3), "steps must be 0 or more, got -3"),
        (([1, 2, 3], 0.1, 3), r"theta must have shape \(..., 2\), got \(3,\)"),
    ],
)
def test_after_says_what_was_wrong(arguments, message):
    with pytest.raises(ValueError, match=message):
        LeastSquares(X, y).after(*arguments)


def test_after_takes_whole_steps_only():
    with pytest.raises(TypeError, match="steps must be an integer"):
        LeastSquares(X, y).after(START, 0.1, 2.5)


# The picture


@pytest.fixture(scope="module")
def book():
    return explorers.falling_loss(x, y, start=START)


@pytest.fixture(scope="module")
def patients():
    return explorers.falling_loss(INDEX, PROGRESSION)


@pytest.mark.parametrize(("i", "j"), [*np.ndindex(30, 5)][::7] + [(30, 0), (30, 2), (32, 1)])
def test_the_picture_shows_the_run(book, i, j):
    rates, lengths = (slider.values for slider in book.sliders.values())
    rate, length = rates[i], lengths[j]
    theta = descend(X, y, START, rate, length)
    at = np.round(length * np.linspace(0, 1, 61)).astype(int)
    left, middle, right = book.figure.axes
    loss = 0.5 * np.mean((theta[at] @ X.T - y) ** 2, axis=-1)
    shown, expected = drawn(book, 0, (i, j)), in_points(left, np.column_stack([at / length, loss]))
    near = np.abs(expected[:, 1]) < 1500
    np.testing.assert_allclose(shown[near], expected[near], atol=2 / 16)
    ends = np.array(middle.get_xlim())
    expected = in_points(middle, np.column_stack([ends, theta[-1, 0] * ends + theta[-1, 1]]))
    if (np.abs(expected) < 1500).all():
        np.testing.assert_allclose(drawn(book, 1, (i, j)), expected, atol=2 / 16)
    ways = np.linalg.eigh(H)[1]
    share = np.abs((theta[at] - BEST) @ ways / ((START - BEST) @ ways))
    for k in (0, 1):
        expected = in_points(right, np.column_stack([at / length, share[:, k]]))
        # In the loop, a large steep error leaves no digits for the flat one.
        near = (np.abs(expected[:, 1]) < 1500) & (share[:, 1] < 1e6)
        np.testing.assert_allclose(drawn(book, 2 + k, (i, j))[near], expected[near], atol=2 / 16)


def test_the_special_rates_are_positions(book):
    slider = book.sliders["α"]
    marks = {name: slider.values[at] for at, name in slider.marks.items()}
    assert marks == pytest.approx(
        {"1/λ_max": 1 / STEEP, "fastest": 2 / (FLAT + STEEP), "2/λ_max": 2 / STEEP}
    )


def test_the_sentence_says_what_the_loss_hides(book):
    rates, lengths = (slider.values for slider in book.sliders.values())
    least = 0.5 * np.mean((X @ BEST - y) ** 2)
    first = 0.5 * np.mean((X @ START - y) ** 2)
    kinds = set()
    for i, rate in enumerate(rates):
        for j, length in enumerate(lengths):
            text = caption(book, (i, j))
            assert re.fullmatch(r"[A-Z].*\.", text) and len(text) <= 180 and "nan" not in text
            kinds.add(text[:2])
            if rate <= 2 / STEEP:
                kept = 100 * np.abs(1 - rate * np.array([FLAT, STEEP])) ** length
                assert left_in(text) == pytest.approx(kept, rel=0.06, abs=1e-6)
                assert all(share == 0 or share >= 1e-6 for share in left_in(text))
                last = least + LeastSquares(X, y).excess(descend_far(rate, length))
                start, end = re.search(r"from (\S+) to ([^ ,;]+),", text).groups()
                assert [read(start), read(end)] == pytest.approx([first, last], rel=6e-3)
                above = read(re.search(r", (\S+(?: × 10\S+)?) % above", text)[1])
                assert above == pytest.approx(100 * (last / least - 1), rel=0.06, abs=1e-9)
    assert kinds == {"In", "Ex", "Ov"}


def left_in(text):
    """The two shares of the error that a caption says are left, in per cent."""
    return [read(each) for each in re.findall(r"(?:flat|steep) (\S+(?: × 10\S+)?) %", text)]


def descend_far(rate, steps):
    """Where the loop would be, by the powers of its matrix."""
    power = np.linalg.matrix_power(np.eye(2) - rate * H, int(steps))
    return BEST + power @ (START - BEST)


def test_the_still_picture_has_room_for_its_sentences(book, patients):
    for each in (book, patients):
        longest = max(content(each)["captions"][0]["texts"], key=len)
        row = still.sentence(longest, each.figure.get_figwidth())
        row.draw_without_rendering()
        assert row.texts[0].get_window_extent().x1 <= row.bbox.width


@pytest.mark.parametrize("unit", [1, 1000])
def test_what_travels_to_the_browser_is_small(unit):
    book = explorers.falling_loss(unit * INDEX, PROGRESSION)
    state, _, buffers = _remove_buffers(book.get_state())
    assert len(json.dumps(state).encode()) + sum(len(buffer) for buffer in buffers) <= 400_000


@pytest.mark.parametrize(
    "data",
    [([0, 1], [0, 0]), ([-1, 1], [1, 2]), ([1000, 1001, 1003], [5, 5, 6]), ([1e-3, 2], [3, 4])],
)
def test_any_data_make_a_picture(data):
    book = explorers.falling_loss(*data)
    for _, text in book.sweep():
        assert re.fullmatch(r"[A-Z].*\.", text) and "nan" not in text and "inf" not in text
    book._repr_mimebundle_()


def test_a_run_that_starts_at_the_minimum_stays():
    text = explorers.falling_loss([0, 1, 3], [0, 1, 3.3], start=(0, 0)).seen
    assert text.startswith("In 100 steps the loss falls")
    line = LeastSquares.line([0, 1, 3], [0, 1, 3.3])
    text = explorers.falling_loss(line, start=line.minimizer).seen
    assert text == "The run starts at the minimum, where there is no slope, and stays."


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="y must be given"):
        explorers.falling_loss([1, 2, 3])
    with pytest.raises(ValueError, match="start must have shape"):
        explorers.falling_loss([1, 2, 3], [1, 2, 4], start=(1, 2, 3))


def test_what_the_try_lines_promise(patients):
    shares = {}
    for mark in ("1/λ_max", "fastest"):
        at = next(at for at, name in patients.sliders["α"].marks.items() if name == mark)
        for length in (100, 1000, 10_000, 100_000):
            patients.position = {"α": patients.sliders["α"].values[at], "steps T": length}
            shares[mark, length] = left_in(patients.seen)
    assert shares["1/λ_max", 10_000][0] > 50 and shares["1/λ_max", 100_000][0] < 3
    assert shares["fastest", 1000][0] == shares["fastest", 1000][1] > 90
    assert shares["fastest", 100_000][0] < shares["1/λ_max", 100_000][0] / 10
    assert 1 / patients_curvature() > 100 * 1e-5


def patients_curvature():
    columns = np.column_stack([INDEX, np.ones_like(INDEX)])
    return np.linalg.eigvalsh(columns.T @ columns / len(INDEX))[-1]


# What the questions and the verdicts quote


def test_claim_1_counts():
    shares = {0.01: "3,696", 2 / (FLAT + STEEP) * STEEP / 2: "43", 0.999: "3,403"}
    for share, said in shares.items():
        left = excess(descend(X, y, START, share * 2 / STEEP, 4000))
        assert f"{np.argmax(left <= 1e-6 * left[0]):,}" == said
        assert said in SAYS["claim-too-fast"]


def test_claim_4_edges_and_the_sum():
    for n in (40, 400, 4000, 40_000):
        at, _ = datasets.line(n, rng=np.random.default_rng(1))
        columns = np.column_stack([at, np.ones(n)])
        edge = 2 / np.linalg.eigvalsh(columns.T @ columns / n)[-1]
        assert 0.915 < edge < 0.945  # "between 0.92 and 0.94", in two digits
        assert np.isclose(edge / (2 * n), 2 / np.linalg.eigvalsh(2 * columns.T @ columns)[-1])


def test_claim_6_a_rate_below_two_over_the_number_of_standardised_columns_is_safe():
    rng = np.random.default_rng(0)
    for d in (1, 2, 30):
        for alike in (0, 1, 1e6):
            table = rng.standard_normal((50, d)) + alike * rng.standard_normal((50, 1))
            table = (table - table.mean(axis=0)) / table.std(axis=0)
            columns = np.column_stack([table, np.ones(50)])
            assert np.linalg.eigvalsh(columns.T @ columns / 50)[-1] <= d * (1 + 1e-9)
    metres = datasets.houses()[0][:, 2]
    columns = np.column_stack([metres, np.ones_like(metres)])
    edge = 2 / np.linalg.eigvalsh(columns.T @ columns / len(metres))[-1]
    assert round(0.01 / edge, -4) == 110_000 and "110,000" in SAYS["claim-hundredth"]
    assert round(0.01 * patients_curvature() / 2, 1) == 3.6


def test_claim_7_two_hundred_steps_of_adam():
    theta, mean, square = START, 0.0, 0.0
    for t in range(1, 201):
        slope = H @ (theta - BEST)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        step = mean / (1 - 0.9**t) / np.sqrt(square / (1 - 0.999**t))
        theta = theta - 0.001 * step
    assert 0.8 < excess(theta) / excess(START) < 0.85
    assert np.abs(theta - START).max() < 0.25 and 4 < np.linalg.norm(BEST - START) < 5


def test_claim_10_the_intercept_has_hardly_set_out():
    columns = np.column_stack([INDEX, np.ones_like(INDEX)])
    theta = descend(columns, PROGRESSION, [0, 0], 1 / patients_curvature(), 100)
    loss = 0.5 * np.mean((theta @ columns.T - PROGRESSION) ** 2, axis=-1)
    assert (np.diff(loss) < 0).all()
    assert (round(loss[0], -2), round(loss[-1], -1)) == (14_500, 2130)
    assert round(theta[-1, 1], 2) == -0.23
    assert round(np.linalg.lstsq(columns, PROGRESSION)[0][1]) == -118
    assert round(1 - loss[-1] / loss[0], 2) == 0.85


# What the experiments compute


def test_an_average_has_the_spread_that_the_moments_give():
    """In the long run Cov(e_t, e_s) = (I − αH)^|t−s| Σ, so that of an average is a sum of these."""
    problem, rate, steps = LeastSquares(X, y), 0.3, 2000
    last, average = maths.last_and_average(problem, rate, [steps], np.random.default_rng(5))
    cloud = sampling.spread(problem, rate, 1)
    step, power = np.eye(2) - rate * H, np.eye(2)
    half = steps // 2
    total = half * cloud
    for apart in range(1, half):
        power = power @ step
        total = total + (half - apart) * (power @ cloud + (power @ cloud).T)
    expected = 0.5 * np.trace(H @ total) / half**2
    # An excess of two parts spreads about its mean by at most √2 times it: 200 runs leave a tenth.
    assert average[0] == pytest.approx(expected, rel=0.35)
    assert last[0] == pytest.approx(sampling.floor(problem, rate, 1), rel=0.35)
    assert average[0] < last[0] / 50


def test_an_average_of_one_run_is_what_a_loop_averages():
    problem = LeastSquares([[2.0, 0.0], [0.0, 1.0]], [4.0, 1.0])  # no noise: all runs end alike
    _, average = maths.last_and_average(problem, 0.1, [400], np.random.default_rng(0))
    assert average[0] < 1e-6
    same = LeastSquares([[1.0], [1.0]], [3.0, 3.0])  # each step is the same step
    theta, went = 0.0, []
    for _ in range(7):
        theta -= 0.25 * (theta - 3)
        went.append(theta)
    last, average = maths.last_and_average(same, 0.25, [7], np.random.default_rng(0))
    assert last[0] == pytest.approx(0.5 * (went[-1] - 3) ** 2)
    assert average[0] == pytest.approx(0.5 * (np.mean(went[3:]) - 3) ** 2)


def test_averages_are_of_rates_that_stay_bounded():
    with pytest.raises(ValueError, match=r"rate must be below 0\.66.*, got 0\.7"):
        maths.last_and_average(LeastSquares(X, y), 0.7, [10], np.random.default_rng(0))


def test_noisy_sines_are_legendre_polynomials_of_the_points():
    made = maths.noisy_sine(4000, np.random.default_rng(0))
    at = made.X[:, 1]
    np.testing.assert_allclose(made.X[:, 2], (3 * at**2 - 1) / 2, atol=1e-12)
    assert made.X.shape == (4000, 7) and np.std(made.y - np.sin(3 * at)) == pytest.approx(0.5, 0.03)


# What the claims say


def test_claim_2_the_numbers_last_some_2100_steps():
    growth = abs(1 - 1.2 * 2)
    apart = np.abs((START - BEST) @ np.linalg.eigh(H)[1][:, 1])
    assert 2050 < np.log(np.finfo(float).max / apart) / np.log(growth) < 2150
    factor = 1 - 2 * FLAT / (FLAT + STEEP)
    assert 380 < 200 * np.log(growth) / -np.log(factor) < 430  # "some hundreds of steps"


def test_claim_10_edges_by_the_moments_of_single_points():
    """Below the edge E‖e‖² shrinks: the map of E[e eᵀ] has no eigenvalue beyond 1."""

    def radius(rate):
        factors = [np.eye(2) - rate * np.outer(row, row) for row in X]
        return np.abs(np.linalg.eigvals(np.mean([np.kron(f, f) for f in factors], axis=0))).max()

    assert radius(0.655) < 1 < radius(0.665) and round(2 / STEEP, 2) == 0.97


def test_every_verdict_is_of_this_surface_and_four_are_true():
    path = Path(__file__).parents[2] / "notebooks/18-the-clinic-claims.ipynb"
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    rows = re.findall(r"^\| (\d+) \|.*\| (.*) \|$", text, re.MULTILINE)
    verdicts = re.findall(r"^\*\*((?:True|False|Meaningless).*?)\*\*", text, re.MULTILINE)
    assert [int(number) for number, _ in rows] == [*range(1, 15)] and len(verdicts) == 14
    for (_, row), verdict in zip(rows, verdicts, strict=True):
        assert "on this surface" in row and "on this surface" in verdict
        assert row.strip("*").split()[0] == verdict.split()[0]
    true = [k for k, verdict in enumerate(verdicts, 1) if verdict.startswith("True")]
    assert true == [2, 6, 10, 13]
