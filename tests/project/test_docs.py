"""What docs/ says of the notebooks and the explorers is so."""

import re
from pathlib import Path

import nbformat
import pytest

from lrlab import datasets, explorers
from tests.browser.book import explorer_calls

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TEACHING = (DOCS / "teaching.md").read_text(encoding="utf-8")
COVERAGE = (DOCS / "coverage.md").read_text(encoding="utf-8")
LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")
BOARDS = dict(
    re.findall(
        r"^Storyboard of `explorers\.(\w+)`:\n\n((?:\d+\. .*\n(?: {3}.*\n)*)+)", TEACHING, re.M
    )
)


def headings(path):
    """Yield the headings of a notebook, without their signs."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            yield from re.findall(r"^#+ (.*)$", cell.source, re.M)


def rows():
    """Return (what, link, heading) for each row of the tables of coverage.md."""
    cells = [line.strip("|").split("|") for line in COVERAGE.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in cells if not row[0].startswith(" What")]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:40])
def test_what_is_covered_is_taught_under_the_heading_named(row):
    _, where, heading = row
    (address,) = LINK.findall(where)
    assert heading in [*headings(DOCS / address)]


def test_coverage_has_rows():
    assert len(rows()) > 30


def test_every_notebook_has_its_page_for_lecturers():
    numbers = [path.name[:2] for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    assert re.findall(r"^## (\d\d) ", TEACHING, re.M) == numbers


@pytest.fixture(scope="module")
def books():
    """Every explorer that has a storyboard, on the data of the course."""
    made = {
        name: getattr(explorers, name)(*(datasets.line() if given else ()))
        for name, given in explorer_calls().items()
    }
    return {name: book for name, book in made.items() if book.scenes}


def test_every_storyboard_is_described(books):
    assert books.keys() == BOARDS.keys()


def test_each_scene_is_described_and_a_mark_that_it_goes_to_is_named(books):
    for name, book in books.items():
        said = re.findall(r"^\d+\. ((?:.|\n {3})*)", BOARDS[name], re.M)
        assert len(said) == len(book.scenes), name
        before = book._index
        for text, scene in zip(said, book._scenes, strict=True):
            for slider, was, at in zip(book.sliders.values(), before, scene, strict=True):
                assert was == at or slider.marks.get(at, "") in text, f"{name}: {text}"
            before = scene


def test_every_scene_says_something_of_its_own(books):
    for name, book in books.items():
        seen = []
        for scene in book.scenes:
            book.position = scene
            seen.append(book.seen)
        assert len(set(seen)) == len(seen) > 1, name
