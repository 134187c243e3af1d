"""A notebook asks before it tells, takes the minutes it says, and keeps its cells short."""

import re
from statistics import median

import nbformat
import pytest
from minutes import counted
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from test_gate import NOTEBOOKS, code_cells, outputs, text_of

from lrlab.predict import questions

ASKED = questions()
ASKS = re.compile(r"""(?:(\w+) = )?predict\(\s*["']([\w-]+)["']([^\n]*)""")
NAVIGATION = re.compile(r"\*\*(?:Before|Next|Back to the map):\*\*.*")
MOST_MINUTES = 25
MEDIAN_CELL = 5
FOR_MACHINES = re.compile(r"#\s*(?:fmt|noqa|ruff|type):?")


def hidden(cell):
    """Whether a reader sees the cell folded: it guards a number, or helps, and teaches nothing."""
    return cell.metadata.get("jupyter", {}).get("source_hidden", False)


def minutes_are_honest(notebook):
    said, found = notebook.metadata["lrlab"]["minutes"]["alone"], counted(notebook)
    if said > MOST_MINUTES:
        yield f"says {said} minutes; split it, none may take more than {MOST_MINUTES}"
    if not 0.8 * said <= found.minutes <= 1.2 * said:
        yield f"says {said} minutes and takes {found.minutes:.1f}: {found}"


def typical_cell_is_short(notebook):
    lines = [len(cell.source.splitlines()) for cell in code_cells(notebook) if not hidden(cell)]
    if (middle := median(lines or [0])) > MEDIAN_CELL:
        yield f"cells have a median of {middle} lines, at most {MEDIAN_CELL}"


def guards_are_out_of_the_way(notebook):
    for cell in code_cells(notebook):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        guards = [line for line in lines if line.startswith("assert ")]
        if not hidden(cell) and (len(guards) > 1 or (guards and guards == lines)):
            yield f"fold the cell that only guards (jupyter.source_hidden): {cell.source[:70]!r}"
        if not hidden(cell) and FOR_MACHINES.search(cell.source):
            yield f"a comment for machines: {cell.source[:60]!r}"


def asked_in(notebook):
    """Yield where each question is asked: (position of its cell, its name, what covers)."""
    for k, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            for variable, name, rest in ASKS.findall(cell.source):
                later = "\n".join(after.source for after in notebook.cells[k:])
                revealed = variable and re.search(rf"\b{variable}\.reveal\(", later)
                yield k, name, "opens=" in rest or bool(revealed)


def questions_cover_their_answers(notebook):
    for _, name, covers in asked_in(notebook):
        if not covers:
            yield f"{name} covers nothing: give `opens=book`, or show what follows by `.reveal(…)`"


def read_until(notebook, stop):
    """Everything a learner has read before a cell is run."""
    for cell in notebook.cells[:stop]:
        yield NAVIGATION.sub("", cell.source)
        yield from (text_of(output) for output in cell.get("outputs", []))


def nothing_is_told_before_it_is_asked(notebook, asked=ASKED):
    for stop, name, _ in asked_in(notebook):
        known = asked.get(name, {})
        if not (tells := known.get("tells", [])):
            yield f"{name}: say in questions.toml which words would tell its answer (tells)"
        before = " ".join("\n".join(read_until(notebook, stop)).casefold().split())
        for word in tells:
            if word.casefold() in before:
                yield f"{name}: {word!r} stands before the question"
        right = [each for each in known.get("choices", [known.get("number", {})])
                 if each.get("right")]  # fmt: skip
        after = [text for cell in notebook.cells[stop:] for text in read_until_end(cell)]
        answer = " ".join([*(str(v) for each in right for v in each.values()), *after]).casefold()
        for word in tells:
            if word.casefold() not in " ".join(answer.split()):
                yield f"{name}: {word!r} is no part of its answer"


def read_until_end(cell):
    return [cell.source, *(text_of(output) for output in cell.get("outputs", []))]


RULES = [
    minutes_are_honest,
    typical_cell_is_short,
    guards_are_out_of_the_way,
    questions_cover_their_answers,
    nothing_is_told_before_it_is_asked,
]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_teaches_as_it_should(path):
    notebook = nbformat.read(path, as_version=4)
    problems = [f"{rule.__name__}: {problem}" for rule in RULES for problem in rule(notebook)]
    assert not problems, "\n".join(problems)


def test_every_question_is_asked_in_a_notebook():
    asked = {name for path in NOTEBOOKS
             for _, name, _ in asked_in(nbformat.read(path, as_version=4))}  # fmt: skip
    assert asked == set(ASKED)


QUESTION = {
    "up-or-down": {
        "choices": [{"text": "Up", "says": "No."}, {"text": "Down", "right": True, "says": "Yes."}],
        "tells": ["downhill"],
    }
}


def lesson(*cells, before="Which way does it go", minutes=1):
    """Return a short notebook with a question, and with more cells at its end."""
    notebook = new_notebook(
        cells=[
            new_markdown_cell(f"# A walk: where to?\n\n{before}"),
            new_code_cell("asked = predict('up-or-down')\nasked"),
            new_code_cell("asked.reveal('downhill')"),
            *cells,
        ]
    )
    shown = [new_output("display_data", data={"text/plain": "Predict: up or down?"})]
    notebook.cells[1].outputs = shown
    notebook.metadata["lrlab"] = {"minutes": {"alone": minutes, "lecture": 1}, "needs": []}
    return notebook


def forget_to_reveal():
    notebook = lesson()
    notebook.cells[2].source = "'downhill'"
    return notebook


BROKEN = [
    (minutes_are_honest, lesson(new_markdown_cell("word " * 300))),
    (minutes_are_honest, lesson(new_markdown_cell("word " * 4300), minutes=30)),
    (typical_cell_is_short, lesson(*[new_code_cell("1\n" * 6)] * 4)),
    (guards_are_out_of_the_way, lesson(new_code_cell("assert 2 > 1"))),
    (guards_are_out_of_the_way, lesson(new_code_cell("x = 1\nassert x\nassert x > 0"))),
    (guards_are_out_of_the_way, lesson(new_code_cell("x = [1,]  # fmt: skip"))),
    (questions_cover_their_answers, forget_to_reveal()),
    (nothing_is_told_before_it_is_asked, lesson(before="It goes Downhill")),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_passes_a_good_lesson_and_has_been_seen_to_fail(rule):
    more = {"asked": QUESTION} if rule is nothing_is_told_before_it_is_asked else {}
    assert list(rule(lesson(), **more)) == []
    assert rule in [broken for broken, _ in BROKEN]


@pytest.mark.parametrize(("rule", "notebook"), BROKEN)
def test_a_rule_sees_what_is_wrong(rule, notebook):
    more = {"asked": QUESTION} if rule is nothing_is_told_before_it_is_asked else {}
    assert list(rule(notebook, **more))


def test_a_question_without_telling_words_or_with_idle_ones_is_seen():
    one = QUESTION["up-or-down"]
    for tells in ([], ["sideways"]):
        asked = {"up-or-down": one | {"tells": tells}}
        assert list(nothing_is_told_before_it_is_asked(lesson(), asked=asked))


def test_a_folded_guard_passes():
    cell = new_code_cell("assert 2 > 1", metadata={"jupyter": {"source_hidden": True}})
    assert list(guards_are_out_of_the_way(lesson(cell))) == []


def test_outputs_count_as_read():
    notebook = lesson()
    notebook.cells.insert(1, new_code_cell("f()"))
    notebook.cells[1].outputs = [new_output("stream", name="stdout", text="it went downhill")]
    assert outputs(notebook)
    assert list(nothing_is_told_before_it_is_asked(notebook, asked=QUESTION))
