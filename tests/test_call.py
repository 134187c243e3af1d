"""Schedules and optimizers are the calls that made them: read, compared, copied and stored."""

import copy
import pickle
from dataclasses import FrozenInstanceError

import joblib
import numpy as np
import pytest

from lrlab import LeastSquares, optimizers, schedules
from lrlab.schedules import Plateau

pytestmark = pytest.mark.filterwarnings("error")

PROBLEM = LeastSquares.line([0, 1, 2], [3, 5, 7])


def halves(t):
    return 0.5**t


# As they are typed, in full: what a repr says.
SAID = [
    "constant(0.1)",
    "linear(1.0, 4, end=0.0)",
    "polynomial(1.0, [4, 5], 2.0, end=0.25)",
    "exponential([1.0, 2.0], 0.5)",
    "step(1.0, 0.5, 2)",
    "piecewise([[1.0], [2.0]], [2, 3], 0.5)",
    "inverse_time(1.0, 0.5)",
    "inverse_power(1.0, 1.0, 2.0)",
    "cosine(1.0, 4, end=0.0)",
    "cosine_restarts(1.0, 2, growth=2, end=0.0)",
    "cyclic(0.5, 1.5, 2)",
    "one_cycle(1.0, 10, warmup_share=0.5, start_divisor=25.0, end_divisor=10000.0)",
    "chebyshev([1.0, 2.0], 25.0, 8, order='fractal')",
    "silver(2.0, 7)",
    "wsd(1.0, 10, 0.25, end=0.0)",
    "warmup(exponential([1.0, 2.0], 0.5), 3)",
    "warmup(constant(0.3), 2)",
    "warmup(halves, 2)",
    "Plateau([1.0, 2.0], len, factor=0.5, patience=[[3], [4]], threshold=0.0001, relative=False, "
    "cooldown=0, min_rate=0.0, min_change=1e-08)",
    "momentum(beta=0.9, nesterov=True)",
    "adagrad(eps=1e-10)",
    "rmsprop(rho=[0.5, 0.9], eps=1e-08)",
    "adam(beta1=0.9, beta2=0.999, eps=1e-08)",
    "adamw(beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0.01)",
]
PLATEAU = Plateau([1.0, 2.0], PROBLEM.loss, patience=3)


def typed(text):
    return eval(text, {**vars(schedules), **vars(optimizers), "halves": halves})


OBJECTS = [*map(typed, SAID), PLATEAU]


def answers(each):
    """What it does, as arrays."""
    if isinstance(each, schedules.Schedule):
        return [each(np.arange(12))]
    if isinstance(each, Plateau):
        state = each.init(each.shape)
        return list(each.update(state, np.full(each.shape, 3.0)))
    state = each.init(np.ones((*each.shape, 3)))
    directions = []
    for gradient in [1.0, 2.0, -5.0]:
        given = np.full((*each.shape, 3), gradient)
        direction, state = each.update(given, state, 2 * given)
        directions.append(direction)
    return directions


def test_every_schedule_and_optimizer_is_here():
    there_are = {
        name
        for module in (schedules, optimizers)
        for name, each in vars(module).items()
        if getattr(each, "__module__", None) == module.__name__ and not name.startswith("_")
    }
    classes = {"Schedule", "Optimizer", "PlateauState"}
    assert {text.partition("(")[0] for text in SAID} == there_are - classes


@pytest.mark.parametrize("text", SAID)
def test_a_repr_is_the_call_as_it_could_be_typed(text):
    assert repr(typed(text)) == text


def test_numbers_are_said_in_full_and_arrays_that_are_long_by_their_ends():
    rate = 0.1 + 0.2
    assert repr(schedules.constant(rate)) == "constant(0.30000000000000004)"
    assert repr(schedules.constant(np.linspace(0.1, 1, 10**6))) == "constant([0.1, 0.1, ..., 1, 1])"
    family = schedules.piecewise(np.geomspace(0.001, 1, 30)[:, None], np.arange(30), 0.5)
    said = "piecewise([[0.001], [0.001269], ..., [0.788], [1]], [0, 1, ..., 28, 29], 0.5)"
    assert repr(family) == said


def test_a_plateau_says_whose_loss_it_looks_at_and_none_says_an_address():
    assert repr(PLATEAU).startswith(
        "Plateau([1.0, 2.0], LeastSquares(n=3, d=2, critical_rate=0.8377).loss, factor=0.1, "
    )
    assert repr(schedules.warmup(lambda t: 0.1, 2)) == "warmup(<lambda>, 2)"
    assert not any("0x" in repr(each) for each in OBJECTS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (schedules.linear(1, 4), schedules.linear(np.array(1.0), np.int8(4), end=np.float32(0))),
        (schedules.constant([1, 2]), schedules.constant(np.array([1.0, 2.0], dtype=np.float32))),
        (schedules.constant([[1, 2], [3, 4]]), schedules.constant(np.array([[1, 3], [2, 4]]).T)),
        (schedules.piecewise(1, (2, 3), 0.5), schedules.piecewise(1, np.uint8([2, 3]), 0.5)),
        (schedules.cosine(1, 4, 0.0), schedules.cosine(1, 4, -0.0)),
        (schedules.warmup(0.3, 2), schedules.warmup(schedules.constant(0.3), np.int64(2))),
        (schedules.warmup(halves, 2), schedules.warmup(halves, 2)),
        (PLATEAU, Plateau(np.array([1, 2]), LeastSquares(PROBLEM.X, PROBLEM.y).loss, patience=3)),
        (optimizers.momentum(0.9), optimizers.momentum()),
        (
            optimizers.momentum([0.5, 0]),
            optimizers.momentum(np.array([0.5, 0]), nesterov=np.False_),
        ),
        (optimizers.adam(0.5), optimizers.adam(beta1=np.array(0.5))),
    ],
)
def test_equal_arguments_make_equal_objects_of_one_hash(one, other):
    assert one == other and hash(one) == hash(other) and len({one, other}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (schedules.linear(1, 4), schedules.linear(1, 5)),
        (schedules.linear(1, 4), schedules.linear(1, 4, end=0.5)),
        (schedules.linear(1, 4), schedules.cosine(1, 4)),
        (schedules.linear(1, 4), schedules.linear([1], 4)),
        (schedules.constant([1, 1]), schedules.constant([[1, 1]])),
        (schedules.piecewise(1, [2, 3], 0.5), schedules.piecewise(1, [2, 4], 0.5)),
        (schedules.warmup(halves, 2), schedules.warmup(lambda t: 0.5**t, 2)),
        (PLATEAU, Plateau([1.0, 2.0], PROBLEM.loss, patience=4)),
        (PLATEAU, Plateau([1.0, 2.0], PROBLEM.excess, patience=3)),
        (PLATEAU, Plateau([1.0, 2.0], LeastSquares([[1.0]], [1.0]).loss, patience=3)),
        (optimizers.momentum(), optimizers.momentum(nesterov=True)),
        (optimizers.adagrad(1e-8), optimizers.rmsprop(eps=1e-8)),
        (optimizers.adam(), optimizers.adam(eps=[1e-8])),
        (optimizers.momentum(), "momentum(beta=0.9, nesterov=False)"),
    ],
)
def test_other_arguments_make_other_objects(one, other):
    assert one != other


STORES = {
    "pickle": lambda each, path: pickle.loads(pickle.dumps(each)),
    "first protocol": lambda each, path: pickle.loads(pickle.dumps(each, protocol=0)),
    "copy": lambda each, path: copy.copy(each),
    "deepcopy": lambda each, path: copy.deepcopy(each),
    "joblib": lambda each, path: joblib.load(joblib.dump(each, path / "object")[0]),
    "mapped": lambda each, path: joblib.load(joblib.dump(each, path / "object")[0], mmap_mode="r"),
}


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("each", OBJECTS, ids=repr)
def test_what_was_stored_is_equal_and_does_the_same(each, store, tmp_path):
    again = STORES[store](each, tmp_path)
    assert again == each and hash(again) == hash(each) and repr(again) == repr(each)
    assert joblib.hash(again, coerce_mmap=True) == joblib.hash(each, coerce_mmap=True)
    for before, after in zip(answers(each), answers(again), strict=True):
        np.testing.assert_array_equal(before, after)


def test_a_schedule_that_holds_what_cannot_be_stored_says_so():
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(schedules.warmup(lambda t: 0.1, 2))


FAMILIES = [
    (schedules.exponential, {"rate": np.array([0.5, 1.0]), "decay": np.array([0.5, 0.9])}),
    (schedules.linear, {"rate": np.array([0.5, 1.0]), "steps": np.array([[4], [9]])}),
    (schedules.piecewise, {"rate": 1.0, "milestones": np.array([2, 3]), "drop": 0.5}),
    (Plateau, {"rate": 1.0, "loss": len, "patience": np.array([0, 3]), "factor": np.array(0.5)}),
    (optimizers.momentum, {"beta": np.array([0.5, 0.9])}),
    (optimizers.adam, {"beta1": np.array([0.5, 0.9]), "eps": np.array([1e-8, 1e-3])}),
    (optimizers.adamw, {"eps": 1e-3, "weight_decay": np.array([0.5, 0.9])}),
]


@pytest.mark.parametrize(("make", "given"), FAMILIES)
def test_arrays_are_copied_and_cannot_be_changed(make, given):
    each = make(**given)
    before, said, key = answers(each), repr(each), hash(each)
    arguments = vars(each) if make is Plateau else each.arguments
    for name, value in given.items():
        if isinstance(value, np.ndarray):
            assert not np.shares_memory(arguments[name], value)
            with pytest.raises(ValueError, match="read-only"):
                arguments[name][...] = 1
            value[...] = 0
    for old, new in zip(before, answers(each), strict=True):
        np.testing.assert_array_equal(old, new)
    assert (repr(each), hash(each)) == (said, key)
    for answer in answers(each):
        answer[...] = 0  # theirs, and not ours
    np.testing.assert_array_equal(answers(each)[0], before[0])


@pytest.mark.parametrize("each", OBJECTS, ids=repr)
def test_objects_are_frozen(each):
    name = next(iter(vars(each)))
    with pytest.raises(FrozenInstanceError):
        setattr(each, name, 3)
    if not isinstance(each, Plateau):
        with pytest.raises(TypeError, match="does not support item assignment"):
            each.arguments["rate"] = 3
