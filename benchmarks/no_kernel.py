"""Measure the ways that need no kernel, each in one HTML file; write the table into README.md."""

import argparse
import gzip
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import run
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
SLOWER = 4  # times, as a cheap or a tired laptop
PRESSES, REPEATS = 40, 3
PLOTLY_STEPS = "grip => grip.closest('.js-plotly-plot').layout.sliders[0].steps.length - 1"
ELSEWHERE = re.compile("^https?:")
SHEETS = {0: "nothing", 1: "1 style sheet"}
ALONE = "window.alone = true"


@dataclass(frozen=True)
class Contender:
    """One way of drawing: what it is called, what its slider moves, and where that slider is."""

    words: str
    moves: str
    slider: str
    keys: bool = True


CONTENDERS = {
    "plotly": Contender("Plotly frames", "α", ".slider-grip-rect", keys=False),
    "panel": Contender("Panel, `embed`", "α × step", ".noUi-handle"),
    "jshtml": Contender("Matplotlib, `to_jshtml`", "α", "input[type=range]"),
    "flipbook": Contender("Flipbook, `save`", "α × step", run.SLIDER),
}
FILE_COLUMNS = ["sliders", "pictures", "file", "gzipped", "written in", "asks elsewhere for"]
COLUMNS = ["first picture", "changed, median", "p95", "shown, median", "p95", "pictures a second"]
PACKAGES = ["plotly", "panel", "bokeh", "matplotlib", "numpy"]


def main():
    """Measure everything in one run and rewrite the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=PRESSES)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--only", choices=CONTENDERS, action="append")
    parser.add_argument("--dry", action="store_true", help="print, and leave README.md alone")
    options = parser.parse_args()
    names = options.only or list(CONTENDERS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        files = {name: Path(folder) / f"{name}.html" for name in names}
        costs = {name: build(name, file, options.repeats) for name, file in files.items()}
        browser = run.launch(driver, run.find_chromium(driver))
        rows = {}
        for slower in (1, SLOWER):
            for name, file in files.items():
                rows[name, slower] = measure(browser, name, file, slower, options)
                print(name, slower, *cells(rows[name, slower]), sep=" | ", flush=True)
        text = report(costs, rows, browser.version)
        browser.close()
    print(text)
    if not options.dry:
        run.write_between_markers(HERE / "README.md", text, "no_kernel.py")


def build(name, file, repeats):
    """Write the file of a contender; return its pictures, bytes, and the median of seconds."""
    command = [sys.executable, HERE / "one_file.py", name, file]
    runs = [json.loads(subprocess.check_output(command, cwd=HERE.parent)) for _ in range(repeats)]
    content = file.read_bytes()
    return {
        "reachable": runs[0]["pictures"],
        "raw": len(content),
        "gzipped": len(gzip.compress(content)),
        "build": 1000 * statistics.median(each["build"] for each in runs),
    }


def measure(browser, name, file, slower, options):
    """Open a file some times and move its slider in the last page; return its results (dict)."""
    firsts = []
    for _ in range(options.repeats):
        context, page = open_page(browser, slower)
        firsts.append(first_picture(page, file))
        if len(firsts) < options.repeats:
            context.close()
    results = {what: statistics.median(each[what] for each in firsts) for what in firsts[0]}
    slider = page.locator(CONTENDERS[name].slider).first
    slider.scroll_into_view_if_needed()
    move = run.press_keys if CONTENDERS[name].keys else move_mouse
    results |= move(page, slider, options.presses)
    if name == "flipbook":
        style = page.add_style_tag(content=".lrlab-panels { display: none }")
        results["unseen"] = move(page, slider, options.presses)
        style.evaluate("style => style.remove()")
    results |= run.drag(page, slider)
    context.close()
    return results


def open_page(browser, slower=1):
    """Return a context and an empty page of it, with the probe and on a slower processor."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.add_init_script(ALONE)
    page.add_init_script(path=HERE / "probe.js")
    page.route(ELSEWHERE, give_style)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    return context, page


def give_style(route):
    """Answer at once to a file that asks elsewhere for a style sheet, and to nothing else.

    Panel's are those of the installed package; of others the page has to do without.
    """
    address = route.request.url.split("?")[0]
    if not address.endswith(".css"):
        return route.abort()
    [package] = importlib.util.find_spec("panel").submodule_search_locations
    file = Path(package, "dist", address.split("/dist/")[-1])
    return route.fulfill(path=file) if file.exists() else route.fulfill(body="")


def first_picture(page, file):
    """Open a file from the disk; return ms from the navigation to the picture at rest.

    For a Flipbook also ms from the start of its script to its first lines, and to the frame with
    them.
    """
    asked, lost = set(), []
    page.on("request", lambda request: asked.add(request.url))
    page.on("requestfailed", lambda request: lost.append(request.url))
    page.goto(marked(file).as_uri())
    page.wait_for_function("() => window.probe.pictures().length", polling=100, timeout=120_000)
    page.evaluate("silence => window.probe.quiet(silence)", 1000)
    if lost:
        raise RuntimeError(f"{file.name} cannot do without {lost}")
    pictures = page.evaluate("() => window.probe.pictures()")
    start = page.evaluate("() => performance.getEntriesByName('script')[0]?.startTime ?? 0")
    return {
        "asked": sum(ELSEWHERE.match(url) is not None for url in asked),
        "first": pictures[-1]["shown"],
        "decoded": pictures[0]["changed"] - start,
        "decoded_shown": pictures[0]["shown"] - start,
    }


def marked(file):
    """The same file with the start of its module marked, where it has one as a Flipbook does."""
    text = file.read_text("utf-8")
    module = '<script type="module">'
    if text.count(module) != 1:
        return file
    copy = file.with_suffix(".marked.html")
    copy.write_text(text.replace(module, f"{module}performance.mark('script');"), "utf-8")
    return copy


def move_mouse(page, slider, presses, way=10):
    """Move a slider that knows no keys by the mouse, one position at a time."""
    x, y, width = run.take_hold(page, slider)
    step, at = width / slider.evaluate(PLOTLY_STEPS), 0

    def move(to_left):
        nonlocal at
        at += -1 if to_left else 1
        page.mouse.move(x + at * step, y)

    times = run.time_moves(page, move, presses, way)
    page.mouse.up()
    return times


def report(costs, rows, browser):
    """Return the tables, who is best where, and what they were measured on, as Markdown."""
    lines = [f"| | {' | '.join(FILE_COLUMNS)} |", "|---" * (len(FILE_COLUMNS) + 1) + "|"]
    for name, cost in costs.items():
        words = [CONTENDERS[name].words, CONTENDERS[name].moves, f"{cost['reachable']:,}"]
        words += [size(cost["raw"]), size(cost["gzipped"]), seconds(cost["build"])]
        asked = rows[name, 1]["asked"]
        words.append(SHEETS.get(asked, f"{asked:.0f} style sheets"))
        lines.append(f"| {' | '.join(words)} |")
    for slower, title in ((1, "In Chromium"), (SLOWER, "With the processor slowed to a quarter")):
        lines += ["", f"### {title}", "", f"| | {' | '.join(COLUMNS)} |"]
        lines.append("|---" * (len(COLUMNS) + 1) + "|")
        for name in costs:
            lines += table_rows(name, rows[name, slower])
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    system = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    lines += ["", *verdict(costs, rows), *decoding(rows)]
    lines += ["", f"Measured on {system}, Chromium {browser}; {versions}.", ""]
    return "\n".join(lines)


def table_rows(name, row):
    """Return the line of one contender, and for the Flipbook that without its panels."""
    lines = [f"| {CONTENDERS[name].words} | {' | '.join(cells(row))} |"]
    if "unseen" in row:
        lines.append(f"| the same, panels hidden | | {' | '.join(times_of(row['unseen']))} | |")
    return lines


def cells(row):
    """Return the words of one row of a table."""
    return [seconds(row["first"]), *times_of(row), f"{row['pictures']:.1f}"]


def times_of(row):
    """Return median and 95th percentile of both times, in words."""
    both = [value for what in ("changed", "shown") for value in run.middle_and_tail(row[what])]
    return [seconds(value) for value in both]


def verdict(costs, rows):
    """Say in which columns another one than the Flipbook is best."""
    values = {name: values_of(cost, rows, name) for name, cost in costs.items()}
    lines = []
    for at, (words, better, say) in enumerate(MEASURES):
        best = better(values, key=lambda name, at=at: values[name][at])
        if values[best][at] != values.get("flipbook", values[best])[at]:
            said = [say(values[name][at]) for name in (best, "flipbook")]
            lines.append(f"- {words}: {CONTENDERS[best].words} with {said[0]}, Flipbook {said[1]}")
    if not lines:
        return ["No other one is better than the Flipbook in any of these columns."]
    return ["Another one is better than the Flipbook here:", "", *lines]


def values_of(cost, rows, name):
    """Return the numbers of one contender, in the order of MEASURES."""
    values = [cost[key] for key in ("reachable", "raw", "gzipped", "build")]
    for slower in (1, SLOWER):
        row = rows[name, slower]
        middles = [statistics.median(row[key]) for key in ("changed", "shown")]
        values += [row["first"], *middles, row["pictures"]]
    return values


def decoding(rows):
    """Say how long the Flipbook's script takes until its picture stands."""
    if ("flipbook", 1) not in rows:
        return []
    normal, slow = (seconds(rows["flipbook", slower]["decoded_shown"]) for slower in (1, SLOWER))
    return [
        "",
        f"From the start of its script to its first picture, with inflating, the Flipbook takes "
        f"{normal}, and {slow} on the slowed processor.",
    ]


def size(value):
    """Return bytes in words."""
    return f"{value / 1e6:.1f} MB" if value >= 1e6 else f"{value / 1000:.0f} kB"


def seconds(value):
    """Return milliseconds in words."""
    if value >= 1000:
        return f"{value / 1000:.1f} s"
    return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"


def in_words(value):
    """Return a number in words."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


MEASURES = [
    ("pictures that can be reached", max, in_words),
    ("size of the file", min, size),
    ("size gzipped", min, size),
    ("time to write it", min, seconds),
    *[
        (words + where, better, say)
        for where in ("", ", slowed")
        for words, better, say in [
            ("first picture", min, seconds),
            ("changed", min, seconds),
            ("shown", min, seconds),
            ("pictures a second", max, in_words),
        ]
    ],
]

if __name__ == "__main__":
    main()
