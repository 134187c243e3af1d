"""One image, one server and one Chromium for all tests of Binder."""

import time

import pytest
from playwright.sync_api import sync_playwright

from tests.binder.image import BinderServer, build
from tests.browser.lab import NO_CHROMIUM, find_chromium, launch

MEASURED = pytest.StashKey[list]()


def pytest_configure(config):
    """Begin the list of what was measured."""
    config.stash[MEASURED] = []


@pytest.fixture(scope="session")
def note(pytestconfig):
    """A function that keeps a line for the end of the run."""
    return pytestconfig.stash[MEASURED].append


def pytest_terminal_summary(terminalreporter, config):
    """Say what was measured."""
    if lines := config.stash.get(MEASURED, []):
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def image(tmp_path_factory, note):
    """A folder with an image that was built just now."""
    folder = tmp_path_factory.mktemp("binder")
    begin = time.monotonic()
    built = build(folder)
    note(f"install {built - begin:.0f} s, postBuild {time.monotonic() - built:.0f} s")
    return folder


@pytest.fixture(scope="session")
def server(image):
    """The server of a visitor."""
    with BinderServer(image) as running:
        yield running


@pytest.fixture(scope="session")
def hub(image):
    """The server of a student of a JupyterHub that was made from the same image."""
    with BinderServer(image, desk="lrlab") as running:
        yield running


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium; without one these tests fail, as they were asked for by name."""
    with sync_playwright() as driver:
        executable = find_chromium(driver)
        assert executable, NO_CHROMIUM
        browser = launch(driver, executable)
        yield browser
        browser.close()
