"""Exercises that are checked in the browser, by the Python that is on the pages."""

import os
import threading
from types import SimpleNamespace

import checks
import nbformat
import pytest
import serve_site
import toy
from axe_playwright_python.sync_playwright import Axe
from visit import SITE

PAGE = toy.PAGE
RIGHT = "def rate(X):\n    return 2 / X\n\nexercises.critical_rate(rate)"
WRONG = "exercises.critical_rate(lambda X: X)"
NOTEBOOKS = checks.ROOT / "notebooks"


class Box:
    """An exercise on a page, as a reader uses it."""

    def __init__(self, visited, number=0):
        self.page = visited.page
        self.all = self.page.locator(".lrlab-exercise").nth(number)
        self.area, self.said = self.all.locator("textarea"), self.all.locator("output")

    def button(self, name):
        return self.all.get_by_role("button", name=name, exact=True)

    def check(self, text):
        """Type an answer, check it, and return what is said in the end."""
        self.area.fill(text)
        self.button("Check").click()
        return self.verdict()

    def verdict(self):
        """Return what is said when nothing runs any more."""
        self.button("Stop").wait_for(state="hidden", timeout=60_000)
        return self.said.inner_text()


@pytest.fixture(scope="module")
def where(built, tmp_path_factory):
    """The address of a page with Python, and small things in place of NumPy and lrlab."""
    folder = tmp_path_factory.mktemp("site")
    toy.build(folder)
    with serve_site.server(folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def shared(where, visit):
    """A page on which Python is there already."""
    with visit(PAGE, where) as page:
        page.come_alive()
        assert Box(page).check(RIGHT) == "✓ For 4 it says 0.5."
        yield page


def test_python_comes_at_the_first_check_and_says_how_far_it_is(visit, where):
    with visit(PAGE, where) as page:
        page.come_alive()
        assert not [each.url for each in page.responses if "/check/" in each.url]
        box = Box(page)
        box.page.evaluate(
            """() => {
                window.far = [];
                const progress = document.querySelector(".lrlab-exercise progress");
                new MutationObserver(() => window.far.push(progress.value))
                    .observe(progress, { attributes: true });
            }"""
        )
        box.area.fill(RIGHT)
        box.button("Check").click()
        assert box.said.inner_text() == "Python is being loaded, once for this page."
        assert box.all.locator("progress").is_visible()
        assert box.verdict() == "✓ For 4 it says 0.5."
        assert not box.all.locator("progress").is_visible()
        far = box.page.evaluate("window.far")
        assert far == sorted(far) and len({*far}) > 5
        files = [each.url.split("/")[-1] for each in page.responses if "/check/" in each.url]
        assert {"worker.js", *checks.PYTHON} < {*files}
        assert box.check(WRONG) == "Not yet. For 4 it says 4."
        assert box.said.get_attribute("data-passed") == "false"
        assert len([each for each in page.responses if "/check/" in each.url]) == len(files)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("exercises.critical_rate(lambda X: 1 / X)", "Not yet. For 4 it says 0.25."),
        ("def rate(X)\n    return X", "Line 1: SyntaxError: expected ':'"),
        ("x = 1\nrate(x)", "Line 2: NameError: name 'rate' is not defined"),
        ("print('two')\n1 / 0", "two\nLine 2: ZeroDivisionError: division by zero"),
        ("for k in range(2):\n    print(k)", "0\n1"),
        ("x = 1", "It ran, and says nothing."),
        (
            "import matplotlib",
            "Line 1: There is no matplotlib on this page, only NumPy and lrlab; JupyterLab has it.",
        ),
        ("def f(n):\n    return f(n)\n\nf(1)", "Line 2: RecursionError: maximum recursion"),
    ],
)
def test_what_an_answer_says_is_shown(shared, text, said):
    assert Box(shared).check(text).startswith(said)


def test_another_box_of_the_page_knows_the_answer_above_it(shared):
    box, other = Box(shared), Box(shared, 1)
    box.area.fill("x10 = [7]\nexercises.critical_rate(x10)")
    text = "exercises.just_diverges(x10, [1, 2], learning_rate=0.1)"
    assert other.check(text) == "✓ It is [1, 2]."  # A later cell names it anew.
    box.area.fill("mine = [1, 2]\nexercises.critical_rate(mine)")
    assert other.check(text.replace("x10", "mine")) == "✓ It is [1, 2]."


def test_an_endless_loop_is_stopped_and_the_page_goes_on(shared):
    box, other = Box(shared), Box(shared, 1)
    box.area.fill("while True:\n    pass")
    box.button("Check").click()
    box.page.get_by_text("This takes long. Stop ends it.").wait_for()
    assert other.button("Check").get_attribute("aria-disabled") == "true"
    shared.uncover()
    assert shared.stayed() == []  # Pictures answer meanwhile.
    box.button("Stop").click()
    assert box.verdict() == "Stopped."
    assert box.page.evaluate("document.activeElement.textContent") == "Check"
    assert other.check("x10") == "[1, 2]"
    assert box.said.inner_text() == "Stopped."
    assert box.check(RIGHT).startswith("✓")


def test_python_can_be_stopped_while_it_comes_and_begins_again(visit, where):
    with visit(PAGE, where) as page:
        box = Box(page)
        box.area.fill(RIGHT)
        box.button("Check").click()
        box.button("Stop").click()
        assert box.verdict() == "Stopped."
        assert box.check(RIGHT).startswith("✓")


def test_python_that_breaks_off_says_so_and_begins_anew(chromium, where):
    page = chromium.new_page()  # Pyodide writes to the console.
    page.goto(where + PAGE)
    box = Box(SimpleNamespace(page=page))
    deep = "import sys\nsys.setrecursionlimit(10**9)\ndef f(n):\n    return f(n + 1)\n\nf(0)"
    assert box.check(deep).startswith("Python broke off: ")
    assert box.check(RIGHT).startswith("✓")
    page.route("**/pyodide.asm.wasm", lambda route: route.abort())
    page.reload()
    assert box.check(RIGHT).startswith("Python broke off: ")
    page.unroute("**/pyodide.asm.wasm")
    assert box.check(RIGHT).startswith("✓")
    page.close()


def test_answers_are_kept_until_they_are_reset_or_forgotten(visit, where):
    with visit(PAGE, where) as page:
        page.come_alive()
        box, other = Box(page), Box(page, 1)
        starter = box.area.input_value()
        assert starter.startswith("def my_critical_rate(X):\n    return ...")
        box.area.fill("# mine")
        other.area.fill("# that, too")
        page.page.reload()
        page.come_alive()
        assert [box.area.input_value(), other.area.input_value()] == ["# mine", "# that, too"]
        box.button("Reset").click()
        assert box.area.input_value() == starter
        page.page.keyboard.press("ControlOrMeta+z")
        assert box.area.input_value() == "# mine"
        box.button("Reset").click()
        page.page.reload()
        page.come_alive()
        assert [box.area.input_value(), other.area.input_value()] == [starter, "# that, too"]
        with page.page.expect_navigation():
            page.page.get_by_role("button", name="Forget my answers on this page").click()
        page.come_alive()
        assert other.area.input_value().startswith("my_x = ...")


def test_keys_indent_and_check(shared):
    box, keyboard = Box(shared), shared.page.keyboard
    box.area.fill("")
    box.area.focus()
    keyboard.type("def rate(X):\nif X:\nreturn 2 / X")
    assert box.area.input_value() == "def rate(X):\n    if X:\n        return 2 / X"
    box.area.fill(RIGHT)
    keyboard.press("Shift+Enter")
    assert box.verdict().startswith("✓")
    assert box.area.input_value() == RIGHT
    keyboard.press("Tab")
    assert box.page.evaluate("document.activeElement.textContent") == "Check"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", [RIGHT, WRONG])
def test_axe_finds_no_violation_in_boxes(shared, text, scheme):
    shared.page.emulate_media(color_scheme=scheme)
    assert "For 4 it says" in Box(shared).check(text)
    results = Axe().run(shared.page, context={"include": [[".lrlab-exercise"]]}).response
    assert results["passes"]
    assert [each["id"] for each in results["violations"]] == []


@pytest.mark.parametrize("width", [360, 1280])
def test_boxes_stay_inside_the_page(visit, where, width):
    with visit(PAGE, where, width=width) as page:
        page.come_alive()
        box = Box(page)
        box.area.fill("x = " + " + ".join(map(str, range(99))))
        assert page.outside(width) == []
        sides = box.area.bounding_box()
        assert sides["x"] >= 0 and sides["x"] + sides["width"] <= width


@pytest.mark.parametrize("options", [{"where": "file"}, {"java_script_enabled": False}])
def test_elsewhere_each_exercise_says_how_it_is_done(visit, options):
    with visit(PAGE, **options) as page:
        assert page.page.locator(".lrlab-exercise").count() == 0
        assert page.page.get_by_text("def my_critical_rate").is_visible()
        notes = page.page.locator(".lrlab-elsewhere")
        assert notes.count() == 2
        assert notes.first.inner_text().startswith("To check your answer, open this notebook in")
        assert notes.first.get_by_role("link").get_attribute("href") == "../docs/install.html"


# With NumPy

SOLVED = [
    (path, name, at)
    for path in sorted(NOTEBOOKS.glob("*.ipynb"))
    for cells in [checks.cells_of(nbformat.read(path, as_version=4))]
    for name, (_, *solutions) in checks.exercises_of(cells).items()
    if name in checks.checkable(cells)
    for at in solutions
]


@pytest.fixture(scope="module")
def numpy():
    """Where NumPy for a browser is."""
    given = os.environ.get(checks.WHEEL)
    if not given:
        pytest.skip(f"not run: no verdict was asked for, as {checks.WHEEL} names no wheel of NumPy")
    assert (SITE / "_static/check").exists(), f"build the pages with {checks.WHEEL}, too"


@pytest.mark.parametrize("path", sorted({path for path, *_ in SOLVED}), ids=lambda each: each.stem)
def test_every_solution_gets_its_verdict(numpy, visit, path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    with visit(f"notebooks/{path.stem}.html") as page:
        page.come_alive()
        names = page.page.locator("[class*=tag_lrlab-exercise]").evaluate_all(
            "all => all.map(each => each.className.match(/exercise-(\\w+)/)[1])"
        )
        for _, name, at in [each for each in SOLVED if each[0] == path]:
            said = Box(page, names.index(name)).check(cells[at].source)
            verdicts = [output.data for output in cells[at].outputs if "data" in output]
            assert said.endswith(verdicts[-1]["text/plain"])
