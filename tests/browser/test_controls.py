"""Every explorer in real JupyterLab: every control, by keyboard, mouse and touch."""

import inspect
import io

import numpy as np
import pytest
from book import Book, assert_moved
from PIL import Image

from lrlab import explorers

EXPLORERS = [
    name
    for name in explorers.__all__
    if list(inspect.signature(getattr(explorers, name)).parameters)[:2] == ["x", "y"]
]
SETUP = """
import numpy as np
from lrlab import explorers
x = np.linspace(0, 2, 20)
y = 2.3 * x + 2.7 + 0.4 * np.sin(9 * x)
"""
STEPS = {"ArrowRight": 1, "ArrowLeft": -1, "ArrowUp": 1, "ArrowDown": -1}


@pytest.fixture(scope="module")
def notebook(run_cells):
    """The page of a notebook that shows every explorer, each in a cell of its own."""
    cells = [f"{name} = explorers.{name}(x, y)\n{name}" for name in EXPLORERS]
    return run_cells("explorers.ipynb", SETUP, *cells)


@pytest.fixture(params=EXPLORERS)
def explorer(request, notebook):
    """One explorer of that page; afterwards its sliders stand where they stood."""
    number = EXPLORERS.index(request.param)
    notebook.show_only(number + 1)  # The first cell is the setup.
    book = Book(notebook, number)
    yield book
    book.reset()
    notebook.show_only(None)


@pytest.fixture
def main_explorer(notebook):
    """The explorer that stands for all where the widget is tested, and not its content."""
    book = Book(notebook, EXPLORERS.index("learning_rate"))
    yield book
    book.reset()


@pytest.fixture(scope="module", params=["dark", "light"])
def theme(request, notebook):
    """A theme of JupyterLab."""
    notebook.theme(request.param)
    return request.param


@pytest.fixture(scope="module", params=[360, 1920])
def width(request, notebook):
    """A width of the window (px)."""
    notebook.page.set_viewport_size({"width": request.param, "height": 900})
    yield request.param
    notebook.page.set_viewport_size({"width": 1280, "height": 900})


def test_the_list_of_explorers_is_not_empty():
    assert {"line_by_hand", "one_parameter", "learning_rate", "outlier"} <= {*EXPLORERS}


def test_every_slider_answers_the_keyboard(explorer):
    for name in explorer.each():
        explorer.slider(name).focus()
        before = explorer.view()
        for key, step in STEPS.items():
            explorer.page.keyboard.press(key)
            after = explorer.view()
            assert_moved(before, after, name, key)
            assert after.positions[name] == before.positions[name] + step, f"{name}: {key}"
            before = after
        explorer.page.keyboard.press("Home")
        first = explorer.view()
        explorer.page.keyboard.press("End")
        last = explorer.view()
        assert_moved(first, last, name, "End")
        assert [first.positions[name], last.positions[name]] == [0, explorer.last(name)]


def test_the_pixels_follow_the_first_slider(explorer):
    name, *_ = explorer.names()
    pictures = []
    for position in (0, explorer.last(name)):
        explorer.go({name: position})
        explorer.settle()
        pictures.append(explorer.pixels())
    assert pictures[0] != pictures[1], f"{name} changes no pixel"


def test_every_slider_answers_a_mouse_drag_and_arrows_work_after_it(explorer):
    mouse = explorer.page.mouse
    for name in explorer.each():
        before = explorer.view()
        x, y, end = explorer.thumb(name)
        mouse.move(x, y)
        mouse.down()
        mouse.move(end, y, steps=2)
        mouse.up()
        dragged = explorer.view()
        assert_moved(before, dragged, name, "a mouse drag")
        explorer.page.keyboard.press("ArrowLeft")
        assert explorer.view().positions[name] == dragged.positions[name] - 1, f"{name}: ArrowLeft"


def test_every_slider_answers_touch(explorer):
    page = explorer.page
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def finger(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    for name in explorer.each():
        before = explorer.view()
        x, y, end = explorer.thumb(name)
        finger("touchStart", {"x": x, "y": y})
        for part in (0.5, 1):
            finger("touchMove", {"x": x + part * (end - x), "y": y})
        finger("touchEnd")
        assert_moved(before, explorer.view(), name, "touch")
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    touch.detach()


def test_letters_on_a_control_run_no_notebook_command(explorer):
    explorer.controls()[0].click()  # As a hand would: a click leaves the notebook in command mode.
    before = explorer.lab.state()
    for control in explorer.controls():
        control.focus()
        for key in "abddxmj":
            explorer.page.keyboard.press(key)
        assert control.evaluate("control => control === document.activeElement")
        assert explorer.lab.state() == before, control.evaluate("control => control.outerHTML")


def test_every_mark_is_a_button_that_goes_there(notebook):
    marks = notebook.page.locator(".lrlab-mark").all()
    assert len(marks) > 5
    for mark in marks:
        book, name = whose(notebook, mark)
        book.go({name: 0})
        before = book.view()
        mark.click()
        assert_moved(before, book.view(), name, mark.get_attribute("aria-label"))


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_mark_answers_keys(main_explorer, key):
    main_explorer.go({"α": 0})
    before = main_explorer.view()
    main_explorer.root.locator(".lrlab-mark").last.press(key)
    assert_moved(before, main_explorer.view(), "α", key)


def test_play_walks_the_steps_and_pauses(notebook):
    buttons = notebook.page.locator(".lrlab-play").all()
    assert len(buttons) >= 2
    for button in buttons:
        book, name = whose(notebook, button)
        assert_plays(book, name, button.click)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_play_answers_keys(main_explorer, key):
    button = main_explorer.root.locator(".lrlab-play")
    assert_plays(main_explorer, "step t", lambda: button.press(key))


def assert_plays(book, name, press):
    """Fail unless a press begins to walk the steps, and another one stops there."""
    book.go({name: 0})
    before = book.view()
    press()
    book.wait_until(name, "value > 3")
    press()
    paused = book.view()
    book.page.wait_for_timeout(200)
    assert_moved(before, paused, name, "Play")
    assert book.view() == paused


def whose(lab, control):
    """Return the Book and the name of the slider that a mark or a Play button belongs to."""
    number, name = control.evaluate(
        """control => [
            [...document.querySelectorAll(".lrlab-flipbook")]
                .indexOf(control.closest(".lrlab-flipbook")),
            control.closest(".lrlab-slider").dataset.name,
        ]"""
    )
    return Book(lab, number), name


def test_an_answer_of_the_kernel_never_throws_a_slider_back(main_explorer):
    """Python is told of one position; before it answers, the hand has gone on to another."""
    name = "α"
    main_explorer.go({name: 9})
    main_explorer.page.wait_for_timeout(400)
    visited = main_explorer.slider(name).evaluate(
        """slider => {
            const go = at => {
                slider.value = at;
                slider.dispatchEvent(new Event("input", { bubbles: true }));
            };
            const visited = [];
            const watch = new MutationObserver(() => visited.push(Number(slider.value)));
            watch.observe(slider, { attributeFilter: ["aria-valuetext"] });
            const send = WebSocket.prototype.send;
            WebSocket.prototype.send = function (...message) {
                WebSocket.prototype.send = send;
                setTimeout(go, 0, 2);
                return send.apply(this, message);
            };
            go(1);
            return new Promise(resolve => setTimeout(resolve, 1000, visited));
        }"""
    )
    assert visited == [1, 2]


def test_python_and_the_page_agree_on_the_position(main_explorer):
    name, execute = "α", main_explorer.lab.execute
    main_explorer.go({name: 9})
    main_explorer.page.wait_for_timeout(400)
    positions = main_explorer.view().positions.values()
    assert execute("print(learning_rate._index)").strip() == str([*positions])
    execute("learning_rate.position = {'α': learning_rate.sliders['α'].values[0]}")
    main_explorer.wait_until(name, "value === 0")


def test_axe_finds_no_violation(theme, notebook):
    page, books = notebook.page, notebook.page.locator(".lrlab-flipbook")
    page.set_viewport_size({"width": 1280, "height": 800 * len(EXPLORERS)})  # All are in view.
    violations = notebook.violations(".lrlab-flipbook")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert books.count() == len(EXPLORERS)
    assert not violations


def test_the_picture_follows_the_theme(theme, explorer):
    pixels = np.asarray(Image.open(io.BytesIO(explorer.pixels())).convert("RGB"))
    ground = np.median(pixels, axis=(0, 1))
    assert (ground < 60).all() if theme == "dark" else (ground > 230).all()
    inks = explorer.root.locator(".lrlab-defs [id*=text_] :is(path, use)").evaluate_all(
        "glyphs => glyphs.map(glyph => getComputedStyle(glyph).fill.match(/\\d+/g).map(Number))"
    )
    assert inks
    assert min(contrast(ink, ground) for ink in np.unique(inks, axis=0)) > 7


def contrast(ink, ground):
    """Return the contrast ratio of two sRGB colours, as WCAG 2.2 defines it."""
    parts = np.array([ink, ground]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    low, high = sorted(linear @ [0.2126, 0.7152, 0.0722])
    return (high + 0.05) / (low + 0.05)


def test_nothing_is_clipped(width, explorer):
    explorer.settle()
    clipped = explorer.root.evaluate(
        """root => {
            const frame = root.closest(".jp-OutputArea-output");
            const { left, right } = frame.getBoundingClientRect();
            const outside = [...root.querySelectorAll("*:not(svg *)")]
                .filter(each => each.getClientRects().length)
                .filter(each => {
                    const box = each.getBoundingClientRect();
                    return box.left < left - 1 || box.right > right + 1;
                });
            const scrolling = [root, frame, frame.closest(".jp-Cell-outputArea")]
                .filter(each => each.scrollWidth > each.clientWidth + 1);
            return [...outside, ...scrolling].map(each => each.outerHTML.slice(0, 120));
        }"""
    )
    assert not clipped
    panels = [panel.bounding_box() for panel in explorer.root.locator(".lrlab-panel").all()]
    assert all(panel and panel["width"] > 150 and panel["height"] > 80 for panel in panels)


@pytest.fixture(scope="module")
def no_kernel(notebook):
    """Without a kernel from here on."""
    notebook.lose_kernel()


def test_every_slider_works_after_the_kernel_is_gone(no_kernel, explorer):
    for name in explorer.each():
        explorer.slider(name).focus()
        before = explorer.view()
        explorer.page.keyboard.press("ArrowRight")
        assert_moved(before, explorer.view(), name, "ArrowRight without a kernel")
    explorer.page.wait_for_timeout(200)  # Long enough for an attempt to tell Python.
