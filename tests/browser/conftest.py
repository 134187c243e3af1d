"""One JupyterLab, one Chromium and one page for all browser tests."""

import os
import shutil
from pathlib import Path

import pytest
from lab import NO_CHROMIUM, REPOSITORY, LabPage, LabServer, find_chromium, launch, write_notebook
from playwright.sync_api import sync_playwright
from workday import LIKE_MAKE_LAB, begin_day, prepare


def pytest_collection_modifyitems(config, items):
    """Without a Chromium skip all these tests in one line; where CI is set let them fail."""
    ours = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    if not ours or os.environ.get("CI"):
        return
    with sync_playwright() as driver:
        if find_chromium(driver):
            return
    ours[0].add_marker(pytest.mark.skip(reason=NO_CHROMIUM))
    config.hook.pytest_deselected(items=ours[1:])
    items[:] = [item for item in items if item not in ours[1:]]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A real JupyterLab whose root is a copy of the notebooks."""
    server = LabServer(tmp_path_factory.mktemp("lab"))
    notebooks = REPOSITORY / "notebooks"
    shutil.copytree(notebooks, server.root, dirs_exist_ok=True)
    with server:
        yield server


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium; there is one, or the tests would not have been collected."""
    with sync_playwright() as driver:
        executable = find_chromium(driver)
        assert executable, NO_CHROMIUM
        browser = launch(driver, executable)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared_lab(chromium, server):
    """The one page all tests share."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    return LabPage(context.new_page(), server)


@pytest.fixture(scope="session")
def desk(chromium, tmp_path_factory):
    """A page of a JupyterLab that is set as `make lab` sets it, and a prepared lesson."""
    server = LabServer(tmp_path_factory.mktemp("desk"), LIKE_MAKE_LAB)
    prepared = prepare(server)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    with server:
        yield LabPage(context.new_page(), server), prepared
    context.close()


@pytest.fixture(scope="module")
def day(desk):
    """The lesson on a learner's desk, as it was prepared."""
    return begin_day(*desk)


@pytest.fixture(autouse=True)
def lab(shared_lab):
    """The page of JupyterLab; an error in its console or a request to elsewhere fails the test."""
    yield shared_lab
    errors, strangers = shared_lab.take_troubles()
    assert not errors
    assert not strangers


@pytest.fixture(scope="session")
def run_cells(shared_lab):
    """A function that runs code cells as a notebook of their own; it returns the page.

    Of many pictures each would be drawn anew as the next one comes: `hidden` shows none of them
    until a test does.
    """

    def run(name, *cells, hidden=False):
        write_notebook(shared_lab.server.root / name, cells)
        shared_lab.open(name)
        if hidden:
            shared_lab.show_only(0)
        shared_lab.run_all()
        return shared_lab

    return run
