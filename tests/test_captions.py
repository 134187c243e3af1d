import re

import numpy as np
import pytest
from decoded import read
from hypothesis import given, settings
from hypothesis import strategies as st

from lrlab import LeastSquares, captions

pytestmark = pytest.mark.filterwarnings("error")

LINE = LeastSquares([[1.0, 0.0], [0.0, 2.0]], [0, 0])  # curvatures 1/2 and 2: the edge is at α = 1
SLOPE = LeastSquares([[2.0]], [0])  # curvature 4: the edge is at α = 1/2


@settings(max_examples=300, deadline=None)
@given(
    value=st.floats(1e-300, 1e300) | st.floats(-1e5, 1e5) | st.integers(-(10**6), 10**6),
    digits=st.integers(1, 3),
)
def test_a_number_is_what_it_was_up_to_its_digits(value, digits):
    text = captions.number(value, digits)
    plain = value == 0 or 1e-3 <= abs(value) < 1e5
    assert read(text) == pytest.approx(value, rel=5.001 * 10.0**-digits if plain else 0.051)
    assert len(text) <= 13 and "e" not in text and not re.search(r"\.0*$|\.\d*0$", text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1e-3, "0.001"),
        (9.996, "10"),
        (0.9996, "1"),
        (-0.25, "-0.25"),
        (999.7, "1,000"),
        (99_999, "100,000"),
        (100_000, "1 × 10⁵"),
        (-1.25e-7, "-1.2 × 10⁻⁷"),
        (np.inf, "more than 10³⁰⁸"),
        (np.float64(3e40), "3 × 10⁴⁰"),
    ],
)
def test_numbers_are_written_for_reading(value, text):
    assert captions.number(value) == text


def test_by_hand_says_the_loss_of_each_theta():
    theta = np.array([[[2.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [1.0, 1.0]]])
    texts = captions.by_hand(LINE, theta)
    losses = [[read(re.search(r"= (\S+)\. ", text)[1]) for text in row] for row in texts]
    assert losses == [[1, 1], [0, 1.25]]  # J = w²/4 + b²
    assert texts[1, 0].endswith("The lowest point of the bowl is 0.")


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.125, "= 0.5: it shrinks, always on the same side."),
        (0.25, "= 0: one step lands on the minimum."),
        (0.375, "= −0.5: it changes sides and shrinks."),
        (0.5, "= −1: it changes sides for ever."),
        (0.75, "= −2: it changes sides and grows, away from the minimum."),
        (0.5 * (1 + 1e-9), "grows, away from the minimum."),
        (0.5 * (1 - 1e-9), "it changes sides and shrinks."),
    ],
)
def test_one_parameter_says_what_becomes_of_the_error(rate, words):
    assert captions.one_parameter(SLOPE, rate).endswith(words)


@pytest.mark.parametrize(
    ("rate", "excess", "left_at", "words"),
    [
        (0.3, [8, 4, 2], -1, "without crossing the valley. After 2 steps 25 % of the excess"),
        (0.5, [8, 4, 2], -1, "steepest direction is solved in one step; the flat one takes its"),
        (0.7, [8, 4, 0.08], -1, "crosses the valley and lands closer. After 2 steps 1 % of"),
        (0.8, [8, 4, 0], -1, "fastest rate in the long run: each step keeps 0.6 of the error. Aft"),
        (1.0, [8, 8, 8], -1, "edge: the path bounces between the two walls of the valley for ever"),
        (1.5, [2, 8, 32], 1, "away. Path and line leave the picture at step 1, and after 2 steps"),
        (1.5, [2, 8, 32], 1, "the excess loss is 16 times the first."),
        (1.1, [2, 3, 4], -1, "away. It is still in the picture, but after 2 steps the excess loss"),
        (1.5, [1e-300, 1, 1e300], 1, "the excess loss is more than 10³⁰⁸ times the first."),
        (0.3, [0, 0, 0], -1, "starts at the minimum"),
        (1.5, [0, 0, 0], -1, "starts at the minimum"),
    ],
)
def test_descent_says_what_a_run_does(rate, excess, left_at, words):
    assert words in captions.descent(LINE, rate, np.array(excess, float), left_at)


@pytest.mark.parametrize(
    ("rate", "words"),
    [(0.4, "0.4 is below it"), (0.5, "0.5 is exactly there"), (0.6, "0.6 is above it")],
)
def test_the_edge_says_on_which_side_a_rate_is(rate, words):
    said = captions.edge(0.5, rate)
    assert words in said and said.startswith("The critical rate is 0.5.")
    assert ("diverges" in said) == (rate > 0.5)
