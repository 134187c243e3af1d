"""Every page of the site: alive with no kernel, small, readable, and left to itself."""

import json
import re
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from visit import ALIVE, SITE

EDGE = "notebooks/03-the-edge.html"
LARGEST = 500_000  # bytes, compressed, of a page that is opened
SOONEST = 1.5  # s
WIDTHS = [360, 1280, 1920]  # px


def widgets_of(path):
    """What a page holds for its widgets."""
    text = (SITE / path).read_text(encoding="utf-8")
    return json.loads(re.search(r'lrlab-widgets"[^>]*>(.*?)</script>', text, re.S)[1])


def test_every_notebook_of_the_course_and_the_first_page_have_live_pictures():
    notebooks = [f"notebooks/{path.stem}.html" for path in (SITE / "notebooks").glob("*.html")]
    assert len(notebooks) > 12
    assert {"index.html", *notebooks} == {*ALIVE} - {f for f in ALIVE if "extras" in f}


@pytest.mark.parametrize("path", ALIVE)
def test_pictures_are_alive_in_time_and_in_place(visit, path):
    with visit(path) as page:
        first = page.first()
        opened = page.bytes()
        page.come_alive()
        whole = page.bytes()
        page.uncover()
        assert page.stayed() == []
        sizes = f"{opened / 1000:.0f} kB, read to its end {whole / 1000:.0f} kB"
        print(f"{path}: {sizes}; first picture after {first:.2f} s")
        assert opened <= LARGEST
        assert {width: page.outside(width) for width in WIDTHS} == {key: [] for key in WIDTHS}
    if first > SOONEST:  # Perhaps the machine was busy.
        with visit(path) as page:
            first = page.first()
    assert first <= SOONEST


@pytest.mark.parametrize("path", ALIVE)
def test_pictures_are_alive_on_a_disk(visit, path):
    with visit(path, "file") as page:
        page.come_alive()
        page.uncover()
        assert page.stayed() == []


@pytest.mark.parametrize("where", ["http", "file"])
def test_a_picture_far_below_comes_when_a_reader_is_near(visit, where):
    held = [each["id"] for each in widgets_of(EDGE) if "held" in each]
    assert len(held) == 2
    with visit(EDGE, where) as page:
        page.first()
        page.page.wait_for_load_state("networkidle")
        last = page.page.locator(f'[data-widget="{held[-1]}"]')
        assert last.locator("svg").count() == 0
        last.scroll_into_view_if_needed()
        last.locator("svg").first.wait_for(state="attached")


def test_pictures_take_the_width_of_a_wide_window(visit):
    with visit(EDGE, width=1920) as page:
        page.come_alive()
        page.uncover()
        panels = page.page.locator(".lrlab-panels").first.bounding_box()
    assert panels["width"] > 1150


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["index.html", EDGE, "docs/teaching.html", "api/schedules.html"])
def test_axe_finds_no_violation(visit, path, scheme):
    with visit(path, color_scheme=scheme) as page:
        page.come_alive()
        page.uncover()
        # Formulas are hidden from those who hear; what these get instead is small.
        results = Axe().run(page.page, context={"exclude": [[".katex-html"]]})
    found = [
        (each["id"], [node["html"][:150] for node in each["nodes"][:3]])
        for each in results.response["violations"]
    ]
    assert found == []


@pytest.mark.parametrize("chosen", ["light", "dark", "auto"])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_pictures_are_light_or_dark_as_the_page_is(visit, chosen, system):
    with visit("index.html", color_scheme=system) as page:
        page.page.evaluate("theme => localStorage.setItem('theme', theme)", chosen)
        page.page.reload()
        page.come_alive()
        ink, text = page.page.evaluate(
            """() => [".lrlab-caption", "article p"].map(name =>
                getComputedStyle(document.querySelector(name)).color)"""
        )
    light = [int(re.findall(r"\d+", colour)[0]) > 128 for colour in (ink, text)]
    wanted = (system if chosen == "auto" else chosen) == "dark"
    assert light == [wanted, wanted]


@pytest.mark.parametrize("where", ["http", "file"])
def test_a_link_opens_a_picture_at_its_position(visit, where):
    second = [each for each in widgets_of(EDGE) if each["kind"] == "flipbook"][1]
    slider = second["sliders"][0]
    with visit(f"{EDGE}#picture=1&{slider['name']}={slider['labels'][-2]}", where) as page:
        page.come_alive()
        book = page.page.locator(".lrlab-flipbook").nth(1)
        assert 0 <= book.bounding_box()["y"] < 900  # It is in view, covered as it may be.
        row = book.locator(f'.lrlab-slider[data-name="{slider["name"]}"]')
        assert row.get_attribute("data-at") == str(len(slider["labels"]) - 2)
    with visit("index.html#picture=0&α=0.5", where) as page:
        page.come_alive()
        value = page.page.locator('.lrlab-slider[data-name="α"] .lrlab-value').inner_text()
        assert abs(float(value) - 0.5) < 0.05


def test_a_link_to_a_position_is_copied_and_opens_there(visit):
    with visit("index.html", permissions=["clipboard-read", "clipboard-write"]) as page:
        page.come_alive()
        slider = page.page.locator('.lrlab-slider[data-name="α"]')
        slider.locator("input").focus()
        page.page.keyboard.press("End")
        last = slider.locator(".lrlab-value").inner_text()
        page.page.get_by_role("button", name="Copy a link to this position").click()
        page.page.get_by_role("button", name="Copied").wait_for()
        copied = page.page.evaluate("navigator.clipboard.readText()")
    assert "#picture=0&" in copied
    with visit(copied.split("/", 3)[3]) as page:
        page.come_alive()
        again = page.page.locator('.lrlab-slider[data-name="α"] .lrlab-value')
        assert again.inner_text() == last


@pytest.mark.parametrize("where", ["http", "file"])
def test_an_answer_is_kept_until_it_is_forgotten(visit, where):
    with visit(EDGE, where) as page:
        page.come_alive()
        question = page.page.locator(".lrlab-predict").first
        question.locator("input[type=radio]").nth(1).check()
        question.locator(".lrlab-lock").click()
        said = question.locator(".lrlab-feedback").inner_text()
        page.page.reload()
        page.come_alive()
        assert question.locator(".lrlab-feedback").inner_text() == said
        assert question.locator("input[type=radio]").nth(1).is_checked()
        assert page.page.locator(".lrlab-flipbook .lrlab-panels").first.is_visible()
        with page.page.expect_navigation():
            page.page.get_by_role("button", name="Forget my answers on this page").click()
        page.come_alive()
        assert question.locator(".lrlab-feedback").inner_text() == ""
        assert not page.page.locator(".lrlab-flipbook .lrlab-panels").first.is_visible()


def test_an_answer_of_another_edition_does_no_harm(visit, addresses):
    asked = [each for each in widgets_of(EDGE) if each["kind"] == "prediction"]
    question = asked[0]["state"]["_question"]
    kept = json.dumps({question: {"answer": 17, "guess": 0}})
    item = {"name": "lrlab notebooks/03-the-edge.html", "value": kept}
    origin = {"origin": addresses["http"].rstrip("/"), "localStorage": [item]}
    with visit(EDGE, storage={"cookies": [], "origins": [origin]}) as page:
        page.come_alive()
        assert page.page.locator(".lrlab-feedback").first.inner_text() == ""


def test_without_scripts_stills_are_seen_and_what_is_covered_is_not(visit):
    with visit(EDGE, java_script_enabled=False) as page:
        text = page.page.locator("article").inner_text()
        assert "What is seen comes after the question." in text
        assert "Predict: With α = 0.95" in text
        pictures = page.page.locator(".lrlab-live img")
        assert pictures.count() >= 1
        for picture in pictures.all():
            assert len(picture.get_attribute("alt")) > 20
            assert picture.bounding_box()["width"] > 300


def test_paper_has_pictures_and_nothing_to_click(visit):
    with visit(EDGE, color_scheme="dark") as page:
        page.first()
        still = page.page.locator(".lrlab-still img").first  # It is far below.
        assert not still.is_visible()
        page.page.emulate_media(media="print")
        assert still.is_visible()
        page.page.emulate_media(media="screen")
        page.come_alive()
        page.uncover()
        page.page.emulate_media(media="print")
        values = page.page.locator(".lrlab-slider label")
        assert values.count() > 5 and all(each.is_visible() for each in values.all())
        clicked = page.page.locator("button, input[type=range], .skip-to-content")
        assert [each.inner_text() for each in clicked.all() if each.is_visible()] == []
        ink = page.page.locator(".lrlab-caption").first.evaluate("e => getComputedStyle(e).color")
        assert int(re.findall(r"\d+", ink)[0]) < 128
        panels = page.page.locator(".lrlab-panels").first
        assert panels.evaluate("e => e.scrollWidth <= e.clientWidth + 1")


@pytest.mark.parametrize("where", ["http", "file"])
def test_the_search_finds_a_word(visit, where):
    with visit("search.html?q=momentum", where) as page:
        page.page.locator("#search-results li a").first.wait_for()


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        ("https://someone.github.io/copy/", EDGE, f"someone/copy/HEAD?urlpath=lab/tree/{EDGE}"),
        ("https://someone.github.io/", "index.html", "someone/someone.github.io/HEAD?urlpath=lab/"),
        ("https://example.org/copy/", EDGE, None),
    ],
)
def test_a_copy_on_github_opens_its_own_notebooks_in_binder(visit, base, path, expected):
    def served(route):
        route.fulfill(path=SITE / urlsplit(route.request.url.removeprefix(base)).path)

    with visit("about:blank", "") as page:
        page.base = base
        page.strangers.clear()
        page.page.route(f"{base}**", served)
        page.go(path)
        page.first()
        links = page.page.get_by_role("link", name="Open in Binder")
        found = [unquote(each.get_attribute("href")) for each in links.all()]
    if expected is None:
        assert found == []
    else:
        expected = f"https://mybinder.org/v2/gh/{expected}".replace(".html", ".ipynb")
        assert len(found) == 1 and found[0].startswith(expected)
