import json
from pathlib import Path

import numpy as np
import pytest

from lrlab import gradient_descent, optimizers, schedules

pytestmark = pytest.mark.filterwarnings("error")

TABLES = Path(__file__).parent / "tables"
TABLE = json.loads((TABLES / "optimizers.json").read_text(encoding="utf-8"))
HESSIAN, MINIMIZER = np.array(TABLE["hessian"]), np.array(TABLE["minimizer"])


def gradient(theta):
    return (theta - MINIMIZER) @ HESSIAN


def loss(theta):
    return 0.5 * np.sum((theta - MINIMIZER) * gradient(theta), axis=-1)


@pytest.mark.parametrize("row", TABLE["optimizers"], ids=lambda row: row["torch"])
def test_iterates_equal_pytorch(row):
    rule = getattr(optimizers, row["optimizer"])(**row["arguments"])
    rate = schedules.exponential(row["learning_rate"], row["decay"])
    run = gradient_descent(gradient, TABLE["theta0"], rate, 24, optimizer=rule)
    np.testing.assert_allclose(run.theta, row["theta"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("row", TABLE["descents"], ids=lambda row: row["torch"])
def test_descent_on_a_plateau_equals_pytorch(row):
    plateau = schedules.Plateau(row["learning_rate"], loss, **row["arguments"])
    run = gradient_descent(gradient, TABLE["theta0"], plateau, 24)
    np.testing.assert_allclose(run.theta, row["theta"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(run.learning_rate, row["rates"], rtol=1e-12)


FAMILIES = [
    (optimizers.momentum, {"beta": np.array([0.0, 0.5, 0.9])}),
    (optimizers.momentum, {"beta": np.array([0.0, 0.5, 0.9]), "nesterov": True}),
    (optimizers.adagrad, {"eps": np.array([1e-10, 1e-3, 1.0])}),
    (optimizers.rmsprop, {"rho": np.array([0.5, 0.9, 0.99]), "eps": 1e-3}),
    (optimizers.adam, {"beta1": np.array([0.0, 0.5, 0.9]), "beta2": 0.9, "eps": 1e-3}),
    (optimizers.adamw, {"beta1": 0.5, "eps": 1e-3, "weight_decay": np.array([0.0, 0.1, 2.0])}),
]


@pytest.mark.parametrize(("make", "given"), FAMILIES)
def test_a_family_equals_its_members(make, given):
    rates = np.array([[0.01], [0.1]])
    family = gradient_descent(gradient, TABLE["theta0"], rates, 30, optimizer=make(**given))
    assert family.theta.shape == (2, 3, 31, 3)
    for i, j in np.ndindex(2, 3):
        member = make(**{k: v[j] if isinstance(v, np.ndarray) else v for k, v in given.items()})
        one = gradient_descent(gradient, TABLE["theta0"], rates[i, 0], 30, optimizer=member)
        np.testing.assert_allclose(family.theta[i, j], one.theta, rtol=1e-12, atol=1e-12)


def test_momentum_moves_the_critical_rate():
    # On λ = 1 heavy-ball momentum is stable below 2(1 + β)/λ (Polyak 1964), not 2/λ.
    beta = np.array([0.0, 0.5, 0.9])
    rule = optimizers.momentum(beta)
    below = gradient_descent(lambda x: x, 1.0, 0.99 * 2 * (1 + beta), 3000, optimizer=rule)
    above = gradient_descent(lambda x: x, 1.0, 1.01 * 2 * (1 + beta), 3000, optimizer=rule)
    assert not below.diverged.any() and above.diverged.all()
    np.testing.assert_allclose(below.theta[:, -1], 0, atol=1e-3)


def written_out(rates, steps, weight_decay, beta1, beta2, eps, penalty=0.0):
    """Algorithm 2 of Loshchilov and Hutter, line by line; a penalty goes into the gradient."""
    theta, m, v = np.array(TABLE["theta0"]) + 1, 0.0, 0.0
    went = [theta]
    for t in range(1, steps + 1):
        g = gradient(theta) + penalty * theta
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        step = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        theta = theta - rates[t - 1] * step - rates[t - 1] * weight_decay * theta
        went.append(theta)
    return np.array(went)


@pytest.mark.parametrize(("weight_decay", "beta1"), [(0.0, 0.9), (0.01, 0.9), (1.5, 0.0)])
def test_adamw_is_the_algorithm_of_its_paper(weight_decay, beta1):
    rate = schedules.cosine(0.1, 300)
    rule = optimizers.adamw(beta1, 0.99, 1e-6, weight_decay)
    begin = np.array(TABLE["theta0"]) + 1
    run = gradient_descent(gradient, begin, rate, 300, optimizer=rule)
    expected = written_out(rate(np.arange(300)), 300, weight_decay, beta1, 0.99, 1e-6)
    np.testing.assert_allclose(run.theta, expected, rtol=1e-9, atol=1e-10)
    penalised = written_out(rate(np.arange(300)), 300, 0.0, beta1, 0.99, 1e-6, weight_decay)
    assert np.allclose(run.theta, penalised, atol=1e-3) == (weight_decay == 0)


def test_adamw_without_decay_is_adam():
    runs = [
        gradient_descent(gradient, np.ones(3), 0.1, 200, optimizer=rule).theta
        for rule in (optimizers.adam(0.8, 0.95, 1e-5), optimizers.adamw(0.8, 0.95, 1e-5, 0))
    ]
    np.testing.assert_array_equal(*runs)


def test_states_are_handed_on_and_not_changed():
    for make, _ in FAMILIES:
        rule, theta = make(), np.array([3.0, 4.0])
        state = rule.init(theta)
        once = rule.update(np.array([1.0, -2.0]), state, theta)[0].copy()
        again = rule.update(np.array([1.0, -2.0]), state, theta)[0]
        np.testing.assert_array_equal(once, again)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: optimizers.momentum(1.0), "beta must be at least 0 and below 1, got 1.0"),
        (lambda: optimizers.momentum([0.5, -0.1]), "beta must be .* got -0.1 at index 1"),
        (lambda: optimizers.adagrad(0.0), "eps must be positive and finite, got 0.0"),
        (lambda: optimizers.rmsprop(np.nan), "rho must be .* got nan"),
        (lambda: optimizers.rmsprop(0.9, eps=np.inf), "eps must be .* got inf"),
        (lambda: optimizers.adam(beta2=2), "beta2 must be .* got 2.0"),
        (lambda: optimizers.adamw(weight_decay=-0.1), "weight_decay must be 0 or more .* got -0.1"),
        (lambda: optimizers.adamw(eps=0), "eps must be positive and finite, got 0.0"),
        (lambda: optimizers.adamw([0.1, 0.2], weight_decay=[1, 2, 3]), r"weight_decay \(3,\)"),
        (lambda: optimizers.adam([0.1, 0.2], [0.1, 0.2, 0.3]), r"beta1 \(2,\), beta2 \(3,\)"),
    ],
)
def test_bad_parameters_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
