"""One colour, one meaning, in every picture of the course.

The palette is that of Okabe and Ito (2008), which is told apart with every common kind of colour
vision. Colour never stands alone: markers, words and position say the same.
"""

from lrlab.flipbook.theme import FAINT, INK, MUTED

__all__ = ["DATA", "FAINT", "INK", "OPTIMUM", "PATH", "REGIME", "SECOND"]

DATA = MUTED
PATH = "#D55E00"
OPTIMUM = "#009E73"
SECOND = "#0072B2"
REGIME = {"monotone": "#56B4E9", "oscillating": "#E69F00", "diverging": "#D55E00"}
