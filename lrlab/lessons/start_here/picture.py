"""The picture of this lesson: whether sliders work here."""

import numpy as np

from lrlab.drawing import figures
from lrlab.drawing.colours import DATA, PATH
from lrlab.flipbook import Flipbook, Slider


def self_test():
    """Show whether sliders work here: a ball in a bowl, and a sentence that says so.

    Returns
    -------
    book : Flipbook

    Examples
    --------
    >>> self_test()
    Flipbook at position = 0
    Drag the slider, or click it and press an arrow key.
    """
    where = np.linspace(-1, 1, 41)
    figure, (ax,) = figures.canvas([7], 1.9)
    ax.plot(where * 1.2, (where * 1.2) ** 2, color=DATA)
    figures.frame(ax, "a ball in a bowl", "", "", (-1.3, 1.3), (-0.1, 1.5))
    ax.axis("off")
    labels = [f"{value:.2g}" for value in where]
    book = Flipbook(
        figure,
        {"position": Slider(where, labels=labels)},
        start={"position": 0},
        description="A ball in a bowl that follows the slider.",
    )
    book.line(
        ax, where[:, None], where[:, None] ** 2 + 0.07, color=PATH, marker="o", width=0, size=15
    )
    moved = [f"The sliders work: the ball moved to {at}, and no Python was asked." for at in labels]
    texts = np.where(where == 0, "Drag the slider, or click it and press an arrow key.", moved)
    return book.caption(texts).draw()
