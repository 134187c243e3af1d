"""What travels arrives to the last bit, and takes little room."""

import json
import struct
import zlib

import numpy as np
import pytest
from decoded import unpacked
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lrlab.flipbook.wire import BREAK, Store, rounded, units

shapes = hnp.array_shapes(min_dims=1, max_dims=4, max_side=5)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        hnp.arrays(np.int16, shapes, elements=st.integers(-(2**15), 2**15 - 1))
        | hnp.arrays(np.float32, shapes, elements=st.floats(width=32, allow_nan=False)),
        max_size=4,
    )
)
def test_arrays_arrive_as_they_were(arrays):
    store = Store()
    places = [store.add(array) for array in arrays]
    seen = unpacked(store.packed({"hello": "Wörld"}))
    assert seen["hello"] == "Wörld"
    for array, place in zip(arrays, places, strict=True):
        arrived = seen["arrays"][place["array"]].reshape(place["shape"])
        assert arrived.dtype == array.dtype
        assert np.broadcast_to(arrived, array.shape).tobytes() == array.tobytes()


def test_the_header_is_deflated_with_the_arrays_behind_it():
    store = Store()
    store.add(np.arange(6, dtype=np.int16).reshape(2, 3))
    raw = zlib.decompress(store.packed({}))
    (length,) = struct.unpack("<I", raw[:4])
    assert json.loads(raw[4 : 4 + length])["arrays"][0]["shape"] == [2, 3]
    assert len(raw) == 4 + length + 12


def test_what_changes_smoothly_takes_a_fraction_of_its_room():
    alpha, t = np.ogrid[0:1:100j, 0:1:41j]
    smooth = units(300 * np.exp(-3 * alpha * t))
    store = Store()
    store.add(smooth)
    assert len(store.packed({})) < 0.25 * smooth.nbytes


def test_a_break_is_no_number_that_a_point_can_have():
    assert units(np.array([np.nan, 2047.0, -2047.0])).tolist() == [BREAK, 32752, -32752]


@settings(max_examples=100, deadline=None)
@given(hnp.arrays(float, 8, elements=st.floats(-1e29, 1e29)), st.integers(4, 23))
def test_a_rounded_row_is_off_by_half_a_unit_of_its_last_bit(values, bits):
    got = rounded(values, bits).astype(float)
    assert (np.abs(got - values) <= np.abs(values) * 2.0**-bits + 1e-37).all()


@pytest.mark.parametrize(("value", "kept"), [(np.inf, 1e30), (-np.inf, -1e30), (1e200, 1e30)])
def test_what_is_too_large_stays_large(value, kept):
    assert rounded(np.array([value]), 10)[0] == pytest.approx(kept, rel=1e-2)
    assert np.isnan(rounded(np.array([np.nan]), 10))[0]
