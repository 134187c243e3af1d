"""Nothing that a learner brings breaks an explorer."""

import gc
import inspect
import json
import re
import time
from itertools import pairwise

import any_data
import numpy as np
import pytest
from decoded import caption, content, drawn, read
from ipywidgets.widgets.widget import _remove_buffers
from unseen import STAGE

from lrlab import LeastSquares, _check, explorers
from lrlab.drawing import figures

pytestmark = pytest.mark.filterwarnings("error")

EXPLORERS = {
    name: getattr(explorers, name)
    for name in explorers.__all__
    if list(inspect.signature(getattr(explorers, name)).parameters)[:2] == ["x", "y"]
}
ALL = {**any_data.FORMS, **any_data.PICTURES, **any_data.EITHER, **any_data.REFUSED}
# Fewer steps where they cost most and the data are what is tested.
LIGHT = {
    "adaptive": {"steps": 30},
    "averaging": {"steps": (100, 300)},
    "decay": {"steps": (100, 300)},
    "decay_speed": {"steps": 300},
    "line_by_hand": {"positions": 21},
    "momentum": {"steps": 30},
    "noise": {"steps": 30},
    "noise_floor": {"steps": 300},
    "outlier": {"positions": (21, 11)},
    "range_test": {"lengths": (8, 20, 60, 200)},
    "sgd_rates": {"epochs": 10},
}
BYTES, SECONDS = 400_000, 2.0


def build(name, kind, **options):
    """A book; or the error that names its argument."""
    try:
        return timed(EXPLORERS[name], *ALL[kind], **options)
    except (TypeError, ValueError) as error:
        assert re.search(r"(?<![\w.])[xXy](?!\w)|\b(start|units)\b", str(error)), error
        return error


def timed(explorer, *data, **options):
    """What an explorer returns, in good time; the garbage of other books is not its own."""
    gc.disable()
    began = time.process_time()
    try:
        return explorer(*data, **options)
    finally:
        gc.enable()
        assert time.process_time() - began < SECONDS


def weight(book):
    state, _, buffers = _remove_buffers(book.get_state())
    return len(json.dumps(state, ensure_ascii=False).encode()) + sum(map(len, buffers))


def test_every_explorer_of_data_is_here():
    assert len(EXPLORERS) >= 18 and len(ALL) >= 60 and "learning_rate" in EXPLORERS


class Reached(Exception):
    """An explorer has taken its data, and begins to draw."""


@pytest.mark.parametrize("name", EXPLORERS)
def test_numbers_are_taken_from_any_container(monkeypatch, name):
    finish, taken = LeastSquares.__post_init__, []

    def keep(problem):
        finish(problem)
        taken.append(problem)

    def stop(*args, **options):
        raise Reached

    monkeypatch.setattr(LeastSquares, "__post_init__", keep)
    monkeypatch.setattr(figures, "canvas", stop)
    for kind, (x, y) in any_data.FORMS.items():
        if y is None and name == "one_parameter":
            continue  # it is given by its data
        taken[:] = [x] * (y is None)
        with pytest.raises(Reached):
            EXPLORERS[name](x, y, **LIGHT.get(name, {}))
        for seen, expected in zip((taken[0].X[:, 0], taken[0].y), numbers(x, y), strict=True):
            np.testing.assert_array_equal(seen, expected, err_msg=kind)


@pytest.mark.parametrize("kind", any_data.PICTURES)
@pytest.mark.parametrize("name", EXPLORERS)
def test_data_make_a_picture_that_is_true(unseen, name, kind):
    book = build(name, kind, **LIGHT.get(name, {}))
    if isinstance(book, Exception):
        assert may_refuse(name, kind), book
        return
    assert_whole(book)
    assert_true(name, book, *numbers(*any_data.PICTURES[kind]))


def may_refuse(name, kind):
    """Where single examples are taken one by one, thousands are too many; mm can be too small."""
    most = {"sgd_rates": 1000, "translator": 2000}.get(name, np.inf)
    return len(ALL[kind][0]) > most or (name, kind) == ("scaling", "seconds since 1970")


@pytest.mark.parametrize("kind", any_data.EITHER)
@pytest.mark.parametrize("name", EXPLORERS)
def test_odd_data_make_a_picture_or_are_named(unseen, name, kind):
    book = build(name, kind, **LIGHT.get(name, {}))
    if not isinstance(book, Exception):
        assert_whole(book, at_rest=kind == "y of 0")


@pytest.mark.parametrize("name", EXPLORERS)
def test_what_is_no_data_is_refused_by_name(name):
    taken = [kind for kind in any_data.REFUSED if not isinstance(build(name, kind), Exception)]
    assert taken == []


@pytest.mark.parametrize("name", EXPLORERS)
def test_x_and_y_go_through_the_checks(monkeypatch, unseen, name):
    checked = []
    numbers = _check.numbers

    def spy(called, value, *rule):
        checked.append(value)
        return numbers(called, value, *rule)

    monkeypatch.setattr(_check, "numbers", spy)
    x, y = any_data.X.copy(), any_data.Y.copy()
    EXPLORERS[name](x, y)
    assert any(each is x for each in checked) and any(each is y for each in checked)


@pytest.mark.parametrize("kind", ["5,000 points", "standardised, again"])
@pytest.mark.parametrize("name", EXPLORERS)
def test_whole_pictures_travel_lightly(name, kind):
    book = build(name, kind)
    if isinstance(book, Exception):
        assert may_refuse(name, kind), book
        return
    assert weight(book) <= BYTES
    assert kind == "5,000 points" or book.png(40).startswith(b"\x89PNG")
    if kind == "5,000 points":
        titles = " ".join(ax.get_title(loc="left") for ax in book.figure.axes)
        shows = ("points are shown" in titles) == (name in SHOWS_POINTS)
        assert shows and ("1,000 of 5,000" in titles) == (name in SHOWS_POINTS)


SHOWS_POINTS = "falling_loss", "learning_rate", "line_by_hand", "noise", "outlier", "rescue"


# What holds of any book


def assert_whole(book, at_rest=False):
    """It is light, complete and readable at every position."""
    assert weight(book) <= BYTES - STAGE
    for each in book.sliders.values():
        assert len(set(each.labels)) == len(each.labels)
    for part in content(book)["captions"]:
        for text in map(joined, part["texts"]):
            assert not re.search(r"\b(nan|inf|None)\b|(?<![\d.])[-−]0(?![.\d])", text), text
    assert all(re.fullmatch(r"[A-Z].*\.", text) for _, text in book.sweep())
    for k, ax in enumerate(book.figure.axes):
        limits = [ax.get_xlim(), ax.get_ylim()]
        assert np.isfinite(limits).all() and (np.diff(limits) != 0).all()
        mine = [at for at, layer in enumerate(book._layers) if layer.axes is ax]
        there = [at for at in mine if is_somewhere(ax, book, book._layers[at], at_rest)]
        assert not there or any(in_sight(book, at, k) for at in there)


def joined(text):
    return text if isinstance(text, str) else "".join(words for words, _ in text)


def is_somewhere(ax, book, layer, at_rest):
    """Whether a layer has a value that its axes could show: a logarithmic one shows no 0."""
    y = layer.at(book._index)[1]
    return np.isfinite(y).any() and not (at_rest and ax.get_yscale() == "log")


def in_sight(book, layer, panel):
    """Whether something of a layer is in its panel where the sliders begin."""
    x, y, width, height = content(book)["clips"][panel]
    points = drawn(book, layer)
    with np.errstate(invalid="ignore"):
        inside = (points >= [x, y]) & (points <= [x + width, y + height])
    return inside.all(axis=-1).any() or crosses(points, (x, y, width, height))


def crosses(points, box):
    """Whether a line passes through a box between two of its points."""
    low = np.array(box[:2])
    high = low + box[2:]
    for begin, end in pairwise(points):
        with np.errstate(all="ignore"):
            ways = (np.array([low, high]) - begin) / (end - begin)
        enter, leave = ways.min(axis=0).max(), ways.max(axis=0).min()
        if max(enter, 0) < min(leave, 1):
            return True
    return False


# What is true of these data, by plain NumPy


def numbers(x, y):
    if y is None:
        return x.X[:, 0], x.y
    return np.asarray(x, float), np.asarray(y, float)


def ends(book):
    return [size - 1 for size in book.shape]


def regime_of(factor):
    """What a loop does in the steepest direction, where a step multiplies the error so."""
    if factor >= -1e-9:
        return "monotone"
    return "oscillating" if factor >= -1 - 1e-9 else "diverging"


def step_factor(X, rate):
    """What one step of the loop multiplies an error in the steepest direction by."""
    hessian = X.T @ X / len(X)
    steepest = np.linalg.eigh(hessian)[1][:, -1]
    after = steepest - rate * hessian @ steepest
    return after @ steepest


def assert_true(name, book, x, y):
    ones = np.ones_like(x)
    X = x[:, None] if name == "one_parameter" else np.column_stack([x, ones])
    slider = book.sliders.get("α")
    if slider and slider.bands:
        expected = [regime_of(step_factor(X, rate)) for rate in slider.values]
        assert [slider.band(at) for at in range(len(expected))] == expected
        if name in SAYS_SO:
            said = [caption(book, (at, *ends(book)[1:])) for at in range(len(expected))]
            grows = [SAYS_SO[name] in text for text in said]
            still = ["starts at the minimum" in text for text in said]
            assert all(still) or grows == [each == "diverging" for each in expected]
    if name in QUOTES:
        QUOTES[name](book, X, x, y)


SAYS_SO = {
    "learning_rate": "Over the edge",
    "one_parameter": "and grows",
    "two_factors": "over the edge",
    "falling_loss": "Over the edge",
}


def top_curvature(X):
    return np.linalg.eigvalsh(X.T @ X / len(X))[-1]


def check_outlier(book, X, x, y):
    for i in (0, book.shape[0] - 1):
        a = book.sliders["outlier x"].values[i]
        edge = 2 / top_curvature(np.concatenate([X, [[a, 1]]]))
        said = re.search(r"critical rate is (\S+(?: × \S+)?)\.", caption(book, (i, 0)))
        assert read(said[1]) == pytest.approx(edge, rel=6e-3 if edge > 1e-3 else 6e-2)


def check_copies(book, X, x, y):
    at = book.shape[1] - 1
    said = re.search(r"The MSE \w+: its edge is (\S+(?: × \S+)?)\.", caption(book, (0, at)))
    assert read(said[1]) == pytest.approx(1 / top_curvature(X), rel=6e-2)


def check_scaling(book, X, x, y):
    centred = x - x.mean()
    for at, column in enumerate([x, centred, centred / x.std()]):
        text = caption(book, (list(book.sliders["unit of x"].values).index("m"), at))
        said = re.search(r"κ = (\S+(?: × \S+)?), .* α = (\S+(?: × \S+)?), 1 %", text)
        if len(x) < 100:
            columns = np.column_stack([column, np.ones_like(x)])
            high, low = np.linalg.svd(columns)[1] ** 2 / len(x)
            assert read(said[1]) == pytest.approx(high / low, rel=6e-2)
            assert read(said[2]) == pytest.approx(2 / high, rel=6e-2)


def check_line_by_hand(book, X, x, y):
    best = np.linalg.lstsq(np.column_stack([x - x.mean(), np.ones_like(x)]), y)[0]
    least = np.mean((best[0] * (x - x.mean()) + best[1] - y) ** 2) / 2
    said = re.search(r"bowl is (\S+(?: × \S+)?)\.$", caption(book, (0, 0)))
    assert read(said[1]) == pytest.approx(least, rel=6e-2, abs=1e-20 * np.mean(y**2))


QUOTES = {"outlier": check_outlier, "copies": check_copies, "scaling": check_scaling,
          "line_by_hand": check_line_by_hand}  # fmt: skip


# Options

OPTIONS = [
    (name, option)
    for name in explorers.__all__
    for option, parameter in inspect.signature(getattr(explorers, name)).parameters.items()
    if parameter.kind is inspect.Parameter.KEYWORD_ONLY
]
ODD = {
    "None": None, "a string": "ten", "no string": "", "negative": -3,
    "zero": 0, "one": 1, "half": 0.5,
    "NaN": np.nan, "inf": np.inf, "huge": 10**9, "huger": 1e300, "tiny": 1e-300, "true": True,
    "object": object(), "empty": [], "a list": [1, 2, 3, 4, 5, 6, 7], "backwards": (9, 3),
    "twice": (5, 5), "nested": [[1], [2, 3]], "NaNs": (np.nan, 1), "huges": (1e200, 1e200),
    "strings": ("a", "b"), "a dict": {"a": 1}, "an odd dict": {1: "a"}, "pairs": ((0, 1), (1, 0)),
    "complex": 1j, "broken": r"$\nope{$", "dollars": "price in $",
    "long": "x" * 300,
}  # fmt: skip


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_odd_options_are_taken_or_named(unseen, name, option):
    explorer = getattr(explorers, name)
    data = (any_data.X, any_data.Y) if name in EXPLORERS else ()
    if name == "rate_slider":
        data = (LeastSquares.line(any_data.X, any_data.Y),)
    for kind, value in ODD.items():
        try:
            book = timed(explorer, *data, **{option: value})
        except (TypeError, ValueError) as error:
            assert re.search(rf"\b{option}\b", str(error)), (kind, error)
            assert "unexpected keyword" not in str(error)
        else:
            assert name == "rate_slider" or weight(book) < 1_000_000, kind
