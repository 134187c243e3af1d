"""A slider is a small frozen object: what it says, how it compares, what it refuses."""

import copy
import pickle

import numpy as np
import pytest

from lrlab.flipbook import Flipbook, Slider, still

SLIDERS = [
    Slider([1, 2, 4]),
    Slider([0.1, 0.2], marks={1: "edge"}),
    Slider(["line", "houses"]),
    Slider(
        [1, 2, 3], labels=["a", "b", "c"], bands=[(0, "low", "#56B4E9"), (2, "high", "#D55E00")]
    ),
]


@pytest.mark.parametrize("slider", SLIDERS, ids=repr)
def test_it_can_be_typed_copied_stored_and_compared(slider):
    assert eval(repr(slider)) == slider
    for again in (copy.copy(slider), copy.deepcopy(slider), pickle.loads(pickle.dumps(slider))):
        assert again == slider and hash(again) == hash(slider) and again is not slider
    assert [slider == other for other in SLIDERS].count(True) == 1 and slider != 3


def test_it_copies_what_it_is_given():
    values, marks = np.array([1.0, 2.0]), {0: "one"}
    slider = Slider(values, marks=marks)
    values[0], marks[0] = 9, "nine"
    assert slider.values.tolist() == [1, 2] and slider.marks == {0: "one"}
    with pytest.raises(ValueError, match="read-only"):
        slider.values[0] = 5


def test_integers_of_numpy_are_positions_too():
    slider = Slider([1, 2, 3], marks={np.int64(1): "two"}, bands=[(np.int64(0), "all", "#000000")])
    assert slider.marks == {1: "two"} and type(next(iter(slider.marks))) is int
    figure, _ = still.canvas(3, 2)
    Flipbook(figure, {"a": slider}).draw()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"values": ["x", None]}, r"values must be numbers, or words alone, got \['x', None\]"),
        ({"values": [1, "x", 2.5]}, None),
        ({"values": [[1], [1, 2]]}, "values must be one row"),
        ({"values": np.ma.array([1, 2], mask=[0, 1])}, "values must be numbers, or words"),
        ({"values": [1j]}, "values must be numbers"),
        ({"values": [1, 2], "marks": 3}, "marks must be a dict .* got 3"),
        ({"values": [1, 2], "marks": {"a": 1}}, "marks must be a dict .* got {'a': 1}"),
        ({"values": [1, 2], "bands": [1]}, r"bands must be triples .* got \[1\]"),
        ({"values": [1, 2], "bands": [(1, "a", "#000000")]}, "bands must begin at 0"),
    ],
)
def test_what_it_cannot_be_made_of_is_refused_by_name(arguments, message):
    if message is None:
        assert Slider(**arguments).values.dtype.kind == "U"  # NumPy reads them as words
        return
    with pytest.raises((TypeError, ValueError), match=message):
        Slider(**arguments)


def test_a_position_cannot_be_changed_where_that_would_move_nothing():
    figure, _ = still.canvas(3, 2)
    book = Flipbook(figure, {"a": [1, 2, 3]})
    for change in (
        lambda: book.position.__setitem__("a", 3),
        lambda: book.position.update(a=3),
        lambda: book.position.pop("a"),
    ):
        with pytest.raises(TypeError, match=r"set book\.position"):
            change()
    assert book.position == {"a": 1}
    book.position = {"a": 3}
    assert book.position == {"a": 3} and book._index == [2]


def test_one_value_is_a_slider_that_plays_nowhere():
    figure, ax = still.canvas(3, 2)
    book = Flipbook(figure, {"t": [0]}, play="t").line(ax, [1], [1], color="#000000", reveal=True)
    assert book.draw().position == {"t": 0} and book.seen == ""
