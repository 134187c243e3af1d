"""The pages of `make site`, served to this machine and in a real Chromium."""

import os
import threading
from contextlib import contextmanager

import pytest
import serve_site
from playwright.sync_api import sync_playwright
from visit import SITE, Visit

from tests.browser.lab import NO_CHROMIUM, find_chromium, launch


@pytest.fixture(scope="session", autouse=True)
def built():
    """Without pages there is nothing to test."""
    if not (SITE / "index.html").exists():
        pytest.skip("make test-site builds the pages before it tests them")


@pytest.fixture(scope="session")
def chromium(built):
    """A running Chromium; without one these tests are skipped, or fail where CI is set."""
    with sync_playwright() as driver:
        executable = find_chromium(driver)
        if not executable and not os.environ.get("CI"):
            pytest.skip(NO_CHROMIUM)
        assert executable, NO_CHROMIUM
        browser = launch(driver, executable)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def addresses(built):
    """Where the pages are: {"http": address, "file": address}."""
    with serve_site.server(SITE) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"http": f"http://127.0.0.1:{server.server_port}/", "file": f"{SITE.as_uri()}/"}
        server.shutdown()


@pytest.fixture(scope="session")
def visit(chromium, addresses):
    """A context manager that opens a page in a browser of its own: visit(path, where, …).

    Where is "http", "file" or an address. An error in its console, or a request to elsewhere,
    fails the test.
    """

    @contextmanager
    def open_page(path, where="http", width=1280, storage=None, **options):
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, storage_state=storage, **options)
        context.set_default_timeout(15_000)
        visited = Visit(context.new_page(), addresses.get(where, where))
        visited.go(path)
        yield visited
        context.close()
        assert not visited.errors
        assert not visited.strangers

    return open_page
