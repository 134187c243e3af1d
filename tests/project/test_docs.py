"""What docs/ says of the notebooks and the explorers is so."""

import re
from pathlib import Path

import pytest
import tables

from lrlab import datasets, explorers
from tests.browser.book import explorer_calls

ROOT = Path(__file__).parents[2]
TEACHING = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
BOARDS = dict(
    re.findall(
        r"^Storyboard of `explorers\.(\w+)`:\n\n((?:\d+\. .*\n(?: {3}.*\n)*)+)", TEACHING, re.M
    )
)


def test_every_notebook_has_its_page_for_lecturers_in_the_order_of_the_course():
    titles = [each.title for each in tables.course() if each.number]
    pages = tables.PAGE.findall(TEACHING)
    assert pages == titles, "a page begins with '## 03 Its title', an empty line, and '10 minutes'"


@pytest.fixture(scope="module")
def books(unseen_all):
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
