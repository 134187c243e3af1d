"""What goes wrong around a picture, done in Chromium: it is right after, and nothing is lost."""

import contextlib
import functools
import os
import time

import numpy as np
import pytest
from book import Book
from decoded import caption, in_points
from lab import LabPage
from plain import descend
from test_positions import assert_same, element_of, points
from workday import LESSON, Day

from lrlab import datasets, explorers
from lrlab.flipbook import save

LONG = float(os.environ.get("LRLAB_LONG_DRAG", 3))  # s
MANY = 20
TRAIL = 1  # the layer of a path on the error surface
x, y = datasets.line()
X = np.column_stack([x, np.ones_like(x)])
PATH = """(root, [panel, number]) => root.querySelectorAll(".lrlab-overlay")[panel]
    .querySelectorAll(":scope > path")[number].getAttribute("d")"""
# The last is said where an answer that was given up comes after all, and does no harm.
OFFLINE = ("WebSocket connection", "ERR_INTERNET_DISCONNECTED", "message throttle: Pending")
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
WAIT = "import pathlib, time\nwhile not pathlib.Path('go').exists(): time.sleep(0.05)"
FRAMES = """() => {
    window.gaps = [];
    let last = performance.now();
    const tick = (now) => {
        window.gaps.push(now - last);
        last = now;
        window.counting = requestAnimationFrame(tick);
    };
    window.counting = requestAnimationFrame(tick);
}"""


@functools.cache
def in_python():
    """The picture of the lesson, asked here what it says at a position."""
    return explorers.learning_rate(x, y)


def assert_right(book):
    """Fail unless caption and path are what a plain loop says where the sliders stand."""
    known, view = in_python(), book.view()
    place = [*view.positions.values()]
    assert view.caption == caption(known, place)
    rate, w, b, t = (
        each.values[at] for each, at in zip(known.sliders.values(), place, strict=True)
    )
    middle = known.figure.axes[1]
    seen = points(book.root.evaluate(PATH, element_of(known, TRAIL)))
    assert len(seen)
    assert_same(middle, seen, in_points(middle, descend(X, y, (w, b), rate, int(t))))


@pytest.fixture(autouse=True)
def lab(day):
    """Whatever is in the console of the lesson fails a test that does not take it first."""
    yield day.lab
    assert day.lab.take_troubles() == ([], [])


@pytest.fixture(scope="module")
def begun(day):
    """The lesson, run, with an answer that is locked."""
    day.sent = []
    day.lab.page.set_default_timeout(12_000)
    day.lab.page.on(
        "websocket", lambda socket: socket.on("framesent", lambda each: day.sent.append(each))
    )
    day.open()
    day.lab.page.wait_for_function(f"() => {KERNEL}?.status === 'idle'")
    run_again(day)
    return day


@pytest.fixture
def work(begun):
    """The lesson after some work of a learner; whatever a test does, all is kept and right."""
    begun.lab.page.wait_for_function(
        f"() => {KERNEL}?.status === 'idle' && {KERNEL}.connectionStatus === 'connected'"
    )
    begun.work(2)
    yield begun
    Book(begun.lab).go({"α": 41})
    assert_right(Book(begun.lab))
    seen = begun.seen()
    assert seen["locked"] and not seen["covered"] and seen["boxes"] == 0
    begun.lab.page.wait_for_timeout(400)  # A living kernel is asked first; it is told after 150 ms.
    begun.save()
    begun.open()
    assert begun.seen() == seen
    assert_right(Book(begun.lab))


def run_again(day):
    """Run the lesson and answer its question."""
    day.lab.run_all()
    day.lab.page.locator(".lrlab-predict input").nth(1).check()
    day.lab.page.locator(".lrlab-lock").click()


def known_to_python(day):
    """Return where Python says the sliders stand, ours and theirs."""
    return [*map(int, day.lab.execute("print(*book._index, slider.value)").split())]


def on_screen(day):
    seen = day.seen()
    return [*Book(day.lab).view().positions.values(), int(seen["mine"])]


def close_dialog(page, title, button):
    """Wait for a dialog of JupyterLab and press one of its buttons."""
    dialog = page.locator(".jp-Dialog", has_text=title)
    dialog.locator("button", has_text=button).click()
    dialog.wait_for(state="detached")


@contextlib.contextmanager
def held(book):
    """The ringed start of descent, held by a mouse; gives what moves it by some px."""
    grip = book.handles()[0]
    grip.evaluate("each => each.scrollIntoView({ block: 'center' })")
    box = grip.bounding_box()
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    book.page.mouse.move(*middle)
    book.page.mouse.down()
    yield lambda dx, dy: book.page.mouse.move(middle[0] + dx, middle[1] + dy, steps=3)
    book.page.mouse.up()


def test_the_kernel_is_killed(work):
    before = work.seen()
    work.lab.execute("import os; os._exit(1)", wait=False)
    close_dialog(work.lab.page, "appears to have died", "Ok")
    assert work.seen() == before
    assert_right(Book(work.lab))
    work.lab.page.wait_for_function(f"() => {KERNEL}?.status === 'idle'")
    run_again(work)


@pytest.fixture
def busy(work):
    """The same with a kernel that is busy until the end of this, or until the file is there."""
    go = work.lab.server.root / "go"
    work.lab.page.evaluate(
        f"""code => {{
            window.isBusy = true;
            {KERNEL}.requestExecute({{ code }}).done.then(() => {{ window.isBusy = false; }});
        }}""",
        WAIT,
    )
    yield go
    go.touch()


def test_the_kernel_is_busy(work, busy):
    before = len(work.sent)
    work.work(3)
    book = Book(work.lab)
    for at in [*range(0, 60, 3), 25]:
        book.go({"α": at})
        book.settle()
    assert_right(book)
    shown = on_screen(work)
    work.save()
    assert work.lab.page.evaluate("window.isBusy")
    busy.touch()
    assert known_to_python(work) == shown == on_screen(work)  # No older place is thrown back.
    assert len(work.sent) - before < 20


def test_the_connection_is_cut(request, work):
    page = work.lab.page
    request.addfinalizer(lambda: page.context.set_offline(False))
    page.context.set_offline(True)
    page.evaluate(f"() => {KERNEL}._ws.close()")  # One that stands is not cut by going offline.
    page.wait_for_function(f"() => {KERNEL}.connectionStatus !== 'connected'")
    work.work(4)
    assert_right(Book(work.lab))
    shown, seen = on_screen(work), work.seen()
    page.context.set_offline(False)
    page.evaluate(f"() => {KERNEL}.reconnect()")
    page.add_locator_handler(
        page.locator(".jp-Dialog", has_text="Server Connection Error"),
        lambda dialog: dialog.locator("button", has_text="Close").click(),
    )
    page.wait_for_function(f"() => {KERNEL}.connectionStatus === 'connected'")
    assert known_to_python(work) == shown == on_screen(work)
    assert work.seen() == seen
    errors, strangers = work.lab.take_troubles()
    assert strangers == []
    assert [each for each in errors if not any(sign in each for sign in OFFLINE)] == []


def test_the_page_is_reloaded_during_a_drag(work):
    work.save()
    seen = work.seen()
    asked = []
    work.lab.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    with held(Book(work.lab)) as move:
        move(30, -20)
        assert work.is_dirty()
        work.lab.page.reload()
    assert asked == ["beforeunload"]  # What is not yet saved is not lost without a question.
    work.lab.page.locator(".lrlab-flipbook svg").first.wait_for(state="attached")
    work.lab.page.locator(".widget-readout").wait_for()
    assert work.seen() == seen
    assert_right(Book(work.lab))


def test_the_notebook_is_not_trusted(work):
    page, file = work.lab.page, work.lab.server.root / LESSON
    work.save()
    seen = work.seen()
    page.goto("about:blank")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("# my answer", "# MY answer"), encoding="utf-8")
    page.goto(work.lab.server.address(LESSON))
    still = work.lab.output(2).locator("img")
    still.wait_for()
    assert page.locator(".lrlab-flipbook").count() == 0
    assert "error" not in page.locator(".jp-Notebook").inner_text().lower()
    page.locator(".jp-Cell .cm-content").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # typed")
    work.save()
    page.evaluate("() => void window.jupyterapp.commands.execute('notebook:trust')")
    close_dialog(page, "Trust this notebook", "Trust")
    page.locator(".lrlab-flipbook svg").first.wait_for(state="attached")
    page.locator(".widget-readout").wait_for()
    typed = seen["typed"].replace("# my answer", "# MY answer") + "  # typed"
    assert work.seen() == seen | {"typed": typed}


def test_zoomed_to_200_percent_and_resized_during_a_drag(request, work):
    page = work.lab.page
    session = page.context.new_cdp_session(page)
    metrics = {"width": 640, "height": 450, "deviceScaleFactor": 2, "mobile": False}
    session.send("Emulation.setDeviceMetricsOverride", metrics)
    request.addfinalizer(lambda: session.send("Emulation.clearDeviceMetricsOverride"))
    book = Book(work.lab)
    book.settle()
    with held(book) as move:
        move(10, -10)
        assert_right(book)
        before = book.view().positions
        session.send("Emulation.setDeviceMetricsOverride", metrics | {"width": 800})
        book.settle()
        grip = book.handles()[0].bounding_box()
        page.mouse.move(grip["x"] + grip["width"] / 2 + 20, grip["y"] + grip["height"] / 2)
        after = book.view().positions
        assert after["start w"] > before["start w"]
        ring = book.handles()[0].bounding_box()
        assert abs(ring["x"] - grip["x"] - 20) < 4, "the ring is not where the hand is"
        assert_right(book)
    assert book.clipped() == []


def test_reduced_motion(work):
    page, book = work.lab.page, Book(work.lab)
    page.emulate_media(reduced_motion="reduce")
    book.slider("α").focus()
    page.keyboard.press("End")
    assert_right(book)
    moving = "root => root.getAnimations({ subtree: true }).length"
    assert book.root.evaluate(moving) == 0
    play = book.root.locator(".lrlab-play")
    play.click()
    page.wait_for_timeout(200)
    play.click()  # It moves where it is asked to, and stands where it is stopped.
    stopped = book.view()
    assert 0 < stopped.positions["step t"] < book.last("step t")
    page.wait_for_timeout(200)
    assert book.view() == stopped
    page.emulate_media(reduced_motion="no-preference")


def test_a_long_drag(work):
    page, book = work.lab.page, Book(work.lab)
    session = page.context.new_cdp_session(page)
    x0, y0, _ = book.thumb("α")

    def drag(seconds):
        end, k = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            page.mouse.move(x0 + 60 * np.sin(k / 9), y0)
            k += 1
        session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"]

    page.mouse.move(x0, y0)
    page.mouse.down()
    before, sent = drag(1), len(work.sent)
    page.evaluate(FRAMES)
    after = drag(LONG)
    gaps = page.evaluate("() => (cancelAnimationFrame(window.counting), window.gaps)")
    during = len(work.sent) - sent
    page.mouse.up()
    book.settle()
    assert_right(book)
    shown = on_screen(work)
    page.wait_for_timeout(300)
    print(f"{LONG} s: heap {before / 1e6:.2f} to {after / 1e6:.2f} MB, {len(gaps)} frames, ")
    print(f"longest gap {max(gaps):.0f} ms, messages {during}, then {len(work.sent) - sent}")
    assert known_to_python(work) == shown
    assert after - before < 1e6
    assert during < 4 * LONG
    assert np.median(gaps) < 50


def test_two_tabs_on_one_notebook(work):
    other = Day(LabPage(work.lab.page.context.new_page(), work.lab.server))
    other.open()
    work.work(5)
    work.save()
    seen = work.seen()
    other.work(1)
    other.lab.page.evaluate("() => void window.jupyterapp.shell.currentWidget.context.save()")
    close_dialog(other.lab.page, "has changed on disk", "Revert")
    other.lab.page.wait_for_function(
        "() => !window.jupyterapp.shell.currentWidget.context.model.dirty"
    )
    other.lab.page.locator(".widget-readout", has_text=seen["mine"]).wait_for()
    other.lab.page.wait_for_timeout(300)
    assert other.seen() == seen
    assert_right(Book(other.lab))
    other.lab.page.close()
    assert work.seen()["typed"] == seen["typed"]
    assert_right(Book(work.lab))  # It followed the other tab, as both have one kernel.
    assert other.lab.take_troubles() == ([], [])
    errors, _ = work.lab.take_troubles()
    assert all("Comm not found" in each for each in errors)  # The other tab's; JupyterLab says so.


def test_twenty_explorers_in_one_page(chromium, tmp_path):
    books = [explorers.learning_rate(x, y) for _ in range(MANY)]
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(save(tmp_path / "page.html", books).as_uri())
    page.locator(".lrlab-flipbook").nth(MANY - 1).wait_for()
    shown = [Book(LabPage(page, None), number) for number in range(MANY)]
    for number, book in enumerate(shown):
        book.go({"α": 3 * number, "start w": number, "step t": 40 - number})
    for number, book in enumerate(shown):
        place = book.view().positions
        assert [place["α"], place["start w"], place["step t"]] == [3 * number, number, 40 - number]
        assert_right(book)
    context.close()
