"""Every checker lets right answers of many forms pass, and none of many wrong ones.

Each test of a lesson holds ANSWERS: {checker: (how it is asked, right answers, wrong answers)}.
"""

from importlib import import_module
from pathlib import Path

import pytest

from lrlab import exercises

pytestmark = pytest.mark.filterwarnings("error")

MODULES = [import_module(path.stem) for path in sorted(Path(__file__).parent.glob("test_*.py"))
           if path.stem != Path(__file__).stem]  # fmt: skip
ANSWERS = {
    name: answers for module in MODULES for name, answers in getattr(module, "ANSWERS", {}).items()
}
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
