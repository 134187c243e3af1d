"""A learner's day in real JupyterLab: what they answered and moved is there when it is opened."""

import pytest
from lab import REPOSITORY, write_notebook
from workday import LESSON

NAMES = [path.name for path in (REPOSITORY / "notebooks").glob("*.ipynb")]
NAMES += [LESSON.replace(".", " (new edition).")]
CUT = """names => names.filter(name => name.scrollWidth > name.clientWidth + 1)
    .map(name => name.textContent)"""


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
    assert names.count() >= len(NAMES)  # other tests may have left theirs on this desk
    assert names.evaluate_all(CUT) == []
