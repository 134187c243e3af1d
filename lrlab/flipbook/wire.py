"""What travels to the browser: a header in JSON and arrays in bytes, deflated together.

An array travels as the differences of its neighbours along one of its axes, the low bytes of all
first and the high bytes last: what changes little from one position of a slider to the next then
takes little room. Coordinates are int16 in sixteenths of a point; rows of sums are float32.
"""

import json
import struct
import zlib

import numpy as np

UNITS = 16  # coordinates travel as int16 in sixteenths of a point
BREAK = np.iinfo(np.int16).min  # stands for NaN: the line breaks here


class Store:
    """Arrays on their way; equal ones are kept once."""

    def __init__(self):
        self.arrays, self.parts, self.places, self.size = [], [], {}, 0

    def add(self, array):
        """Keep an array (int16 or float32), and say which one it is and its shape."""
        array = collapsed(array)
        key = array.dtype.str, array.tobytes()  # the same numbers in another shape are kept once
        if key not in self.places:
            axis = _smoothest(array)
            self.places[key] = len(self.arrays)
            self.arrays.append({"start": self.size, "type": array.dtype.str[1:], "axis": axis,
                                "shape": list(array.shape)})  # fmt: skip
            self.parts.append(_planes(array, axis))
            self.size += array.nbytes
        return {"array": self.places[key], "shape": list(array.shape)}

    def packed(self, header):
        """A header with these arrays behind it, as deflated bytes."""
        text = json.dumps({**header, "arrays": self.arrays}, separators=(",", ":"))
        encoded = text.encode()
        return zlib.compress(struct.pack("<I", len(encoded)) + encoded + b"".join(self.parts), 6)


def units(points):
    """Points as int16 in sixteenths, NaN as a break.

    Examples
    --------
    >>> units(np.array([1.0, np.nan])).tolist()
    [16, -32768]
    """
    return np.rint(np.where(np.isnan(points), BREAK / UNITS, points) * UNITS).astype(np.int16)


def rounded(values, bits):
    """Values as float32 whose mantissas end after some bits: the rest then takes no room.

    Examples
    --------
    >>> rounded(np.array([1 / 3]), 4).tolist()
    [0.328125]
    """
    values = np.clip(values, -1e30, 1e30).astype(np.float32)
    lost = max(0, 23 - bits)
    raw = values.view(np.uint32)
    raw = raw + np.uint32((1 << lost) // 2) & np.uint32(0xFFFFFFFF << lost & 0xFFFFFFFF)
    return np.where(np.isnan(values), values, raw.view(np.float32))


def collapsed(array):
    """Shorten to length 1 every slider axis along which nothing changes."""
    for axis in range(array.ndim - 1):
        first = array.take([0], axis=axis)
        # Bits are compared: a NaN is what it is, and 0 and −0 are two.
        if array.shape[axis] > 1 and (_raw(array) == _raw(first)).all():
            array = first
    return np.ascontiguousarray(array)


def _raw(array):
    return array.view(np.uint16 if array.itemsize == 2 else np.uint32)


def _differences(array, axis):
    raw = _raw(array)
    first = np.zeros_like(raw.take([0], axis=axis))
    return np.diff(raw, axis=axis, prepend=first)


def _smoothest(array):
    """The axis along which neighbours differ least."""
    signed = np.int16 if array.itemsize == 2 else np.int32

    def roughness(axis):
        size = np.abs(_differences(array, axis).view(signed).astype(float))
        return np.log2(1 + size).sum()

    axes = [axis for axis, size in enumerate(array.shape) if size > 1]
    return min(axes, key=roughness, default=array.ndim - 1)


def _planes(array, axis):
    """The bytes of the differences, the lowest of all first."""
    little = _differences(array, axis).astype(f"<u{array.itemsize}")
    return little.view(np.uint8).reshape(-1, array.itemsize).T.tobytes()
