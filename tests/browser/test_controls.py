"""Every explorer in real JupyterLab: every control, by keyboard, mouse and touch."""

import io
import json
import time

import numpy as np
import pytest
from book import Book, assert_moved, explorer_calls
from PIL import Image

EXPLORERS = explorer_calls()
SETUP = """
import numpy as np
from lrlab import explorers
x = np.linspace(0, 2, 20)
y = 2.3 * x + 2.7 + 0.4 * np.sin(9 * x)
"""
WINDOW = {"width": 1280, "height": 900}
STEPS = {"ArrowRight": 1, "ArrowLeft": -1, "ArrowUp": 1, "ArrowDown": -1}
# Where words make a difference: a schedule that ends where it begins is constant, and one rate has
# no order.
WORDS_MATTER = {"decay": {"final share": 0}, "past_the_edge": {"n": 4}}


@pytest.fixture(scope="module")
def notebook(run_cells):
    """The page of a notebook that shows every explorer, each in a cell of its own."""
    cells = [f"{name} = explorers.{name}({given})\n{name}" for name, given in EXPLORERS.items()]
    return run_cells("explorers.ipynb", SETUP, *cells, hidden=True)


@pytest.fixture(scope="module", params=EXPLORERS)
def explorer_name(request):
    """Of module scope, so that all tests of one explorer come one after the other."""
    return request.param


@pytest.fixture
def explorer(notebook, explorer_name):
    """One explorer, the only one in view; afterwards its sliders stand where they stood."""
    book = shown_alone(notebook, explorer_name)
    yield book
    book.reset()


@pytest.fixture
def main_explorer(notebook):
    """The explorer that stands for all where the widget is tested, and not its content."""
    book = shown_alone(notebook, "learning_rate")
    yield book
    book.reset()


def shown_alone(notebook, name):
    """Return the Book of an explorer after hiding the others, which makes the page faster."""
    number = [*EXPLORERS].index(name)
    notebook.show_only(number + 1)  # The first cell is the setup.
    return Book(notebook, number)


@pytest.fixture
def books(notebook):
    """Every explorer, all in view: names to Books."""
    notebook.show_only(None)
    return {name: Book(notebook, number) for number, name in enumerate(EXPLORERS)}


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


def test_words_are_chosen_by_key_and_by_click(explorer, explorer_name):
    for name in explorer.words():
        row = explorer.row(name)
        explorer.go({**explorer.start, **WORDS_MATTER.get(explorer_name, {}), name: 0})
        before = explorer.view()
        if row.locator("select").count():
            row.locator("select").select_option(index=1)
        else:
            row.locator("input").first.focus()
            explorer.page.keyboard.press("ArrowDown")
        chosen = explorer.view()
        assert_moved(before, chosen, name, "a key")
        assert chosen.positions[name] == 1
        if row.locator("label input").count():
            row.locator("label").first.click()
            assert explorer.view().positions[name] == 0


def test_the_pixels_follow_the_first_slider(explorer, explorer_name):
    name, *_ = explorer.names()
    explorer.go(WORDS_MATTER.get(explorer_name, {}))
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


def test_every_mark_is_a_button_that_goes_there(explorer):
    for mark in explorer.root.locator(".lrlab-mark").all():
        name = explorer.owner(mark)
        explorer.go({name: 0})
        before = explorer.view()
        mark.click()
        assert_moved(before, explorer.view(), name, mark.get_attribute("aria-label"))


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_mark_answers_keys(main_explorer, key):
    main_explorer.go({"α": 0})
    before = main_explorer.view()
    main_explorer.root.locator(".lrlab-mark").last.press(key)
    assert_moved(before, main_explorer.view(), "α", key)


def test_page_down_and_page_up_go_through_the_storyboard(notebook, books):
    told = 0
    for name, book in books.items():
        scenes = json.loads(notebook.execute(f"print({name}._scenes)"))
        told += bool(scenes)
        if not scenes:
            continue
        shown_alone(notebook, name)
        book.controls()[0].focus()
        for scene in scenes:
            book.page.keyboard.press("PageDown")
            assert [*book.view().positions.values()] == scene, name
        assert book.hint().startswith(f"Scene {len(scenes)} of {len(scenes)}.")
        book.page.keyboard.press("PageUp")
        assert [*book.view().positions.values()] == scenes[-2], name
        book.reset()
    assert told


def test_play_walks_the_steps_and_pauses(explorer):
    for button in explorer.root.locator(".lrlab-play").all():
        assert_plays(explorer, explorer.owner(button), button.click)


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


def wait_until_python_knows(book, variable, seconds=10):
    """Wait until a book in Python stands where the page shows it."""
    end = time.monotonic() + seconds
    shown, known = str([*book.view().positions.values()]), None
    while known != shown and time.monotonic() < end:
        known = book.lab.execute(f"print({variable}._index)").strip()
    assert known == shown


def test_an_answer_of_the_kernel_never_throws_a_slider_back(main_explorer):
    """Python is told of one position; before it answers, the hand has gone on to another."""
    name = "α"
    main_explorer.go({name: 9})
    wait_until_python_knows(main_explorer, "learning_rate")
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
    wait_until_python_knows(main_explorer, "learning_rate")
    execute("learning_rate.position = {'α': learning_rate.sliders['α'].values[0]}")
    main_explorer.wait_until(name, "value === 0")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_no_violation_and_the_words_of_pictures_stand_out(
    request, notebook, books, theme
):
    # The system is of the other kind: colours are those of JupyterLab, not of the system.
    notebook.page.emulate_media(color_scheme="light" if theme == "dark" else "dark")
    request.addfinalizer(lambda: notebook.page.emulate_media(color_scheme="light"))
    notebook.show_only(0)
    notebook.theme(theme)
    notebook.show_only(None)
    notebook.page.set_viewport_size({**WINDOW, "height": 800 * len(books)})  # All are in view.
    violations = notebook.violations(".lrlab-flipbook")
    notebook.page.set_viewport_size(WINDOW)
    assert not violations

    pixels = np.asarray(Image.open(io.BytesIO(books["learning_rate"].pixels())).convert("RGB"))
    ground = np.median(pixels, axis=(0, 1))
    assert (ground < 60).all() if theme == "dark" else (ground > 230).all()
    for name, book in books.items():
        assert min(contrast(ink, ground) for ink in book.inks()) > 7, name


def contrast(ink, ground):
    """Return the contrast ratio of two sRGB colours, as WCAG 2.2 defines it."""
    parts = np.array([ink, ground]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    low, high = sorted(linear @ [0.2126, 0.7152, 0.0722])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("width", [360, 1920])
def test_nothing_is_clipped(notebook, books, width):
    notebook.page.set_viewport_size({**WINDOW, "width": width})
    clipped = {name: book.clipped() for name, book in books.items()}
    sizes = {name: book.sizes() for name, book in books.items()}
    notebook.page.set_viewport_size(WINDOW)
    assert not {name: parts for name, parts in clipped.items() if parts}
    for name, panels in sizes.items():
        assert panels, name
        assert all(across > 150 and down > 60 for across, down in panels), name


def test_every_slider_works_after_the_kernel_is_gone(notebook):
    notebook.lose_kernel()
    for explorer in EXPLORERS:
        book = shown_alone(notebook, explorer)
        for name in book.each():
            book.slider(name).focus()
            before = book.view()
            book.page.keyboard.press("ArrowRight")
            assert_moved(before, book.view(), name, f"ArrowRight without a kernel ({explorer})")
    notebook.page.wait_for_timeout(300)  # Long enough for an attempt to tell Python.
