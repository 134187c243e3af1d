"""Measure every explorer: state, building, key to picture; write the table into README.md."""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

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
    costs = {name: cost(call) for name, call in calls.items()}
    times = answers(calls)
    lines = [
        "| | state | time to build | changed, median | p95 | shown, median | p95 |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, (state, build) in costs.items():
        row = [f"{state / 1000:.0f} kB", f"{1000 * build:.0f} ms", *words(times[name])]
        lines.append(f"| `{name}` | {' | '.join(row)} |")
    text = "\n".join(lines) + "\n"
    print(text)
    if "--dry" not in sys.argv:
        run.write_between_markers(HERE / "README.md", text, "explorers.py")


def cost(call):
    """Return bytes of state, and seconds to build one: a median of ten."""
    names, times = {}, []
    exec(SETUP, names)
    for _ in range(11):
        before = time.perf_counter()
        book = eval(call, names)
        times.append(time.perf_counter() - before)
        book.close()
    state, _, buffers = _remove_buffers(book.get_state())
    for code in ("_esm", "_css"):
        state.pop(code)
    size = len(json.dumps(state)) + sum(memoryview(each).nbytes for each in buffers)
    return size, statistics.median(times[1:])


def answers(calls):
    """Return {name: times in ms of all key presses, on all sliders}."""
    with (
        tempfile.TemporaryDirectory() as home,
        run.LabServer(home) as server,
        sync_playwright() as driver,
    ):
        run.write_notebook(server.root / "all.ipynb", [SETUP, *calls.values()])
        browser = run.launch(driver, run.find_chromium(driver))
        page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
        page.add_init_script(path=HERE / "probe.js")
        lab = run.LabPage(page, server)
        lab.open("all.ipynb")
        lab.run_all()
        page.wait_for_timeout(2000)
        times = {name: presses(lab, number) for number, name in enumerate(calls)}
        browser.close()
    return times


def presses(lab, number):
    """Press arrow keys on each slider of one explorer, the only one in view."""
    lab.show_only(number + 1)
    each = []
    for slider in lab.page.locator(".lrlab-flipbook").nth(number).locator("input").all():
        slider.press("Home")
        each.append(run.press_keys(lab.page, slider, PRESSES, way=1))
    return {what: [t for slider in each for t in slider[what]] for what in ("changed", "shown")}


def words(times):
    """Return median and 95th percentile of both times, in words."""
    values = [value for what in ("changed", "shown") for value in run.middle_and_tail(times[what])]
    return [f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms" for value in values]


if __name__ == "__main__":
    main()
