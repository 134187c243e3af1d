"""Predict, lock, reveal in real JupyterLab, with no kernel."""

import pytest

from lrlab.predict import questions

SETUP = """
import numpy as np
from lrlab import explorers
from lrlab.predict import predict
x = np.linspace(0, 2, 20)
y = 2.3 * x + 2.7
asked, skipped = explorers.learning_rate(x, y), explorers.one_parameter(x, y)
"""
FIRST, SECOND, *_ = QUESTIONS = questions()
CELLS = [SETUP, f"predict({FIRST!r}, opens=asked)", "asked"]
CELLS += [f"predict({SECOND!r}, opens=skipped)", "skipped"]


@pytest.fixture(scope="module")
def lesson(run_cells):
    """The page of two questions and the pictures they cover, whose kernel is gone."""
    lab = run_cells("predictions.ipynb", *CELLS)
    lab.page.locator(".lrlab-cover").last.wait_for()
    lab.lose_kernel()
    return lab


def test_a_prediction_is_locked_by_keyboard_and_opens_its_picture_without_a_kernel(lesson):
    page = lesson.page
    question = page.locator(".lrlab-predict").first
    lock, panels = question.locator(".lrlab-lock"), page.locator(".lrlab-panels")
    assert lock.is_disabled()
    assert not panels.first.is_visible()
    cells = lesson.state()

    question.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert question.locator("input[type=radio]").nth(1).is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    panels.first.wait_for()
    assert not panels.last.is_visible()
    assert question.locator("fieldset").evaluate("fieldset => fieldset.disabled")
    assert len(question.locator(".lrlab-feedback").inner_text()) > 20
    for key in "abddx":
        page.keyboard.press(key)
    assert lesson.state() == cells


def test_a_picture_opens_without_a_prediction_too(lesson):
    lesson.page.locator(".lrlab-open").last.click()
    lesson.page.locator(".lrlab-panels").last.wait_for()


def test_axe_finds_no_violation_in_a_question(lesson):
    lesson.page.set_viewport_size({"width": 1280, "height": 2400})
    violations = lesson.violations(".lrlab-predict")
    lesson.page.set_viewport_size({"width": 1280, "height": 900})
    assert not violations
