"""The lesson against plain loops: the exercises without a run, the patients and the checkers."""

import re
from collections import OrderedDict
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from lrlab import LeastSquares, datasets, exercises, gradient_descent
from lrlab.lessons.the_clinic_programs.maths import patients
from lrlab.predict import questions

SAYS = {
    name: " ".join([each["question"], *(choice["says"] for choice in each["choices"])])
    for name, each in questions().items()
    if name.startswith(("program-", "matrix-"))
}


def test_program_5_overflows_where_it_is_said_to():
    rows = np.random.RandomState(0).uniform(size=(100, 10))
    curvature = np.linalg.svd(rows)[1][0] ** 2 * 2
    assert round(2 / curvature, 4) == 0.0039 and "0.0039" in SAYS["program-sum"]
    assert 4 < abs(1 - 0.01 * curvature) < 4.5
    assert 480 < np.log(np.finfo(float).max) / np.log(0.01 * curvature - 1) < 510


def test_the_matrix_comes_back_where_it_is_said_to():
    W, losses = np.random.default_rng(3).standard_normal((10, 10)), []
    for t in range(300):
        losses.append(np.mean(W**2))
        W = W - 1000 / np.sqrt(t + 1) * 2 * W / W.size
    assert np.argmax(losses[:100]) == 99 and max(losses) > 1e65 * losses[0]
    below = [t for t in range(1, 300) if losses[t] < losses[0]]
    assert below[0] == 230 and "step 230" in SAYS["matrix-thousand"]
    assert np.isclose(losses[1] / losses[0], 19**2) and "by −19" in SAYS["matrix-thousand"]


# The patients


def test_the_patients_have_what_they_are_said_to_have():
    runs = patients()
    assert len({each[0] for each in runs.values()}) == 1
    assert runs["A"][-1] > 100 * runs["A"][0] and runs["A"].min() < runs["A"][0]
    assert np.ptp(runs["B"][150:]) < 1e-6 and runs["B"][-1] > 0.1
    assert runs["C"][100] < 1e-10
    assert (np.diff(runs["D"]) < 0).all() and 0.1 < runs["D"][-1] < 0.5 * runs["D"][100]
    late = runs["E"][150:]
    assert np.count_nonzero(np.diff(late) > 0) > 30 and 1e-3 < late.mean() < 0.1


def test_a_patient_is_a_plain_loop():
    x, y = datasets.line()
    theta, H = np.array([-2.0, 4.0]), np.array([[np.mean(x**2), x.mean()], [x.mean(), 1]])
    best = np.linalg.solve(H, [np.mean(x * y), y.mean()])
    for t in range(41):
        error = theta - best
        assert patients(40)["D"][t] == pytest.approx(0.5 * error @ H @ error)
        theta = theta - 0.02 * H @ error


# The checkers

RIGHT = {"A": "too large", "B": "stops short", "C": "right", "D": "too small", "E": "noise floor"}


def refuses(y, prediction):
    if np.shape(y) != np.shape(prediction):
        raise ValueError("shapes differ")
    return np.mean((y - prediction) ** 2)


def asserts(y, prediction):
    assert y.shape == prediction.shape
    return np.square(np.subtract(y, prediction)).mean()


def by_loop(y, prediction):
    if y.shape != prediction.shape:
        raise TypeError
    total = 0.0
    for one, other in zip(y.ravel(), prediction.ravel(), strict=True):
        total += (one - other) ** 2
    return total / y.size


def makes_alike(y, prediction):
    y, prediction = np.ravel(y), np.ravel(prediction)
    if len(y) != len(prediction):
        raise ValueError("not as many")
    return [np.mean((y - prediction) ** 2)]


def in_place(y, prediction):
    y -= prediction.reshape(y.shape)
    y *= y
    return y.mean()


def flat_only(y, prediction):
    if y.ndim != 1 or y.shape != prediction.shape:
        raise ValueError("give flat arrays")
    return (y - prediction) @ (y - prediction) / len(y)


def says_nan(y, prediction):
    return np.mean((y - prediction) ** 2) if y.shape == prediction.shape else np.nan


def strict(y, prediction):
    y, prediction = y.flatten().tolist(), prediction.flatten().tolist()
    return sum((a - b) ** 2 for a, b in zip(y, prediction, strict=True)) / len(y)


def same_number_of_axes(y, prediction):
    if y.ndim != prediction.ndim:
        raise ValueError("axes differ")
    return np.mean((y - prediction) ** 2)


def same_size_only(y, prediction):
    if y.size != prediction.size:
        raise ValueError("sizes differ")
    return np.mean((y - prediction) ** 2)


def same_length_only(y, prediction):
    if len(y) != len(prediction):
        raise ValueError("lengths differ")
    return np.mean((y - prediction) ** 2)


def training(x, y, learning_rate, steps, times=1.0, divide=True, with_x=True, in_turn=False,
             in_both=False, once=False):  # fmt: skip
    w = b = 0.0
    for _ in range(1 if once else steps):
        error = times * (w * x + b - y) / (len(x) if divide else 1)
        w = w - learning_rate * np.sum(error * x if with_x else error)
        if in_turn:
            error = times * (w * x + b - y) / (len(x) if divide else 1)
        b = b - learning_rate * np.sum(error * x if in_both else error)
    return w, b


def with_fault(**fault):
    return lambda *arguments: training(*arguments, **fault)


def by_gradient_descent(x, y, learning_rate, steps):
    problem = LeastSquares.line(x, y)
    return gradient_descent(problem.gradient, [0, 0], learning_rate, steps).theta[-1]


def by_matrix(x, y, learning_rate, steps):
    X, theta = np.column_stack([x, np.ones_like(x)]), np.zeros(2)
    for _ in range(steps):
        theta -= learning_rate * X.T @ (X @ theta - y) / len(y)
    return theta


def by_power(x, y, learning_rate, steps):
    X = np.column_stack([x, np.ones_like(x)])
    best = np.linalg.lstsq(X, y)[0]
    step = np.eye(2) - learning_rate * X.T @ X / len(y)
    return tuple(best - np.linalg.matrix_power(step, steps) @ best)


def by_recursion(x, y, learning_rate, steps):
    if steps == 0:
        return np.zeros(2)
    w, b = by_recursion(x, y, learning_rate, steps - 1)
    error = w * x + b - y
    return np.array([w - learning_rate * np.mean(error * x), b - learning_rate * np.mean(error)])


def by_moments(x, y, learning_rate, steps):
    w, b = 0.0, 0.0
    for _ in range(steps):
        slopes = w * (x @ x) + b * sum(x) - x @ y, w * sum(x) + b * len(x) - sum(y)
        w, b = (value - learning_rate * s / len(x) for value, s in zip((w, b), slopes, strict=True))
    return np.array([[w], [b]])


def by_points(x, y, learning_rate, steps):
    w = b = 0.0
    for _ in range(steps):
        dw = db = 0.0
        for one, height in zip(x.tolist(), y.tolist(), strict=True):
            dw += (w * one + b - height) * one / len(x)
            db += (w * one + b - height) / len(x)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return [np.float64(w), b]


ANSWERS = {
    "diagnose": (
        exercises.diagnose,
        [RIGHT, dict(reversed(RIGHT.items())), OrderedDict(RIGHT), MappingProxyType(RIGHT),
         pd.Series(RIGHT), list(RIGHT.values()), tuple(RIGHT.values()), list(RIGHT.items()),
         {key.lower(): value for key, value in RIGHT.items()}, np.array([*RIGHT.values()]),
         {key: value.capitalize() + " " for key, value in RIGHT.items()}, RIGHT.items(),
         (value for value in RIGHT.values())],
        ["right", {"A": "right"}, {**RIGHT, "B": "noise floor"}, {**RIGHT, "D": "stops short"},
         {**RIGHT, "E": "too hot"}, {**RIGHT, "A": ...}, {**RIGHT, "C": ["right"]}, 3, None, [],
         list(RIGHT.values())[::-1], {**RIGHT, "F": "right"}, ["right"] * 5, "ABCDE",
         {**RIGHT, "A": "too small", "D": "too large"}, {said: key for key, said in RIGHT.items()},
         list(RIGHT.values())[:4], {**RIGHT, "E": None}, np.ones(5)],
    ),
    "honest_mse": (
        exercises.honest_mse,
        [refuses, asserts, by_loop, makes_alike, in_place, flat_only, says_nan, strict,
         lambda y, p: refuses(y.ravel(), p.ravel()),
         lambda y, p: np.array(refuses(np.squeeze(y), np.squeeze(p)))],
        [lambda y, p: np.mean((y - p) ** 2), lambda y, p: 0.5 * np.mean((y - p).ravel() ** 2),
         lambda y, p: np.mean((np.ravel(y) - np.ravel(p)) ** 2), same_number_of_axes,
         same_size_only, same_length_only, lambda y, p: np.var(np.ravel(y) - np.ravel(p)),
         lambda y, p: np.sqrt(refuses(y, p)), lambda y, p: refuses(y, p) * len(y),
         lambda y, p: np.mean(np.abs(y - p)), lambda y, p: 1 / 0, lambda y, p: "1.5",
         lambda y, p: round(float(refuses(y, p)), 1), lambda y, p: (y - p) ** 2, 0.36,
         lambda y, p: np.mean((y.reshape(-1, 1) - p.reshape(-1, 1)) ** 2),
         lambda y, p: sum((a - b) ** 2 for a, b in zip(y.flat, p.flat, strict=False)) / y.size,
         lambda y, p: np.mean((y - np.resize(p, y.shape)) ** 2), lambda y, p: refuses(y, y)],
    ),
    "trains": (
        exercises.trains,
        [training, lambda *a: list(training(*a)), by_gradient_descent, by_matrix, by_power,
         by_recursion, by_moments, by_points, lambda *a: np.float32(training(*a))],
        [with_fault(times=-1), with_fault(with_x=False), with_fault(divide=False),
         with_fault(times=2), with_fault(in_turn=True), lambda *a: (0, 0), lambda *a: 3,
         with_fault(in_both=True), with_fault(once=True), with_fault(times=0.5),
         lambda x, y, rate, steps: training(x, y, rate, steps - 1), lambda *a: (1.0, 2.0),
         lambda x, y, rate, steps: training(x, y, 0.01, steps), "w, b", lambda *a: None,
         lambda x, y, rate, steps: training(x, y, rate, 3),
         lambda x, y, rate, steps: training(x, y, rate, steps)[::-1],
         lambda x, y, rate, steps: np.linalg.lstsq(np.column_stack([x, 0 * x + 1]), y)[0],
         lambda x, y, rate, steps: training(x, y, rate * len(x) / 25, steps)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_wrong_in_different_ways_is_told_in_different_ways(name):
    check, _, wrong = ANSWERS[name]
    verdicts = [check(each) for each in wrong]
    assert len({verdict.text for verdict in verdicts}) >= 6
    assert not any(re.search(r"Traceback|A: too large", verdict.text) for verdict in verdicts)
    assert check(...).passed is None


def test_arrays_that_are_flat_already_do_not_mislead():
    said = exercises.honest_mse(lambda y, p: np.mean((y.ravel() - p.ravel()) ** 2)).text
    assert said.startswith("For shapes (25,) and (1,) it returns a number.")


def test_empty_functions_are_not_attempted():
    def empty(*arguments): ...

    assert exercises.trains(empty).passed is None
    assert exercises.honest_mse(lambda y, prediction: ...).passed is None


def test_of_several_faults_one_is_told_at_a_time():
    told = [
        exercises.trains(with_fault(times=-1, with_x=False, divide=False)).text,
        exercises.trains(with_fault(with_x=False, divide=False)).text,
        exercises.trains(with_fault(divide=False)).text,
    ]
    assert [text.split()[0:3] for text in told] == [
        ["It", "walks", "uphill:"], ["The", "slope's", "gradient"], ["The", "mean", "is"],
    ]  # fmt: skip
