"""A plot of the learner's own is described, whatever is in it."""

import datetime

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib import animation  # noqa: F401  (loads what pandas registers late)
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnchoredText
from matplotlib.patches import Circle

from lrlab.drawing import summary

pytestmark = pytest.mark.filterwarnings("error")

T = np.linspace(0.1, 1, 7)
DAYS = [datetime.date(2024, 1, 1 + k) for k in range(7)]
WORDS = list("abcdefg")


def one(draw, **options):
    """A plot on one panel: a function of data (7,) that makes a figure."""

    def make(v):
        figure = Figure()
        draw(figure.add_subplot(**options), v)
        return figure

    return make


def many(draw):
    def make(v):
        figure = Figure(layout="constrained")
        draw(figure, v)
        return figure

    return make


def twins(ax, v):
    ax.plot(T, T)
    ax.twinx().plot(T, v)


def of_pandas(kind):
    def draw(ax, v):
        pd.DataFrame({"x": T, "y": v}, index=pd.date_range("2024", periods=7)).plot(
            kind=kind, ax=ax
        )

    return draw


def subfigures(figure, v):
    for part in figure.subfigures(1, 2):
        part.subplots(2).flat[0].plot(T, v)
        part.suptitle("a part")


def bars_of_a_color(figure, v):
    ax = figure.add_subplot()
    figure.colorbar(ax.scatter(T, v, c=v), ax=ax)


PLOTS = {
    "line": one(lambda ax, v: ax.plot(T, v)),
    "dates across": one(lambda ax, v: ax.plot(DAYS, v)),
    "datetime64": one(lambda ax, v: ax.plot(np.array(DAYS, "datetime64[D]"), v)),
    "dates upwards": one(lambda ax, v: ax.plot(v, DAYS)),
    "dates that move": one(lambda ax, v: ax.plot(
        [DAYS[0] + datetime.timedelta(days=int(100 * k)) for k in v], T)),
    "dates, scattered": one(lambda ax, v: ax.scatter(DAYS, v)),
    "words across": one(lambda ax, v: ax.plot(WORDS, v)),
    "words upwards": one(lambda ax, v: ax.plot(v, WORDS)),
    "words that change": one(lambda ax, v: ax.plot([f"{each:.3f}" for each in v], T)),
    "bars": one(lambda ax, v: ax.bar(T, v)),
    "bars of words": one(lambda ax, v: ax.bar(WORDS, v, label="counts")),
    "bars on their sides": one(lambda ax, v: ax.barh(WORDS, v)),
    "stacked bars": one(lambda ax, v: (ax.bar(WORDS, T), ax.bar(WORDS, v, bottom=T))),
    "histogram": one(lambda ax, v: ax.hist(v, bins=4, range=(0, 40))),
    "steps": one(lambda ax, v: ax.hist(v, bins=4, range=(0, 40), histtype="step")),
    "stairs": one(lambda ax, v: ax.stairs(v)),
    "pie": one(lambda ax, v: ax.pie(np.abs(v), labels=WORDS)),
    "polar": one(lambda ax, v: ax.plot(T, v), projection="polar"),
    "polar bars": one(lambda ax, v: ax.bar(T, v), projection="polar"),
    "3-D line": one(lambda ax, v: ax.plot(T, T, v), projection="3d"),
    "3-D points": one(lambda ax, v: ax.scatter(T, T, v), projection="3d"),
    "3-D surface": one(lambda ax, v: ax.plot_surface(*np.meshgrid(T, T), np.outer(v, v)),
                       projection="3d"),
    "3-D bars": one(lambda ax, v: ax.bar3d(T, T, 0 * T, 0.1, 0.1, v), projection="3d"),
    "image": one(lambda ax, v: ax.imshow(np.outer(v, T))),
    "image of colours": one(lambda ax, v: ax.imshow(np.tile(abs(v[:3]) / abs(v).max(), (4, 4, 1)))),
    "image of bools": one(lambda ax, v: ax.imshow(np.outer(v, T) > 2)),
    "image with holes": one(lambda ax, v: ax.imshow(np.ma.masked_less(np.outer(v, T), 0.5))),
    "matrix": one(lambda ax, v: ax.matshow(np.outer(v, T))),
    "mesh": one(lambda ax, v: ax.pcolormesh(np.outer(v, T))),
    "hexagons": one(lambda ax, v: ax.hexbin(T, v, gridsize=5)),
    "contours": one(lambda ax, v: ax.contourf(np.outer(v, T))),
    "error bars": one(lambda ax, v: ax.errorbar(T, v, yerr=T / 9, capsize=3)),
    "boxes": one(lambda ax, v: ax.boxplot([v, T])),
    "violins": one(lambda ax, v: ax.violinplot([v, T])),
    "arrows": one(lambda ax, v: ax.quiver(T, T, v, v)),
    "one arrow": one(lambda ax, v: ax.arrow(0, 0, 1, v[1])),
    "barbs": one(lambda ax, v: ax.barbs(T, v, v, v)),
    "streams": one(lambda ax, v: ax.streamplot(T, T, np.ones((7, 7)), np.outer(v, T))),
    "filled": one(lambda ax, v: ax.fill_between(T, v)),
    "a polygon": one(lambda ax, v: ax.fill(T, v)),
    "a circle": one(lambda ax, v: (ax.add_patch(Circle((0, 0), abs(v[1]))), ax.axis("equal"))),
    "spans": one(lambda ax, v: (ax.axvspan(v[0], v[1]), ax.axhline(v[2]))),
    "stems": one(lambda ax, v: ax.stem(T, v)),
    "events": one(lambda ax, v: ax.eventplot(v)),
    "uprights": one(lambda ax, v: ax.vlines(T, 0, v)),
    "log axes": one(lambda ax, v: ax.loglog(T, abs(v) + 1)),
    "symlog": one(lambda ax, v: (ax.plot(T, v), ax.set_yscale("symlog"))),
    "logit": one(lambda ax, v: (ax.plot(T, 0.5 + v / 1000), ax.set_yscale("logit"))),
    "inverted": one(lambda ax, v: (ax.plot(T, v), ax.invert_yaxis())),
    "twins": one(twins),
    "a second scale": one(lambda ax, v: (ax.plot(T, v), ax.secondary_xaxis("top"))),
    "an inset": one(lambda ax, v: ax.inset_axes([0.5, 0.5, 0.4, 0.4]).plot(T, v)),
    "mathtext": one(lambda ax, v: (ax.set_title(r"$\frac{1}{2}\alpha_t$"), ax.plot(T, v))),
    "text": one(lambda ax, v: ax.text(0, 0, rf"$\alpha = {v[0]:.3g}$ {{}} %")),
    "an arrow with words": one(lambda ax, v: ax.annotate(
        "here", (0, v[1]), (0.5, 0.5 * v[1] + 0.1), arrowprops={"arrowstyle": "->"})
        and ax.plot(T, v)),
    "a table": one(lambda ax, v: (ax.table([[f"{each:.2f}" for each in v]]), ax.plot(T, v))),
    "a box of words": one(lambda ax, v: (ax.add_artist(AnchoredText("hi", 1)), ax.plot(T, v))),
    "a legend": one(lambda ax, v: (ax.plot(T, v, label="α_t, $x_1$"), ax.legend(title="rates"))),
    "a label that is a number": one(lambda ax, v: ax.plot(T, v, label=3)),
    "masked": one(lambda ax, v: ax.plot(np.ma.masked_less(T, 0.3), np.ma.masked_greater(v, 9))),
    "all masked but one": one(lambda ax, v: ax.scatter(T, np.ma.masked_array(v, [0] + [1] * 6))),
    "holes": one(lambda ax, v: ax.plot(T, np.where(T < 0.5, np.nan, v))),
    "objects": one(lambda ax, v: ax.plot(T.astype(object), np.array(v.tolist(), object))),
    "integers": one(lambda ax, v: ax.plot(np.arange(7), (100 * v).astype(int))),
    "bools": one(lambda ax, v: ax.plot(T, v > 2)),
    "huge": one(lambda ax, v: ax.plot(T, 1e200 * v)),
    "a Series": one(lambda ax, v: ax.plot(pd.Series(v, index=pd.date_range("2024", periods=7)))),
    "pandas lines": one(of_pandas("line")),
    "pandas bars": one(of_pandas("bar")),
    "pandas boxes": one(of_pandas("box")),
    "pandas areas": one(lambda ax, v: pd.Series(abs(v)).plot.area(ax=ax)),
    "pandas periods": one(lambda ax, v: pd.Series(
        v, index=pd.period_range("2024-01", periods=7, freq="M")).plot(ax=ax)),
    "time spans": one(lambda ax, v: pd.Series(
        v, index=pd.to_timedelta(np.arange(7), unit="h")).plot(ax=ax)),
    "many panels": many(lambda figure, v: figure.subplots(2, 3)[1, 2].plot(T, v)),
    "a mosaic": many(lambda figure, v: figure.subplot_mosaic("AB;AC")["C"].plot(T, v)),
    "subfigures": many(subfigures),
    "a colorbar": many(bars_of_a_color),
    "a title above all": many(lambda figure, v: figure.suptitle(f"{v[0]:.3f}")),
    "no axes": one(lambda ax, v: (ax.axis("off"), ax.imshow(np.outer(v, T)))),
}  # fmt: skip
EMPTY = {
    "no panel": lambda: Figure(),
    "an empty panel": lambda: Figure().add_subplot().figure,
    "empty data": lambda: one(lambda ax, v: (ax.plot([], []), ax.scatter([], []), ax.bar([], [])))(
        T
    ),
    "an empty image": lambda: one(lambda ax, v: ax.imshow(np.full((2, 2), np.nan)))(T),
    "an axes without a frame": lambda: one(lambda ax, v: ax.set_axis_off())(T),
}


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_of_any_kind_is_described_and_its_data_are_in_the_words(name):
    one, same, other = (PLOTS[name](v) for v in (10 * T**2, 10 * T**2, 31 - 30 * T))
    words = summary.describe(one)
    assert words == summary.describe(same) and words != summary.describe(other)
    assert words.startswith("Figure with ") and "0x" not in words
    assert "no more can be said" not in words


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_plot_is_described(name):
    assert summary.describe(EMPTY[name]()).startswith("Figure with ")


@pytest.mark.parametrize("name", [*PLOTS, *EMPTY])
def test_words_come_before_and_after_the_plot_is_drawn(name):
    figure = EMPTY[name]() if name in EMPTY else PLOTS[name](T)
    summary.describe(figure)
    with matplotlib.rc_context({"figure.max_open_warning": 0}):
        figure.draw_without_rendering()
    assert "no more can be said" not in summary.describe(figure)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dates across", "(2024-01-01, 0.1) over (2024-01-04, 3.02) to (2024-01-07, 10)"),
        ("words across", "(a, 0.1) over (d, 3.02) to (g, 10)"),
        ("bars of words", "bars 'counts': 7, heights 0.1, 0.625, 1.6, 3.02, 4.9, 7.22, …"),
        ("bars on their sides", "lengths 0.1, 0.625"),
        ("image", "image: 7 × 7, values from 0.01 to 10, mean"),
        ("a colorbar", "points: 7 points"),
        ("3-D points", "z from 0.1 to 10"),
        ("subfigures", "title: a part"),
    ],
)
def test_what_is_said_is_useful(name, words):
    assert words in summary.describe(PLOTS[name](10 * T**2))


def test_what_cannot_be_read_is_named_and_not_raised():
    figure = Figure()
    (line,) = figure.add_subplot().plot(T, T)
    line.get_xdata = lambda orig=True: [object()]
    assert "Line2D, of which no more can be said: TypeError" in summary.describe(figure)
