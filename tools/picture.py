"""Make the moving picture of the README: α goes past the edge and back, then the start moves."""

import io
import math
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from book import Book  # noqa: E402
from lab import LabPage, LabServer, find_chromium, launch, write_notebook  # noqa: E402

CELL = """
from lrlab import datasets, explorers
book = explorers.learning_rate(*datasets.line(), start=(-2, 4))
book
"""
SIZE = {"width": 900, "height": 540}  # px
MOVING, RESTING = 90, 1100  # ms a frame is shown
AROUND = 36  # places of the start
LARGEST = 1_000_000  # bytes


def main():
    """Drag, look, write docs/learning-rate.webp."""
    with (
        tempfile.TemporaryDirectory() as home,
        LabServer(home) as server,
        sync_playwright() as driver,
    ):
        browser = launch(driver, find_chromium(driver))
        frames, durations = film(browser, server)
        browser.close()
    target = ROOT / "docs" / "learning-rate.webp"
    target.parent.mkdir(exist_ok=True)
    options = {"duration": durations, "loop": 0, "lossless": True, "method": 2}
    frames[0].save(target, save_all=True, append_images=frames[1:], **options)
    size = target.stat().st_size
    print(
        f"{target.name}: {len(frames)} frames, {sum(durations) / 1000:.1f} s, {size / 1000:.0f} kB"
    )
    if size > LARGEST:
        raise SystemExit(f"{target.name} must be at most {LARGEST} bytes, got {size}")


def film(browser, server):
    """Return the frames (Image) and how long each is shown (ms)."""
    write_notebook(server.root / "picture.ipynb", [CELL])
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    lab = LabPage(page, server)
    lab.open("picture.ipynb")
    lab.run_all()
    book = Book(lab)
    book.root.evaluate(
        """(root, { width, height }) => {
            const look = { boxSizing: "border-box", padding: "12px 16px", background: "white" };
            Object.assign(root.style, look, { width: `${width}px`, height: `${height}px` });
        }""",
        SIZE,
    )
    frames, durations = [], []
    for goal, rests in [*storyboard(marks(book), book.last("α")), *round_trip(book)]:
        book.go(goal)
        book.settle()
        frames.append(Image.open(io.BytesIO(book.root.screenshot())).convert("RGB"))
        durations.append(RESTING if rests else MOVING)
    return frames, durations


def marks(book):
    """Return the positions of the special rates on the slider."""
    places = book.root.locator("[data-name='α'] .lrlab-mark").evaluate_all(
        "marks => marks.map(mark => Number(mark.style.getPropertyValue('--at')))"
    )
    return [round(place * book.last("α")) for place in places]


def storyboard(rests, end):
    """Return (goal, whether to rest there): α goes slowly up through the marks, over, and back."""
    begin, top = end // 4, min(end, rests[-1] + 8)
    up = [*range(begin, rests[0], 2), *range(rests[0], top + 1)]
    down = range(top - 1, rests[1] - 1, -2)
    stops = {begin, *rests, top}
    return [({"α": at}, at in stops) for at in up] + [({"α": at}, False) for at in down]


def round_trip(book):
    """Return the same for the start, which goes once around the minimum and home."""
    names = ("start w", "start b")
    home = [book.view().positions[name] for name in names]
    reach = [book.last(name) for name in names]
    turns = [2 * math.pi * k / AROUND for k in range(1, AROUND)]
    goals = [
        [round(end * (0.5 - 0.4 * part)) for end, part in zip(reach, pair, strict=True)]
        for pair in ((math.cos(turn), -math.sin(turn)) for turn in turns)
    ]
    return [(dict(zip(names, goal, strict=True)), goal is home) for goal in [home, *goals, home]]


if __name__ == "__main__":
    main()
