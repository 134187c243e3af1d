"""Measure every explorer: state, building, decoding, key to picture; write it into README.md."""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import no_kernel
import run
from book import explorer_calls
from ipywidgets.widgets.widget import _remove_buffers
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
PRESSES = 20  # of each slider
SETUP = "from lrlab import datasets, explorers\nx, y = datasets.line()"


def main():
    """Measure all and rewrite the table."""
    calls = {name: f"explorers.{name}({given})" for name, given in explorer_calls().items()}
    with tempfile.TemporaryDirectory() as folder:
        costs = {name: cost(call, Path(folder) / f"{name}.html") for name, call in calls.items()}
        opened, times = answers(calls, Path(folder))
    lines = [
        "| | state | time to build | time to open | changed, median | p95 | shown, median | p95 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, (state, build) in costs.items():
        row = [f"{state / 1000:.0f} kB", f"{1000 * build:.0f} ms", f"{opened[name]:.0f} ms"]
        lines.append(f"| `{name}` | {' | '.join([*row, *no_kernel.times_of(times[name])])} |")
    text = "\n".join(lines) + "\n"
    print(text)
    if "--dry" not in sys.argv:
        run.write_between_markers(HERE / "README.md", text, "explorers.py")


def cost(call, file):
    """Return bytes of state, and seconds to build one: a median of ten. Save the last as a file."""
    names, times, book = {}, [], None
    exec(SETUP, names)
    for _ in range(11):
        if book:
            book.close()
        before = time.perf_counter()
        book = eval(call, names)
        times.append(time.perf_counter() - before)
    book.save(file)
    state, _, buffers = _remove_buffers(book.get_state())
    for code in ("_esm", "_css"):
        state.pop(code)
    book.close()
    size = len(json.dumps(state)) + sum(memoryview(each).nbytes for each in buffers)
    return size, statistics.median(times[1:])


def answers(calls, folder):
    """Return {name: ms to open its file} and {name: times in ms of all key presses}."""
    with (
        tempfile.TemporaryDirectory() as home,
        run.LabServer(home) as server,
        sync_playwright() as driver,
    ):
        browser = run.launch(driver, run.find_chromium(driver))
        opened = {name: time_to_open(browser, folder / f"{name}.html") for name in calls}
        run.write_notebook(server.root / "all.ipynb", [SETUP, *calls.values()])
        page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
        page.add_init_script(path=HERE / "probe.js")
        lab = run.LabPage(page, server)
        lab.open("all.ipynb")
        lab.run_all()
        page.wait_for_timeout(2000)
        times = {name: presses(lab, number) for number, name in enumerate(calls)}
        browser.close()
    return opened, times


def time_to_open(browser, file):
    """Return ms from the start of the script in a saved file to its picture: a median of five."""
    times = []
    for _ in range(5):
        context, page = no_kernel.open_page(browser)
        times.append(no_kernel.first_picture(page, file)["decoded_shown"])
        context.close()
    return statistics.median(times)


def presses(lab, number):
    """Press arrow keys on each control of one explorer, the only one in view."""
    lab.show_only(number + 1)
    each = []
    for row in lab.page.locator(".lrlab-flipbook").nth(number).locator(".lrlab-slider").all():
        # Of radio buttons the one that is chosen has the keys.
        control = row.locator("input[type=range], select, input:checked").first
        to_first(row, control)
        each.append(run.press_keys(lab.page, control, PRESSES, way=1))
    return {what: [t for slider in each for t in slider[what]] for what in ("changed", "shown")}


def to_first(row, control):
    """Move a control to its first position."""
    if (radios := row.locator("input[type=radio]")).count():
        radios.first.check()
    else:
        control.press("Home")


if __name__ == "__main__":
    main()
