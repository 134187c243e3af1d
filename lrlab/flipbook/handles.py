"""Points of a picture that a hand can take hold of."""

from dataclasses import dataclass

import numpy as np

from lrlab.flipbook import layers, wire


@dataclass(frozen=True, eq=False)
class Handle:
    """Where a point stands for each position of the one or two sliders that it moves."""

    axes: object
    x: np.ndarray  # (*sliders, 1)
    y: np.ndarray = None  # None: wherever in the panel one clicks
    color: str = "#222222"

    def carried(self, stage, store, sliders):
        """What the browser needs: the coordinates, and which slider each one moves."""
        y = np.array(self.axes.get_ylim()[1:]) if self.y is None else self.y
        placed = stage.coordinates(self.axes, [self.x, y], sliders)
        moves = [_depends(self.x), None if self.y is None else _depends(self.y)]
        x, y = (store.add(wire.units(points)) for points in placed)
        style = layers.themed({"color": self.color})
        return {"axes": stage.axes.index(self.axes), "x": x, "y": None if self.y is None else y,
                "moves": moves, "color": style["color"]}  # fmt: skip


def handle(ax, x, y, sliders, color):
    """A handle of coordinates that are names of sliders or arrays; see `Flipbook.handle`."""
    if x is None:
        raise ValueError("x must be the name of a slider or an array, got None")
    layers.color_of(color)
    x, y = (
        None if v is None else _along(name, v, ax, sliders) for name, v in {"x": x, "y": y}.items()
    )
    if _depends(x) is None:
        raise ValueError("x must differ from position to position of one slider, got one value")
    return Handle(ax, x, y, color)


def _along(name, given, ax, sliders):
    """Coordinates (*sliders, 1) of a handle, which depend on one slider at most."""
    names = list(sliders)
    if isinstance(given, str):
        if given not in sliders:
            raise ValueError(f"{name} must name a slider of {names}, got {given!r}")
        values = sliders[given].values
        if values.dtype.kind not in "iuf":
            raise ValueError(f"{name} must name a slider of numbers, got {given!r} of words")
        axis = names.index(given)
        return np.reshape(
            values.astype(float), [-1 if k == axis else 1 for k in range(len(names))] + [1]
        )
    array = layers.coordinate(ax, name, given)[..., None]
    array = array.reshape(layers.padded(array.shape, len(names) + 1))
    fits = all(
        n in (1, len(each.values)) for n, each in zip(array.shape, sliders.values(), strict=False)
    )
    if array.ndim != len(names) + 1 or not fits or sum(n > 1 for n in array.shape) > 1:
        raise ValueError(
            f"{name} must depend on one slider alone, got the shape {array.shape[:-1]}"
        )
    return array


def _depends(array):
    """The number of the slider that an array (*sliders, 1) depends on, or None."""
    return next((axis for axis, n in enumerate(array.shape[:-1]) if n > 1), None)
