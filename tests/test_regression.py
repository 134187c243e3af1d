import copy
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lrlab
from lrlab import LeastSquares

pytestmark = pytest.mark.filterwarnings("error")
quick = settings(max_examples=40, deadline=None)


@st.composite
def problems(draw):
    """Designs of full rank, their columns up to a thousand times apart in size."""
    d = draw(st.integers(1, 4))
    n = draw(st.integers(d + 2, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = 10.0 ** rng.uniform(-1.5, 1.5, d)
    return LeastSquares(rng.normal(size=(n, d)) * sizes, rng.normal(size=n))


def raw_loss(problem, theta):
    """½ of the mean squared error, as the textbook writes it."""
    return np.mean((problem.X @ theta - problem.y) ** 2) / 2


@quick
@given(problems())
def test_minimizer_equals_lstsq_and_no_neighbour_is_better(problem):
    expected = np.linalg.lstsq(problem.X, problem.y)[0]
    np.testing.assert_allclose(problem.minimizer, expected, rtol=1e-8)
    np.testing.assert_allclose(problem.minimum, raw_loss(problem, expected), rtol=1e-10)
    for nudge in np.concatenate([np.eye(expected.size), -np.eye(expected.size)]):
        assert raw_loss(problem, expected + 1e-3 * nudge) > problem.minimum


@quick
@given(problems(), st.integers(0, 1000))
def test_loss_is_half_the_mean_squared_error(problem, seed):
    theta = np.random.default_rng(seed).normal(size=(5, 3, problem.minimizer.size))
    expected = [[raw_loss(problem, one) for one in row] for row in theta]
    np.testing.assert_allclose(problem.loss(theta), expected, rtol=1e-9)


@quick
@given(problems(), st.integers(0, 1000))
def test_gradient_equals_central_differences(problem, seed):
    d = problem.minimizer.size
    theta = np.random.default_rng(seed).normal(size=d)
    # A quadratic has no third derivative: central differences err by rounding alone.
    expected = [
        (raw_loss(problem, theta + e) - raw_loss(problem, theta - e)) / 2 for e in np.eye(d)
    ]
    gradient = problem.gradient(theta)
    np.testing.assert_allclose(gradient, expected, rtol=1e-8, atol=1e-8 * np.abs(expected).max())
    pair = problem.gradient(np.stack([2 * theta, theta]))
    np.testing.assert_allclose(pair[1], gradient, rtol=1e-12, atol=1e-12 * np.abs(gradient).max())


@quick
@given(problems())
def test_curvatures_are_eigenvalues_of_the_hessian(problem):
    n = len(problem.y)
    hessian = [[a @ b / n for a in problem.X.T] for b in problem.X.T]
    np.testing.assert_allclose(problem.hessian, hessian, rtol=1e-12, atol=1e-12)
    expected = np.linalg.eigvalsh(hessian)
    np.testing.assert_allclose(problem.curvatures, expected, rtol=1e-8)
    np.testing.assert_allclose(problem.critical_rate, 2 / expected[-1])
    np.testing.assert_allclose(problem.fastest_rate, 2 / (expected[0] + expected[-1]), rtol=1e-8)
    np.testing.assert_allclose(problem.condition_number, expected[-1] / expected[0], rtol=1e-8)


def test_excess_is_exact_over_thirty_decades_on_unscaled_data():
    area, price = lrlab.datasets.houses(n=20)
    problem = LeastSquares(np.column_stack([area, np.ones(20)]), price)
    assert problem.condition_number > 1e7
    direction = np.array([0.3, -0.7, 0.02, 11.0])
    for size in 10.0 ** -np.arange(0, 16):
        theta = problem.minimizer + size * direction
        error = [Fraction(a) - Fraction(b) for a, b in zip(theta, problem.minimizer, strict=True)]
        fitted = [
            sum(Fraction(x) * e for x, e in zip(row, error, strict=True)) for row in problem.X
        ]
        exact = sum(f * f for f in fitted) / (2 * len(fitted))
        np.testing.assert_allclose(problem.excess(theta), float(exact), rtol=1e-9)


def test_a_line_has_slope_and_intercept():
    x = np.array([0.0, 1.0, 4.0])
    problem = LeastSquares.line(x, 2 * x + 3)
    np.testing.assert_allclose(problem.minimizer, [2, 3])
    assert problem.minimum == pytest.approx(0, abs=1e-25)


def test_dependent_columns_are_flat_directions():
    x = np.array([1.0, 2.0, 3.0])
    problem = LeastSquares(np.column_stack([x, 2 * x, np.ones(3)]), x)
    assert problem.curvatures[0] == 0 and problem.curvatures[1] > 0
    assert problem.condition_number == np.inf
    assert problem.excess(problem.minimizer + [2, -1, 0]) == pytest.approx(0, abs=1e-25)
    assert problem.fastest_rate == pytest.approx(2 / problem.curvatures[1:].sum())
    fewer_rows = LeastSquares([[1.0, 2.0, 3.0]], [1.0])
    np.testing.assert_allclose(fewer_rows.curvatures, [0, 0, 14])


def test_the_edges_belong_to_the_regime_below_them():
    for seed in range(50):
        problem = LeastSquares.line(*lrlab.datasets.line(rng=np.random.default_rng(seed)))
        largest = np.linalg.eigvalsh(problem.hessian)[-1]
        for critical in problem.critical_rate, 2 / largest:
            rates = critical * np.array([0.25, 0.5, 0.5001, 1, 1.0001])
            assert problem.regime(rates).tolist() == [
                *("monotone", "monotone", "oscillating", "oscillating", "diverging")
            ]
    assert problem.regime(problem.critical_rate) == "oscillating"
    assert problem.regime(np.full((2, 3), 1e-9)).shape == (2, 3)


def test_regime_bounds_are_where_regimes_change():
    problem = LeastSquares([[2.0]], [1.0])
    bounds = [problem.regime_bounds(name) for name in ("monotone", "oscillating", "diverging")]
    np.testing.assert_allclose(bounds, [(0, 0.25), (0.25, 0.5), (0.5, np.inf)])


def test_critical_rate_depends_on_units_and_not_on_how_many_examples():
    x, y = lrlab.datasets.line()
    metres = LeastSquares(x[:, None], y)
    twice = LeastSquares(np.concatenate([x, x])[:, None], np.concatenate([y, y]))
    millimetres = LeastSquares(1000 * x[:, None], y)
    np.testing.assert_allclose(twice.critical_rate, metres.critical_rate)
    np.testing.assert_allclose(millimetres.critical_rate, metres.critical_rate / 1e6)


def test_the_data_are_needed_only_to_construct():
    X = np.random.default_rng(0).normal(size=(1000, 2))
    problem = LeastSquares(X, X[:, 0])
    theta = np.ones((200, 2))
    before = problem.loss(theta), problem.gradient(theta), problem.excess(theta)
    X[:] = np.nan
    object.__setattr__(problem, "X", None)
    object.__setattr__(problem, "y", None)
    after = problem.loss(theta), problem.gradient(theta), problem.excess(theta)
    np.testing.assert_array_equal(before[0], after[0])
    np.testing.assert_array_equal(before[1], after[1])
    np.testing.assert_array_equal(before[2], after[2])
    # Whatever is left has d entries an axis, so a step costs the same for any n.
    kept = [value for value in vars(problem).values() if isinstance(value, np.ndarray)]
    assert {value.shape for value in kept} == {(2, 2), (2,)}


def test_it_cannot_be_changed():
    problem = LeastSquares([[1.0], [2.0]], [1.0, 2.0])
    with pytest.raises(AttributeError):
        problem.minimum = 0.0
    with pytest.raises(ValueError, match="read-only"):
        problem.hessian[0, 0] = 1


@pytest.mark.parametrize("protocol", range(6))
def test_it_is_stored_and_copied_with_all_that_is_known_and_stays_read_only(protocol):
    problem = LeastSquares([[1.0, 1.0], [2.0, 1.0], [4.0, 1.0]], [1.0, 2.0, 9.0])
    stored = pickle.loads(pickle.dumps(problem, protocol=protocol))
    for again in stored, copy.copy(problem), copy.deepcopy(problem):
        assert again == problem and hash(again) == hash(problem)
        assert vars(again).keys() == vars(problem).keys()
        for name, value in vars(problem).items():
            np.testing.assert_array_equal(getattr(again, name), value)
            assert not np.asarray(getattr(again, name)).flags.writeable or name == "minimum"
        assert again.loss([1.0, 1.0]) == problem.loss([1.0, 1.0])


def test_problems_are_equal_when_their_data_are():
    X, y = np.array([[1.0, 1.0], [2.0, 1.0]]), np.array([1.0, 0.0])
    problem = LeastSquares(X, y)
    for same in LeastSquares(X.tolist(), [1, -0.0]), LeastSquares(np.asfortranarray(X), y):
        assert same == problem and hash(same) == hash(problem) and len({same, problem}) == 1
    for other in (
        LeastSquares(X, 2 * y),
        LeastSquares(2 * X, y),
        LeastSquares(X[:1], y[:1]),
        X,
        None,
    ):
        assert not np.any(problem == other)


def test_loss_of_what_is_far_away_is_large_and_silent():
    problem = LeastSquares([[1e3, 1.0], [2.0, -1e3]], [1.0, 2.0])
    assert problem.loss([1e150, -1e150]) > 1e300
    assert problem.loss([1e300, -1e300]) == np.inf


@pytest.mark.parametrize(
    ("X", "y", "error", "message"),
    [
        ([1.0, 2.0], [1.0, 2.0], ValueError, r"X must have shape \(≥ 1, ≥ 1\), got \(2,\)"),
        (np.ones((0, 2)), [], ValueError, r"X must have shape .*, got \(0, 2\)"),
        (np.ones((2, 0)), [1.0, 2.0], ValueError, r"X must have shape .*, got \(2, 0\)"),
        (np.ones((2, 1)), [1.0], ValueError, r"y must have shape \(2,\), got \(1,\)"),
        (np.ones((2, 1)), np.ones((2, 1)), ValueError, r"y must have shape \(2,\), got \(2, 1\)"),
        ([[1.0], [np.nan]], [1.0, 2.0], ValueError, r"X must be finite, got nan at index \(1, 0\)"),
        ([[1.0], [2.0]], [1.0, np.inf], ValueError, "y must be finite, got inf at index 1"),
        ([[0.0], [0.0]], [1.0, 2.0], ValueError, "X must reach beyond .* got 0.0"),
        ([[1e200], [0.0]], [1.0, 2.0], ValueError, r"X must reach beyond .* got 1e\+200"),
        ([[1.0], [0.0]], [1.0, -1e200], ValueError, r"y must stay below .* got 1e\+200"),
        ([["a"], ["b"]], [1.0, 2.0], TypeError, "X must be a number or an array of numbers"),
        ([[1.0], [2.0, 3.0]], [1.0, 2.0], TypeError, "X must be a number or an array of numbers"),
        ([[1.0], [1j]], [1.0, 2.0], TypeError, "X must be .* got an array of complex128"),
        (None, [1.0], TypeError, "X must be .* got None"),
    ],
)
def test_bad_data_are_refused(X, y, error, message):
    with pytest.raises(error, match=message):
        LeastSquares(X, y)


def test_a_line_refuses_columns_and_what_does_not_match():
    with pytest.raises(ValueError, match=r"x must have shape \(≥ 1,\), got \(3, 1\)"):
        LeastSquares.line(np.ones((3, 1)), np.ones(3))
    with pytest.raises(ValueError, match=r"y must have shape \(3,\), got \(3, 1\)"):
        LeastSquares.line(np.ones(3), np.ones((3, 1)))


def test_bad_questions_are_refused():
    problem = LeastSquares.line(*lrlab.datasets.line())
    for ask in problem.loss, problem.gradient, problem.excess:
        with pytest.raises(ValueError, match=r"theta must have shape \(..., 2\), got \(3,\)"):
            ask([1.0, 2.0, 3.0])
    for rate in 0, -0.1, np.nan, np.inf, [0.1, -0.1]:
        with pytest.raises(ValueError, match="learning_rate must be positive and finite, got"):
            problem.regime(rate)
    with pytest.raises(ValueError, match=r"regime must be one of monotone.* got 'explosive'"):
        problem.regime_bounds("explosive")
