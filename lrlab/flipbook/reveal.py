"""What a cell found, behind the question that it answers: a figure, a table or words."""

from io import BytesIO
from pathlib import Path

import anywidget
import traitlets
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.figure import Figure

from lrlab.flipbook.theme import CSS


class Reveal(anywidget.AnyWidget):
    """A figure or a text that stays covered until a prediction is locked.

    Parameters
    ----------
    value : object
        A Matplotlib figure is shown as a picture and closed, a str as it is, all else by its repr.
    covered : bool
        Whether it waits.

    Examples
    --------
    >>> Reveal("α = 0.98", covered=True)
    α = 0.98
    """

    _esm = Path(__file__).with_name("reveal.js").read_text(encoding="utf-8")
    _css = CSS
    _text = traitlets.Unicode().tag(sync=True)
    _picture = traitlets.Bytes().tag(sync=True)
    covered = traitlets.Bool(False).tag(sync=True)

    def __init__(self, value, covered):
        text, picture = (value, b"") if isinstance(value, str) else _seen(value)
        super().__init__(_text=text, _picture=picture, covered=covered)

    def __repr__(self):
        return self._text

    def png(self):
        """Return its picture as PNG; empty where it is a text."""
        return self._picture

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        picture = {"image/png": self._picture} if self._picture else {}
        return {**data, "text/plain": self._text, **picture}, metadata


def _seen(value):
    """Return the text and the picture, if it has one, that a notebook would show of a value."""
    text = repr(value)
    if InteractiveShell.initialized():
        formatters = InteractiveShell.instance().display_formatter.formatters
        text = formatters["text/plain"](value)
    if not isinstance(value, Figure):
        return text, b""
    stream = BytesIO()
    value.savefig(stream, format="png", dpi=110, bbox_inches="tight")
    _close(value)
    return text, stream.getvalue()


def _close(figure):
    """Take a figure from pyplot, if it was made there, so that its cell does not show it too."""
    import matplotlib.pyplot as plt

    plt.close(figure)
