"""Measure how fast each way with a kernel answers a slider; write the table into README.md."""

import argparse
import importlib.metadata
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "browser"))

from lab import LabPage, LabServer, find_chromium, launch, write_notebook  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from slow_network import SlowNetwork  # noqa: E402

CONTENDERS = {
    "inline": "`interact` + inline Matplotlib",
    "ipympl": "ipympl, `set_data`",
    "bqplot": "bqplot",
    "flipbook": "Flipbook",
}
ROUND_TRIPS = {"same machine": 0.0, "150 ms away": 0.150}
COLUMNS = ["changed, median", "p95", "shown, median", "p95", "pictures a second", "runs on for"]
PACKAGES = ["ipywidgets", "anywidget", "jupyterlab", "matplotlib", "numpy", "ipympl", "bqplot"]
PRESSES, WARM_UP = 60, 5
DRAG_SECONDS = 3.0
SILENCE = 150  # ms without a new picture before the next key press
SLIDER = ".lrlab-slider[data-name='α'] input"
RANGE = f".jp-OutputArea :is({SLIDER}, .noUi-handle)"


def main():
    """Measure everything in one run and rewrite the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=PRESSES)
    parser.add_argument("--only", choices=CONTENDERS, action="append")
    parser.add_argument("--dry", action="store_true", help="print, and leave README.md alone")
    options = parser.parse_args()
    rows, browser = measure_all(options.only or list(CONTENDERS), options.presses)
    text = report(rows, measure_book(), browser)
    print(text)
    if not options.dry:
        write_between_markers(HERE / "README.md", text)


def measure_all(names, presses):
    """Return {(contender, network): results} and the browser's version."""
    rows = {}
    with (
        tempfile.TemporaryDirectory() as home,
        LabServer(home) as server,
        sync_playwright() as driver,
    ):
        browser = launch(driver, find_chromium(driver))
        for network, round_trip in ROUND_TRIPS.items():
            with SlowNetwork(server.port, round_trip / 2) as proxy:
                for name in names:
                    rows[name, network] = measure(browser, server, name, proxy.url, presses)
                    print(network, CONTENDERS[name], *cells(rows[name, network]), sep=" | ")
        version = browser.version
        browser.close()
    return rows, version


def measure(browser, server, name, url, presses):
    """Run one contender in a page of its own; return its results (dict)."""
    parts = [HERE / "contenders" / f"{part}.py" for part in ("setup", name)]
    write_notebook(server.root / f"{name}.ipynb", [part.read_text("utf-8") for part in parts])
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.add_init_script(path=HERE / "probe.js")
    lab = LabPage(page, server)
    lab.open(f"{name}.ipynb", url)
    lab.run_all()
    slider = page.locator(RANGE).first
    slider.wait_for()
    slider.scroll_into_view_if_needed()
    page.wait_for_timeout(2000)
    results = {**press_keys(page, slider, presses), **drag(page, slider)}
    server.shut_kernels_down()
    context.close()
    return results


def press_keys(page, slider, presses, way=10):
    """Press an arrow key many times, as many to the right as to the left, ``way`` in a row.

    Returns ms to the changed and to the shown picture.
    """
    # JupyterLab takes arrow keys away from sliders that do not say this.
    slider.evaluate("slider => { slider.dataset.lmSuppressShortcuts = 'true'; slider.focus(); }")
    keys = ["ArrowRight", "ArrowLeft"]
    return time_moves(page, lambda to_left: page.keyboard.press(keys[to_left]), presses, way)


def time_moves(page, move, presses, way):
    """Call ``move(to_left)`` many times; return ms to the changed and to the shown picture."""
    times = []
    for press in range(WARM_UP + presses):
        page.evaluate("silence => window.probe.quiet(silence)", SILENCE)
        page.wait_for_timeout(7 * press % 16)  # Moves fall anywhere between two frames.
        page.evaluate("() => window.probe.arm()")
        move(press // way % 2)
        times.append(page.evaluate("() => window.probe.pressed"))
    times = times[WARM_UP:]
    return {what: [each[what] for each in times] for what in ("changed", "shown")}


def drag(page, slider):
    """Drag to and fro for a while; return pictures a second and how long they went on after."""
    x, y, width = take_hold(page, slider)
    begin = page.evaluate("() => window.probe.begin()")
    start = time.perf_counter()
    while (passed := time.perf_counter() - start) < DRAG_SECONDS:
        page.mouse.move(x + 0.3 * width * math.sin(2 * math.pi * passed / 1.5), y)
    end = page.evaluate("() => performance.now()")
    page.mouse.up()
    page.evaluate("silence => window.probe.quiet(silence)", 3000)
    shown = [each["shown"] for each in page.evaluate("() => window.probe.pictures()")]
    during = sum(begin <= at <= end for at in shown)
    return {"pictures": during / (end - begin) * 1000, "backlog": max(0, max(shown) - end) / 1000}


def take_hold(page, slider):
    """Press the mouse on a slider in the middle of its track; return x, y and its width (px)."""
    box = slider.evaluate(
        """slider => {
            const rail = slider.closest(".slider-group")?.querySelector(".slider-rail-touch-rect");
            const track = rail ?? slider.closest(".noUi-base") ?? slider;
            const { left, top, width, height } = track.getBoundingClientRect();
            return { x: left + width / 2, y: top + height / 2, width };
        }"""
    )
    # A click brings the thumb there first, wherever it was.
    page.mouse.click(box["x"], box["y"])
    page.evaluate("silence => window.probe.quiet(silence)", 1000)
    page.mouse.move(box["x"], box["y"])
    page.mouse.down()
    return box["x"], box["y"], box["width"]


def measure_book(repeats=5):
    """Return what one Flipbook costs: medians over fresh processes."""
    command = [sys.executable, HERE / "one_book.py"]
    runs = [json.loads(subprocess.check_output(command, cwd=HERE.parent)) for _ in range(repeats)]
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def report(rows, book, browser):
    """Return the tables and what they were measured on, as Markdown."""
    lines = []
    for network in ROUND_TRIPS:
        lines += ["", f"### {network[0].upper()}{network[1:]}", ""]
        lines += [f"| | {' | '.join(COLUMNS)} |", "|---" * (len(COLUMNS) + 1) + "|"]
        lines += [
            f"| {CONTENDERS[name]} | {' | '.join(cells(row))} |"
            for (name, where), row in rows.items()
            if where == network
        ]
    lines += ["", "### One Flipbook", "", "| | |", "|---|---|"]
    lines += [f"| {what} | {value} |" for what, value in describe(book).items()]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    system = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    lines += ["", f"Measured on {system}, Chromium {browser}; {versions}.", ""]
    return "\n".join(lines).lstrip("\n")


def cells(row):
    """Return the words of one row of a table."""
    times = [value for what in ("changed", "shown") for value in middle_and_tail(row[what])]
    rest = [f"{row['pictures']:.1f}", f"{row['backlog']:.1f} s"]
    return [f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms" for value in times] + rest


def describe(book):
    """Return the table of one Flipbook: words to values."""
    return {
        "state sent to the browser": f"{book['state_bytes'] / 1000:.0f} kB",
        "its JavaScript and CSS": f"{book['code_bytes'] / 1000:.0f} kB",
        "time to build one": f"{book['build_ms']:.0f} ms",
        "`import lrlab`": f"{book['import_ms']:.0f} ms, {book['import_mib']:.0f} MiB",
        "from there to the first": f"{book['first_ms']:.0f} ms, {book['first_mib']:.0f} MiB in all",
    }


def middle_and_tail(times):
    """Return the median and the 95th percentile."""
    return statistics.median(times), statistics.quantiles(times, n=20, method="inclusive")[-1]


def write_between_markers(path, text, program="run.py"):
    """Replace what stands between the two marker lines of a program in a file."""
    begin, end = f"<!-- table: written by {program} -->", "<!-- end of table -->"
    before, rest = path.read_text("utf-8").split(begin)
    _, after = rest.split(end, 1)
    path.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", "utf-8")


if __name__ == "__main__":
    main()
