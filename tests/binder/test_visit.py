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
def visit(chromium):
    """A function that makes a visitor's page of a server; an error in its console fails the test.

    So does a request to elsewhere.
    """
    pages = []

    def page_of(server):
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(40_000)
        pages.append(LabPage(context.new_page(), server))
        return pages[-1]

    yield page_of
    for lab in pages:
        lab.page.context.close()
        lab.server.shut_kernels_down()
        assert lab.take_troubles() == ([], [])


def answers(lab, notebook):
    """Open a notebook and move its first slider; return ms to the notebook and to the picture."""
    lab.page.add_init_script(WATCH)
    lab.page.goto(lab.server.address(notebook))
    book = lab.page.locator(".lrlab-flipbook").first
    book.locator("svg").first.wait_for(state="attached")
    if "lrlab-covered" in book.get_attribute("class"):  # It waits for a prediction.
        lab.page.locator(".lrlab-predict input").first.check()
        lab.page.locator(".lrlab-lock").first.click()
        book.locator(".lrlab-cover").wait_for(state="hidden")
    slider = book.locator("input[type=range]").first
    before = book.evaluate(LOOK)
    slider.focus()
    slider.press("ArrowRight")
    lab.page.wait_for_function(CHANGED, arg=[book.element_handle(), before])
    seen = lab.page.evaluate("() => window.seen")
    return seen["notebook"], seen["picture"]


@pytest.mark.parametrize("name", LIVE)
def test_a_slider_answers_before_any_cell_is_run(visit, server, name, note):
    notebook, picture = answers(visit(server), f"notebooks/{name}.ipynb")
    note(f"{name}: notebook after {notebook:.0f} ms, picture {picture - notebook:.0f} ms later")
    assert picture - notebook < 1000 * SECONDS


def test_on_a_hub_the_desk_is_alive_too(visit, hub):
    notebook, picture = answers(visit(hub), f"lrlab/{LIVE[1]}.ipynb")
    assert picture - notebook < 1000 * SECONDS


def test_two_notebooks_run_to_the_end_fit_into_what_binder_grants(visit, server, note):
    lab = visit(server)
    for name in WORK:
        lab.open(f"notebooks/{name}.ipynb")
        lab.run_all()
    memory = server.memory()
    note(", ".join(f"{name} {size:.0f} MB" for name, size in memory.items()))
    assert len(memory) == 1 + len(WORK)
    assert sum(memory.values()) < GRANTED
