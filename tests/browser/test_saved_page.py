"""A page that `save` wrote, opened from a disk: no kernel, no server, no network."""

import re

import pytest

from lrlab import datasets, explorers
from lrlab.flipbook import save
from lrlab.predict import predict

READY = ".lrlab-flipbook .lrlab-overlay path"


@pytest.fixture(autouse=True)
def lab():
    """No JupyterLab is needed here."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The address of a page with a question, the picture that it covers, and another picture."""
    asked = explorers.learning_rate(*datasets.line(), start=[-2, 4])
    widgets = [predict("a-little-more", opens=asked), asked, explorers.momentum(*datasets.line())]
    return save(tmp_path_factory.mktemp("saved") / "page.html", widgets).as_uri()


@pytest.fixture
def page(chromium):
    """A page without a network; an error in its console or a request fails the test."""
    context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    page = context.new_page()
    troubles = []
    page.on("console", lambda said: said.type == "error" and troubles.append(said.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith("http") and troubles.append(asked.url))
    yield page
    context.close()
    assert not troubles


def value(page, number, name):
    """What the label of a slider says."""
    book = page.locator(".lrlab-flipbook").nth(number)
    return book.locator(f'.lrlab-slider[data-name="{name}"]').get_attribute("data-said")


def test_a_question_opens_its_picture_by_keyboard(page, saved):
    page.goto(saved)
    panels = page.locator(".lrlab-panels")
    panels.last.wait_for()
    assert not panels.first.is_visible()
    page.locator(".lrlab-predict input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    panels.first.wait_for()
    assert len(page.locator(".lrlab-feedback").inner_text()) > 20


def test_keys_move_a_picture_and_the_address_keeps_where_it_stands(page, saved):
    page.goto(saved)
    page.locator(READY).last.wait_for(state="attached")
    book = page.locator(".lrlab-flipbook").nth(1)
    seen = book.locator(".lrlab-overlay").first
    slider = book.locator("input[type=range]").first
    name = book.locator(".lrlab-slider").first.get_attribute("data-name")
    slider.focus()
    page.keyboard.press("Home")
    before = seen.inner_html()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert seen.inner_html() != before
    page.wait_for_function("location.hash.length > 1")
    here, address = value(page, 1, name), page.url
    page.goto("about:blank")
    page.goto(address)
    page.locator(READY).last.wait_for(state="attached")
    assert value(page, 1, name) == here


@pytest.mark.parametrize(("place", "at"), [("α=fastest", "fastest"), ("α=0.4&step t=7", "0.4")])
def test_the_address_says_where_a_picture_opens(page, saved, place, at):
    page.goto(f"{saved}#picture=0&{place}")
    page.locator(READY).last.wait_for(state="attached")
    first = value(page, 0, "α")
    if at == "fastest":
        assert "fastest" in first
    else:
        assert float(re.search(r"[\d.]+", first)[0]) == pytest.approx(0.4, rel=0.1)
        assert value(page, 0, "step t").endswith("7")
    page.evaluate("location.hash = '#picture=0&α=2%2Fλ_max'")
    page.wait_for_function(
        """before => document.querySelector('.lrlab-slider[data-name="α"]').dataset.said
            !== before""",
        arg=first,
    )


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("theme", [None, "light", "dark"])
def test_colours_follow_the_page_and_else_the_system(page, saved, system, theme):
    page.emulate_media(color_scheme=system)
    page.goto(saved)
    page.locator(READY).last.wait_for(state="attached")
    if theme:
        page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
    words = [".lrlab-caption", ".lrlab-stage text, .lrlab-defs text", ".lrlab-feedback", "legend"]
    for word in words:
        for each in page.locator(word).all()[:4]:
            ink = each.evaluate(
                "each => getComputedStyle(each)[each.matches('text') ? 'fill' : 'color']"
            )
            light = int(re.search(r"\d+", ink)[0]) > 127
            assert light == ((theme or system) == "dark"), (word, ink)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_follow_the_page_into_a_shadow_tree(page, saved, theme):
    page.emulate_media(color_scheme="dark" if theme == "light" else "light")
    page.goto(saved)
    page.locator(READY).last.wait_for(state="attached")
    ink = page.evaluate(
        """theme => {
            const host = document.body.appendChild(document.createElement("div"));
            host.style.colorScheme = theme;
            const book = document.querySelector(".lrlab-flipbook");
            host.attachShadow({ mode: "open" }).append(
                ...[...document.querySelectorAll("style")].map(each => each.cloneNode(true)), book
            );
            return getComputedStyle(book).color;
        }""",
        theme,
    )
    assert (int(re.search(r"\d+", ink)[0]) > 127) == (theme == "dark")


def test_two_pictures_have_their_own_places(page, saved):
    page.goto(saved)
    page.locator(READY).last.wait_for(state="attached")
    stood = value(page, 0, "α")
    page.goto("about:blank")
    page.goto(f"{saved}#picture=1&α=0.05")
    page.locator(READY).last.wait_for(state="attached")
    assert value(page, 0, "α") == stood
