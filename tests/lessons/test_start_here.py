import re

import numpy as np
import pytest
from decoded import assert_drawn, caption, drawn, in_points, layers, read
from plain import descend, excess_of

from lrlab import datasets, explorers

pytestmark = pytest.mark.filterwarnings("error")

x, y = datasets.diabetes("bmi")
X = np.column_stack([x, np.ones_like(x)])
EDGE = 2 / np.linalg.eigvalsh(X.T @ X / len(x))[-1]


@pytest.fixture(scope="module")
def book():
    return explorers.rescue(x, y)


def test_it_begins_with_a_run_that_explodes_at_a_common_rate(book):
    assert book.position == {"α": 0.01} and book.seen.startswith("It explodes!")
    assert "Drag the slider" in book.seen and len(book.sliders["α"].values) > 60
    assert book.sliders["α"].marks == {} and book.sliders["α"].bands == ()  # nothing is told


@pytest.mark.parametrize("at", range(0, 101, 10))
def test_the_rescue_shows_what_a_loop_does(book, at):
    rate = book.sliders["α"].values[at]
    theta = descend(X, y, (0, 0), rate, 40)
    left, right = book.figure.axes
    (_, last), (curve,) = layers(book, 0), layers(book, 1)
    ends = np.array(left.get_xlim())
    if np.abs(theta[-1]).max() < 1e4:
        assert_drawn(book, last, (at,), np.column_stack([ends, theta[-1, 0] * ends + theta[-1, 1]]))
    expected = in_points(right, np.column_stack([np.arange(41), excess_of(X, y, theta)]))
    near = np.abs(expected[:, 1]) < 1000
    seen = drawn(book, curve, (at,))
    np.testing.assert_allclose(seen[near], expected[near], atol=1 / 16)


def test_the_sentence_is_true_of_every_rate_and_says_that_sliders_work(book):
    for at, rate in enumerate(book.sliders["α"].values):
        said = caption(book, (at,))
        assert said.startswith("The sliders work, and no Python was asked. ") == (rate != 0.01)
        excess = excess_of(X, y, descend(X, y, (0, 0), rate, 40))
        kept = excess[-1] / excess[0]
        number = re.search(r"(?:loss is |steps )(\S+(?: × \S+)?) (times|%)", said)
        share = read(number[1]) / (100 if number[2] == "%" else 1)
        assert share == pytest.approx(kept, rel=0.06)
        assert ("explode" in said and "not explode" not in said) == (rate > EDGE)
        assert ("Rescued!" in said) == (kept <= 0.05)


def test_a_run_that_falls_at_first_above_the_edge_is_not_said_to_be_rescued():
    # The steep error is tiny: for 40 steps the flat one decides.
    a = np.array([-1.0, 1.0]) + 1e-3
    book = explorers.rescue(a, 0.02 * a + 1)
    edge = 2 / np.linalg.eigvalsh([[np.mean(a**2), a.mean()], [a.mean(), 1]])[-1]
    over = [at for at, rate in enumerate(book.sliders["α"].values) if rate > edge]
    assert over and all("explode" in caption(book, (at,)) for at in over)
