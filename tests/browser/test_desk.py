"""A learner's day in real JupyterLab: what they answered and moved is there when it is opened."""

import subprocess
import sys
from dataclasses import dataclass

import pytest
from book import Book
from lab import REPOSITORY, LabPage, LabServer, write_notebook

TOOLS = REPOSITORY / "tools"
JUPYTER = TOOLS / "jupyter"
LIKE_MAKE_LAB = [
    f"--LabApp.app_settings_dir={JUPYTER / 'settings'}",
    f"--LabApp.extra_labextensions_path={JUPYTER / 'labextensions'}",
    f"--config={JUPYTER / 'jupyter_server_config.py'}",
]
LESSON = "03-the-edge.ipynb"
CELLS = [
    "from lrlab import datasets, explorers\nfrom lrlab.predict import predict",
    "book = explorers.learning_rate(*datasets.line())\npredict('a-little-more', opens=book)",
    "book",
    "import ipywidgets\nslider = ipywidgets.IntSlider(description='mine')\nslider",
]
NAMES = [path.name for path in (REPOSITORY / "notebooks").glob("*.ipynb")]
NAMES += [LESSON.replace(".", " (new edition).")]
CUT = """names => names.filter(name => name.scrollWidth > name.clientWidth + 1)
    .map(name => name.textContent)"""
SEEN = """() => ({
    chosen: [...document.querySelectorAll(".lrlab-predict input")].map(each => each.checked),
    locked: document.querySelector(".lrlab-predict fieldset").disabled,
    covered: document.querySelector(".lrlab-flipbook").classList.contains("lrlab-covered"),
    mine: document.querySelector(".widget-readout").textContent,
    typed: window.jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.source,
    signs: [...document.querySelectorAll(".jupyter-widgets-disconnected")].filter(each =>
        getComputedStyle(each, "::before").display !== "none").map(each => each.textContent),
    boxes: document.querySelectorAll(".jupyter-widgets.jp-mod-error, .widget-error").length
        + (document.body.textContent.match(/Error displaying widget|Loading widget/g) ?? []).length,
})"""


@dataclass
class Day:
    """The lesson on a learner's desk, and what they do with it."""

    lab: LabPage

    def open(self):
        """Open the lesson and wait for its picture, not for a kernel."""
        self.lab.page.goto(self.lab.server.address(LESSON))
        self.lab.page.locator(".lrlab-flipbook svg").first.wait_for(state="attached")
        self.lab.page.locator(".widget-readout").wait_for()

    def work(self, number):
        """Type an answer into the first cell and move both sliders."""
        page = self.lab.page
        page.locator(".jp-Cell .cm-content").first.click()
        page.keyboard.press("Control+End")
        page.keyboard.type(f"  # my answer {number}")
        book = Book(self.lab)
        book.slider("α").focus()
        for _ in range(number):
            page.keyboard.press("ArrowLeft")
        page.locator(".widget-readout").click()
        page.keyboard.press("Control+A")
        page.keyboard.type(f"{number}")
        page.keyboard.press("Enter")

    def seen(self):
        """Return what the learner sees of their work."""
        seen = self.lab.page.evaluate(SEEN)
        signs = seen.pop("signs")
        assert all("mine" in sign for sign in signs)  # Theirs does need a kernel.
        return seen | Book(self.lab).view().positions

    def save(self):
        self.lab.page.keyboard.press("Escape")
        self.lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")

    def restart_kernel(self):
        self.lab.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
        )

    def is_dirty(self):
        return self.lab.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
        )


@pytest.fixture(scope="module")
def day(chromium, tmp_path_factory):
    """A desk with one prepared lesson, in a JupyterLab that is set as `make lab` sets it."""
    server = LabServer(tmp_path_factory.mktemp("desk"), LIKE_MAKE_LAB)
    lesson = server.root / LESSON
    write_notebook(lesson, CELLS)
    prepare = [sys.executable, TOOLS / "prepare.py", lesson, lesson]
    subprocess.run(prepare, env=server.environment(), check=True)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    with server:
        yield Day(LabPage(context.new_page(), server))
    context.close()


def nothing(day):
    pass


def restart_the_kernel(day):
    day.restart_kernel()


def run_and_restart_the_kernel(day):
    day.lab.run_all()
    day.work(2)
    day.restart_kernel()


def lose_the_kernel(day):
    day.lab.lose_kernel()


def keep_the_kernel_busy(day):
    day.lab.execute("import time; time.sleep(60)", wait=False)


def restart_the_server(day):
    day.save()
    day.lab.page.goto("about:blank")
    day.lab.server.__exit__()
    day.lab.server.__enter__()
    day.open()


def test_a_prepared_notebook_is_alive_before_any_cell_is_run(day):
    day.open()
    seen = day.seen()
    assert seen["boxes"] == 0 and seen["covered"] and not seen["locked"]
    assert not day.is_dirty()  # It was only opened.
    day.lab.page.locator(".lrlab-predict input").nth(1).check()
    day.lab.page.locator(".lrlab-lock").click()
    day.lab.page.locator(".lrlab-cover").wait_for(state="hidden")
    assert day.is_dirty()


@pytest.mark.parametrize(
    "event",
    [
        nothing,
        restart_the_kernel,
        lose_the_kernel,
        restart_the_server,
        run_and_restart_the_kernel,
        keep_the_kernel_busy,
    ],
)
def test_work_is_found_again(day, event):
    day.lab.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
    )
    day.work(3)
    event(day)
    before = day.seen()
    day.save()
    day.open()
    assert day.seen() == before
    assert before["boxes"] == 0
    assert f"{before['mine']}" in ("2", "3")
    assert day.lab.take_troubles() == ([], [])


def test_names_are_readable_in_the_side_bar(day):
    for name in NAMES:
        if name != LESSON:
            write_notebook(day.lab.server.root / name, [""])
    page = day.lab.page
    page.goto(day.lab.server.address(LESSON).replace("/doc/", "/lab/"))
    names = page.locator(".jp-DirListing-itemText")
    names.nth(len(NAMES) - 1).wait_for()
    assert names.count() == len(NAMES)
    assert names.evaluate_all(CUT) == []
