"""The colours of the course's pictures, and what each stands for unless a picture says otherwise.

DATA: the points. PATH: a run. OPTIMUM: the minimum. SECOND: what a run is compared with. REGIME:
how a constant rate ends. REGIME's "diverging" is PATH's colour. A picture without one of these may
lend its colour to something else, and then names it beside it: the two losses of "Whose α?", the
minima that can hold a run in "Beyond the bowl".

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
