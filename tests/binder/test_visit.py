"""A visit to Binder: live pictures before any cell is run, in the memory that it grants.

`make test-binder` runs these, for minutes; `make test` leaves them out.
"""

import pytest

from tests.browser.lab import LabPage

LIVE = ["00-start-here", "03-the-edge", "13-finding-alpha"]
WORK = ["03-the-edge", "12-one-alpha-per-coordinate"]
SECONDS = 3  # from the notebook's first cell to its first picture
GRANTED = 450  # MB that a visitor has even where Binder is full

# When the notebook's first cell and its first picture were there, in ms since the address.
WATCH = """(() => {
    const seen = window.seen = {};
    const look = () => {
        const now = performance.now();
        if (document.querySelector(".jp-Notebook .jp-Cell")) seen.notebook ??= now;
        if (document.querySelector(".lrlab-flipbook svg")) seen.picture ??= now;
        if (!seen.picture) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()"""
LOOK = """root => [...root.querySelectorAll(".lrlab-overlay")].map(each => each.innerHTML).join()"""
CHANGED = f"([root, before]) => ({LOOK})(root) !== before"


@pytest.fixture
def lab(chromium, server):
    """A visitor's page; an error in its console or a request to elsewhere fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    page = LabPage(context.new_page(), server)
    yield page
    context.close()
    server.shut_kernels_down()
    assert page.take_troubles() == ([], [])


@pytest.mark.parametrize("name", LIVE)
def test_a_slider_answers_before_any_cell_is_run(lab, server, name, note):
    lab.page.add_init_script(WATCH)
    lab.page.goto(server.address(f"notebooks/{name}.ipynb"))
    book = lab.page.locator(".lrlab-flipbook").first
    book.locator("svg").first.wait_for(state="attached")
    slider = book.locator("input[type=range]").first
    before = book.evaluate(LOOK)
    slider.focus()
    slider.press("ArrowRight")
    lab.page.wait_for_function(CHANGED, arg=[book.element_handle(), before])
    seen = lab.page.evaluate("() => window.seen")
    note(f"{name}: notebook after {seen['notebook']:.0f} ms, picture {seen['picture']:.0f} ms")
    assert seen["picture"] - seen["notebook"] < 1000 * SECONDS


def test_two_notebooks_run_to_the_end_fit_into_what_binder_grants(lab, server, note):
    for name in WORK:
        lab.open(f"notebooks/{name}.ipynb")
        lab.run_all()
    memory = server.memory()
    note(", ".join(f"{name} {size:.0f} MB" for name, size in memory.items()))
    assert len(memory) == 1 + len(WORK)
    assert sum(memory.values()) < GRANTED
