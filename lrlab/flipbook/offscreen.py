"""Running a function that draws with Matplotlib where nobody sees it."""

import inspect
import pickle
import random
import warnings
from contextlib import contextmanager

import matplotlib
import numpy as np
from IPython.utils.capture import capture_output
from matplotlib import pyplot as plt
from matplotlib._pylab_helpers import Gcf
from matplotlib.figure import FigureBase

ERASED = "\033[2K\r"  # what clear_output() prints where there is no notebook


@contextmanager
def away():
    """For the length of a ``with`` block nothing is shown, and no open figure is touched.

    Afterwards the figures that were open are, and no others.
    """
    backend, figures = matplotlib.get_backend(), Gcf.figs
    Gcf.figs = type(figures)()
    try:
        with warnings.catch_warnings(), matplotlib.rc_context():
            warnings.filterwarnings("ignore", ".*non-interactive, and thus cannot be shown")
            plt.switch_backend("agg")
            yield
    finally:
        Gcf.figs = figures
        if matplotlib.get_backend() != backend:
            plt.switch_backend(backend)


@contextmanager
def _dice_put_back():
    """After a ``with`` block random numbers go on as if none had been drawn in it."""
    dice, state = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(dice)
        np.random.set_state(state)  # noqa: NPY002


def drawn(draw, values):
    """The figure that a function draws, and the words that it prints.

    Called inside `away`. Random numbers begin alike each time, so that between two positions only
    what a slider does is different.

    Examples
    --------
    >>> with away():
    ...     figure, printed = drawn(lambda a: plt.plot([0, a]), {"a": 2})
    >>> figure.axes[0].lines[0].get_ydata(), plt.get_fignums()
    (array([0, 2]), [])
    """
    blank = plt.figure()
    with _dice_put_back(), matplotlib.rc_context(), capture_output(stderr=False) as captured:
        if _wants_axes(draw) and "ax" not in values:
            values = {**values, "ax": blank.subplots()}
        try:
            result = draw(**values)
        except Exception as error:
            error.add_note(f"while {_name(draw)} drew at {values}")
            raise
    made = [each.canvas.figure for each in Gcf.get_all_fig_managers()]
    Gcf.destroy_all()
    printed = " ".join(captured.stdout.replace(ERASED, "").split())
    return _the_one(draw, _figures(result) or [each for each in made if each.axes]), printed


def copied(figure):
    """A figure as it is now, of its own: what is done to the one leaves the other alone."""
    copy = pickle.loads(pickle.dumps(figure))
    Gcf.destroy_all()  # it may have been opened anew
    return copy


def _name(draw):
    return getattr(draw, "__name__", "the function")


def _wants_axes(draw):
    try:
        known = inspect.signature(draw).parameters
    except (TypeError, ValueError):  # of a function that is not Python's there may be none
        return False
    return "ax" in known


def _figures(result):
    """The figures that a returned value speaks of: one, an axes of one, several of these."""
    if isinstance(result, (tuple, list, np.ndarray)):
        return [figure for each in result for figure in _figures(each)]
    figure = result if isinstance(result, FigureBase) else getattr(result, "figure", None)
    return [figure.get_figure(root=True)] if isinstance(figure, FigureBase) else []


def _the_one(draw, figures):
    found = list({id(each): each for each in figures}.values())
    if len(found) != 1 or not found[0].axes:
        raise ValueError(
            f"{_name(draw)} must draw one figure: with plt, on the axes that it is given as ax, or "
            f"on one that it returns, got {len(found)}"
        )
    return found[0]
