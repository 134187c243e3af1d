"""Which examples Hypothesis tries: always the same ones, but `make fuzz` looks for new ones."""

import importlib
import pkgutil

from hypothesis import settings

import lrlab

settings.register_profile("repeat", derandomize=True, database=None, deadline=None)
settings.register_profile("fuzz", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("repeat")  # --hypothesis-profile=fuzz comes later, and wins


def pytest_collection_finish(session):
    """Load all of lrlab, as Hypothesis also tries the constants of whatever is loaded.

    Otherwise the examples would change with the tests that ran before.
    """
    if any(item.get_closest_marker("hypothesis") for item in session.items):
        for module in pkgutil.walk_packages(lrlab.__path__, "lrlab."):
            importlib.import_module(module.name)


def pytest_terminal_summary(terminalreporter):
    """Say how to keep what `make fuzz` found."""
    if settings.get_current_profile_name() == "fuzz" and terminalreporter.stats.get("failed"):
        terminalreporter.section("what to do with a failing test case", bold=True)
        terminalreporter.write_line(
            "Write its arguments as a line @example(...) above the @given of the test, so that\n"
            "make test tries them from now on, and mend what they break. Until then make fuzz\n"
            "tries them first."
        )
