import io
import itertools
import re

import numpy as np
import pytest
from decoded import caption, content, drawn, in_points, unpacked
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib import rc_context
from matplotlib.figure import Figure
from PIL import Image

from lrlab import figures
from lrlab.flipbook import Blend, Flipbook, Slider

pytestmark = pytest.mark.filterwarnings("error")
quick = settings(max_examples=40, deadline=None)

SIXTEENTH = 1 / 16
BLUE, AMBER, RED = "#56B4E9", "#E69F00", "#D55E00"
LIMITS = {"xlim": (0.5, 8.0), "ylim": (0.02, 300.0)}


def stage(kind="linear"):
    """A figure of two panels, and the right one, where all that is tested happens."""
    figure, (left, ax) = figures.canvas([3, 5], three_d={1} if kind == "3d" else ())
    left.set(xticks=[], yticks=[])  # as ticks are slow
    if kind == "log":
        ax.set_xscale("log")
        ax.set_yscale("log", nonpositive="mask")
        ax.minorticks_off()
    ax.set(**LIMITS, **{"zlim": (-1, 1)} if kind == "3d" else {}, xticks=[2, 4], yticks=[])
    return figure, ax


def make(sliders=None, kind="linear", **options):
    figure, ax = stage(kind)
    return Flipbook(figure, sliders or {"α": [0.1, 0.2, 0.4]}, **options), ax


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=0, atol=SIXTEENTH / 2 + 1e-5)


# Coordinates


@pytest.mark.parametrize("kind", ["linear", "log", "3d"])
def test_a_line_lies_where_matplotlib_itself_draws_it(kind):
    book, ax = make(kind=kind)
    rng = np.random.default_rng(0)
    points = [rng.uniform(1, 7, 30), rng.uniform(1, 250, 30), rng.uniform(-0.9, 0.9, 30)]
    points = points[: 3 if kind == "3d" else 2]
    seen = drawn(book.line(ax, *points, color="#000000"), 0)
    ax.plot(*points, gid="probe")
    svg = io.StringIO()
    with rc_context({"path.simplify": False}):
        book.figure.savefig(svg, format="svg")
    path = re.search(r'<g id="probe">\s*<path d="([^"]+)"', svg.getvalue())[1]
    close(seen, np.reshape([float(v) for v in re.findall(r"[-\d.]+", path)], (-1, 2)))


@st.composite
def layers(draw):
    """Arrays x and y that broadcast to (3, 2, 4), with gaps; some lack their first axes."""

    def array(elements):
        shape = [draw(st.sampled_from([1, n])) for n in (3, 2, 4)]
        while shape[0] == 1 and len(shape) > 1 and draw(st.booleans()):
            del shape[0]
        return draw(hnp.arrays(float, tuple(shape), elements=elements | st.just(np.nan)))

    return array(st.floats(0.5, 8.0)), array(st.floats(0.02, 300.0))


BOOKS = {kind: make({"a": [1, 2, 3], "b": ["left", "right"]}, kind) for kind in ["linear", "log"]}


@pytest.mark.parametrize("kind", BOOKS)
@settings(max_examples=10, deadline=None)
@given(data=st.lists(layers(), min_size=1, max_size=5))
def test_layers_broadcast_over_the_sliders_and_break_at_nan(kind, data):
    book, ax = BOOKS[kind]
    book.clear()
    for x, y in data:
        book.line(ax, x, y, color="#000000")
    book.draw()
    for k, (x, y) in enumerate(data):
        length = np.broadcast_shapes(x.shape, y.shape)[-1]
        x, y = (np.broadcast_to(v, (3, 2, length)) for v in (x, y))
        expected = in_points(ax, np.stack([x, y], axis=-1))
        expected[np.isnan(expected).any(axis=-1)] = np.nan
        for index in np.ndindex(3, 2):
            close(drawn(book, k, index), expected[index])


@settings(max_examples=20, deadline=None)
@given(
    begin=st.tuples(st.floats(0.5, 8.0), st.floats(0.02, 300.0)),
    angle=st.floats(0, 2 * np.pi),
    decades=st.floats(0, 150),
    leaves=st.booleans(),
)
def test_a_segment_from_inside_the_picture_keeps_its_direction(begin, angle, decades, leaves):
    book, ax = BOOKS["linear"]
    way = 10**decades * np.array([np.cos(angle), np.sin(angle)]) * [1, 40]
    x, y = np.transpose([(2, 50), begin, begin + way][:: 1 if leaves else -1])
    seen = drawn(book.clear().line(ax, x, y, color="#000000"), 0)
    _, here, there = seen[:: 1 if leaves else -1]
    close(here, in_points(ax, begin))
    unit = way / [7.5, 299.98] * [ax.bbox.width, -ax.bbox.height]
    length = np.hypot(*unit)
    unit /= length
    aside, along = (
        np.cross(np.append(there - here, 0), np.append(unit, 0))[2],
        (there - here) @ unit,
    )
    assert abs(aside) <= 2 * SIXTEENTH
    assert abs(along - length) <= 2 * SIXTEENTH or not in_picture(ax, there)
    assert along > -SIXTEENTH


def in_picture(ax, xy):
    (left, low), (right, high) = in_points(ax, np.transpose([LIMITS["xlim"], LIMITS["ylim"]]))
    return (left < xy[..., 0]) & (xy[..., 0] < right) & (high < xy[..., 1]) & (xy[..., 1] < low)


@pytest.mark.parametrize(
    ("to", "way"),
    [
        ((np.inf, 9), (1, 0)),
        ((-np.inf, 9), (-1, 0)),
        ((3, np.inf), (0, -1)),
        ((3, -np.inf), (0, 1)),
    ],
)
def test_infinity_is_a_direction_and_not_a_gap(to, way):
    book, ax = make()
    here, there = drawn(book.line(ax, [3, to[0]], [9, to[1]], color="#000000"), 0)
    np.testing.assert_allclose((there - here) / np.linalg.norm(there - here), way, atol=1e-3)
    assert not in_picture(ax, there)


def bouncing(growth, steps):
    return 0.1 * (-growth) ** np.arange(steps)


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(
    "path",
    [
        *(bouncing(1.1, 200), bouncing(1.5, 60), bouncing(4, 20), bouncing(1e9, 10)),
        *(bouncing(1e90, 4), np.geomspace(0.1, 1e140, 20), -np.geomspace(0.1, 1e9, 90)),
    ],
)
def test_a_path_that_leaves_or_comes_back_keeps_its_line_and_its_sides(path, back):
    book, ax = make()
    x, y = 4 + path[:: -1 if back else 1], np.full(len(path), 9.0)
    seen = drawn(book.line(ax, x, y, color="#000000"), 0)
    true, middle = in_points(ax, np.stack([x, y], axis=-1)), in_points(ax, (4, 9))
    assert (in_picture(ax, seen) == in_picture(ax, true)).all()
    assert (np.sign(seen - middle)[:, 0] == np.sign(x - 4)).all()
    crossing = (np.sign(x[1:] - 4) != np.sign(x[:-1] - 4)) & (np.abs(x[:-1]) < 1e9)
    close(seen[1:][crossing | in_picture(ax, true[1:]), 1], middle[1])


def test_of_two_points_far_out_the_line_between_them_is_still_true():
    book, ax = make()
    x, y = [4, 4000, -9000], [9, 900, -1500]
    seen, true = drawn(book.line(ax, x, y, color="#000000"), 0), in_points(ax, np.transpose([x, y]))
    across = (true[2] - true[1]) / np.linalg.norm(true[2] - true[1])
    aside = np.cross(np.append(seen[2] - true[1], 0), np.append(across, 0))[2]
    assert abs(aside) <= SIXTEENTH and not in_picture(ax, seen[1:]).any()


def test_a_segment_that_passes_the_picture_by_stays_out_of_it():
    book, ax = make()
    x, y = [4, -1e6, 2e6, -1e4, 2e4], [9, -3e5, -3e5, -3e5, -3e5]
    seen = drawn(book.line(ax, x, y, color="#000000"), 0)
    for begin, end in itertools.pairwise(seen[1:]):
        assert not in_picture(ax, begin + np.linspace(0, 1, 999)[:, None] * (end - begin)).any()


def test_what_does_not_depend_on_a_slider_costs_nothing_there():
    book, ax = make({"a": np.arange(5), "b": np.arange(7)})
    a, b = np.ogrid[1:2:5j, 1:2:7j]
    book.line(ax, a[..., None], np.ones((5, 7, 3)), color="#000000")
    book.line(ax, [1, 2, 3], b[..., None] * [1, 2, 3], color="#000000")
    shapes = [[each[name]["shape"] for name in "xy"] for each in content(book)["layers"]]
    assert shapes == [[[5, 1, 3], [1, 1, 3]], [[1, 1, 3], [1, 7, 3]]]


def test_gaps_in_y_cost_nothing_in_x():
    book, ax = make({"a": np.arange(5)})
    y = np.where(np.eye(5), np.nan, np.arange(1.0, 6.0))
    (layer,) = content(book.line(ax, [1, 2, 3, 4, 5], y, color="#000000"))["layers"]
    assert [layer[name]["shape"] for name in "xy"] == [[1, 5], [5, 5]]
    for at in range(5):
        assert np.flatnonzero(np.isnan(drawn(book, 0, [at])[:, 0])).tolist() == [at]


def test_equal_coordinates_travel_once():
    book, ax = make()
    wave = np.sin(np.arange(9).reshape(3, 3)) + 2
    once = content(book.line(ax, wave, wave, color="#000000"))["arrays"]
    book.line(ax, wave.copy(), wave, color="#ff0000")
    twice = content(book)
    assert len(twice["arrays"]) == len(once) == 2
    assert all(twice["layers"][0][name] == twice["layers"][1][name] for name in "xy")


def test_an_axes_is_known_by_its_place_and_clipped_to_its_box():
    book, ax = make()
    seen = content(book.line(ax, [1], [1], color="#000000"))
    assert seen["layers"][0]["axes"] == 1 and seen["homes"] == [0, 1]
    (left, low), (right, high) = in_points(ax, np.transpose([LIMITS["xlim"], LIMITS["ylim"]]))
    x, y, width, height = seen["clips"][1]
    np.testing.assert_allclose([x, y, x + width, y + height], [left, high, right, low], atol=1.1)
    panels = np.array(seen["panels"])
    np.testing.assert_allclose(panels[1:, 0], panels[:-1, 0] + panels[:-1, 2], atol=0.02)
    tight = [(box.x0, box.x1) for box in (each.get_tightbbox() for each in ax.figure.axes)]
    assert all(
        left <= a and b <= left + width
        for (left, _, width, _), (a, b) in zip(panels, tight, strict=True)
    )
    assert panels[0, 0] == 0 and panels[:, 2].sum() == pytest.approx(8 * 72, abs=0.05)


def test_a_marker_stands_upright_though_svg_counts_downwards():
    book, ax = make()
    style = content(book.line(ax, [1], [1], color="#D55E00", marker="^"))["layers"][0]["style"]
    x, y = np.reshape([float(v) for v in re.findall(r"[-\d.]+", style["marker"])], (-1, 2)).T
    assert x[np.argmin(y)] == 0 and (y == y.max()).sum() == 2


def test_the_same_book_is_the_same_to_the_last_byte():
    def packed():
        book, ax = make({"a": Slider([1, 2], marks={1: "two"})})
        book.line(ax, [1, 2], [[1], [2]], color="#000000").caption(["x", "y"])
        assert "<metadata" not in content(book)["stage"]
        return book._packed

    assert packed() == packed()


def test_only_what_has_changed_is_sent_again():
    book, ax = make()
    sent = []
    book.observe(lambda change: sent.append(len(content(book)["layers"])), "_packed")
    book.line(ax, [1], [1], color="#000000").draw().draw()
    book.clear().line(ax, [1], [2], color="#000000").line(ax, [1], [3], color="#000000").draw()
    book.caption(["low", "middle", "high"]).draw()
    assert sent == [1, 2, 2]


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda b, ax: b.line(ax, "ab", [1], color="#000000"), "x must be .* got 'ab'"),
        (
            lambda b, ax: b.line(ax, [1], [1, [2]], color="#000000"),
            r"y must be .* got \[1, \[2\]\]",
        ),
        (lambda b, ax: b.line(ax, [1, 2], [1, 2, 3], color="#000000"), r"x \(2,\), y \(3,\)"),
        (lambda b, ax: b.line(ax, [1], [1], [1], color="#000000"), r"z must be .* got \[1\]"),
        (lambda b, ax: b.line(ax, [1], [1], color="red"), "color must be #rrggbb, got 'red'"),
        (lambda b, ax: b.line(ax, [1], [1], color="#000000", marker="x"), "marker must be .* 'x'"),
        (lambda b, ax: b.line(ax, [1], [1], color="#000000", marker="no"), "marker.* 'no'"),
        (
            lambda b, ax: b.line(stage()[1], [1], [1], color="#000000"),
            "ax must belong .* got <Axes",
        ),
        (
            lambda b, ax: b.line(ax, [1], [1], color="#000000", reveal=True),
            "reveal=True .* got 1 p",
        ),
        (lambda b, ax: b.caption(["one", "two"]), r"texts must .* \(3,\), got \(2,\)"),
        (lambda b, ax: b.set_trait("position", {"α": np.nan}), "position 'α' must be .* got nan"),
        (lambda b, ax: b.set_trait("position", {"α": np.inf}), "position 'α' must be .* got inf"),
        (lambda b, ax: b.set_trait("position", {"α": "0.1"}), "position 'α' must be .* got '0.1'"),
        (lambda b, ax: b.set_trait("position", {"α": None}), "position 'α' must be .* got None"),
        (lambda b, ax: b.set_trait("position", {"β": 1}), r"position .* \['α'\], got \['β'\]"),
        (lambda b, ax: b.storyboard({"β": 1}), r"scenes .* \['α'\], got \['β'\]"),
        (lambda b, ax: Flipbook(b.figure, {"α": [1]}, start={"β": 1}), r"start .* got \['β'\]"),
        (lambda b, ax: Flipbook(b.figure, {"α": [1]}, start={"α": "x"}), "'α' must be .* got 'x'"),
        (lambda b, ax: Flipbook(b.figure, {"α": [1]}, play="t"), r"play must .* got \['t'\]"),
        (lambda b, ax: Flipbook(b.figure, {"α": ["a", "b"]}, start={"α": "c"}), "got 'c'"),
        (lambda b, ax: Slider([]), r"values must .* got .*\(0,\)"),
        (lambda b, ax: Slider([[1, 2]]), r"values must .* got .*\(1, 2\)"),
        (lambda b, ax: Slider([2, 1]), r"values must .* got \[2 1\]"),
        (lambda b, ax: Slider([1, 1]), r"values must .* got \[1 1\]"),
        (lambda b, ax: Slider([1, np.nan]), r"values must .* got \[ *1\. +nan\]"),
        (lambda b, ax: Slider(["a", "a"]), "values must .* got"),
        (lambda b, ax: Slider([1, 2], labels=["one"]), "labels must be 2.* got 1"),
        (lambda b, ax: Slider([1, 2], marks={2: "three"}), "marks .* 0 to 1, got 2"),
        (
            lambda b, ax: Slider([1, 2], bands=[(-1, "low", "#000000")]),
            "bands .* at 0 .* 1, got .*-1",
        ),
        (lambda b, ax: Slider([1, 2], bands=[(0, "slow", "red")]), "bands .*#rrggbb, got .red"),
    ],
)
def test_bad_input_is_an_error_that_says_what_and_why(call, message):
    book, ax = make()
    with pytest.raises(ValueError, match=message):
        call(book, ax)
    assert book.position == {"α": 0.1} and not book._layers


def test_a_z_belongs_to_three_dimensions():
    book, ax = make(kind="3d")
    with pytest.raises(ValueError, match="z must be given for 3-D axes"):
        book.line(ax, [1], [1], color="#000000")


@quick
@given(shape=hnp.array_shapes(min_dims=1, max_dims=4, max_side=4))
def test_a_shape_is_taken_or_refused_as_numpy_broadcasts(shape):
    book, ax = BOOKS["linear"]
    before = len(book._layers)
    try:
        fits = np.broadcast_shapes(shape[:-1], (3, 2)) == (3, 2)
    except ValueError:
        fits = False
    if fits:
        book.line(ax, np.ones(shape), 1.0, color="#000000")
    else:
        with pytest.raises(ValueError, match=rf"x, y must .* \(3, 2\), got \({shape[0]},"):
            book.line(ax, np.ones(shape), 1.0, color="#000000")
    assert len(book._layers) == before + fits


# Position


@quick
@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8, unique=True).map(sorted),
    wanted=st.floats(-1e9, 1e9) | st.integers(-100, 100),
)
def test_a_position_goes_to_the_nearest_value(values, wanted):
    assume(all(b > a for a, b in itertools.pairwise(values)))
    at = Slider(values).nearest(wanted)
    assert all(abs(values[at] - wanted) <= abs(other - wanted) for other in values)


def test_setting_a_position_moves_what_the_browser_is_told_and_observers():
    book, _ = make({"α": [0.1, 0.2, 0.4], "data": ["line", "houses"]}, start={"data": "houses"})
    seen = []
    book.observe(lambda change: seen.append(change.new), "position")
    assert book.position == {"α": 0.1, "data": "houses"} and book.get_state("_index")["_index"] == [
        0,
        1,
    ]
    book.position = {"α": 0.33}
    assert book.position == {"α": 0.4, "data": "houses"} and book._index == [2, 1]
    book.position = {"data": "line"}
    assert seen == [{"α": 0.4, "data": "houses"}, {"α": 0.4, "data": "line"}]


def test_a_position_and_a_scene_may_name_a_mark():
    book, _ = make({"α": Slider([0.1, 0.2, 0.4], marks={2: "edge"}), "data": ["line", "houses"]})
    book.position = {"α": "edge"}
    assert book.position == {"α": 0.4, "data": "line"}
    with pytest.raises(ValueError, match=r"finite number or one of \['edge'\], got 'top'"):
        book.position = {"α": "top"}


def test_a_scene_leaves_what_it_does_not_name_where_the_last_one_put_it():
    book, _ = make({"α": Slider([0.1, 0.2, 0.4], marks={2: "edge"}), "data": ["line", "houses"]},
                   start={"α": 0.2})  # fmt: skip
    assert book.scenes == [] and content(book)["scenes"] == []
    book.storyboard({"data": "houses"}, {"α": "edge"}, {"data": "line"})
    assert content(book)["scenes"] == [[1, 1], [2, 1], [2, 0]]
    assert book.scenes[1] == {"α": 0.4, "data": "houses"}
    assert book.position == {"α": 0.2, "data": "line"}
    assert [position for position, _ in book.sweep()][-3:] == book.scenes


def test_what_the_browser_moves_python_sees():
    book, _ = make({"α": [0.1, 0.2, 0.4], "data": ["line", "houses"]})
    seen = []
    book.observe(lambda change: seen.append(change.new), "position")
    book.set_state({"_index": [1, 1]})
    assert book.position == {"α": 0.2, "data": "houses"} and seen == [book.position]
    assert type(book.position["α"]) is float and type(book.position["data"]) is str


def test_a_sweep_visits_every_corner_and_mark_and_returns():
    marked = Slider([1, 2, 3, 4], marks={1: "two", 2: "three"})
    book, _ = make({"a": ["p", "q", "r"], "b": marked, "c": [0]}, start={"a": "q", "b": 1})
    book.caption([[[f"{a}{b}"] for b in (1, 2, 3, 4)] for a in "pqr"])
    visits = book.sweep()
    assert {text for _, text in visits} == {"p1", "p4", "r1", "r4", "q2", "q3"}
    assert all(text == f"{p['a']}{p['b']}" and p["c"] == 0 for p, text in visits)
    assert book.position == {"a": "q", "b": 1, "c": 0} and len(visits) == 6


@pytest.mark.parametrize("shape", [(), (1, 1), (3, 1), (2,), (1, 2), (3, 2)])
def test_captions_broadcast_like_layers(shape):
    book, _ = make({"a": [1, 2, 3], "b": ["left", "right"]})
    texts = np.reshape([f"text {k}" for k in range(int(np.prod(shape)))], shape)
    book.caption(texts)
    for index in np.ndindex(3, 2):
        book._index = list(index)
        assert book.seen == np.broadcast_to(texts, (3, 2))[index] == caption(book, index)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0.0012345, 0.5, 1234.5], "0.00123 0.5 1.23e+03"),
        ([0.287, 0.2875, 0.288, 0.3], "0.287 0.2875 0.288 0.3"),
        ([1.0, 1.0 + 1e-9, 2.0], "1 1.000000001 2"),
        ([1, 20, 12345], "1 20 12345"),
        (["line", "houses"], "line houses"),
    ],
)
def test_two_values_never_look_the_same(values, labels):
    assert " ".join(Slider(values).labels) == labels


def test_a_slider_is_spoken_with_its_mark_and_regime():
    bands = [(0, "monotone", BLUE), (1, "oscillating", AMBER), (2, "diverging", RED)]
    slider = Slider([0.1, 0.2, 0.4], bands=bands, marks={1: "2/λ_max"})
    spoken = content(make({"α": slider})[0])["sliders"][0]
    assert spoken["said"] == ["0.1, monotone", "0.2, 2/λ max, oscillating", "0.4, diverging"]
    assert [band["first"] for band in spoken["bands"]] == [0, 1, 2]
    assert spoken["marks"] == [{"at": 1, "name": "2/λ_max", "label": [["2/λ", ""], ["max", "sub"]]}]


# What stands where no browser runs the picture


def playing(marks=None):
    bands = [(0, "monotone", BLUE), (2, "diverging", RED)]
    book, ax = make({"α": Slider([0.1, 0.2, 0.4], bands=bands), "t": [0, 1, 2]}, play="t")
    x = np.array([2.0, 4.0, 6.0])[:, None, None]
    book.line(ax, x, 150, color="#D55E00", marker="s", width=0, size=12)
    book.line(ax, [1, 4, 7], [10, 40, 70], color="#0072B2", width=3, reveal=True)
    return book.caption(np.array(["slow", "good", "too fast"])[:, None]), ax


def test_the_text_says_the_position_and_what_is_seen():
    book, _ = playing()
    book.position = {"α": 0.4, "t": 1}
    said = "Flipbook at α = 0.4, diverging, t = "
    assert repr(book) == said + "1\ntoo fast So far: step 1 of 2."
    book.position = {"t": 2}
    assert repr(book) == said + "2\ntoo fast"
    assert repr(book) == repr(book) and "0x" not in repr(book)


def test_the_bundle_has_text_widget_and_picture():
    data, _ = playing()[0]._repr_mimebundle_()
    assert data["text/plain"] == "Flipbook at α = 0.1, monotone, t = 0\nslow So far: step 0 of 2."
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"]
    picture = Image.open(io.BytesIO(data["image/png"]))
    picture.verify()
    # 8 inches wide; a line of text, a strip for the slider with bands, the stage, a caption.
    assert picture.format == "PNG" and picture.size == (800, sum([30, 75, 370, 30]))
    assert not picture.info.get("Software")


ABOVE = 30 + 75  # pixels above the stage


def coloured(book, colour):
    """The places (n, 2) of all pixels of a colour, in points from the top left of the stage."""
    pixels = np.asarray(Image.open(io.BytesIO(book.png())).convert("RGB"))[ABOVE:]
    return np.argwhere((pixels == colour).all(axis=-1))[:, ::-1] * 0.72


def test_the_picture_shows_the_present_position():
    book, _ = playing()
    for at in range(3):
        book._index = [at, 0]
        seen = coloured(book, (0xD5, 0x5E, 0x00)).mean(axis=0)
        np.testing.assert_allclose(seen, drawn(book, 0)[0], atol=0.75)  # a pixel is 0.72 points
    counts = []
    for at in range(3):
        book._index = [0, at]
        counts.append(len(coloured(book, (0x00, 0x72, 0xB2))))
    assert counts[0] < 30 < counts[1] < counts[2] - 100


def test_a_picture_leaves_nothing_behind():
    book, ax = playing()
    before = book.png()
    state, children = book.draw()._packed, ax.get_children()
    assert book.png() == before and ax.get_children() == children
    assert book.draw()._packed is state
    book.line(ax, [1], [1], color="#000000").clear()
    book._stale = True
    assert content(book)["stage"] == unpacked(state)["stage"]


def test_a_plain_figure_is_laid_out_before_it_is_first_shown():
    figure = Figure()
    ax = figure.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1), ylabel="upwards")
    book = Flipbook(figure, {"α": [1, 2]}).line(ax, [0, 1], [0, 1], color="#000000")
    assert book.png() == book.draw().png()


@pytest.mark.parametrize("value", [np.nan, np.inf, -1e300, 1e150])
@pytest.mark.parametrize("kind", ["linear", "log"])
def test_a_picture_of_what_exploded_is_drawn_without_a_warning(kind, value):
    book, ax = make(kind=kind)
    book.line(ax, [1, 2, value], [1, value, 2], color="#000000", marker="o")
    book.line(ax, [1, 2], value, color="#000000")
    book._repr_mimebundle_()


# What is drawn, read back


def test_what_is_drawn_can_be_read_at_any_position_and_nothing_moves():
    figure, (left, right) = figures.canvas([3, 3])
    left.plot([0, 1], [5, 6], "k")
    left.axvline(0.5)  # half of it is a share of the axes, and no data
    left.plot([0, 1], [0, 0], visible=False)
    sliders = {"a": Slider([1, 2, 4], marks={2: "top"}), "t": [0, 1, 2]}
    book = Flipbook(figure, sliders, start={"a": 2}, play="t")
    a, t = np.array([1, 2, 4])[:, None, None], np.arange(3)
    book.line(right, t, a * t, color="#D55E00", reveal=True)
    book.line(left, Blend([[0, 1.0]], [a[..., 0]], origin=3), [1, np.nan], color="#D55E00")
    book.area(left, [0, 1], [0, 1], color="#D55E00").text(left, 0, 0, "here")
    (mine, own) = book.drawn({"a": "top"}, left)
    assert mine.tolist() == [[0, 5], [1, 6]]
    np.testing.assert_array_equal(own, [[3, 1], [7, np.nan]])
    assert [each.tolist() for each in book.drawn({"t": 1}, right)] == [[[0, 0], [1, 2]]]
    assert len(book.drawn()) == 3 and book.position == {"a": 2, "t": 0}
    assert len(book.drawn(ax=right)[0]) == 1
    book.drawn()[0][:] = 9
    assert left.lines[0].get_ydata().tolist() == [5, 6]


def test_what_is_drawn_in_three_dimensions_has_three_columns():
    book, ax = make(kind="3d")
    ax.plot([1, 2], [3, 4], [5, 6])
    book.line(ax, [0, 1], [0, 1], [[0, 1], [0, 2], [0, 3]], color="#000000")
    still, moving = book.drawn({"α": 0.4})
    assert still.tolist() == [[1, 3, 5], [2, 4, 6]] and moving.tolist() == [[0, 0, 0], [1, 1, 3]]


def test_dates_and_words_that_are_drawn_read_as_numbers():
    figure, (left, right) = figures.canvas([3, 3])
    left.plot(np.array(["1970-01-02", "1970-01-04"], "M8[D]"), [1, 2])
    right.plot(["none", "some"], [3, 4])
    found = Flipbook(figure, {"a": [0, 1]}).drawn()
    assert [each.tolist() for each in found] == [[[1, 1], [3, 2]], [[0, 3], [1, 4]]]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"position": {"β": 1}}, r"position must name sliders of \['α'\], got \['β'\]"),
        ({"position": {"α": "edge"}}, "position 'α' must be a finite number, got 'edge'"),
        ({"position": 0.2}, "position must be a dict of slider to value, got 0.2"),
        ({"ax": "left"}, "ax must belong to the figure of this book, got 'left'"),
    ],
)
def test_a_position_or_axes_that_a_book_has_not_are_refused(given, message):
    book, _ = make()
    with pytest.raises(ValueError, match=message):
        book.drawn(**given)


def test_its_bytes_are_those_that_travel():
    book, ax = make()
    before = book.nbytes
    noise = np.random.default_rng(0).normal(size=(3, 500))
    book.line(ax, np.arange(500), noise, color="#000000")
    assert book.nbytes == len(book.draw()._packed) > before + 500
