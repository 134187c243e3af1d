"""What a learner would see of a Flipbook, read back from what travels to the browser."""

import functools
import json
import struct
import zlib

import numpy as np

BREAK, UNITS = -32768, 16
LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def content(book):
    """Return what travels to the browser, inflated: a dict, its arrays as flat NumPy arrays."""
    return unpacked(book.draw()._packed)


@functools.lru_cache(maxsize=64)
def unpacked(packed):
    raw = zlib.decompress(packed)
    (length,) = struct.unpack("<I", raw[:4])
    header = json.loads(raw[4 : 4 + length])
    header["arrays"] = [_array(raw, 4 + length, **each) for each in header["arrays"]]
    return header


def _array(raw, begin, start, type, axis, shape):
    width, size = int(type[1]), int(np.prod(shape))
    planes = np.frombuffer(raw, np.uint8, width * size, begin + start).reshape(width, size)
    bits = np.ascontiguousarray(planes.T).view(f"<u{width}").reshape(shape)
    return np.cumsum(bits, axis=axis, dtype=bits.dtype).view(type).ravel()


def drawn(book, layer, index=None):
    """Return the points (n, 2) of a layer as flipbook.js draws them, in pt from the top left."""
    seen = content(book)
    index = book._index if index is None else index
    columns = [_points(seen["arrays"], seen["layers"][layer][name], index) for name in "xy"]
    xy = np.stack(np.broadcast_arrays(*columns), axis=-1)
    return np.where(np.isnan(xy).any(axis=-1, keepdims=True), np.nan, xy)


def _points(arrays, coordinate, index):
    if "terms" not in coordinate:
        units = _row_of(arrays, coordinate, index)
        return np.where(units == BREAK, np.nan, units / UNITS)
    total = coordinate["origin"]
    for term in coordinate["terms"]:
        weights = [_row_of(arrays, each, index)[0] for each in term["weights"]]
        total = total + np.prod(weights) * _row_of(arrays, term["row"], index).astype(float)
    if not coordinate["log"]:
        return total
    with np.errstate(divide="ignore"):
        return coordinate["log"][0] + coordinate["log"][1] * np.log10(np.maximum(total, 0))


def _row_of(arrays, place, index):
    *sizes, length = place["shape"]
    start = _row(sizes, index) * length
    return arrays[place["array"]][start : start + length]


def in_points(ax, xy):
    """Return where Matplotlib puts data (..., 2), in pt from the top left of the figure."""
    figure = ax.get_figure(root=True)
    if figure.dpi != 72:
        figure.set_dpi(72)
    x, y = ax.transData.transform(np.reshape(xy, (-1, 2))).T
    return np.stack([x, figure.get_figheight() * 72 - y], axis=-1).reshape(np.shape(xy))


def caption(book, index):
    """Return the sentence at a position, as flipbook.js picks it."""
    captions = content(book)["captions"]
    parts = [each["texts"][_row(each["shape"], index)] for each in captions]
    return " ".join(filter(None, map(_joined, parts)))


def _joined(text):
    """The words of a text whose indices and powers stand apart."""
    return text if isinstance(text, str) else "".join(words for words, _ in text)


def read(text):
    """Return the number that a caption writes.

    >>> read("1,230"), read("−4"), read("1.2 × 10⁻⁷")
    (1230.0, -4.0, 1.2e-07)
    """
    head, _, power = text.translate(LOWERED).replace(",", "").partition(" × 10")
    return float(f"{head}e{power or 0}")


def _row(sizes, index):
    row = 0
    for size, at in zip(sizes, index, strict=True):
        row = row * size + min(at, size - 1)
    return row


def layers(book, panel, reveal=None):
    """The numbers of the layers of a panel: all, or those that the step slider reveals or not."""
    ax = book.figure.axes[panel]
    return [k for k, layer in enumerate(book._layers)
            if layer.axes is ax and reveal in (None, layer.reveal)]  # fmt: skip


def assert_drawn(book, layer, index, xy):
    """Fail unless a layer shows the points (n, 2), given in data units, as far as int16 reaches."""
    seen, expected = drawn(book, layer, index), in_points(book._layers[layer].axes, xy)
    np.testing.assert_array_equal(np.isnan(seen), np.isnan(expected))
    reached = (np.abs(expected) < 2000).all(axis=-1)
    assert reached.any()
    np.testing.assert_allclose(seen[reached], expected[reached], rtol=0, atol=1 / 16)


def until_left(ax, theta, diverges):
    """The first step outside an axes or -1, and the path with nothing after it."""
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])[:, : theta.shape[-1]]
    outside = [t for t, point in enumerate(theta) if not ((low <= point) & (point <= high)).all()]
    if not (outside and diverges):
        return -1, theta
    return outside[0], np.where(np.arange(len(theta))[:, None] <= outside[0], theta, np.nan)
