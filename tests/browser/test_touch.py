"""The picture itself is touched: by mouse, by finger and by pen, at a phone's width and zoomed."""

import numpy as np
import pytest
from book import Book

SETUP = """
import numpy as np
from matplotlib.figure import Figure
from lrlab.flipbook import Flipbook

figure = Figure(figsize=(9, 4))
left, right = figure.subplots(1, 2)
w, b, t = np.linspace(-1, 1, 41), np.linspace(-1, 1, 41), np.arange(30)
for ax, title in ((left, "a plane"), (right, "a curve")):
    ax.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), title=title)
right.set_xlim(0, 29)
book = Flipbook(figure, {"w": w, "b": b, "t": t}, start={"w": 0, "b": 0}, description="A plane.")
book.line(left, w[:, None, None, None], b[:, None, None], color="#D55E00", width=0, marker="o")
book.line(right, t, np.sin(t / 5), color="#0072B2")
book.caption(np.array([f"at step {k}" for k in t])).handle(left, "w", "b").handle(right, "t")
book
"""


@pytest.fixture(scope="module")
def touched(run_cells):
    lab = run_cells("touch.ipynb", SETUP)
    return Book(lab)


@pytest.fixture
def book(touched):
    touched.reset()
    yield touched
    touched.page.set_viewport_size({"width": 1280, "height": 900})


def middle(locator):
    box = locator.bounding_box()
    return np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])


def unit(book):
    """How many px one position of w, and one of b, are apart."""
    grip = book.handles()[0]
    book.root.locator(".lrlab-panels").evaluate("each => each.scrollIntoView({ block: 'center' })")
    book.go({"w": 0, "b": 0})
    low = middle(grip)
    book.go({"w": 40, "b": 40})
    high = middle(grip)
    book.reset()
    return (high - low) / 40


def scrolls(book):
    """How far the panels, and all that they stand in, are scrolled."""
    return book.root.locator(".lrlab-panels").evaluate(
        """each => {
            const found = [];
            for (; each; each = each.parentElement) found.push([each.scrollLeft, each.scrollTop]);
            return found;
        }"""
    )


def mouse(book, start, end):
    hand = book.page.mouse
    hand.move(*start)
    hand.down()
    hand.move(*end, steps=4)
    hand.up()


def finger(book, start, end):
    touch = book.page.context.new_cdp_session(book.page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    for kind, place in [
        ("touchStart", start),
        *(("touchMove", start + part * (end - start)) for part in (0.3, 0.6, 1)),
        ("touchEnd", None),
    ]:
        points = [] if place is None else [{"x": float(place[0]), "y": float(place[1])}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    touch.detach()


def pen(book, start, end):
    session = book.page.context.new_cdp_session(book.page)
    for kind, place in [
        ("mousePressed", start),
        ("mouseMoved", (start + end) / 2),
        ("mouseMoved", end),
        ("mouseReleased", end),
    ]:
        session.send(
            "Input.dispatchMouseEvent",
            {
                "type": kind,
                "x": float(place[0]),
                "y": float(place[1]),
                "button": "left",
                "buttons": 1,
                "clickCount": 1,
                "pointerType": "pen",
            },
        )
    session.detach()


@pytest.mark.parametrize("hand", [mouse, finger, pen], ids=lambda hand: hand.__name__)
@pytest.mark.parametrize(("width", "zoom"), [(1280, 1), (360, 1), (1280, 2)])
def test_a_drag_moves_both_sliders_to_where_the_hand_is(request, book, hand, width, zoom):
    # Zooming in makes a page see fewer, larger pixels.
    metrics = {"width": width // zoom, "height": 900 // zoom, "deviceScaleFactor": zoom}
    session = book.page.context.new_cdp_session(book.page)
    session.send("Emulation.setDeviceMetricsOverride", {**metrics, "mobile": False})
    request.addfinalizer(lambda: session.send("Emulation.clearDeviceMetricsOverride"))
    book.settle()
    step = unit(book)
    start = middle(book.handles()[0])
    scrolled = scrolls(book)
    before = book.view()
    hand(book, start, start + step * [9, 14])
    after = book.view()
    moved = {name: after.positions[name] - before.positions[name] for name in "wb"}
    assert abs(moved["w"] - 9) <= 1 and abs(moved["b"] - 14) <= 1
    assert after.positions["t"] == before.positions["t"]
    assert np.abs(middle(book.handles()[0]) - (start + step * [9, 14])).max() < 3
    assert scrolls(book) == scrolled, "the drag scrolled the page"


def test_a_click_on_the_curve_sets_the_step(book):
    panel = book.root.locator(".lrlab-across")
    panel.scroll_into_view_if_needed()
    box = panel.bounding_box()
    for share in (0.25, 0.5, 1.0):
        x = box["x"] + 1 + share * (box["width"] - 3)
        book.page.mouse.click(x, box["y"] + box["height"] / 2)
        assert abs(book.view().positions["t"] - share * 29) <= 1
        assert book.view().caption == f"at step {book.view().positions['t']}"


def test_a_swipe_beside_the_handle_scrolls_and_moves_nothing(book):
    book.page.set_viewport_size({"width": 360, "height": 500})
    panels = book.root.locator(".lrlab-panels")
    panels.scroll_into_view_if_needed()
    box = panels.bounding_box()
    before = book.view()
    begin = np.array([box["x"] + 0.75 * box["width"], box["y"] + 0.9 * box["height"]])
    finger(book, begin, begin - [120, 0])
    scrolled = "each => each.scrollLeft > 30"
    book.page.wait_for_function(scrolled, arg=panels.element_handle())
    assert book.view().positions == before.positions


def test_the_ring_says_that_it_can_be_dragged_until_it_was(book):
    assert book.handles()[0].evaluate("each => getComputedStyle(each).cursor") == "grab"
    ring = book.root.locator(".lrlab-ring")
    assert ring.count() == 1 and ring.bounding_box()["width"] >= 12


def test_axe_has_nothing_to_say(touched):
    assert not touched.lab.violations(".lrlab-flipbook")
