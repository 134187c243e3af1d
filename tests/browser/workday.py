"""A JupyterLab that is set as `make lab` sets it, and a learner who works on one lesson there."""

import shutil
import subprocess
import sys
from dataclasses import dataclass

from book import Book
from lab import REPOSITORY, LabPage, write_notebook

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


def prepare(server):
    """Prepare the lesson as `make lab` does; return where it is kept."""
    prepared = server.home / LESSON
    write_notebook(prepared, CELLS)
    command = [sys.executable, TOOLS / "prepare.py", prepared, prepared]
    subprocess.run(command, env=server.environment(), check=True)
    return prepared


def begin_day(lab, prepared):
    """Lay the lesson on the desk as it was prepared, and no kernel beside it."""
    lab.page.goto("about:blank")
    lab.server.shut_kernels_down()
    shutil.copy(prepared, lab.server.root / LESSON)
    return Day(lab)
