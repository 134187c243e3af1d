"""What holds for all tests.

Hypothesis always tries the same examples, but `make fuzz` looks for new ones.
"""

import gc
import importlib
import pkgutil

import pytest
from hypothesis import settings
from ipywidgets.widgets.widget import _instances
from unseen import unseen, unseen_all  # noqa: F401
from workers import OurPorts

import lrlab

settings.register_profile("repeat", derandomize=True, database=None, deadline=None)
settings.register_profile("fuzz", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("repeat")  # --hypothesis-profile=fuzz comes later, and wins
OurPorts.instance()  # in the place of jupyter_client's own


@pytest.fixture(autouse=True)
def no_widget_outlives_its_test():
    """ipywidgets keeps each widget until it is closed: gigabytes, and all garbage is sought there.

    What fixtures of a wider scope hold was there before, and stays.
    """
    before = set(_instances)
    yield
    for name in set(_instances) - before:
        _instances[name].close()


def pytest_collection_finish(session):
    """Load all of lrlab, as Hypothesis also tries the constants of whatever is loaded.

    Otherwise the examples would change with the tests that ran before.
    """
    if any(item.get_closest_marker("hypothesis") for item in session.items):
        for module in pkgutil.walk_packages(lrlab.__path__, "lrlab."):
            importlib.import_module(module.name)
    gc.freeze()  # What is here now stays: garbage is sought among what tests make.


def pytest_terminal_summary(terminalreporter):
    """Say how to keep what `make fuzz` found."""
    if settings.get_current_profile_name() == "fuzz" and terminalreporter.stats.get("failed"):
        terminalreporter.section("what to do with a failing test case", bold=True)
        terminalreporter.write_line(
            "Write its arguments as a line @example(...) above the @given of the test, so that\n"
            "make test tries them from now on, and mend what they break. Until then make fuzz\n"
            "tries them first."
        )
