"""One JupyterLab, one Chromium and one page for all browser tests."""

import os
import shutil

import pytest
from lab import NO_CHROMIUM, REPOSITORY, LabPage, LabServer, find_chromium, launch, write_notebook


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
    """A running Chromium; without one the test is skipped, or fails where CI is set."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        executable = find_chromium(driver)
        if executable is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_CHROMIUM)
        browser = launch(driver, executable)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared_lab(chromium, server):
    """The one page all tests share."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    return LabPage(context.new_page(), server)


@pytest.fixture(autouse=True)
def lab(shared_lab):
    """The page of JupyterLab; an error in its console or a request to elsewhere fails the test."""
    yield shared_lab
    errors, strangers = shared_lab.take_troubles()
    assert not errors
    assert not strangers


@pytest.fixture(scope="session")
def run_cells(shared_lab):
    """A function that runs code cells as a notebook of their own; it returns the page."""

    def run(name, *cells):
        write_notebook(shared_lab.server.root / name, cells)
        shared_lab.open(name)
        shared_lab.run_all()
        return shared_lab

    return run
