"""What a learner would see of a Flipbook, read back from what travels to the browser."""

import numpy as np

BREAK, UNITS = -32768, 16
LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def drawn(book, layer, index=None):
    """Return the points (n, 2) of a layer as flipbook.js draws them, in pt from the top left."""
    content = book.draw()._content
    index = book._index if index is None else index
    units = np.frombuffer(content["points"], np.int16)
    columns = []
    for place in content["layers"][layer]["coordinates"]:
        *sizes, length = place["shape"]
        start = place["start"] + _row(sizes, index) * length
        columns.append(units[start : start + length])
    xy = np.stack(np.broadcast_arrays(*columns), axis=-1)
    return np.where((xy == BREAK).any(axis=-1, keepdims=True), np.nan, xy / UNITS)


def in_points(ax, xy):
    """Return where Matplotlib puts data (..., 2), in pt from the top left of the figure."""
    ax.figure.set_dpi(72)
    x, y = ax.transData.transform(np.reshape(xy, (-1, 2))).T
    return np.stack([x, ax.figure.get_figheight() * 72 - y], axis=-1).reshape(np.shape(xy))


def caption(book, index):
    """Return the sentence at a position, as flipbook.js picks it."""
    captions = book.draw()._content["captions"]
    parts = [each["texts"][_row(each["shape"], index)] for each in captions]
    return " ".join(filter(None, parts))


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
