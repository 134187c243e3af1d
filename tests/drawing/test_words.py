import re

import numpy as np
import pytest
from decoded import read
from hypothesis import given, settings
from hypothesis import strategies as st

from lrlab.drawing import words

pytestmark = pytest.mark.filterwarnings("error")


@settings(max_examples=300, deadline=None)
@given(
    value=st.floats(1e-300, 1e300) | st.floats(-1e5, 1e5) | st.integers(-(10**6), 10**6),
    digits=st.integers(1, 3),
)
def test_a_number_is_what_it_was_up_to_its_digits(value, digits):
    text = words.number(value, digits)
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
    assert words.number(value) == text
