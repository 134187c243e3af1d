"""Every checker lets right answers of many forms pass, and none of many wrong ones.

Each test of a lesson holds ANSWERS: {checker: (how it is asked, right answers, wrong answers)}. It
may hold HINTS as well: [(checker, a wrong answer, a piece of what must be said to it)].
"""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from lrlab import exercises

pytestmark = pytest.mark.filterwarnings("error")

MODULES = [import_module(path.stem) for path in sorted(Path(__file__).parent.glob("test_*.py"))
           if path.stem != Path(__file__).stem]  # fmt: skip
ANSWERS = {
    name: answers for module in MODULES for name, answers in getattr(module, "ANSWERS", {}).items()
}
HINTS = [each for module in MODULES for each in getattr(module, "HINTS", [])]
RIGHT, WRONG = 8, 12  # at least, of each
CHECKERS = {name for name in exercises.__all__ if hasattr(getattr(exercises, name), "__wrapped__")}


def cases(which):
    return [
        pytest.param(check, answer, id=f"{name}-{k}")
        for name, (check, *answers) in ANSWERS.items()
        for k, answer in enumerate(answers[which])
    ]


def test_every_checker_is_given_many_answers():
    few = {name: (len(right), len(wrong)) for name, (_, right, wrong) in ANSWERS.items()
           if len(right) < RIGHT or len(wrong) < WRONG}  # fmt: skip
    assert not few, "right and wrong answers"
    assert set(ANSWERS) == CHECKERS and len(CHECKERS) > 40


@pytest.mark.parametrize(("check", "answer"), cases(0))
def test_a_right_answer_passes(check, answer):
    verdict = check(answer)
    assert verdict.passed is True, verdict


@pytest.mark.parametrize(("check", "answer"), cases(1))
def test_a_wrong_answer_does_not_pass_and_gets_a_hint(check, answer):
    verdict = check(answer)
    assert verdict.passed is not True and len(verdict.text) > 15, verdict


@pytest.mark.parametrize(("name", "answer", "hint"), HINTS)
def test_a_wrong_answer_is_told_what_was_wrong_with_it(name, answer, hint):
    verdict = ANSWERS[name][0](answer)
    assert verdict.passed is False and hint in verdict.text, verdict


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize(
    "junk", [None, "0.1", [], np.nan, object(), lambda *a: "x", lambda *a: np.nan, lambda *a: 1 / 0]
)
def test_junk_gets_a_hint_and_no_traceback(name, junk):
    verdict = ANSWERS[name][0](junk)
    assert verdict.passed is False and len(verdict.text) > 15, verdict


@pytest.mark.parametrize("name", ANSWERS)
def test_an_exercise_not_attempted_says_so(name):
    assert ANSWERS[name][0](...).passed is None
