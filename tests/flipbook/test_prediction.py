import matplotlib.pyplot as plt
import numpy as np
import pytest

from lrlab import figures
from lrlab.flipbook import Flipbook, Prediction
from lrlab.predict import predict, questions

pytestmark = pytest.mark.filterwarnings("error")

ASKED = questions()
ONE = next(iter(ASKED))


@pytest.fixture
def book():
    figure, (ax,) = figures.canvas([4])
    return Flipbook(figure, {"α": [0.1, 0.2]}).line(ax, [0, 1], [0, 1], color="#000000")


@pytest.mark.parametrize("name", ASKED)
def test_a_question_has_one_right_answer_and_something_to_say_to_each(name):
    asked = ASKED[name]
    assert set(asked) - {"tells"} in ({"question", "choices"}, {"question", "number"})
    assert asked["question"].endswith("?") and len(asked["question"]) <= 160
    if "number" in asked:
        assert set(asked["number"]) == {"right", "within", "says"}
        assert 0 < asked["number"]["within"] < 1 and asked["number"]["says"].endswith(".")
        return
    choices = asked["choices"]
    assert len(choices) >= 3
    assert [choice.get("right", False) for choice in choices].count(True) == 1
    for key in ("text", "says"):
        texts = [choice[key] for choice in choices]
        assert all(texts) and len(set(texts)) == len(texts)
        assert max(map(len, texts)) <= 160
    assert all(set(choice) <= {"text", "right", "says"} for choice in choices)
    assert all(choice["says"].endswith(".") for choice in choices)
    assert not any(choice["text"].endswith(".") for choice in choices)


def test_no_question_is_asked_twice():
    assert len({each["question"] for each in ASKED.values()}) == len(ASKED)


@pytest.mark.parametrize("shown", [True, False], ids=["shown", "written"])
def test_right_choices_stand_at_all_places_about_equally_often(shown):
    """A place gets as many as chance would give it: within three standard deviations."""
    for size in (3, 4):
        asked = [
            predict(name) for name, each in ASKED.items() if len(each.get("choices", ())) == size
        ]
        places = [next(k for k, at in enumerate(each._order if shown else range(size))
                       if each._choices[at].get("right")) for each in asked]  # fmt: skip
        expected, spread = len(asked) / size, np.sqrt(len(asked) * (size - 1)) / size
        for place in range(size):
            assert abs(places.count(place) - expected) <= 2 * spread + 0.5, (size, place)


def test_choices_are_shown_in_an_order_that_is_the_same_each_time():
    orders = [predict(name)._order for name in ASKED]
    assert orders == [predict(name)._order for name in ASKED]
    assert all(sorted(each) == [*range(len(each))] for each in orders)
    assert len({tuple(each) for each in orders if len(each) == 3}) == 6


@pytest.mark.parametrize("name", ASKED)
def test_the_text_shows_question_and_choices_and_not_which_is_right(name):
    shown = repr(predict(name))
    first, *choices = shown.splitlines()
    assert first == f"Predict: {ASKED[name]['question']}"
    if "number" in ASKED[name]:
        assert choices == ["  a number"]
        return
    texts = [choice["text"] for choice in ASKED[name]["choices"]]
    assert choices == [f"  {'abcdefgh'[k]}) {text}" for k, text in enumerate(texts)]
    assert not any(choice["says"] in shown for choice in ASKED[name]["choices"])
    data, _ = predict(name)._repr_mimebundle_()
    assert data["text/plain"] == shown and "0x" not in shown


def test_it_covers_the_picture_and_knows_how_to_find_it(book):
    asked = predict(ONE, book)
    assert book.covered and asked.answer == -1
    assert asked._opens == [book.model_id] and predict(ONE)._opens == []
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


def test_what_a_cell_found_waits_for_the_answer():
    asked = predict(ONE)
    words, table = asked.reveal("α = 0.98"), asked.reveal({"α": 0.98})
    assert (repr(words), repr(table)) == ("α = 0.98", "{'α': 0.98}")
    assert words.covered and asked._opens == [words.model_id, table.model_id]
    data, _ = words._repr_mimebundle_()
    assert data["text/plain"] == "α = 0.98" and "image/png" not in data


def test_a_figure_that_waits_is_a_picture_once():
    figure = plt.figure()
    found = predict(ONE).reveal(figure)
    data, _ = found._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG") and not plt.fignum_exists(figure.number)


def test_what_is_found_after_the_answer_is_not_covered():
    asked = predict(ONE)
    asked.set_state({"answer": 1})
    assert not asked.reveal("α = 0.98").covered


@pytest.mark.parametrize(("choices", "number"), [((), None), ([{"text": "a"}], {"right": 1})])
def test_a_question_asks_for_a_choice_or_for_a_number(choices, number):
    with pytest.raises(ValueError, match="choices or a number"):
        Prediction("What?", choices, number=number)
