"""Whatever a user brings as whatever argument: an error that names it, or a right answer.

The functions are found by looking, so that a new one is tried as soon as it has an example here.
"""

import collections
import contextlib
import dataclasses
import datetime
import functools
import importlib
import inspect
import re
import time
import warnings
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning

import lrlab
from lrlab import LeastSquares, optimizers, schedules
from lrlab.estimator import GradientDescentRegressor
from lrlab.lessons.in_scikit_learn.maths import Epochs

PACKAGE = Path(lrlab.__file__).parent
INDEXES = {"explorers", "exercises", "predict"}
# The helper module, and what single lessons compute.
MODULES = {path.stem: f"lrlab.{path.stem}" for path in PACKAGE.glob("[a-z]*.py")} | {
    path.parent.name: f"lrlab.lessons.{path.parent.name}.maths"
    for path in PACKAGE.glob("lessons/*/maths.py")
}

# What a function answers; nobody makes one by hand.
RECORDS = {
    "Average",
    "Epochs",
    "Fewest",
    "Found",
    "Optimizer",
    "PlateauState",
    "Schedule",
    "ScheduleFree",
    "Trajectory",
}

# Called by gradient descent alone, at each step, with what it has made itself.
INTERNAL = {"Plateau.init", "Plateau.update"}

SECONDS = 2


def problem():
    return LeastSquares([[1.0, 1.0], [2.0, 1.0], [4.0, 1.0]], [3.0, 5.0, 7.5])


def rng():
    return np.random.default_rng(0)


def slope(theta):
    return 2.0 * np.asarray(theta)


def height(theta):
    return np.sum(np.square(theta), axis=-1)


def fit(X=((0.0,), (1.0,), (2.0,)), y=(3.0, 5.0, 7.0), sample_weight=None, **parameters):
    model = GradientDescentRegressor(**{"max_iter": 200} | parameters)
    model.fit(X, y, sample_weight)
    return model.coef_, model.intercept_


def predict(X):
    return GradientDescentRegressor().fit([[0.0], [1.0], [2.0]], [3.0, 5.0, 7.0]).predict(X)


def stepped(schedule):
    """The schedule of an example, as a function of the step."""
    return lambda step: schedule(step)


FINDER = {"gradient": slope, "loss": height, "theta0": [1.0, 2.0]}
RANGE = FINDER | {"low": 0.0625, "high": 4.0}
TURNED = {"problem": problem, "degrees": [30.0, 45.0]}
BALL = {"learning_rate": [0.25, 0.5], "beta": 0.5, "curvature": [1.0, 2.0], "nesterov": False}
RUN = {"theta0": [1.0, 2.0], "learning_rate": [0.25, 0.5], "steps": 4, "optimizer": None}
RATES = {"rate": [0.5, 0.25]}
SLOW = {"problem": problem, "learning_rate": [0.0625, 0.125], "batch_size": 2}
PLATEAU = {"loss": height, "factor": 0.5, "patience": 2, "threshold": 0.25, "relative": True,
           "cooldown": 1, "min_rate": 0.0, "min_change": 0.0}  # fmt: skip

# Of each function the arguments of a call that works: numbers are floats, whole numbers are ints,
# each exact in any float, and what is made anew for each call is the function that makes it.
EXAMPLES = {
    "whose_alpha.scales": {"n": 3},
    "whose_alpha.critical_rates": {"problem": problem},
    "whose_alpha.safe_rate": {"problem": problem},
    "whose_alpha.one_pass": {"problem": problem, "learning_rate": [0.0625, 0.125]},
    "whose_alpha.pass_growth": {"problem": problem, "learning_rate": [0.0625, 0.125]},
    "whose_alpha.pass_critical_rate": {"problem": problem},
    "whose_alpha.pass_edges": {"problem": problem, "fineness": 20},
    "whose_alpha.pass_regime": {"problem": problem, "learning_rate": [0.0625, 0.125]},
    "whose_alpha.regimes": {"problem": problem, "learning_rate": [0.0625, 0.125]},
    "whose_alpha.descend_by_passes": {
        "problem": problem, "theta0": [1.0, 2.0], "learning_rate": [0.0625, 0.125], "passes": 3,
    },
    "whose_alpha.where_passes_settle": {"problem": problem, "learning_rate": [0.0625, 0.125]},
    "averaging.tail": {"theta": [[1.0, 2.0], [0.5, 0.25], [4.0, 8.0]], "share": 0.5},
    "averaging.ema": {"theta": [[1.0, 2.0], [0.5, 0.25], [4.0, 8.0]], "decay": 0.5},
    "averaging.schedule_free": {
        "gradient": slope, "theta0": [1.0, 2.0], "learning_rate": [0.25, 0.5], "steps": 4,
        "beta": [0.5, 0.75], "warmup_steps": 2,
    },
    "fix_the_data.pairs": {"table": [[1.0, 2.0], [2.0, 1.0], [3.0, 4.0], [4.0, 3.0]]},
    "how_large_a_batch.fewest_steps": {
        "problem": problem, "theta0": [1.0, 2.0], "targets": [2.0, 0.5], "sizes": [1, 3],
        "rates": 5, "most": 9,
    },
    "how_large_a_batch.critical_batch_size": {"steps": [8.0, 4.0, 3.0], "sizes": [1, 2, 4]},
    "datasets.line": {"n": 5, "slope": 2.0, "intercept": 3.0, "noise": 0.5, "rng": rng},
    "datasets.houses": {"n": 5, "rng": rng},
    "datasets.any_scale": {"n": 12, "rng": rng},
    "datasets.diabetes": {"feature": "bmi"},
    "datasets.digits": {"which": 3},
    "datasets.sentences": {},
    "descent.gradient_descent": {"gradient": slope} | RUN,
    "descent.stochastic_gradient_descent": {"problem": problem, "batch_size": 2, "rng": rng} | RUN,
    "do_you_have_to.mean_tail": SLOW | {
        "theta0": [1.0, 2.0], "times": [1, 3], "share": [0.0, 0.5],
    },
    "do_you_have_to.mean_run": SLOW | {
        "theta0": [1.0, 2.0], "weights": [1.0, 0.5, 0.25], "beta": 0.5,
    },
    "estimator.GradientDescentRegressor": {
        "learning_rate": 0.25, "max_iter": 200, "tol": 0.0625, "fit_intercept": True,
        "optimizer": None,
    },
    "estimator.GradientDescentRegressor.fit": {
        "X": [[0.0], [1.0], [2.0], [4.0]], "y": [3.0, 5.0, 7.0, 8.0],
        "sample_weight": [1.0, 0.5, 0.25, 1.0],
    },
    "estimator.GradientDescentRegressor.predict": {"X": [[0.0], [1.0], [2.0]]},
    "finders.grid_search": RANGE | {"trials": 3, "steps": 2},
    "finders.random_search": RANGE | {"trials": 3, "steps": 2, "rng": rng},
    "finders.range_test": RANGE | {"steps": 5, "rule": "least", "stop": 4.0},
    "finders.backtracking": FINDER | {
        "rate": 4.0, "gradients": 9, "slope": 0.25, "shrink": 0.5, "grow": 1.5,
    },
    "finders.power_iteration": {
        "gradient": slope, "theta0": [1.0, 2.0], "iterations": 3, "length": 0.5, "rng": None,
    },
    "finders.two_point": {
        "gradient": slope, "theta0": [1.0, 2.0], "rate": 0.25, "steps": 4, "short": True,
    },
    "finders.polyak": FINDER | {"minimum": -0.5, "steps": 4},
    "finders.dog": {"gradient": slope, "theta0": [1.0, 2.0], "steps": 4, "first": 0.25},
    "momentum.kept": BALL,
    "momentum.ripples": BALL,
    "momentum.edge": {"beta": 0.5, "curvature": [1.0, 2.0], "nesterov": True},
    "momentum.best": {"low": 1.0, "high": 4.0},
    "descent.least_worst": {"steps": [1, 4], "condition": 4.0},
    "momentum.noise_floor": {
        "problem": problem, "learning_rate": 0.0625, "beta": 0.5, "batch_size": 2,
    },
    "momentum.noisy_edge": {"problem": problem, "beta": 0.5, "batch_size": 2, "halvings": 8},
    "momentum.region": {"share": [1.0, 0.75], "low": 1.0, "high": 4.0},
    "beyond_the_bowl.Logistic": {
        "X": [[1.0, 1.0], [2.0, 1.0], [4.0, 1.0]], "y": [0.0, 1.0, 1.0], "penalty": 0.5,
    },
    **{f"beyond_the_bowl.Logistic.{name}": {"theta": [[1.0, 2.0], [0.5, 0.25]]}
       for name in ("probabilities", "loss", "gradient", "hessian", "excess")},
    "beyond_the_bowl.TwoMinima": {"sharp": [8.0, 20.0], "flat": [1.0, 2.0], "height": 1.5},
    **{f"beyond_the_bowl.TwoMinima.{name}": {"theta": [[1.0, 2.0], [0.5, 0.25]]}
       for name in ("loss", "gradient", "hessian", "excess")},
    "beyond_the_bowl.TwoMinima.reached": {"theta": [[1.0, 2.0], [0.5, 0.25]], "within": 0.5},
    "past_the_edge.left": {"rates": [[0.25, 0.5], [0.5, 0.75]], "curvature": [1.0, 2.0]},
    "past_the_edge.worst": {"rates": [[0.25, 0.5], [0.5, 0.75]], "low": 1.0, "high": 4.0},
    "past_the_edge.between": {"low": 1.0, "high": 4.0, "pieces": 4},
    "the_clinic_claims.noisy_sine": {"n": 5, "rng": rng},
    "the_clinic_claims.last_and_average": {
        "problem": problem, "rate": 0.0625, "times": [3, 8], "rng": rng,
    },
    "the_clinic_programs.patients": {"steps": 5},
    "two_weights_deep.TwoWeights": {"x": [1.0, 2.0, 4.0], "y": [2.0, 3.0, 9.0]},
    **{f"two_weights_deep.TwoWeights.{name}": {"theta": [[1.0, 2.0], [0.5, 0.25]]}
       for name in ("loss", "excess", "gradient", "sharpness")},
    "two_weights_deep.network_run": {"learning_rate": 0.25, "steps": 2, "every": 2},
    "two_weights_deep.network_start": {"seed": 1},
    **{f"two_weights_deep.network_{name}": {"theta": [0.125] * 1200}
       for name in ("loss", "gradient", "sharpness")},
    **{f"two_weights_deep.digits_{name}": {"theta": [0.125] * 65}
       for name in ("loss", "gradient")},
    "optimizers.momentum": {"beta": [0.5, 0.25], "nesterov": False},
    "optimizers.adagrad": {"eps": [0.5, 0.25]},
    "optimizers.rmsprop": {"rho": [0.5, 0.25], "eps": 0.25},
    "optimizers.adam": {"beta1": [0.5, 0.25], "beta2": 0.75, "eps": 0.25},
    "optimizers.adamw": {"beta1": [0.5, 0.25], "beta2": 0.75, "eps": 0.25, "weight_decay": 0.5},
    "regression.LeastSquares": {"X": [[1.0, 1.0], [2.0, 1.0], [4.0, 1.0]], "y": [3.0, 5.0, 7.5]},
    "regression.LeastSquares.line": {"x": [1.0, 2.0, 4.0], "y": [3.0, 5.0, 7.5]},
    **{f"regression.LeastSquares.{name}": {"theta": [[1.0, 2.0], [0.5, 0.25]]}
       for name in ("loss", "excess", "gradient")},
    "regression.LeastSquares.split": {
        "theta": [1.0, 2.0], "learning_rate": [0.25, 0.5], "steps": [1.0, 2.0],
    },
    "regression.LeastSquares.after": {
        "theta": [1.0, 2.0], "learning_rate": [0.25, 0.5], "steps": [1, 2],
    },
    "regression.LeastSquares.steps_to": {"share": 0.25},
    "regression.LeastSquares.level_set": {"excess": [0.5, 1.0], "points": 5},
    "regression.LeastSquares.regime": {"learning_rate": [0.25, 0.5]},
    "regression.LeastSquares.regime_bounds": {"regime": "monotone"},
    "one_alpha_per_coordinate.own_angle": {"problem": problem},
    "one_alpha_per_coordinate.directions": TURNED,
    "one_alpha_per_coordinate.turned": TURNED | {"theta": [[1.0, 2.0], [0.5, 0.25]]},
    "one_alpha_per_coordinate.hessian": TURNED,
    "one_alpha_per_coordinate.gradient": TURNED,
    "one_alpha_per_coordinate.excess": TURNED | {"error": [[1.0, 2.0], [0.5, 0.25]]},
    "one_alpha_per_coordinate.scaled_condition": TURNED,
    "sampling.second_moment_map": SLOW,
    "sampling.critical_rate": {"problem": problem, "batch_size": 2, "halvings": 20},
    "sampling.spread": SLOW,
    "sampling.floor": SLOW,
    "sampling.average_run": {
        "problem": problem, "theta0": [1.0, 2.0], "rates": [0.25, 0.125, 0.125],
        "times": [0, 1, 3], "batch_size": 2,
    },
    "sampling.mean_excess": SLOW | {"theta0": [1.0, 2.0], "steps": 3},
    "sampling.steps_to": SLOW | {"theta0": [1.0, 2.0], "target": [2.0, 0.5], "most": 5},
    "sampling.lyapunov": SLOW | {"steps": 3, "runs": 2, "rng": rng},
    "schedules.constant": RATES,
    "schedules.linear": RATES | {"steps": [4, 5], "end": 0.25},
    "schedules.polynomial": RATES | {"steps": [4, 5], "power": [2.0, 1.5], "end": 0.25},
    "schedules.exponential": RATES | {"decay": [0.5, 0.75]},
    "schedules.step": RATES | {"drop": [0.5, 0.75], "every": [2, 3]},
    "schedules.piecewise": RATES | {"milestones": [2, 3], "drop": [0.5, 0.75]},
    "schedules.inverse_time": RATES | {"decay": [0.5, 0.75]},
    "schedules.inverse_power": RATES | {"decay": [0.5, 0.75], "power": 0.5},
    "schedules.cosine": RATES | {"steps": [4, 5], "end": 0.25},
    "schedules.cosine_restarts": RATES | {"period": [2, 3], "growth": [1, 2], "end": 0.25},
    "schedules.cyclic": {"low": [0.25, 0.5], "high": [1.0, 1.5], "half_period": [2, 3]},
    "schedules.one_cycle": RATES | {
        "steps": [4, 5], "warmup_share": 0.5, "start_divisor": 4.0, "end_divisor": 8.0,
    },
    "schedules.chebyshev": {
        "low": [0.25, 0.5], "high": [1.0, 1.5], "steps": [2, 4], "order": "fractal",
    },
    "schedules.silver": {"edge": [0.5, 0.25], "steps": [3, 7]},
    "schedules.warmup": {"schedule": [0.5, 0.25], "steps": 3},
    "schedules.Plateau": RATES | PLATEAU,
    "finding_alpha.drawn_gradient": {"problem": problem, "batch_size": 2, "rng": rng},
    "finding_alpha.worth": {"problem": problem, "theta": [1.0, 2.0], "gradients": 9},
    "schedules.wsd": RATES | {"steps": [4, 5], "decay_share": [0.5, 0.75], "end": 0.25},
    "turning_it_down.schedule_family": {"rate": [0.5, 0.25], "steps": 40},
    "turning_it_down.five": {"rate": [0.5, 0.25], "steps": 8, "final_share": [0.5, 0.25]},
    "in_scikit_learn.orders": {"n": 5, "epochs": 2, "random_state": 0},
    "in_scikit_learn.rate": {
        "name": "invscaling", "eta0": [0.5, 0.25], "power_t": 0.25, "alpha": 0.125,
        "tol": 0.125, "n_iter_no_change": 5,
    },
    "in_scikit_learn.descend": {
        "problem": problem, "learning_rate": [0.0625, 0.125],
        "orders": [[0, 1, 2], [2, 1, 0]], "penalty": [0.5, 0.0], "steepest": 4.0,
    },
    "in_scikit_learn.stops_after": {
        "run": lambda: Epochs(np.zeros((9, 1)), np.ones(8), np.ones(8)),
        "tol": 0.125, "n_iter_no_change": 3, "adaptive": True,
    },
}  # fmt: skip

# A function that an example's function returns is called, too; its argument has a name as well.
STEPPED = {
    f"{name}()": {"step": [0, 1, 2, 7]}
    for name in EXAMPLES
    if name.startswith("schedules.") and "Plateau" not in name
} | {"one_alpha_per_coordinate.gradient()": {"error": [[1.0, 2.0], [0.5, 0.25]]}}

OTHERWISE = {
    "estimator.GradientDescentRegressor": fit,
    "estimator.GradientDescentRegressor.fit": fit,
    "estimator.GradientDescentRegressor.predict": predict,
}

# At these NaN is a place where a run has left: the loss there is NaN, too.
MAY_BE_NAN = {"theta", "error"}
# Here scikit-learn decides what a number is, and its errors are in its own words.
TAKEN = {"booleans", "bytes", "categories", "dates", "digits", "duration", "nullable booleans",
         "numpy text", "numpy True", "sparse", "True"}  # fmt: skip
SAID_BY_SKLEARN = {("estimator.GradientDescentRegressor.fit", name) for name in "Xy"} | {
    ("estimator.GradientDescentRegressor.predict", "X")
}


# What a lesson's picture alone calls, with what it has checked itself.
OF_PICTURES = {
    "fast_then_slow.winners", "fix_the_data.in_units", "fix_the_data.share_left",
    "the_edge.with_points",
}  # fmt: skip


def public(room, module):
    """Name and function of each public function, class and method of a module."""
    module = importlib.import_module(module)
    for name, value in vars(module).items():
        own = getattr(value, "__module__", None) == module.__name__
        if name.startswith("_") or not own or not callable(value) or name in RECORDS:
            continue
        if f"{room}.{name}" in OF_PICTURES:
            continue
        yield f"{room}.{name}", value
        for method, function in vars(value).items() if inspect.isclass(value) else ():
            if method.startswith("_") or f"{name}.{method}" in INTERNAL:
                continue
            if isinstance(function, classmethod):
                yield f"{room}.{name}.{method}", getattr(value, method)
            elif inspect.isfunction(function):
                yield f"{room}.{name}.{method}", function


FUNCTIONS = {
    name: function
    for room in sorted({*MODULES} - INDEXES)
    for name, function in public(room, MODULES[room])
}


def given_arguments(name):
    made = {**EXAMPLES, **STEPPED}[name]
    fresh = {"problem", "rng", "run"}
    return {k: v() if k in fresh and callable(v) else v for k, v in made.items()}


def call(name, arguments):
    if name.endswith("()"):
        made = call(name[:-2], given_arguments(name[:-2]))
        return made(*arguments.values())
    if name in OTHERWISE:
        return OTHERWISE[name](**arguments)
    owner, _, method = name.rpartition(".")
    function = FUNCTIONS[name]
    if owner in FUNCTIONS and not inspect.ismethod(function):  # of an object of this class
        function = getattr(example_of(owner), method)
    if "which" in arguments:  # the only *arguments
        return function(arguments["which"])
    return function(**arguments)


@functools.cache
def example_of(name):
    return call(name, given_arguments(name))


def facts(result):
    """What a result holds, as plain as it can be compared."""
    if isinstance(result, LeastSquares):
        return facts([result.X, result.y, result.minimizer])
    if isinstance(result, list | tuple):
        return [facts(each) for each in result]
    if isinstance(result, dict):
        return {key: facts(each) for key, each in result.items()}
    if isinstance(result, optimizers.Optimizer):
        start = np.broadcast_to([3.0, 4.0], (*result.shape, 2))
        return facts(result.update(start, result.init(start), start))
    if isinstance(result, schedules.Plateau):
        return facts(result.update(result.init(result.shape), 1.0))
    if dataclasses.is_dataclass(result) and not callable(result):
        return {f.name: facts(getattr(result, f.name)) for f in dataclasses.fields(result)}
    if isinstance(result, schedules.Schedule):
        return facts(result(np.arange(8)))
    if callable(result):  # the gradient in turned parameters
        return facts(result([1.0, 2.0]))
    return result


def assert_same(one, other):
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        one, other = list(one.values()), list(other.values())
    if isinstance(one, list):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            assert_same(*pair)
    else:
        np.testing.assert_array_equal(one, other)


# Odd values, each made of a good one: `where` picks an entry, `number` is any float.


class Raises:
    """An object that cannot be looked at."""

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array of this")

    def __repr__(self):
        raise RuntimeError("no words for this")


def replaced(good, where, entry):
    """The nested list `good` with one of its numbers replaced; alone, the entry itself."""
    if not isinstance(good, list | tuple):
        return entry
    changed = list(good)
    changed[where % len(good)] = replaced(good[where % len(good)], where // len(good), entry)
    return changed


def place(good, where):
    """Where `replaced` puts an entry: places beyond the last begin anew."""
    return repr(replaced(good, where, "here"))


TRIED = set()


@contextlib.contextmanager
def new_for(*what):
    """Say whether none of the examples before this one has got through the same."""
    yield what not in TRIED
    TRIED.add(what)


def spoiled(entry, good, where):
    return replaced(good, where, entry)


def masked(good, where):
    array = np.ma.array(good)
    mask = np.zeros(array.shape, bool)
    mask.flat[where % mask.size] = True
    return np.ma.array(good, mask=mask)


def ragged(good, where):
    good = np.ravel(good).tolist()
    return [good, good[1:], *good[:1]]


def as_objects(good, where, entry):
    array = np.array(replaced(good, where, 0), dtype=object)
    array[()] = array if array.ndim else entry
    array.flat[where % array.size] = entry
    return array


def column(good, where, entry, dtype=None):
    return pd.Series(np.ravel(as_objects(good, where, entry)), dtype=dtype)


def endless(good, where):
    while True:
        yield 0.25


# No numbers, each refused by name wherever a number is expected.
JUNK = {
    "masked": masked,
    "masked in a list": lambda good, where: [masked(good, where)],
    "masked constant": functools.partial(spoiled, np.ma.masked),
    "complex": functools.partial(spoiled, 1 + 2j),
    "complex array": lambda good, where: np.array(good) * (1 + 0j),
    "complex object": lambda good, where: as_objects(good, where, 1 + 2j),
    "None": functools.partial(spoiled, None),
    "text": functools.partial(spoiled, "a"),
    "digits": functools.partial(spoiled, "3"),
    "bytes": functools.partial(spoiled, b"3"),
    "numpy text": lambda good, where: np.array(good).astype(str),
    "True": functools.partial(spoiled, True),
    "numpy True": functools.partial(spoiled, np.True_),
    "booleans": lambda good, where: np.array(good) > 1,
    "date": functools.partial(spoiled, datetime.date(2024, 2, 29)),
    "dates": lambda good, where: np.array(good).astype("M8[D]"),
    "duration": lambda good, where: np.array(good).astype("m8[s]"),
    "ragged": ragged,
    "nested in itself": lambda good, where: [good, [good, [good]]],
    "set": lambda good, where: set(np.ravel(good).tolist()),
    "dict": lambda good, where: {"a": good},
    "generator": endless,
    "iterator": lambda good, where: iter(np.ravel(good).tolist()),
    "map": lambda good, where: map(float, np.ravel(good).tolist()),
    "pd.NA": functools.partial(spoiled, pd.NA),
    "NaT": functools.partial(spoiled, pd.NaT),
    "NA in a series": lambda good, where: column(good, where, pd.NA, "Float64"),
    "NA in whole numbers": lambda good, where: column(np.ones(3).tolist(), where, pd.NA, "Int64"),
    "None in a series": lambda good, where: column(good, where, None, object),
    "text in a table": lambda good, where: pd.DataFrame({"a": np.ravel(good), "b": "x"}),
    "categories": lambda good, where: pd.Series(np.ravel(good).astype(str)).astype("category"),
    "nullable booleans": lambda good, where: pd.Series([True, False], dtype="boolean"),
    "sparse": lambda good, where: scipy.sparse.csr_matrix(np.atleast_2d(good)),
    "records": lambda good, where: np.zeros(3, dtype=[("a", float), ("b", float)]),
    "masked records": lambda good, where: np.ma.zeros(3, dtype=[("a", float)]),
    "object": lambda good, where: object(),
    "class": lambda good, where: float,
    "silent": lambda good, where: Raises(),
    "silent in a list": functools.partial(spoiled, Raises()),
    "an integer beyond floats": functools.partial(spoiled, 10**400),
    "an integer beyond words": functools.partial(spoiled, -(10**5000)),
    "a fraction beyond floats": functools.partial(spoiled, Fraction(10**400, 3)),
    "a signal": functools.partial(spoiled, Decimal("sNaN")),
    "much": lambda good, where: ["a"] * 10**5,
}

# The same numbers in other clothes, each the right answer.
CLOTHES = {
    "tuples": lambda good: tuple(map(tuple, good)) if np.ndim(good) == 2 else tuple(good),
    "array": np.array,
    "column by column": lambda good: np.array(good, order="F"),
    "frozen": lambda good: np.frombuffer(np.array(good).tobytes(), np.array(good).dtype).reshape(
        np.shape(good)
    ),
    "every second": lambda good: np.repeat(np.array(good), 2, axis=0)[::2],
    "other byte order": lambda good: np.array(good).astype(np.array(good).dtype.newbyteorder()),
    "unmasked": lambda good: np.ma.array(good, mask=False),
    "objects": lambda good: np.array(good, dtype=object),
    "list of arrays": lambda good: [np.array(each) for each in good],
    "half": lambda good: np.array(good).astype(np.float16),
    "single": lambda good: np.array(good).astype(np.float32),
    "long double": lambda good: np.array(good).astype(np.longdouble),
    "fractions": lambda good: np.array([Fraction(x) for x in np.ravel(good)]).reshape(
        np.shape(good)
    ),
    "decimals": lambda good: np.array([Decimal(x) for x in np.ravel(good)]).reshape(np.shape(good)),
    "series": pd.Series,
    "nullable series": lambda good: pd.Series(good).convert_dtypes(),
    "object series": lambda good: pd.Series(good, dtype=object),
    "index": pd.Index,
    "table": pd.DataFrame,
    "nullable table": lambda good: pd.DataFrame(good).convert_dtypes(),
    "deque": collections.deque,
}
CLOTHES_OF_ONE = {
    "float64": np.float64,
    "half": np.float16,
    "single": np.float32,
    "long double": np.longdouble,
    "no axes": np.array,
    "no axes, object": lambda good: np.array(good, dtype=object),
    "fraction": Fraction,
    "decimal": Decimal,
}
CLOTHES_OF_ONE_WHOLE = {
    "int16": np.int16,
    "uint64": np.uint64,
    "no axes": np.array,
}
ONLY_FOR = {"table": 2, "nullable table": 2, "series": 1, "nullable series": 1,
            "object series": 1, "index": 1}  # fmt: skip
NOT_WHOLE = {"half", "single", "long double", "fractions", "decimals"}

# Numbers, of which each is right or refused.
EXTREMES = [
    0, 0.0, -0.0, 1, -1, 0.5, 1.0, 2.5, 1e-5, np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324,
    1e-200, 1e200, 1e100, 2**53, 2**53 + 1, 2**63, 10**30, -(10**30), np.float16(1),
    np.longdouble("1e4000"), Fraction(1, 3), Decimal("0.1"), np.uint64(2**64 - 1), np.int8(-128),
]  # fmt: skip


def reshaped(good):
    """The same numbers in shapes that they have not, and none at all."""
    array = np.array(good)
    yield from (array[None], array[..., None], np.array([]), np.zeros((0, 2)), np.ones((2, 3, 2)))
    yield from (np.concatenate([array.ravel()] * 2), np.tile(array, (3, 1)), array.ravel()[:1])
    if array.ndim:
        yield from (array[:-1], array[:0], array[..., :0], array[0].tolist())


def names(argument, error):
    """Whether a message names the argument, as a word of its own."""
    return re.search(rf"(?<![\w.]){argument}(?!\w)", str(error)) is not None


def attempt(name, argument, value, *, must=None, kind=""):
    """Call with one odd value: what came out, or None where it was refused by name."""
    arguments = given_arguments(name) | {argument: value}
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConvergenceWarning)  # promises of the estimator
        warnings.simplefilter("ignore", DataConversionWarning)
        warnings.filterwarnings("ignore", "X has feature names")
        try:
            result = facts(call(name, arguments))
        except (TypeError, ValueError) as error:
            if (name, argument) not in SAID_BY_SKLEARN:
                assert names(argument, error), f"{kind}: {argument} is not named in: {error}"
                assert len(str(error)) < 400, f"{kind}: {str(error)[:600]}"
            assert must != "be right", f"{kind}: was refused, with {error}"
            return None
        except Exception as error:
            raise AssertionError(f"{kind}: {type(error).__name__}, {error}") from error
    took = time.process_time() - began
    assert took < SECONDS, f"{kind}: took {took:.1f} s"
    assert must != "be refused", f"{kind}: was taken"
    return result


CASES = [
    (name, argument) for name, given_ in {**EXAMPLES, **STEPPED}.items() for argument in given_
]
NUMERIC = [
    (name, argument)
    for name, argument in CASES
    if np.asarray({**EXAMPLES, **STEPPED}[name][argument]).dtype.kind in "if"
]
case = pytest.mark.parametrize(("name", "argument"), CASES)
numeric = pytest.mark.parametrize(("name", "argument"), NUMERIC)
# In between a function may honestly take long, or all memory.
whole_numbers = (
    st.integers(-50, 50) | st.integers(min_value=10**9) | st.integers(max_value=-(10**9))
)
# The message says which value it was, so there is nothing to shrink.
few = settings(max_examples=3, phases=(Phase.explicit, Phase.reuse, Phase.generate))


def test_every_public_function_has_an_example():
    assert set(FUNCTIONS) - set(EXAMPLES) == set(), "needs an example in EXAMPLES"
    assert set(EXAMPLES) - set(FUNCTIONS) == set(), "is no public function any more"
    for name, function in FUNCTIONS.items():
        expected = set(inspect.signature(function).parameters) - {"self", "_"}
        assert set(EXAMPLES[name]) == expected, f"{name} takes other arguments"


@pytest.mark.parametrize("name", [*EXAMPLES, *STEPPED])
def test_the_example_works(name):
    call(name, given_arguments(name))


@numeric
@few
@given(where=st.integers(0, 9))
def test_what_is_no_number_is_refused_by_name(name, argument, where):
    good = given_arguments(name)[argument]
    with new_for("junk", name, argument, place(good, where)) as new:
        if new:
            for_each_junk_at(name, argument, good, where)


def for_each_junk_at(name, argument, good, where):
    for kind, make in JUNK.items():
        if kind == "class" and argument in ("learning_rate", "schedule"):
            continue  # a function of the step, as any other
        if kind == "None" and not isinstance(good, list | tuple):
            continue  # where it has a meaning, the function says so
        if kind == "NA in a series" and argument in MAY_BE_NAN:
            continue  # pandas makes NaN of it, and is not asked
        if kind.startswith("silent") and (name, argument) in SAID_BY_SKLEARN:
            continue  # it asks the object, which raises what it likes
        must = None if kind in TAKEN and (name, argument) in SAID_BY_SKLEARN else "be refused"
        attempt(name, argument, make(good, where), must=must, kind=kind)


@numeric
def test_the_same_numbers_in_other_clothes_give_the_same(name, argument):
    good = given_arguments(name)[argument]
    whole = np.asarray(good).dtype.kind == "i"
    expected = facts(call(name, given_arguments(name)))
    clothes = CLOTHES if np.ndim(good) else CLOTHES_OF_ONE_WHOLE if whole else CLOTHES_OF_ONE
    for kind, dress in clothes.items():
        if ONLY_FOR.get(kind, np.ndim(good)) != np.ndim(good) or (whole and kind in NOT_WHOLE):
            continue
        result = attempt(name, argument, dress(good), must="be right", kind=kind)
        assert_same(result, expected)


@numeric
@few
@given(where=st.integers(0, 9), number=st.floats() | whole_numbers)
def test_any_number_is_right_or_refused_by_name(name, argument, where, number):
    good = given_arguments(name)[argument]
    with new_for("alone", name, argument) as new:
        for value in EXTREMES if new else ():
            attempt(name, argument, value, kind=f"{value!r:.80}")
        for value in reshaped(good) if new else ():
            attempt(name, argument, value, kind=f"{np.shape(value)}")
    attempt(name, argument, number, kind=f"{number!r:.80}")
    with new_for("at", name, argument, place(good, where)) as new:
        for each in [*EXTREMES, number] if new else [number]:
            for value in (replaced(good, where, each), np.array(replaced(good, where, each))):
                attempt(name, argument, value, kind=f"{value!r:.80}")


@case
def test_what_is_of_another_kind_is_refused_by_name(name, argument):
    good = given_arguments(name)[argument]
    if (name, argument) in NUMERIC:
        return
    for kind, make in JUNK.items():
        value = make([0.5, 0.25], 0)
        if callable(good) and callable(value):
            continue  # what a function of the user's raises is the user's
        means = value is None and good is None
        means |= isinstance(good, bool) and isinstance(value, bool | np.bool_)
        attempt(name, argument, value, must=None if means else "be refused", kind=kind)


# A Plateau asks its loss later, in gradient descent.
RETURN = [("schedules.warmup", "schedule"), ("in_scikit_learn.descend", "learning_rate")] + [
    (name, argument)
    for name, argument in CASES
    if argument in ("gradient", "loss", "learning_rate")
    and name.startswith(("descent.", "finders."))
]


@pytest.mark.parametrize(("name", "argument"), RETURN)
@few
@given(where=st.integers(0, 9), number=st.floats())
def test_what_a_function_returns_is_right_or_refused_by_name(name, argument, where, number):
    good = [1.0, 2.0]
    odd = {kind: make(good, where) for kind, make in JUNK.items() if kind not in ("class",)}
    for kind, value in odd.items():
        attempt(name, argument, lambda *_, value=value: value, must="be refused", kind=kind)
    for value in [*EXTREMES, number, *reshaped(good)]:
        attempt(name, argument, lambda *_, value=value: value, kind=f"{value!r:.80}")
    for later in [np.nan, np.inf, 1e300, -1e300, np.ones(3), 1j]:
        attempt(name, argument, turns(later, where), kind=f"later {later!r:.80}")


def turns(later, where):
    """A function that answers well for a while, and then oddly."""
    calls = []

    def answer(asked):
        calls.append(asked)
        return later if len(calls) > where else 0.5 * np.asarray(asked, float)

    return answer
