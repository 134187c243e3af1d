import pytest

from lrlab import figures
from lrlab.flipbook import Flipbook
from lrlab.predict import predict, questions

pytestmark = pytest.mark.filterwarnings("error")

ASKED = questions()
ONE = next(iter(ASKED))


@pytest.fixture
def book():
    figure, (ax,) = figures.canvas([4])
    return Flipbook(figure, {"α": [0.1, 0.2]}).line(ax, [0, 1], [0, 1], color="#000000")


@pytest.mark.parametrize("name", ASKED)
def test_a_question_has_one_right_choice_and_an_answer_to_each(name):
    assert set(ASKED[name]) == {"question", "choices"}
    choices = ASKED[name]["choices"]
    assert len(choices) >= 3 and ASKED[name]["question"].endswith("?")
    assert [choice.get("right", False) for choice in choices].count(True) == 1
    for key in ("text", "says"):
        texts = [choice[key] for choice in choices]
        assert all(texts) and len(set(texts)) == len(texts)
        assert all(set(choice) <= {"text", "right", "says"} for choice in choices)
    assert all(choice["says"].endswith(".") for choice in choices)
    assert not any(choice["text"].endswith(".") for choice in choices)
    shown = [
        ASKED[name]["question"],
        *(choice[key] for choice in choices for key in ("text", "says")),
    ]
    assert max(len(line) for line in shown) <= 160


def test_no_question_is_asked_twice_and_no_letter_gives_the_answer_away():
    assert len({each["question"] for each in ASKED.values()}) == len(ASKED)
    right = [next(k for k, choice in enumerate(each["choices"]) if choice.get("right"))
             for each in ASKED.values()]  # fmt: skip
    assert max(right.count(k) for k in right) <= 0.7 * len(right) + 1


@pytest.mark.parametrize("name", ASKED)
def test_the_text_shows_question_and_choices_and_not_which_is_right(name):
    shown = repr(predict(name))
    first, *choices = shown.splitlines()
    assert first == f"Predict: {ASKED[name]['question']}"
    texts = [choice["text"] for choice in ASKED[name]["choices"]]
    assert choices == [f"  {'abcdefgh'[k]}) {text}" for k, text in enumerate(texts)]
    assert not any(choice["says"] in shown for choice in ASKED[name]["choices"])
    data, _ = predict(name)._repr_mimebundle_()
    assert data["text/plain"] == shown and "0x" not in shown


def test_it_covers_the_picture_and_knows_how_to_find_it(book):
    asked = predict(ONE, book)
    assert book.covered and asked.answer == -1
    assert asked._opens == book.model_id and predict(ONE)._opens == ""
    state = asked.get_state()
    assert state["_choices"] == ASKED[ONE]["choices"]


def test_what_the_browser_locks_python_sees(book):
    asked = predict(ONE, book)
    seen = []
    asked.observe(lambda change: seen.append(change.new), "answer")
    asked.set_state({"answer": 2})
    book.set_state({"covered": False})
    assert seen == [2] and not book.covered


@pytest.mark.parametrize(
    ("name", "opens", "message"),
    [
        ("nothing", None, f"name must be one of .*{ONE}.*, got 'nothing'"),
        (ONE, "a picture", "opens must be a Flipbook, got str"),
        (ONE, figures.canvas([4])[0], "opens must be a Flipbook, got Figure"),
    ],
)
def test_what_cannot_be_asked_is_refused(name, opens, message):
    with pytest.raises(ValueError, match=message):
        predict(name, opens)


def test_a_question_that_is_not_there_covers_nothing(book):
    with pytest.raises(ValueError):
        predict("nothing", book)
    assert not book.covered
