"""What all tests share."""

from hypothesis import settings

# The same examples at every run: a test that passed does not fail tomorrow by chance.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")
